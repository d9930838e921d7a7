/* ksallocator: what passes untouched takes no frame of its own.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksharness.h"

#define FRAMES 10
#define SMALL_CAPS "video/x-raw,format=I420,width=160,height=120,framerate=30/1"
#define SMALL_SIZE (160 * 120 * 3 / 2)

/* How many frames its pool has handed out since it was made. */
static guint64
acquired (Asker * asker)
{
  return asker_stat (asker, "fresh") + asker_stat (asker, "reused");
}

static GstBuffer *
frame_at (gsize offset)
{
  GstAllocationParams params;
  GstBuffer *large, *buffer;

  gst_allocation_params_init (&params);
  params.align = 4095;
  large = gst_buffer_new_allocate (NULL, I420_SIZE + offset, &params);
  gst_buffer_memset (large, 0, 3, -1);
  buffer = gst_buffer_copy_region (large, GST_BUFFER_COPY_MEMORY, offset,
      I420_SIZE);
  gst_buffer_unref (large);
  return buffer;
}

/* KS's option COMPATIBLE: frames of somebody else that fit go on as they are,
 * only the others are taken from the pool for copies. */
GST_START_TEST (test_fitting_frames_take_none)
{
  Asker asker;

  asker_init (&asker, "align=4096 require=copy", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  for (guint i = 0; i < FRAMES; i++) {
    GstBuffer *in = frame_at (0);
    GstBuffer *out =
        gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));

    fail_unless (out == in);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  fail_unless_equals_uint64 (acquired (&asker), 0);
  for (guint i = 0; i < FRAMES; i++)
    fail_unless_equals_int (gst_harness_push (asker.harness, frame_at (64)),
        GST_FLOW_OK);
  fail_unless_equals_uint64 (acquired (&asker), FRAMES);
  asker_clear (&asker);
}

GST_END_TEST;

/* New caps travel as an event: no frame carries them. */
GST_START_TEST (test_format_change_takes_no_frame)
{
  GstEvent *event;
  guint n_caps = 0;
  Asker asker;

  asker_init (&asker, "memory=shared require=copy", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  fail_unless_equals_int (gst_harness_push (asker.harness, frame_at (0)),
      GST_FLOW_OK);
  fail_unless_equals_uint64 (acquired (&asker), 1);
  gst_harness_set_src_caps_str (asker.harness, SMALL_CAPS);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  fail_unless_equals_uint64 (acquired (&asker), 1);
  fail_unless_equals_int (gst_harness_buffers_received (asker.harness), 1);
  while ((event = gst_harness_try_pull_event (asker.harness))) {
    n_caps += GST_EVENT_TYPE (event) == GST_EVENT_CAPS;
    gst_event_unref (event);
  }
  fail_unless_equals_int (n_caps, 3);
  asker_clear (&asker);
}

GST_END_TEST;

/* A question for new caps: a pool of the new size, and the old one is drained
 * as its frames come back. */
GST_START_TEST (test_format_change_makes_a_new_pool)
{
  GstBufferPool *old_pool;
  GstBuffer *buffer = NULL;
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_int (asker.size, I420_SIZE);
  old_pool = gst_object_ref (asker.pool);
  fail_unless (gst_buffer_pool_set_active (old_pool, TRUE));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (old_pool, &buffer,
          NULL), GST_FLOW_OK);

  asker_ask (&asker, SMALL_CAPS, TRUE);
  fail_unless (asker.pool != old_pool);
  fail_unless_equals_int (asker.size, SMALL_SIZE);
  gst_buffer_pool_set_active (old_pool, FALSE);
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 1);
  gst_buffer_unref (buffer);
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 0);
  fail_unless_equals_uint64 (asker_stat (&asker, "live"), 0);
  gst_object_unref (old_pool);
  asker_clear (&asker);
}

GST_END_TEST;

static Suite *
kspassing_suite (void)
{
  Suite *s = suite_create ("kspassing");
  TCase *tc = tcase_create ("passing");

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_fitting_frames_take_none);
  tcase_add_test (tc, test_format_change_takes_no_frame);
  tcase_add_test (tc, test_format_change_makes_a_new_pool);
  return s;
}

GST_CHECK_MAIN (kspassing);
