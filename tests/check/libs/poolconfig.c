/* The pool's configuration: what is raised, replaced and refused, and what kinds make of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pooltest.h"

#define NV12 "video/x-raw,format=NV12,width=64,height=48,framerate=25/1"
#define NV12_30 "video/x-raw,format=NV12,width=64,height=48,framerate=30/1"
#define NV21 "video/x-raw,format=NV21,width=64,height=48,framerate=25/1"
#define NV12_ODD "video/x-raw,format=NV12,width=65,height=48,framerate=25/1"
#define GRAY "video/x-raw,format=GRAY8,width=64,height=72,framerate=25/1"
#define PICTURE (64 * 48 * 3 / 2)

typedef struct
{
  const gchar *name;
  const gchar *framing;
  GstKsLayout layout;
  const gchar *caps;
  guint size, min, max;
  gsize mask;                   /* params.align */
  gboolean with_meta;
  guint want_size;              /* 0: refused */
  guint want_min, want_max;
  gsize want_mask;
  gboolean want_meta;
  gint want_stride;             /* of plane 0 */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"bytes", NULL, 0, NULL, 100, 0, 0, 0, FALSE, 100, 0, 0, 0, FALSE, 0},
  {"video", NULL, 0, NV12, PICTURE, 2, 0, 15, FALSE,
      PICTURE, 2, 0, 15, FALSE, 64},
  {"video-with-meta", NULL, 0, NV12, PICTURE, 2, 5, 0, TRUE,
      PICTURE, 2, 5, 0, TRUE, 64},
  {"size-from-caps", NULL, 0, NV12, 1, 0, 0, 0, FALSE,
      PICTURE, 0, 0, 0, FALSE, 64},
  {"size-above-caps", NULL, 0, NV12, 10000, 0, 0, 0, FALSE,
      10000, 0, 0, 0, FALSE, 64},
  {"size-raised", "system, size=4096..65536/4096", 0, NV12, PICTURE, 0, 0, 0,
      FALSE, 8192, 0, 0, 0, FALSE, 64},
  {"align-raised", "system, align=4096", 0, NULL, 100, 0, 0, 15, FALSE,
      100, 0, 0, 4095, FALSE, 0},
  {"align-is-a-floor", "system, align=64", 0, NULL, 100, 0, 0, 4095, FALSE,
      100, 0, 0, 4095, FALSE, 0},
  {"smaller-cap-of-framing", "system, frames=2..4", 0, NULL, 100, 0, 9, 0,
      FALSE, 100, 2, 4, 0, FALSE, 0},
  {"smaller-cap-of-config", "system, frames=2..9", 0, NULL, 100, 3, 4, 0,
      FALSE, 100, 3, 4, 0, FALSE, 0},
  {"min-above-cap", "system, frames=0..4", 0, NULL, 100, 8, 9, 0, FALSE,
      100, 4, 4, 0, FALSE, 0},
  {"stride-raised", "system, stride=256../512", 0, NV12, PICTURE, 0, 0, 0,
      FALSE, 256 * 72, 0, 0, 0, TRUE, 256},
  {"packed", NULL, GST_KS_LAYOUT_PACKED, NV12_ODD, 1, 0, 0, 0, FALSE,
      65 * 48 + 66 * 24, 0, 0, 0, TRUE, 65},
  {"packed-default-size", NULL, GST_KS_LAYOUT_PACKED, NV12_ODD, 68 * 72, 0, 0,
      0, FALSE, 65 * 48 + 66 * 24, 0, 0, 0, TRUE, 65},
  {"packed-size-of-framing", "system, size=4896..", GST_KS_LAYOUT_PACKED,
      NV12_ODD, 68 * 72, 0, 0, 0, FALSE, 68 * 72, 0, 0, 0, TRUE, 65},
  {"not-packed", NULL, GST_KS_LAYOUT_ANY, NV12_ODD, 1, 0, 0, 0, FALSE,
      68 * 72, 0, 0, 0, FALSE, 68},
  {"nothing", NULL, 0, NULL, 0, 0, 0, 0, FALSE, 0},
  {"size-too-large", "system, size=..4095", 0, NV12, PICTURE, 0, 0, 0, FALSE,
      0},
  {"no-stride", "system, stride=..32", 0, NV12, PICTURE, 0, 0, 0, FALSE, 0},
  {"any-width", NULL, 0, "video/x-raw,format=NV12,height=[1,48]", PICTURE, 0, 0, 0,
      FALSE, 0},
  {"any-caps", NULL, 0, "ANY", 100, 0, 0, 0, FALSE, 0},
  {"no-caps-left", NULL, 0, "EMPTY", 100, 0, 0, 0, FALSE, 0},
  {"not-a-mask", NULL, 0, NULL, 100, 0, 0, 5, FALSE, 0},
};
/* *INDENT-ON* */

