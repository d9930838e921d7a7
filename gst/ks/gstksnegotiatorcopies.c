/* Copies that elements make behind everybody's back: foretold, counted, and avoided where they may be.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An element that works in place copies a frame that somebody else still has.
 * The plan knows where: it is a cut for the sake of frame integrity. Who else
 * has the frame, and for how long, says whether waiting would help.
 */
#include "gstksholder.h"
#include "gstksneed.h"
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"

#include <gst/base/gstbasetransform.h>

#define NO_QUEUE "the tee keeps a frame until all branches have taken it"
#define DEADLINES "sinks show frames at their time, so none can wait for its turn"
#define CAPPED "frames have a cap: whoever fills them might wait for this one"
#define OTHERS "another branch that works in place waits for its turn already"
#define JOIN "branches come together again, each waits for the other there"
#define KEPT "an application decides how long frames are kept"
#define SMALL_QUEUE "the queue before it is too small to wait"
#define APART "it can do both, and writes into frames of its own"
#define WAITS "waits until a frame is its own; the first is kept by sinks in preroll"

void
gst_ks_copy_free (gpointer data)
{
  GstKsCopy *copy = data;

  g_clear_pointer (&copy->turn, gst_ks_turn_free);
  g_atomic_rc_box_release (copy->count);
  g_free (copy->a);
  g_free (copy->b);
  g_free (copy->lever);
  g_free (copy);
}

/* --- who is on the way, and who else looks at the frames --- */

static gboolean
is_at_or_behind (const GstKsAnswer * answer, const GstKsAnswer * front)
{
  while (answer && answer != front)
    answer = answer->parent;
  return answer != NULL;
}

static gboolean
is_queue (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);

  return element && g_str_equal (G_OBJECT_TYPE_NAME (element), "GstQueue");
}

/* Owned; the queue that feeds it, if there is no fork between them. */
static GstElement *
find_queue (const GstKsAnswer * answer)
{
  for (const GstKsAnswer * at = answer->parent; at && at->next->len == 1;
      at = at->parent) {
    if (is_queue (at->pad))
      return gst_pad_get_parent_element (at->pad);
  }
  return NULL;
}

/* Upstream of it; NULL: nobody sends a frame twice. */
static const gchar *
find_repeater (const GstKsNegotiatorCase * c, const GstKsAnswer * answer,
    const gchar ** lever)
{
  GstKsHolder holder;

  for (const GstKsAnswer * at = answer->parent; at; at = at->parent) {
    gst_ks_holder_look (at->pad, &holder);
    if (holder.duplicates) {
      *lever = holder.lever;
      return "the element before it keeps each frame, to send it again";
    }
  }
  if (gst_ks_need_repeats (c->pad))
    return "the source keeps its frame, to send it again";
  return NULL;
}

/* What the others together do with a frame. */
typedef struct
{
  guint kept;                   /* frames */
  gboolean unbounded;
  gboolean deadlines;           /* own sinks included */
  gboolean join;                /* one of them ends where an own one ends */
} Others;

static gboolean
has_deadlines (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GParamSpec *spec = element ? g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "sync") : NULL;
  gboolean sync = FALSE;

  if (spec && spec->value_type == G_TYPE_BOOLEAN)
    g_object_get (element, "sync", &sync, NULL);
  return sync;
}

/* Something behind @own ends in the element where @other ends. */
static gboolean
comes_together (const GstKsNegotiatorCase * c, const GstKsAnswer * own,
    const GstKsAnswer * other)
{
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    const GstKsAnswer *answer = gst_ks_ask_peek_answer (c->ask, i);

    if (is_at_or_behind (answer, own) && GST_OBJECT_PARENT (answer->pad)
        == GST_OBJECT_PARENT (other->pad))
      return TRUE;
  }
  return FALSE;
}

static void
look_at_others (const GstKsNegotiatorCase * c, const GstKsAnswer * own,
    Others * others)
{
  GstKsHolder holder;

  *others = (Others) {
  0,};
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    const GstKsAnswer *answer = gst_ks_ask_peek_answer (c->ask, i);

    others->deadlines |= has_deadlines (answer->pad);
    if (is_at_or_behind (answer, own) || is_at_or_behind (own, answer))
      continue;
    gst_ks_holder_look (answer->pad, &holder);
    others->kept += holder.frames;
    others->unbounded |= holder.unbounded;
    others->join |= comes_together (c, own, answer);
  }
}

/* Frames that wait in it until those that others keep have been replaced. */
static gboolean
has_room (GstElement * queue, guint kept)
{
  guint buffers;

  g_object_get (queue, "max-size-buffers", &buffers, NULL);
  return buffers == 0 || buffers > kept + 1;
}

/* --- the verdict --- */

static const gchar *
why_not (const GstKsNegotiatorCase * c, GstElement * queue,
    const Others * others, gboolean taken, const gchar ** lever)
{
  if (queue == NULL) {
    *lever = "a queue before it";
    return NO_QUEUE;
  }
  if (others->deadlines) {
    *lever = "sync=false on all sinks";
    return DEADLINES;
  }
  if (others->unbounded)
    return KEPT;
  if (others->join)
    return JOIN;
  if (c->segment->cap < GST_KS_RANGE_LIMIT) {
    *lever = "no cap";
    return CAPPED;
  }
  if (!has_room (queue, others->kept)) {
    *lever = "a larger max-size-buffers";
    return SMALL_QUEUE;
  }
  return taken ? OTHERS : NULL;
}

static GstKsCopy *
copy_new (const GstKsCut * cut, GstKsCopyCount * count)
{
  GstKsCopy *copy = g_new0 (GstKsCopy, 1);

  copy->a = g_strdup (cut->a);
  copy->b = g_strdup (cut->b);
  copy->count = count ? g_atomic_rc_box_acquire (count)
      : g_atomic_rc_box_new0 (GstKsCopyCount);
  return copy;
}

