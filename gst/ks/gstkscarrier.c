/* What an element without pins does with an ALLOCATION query: one call at each end.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The framing travels in an entry of the query, and beside it always stand a
 * pool and parameters, so that who does not know the entry does the right thing.
 * Where frames pass an element, what downstream said is in the query when the
 * element answers: then the entry becomes what both can live with, and the
 * frames that each of them holds add up.
 */
#include "gstkscarrier.h"

#include "gstkskind.h"
#include "gstkspinprivate.h"

#define GST_CAT_DEFAULT gst_ks_pin_debug

/* NULL: nothing, or nothing that can be read. */
static GstKsFraming *
read_theirs (GstQuery * query)
{
  g_autoptr (GError) why = NULL;
  GstKsFraming *theirs = gst_ks_query_get_allocation_framing (query, &why);

  if (why)
    GST_WARNING ("downstream's framing is left out: %s", why->message);
  return theirs;
}

/* Who stands between may hold frames too, and say so the old way. */
static guint
held_beside (const GstKsFraming * theirs, const GstKsQueryReply * reply)
{
  guint64 said = 0;

  for (guint i = 0; theirs && i < gst_ks_framing_get_n_items (theirs); i++)
    said = MAX (said, gst_ks_framing_peek_item (theirs, i)->frames.min);
  return reply->min > said ? reply->min - said : 0;
}

static gboolean
has_flag (const GstKsFraming * framing, GstKsFramingFlags flags)
{
  for (guint i = 0; framing && i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_framing_peek_item (framing, i)->flags & flags)
      return TRUE;
  }
  return FALSE;
}

/* Whether downstream's pool or allocator has to stay in front. */
static gboolean
yields (const GstKsPinTerms * terms, const GstKsQueryReply * reply,
    const GstCaps * caps)
{
  if (!gst_ks_query_reply_is_plain (reply))
    return TRUE;
  if (reply->pool && has_flag (terms->theirs, GST_KS_FRAMING_FLAG_MUST_ALLOCATE
          | GST_KS_FRAMING_FLAG_CAN_ALLOCATE))
    return TRUE;
  return gst_ks_query_caps_memory (caps)
      && (gst_ks_kind_get_traits (terms->item.memory)
      & GST_KS_KIND_TRAIT_MAPPABLE);
}

static gboolean
answer (GstKsPinTerms * terms, GstQuery * query, GError ** error)
{
  GstKsQueryReply reply;
  GstCaps *caps;
  gboolean yield;

  gst_query_parse_allocation (query, &caps, NULL);
  gst_ks_query_read (query, TRUE, &reply);
  terms->held = held_beside (terms->theirs, &reply);
  yield = yields (terms, &reply, caps);
  gst_ks_query_reply_clear (&reply);
  if (!yield)
    return gst_ks_pin_terms_propose (terms, query, error);
  gst_ks_query_add_allocation_framing (query, terms->framing);
  return TRUE;
}

/**
 * gst_ks_query_propose:
 * @query: an ALLOCATION query that came to the element
 * @framing: (nullable): what the element needs of the frames that come to it;
 *     %NULL: nothing
 * @error: why there is no answer: %GST_KS_ERROR_CONFLICT when frames cannot be
 *     as @framing, the caps and downstream ask
 *
 * The one call in an element's propose_allocation function. The function of the
 * base class comes first, which forwards the query where frames pass the element
 * or are changed in place; metas that the element reads (#GstVideoMeta) are added
 * before this call too. Where nobody downstream answered, gst_ks_query_forget()
 * has to empty the query first. Under the pad's stream lock, as the function is.
 *
 * Adds the framing, joined with downstream's if the query has one, for those who
 * know it, and for everybody else a pool and allocation parameters at index 0.
 * Frames that are held add up. Memory that only downstream can make stays in
 * front. To a tee, which makes no use of pools, it gives the counts. No pool is
 * offered when nobody knows how big a frame is.
 *
 * Returns: %FALSE with @error, and @query as it was, when frames cannot be so
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_propose (GstQuery * query, GstKsFraming * framing, GError ** error)
{
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, FALSE);

  g_autoptr (GstKsFraming) theirs = read_theirs (query);
  g_autoptr (GstKsFraming) both = NULL;
  GstKsPinTerms terms;
  gboolean good;

  if (framing && theirs) {
    both = gst_ks_framing_intersect (framing, theirs, error);
    if (both == NULL)
      return FALSE;
  }
  gst_ks_pin_terms_init_alone (&terms, both ? both : framing ? framing
      : theirs);
  terms.theirs = g_steal_pointer (&theirs);
  good = answer (&terms, query, error);
  gst_ks_pin_terms_clear (&terms);
  return good;
}

/**
 * gst_ks_query_decide:
 * @query: the element's ALLOCATION query when it came back; one that nobody
 *     answered may be empty
 * @framing: (nullable): what the element needs of the frames that it makes;
 *     %NULL: nothing
 * @decision: (out caller-allocates): where frames come from, to be freed with
 *     gst_ks_decision_clear()
 * @error: %GST_KS_ERROR_CONFLICT when no frame can be as both sides ask, or why
 *     it could not be made
 *
 * The one call in an element's decide_allocation function. The function of the
 * base class comes next: it takes the pool and the parameters that stand first,
 * and those are what is decided here. Under the pad's stream lock, as the
 * function is.
 *
 * Downstream's pool is taken if it says must-allocate or can-allocate, if it is
 * of a type of its own, or if its frames are as @framing asks; else there is one
 * of ours, which meets both. If @framing says must-allocate it is ours in any
 * case, and where downstream insists too there is a pool to copy into. Rows are
 * those of the caps if downstream reads no #GstVideoMeta, see
 * gst_ks_pool_get_video_info().
 *
 * Where nobody knows how big a frame is (an encoder's output), or downstream has
 * an allocator of its own type and no pool, there is no pool either: base
 * classes then make frames from the first allocator and parameters of @query.
 *
 * Returns: %FALSE with @error, @decision empty, when there is no way
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_decide (GstQuery * query, GstKsFraming * framing,
    GstKsDecision * decision, GError ** error)
{
  GstKsPinTerms terms;
  GstKsQueryReply reply;
  gboolean good;

  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, FALSE);
  g_return_val_if_fail (decision != NULL, FALSE);

  *decision = (GstKsDecision) GST_KS_DECISION_INIT;
  gst_ks_pin_terms_init_alone (&terms, framing);
  terms.theirs = read_theirs (query);
  gst_ks_query_read (query, TRUE, &reply);
  terms.held = held_beside (terms.theirs, &reply);
  gst_ks_query_reply_clear (&reply);
  good = gst_ks_pin_terms_decide (&terms, query, decision, error);
  gst_ks_pin_terms_clear (&terms);
  return good;
}
