/* What a source pin makes of the answer to its ALLOCATION query.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One link is looked at, in this order: frames that the element brings itself;
 * an allocator that it was given; its own, if it insists; downstream's, if it
 * insists, is the only way to its device or is a KS pin's own; the pin's own,
 * if downstream can take it; what downstream offers, if it is as the framing asks;
 * one of ours.
 * When both insist the pipe is cut: frames are copied.
 */
#include "gstksfeature.h"
#include "gstkskind.h"
#include "gstkslock.h"
#include "gstksneed.h"
#include "gstkspinprivate.h"

#define GST_CAT_DEFAULT gst_ks_pin_debug

typedef struct
{
  GstQuery *query;
  GstCaps *caps;                /* borrowed from query; NULL: none */
  GstKsPinTerms *terms;
  GstKsQueryReply reply;
} Case;

GType
gst_ks_decision_source_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {GST_KS_DECISION_NONE, "Frames come from outside", "none"},
    {GST_KS_DECISION_ASSIGNED, "From what the pin was given", "assigned"},
    {GST_KS_DECISION_OWN, "From the pin's own allocator", "own"},
    {GST_KS_DECISION_DOWNSTREAM, "From downstream's pool", "downstream"},
    {GST_KS_DECISION_DEFAULT, "From an allocator of ours", "default"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsDecisionSource",
            values));
  return type;
}

/**
 * gst_ks_decision_clear:
 * @decision: what gst_ks_pin_decide() filled in
 *
 * Drops what @decision owns.
 *
 * Since: 0.9
 */
void
gst_ks_decision_clear (GstKsDecision * decision)
{
  g_return_if_fail (decision != NULL);

  gst_clear_object (&decision->pool);
  gst_clear_object (&decision->copy_into);
  g_clear_pointer (&decision->reason, g_free);
  decision->source = GST_KS_DECISION_NONE;
}

/* --- what is known --- */

static gboolean
has_flag (const GstKsFraming * framing, GstKsFramingFlags flag)
{
  for (guint i = 0; framing && i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_framing_peek_item (framing, i)->flags & flag)
      return TRUE;
  }
  return FALSE;
}

static gboolean
they_insist (const Case * c)
{
  return c->reply.pool && has_flag (c->terms->theirs,
      GST_KS_FRAMING_FLAG_MUST_ALLOCATE);
}

/* Of the pin's kind, or of one that it leaves open. */
static gboolean
is_welcome (const Case * c, const gchar * feature)
{
  const gchar *kind = c->terms->item.memory;

  return gst_ks_feature_has_kind (feature, kind)
      || (gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_GROUP);
}

/* Those who know no framing take what the CPU can map, unless their caps name
 * a memory. */
static GstKsFraming *
assume_theirs (const Case * c, GError ** error)
{
  const gchar *feature = gst_ks_query_caps_memory (c->caps);

  if (feature == NULL)
    return gst_ks_framing_parse ("mapped", error);
  if (is_welcome (c, feature))
    return gst_ks_need_of_feature (feature, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "the caps say %s, which %s memory is not", feature,
      c->terms->item.memory);
  return NULL;
}

/* What both can live with. */
static GstKsFraming *
meet (const Case * c, const GstKsFraming * ours, GError ** error)
{
  g_autoptr (GstKsFraming) theirs =
      c->terms->theirs ? gst_ks_framing_ref (c->terms->theirs)
      : assume_theirs (c, error);

  return theirs ? gst_ks_framing_intersect (ours, theirs, error) : NULL;
}

/* The same for what the pin's own allocator makes. */
static GstKsFraming *
meet_own (const Case * c, GError ** error)
{
  g_autoptr (GstKsFraming) own = gst_ks_framing_new (&c->terms->item, 1, NULL,
      error);

  if (own == NULL)
    return NULL;
  if (c->terms->theirs == NULL && gst_ks_query_caps_memory (c->caps) == NULL
      && (c->terms->item.flags & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "downstream says nothing of %s memory, which the CPU cannot map",
        c->terms->item.memory);
    return NULL;
  }
  return meet (c, own, error);
}

