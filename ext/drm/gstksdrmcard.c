/* A DRM card that makes dumb buffers: how it is found, what its driver makes.
 *
 * Whether a driver makes them is found out by making one: the capability of
 * vgem says no. Opening a card that nobody shows pictures on makes us its
 * master; that is undone at once, or no sink could set a mode.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdrmcard.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/ks/gstkserror.h>
#include <gst/ks/gstkslock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xf86drm.h>

#define PROBE_BYTES 4096

/* --- buffers --- */

/* 0, or errno */
static gint
create_dumb (gint fd, const KsDrmImage * image,
    struct drm_mode_create_dumb *create)
{
  *create = (struct drm_mode_create_dumb) {
    .width = image->width,.height = image->height,.bpp = image->bits
  };
  return drmIoctl (fd, DRM_IOCTL_MODE_CREATE_DUMB, create) == 0 ? 0 : errno;
}

static void
destroy_dumb (gint fd, guint32 handle)
{
  struct drm_mode_destroy_dumb destroy = {.handle = handle };

  (void) drmIoctl (fd, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
}

static void
set_make_error (const KsDrmCard * card, const gchar * doing, gsize size,
    gint cause, GError ** error)
{
  struct rlimit limit = { 0, 0 };

  if (cause == EMFILE || cause == ENFILE) {
    (void) getrlimit (RLIMIT_NOFILE, &limit);
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "%s (%s): no descriptor for a frame of %" G_GSIZE_FORMAT " bytes: %s; "
        "the limit is %" G_GUINT64_FORMAT " (RLIMIT_NOFILE) and each frame "
        "needs one; raise it with 'ulimit -n', or hold fewer frames",
        card->path, card->driver, size, g_strerror (cause),
        (guint64) limit.rlim_cur);
  } else if (cause == ENOMEM || cause == ENOSPC) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "%s (%s): no memory for a frame of %" G_GSIZE_FORMAT " bytes: %s; hold "
        "fewer or smaller frames", card->path, card->driver, size,
        g_strerror (cause));
  } else {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%s (%s): cannot %s a frame of %" G_GSIZE_FORMAT " bytes: %s",
        card->path, card->driver, doing, size, g_strerror (cause));
  }
}

/* By the dma-buf where there is one, else, or where it cannot be mapped, by
 * the card. */
static gboolean
map_dumb (KsDrmCard * card, guint32 handle, GstKsBlock * block, GError ** error)
{
  struct drm_mode_map_dumb map = {.handle = handle };

  if (block->fd >= 0 && gst_ks_block_map (block, block->fd, 0, NULL))
    return TRUE;
  if (drmIoctl (card->fd, DRM_IOCTL_MODE_MAP_DUMB, &map) == 0)
    return gst_ks_block_map (block, card->fd, map.offset, error);
  set_make_error (card, "map", block->size, errno, error);
  return FALSE;
}

static gboolean
export_dumb (KsDrmCard * card, guint32 handle, GstKsBlock * block,
    GError ** error)
{
  gint fd = -1;

  if (card->prime
      && drmPrimeHandleToFD (card->fd, handle, DRM_CLOEXEC | DRM_RDWR, &fd)) {
    set_make_error (card, "export", block->size, errno, error);
    return FALSE;
  }
  block->fd = fd;
  return TRUE;
}

static gboolean
is_long_enough (const KsDrmCard * card, guint64 made, gsize size,
    GError ** error)
{
  if (made >= size)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "%s (%s): gave %" G_GUINT64_FORMAT " bytes for a frame of %"
      G_GSIZE_FORMAT "; its driver is at fault", card->path, card->driver, made,
      size);
  return FALSE;
}

