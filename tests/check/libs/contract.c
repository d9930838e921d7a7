/* What the public functions make of backends that break their contract, and of those that keep it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

/* The kind `broken`: breaks its contract in the way asked for. */

typedef enum
{
  SOUND,
  OPEN_SILENT,
  OPEN_BOTH,
  DESCRIBE_NOTHING,
  DESCRIBE_OTHER,
  CREATE_SILENT,
  CREATE_BOTH,
  CREATE_FOREIGN,
  TRANSFER_SILENT,
  SHAPE_SILENT,
  SHAPE_BOTH,
  SHAPE_EMPTY,
  SHAPE_MANY,
  SHAPE_HOLE,
  SHAPE_TWICE,
  SHAPE_SHORT,
  SHAPE_OUTSIDE,
  SHAPE_NARROW,
  SHAPE_UPSIDE_DOWN
} How;

static How how;
static const gchar *description;        /* NULL: the plain one */

typedef struct
{
  GstKsBackend parent;
} GstKsBackendBroken;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendBrokenClass;

GType gst_ks_backend_broken_get_type (void);
G_DEFINE_TYPE (GstKsBackendBroken, gst_ks_backend_broken, GST_TYPE_KS_BACKEND);

static void
set_any_error (GError ** error)
{
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT, "some reason");
}

static gboolean
broken_open (GstKsBackend * self, GError ** error)
{
  if (how == OPEN_BOTH)
    set_any_error (error);
  return how != OPEN_SILENT;
}

static GstKsFraming *
broken_describe (GstKsBackend * self)
{
  const gchar *sound = description != NULL ? description : "broken";

  return how == DESCRIBE_NOTHING ? NULL :
      gst_ks_framing_parse (how == DESCRIBE_OTHER ? "fake" : sound, NULL);
}

static GstAllocator *
broken_create_allocator (GstKsBackend * self, GError ** error)
{
  g_autoptr (GstKsBackend) other = NULL;

  if (how == CREATE_BOTH)
    set_any_error (error);
  if (how == CREATE_SILENT)
    return NULL;
  if (how == CREATE_FOREIGN) {
    other = gst_ks_backend_get ("fake", NULL, error);
    return gst_ks_backend_create_allocator (other, error);
  }
  return g_object_new (GST_TYPE_KS_FAKE_ALLOCATOR, NULL);
}

static gboolean
broken_transfer (GstKsBackend * self, GstMemory * dst, GstMemory * src,
    GError ** error)
{
  return how != TRANSFER_SILENT;
}

static GstMemory *
some_bytes (gsize size)
{
  return gst_allocator_alloc (NULL, size, NULL);
}

/* A sound 64x4 NV12 with rows of 64 bytes, and then what makes it wrong. */
static gboolean
broken_allocate_shaped (GstKsBackend * self, const GstVideoInfo * info,
    const GstKsFraming * fixed, GstKsShape * out, GError ** error)
{
  *out = (GstKsShape) {
    1, {
    some_bytes (how == SHAPE_SHORT ? 383 : 384)}, {
    0, 256}, {
  64, 64}};

  switch (how) {
    case SHAPE_EMPTY:
      gst_ks_shape_clear (out);
      break;
    case SHAPE_MANY:
      out->n_memories = GST_KS_SHAPE_MAX_MEMORIES + 1;
      break;
    case SHAPE_HOLE:
      out->n_memories = 2;
      break;
    case SHAPE_TWICE:
      out->n_memories = 2;
      out->memories[1] = gst_memory_ref (out->memories[0]);
      break;
    case SHAPE_OUTSIDE:
      out->offset[1] = 384;
      break;
    case SHAPE_NARROW:
      out->stride[0] = 63;
      break;
    case SHAPE_UPSIDE_DOWN:
      out->stride[0] = -64;
      break;
    case SHAPE_BOTH:
      set_any_error (error);
      break;
    default:
      break;
  }
  return how != SHAPE_SILENT;
}

static void
gst_ks_backend_broken_class_init (GstKsBackendBrokenClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "broken";
  backend_class->open = broken_open;
  backend_class->describe = broken_describe;
  backend_class->create_allocator = broken_create_allocator;
  backend_class->transfer = broken_transfer;
  backend_class->allocate_shaped = broken_allocate_shaped;
}

static void
gst_ks_backend_broken_init (GstKsBackendBroken * self)
{
}

static void
setup (void)
{
  how = SOUND;
  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  fail_unless (gst_ks_backend_register (NULL,
          gst_ks_backend_broken_get_type ()));
}

