/* The one call at each end of an ALLOCATION query, on queries alone.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pintest.h"

#include <gst/allocators/gstfdmemory.h>

/* What came back from downstream before the call. */
typedef struct
{
  const gchar *framing;         /* NULL: none */
  gboolean pool;
  guint min, max;               /* of the pool */
  gsize align;                  /* of the params; 0: no params */
} Before;

#define SILENCE { NULL, FALSE, 0, 0, 0 }
#define POOL(min, max, align) { NULL, TRUE, min, max, align }
#define KS(framing, min) { framing, TRUE, min, 0, 1 }

static void
answer_before (const Before * before, GstQuery * query)
{
  if (before->framing) {
    g_autoptr (GstKsFraming) framing = framing_of (before->framing);

    gst_ks_query_add_allocation_framing (query, framing);
  }
  if (before->align) {
    GstAllocationParams params = {.align = before->align - 1 };

    gst_query_add_allocation_param (query, NULL, &params);
  }
  if (before->pool) {
    g_autoptr (GstBufferPool) pool = gst_buffer_pool_new ();

    gst_query_add_allocation_pool (query, pool, CAPS_SIZE, before->min,
        before->max);
  }
}

/* Index 0 of everything. */
typedef struct
{
  GstBufferPool *pool;          /* owned; NULL: none */
  guint size, min, max;
  GstAllocator *allocator;      /* owned; NULL: none */
  GstAllocationParams params;
} Front;

static void
front_read (Front * front, GstQuery * query)
{
  *front = (Front) {
  NULL};
  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (query, 0, &front->pool, &front->size,
        &front->min, &front->max);
  if (gst_query_get_n_allocation_params (query) > 0)
    gst_query_parse_nth_allocation_param (query, 0, &front->allocator,
        &front->params);
}

static void
front_clear (Front * front)
{
  gst_clear_object (&front->pool);
  gst_clear_object (&front->allocator);
}

/* Base classes write their own numbers into it, some more than once. */
static void
expect_patient_pool (GstBufferPool * pool, const Front * front)
{
  for (guint i = 0; i < 3; i++) {
    GstStructure *config = gst_buffer_pool_get_config (pool);
    g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

    if (i < 2) {
      gst_buffer_pool_config_set_params (config, caps, front->size, front->min,
          front->max);
      gst_buffer_pool_config_set_allocator (config, front->allocator,
          &front->params);
    }
    fail_unless (gst_buffer_pool_set_config (pool, config));
  }
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless (gst_buffer_pool_set_active (pool, FALSE));
}

/* --- propose --- */

typedef struct
{
  const gchar *name;
  const gchar *framing;         /* NULL: none */
  Before before;
  gboolean need_pool;
  /* expected */
  const gchar *told;            /* framing; NULL: none */
  gint in_front;                /* pool entry: -1: none, 0: without pool, 1: ours, 2: theirs */
  guint min, max;
  gsize align;
  gint failure;                 /* GstKsError; 0: none */
} Proposal;

static const Proposal proposals[] = {
  {"a sink", "mapped, align=64, frames=3..", SILENCE, TRUE,
      "mapped, align=64, frames=3..", 1, 3, 0, 64, 0},
  {"no wishes", NULL, SILENCE, TRUE, "any", 1, 0, 0, 1, 0},
  {"a cap", "mapped, frames=2..5", SILENCE, TRUE, "mapped, frames=2..5",
      1, 2, 5, 1, 0},
  {"held adds to a plain pool's", "mapped, frames=2..", POOL (3, 0, 16), TRUE,
      "mapped, frames=2..", 1, 5, 0, 16, 0},
  {"a plain pool's cap", "mapped, frames=2..", POOL (3, 4, 16), TRUE,
      "mapped, frames=2..", 1, 5, 5, 16, 0},
  {"held adds to a framing's", "mapped, frames=2..",
      KS ("mapped, frames=3..", 3), TRUE, "mapped, frames=5..", 1, 5, 0, 1, 0},
  {"and to who stands between", "mapped, frames=2..",
      KS ("mapped, frames=3..", 4), TRUE, "mapped, frames=5..", 1, 6, 0, 1, 0},
  {"who passes and wants nothing", NULL, KS ("mapped, frames=3..", 3), TRUE,
      "mapped, frames=3..", 1, 3, 0, 1, 0},
  {"a kind that downstream wants", "mapped, align=64",
      KS ("shared, align=16", 0), TRUE, "shared, align=64", 1, 0, 0, 64, 0},
  {"kinds that do not meet", "system", KS ("shared", 2), TRUE,
      "shared", 2, 2, 0, 1, GST_KS_ERROR_CONFLICT},
  {"downstream insists", "mapped, align=64",
        KS ("mapped, flags=must-allocate", 2), TRUE,
      "mapped, align=64, flags=must-allocate", 2, 2, 0, 1, 0},
  {"sizes that cannot be", "mapped, size=..64", POOL (2, 0, 16), TRUE,
      NULL, 2, 2, 0, 16, GST_KS_ERROR_CONFLICT},
  {"a tee", "mapped, align=64, frames=3..", SILENCE, FALSE,
      "mapped, align=64, frames=3..", 0, 3, 0, 64, 0},
  {"memory that cannot be made", "bar, flags=device-specific", SILENCE, TRUE,
      "bar, flags=device-specific", -1, 0, 0, 1, 0},
  {"kernel-only, for we do not know who asks", "shared, flags=kernel-only",
      SILENCE, TRUE, "shared, flags=kernel-only", 1, 0, 0, 1, 0},
};

