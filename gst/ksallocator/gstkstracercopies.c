/* Counts the copies and discards that the core tells its performance log.
 *
 * There is no hook for either in GStreamer 1.22. The category GST_PERFORMANCE
 * says both at level DEBUG, so its threshold is raised; and because the
 * default log function prints whatever passes the threshold, a filter takes
 * its place that lets through only what the old threshold would have let.
 *
 * Why a sink could not import a frame is said by a category of its own, which
 * comes with its plugin: it is looked for until it is there.
 *
 * A log function of the program itself sees the extra lines while we count.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracercopies.h"
#include "gstkstracersinks.h"

#include <gst/ks/gstkslock.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_STATIC (performance_debug);

#define IMPORT_CATEGORY "kmsallocator"
#define IMPORT_FAILED "Failed to import prime fd"

typedef struct
{
  GMutex lock;
  GstKsTracerCopies counts;     /* under lock */
  GHashTable *pools;            /* name to guint64 *; under lock */
  GstDebugLevel asked;          /* threshold that the user set */
  GstDebugCategory *import_debug;       /* atomic; NULL: not there yet */
  GstDebugLevel import_asked;   /* its threshold, before */
  gboolean filtering;           /* the default log function was replaced */
  FILE *file;                   /* where the default log function wrote */
  FILE *opened;                 /* file, when we opened it */
} Tap;

/* The log functions of a process are one list; so is this. */
static Tap tap;

/* The core's macro of this name is a conditional without parentheses. */
static guint
remove_log (GstLogFunction func)
{
  guint n_removed = gst_debug_remove_log_function (func);

  return n_removed;
}

/* The default log function's file is known to nobody but itself. Returns NULL
 * if it has been removed before, and *found FALSE if it can't be had again. */
static FILE *
take_over_file (gboolean * found)
{
  const gchar *name = g_getenv ("GST_DEBUG_FILE");
  g_auto (GStrv) parts = NULL;
  g_autofree gchar *pid = NULL;
  g_autofree gchar *path = NULL;

  *found = TRUE;
  if (name == NULL || name[0] == '\0')
    return remove_log (NULL) > 0 ? stderr : NULL;
  if (strcmp (name, "-") == 0)
    return remove_log (NULL) > 0 ? stdout : NULL;

  /* Opened by the core already, which writes every line at once: appending is
   * the same file. %r stands for a number that only the core knows. */
  *found = strstr (name, "%r") == NULL;
  if (!*found)
    return NULL;
  parts = g_strsplit (name, "%p", -1);
  pid = g_strdup_printf ("%d", (gint) getpid ());
  path = g_strjoinv (pid, parts);
  tap.opened = fopen (path, "ae");
  *found = tap.opened != NULL;
  if (!*found)
    return NULL;
  return remove_log (NULL) > 0 ? tap.opened : NULL;
}

static void
count_discard (const gchar * text, GObject * pool)
{
  guint64 *of_pool;

  tap.counts.discards++;
  if (strstr (text, "not writable") != NULL)
    tap.counts.not_writable++;
  else if (strstr (text, "tag") != NULL)
    tap.counts.tagged++;
  else
    tap.counts.size_changed++;
  if (pool == NULL || !GST_IS_OBJECT (pool))
    return;
  of_pool = g_hash_table_lookup (tap.pools, GST_OBJECT_NAME (pool));
  if (of_pool == NULL) {
    of_pool = g_new0 (guint64, 1);
    g_hash_table_insert (tap.pools, g_strdup (GST_OBJECT_NAME (pool)), of_pool);
  }
  ++*of_pool;
}

static void
count_copy (guint64 bytes)
{
  tap.counts.copies++;
  tap.counts.copied_bytes += bytes;
}

/* The lines of GStreamer 1.22 and later that speak of payload. */
static void
count_line (const gchar * text, GObject * object)
{
  guint64 bytes;
  gint plane, width, height;

  if (g_str_has_prefix (text, "discarding buffer")) {
    count_discard (text, object);
  } else if (sscanf (text, "memcpy %" G_GUINT64_FORMAT, &bytes) == 1
      || sscanf (text, "copy remaining %" G_GUINT64_FORMAT, &bytes) == 1) {
    count_copy (bytes);
  } else if (sscanf (text, "copy plane %d, w:%d h:%d", &plane, &width,
          &height) == 3 && width > 0 && height > 0) {
    tap.counts.planes++;
    tap.counts.plane_bytes += (guint64) width *height;
  }
}

/* Copies of our own memory are counted by its store, and said in the log too. */
static gboolean
is_own_file (const gchar * file)
{
  const gchar *base = strrchr (file, G_DIR_SEPARATOR);

  return g_str_has_prefix (base ? base + 1 : file, "gstks");
}

