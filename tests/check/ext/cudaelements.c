/* The kinds cuda and cuda-host among the ecosystem's own elements, which know memory of a GPU.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudatest.h"

#include "../../../ext/cuda/kscudaapi.h"

#include <gst/check/gstharness.h>
#include <gst/ks/gstkspool.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 12
#define ON_HOST "video/x-raw, framerate=30/1, "
#define ON_CARD "video/x-raw(memory:CUDAMemory), framerate=30/1, "

/* Widths whose packed rows are not the driver's. */
static const gchar *const pictures[] = {
  "format=NV12, width=320, height=240",
  "format=I420, width=322, height=240",
  "format=RGBA, width=100, height=50",
  "format=P010_10LE, width=640, height=480",
};

static GstCaps *
new_caps (const gchar * where, const gchar * picture)
{
  g_autofree gchar *text = g_strconcat (where, picture, NULL);

  return gst_caps_from_string (text);
}

static GstMemory *
new_random (gsize size, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GstMemory *memory = gst_allocator_alloc (NULL, size, NULL);

  cuda_test_fill (memory, rand);
  return memory;
}

/* A buffer in ordinary memory, packed, against one with any strides. */
static void
check_picture (const GstVideoInfo * info, GstMemory * packed, GstBuffer * found)
{
  g_autoptr (GstBuffer) wanted = gst_buffer_new ();
  GstVideoFrame one, other;

  gst_buffer_append_memory (wanted, gst_memory_ref (packed));
  fail_unless (gst_video_frame_map (&one, info, wanted, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&other, info, found, GST_MAP_READ));
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (&one); p++) {
    gint component[GST_VIDEO_MAX_COMPONENTS];
    gsize row;

    gst_video_format_info_component (info->finfo, p, component);
    row = GST_VIDEO_FRAME_COMP_WIDTH (&one, component[0]) *
        GST_VIDEO_FRAME_COMP_PSTRIDE (&one, component[0]);
    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&one, component[0]); y++)
      fail_unless (memcmp ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&one, p) +
              y * GST_VIDEO_FRAME_PLANE_STRIDE (&one, p),
              (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&other, p) +
              y * GST_VIDEO_FRAME_PLANE_STRIDE (&other, p), row) == 0,
          "plane %u, row %d", p, y);
  }
  gst_video_frame_unmap (&other);
  gst_video_frame_unmap (&one);
}

/* bytes: (transfer full): a picture with the rows that meta says */
static void
check_strided (const GstVideoInfo * info, GstMemory * packed,
    GstMemory * bytes, GstVideoMeta * meta)
{
  g_autoptr (GstBuffer) found = gst_buffer_new ();

  gst_buffer_append_memory (found, bytes);
  gst_buffer_add_video_meta_full (found, GST_VIDEO_FRAME_FLAG_NONE,
      meta->format, meta->width, meta->height, meta->n_planes, meta->offset,
      meta->stride);
  check_picture (info, packed, found);
}

static GstBufferPool *
new_pool (GstAllocator * allocator, GstCaps * caps, guint cap)
{
  GstBufferPool *pool =
      GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, NULL));
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps));
  gst_buffer_pool_config_set_params (config, caps, info.size, 0, cap);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

/* Frames of ours are read by the element that reads memory of a GPU. */
GST_START_TEST (test_to_cudadownload)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, NULL);
  GstCaps *card = new_caps (ON_CARD, pictures[__i__]);
  GstCaps *host = new_caps (ON_HOST, pictures[__i__]);
  GstHarness *harness = gst_harness_new ("cudadownload");
  GstBufferPool *pool = new_pool (allocator, card, 3);
  guint64 fresh = 0;
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, host));
  gst_harness_set_caps (harness, gst_caps_ref (card), host);
  for (guint f = 0; f < N_FRAMES; f++) {
    g_autoptr (GstMemory) packed = new_random (info.size, f);
    g_autoptr (GError) error = NULL;
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            NULL), GST_FLOW_OK);
    fail_unless (gst_ks_backend_transfer (backend,
            gst_buffer_peek_memory (buffer, 0), packed, &error), "%s",
        error ? error->message : "?");
    buffer = gst_harness_push_and_pull (harness, buffer);
    fail_unless (buffer != NULL);
    check_picture (&info, packed, buffer);
    gst_buffer_unref (buffer);
    if (f == 3)
      fresh = gst_ks_check_stat (allocator, "fresh");
  }
  /* and come back, whole */
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "fresh"), fresh);
  gst_harness_teardown (harness);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
  gst_caps_unref (card);
}

GST_END_TEST;

/* A frame whose memory somebody keeps longer than the buffer is counted until
 * that is back, and no longer. */
