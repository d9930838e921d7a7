/* The conformance suite over every allocator that is here, and failures at every turn.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <stdlib.h>
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

/* --- allocators under test --- */

/* user_data: kind word */
static GstAllocator *
make_by_kind (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator = gst_ks_allocator_get (user_data, NULL, &error);

  fail_unless (allocator != NULL, "%s", error ? error->message : "?");
  return allocator;
}

/* A new one each time, unlike that of gst_ks_allocator_get(). */
static GstAllocator *
make_fresh_fake (gpointer unused)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("fake", NULL, NULL);

  return gst_ks_backend_create_allocator (backend, NULL);
}

static gint external_blocks;

static gpointer
external_acquire (gsize size, gsize align, gpointer user_data)
{
  gpointer data = NULL;

  if (posix_memalign (&data, MAX (align, sizeof (gpointer)), size))
    return NULL;
  g_atomic_int_inc (&external_blocks);
  return data;
}

static void
external_release (gpointer data, gsize size, gpointer user_data)
{
  g_atomic_int_add (&external_blocks, -1);
  free (data);
}

static GstAllocator *
make_external (gpointer unused)
{
  const GstKsExternal external = { external_acquire, external_release, NULL };

  return gst_ks_allocator_new_external (&external, NULL, NULL);
}

/* --- failures --- */

/* All that a user of a backend does; FALSE: something failed. */
static gboolean
use_fake (GError ** error)
{
  g_autoptr (GstKsFraming) fixed =
      gst_ks_framing_parse ("fake, size=1000", NULL);
  GstKsRequest request = {.size = 1000 };
  GstKsShape shape = { 0 };
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 64, 64);
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("fake", NULL, error);
  if (!backend)
    return FALSE;
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, error);
  if (!allocator || !gst_ks_allocator_prepare (allocator, &request, 2, error))
    return FALSE;
  g_autoptr (GstMemory) memory =
      gst_ks_allocator_alloc (allocator, &request, error);
  if (!memory || !gst_ks_backend_allocate_shaped (backend, &info, fixed,
          &shape, error))
    return FALSE;
  gst_ks_shape_clear (&shape);
  return TRUE;
}

static const GstKsFakeOp failing_ops[] = {
  GST_KS_FAKE_OPEN, GST_KS_FAKE_DESCRIBE, GST_KS_FAKE_CREATE,
  GST_KS_FAKE_SHAPED, GST_KS_FAKE_ACQUIRE
};

/* Fails from the first call on, from the second, ... until nothing fails. */
GST_START_TEST (test_fails_at_every_turn)
{
  GstKsFakeOp op = failing_ops[__i__];
  gboolean done = FALSE;
  guint n = 0;

  gst_ks_fake_set_shape (256, TRUE);
  while (!done) {
    g_autoptr (GError) error = NULL;

    gst_ks_fake_fail_from (op, ++n);
    done = use_fake (&error);
    fail_unless (done == (error == NULL), "op %d, call %u", op, n);
    gst_ks_trim_all ();
    fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
    fail_unless (n < 100, "op %d never stops failing", op);
  }
  fail_unless (n > 1, "op %d cannot fail", op);
  gst_ks_fake_reset ();
}

GST_END_TEST;

/* One failure is got over: idle blocks are given back and acquire asked again. */
GST_START_TEST (test_acquire_is_tried_again)
{
  g_autoptr (GstAllocator) allocator = make_fresh_fake (NULL);
  GstKsRequest small = {.size = 1000 };
  GstKsRequest large = {.size = 100000 };
  GError *error = NULL;

  gst_memory_unref (gst_ks_allocator_alloc (allocator, &small, NULL));
  gst_ks_fake_fail_at (GST_KS_FAKE_ACQUIRE, 1);
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &large, &error);
  fail_unless (memory != NULL, "%s", error ? error->message : "?");
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 1);
  gst_memory_unref (memory);

  /* a failure leaves no trace in the books */
  gst_ks_allocator_trim (allocator);
  gst_ks_fake_fail_from (GST_KS_FAKE_ACQUIRE, 1);
  fail_unless (!gst_ks_allocator_alloc (allocator, &large, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY));
  g_clear_error (&error);
  fail_unless (!gst_allocator_alloc (allocator, 100000, NULL));
  gst_ks_fake_reset ();
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "live"), 0);
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "live-bytes"), 0);
  fail_unless_equals_uint64 (gst_ks_check_stat (allocator, "fresh"), 2);
}

