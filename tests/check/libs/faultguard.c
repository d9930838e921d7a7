/* Guarded frames when the system refuses: each call that can fail does, mprotect() among them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "faultrun.h"

#define FRAME (128 * 1024)

static gboolean
run_alloc (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind, NULL,
      error);
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator,
      &row->request, error) : NULL;
  GstMapInfo map;

  if (memory == NULL)
    return FALSE;
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  map.data[0] = map.data[map.size - 1] = 1;
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  return TRUE;
}

/* It is closed when it comes back, and opened the second time. */
static gboolean
run_twice (const FaultRow * row, GError ** error)
{
  return run_alloc (row, error) && run_alloc (row, error);
}

static gboolean
run_find_guard (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind, NULL,
      error);

  return allocator != NULL && gst_ks_allocator_find_guard (allocator,
      row->request.guard, error) == row->request.guard;
}

static gboolean
run_prepare (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind, NULL,
      error);

  return allocator != NULL
      && gst_ks_allocator_prepare (allocator, &row->request, 3, error);
}

static void
take_error (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer where)
{
  GError **target = where;

  if (target && *target == NULL)
    *target = g_error_copy (error);
}

static GstBufferPool *
pool_of (const FaultRow * row, GError ** error)
{
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind, NULL,
      error);
  GstBufferPool *pool;
  GstStructure *config;

  fail_unless (allocator != NULL);
  options.guard = row->request.guard;
  options.report = take_error;
  options.report_data = error;
  pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, &options));
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, NULL, row->request.size, 2, 3);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  return pool;
}

/* The reason comes by the report, and has to be there. */
static gboolean
run_pool (const FaultRow * row, GError ** error)
{
  g_autoptr (GstBufferPool) pool = pool_of (row, error);
  gboolean good = gst_buffer_pool_set_active (pool, TRUE);

  for (guint i = 0; i < 4 && good; i++) {
    GstBuffer *frame = NULL;

    good = gst_buffer_pool_acquire_buffer (pool, &frame, NULL) == GST_FLOW_OK;
    gst_clear_buffer (&frame);
  }
  (void) gst_buffer_pool_set_active (pool, FALSE);
  return good;
}

/* --- the rows --- */

#define KINDS(call, run, mode) \
  { call, run, "system", NULL, { .size = FRAME, .guard = mode }, " bytes" }, \
  { call, run, "locked", NULL, { .size = FRAME, .guard = mode }, " bytes" }, \
  { call, run, "huge", NULL, { .size = FRAME, .guard = mode }, " bytes" }, \
  { call, run, "shared", NULL, { .size = FRAME, .guard = mode }, " bytes" }

/* *INDENT-OFF* */
static const FaultRow rows[] = {
  KINDS ("gst_ks_allocator_alloc", run_twice, GST_KS_GUARD_PATTERN),
  KINDS ("gst_ks_allocator_alloc", run_twice, GST_KS_GUARD_PAGES),
  KINDS ("gst_ks_allocator_find_guard", run_find_guard, GST_KS_GUARD_PATTERN),
  KINDS ("gst_ks_allocator_find_guard", run_find_guard, GST_KS_GUARD_PAGES),
  KINDS ("gst_ks_allocator_prepare", run_prepare, GST_KS_GUARD_PAGES),
  KINDS ("gst_ks_pool_new", run_pool, GST_KS_GUARD_PATTERN),
  KINDS ("gst_ks_pool_new", run_pool, GST_KS_GUARD_PAGES),
};
/* *INDENT-ON* */

GST_START_TEST (test_every_call_fails)
{
  fault_every_call (&rows[__i__], 2);
}

GST_END_TEST;

static void
no_warning (const gchar * domain, GLogLevelFlags level, const gchar * text,
    gpointer user_data)
{
}

/* A frame that cannot be closed has the pattern, which tells as well; one that
 * cannot be opened is not handed out, and can be had when it can. */
GST_START_TEST (test_no_protection)
{
  static const FaultRow row = { "gst_ks_allocator_alloc", run_twice,
    "system", NULL, {.size = FRAME,.guard = GST_KS_GUARD_PAGES}, "mprotect"
  };
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("system", NULL,
      NULL);
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &row.request, NULL);
  g_autoptr (GError) error = NULL;
  GLogFunc handler;
  GstMapInfo map;
  guint8 *data;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  data = map.data;
  gst_memory_unmap (memory, &map);
  fault_arm (1, FALSE, FAULT_SHORT);
  gst_memory_unref (memory);
  fail_unless_equals_int (fault_disarm (), 1);
  fail_unless_equals_string (fault_get_name (), "mprotect");
  handler = g_log_set_default_handler (no_warning, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  data[FRAME / 2] ^= 1;
  fail_unless_equals_int (gst_ks_guard_check (), 1);
  (void) g_log_set_default_handler (handler, NULL);
  fail_unless (run_alloc (&row, &error));
  fault_arm (1, FALSE, FAULT_SHORT);
  fail_unless (!run_alloc (&row, &error));
  fault_disarm ();
  fault_expect_error (&row, error, "mprotect");
  fail_unless (run_alloc (&row, NULL));
  gst_ks_trim_all ();
}

GST_END_TEST;

static Suite *
faultguard_suite (void)
{
  Suite *suite = suite_create ("faultguard");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_call_fails, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_no_protection);
  return suite;
}

GST_CHECK_MAIN (faultguard);