gboolean
ks_drm_card_make (KsDrmCard * card, const KsDrmImage * image,
    GstKsBlock * block, GError ** error)
{
  struct drm_mode_create_dumb create;
  gint cause = create_dumb (card->fd, image, &create);
  GstKsBlock made = *block;

  if (cause != 0) {
    set_make_error (card, "make", block->size, cause, error);
    return FALSE;
  }
  made.fd = -1;
  if (is_long_enough (card, create.size, block->size, error)
      && export_dumb (card, create.handle, &made, error)) {
    if (map_dumb (card, create.handle, &made, error)) {
      made.handle = GUINT_TO_POINTER (create.handle);
      *block = made;
      return TRUE;
    }
    if (made.fd >= 0)
      (void) close (made.fd);
  }
  destroy_dumb (card->fd, create.handle);
  return FALSE;
}

void
ks_drm_card_unmake (KsDrmCard * card, GstKsBlock * block)
{
  gst_ks_block_unmap (block);
  if (block->fd >= 0)
    (void) close (block->fd);
  destroy_dumb (card->fd, GPOINTER_TO_UINT (block->handle));
}

/* --- what the driver makes --- */

static guint32
probe_pitch (gint fd, const KsDrmImage * image, gint * cause)
{
  struct drm_mode_create_dumb create;

  *cause = create_dumb (fd, image, &create);
  if (*cause != 0)
    return 0;
  destroy_dumb (fd, create.handle);
  return create.pitch;
}

guint32
ks_drm_card_get_pitch (KsDrmCard * card, guint32 width, guint32 bits)
{
  const KsDrmImage row = { width, 1, bits };
  g_autofree gchar *key = g_strdup_printf ("%u@%u", width, bits);
  gpointer known = NULL;
  gboolean found;
  guint32 pitch;
  gint cause;

  gst_ks_mutex_lock (&card->lock);
  found = g_hash_table_lookup_extended (card->pitches, key, NULL, &known);
  gst_ks_mutex_unlock (&card->lock);
  if (found)
    return GPOINTER_TO_UINT (known);

  pitch = probe_pitch (card->fd, &row, &cause);
  /* what is short now may be there later */
  if (cause == ENOMEM || cause == ENOSPC)
    return 0;
  gst_ks_mutex_lock (&card->lock);
  g_hash_table_insert (card->pitches, g_steal_pointer (&key),
      GUINT_TO_POINTER (pitch));
  gst_ks_mutex_unlock (&card->lock);
  return pitch;
}

gchar *
ks_drm_card_list_depths (KsDrmCard * card)
{
  static const struct
  {
    guint bits;
    const gchar *formats;
  } depths[] = {
    {8, "GRAY8, NV12, I420"}, {16, "RGB16, YUY2"}, {24, "RGB, BGR"},
    {32, "BGRx, RGBx, BGRA"}
  };
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    if (ks_drm_card_get_pitch (card, PROBE_BYTES, depths[i].bits) != 0)
      g_string_append_printf (list, "%s%u (%s)", list->len > 0 ? ", " : "",
          depths[i].bits, depths[i].formats);
  return g_string_free (list, FALSE);
}

/* Bytes are one row of GRAY8; some drivers make pixels of 32 bits only. */
static gboolean
probe_bytes (KsDrmCard * card, GError ** error)
{
  static const guint depths[] = { 8, 32 };
  gint cause = 0;

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++) {
    const KsDrmImage row = { PROBE_BYTES * 8 / depths[i], 1, depths[i] };

    if (probe_pitch (card->fd, &row, &cause) == 0)
      continue;
    card->byte_bits = depths[i];
    return TRUE;
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s: its driver %s makes no dumb buffers: %s", card->path, card->driver,
      g_strerror (cause));
  return FALSE;
}

/* --- finding a card --- */

static gchar *
dri_path (const gchar * name)
{
  const gchar *folder = g_getenv ("GST_KS_DEV");

  if (folder == NULL || *folder == '\0')
    folder = "/dev";
  return g_build_filename (folder, "dri", name, NULL);
}

