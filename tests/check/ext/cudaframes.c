/* Frames of the kind cuda: what elements see in them, failures of the driver, a GPU that is lost.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudatest.h"

#include "../../../ext/cuda/kscudaapi.h"

#include <string.h>

#define FRAME ((gsize) 1 << 20)

static const CudaDriverControl *control;

static void
setup (void)
{
  control->reset ();
}

static void
teardown (void)
{
  control->reset ();
  cuda_test_check_clean ();
}

/* --- pictures --- */

typedef struct
{
  GstVideoFormat format;
  gint width, height;
  gint stride;                  /* bytes: the test driver's, of every plane */
} ShapeRow;

static const ShapeRow shape_rows[] = {
  {GST_VIDEO_FORMAT_NV12, 1920, 1080, 2048},
  {GST_VIDEO_FORMAT_NV12, 320, 241, 512},
  {GST_VIDEO_FORMAT_I420, 333, 240, 512},
  {GST_VIDEO_FORMAT_P010_10LE, 640, 480, 1536},
  {GST_VIDEO_FORMAT_Y444, 640, 480, 1024},
  {GST_VIDEO_FORMAT_RGBA, 128, 64, 512},
  {GST_VIDEO_FORMAT_RGB, 333, 10, 1024},
  {GST_VIDEO_FORMAT_GBRA, 100, 100, 512},
};

static void
make_shape (GstKsBackend * backend, const GstVideoInfo * info,
    GstKsShape * shape)
{
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_parse ("cuda, size=1", NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_backend_allocate_shaped (backend, info, fixed, shape,
          &error), "%s", error ? error->message : "?");
}

/* What nvcodec and the cuda elements look at. */
GST_START_TEST (test_identity)
{
  const ShapeRow *row = &shape_rows[__i__];
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  GstVideoInfo info;
  GstKsShape shape;
  GstMapInfo map;

  gst_video_info_set_format (&info, row->format, row->width, row->height);
  make_shape (backend, &info, &shape);
  fail_unless_equals_int (shape.n_memories, 1);

  GstMemory *memory = shape.memories[0];
  KsCudaMemory *cuda = (KsCudaMemory *) memory;
  GType type = g_type_from_name ("GstCudaAllocator");

  fail_unless (g_type_is_a (G_OBJECT_TYPE (memory->allocator), type));
  fail_unless (gst_memory_is_type (memory, "gst.cuda.memory"));
  fail_unless (GST_VIDEO_INFO_FORMAT (&cuda->info) == row->format);
  fail_unless_equals_int (GST_VIDEO_INFO_WIDTH (&cuda->info), row->width);
  fail_unless_equals_int (GST_VIDEO_INFO_HEIGHT (&cuda->info), row->height);
  fail_unless (memory->size == cuda->info.size);
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&info); p++) {
    fail_unless_equals_int (shape.stride[p], row->stride);
    fail_unless (shape.stride[p] == cuda->info.stride[p]);
    fail_unless (shape.offset[p] == cuda->info.offset[p]);
  }
  /* an address that is the card's: nobody may touch it */
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE | KS_CUDA_MAP));
  fail_unless (map.data != NULL);
  gst_memory_unmap (memory, &map);
  gst_ks_shape_clear (&shape);
}

GST_END_TEST;

GST_START_TEST (test_refused_format)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_parse ("cuda, size=1", NULL);
  g_autoptr (GstKsFraming) prefixed =
      gst_ks_framing_parse ("cuda, size=1, prefix=16", NULL);
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;
  GstKsShape shape;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_GRAY8, 64, 64);
  fail_unless (!gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape,
          &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR,
          GST_KS_ERROR_NOT_SUPPORTED));
  fail_unless (strstr (error->message, "GRAY8") != NULL);
  g_clear_error (&error);

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 64, 64);
  fail_unless (!gst_ks_backend_allocate_shaped (backend, &info, prefixed,
          &shape, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR,
          GST_KS_ERROR_NOT_SUPPORTED));
}

GST_END_TEST;

static GstMemory *
new_picture (const GstVideoInfo * info, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GstMemory *memory = gst_allocator_alloc (NULL, info->size, NULL);

  cuda_test_fill (memory, rand);
  return memory;
}

