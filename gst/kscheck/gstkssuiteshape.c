/* The conformance suite, frames whose layout a driver decides: formats, odd sizes, planes, reuse.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

typedef struct
{
  GstVideoFormat format;
  gint width, height;
} ShapeRow;

static const ShapeRow shape_rows[] = {
  {GST_VIDEO_FORMAT_BGRx, 640, 480},
  {GST_VIDEO_FORMAT_RGBA, 333, 77},
  {GST_VIDEO_FORMAT_BGRA, 1, 1},
  {GST_VIDEO_FORMAT_RGB, 333, 7},
  {GST_VIDEO_FORMAT_RGB16, 321, 9},
  {GST_VIDEO_FORMAT_GRAY8, 1919, 3},
  {GST_VIDEO_FORMAT_GRAY16_LE, 63, 65},
  {GST_VIDEO_FORMAT_YUY2, 318, 2},
  {GST_VIDEO_FORMAT_NV12, 642, 482},
  {GST_VIDEO_FORMAT_NV12, 33, 17},
  {GST_VIDEO_FORMAT_I420, 320, 241},
  {GST_VIDEO_FORMAT_P010_10LE, 130, 34},
  {GST_VIDEO_FORMAT_Y444, 1, 1001},
};

/* made: nothing in it when it was refused */
typedef struct
{
  GstKsSuite suite;
  GstVideoInfo info;
  GstKsFraming *fixed;
  GstKsShape made;
} Shaping;

static void
shaping_init (Shaping * self, const ShapeRow * row)
{
  const gchar *kind = self->suite.check->kind;
  g_autofree gchar *text = NULL;

  check_that (gst_video_info_set_format (&self->info, row->format, row->width,
          row->height));
  text = g_strdup_printf ("%s, size=%" G_GSIZE_FORMAT, kind,
      GST_VIDEO_INFO_SIZE (&self->info));
  self->fixed = gst_ks_framing_parse (text, NULL);
  check_that (self->fixed != NULL);
}

static void
shaping_clear (Shaping * self)
{
  gst_ks_shape_clear (&self->made);
  g_clear_pointer (&self->fixed, gst_ks_framing_unref);
}

/* FALSE: the driver refuses it, and names it. */
static gboolean
shaping_make (Shaping * self)
{
  g_autoptr (GError) error = NULL;
  const gchar *format =
      gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (&self->info));
  gboolean made = gst_ks_backend_allocate_shaped (self->suite.backend,
      &self->info, self->fixed, &self->made, &error);

  check_that (made == (error == NULL));
  if (!made) {
    fail_unless (error->domain == GST_KS_ERROR
        && error->code != GST_KS_ERROR_FAILED, "%s: %s", gst_ks_suite_subject,
        error->message);
    fail_unless (strstr (error->message, format) != NULL,
        "%s: a refusal does not name %s: %s", gst_ks_suite_subject, format,
        error->message);
    check_that (self->made.n_memories == 0);
  }
  return made;
}

/* --- the planes --- */

/* Bytes that all memories have, one after the other. */
static gsize
shape_size (const GstKsShape * shape)
{
  gsize size = 0;

  for (guint i = 0; i < shape->n_memories; i++)
    size += gst_memory_get_sizes (shape->memories[i], NULL, NULL);
  return size;
}

static gboolean
shape_put (const Shaping * self, const guint8 * bytes)
{
  for (guint i = 0; i < self->made.n_memories; i++) {
    GstMemory *memory = self->made.memories[i];

    if (!gst_ks_suite_put (self->suite.backend, memory, bytes))
      return FALSE;
    bytes += gst_memory_get_sizes (memory, NULL, NULL);
  }
  return TRUE;
}

static gboolean
shape_get (const Shaping * self, guint8 * bytes)
{
  for (guint i = 0; i < self->made.n_memories; i++) {
    GstMemory *memory = self->made.memories[i];

    if (!gst_ks_suite_get (self->suite.backend, memory, bytes))
      return FALSE;
    bytes += gst_memory_get_sizes (memory, NULL, NULL);
  }
  return TRUE;
}

/* Bytes and rows of a plane that hold pixels. */
static void
plane_extent (const GstVideoInfo * info, guint plane, gsize * row, gsize * rows)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (info->finfo, plane, component);
  *row = (gsize) GST_VIDEO_INFO_COMP_WIDTH (info, component[0]) *
      GST_VIDEO_INFO_COMP_PSTRIDE (info, component[0]);
  *rows = GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]);
}

/* Writes each plane's number on its pixels, or counts pixels that do not have
 * it: planes that lie over each other cannot all have theirs. */
static guint
walk_planes (const Shaping * self, guint8 * bytes, gboolean write)
{
  guint wrong = 0;

  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&self->info); p++) {
    gsize row, rows;

    plane_extent (&self->info, p, &row, &rows);
    for (gsize y = 0; y < rows; y++) {
      guint8 *line = bytes + self->made.offset[p] + y * self->made.stride[p];

      for (gsize x = 0; x < row; x++) {
        guint8 pixel = 50 * (p + 1) + (x + y) % 50;

        if (write)
          line[x] = pixel;
        else
          wrong += line[x] != pixel;
      }
    }
  }
  return wrong;
}