static void
teardown (void)
{
  gsize bytes;

  fail_unless_equals_int (gst_ks_fake_get_outstanding (&bytes), 0);
  fail_unless (bytes == 0);
}

static void
assert_error (GError ** error, GstKsError code, const gchar * part)
{
  fail_unless (g_error_matches (*error, GST_KS_ERROR, code),
      "error: %s", *error ? (*error)->message : "none");
  fail_unless (strstr ((*error)->message, part) != NULL, "'%s' is not in '%s'",
      part, (*error)->message);
  g_clear_error (error);
}

static GstKsBackend *
get (const gchar * kind, const gchar * device)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get (kind, device, &error);

  fail_unless (backend != NULL, "%s: %s", kind, error ? error->message : "?");
  return backend;
}

typedef struct
{
  const gchar *name;
  How how;
  GstKsError code;
  const gchar *message;
} BreachRow;

static const BreachRow open_rows[] = {
  {"refuses without a reason", OPEN_SILENT, GST_KS_ERROR_UNAVAILABLE,
      "no reason"},
  {"opens and complains", OPEN_BOTH, GST_KS_ERROR_FAILED, "set an error"},
  {"describes nothing", DESCRIBE_NOTHING, GST_KS_ERROR_FAILED, "gave nothing"},
  {"describes another", DESCRIBE_OTHER, GST_KS_ERROR_FAILED, "another kind"},
};

GST_START_TEST (test_breach_at_open)
{
  const BreachRow *row = &open_rows[__i__];
  GError *error = NULL;

  how = row->how;
  fail_unless (!gst_ks_backend_get ("broken", NULL, &error), row->name);
  assert_error (&error, row->code, row->message);
  how = SOUND;
  g_object_unref (get ("broken", NULL));
}

GST_END_TEST;

static const BreachRow create_rows[] = {
  {"nothing, without a reason", CREATE_SILENT, GST_KS_ERROR_FAILED,
      "without a reason"},
  {"an allocator and an error", CREATE_BOTH, GST_KS_ERROR_FAILED,
      "set an error"},
  {"another backend's", CREATE_FOREIGN, GST_KS_ERROR_FAILED,
      "another backend's"},
};

GST_START_TEST (test_breach_at_create)
{
  const BreachRow *row = &create_rows[__i__];
  g_autoptr (GstKsBackend) backend = get ("broken", NULL);
  GError *error = NULL;

  how = row->how;
  fail_unless (!gst_ks_backend_create_allocator (backend, &error), row->name);
  assert_error (&error, row->code, row->message);
}

GST_END_TEST;

static const BreachRow shape_breach_rows[] = {
  {"nothing, without a reason", SHAPE_SILENT, GST_KS_ERROR_FAILED,
      "without a reason"},
  {"a shape and an error", SHAPE_BOTH, GST_KS_ERROR_FAILED, "set an error"},
  {"no memory", SHAPE_EMPTY, GST_KS_ERROR_FAILED, "0 memories"},
  {"too many", SHAPE_MANY, GST_KS_ERROR_FAILED, "5 memories"},
  {"one is missing", SHAPE_HOLE, GST_KS_ERROR_FAILED, "memory 1 is missing"},
  {"one twice", SHAPE_TWICE, GST_KS_ERROR_FAILED, "are the same"},
  {"a byte too few", SHAPE_SHORT, GST_KS_ERROR_FAILED, "ends outside"},
  {"plane outside", SHAPE_OUTSIDE, GST_KS_ERROR_FAILED, "outside all"},
  {"rows too short", SHAPE_NARROW, GST_KS_ERROR_FAILED, "needs 64"},
  {"rows backwards", SHAPE_UPSIDE_DOWN, GST_KS_ERROR_FAILED, "needs 64"},
};

static GstVideoInfo
video (GstVideoFormat format, guint width, guint height)
{
  GstVideoInfo info;

  fail_unless (gst_video_info_set_format (&info, format, width, height));
  return info;
}

static GstKsFraming *
fixed_framing (const gchar * kind)
{
  g_autofree gchar *text = g_strdup_printf ("%s, size=384, align=64", kind);
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s", error ? error->message : "?");
  return framing;
}

GST_START_TEST (test_breach_at_shape)
{
  static const GstKsShape empty = { 0 };
  const BreachRow *row = &shape_breach_rows[__i__];
  g_autoptr (GstKsBackend) backend = get ("broken", NULL);
  g_autoptr (GstKsFraming) fixed = fixed_framing ("broken");
  GstVideoInfo info = video (GST_VIDEO_FORMAT_NV12, 64, 4);
  GstKsShape shape;
  GError *error = NULL;

  fail_unless (gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape,
          &error), "%s", error ? error->message : "?");
  gst_ks_shape_clear (&shape);

  how = row->how;
  fail_if (gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape,
          &error), row->name);
  assert_error (&error, row->code, row->message);
  fail_unless (memcmp (&shape, &empty, sizeof shape) == 0, row->name);
}

