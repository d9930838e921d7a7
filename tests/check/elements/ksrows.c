/* ksallocator: how long rows are that several wishes are made of, and what is said when there are none.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksharness.h"

#define RGB_CAPS "video/x-raw,format=RGB,width=321,height=20,framerate=30/1"
#define ODD "stride=256../512"  /* odd multiples of 256, as some encoders want them */

typedef struct
{
  const gchar *format;
  guint width;                  /* pixels */
  const gchar *properties;
  gint strides[3];              /* bytes */
  gsize align;                  /* bytes, at least */
} LengthRow;

/* *INDENT-OFF* */
static const LengthRow length_rows[] = {
  {"NV12", 1, "framing=\"system, align=64, " ODD "\"", {256, 256}, 64},
  {"NV12", 256, "framing=\"system, align=64, " ODD "\"", {256, 256}, 64},
  {"NV12", 257, "framing=\"system, align=64, " ODD "\"", {768, 768}, 64},
  {"NV12", 1280, "framing=\"system, align=64, " ODD "\"", {1280, 1280}, 64},
  {"NV12", 1281, "framing=\"system, align=64, " ODD "\"", {1792, 1792}, 64},
  {"NV12", 1920, "framing=\"system, align=4096, " ODD "\"", {2304, 2304}, 4096},
  {"P010_10LE", 640, "framing=\"system, " ODD "\"", {1280, 1280}, 1},
  {"I420", 1920, "framing=\"system, " ODD "\"", {2304, 1280, 1280}, 1},
  {"RGB", 321, "framing=\"system, " ODD "\"", {1280}, 1},
  {"RGB", 321, "framing=\"system, stride=0../64\"", {1024}, 1},
  {"RGB", 321, "framing=\"system, stride=964../1\"", {964}, 1},
  /* both, where that can be */
  {"GRAY8", 768, "layout=packed framing=\"system, " ODD "\"", {768}, 1},
  {"GRAY8", 768, "layout=packed framing=\"system, align=64, stride=0../64\"",
      {768}, 64},
  /* of two in a row what both want */
  {"NV12", 1000, "align=64 ! ksallocator framing=\"system, " ODD "\"",
      {1280, 1280}, 64},
  {"NV12", 1000, "framing=\"system, " ODD "\" ! ksallocator align=4096",
      {1280, 1280}, 4096},
  {"NV12", 1300, "framing=\"system, stride=0../768\""
      " ! ksallocator framing=\"system, align=64, " ODD "\"", {2304, 2304}, 64},
  {"RGB", 321, "align=64 ! ksallocator layout=packed", {963}, 64},
  {"RGB", 321, "layout=packed ! ksallocator align=64", {963}, 64},
};
/* *INDENT-ON* */

/* One ksallocator, or several in a row, in front of who reads GstVideoMeta. */
static void
init (Asker * asker, const gchar * properties)
{
  g_autofree gchar *launch = g_strconcat ("ksallocator ", properties, NULL);

  *asker = (Asker) {
  NULL,};
  asker->harness = gst_harness_new_parse (launch);
  asker->element = gst_object_ref (asker->harness->element);
  asker->bus = gst_bus_new ();
  gst_element_set_bus (asker->element, asker->bus);
  g_object_set_data (G_OBJECT (asker->harness->sinkpad), "what",
      GINT_TO_POINTER (DOWNSTREAM_VIDEO_META));
  gst_pad_set_query_function (asker->harness->sinkpad, downstream_query);
}

static gchar *
caps_of (const gchar * format, guint width)
{
  return g_strdup_printf ("video/x-raw,format=%s,width=%u,height=20,"
      "framerate=30/1", format, width);
}