static gint
compare_cards (gconstpointer a, gconstpointer b)
{
  return atoi (*(const gchar * const *) a + strlen ("card")) -
      atoi (*(const gchar * const *) b + strlen ("card"));
}

/* card0, card1, ...; maybe none. */
gchar **
ks_drm_card_list (void)
{
  g_autofree gchar *path = dri_path (NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, "card")
        && g_ascii_isdigit (name[strlen ("card")]))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_cards);
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (names, FALSE);
}

static gchar *
driver_of (gint fd)
{
  drmVersionPtr version = drmGetVersion (fd);
  gchar *name = version != NULL ? g_strdup (version->name) : NULL;

  if (version != NULL)
    drmFreeVersion (version);
  return name;
}

void
ks_drm_card_close (KsDrmCard * card)
{
  if (card->fd >= 0)
    (void) close (card->fd);
  g_hash_table_unref (card->pitches);
  g_mutex_clear (&card->lock);
  g_free (card->path);
  g_free (card->driver);
  g_free (card);
}

static KsDrmCard *
card_new (const gchar * path)
{
  KsDrmCard *card = g_new0 (KsDrmCard, 1);

  card->path = g_strdup (path);
  card->fd = open (path, O_RDWR | O_CLOEXEC);
  card->pitches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&card->lock);
  return card;
}

static void
set_open_error (const gchar * path, gint cause, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, "%s: %s; %s",
      path, g_strerror (cause), cause == EACCES || cause == EPERM ?
      "cards are the group video's: add the user to it" :
      "is there such a card in /dev/dri?");
}

/* driver: NULL: any. NULL without error: a card of another driver. */
static KsDrmCard *
open_path (const gchar * path, const gchar * driver, GError ** error)
{
  KsDrmCard *card = card_new (path);
  guint64 prime = 0;

  if (card->fd < 0) {
    set_open_error (path, errno, error);
    goto failed;
  }
  if (drmIsMaster (card->fd))
    (void) drmDropMaster (card->fd);
  card->driver = driver_of (card->fd);
  if (card->driver == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "%s: is not a DRM card; those are /dev/dri/card*", path);
    goto failed;
  }
  if (driver != NULL && strcmp (driver, card->driver) != 0)
    goto failed;
  card->prime = drmGetCap (card->fd, DRM_CAP_PRIME, &prime) == 0
      && (prime & DRM_PRIME_CAP_EXPORT)
      && g_getenv ("GST_KS_DRM_NO_PRIME") == NULL;
  if (probe_bytes (card, error))
    return card;

failed:
  ks_drm_card_close (card);
  return NULL;
}

/* The first card that will do; the reasons of all when none does. */
static KsDrmCard *
open_first (const gchar * driver, GError ** error)
{
  g_auto (GStrv) names = ks_drm_card_list ();
  g_autoptr (GString) reasons = g_string_new (NULL);
  g_autofree gchar *folder = dri_path (NULL);

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree gchar *path = dri_path (names[i]);
    g_autoptr (GError) reason = NULL;
    KsDrmCard *card = open_path (path, driver, &reason);

    if (card != NULL)
      return card;
    g_string_append_printf (reasons, "; %s", reason ? reason->message :
        names[i]);
    if (reason == NULL)
      g_string_append (reasons, " has another driver");
  }
  if (names[0] == NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "no card in %s; load its driver, or 'modprobe vgem' for one without "
        "hardware", folder);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "no card%s%s in %s can be used%s", driver ? " of the driver " : "",
        driver ? driver : "", folder, reasons->str);
  return NULL;
}

KsDrmCard *
ks_drm_card_open (const gchar * device, GError ** error)
{
  g_autofree gchar *path = NULL;

  if (device == NULL)
    return open_first (NULL, error);
  if (g_path_is_absolute (device))
    return open_path (device, NULL, error);
  path = dri_path (device);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? open_path (path, NULL, error)
      : open_first (device, error);
}
