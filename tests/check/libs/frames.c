/* What a frame is: one block of our allocator, used again, with what hangs on it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pooltest.h"

#define ROUNDS 1000
#define CYCLES 10000
#define OUT 4                   /* frames out at once */

static const gchar *kinds[] = { "system", "locked", "huge", "shared" };

/* A pool of the kind; NULL, with a word, where it cannot be had here. */
static GstKsPool *
pool_of_kind (const gchar * kind)
{
  PoolArgs args = {.kind = kind,.max = OUT };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = NULL;

  if (try_acquire (pool, &buffer) == GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return pool;
  }
  g_print ("SKIP: kind %s: no frame can be made here\n", kind);
  pool_done (pool);
  return NULL;
}

static void
check_one_block (GstBuffer * buffer, GstAllocator * allocator)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  gsize offset, maxsize;

  fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
  fail_unless (memory->allocator == allocator);
  fail_unless (gst_ks_memory_is_ours (memory));
  fail_unless_equals_int (gst_memory_get_sizes (memory, &offset, &maxsize),
      SIZE);
}

/* Each frame of a pool is one memory of the allocator that bears the name. */
GST_START_TEST (test_one_block_of_our_allocator)
{
  g_autofree gchar *name = g_strconcat ("ks-", kinds[__i__], NULL);
  GstKsPool *pool = pool_of_kind (kinds[__i__]);
  GstAllocator *allocator;

  if (pool == NULL)
    return;
  allocator = gst_allocator_find (name);
  fail_unless (gst_ks_allocator_is_ours (allocator));
  fail_unless (gst_ks_pool_peek_allocator (pool) == allocator);
  for (guint i = 0; i < ROUNDS; i += OUT) {
    GstBuffer *out[OUT];

    for (guint j = 0; j < OUT; j++) {
      out[j] = acquire (pool);
      check_one_block (out[j], allocator);
    }
    for (guint j = 0; j < OUT; j++)
      gst_buffer_unref (out[j]);
  }
  pool_done (pool);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* --- discarded frames are used again --- */

static gpointer
counted_acquire (gsize size, gsize align, gpointer user_data)
{
  gpointer data = NULL;

  if (posix_memalign (&data, MAX (align, sizeof (gpointer)), size) != 0)
    return NULL;
  g_atomic_int_inc ((gint *) user_data);
  return data;
}

static void
counted_release (gpointer data, gsize size, gpointer user_data)
{
  free (data);
}

static const GstKsExternal counted = { counted_acquire, counted_release, NULL };

typedef struct
{
  const gchar *name;
  gboolean spoil;               /* the buffer comes back without its memory */
} CycleRow;

static const CycleRow cycle_rows[] = {
  {"intact", FALSE},
  {"buffer-thrown-away", TRUE},
};

/* However often frames come and go, no more blocks are made than are out. */
GST_START_TEST (test_steady_state)
{
  const CycleRow *row = &cycle_rows[__i__];
  gint made = 0;
  GstKsPoolOptions options = { 0, };
  PoolArgs args = {.max = OUT };
  GstAllocator *allocator = gst_ks_allocator_new_external (&counted, &made,
      NULL);
  GstKsPool *pool = gst_ks_pool_new (allocator, NULL, &options);

  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, &args)));
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  fail_unless_equals_int (made, 0);
  for (guint i = 0; i < CYCLES; i++) {
    GstBuffer *out[OUT];

    for (guint j = 0; j <= i % OUT; j++)
      out[j] = acquire (pool);
    for (guint j = 0; j <= i % OUT; j++) {
      if (row->spoil)
        gst_buffer_remove_all_memory (out[j]);
      gst_buffer_unref (out[j]);
    }
  }
  fail_unless (made == OUT, "%s: %d blocks", row->name, made);
  pool_done (pool);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* --- what hangs on a memory stays with it: KS's cached MDL --- */

