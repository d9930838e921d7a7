/* Memory and pools when the system refuses: each call that can fail does, the first, the second, and so on.
 *
 * Whatever fails, there is a reason and nothing is left: no frame, no
 * descriptor, no mapping, no thread; and the next time it works.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gst/kscheck/gstkscheck.h>

#include "faultrun.h"

#define FRAME (2 * 1024 * 1024) /* one huge page */
#define LARGE (34 * 1024 * 1024)        /* above what one thread fills */

static gboolean
fill (GstMemory * memory)
{
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_WRITE))
    return FALSE;
  map.data[0] = map.data[map.size - 1] = 1;
  gst_memory_unmap (memory, &map);
  return TRUE;
}

/* --- allocators --- */

static gboolean
run_get (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);

  return allocator != NULL;
}

static gboolean
run_alloc (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator,
      &row->request, error) : NULL;

  if (memory == NULL)
    return FALSE;
  fail_unless (fill (memory));
  gst_memory_unref (memory);
  return TRUE;
}

static gboolean
run_request (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsAccount) account = gst_ks_account_new (0);
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);
  GstMemory *memory = allocator ? gst_ks_request_alloc (&row->request,
      allocator, account, error) : NULL;

  if (memory == NULL)
    return FALSE;
  gst_memory_unref (memory);
  return TRUE;
}

static gboolean
run_prepare (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);

  return allocator != NULL
      && gst_ks_allocator_prepare (allocator, &row->request, 3, error);
}

/* What GStreamer calls has no errors: it says no more than that there is none. */
static gboolean
refuse (GError ** error, const gchar * what)
{
  if (error && *error == NULL)
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED, what);
  return FALSE;
}

static gboolean
run_class_alloc (const FaultRow * row, GError ** error)
{
  GstAllocationParams params = { 0, 4095, 64, 32 };
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);
  GstMemory *memory = allocator ? gst_allocator_alloc (allocator,
      row->request.size, &params) : NULL;

  if (memory == NULL)
    return refuse (error, "no memory");
  gst_memory_unref (memory);
  return TRUE;
}

static gboolean
run_copy (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator,
      &row->request, error) : NULL;
  GstMemory *copy;

  if (memory == NULL)
    return FALSE;
  copy = gst_memory_copy (memory, 0, -1);
  gst_memory_unref (memory);
  if (copy == NULL)
    return refuse (error, "no copy");
  gst_memory_unref (copy);
  return TRUE;
}

static gpointer
outside_acquire (gsize size, gsize align, gpointer unused)
{
  return g_aligned_alloc (1, size, MAX (align, sizeof (gpointer)));
}

static void
outside_release (gpointer data, gsize size, gpointer unused)
{
  g_aligned_free (data);
}

static gboolean
run_external (const FaultRow * row, GError ** error)
{
  const GstKsExternal external = { outside_acquire, outside_release, NULL };
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_new_external (&external, NULL, error);
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator,
      &row->request, error) : NULL;

  if (memory == NULL)
    return FALSE;
  gst_memory_unref (memory);
  return TRUE;
}

static guint64
closure_acquire (guint64 size, guint64 align, gpointer unused)
{
  return GPOINTER_TO_SIZE (outside_acquire (size, align, NULL));
}

static void
closure_release (guint64 address, guint64 size, gpointer unused)
{
  outside_release (GSIZE_TO_POINTER (address), size, NULL);
}

static gboolean
run_closures (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_new_external_with_closures (g_cclosure_new
      (G_CALLBACK (closure_acquire), NULL, NULL),
      g_cclosure_new (G_CALLBACK (closure_release), NULL, NULL));
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &row->request, error);

  if (memory == NULL)
    return FALSE;
  gst_memory_unref (memory);
  return TRUE;
}

