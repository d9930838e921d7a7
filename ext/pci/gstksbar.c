/* The kind `bar`: memory of a PCI card that no driver owns, seen through one of its BARs.
 *
 * A device is BDF/N, the card's place and the number of its BAR; `,wc` or
 * `,uc` behind it says how the processor's writes go: gathered, or one by one.
 * Without either they are gathered where the card allows it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspci.h"
#include "gstkswindow.h"

#include <string.h>
#include <unistd.h>

#define LINE 64                 /* bytes; blocks do not share cache lines */
#define COMMAND 4               /* offset in the configuration space */
#define COMMAND_MEMORY 2

typedef enum
{ WC_AUTO, WC_ON, WC_OFF } WriteCombining;

typedef struct
{
  gchar *bdf;
  guint64 n;
  WriteCombining wc;
  gchar *card;                  /* folder in sysfs */
  GstKsPciBar bar;
} Target;

typedef struct
{
  GstKsBackend parent;

  GstKsWindow *window;
} GstKsBackendBar;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendBarClass;

G_DEFINE_TYPE (GstKsBackendBar, gst_ks_backend_bar, GST_TYPE_KS_BACKEND);

static void
target_clear (Target * target)
{
  g_free (target->bdf);
  g_free (target->card);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear);

/* --- which one --- */

static gboolean
target_parse (Target * target, const gchar * device, GError ** error)
{
  const gchar *slash = strchr (device, '/');
  gchar *end = NULL;

  if (slash != NULL && g_ascii_isdigit (slash[1])) {
    target->bdf = g_strndup (device, slash - device);
    target->n = g_ascii_strtoull (slash + 1, &end, 10);
  }
  if (end != NULL && g_str_equal (end, ",wc"))
    target->wc = WC_ON;
  else if (end != NULL && g_str_equal (end, ",uc"))
    target->wc = WC_OFF;
  else if (end == NULL || *end != '\0') {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "device '%s' is not BDF/N, such as 0000:00:04.0/2, with ,wc or ,uc "
        "behind it for writes that are combined or not", device);
    return FALSE;
  }
  return TRUE;
}

/* "0 (16777216 bytes), 2 (4096 bytes)"; those that are memory. */
static gchar *
list_bars (const GstKsPciBar * bars, guint n_bars)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < n_bars; i++) {
    if (bars[i].size > 0 && (bars[i].flags & GST_KS_PCI_MEMORY))
      g_string_append_printf (list, "%s%u (%" G_GUINT64_FORMAT " bytes)",
          list->len > 0 ? ", " : "", i, bars[i].size);
  }
  return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) :
      g_strdup ("none");
}

/* NULL: it is memory. */
static const gchar *
bar_wrong (const GstKsPciBar * bars, guint n_bars, guint64 n)
{
  if (n >= n_bars)
    return "there is no such BAR";
  if (bars[n].size == 0)
    return "that BAR is empty, or the upper half of the one before it";
  if (bars[n].flags & GST_KS_PCI_IO)
    return "that BAR is of I/O ports, not memory";
  if (!(bars[n].flags & GST_KS_PCI_MEMORY))
    return "that BAR is no memory";
  if (bars[n].size > G_MAXSIZE)
    return "that BAR is larger than the addresses of a program";
  return bars[n].size < (guint64) sysconf (_SC_PAGESIZE) ?
      "that BAR is smaller than a page" : NULL;
}

static gboolean
check_bar (Target * target, GError ** error)
{
  GstKsPciBar bars[GST_KS_PCI_N_BARS];
  guint n_bars = gst_ks_pci_read_bars (target->card, bars);
  const gchar *wrong = bar_wrong (bars, n_bars, target->n);
  g_autofree gchar *list = NULL;

  if (wrong == NULL) {
    target->bar = bars[target->n];
    return TRUE;
  }
  list = list_bars (bars, n_bars);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "BAR %" G_GUINT64_FORMAT " of %s: %s; memory BARs of this card: %s",
      target->n, target->bdf, wrong, list);
  return FALSE;
}

static gboolean
check_driver (const Target * target, GError ** error)
{
  g_autofree gchar *driver = gst_ks_sysfs_driver (target->card);

  if (driver == NULL)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "the driver '%s' owns the card %s; where nobody needs it, unbind it: "
      "echo %s > %s/driver/unbind", driver, target->bdf, target->bdf,
      target->card);
  return FALSE;
}

/* A card that no driver ever used may have its memory switched off; it reads
 * as all ones then. What cannot be read is taken to be in order. */
static gboolean
check_enabled (const Target * target, GError ** error)
{
  g_autofree gchar *path = g_build_filename (target->card, "config", NULL);
  g_autofree gchar *config = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &config, &size, NULL) || size <= COMMAND
      || (config[COMMAND] & COMMAND_MEMORY))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "the memory of the card %s is switched off; switch it on: echo 1 > "
      "%s/enable", target->bdf, target->card);
  return FALSE;
}

/* Whether there is such a BAR; it may not be to be had. */
static gboolean
target_find (Target * target, const gchar * device, GError ** error)
{
  if (!target_parse (target, device, error))
    return FALSE;
  target->card = gst_ks_pci_find (target->bdf, error);
  return target->card != NULL && check_bar (target, error);
}

/* --- discovery --- */

