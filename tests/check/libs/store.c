/* The store: what comes back, as what, and what it costs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>

#include "ksmemory.h"

#define FRAME (256 * 1024)

/* An allocator of its own, so that no other test's blocks are in its store. */
typedef struct
{
  guint acquired, released, destroyed;
} Owner;

static gpointer
owner_acquire (gsize size, gsize align, gpointer user_data)
{
  gpointer data = NULL;

  if (posix_memalign (&data, MAX (align, sizeof (gpointer)), size) != 0)
    return NULL;
  ((Owner *) user_data)->acquired++;
  return data;
}

static void
owner_release (gpointer data, gsize size, gpointer user_data)
{
  ((Owner *) user_data)->released++;
  free (data);
}

static void
owner_destroy (gpointer user_data)
{
  ((Owner *) user_data)->destroyed++;
}

static const GstKsExternal owner_functions = {
  owner_acquire, owner_release, owner_destroy
};

static GstAllocator *
own_allocator (Owner * owner)
{
  GError *error = NULL;
  GstAllocator *allocator =
      gst_ks_allocator_new_external (&owner_functions, owner, &error);

  g_assert_no_error (error);
  return allocator;
}

GST_START_TEST (test_reuse_and_lifo)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GstKsRequest request = {.size = FRAME };
  GstMemory *m1 = take (a, request), *m2 = take (a, request);
  gpointer warm = gst_ks_memory_peek_block (m2)->data;

  gst_memory_unref (m1);
  gst_memory_unref (m2);
  m1 = take (a, request);
  fail_unless (gst_ks_memory_peek_block (m1)->data == warm);
  gst_memory_unref (m1);
  fail_unless_equals_uint64 (stat_of (a, "fresh"), 2);
  fail_unless_equals_uint64 (stat_of (a, "reused"), 1);
  fail_unless_equals_uint64 (stat_of (a, "idle"), 2);
  fail_unless_equals_uint64 (stat_of (a, "out"), 0);
  gst_object_unref (a);
  fail_unless_equals_int (owner.acquired, owner.released);
  fail_unless_equals_int (owner.destroyed, 1);
}

GST_END_TEST;

/* A block serves a request that wastes at most an eighth of it. */
GST_START_TEST (test_waste)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);

  gst_memory_unref (take (a, (GstKsRequest) {
          .size = 9 * 1024 * 8}
      ));
  gst_memory_unref (take (a, (GstKsRequest) {
          .size = 8 * 1024 * 8}
      ));
  fail_unless_equals_int (owner.acquired, 1);
  gst_memory_unref (take (a, (GstKsRequest) {
          .size = 7 * 1024 * 8}
      ));
  fail_unless_equals_int (owner.acquired, 2);
  gst_object_unref (a);
}

GST_END_TEST;

GST_START_TEST (test_geometry)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GstMemory *m = take (a, (GstKsRequest) {.size = 1000,.align = 64,.prefix = 16,
        .padding = 8
      }
  );
  gsize offset, maxsize;
  GstMapInfo info;

  fail_unless_equals_uint64 (gst_memory_get_sizes (m, &offset, &maxsize), 1000);
  fail_unless_equals_uint64 (offset, 16);
  fail_unless_equals_uint64 (maxsize, 1024);
  fail_unless (gst_memory_map (m, &info, GST_MAP_READWRITE));
  fail_unless_equals_uint64 (((guintptr) info.data - 16) % 64, 0);
  memset (info.data, 0x5a, info.size);
  gst_memory_unmap (m, &info);
  gst_memory_unref (m);
  gst_object_unref (a);
}

GST_END_TEST;