static GstStructure *
config_of_row (GstKsPool * pool, const Row * row, GstAllocator * allocator)
{
  PoolArgs args = {.with_meta = row->with_meta };
  GstStructure *config = config_for (pool, &args);
  g_autoptr (GstCaps) caps =
      row->caps ? gst_caps_from_string (row->caps) : NULL;
  GstAllocationParams params = { 0, row->mask, 0, 0 };

  gst_buffer_pool_config_set_params (config, NULL, row->size, row->min,
      row->max);
  /* itself refuses caps that are not fixed */
  gst_structure_set (config, "caps", GST_TYPE_CAPS, caps, NULL);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
  return config;
}

static void
check_config (GstKsPool * pool, const Row * row)
{
  g_autoptr (GstStructure) config =
      gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  GstAllocationParams params;
  GstAllocator *allocator;
  guint size, min, max;

  gst_buffer_pool_config_get_params (config, NULL, &size, &min, &max);
  gst_buffer_pool_config_get_allocator (config, &allocator, &params);
  fail_unless (size == row->want_size, "%s: size %u", row->name, size);
  fail_unless (min == row->want_min, "%s: min %u", row->name, min);
  fail_unless (max == row->want_max, "%s: max %u", row->name, max);
  fail_unless (params.align == row->want_mask, "%s: mask %" G_GSIZE_FORMAT,
      row->name, params.align);
  fail_unless (allocator == gst_ks_pool_peek_allocator (pool));
  fail_unless (gst_buffer_pool_config_has_option (config,
          GST_BUFFER_POOL_OPTION_VIDEO_META) == row->want_meta, "%s",
      row->name);
}

static void
check_frame (GstKsPool * pool, const Row * row)
{
  GstBuffer *buffer = acquire (pool);
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  GstVideoInfo info;
  GstMapInfo map;

  fail_unless_equals_int (gst_buffer_get_size (buffer), row->want_size);
  fail_unless ((meta != NULL) == row->want_meta, "%s", row->name);
  fail_unless (!meta || meta->stride[0] == row->want_stride, "%s", row->name);
  fail_unless (gst_ks_pool_get_video_info (pool, &info) == (row->caps != NULL));
  fail_unless (!row->caps || info.stride[0] == row->want_stride);
  fail_unless_equals_int (gst_ks_pool_get_layout (pool), row->layout);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  fail_unless (((guintptr) map.data & row->want_mask) == 0, "%s", row->name);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (status_of (pool).size, row->want_size);
  fail_unless_equals_int (status_of (pool).align, row->want_mask + 1);
  fail_unless_equals_int (status_of (pool).cap, row->want_max);
}

