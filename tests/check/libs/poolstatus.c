/* STATUS and STATUS_EX: what a pool was created with and how much of it is out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "poolowner.h"

static GstKsFraming *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s", error ? error->message : "");
  return framing;
}

static GstKsPool *
create (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = parse (text);
  GstKsPool *pool = gst_ks_create_allocator (framing, &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}

static GstKsAbiStatus
ks_status_of (GstKsPool * pool)
{
  g_autoptr (GError) error = NULL;
  GstKsAbiStatus status = { {0,}, };

  fail_unless (gst_ks_pool_get_ks_status (pool, &status, &error), "%s",
      error ? error->message : "");
  return status;
}

static guint
allocated_frames (GstKsPool * pool)
{
  guint n = G_MAXUINT;

  g_object_get (pool, "allocated-frames", &n, NULL);
  fail_unless_equals_int (ks_status_of (pool).allocated_frames, n);
  fail_unless_equals_int (status_of (pool).allocated, n);
  return n;
}

/* --- properties --- */

/* Handed out, not made: what is kept for reuse does not count. */
GST_START_TEST (test_allocated)
{
  GstKsPool *pool = create ("system, size=4096, frames=4");
  GstBuffer *out[3];

  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  fail_unless_equals_int (allocated_frames (pool), 0);
  for (guint i = 0; i < 3; i++)
    out[i] = acquire (pool);
  fail_unless_equals_int (allocated_frames (pool), 3);
  gst_buffer_unref (out[0]);
  fail_unless_equals_int (allocated_frames (pool), 2);
  fail_unless_equals_int (status_of (pool).idle, 1);
  gst_buffer_unref (out[1]);
  gst_buffer_unref (out[2]);
  fail_unless_equals_int (allocated_frames (pool), 0);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_framing)
{
  g_autoptr (GstKsFraming) framing =
      parse ("system, size=4096, align=64, frames=4");
  g_autoptr (GstKsPool) pool = gst_ks_create_allocator (framing, NULL);
  g_autoptr (GstKsFraming) told = NULL;
  g_autoptr (GstKsFraming) ex = NULL;

  g_object_get (pool, "framing", &told, "framing-ex", &ex, NULL);
  fail_unless (told != NULL && gst_ks_framing_equal (told, framing));
  fail_unless (ex == NULL);
}

GST_END_TEST;

static const gchar *read_only[] = { "allocated-frames", "framing",
  "framing-ex"
};

static void
set_anyway (GstKsPool * pool, const gchar * name)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (pool), name);

  fail_unless (spec != NULL, "no property %s", name);
  g_value_init (&value, spec->value_type);
  g_object_set_property (G_OBJECT (pool), name, &value);
}

/* A warning or a critical one: that depends on GLib. */
static void
note_complaint (const gchar * domain, GLogLevelFlags level,
    const gchar * message, gpointer user_data)
{
  gboolean *complained = user_data;

  if (strstr (message, "is not writable") != NULL)
    *complained = TRUE;
}

GST_START_TEST (test_read_only)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  g_autoptr (GstKsPool) pool = create ("system, size=4096, frames=4");
  GstKsAbiStatus before = ks_status_of (pool);
  gboolean complained = FALSE;
  GstKsAbiStatus after;
  guint handler = g_log_set_handler ("GLib-GObject",
      G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL, note_complaint, &complained);

  set_anyway (pool, read_only[__i__]);
  g_log_remove_handler ("GLib-GObject", handler);
  g_log_set_always_fatal (fatal);
  fail_unless (complained, "%s", read_only[__i__]);
  after = ks_status_of (pool);
  fail_unless (memcmp (&before, &after, sizeof (before)) == 0);
}

GST_END_TEST;

/* --- STATUS --- */

typedef struct
{
  const gchar *framing;
  GstKsAbiFraming creation;
} StatusRow;

/* flags, pool, frames, size, alignment */
/* *INDENT-OFF* */
static const StatusRow status_rows[] = {
  {"system, size=4096, frames=4, align=64", {2, GST_PagedPool, 4, 4096, 63, 0}},
  {"system, size=1000",                     {2, GST_PagedPool, 0, 1000, 0, 0}},
  {"system, size=984, prefix=16, padding=24, frames=1",
                                            {2, GST_PagedPool, 1, 1024, 0, 0}},
};
/* *INDENT-ON* */

