/* The store for allocators of a type of their own: what comes back to whom, and what never does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>

#include "recyclertypes.h"

#define SIZE ((gsize) 10000)
#define N_THREADS 4
#define ROUNDS 500

/* Both types take every test. */
static GstAllocator *
new_allocator (gint i)
{
  GType type = i % 2 ? test_whole_get_type () : test_parted_get_type ();

  return gst_object_ref_sink (g_object_new (type, NULL));
}

static gboolean
is_whole (gint i)
{
  return i % 2 != 0;
}

/* The last that a test does with an allocator. */
static void
close_allocator (GstAllocator * allocator)
{
  g_object_add_weak_pointer (G_OBJECT (allocator), (gpointer *) & allocator);
  gst_object_unref (allocator);
  fail_unless (allocator == NULL, "the allocator is kept alive");
  fail_unless_equals_int (recycler_n_blocks (), 0);
  fail_unless_equals_int (recycler_n_objects (), 0);
}

static guint64
stat_of (GstAllocator * allocator, const gchar * field)
{
  g_autoptr (GstStructure) stats = gst_ks_allocator_get_stats (allocator);
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (stats, field, &value));
  return value;
}

/* layout, shape: NULL: none; error: must be had when NULL */
static GstMemory *
take (GstAllocator * allocator, gsize size, const gchar * layout,
    const gchar * shape, GError ** error)
{
  GstKsRequest request = {.size = size };
  GstMemory *memory;

  request.layout = layout ? g_ref_string_new (layout) : NULL;
  request.shape = shape ? g_ref_string_new (shape) : NULL;
  memory = gst_ks_allocator_alloc (allocator, &request, error);
  g_clear_pointer (&request.layout, g_ref_string_release);
  g_clear_pointer (&request.shape, g_ref_string_release);
  fail_unless (memory != NULL || error != NULL);
  return memory;
}

static GQuark
mark_quark (void)
{
  return g_quark_from_static_string ("recycler-test-mark");
}

static void
unmark (gpointer data)
{
  g_atomic_int_inc ((gint *) data);
}

/* --- who gets what --- */

typedef struct
{
  const gchar *layout, *shape;  /* of the first */
  const gchar *next_layout, *next_shape;
  gsize less;                   /* bytes that the next is smaller by */
  gboolean same_block, same_object;     /* of objects on blocks */
  gboolean same_whole;          /* of objects that are their block */
} Row;

static const Row rows[] = {
  {"a", NULL, "a", NULL, 0, TRUE, TRUE, TRUE},
  {"a", NULL, "b", NULL, 0, TRUE, FALSE, FALSE},
  {"a", NULL, NULL, NULL, 0, TRUE, FALSE, FALSE},
  {NULL, NULL, "a", NULL, 0, TRUE, FALSE, FALSE},
  {"a", NULL, "a", NULL, 1, TRUE, FALSE, FALSE},
  {"a", "4x4", "a", "4x4", 0, TRUE, TRUE, TRUE},
  {"a", "4x4", "b", "4x4", 0, TRUE, FALSE, FALSE},
  {"a", "4x4", "a", "2x8", 0, FALSE, FALSE, FALSE},
  {"a", "4x4", "a", NULL, 0, FALSE, FALSE, FALSE},
  {"a", NULL, "a", "4x4", 0, FALSE, FALSE, FALSE},
  {NULL, "4x4", NULL, "2x8", 0, FALSE, FALSE, FALSE},
  {NULL, "4x4", NULL, "4x4", 0, TRUE, FALSE, TRUE},
};

GST_START_TEST (test_who_gets_what)
{
  const Row *row = &rows[__i__ / 2];
  GstAllocator *allocator = new_allocator (__i__);
  gboolean same_object = is_whole (__i__) ? row->same_whole : row->same_object;
  gboolean same_block = is_whole (__i__) ? row->same_whole : row->same_block;
  gint gone = 0;
  GstMemory *memory = take (allocator, SIZE, row->layout, row->shape, NULL);
  gpointer bytes = recycler_bytes (memory);

  gst_mini_object_set_qdata (GST_MINI_OBJECT (memory), mark_quark (), &gone,
      unmark);
  gst_memory_unref (memory);
  memory = take (allocator, SIZE - row->less, row->next_layout,
      row->next_shape, NULL);
  fail_unless ((recycler_bytes (memory) == bytes) == same_block);
  fail_unless ((gst_mini_object_get_qdata (GST_MINI_OBJECT (memory),
              mark_quark ()) == &gone) == same_object);
  fail_unless_equals_uint64 (memory->size, SIZE - row->less);
  gst_memory_unref (memory);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_int (gone, 1);
  close_allocator (allocator);
}