GST_END_TEST;

/* --- shapes --- */

typedef struct
{
  const gchar *name;
  GstVideoFormat format;
  guint width, height;
  gsize pitch;
  gboolean per_plane;
} ShapeRow;

static const ShapeRow shape_rows[] = {
  {"NV12", GST_VIDEO_FORMAT_NV12, 320, 240, 256, FALSE},
  {"NV12, memory a plane", GST_VIDEO_FORMAT_NV12, 320, 240, 256, TRUE},
  {"NV12, odd", GST_VIDEO_FORMAT_NV12, 321, 241, 256, TRUE},
  {"I420", GST_VIDEO_FORMAT_I420, 322, 242, 64, FALSE},
  {"I420, memory a plane", GST_VIDEO_FORMAT_I420, 322, 242, 64, TRUE},
  {"BGRA", GST_VIDEO_FORMAT_BGRA, 33, 7, 4096, TRUE},
  {"one pixel", GST_VIDEO_FORMAT_I420, 1, 1, 256, TRUE},
  {"RGB16", GST_VIDEO_FORMAT_RGB16, 5, 5, 2, FALSE},
  {"v210", GST_VIDEO_FORMAT_v210, 100, 10, 256, FALSE},
  {"palette", GST_VIDEO_FORMAT_RGB8P, 100, 10, 256, TRUE},
};

static GstBuffer *
shape_to_buffer (GstKsShape * shape, const GstVideoInfo * info)
{
  GstBuffer *buffer = gst_buffer_new ();

  for (guint i = 0; i < shape->n_memories; i++)
    gst_buffer_append_memory (buffer, g_steal_pointer (&shape->memories[i]));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), GST_VIDEO_INFO_WIDTH (info),
      GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_N_PLANES (info),
      shape->offset, shape->stride);
  gst_ks_shape_clear (shape);
  return buffer;
}

/* GStreamer's own mapping must reach the last pixel of each plane. */
GST_START_TEST (test_shape)
{
  const ShapeRow *row = &shape_rows[__i__];
  g_autoptr (GstKsBackend) backend = get ("fake", NULL);
  g_autoptr (GstKsFraming) fixed = fixed_framing ("fake");
  GstVideoInfo info = video (row->format, row->width, row->height);
  guint n_planes = GST_VIDEO_INFO_N_PLANES (&info);
  GError *error = NULL;
  GstVideoFrame frame;
  GstKsShape shape;

  gst_ks_fake_set_shape (row->pitch, row->per_plane);
  fail_unless (gst_ks_backend_allocate_shaped (backend, &info, fixed, &shape,
          &error), "%s: %s", row->name, error ? error->message : "?");
  fail_unless_equals_int (shape.n_memories, row->per_plane ? n_planes : 1);
  for (guint p = 0; p < n_planes; p++)
    fail_unless (shape.stride[p] % row->pitch == 0, row->name);

  g_autoptr (GstBuffer) buffer = shape_to_buffer (&shape, &info);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE),
      row->name);
  for (guint p = 0; p < n_planes; p++)
    memset (GST_VIDEO_FRAME_PLANE_DATA (&frame, p), p,
        GST_VIDEO_FRAME_PLANE_STRIDE (&frame, p));
  gst_video_frame_unmap (&frame);
}

GST_END_TEST;

GST_START_TEST (test_shape_requests_that_cannot_be)
{
  g_autoptr (GstKsBackend) backend = get ("fake", NULL);
  g_autoptr (GstKsFraming) fixed = fixed_framing ("fake");
  g_autoptr (GstKsFraming) loose = gst_ks_backend_describe (backend);
  GstVideoInfo info = video (GST_VIDEO_FORMAT_NV12, 64, 4);
  GstVideoInfo nothing;
  GstKsShape shape;
  GError *error = NULL;

  gst_video_info_init (&nothing);
  fail_if (gst_ks_backend_allocate_shaped (backend, &nothing, fixed, &shape,
          &error));
  assert_error (&error, GST_KS_ERROR_INVALID, "raw video");
  fail_if (gst_ks_backend_allocate_shaped (backend, &info, loose, &shape,
          &error));
  assert_error (&error, GST_KS_ERROR_INVALID, "fixed framing");
  fail_unless (shape.n_memories == 0 && shape.memories[0] == NULL);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SHAPED), 0);
}