static void
expect_proposal (const Proposal * row, GstQuery * query)
{
  Front front;
  gint in_front;

  expect_framing (gst_ks_query_get_allocation_framing (query, NULL), row->told);
  front_read (&front, query);
  in_front = GST_IS_KS_POOL (front.pool) ? 1 : front.pool ? 2
      : gst_query_get_n_allocation_pools (query) > 0 ? 0 : -1;
  fail_unless (in_front == row->in_front, "%s: %d", row->name, in_front);
  fail_unless (front.min == row->min && front.max == row->max, "%s: %u..%u",
      row->name, front.min, front.max);
  fail_unless (front.params.align == row->align - 1, "%s: align mask %zu",
      row->name, front.params.align);
  if (in_front >= 0)
    fail_unless_equals_int (front.size, CAPS_SIZE);
  if (in_front == 1) {
    fail_unless (gst_ks_pool_peek_allocator (GST_KS_POOL (front.pool))
        == front.allocator);
    expect_patient_pool (front.pool, &front);
  }
  front_clear (&front);
}

GST_START_TEST (test_propose)
{
  const Proposal *row = &proposals[__i__];
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, row->need_pool);
  g_autoptr (GstKsFraming) framing = row->framing ? framing_of (row->framing)
      : NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;

  answer_before (&row->before, query);
  good = gst_ks_query_propose (query, framing, &error);
  fail_unless (good == (row->failure == 0), "%s: %s", row->name,
      error ? error->message : "no error");
  if (!good)
    expect_error (error, row->failure);
  expect_proposal (row, query);
}

GST_END_TEST;

/* What only downstream can make stays in front; caps that say what memory. */
GST_START_TEST (test_propose_yields)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string
      ("video/x-raw(memory:GLMemory),format=RGBA,width=64,height=48");
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  g_autoptr (GstKsFraming) framing = framing_of ("mapped, align=64");

  fail_unless (gst_ks_query_propose (query, framing, NULL));
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 0);
  expect_framing (gst_ks_query_get_allocation_framing (query, NULL),
      "mapped, align=64");
}

GST_END_TEST;

/* Without a size there are parameters, and no pool. */
GST_START_TEST (test_no_size)
{
  static const gchar *texts[] = { "audio/x-raw", "image/jpeg", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GstCaps) caps = texts[i] ? gst_caps_from_string (texts[i])
        : NULL;
    g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
    g_autoptr (GstKsFraming) framing = framing_of ("shared, align=256");
    g_autoptr (GstKsFraming) fixed = framing_of ("shared, size=4096");
    GstKsDecision decision;
    Front front;

    fail_unless (gst_ks_query_propose (query, framing, NULL));
    front_read (&front, query);
    fail_unless (front.pool == NULL && front.params.align == 255);
    front_clear (&front);

    gst_ks_query_forget (query);
    fail_unless (gst_ks_query_decide (query, framing, &decision, NULL));
    fail_unless_equals_int (decision.source, GST_KS_DECISION_DEFAULT);
    fail_unless (decision.pool == NULL);
    front_read (&front, query);
    fail_unless (front.pool == NULL && front.params.align == 255);
    fail_unless_equals_string (gst_ks_allocator_peek_kind (front.allocator),
        "shared");
    front_clear (&front);
    gst_ks_decision_clear (&decision);

    gst_ks_query_forget (query);
    fail_unless (gst_ks_query_decide (query, fixed, &decision, NULL));
    fail_unless (GST_IS_KS_POOL (decision.pool));
    gst_ks_decision_clear (&decision);
  }
}

