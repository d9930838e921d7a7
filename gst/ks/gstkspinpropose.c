/* A pin's answer to the ALLOCATION query.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"

#define GST_CAT_DEFAULT gst_ks_pin_debug

/* A pin that brings an allocator of its own says what that makes. */
static gboolean
is_size_told (const GstKsPinTerms * terms, const GstKsQueryReply * reply,
    const GstKsQueryOffer * offer, const GstCaps * caps)
{
  return offer->size != 0 && (terms->dispatch
      || gst_ks_query_tells_size (reply, caps));
}

static gboolean
write_answer (const GstKsPinTerms * terms, GstQuery * query,
    const GstKsQueryReply * reply, GstKsQueryOffer * offer, GError ** error)
{
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstBufferPool) pool = NULL;
  gboolean need_pool, told;
  GstCaps *caps;

  allocator = gst_ks_pin_terms_open (terms, offer, error);
  if (allocator == NULL)
    return FALSE;
  gst_query_parse_allocation (query, &caps, &need_pool);
  told = is_size_told (terms, reply, offer, caps);
  if (need_pool && told) {
    pool = gst_ks_pin_terms_pool (terms, allocator, offer, query, error);
    if (pool == NULL)
      return FALSE;
  }
  gst_ks_query_write (query, offer, allocator, pool);
  if (!need_pool && told)
    gst_ks_query_write_counts (query, offer);
  return TRUE;
}

/* Writes nothing unless all is well. */
static gboolean
answer_item (GstKsPinTerms * terms, GstQuery * query, GError ** error)
{
  GstKsQueryReply reply;
  GstKsQueryOffer offer;
  GstCaps *caps;
  gboolean good;

  gst_query_parse_allocation (query, &caps, NULL);
  gst_ks_query_read (query, TRUE, &reply);
  gst_ks_pin_terms_hold (&terms->item, terms->held);
  good = gst_ks_query_merge (&reply, &terms->item,
      gst_ks_pin_terms_size (terms, caps), &offer, error);
  if (good)
    gst_ks_pin_terms_count (terms, &offer);
  good = good && write_answer (terms, query, &reply, &offer, error);
  gst_ks_query_reply_clear (&reply);
  return good;
}

/* The first item that can be had. */
static gboolean
answer_ours (GstKsPinTerms * terms, GstQuery * query, GError ** error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < gst_ks_framing_get_n_items (terms->ours); i++) {
    g_autoptr (GError) why = NULL;

    terms->item = *gst_ks_framing_peek_item (terms->ours, i);
    if (!gst_ks_pin_terms_may_allocate (terms)) {
      GST_DEBUG_OBJECT (terms->pin,
          "no pool: %s memory can be reached from here, not" " made",
          terms->item.memory);
      continue;
    }
    if (answer_item (terms, query, &why))
      return TRUE;
    if (first == NULL)
      first = g_steal_pointer (&why);
  }
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* Leaves @query as it was when that cannot be. */
gboolean
gst_ks_pin_terms_propose (GstKsPinTerms * terms, GstQuery * query,
    GError ** error)
{
  gboolean good = terms->dispatch == NULL ? answer_ours (terms, query, error)
      : !gst_ks_pin_terms_may_allocate (terms)
      || answer_item (terms, query, error);

  if (good)
    gst_ks_query_add_allocation_framing (query, terms->framing);
  return good;
}

/**
 * gst_ks_pin_propose:
 * @pin: of a sink pad
 * @query: the ALLOCATION query that came to it; where the element forwards it,
 *     after downstream answered
 * @error: why there is no answer
 *
 * Answers with what the pin's framing asks for: a pool (of the pin's own
 * allocator if it brings one), the allocator and its parameters for those who
 * make no use of pools, and the framing for those who know it. For
 * propose_allocation functions, under the pad's stream lock.
 *
 * No pool is offered for memory that the pin cannot make (device-specific
 * without can-allocate); memory that is kernel-only goes to no element without
 * pins, which gets ordinary memory instead. The pin's own allocator is
 * initialised when the first frame is taken, never otherwise.
 *
 * Returns: %FALSE with @error, and @query as it was, when frames cannot be as
 *     the framing asks
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_propose (GstKsPin * pin, GstQuery * query, GError ** error)
{
  GstKsPinTerms terms;
  gboolean good;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, FALSE);

  good = gst_ks_pin_terms_init (&terms, pin, error)
      && gst_ks_pin_terms_propose (&terms, query, error);
  gst_ks_pin_terms_clear (&terms);
  return good;
}
