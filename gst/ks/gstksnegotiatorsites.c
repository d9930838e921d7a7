/* Where the negotiator sits: probes on the pads of a bin's elements, as they come and go.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Probes look at queries only, and only on source pads that may make frames:
 * there they catch the question of where those shall come from. They know the
 * negotiator weakly: pads may outlive it.
 */
#include "gstksneed.h"
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"

#define GST_CAT_DEFAULT gst_ks_negotiator_debug

typedef struct
{
  GWeakRef pad;
  gulong probe;
  gpointer mark;                /* the pad's */
} GstKsSite;

void
gst_ks_site_free (gpointer data)
{
  GstKsSite *site = data;
  g_autoptr (GstPad) pad = g_weak_ref_get (&site->pad);

  if (pad && site->probe)
    gst_pad_remove_probe (pad, site->probe);
  if (pad && site->mark)
    gst_ks_negotiator_unmark (pad, site->mark);
  g_weak_ref_clear (&site->pad);
  g_free (site);
}

static GWeakRef *
weak_new (GstKsNegotiator * self)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* --- probes --- */

static gboolean
is_allocation (GstPadProbeInfo * info)
{
  return GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info))
      == GST_QUERY_ALLOCATION;
}

static GstPadProbeReturn
source_probe (GstPad * pad, GstPadProbeInfo * info, gpointer weak)
{
  g_autoptr (GstKsNegotiator) self = NULL;
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (!is_allocation (info) || gst_ks_ask_of (query))
    return GST_PAD_PROBE_OK;
  self = g_weak_ref_get (weak);
  return self ? gst_ks_negotiator_answer (self, pad, query)
      : GST_PAD_PROBE_OK;
}

/* --- coming and going --- */

/* Under the lock. A pad that is gone may have left its address to this one. */
static gboolean
is_wanted (GstKsNegotiator * self, GstPad * pad)
{
  GstKsSite *site = g_hash_table_lookup (self->sites, pad);
  g_autoptr (GstPad) there = site ? g_weak_ref_get (&site->pad) : NULL;

  return self->attached && there != pad;
}

static gboolean
is_pad_wanted (GstKsNegotiator * self, GstPad * pad)
{
  gboolean wanted;

  gst_ks_mutex_lock (&self->lock);
  wanted = is_wanted (self, pad);
  gst_ks_mutex_unlock (&self->lock);
  return wanted;
}

static GstKsSite *
site_new (GstKsNegotiator * self, GstPad * pad)
{
  GstKsSite *site = g_new0 (GstKsSite, 1);

  g_weak_ref_init (&site->pad, pad);
  site->probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_PUSH, source_probe, weak_new (self), weak_free);
  site->mark = gst_ks_negotiator_mark (self, pad);
  return site;
}

/* A site is whole before anybody can find it and free it. */
static void
add_pad (GstKsNegotiator * self, GstPad * pad)
{
  GstKsSite *site;
  gboolean wanted;

  if (!GST_PAD_IS_SRC (pad) || GST_IS_PROXY_PAD (pad)
      || gst_ks_need_only_passes (pad) || !is_pad_wanted (self, pad))
    return;
  site = site_new (self, pad);
  gst_ks_mutex_lock (&self->lock);
  wanted = is_wanted (self, pad);
  if (wanted)
    g_hash_table_replace (self->sites, pad, site);
  gst_ks_mutex_unlock (&self->lock);
  if (!wanted)
    gst_ks_site_free (site);
}

static void
drop_pad (GstKsNegotiator * self, GstPad * pad)
{
  GstKsSite *site = NULL;

  gst_ks_mutex_lock (&self->lock);
  g_hash_table_steal_extended (self->sites, pad, NULL, (gpointer *) & site);
  gst_ks_mutex_unlock (&self->lock);
  if (site)
    gst_ks_site_free (site);
  gst_ks_negotiator_drop_head (self, pad);
}

static void
pad_added (GstElement * element, GstPad * pad, GstKsNegotiator * self)
{
  add_pad (self, pad);
}

static void
pad_removed (GstElement * element, GstPad * pad, GstKsNegotiator * self)
{
  drop_pad (self, pad);
}

static void
add_item (const GValue * item, gpointer self)
{
  add_pad (self, g_value_get_object (item));
}

static void
drop_item (const GValue * item, gpointer self)
{
  drop_pad (self, g_value_get_object (item));
}

static void
visit_all (GstIterator * items, GstIteratorForeachFunction visit,
    gpointer user_data)
{
  while (gst_iterator_foreach (items, visit, user_data) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (items);
  gst_iterator_free (items);
}

static void
add_element (GstKsNegotiator * self, GstElement * element)
{
  if (g_signal_handler_find (element, G_SIGNAL_MATCH_FUNC
          | G_SIGNAL_MATCH_DATA, 0, 0, NULL, pad_added, self))
    return;
  g_signal_connect_object (element, "pad-added", G_CALLBACK (pad_added), self,
      0);
  g_signal_connect_object (element, "pad-removed", G_CALLBACK (pad_removed),
      self, 0);
  visit_all (gst_element_iterate_pads (element), add_item, self);
}

static void
drop_element (GstKsNegotiator * self, GstElement * element)
{
  g_signal_handlers_disconnect_by_data (element, self);
  visit_all (gst_element_iterate_pads (element), drop_item, self);
}

static void
element_added (GstBin * bin, GstBin * inner, GstElement * element,
    GstKsNegotiator * self)
{
  add_element (self, element);
}

static void
element_removed (GstBin * bin, GstBin * inner, GstElement * element,
    GstKsNegotiator * self)
{
  drop_element (self, element);
}

/* Whoever makes frames asks again before the next one. */
static void
mark_item (const GValue * item, gpointer unused)
{
  GstPad *pad = g_value_get_object (item);

  if (GST_PAD_IS_SRC (pad) && gst_pad_is_linked (pad))
    gst_pad_mark_reconfigure (pad);
}

static void
add_and_mark (const GValue * item, gpointer self)
{
  GstElement *element = g_value_get_object (item);

  add_element (self, element);
  visit_all (gst_element_iterate_pads (element), mark_item, NULL);
}

static void
drop_and_mark (const GValue * item, gpointer self)
{
  GstElement *element = g_value_get_object (item);

  drop_element (self, element);
  visit_all (gst_element_iterate_pads (element), mark_item, NULL);
}

void
gst_ks_negotiator_watch (GstKsNegotiator * self, GstBin * bin)
{
  g_signal_connect_object (bin, "deep-element-added",
      G_CALLBACK (element_added), self, 0);
  g_signal_connect_object (bin, "deep-element-removed",
      G_CALLBACK (element_removed), self, 0);
  visit_all (gst_bin_iterate_recurse (bin), add_and_mark, self);
}

void
gst_ks_negotiator_unwatch (GstKsNegotiator * self, GstBin * bin)
{
  g_signal_handlers_disconnect_by_data (bin, self);
  visit_all (gst_bin_iterate_recurse (bin), drop_and_mark, self);
}