/* --- pools --- */

static void
decide_for (GstKsDecision * decision, GstKsDecisionSource source,
    GstBufferPool * pool, const gchar * reason)
{
  decision->source = source;
  decision->pool = pool;
  g_free (decision->reason);
  decision->reason = g_strdup (reason);
}

/* What downstream brings, where any memory that the CPU maps will do. */
static GstAllocator *
open_allocator (const Case * c, const GstKsPinTerms * terms,
    const GstKsQueryOffer * offer, GError ** error)
{
  gboolean any = terms->dispatch == NULL
      && (gst_ks_kind_get_traits (terms->item.memory)
      & GST_KS_KIND_TRAIT_GROUP);

  if (any && c->reply.allocator
      && gst_ks_allocator_is_ours (c->reply.allocator))
    return gst_object_ref (c->reply.allocator);
  return gst_ks_pin_terms_open (terms, offer, error);
}

/* Rows of its own are nothing for who takes those of the caps for granted. */
static void
heed_rows (const Case * c, GstKsFramingItem * item)
{
  static const GstKsRange any = GST_KS_RANGE_INIT_ANY;

  if (c->terms->pin == NULL && c->terms->theirs == NULL && !c->reply.video_meta)
    item->stride = any;
}

/* Base classes make frames of unknown size one by one, from the parameters. */
static gboolean
may_lack_size (const Case * c, GError ** error)
{
  if (c->terms->pin == NULL)
    return TRUE;
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "nobody says how big a frame is: neither the caps nor a framing with one"
      " size");
  return FALSE;
}

/* Puts a pool of ours in front of the answer. @agreed: the item that counts;
 * NULL: the pin's alone. @pool: NULL where no size is known. */
static gboolean
make_pool (Case * c, const GstKsFramingItem * agreed, GstBufferPool ** pool,
    GError ** error)
{
  GstKsPinTerms terms = *c->terms;
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstBufferPool) made = NULL;
  GstKsQueryOffer offer;

  if (agreed)
    terms.item = *agreed;
  gst_ks_pin_terms_hold (&terms.item, terms.held);
  heed_rows (c, &terms.item);
  if (!gst_ks_query_merge (&c->reply, &terms.item,
          gst_ks_pin_terms_size (&terms, c->caps), &offer, error)
      || (offer.size == 0 && !may_lack_size (c, error)))
    return FALSE;
  gst_ks_pin_terms_count (&terms, &offer);
  allocator = open_allocator (c, &terms, &offer, error);
  if (allocator == NULL)
    return FALSE;
  if (offer.size != 0) {
    made = gst_ks_pin_terms_pool (&terms, allocator, &offer, c->query, error);
    if (made == NULL)
      return FALSE;
  }
  if (terms.dispatch && !gst_ks_pin_dispatch_initialize (allocator, error))
    return FALSE;
  gst_ks_query_write (c->query, &offer, allocator, made);
  *pool = g_steal_pointer (&made);
  return TRUE;
}

/* Of its first parameters, as base classes do. */
static void
set_allocator (GstStructure * config, GstQuery * query)
{
  g_autoptr (GstAllocator) allocator = NULL;
  GstAllocationParams params;

  gst_query_parse_nth_allocation_param (query, 0, &allocator, &params);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
}