/* --- elements that can do both --- */

static void
apart_free (gpointer weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

GPtrArray *
gst_ks_apart_new (void)
{
  return g_ptr_array_new_with_free_func (apart_free);
}

static void
set_in_place (GstElement * element, gboolean in_place)
{
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (element), in_place);
  gst_base_transform_reconfigure_src (GST_BASE_TRANSFORM (element));
}

void
gst_ks_apart_free (GPtrArray * apart)
{
  for (guint i = 0; i < apart->len; i++) {
    g_autoptr (GstElement) element =
        g_weak_ref_get (g_ptr_array_index (apart, i));

    if (element)
      set_in_place (element, TRUE);
  }
  g_ptr_array_unref (apart);
}

/* So that it is as it was when nobody plans for the head any more. */
static void
remember_apart (const GstKsNegotiatorCase * c, GstElement * element)
{
  GWeakRef *weak = g_new (GWeakRef, 1);
  GstKsHead *head;

  g_weak_ref_init (weak, element);
  gst_ks_mutex_lock (&c->self->lock);
  head = g_hash_table_lookup (c->self->heads, c->pad);
  if (head) {
    g_ptr_array_add (head->apart, weak);
    weak = NULL;
  }
  gst_ks_mutex_unlock (&c->self->lock);
  if (weak)
    apart_free (weak);
}

/* Instead of copying a frame and changing the copy, an element that can do both
 * writes what it makes of the frame into another. It asks for those itself. */
static gboolean
work_apart (const GstKsNegotiatorCase * c, const GstKsAnswer * answer)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (answer->pad);

  if (!gst_ks_need_works_both_ways (answer->pad))
    return FALSE;
  remember_apart (c, element);
  set_in_place (element, FALSE);
  return TRUE;
}

/* @taken: another branch waits already. */
static void
judge (const GstKsNegotiatorCase * c, const GstKsAnswer * answer,
    GstPad * src, gboolean taken, GstKsCopy * copy)
{
  g_autoptr (GstElement) queue = find_queue (answer);
  const gchar *lever = NULL;
  Others others;

  if (work_apart (c, answer)) {
    copy->cause = APART;
    copy->avoided = TRUE;
    return;
  }
  copy->cause = find_repeater (c, answer, &lever);
  look_at_others (c, answer, &others);
  if (copy->cause == NULL)
    copy->cause = why_not (c, queue, &others, taken, &lever);
  copy->avoided = copy->cause == NULL;
  copy->per_frame = copy->avoided ? 0 : 1;
  copy->once = copy->avoided ? (others.kept > 0 ? 2 : 1) : 0;
  if (copy->avoided) {
    copy->cause = WAITS;
    lever = others.kept > 0 ? "enable-last-sample=false on the other sinks"
        " would save the last" : NULL;
  }
  copy->lever = g_strdup (lever);
  GstKsTurnPlace place = { c->bin, answer->pad, src,
    copy->avoided ? queue : NULL, others.kept > 0
  };
  copy->turn = gst_ks_turn_new (&place, copy->count);
}

/* --- all of a plan --- */

static const GstKsAnswer *
find_answer (const GstKsNegotiatorCase * c, const gchar * name)
{
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    const GstKsAnswer *answer = gst_ks_ask_peek_answer (c->ask, i);
    g_autofree gchar *own = gst_ks_negotiator_name_pad (answer->pad, c->bin);

    if (g_str_equal (own, name))
      return answer;
  }
  return NULL;
}

static GstKsCopyCount *
find_count (const GPtrArray * copies, const gchar * a)
{
  for (guint i = 0; copies && i < copies->len; i++) {
    const GstKsCopy *copy = g_ptr_array_index (copies, i);

    if (g_str_equal (copy->a, a))
      return copy->count;
  }
  return NULL;
}

static GPtrArray *
judge_all (const GstKsNegotiatorCase * c, const GPtrArray * old)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func (gst_ks_copy_free);
  gboolean taken = FALSE;

  for (guint i = 0; i < gst_ks_plan_get_n_cuts (c->plan); i++) {
    const GstKsCut *cut = gst_ks_plan_peek_cut (c->plan, i);
    const GstKsAnswer *answer = find_answer (c, cut->a);
    GstKsCopy *copy;

    if (answer == NULL || answer->next->len != 1)
      continue;
    copy = copy_new (cut, find_count (old, cut->a));
    judge (c, answer, ((GstKsAnswer *) g_ptr_array_index (answer->next,
                0))->from, taken, copy);
    taken |= copy->turn && copy->avoided;
    g_ptr_array_add (copies, copy);
  }
  return copies;
}

/* In the thread of the pad that asks, no lock held. */
void
gst_ks_negotiator_watch_copies (const GstKsNegotiatorCase * c)
{
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GPtrArray) copies = NULL;
  GstKsHead *head;

  gst_ks_mutex_lock (&c->self->lock);
  head = g_hash_table_lookup (c->self->heads, c->pad);
  if (head)
    old = g_steal_pointer (&head->copies);
  gst_ks_mutex_unlock (&c->self->lock);
  /* probes of old ones go first: those of one pad would count twice */
  for (guint i = 0; old && i < old->len; i++)
    g_clear_pointer (&((GstKsCopy *) g_ptr_array_index (old, i))->turn,
        gst_ks_turn_free);
  copies = judge_all (c, old);
  gst_ks_mutex_lock (&c->self->lock);
  head = g_hash_table_lookup (c->self->heads, c->pad);
  if (head)
    head->copies = g_steal_pointer (&copies);
  gst_ks_mutex_unlock (&c->self->lock);
}
