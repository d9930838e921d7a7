/* The function table: what it gives and refuses, who has one, and when it is dead.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "poolowner.h"

/* --- who has one --- */

typedef struct
{
  const gchar *kind;
  gboolean has;
} KindRow;

/* *INDENT-OFF* */
static const KindRow kind_rows[] = {
  {"system", FALSE},
  {"huge",   FALSE},
  {"shared", FALSE},
  {"locked", TRUE},
};
/* *INDENT-ON* */

GST_START_TEST (test_kinds)
{
  const KindRow *row = &kind_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind, NULL,
      &error);
  GstKsFunctionTable untouched = GST_KS_FUNCTION_TABLE_INIT;
  GstKsFunctionTable table = GST_KS_FUNCTION_TABLE_INIT;
  g_autoptr (GstKsPool) pool = NULL;

  if (allocator == NULL) {
    g_print ("SKIP: %s: %s\n", row->kind, error->message);
    return;
  }
  pool = gst_ks_pool_new (allocator, NULL, NULL);
  fail_unless (gst_ks_pool_get_function_table (pool, &table,
          &error) == row->has, "%s", row->kind);
  if (!row->has) {
    fail_unless (g_error_matches (error, GST_KS_ERROR,
            GST_KS_ERROR_NOT_SUPPORTED), "%s", row->kind);
    fail_unless (strstr (error->message, row->kind) != NULL);
    fail_unless (memcmp (&table, &untouched, sizeof (table)) == 0);
  }
  gst_ks_function_table_clear (&table);
}

GST_END_TEST;

GST_START_TEST (test_kinds_known)
{
  static const gchar *resident[] = { "locked", "udmabuf", "dmaheap", "bar",
    "p2pmem", "dax", "cuda", "cuda-host"
  };
  static const gchar *paged[] = { "any", "mapped", "host", "system", "huge",
    "shared", "user", "dumb", "vulkan", "somebodys-own"
  };

  for (guint i = 0; i < G_N_ELEMENTS (resident); i++)
    fail_unless (gst_ks_kind_get_traits (resident[i]) &
        GST_KS_KIND_TRAIT_RESIDENT, "%s", resident[i]);
  for (guint i = 0; i < G_N_ELEMENTS (paged); i++)
    fail_if (gst_ks_kind_get_traits (paged[i]) & GST_KS_KIND_TRAIT_RESIDENT,
        "%s", paged[i]);
}

GST_END_TEST;

static gpointer
never_allocate (gpointer context)
{
  return NULL;
}

static void
never_free (gpointer context, gpointer frame)
{
}

typedef struct
{
  const gchar *name;
  guint32 pool_type;
  gboolean external;
  gboolean has;
} PoolTypeRow;

static const PoolTypeRow pool_type_rows[] = {
  {"paged", GST_PagedPool, FALSE, FALSE},
  {"non-paged", GST_NonPagedPool, FALSE, TRUE},
  {"paged-external", GST_PagedPool, TRUE, FALSE},
  {"non-paged-external", GST_NonPagedPool, TRUE, TRUE},
};

/* The pool type of the create request decides, whoever has the memory. */
GST_START_TEST (test_pool_types)
{
  const PoolTypeRow *row = &pool_type_rows[__i__];
  const GstKsAbiFraming request = { GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    row->pool_type, 2, 4096, 0, 0
  };
  const GstKsDefaultCallbacks callbacks = {
    .allocate = never_allocate,.free = never_free
  };
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsPool) pool = gst_ks_default_allocator_new (&request,
      row->external ? &callbacks : NULL, NULL, &error);

  fail_unless (pool != NULL, "%s: %s", row->name, error ? error->message : "");
  fail_unless (gst_ks_pool_get_function_table (pool, &table,
          &error) == row->has, "%s", row->name);
  if (row->has)
    return;
  fail_unless (g_error_matches (error, GST_KS_ERROR,
          GST_KS_ERROR_NOT_SUPPORTED), "%s", row->name);
}

GST_END_TEST;

static gpointer
same_allocate (gpointer context)
{
  static guint8 block[64];

  return block;
}

static void
free_another (GstKsPool * pool, gpointer user_data)
{
  GstKsFunctionTable *table = user_data;

  table->free_frame (table->token, table);      /* no frame: takes the lock */
}

/* One address is one frame, whatever the owner of the memory says: the second
 * is none, and goes back without a lock held. */
GST_START_TEST (test_same_block_twice)
{
  const GstKsAbiFraming request = { GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    GST_NonPagedPool, 3, 64, 0, 0
  };
  const GstKsDefaultCallbacks callbacks = {
    .allocate = same_allocate,.free = never_free
  };
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  g_autoptr (GstKsPool) pool =
      gst_ks_default_allocator_new (&request, &callbacks, NULL, NULL);
  gpointer frame;

  fail_unless (gst_ks_pool_get_function_table (pool, &table, NULL));
  g_object_set (pool, "emit-signals", TRUE, NULL);
  g_signal_connect (pool, "free-frame", G_CALLBACK (free_another), &table);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  frame = table.allocate_frame (table.token);
  fail_unless (frame != NULL);
  fail_unless (table.allocate_frame (table.token) == NULL);
  fail_unless (table.free_frame (table.token, frame));
  fail_if (table.free_frame (table.token, frame));
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
}

