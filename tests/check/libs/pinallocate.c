/* Pins on both sides of an ALLOCATION query: who allocates, and what for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pintest.h"

#include <stdlib.h>
#include <string.h>

/* --- an allocator of a pin's own, that counts --- */

typedef struct
{
  gint initialized;
  gint deleted;
  gint allocated;               /* atomic */
  gint freed;                   /* atomic */
  gboolean fail;
  GstKsAbiFraming framing;      /* what it was initialised with */
} Calls;

/* The pin's context leads to everything else. */
static Calls calls;

static gboolean
card_initialize (GstKsPin * pin, const GstKsAbiFraming * framing,
    gpointer * context, GError ** error)
{
  fail_unless (GST_IS_KS_PIN (pin));
  calls.initialized++;
  calls.framing = *framing;
  if (calls.fail) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, "no card");
    return FALSE;
  }
  *context = &calls;
  return TRUE;
}

static void
card_delete (gpointer context)
{
  fail_unless (context == &calls);
  fail_unless_equals_int (g_atomic_int_get (&calls.allocated),
      g_atomic_int_get (&calls.freed));
  calls.deleted++;
}

static gpointer
card_allocate (gpointer context)
{
  fail_unless (context == &calls);
  g_atomic_int_inc (&calls.allocated);
  return aligned_alloc (4096, (calls.framing.frame_size + 4095) & ~4095);
}

static void
card_free (gpointer context, gpointer data)
{
  fail_unless (context == &calls);
  g_atomic_int_inc (&calls.freed);
  free (data);
}

static const GstKsPinDispatch card = {
  card_initialize, card_delete, card_allocate, card_free
};

/* --- propose --- */

typedef struct
{
  const gchar *name;
  const gchar *framing;
  GstKsPinFlags flags;
  gboolean honor_count;
  guint surface_width, surface_height;
  const gchar *bus;
  gboolean foreign;             /* upstream has no pin */
  /* expected */
  const gchar *kind;            /* NULL: no pool and no allocator */
  guint size, min, max;
  gint failure;                 /* GstKsError; 0: none */
} Proposal;