/* Sub-memory keeps the block out; a copy does not. */
GST_START_TEST (test_share_and_copy)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GstMemory *m = take (a, (GstKsRequest) {.size = FRAME,.prefix = 32 }
  );
  GstMemory *sub, *subsub, *copy;
  gsize offset;

  memory_set (m, 0, 1, FRAME);
  memory_set (m, 100, 7, 50);
  sub = gst_memory_share (m, 100, -1);
  fail_unless_equals_uint64 (sub->size, FRAME - 100);
  subsub = gst_memory_share (sub, 50, 10);
  fail_unless (subsub->parent == m);
  copy = gst_memory_copy (sub, 0, 60);
  fail_unless_equals_int (memory_compare (copy, 49, "\7\1", 2), 0);
  fail_unless_equals_int (memory_compare (subsub, 0, "\1\1", 2), 0);
  gst_memory_unref (subsub);
  subsub = gst_memory_share (m, 90, 10);
  fail_unless (gst_memory_is_span (subsub, sub, &offset));
  fail_unless_equals_uint64 (offset, 90);
  gst_memory_unref (m);
  gst_memory_unref (subsub);
  fail_unless_equals_uint64 (stat_of (a, "out"), 2);
  gst_memory_unref (sub);
  fail_unless_equals_uint64 (stat_of (a, "out"), 1);
  fail_unless_equals_uint64 (stat_of (a, "copied"), 1);
  fail_unless_equals_uint64 (stat_of (a, "copied-bytes"), 60);
  gst_memory_unref (copy);
  gst_object_unref (a);
}

GST_END_TEST;

/* name, align, prefix, layout of the second request, whether the object is
 * expected to be the same */
static const struct
{
  const gchar *name;
  const gchar *first, *second;
  gsize prefix, size;
  gboolean same;
} identity_rows[] = {
  {"same layout", "nv12", "nv12", 0, FRAME, TRUE},
  {"other layout, same bytes", "nv12", "yuy2", 0, FRAME, FALSE},
  {"no layout", NULL, NULL, 0, FRAME, FALSE},
  {"layout, then none", "nv12", NULL, 0, FRAME, FALSE},
  {"none, then layout", NULL, "nv12", 0, FRAME, FALSE},
  {"other prefix", "nv12", "nv12", 8, FRAME, FALSE},
  {"other size", "nv12", "nv12", 0, FRAME - 8, FALSE},
};

static GRefString *
layout_ref (const gchar * name)
{
  return name != NULL ? g_ref_string_new (name) : NULL;
}

static void
picture_freed (gpointer flag)
{
  *(gboolean *) flag = TRUE;
}

GST_START_TEST (test_identity)
{
  GQuark cache = g_quark_from_static_string ("somebodys-cache");
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GRefString *from = layout_ref (identity_rows[__i__].first);
  GRefString *to = layout_ref (identity_rows[__i__].second);
  gboolean freed = FALSE;
  GstMemory *m = take (a, (GstKsRequest) {.size = FRAME,.layout = from });
  gpointer block = gst_ks_memory_peek_block (m)->data;
  gpointer found;

  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (m), cache, &freed,
      picture_freed);
  gst_memory_resize (m, 10, 20);
  gst_memory_unref (m);
  m = take (a, (GstKsRequest) {
      .size = identity_rows[__i__].size,.prefix =
        identity_rows[__i__].prefix,.layout = to});
  found = gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (m), cache);
  if (identity_rows[__i__].prefix == 0)
    fail_unless (gst_ks_memory_peek_block (m)->data == block);
  fail_unless ((found != NULL) == identity_rows[__i__].same, "%s",
      identity_rows[__i__].name);
  fail_unless (freed != identity_rows[__i__].same
      || identity_rows[__i__].prefix != 0, "%s", identity_rows[__i__].name);
  fail_unless_equals_uint64 (m->size, identity_rows[__i__].size);
  fail_unless_equals_uint64 (m->offset, identity_rows[__i__].prefix);
  gst_memory_unref (m);
  gst_object_unref (a);
  fail_unless (freed);
  fail_unless_equals_int (owner.acquired, owner.released);
  g_clear_pointer (&from, g_ref_string_release);
  g_clear_pointer (&to, g_ref_string_release);
}

GST_END_TEST;

GST_START_TEST (test_outlives_allocator)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GRefString *layout = g_ref_string_new ("outlives");
  GstMemory *plain = take (a, (GstKsRequest) {.size = FRAME }
  );
  GstMemory *kept = take (a, (GstKsRequest) {.size = FRAME,.layout = layout }
  );

  gst_object_unref (a);
  gst_memory_unref (plain);
  fail_unless_equals_int (owner.destroyed, 0);
  gst_memory_unref (kept);
  fail_unless_equals_int (owner.destroyed, 1);
  fail_unless_equals_int (owner.acquired, owner.released);
  g_ref_string_release (layout);
}