GST_END_TEST;

/* What the last user did to the object is undone for the next. */
GST_START_TEST (test_object_is_as_new)
{
  GstAllocator *allocator = new_allocator (__i__);
  GstMemory *memory = take (allocator, SIZE, "a", NULL, NULL);
  guint flags = GST_MINI_OBJECT_FLAGS (memory);
  GstMemory *again;

  gst_memory_resize (memory, 5, 10);
  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY
      | GST_MEMORY_FLAG_ZERO_PADDED | GST_MEMORY_FLAG_NO_SHARE);
  fail_unless (gst_memory_lock (memory, GST_LOCK_FLAG_EXCLUSIVE));
  gst_memory_unref (memory);
  again = take (allocator, SIZE, "a", NULL, NULL);
  fail_unless (again == memory);
  fail_unless (again->offset == 0 && again->size == SIZE);
  fail_unless_equals_int (GST_MINI_OBJECT_FLAGS (again), flags);
  fail_unless (gst_memory_is_writable (again));
  fail_unless (again->allocator == allocator);
  gst_memory_unref (again);
  close_allocator (allocator);
}

GST_END_TEST;

/* --- limits --- */

GST_START_TEST (test_trim)
{
  GstAllocator *allocator = new_allocator (__i__);
  GstMemory *held = take (allocator, SIZE, "a", NULL, NULL);

  gst_memory_unref (take (allocator, SIZE, "a", NULL, NULL));
  gst_memory_unref (take (allocator, SIZE, NULL, "4x4", NULL));
  fail_unless_equals_uint64 (stat_of (allocator, "idle"), 2);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_int (recycler_n_blocks (), 1);
  fail_unless_equals_int (recycler_n_objects (), 1);
  gst_memory_unref (held);
  fail_unless_equals_uint64 (stat_of (allocator, "idle"), 1);
  close_allocator (allocator);
}

GST_END_TEST;

/* Idle pictures of another shape give way to what is wanted now. */
GST_START_TEST (test_budget)
{
  GstAllocator *allocator = new_allocator (__i__);
  g_autoptr (GError) error = NULL;
  GstMemory *one = take (allocator, SIZE, "a", "4x4", NULL);
  gsize block = gst_ks_memory_peek_block (one)->size;
  GstMemory *two, *other;
  GstKsLimits limits;

  gst_ks_allocator_get_limits (allocator, &limits);
  limits.max_bytes = 2 * block;
  gst_ks_allocator_set_limits (allocator, &limits);
  two = take (allocator, SIZE, "a", "4x4", NULL);
  fail_unless (!take (allocator, SIZE, "a", "2x8", &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET));
  gst_memory_unref (two);
  other = take (allocator, SIZE, "a", "2x8", NULL);
  fail_unless_equals_int (recycler_n_blocks (), 2);
  gst_memory_unref (other);
  gst_memory_unref (one);
  close_allocator (allocator);
}

GST_END_TEST;

static void
let_go (gpointer memory)
{
  g_clear_pointer ((GstMemory **) memory, gst_memory_unref);
}

/* ... and so does what others keep for next time. */
GST_START_TEST (test_budget_kept)
{
  GstAllocator *allocator = new_allocator (__i__);
  GstMemory *kept = take (allocator, SIZE, "a", "4x4", NULL);
  guint keeper = gst_ks_allocator_add_keeper (allocator, let_go, &kept);
  GstKsLimits limits;

  gst_ks_allocator_get_limits (allocator, &limits);
  limits.max_bytes = gst_ks_memory_peek_block (kept)->size;
  gst_ks_allocator_set_limits (allocator, &limits);
  gst_memory_unref (take (allocator, SIZE, "a", "2x8", NULL));
  fail_unless (kept == NULL);
  gst_ks_allocator_remove_keeper (allocator, keeper);
  close_allocator (allocator);
}