GST_START_TEST (test_pool_counts)
{
  g_autoptr (GstAllocator) allocator = cuda_test_make ((gpointer) "cuda");
  g_autoptr (GstCaps) card = new_caps (ON_CARD, pictures[0]);
  GstBufferPool *pool = new_pool (allocator, card, 2);
  GstBufferPoolAcquireParams dont_wait = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };

  for (guint round = 0; round < 4; round++) {
    GstBuffer *taken[2] = { NULL }, *none = NULL;
    GstMemory *kept[2];

    for (guint f = 0; f < 2; f++) {
      fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool,
              &taken[f], &dont_wait), GST_FLOW_OK);
      kept[f] = gst_buffer_get_memory (taken[f], 0);
      gst_buffer_unref (taken[f]);
    }
    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &none,
            &dont_wait), GST_FLOW_EOS);
    gst_memory_unref (kept[0]);
    gst_memory_unref (kept[1]);
  }
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "fresh"), 2);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
}

GST_END_TEST;

/* Memory that the ecosystem made, in a context of its own, is copied by the
 * driver like ours. */
GST_START_TEST (test_from_cudaupload)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, NULL);
  GstCaps *host = new_caps (ON_HOST, pictures[__i__]);
  GstHarness *harness = gst_harness_new ("cudaupload");
  g_autoptr (GstMemory) packed = NULL;
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;
  GstBuffer *buffer;

  fail_unless (gst_video_info_from_caps (&info, host));
  packed = new_random (info.size, 7);
  gst_harness_set_caps (harness, host, new_caps (ON_CARD, pictures[__i__]));
  buffer = gst_buffer_new ();
  gst_buffer_append_memory (buffer, gst_memory_ref (packed));
  buffer = gst_harness_push_and_pull (harness, buffer);
  fail_unless (buffer != NULL);

  GstMemory *theirs = gst_buffer_peek_memory (buffer, 0);
  GstMemory *ours = cuda_test_take (allocator, theirs->size);
  GstMemory *bytes = gst_allocator_alloc (NULL, theirs->size, NULL);

  fail_unless (gst_memory_is_type (theirs, "gst.cuda.memory"));
  fail_unless (!gst_ks_memory_is_ours (theirs));
  fail_unless (gst_ks_backend_transfer (backend, ours, theirs, &error), "%s",
      error ? error->message : "?");
  fail_unless (gst_ks_backend_transfer (backend, bytes, ours, &error), "%s",
      error ? error->message : "?");
  check_strided (&info, packed, bytes, gst_buffer_get_video_meta (buffer));
  gst_memory_unref (ours);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* --- ksupload and ksdownload --- */

/* Of one plane, with rows that are the driver's, and packed and tight ones that
 * are not. */
static const gchar *const planes[] = {
  "format=RGBA, width=128, height=20",
  "format=RGBA, width=100, height=50",
  "format=BGRx, width=854, height=48",
  "format=RGB, width=33, height=20",
  "format=RGB, width=128, height=20",
};

static const gchar *const there_and_back[] = {
  "ksupload memory=cuda ! video/x-raw(memory:CUDAMemory) ! ksdownload",
  "cudaupload ! video/x-raw(memory:CUDAMemory) ! ksdownload",
  "ksupload memory=cuda ! video/x-raw(memory:CUDAMemory) ! cudadownload",
};

GST_START_TEST (test_there_and_back)
{
  const gchar *launch = there_and_back[__i__ / G_N_ELEMENTS (planes)];
  GstCaps *caps = new_caps (ON_HOST, planes[__i__ % G_N_ELEMENTS (planes)]);
  GstHarness *harness = gst_harness_new_parse (launch);
  g_autoptr (GstMemory) packed = NULL;
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps));
  packed = new_random (info.size, __i__);
  gst_harness_set_src_caps (harness, caps);
  for (guint f = 0; f < 3; f++) {
    GstBuffer *buffer = gst_buffer_new ();

    gst_buffer_append_memory (buffer, gst_memory_ref (packed));
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
    buffer = gst_harness_pull (harness);
    fail_unless (buffer != NULL, "%s", launch);
    check_picture (&info, packed, buffer);
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* --- pipelines --- */

typedef struct
{
  guint frames, ours;
} Seen;

static void
look (GstElement * identity, GstBuffer * buffer, gpointer data)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  Seen *seen = data;

  seen->frames++;
  seen->ours += gst_ks_memory_is_ours (memory)
      && g_strcmp0 (gst_ks_allocator_peek_kind (memory->allocator),
      "cuda-host") == 0;
}

static GstMessage *
run (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return message;
}