GST_START_TEST (test_config)
{
  const Row *row = &rows[__i__];
  PoolArgs args = {.framing = row->framing,.inactive = TRUE,
    .options.layout = row->layout
  };
  g_autoptr (GstAllocator) foreign = gst_allocator_find (GST_ALLOCATOR_SYSMEM);
  g_autoptr (GstAllocator) allocator = allocator_for (NULL);
  g_autoptr (GstKsFraming) framing =
      row->framing ? gst_ks_framing_parse (row->framing, NULL) : NULL;
  GstKsPool *pool = gst_ks_pool_new (allocator, framing, &args.options);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  g_autoptr (GstStructure) made = NULL;
  g_autoptr (GstStructure) again = NULL;
  gboolean ok = gst_buffer_pool_set_config (base,
      config_of_row (pool, row, foreign));

  fail_unless (ok == (row->want_size != 0), "%s", row->name);
  if (!ok) {
    gst_object_unref (pool);
    return;
  }
  check_config (pool, row);

  /* its own output, also when the base class cannot see that it is the same */
  made = gst_buffer_pool_get_config (base);
  fail_unless (gst_buffer_pool_set_config (base,
          config_of_row (pool, row, foreign)));
  again = gst_structure_copy (made);
  gst_structure_set (again, "seen", G_TYPE_BOOLEAN, TRUE, NULL);
  fail_unless (gst_buffer_pool_set_config (base, g_steal_pointer (&again)));
  again = gst_buffer_pool_get_config (base);
  gst_structure_remove_field (again, "seen");
  fail_unless (gst_structure_is_equal (made, again), "%s", row->name);

  fail_unless (gst_buffer_pool_set_active (base, TRUE));
  fail_unless_equals_int (stats_of (pool).live, 0);
  check_frame (pool, row);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_refusal_keeps_what_was)
{
  PoolArgs args = {.inactive = TRUE };
  GstKsPool *pool = pool_for (&args);
  GstStructure *config = config_for (pool, &args);
  GstAllocationParams params = { 0, 5, 0, 0 };

  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  fail_if (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool), config));
  fail_unless_equals_int (status_of (pool).size, SIZE);
  gst_object_unref (pool);
}

GST_END_TEST;

GST_START_TEST (test_video_alignment)
{
  PoolArgs args = {.caps = NV12,.with_meta = TRUE,.inactive = TRUE };
  GstKsPool *pool = pool_for (&args);
  GstStructure *config = config_for (pool, &args);
  GstVideoAlignment align, got;
  gsize plane_size[GST_VIDEO_MAX_PLANES];
  GstVideoMeta *meta;
  GstBuffer *buffer;

  fail_unless (gst_buffer_pool_has_option (GST_BUFFER_POOL (pool),
          GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT));
  gst_video_alignment_reset (&align);
  align.padding_left = align.padding_right = 32;
  align.padding_top = align.padding_bottom = 8;
  align.stride_align[0] = align.stride_align[1] = 127;
  gst_buffer_pool_config_add_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &align);
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool), config));
  config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  fail_unless (gst_buffer_pool_config_get_video_alignment (config, &got));
  fail_unless_equals_int (got.padding_left, 32);
  fail_unless_equals_int (got.stride_align[0], 127);
  gst_structure_free (config);
  fail_unless_equals_int (status_of (pool).align, 128);

  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  buffer = acquire (pool);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 128);
  fail_unless_equals_int (meta->offset[0], 8 * 128 + 32);
  fail_unless_equals_int (meta->offset[1], 64 * 128 + 4 * 128 + 32);
  fail_unless_equals_int (meta->alignment.padding_left, 32);
  fail_unless (gst_video_meta_get_plane_size (meta, plane_size));
  fail_unless_equals_int (plane_size[0], 64 * 128);
  fail_unless_equals_int (gst_buffer_get_size (buffer), 128 * 96);
  gst_buffer_unref (buffer);
  pool_done (pool);
}

GST_END_TEST;

/* --- memory objects stay only with the same picture --- */

typedef struct
{
  const gchar *name;
  const gchar *caps;
  gboolean same;
} CapsRow;

static const CapsRow caps_rows[] = {
  {"same-caps", NV12, TRUE},
  {"other-rate", NV12_30, TRUE},
  {"other-format", NV21, FALSE},
  {"other-shape", GRAY, FALSE},
};

GST_START_TEST (test_caps_change)
{
  const CapsRow *row = &caps_rows[__i__];
  PoolArgs args = {.caps = NV12 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool);
  GQuark quark = g_quark_from_static_string ("import");
  gboolean found;

  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (gst_buffer_peek_memory
          (buffer, 0)), quark, buffer, NULL);
  fail_unless_equals_int (gst_buffer_get_size (buffer), PICTURE);
  gst_buffer_unref (buffer);
  pool_done (pool);

  args.caps = row->caps;
  pool = pool_for (&args);
  buffer = acquire (pool);
  fail_unless_equals_int (gst_buffer_get_size (buffer), PICTURE);
  found = gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST
      (gst_buffer_peek_memory (buffer, 0)), quark) != NULL;
  fail_unless (found == row->same, "%s", row->name);
  gst_buffer_unref (buffer);
  pool_done (pool);
  gst_ks_trim_all ();
}