static void
add_bars (GStrvBuilder * names, const gchar * bdf, const gchar * card)
{
  GstKsPciBar bars[GST_KS_PCI_N_BARS];
  guint n_bars = gst_ks_pci_read_bars (card, bars);
  guint64 wanted = GST_KS_PCI_MEMORY | GST_KS_PCI_PREFETCHABLE;

  for (guint i = 0; i < n_bars; i++) {
    g_autofree gchar *name = g_strdup_printf ("%s/%u", bdf, i);

    if (bars[i].size > 0 && (bars[i].flags & wanted) == wanted)
      g_strv_builder_add (names, name);
  }
}

/* Memory that can be read and written at will, and that nobody uses: a BAR
 * that is not prefetchable has registers in it, and is taken only by name. */
static gchar **
gst_ks_backend_bar_list_devices (GstKsBackendClass * klass)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autofree gchar *folder = gst_ks_sysfs_path ("bus/pci/devices", NULL);
  g_auto (GStrv) cards = gst_ks_sysfs_list (folder);

  for (guint i = 0; cards[i]; i++) {
    g_autofree gchar *card = g_build_filename (folder, cards[i], NULL);
    g_autofree gchar *driver = gst_ks_sysfs_driver (card);

    if (driver == NULL)
      add_bars (names, cards[i], card);
  }
  return g_strv_builder_end (names);
}

/* One with a driver is not in the list, and what is in it has longer names. */
static gboolean
gst_ks_backend_bar_check_device (GstKsBackendClass * klass,
    const gchar * device, GError ** error)
{
  g_auto (Target) target = { NULL };

  return target_find (&target, device, error);
}

/* Never chosen by us: what we write might be somebody's registers. */
static void
set_nameless_error (GError ** error)
{
  g_auto (GStrv) names = gst_ks_backend_bar_list_devices (NULL);
  g_autofree gchar *list = g_strjoinv (", ", names);

  if (names[0] != NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "it takes the name of a device, BDF/N; there is: %s", list);
  else
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "no PCI card here has memory (a prefetchable BAR) and no driver; lspci "
        "-vD shows cards, their memory and their drivers; name one as "
        "device=BDF/N, and unbind its driver where nobody needs it");
}

/* --- opening --- */

static gchar *
mapped_file (const Target * target, const gchar * plain, GError ** error)
{
  g_autofree gchar *combined = g_strconcat (plain, "_wc", NULL);
  gboolean there = g_file_test (combined, G_FILE_TEST_EXISTS);

  if (target->wc == WC_ON && !there) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "writes to BAR %" G_GUINT64_FORMAT " of %s cannot be combined (no %s); "
        "leave out ,wc", target->n, target->bdf, combined);
    return NULL;
  }
  return target->wc != WC_OFF && there ? g_steal_pointer (&combined) :
      g_strdup (plain);
}

static GstKsWindow *
open_window (const Target * target, GError ** error)
{
  g_autofree gchar *name = g_strdup_printf ("BAR %" G_GUINT64_FORMAT " of %s",
      target->n, target->bdf);
  g_autofree gchar *plain = g_strdup_printf ("%s/resource%" G_GUINT64_FORMAT,
      target->card, target->n);
  g_autofree gchar *path = mapped_file (target, plain, error);
  g_autofree gchar *remedy = g_strdup_printf ("run as root, or give the file "
      "to a group: chgrp video %s && chmod g+rw %s, in a udev rule for every "
      "boot", path, path);
  GstKsWindowSpec spec = { name, path, plain, target->bar.size, LINE, remedy };

  return path != NULL ? gst_ks_window_open (&spec, error) : NULL;
}

static gboolean
gst_ks_backend_bar_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendBar *self = (GstKsBackendBar *) backend;
  const gchar *device = gst_ks_backend_peek_device (backend);
  g_auto (Target) target = { NULL };

  if (device == NULL) {
    set_nameless_error (error);
    return FALSE;
  }
  if (!target_find (&target, device, error)
      || !check_driver (&target, error) || !check_enabled (&target, error))
    return FALSE;
  self->window = open_window (&target, error);
  return self->window != NULL;
}

static void
gst_ks_backend_bar_close (GstKsBackend * backend)
{
  g_clear_pointer (&((GstKsBackendBar *) backend)->window, gst_ks_window_unref);
}

static GstKsFraming *
gst_ks_backend_bar_describe (GstKsBackend * backend)
{
  GstKsBackendBar *self = (GstKsBackendBar *) backend;
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("bar");

  item.device = g_intern_string (gst_ks_backend_peek_device (backend));
  item.bus = "pci";
  item.align = LINE;
  item.size = (GstKsRange) {
  LINE, gst_ks_window_get_size (self->window), LINE};
  item.prefer = item.size;
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
gst_ks_backend_bar_create_allocator (GstKsBackend * backend, GError ** error)
{
  return gst_ks_window_new_allocator (((GstKsBackendBar *) backend)->window);
}

static gchar *
gst_ks_backend_bar_note (GstKsBackend * backend)
{
  return gst_ks_window_get_note (((GstKsBackendBar *) backend)->window);
}

static void
gst_ks_backend_bar_class_init (GstKsBackendBarClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "bar";
  backend_class->open = gst_ks_backend_bar_open;
  backend_class->close = gst_ks_backend_bar_close;
  backend_class->describe = gst_ks_backend_bar_describe;
  backend_class->create_allocator = gst_ks_backend_bar_create_allocator;
  backend_class->list_devices = gst_ks_backend_bar_list_devices;
  backend_class->check_device = gst_ks_backend_bar_check_device;
  backend_class->note = gst_ks_backend_bar_note;
}

static void
gst_ks_backend_bar_init (GstKsBackendBar * self)
{
}
