/* The default allocator of KS: what it hands out, and the memory that callbacks bring.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksdefault.h"

static GstKsPool *
new_pool (GstKsAbiFraming framing)
{
  g_autoptr (GError) error = NULL;
  GstKsPool *pool = gst_ks_default_allocator_new (&framing, NULL, NULL,
      &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}

static void
activate (GstKsPool * pool)
{
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
}

/* --- what is refused, and with which words --- */

typedef struct
{
  const gchar *name;
  GstKsAbiFraming framing;
  gint code;                    /* -1: none */
  const gchar *says;
} Row;

/* options, pool, frames, size, mask, reserved */
/* *INDENT-OFF* */
static const Row rows[] = {
  {"V3 size 0", {2, 1, 4, 0, 63, 0}, GST_KS_ERROR_INVALID, "FrameSize is 0"},
  {"V4 option 0x4", {6, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, "OptionsFlags is 6"},
  {"V4 option 0x10", {0x12, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, "0x12"},
  {"V4 option 0x80000000", {0x80000002, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, "0x80000002"},
  {"V4 options 0x2", {2, 1, 4, 4096, 63, 0}, -1, NULL},
  {"V4 options 0x3", {3, 1, 4, 4096, 63, 0}, -1, NULL},
  {"V5 mask 8191", {2, 1, 4, 4096, 8191, 0}, GST_KS_ERROR_INVALID, "FileAlignment is 8191"},
  {"V5 mask 4095", {2, 1, 4, 4096, 4095, 0}, -1, NULL},
  {"V6 mask 2", {2, 1, 4, 4096, 2, 0}, GST_KS_ERROR_INVALID, "2^k - 1"},
  {"V6 mask 5", {2, 1, 4, 4096, 5, 0}, GST_KS_ERROR_INVALID, "2^k - 1"},
  {"V6 mask 6", {2, 1, 4, 4096, 6, 0}, GST_KS_ERROR_INVALID, "2^k - 1"},
  {"V6 mask 100", {2, 1, 4, 4096, 100, 0}, GST_KS_ERROR_INVALID, "2^k - 1"},
  {"V7 pool 2", {2, 2, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, "PoolType is 2"},
  {"V8 no system memory", {0, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, "SYSTEM_MEMORY (0x2) is not set"},
  {"V8 only compatible", {1, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, "SYSTEM_MEMORY (0x2) is not set"},
  {"V9 no cap", {2, 1, 0, 4096, 63, 0}, -1, NULL},
  {"V10 reserved", {2, 1, 4, 4096, 63, 7}, -1, NULL},
  {"V11 too large", {2, 1, 4, 0xffffffff, 4095, 0}, GST_KS_ERROR_OVERFLOW, "FrameSize is 4294967295"},
};
/* *INDENT-ON* */

/* With callbacks, none of them is called where creation is refused. */
GST_START_TEST (test_rules)
{
  const Row *row = &rows[__i__];

  for (guint with = 0; with < 2; with++) {
    Source source;
    GstKsDefaultCallbacks callbacks = source_init (&source);
    g_autoptr (GError) error = NULL;
    g_autoptr (GstKsPool) pool = gst_ks_default_allocator_new (&row->framing,
        with ? &callbacks : NULL, with ? &source : NULL, &error);

    fail_unless ((pool != NULL) == (row->code == -1), "%s", row->name);
    if (pool == NULL) {
      fail_unless (g_error_matches (error, GST_KS_ERROR, row->code), "%s: %s",
          row->name, error ? error->message : "no error");
      fail_unless (strstr (error->message, row->says) != NULL, "%s: %s",
          row->name, error->message);
      source_expect (&source, "");
    } else if (with) {
      g_clear_pointer (&pool, gst_object_unref);
      source_wait_destroyed (&source);
      source_expect (&source, "id");
    }
    source_clear (&source);
  }
}

GST_END_TEST;

/* --- frames of the system --- */

static void
check_frame (GstBuffer * buffer, gsize size, guint mask)
{
  GstMapInfo map;

  fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  fail_unless_equals_uint64 (map.size, size);
  fail_unless_equals_uint64 ((guintptr) map.data & mask, 0);
  memset (map.data, 0x5a, map.size);
  gst_buffer_unmap (buffer, &map);
}

/* FALSE, having said so: no memory can be locked here. */
static gboolean
acquire_or_skip (GstKsPool * pool, GstBuffer ** buffer)
{
  *buffer = NULL;
  if (try_acquire (pool, buffer) == GST_FLOW_OK)
    return TRUE;
  fail_unless_equals_string (gst_ks_allocator_peek_kind
      (gst_ks_pool_peek_allocator (pool)), "locked");
  g_print ("SKIP: locked frames: the limit of locked memory is reached\n");
  return FALSE;
}

/* 13 masks of both pools */
GST_START_TEST (test_alignment)
{
  guint mask = (1 << __i__ / 2) - 1, pool_type = __i__ % 2;
  GstKsPool *pool = new_pool ((GstKsAbiFraming) {
        2, pool_type, 0, 100, mask, 0
      }
  );
  GstBuffer *buffers_out[100];
  guint n = 0;

  activate (pool);
  while (n < 100 && acquire_or_skip (pool, &buffers_out[n]))
    check_frame (buffers_out[n++], 100, mask);
  fail_unless (n > 0 || pool_type == GST_NonPagedPool);
  while (n > 0)
    gst_buffer_unref (buffers_out[--n]);
  pool_done (pool);
}

GST_END_TEST;

/* Prefix and padding are part of FrameSize; the block's start is aligned. */
GST_START_TEST (test_margins)
{
  static const struct
  {
    gsize prefix, padding, asked, size;
    gboolean fits;
  } margins[] = {
    {16, 8, 1000, 1000, TRUE},
    {7, 0, 1, 1017, TRUE},
    {0, 0, 1024, 1024, TRUE},
    {1000, 23, 1, 1, TRUE},
    {1000, 24, 1, 0, FALSE},
    {16, 8, 1001, 0, FALSE},
  };
  GstKsPool *pool = new_pool ((GstKsAbiFraming) {
        2, 1, 2, 1024, 63, 0
      });
  GstStructure *config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  GstAllocationParams params = { 0, 0, margins[__i__].prefix,
    margins[__i__].padding
  };

  gst_buffer_pool_config_set_params (config, NULL, margins[__i__].asked, 0, 0);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  fail_unless_equals_int (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config), margins[__i__].fits);
  if (margins[__i__].fits) {
    GstBuffer *buffer;
    GstMemory *memory;

    activate (pool);
    buffer = acquire (pool);
    memory = gst_buffer_peek_memory (buffer, 0);
    check_frame (buffer, margins[__i__].size, 0);
    fail_unless_equals_uint64 (memory->offset, params.prefix);
    fail_unless_equals_uint64 (memory->maxsize, 1024);
    fail_unless_equals_uint64 ((guintptr)
        gst_ks_memory_peek_block (memory)->data & 63, 0);
    gst_buffer_unref (buffer);
  }
  pool_done (pool);
}

GST_END_TEST;

static gsize
locked_kib (void)
{
  g_autofree gchar *status = NULL;

  fail_unless (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return g_ascii_strtoull (strstr (status, "VmLck:") + 6, NULL, 10);
}

/* Sanitizers take mlock() for themselves and do nothing. */
static gboolean
locking_counts (void)
{
  gsize before = locked_kib ();
  GstAllocator *locked = gst_ks_allocator_get ("locked", NULL, NULL);
  GstKsRequest request = {.size = 1 };
  GstMemory *memory = gst_ks_allocator_alloc (locked, &request, NULL);
  gboolean counts = memory != NULL && locked_kib () > before;

  if (memory != NULL)
    gst_memory_unref (memory);
  gst_ks_allocator_trim (locked);
  gst_object_unref (locked);
  if (!counts)
    g_print ("SKIP: locked memory: mlock() has no effect here\n");
  return counts;
}

/* Small frames too come from the pool that was asked for. */
GST_START_TEST (test_pool_types)
{
  static const struct
  {
    guint32 pool_type, size;
    const gchar *kind;
  } types[] = {
    {GST_NonPagedPool, 256 * 1024, "locked"},
    {GST_NonPagedPool, 100, "locked"},
    {GST_PagedPool, 256 * 1024, "system"},
    {GST_PagedPool, 100, "system"},
  };
  gboolean locked = types[__i__].pool_type == GST_NonPagedPool;
  GstKsPool *pool;
  gsize before;
  GstBuffer *buffer;

  if (locked && !locking_counts ())
    return;
  before = locked_kib ();
  pool = new_pool ((GstKsAbiFraming) {
      2, types[__i__].pool_type, 1, types[__i__].size, 0, 0}
  );
  fail_unless_equals_string (gst_ks_allocator_peek_kind
      (gst_ks_pool_peek_allocator (pool)), types[__i__].kind);
  activate (pool);
  fail_unless_equals_uint64 (locked_kib (), before);
  buffer = acquire (pool);
  check_frame (buffer, types[__i__].size, 0);
  if (locked)
    fail_unless (locked_kib () - before >= types[__i__].size / 1024
        && locked_kib () > before);
  else
    fail_unless_equals_uint64 (locked_kib (), before);
  gst_buffer_unref (buffer);
  pool_done (pool);
  gst_ks_trim_all ();
  fail_unless_equals_uint64 (locked_kib (), before);
}

GST_END_TEST;

/* A user who may lock nothing. */
GST_START_TEST (test_no_locked_memory)
{
  struct rlimit before, nothing;
  uid_t user = geteuid ();
  GstKsPool *pool;
  GstBuffer *buffer = NULL;
  GstFlowReturn flow;

  if (!locking_counts ())
    return;
  fail_unless_equals_int (getrlimit (RLIMIT_MEMLOCK, &before), 0);
  nothing = before;
  nothing.rlim_cur = 0;
  pool = new_pool ((GstKsAbiFraming) {
      2, GST_NonPagedPool, 1, 4096, 0, 0}
  );
  activate (pool);
  fail_unless_equals_int (setrlimit (RLIMIT_MEMLOCK, &nothing), 0);
  fail_unless (user != 0 || seteuid (65534) == 0);
  flow = try_acquire (pool, &buffer);
  fail_unless (user != 0 || seteuid (0) == 0);
  fail_unless_equals_int (setrlimit (RLIMIT_MEMLOCK, &before), 0);
  fail_unless_equals_int (flow, GST_FLOW_ERROR);
  fail_unless (buffer == NULL);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  gst_buffer_unref (acquire (pool));
  pool_done (pool);
}

GST_END_TEST;

/* --- memory that callbacks bring --- */

GST_START_TEST (test_order)
{
  const GstKsAbiFraming framing = { 3, GST_PagedPool, 2, 1000, 63, 0 };
  Source source;
  GstKsPool *pool = source_pool (&source, framing);
  GstBuffer *one, *two, *none = NULL;
  GstMapInfo map;

  source_expect (&source, "i");
  fail_unless (source.initial == &source);
  fail_unless_equals_int (memcmp (&source.framing, &framing, sizeof (framing)),
      0);
  activate (pool);
  source_expect (&source, "i");
  one = acquire (pool);
  two = acquire (pool);
  source_expect (&source, "iaa");
  fail_unless_equals_int (try_acquire (pool, &none), GST_FLOW_EOS);
  fail_unless (gst_buffer_map (two, &map, GST_MAP_WRITE));
  fail_unless (map.data == source.last);
  fail_unless_equals_uint64 (map.size, 1000);
  memset (map.data, 1, map.size);
  gst_buffer_unmap (two, &map);
  /* what is out keeps the memory, and the context that takes it back */
  gst_buffer_unref (one);
  pool_done (pool);
  source_expect (&source, "iaa");
  gst_buffer_unref (two);
  source_wait_destroyed (&source);
  source_expect (&source, "iaaffd");
  source_clear (&source);
}

GST_END_TEST;

/* The framing in all its six fields, as it was given but for what is reserved:
 * to initialize, and to whoever asks the pool later. */
GST_START_TEST (test_framing_by_value)
{
  const GstKsAbiFraming framing = { 3, GST_NonPagedPool, 7, 777, 4095, 9 };
  Source source;
  GstKsPool *pool = source_pool (&source, framing);
  GstKsAbiStatus status;

  fail_unless_equals_int (source.framing.requirements_flags, 3);
  fail_unless_equals_int (source.framing.pool_type, GST_NonPagedPool);
  fail_unless_equals_int (source.framing.frames, 7);
  fail_unless_equals_int (source.framing.frame_size, 777);
  fail_unless_equals_int (source.framing.file_alignment, 4095);
  fail_unless_equals_int (source.framing.reserved, 0);
  fail_unless (gst_ks_pool_get_ks_status (pool, &status, NULL));
  fail_unless_equals_int (memcmp (&status.framing, &source.framing,
          sizeof (framing)), 0);
  fail_unless_equals_int (status_of (pool).cap, 7);
  fail_unless_equals_uint64 (status_of (pool).size, 777);
  fail_unless_equals_uint64 (status_of (pool).align, 4096);
  gst_object_unref (pool);
  source_wait_destroyed (&source);
  source_clear (&source);
}

GST_END_TEST;

/* V13: each set of the five. Without allocate none of the others may be given,
 * with it free must be. Bits: context, free, initialize, destroy, allocate. */
GST_START_TEST (test_consistency)
{
  const GstKsAbiFraming framing = { 2, GST_PagedPool, 1, 100, 0, 0 };
  gboolean with_free = (__i__ & 2) != 0, with_allocate = (__i__ & 16) != 0;
  gboolean legal = with_allocate ? with_free : __i__ == 0;
  Source source;
  GstKsDefaultCallbacks all = source_init (&source), some = { NULL, };
  g_autoptr (GError) error = NULL;
  GstKsPool *pool;

  some.free = with_free ? all.free : NULL;
  some.initialize = (__i__ & 4) ? all.initialize : NULL;
  some.destroy = (__i__ & 8) ? all.destroy : NULL;
  some.allocate = with_allocate ? all.allocate : NULL;
  pool = gst_ks_default_allocator_new (&framing, &some,
      (__i__ & 1) ? &source : NULL, &error);
  fail_unless ((pool != NULL) == legal, "V13%s%s%s%s%s",
      (__i__ & 1) ? " context" : "", some.free ? " free" : "",
      some.initialize ? " initialize" : "", some.destroy ? " destroy" : "",
      some.allocate ? " allocate" : "");
  if (pool != NULL) {
    gst_object_unref (pool);
    if (some.destroy != NULL)
      source_wait_destroyed (&source);
    source_expect (&source, some.initialize && some.destroy ? "id" :
        some.initialize ? "i" : some.destroy ? "d" : "");
  } else {
    g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID);
    fail_unless (strstr (error->message, "allocate") != NULL);
    source_expect (&source, "");
  }
  source_clear (&source);
}

GST_END_TEST;

GST_START_TEST (test_initialize_fails)
{
  static const struct
  {
    const gchar *name;
    SourceInitialize how;
    GstKsError code;
  } fails[] = {
    {"V14 with a reason", SOURCE_FAILS, GST_KS_ERROR_UNAVAILABLE},
    {"V14 in silence", SOURCE_SILENT, GST_KS_ERROR_FAILED},
  };
  const GstKsAbiFraming framing = { 2, GST_PagedPool, 1, 100, 0, 0 };
  Source source;
  GstKsDefaultCallbacks callbacks = source_init (&source);
  g_autoptr (GError) error = NULL;

  source.initialize = fails[__i__].how;
  fail_unless (gst_ks_default_allocator_new (&framing, &callbacks, &source,
          &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, fails[__i__].code),
      "%s: %s", fails[__i__].name, error ? error->message : "no error");
  source_expect (&source, "i");
  source_clear (&source);
}

GST_END_TEST;

/* Without initialize there is no context, whatever is given for it. */
GST_START_TEST (test_no_context)
{
  const GstKsAbiFraming framing = { 2, GST_PagedPool, 1, 100, 0, 0 };
  Source source;
  GstKsDefaultCallbacks callbacks = source_init (&source);
  GstKsPool *pool;

  callbacks.initialize = NULL;
  source.framing = framing;
  pool = gst_ks_default_allocator_new (&framing, &callbacks, &source, NULL);
  activate (pool);
  gst_buffer_unref (acquire (pool));
  pool_done (pool);
  source_wait_destroyed (&source);
  source_expect (&source, "afd");
  fail_unless (source.context == NULL);
  source_clear (&source);
}

GST_END_TEST;

/* V12: the n-th frame cannot be had: an error, and all is as before. */
GST_START_TEST (test_allocate_fails)
{
  Source source;
  GstKsPool *pool = source_pool (&source, (GstKsAbiFraming) {
        2, GST_PagedPool, 4, 1000, 0, 0
      });
  GstBuffer *out[4], *none = NULL;

  activate (pool);
  for (gint i = 0; i < __i__; i++)
    out[i] = acquire (pool);
  source.fails = TRUE;
  fail_unless_equals_int (try_acquire (pool, &none), GST_FLOW_ERROR);
  fail_unless (none == NULL);
  fail_unless_equals_int (status_of (pool).allocated, __i__);
  fail_unless_equals_int (source_live (&source), __i__);
  source.fails = FALSE;
  gst_buffer_unref (acquire (pool));
  for (gint i = 0; i < __i__; i++)
    gst_buffer_unref (out[i]);
  pool_done (pool);
  source_wait_destroyed (&source);
  fail_unless_equals_int (source_live (&source), 0);
  source_clear (&source);
}

GST_END_TEST;

/* An address that is not what was promised goes back. */
GST_START_TEST (test_not_aligned)
{
  Source source;
  GstKsPool *pool = source_pool (&source, (GstKsAbiFraming) {
        2, GST_PagedPool, 4, 1000, 63, 0
      }
  );
  GstBuffer *buffer = NULL;

  activate (pool);
  source.skew = 32;
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_ERROR);
  source_expect (&source, "iaf");
  fail_unless_equals_int (status_of (pool).allocated, 0);
  source.skew = 0;
  gst_buffer_unref (acquire (pool));
  pool_done (pool);
  source_wait_destroyed (&source);
  source_clear (&source);
}

GST_END_TEST;

/* Not a byte beyond the size that initialize was told: copies of less fit into
 * a frame, more is refused. */
GST_START_TEST (test_exact_size)
{
  Source source;
  GstKsPool *pool = source_pool (&source, (GstKsAbiFraming) {
        2, GST_PagedPool, 1, 1000, 255, 0
      }
  );
  GstAllocator *allocator = gst_ks_pool_peek_allocator (pool);
  GstKsRequest more = {.size = 1001 };
  GstKsRequest less = {.size = 10,.zero = GST_KS_ZERO_ALWAYS };
  g_autoptr (GError) error = NULL;
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &less, NULL);

  fail_unless (memory != NULL);
  fail_unless_equals_uint64 (gst_ks_memory_peek_block (memory)->size, 1000);
  gst_memory_unref (memory);
  fail_unless (gst_ks_allocator_alloc (allocator, &more, &error) == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID);
  source_expect (&source, "ia");
  gst_object_unref (pool);
  source_wait_destroyed (&source);
  source_clear (&source);
}

GST_END_TEST;

/* However frames come back: intact, taken apart, or as memory alone. */
GST_START_TEST (test_steady_state)
{
  Source source;
  GstKsPool *pool = source_pool (&source, (GstKsAbiFraming) {
        2, GST_PagedPool, 4, 1000, 0, 0
      }
  );
  GstBuffer *out[4];

  activate (pool);
  for (guint i = 0; i < 10000; i++) {
    guint n = i % 4 + 1;

    for (guint k = 0; k < n; k++)
      out[k] = acquire (pool);
    for (guint k = 0; k < n; k++) {
      g_autoptr (GstMemory) kept = i % 16 == 5 ?
          gst_buffer_get_memory (out[k], 0) : NULL;

      if (i % 16 == 9)
        gst_buffer_remove_all_memory (out[k]);
      gst_buffer_unref (out[k]);
    }
  }
  fail_unless (source.n_allocated <= 4, "%u blocks", source.n_allocated);
  pool_done (pool);
  source_wait_destroyed (&source);
  fail_unless_equals_int (source_live (&source), 0);
  source_clear (&source);
}

GST_END_TEST;

static Suite *
ksdefault_suite (void)
{
  Suite *s = suite_create ("ksdefault");
  TCase *tc = tcase_create ("ksdefault");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_rules, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_alignment, 0, 26);
  tcase_add_loop_test (tc, test_margins, 0, 6);
  tcase_add_loop_test (tc, test_pool_types, 0, 4);
  tcase_add_test (tc, test_no_locked_memory);
  tcase_add_test (tc, test_order);
  tcase_add_test (tc, test_framing_by_value);
  tcase_add_loop_test (tc, test_consistency, 0, 32);
  tcase_add_loop_test (tc, test_initialize_fails, 0, 2);
  tcase_add_test (tc, test_no_context);
  tcase_add_loop_test (tc, test_allocate_fails, 0, 4);
  tcase_add_test (tc, test_not_aligned);
  tcase_add_test (tc, test_exact_size);
  tcase_add_test (tc, test_steady_state);
  return s;
}

GST_CHECK_MAIN (ksdefault);