/* Downstream's, as it wants it; it may not have been configured yet. */
static GstBufferPool *
their_pool (const Case * c, GError ** error)
{
  GstBufferPool *pool = c->reply.pool;
  GstStructure *config = gst_buffer_pool_get_config (pool);
  gsize size = MAX (c->reply.size, gst_ks_query_caps_size (c->caps, NULL));

  gst_buffer_pool_config_set_params (config, c->caps, size, c->reply.min,
      c->reply.max);
  if (gst_query_get_n_allocation_params (c->query) > 0)
    set_allocator (config, c->query);
  if (!gst_buffer_pool_set_config (pool, config)) {
    /* what it changed it has to take */
    config = gst_buffer_pool_get_config (pool);
    if (!gst_buffer_pool_set_config (pool, config)) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
          "downstream's pool %s refuses %u frames of %" G_GSIZE_FORMAT
          " bytes, which downstream asked for itself",
          GST_OBJECT_NAME (pool), c->reply.min, size);
      return NULL;
    }
  }
  return gst_object_ref (pool);
}

/* --- the order --- */

static gboolean
try_downstream (Case * c, GstKsDecision * decision, const gchar * reason,
    GError ** error)
{
  GstBufferPool *pool = their_pool (c, error);

  if (pool == NULL)
    return FALSE;
  decide_for (decision, GST_KS_DECISION_DOWNSTREAM, pool, reason);
  return TRUE;
}

/* The frames are ours whatever downstream says; where it cannot take them, or
 * insists as well, they are copied into its own. */
static gboolean
insist (Case * c, GstKsDecision * decision, GError ** error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GstKsFraming) agreed = meet_own (c, &why);
  GstBufferPool *theirs = NULL;
  GstBufferPool *pool = NULL;

  if (they_insist (c) || agreed == NULL) {
    if (c->reply.pool == NULL) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
          "the pad insists on its own frames, and downstream has none that they"
          " could be copied into: %s", why->message);
      return FALSE;
    }
    theirs = their_pool (c, error);
    if (theirs == NULL)
      return FALSE;
    g_clear_pointer (&agreed, gst_ks_framing_unref);
  }
  if (!make_pool (c, agreed ? gst_ks_framing_peek_item (agreed, 0) : NULL,
          &pool, error)) {
    gst_clear_object (&theirs);
    return FALSE;
  }
  decide_for (decision, GST_KS_DECISION_OWN, pool, theirs
      ? "both insist on their own frames: the pipe is cut"
      : "the pad insists on its own frames");
  decision->copy_into = theirs;
  return TRUE;
}

/* Refusals are no errors: the next in order is tried. */
static gboolean
try_own (Case * c, GstKsDecision * decision)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GstKsFraming) agreed = meet_own (c, &why);
  GstBufferPool *pool = NULL;

  if (agreed == NULL || !make_pool (c, gst_ks_framing_peek_item (agreed, 0),
          &pool, &why)) {
    GST_DEBUG_OBJECT (c->terms->pin, "not its own allocator: %s", why->message);
    return FALSE;
  }
  decide_for (decision, GST_KS_DECISION_OWN, pool,
      "the pad brings an allocator, and downstream can take its frames");
  return TRUE;
}

/* The first that both can live with and that can be had. */
static gboolean
make_ours (Case * c, const GstKsFraming * agreed, GstBufferPool ** pool,
    GError ** error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < gst_ks_framing_get_n_items (agreed); i++) {
    g_autoptr (GError) why = NULL;

    if (make_pool (c, gst_ks_framing_peek_item (agreed, i), pool, &why))
      return TRUE;
    if (first == NULL)
      first = g_steal_pointer (&why);
  }
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

static gboolean
try_default (Case * c, GstKsDecision * decision, GError ** error)
{
  g_autoptr (GstKsFraming) agreed = NULL;
  GstBufferPool *pool = NULL;

  if (c->terms->ours == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "the pad makes %s memory only, and that cannot be used here; give its"
        " framing an item of another kind", c->terms->item.memory);
    return FALSE;
  }
  agreed = meet (c, c->terms->ours, error);
  if (agreed == NULL)
    return FALSE;
  c->terms->dispatch = NULL;
  if (!make_ours (c, agreed, &pool, error))
    return FALSE;
  decide_for (decision, GST_KS_DECISION_DEFAULT, pool, c->reply.pool
      ? "frames of downstream's pool are not as the framing asks"
      : "nobody brings an allocator");
  return TRUE;
}

