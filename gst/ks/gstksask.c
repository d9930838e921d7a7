/* GstKsAsk: one ALLOCATION query of ours, and what it met on its way. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nobody can tell from outside which elements pass the query on, so we look:
 * the query has a mark, and a probe on each sink pad writes down that it came
 * by. A queue hands it to its own thread, and everything is still in order, as
 * whoever asked waits meanwhile. Tees are the one kind of element that we
 * stand in for, because they fall silent as soon as one branch does.
 *
 * The query is refcounted and marks hold the ask: a queue that is flushed lets
 * its asker go while another thread still has the query in its hands.
 */
#include "gstksask.h"

#include "gstkslock.h"
#include "gstkspinprivate.h"

#define MARK "gst-ks-ask"

struct _GstKsAsk
{
  gatomicrefcount refs;
  GstPad *head;                 /* owned */
  GThread *asker;               /* to compare only: the one that asks, and waits */
  GstCaps *caps;                /* owned; NULL: none */
  GstQuery *query;              /* owned; its mark was taken off when it came back */
  gboolean answered;

  GMutex lock;
  gboolean over;                /* nobody is written down any more */
  GPtrArray *answers;           /* of GstKsAnswer, owned; in the order of coming */
};

G_DEFINE_BOXED_TYPE (GstKsAsk, gst_ks_ask, gst_ks_ask_ref, gst_ks_ask_unref);

static gint strays;             /* atomic */
static GPrivate claimed;        /* GstPad, not owned: gst_ks_ask_claim() */

static void
answer_free (gpointer data)
{
  GstKsAnswer *answer = data;

  gst_object_unref (answer->pad);
  gst_object_unref (answer->from);
  g_ptr_array_unref (answer->next);
  gst_ks_query_reply_clear (&answer->reply);
  g_clear_pointer (&answer->framing, gst_ks_framing_unref);
  g_free (answer);
}

static GstQuery *
query_new (GstKsAsk * ask, gboolean need_pool)
{
  GstQuery *query = gst_query_new_allocation (ask->caps, need_pool);

  gst_structure_set (gst_query_writable_structure (query), MARK,
      GST_TYPE_KS_ASK, ask, NULL);
  return query;
}

GstKsAsk *
gst_ks_ask_new (GstPad * head, GstCaps * caps, gboolean need_pool)
{
  GstKsAsk *ask = g_new0 (GstKsAsk, 1);

  g_atomic_ref_count_init (&ask->refs);
  ask->head = gst_object_ref (head);
  ask->asker = g_thread_self ();
  ask->caps = caps ? gst_caps_ref (caps) : NULL;
  g_mutex_init (&ask->lock);
  ask->answers = g_ptr_array_new_with_free_func (answer_free);
  ask->query = query_new (ask, need_pool);
  return ask;
}

GstKsAsk *
gst_ks_ask_ref (GstKsAsk * ask)
{
  g_atomic_ref_count_inc (&ask->refs);
  return ask;
}

void
gst_ks_ask_unref (GstKsAsk * ask)
{
  GST_KS_RELEASE (ask);
  if (!g_atomic_ref_count_dec (&ask->refs))
    return;
  GST_KS_ACQUIRE (ask);
  gst_clear_query (&ask->query);
  gst_object_unref (ask->head);
  gst_clear_caps (&ask->caps);
  g_ptr_array_unref (ask->answers);
  g_mutex_clear (&ask->lock);
  g_free (ask);
}

GstKsAsk *
gst_ks_ask_of (GstQuery * query)
{
  const GstStructure *structure = gst_query_get_structure (query);
  const GValue *mark = structure ? gst_structure_get_value (structure, MARK)
      : NULL;

  return mark && G_VALUE_HOLDS (mark, GST_TYPE_KS_ASK)
      ? g_value_get_boxed (mark) : NULL;
}

/* --- on the way --- */

static GstKsAnswer *
find_answer (GstKsAsk * ask, GstPad * pad)
{
  for (guint i = 0; i < ask->answers->len; i++) {
    GstKsAnswer *answer = g_ptr_array_index (ask->answers, i);

    if (answer->pad == pad)
      return answer;
  }
  return NULL;
}

/* The pad by which the query came into the element that @from is of. */
static GstKsAnswer *
find_parent (GstKsAsk * ask, GstPad * from)
{
  GstObject *element = GST_OBJECT_PARENT (from);

  for (guint i = ask->answers->len; i > 0; i--) {
    GstKsAnswer *answer = g_ptr_array_index (ask->answers, i - 1);

    if (element && GST_OBJECT_PARENT (answer->pad) == element)
      return answer;
  }
  return NULL;
}