static void
check_planes (const Shaping * self)
{
  gsize size = shape_size (&self->made);
  g_autofree guint8 *written = g_malloc0 (size);
  g_autofree guint8 *found = g_malloc0 (size);

  (void) walk_planes (self, written, TRUE);
  check_that (shape_put (self, written));
  check_that (shape_get (self, found));
  check_that (walk_planes (self, found, FALSE) == 0);
}

/* Whoever gets a frame asks its memory which kind it is. */
static void
check_kind (const Shaping * self)
{
  for (guint i = 0; i < self->made.n_memories; i++)
    check_that (gst_ks_backend_peek (self->made.memories[i]->allocator) ==
        self->suite.backend);
}

static void
check_strides (const Shaping * self)
{
  g_autoptr (GstKsFraming) said = gst_ks_backend_describe (self->suite.backend);

  if (gst_ks_framing_get_n_items (said) != 1)
    return;
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&self->info); p++)
    check_that (gst_ks_range_contains (&gst_ks_framing_peek_item (said,
                0)->stride, self->made.stride[p]));
}

/* Each format and size: planes where pixels can be, or a refusal. */
GST_START_TEST (test_shape)
{
  const ShapeRow *row = &shape_rows[__i__ % G_N_ELEMENTS (shape_rows)];
  Shaping self = {.suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (shape_rows))
  };

  shaping_init (&self, row);
  gst_ks_suite_row = gst_video_format_to_string (row->format);
  if (!gst_ks_backend_has_shapes (self.suite.backend)) {
    g_autoptr (GError) error = NULL;

    check_that (!gst_ks_backend_allocate_shaped (self.suite.backend,
            &self.info, self.fixed, &self.made, &error));
    check_that (error != NULL);
  } else if (shaping_make (&self)) {
    check_kind (&self);
    check_strides (&self);
    check_planes (&self);
  }
  shaping_clear (&self);
  gst_ks_suite_close (&self.suite);
}

GST_END_TEST;

/* --- reuse --- */

typedef struct
{
  GstAllocator *allocator;      /* owned */
  guint64 fresh, out;
} Books;

static Books
books_of (const GstKsShape * shape)
{
  GstAllocator *allocator = shape->memories[0]->allocator;

  check_that (gst_ks_memory_is_ours (shape->memories[0]));
  return (Books) {
  gst_object_ref (allocator),
        gst_ks_check_stat (allocator, "fresh"),
        gst_ks_check_stat (allocator, "out")};
}

/* The first row that the driver takes; some row must be. */
static void
make_any (Shaping * self)
{
  for (guint i = 0; i < G_N_ELEMENTS (shape_rows); i++) {
    shaping_init (self, &shape_rows[i]);
    if (shaping_make (self))
      return;
    shaping_clear (self);
  }
  fail ("%s: has shapes and refuses every format", gst_ks_suite_subject);
}

/* A picture that came back is handed out again, and not while it is out. */
GST_START_TEST (test_shape_reuse)
{
  Shaping self = {.suite = gst_ks_suite_open (__i__, 1) };
  Shaping other = self;
  Books books;

  if (!gst_ks_backend_has_shapes (self.suite.backend)) {
    gst_ks_suite_close (&self.suite);
    return;
  }
  make_any (&self);
  other.info = self.info;
  other.fixed = gst_ks_framing_ref (self.fixed);
  check_that (shaping_make (&other));
  check_that (other.made.memories[0] != self.made.memories[0]);
  books = books_of (&other.made);

  for (guint round = 0; round < 10; round++) {
    gst_ks_shape_clear (&other.made);
    check_that (shaping_make (&other));
  }
  check_that (gst_ks_check_stat (books.allocator, "fresh") == books.fresh);
  check_that (gst_ks_check_stat (books.allocator, "out") == books.out);
  shaping_clear (&other);
  shaping_clear (&self);
  check_that (gst_ks_check_stat (books.allocator, "out") < books.out);
  gst_ks_allocator_trim (books.allocator);
  gst_object_unref (books.allocator);
  gst_ks_suite_close (&self.suite);
}

GST_END_TEST;

/* The picture outlives the backend. */
GST_START_TEST (test_shape_outlives)
{
  Shaping self = {.suite = gst_ks_suite_open (__i__, 1) };

  if (gst_ks_backend_has_shapes (self.suite.backend)) {
    make_any (&self);
    g_autofree guint8 *bytes = g_malloc0 (shape_size (&self.made));
    gboolean mappable = gst_ks_suite_is_mappable (self.made.memories[0]);

    gst_object_unref (self.suite.allocator);
    g_clear_object (&self.suite.backend);
    check_that (!mappable || shape_get (&self, bytes));
    shaping_clear (&self);
    gst_ks_trim_all ();
    self.suite = gst_ks_suite_open (__i__, 1);
  }
  gst_ks_suite_close (&self.suite);
}

GST_END_TEST;

void
gst_ks_suite_add_shapes (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_shape, G_N_ELEMENTS (shape_rows));
  add_rows (tcase, subject, test_shape_reuse, 1);
  add_rows (tcase, subject, test_shape_outlives, 1);
}