static const Proposal proposals[] = {
  {"one item", "system, frames=2..", 0, FALSE, 0, 0, NULL, FALSE,
      "system", CAPS_SIZE, 2, 0, 0},
  {"no kind", "any", 0, FALSE, 0, 0, NULL, FALSE,
      "system", CAPS_SIZE, 0, 0, 0},
  {"a size that is larger", "system, size=16384", 0, FALSE, 0, 0, NULL, FALSE,
      "system", 16384, 0, 0, 0},
  {"a size that is smaller", "system, size=..4096", 0, FALSE, 0, 0, NULL,
      FALSE, NULL, 0, 0, 0, GST_KS_ERROR_CONFLICT},
  {"memory that can be reached, not made", "bar, flags=device-specific", 0,
      FALSE, 0, 0, NULL, FALSE, NULL, 0, 0, 0, 0},
  {"memory that can be made", "system, flags=device-specific+can-allocate", 0,
      FALSE, 0, 0, NULL, FALSE, "system", CAPS_SIZE, 0, 0, 0},
  {"a count without honor-count", "system, frames=4..", 0, FALSE, 0, 0, NULL,
      FALSE, "system", CAPS_SIZE, 4, 0, 0},
  {"honor-count", "system, frames=4..", 0, TRUE, 0, 0, NULL, FALSE,
      "system", CAPS_SIZE, 4, 4, 0},
  {"honor-count of a cap", "system, frames=..4", 0, TRUE, 0, 0, NULL, FALSE,
      "system", CAPS_SIZE, 4, 4, 0},
  {"honor-count without a count", "system", 0, TRUE, 0, 0, NULL, FALSE,
      "system", CAPS_SIZE, 0, 0, 0},
  {"a surface", "system", 0, FALSE, 128, 128, NULL, FALSE,
      "system", 128 * 128 * 3, 0, 0, 0},
  {"a surface that is smaller", "system", 0, FALSE, 16, 16, NULL, FALSE,
      "system", CAPS_SIZE, 0, 0, 0},
  {"a codec's floor", "system, frames=1..", GST_KS_PIN_FLAG_CODEC, FALSE, 0, 0,
      NULL, FALSE, "system", CAPS_SIZE, 3, 0, 0},
  {"a codec that needs more", "system, frames=7..", GST_KS_PIN_FLAG_CODEC,
      FALSE, 0, 0, NULL, FALSE, "system", CAPS_SIZE, 7, 0, 0},
  {"a codec's cap", "system, frames=..1", GST_KS_PIN_FLAG_CODEC, FALSE, 0, 0,
      NULL, FALSE, "system", CAPS_SIZE, 3, 3, 0},
  {"a codec's size", "system, size=16384, frames=1..", GST_KS_PIN_FLAG_CODEC,
      FALSE, 0, 0, NULL, FALSE, "system", CAPS_SIZE, 3, 0, 0},
  {"a codec's size that is too small", "system, size=..64, frames=1..",
        GST_KS_PIN_FLAG_CODEC, FALSE, 0, 0, NULL, FALSE,
      "system", CAPS_SIZE, 3, 0, 0},
  {"an item of the bus", "shared, bus=pci; system", 0, FALSE, 0, 0, "pci",
      FALSE, "shared", CAPS_SIZE, 0, 0, 0},
  {"an item of another bus", "shared, bus=pci; system", 0, FALSE, 0, 0, "usb",
      FALSE, "system", CAPS_SIZE, 0, 0, 0},
  {"no item of the bus", "shared, bus=pci", 0, FALSE, 0, 0, "usb", FALSE,
      NULL, 0, 0, 0, GST_KS_ERROR_CONFLICT},
  {"wishes of another bus", "shared, bus=pci, flags=preferences-only", 0,
      FALSE, 0, 0, "usb", FALSE, "system", CAPS_SIZE, 0, 0, 0},
  {"kernel-only among pins", "shared", GST_KS_PIN_FLAG_KERNEL_ONLY, FALSE, 0,
      0, NULL, FALSE, "shared", CAPS_SIZE, 0, 0, 0},
  {"kernel-only and a foreign element", "shared, frames=2..",
        GST_KS_PIN_FLAG_KERNEL_ONLY, FALSE, 0, 0, NULL, TRUE,
      "system", CAPS_SIZE, 2, 0, 0},
  {"a kernel-only item and a foreign element",
        "shared, flags=kernel-only; shared, frames=5..", 0, FALSE, 0, 0, NULL,
      TRUE, "shared", CAPS_SIZE, 5, 0, 0},
  {"locked is for everybody", "shared", 0, FALSE, 0, 0, NULL, TRUE,
      "shared", CAPS_SIZE, 0, 0, 0},
};

static void
expect_proposal (const Proposal * row, GstQuery * query)
{
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstBufferPool) pool = NULL;
  guint size, min, max;

  if (row->kind == NULL) {
    fail_unless (gst_query_get_n_allocation_pools (query) == 0
        && gst_query_get_n_allocation_params (query) == 0, "%s", row->name);
    return;
  }
  fail_unless (gst_query_get_n_allocation_pools (query) == 1, "%s", row->name);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  gst_query_parse_nth_allocation_param (query, 0, &allocator, NULL);
  fail_unless (GST_IS_KS_POOL (pool), "%s", row->name);
  fail_unless (gst_ks_pool_peek_allocator (GST_KS_POOL (pool)) == allocator);
  fail_unless (g_str_equal (gst_ks_allocator_peek_kind (allocator),
          row->kind), "%s: %s", row->name,
      gst_ks_allocator_peek_kind (allocator));
  fail_unless (size == row->size && min == row->min && max == row->max,
      "%s: %u bytes, %u..%u", row->name, size, min, max);
}

