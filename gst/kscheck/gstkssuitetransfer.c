/* The conformance suite, bytes on their way: to a kind and back, between its frames, in parts, from many threads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

#define LENGTH ((gsize) 70001)  /* bytes of a transfer */

/* --- bytes --- */

static guint8 *
random_bytes (guint32 seed, gsize size)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = g_rand_int (rand) >> 13;
  return bytes;
}

static GstMemory *
new_host (const guint8 * bytes, gsize size)
{
  GstMemory *memory = gst_allocator_alloc (NULL, size, NULL);

  gst_memory_resize (memory, 0, size);
  check_that (gst_ks_suite_put (NULL, memory, bytes));
  return memory;
}

static gboolean
holds_bytes (const GstKsSuite * suite, GstMemory * memory,
    const guint8 * bytes, gsize size)
{
  gsize room = gst_memory_get_sizes (memory, NULL, NULL);
  g_autofree guint8 *found = g_malloc (room);

  return room >= size && gst_ks_suite_get (suite->backend, memory, found)
      && memcmp (found, bytes, size) == 0;
}

static void
move (const GstKsSuite * suite, GstMemory * dst, GstMemory * src)
{
  g_autoptr (GError) error = NULL;
  gboolean moved = gst_ks_backend_transfer (suite->backend, dst, src, &error);

  fail_unless (moved && !error, "%s: %s: %s", gst_ks_suite_subject,
      gst_ks_suite_row, error ? error->message : "no error");
}

/* From the host, through two frames of the kind, back to the host. */
GST_START_TEST (test_round_trip)
{
  static const gsize sizes[] = { 1, 4097, LENGTH, 1 << 20 };
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    GstKsRequest request = {.size = sizes[i],.prefix = i * 3 };
    g_autofree guint8 *bytes = random_bytes (i, sizes[i]);
    g_autoptr (GstMemory) from = new_host (bytes, sizes[i]);
    g_autoptr (GstMemory) to = gst_allocator_alloc (NULL, sizes[i], NULL);

    if (!gst_ks_suite_can (&suite, &request))
      continue;
    GstMemory *one = gst_ks_suite_take (&suite, &request);
    GstMemory *two = gst_ks_suite_take (&suite, &request);
    move (&suite, one, from);
    move (&suite, two, one);
    gst_ks_suite_fill (one, 0);
    move (&suite, to, two);
    check_that (holds_bytes (&suite, to, bytes, sizes[i]));
    gst_memory_unref (one);
    gst_memory_unref (two);
  }
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  gsize offset, size;           /* bytes within LENGTH */
} PartRow;

static const PartRow part_rows[] = {
  {"first byte", 0, 1},
  {"odd part", 1001, 2003},
  {"page inside", 4096, 4096},
  {"last byte", LENGTH - 1, 1},
};