GST_END_TEST;

/* --- copies --- */

GST_START_TEST (test_transfer)
{
  g_autoptr (GstKsBackend) fake = get ("fake", NULL);
  g_autoptr (GstKsBackend) broken = get ("broken", NULL);
  g_autoptr (GstMemory) from = some_bytes (100);
  g_autoptr (GstMemory) to = some_bytes (101);
  GError *error = NULL;
  GstMapInfo map;

  fail_unless (gst_memory_map (from, &map, GST_MAP_WRITE));
  memset (map.data, 42, map.size);
  gst_memory_unmap (from, &map);
  fail_unless (gst_memory_map (to, &map, GST_MAP_WRITE));
  memset (map.data, 1, map.size);
  gst_memory_unmap (to, &map);

  fail_unless (gst_ks_backend_transfer (fake, to, from, &error));
  fail_unless (gst_memory_map (to, &map, GST_MAP_READ));
  fail_unless (map.data[0] == 42 && map.data[99] == 42 && map.data[100] == 1);
  gst_memory_unmap (to, &map);

  fail_if (gst_ks_backend_transfer (fake, from, to, &error));
  assert_error (&error, GST_KS_ERROR_INVALID, "do not fit");
  how = TRANSFER_SILENT;
  fail_if (gst_ks_backend_transfer (broken, to, from, &error));
  assert_error (&error, GST_KS_ERROR_FAILED, "without a reason");
}

GST_END_TEST;

/* What is asked of memory that was described so, and the block that it gets;
 * 0: it is refused. */
static const struct
{
  const gchar *name, *description;
  gsize size, align;            /* bytes */
  gsize block_size, block_align;        /* bytes */
} description_rows[] = {
  {"nothing said", "broken", 1000, 8, 1000, 8},
  {"alignment is a floor", "broken, align=64", 1000, 8, 1024, 64},
  {"more is kept", "broken, align=64", 1000, 256, 1024, 256},
  {"the least", "broken, size=4096..65536", 10, 1, 4096, 1},
  {"the next step", "broken, size=1000..9000/1000", 1001, 1, 2000, 1},
  {"step and alignment", "broken, align=16, size=1000..9000/1000", 1001, 1,
      2000, 16},
  {"the most", "broken, size=1..65536", 65536, 1, 65536, 1},
  {"more than the most", "broken, size=1..65536", 65537, 1, 0, 0},
  {"alternatives are the asker's", "broken, align=64; broken", 1000, 1, 1000,
      1},
};

GST_START_TEST (test_description_holds)
{
  GstKsRequest request = {.size = description_rows[__i__].size,
    .align = description_rows[__i__].align
  };
  gsize wanted = description_rows[__i__].block_size;
  g_autoptr (GstKsBackend) backend = NULL;
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstMemory) memory = NULL;
  GError *error = NULL;

  description = description_rows[__i__].description;
  backend = get ("broken", NULL);
  allocator = gst_ks_backend_create_allocator (backend, &error);
  memory = gst_ks_allocator_alloc (allocator, &request, &error);
  description = NULL;
  if (wanted == 0) {
    fail_unless (memory == NULL, "%s", description_rows[__i__].name);
    assert_error (&error, GST_KS_ERROR_INVALID, "1..64k bytes");
    return;
  }
  fail_unless (memory != NULL, "%s: %s", description_rows[__i__].name,
      error ? error->message : "?");
  fail_unless_equals_uint64 (gst_ks_memory_peek_block (memory)->size, wanted);
  fail_unless_equals_uint64 (gst_ks_memory_peek_block (memory)->align,
      description_rows[__i__].block_align);
}

GST_END_TEST;

static Suite *
contract_suite (void)
{
  Suite *suite = suite_create ("contract");
  TCase *tcase = tcase_create ("all");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_breach_at_open, 0, G_N_ELEMENTS (open_rows));
  tcase_add_loop_test (tcase, test_breach_at_create, 0,
      G_N_ELEMENTS (create_rows));
  tcase_add_loop_test (tcase, test_breach_at_shape, 0,
      G_N_ELEMENTS (shape_breach_rows));
  tcase_add_loop_test (tcase, test_shape, 0, G_N_ELEMENTS (shape_rows));
  tcase_add_test (tcase, test_shape_requests_that_cannot_be);
  tcase_add_test (tcase, test_transfer);
  tcase_add_loop_test (tcase, test_description_holds, 0,
      G_N_ELEMENTS (description_rows));
  return suite;
}

GST_CHECK_MAIN (contract);