GST_START_TEST (test_shortest_legal_rows)
{
  const LengthRow *row = &length_rows[__i__];
  g_autofree gchar *caps = caps_of (row->format, row->width);
  GstBuffer *buffer = NULL;
  GstVideoMeta *meta;
  GstMapInfo map;
  Asker asker;

  init (&asker, row->properties);
  asker_ask (&asker, caps, TRUE);
  fail_unless (GST_IS_KS_POOL (asker.pool), "%s", row->properties);
  fail_unless (gst_buffer_pool_set_active (asker.pool, TRUE));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (asker.pool, &buffer,
          NULL), GST_FLOW_OK);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless (meta != NULL);
  for (guint p = 0; p < meta->n_planes; p++)
    fail_unless (meta->stride[p] == row->strides[p],
        "%s of %u pixels, %s: rows of %d bytes in plane %u", row->format,
        row->width, row->properties, meta->stride[p], p);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless (GPOINTER_TO_SIZE (map.data) % row->align == 0);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (asker.pool, FALSE);
  asker_clear (&asker);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  const gchar *properties;      /* that cannot be, for RGB_CAPS */
  const gchar *says;            /* what is in the way, */
  const gchar *helps;           /* and what would help */
  const gchar *remedied;        /* the properties after that */
} ConflictRow;

static const ConflictRow conflict_rows[] = {
  {"packed-and-stride", "layout=packed framing=\"system, align=64, " ODD "\"",
        "layout=packed and stride=256../512 cannot both be: rows of 321x20 RGB"
        " that are packed have 963 bytes in plane 0",
        "without layout=packed they would have 1280 bytes",
      "framing=\"system, align=64, " ODD "\""},
  {"too-long", "framing=\"system, stride=256..768/512\"",
        "rows of 321x20 RGB need 964 bytes in plane 0, stride=256..768/512"
        " allows none that long", "raise its upper end to 1280 or more",
      "framing=\"system, stride=256..1280/512\""},
  {"too-long-for-both", "layout=packed framing=\"system, stride=..900\"",
        "need 963 bytes in plane 0, stride=..900",
        "raise its upper end to 963 or more",
      "layout=packed framing=\"system, stride=..963\""},
  {"stride-and-size", "framing=\"system, align=64, " ODD ", size=..20000\"",
        "stride=256../512 and size=..20000 cannot both be: with such rows a"
        " frame of 321x20 RGB has 25600 bytes",
        "raise the upper end of size to 25600 or more",
      "framing=\"system, align=64, " ODD ", size=..25600\""},
  {"two-strides", "framing=\"system, stride=512../1024\""
        " ! ksallocator framing=\"system, stride=1024\"",
        "stride=512../1k here and stride=1k of who allocates behind",
        "relax one of the two",
      "framing=\"system, stride=512../512\""
        " ! ksallocator framing=\"system, stride=1024\""},
};

/* Only what is in the way is named, and what is said to help does. */
GST_START_TEST (test_conflict)
{
  const ConflictRow *row = &conflict_rows[__i__];
  g_autofree gchar *text = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  Asker asker;

  init (&asker, row->properties);
  asker_ask (&asker, RGB_CAPS, TRUE);
  message = asker_take (&asker, GST_MESSAGE_ERROR, NULL);
  fail_unless (message != NULL, "%s: no error", row->name);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT));
  fail_unless (strstr (error->message, row->says) != NULL, "%s: %s", row->name,
      error->message);
  fail_unless (strstr (error->message, row->helps) != NULL, "%s: %s",
      row->name, error->message);
  fail_unless (strstr (error->message, "align") == NULL, "%s: %s", row->name,
      error->message);
  asker_clear (&asker);

  init (&asker, row->remedied);
  asker_ask (&asker, RGB_CAPS, TRUE);
  asker_none (&asker, GST_MESSAGE_ERROR);
  fail_unless (GST_IS_KS_POOL (asker.pool), "%s: does not help", row->name);
  asker_clear (&asker);
}

GST_END_TEST;

static Suite *
ksrows_suite (void)
{
  Suite *suite = suite_create ("ksrows");
  TCase *tcase = tcase_create ("rows");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_shortest_legal_rows, 0,
      G_N_ELEMENTS (length_rows));
  tcase_add_loop_test (tcase, test_conflict, 0, G_N_ELEMENTS (conflict_rows));
  return suite;
}

GST_CHECK_MAIN (ksrows);