/* Not when its lines would be printed that nobody asked for. */
void
gst_ks_tracer_copies_look (void)
{
  GstDebugCategory *category = NULL;

  if (!tap.filtering || g_atomic_pointer_get (&tap.import_debug) != NULL)
    return;
  GST_DEBUG_CATEGORY_GET (category, IMPORT_CATEGORY);
  if (category == NULL)
    return;
  gst_ks_mutex_lock (&tap.lock);
  if (tap.import_debug == NULL) {
    tap.import_asked = gst_debug_category_get_threshold (category);
    g_atomic_pointer_set (&tap.import_debug, category);
    if (tap.import_asked < GST_LEVEL_ERROR)
      gst_debug_category_set_threshold (category, GST_LEVEL_ERROR);
  }
  gst_ks_mutex_unlock (&tap.lock);
}

/* "Failed to import prime fd 22: No such device (19)": what comes last. */
static void
note_failure (const gchar * text)
{
  const gchar *colon = strstr (text, ": ");

  if (g_str_has_prefix (text, IMPORT_FAILED) && colon != NULL)
    gst_ks_tracer_sinks_note_failure (colon + 2);
}

static gboolean
is_copy_of_frame (const gchar * text)
{
  return g_str_has_prefix (text, "frame copy")
      || g_str_has_prefix (text, "slow copy");
}

static void G_GNUC_NO_INSTRUMENT
count_log (GstDebugCategory * category, GstDebugLevel level,
    const gchar * file, const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  gboolean import = category == g_atomic_pointer_get (&tap.import_debug);
  const gchar *text;

  if ((category != performance_debug && !import) || level > GST_LEVEL_DEBUG
      || is_own_file (file))
    return;
  text = gst_debug_message_get (message);
  if (text == NULL)
    return;
  if (import) {
    note_failure (text);
    return;
  }
  if (is_copy_of_frame (text)) {
    gst_ks_tracer_sinks_note_copy (object);
    gst_ks_tracer_copies_look ();
    return;
  }
  if (level != GST_LEVEL_DEBUG)
    return;
  gst_ks_mutex_lock (&tap.lock);
  count_line (text, object);
  gst_ks_mutex_unlock (&tap.lock);
}

static void G_GNUC_NO_INSTRUMENT
filter_log (GstDebugCategory * category, GstDebugLevel level,
    const gchar * file, const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  if ((category == performance_debug && level > tap.asked)
      || (category == g_atomic_pointer_get (&tap.import_debug)
          && level > tap.import_asked))
    return;
  gst_debug_log_default (category, level, file, function, line, object,
      message, user_data);
}

gboolean
gst_ks_tracer_copies_start (const gchar ** why_not)
{
  gboolean found = TRUE;

  GST_DEBUG_CATEGORY_GET (performance_debug, "GST_PERFORMANCE");
  if (performance_debug == NULL) {
    *why_not = "this GStreamer was built without a debug log";
    return FALSE;
  }
  tap.asked = gst_debug_category_get_threshold (performance_debug);
  if (tap.asked < GST_LEVEL_DEBUG) {
    tap.file = take_over_file (&found);
    if (!found) {
      *why_not = "GST_DEBUG_FILE cannot be opened a second time";
      return FALSE;
    }
  }
  if (tap.pools == NULL)
    tap.pools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  tap.filtering = tap.file != NULL;
  if (tap.filtering)
    gst_debug_add_log_function (filter_log, tap.file, NULL);
  gst_debug_add_log_function (count_log, NULL, NULL);
  if (tap.asked < GST_LEVEL_DEBUG)
    gst_debug_category_set_threshold (performance_debug, GST_LEVEL_DEBUG);
  return TRUE;
}

/* Our log functions go, because the plugin's code could; the default one
 * comes back. The counts stay. */
void
gst_ks_tracer_copies_stop (void)
{
  if (remove_log (count_log) == 0)
    return;
  if (tap.asked < GST_LEVEL_DEBUG)
    gst_debug_category_set_threshold (performance_debug, tap.asked);
  if (!tap.filtering)
    return;
  if (tap.import_debug != NULL)
    gst_debug_category_set_threshold (tap.import_debug, tap.import_asked);
  (void) remove_log (filter_log);
  gst_debug_add_log_function (gst_debug_log_default, tap.file, NULL);
  tap.filtering = FALSE;
}

void
gst_ks_tracer_copies_get (GstKsTracerCopies * copies)
{
  gst_ks_mutex_lock (&tap.lock);
  *copies = tap.counts;
  gst_ks_mutex_unlock (&tap.lock);
}

guint64
gst_ks_tracer_copies_of_pool (const gchar * pool_name)
{
  guint64 *found = NULL;
  guint64 n;

  gst_ks_mutex_lock (&tap.lock);
  if (tap.pools != NULL && pool_name != NULL)
    found = g_hash_table_lookup (tap.pools, pool_name);
  n = found ? *found : 0;
  gst_ks_mutex_unlock (&tap.lock);
  return n;
}