/* Memory that only downstream can make, without a pool for it. */
static gboolean
keep_allocator (Case * c, GstKsDecision * decision, GError ** error)
{
  GstKsQueryOffer offer;

  if (!gst_ks_query_merge (&c->reply, &c->terms->item,
          gst_ks_query_caps_size (c->caps, NULL), &offer, error))
    return FALSE;
  gst_ks_query_write (c->query, &offer, c->reply.allocator, NULL);
  decide_for (decision, GST_KS_DECISION_DOWNSTREAM, NULL,
      "downstream brings an allocator of its own type, and no pool");
  return TRUE;
}

static gboolean
use_assigned (Case * c, GstKsPool * assigned, GstKsDecision * decision,
    GError ** error)
{
  GstKsPoolStatus status;
  gsize size = gst_ks_pin_terms_size (c->terms, c->caps);

  gst_ks_pool_get_status (assigned, &status);
  if (size > status.size) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "a frame of the caps has %" G_GSIZE_FORMAT " bytes, and the allocator"
        " that the pad was given makes frames of %" G_GSIZE_FORMAT "; give it"
        " another", size, status.size);
    return FALSE;
  }
  if (they_insist (c)) {
    decision->copy_into = their_pool (c, error);
    if (decision->copy_into == NULL)
      return FALSE;
  }
  decide_for (decision, GST_KS_DECISION_ASSIGNED,
      GST_BUFFER_POOL (gst_object_ref (assigned)),
      "the pad was given an allocator");
  return TRUE;
}

static gboolean
choose (Case * c, GstKsDecision * decision, GError ** error)
{
  gboolean must = c->terms->item.flags & GST_KS_FRAMING_FLAG_MUST_ALLOCATE;
  gboolean plain = gst_ks_query_reply_is_plain (&c->reply);

  if (must)
    return insist (c, decision, error);
  if (they_insist (c))
    return try_downstream (c, decision, "downstream insists on its own frames",
        error);
  if (!plain && c->reply.pool == NULL && c->terms->pin == NULL)
    return keep_allocator (c, decision, error);
  if (!plain && c->reply.pool)
    return try_downstream (c, decision, "downstream's pool is of its own type",
        error);
  if (c->reply.pool
      && has_flag (c->terms->theirs, GST_KS_FRAMING_FLAG_CAN_ALLOCATE))
    return try_downstream (c, decision, "the last pin's allocator comes first",
        error);
  if (c->terms->dispatch && try_own (c, decision))
    return TRUE;
  if (c->reply.pool && (c->terms->ours == NULL
          || gst_ks_pin_terms_take (c->terms, &c->reply, c->caps)))
    return try_downstream (c, decision, "downstream offers a pool", error);
  return try_default (c, decision, error);
}

/* --- pipes --- */

static void
join (GstKsPin * pin, gpointer id)
{
  if (pin == NULL)
    return;
  gst_ks_mutex_lock (&pin->lock);
  pin->pipe_id = *(guint64 *) id;
  gst_ks_mutex_unlock (&pin->lock);
}

/* All that share the frames share a number; behind a cut it is another. */
static void
number_pipe (GstKsPin * pin, const GstKsDecision * decision)
{
  static gsize last;
  guint64 id = g_atomic_pointer_add (&last, 2) + 1;
  guint64 behind = decision->copy_into ? id + 1 : id;

  gst_ks_pin_walk (pin, join, &behind);
  join (pin, &id);
}

/* NULL: downstream says nothing. */
static GstKsFraming *
read_theirs (GstKsPin * pin, GstQuery * query)
{
  g_autoptr (GError) why = NULL;
  GstKsFraming *theirs = gst_ks_query_get_allocation_framing (query, &why);

  if (why)
    GST_WARNING_OBJECT (pin, "downstream's framing is left out: %s",
        why->message);
  if (theirs == NULL)
    theirs = gst_ks_pin_read_peer_framing (pin, GST_KS_FRAMING_CACHE_UPDATE,
        NULL);
  return theirs;
}