GST_END_TEST;

/* Only for C: neither a property nor an action of the object. */
GST_START_TEST (test_no_property)
{
  GObjectClass *klass = g_type_class_ref (GST_TYPE_KS_POOL);
  guint n = 0;
  g_autofree GParamSpec **specs = g_object_class_list_properties (klass, &n);

  for (guint i = 0; i < n; i++)
    fail_if (strstr (specs[i]->name, "table") != NULL, "%s", specs[i]->name);
  fail_unless (g_object_class_find_property (klass, "framing") != NULL);
  g_type_class_unref (klass);
}

GST_END_TEST;

/* --- what it gives --- */

GST_START_TEST (test_frames)
{
  Owner owner = {.most = 100 };
  GstKsPool *pool = pool_of (&owner, 2);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  guint8 *frames[2];

  get_table (pool, &table);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  for (guint i = 0; i < 2; i++) {
    frames[i] = table.allocate_frame (table.token);
    fail_unless (frames[i] != NULL);
    fail_unless ((guintptr) frames[i] % 256 == 0);
    memset (frames[i], i, SIZE);
    fail_unless_equals_int (status_of (pool).allocated, i + 1);
  }
  fail_unless (frames[0] != frames[1]);
  /* at the cap: nothing, at once, and nobody waits */
  fail_unless (table.allocate_frame (table.token) == NULL);
  fail_unless_equals_int (status_of (pool).waiting, 0);
  for (guint i = 0; i < 2; i++) {
    fail_unless (frames[i][0] == i && frames[i][SIZE - 1] == i);
    fail_unless (table.free_frame (table.token, frames[i]));
  }
  fail_unless_equals_int (status_of (pool).allocated, 0);
  /* the frame that came back last goes out first, and nothing is made */
  fail_unless (table.allocate_frame (table.token) == frames[1]);
  fail_unless_equals_int (g_atomic_int_get (&owner.n_made), 2);
  fail_unless (table.free_frame (table.token, frames[1]));
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_no_memory)
{
  Owner owner = {.most = 1 };
  GstKsPool *pool = pool_of (&owner, 0);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  gpointer frame;

  get_table (pool, &table);
  frame = table.allocate_frame (table.token);
  fail_unless (frame != NULL);
  fail_unless (table.allocate_frame (table.token) == NULL);
  fail_unless_equals_int (status_of (pool).allocated, 1);
  fail_unless (table.free_frame (table.token, frame));
  fail_unless_equals_int (status_of (pool).allocated, 0);
  pool_done (pool);
}

GST_END_TEST;

/* --- what it refuses --- */

GST_START_TEST (test_refused)
{
  Owner owner = {.most = 100 };
  GstKsPool *pool = pool_of (&owner, 4), *other = pool_of (&owner, 4);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  g_auto (GstKsFunctionTable) others = GST_KS_FUNCTION_TABLE_INIT;
  GstBuffer *buffer = acquire (pool);
  GstMapInfo map;
  guint8 *frame, *foreign;

  get_table (pool, &table);
  get_table (other, &others);
  frame = table.allocate_frame (table.token);
  foreign = others.allocate_frame (others.token);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));

  fail_if (table.free_frame (table.token, NULL));
  fail_if (table.free_frame (table.token, &table));
  /* of another pool, inside of one, and of the same pool but not by the table */
  fail_if (table.free_frame (table.token, foreign));
  fail_if (table.free_frame (table.token, frame + 1));
  fail_if (table.free_frame (table.token, map.data));
  fail_unless_equals_int (status_of (pool).allocated, 2);
  fail_unless_equals_int (status_of (other).allocated, 1);

  /* twice; once with the block given back to its owner in between */
  fail_unless (table.free_frame (table.token, frame));
  fail_if (table.free_frame (table.token, frame));
  gst_ks_allocator_trim (gst_ks_pool_peek_allocator (pool));
  fail_if (table.free_frame (table.token, frame));
  fail_unless_equals_int (status_of (pool).allocated, 1);

  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  fail_unless (others.free_frame (others.token, foreign));
  pool_done (pool);
  pool_done (other);
}

GST_END_TEST;

/* --- with those who take buffers --- */

static gpointer
acquire_waiting (gpointer pool)
{
  GstBuffer *buffer = NULL;

  (void) gst_buffer_pool_acquire_buffer (pool, &buffer, NULL);
  return buffer;
}

