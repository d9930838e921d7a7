/* Classic ALLOCATION answers: what is read, how it meets an item, where it is written.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

typedef struct
{
  const gchar *name;
  GstKsQueryReply reply;
  const gchar *item;            /* as a framing */
  gsize frame_size;
  gint code;                    /* of GST_KS_ERROR; -1: they meet */
  GstKsQueryOffer offer;
} MergeRow;

/* What an address of 32 bits cannot hold is refused there. */
#define EDGE (G_GUINT64_CONSTANT (1) << 62)
#define FITS_64 (sizeof (gsize) == 8 ? -1 : (gint) GST_KS_ERROR_OVERFLOW)

/* *INDENT-OFF* */
static const MergeRow merge_rows[] = {
  {"nothing", {.align = 1}, "system", 100, -1, {.size = 100, .align = 1}},
  {"unknown-size", {.align = 1}, "system", 0, -1, {.size = 0, .align = 1}},
  {"one-size", {.align = 1}, "system, size=512", 0, -1,
      {.size = 512, .align = 1}},
  {"larger-of-both", {.size = 200, .align = 64, .prefix = 4, .padding = 9},
      "system, align=16, prefix=8, padding=2", 100, -1,
      {.size = 200, .align = 64, .prefix = 8, .padding = 9}},
  {"next-step", {.align = 1}, "system, size=64../64", 100, -1,
      {.size = 128, .align = 1}},
  {"too-small", {.align = 1}, "system, size=..99", 100, GST_KS_ERROR_CONFLICT,
      {0}},
  {"over-32-bits", {.align = 1}, "system, size=4G..", 100,
      GST_KS_ERROR_OVERFLOW, {0}},
  {"edge-of-64-bits", {.align = 1}, "system, padding=4611686018427387904,"
      " prefix=4611686018427387904, align=4611686018427387904", 100,
      FITS_64, {.size = 100, .align = (gsize) EDGE, .prefix = (gsize) EDGE,
          .padding = (gsize) EDGE}},
  {"over-64-bits", {.align = 1, .padding = G_MAXSIZE}, "system", 100,
      GST_KS_ERROR_OVERFLOW, {0}},
  {"floor-on-the-sum", {.min = 3, .align = 1}, "system, frames=5..", 100, -1,
      {.size = 100, .min = 5, .held = 3, .align = 1}},
  {"sum-above-floor", {.min = 8, .align = 1}, "system, frames=5..", 100, -1,
      {.size = 100, .min = 8, .held = 8, .align = 1}},
  {"cap-below-sum", {.min = 8, .align = 1}, "system, frames=..4", 100, -1,
      {.size = 100, .min = 4, .cap = 4, .held = 8, .align = 1}},
  {"smaller-cap", {.max = 6, .align = 1}, "system, frames=..9", 100, -1,
      {.size = 100, .cap = 6, .align = 1}},
  {"floor-outranks-their-cap", {.max = 6, .align = 1}, "system, frames=9..",
      100, -1, {.size = 100, .min = 9, .cap = 9, .align = 1}},
};
/* *INDENT-ON* */

GST_START_TEST (test_merge)
{
  const MergeRow *row = &merge_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (row->item, &error);
  const GstKsQueryOffer untouched = {.size = 77 };
  GstKsQueryOffer offer = untouched;

  fail_unless (framing != NULL, "%s: %s", row->name,
      error ? error->message : "?");
  if (row->code >= 0) {
    fail_if (gst_ks_query_merge (&row->reply, gst_ks_framing_peek_item (framing,
                0), row->frame_size, &offer, &error), "%s meets", row->name);
    fail_unless (g_error_matches (error, GST_KS_ERROR, row->code), "%s: %s",
        row->name, error->message);
    fail_unless_equals_uint64 (offer.size, untouched.size);
    return;
  }
  fail_unless (gst_ks_query_merge (&row->reply, gst_ks_framing_peek_item
          (framing, 0), row->frame_size, &offer, &error), "%s: %s", row->name,
      error ? error->message : "?");
  fail_unless_equals_uint64 (offer.size, row->offer.size);
  fail_unless_equals_int (offer.min, row->offer.min);
  fail_unless_equals_int (offer.cap, row->offer.cap);
  fail_unless_equals_int (offer.held, row->offer.held);
  fail_unless_equals_uint64 (offer.align, row->offer.align);
  fail_unless_equals_uint64 (offer.prefix, row->offer.prefix);
  fail_unless_equals_uint64 (offer.padding, row->offer.padding);
}

GST_END_TEST;

typedef struct
{
  const gchar *caps;            /* NULL: none */
  gsize size;
} SizeRow;

static const SizeRow size_rows[] = {
  {NULL, 0},
  {"ANY", 0},
  {"EMPTY", 0},
  {"video/x-raw", 0},
  {"video/x-raw,format=I420,width=[1,20],height=20", 0},
  {"video/x-raw,format=I420,width=320,height=240", 115200},
  {"video/x-raw,format=RGB,width=321,height=2", 1928},
  {"video/x-raw(memory:GLMemory),format=RGBA,width=8,height=8", 0},
  {"video/x-raw(memory:SystemMemory),format=RGBA,width=8,height=8", 256},
  {"image/jpeg,width=8,height=8", 0},
  {"audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved", 0},
};