void
gst_ks_ask_enter (GstKsAsk * ask, GstPad * pad)
{
  GstPad *from = gst_ks_pin_find_peer (pad);

  if (from == NULL)
    return;
  gst_ks_mutex_lock (&ask->lock);
  if (ask->over || find_answer (ask, pad)) {
    gst_ks_mutex_unlock (&ask->lock);
    gst_object_unref (from);
    return;
  }
  GstKsAnswer *answer = g_new0 (GstKsAnswer, 1);
  answer->pad = gst_object_ref (pad);
  answer->from = from;
  answer->parent = from == ask->head ? NULL : find_parent (ask, from);
  answer->next = g_ptr_array_new ();
  answer->reply.align = 1;
  if (answer->parent)
    g_ptr_array_add (answer->parent->next, answer);
  g_ptr_array_add (ask->answers, answer);
  gst_ks_mutex_unlock (&ask->lock);
}

void
gst_ks_ask_leave (GstKsAsk * ask, GstPad * pad, GstQuery * query)
{
  GstKsQueryReply reply;
  GstKsFraming *framing;
  GstKsAnswer *answer;

  /* kept by somebody, it may not be touched, not even to be read */
  if (!gst_query_is_writable (query))
    return;
  framing = gst_ks_query_get_allocation_framing (query, NULL);
  gst_ks_query_read (query, TRUE, &reply);
  gst_ks_mutex_lock (&ask->lock);
  answer = ask->over ? NULL : find_answer (ask, pad);
  if (answer && !answer->answered) {
    answer->answered = TRUE;
    answer->reply = reply;
    answer->framing = g_steal_pointer (&framing);
    reply = (GstKsQueryReply) {
    .align = 1};
  }
  gst_ks_mutex_unlock (&ask->lock);
  gst_ks_query_reply_clear (&reply);
  g_clear_pointer (&framing, gst_ks_framing_unref);
}

/* --- sending --- */

/* The pad whose stream lock the streaming thread holds: that of its own task,
 * or the one by which the data came in. NULL: it cannot be told. */
static GstPad *
streaming_pad (GstPad * src)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (src);
  GstPad *pad = NULL;

  GST_OBJECT_LOCK (src);
  if (GST_PAD_TASK (src))
    pad = gst_object_ref (src);
  GST_OBJECT_UNLOCK (src);
  if (pad || element == NULL)
    return pad;
  GST_OBJECT_LOCK (element);
  if (element->numsinkpads == 1)
    pad = gst_object_ref (element->sinkpads->data);
  GST_OBJECT_UNLOCK (element);
  return pad;
}

/* A lock that can be taken is this thread's, or nobody's. */
gboolean
gst_ks_ask_is_streaming (GstPad * src)
{
  g_autoptr (GstPad) pad = streaming_pad (src);

  if (pad == NULL || g_private_get (&claimed) == src)
    return TRUE;
  if (!g_rec_mutex_trylock (GST_PAD_GET_STREAM_LOCK (pad)))
    return FALSE;
  g_rec_mutex_unlock (GST_PAD_GET_STREAM_LOCK (pad));
  return TRUE;
}

/* Sent to the other side directly: our own probe does not see it. */
static gboolean
send_from (GstPad * src, GstQuery * query, gboolean may_ask)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (src);

  if (!may_ask)
    g_atomic_int_inc (&strays);
  gst_ks_ask_certify (src, may_ask);
  return peer && gst_pad_query (peer, query);
}

void
gst_ks_ask_claim (GstPad * head)
{
  g_private_set (&claimed, head);
}

guint
gst_ks_ask_count_strays (void)
{
  return g_atomic_int_get (&strays);
}

/* The pad of a bin stands for one inside, unless it answers itself; so does its
 * other half, of a bin that is left, for one outside. */
static GstKsAnswer *
find_inside (GstKsAsk * ask, const GstKsAnswer * answer)
{
  if (!GST_IS_PROXY_PAD (answer->pad))
    return NULL;
  for (guint i = 0; i < ask->answers->len; i++) {
    GstKsAnswer *other = g_ptr_array_index (ask->answers, i);

    if (other != answer && other->from == answer->from)
      return other;
  }
  return NULL;
}

/* What came out of the bin by a pad that has a pin goes on from the one inside. */
static void
hand_over (GstKsAsk * ask, const GstKsAnswer * ghost, GstKsAnswer * inside)
{
  for (guint i = 0; i < ask->answers->len; i++) {
    GstKsAnswer *answer = g_ptr_array_index (ask->answers, i);

    if (answer->parent != ghost)
      continue;
    answer->parent = inside;
    g_ptr_array_add (inside->next, answer);
  }
}

static void
drop_ghosts (GstKsAsk * ask)
{
  for (guint i = ask->answers->len; i > 0; i--) {
    GstKsAnswer *answer = g_ptr_array_index (ask->answers, i - 1);
    GstKsAnswer *inside = find_inside (ask, answer);

    if (inside == NULL)
      continue;
    hand_over (ask, answer, inside);
    if (answer->parent)
      g_ptr_array_remove (answer->parent->next, answer);
    g_ptr_array_remove_index (ask->answers, i - 1);
  }
}