GST_END_TEST;

static const struct
{
  const gchar *name;
  GstKsRequest request;
  gint code;
  const gchar *says;
} bad_rows[] = {
  {"size 0", {.size = 0}, GST_KS_ERROR_INVALID, "at least 1"},
  {"align 3", {.size = 16,.align = 3}, GST_KS_ERROR_INVALID, "power of two"},
  {"size 2^64-1", {.size = G_MAXSIZE}, GST_KS_ERROR_OVERFLOW, "more than"},
  {"size 2^63", {.size = (gsize) 1 << (sizeof (gsize) * 8 - 1)},
      GST_KS_ERROR_OVERFLOW, "more than"},
  {"sum wraps", {.size = G_MAXSIZE - 8,.prefix = 9}, GST_KS_ERROR_OVERFLOW,
      "more than"},
  {"align 2^63", {.size = 1,.align = (gsize) 1 << (sizeof (gsize) * 8 - 1)},
      GST_KS_ERROR_OVERFLOW, "more than"},
#if GLIB_SIZEOF_SIZE_T == 8     /* with fewer it may be there */
  {"2^46 bytes", {.size = (gsize) 1 << 46}, GST_KS_ERROR_NO_MEMORY,
      "cannot map"},
#endif
};

GST_START_TEST (test_bad_requests)
{
  GError *error = NULL;
  GstAllocator *a = gst_ks_allocator_get ("system", NULL, &error);
  guint64 live = stat_of (a, "live");

  fail_unless (gst_ks_allocator_alloc (a, &bad_rows[__i__].request,
          &error) == NULL);
  g_assert_error (error, GST_KS_ERROR, bad_rows[__i__].code);
  fail_unless (strstr (error->message, bad_rows[__i__].says) != NULL, "%s: %s",
      bad_rows[__i__].name, error->message);
  fail_unless_equals_uint64 (stat_of (a, "live"), live);
  g_clear_error (&error);
  gst_object_unref (a);
}

GST_END_TEST;

GST_START_TEST (test_budgets)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GstKsAccount *account = gst_ks_account_new (2 * FRAME);
  GstKsRequest request = {.size = FRAME,.account = account };
  GstMemory *m1 = take (a, request), *m2 = take (a, request);
  GstKsLimits limits;
  GstKsAccountStats stats;
  GError *error = NULL;

  fail_unless (gst_ks_allocator_alloc (a, &request, &error) == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET);
  fail_unless (strstr (error->message, "524288") != NULL, "%s", error->message);
  g_clear_error (&error);
  gst_ks_account_get_stats (account, &stats);
  fail_unless_equals_uint64 (stats.live, 2);
  fail_unless_equals_uint64 (stats.bytes, 2 * FRAME);
  gst_memory_unref (m1);
  m1 = take (a, request);

  /* the allocator's own limit: idle blocks make room before it fails */
  gst_memory_unref (m2);
  gst_ks_allocator_get_limits (a, &limits);
  limits.max_bytes = 3 * FRAME;
  gst_ks_allocator_set_limits (a, &limits);
  request.account = NULL;
  request.size = 2 * FRAME;
  m2 = take (a, request);
  fail_unless_equals_uint64 (stat_of (a, "idle"), 0);
  request.size = 3 * FRAME;
  fail_unless (gst_ks_allocator_alloc (a, &request, &error) == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET);
  g_clear_error (&error);
  gst_memory_unref (m1);
  gst_memory_unref (m2);
  gst_ks_account_get_stats (account, &stats);
  fail_unless_equals_uint64 (stats.live, 0);
  gst_ks_account_unref (account);
  gst_object_unref (a);
  fail_unless_equals_int (owner.acquired, owner.released);
}

GST_END_TEST;

GST_START_TEST (test_idle_limits)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GstKsLimits limits;
  GstMemory *m[4];

  gst_ks_allocator_get_limits (a, &limits);
  limits.max_idle_blocks = 3;
  limits.max_idle_bytes = 2 * FRAME;
  gst_ks_allocator_set_limits (a, &limits);
  for (guint i = 0; i < 4; i++)
    m[i] = take (a, (GstKsRequest) {
        .size = FRAME}
  );
  for (guint i = 0; i < 4; i++)
    gst_memory_unref (m[i]);
  fail_unless_equals_uint64 (stat_of (a, "idle"), 2);
  limits.max_idle_blocks = 1;
  gst_ks_allocator_set_limits (a, &limits);
  fail_unless_equals_uint64 (stat_of (a, "idle"), 1);
  gst_ks_allocator_trim (a);
  fail_unless_equals_uint64 (stat_of (a, "live"), 0);
  gst_object_unref (a);
}