GST_END_TEST;

/* --- decide --- */

typedef struct
{
  const gchar *name;
  const gchar *framing;
  Before before;
  /* expected */
  GstKsDecisionSource source;
  const gchar *kind;            /* of our pool */
  guint min, max;
  gsize align;
  gint failure;
} Verdict;

#define DOWNSTREAM GST_KS_DECISION_DOWNSTREAM
#define OURS GST_KS_DECISION_DEFAULT

static const Verdict verdicts[] = {
  {"silence", "mapped, align=64", SILENCE, OURS, "system", 0, 0, 64, 0},
  {"no wishes", NULL, SILENCE, OURS, "system", 0, 0, 1, 0},
  {"no wishes and a pool", NULL, POOL (2, 0, 16), DOWNSTREAM, NULL, 2, 0, 16,
      0},
  {"a pool that will do", "mapped, align=16", POOL (2, 0, 16), DOWNSTREAM,
      NULL, 2, 0, 16, 0},
  {"a pool that is less aligned", "mapped, align=64", POOL (2, 0, 16), OURS,
      "system", 2, 0, 64, 0},
  {"that would be nice", "mapped, align=64, flags=preferences-only",
      POOL (2, 0, 16), DOWNSTREAM, NULL, 2, 0, 16, 0},
  {"a pool of another kind", "shared", POOL (2, 0, 16), OURS, "shared", 2, 0,
      16, 0},
  {"a pool of one of two kinds", "shared; system", POOL (2, 0, 16),
      DOWNSTREAM, NULL, 2, 0, 16, 0},
  {"a pool without our prefix", "mapped, prefix=64", POOL (2, 0, 16), OURS,
      "system", 2, 0, 16, 0},
  {"a pool without our padding", "mapped, padding=64", POOL (2, 0, 16), OURS,
      "system", 2, 0, 16, 0},
  {"a pool without our cap", "mapped, frames=..8", POOL (2, 0, 16), OURS,
      "system", 2, 8, 16, 0},
  {"a pool with a smaller cap", "mapped, frames=..8", POOL (2, 4, 16),
      DOWNSTREAM, NULL, 2, 4, 16, 0},
  {"a pool too small for both", "mapped, frames=3..", POOL (2, 4, 16), OURS,
      "system", 5, 5, 16, 0},
  {"a pool of smaller frames", "mapped, size=16384", POOL (2, 0, 16), OURS,
      "system", 2, 0, 16, 0},
  {"rows that nobody would find", "mapped, stride=256..1024/256",
      SILENCE, OURS, "system", 0, 0, 1, 0},
  {"a kind that downstream wants", "mapped, align=64",
      KS ("shared, frames=3..", 3), OURS, "shared", 3, 0, 64, 0},
  {"held adds up", "mapped, frames=2.., align=64",
      KS ("mapped, frames=3..", 3), OURS, "system", 5, 0, 64, 0},
  {"and with who stands between", "mapped, frames=2.., align=64",
      KS ("mapped, frames=3..", 4), OURS, "system", 6, 0, 64, 0},
  {"downstream insists", "mapped, align=64",
      KS ("mapped, flags=must-allocate", 2), DOWNSTREAM, NULL, 2, 0, 1, 0},
  {"downstream can allocate", "mapped, align=64",
      KS ("mapped, flags=can-allocate", 2), DOWNSTREAM, NULL, 2, 0, 1, 0},
  {"we insist", "mapped, flags=must-allocate", POOL (2, 0, 16),
      GST_KS_DECISION_OWN, "system", 2, 0, 16, 0},
  {"kinds that do not meet", "huge", KS ("shared", 2), GST_KS_DECISION_NONE,
      NULL, 2, 0, 1, GST_KS_ERROR_CONFLICT},
  {"a kind that is not here", "nosuchkind", SILENCE, GST_KS_DECISION_NONE,
      NULL, 0, 0, 1, GST_KS_ERROR_UNKNOWN_KIND},
};