void
gst_ks_ask_send (GstKsAsk * ask)
{
  ask->answered = send_from (ask->head, ask->query,
      g_thread_self () == ask->asker);
  gst_ks_mutex_lock (&ask->lock);
  ask->over = TRUE;
  drop_ghosts (ask);
  gst_ks_mutex_unlock (&ask->lock);
  /* whoever still has it, after a flush, keeps it: the mark holds us */
  if (!gst_query_is_writable (ask->query)) {
    gst_query_unref (ask->query);
    ask->query = gst_query_new_allocation (ask->caps, FALSE);
    ask->answered = FALSE;
  }
  gst_structure_remove_field (gst_query_writable_structure (ask->query), MARK);
  if (!ask->answered)
    gst_ks_query_forget (ask->query);
}

void
gst_ks_ask_copy_lists (GstQuery * to, GstQuery * from)
{
  gst_ks_query_forget (to);
  for (guint i = 0; i < gst_query_get_n_allocation_metas (from); i++) {
    const GstStructure *params;
    GType api = gst_query_parse_nth_allocation_meta (from, i, &params);

    gst_query_add_allocation_meta (to, api, params);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_params (from); i++) {
    g_autoptr (GstAllocator) allocator = NULL;
    GstAllocationParams params;

    gst_query_parse_nth_allocation_param (from, i, &allocator, &params);
    gst_query_add_allocation_param (to, allocator, &params);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_pools (from); i++) {
    g_autoptr (GstBufferPool) pool = NULL;
    guint size, min, max;

    gst_query_parse_nth_allocation_pool (from, i, &pool, &size, &min, &max);
    gst_query_add_allocation_pool (to, pool, size, min, max);
  }
}

/* --- branches --- */

static gboolean
same_params (const GstStructure * a, const GstStructure * b)
{
  return a == b || (a && b && gst_structure_is_equal (a, b));
}

/* What all branches so far understand, with the params that all want. */
static void
meet_metas (GstQuery * all, GstQuery * one)
{
  for (guint i = gst_query_get_n_allocation_metas (all); i > 0; i--) {
    const GstStructure *mine, *theirs = NULL;
    GType api = gst_query_parse_nth_allocation_meta (all, i - 1, &mine);
    guint at;
    gboolean both = gst_query_find_allocation_meta (one, api, &at);

    if (both)
      gst_query_parse_nth_allocation_meta (one, at, &theirs);
    if (both && same_params (mine, theirs))
      continue;
    gst_query_remove_nth_allocation_meta (all, i - 1);
    if (both && api != GST_KS_FRAMING_META_API_TYPE)
      gst_query_add_allocation_meta (all, api, NULL);
  }
}

/* Only metas go up: what else branches need is written down by branch. */
static gboolean
ask_branch (GstKsAsk * ask, GstPad * src, GstQuery * all, gboolean * first)
{
  g_autoptr (GstQuery) query = query_new (ask, FALSE);
  gboolean answered = send_from (src, query, gst_ks_ask_is_streaming (src));

  if (!answered)
    gst_ks_query_forget (query);
  if (*first)
    gst_ks_ask_copy_lists (all, query);
  else
    meet_metas (all, query);
  *first = FALSE;
  return answered;
}

static GList *
copy_source_pads (GstElement * element)
{
  GList *pads;

  GST_OBJECT_LOCK (element);
  pads = g_list_copy (element->srcpads);
  for (GList * l = pads; l; l = l->next)
    gst_object_ref (l->data);
  GST_OBJECT_UNLOCK (element);
  return pads;
}

gboolean
gst_ks_ask_branches (GstKsAsk * ask, GstElement * element, GstQuery * query)
{
  gboolean all = TRUE, first = TRUE;
  GList *pads = copy_source_pads (element);

  for (GList * l = pads; l; l = l->next) {
    if (gst_pad_is_linked (l->data))
      all &= ask_branch (ask, l->data, query, &first);
  }
  g_list_free_full (pads, gst_object_unref);
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  while (gst_query_get_n_allocation_params (query) > 0)
    gst_query_remove_nth_allocation_param (query, 0);
  return all && !first;
}

/* --- what came of it --- */

GstPad *
gst_ks_ask_peek_head (const GstKsAsk * ask)
{
  return ask->head;
}

GstCaps *
gst_ks_ask_peek_caps (const GstKsAsk * ask)
{
  return ask->caps;
}

GstQuery *
gst_ks_ask_peek_query (const GstKsAsk * ask)
{
  return ask->query;
}

gboolean
gst_ks_ask_is_answered (const GstKsAsk * ask)
{
  return ask->answered;
}

guint
gst_ks_ask_get_n_answers (const GstKsAsk * ask)
{
  return ask->answers->len;
}

const GstKsAnswer *
gst_ks_ask_peek_answer (const GstKsAsk * ask, guint index)
{
  return g_ptr_array_index (ask->answers, index);
}