GST_END_TEST;

/* An owner that says when a block of its comes back, so that nobody sleeps. */
typedef struct
{
  Owner owner;
  GMutex lock;
  GCond gone;
  gboolean is_gone;
} Waiter;

static void
waiter_release (gpointer data, gsize size, gpointer user_data)
{
  Waiter *waiter = user_data;

  free (data);
  g_mutex_lock (&waiter->lock);
  waiter->is_gone = TRUE;
  g_cond_signal (&waiter->gone);
  g_mutex_unlock (&waiter->lock);
}

GST_START_TEST (test_age_out)
{
  GstKsExternal functions = { owner_acquire, waiter_release, NULL };
  Waiter waiter = { {0} };
  GstAllocator *a = gst_ks_allocator_new_external (&functions, &waiter, NULL);
  /* shorter than the age that the janitor may have begun to wait for */
  gint64 deadline = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  GstKsLimits limits;

  gst_ks_allocator_get_limits (a, &limits);
  limits.max_idle_age = 20 * GST_MSECOND;
  gst_memory_unref (take (a, (GstKsRequest) {
          .size = FRAME}));
  gst_ks_allocator_set_limits (a, &limits);
  g_mutex_lock (&waiter.lock);
  while (!waiter.is_gone && g_cond_wait_until (&waiter.gone, &waiter.lock,
          deadline));
  fail_unless (waiter.is_gone);
  g_mutex_unlock (&waiter.lock);
  gst_object_unref (a);
}

GST_END_TEST;

/* An owner whose block is on its way back, in the janitor's thread, when the
 * allocator is dropped. */
typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean is_coming, is_dropped, is_back;
} Slow;

static void
slow_release (gpointer data, gsize size, gpointer user_data)
{
  Slow *slow = user_data;
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_SECOND / 5;

  gst_ks_mutex_lock (&slow->lock);
  slow->is_coming = TRUE;
  g_cond_signal (&slow->changed);
  /* Reached, unless who drops the allocator waits for us, as he should. */
  while (!slow->is_dropped
      && gst_ks_cond_wait_until (&slow->changed, &slow->lock, deadline));
  slow->is_back = TRUE;
  gst_ks_mutex_unlock (&slow->lock);
  free (data);
}

static gpointer
slow_acquire (gsize size, gsize align, gpointer user_data)
{
  return aligned_alloc (align, size);
}

GST_START_TEST (test_dropped_while_aging)
{
  static const GstKsExternal functions = { slow_acquire, slow_release, NULL };
  static Slow slow;
  GstAllocator *a = gst_ks_allocator_new_external (&functions, &slow, NULL);
  GstKsLimits limits;

  gst_ks_allocator_get_limits (a, &limits);
  limits.max_idle_age = GST_MSECOND;
  gst_memory_unref (take (a, (GstKsRequest) {
          .size = FRAME,.align = 64}));
  gst_ks_allocator_set_limits (a, &limits);
  gst_ks_mutex_lock (&slow.lock);
  while (!slow.is_coming)
    gst_ks_cond_wait (&slow.changed, &slow.lock);
  gst_ks_mutex_unlock (&slow.lock);
  gst_object_unref (a);
  gst_ks_mutex_lock (&slow.lock);
  slow.is_dropped = TRUE;
  g_cond_signal (&slow.changed);
  fail_unless (slow.is_back, "a block is given back after its allocator");
  gst_ks_mutex_unlock (&slow.lock);
}

GST_END_TEST;

static const struct
{
  const gchar *name;
  GstKsZero zero;
  gboolean other_owner;
  guint8 first_byte;
} zero_rows[] = {
  {"never", GST_KS_ZERO_NEVER, TRUE, 0xee},
  {"owner-change, same", GST_KS_ZERO_OWNER_CHANGE, FALSE, 0xee},
  {"owner-change, other", GST_KS_ZERO_OWNER_CHANGE, TRUE, 0},
  {"always, same", GST_KS_ZERO_ALWAYS, FALSE, 0},
};