static void
expect_verdict (const Verdict * row, GstQuery * query,
    const GstKsDecision * decision)
{
  Front front;

  fail_unless (decision->source == row->source, "%s: %s", row->name,
      decision->reason);
  front_read (&front, query);
  fail_unless (front.pool == decision->pool || row->failure, "%s", row->name);
  fail_unless (front.min == row->min && front.max == row->max, "%s: %u..%u",
      row->name, front.min, front.max);
  fail_unless (front.params.align == row->align - 1, "%s: align mask %zu",
      row->name, front.params.align);
  if (row->kind)
    fail_unless_equals_string (gst_ks_allocator_peek_kind (front.allocator),
        row->kind);
  if (decision->pool)
    expect_patient_pool (decision->pool, &front);
  front_clear (&front);
}

GST_START_TEST (test_decide)
{
  const Verdict *row = &verdicts[__i__];
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstKsFraming) framing = row->framing ? framing_of (row->framing)
      : NULL;
  g_autoptr (GError) error = NULL;
  GstKsDecision decision;
  gboolean good;

  answer_before (&row->before, query);
  good = gst_ks_query_decide (query, framing, &decision, &error);
  fail_unless (good == (row->failure == 0), "%s: %s", row->name,
      error ? error->message : decision.reason);
  if (!good)
    expect_error (error, row->failure);
  expect_verdict (row, query, &decision);
  gst_ks_decision_clear (&decision);
}

GST_END_TEST;

GST_START_TEST (test_both_insist)
{
  const Before before = KS ("mapped, flags=must-allocate", 2);
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstKsFraming) framing = framing_of ("mapped, flags=must-allocate");
  GstKsDecision decision;

  answer_before (&before, query);
  fail_unless (gst_ks_query_decide (query, framing, &decision, NULL));
  fail_unless_equals_int (decision.source, GST_KS_DECISION_OWN);
  fail_unless (GST_IS_KS_POOL (decision.pool));
  fail_unless (decision.copy_into && !GST_IS_KS_POOL (decision.copy_into));
  gst_ks_decision_clear (&decision);
}

GST_END_TEST;

/* Who has no pool for it has made its allocator the only way. */
GST_START_TEST (test_foreign_allocator)
{
  g_autoptr (GstAllocator) fd = gst_fd_allocator_new ();
  GstAllocationParams params = {.align = 15 };
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstKsFraming) framing = framing_of ("mapped, align=64");
  GstKsDecision decision;
  Front front;

  gst_query_add_allocation_param (query, fd, &params);
  fail_unless (gst_ks_query_decide (query, framing, &decision, NULL));
  fail_unless_equals_int (decision.source, DOWNSTREAM);
  fail_unless (decision.pool == NULL);
  front_read (&front, query);
  fail_unless (front.allocator == fd && front.params.align == 63);
  front_clear (&front);
  gst_ks_decision_clear (&decision);

  fail_unless (gst_ks_query_propose (query, framing, NULL));
  front_read (&front, query);
  fail_unless (front.allocator == fd && front.pool == NULL);
  front_clear (&front);
}

GST_END_TEST;

/* An entry that cannot be read counts as none. */
GST_START_TEST (test_unreadable)
{
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;

  gst_query_add_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE, NULL);
  fail_unless (gst_ks_query_decide (query, NULL, &decision, NULL));
  fail_unless_equals_int (decision.source, OURS);
  gst_ks_decision_clear (&decision);
  fail_unless (gst_ks_query_propose (query, NULL, NULL));
  expect_framing (gst_ks_query_get_allocation_framing (query, NULL), "any");
}

GST_END_TEST;

static void
setup (void)
{
  gst_ks_init ();
  /* every message is made, whoever reads it */
  gst_debug_set_threshold_from_string ("ks-pin:9", FALSE);
  gst_debug_remove_log_function (NULL);
}

static Suite *
carrier_suite (void)
{
  Suite *suite = suite_create ("carrier");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, gst_ks_trim_all);
  tcase_add_loop_test (tcase, test_propose, 0, G_N_ELEMENTS (proposals));
  tcase_add_test (tcase, test_propose_yields);
  tcase_add_test (tcase, test_no_size);
  tcase_add_loop_test (tcase, test_decide, 0, G_N_ELEMENTS (verdicts));
  tcase_add_test (tcase, test_both_insist);
  tcase_add_test (tcase, test_foreign_allocator);
  tcase_add_test (tcase, test_unreadable);
  return suite;
}

GST_CHECK_MAIN (carrier);
