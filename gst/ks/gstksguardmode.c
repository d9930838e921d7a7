/* Guard mode: whether frames are guarded, and who is told of faults.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksguardmode.h"
#include "gstksguardrecord.h"
#include "gstkslock.h"

GST_DEBUG_CATEGORY_STATIC (ks_guard_debug);
#define GST_CAT_DEFAULT ks_guard_debug

#define VARIABLE "GST_KS_GUARD"

static gint default_mode;       /* atomic; GstKsGuard, DEFAULT: not read yet */

static GMutex lock;             /* all below */
static GList *listeners;        /* Listener */
static guint64 n_faults;
static gchar *last_fault;       /* owned; NULL: none */

typedef struct
{
  GWeakRef who;
  GstKsGuardHear func;
} Listener;

typedef struct
{
  GObject *who;                 /* owned */
  GstKsGuardHear func;
} Called;

GType
gst_ks_guard_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {GST_KS_GUARD_DEFAULT,
          "What " VARIABLE " in the environment says, else off",
        "default"},
    {GST_KS_GUARD_OFF, "Frames are not guarded", "off"},
    {GST_KS_GUARD_PATTERN, "A pattern around each frame, and in idle ones, is"
          " looked at when it comes back and when it is used again", "pattern"},
    {GST_KS_GUARD_PAGES, "Who touches memory around a frame, or an idle one, is"
          " stopped at once", "pages"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsGuard", values));
  return type;
}

static GstKsGuard
read_environment (void)
{
  const gchar *said = g_getenv (VARIABLE);

  if (said == NULL || *said == '\0' || g_str_equal (said, "off"))
    return GST_KS_GUARD_OFF;
  if (g_str_equal (said, "pattern"))
    return GST_KS_GUARD_PATTERN;
  if (g_str_equal (said, "pages"))
    return GST_KS_GUARD_PAGES;
  g_warning (VARIABLE "=%s: legal are off, pattern and pages; frames are not"
      " guarded", said);
  return GST_KS_GUARD_OFF;
}

/**
 * gst_ks_guard_get_default:
 *
 * How frames are guarded for which nobody says something else. It starts as
 * what `GST_KS_GUARD` in the environment says: `off`, `pattern` or `pages`; not
 * set: off. Any thread.
 *
 * Returns: a mode, never %GST_KS_GUARD_DEFAULT
 *
 * Since: 0.9
 */
GstKsGuard
gst_ks_guard_get_default (void)
{
  GstKsGuard mode = g_atomic_int_get (&default_mode);

  if (G_LIKELY (mode != GST_KS_GUARD_DEFAULT))
    return mode;
  (void) g_atomic_int_compare_and_exchange (&default_mode,
      GST_KS_GUARD_DEFAULT, read_environment ());
  return g_atomic_int_get (&default_mode);
}

/**
 * gst_ks_guard_set_default:
 * @mode: a mode; %GST_KS_GUARD_DEFAULT: what the environment says
 *
 * Says how frames are guarded from now on, by every pool and allocator of the
 * process that is not told something else. Frames that exist stay as they are,
 * and serve nobody who wants another mode. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_guard_set_default (GstKsGuard mode)
{
  g_return_if_fail (mode <= GST_KS_GUARD_PAGES);

  g_atomic_int_set (&default_mode, mode);
}

/**
 * gst_ks_guard_get_stats:
 *
 * What guard mode found so far in this process. Any thread.
 *
 * Returns: (transfer full): a structure with `faults` (guint64), how many were
 *     told, and `last` (string), the text of the last one; unset: none
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_guard_get_stats (void)
{
  GstStructure *stats = gst_structure_new_empty ("ks-guard");

  gst_ks_mutex_lock (&lock);
  gst_structure_set (stats, "faults", G_TYPE_UINT64, n_faults, NULL);
  if (last_fault != NULL)
    gst_structure_set (stats, "last", G_TYPE_STRING, last_fault, NULL);
  gst_ks_mutex_unlock (&lock);
  return stats;
}

/* --- who is told --- */

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  g_weak_ref_clear (&listener->who);
  g_free (listener);
}

static void
called_free (gpointer data)
{
  Called *called = data;

  g_object_unref (called->who);
  g_free (called);
}

/* Those that live, each with a reference; the others leave the list. */
static GPtrArray *
get_living (void)
{
  GPtrArray *living = g_ptr_array_new_with_free_func (called_free);
  GList *gone = NULL;

  gst_ks_mutex_lock (&lock);
  for (GList * l = listeners, *next; l != NULL; l = next) {
    Listener *listener = l->data;
    GObject *who = g_weak_ref_get (&listener->who);

    next = l->next;
    if (who != NULL) {
      Called *called = g_new (Called, 1);

      *called = (Called) {
      who, listener->func};
      g_ptr_array_add (living, called);
      continue;
    }
    listeners = g_list_remove_link (listeners, l);
    gone = g_list_concat (l, gone);
  }
  gst_ks_mutex_unlock (&lock);
  g_list_free_full (gone, listener_free);
  return living;
}

/* Pools come and go, and there may never be a fault. */
void
gst_ks_guard_hear (GObject * who, GstKsGuardHear func)
{
  Listener *listener = g_new0 (Listener, 1);

  g_ptr_array_unref (get_living ());
  g_weak_ref_init (&listener->who, who);
  listener->func = func;
  gst_ks_mutex_lock (&lock);
  listeners = g_list_prepend (listeners, listener);
  gst_ks_mutex_unlock (&lock);
}

static gboolean
is_heard (const GstKsFault * fault)
{
  g_autoptr (GPtrArray) living = get_living ();

  for (guint i = 0; i < living->len; i++) {
    const Called *called = g_ptr_array_index (living, i);

    if (called->func (called->who, fault))
      return TRUE;
  }
  return FALSE;
}

static void
count (const gchar * text)
{
  gst_ks_mutex_lock (&lock);
  n_faults++;
  g_free (last_fault);
  last_fault = g_strdup (text);
  gst_ks_mutex_unlock (&lock);
}

void
gst_ks_guard_word (GstKsFault * fault)
{
  g_free (fault->text);
  fault->text = g_malloc (GST_KS_GUARD_TEXT);
  gst_ks_guard_describe (fault, FALSE, fault->text, GST_KS_GUARD_TEXT);
}

static gpointer
make_category (gpointer unused)
{
  GST_DEBUG_CATEGORY_INIT (ks_guard_debug, "ks-guard", 0,
      "frames that somebody wrote where he may not");
  return NULL;
}

static void
init_category (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, make_category, NULL);
}

void
gst_ks_guard_note (const gchar * text)
{
  init_category ();
  GST_WARNING ("an idle frame has the pattern only: %s", text);
}

/* Whoever looks for a fault wants to see it, also where no element can say it:
 * then it is a warning of GLib, which G_DEBUG=fatal-warnings stops at. */
void
gst_ks_guard_tell (GstKsFault * fault)
{
  gboolean heard;

  init_category ();
  count (fault->text);
  GST_WARNING ("%s", fault->text);
  heard = is_heard (fault);
  fault->origin = NULL;
  if (!heard && !is_heard (fault))
    g_warning ("ksallocator guard: %s", fault->text);
  g_clear_pointer (&fault->text, g_free);
}