GST_START_TEST (test_zero)
{
  Owner owner = { 0 };
  GstAllocator *a = own_allocator (&owner);
  GstKsAccount *one = gst_ks_account_new (0), *two = gst_ks_account_new (0);
  GstKsRequest request = {.size = FRAME,.account = one };
  GstMemory *m = take (a, request);

  memory_set (m, 0, 0xee, FRAME);
  gst_memory_unref (m);
  request.zero = zero_rows[__i__].zero;
  if (zero_rows[__i__].other_owner)
    request.account = two;
  m = take (a, request);
  fail_unless_equals_int (memory_compare (m, FRAME - 1,
          &zero_rows[__i__].first_byte, 1), 0);
  gst_memory_unref (m);
  gst_ks_account_unref (one);
  gst_ks_account_unref (two);
  gst_object_unref (a);
}

GST_END_TEST;

typedef struct
{
  GstAllocator *allocator;
  GstKsAccount *account;
  GstMemory *kept;
  guint keeper;
  gboolean asked;               /* the account for too much, while letting go */
} Holder;

static void
holder_ask (gpointer data)
{
  Holder *self = data;
  GstKsRequest request = {.size = 200000,.account = self->account };
  g_autoptr (GError) error = NULL;

  self->asked = TRUE;
  fail_unless (gst_ks_allocator_alloc (self->allocator, &request,
          &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET));
}

static void
holder_let_go (gpointer data)
{
  Holder *self = data;

  g_clear_pointer (&self->kept, gst_memory_unref);
}

static void
holder_resign (gpointer data)
{
  Holder *self = data;

  holder_let_go (self);
  gst_ks_allocator_remove_keeper (self->allocator, self->keeper);
  self->keeper = 0;
}

static const GstKsKeeperFunc holder_funcs[] = { holder_let_go, holder_resign };

/* Whoever is told that a frame is back may ask for more, and a keeper may stop
 * to be one. */
GST_START_TEST (test_keeper_may_call_us)
{
  Holder holder = {.allocator = gst_ks_allocator_get ("system", NULL, NULL) };
  GstKsRequest request = {.size = 100000,.returned = holder_ask };
  GstMemory *memory;

  holder.account = request.account = gst_ks_account_new (150000);
  request.returned_data = &holder;
  holder.kept = gst_ks_allocator_alloc (holder.allocator, &request, NULL);
  fail_unless (holder.kept != NULL);
  holder.keeper = gst_ks_allocator_add_keeper (holder.allocator,
      holder_funcs[__i__], &holder);

  request.returned = NULL;
  memory = gst_ks_allocator_alloc (holder.allocator, &request, NULL);
  fail_unless (memory != NULL, "the keeper was not asked");
  fail_unless (holder.asked);
  gst_memory_unref (memory);
  if (holder.keeper != 0)
    gst_ks_allocator_remove_keeper (holder.allocator, holder.keeper);
  gst_ks_account_unref (holder.account);
  gst_object_unref (holder.allocator);
  gst_ks_trim_all ();
}

GST_END_TEST;

static Suite *
store_suite (void)
{
  Suite *s = suite_create ("store");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_reuse_and_lifo);
  tcase_add_test (tc, test_waste);
  tcase_add_test (tc, test_geometry);
  tcase_add_test (tc, test_share_and_copy);
  tcase_add_loop_test (tc, test_identity, 0, G_N_ELEMENTS (identity_rows));
  tcase_add_test (tc, test_outlives_allocator);
  tcase_add_loop_test (tc, test_bad_requests, 0, G_N_ELEMENTS (bad_rows));
  tcase_add_test (tc, test_budgets);
  tcase_add_test (tc, test_idle_limits);
  tcase_add_test (tc, test_age_out);
  tcase_add_loop_test (tc, test_keeper_may_call_us, 0,
      G_N_ELEMENTS (holder_funcs));
  tcase_add_test (tc, test_dropped_while_aging);
  tcase_add_loop_test (tc, test_zero, 0, G_N_ELEMENTS (zero_rows));
  return s;
}

GST_CHECK_MAIN (store);