/* The source writes into pinned frames, and the upload reads those. */
GST_START_TEST (test_pinned_pipeline)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc num-buffers=12 ! "
      "video/x-raw,format=NV12,width=320,height=240 ! "
      "ksallocator memory=cuda-host require=error ! identity name=look "
      "signal-handoffs=true ! cudaupload ! cudadownload ! video/x-raw ! "
      "fakesink", NULL);
  g_autoptr (GstElement) identity =
      gst_bin_get_by_name (GST_BIN (pipeline), "look");
  g_autoptr (GstMessage) message = NULL;
  Seen seen = { 0 };

  g_signal_connect (identity, "handoff", G_CALLBACK (look), &seen);
  message = run (pipeline);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  fail_unless_equals_int (seen.frames, N_FRAMES);
  fail_unless_equals_int (seen.ours, N_FRAMES);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* The element before finds our context, and has none of its own. */
GST_START_TEST (test_shared_context)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc num-buffers=12 ! "
      "video/x-raw,format=NV12,width=320,height=240 ! "
      "ksallocator memory=cuda-host require=error ! cudaupload ! "
      "video/x-raw(memory:CUDAMemory) ! fakesink", NULL);
  const CudaDriverControl *control = cuda_test_control ();
  g_autoptr (GstMessage) message = run (pipeline);

  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  if (control != NULL)
    fail_unless_equals_int (control->get_contexts (), 1);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static GObject *
context_of (GstElement * element)
{
  GstQuery *query = gst_query_new_context (KS_CUDA_CONTEXT_TYPE);
  GstContext *context = NULL;
  GObject *found = NULL;

  fail_unless (gst_element_query (element, query));
  gst_query_parse_context (query, &context);
  found = g_value_dup_object (gst_structure_get_value
      (gst_context_get_structure (context), KS_CUDA_CONTEXT_TYPE));
  fail_unless (found != NULL);
  gst_query_unref (query);
  return found;
}

/* One that a pipeline had before becomes ours. */
GST_START_TEST (test_adopted_context)
{
  GstElement *pipeline =
      gst_parse_launch ("videotestsrc ! cudaupload name=up ! "
      "video/x-raw(memory:CUDAMemory) ! identity name=ours ! fakesink", NULL);
  g_autoptr (GstElement) up = gst_bin_get_by_name (GST_BIN (pipeline), "up");
  g_autoptr (GstElement) ours =
      gst_bin_get_by_name (GST_BIN (pipeline), "ours");
  g_autofree gchar *device = NULL;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          GST_CLOCK_TIME_NONE), GST_STATE_CHANGE_SUCCESS);
  g_autoptr (GObject) theirs = context_of (up);
  device = gst_ks_backend_find_device ("cuda", ours);
  fail_unless_equals_string (device, "0");

  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("cuda", device, NULL);
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, NULL);
  g_autoptr (GstMemory) memory = cuda_test_take (allocator, 1000);

  fail_unless (((KsCudaMemory *) memory)->context == (gpointer) theirs);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* Memory of the card goes to nobody who cannot read it. */
GST_START_TEST (test_refused_pipeline)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc num-buffers=12 ! "
      "video/x-raw,format=NV12,width=320,height=240 ! "
      "ksallocator memory=cuda ! fakesink", NULL);
  g_autoptr (GstMessage) message = run (pipeline);
  g_autoptr (GError) error = NULL;

  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "cuda memory cannot be mapped") != NULL,
      "%s", error->message);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
cudaelements_suite (void)
{
  Suite *suite = suite_create ("cudaelements");
  TCase *tcase = tcase_create ("elements");
  /* loaded again: a registry that was written without the driver has no
   * elements of it */
  GstPlugin *nvcodec = gst_plugin_load_by_name ("nvcodec");
  g_autofree gchar *reason = NULL;

  if (!cuda_test_is_here (&reason)) {
    g_print ("SKIP: %s\n", reason);
    exit (77);
  }
  gst_clear_object (&nvcodec);
  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, NULL, cuda_test_check_clean);
  /* before any kind is opened for good */
  tcase_add_test (tcase, test_adopted_context);
  tcase_add_loop_test (tcase, test_to_cudadownload, 0, G_N_ELEMENTS (pictures));
  tcase_add_loop_test (tcase, test_from_cudaupload, 0, G_N_ELEMENTS (pictures));
  tcase_add_loop_test (tcase, test_there_and_back, 0,
      G_N_ELEMENTS (there_and_back) * G_N_ELEMENTS (planes));
  tcase_add_test (tcase, test_pool_counts);
  tcase_add_test (tcase, test_pinned_pipeline);
  tcase_add_test (tcase, test_refused_pipeline);
  tcase_add_test (tcase, test_shared_context);
  return suite;
}

GST_CHECK_MAIN (cudaelements);