/* As glupload or kmssink do it: made once, kept as long as the memory. */
static void
import_once (GstBuffer * buffer, guint * imports)
{
  GQuark quark = g_quark_from_static_string ("test-import");
  GstMiniObject *memory =
      GST_MINI_OBJECT_CAST (gst_buffer_peek_memory (buffer, 0));

  if (gst_mini_object_get_qdata (memory, quark))
    return;
  gst_mini_object_set_qdata (memory, quark, imports, NULL);
  (*imports)++;
}

static void
import_rounds (GstKsPool * pool, guint * imports)
{
  for (guint i = 0; i < ROUNDS; i++) {
    GstBuffer *buffer = acquire (pool);

    import_once (buffer, imports);
    gst_buffer_unref (buffer);
  }
}

/* Also when the pool throws the buffer away, and across a stop; trimming ends
 * it. */
GST_START_TEST (test_import_once)
{
  PoolArgs args = {.caps = "video/x-raw,format=NV12,width=64,height=48" };
  GstKsPool *pool = pool_for (&args);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  GstBuffer *buffer;
  guint imports = 0;

  gst_ks_trim_all ();
  import_rounds (pool, &imports);
  buffer = acquire (pool);
  gst_buffer_remove_all_memory (buffer);
  gst_buffer_unref (buffer);
  import_rounds (pool, &imports);
  fail_unless (gst_buffer_pool_set_active (base, FALSE));
  fail_unless (gst_buffer_pool_set_active (base, TRUE));
  import_rounds (pool, &imports);
  fail_unless_equals_int (imports, 1);

  gst_ks_allocator_trim (gst_ks_pool_peek_allocator (pool));
  import_rounds (pool, &imports);
  fail_unless_equals_int (imports, 2);
  pool_done (pool);
}

GST_END_TEST;

/* --- ready before they are wanted --- */

static gboolean
is_at_work (const gchar * name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  gboolean found = FALSE;
  const gchar *task;

  while (!found && (task = g_dir_read_name (tasks)) != NULL) {
    g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%s/comm", task);
    g_autofree gchar *comm = NULL;

    found = g_file_get_contents (path, &comm, NULL, NULL)
        && g_str_has_prefix (comm, name);
  }
  return found;
}

static guint64
count_fresh (void)
{
  g_autoptr (GstAllocator) allocator = allocator_for ("shared");
  g_autoptr (GstStructure) stats = gst_ks_allocator_get_stats (allocator);
  guint64 fresh = 0;

  fail_unless (gst_structure_get_uint64 (stats, "fresh", &fresh));
  return fresh;
}

/* Who asks for more than are kept does not have the helper make blocks for ever
 * that are given back at once. */
GST_START_TEST (test_no_more_than_are_kept)
{
  PoolArgs args = {.kind = "shared",.min = G_MAXINT };
  gint64 end = g_get_monotonic_time () + PATIENCE;
  guint64 before = count_fresh ();
  GstKsPool *pool = pool_for (&args);

  while (is_at_work ("ks-prefault") && g_get_monotonic_time () < end)
    g_usleep (1000);
  fail_if (is_at_work ("ks-prefault"), "it makes frames for ever");
  fail_unless (count_fresh () - before <= 65, "%" G_GUINT64_FORMAT " blocks, "
      "and 64 are kept", count_fresh () - before);
  pool_done (pool);
}

GST_END_TEST;

static Suite *
frames_suite (void)
{
  Suite *s = suite_create ("frames");
  TCase *tc = tcase_create ("frames");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_one_block_of_our_allocator, 0,
      G_N_ELEMENTS (kinds));
  tcase_add_loop_test (tc, test_steady_state, 0, G_N_ELEMENTS (cycle_rows));
  tcase_add_test (tc, test_import_once);
  tcase_add_test (tc, test_no_more_than_are_kept);
  return s;
}

GST_CHECK_MAIN (frames);