GST_START_TEST (test_competes)
{
  Owner owner = {.most = 100 };
  GstKsPool *pool = pool_of (&owner, 1);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GstBuffer *buffer = acquire (pool);
  GThread *waiter;
  gpointer frame;

  get_table (pool, &table);
  fail_unless (table.allocate_frame (table.token) == NULL);
  gst_buffer_unref (buffer);
  frame = table.allocate_frame (table.token);
  fail_unless (frame != NULL);
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_EOS);

  /* freeing by the table serves who waits, before the table's next call */
  waiter = g_thread_new ("waiter", acquire_waiting, pool);
  while (status_of (pool).waiting == 0 && g_get_monotonic_time () < end)
    g_thread_yield ();
  fail_unless (table.free_frame (table.token, frame));
  fail_unless (table.allocate_frame (table.token) == NULL);
  buffer = g_thread_join (waiter);
  fail_unless (buffer != NULL);
  fail_unless_equals_int (g_atomic_int_get (&owner.n_made), 1);
  gst_buffer_unref (buffer);
  pool_done (pool);
}

GST_END_TEST;

/* Two holders of a table of one pool are one client. */
GST_START_TEST (test_tables_of_one_pool)
{
  Owner owner = {.most = 100 };
  GstKsPool *pool = pool_of (&owner, 2);
  GstKsFunctionTable one = GST_KS_FUNCTION_TABLE_INIT;
  g_auto (GstKsFunctionTable) two = GST_KS_FUNCTION_TABLE_INIT;
  gpointer frame;

  get_table (pool, &one);
  get_table (pool, &two);
  frame = one.allocate_frame (one.token);
  gst_ks_function_table_clear (&one);
  fail_unless (one.token == NULL && one.allocate_frame == NULL
      && one.free_frame == NULL);
  gst_ks_function_table_clear (&one);
  fail_unless (two.free_frame (two.token, frame));
  fail_unless_equals_int (status_of (pool).allocated, 0);
  pool_done (pool);
}

GST_END_TEST;

/* --- the end --- */

GST_START_TEST (test_dead_after_pool)
{
  Owner owner = {.most = 100 };
  GstKsPool *pool = pool_of (&owner, 2);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  gpointer frame;

  g_object_add_weak_pointer (G_OBJECT (pool), (gpointer *) & pool);
  get_table (pool, &table);
  frame = table.allocate_frame (table.token);
  gst_object_unref (pool);
  /* who holds a frame holds the pool */
  fail_unless (pool != NULL);
  fail_unless (table.free_frame (table.token, frame));
  fail_unless (pool == NULL);
  fail_unless_equals_int (g_atomic_int_get (&owner.n_blocks), 0);
  fail_unless (table.allocate_frame (table.token) == NULL);
  fail_if (table.free_frame (table.token, frame));
}

GST_END_TEST;

typedef enum
{
  DEACTIVATED,
  FLUSHING,
  CLOSED,
  N_ENDS
} End;

GST_START_TEST (test_ends)
{
  Owner owner = {.most = 100 };
  GstKsPool *pool = pool_of (&owner, 2);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  g_auto (GstKsFunctionTable) late = GST_KS_FUNCTION_TABLE_INIT;
  g_autoptr (GError) error = NULL;
  guint8 *frame, *again;

  get_table (pool, &table);
  frame = table.allocate_frame (table.token);
  if (__i__ == DEACTIVATED)
    fail_unless (gst_buffer_pool_set_active (base, FALSE));
  else if (__i__ == FLUSHING)
    gst_buffer_pool_set_flushing (base, TRUE);
  else
    gst_ks_pool_close (pool);
  fail_unless (table.allocate_frame (table.token) == NULL);
  /* what is out stays valid until it is back */
  memset (frame, 1, SIZE);
  fail_unless (table.free_frame (table.token, frame));
  fail_if (table.free_frame (table.token, frame));
  fail_unless_equals_int (status_of (pool).allocated, 0);
  fail_unless_equals_int (status_of (pool).idle, 0);

  gst_buffer_pool_set_flushing (base, FALSE);
  fail_unless_equals_int (gst_buffer_pool_set_active (base, TRUE),
      __i__ != CLOSED);
  again = table.allocate_frame (table.token);
  fail_unless_equals_int (again != NULL, __i__ != CLOSED);
  fail_unless_equals_int (table.free_frame (table.token, again),
      __i__ != CLOSED);
  fail_unless_equals_int (gst_ks_pool_get_function_table (pool, &late, &error),
      __i__ != CLOSED);
  if (__i__ == CLOSED)
    fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_STATE));
  pool_done (pool);
}

GST_END_TEST;

static Suite *
functiontable_suite (void)
{
  Suite *s = suite_create ("functiontable");
  TCase *tc = tcase_create ("functiontable");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_kinds, 0, G_N_ELEMENTS (kind_rows));
  tcase_add_test (tc, test_kinds_known);
  tcase_add_loop_test (tc, test_pool_types, 0, G_N_ELEMENTS (pool_type_rows));
  tcase_add_test (tc, test_same_block_twice);
  tcase_add_test (tc, test_no_property);
  tcase_add_test (tc, test_frames);
  tcase_add_test (tc, test_no_memory);
  tcase_add_test (tc, test_refused);
  tcase_add_test (tc, test_competes);
  tcase_add_test (tc, test_tables_of_one_pool);
  tcase_add_test (tc, test_dead_after_pool);
  tcase_add_loop_test (tc, test_ends, 0, N_ENDS);
  return s;
}

GST_CHECK_MAIN (functiontable);