GST_END_TEST;

/* --- the KS allocator object --- */

typedef struct
{
  const gchar *name;
  const gchar *framing;
  GstKsError error;             /* -1: works */
} CreateRow;

static const CreateRow create_rows[] = {
  {"works", "system, size=4096, frames=1..3, align=64", (GstKsError) - 1},
  {"not-fixed", "system, size=1..4096", GST_KS_ERROR_INVALID},
  {"unknown", "nosuchkind, size=4096", GST_KS_ERROR_UNKNOWN_KIND},
  {"too-large", "system, size=8G", GST_KS_ERROR_OVERFLOW},
};

GST_START_TEST (test_create_allocator)
{
  const CreateRow *row = &create_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse (row->framing, &error);
  GstKsPool *pool;

  fail_unless (framing != NULL, "%s: %s", row->name,
      error ? error->message : "");
  pool = gst_ks_create_allocator (framing, &error);
  if (row->error != (GstKsError) - 1) {
    fail_unless (pool == NULL && g_error_matches (error, GST_KS_ERROR,
            row->error), "%s: %s", row->name, error ? error->message : "");
    return;
  }
  fail_unless (pool != NULL, "%s: %s", row->name, error ? error->message : "");
  fail_unless (gst_ks_framing_equal (gst_ks_pool_peek_framing (pool), framing));
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (status_of (pool).size, 4096);
  fail_unless_equals_int (status_of (pool).align, 64);
  fail_unless_equals_int (status_of (pool).cap, 3);
  pool_done (pool);
}

GST_END_TEST;

/* --- the fake kind: failures, shapes, blocks made ready --- */

static GstAllocator *
fake_allocator (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = NULL;
  GstAllocator *allocator;

  gst_ks_fake_register ();
  gst_ks_fake_reset ();
  backend = gst_ks_backend_get ("fake", NULL, &error);
  fail_unless (backend != NULL, "%s", error ? error->message : "");
  allocator = gst_ks_backend_create_allocator (backend, &error);
  fail_unless (allocator != NULL, "%s", error ? error->message : "");
  return allocator;
}

static GstKsPool *
fake_pool (const PoolArgs * args)
{
  g_autoptr (GstAllocator) allocator = fake_allocator ();
  GstKsPool *pool = gst_ks_pool_new (allocator, NULL, &args->options);

  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, args)));
  return pool;
}

static void
count_failure (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer user_data)
{
  fail_unless (event == GST_KS_POOL_FAILED);
  fail_unless (error != NULL);
  (*(guint *) user_data)++;
}

/* The helper that drops what is old may hold an allocator for a moment. */
static void
await_nothing_outstanding (void)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (gst_ks_fake_get_outstanding (NULL) && g_get_monotonic_time () < end)
    g_thread_yield ();
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

/* Row: bytes or shapes. Each call fails once until none is left to fail. */
GST_START_TEST (test_failures)
{
  GstKsFakeOp op = __i__ == 0 ? GST_KS_FAKE_ACQUIRE : GST_KS_FAKE_SHAPED;
  gboolean failed = TRUE;

  for (guint k = 1; failed; k++) {
    guint failures = 0, n = 0;
    PoolArgs args = {.caps = __i__ == 0 ? NULL : NV12,.max = 4,
      .options.report = count_failure,.options.report_data = &failures
    };
    GstKsPool *pool = fake_pool (&args);
    GstBuffer *frames[4] = { NULL, };

    fail_unless (k < 20);
    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
    gst_ks_fake_fail_from (op, k);
    for (guint i = 0; i < 4; i++) {
      GstFlowReturn flow = try_acquire (pool, &frames[i]);

      fail_unless (flow == GST_FLOW_OK || flow == GST_FLOW_ERROR);
      n += flow == GST_FLOW_OK;
    }
    fail_unless_equals_int (n + failures, 4);
    fail_unless_equals_int (status_of (pool).allocated, n);
    fail_unless_equals_int (stats_of (pool).handed_out, n);
    failed = failures > 0;
    for (guint i = 0; i < 4; i++)
      gst_clear_buffer (&frames[i]);
    fail_unless_equals_int (status_of (pool).allocated, 0);
    pool_done (pool);
    await_nothing_outstanding ();
  }
}

