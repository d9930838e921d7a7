/* The kind dumb on real DRM drivers: the conformance suite of each card, and pictures.
 *
 * KS_TEST_CARDS names drivers that must be there; without it every card that
 * is here is tested.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "nodetest.h"

#include <gst/allocators/allocators.h>
#include <gst/ks/gstkspool.h>

#define MAX_CARDS 8

static gchar *cards[MAX_CARDS];
static gint n_cards;

static GstAllocator *
make_by_card (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator = gst_ks_allocator_get ("dumb", user_data, &error);

  fail_unless (allocator != NULL, "%s", error ? error->message : "?");
  return allocator;
}

static GstKsBackend *
get_card (const gchar * card)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get ("dumb", card, &error);

  fail_unless (backend != NULL, "%s", error ? error->message : "?");
  return backend;
}

/* --- pictures --- */

typedef struct
{
  const gchar *format;
  gint width, height;
  guint pixel;                  /* bytes of the first plane's */
} PictureRow;

static const PictureRow pictures[] = {
  {"BGRx", 320, 240, 4},
  {"RGBA", 333, 7, 4},
  {"RGB", 333, 17, 3},
  {"RGB16", 320, 240, 2},
  {"GRAY8", 333, 17, 1},
  {"YUY2", 333, 17, 2},
  {"NV12", 320, 240, 1},
  {"I420", 333, 17, 1},
  {"BGRx", 1, 1, 4},
};

static GstKsFraming *
fixed_framing (const GstVideoInfo * info, const gchar * rest)
{
  g_autofree gchar *text = g_strdup_printf ("dumb, size=%" G_GSIZE_FORMAT
      ", align=4096%s", GST_VIDEO_INFO_SIZE (info), rest);
  GstKsFraming *framing = gst_ks_framing_parse (text, NULL);

  fail_unless (framing != NULL);
  return framing;
}

static void
info_of_row (const PictureRow * row, GstVideoInfo * info)
{
  fail_unless (gst_video_info_set_format (info,
          gst_video_format_from_string (row->format), row->width, row->height));
}

/* Rows are as long as the driver says, and every byte is there. */
static void
assert_picture (const PictureRow * row, const GstKsShape * shape)
{
  GstMemory *memory = shape->memories[0];
  GstMapInfo map;

  fail_unless_equals_int (shape->n_memories, 1);
  fail_unless (shape->stride[0] >= (gint) (row->width * row->pixel));
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, 0x5a, map.size);
  gst_memory_unmap (memory, &map);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless (map.data[0] == 0x5a && map.data[map.size - 1] == 0x5a);
  gst_memory_unmap (memory, &map);
}

GST_START_TEST (test_pictures)
{
  const gchar *card = cards[__i__ / G_N_ELEMENTS (pictures)];
  const PictureRow *row = &pictures[__i__ % G_N_ELEMENTS (pictures)];
  g_autoptr (GstKsBackend) backend = get_card (card);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) fixed = NULL;
  GstKsShape shape;
  GstVideoInfo info;

  info_of_row (row, &info);
  fixed = fixed_framing (&info, "");
  if (gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape, &error)) {
    GST_INFO ("%s: %s %dx%d: stride %d", card, row->format, row->width,
        row->height, shape.stride[0]);
    assert_picture (row, &shape);
    gst_ks_shape_clear (&shape);
    return;
  }
  /* what it refuses it names, and what it does not: 32 bits are never refused */
  fail_unless (row->pixel != 4, "%s", error->message);
  fail_unless (strstr (error->message, row->format) != NULL
      && strstr (error->message, "/dev/dri/card") != NULL
      && strstr (error->message, "32 (BGRx") != NULL, "%s", error->message);
  assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "refuses");
}

GST_END_TEST;

GST_START_TEST (test_stride_of_others)
{
  g_autoptr (GstKsBackend) backend = get_card (cards[__i__]);
  g_autoptr (GstKsFraming) fixed = NULL;
  g_autoptr (GError) error = NULL;
  GstKsShape shape;
  GstVideoInfo info;

  info_of_row (&pictures[0], &info);
  fixed = fixed_framing (&info, ", stride=7");
  fail_unless (!gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape,
          &error));
  assert_error (&error, GST_KS_ERROR_CONFLICT, "stride=7");
}

GST_END_TEST;

static GQuark
mark_quark (void)
{
  return g_quark_from_static_string ("dumb-test-mark");
}

static GstMemory *
take_picture (GstKsBackend * backend, const gchar * format, gint width)
{
  g_autoptr (GstKsFraming) fixed = NULL;
  g_autoptr (GError) error = NULL;
  GstKsShape shape;
  GstVideoInfo info;
  GstMemory *memory;

  fail_unless (gst_video_info_set_format (&info,
          gst_video_format_from_string (format), width, 16));
  fixed = fixed_framing (&info, "");
  fail_unless (gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape,
          &error), "%s", error ? error->message : "?");
  memory = gst_memory_ref (shape.memories[0]);
  gst_ks_shape_clear (&shape);
  return memory;
}