GST_START_TEST (propose_says_what_the_framing_asks)
{
  const Proposal *row = &proposals[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstQuery) query = query_new ();
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsPin) upstream = gst_ks_pin_get (link.src, !row->foreign);
  gboolean good;

  say (pin, row->framing);
  g_object_set (pin, "flags", row->flags, "honor-count", row->honor_count,
      "surface-width", row->surface_width, "surface-height",
      row->surface_height, "bus", row->bus, NULL);
  good = gst_ks_pin_propose (pin, query, &error);
  fail_unless (good == (row->failure == 0), "%s: %s", row->name,
      error ? error->message : "no error");
  if (!good)
    expect_error (error, row->failure);
  expect_proposal (row, query);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (proposed_pools_have_the_name_of_their_owner)
{
  GstElement *sink = gst_element_factory_make ("fakesink", "there");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstBufferPool) pool = NULL;

  say (pin, "system");
  fail_unless (gst_ks_pin_propose (pin, query, NULL));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  fail_unless_equals_string (GST_OBJECT_NAME (pool), "there:sink");
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (counts_are_exact_or_grow)
{
  for (guint honor = 0; honor < 2; honor++) {
    Link link = link_new ();
    g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.sink, TRUE);
    g_autoptr (GstQuery) query = query_new ();
    g_autoptr (GstBufferPool) pool = NULL;
    GstBufferPoolAcquireParams now = {
      .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
    };
    GstBuffer *frames[3] = { NULL, };
    GstFlowReturn last = GST_FLOW_OK;

    say (pin, "system, frames=2..");
    g_object_set (pin, "honor-count", honor == 1, NULL);
    fail_unless (gst_ks_pin_propose (pin, query, NULL));
    gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
    fail_unless (gst_buffer_pool_set_active (pool, TRUE));
    for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
      last = gst_buffer_pool_acquire_buffer (pool, &frames[i], &now);
    fail_unless_equals_int (last, honor ? GST_FLOW_EOS : GST_FLOW_OK);
    for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
      gst_clear_buffer (&frames[i]);
    gst_buffer_pool_set_active (pool, FALSE);
    link_free (&link);
  }
}

GST_END_TEST;

/* --- framing in the ALLOCATION query --- */

GST_START_TEST (framing_travels_with_the_query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstKsFraming) one = framing_of ("huge, size=8192");
  g_autoptr (GstKsFraming) two = framing_of ("system, frames=4..; locked");
  guint index;

  fail_unless (gst_ks_query_get_allocation_framing (query, &error) == NULL);
  fail_unless (error == NULL);
  gst_ks_query_add_allocation_framing (query, one);
  gst_ks_query_add_allocation_framing (query, two);
  fail_unless_equals_int (gst_query_get_n_allocation_metas (query), 1);
  expect_framing (gst_ks_query_get_allocation_framing (query, &error),
      "system, frames=4..; locked");

  /* about memory and nothing else: who makes new buffers drops it */
  fail_unless (gst_meta_api_type_has_tag (GST_KS_FRAMING_META_API_TYPE,
          GST_META_TAG_MEMORY));
  fail_unless_equals_string (gst_meta_api_type_get_tags
      (GST_KS_FRAMING_META_API_TYPE)[1], NULL);

  fail_unless (gst_query_find_allocation_meta (query,
          GST_KS_FRAMING_META_API_TYPE, &index));
  gst_query_remove_nth_allocation_meta (query, index);
  gst_query_add_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE, NULL);
  fail_unless (gst_ks_query_get_allocation_framing (query, &error) == NULL);
  expect_error (error, GST_KS_ERROR_INVALID);
}

GST_END_TEST;

/* --- decide --- */

typedef struct
{
  const gchar *name;
  const gchar *ours;
  GstKsPinFlags flags;
  gboolean card;                /* we bring an allocator */
  const gchar *theirs;          /* NULL: a foreign element */
  gboolean pool;                /* downstream offers an ordinary one */
  /* expected */
  GstKsDecisionSource source;
  gboolean copy;
  gint initialized;
  gint failure;
} Verdict;