GST_END_TEST;

/* All bytes are stale, or none is; leaves others there. */
static void
use_memory (GstMemory * memory, gboolean stale)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  for (gsize i = 0; i < map.size; i++)
    fail_unless_equals_int (map.data[i] != 0, stale);
  memset (map.data, 0xee, map.size);
  gst_memory_unmap (memory, &map);
}

/* What the driver leaves in a frame is somebody's. */
GST_START_TEST (test_shapes_are_wiped)
{
  static const GstKsZero zeros[] = {
    GST_KS_ZERO_NEVER, GST_KS_ZERO_OWNER_CHANGE, GST_KS_ZERO_ALWAYS
  };
  GstKsZero zero = zeros[__i__ / 2];
  PoolArgs args = {.caps = NV12,.max = 1,.options.zero = zero };
  GstKsPool *pool = fake_pool (&args);

  gst_ks_fake_set_shape (512, __i__ % 2);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  for (guint turn = 0; turn < 2; turn++) {
    GstBuffer *buffer = acquire (pool);
    gboolean stale = turn == 0 ? zero == GST_KS_ZERO_NEVER
        : zero != GST_KS_ZERO_ALWAYS;

    for (guint i = 0; i < gst_buffer_n_memory (buffer); i++)
      use_memory (gst_buffer_peek_memory (buffer, i), stale);
    gst_buffer_unref (buffer);
  }
  pool_done (pool);
  await_nothing_outstanding ();
}

GST_END_TEST;

GST_START_TEST (test_shapes)
{
  PoolArgs args = {.caps = NV12,.max = 1 };
  GstKsPool *pool;
  GstBuffer *buffer, *other;
  GstMemory *kept;
  GstVideoMeta *meta;

  pool = fake_pool (&args);
  gst_ks_fake_set_shape (512, __i__ == 1);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  buffer = acquire (pool);
  fail_unless_equals_int (gst_buffer_n_memory (buffer), __i__ == 1 ? 2 : 1);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless (meta != NULL);
  fail_unless_equals_int (meta->stride[0], 512);
  fail_unless (meta->offset[1] >= 512 * 48);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (status_of (pool).idle, 1);
  fail_unless (acquire (pool) == buffer);

  /* out until the last memory is gone */
  kept = gst_buffer_get_memory (buffer, 0);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (status_of (pool).allocated, 1);
  fail_unless_equals_int (try_acquire (pool, &other), GST_FLOW_EOS);
  gst_memory_unref (kept);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  pool_done (pool);
  await_nothing_outstanding ();
}

GST_END_TEST;

GST_START_TEST (test_blocks_are_made_ready)
{
  PoolArgs args = {.min = 3 };
  GstKsPool *pool = fake_pool (&args);
  gint64 end = g_get_monotonic_time () + PATIENCE;

  fail_unless_equals_int (gst_ks_fake_get_fresh (), 0);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  while (gst_ks_fake_get_fresh () < 3 && g_get_monotonic_time () < end)
    g_thread_yield ();
  fail_unless_equals_int (gst_ks_fake_get_fresh (), 3);
  pool_done (pool);
  await_nothing_outstanding ();
}

GST_END_TEST;

static Suite *
poolconfig_suite (void)
{
  Suite *s = suite_create ("poolconfig");
  TCase *tc = tcase_create ("poolconfig");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_config, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_refusal_keeps_what_was);
  tcase_add_test (tc, test_video_alignment);
  tcase_add_loop_test (tc, test_caps_change, 0, G_N_ELEMENTS (caps_rows));
  tcase_add_loop_test (tc, test_create_allocator, 0,
      G_N_ELEMENTS (create_rows));
  tcase_add_loop_test (tc, test_failures, 0, 2);
  tcase_add_loop_test (tc, test_shapes_are_wiped, 0, 6);
  tcase_add_loop_test (tc, test_shapes, 0, 2);
  tcase_add_test (tc, test_blocks_are_made_ready);
  return s;
}

GST_CHECK_MAIN (poolconfig);