static void
case_init (Case * c, GstKsPinTerms * terms, GstQuery * query)
{
  *c = (Case) {
  .query = query,.terms = terms};
  gst_query_parse_allocation (query, &c->caps, NULL);
  gst_ks_query_read (query, TRUE, &c->reply);
}

/* Between @terms and what @query and terms->theirs say; @decision is empty when
 * there is no way. */
gboolean
gst_ks_pin_terms_decide (GstKsPinTerms * terms, GstQuery * query,
    GstKsDecision * decision, GError ** error)
{
  Case c;
  gboolean good;

  case_init (&c, terms, query);
  good = choose (&c, decision, error);
  gst_ks_query_reply_clear (&c.reply);
  if (!good)
    gst_ks_decision_clear (decision);
  return good;
}

static gboolean
take_assigned (GstKsPinTerms * terms, GstQuery * query, GstKsPool * assigned,
    GstKsDecision * decision, GError ** error)
{
  Case c;
  gboolean good;

  case_init (&c, terms, query);
  good = use_assigned (&c, assigned, decision, error);
  gst_ks_query_reply_clear (&c.reply);
  return good;
}

/* Owned by the caller; FALSE: frames are allocated. */
static gboolean
get_sources (GstKsPin * pin, GstKsPool ** assigned)
{
  gboolean injects;

  gst_ks_mutex_lock (&pin->lock);
  injects = pin->injection.returned != NULL;
  *assigned = pin->allocator ? gst_object_ref (pin->allocator) : NULL;
  gst_ks_mutex_unlock (&pin->lock);
  return injects;
}

/**
 * gst_ks_pin_decide:
 * @pin: of a source pad
 * @query: its ALLOCATION query when it came back; one that nobody answered has
 *     to be empty, see gst_ks_query_forget()
 * @decision: (out caller-allocates): where frames come from, to be freed with
 *     gst_ks_decision_clear()
 * @error: %GST_KS_ERROR_CONFLICT when no frame can be as both sides ask, or why
 *     it could not be made
 *
 * Decides where the frames of a source pad come from. For decide_allocation
 * functions, under the pad's stream lock. A pool of ours is put in front of the
 * lists of @query too, so that the base class's function may come next.
 *
 * In order: frames that are injected; an allocator that was assigned; the pin's
 * own if its framing says must-allocate; downstream's if it says so, or its pool
 * is of a type of its own, or it says can-allocate; the pin's own, if downstream
 * can take its frames; downstream's pool, if its frames are as the pin's framing
 * asks; one of ours, which meets both. When both sides say
 * must-allocate the decision has a pool to copy into. The pin's own allocator is
 * initialised if it is chosen, and not otherwise.
 *
 * Returns: %FALSE with @error, @decision empty, when there is no way
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_decide (GstKsPin * pin, GstQuery * query, GstKsDecision * decision,
    GError ** error)
{
  g_autoptr (GstKsPool) assigned = NULL;
  GstKsPinTerms terms;
  gboolean good;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, FALSE);
  g_return_val_if_fail (decision != NULL, FALSE);

  *decision = (GstKsDecision) GST_KS_DECISION_INIT;
  if (get_sources (pin, &assigned)) {
    decide_for (decision, GST_KS_DECISION_NONE, NULL, "frames are injected");
    return TRUE;
  }
  if (!gst_ks_pin_terms_init (&terms, pin, error))
    return FALSE;
  terms.theirs = read_theirs (pin, query);
  good = assigned ? take_assigned (&terms, query, assigned, decision, error)
      : gst_ks_pin_terms_decide (&terms, query, decision, error);
  if (good)
    number_pipe (pin, decision);
  gst_ks_pin_terms_clear (&terms);
  return good;
}
