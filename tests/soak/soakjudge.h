/* Whether a process that went on for long grew: a series of samples, and what is said of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of resident memory a minute; a process that grows by less would need
 * weeks for a gigabyte. */
#define SOAK_SLOPE_LIMIT (64 * 1024)

/* The process at one moment, with all short pipelines gone. */
typedef struct
{
  gdouble seconds;              /* since the beginning */
  guint64 resident;             /* bytes */
  guint64 anonymous;            /* bytes; of these, no file's */
  guint64 out;                  /* frames that somebody holds */
  guint mappings;
  guint descriptors;
  guint threads;
} SoakSample;

typedef struct
{
  gdouble slope;                /* bytes of resident memory a minute, of the last two thirds */
  gboolean grows;               /* the slope is above the limit */
  gboolean maps;                /* more and more mappings */
  gboolean opens;               /* more and more descriptors */
  gboolean starts;              /* more and more threads */
  gboolean keeps;               /* frames were out when nobody should have one */
  gboolean few;                 /* too few samples to say anything */
} SoakVerdict;

/* In the order of time. */
void     soak_judge       (const SoakSample *samples, guint n_samples, SoakVerdict *verdict);
gboolean soak_is_good     (const SoakVerdict *verdict);
/* What failed, in words; empty where nothing did. */
gchar ** soak_complaints  (const SoakVerdict *verdict);
/* Bytes a minute: least squares of resident memory. */
gdouble  soak_slope       (const SoakSample *samples, guint n_samples);

G_END_DECLS