GST_END_TEST;

/* --- failures --- */

static gboolean
use_all (GstAllocator * allocator)
{
  static const gchar *const shapes[] = { NULL, "4x4", "2x8", NULL, "4x4" };
  GstMemory *memories[G_N_ELEMENTS (shapes)] = { NULL, };
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (GError) error = NULL;

    memories[i] = take (allocator, SIZE, i % 2 ? "a" : NULL, shapes[i], &error);
    fail_unless ((memories[i] == NULL) == (error != NULL));
    good &= memories[i] != NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    g_clear_pointer (&memories[i], gst_memory_unref);
  return good;
}

GST_START_TEST (test_fails_at_every_turn)
{
  gint n = 0;
  gboolean good = FALSE;

  while (!good) {
    GstAllocator *allocator = new_allocator (__i__);

    recycler_fail_at (++n);
    good = use_all (allocator);
    fail_unless_equals_uint64 (stat_of (allocator, "out"), 0);
    recycler_fail_at (0);
    fail_unless (use_all (allocator));
    close_allocator (allocator);
  }
  fail_unless (n > 5);
}

GST_END_TEST;

/* --- lifetimes --- */

GST_START_TEST (test_memory_outlives_its_maker)
{
  GstAllocator *allocator = new_allocator (__i__);
  GstMemory *memory = take (allocator, SIZE, "a", NULL, NULL);
  GstMemory *part = gst_memory_share (memory, 100, 50);

  g_object_add_weak_pointer (G_OBJECT (allocator), (gpointer *) & allocator);
  gst_object_unref (allocator);
  gst_memory_unref (memory);
  fail_unless (allocator != NULL && recycler_n_blocks () == 1);
  recycler_bytes (part)[0] = 1;
  gst_memory_unref (part);
  fail_unless (allocator == NULL);
  fail_unless_equals_int (recycler_n_blocks (), 0);
  fail_unless_equals_int (recycler_n_objects (), 0);
}

GST_END_TEST;

/* Idle frames do not keep their allocator, whether anybody had them or not. */
GST_START_TEST (test_idle_keeps_nobody)
{
  GstAllocator *allocator = new_allocator (__i__);
  GstKsRequest request = {.size = SIZE };

  fail_unless (gst_ks_allocator_prepare (allocator, &request, 3, NULL));
  gst_memory_unref (take (allocator, SIZE, "a", NULL, NULL));
  fail_unless_equals_uint64 (stat_of (allocator, "fresh"), 3);
  close_allocator (allocator);
}

GST_END_TEST;

/* --- threads --- */

/* Nobody else has what one has, and what is written stays. */
static gpointer
take_and_give (gpointer data)
{
  static const gchar *const layouts[] = { NULL, "a", "b" };
  static const gchar *const shapes[] = { NULL, "4x4" };
  GstAllocator *allocator = data;
  guint8 me = GPOINTER_TO_SIZE (g_thread_self ()) >> 8;

  for (guint i = 0; i < ROUNDS; i++) {
    GstMemory *memory = take (allocator, SIZE, layouts[i % 3], shapes[i % 2],
        NULL);
    guint8 *bytes = recycler_bytes (memory);

    memset (bytes, me + i, SIZE);
    if (i % 7 == 0)
      gst_ks_allocator_trim (allocator);
    for (gsize b = 0; b < SIZE; b += 999)
      fail_unless (bytes[b] == (guint8) (me + i));
    gst_memory_unref (memory);
  }
  return NULL;
}

GST_START_TEST (test_threads)
{
  GstAllocator *allocator = new_allocator (__i__);
  GThread *threads[N_THREADS];

  for (guint t = 0; t < N_THREADS; t++)
    threads[t] = g_thread_new ("user", take_and_give, allocator);
  for (guint t = 0; t < N_THREADS; t++)
    g_thread_join (threads[t]);
  fail_unless_equals_uint64 (stat_of (allocator, "out"), 0);
  close_allocator (allocator);
}