/* Each pixel of the packed picture is where the driver's strides say. */
static void
check_rows (GstMemory * cuda, const GstKsShape * shape, GstMemory * packed,
    const GstVideoInfo * info)
{
  GstMapInfo one, other;

  fail_unless (gst_memory_map (cuda, &one, GST_MAP_READ));
  fail_unless (gst_memory_map (packed, &other, GST_MAP_READ));
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    gint component[GST_VIDEO_MAX_COMPONENTS];
    gint stride = GST_VIDEO_INFO_PLANE_STRIDE (info, p);

    gst_video_format_info_component (info->finfo, p, component);
    for (gint y = 0; y < GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]); y++)
      fail_unless (memcmp (one.data + shape->offset[p] + y * shape->stride[p],
              other.data + GST_VIDEO_INFO_PLANE_OFFSET (info, p) + y * stride,
              stride) == 0, "plane %u, row %d", p, y);
  }
  gst_memory_unmap (packed, &other);
  gst_memory_unmap (cuda, &one);
}

GST_START_TEST (test_upload_rows)
{
  const ShapeRow *row = &shape_rows[__i__];
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GstMemory) packed = NULL;
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;
  GstKsShape shape;

  gst_video_info_set_format (&info, row->format, row->width, row->height);
  packed = new_picture (&info, __i__);
  make_shape (backend, &info, &shape);
  fail_unless (gst_ks_backend_transfer (backend, shape.memories[0], packed,
          &error), "%s", error ? error->message : "?");
  check_rows (shape.memories[0], &shape, packed, &info);

  /* a copy is a picture of ours too */
  g_autoptr (GstMemory) copy = gst_memory_copy (shape.memories[0], 0, -1);
  fail_unless (copy != NULL && gst_ks_memory_is_ours (copy));
  fail_unless (gst_memory_is_type (copy, "gst.cuda.memory"));
  check_rows (copy, &shape, packed, &info);
  gst_ks_shape_clear (&shape);
}

GST_END_TEST;

/* Rows without any gap, for one plane. */
static GstMemory *
new_tight (const GstVideoInfo * info)
{
  gsize row = (gsize) GST_VIDEO_INFO_COMP_WIDTH (info, 0)
      * GST_VIDEO_INFO_COMP_PSTRIDE (info, 0);

  return gst_allocator_alloc (NULL, row * GST_VIDEO_INFO_HEIGHT (info), NULL);
}

static const ShapeRow tight_rows[] = {
  {GST_VIDEO_FORMAT_RGB, 33, 20, 512},
  {GST_VIDEO_FORMAT_RGB, 333, 10, 1024},
  {GST_VIDEO_FORMAT_RGBA, 100, 50, 512},
  {GST_VIDEO_FORMAT_RGBA, 1366, 7, 5632},
};

/* Into rows of the driver and out of them; nothing is written where the picture
 * does not fit. */
GST_START_TEST (test_tight_rows)
{
  const ShapeRow *row = &tight_rows[__i__];
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GRand) rand = g_rand_new_with_seed (__i__);
  g_autoptr (GstMemory) shorter = NULL;
  g_autoptr (GstMemory) tight = NULL;
  g_autoptr (GstMemory) back = NULL;
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;
  GstKsShape shape;

  gst_video_info_set_format (&info, row->format, row->width, row->height);
  tight = new_tight (&info);
  back = new_tight (&info);
  shorter = gst_allocator_alloc (NULL, tight->size - 1, NULL);
  cuda_test_fill (tight, rand);
  make_shape (backend, &info, &shape);
  fail_unless (gst_ks_backend_transfer (backend, shape.memories[0], tight,
          &error), "%s", error ? error->message : "?");
  fail_unless (gst_ks_backend_transfer (backend, back, shape.memories[0],
          &error), "%s", error ? error->message : "?");
  fail_unless (cuda_test_is_same (tight, back));
  fail_unless (!gst_ks_backend_transfer (backend, shorter, shape.memories[0],
          &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  gst_ks_shape_clear (&shape);
}

GST_END_TEST;

/* --- devices --- */

typedef struct
{
  const gchar *name, *value;
  const gchar *reason;          /* what people read */
} NoneRow;

static const NoneRow none_rows[] = {
  {"KS_CUDA_DRIVER_INIT", "100", "/dev/nvidia0"},
  {"KS_CUDA_DRIVER_INIT", "999", "CUDA_ERROR_UNKNOWN"},
  {"KS_CUDA_DRIVER_DEVICES", "0", "has no GPU with the number 0"},
};

static void
check_none (const NoneRow * row)
{
  g_autoptr (GError) error = NULL;

  g_setenv (row->name, row->value, TRUE);
  fail_unless (gst_ks_backend_get ("cuda", NULL, &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE));
  fail_unless (strstr (error->message, row->reason) != NULL, "%s",
      error->message);
  g_unsetenv (row->name);
}

/* A driver without a GPU; then there is one. The first test of a process: once
 * started, a driver is not asked again. */
GST_START_TEST (test_none)
{
  g_autoptr (GstKsBackend) backend = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (none_rows); i++)
    check_none (&none_rows[i]);
  backend = cuda_test_open ("cuda");
}

