/* Pads that asked, and the plan for all of them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What was answered is settled: elements have their pools. A pad that comes
 * later is planned together with what is settled, which leaves no choice. When
 * the two cannot meet it is planned alone, so only the newcomer can fail.
 */
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"
#include "gstksplanprivate.h"

#define GST_CAT_DEFAULT gst_ks_negotiator_debug

/* Takes both; no lock held. */
void
gst_ks_head_free (GstPad * pad, GstKsHead * head)
{
  if (head->probe)
    gst_pad_remove_probe (pad, head->probe);
  gst_object_unref (pad);
  g_clear_pointer (&head->graph, gst_ks_graph_unref);
  g_clear_pointer (&head->plan, gst_ks_plan_unref);
  g_clear_pointer (&head->said, gst_structure_free);
  g_clear_pointer (&head->copies, g_ptr_array_unref);
  g_clear_pointer (&head->watch, gst_ks_watch_unref);
  gst_ks_apart_free (head->apart);
  gst_ks_traffic_unref (head->traffic);
  g_weak_ref_clear (&head->pool);
  g_free (head);
}

/* Takes @heads; no lock held. */
void
gst_ks_heads_free (GHashTable * heads)
{
  GHashTableIter iter;
  gpointer pad, head;

  g_hash_table_iter_init (&iter, heads);
  while (g_hash_table_iter_next (&iter, &pad, &head)) {
    g_hash_table_iter_steal (&iter);
    gst_ks_head_free (pad, head);
  }
  g_hash_table_unref (heads);
}

static const gchar *
name_of (const GstKsGraph * graph)
{
  return gst_ks_graph_peek_pad_name (graph, 0);
}

/* Under the lock, like what follows. Adds @head as it was settled, if it was. */
static void
add_settled (GstKsNegotiator * self, GstKsGraph * all, const GstKsHead * head,
    gboolean settled)
{
  g_autoptr (GError) why = NULL;

  if (!gst_ks_negotiator_merge (all, head->graph, settled ? head->plan : NULL,
          &why))
    GST_WARNING_OBJECT (self, "%s is left out of the plan: %s",
        name_of (head->graph), why->message);
}

/* Those that asked before and come to the same pads. */
static GstKsGraph *
graph_of_neighbours (GstKsNegotiator * self, GstPad * pad,
    const GstKsGraph * graph)
{
  GstKsGraph *all = gst_ks_graph_new ();
  GHashTableIter iter;
  gpointer other, head;

  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, &other, &head)) {
    if (other != (gpointer) pad
        && gst_ks_negotiator_share_pads (((GstKsHead *) head)->graph, graph))
      add_settled (self, all, head, TRUE);
  }
  return all;
}

static gboolean
has_neighbours (GstKsNegotiator * self, const GstKsHead * head)
{
  GHashTableIter iter;
  gpointer other;

  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, NULL, &other)) {
    if (other != (gpointer) head
        && gst_ks_negotiator_share_pads (((GstKsHead *) other)->graph,
            head->graph))
      return TRUE;
  }
  return FALSE;
}

/* Whoever shares no pad with others is as free as when it was planned. */
static GstKsGraph *
graph_of_all (GstKsNegotiator * self)
{
  GstKsGraph *all = gst_ks_graph_new ();
  GHashTableIter iter;
  gpointer head;

  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, NULL, &head))
    add_settled (self, all, head, has_neighbours (self, head));
  return all;
}

/* NULL: it cannot join what is settled. */
static GstKsPlan *
plan_with_others (GstKsNegotiator * self, GstPad * pad,
    const GstKsGraph * graph)
{
  g_autoptr (GstKsGraph) all = graph_of_neighbours (self, pad, graph);
  g_autoptr (GError) why = NULL;
  g_autoptr (GstKsPlan) plan = NULL;

  if (!gst_ks_negotiator_merge (all, graph, NULL, &why)) {
    GST_WARNING_OBJECT (self, "%s is planned alone: %s", name_of (graph),
        why->message);
    return NULL;
  }
  plan = gst_ks_graph_solve (all, 0);
  return gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK
      ? g_steal_pointer (&plan) : NULL;
}

static void
remember (GstKsHead * head, GstKsGraph * graph, GstKsPlan * plan)
{
  g_clear_pointer (&head->graph, gst_ks_graph_unref);
  g_clear_pointer (&head->plan, gst_ks_plan_unref);
  head->graph = gst_ks_graph_ref (graph);
  head->plan = gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK
      ? gst_ks_plan_ref (plan) : NULL;
}

/* No lock held: a probe is added. */
static GstKsHead *
head_new (GstPad * pad)
{
  GstKsHead *head = g_new0 (GstKsHead, 1);

  head->graph = gst_ks_graph_new ();
  head->traffic = gst_ks_traffic_new ();
  head->apart = gst_ks_apart_new ();
  g_weak_ref_init (&head->pool, NULL);
  head->probe = gst_ks_traffic_watch (head->traffic, pad);
  return head;
}

/* A pad that asks for the first time is known from then on. */
static void
ensure_head (GstKsNegotiator * self, GstPad * pad)
{
  GstKsHead *head;
  gboolean known;

  gst_ks_mutex_lock (&self->lock);
  known = g_hash_table_contains (self->heads, pad);
  gst_ks_mutex_unlock (&self->lock);
  if (known)
    return;
  head = head_new (pad);
  gst_ks_mutex_lock (&self->lock);
  known = !self->attached || g_hash_table_contains (self->heads, pad);
  if (!known)
    g_hash_table_insert (self->heads, gst_object_ref (pad), head);
  gst_ks_mutex_unlock (&self->lock);
  if (known)
    gst_ks_head_free (gst_object_ref (pad), head);
}