/* What somebody hung on a picture comes back with the same picture only. */
GST_START_TEST (test_picture_comes_back)
{
  g_autoptr (GstAllocator) allocator = make_by_card (cards[__i__]);
  g_autoptr (GstKsBackend) backend = get_card (cards[__i__]);
  GstMemory *memory = take_picture (backend, "BGRx", 64);
  gpointer data = gst_ks_memory_peek_block (memory)->data;

  fail_unless (memory->allocator == allocator);
  gst_mini_object_set_qdata (GST_MINI_OBJECT (memory), mark_quark (), data,
      NULL);
  gst_memory_unref (memory);

  memory = take_picture (backend, "BGRx", 128);
  fail_unless (gst_ks_memory_peek_block (memory)->data != data);
  gst_memory_unref (memory);
  memory = take_picture (backend, "BGRx", 64);
  fail_unless (gst_mini_object_get_qdata (GST_MINI_OBJECT (memory),
          mark_quark ()) == data);
  gst_memory_unref (memory);
  /* the same block, but another picture */
  memory = take_picture (backend, "RGBx", 64);
  fail_unless (gst_ks_memory_peek_block (memory)->data == data);
  fail_unless (!gst_mini_object_get_qdata (GST_MINI_OBJECT (memory),
          mark_quark ()));
  gst_memory_unref (memory);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "live"), 0);
}

GST_END_TEST;

static GstBufferPool *
picture_pool (GstAllocator * allocator, guint max)
{
  GstBufferPool *pool =
      GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, NULL));
  GstStructure *config = gst_buffer_pool_get_config (pool);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw, format=BGRx, "
      "width=320, height=240, framerate=30/1");

  gst_buffer_pool_config_set_params (config, caps, 320 * 240 * 4, 0, max);
  gst_buffer_pool_config_set_allocator (config, allocator, NULL);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

/* A pool with a cap learns of frames whose memory outlived their buffer. */
GST_START_TEST (test_pool)
{
  g_autoptr (GstAllocator) allocator = make_by_card (cards[__i__]);
  g_autoptr (GstBufferPool) pool = picture_pool (allocator, 1);
  gboolean dmabufs = GST_IS_DMABUF_ALLOCATOR (allocator);
  guint64 fresh = gst_ks_check_stat (allocator, "fresh");

  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = NULL;
    GstMemory *memory;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            NULL), GST_FLOW_OK);
    memory = gst_memory_ref (gst_buffer_peek_memory (buffer, 0));
    fail_unless (gst_is_dmabuf_memory (memory) == dmabufs);
    fail_unless (gst_buffer_get_video_meta (buffer) != NULL);
    gst_buffer_unref (buffer);
    gst_memory_unref (memory);
  }
  fail_unless (gst_ks_check_stat (allocator, "fresh") <= fresh + 2);
  gst_buffer_pool_set_active (pool, FALSE);
}

GST_END_TEST;

/* --- without PRIME --- */

/* user_data: the path of a card, which is opened by that name here only */
static GstAllocator *
make_plain (gpointer user_data)
{
  GstAllocator *allocator;

  g_setenv ("GST_KS_DRM_NO_PRIME", "1", TRUE);
  allocator = make_by_card (user_data);
  g_unsetenv ("GST_KS_DRM_NO_PRIME");
  fail_unless (!GST_IS_DMABUF_ALLOCATOR (allocator));
  return allocator;
}

/* --- which cards --- */

static gchar *first_path;

static void
find_cards (void)
{
  const gchar *wanted = g_getenv ("KS_TEST_CARDS");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) any = gst_ks_backend_get ("dumb", NULL, &error);
  g_auto (GStrv) list = NULL;
  GstKsBackendClass *klass;

  if (any == NULL && wanted == NULL) {
    g_print ("SKIP: %s\n", error->message);
    exit (77);
  }
  klass = any != NULL ? GST_KS_BACKEND_GET_CLASS (any) : NULL;
  list = klass != NULL ? klass->list_devices (klass) : NULL;
  if (list != NULL)
    first_path = g_build_filename ("/dev/dri", list[0], NULL);
  if (wanted != NULL) {
    g_strfreev (list);
    list = g_strsplit (wanted, " ", MAX_CARDS);
  }
  for (guint i = 0; list[i] != NULL && n_cards < MAX_CARDS; i++)
    if (wanted != NULL || gst_ks_backend_get ("dumb", list[i], NULL) != NULL)
      cards[n_cards++] = g_strdup (list[i]);
}

static Suite *
dumb_suite (void)
{
  Suite *suite = suite_create ("dumb");
  TCase *tcase = tcase_create ("pictures");

  find_cards ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_pictures, 0,
      n_cards * G_N_ELEMENTS (pictures));
  tcase_add_loop_test (tcase, test_stride_of_others, 0, n_cards);
  tcase_add_loop_test (tcase, test_picture_comes_back, 0, n_cards);
  tcase_add_loop_test (tcase, test_pool, 0, n_cards);
  for (gint i = 0; i < n_cards; i++)
    suite_add_tcase (suite, gst_ks_check_allocator_case (cards[i], make_by_card,
            cards[i]));
  suite_add_tcase (suite, gst_ks_check_allocator_case ("plain", make_plain,
          first_path));
  return suite;
}

GST_CHECK_MAIN (dumb);