GST_END_TEST;

/* Each is had by its number, and bytes go from one to the other. */
GST_START_TEST (test_two_devices)
{
  g_autoptr (GstMemory) source = gst_allocator_alloc (NULL, FRAME, NULL);
  g_autoptr (GstMemory) result = gst_allocator_alloc (NULL, FRAME, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GstMemory *frames[2];

  g_setenv ("KS_CUDA_DRIVER_DEVICES", "2", TRUE);
  cuda_test_fill (source, rand);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstKsBackend) backend =
        gst_ks_backend_get ("cuda", i == 0 ? "0" : "1", NULL);
    g_autoptr (GstKsFraming) framing = gst_ks_backend_describe (backend);
    g_autoptr (GstAllocator) allocator =
        gst_ks_backend_create_allocator (backend, NULL);

    fail_unless_equals_string (gst_ks_framing_peek_item (framing, 0)->device,
        i == 0 ? "0" : "1");
    frames[i] = cuda_test_take (allocator, FRAME);
  }
  fail_unless_equals_int (control->get_contexts (), 2);
  g_autoptr (GstKsBackend) any = cuda_test_open ("cuda");
  fail_unless (gst_ks_backend_transfer (any, frames[0], source, NULL));
  fail_unless (gst_ks_backend_transfer (any, frames[1], frames[0], NULL));
  fail_unless (gst_ks_backend_transfer (any, result, frames[1], NULL));
  fail_unless (cuda_test_is_same (source, result));
  gst_memory_unref (frames[0]);
  gst_memory_unref (frames[1]);
  g_unsetenv ("KS_CUDA_DRIVER_DEVICES");
}

GST_END_TEST;

/* --- one context --- */

GST_START_TEST (test_one_context)
{
  g_autoptr (GstKsBackend) cuda = cuda_test_open ("cuda");
  g_autoptr (GstKsBackend) host = cuda_test_open ("cuda-host");
  g_autoptr (GstKsBackend) named = gst_ks_backend_get ("cuda", "0", NULL);

  fail_unless (named != NULL && named != cuda);
  fail_unless_equals_int (control->get_contexts (), 1);
  g_clear_object (&cuda);
  g_clear_object (&host);
  g_clear_object (&named);
  fail_unless_equals_int (control->get_contexts (), 0);
}

GST_END_TEST;

/* --- reuse --- */

static void
fill (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, byte, map.size);
  gst_memory_unmap (memory, &map);
}

/* Queues a copy from the card to the host, as elements do, and does not wait. */
static void
queue_download (GstMemory * from, gpointer to, gsize size)
{
  CudaCopy copy = {.width = size,.height = 1 };
  GstMapInfo map;

  fail_unless (gst_memory_map (from, &map, GST_MAP_READ | KS_CUDA_MAP));
  copy.src.place = 2;
  copy.src.device = (guintptr) map.data;
  copy.dst.place = 1;
  copy.dst.host = to;
  control->queue (&copy);
  gst_memory_unmap (from, &map);
}