/* Parts of a frame are written and read alone; the rest stays as it is. */
GST_START_TEST (test_parts)
{
  const PartRow *row = &part_rows[__i__ % G_N_ELEMENTS (part_rows)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (part_rows));
  GstKsRequest request = {.size = LENGTH };
  GstMemory *frame = gst_ks_suite_take (&suite, &request);
  g_autofree guint8 *bytes = random_bytes (1, LENGTH);
  g_autofree guint8 *change = random_bytes (2, row->size);
  g_autoptr (GstMemory) host = new_host (bytes, LENGTH);
  g_autoptr (GstMemory) host_part = new_host (change, row->size);
  GstMemory *part = gst_memory_share (frame, row->offset, row->size);

  gst_ks_suite_row = row->name;
  move (&suite, frame, host);
  check_that (holds_bytes (&suite, part, bytes + row->offset, row->size));
  move (&suite, host_part, part);
  check_that (holds_bytes (&suite, host_part, bytes + row->offset, row->size));
  check_that (gst_ks_suite_put (NULL, host_part, change));
  gst_memory_unref (part);

  /* parts are read only, so the frame itself is made smaller */
  gst_memory_resize (frame, row->offset, row->size);
  move (&suite, frame, host_part);
  gst_memory_resize (frame, -(gssize) row->offset, LENGTH);
  memcpy (bytes + row->offset, change, row->size);
  check_that (holds_bytes (&suite, frame, bytes, LENGTH));
  gst_memory_unref (frame);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* A longer frame keeps its end; into a shorter one nothing goes. */
GST_START_TEST (test_lengths)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = LENGTH };
  GstMemory *frame = gst_ks_suite_take (&suite, &request);
  g_autofree guint8 *bytes = random_bytes (1, LENGTH);
  g_autofree guint8 *more = random_bytes (2, LENGTH + 1);
  g_autoptr (GstMemory) whole = new_host (bytes, LENGTH);
  g_autoptr (GstMemory) shorter = new_host (more, 999);
  g_autoptr (GstMemory) longer = new_host (more, LENGTH + 1);
  g_autoptr (GError) error = NULL;

  move (&suite, frame, whole);
  move (&suite, frame, shorter);
  memcpy (bytes, more, 999);
  check_that (holds_bytes (&suite, frame, bytes, LENGTH));
  check_that (!gst_ks_backend_transfer (suite.backend, frame, longer, &error));
  check_that (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  check_that (holds_bytes (&suite, frame, bytes, LENGTH));
  gst_memory_unref (frame);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* Where both are possible, a map and a transfer see the same bytes. */
GST_START_TEST (test_map_and_transfer)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = LENGTH };
  GstMemory *frame = gst_ks_suite_take (&suite, &request);
  g_autofree guint8 *bytes = random_bytes (1, LENGTH);
  g_autofree guint8 *other = random_bytes (2, LENGTH);
  g_autoptr (GstMemory) from = new_host (bytes, LENGTH);
  g_autoptr (GstMemory) to = gst_allocator_alloc (NULL, LENGTH, NULL);

  check_that (gst_ks_suite_put (suite.backend, frame, other));
  move (&suite, to, frame);
  check_that (holds_bytes (&suite, to, other, LENGTH));
  move (&suite, frame, from);
  check_that (holds_bytes (&suite, frame, bytes, LENGTH));
  gst_memory_unref (frame);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* --- at once --- */

#define MAX_THREADS 4

typedef struct
{
  const GstKsSuite *suite;
  guint number;
  gint wrong;
} Mover;

static gboolean
move_once (const Mover * self, GstAllocator * allocator, const guint8 * bytes)
{
  GstKsRequest request = {.size = LENGTH };
  g_autofree guint8 *found = g_malloc0 (LENGTH);
  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, LENGTH, NULL);
  g_autoptr (GstMemory) back = gst_allocator_alloc (NULL, LENGTH, NULL);
  g_autoptr (GstMemory) frame =
      gst_ks_allocator_alloc (allocator, &request, NULL);

  return frame && gst_ks_suite_put (NULL, host, bytes)
      && gst_ks_backend_transfer (self->suite->backend, frame, host, NULL)
      && gst_ks_backend_transfer (self->suite->backend, back, frame, NULL)
      && gst_ks_suite_get (NULL, back, found)
      && memcmp (found, bytes, LENGTH) == 0;
}

static gpointer
mover_run (gpointer data)
{
  Mover *self = data;
  guint rounds = gst_ks_suite_is_quick ()? 4 : 25;
  g_autofree guint8 *bytes = random_bytes (self->number, LENGTH);

  for (guint round = 0; round < rounds; round++) {
    g_autoptr (GstAllocator) own =
        gst_ks_backend_create_allocator (self->suite->backend, NULL);

    self->wrong += !own || !move_once (self, own, bytes);
    self->wrong += !move_once (self, self->suite->allocator, bytes);
  }
  return NULL;
}

/* Each thread with an allocator of its own and with the common one. */
GST_START_TEST (test_transfer_threads)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GThread *threads[MAX_THREADS];
  Mover movers[MAX_THREADS];

  for (guint t = 0; t < MAX_THREADS; t++) {
    movers[t] = (Mover) {
    &suite, t, 0};
    threads[t] = g_thread_new ("mover", mover_run, &movers[t]);
  }
  for (guint t = 0; t < MAX_THREADS; t++)
    g_thread_join (threads[t]);
  for (guint t = 0; t < MAX_THREADS; t++)
    check_that (movers[t].wrong == 0);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_transfer (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_round_trip, 1);
  add_rows (tcase, subject, test_parts, G_N_ELEMENTS (part_rows));
  add_rows (tcase, subject, test_lengths, 1);
  add_rows (tcase, subject, test_map_and_transfer, 1);
  add_rows (tcase, subject, test_transfer_threads, 1);
}
