/* GstKsNegotiator: one decision for all frames of a bin, its elements unchanged.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An element that makes frames asks downstream where they shall come from, in
 * the thread that streams them. A probe on its pad catches the question
 * (gstksnegotiatorsites.c), sends one of ours on, which writes down whom it
 * meets and what they say (gstksask.c), and makes a graph of that
 * (gstksneed.c, gstksnegotiatorgraph.c). The graph is solved with those of the
 * other pads that asked (gstksnegotiatorheads.c), and the pad is answered with
 * the pool of its segment (gstksnegotiatoranswer.c). Nothing is sent from any
 * other thread: attaching and detaching only let the pads ask again.
 */
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"

GST_DEBUG_CATEGORY (gst_ks_negotiator_debug);
#define GST_CAT_DEFAULT gst_ks_negotiator_debug

G_DEFINE_TYPE (GstKsNegotiator, gst_ks_negotiator, G_TYPE_OBJECT);

static void
gst_ks_negotiator_dispose (GObject * object)
{
  gst_ks_negotiator_detach (GST_KS_NEGOTIATOR (object));
  G_OBJECT_CLASS (gst_ks_negotiator_parent_class)->dispose (object);
}

static void
gst_ks_negotiator_finalize (GObject * object)
{
  GstKsNegotiator *self = GST_KS_NEGOTIATOR (object);

  g_hash_table_unref (self->sites);
  gst_ks_heads_free (self->heads);
  g_weak_ref_clear (&self->bin);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ks_negotiator_parent_class)->finalize (object);
}

static void
gst_ks_negotiator_class_init (GstKsNegotiatorClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_ks_negotiator_debug, "ks-negotiator", 0,
      "KS negotiator: one plan for all frames of a bin");
  gst_ks_init ();
  object_class->dispose = gst_ks_negotiator_dispose;
  object_class->finalize = gst_ks_negotiator_finalize;
}

static void
gst_ks_negotiator_init (GstKsNegotiator * self)
{
  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->bin, NULL);
  self->sites = g_hash_table_new_full (NULL, NULL, NULL, gst_ks_site_free);
  self->heads = g_hash_table_new (NULL, NULL);
}

/**
 * gst_ks_negotiator_new:
 * @bin: a pipeline, or a part of one
 *
 * Makes a negotiator for @bin, which it knows weakly. It does nothing before
 * gst_ks_negotiator_attach(); dropping the last reference detaches it.
 *
 * Returns: (transfer full): a negotiator
 *
 * Since: 0.9
 */
GstKsNegotiator *
gst_ks_negotiator_new (GstBin * bin)
{
  g_return_val_if_fail (GST_IS_BIN (bin), NULL);

  GstKsNegotiator *self = g_object_new (GST_TYPE_KS_NEGOTIATOR, NULL);
  g_weak_ref_set (&self->bin, bin);
  return self;
}

/**
 * gst_ks_query_is_planned:
 * @query: an ALLOCATION query
 *
 * Tells whether a negotiator sent @query. It reads the framings of pins by
 * itself, so an element with pins only has to forward such a query: what it
 * would offer comes to nobody. For query functions; any thread that may read
 * @query.
 *
 * Returns: whether the answer makes part of a plan
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_is_planned (GstQuery * query)
{
  g_return_val_if_fail (GST_IS_QUERY (query), FALSE);

  return gst_ks_ask_of (query) != NULL;
}

/**
 * gst_ks_negotiator_attach:
 * @self: a negotiator
 *
 * From now on the elements of the bin, and those that come into it later, are
 * answered by a plan. In a pipeline that runs, each that makes frames asks
 * again before its next one. Any thread; no query is sent from it.
 *
 * Since: 0.9
 */
void
gst_ks_negotiator_attach (GstKsNegotiator * self)
{
  g_return_if_fail (GST_IS_KS_NEGOTIATOR (self));

  g_autoptr (GstBin) bin = g_weak_ref_get (&self->bin);
  gboolean was;

  gst_ks_mutex_lock (&self->lock);
  was = self->attached;
  self->attached = bin != NULL;
  gst_ks_mutex_unlock (&self->lock);
  if (bin && !was)
    gst_ks_negotiator_watch (self, bin);
}

/**
 * gst_ks_negotiator_detach:
 * @self: a negotiator
 *
 * Leaves the bin as it was found: elements ask each other again, before their
 * next frame. Frames and pools that are out stay valid. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_negotiator_detach (GstKsNegotiator * self)
{
  g_return_if_fail (GST_IS_KS_NEGOTIATOR (self));

  g_autoptr (GstBin) bin = g_weak_ref_get (&self->bin);
  g_autoptr (GHashTable) sites = NULL;
  GHashTable *heads;

  gst_ks_mutex_lock (&self->lock);
  if (!self->attached) {
    gst_ks_mutex_unlock (&self->lock);
    return;
  }
  self->attached = FALSE;
  sites = g_steal_pointer (&self->sites);
  heads = g_steal_pointer (&self->heads);
  self->sites = g_hash_table_new_full (NULL, NULL, NULL, gst_ks_site_free);
  self->heads = g_hash_table_new (NULL, NULL);
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_heads_free (heads);
  if (bin)
    gst_ks_negotiator_unwatch (self, bin);
}