static gint
sealed_memfd (gsize size)
{
  gint fd = memfd_create ("faults", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  fail_unless (fd >= 0 && ftruncate (fd, size) == 0);
  fail_unless (fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
  return fd;
}

static gboolean
run_import (const FaultRow * row, GError ** error)
{
  gint fd = sealed_memfd (row->request.size);
  GstMemory *memory = gst_ks_memory_new_from_fd (fd, 0, row->request.size,
      error);

  if (memory == NULL) {
    /* it is still ours */
    fail_unless (close (fd) == 0);
    return FALSE;
  }
  fail_unless (fill (memory));
  gst_memory_unref (memory);
  return TRUE;
}

static gboolean
run_block_map (const FaultRow * row, GError ** error)
{
  GstKsBlock block = {.size = row->request.size,.align = row->request.align };
  gint fd = sealed_memfd (block.size);
  gboolean good = gst_ks_block_map (&block, fd, 0, error);

  if (good)
    gst_ks_block_unmap (&block);
  else
    fail_unless (block.data == NULL);
  close (fd);
  return good;
}

static gboolean
run_can_be_resident (const FaultRow * row, GError ** error)
{
  return gst_ks_block_can_be_resident (row->request.size, error);
}

/* --- pools --- */

static GstKsFraming *
framing_of (const FaultRow * row)
{
  g_autofree gchar *text = g_strdup_printf ("%s, size=%" G_GSIZE_FORMAT
      ", frames=2..3, align=8192, prefix=64", row->kind, row->request.size);
  GstKsFraming *framing = gst_ks_framing_parse (text, NULL);

  fail_unless (framing != NULL, "%s", text);
  return framing;
}

/* Activates it, has all of its frames, and gives it back. */
static gboolean
use_pool (GstKsPool * pool, GError ** error)
{
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  GstBuffer *frames[3] = { NULL };
  gboolean good = gst_buffer_pool_set_active (base, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (frames) && good; i++)
    good = gst_ks_pool_acquire_cancellable (pool, NULL, &frames[i])
        == GST_FLOW_OK;
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    gst_clear_buffer (&frames[i]);
  (void) gst_buffer_pool_set_active (base, FALSE);
  gst_object_unref (pool);
  return good || refuse (error, "no frame");
}

static gboolean
run_create (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row);
  GstKsPool *pool = gst_ks_create_allocator (framing, error);

  return pool != NULL && use_pool (pool, error);
}

static gboolean
run_create_ex (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row);
  GstKsPool *pool = gst_ks_create_allocator_ex (framing, error);

  return pool != NULL && use_pool (pool, error);
}

static void
take_error (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer where)
{
  GError **target = where;

  if (target && *target == NULL)
    *target = g_error_copy (error);
}

/* full: by the function for other languages */
static GstKsPool *
configured_pool (const FaultRow * row, gboolean full, GError ** error)
{
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind,
      row->device, error);
  g_autoptr (GstKsFraming) framing = framing_of (row);
  GstStructure *config;
  GstKsPool *pool;

  if (allocator == NULL)
    return NULL;
  options.report = take_error;
  options.report_data = error;
  pool = full ? gst_ks_pool_new_full (allocator, framing, &options, NULL,
      take_error, error, NULL) : gst_ks_pool_new (allocator, framing, &options);
  config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  gst_buffer_pool_config_set_params (config, NULL, row->request.size, 2, 3);
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool), config));
  return pool;
}

/* The reason comes by the report, and has to be there. */
static gboolean
run_pool (const FaultRow * row, GError ** error)
{
  GstKsPool *pool = configured_pool (row, FALSE, error);

  return pool != NULL && use_pool (pool, error);
}

static gboolean
run_pool_full (const FaultRow * row, GError ** error)
{
  GstKsPool *pool = configured_pool (row, TRUE, error);

  return pool != NULL && use_pool (pool, error);
}

static gboolean
run_source (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsPool) pool = configured_pool (row, FALSE, error);
  GSource *source = gst_ks_pool_free_frame_source_new (pool, TRUE);

  if (source == NULL)
    return refuse (error, "no source");
  g_source_unref (source);
  return TRUE;
}

static gboolean
run_table (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row);
  g_autoptr (GstKsPool) pool = gst_ks_create_allocator (framing, error);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  gpointer frame;

  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  fail_unless (gst_ks_pool_get_function_table (pool, &table, NULL));
  frame = table.allocate_frame (table.token);
  if (frame != NULL)
    fail_unless (table.free_frame (table.token, frame));
  (void) gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  return frame != NULL || refuse (error, "no frame");
}

