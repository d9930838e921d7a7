/* What a process takes at one moment, and how series of it are written.
 *
 * Resident memory as the kernel counts it has in it what glibc and GLib keep for
 * later. Threads come and go with each pipeline; each would be given an arena, and
 * have a cache of free pieces in each of two allocators, half a megabyte together,
 * and how many threads live at a time is chance. So there is one arena and no such
 * cache, frames are mapped, each apart, and what is free is given back before each
 * look (malloc_trim() gives back pages in the middle too). What is left is what
 * somebody holds. All that can only be said before the process begins.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "soaksample.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TUNABLES "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=0:" \
    "glibc.malloc.mmap_threshold=16384"
#define WIDTH 720
#define HEIGHT 300
#define MARGIN 60

void
soak_sample_prepare (gchar ** argv)
{
  if (g_strcmp0 (g_getenv ("GLIBC_TUNABLES"), TUNABLES) == 0)
    return;
  g_setenv ("GLIBC_TUNABLES", TUNABLES, TRUE);
  g_setenv ("G_SLICE", "always-malloc", TRUE);
  (void) execv ("/proc/self/exe", argv);
  g_printerr ("ks-soak: cannot begin anew: %s\n", g_strerror (errno));
}

static guint
count_names (const gchar * path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static guint
count_lines (const gchar * path)
{
  g_autofree gchar *text = NULL;
  guint n = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  for (const gchar * at = text; (at = strchr (at, '\n')) != NULL; at++)
    n++;
  return n;
}

static guint64
read_resident (void)
{
  g_autofree gchar *text = NULL;
  guint64 all = 0, resident = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%" G_GINT64_MODIFIER "u %" G_GINT64_MODIFIER "u", &all,
        &resident);
  return resident * sysconf (_SC_PAGESIZE);
}

/* 0 on a kernel without that file. */
static guint64
read_anonymous (void)
{
  g_autofree gchar *text = NULL;
  const gchar *line = NULL;
  guint64 kib = 0;

  if (g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    line = strstr (text, "\nAnonymous:");
  if (line != NULL)
    sscanf (line, " Anonymous: %" G_GINT64_MODIFIER "u", &kib);
  return kib * 1024;
}

void
soak_sample_take (SoakSample * sample)
{
  (void) malloc_trim (0);
  sample->resident = read_resident ();
  sample->anonymous = read_anonymous ();
  sample->mappings = count_lines ("/proc/self/maps");
  sample->descriptors = count_names ("/proc/self/fd");
  sample->threads = count_names ("/proc/self/task");
}

/* --- for others --- */

static void
append_number (GString * text, const gchar * format, gdouble number)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (buffer, sizeof (buffer), format,
          number));
}

gchar *
soak_samples_to_json (const SoakSample * samples, guint n_samples,
    const SoakVerdict * verdict)
{
  g_auto (GStrv) complaints = soak_complaints (verdict);
  GString *text = g_string_new ("{\n  \"slope_bytes_per_minute\": ");

  append_number (text, "%.0f", verdict->slope);
  g_string_append_printf (text, ",\n  \"slope_limit\": %d,\n  \"failed\": [",
      SOAK_SLOPE_LIMIT);
  for (guint i = 0; complaints[i] != NULL; i++)
    g_string_append_printf (text, "%s\"%s\"", i > 0 ? ", " : "", complaints[i]);
  g_string_append (text, "],\n  \"samples\": [");
  for (guint i = 0; i < n_samples; i++) {
    g_string_append_printf (text, "%s\n    {\"seconds\": ", i > 0 ? "," : "");
    append_number (text, "%.1f", samples[i].seconds);
    g_string_append_printf (text, ", \"resident\": %" G_GUINT64_FORMAT
        ", \"anonymous\": %" G_GUINT64_FORMAT ", \"out\": %" G_GUINT64_FORMAT
        ", \"mappings\": %u, \"descriptors\": %u, \"threads\": %u}",
        samples[i].resident, samples[i].anonymous, samples[i].out,
        samples[i].mappings, samples[i].descriptors, samples[i].threads);
  }
  g_string_append (text, "\n  ]\n}\n");
  return g_string_free (text, FALSE);
}

typedef struct
{
  gdouble seconds;              /* of the last sample */
  guint64 lowest;               /* bytes */
  guint64 highest;              /* bytes */
} Scale;

static Scale
scale_of (const SoakSample * samples, guint n_samples)
{
  Scale scale = { 1, G_MAXUINT64, 0 };

  for (guint i = 0; i < n_samples; i++) {
    scale.seconds = MAX (scale.seconds, samples[i].seconds);
    scale.lowest = MIN (scale.lowest, samples[i].resident);
    scale.highest = MAX (scale.highest, samples[i].resident);
  }
  scale.highest = MAX (scale.highest, scale.lowest + 1024 * 1024);
  return scale;
}

static void
append_point (GString * text, const Scale * scale, gdouble seconds,
    gdouble resident)
{
  append_number (text, "%.1f", MARGIN + seconds / scale->seconds * WIDTH);
  g_string_append_c (text, ' ');
  append_number (text, "%.1f", MARGIN + HEIGHT - (resident - scale->lowest)
      / (scale->highest - scale->lowest) * HEIGHT);
  g_string_append_c (text, ' ');
}

static void
append_label (GString * text, gint x, gint y, const gchar * before,
    gdouble number, const gchar * behind)
{
  g_string_append_printf (text, "<text x=\"%d\" y=\"%d\">%s", x, y, before);
  append_number (text, "%.1f", number);
  g_string_append_printf (text, "%s</text>\n", behind);
}

/* From the first sample that is judged to the last, through the middle of them. */
static void
append_trend (GString * text, const Scale * scale, const SoakSample * samples,
    guint n_samples, const SoakVerdict * verdict)
{
  guint first = n_samples / 3;
  gdouble t = 0, y = 0;

  for (guint i = first; i < n_samples; i++) {
    t += samples[i].seconds / (n_samples - first);
    y += (gdouble) samples[i].resident / (n_samples - first);
  }
  g_string_append (text, "<polyline fill=\"none\" stroke=\"#c00\" points=\"");
  append_point (text, scale, samples[first].seconds,
      y + (samples[first].seconds - t) * verdict->slope / 60);
  append_point (text, scale, scale->seconds,
      y + (scale->seconds - t) * verdict->slope / 60);
  g_string_append (text, "\"/>\n");
}

gchar *
soak_samples_to_svg (const SoakSample * samples, guint n_samples,
    const SoakVerdict * verdict)
{
  Scale scale = scale_of (samples, n_samples);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "<svg xmlns=\"http://www.w3.org/2000/svg\""
      " width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
      WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN);
  append_label (text, 4, MARGIN, "", scale.highest / 1048576.0, " MiB");
  append_label (text, 4, MARGIN + HEIGHT, "", scale.lowest / 1048576.0, " MiB");
  append_label (text, WIDTH, HEIGHT + MARGIN + 20, "", scale.seconds / 60,
      " minutes");
  append_label (text, MARGIN, 30, "resident memory: ", verdict->slope / 1024,
      " KiB more a minute");
  g_string_append (text, "<polyline fill=\"none\" stroke=\"#048\" points=\"");
  for (guint i = 0; i < n_samples; i++)
    append_point (text, &scale, samples[i].seconds, samples[i].resident);
  g_string_append (text, "\"/>\n");
  if (n_samples > 0)
    append_trend (text, &scale, samples, n_samples, verdict);
  g_string_append (text, "</svg>\n");
  return g_string_free (text, FALSE);
}
