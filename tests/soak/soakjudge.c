/* Whether a process that went on for long grew: a series of samples, and what is said of it.
 *
 * The first third is left out: caches are still filled in it. Memory has to grow by less than the limit, by least squares over
 * the rest. Counts go up and down by few, so a limit on their slope would say
 * little: they rise when the last third is nowhere below the third before it and
 * somewhere above.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "soakjudge.h"

#define LEAST_SAMPLES 6         /* two in each third */

gdouble
soak_slope (const SoakSample * samples, guint n_samples)
{
  gdouble t = 0, y = 0, tt = 0, ty = 0;

  for (guint i = 0; i < n_samples; i++) {
    t += samples[i].seconds / n_samples;
    y += (gdouble) samples[i].resident / n_samples;
  }
  for (guint i = 0; i < n_samples; i++) {
    gdouble later = samples[i].seconds - t;

    tt += later * later;
    ty += later * ((gdouble) samples[i].resident - y);
  }
  return tt > 0 ? ty / tt * 60 : 0;
}

typedef guint (*Count) (const SoakSample * sample);

static guint
mappings (const SoakSample * sample)
{
  return sample->mappings;
}

static guint
descriptors (const SoakSample * sample)
{
  return sample->descriptors;
}

static guint
threads (const SoakSample * sample)
{
  return sample->threads;
}

typedef struct
{
  guint lowest;
  guint highest;
} Span;

static Span
span_of (const SoakSample * samples, guint n_samples, Count count)
{
  Span span = { G_MAXUINT, 0 };

  for (guint i = 0; i < n_samples; i++) {
    span.lowest = MIN (span.lowest, count (&samples[i]));
    span.highest = MAX (span.highest, count (&samples[i]));
  }
  return span;
}

static gboolean
is_rising (const SoakSample * samples, guint n_samples, Count count)
{
  guint third = n_samples / 3;
  Span middle = span_of (samples + third, n_samples - 2 * third, count);
  Span last = span_of (samples + n_samples - third, third, count);

  return last.lowest >= middle.highest && last.lowest > middle.lowest
      && last.highest > middle.highest;
}

void
soak_judge (const SoakSample * samples, guint n_samples, SoakVerdict * verdict)
{
  guint third = n_samples / 3;

  *verdict = (SoakVerdict) {
  .few = n_samples < LEAST_SAMPLES};
  for (guint i = 0; i < n_samples; i++)
    verdict->keeps |= samples[i].out > 0;
  if (verdict->few)
    return;
  verdict->slope = soak_slope (samples + third, n_samples - third);
  verdict->grows = verdict->slope >= SOAK_SLOPE_LIMIT;
  verdict->maps = is_rising (samples, n_samples, mappings);
  verdict->opens = is_rising (samples, n_samples, descriptors);
  verdict->starts = is_rising (samples, n_samples, threads);
}

gboolean
soak_is_good (const SoakVerdict * verdict)
{
  return !verdict->grows && !verdict->maps && !verdict->opens
      && !verdict->starts && !verdict->keeps && !verdict->few;
}

gchar **
soak_complaints (const SoakVerdict * verdict)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (verdict->grows) {
    g_autofree gchar *text = g_strdup_printf ("resident memory: %.1f KiB more"
        " a minute, less than %d are allowed", verdict->slope / 1024,
        SOAK_SLOPE_LIMIT / 1024);

    g_strv_builder_add (words, text);
  }
  if (verdict->maps)
    g_strv_builder_add (words, "mappings: there are more and more");
  if (verdict->opens)
    g_strv_builder_add (words, "descriptors: there are more and more");
  if (verdict->starts)
    g_strv_builder_add (words, "threads: there are more and more");
  if (verdict->keeps)
    g_strv_builder_add (words, "counters: frames were out when no pipeline"
        " had any");
  if (verdict->few)
    g_strv_builder_add (words, "samples: too few to say anything; let it run"
        " for longer");
  return g_strv_builder_end (words);
}
