/* A negotiator for each pipeline of the process, and what became of its plan.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The pipeline owns its negotiator, which ends with it. When a pipeline stops,
 * elements may leave it, so that is the last moment when all of the plan is
 * known: it is kept then, in place of what was kept before.
 */
#include "gstkstracerplans.h"

#include <gst/ks/gstkslock.h>

typedef struct
{
  GWeakRef negotiator;
  gpointer key;                 /* the same, to compare only */
  GstKsTracerPlan *kept;        /* owned; NULL: it has not stopped yet */
  gchar *pipeline;              /* owned */
} Entry;

struct _GstKsTracerPlans
{
  GQuark quark;                 /* qdata of a pipeline: its negotiator */
  GMutex lock;
  GPtrArray *entries;           /* of Entry; under lock */
  guint n_more;                 /* under lock */
};

static void
plan_free (gpointer data)
{
  GstKsTracerPlan *plan = data;

  if (plan == NULL)
    return;
  g_free (plan->pipeline);
  gst_ks_plan_unref (plan->plan);
  gst_ks_graph_unref (plan->graph);
  gst_structure_free (plan->report);
  g_free (plan);
}

static GstKsTracerPlan *
plan_copy (const GstKsTracerPlan * plan)
{
  GstKsTracerPlan *copy = g_new0 (GstKsTracerPlan, 1);

  copy->pipeline = g_strdup (plan->pipeline);
  copy->plan = gst_ks_plan_ref (plan->plan);
  copy->graph = gst_ks_graph_ref (plan->graph);
  copy->report = gst_structure_copy (plan->report);
  return copy;
}

/* Looks at elements: no lock held. */
static GstKsTracerPlan *
plan_of (GstKsNegotiator * negotiator, const gchar * pipeline)
{
  GstKsTracerPlan *plan = g_new0 (GstKsTracerPlan, 1);

  plan->pipeline = g_strdup (pipeline);
  plan->plan = gst_ks_negotiator_get_plan (negotiator);
  plan->graph = gst_ks_negotiator_get_graph (negotiator);
  plan->report = gst_ks_negotiator_get_report (negotiator);
  return plan;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_weak_ref_clear (&entry->negotiator);
  plan_free (entry->kept);
  g_free (entry->pipeline);
  g_free (entry);
}

GstKsTracerPlans *
gst_ks_tracer_plans_new (void)
{
  GstKsTracerPlans *plans = g_new0 (GstKsTracerPlans, 1);

  plans->quark = g_quark_from_static_string ("gst-ks-tracer-negotiator");
  g_mutex_init (&plans->lock);
  plans->entries = g_ptr_array_new_with_free_func (entry_free);
  return plans;
}

void
gst_ks_tracer_plans_free (GstKsTracerPlans * plans)
{
  g_ptr_array_unref (plans->entries);
  g_mutex_clear (&plans->lock);
  g_free (plans);
}

/* --- a pipeline begins --- */

static void
remember (GstKsTracerPlans * plans, GstElement * pipeline,
    GstKsNegotiator * negotiator)
{
  Entry *entry = g_new0 (Entry, 1);
  gboolean is_kept;

  g_weak_ref_init (&entry->negotiator, negotiator);
  entry->key = negotiator;
  entry->pipeline = gst_object_get_name (GST_OBJECT (pipeline));
  gst_ks_mutex_lock (&plans->lock);
  is_kept = plans->entries->len < GST_KS_TRACER_MAX_PLANS;
  if (is_kept)
    g_ptr_array_add (plans->entries, entry);
  else
    plans->n_more++;
  gst_ks_mutex_unlock (&plans->lock);
  if (!is_kept)
    entry_free (entry);
}

/* State changes of one element do not overlap, so nobody is between. */
static void
attach (GstKsTracerPlans * plans, GstElement * pipeline)
{
  GstKsNegotiator *negotiator;

  if (g_object_get_qdata (G_OBJECT (pipeline), plans->quark) != NULL)
    return;
  negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  gst_ks_negotiator_attach (negotiator);
  remember (plans, pipeline, negotiator);
  g_object_set_qdata_full (G_OBJECT (pipeline), plans->quark, negotiator,
      g_object_unref);
}

/* --- a pipeline stops --- */

/* Under the lock; NULL: it is above the limit. One that is gone may have left
 * its address to a later one. */