GST_END_TEST;

/* --- pictures in a pool --- */

typedef struct
{
  GstKsBackend parent;
} GstKsBackendPicture;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendPictureClass;

static GType gst_ks_backend_picture_get_type (void);
G_DEFINE_TYPE (GstKsBackendPicture, gst_ks_backend_picture,
    GST_TYPE_KS_BACKEND);

static GstAllocator *pictures;  /* borrowed; of the test that runs */

static gboolean
picture_open (GstKsBackend * self, GError ** error)
{
  return TRUE;
}

static GstKsFraming *
picture_describe (GstKsBackend * self)
{
  return gst_ks_framing_parse ("picture", NULL);
}

static GstAllocator *
picture_create_allocator (GstKsBackend * self, GError ** error)
{
  return pictures = g_object_new (test_parted_get_type (), NULL);
}

static gboolean
picture_allocate_shaped (GstKsBackend * self, const GstVideoInfo * info,
    const GstKsFraming * fixed, GstKsShape * out, GError ** error)
{
  out->stride[0] = GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
  out->memories[0] = take (pictures, GST_VIDEO_INFO_SIZE (info), "a", "4x4",
      error);
  out->n_memories = 1;
  return out->memories[0] != NULL;
}

static void
gst_ks_backend_picture_class_init (GstKsBackendPictureClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "picture";
  backend_class->open = picture_open;
  backend_class->describe = picture_describe;
  backend_class->create_allocator = picture_create_allocator;
  backend_class->allocate_shaped = picture_allocate_shaped;
}

static void
gst_ks_backend_picture_init (GstKsBackendPicture * self)
{
}

static GstBufferPool *
picture_pool (GstAllocator * allocator)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw, format=BGRx, "
      "width=64, height=16, framerate=30/1");
  GstBufferPool *pool =
      GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, NULL));
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, 64 * 16 * 4, 0, 1);
  gst_buffer_pool_config_set_allocator (config, allocator, NULL);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

/* The cap is one frame, and somebody holds its memory longer than its buffer: the
 * pool learns when it is back although what hangs on it stays there. */
GST_START_TEST (test_pool_of_pictures)
{
  GstBufferPoolAcquireParams no_wait = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };
  g_autoptr (GstKsBackend) backend = NULL;
  GstAllocator *allocator;
  GstBufferPool *pool;
  GstBuffer *buffer;

  gst_ks_backend_register (NULL, gst_ks_backend_picture_get_type ());
  backend = gst_ks_backend_get ("picture", NULL, NULL);
  allocator = gst_ks_backend_create_allocator (backend, NULL);
  pool = picture_pool (allocator);
  for (guint i = 0; i < 5; i++) {
    GstMemory *memory;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            &no_wait), GST_FLOW_OK);
    memory = gst_memory_ref (gst_buffer_peek_memory (buffer, 0));
    gst_buffer_unref (buffer);
    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            &no_wait), GST_FLOW_EOS);
    gst_memory_unref (memory);
  }
  fail_unless_equals_uint64 (stat_of (allocator, "fresh"), 1);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  close_allocator (allocator);
}

GST_END_TEST;

static Suite *
recycler_suite (void)
{
  Suite *suite = suite_create ("recycler");
  TCase *tcase = tcase_create ("both types");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_who_gets_what, 0, 2 * G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_object_is_as_new, 0, 2);
  tcase_add_loop_test (tcase, test_trim, 0, 2);
  tcase_add_loop_test (tcase, test_budget, 0, 2);
  tcase_add_loop_test (tcase, test_budget_kept, 0, 2);
  tcase_add_loop_test (tcase, test_fails_at_every_turn, 0, 2);
  tcase_add_loop_test (tcase, test_memory_outlives_its_maker, 0, 2);
  tcase_add_loop_test (tcase, test_idle_keeps_nobody, 0, 2);
  tcase_add_loop_test (tcase, test_threads, 0, 2);
  tcase_add_test (tcase, test_pool_of_pictures);
  return suite;
}

GST_CHECK_MAIN (recycler);