static gboolean
run_default (const FaultRow * row, GError ** error)
{
  GstKsAbiFraming framing = {
    .requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    .pool_type = g_str_equal (row->kind, "system") ? GST_PagedPool :
        GST_NonPagedPool,.frames = 3,.frame_size = row->request.size
  };
  GstKsPool *pool = gst_ks_default_allocator_new (&framing, NULL, NULL, error);

  return pool != NULL && use_pool (pool, error);
}

/* --- backends --- */

static gboolean
run_backend (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (row->kind, NULL,
      error);
  g_autoptr (GstAllocator) allocator = backend ?
      gst_ks_backend_create_allocator (backend, error) : NULL;
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator,
      &row->request, error) : NULL;

  if (memory == NULL)
    return FALSE;
  gst_memory_unref (memory);
  return TRUE;
}

static gboolean
run_shaped (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (row->kind, NULL,
      error);
  g_autofree gchar *text = g_strdup_printf ("%s, size=%" G_GSIZE_FORMAT,
      row->kind, row->request.size);
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_parse (text, NULL);
  GstKsShape shape = { 0 };
  GstVideoInfo info;

  fail_unless (gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 512,
          512));
  if (!gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape, error))
    return FALSE;
  gst_ks_shape_clear (&shape);
  return TRUE;
}

/* Into memory of the device and out of it, and under a name of the device's. */
static gboolean
move_and_import (GstKsBackend * backend, GstMemory * device, GstMemory * host,
    GError ** error)
{
  GstMemory *imported;

  if (!gst_ks_backend_transfer (backend, device, host, error)
      || !gst_ks_backend_transfer (backend, host, device, error))
    return FALSE;
  imported = gst_ks_backend_import (backend, host, error);
  if (imported == NULL)
    return FALSE;
  gst_memory_unref (imported);
  return TRUE;
}

static gboolean
run_transfer (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (row->kind, NULL,
      error);
  g_autoptr (GstAllocator) system = gst_ks_allocator_get ("system", NULL, NULL);
  g_autoptr (GstAllocator) card = gst_ks_backend_create_allocator (backend,
      error);
  GstMemory *host = gst_ks_allocator_alloc (system, &row->request, error);
  GstMemory *device = host ? gst_ks_allocator_alloc (card, &row->request,
      error) : NULL;
  gboolean good = device && move_and_import (backend, device, host, error);

  if (device)
    gst_memory_unref (device);
  if (host)
    gst_memory_unref (host);
  return good;
}

/* --- the rows --- */

#define PLAIN { .size = FRAME }
#define ALIGNED { .size = FRAME, .align = 2 * FRAME }
#define ODD { .size = FRAME - 96, .align = 16384, .prefix = 64, .padding = 32 }
#define SMALL { .size = 1000, .align = 256 }
#define WIPED { .size = FRAME, .zero = GST_KS_ZERO_ALWAYS }
#define KINDS(call, run, request, says) \
  { call, run, "system", NULL, request, says }, \
  { call, run, "locked", NULL, request, says }, \
  { call, run, "huge", NULL, request, says }, \
  { call, run, "shared", NULL, request, says }
#define NODES(call, run, request, says) \
  { call, run, "system", "0", request, says }, \
  { call, run, "locked", "0", request, says }, \
  { call, run, "huge", "0", request, says }, \
  { call, run, "shared", "0", request, says }