static Entry *
find_entry (GstKsTracerPlans * plans, GstKsNegotiator * negotiator)
{
  for (guint i = plans->entries->len; i > 0; i--) {
    Entry *entry = plans->entries->pdata[i - 1];

    if (entry->key == negotiator)
      return entry;
  }
  return NULL;
}

static void
keep (GstKsTracerPlans * plans, GstElement * pipeline)
{
  GstKsNegotiator *negotiator =
      g_object_get_qdata (G_OBJECT (pipeline), plans->quark);
  g_autofree gchar *name = gst_object_get_name (GST_OBJECT (pipeline));
  GstKsTracerPlan *plan;
  Entry *entry;

  if (negotiator == NULL)
    return;
  plan = plan_of (negotiator, name);
  gst_ks_mutex_lock (&plans->lock);
  entry = find_entry (plans, negotiator);
  if (entry != NULL) {
    GstKsTracerPlan *before = entry->kept;

    entry->kept = plan;
    plan = before;
  }
  gst_ks_mutex_unlock (&plans->lock);
  plan_free (plan);
}

/* One that fails before it is paused never comes back from there. */
static gboolean
has_kept (GstKsTracerPlans * plans, GstElement * pipeline)
{
  GstKsNegotiator *negotiator =
      g_object_get_qdata (G_OBJECT (pipeline), plans->quark);
  gboolean kept;
  Entry *entry;

  if (negotiator == NULL)
    return TRUE;
  gst_ks_mutex_lock (&plans->lock);
  entry = find_entry (plans, negotiator);
  kept = entry == NULL || entry->kept != NULL;
  gst_ks_mutex_unlock (&plans->lock);
  return kept;
}

/* It runs again: what it does now counts. */
static void
forget (GstKsTracerPlans * plans, GstElement * pipeline)
{
  GstKsNegotiator *negotiator =
      g_object_get_qdata (G_OBJECT (pipeline), plans->quark);
  GstKsTracerPlan *before = NULL;
  Entry *entry;

  if (negotiator == NULL)
    return;
  gst_ks_mutex_lock (&plans->lock);
  entry = find_entry (plans, negotiator);
  if (entry != NULL)
    before = g_steal_pointer (&entry->kept);
  gst_ks_mutex_unlock (&plans->lock);
  plan_free (before);
}

void
gst_ks_tracer_plans_note (GstKsTracerPlans * plans, GstElement * element,
    GstStateChange change)
{
  if (!GST_IS_PIPELINE (element) || GST_OBJECT_PARENT (element) != NULL)
    return;
  if (change == GST_STATE_CHANGE_NULL_TO_READY)
    attach (plans, element);
  else if (change == GST_STATE_CHANGE_READY_TO_PAUSED)
    forget (plans, element);
  else if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_NULL
          && !has_kept (plans, element)))
    keep (plans, element);
}

/* --- the report --- */

/* What the lock lets out of an entry. */
typedef struct
{
  GstKsNegotiator *negotiator;  /* owned; NULL: kept is what there is */
  GstKsTracerPlan *kept;        /* owned */
  gchar *pipeline;              /* owned */
} Source;

static GArray *
list_sources (GstKsTracerPlans * plans, guint * n_more)
{
  GArray *sources = g_array_new (FALSE, FALSE, sizeof (Source));

  gst_ks_mutex_lock (&plans->lock);
  for (guint i = 0; i < plans->entries->len; i++) {
    Entry *entry = plans->entries->pdata[i];
    Source source = {
      entry->kept ? NULL : g_weak_ref_get (&entry->negotiator),
      entry->kept ? plan_copy (entry->kept) : NULL,
      g_strdup (entry->pipeline)
    };

    g_array_append_val (sources, source);
  }
  *n_more = plans->n_more;
  gst_ks_mutex_unlock (&plans->lock);
  return sources;
}

GPtrArray *
gst_ks_tracer_plans_get (GstKsTracerPlans * plans, guint * n_more)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (plan_free);
  g_autoptr (GArray) sources = list_sources (plans, n_more);

  for (guint i = 0; i < sources->len; i++) {
    Source *source = &g_array_index (sources, Source, i);
    GstKsTracerPlan *plan = source->negotiator
        ? plan_of (source->negotiator, source->pipeline) : source->kept;

    if (plan != NULL)
      g_ptr_array_add (found, plan);
    g_clear_object (&source->negotiator);
    g_free (source->pipeline);
  }
  return found;
}