static const Verdict verdicts[] = {
  {"nobody brings anything", "system", 0, FALSE, "any", FALSE,
      GST_KS_DECISION_DEFAULT, FALSE, 0, 0},
  {"silence", "system", 0, FALSE, NULL, FALSE,
      GST_KS_DECISION_DEFAULT, FALSE, 0, 0},
  {"downstream's pool", "system", 0, FALSE, "any", TRUE,
      GST_KS_DECISION_DOWNSTREAM, FALSE, 0, 0},
  {"a foreign pool", "system", 0, FALSE, NULL, TRUE,
      GST_KS_DECISION_DOWNSTREAM, FALSE, 0, 0},
  {"a pool that is less aligned than we need", "system, align=4096", 0, FALSE,
      NULL, TRUE, GST_KS_DECISION_DEFAULT, FALSE, 0, 0},
  {"a pool of another kind", "shared", 0, FALSE, NULL, TRUE,
      GST_KS_DECISION_DEFAULT, FALSE, 0, 0},
  {"our own, which downstream can take", "card, flags=can-allocate", 0, TRUE,
      "mapped", FALSE, GST_KS_DECISION_OWN, FALSE, 1, 0},
  {"our own before an ordinary pool", "card, flags=can-allocate", 0, TRUE,
      "mapped", TRUE, GST_KS_DECISION_OWN, FALSE, 1, 0},
  {"our own and a foreign element", "card, flags=can-allocate", 0, TRUE,
      NULL, TRUE, GST_KS_DECISION_OWN, FALSE, 1, 0},
  {"a kind that downstream cannot take", "card, flags=can-allocate; system",
      0, TRUE, "system", FALSE, GST_KS_DECISION_DEFAULT, FALSE, 0, 0},
  {"a kind that downstream cannot take, and a pool",
        "card, flags=can-allocate; system", 0, TRUE, "system", TRUE,
      GST_KS_DECISION_DOWNSTREAM, FALSE, 0, 0},
  {"no kind in common", "card, flags=can-allocate", 0, TRUE, "system", FALSE,
      GST_KS_DECISION_NONE, FALSE, 0, GST_KS_ERROR_CONFLICT},
  {"what the CPU cannot map", "card, flags=can-allocate+device-specific", 0,
      TRUE, NULL, TRUE, GST_KS_DECISION_DOWNSTREAM, FALSE, 0, 0},
  {"kernel-only and a foreign element", "card, flags=can-allocate",
        GST_KS_PIN_FLAG_KERNEL_ONLY, TRUE, NULL, FALSE,
      GST_KS_DECISION_DEFAULT, FALSE, 0, 0},
  {"kernel-only among pins", "card, flags=can-allocate",
        GST_KS_PIN_FLAG_KERNEL_ONLY, TRUE, "mapped", FALSE,
      GST_KS_DECISION_OWN, FALSE, 1, 0},
  {"the last pin's allocator comes first", "card, flags=can-allocate", 0, TRUE,
        "mapped, flags=can-allocate", TRUE,
      GST_KS_DECISION_DOWNSTREAM, FALSE, 0, 0},
  {"we insist", "card, flags=must-allocate", 0, TRUE,
      "mapped, flags=can-allocate", TRUE, GST_KS_DECISION_OWN, FALSE, 1, 0},
  {"we insist, without an allocator", "system, flags=must-allocate", 0, FALSE,
      "mapped", TRUE, GST_KS_DECISION_OWN, FALSE, 0, 0},
  {"downstream insists", "card, flags=can-allocate", 0, TRUE,
        "mapped, flags=must-allocate", TRUE,
      GST_KS_DECISION_DOWNSTREAM, FALSE, 0, 0},
  {"both insist", "card, flags=must-allocate", 0, TRUE,
      "mapped, flags=must-allocate", TRUE, GST_KS_DECISION_OWN, TRUE, 1, 0},
  {"we insist on what downstream cannot take", "card, flags=must-allocate", 0,
      TRUE, "system", TRUE, GST_KS_DECISION_OWN, TRUE, 1, 0},
  {"we insist, and there is nothing to copy into", "card, flags=must-allocate",
        0, TRUE, "system", FALSE, GST_KS_DECISION_NONE, FALSE, 0,
      GST_KS_ERROR_CONFLICT},
  {"sizes that cannot meet", "system, size=..64", 0, FALSE, NULL, FALSE,
      GST_KS_DECISION_NONE, FALSE, 0, GST_KS_ERROR_CONFLICT},
};

