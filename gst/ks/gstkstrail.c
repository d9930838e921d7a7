/* GstKsTrail: through which pads a pool's frame was pushed since it is out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A step is one word: the number of a pad and the time. So whoever pushes a
 * frame writes without a lock, from several branches of a tee at once, and
 * whoever looks never sees half a step. A pad that the frame passes again gets
 * a new time in the same word; thus a trail is as long as there are different
 * pads, however often an element repeats the frame.
 *
 * The pad is a number and not a pointer, because the frame may outlive it. */

#include "gstkstrail.h"
#include "gstksclock.h"
#include "gstkslock.h"

/* Microseconds in the lower bits: they wrap after 12 days. */
#define TIME_BITS 40
#define TIME_MASK ((G_GUINT64_CONSTANT (1) << TIME_BITS) - 1)

#define NEVER_OUT -1
#define NOT_OUT 0
#define UNDATED 1

static gint all_dated;          /* atomic */

struct _GstKsTrails
{
  gatomicrefcount refs;
  guint first;                  /* atomic; a place */
  GMutex lock;                  /* all; innermost */
  GQueue all;                   /* links of GstKsTrail */
};

void
gst_ks_trails_set_dated (gboolean dated)
{
  __atomic_store_n (&all_dated, dated, __ATOMIC_RELAXED);
}

GstKsTrails *
gst_ks_trails_new (void)
{
  GstKsTrails *trails = g_new0 (GstKsTrails, 1);

  g_atomic_ref_count_init (&trails->refs);
  g_mutex_init (&trails->lock);
  g_queue_init (&trails->all);
  return trails;
}

GstKsTrails *
gst_ks_trails_ref (GstKsTrails * trails)
{
  g_atomic_ref_count_inc (&trails->refs);
  return trails;
}

void
gst_ks_trails_unref (GstKsTrails * trails)
{
  if (!g_atomic_ref_count_dec (&trails->refs))
    return;
  g_mutex_clear (&trails->lock);
  g_free (trails);
}

guint
gst_ks_trails_get_first (GstKsTrails * trails)
{
  return __atomic_load_n (&trails->first, __ATOMIC_RELAXED);
}

void
gst_ks_trail_init (GstKsTrail * trail, GstKsTrails * trails)
{
  trail->trails = gst_ks_trails_ref (trails);
  trail->link.data = trail;
  trail->since = NEVER_OUT;
  gst_ks_mutex_lock (&trails->lock);
  g_queue_push_tail_link (&trails->all, &trail->link);
  gst_ks_mutex_unlock (&trails->lock);
}

void
gst_ks_trail_clear (GstKsTrail * trail)
{
  GstKsTrails *trails = g_steal_pointer (&trail->trails);

  gst_ks_mutex_lock (&trails->lock);
  g_queue_unlink (&trails->all, &trail->link);
  gst_ks_mutex_unlock (&trails->lock);
  gst_ks_trails_unref (trails);
}

static guint
trail_length (const GstKsTrail * trail)
{
  return MIN (__atomic_load_n (&trail->n_steps, __ATOMIC_RELAXED),
      GST_KS_TRAIL_LENGTH);
}

void
gst_ks_trail_begin (GstKsTrail * trail, gboolean dated)
{
  guint n = trail_length (trail);

  for (guint i = 0; i < n; i++)
    __atomic_store_n (&trail->steps[i], 0, __ATOMIC_RELAXED);
  __atomic_store_n (&trail->n_steps, 0, __ATOMIC_RELAXED);
  dated = dated || __atomic_load_n (&all_dated, __ATOMIC_RELAXED);
  __atomic_store_n (&trail->since, dated ? gst_ks_clock_coarse () : UNDATED,
      __ATOMIC_RELAXED);
}

void
gst_ks_trail_end (GstKsTrail * trail)
{
  gboolean dated = __atomic_load_n (&all_dated, __ATOMIC_RELAXED);

  __atomic_store_n (&trail->since, dated ? -gst_ks_clock_coarse () : NOT_OUT,
      __ATOMIC_RELAXED);
}

void
gst_ks_trail_step (GstKsTrail * trail, guint place)
{
  guint64 step = (guint64) place << TIME_BITS
      | ((guint64) g_get_monotonic_time () & TIME_MASK);
  guint n = trail_length (trail);

  if (n == 0)
    __atomic_store_n (&trail->trails->first, place, __ATOMIC_RELAXED);
  for (guint i = 0; i < n; i++) {
    guint64 had = __atomic_load_n (&trail->steps[i], __ATOMIC_RELAXED);

    if (had >> TIME_BITS == place) {
      __atomic_store_n (&trail->steps[i], step, __ATOMIC_RELAXED);
      return;
    }
  }
  n = __atomic_fetch_add (&trail->n_steps, 1, __ATOMIC_RELAXED);
  __atomic_store_n (&trail->steps[n % GST_KS_TRAIL_LENGTH], step,
      __ATOMIC_RELAXED);
}

static void
copy_trail (const GstKsTrail * trail, gint64 since, gint64 now,
    GstKsTrailCopy * copy)
{
  guint n = trail_length (trail);

  copy->age = since == UNDATED ? GST_CLOCK_TIME_NONE :
      (GstClockTime) MAX (now - since, 0) * GST_USECOND;
  copy->n_steps = 0;
  for (guint i = 0; i < n; i++) {
    guint64 step = __atomic_load_n (&trail->steps[i], __ATOMIC_RELAXED);
    guint64 age = ((guint64) now - step) & TIME_MASK;

    /* 0: it is just being written; pushed after now: it wraps */
    if (step != 0)
      copy->steps[copy->n_steps++] = (GstKsStep) {
      step >> TIME_BITS, age > TIME_MASK / 2 ? 0 : age * GST_USECOND};
  }
}

GArray *
gst_ks_trails_copy (GstKsTrails * trails)
{
  GArray *copies = g_array_new (FALSE, FALSE, sizeof (GstKsTrailCopy));
  gint64 now = g_get_monotonic_time ();

  gst_ks_mutex_lock (&trails->lock);
  for (GList * l = trails->all.head; l != NULL; l = l->next) {
    const GstKsTrail *trail = l->data;
    gint64 since = __atomic_load_n (&trail->since, __ATOMIC_RELAXED);
    GstKsTrailCopy copy;

    if (since <= NOT_OUT)
      continue;
    copy_trail (trail, since, now, &copy);
    g_array_append_val (copies, copy);
  }
  gst_ks_mutex_unlock (&trails->lock);
  return copies;
}

gboolean
gst_ks_trail_is_new (const GstKsTrail * trail)
{
  return __atomic_load_n (&trail->since, __ATOMIC_RELAXED) == NEVER_OUT;
}

void
gst_ks_trail_look (const GstKsTrail * trail, GstKsTrailCopy * copy)
{
  gint64 since = __atomic_load_n (&trail->since, __ATOMIC_RELAXED);

  copy_trail (trail, ABS (since), g_get_monotonic_time (), copy);
  if (since == NOT_OUT)
    copy->age = GST_CLOCK_TIME_NONE;
}