GST_START_TEST (test_caps_size)
{
  const SizeRow *row = &size_rows[__i__];
  g_autoptr (GstCaps) caps =
      row->caps ? gst_caps_from_string (row->caps) : NULL;

  fail_unless (gst_ks_query_caps_size (caps, NULL) == row->size, "%s: %"
      G_GSIZE_FORMAT, row->caps, gst_ks_query_caps_size (caps, NULL));
}

GST_END_TEST;

/* Who asks may know it alone: a pool would have frames of any size. */
GST_START_TEST (test_tells_size)
{
  static const struct
  {
    const gchar *caps;
    guint size;                 /* that downstream says */
    gboolean told;
  } told_rows[] = {
    {NULL, 0, FALSE},
    {NULL, 100, TRUE},
    {"audio/x-raw,format=S16LE,rate=8000,channels=1", 0, FALSE},
    {"audio/x-raw,format=S16LE,rate=8000,channels=1", 100, TRUE},
    {"image/jpeg,width=8,height=8", 0, FALSE},
    {"video/x-raw,format=I420,width=320,height=240", 0, TRUE},
    {"video/x-raw(memory:GLMemory),format=RGBA,width=8,height=8", 0, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (told_rows); i++) {
    GstKsQueryReply reply = {.size = told_rows[i].size };
    g_autoptr (GstCaps) caps = told_rows[i].caps ?
        gst_caps_from_string (told_rows[i].caps) : NULL;

    fail_unless (gst_ks_query_tells_size (&reply, caps) == told_rows[i].told,
        "row %u", i);
  }
}

GST_END_TEST;

static void
add_theirs (GstQuery * query, guint n)
{
  for (guint i = 1; i <= n; i++) {
    GstAllocationParams params;

    gst_allocation_params_init (&params);
    params.prefix = i;
    gst_query_add_allocation_param (query, NULL, &params);
    gst_query_add_allocation_pool (query, NULL, i, i, i);
  }
}

/* Ours first, theirs behind it in their order. */
GST_START_TEST (test_write_in_front)
{
  const GstKsQueryOffer offer = {.size = 50,.min = 51,.cap = 52,.align =
        32,.prefix = 53,.padding = 54
  };
  GstQuery *query = gst_query_new_allocation (NULL, TRUE);
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstKsQueryReply reply;

  add_theirs (query, __i__);
  gst_ks_query_write (query, &offer, NULL, pool);
  gst_ks_query_read (query, TRUE, &reply);
  fail_unless (reply.pool == pool);
  fail_unless_equals_int (reply.size, 50);
  fail_unless_equals_int (reply.min, 51);
  fail_unless_equals_int (reply.max, 52);
  fail_unless_equals_uint64 (reply.align, 32);
  fail_unless_equals_uint64 (reply.prefix, 53);
  fail_unless_equals_uint64 (reply.padding, 54);
  gst_ks_query_reply_clear (&reply);

  for (gint i = 1; i <= __i__; i++) {
    GstAllocationParams params;
    guint size;

    gst_query_parse_nth_allocation_param (query, i, NULL, &params);
    gst_query_parse_nth_allocation_pool (query, i, NULL, &size, NULL, NULL);
    fail_unless_equals_uint64 (params.prefix, i);
    fail_unless_equals_int (size, i);
  }
  gst_ks_query_forget (query);
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 0);
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  gst_object_unref (pool);
  gst_query_unref (query);
}

GST_END_TEST;

/* What was written before a refusal is no answer. */
GST_START_TEST (test_refusal_says_nothing)
{
  GstQuery *query = gst_query_new_allocation (NULL, TRUE);
  GstKsQueryReply reply;

  add_theirs (query, 2);
  gst_ks_query_read (query, FALSE, &reply);
  fail_if (reply.answered);
  fail_unless_equals_int (reply.size, 0);
  fail_unless_equals_int (reply.min, 0);
  fail_unless_equals_uint64 (reply.prefix, 0);
  fail_unless_equals_uint64 (reply.align, 1);
  gst_ks_query_reply_clear (&reply);
  gst_query_unref (query);
}

GST_END_TEST;

static Suite *
query_suite (void)
{
  Suite *s = suite_create ("query");
  TCase *tc = tcase_create ("classic");

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_merge, 0, G_N_ELEMENTS (merge_rows));
  tcase_add_loop_test (tc, test_caps_size, 0, G_N_ELEMENTS (size_rows));
  tcase_add_test (tc, test_tells_size);
  tcase_add_loop_test (tc, test_write_in_front, 0, 4);
  tcase_add_test (tc, test_refusal_says_nothing);
  return s;
}

GST_CHECK_MAIN (query);