/* What its frames shall be of from now on; either may be NULL: anything. */
void
gst_ks_negotiator_expect (GstKsNegotiator * self, GstPad * pad,
    GstAllocator * allocator, GstBufferPool * pool)
{
  GstKsHead *head;

  gst_ks_mutex_lock (&self->lock);
  head = g_hash_table_lookup (self->heads, pad);
  if (head) {
    gst_ks_traffic_expect (head->traffic, allocator);
    g_weak_ref_set (&head->pool, GST_IS_KS_POOL (pool) ? pool : NULL);
  }
  gst_ks_mutex_unlock (&self->lock);
}

void
gst_ks_negotiator_drop_head (GstKsNegotiator * self, GstPad * pad)
{
  gpointer key = NULL, head = NULL;

  gst_ks_mutex_lock (&self->lock);
  g_hash_table_steal_extended (self->heads, pad, &key, &head);
  gst_ks_mutex_unlock (&self->lock);
  if (head)
    gst_ks_head_free (key, head);
}

/* A pad that the question passed through makes no frames. It asked because
 * what came by was not ours then: the one upstream was not watched yet. */
static GstPad *
find_passed (GstKsNegotiator * self, GstPad * pad, const GstKsGraph * graph)
{
  GHashTableIter iter;
  gpointer other, value;

  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, &other, &value)) {
    GstKsHead *head = value;

    if (other != (gpointer) pad && gst_ks_graph_get_n_pads (head->graph) > 0
        && gst_ks_graph_find_pad (graph, name_of (head->graph)) > 0)
      return gst_object_ref (other);
  }
  return NULL;
}

static void
drop_passed (GstKsNegotiator * self, GstPad * pad, const GstKsGraph * graph)
{
  GstPad *passed;

  do {
    gst_ks_mutex_lock (&self->lock);
    passed = find_passed (self, pad, graph);
    gst_ks_mutex_unlock (&self->lock);
    if (passed) {
      gst_ks_negotiator_drop_head (self, passed);
      gst_object_unref (passed);
    }
  } while (passed);
}

/* Plans @graph, what @pad met, with what is settled, and settles it. The plan
 * may be none: then it says why. */
GstKsPlan *
gst_ks_negotiator_settle (GstKsNegotiator * self, GstPad * pad,
    GstKsGraph * graph)
{
  GstKsHead *head;
  GstKsPlan *plan;

  drop_passed (self, pad, graph);
  ensure_head (self, pad);
  gst_ks_mutex_lock (&self->lock);
  plan = plan_with_others (self, pad, graph);
  if (plan == NULL)
    plan = gst_ks_graph_solve (graph, 0);
  head = g_hash_table_lookup (self->heads, pad);
  if (head)
    remember (head, graph, plan);
  gst_ks_mutex_unlock (&self->lock);
  return plan;
}

/**
 * gst_ks_negotiator_get_graph:
 * @self: a negotiator
 *
 * What is known of the bin's pads: those that asked, those that the question
 * came to, and what each needs. Any thread.
 *
 * Returns: (transfer full): a graph; without pads when nobody has asked
 *
 * Since: 0.9
 */
GstKsGraph *
gst_ks_negotiator_get_graph (GstKsNegotiator * self)
{
  g_return_val_if_fail (GST_IS_KS_NEGOTIATOR (self), NULL);

  GstKsGraph *all = gst_ks_graph_new ();
  GHashTableIter iter;
  gpointer value;

  gst_ks_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    (void) gst_ks_negotiator_merge (all, ((GstKsHead *) value)->graph, NULL,
        NULL);
  gst_ks_mutex_unlock (&self->lock);
  return all;
}

/* Names of those that were answered by a plan. */
static GStrv
list_answered (GstKsNegotiator * self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GstKsHead *head = value;

    if (head->plan)
      g_strv_builder_add (names, name_of (head->graph));
  }
  return g_strv_builder_end (names);
}

/* Nobody else has seen @plan yet. */
static void
finalize_segments (GstKsPlan * plan, GStrv answered)
{
  for (guint i = 0; answered[i]; i++) {
    const GstKsSegment *segment = gst_ks_negotiator_find_segment (plan,
        answered[i], NULL);

    if (segment)
      ((GstKsSegment *) segment)->state = GST_KS_SEGMENT_STATE_FINALIZED;
  }
}

/**
 * gst_ks_negotiator_get_plan:
 * @self: a negotiator
 *
 * The plan in force: where all frames live that somebody asked for. Segments
 * whose pads were answered by it are %GST_KS_SEGMENT_STATE_FINALIZED. Any thread.
 *
 * Returns: (transfer full): a plan; one without segments when nobody has asked
 *
 * Since: 0.9
 */
GstKsPlan *
gst_ks_negotiator_get_plan (GstKsNegotiator * self)
{
  g_return_val_if_fail (GST_IS_KS_NEGOTIATOR (self), NULL);

  g_autoptr (GstKsGraph) all = NULL;
  g_auto (GStrv) answered = NULL;
  GstKsPlan *plan;

  gst_ks_mutex_lock (&self->lock);
  all = graph_of_all (self);
  answered = list_answered (self);
  gst_ks_mutex_unlock (&self->lock);
  plan = gst_ks_graph_solve (all, 0);
  finalize_segments (plan, answered);
  return plan;
}