/* Downstream's answer, as an element of the row would give it. */
static void
answer (const gchar * theirs, gboolean with_pool, GstQuery * query)
{
  g_autoptr (GstKsFraming) framing = theirs ? framing_of (theirs) : NULL;

  if (framing)
    gst_ks_query_add_allocation_framing (query, framing);
  if (with_pool) {
    g_autoptr (GstBufferPool) pool = gst_buffer_pool_new ();

    gst_query_add_allocation_pool (query, pool, CAPS_SIZE, 2, 0);
  }
}

static void
expect_in_front (GstQuery * query, GstBufferPool * expected)
{
  g_autoptr (GstBufferPool) pool = NULL;

  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  fail_unless (pool == expected);
}

GST_START_TEST (decide_takes_the_first_that_can_be)
{
  const Verdict *row = &verdicts[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) peer = gst_ks_pin_get (link.sink, row->theirs != NULL);
  gboolean good;

  calls = (Calls) {
  0};
  say (pin, row->ours);
  g_object_set (pin, "flags", row->flags, NULL);
  if (row->card)
    gst_ks_pin_set_dispatch (pin, &card);
  answer (row->theirs, row->pool, query);
  good = gst_ks_pin_decide (pin, query, &decision, &error);
  fail_unless (good == (row->failure == 0), "%s: %s", row->name,
      error ? error->message : decision.reason);
  if (!good)
    expect_error (error, row->failure);
  fail_unless (decision.source == row->source, "%s: %s", row->name,
      decision.reason);
  fail_unless ((decision.copy_into != NULL) == row->copy, "%s: %s", row->name,
      decision.reason);
  fail_unless_equals_int (calls.initialized, row->initialized);
  if (good)
    expect_in_front (query, decision.pool);
  gst_ks_decision_clear (&decision);
  link_free (&link);
  gst_query_unref (g_steal_pointer (&query));
  fail_unless_equals_int (calls.deleted, calls.initialized);
}

GST_END_TEST;

GST_START_TEST (initialize_gets_the_fixed_framing)
{
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);

  calls = (Calls) {
  0};
  say (pin, "card, size=16384, align=4096, prefix=128, frames=2..6,"
      " flags=can-allocate");
  gst_ks_pin_set_dispatch (pin, &card);
  fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
  fail_unless_equals_int (calls.framing.requirements_flags,
      GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY);
  fail_unless_equals_int (calls.framing.pool_type, GST_PagedPool);
  fail_unless_equals_int (calls.framing.frames, 6);
  fail_unless_equals_int (calls.framing.frame_size, 5 * 4096);
  fail_unless_equals_int (calls.framing.file_alignment, 4095);
  fail_unless_equals_int (calls.framing.reserved, 0);
  gst_ks_decision_clear (&decision);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (failure_to_initialize_is_a_refusal)
{
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);

  calls = (Calls) {
  .fail = TRUE};
  say (pin, "card, flags=can-allocate; system");
  gst_ks_pin_set_dispatch (pin, &card);
  fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
  fail_unless_equals_int (decision.source, GST_KS_DECISION_DEFAULT);
  fail_unless_equals_int (calls.initialized, 1);
  gst_ks_decision_clear (&decision);
  link_free (&link);
  fail_unless_equals_int (calls.deleted, 0);
}

GST_END_TEST;

GST_START_TEST (proposed_allocators_are_initialized_when_used)
{
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstBufferPool) pool = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsPin) upstream = gst_ks_pin_get (link.src, TRUE);
  GstBuffer *frame = NULL;

  calls = (Calls) {
  0};
  say (pin, "card, flags=can-allocate");
  gst_ks_pin_set_dispatch (pin, &card);
  fail_unless (gst_ks_pin_propose (pin, query, NULL));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  gst_query_unref (g_steal_pointer (&query));
  fail_unless_equals_int (calls.initialized, 0);
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (calls.initialized, 0);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &frame, NULL),
      GST_FLOW_OK);
  fail_unless_equals_int (calls.initialized, 1);
  fail_unless_equals_int (calls.allocated, 1);

  /* the frame outlives pin, pad and pool */
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (g_steal_pointer (&pool));
  g_object_unref (g_steal_pointer (&pin));
  link_free (&link);
  fail_unless_equals_int (calls.deleted, 0);
  gst_buffer_memset (frame, 0, 7, CAPS_SIZE);
  gst_buffer_unref (frame);
  fail_unless_equals_int (calls.freed, 1);
  fail_unless_equals_int (calls.deleted, 1);
}