static void
check_creation (GstKsPool * pool, const GstKsAbiFraming * wanted,
    const gchar * name)
{
  GstKsAbiStatus status = ks_status_of (pool);
  const GstKsAbiFraming *is = &status.framing;

  fail_unless (memcmp (is, wanted, sizeof (*wanted)) == 0,
      "%s: flags %u, pool %u, %u frames of %u bytes, mask %u, reserved %u",
      name, is->requirements_flags, is->pool_type, is->frames, is->frame_size,
      is->file_alignment, is->reserved);
  fail_unless_equals_int (status.reserved, 0);
}

GST_START_TEST (test_status)
{
  const StatusRow *row = &status_rows[__i__];
  g_autoptr (GstKsPool) pool = create (row->framing);

  check_creation (pool, &row->creation, row->framing);
}

GST_END_TEST;

/* The create request comes back as it was, pool type and options included. */
GST_START_TEST (test_status_of_default)
{
  static const GstKsAbiFraming requests[] = {
    {GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY, GST_PagedPool, 3, 1000, 63, 0},
    {GST_KSALLOCATOR_OPTIONF_VALID, GST_NonPagedPool, 0, 4096, 4095, 0},
  };
  const GstKsAbiFraming *request = &requests[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsPool) pool =
      gst_ks_default_allocator_new (request, NULL, NULL, &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  check_creation (pool, request, "default");
}

GST_END_TEST;

GST_START_TEST (test_status_of_configured)
{
  const GstKsAbiFraming wanted = { 2, GST_PagedPool, 7, 500, 15, 0 };
  g_autoptr (GstAllocator) allocator = allocator_for ("system");
  g_autoptr (GstKsFraming) framing = parse ("host, align=16");
  g_autoptr (GstKsPool) pool = gst_ks_pool_new (allocator, framing, NULL);
  g_autoptr (GError) error = NULL;
  PoolArgs args = {.size = 500,.max = 7 };
  GstKsAbiStatus status = { {1, 1, 1, 1, 1, 1}, 1, 1 };
  GstKsAbiStatus untouched = status;

  fail_if (gst_ks_pool_get_ks_status (pool, &status, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_STATE));
  fail_unless (memcmp (&status, &untouched, sizeof (status)) == 0);
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, &args)));
  check_creation (pool, &wanted, "configured");
}

GST_END_TEST;

/* --- STATUS_EX --- */