GST_END_TEST;

GST_START_TEST (test_sync_comes_in_pairs)
{
  g_autoptr (GstAllocator) allocator = make_fresh_fake (NULL);
  GstMemory *memory = gst_allocator_alloc (allocator, 100000, NULL);
  GstMapInfo map;

  gst_ks_fake_reset ();
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SYNC), 1);
  gst_memory_unmap (memory, &map);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SYNC), 2);
  gst_memory_unref (memory);
}

GST_END_TEST;

static void
destroyed (gpointer user_data)
{
  (*(gint *) user_data)++;
}

GST_START_TEST (test_external_is_destroyed_last)
{
  const GstKsExternal external =
      { external_acquire, external_release, destroyed };
  gint gone = 0;
  GstAllocator *allocator =
      gst_ks_allocator_new_external (&external, &gone, NULL);
  GstMemory *memory = gst_allocator_alloc (allocator, 100000, NULL);

  gst_memory_unref (gst_allocator_alloc (allocator, 200000, NULL));
  gst_object_unref (allocator);
  fail_unless (gone == 0 && memory != NULL);
  gst_memory_unref (memory);
  fail_unless_equals_int (gone, 1);
  fail_unless_equals_int (external_blocks, 0);
}

GST_END_TEST;

/* --- the suite --- */

/* Why the kind cannot be tested here; NULL: it can. */
static gchar *
reason_to_skip (const gchar * kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (kind, NULL,
      &error);
  GstKsRequest request = {.size = 4 << 20 };
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator, &request,
      &error) : NULL;

  if (memory)
    gst_memory_unref (memory);
  if (allocator)
    gst_ks_allocator_trim (allocator);
  return error ? g_strdup (error->message) : NULL;
}

/* Those of the system; a backend has a test of its own. */
static gboolean
is_tested_here (const gchar * kind)
{
  g_auto (GStrv) others = gst_ks_backend_list_kinds ();

  return !g_strv_contains ((const gchar * const *) others, kind);
}

static void
add_kinds (Suite * suite)
{
  static gchar **kinds;         /* names of cases stay valid */

  kinds = gst_ks_list_kinds ();
  for (guint k = 0; kinds[k]; k++) {
    g_autofree gchar *reason = NULL;

    if (!is_tested_here (kinds[k]))
      continue;
    reason = reason_to_skip (kinds[k]);
    if (reason)
      g_print ("SKIP: %s: %s\n", kinds[k], reason);
    else
      suite_add_tcase (suite, gst_ks_check_allocator_case (kinds[k],
              make_by_kind, kinds[k]));
  }
}

static Suite *
conformance_suite (void)
{
  Suite *suite = suite_create ("conformance");
  TCase *tcase = tcase_create ("failures");

  gst_ks_fake_register ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_fails_at_every_turn, 0,
      G_N_ELEMENTS (failing_ops));
  tcase_add_test (tcase, test_acquire_is_tried_again);
  tcase_add_test (tcase, test_sync_comes_in_pairs);
  tcase_add_test (tcase, test_external_is_destroyed_last);
  suite_add_tcase (suite, gst_ks_check_allocator_case ("fresh fake",
          make_fresh_fake, NULL));
  suite_add_tcase (suite, gst_ks_check_allocator_case ("fake", make_by_kind,
          (gpointer) "fake"));
  suite_add_tcase (suite, gst_ks_check_allocator_case ("external",
          make_external, NULL));
  add_kinds (suite);
  return suite;
}

GST_CHECK_MAIN (conformance);
