/* What the fuzz targets share: input in lines, and what every error has.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);
const char *__asan_default_options (void);

/* GLib lets go of its old table each time that of interned strings grows, and
 * the fuzzer finds many names; the tests look for leaks. */
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}

/* Ours, in words that can be printed. */
static inline void
fuzz_check_error (const GError * error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == GST_KS_ERROR);
  g_assert_true (error->message[0] != '\0');
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* A result or an error, never both and never neither. */
static inline void
fuzz_check_either (gboolean done, const GError * error)
{
  if (done)
    g_assert_no_error (error);
  else
    fuzz_check_error (error);
}

/* n_lines texts, the last with all that is left; those that are not there are
 * empty. */
static inline gchar **
fuzz_lines (const guint8 * data, gsize size, guint n_lines)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  gchar **found = g_strsplit (text, "\n", n_lines);
  gchar **lines = g_new0 (gchar *, n_lines + 1);

  for (guint i = 0, n = g_strv_length (found); i < n_lines; i++)
    lines[i] = g_strdup (i < n ? found[i] : "");
  g_strfreev (found);
  return lines;
}

static inline void
fuzz_ignore (const gchar * domain, GLogLevelFlags level, const gchar * text,
    gpointer unused)
{
}

/* Between the two GStreamer reads text, and what it complains of is its own. */
static inline void
fuzz_begin_gstreamer (void)
{
  g_log_set_fatal_mask ("GStreamer", G_LOG_FATAL_MASK);
}

static inline void
fuzz_end_gstreamer (void)
{
  g_log_set_fatal_mask ("GStreamer", G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
}

/* Without anybody's plugins: what is looked at comes along. GStreamer warns of
 * texts that it reads all the same. */
static inline void
fuzz_start_gstreamer (void)
{
  static const gchar *const domains[] = { "GStreamer", "GStreamer-KS",
    "GStreamer-Video", "GLib", "GLib-GObject"
  };
  static gboolean started;

  if (started)
    return;
  started = TRUE;
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  g_setenv ("GST_PLUGIN_SYSTEM_PATH_1_0", "", TRUE);
  g_setenv ("GST_PLUGIN_PATH_1_0", "", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    g_log_set_fatal_mask (domains[i], G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL
        | (i > 0 ? G_LOG_LEVEL_WARNING : 0));
  g_log_set_handler ("GStreamer", G_LOG_LEVEL_WARNING, fuzz_ignore, NULL);
  gst_init (NULL, NULL);
}