static GstKsPool *
create_ex (const GstKsFraming * framing)
{
  g_autoptr (GError) error = NULL;
  GstKsPool *pool = gst_ks_create_allocator_ex (framing, &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}

GST_START_TEST (test_status_ex)
{
  g_autoptr (GstKsFraming) framing =
      parse ("system, size=1000..5000/8, prefer=4096, align=64, frames=3..5, "
      "weight=7");
  g_autoptr (GstKsPool) pool = create_ex (framing);
  g_auto (GstKsAbiFramingEx) wanted = { 0, 0, {0, 0, 0}, 0, NULL };
  g_autoptr (GstKsFraming) told = NULL;
  GstKsAbiStatusEx status;
  GstBuffer *out;

  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  out = acquire (pool);
  fail_unless (gst_ks_framing_to_abi (framing, &wanted, NULL, NULL));
  wanted.items[0].frames = 5;
  fail_unless (gst_ks_pool_get_ks_status_ex (pool, &status, NULL));
  fail_unless_equals_int (status.allocated_frames, 1);
  fail_unless_equals_int (status.reserved, 0);
  fail_unless_equals_int (status.framing.count_items, 1);
  fail_unless_equals_int (status.framing.pin_flags, wanted.pin_flags);
  fail_unless_equals_int (status.framing.pin_weight, wanted.pin_weight);
  fail_unless (memcmp (&status.framing.output_compression,
          &wanted.output_compression, sizeof (GstKsAbiCompression)) == 0);
  fail_unless (memcmp (&status.framing.item, wanted.items,
          sizeof (GstKsAbiFramingItem)) == 0);
  g_object_get (pool, "framing-ex", &told, NULL);
  fail_unless (gst_ks_framing_equal (told, framing));

  /* the old one works as ever, with what was resolved */
  fail_unless_equals_int (ks_status_of (pool).framing.frame_size, 4096);
  fail_unless_equals_int (ks_status_of (pool).framing.file_alignment, 63);
  fail_unless_equals_int (ks_status_of (pool).framing.frames, 5);
  fail_unless_equals_int (allocated_frames (pool), 1);
  gst_buffer_unref (out);
}

GST_END_TEST;

typedef struct
{
  const gchar *framing;
  guint32 frames, frames_ex;
} FramesRow;

static const FramesRow frames_rows[] = {
  {"system, size=4096, frames=2..4", 4, 4},
  {"system, size=4096, frames=..4", 4, 4},
  {"system, size=4096, frames=4", 4, 4},
  {"system, size=4096, frames=2..", 0, 2},
  {"system, size=4096", 0, 0},
};

/* How many may be out; no cap is what the framing held. */
GST_START_TEST (test_status_ex_frames)
{
  const FramesRow *row = &frames_rows[__i__];
  g_autoptr (GstKsFraming) framing = parse (row->framing);
  g_autoptr (GstKsPool) pool = create_ex (framing);
  GstKsAbiStatusEx status;

  fail_unless (gst_ks_pool_get_ks_status_ex (pool, &status, NULL));
  fail_unless_equals_int (status.framing.item.frames, row->frames_ex);
  fail_unless_equals_int (ks_status_of (pool).framing.frames, row->frames);
  fail_unless_equals_int (status_of (pool).cap, row->frames);
}

GST_END_TEST;

GST_START_TEST (test_status_ex_refused)
{
  g_autoptr (GstKsPool) plain = create ("system, size=4096");
  g_autoptr (GstKsFraming) framing =
      parse ("system, size=4096; locked, size=8192; system, size=64");
  g_autoptr (GstKsPool) several = create_ex (framing);
  g_autoptr (GstKsFraming) told = NULL;
  g_autoptr (GError) error = NULL;
  GstKsAbiStatusEx status;

  fail_if (gst_ks_pool_get_ks_status_ex (plain, &status, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR,
          GST_KS_ERROR_NOT_SUPPORTED));
  g_clear_error (&error);
  fail_if (gst_ks_pool_get_ks_status_ex (several, &status, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL));
  g_object_get (several, "framing-ex", &told, NULL);
  fail_unless (gst_ks_framing_equal (told, framing));
  fail_unless_equals_int (ks_status_of (several).framing.frame_size, 4096);
}

GST_END_TEST;

GST_START_TEST (test_create_ex_refused)
{
  g_autoptr (GstKsFraming) no_size = parse ("system");
  g_autoptr (GstKsFraming) no_kind = parse ("nobodys-kind, size=64");
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_create_allocator_ex (no_size, &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  g_clear_error (&error);
  fail_unless (gst_ks_create_allocator_ex (no_kind, &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR,
          GST_KS_ERROR_UNKNOWN_KIND));
}

GST_END_TEST;

static Suite *
poolstatus_suite (void)
{
  Suite *s = suite_create ("poolstatus");
  TCase *tc = tcase_create ("poolstatus");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_allocated);
  tcase_add_test (tc, test_framing);
  tcase_add_loop_test (tc, test_read_only, 0, G_N_ELEMENTS (read_only));
  tcase_add_loop_test (tc, test_status, 0, G_N_ELEMENTS (status_rows));
  tcase_add_loop_test (tc, test_status_of_default, 0, 2);
  tcase_add_test (tc, test_status_of_configured);
  tcase_add_test (tc, test_status_ex);
  tcase_add_loop_test (tc, test_status_ex_frames, 0,
      G_N_ELEMENTS (frames_rows));
  tcase_add_test (tc, test_status_ex_refused);
  tcase_add_test (tc, test_create_ex_refused);
  return s;
}

GST_CHECK_MAIN (poolstatus);