/* *INDENT-OFF* */
static const FaultRow rows[] = {
  KINDS ("gst_ks_allocator_alloc", run_alloc, PLAIN, NULL),
  KINDS ("gst_ks_allocator_alloc", run_alloc, ALIGNED, " bytes"),
  KINDS ("gst_ks_allocator_alloc", run_alloc, ODD, " bytes"),
  KINDS ("gst_ks_allocator_alloc", run_alloc, WIPED, NULL),
  NODES ("gst_ks_allocator_alloc", run_alloc, PLAIN, NULL),
  {"gst_ks_allocator_alloc", run_alloc, "system", NULL, SMALL, "1024"},
  {"gst_ks_allocator_alloc", run_alloc, "huge", NULL, {.size = LARGE}, NULL},
  KINDS ("gst_ks_request_alloc", run_request, PLAIN, NULL),
  KINDS ("gst_ks_allocator_prepare", run_prepare, PLAIN, NULL),
  KINDS ("gst_ks_recycler_alloc", run_class_alloc, PLAIN, "no memory"),
  KINDS ("gst_ks_allocator_alloc", run_copy, PLAIN, ""),
  {"gst_ks_memory_new_from_fd", run_import, NULL, NULL, PLAIN, "descriptor"},
  {"gst_ks_block_map", run_block_map, NULL, NULL, PLAIN, NULL},
  {"gst_ks_block_map", run_block_map, NULL, NULL, ALIGNED, " bytes"},
  {"gst_ks_block_can_be_resident", run_can_be_resident, NULL, NULL,
      {.size = 2 * LARGE}, NULL, TRUE},
  KINDS ("gst_ks_create_allocator", run_create, PLAIN, "no frame"),
  KINDS ("gst_ks_create_allocator_ex", run_create_ex, PLAIN, "no frame"),
  KINDS ("gst_ks_pool_new", run_pool, PLAIN, " bytes"),
  KINDS ("gst_ks_pool_new_full", run_pool_full, PLAIN, " bytes"),
  KINDS ("gst_ks_pool_acquire_cancellable", run_pool, PLAIN, " bytes"),
  {"gst_ks_pool_free_frame_source_new", run_source, "system", NULL, PLAIN,
      "no source"},
  {"gst_ks_pool_get_function_table", run_table, "locked", NULL, PLAIN,
      "no frame"},
  {"gst_ks_default_allocator_new", run_default, "system", NULL, PLAIN,
      "no frame"},
  {"gst_ks_default_allocator_new", run_default, "locked", NULL, PLAIN,
      "no frame"},
  {"gst_ks_backend_get", run_backend, "fake", NULL, PLAIN, NULL},
  {"gst_ks_backend_create_allocator", run_backend, "fake-card", NULL, PLAIN,
      NULL},
  {"gst_ks_backend_allocate_shaped", run_shaped, "fake", NULL, {.size = 393216},
      NULL},
  {"gst_ks_backend_transfer", run_transfer, "fake-card", NULL, PLAIN, NULL},
  {"gst_ks_backend_import", run_transfer, "fake-card", NULL, PLAIN, NULL},
};

/* The first time in this process. */
static const FaultRow first_rows[] = {
  KINDS ("gst_ks_allocator_get", run_get, {0}, NULL),
  NODES ("gst_ks_allocator_get", run_get, {0}, NULL),
  {"gst_ks_allocator_new_external", run_external, NULL, NULL, PLAIN, NULL},
  {"gst_ks_allocator_new_external_with_closures", run_closures, NULL, NULL,
      PLAIN, NULL},
};
/* *INDENT-ON* */

GST_START_TEST (test_every_call_fails)
{
  fault_every_call (&rows[__i__], G_N_ELEMENTS (fault_modes));
}

GST_END_TEST;

GST_START_TEST (test_first_time)
{
  const FaultRow *row = &first_rows[__i__];
  g_autoptr (GError) error = NULL;

  fault_arm (1, TRUE, FAULT_DENIED);
  fail_unless (row->run (row, &error), "%s: %s", row->call,
      error ? error->message : "");
  fault_disarm ();
}

GST_END_TEST;

/* The row that makes the tests above worth something. */
GST_START_TEST (test_calls_are_seen)
{
  static const FaultRow row = { "gst_ks_allocator_alloc", run_alloc, "shared",
    NULL, PLAIN, "descriptor"
  };
  g_autoptr (GError) error = NULL;

  fail_unless (run_alloc (&row, NULL));
  gst_ks_trim_all ();
  fault_arm (1, TRUE, FAULT_SHORT);
  fail_unless (!run_alloc (&row, &error));
  /* given up, everybody's idle memory asked for, and tried once more */
  fail_unless_equals_int (fault_disarm (), 2);
  fail_unless_equals_string (fault_get_name (), "memfd_create");
  fault_expect_error (&row, error, "memfd_create");
}

GST_END_TEST;

static Suite *
faults_suite (void)
{
  Suite *suite = suite_create ("faults");
  TCase *tcase = tcase_create ("general");

  gst_ks_fake_register ();
  gst_ks_fake_register_devices ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_call_fails, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_first_time, 0, G_N_ELEMENTS (first_rows));
  tcase_add_test (tcase, test_calls_are_seen);
  return suite;
}

GST_CHECK_MAIN (faults);