/* Who lets go of a frame need not have waited for the GPU; the next user finds
 * that nobody reads it any more. */
GST_START_TEST (test_waits_for_the_gpu)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, NULL);
  g_autofree guint8 *late = g_malloc0 (FRAME);
  GstMemory *frame = cuda_test_take (allocator, FRAME);
  g_autoptr (GstMemory) bytes = gst_allocator_alloc (NULL, FRAME, NULL);

  fill (bytes, 0x11);
  fail_unless (gst_ks_backend_transfer (backend, frame, bytes, NULL));
  queue_download (frame, late, FRAME);
  fail_unless_equals_int (control->get_queued (), 1);
  gst_memory_unref (frame);
  fail_unless_equals_int (control->get_queued (), 1);

  frame = cuda_test_take (allocator, FRAME);
  fail_unless (gst_ks_memory_is_reused (frame));
  fail_unless_equals_int (control->get_queued (), 0);
  fail_unless (late[0] == 0x11 && late[FRAME - 1] == 0x11);
  gst_memory_unref (frame);
}

GST_END_TEST;

/* --- failures --- */

GST_START_TEST (test_out_of_memory)
{
  g_autoptr (GstAllocator) allocator = cuda_test_make ((gpointer) "cuda");
  GstKsRequest request = {.size = FRAME };
  g_autoptr (GError) error = NULL;
  GstMemory *frames[4];

  control->set_memory (4 * FRAME + 4096);
  for (guint f = 0; f < 4; f++)
    frames[f] = cuda_test_take (allocator, FRAME);
  fail_unless (!gst_ks_allocator_alloc (allocator, &request, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY));
  fail_unless (strstr (error->message, "1048576") != NULL, "%s",
      error->message);
  fail_unless (strstr (error->message, " 4096 of its 4198400 ") != NULL, "%s",
      error->message);
  gst_memory_unref (frames[0]);
  frames[0] = cuda_test_take (allocator, FRAME);
  for (guint f = 0; f < 4; f++)
    gst_memory_unref (frames[f]);
}

GST_END_TEST;

/* Memory that idle frames of another size take up is given back. */
GST_START_TEST (test_idle_gives_way)
{
  g_autoptr (GstAllocator) allocator = cuda_test_make ((gpointer) "cuda");

  control->set_memory (4 * FRAME);
  gst_memory_unref (cuda_test_take (allocator, 2 * FRAME));
  gst_memory_unref (cuda_test_take (allocator, 4 * FRAME));
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "live"), 1);
}

GST_END_TEST;

/* All that a user of both kinds does; FALSE: something failed. */
static gboolean
use_all (GError ** error)
{
  g_autoptr (GstKsBackend) cuda = gst_ks_backend_get ("cuda", NULL, error);
  g_autoptr (GstKsBackend) host =
      cuda ? gst_ks_backend_get ("cuda-host", NULL, error) : NULL;
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_parse ("cuda, size=1", NULL);
  GstKsRequest request = {.size = 100000 };
  GstVideoInfo info;
  GstKsShape shape = { 0 };
  gboolean good;

  if (!host)
    return FALSE;
  g_autoptr (GstAllocator) on_card = gst_ks_backend_create_allocator (cuda,
      error);
  g_autoptr (GstAllocator) pinned = on_card ?
      gst_ks_backend_create_allocator (host, error) : NULL;
  g_autoptr (GstMemory) frame = pinned ?
      gst_ks_allocator_alloc (on_card, &request, error) : NULL;
  g_autoptr (GstMemory) page = frame ?
      gst_ks_allocator_alloc (pinned, &request, error) : NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 64, 64);
  good = page && gst_ks_backend_transfer (cuda, frame, page, error)
      && gst_ks_backend_transfer (cuda, page, frame, error)
      && gst_ks_backend_allocate_shaped (cuda, &info, fixed, &shape, error);
  gst_ks_shape_clear (&shape);
  return good;
}

/* The first call of the driver fails and all after it, then the second and all
 * after it, ... until nothing does: an error each time, and no memory object
 * that anybody holds. The driver is started before, because libgstcuda does not
 * survive that it starts only for us. */