GST_END_TEST;

GST_START_TEST (assigned_allocators_come_first)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsPool) pool = pool_new ();     /* frames of 4096 bytes */
  g_autoptr (GstKsFraming) large = framing_of ("system, size=65536");
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;

  calls = (Calls) {
  0};
  say (pin, "card, flags=must-allocate");
  gst_ks_pin_set_dispatch (pin, &card);
  fail_unless (gst_ks_pin_set_allocator (pin, pool, NULL));
  fail_if (gst_ks_pin_decide (pin, query, &decision, &error));
  expect_error (error, GST_KS_ERROR_CONFLICT);
  fail_unless (decision.pool == NULL);

  g_clear_object (&pool);
  pool = gst_ks_create_allocator (large, NULL);
  fail_unless (gst_ks_pin_set_allocator (pin, pool, NULL));
  fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
  fail_unless_equals_int (decision.source, GST_KS_DECISION_ASSIGNED);
  fail_unless (decision.pool == GST_BUFFER_POOL (pool));
  gst_ks_decision_clear (&decision);
  fail_unless (gst_ks_pin_set_allocator (pin, NULL, NULL));
  fail_unless_equals_int (calls.initialized, 0);
  link_free (&link);
}

GST_END_TEST;

/* --- the create request --- */

GST_START_TEST (allocators_are_created_on_pins)
{
  static const GstKsAbiFraming request = {
    .requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    .pool_type = GST_PagedPool,.frames = 2,.frame_size =
        8192,.file_alignment = 63
  };
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.sink, TRUE);
  GstKsPool *pool;
  GstBuffer *frame = NULL;

  calls = (Calls) {
  0};
  pool = gst_ks_pin_create_allocator (pin, &request, &error);
  fail_unless (pool != NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (calls.initialized, 0);
  gst_object_unref (pool);

  gst_ks_pin_set_dispatch (pin, &card);
  calls.fail = TRUE;
  fail_unless (gst_ks_pin_create_allocator (pin, &request, &error) == NULL);
  expect_error (error, GST_KS_ERROR_UNAVAILABLE);
  calls.fail = FALSE;
  pool = gst_ks_pin_create_allocator (pin, &request, &error);
  fail_unless (pool != NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (calls.initialized, 2);
  fail_unless (memcmp (&calls.framing, &request, sizeof request) == 0);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), &frame, NULL);
  fail_unless_equals_int (calls.allocated, 1);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_object_unref (pool);
  fail_unless_equals_int (calls.deleted, 0);
  gst_buffer_unref (frame);
  fail_unless_equals_int (calls.deleted, 1);
  link_free (&link);
}

GST_END_TEST;

static void
quiet (void)
{
  /* a failure to initialise is said as a warning, once; here it is wanted */
  gst_debug_set_threshold_from_string ("ks-pin:0", FALSE);
}

static Suite *
pinallocate_suite (void)
{
  Suite *suite = suite_create ("pinallocate");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, quiet, NULL);
  tcase_add_loop_test (tcase, propose_says_what_the_framing_asks, 0,
      G_N_ELEMENTS (proposals));
  tcase_add_test (tcase, proposed_pools_have_the_name_of_their_owner);
  tcase_add_test (tcase, counts_are_exact_or_grow);
  tcase_add_test (tcase, framing_travels_with_the_query);
  tcase_add_loop_test (tcase, decide_takes_the_first_that_can_be, 0,
      G_N_ELEMENTS (verdicts));
  tcase_add_test (tcase, initialize_gets_the_fixed_framing);
  tcase_add_test (tcase, failure_to_initialize_is_a_refusal);
  tcase_add_test (tcase, proposed_allocators_are_initialized_when_used);
  tcase_add_test (tcase, assigned_allocators_come_first);
  tcase_add_test (tcase, allocators_are_created_on_pins);
  return suite;
}

GST_CHECK_MAIN (pinallocate);