GST_START_TEST (test_fails_at_every_call)
{
  GstKsBackend *started = cuda_test_open ("cuda");
  g_autofree gchar *last = NULL;
  guint n = 0, failed = 0;
  gboolean through = FALSE;

  g_object_unref (started);
  while (!through) {
    g_autoptr (GError) error = NULL;
    gboolean good;

    fail_unless (n < 400, "%s", last);
    control->reset ();
    control->fail_from (NULL, ++n, CUDA_UNKNOWN);
    good = use_all (&error);
    fail_unless (good == (error == NULL), "call %u", n);
    failed += !good;
    g_free (last);
    last = g_strdup (error ? error->message : "fine");
    control->set_lost (0);
    control->fail_from (NULL, 0, 0);
    gst_ks_trim_all ();
    through = good && n > 50;
  }
  fail_unless (failed > 10);
}

GST_END_TEST;

/* Said by name with reason and remedy, by whatever is asked; frames that are
 * out can be let go of. */
GST_START_TEST (test_lost)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open ("cuda");
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, NULL);
  g_autoptr (GstAllocator) pinned = cuda_test_make ((gpointer) "cuda-host");
  GstMemory *frame = cuda_test_take (allocator, FRAME);
  GstMemory *other = cuda_test_take (allocator, FRAME);
  GstMemory *host = cuda_test_take (pinned, FRAME);
  GstAllocator *asked[] = { allocator, pinned };
  g_autoptr (GError) error = NULL;
  GstMapInfo map;

  gst_memory_unref (cuda_test_take (allocator, 2 * FRAME));
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "idle"), 1);
  control->set_lost (CUDA_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    GstKsRequest request = {.size = 3 * FRAME };

    fail_unless (!gst_ks_allocator_alloc (asked[i], &request, &error));
    fail_unless (strstr (error->message, "Test card 0") != NULL);
    fail_unless (strstr (error->message, "CUDA_ERROR_UNKNOWN") != NULL);
    fail_unless (strstr (error->message, "nvidia-smi") != NULL);
    g_clear_error (&error);
  }
  fail_unless (!gst_ks_backend_transfer (backend, frame, other, &error));
  fail_unless (strstr (error->message, "CUDA_ERROR_UNKNOWN") != NULL);
  fail_unless (!gst_memory_map (frame, &map, GST_MAP_READ));
  fail_unless (gst_memory_copy (frame, 0, -1) == NULL);
  /* what is idle is gone too, and not handed out */
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "idle"), 0);
  gst_memory_unref (frame);
  gst_memory_unref (other);
  gst_memory_unref (host);
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "idle"), 0);
  gst_ks_trim_all ();
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "live"), 0);
  fail_unless_equals_uint64 (gst_ks_check_stat (pinned, "live"), 0);
}

GST_END_TEST;

static Suite *
cudaframes_suite (void)
{
  Suite *suite = suite_create ("cudaframes");
  TCase *tcase = tcase_create ("frames");
  TCase *losing = tcase_create ("losing");

  control = cuda_test_control ();
  if (control == NULL) {
    g_print ("SKIP: the test driver is not in LD_LIBRARY_PATH\n");
    exit (77);
  }
  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_none);
  tcase_add_loop_test (tcase, test_identity, 0, G_N_ELEMENTS (shape_rows));
  tcase_add_loop_test (tcase, test_upload_rows, 0, G_N_ELEMENTS (shape_rows));
  tcase_add_loop_test (tcase, test_tight_rows, 0, G_N_ELEMENTS (tight_rows));
  tcase_add_test (tcase, test_refused_format);
  tcase_add_test (tcase, test_two_devices);
  tcase_add_test (tcase, test_one_context);
  tcase_add_test (tcase, test_waits_for_the_gpu);
  tcase_add_test (tcase, test_out_of_memory);
  tcase_add_test (tcase, test_idle_gives_way);
  /* what a lost card keeps is still there afterwards */
  suite_add_tcase (suite, losing);
  tcase_add_checked_fixture (losing, setup, NULL);
  tcase_add_test (losing, test_fails_at_every_call);
  tcase_add_test (losing, test_lost);
  return suite;
}

GST_CHECK_MAIN (cudaframes);
