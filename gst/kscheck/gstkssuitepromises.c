/* The conformance suite, what a backend says of itself: that it holds, and that frames are apart.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

/* --- what it says --- */

static const GstKsFramingItem *
only_item (const GstKsFraming * framing)
{
  return gst_ks_framing_get_n_items (framing) == 1 ?
      gst_ks_framing_peek_item (framing, 0) : NULL;
}

/* The same each time, about this kind and device, in text that can be read. */
GST_START_TEST (test_describes)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  g_autoptr (GstKsFraming) said = gst_ks_backend_describe (suite.backend);
  g_autoptr (GstKsFraming) again =
      GST_KS_BACKEND_GET_CLASS (suite.backend)->describe (suite.backend);
  g_autofree gchar *text = gst_ks_framing_to_string (said);
  g_autoptr (GstKsFraming) parsed = gst_ks_framing_parse (text, NULL);
  const gchar *device = gst_ks_backend_peek_device (suite.backend);

  check_that (again != NULL && gst_ks_framing_equal (said, again));
  check_that (parsed != NULL && gst_ks_framing_equal (said, parsed));
  for (guint i = 0; i < gst_ks_framing_get_n_items (said); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (said, i);

    check_that (g_str_equal (item->memory, suite.check->kind));
    check_that (!item->device || !device || g_str_equal (item->device, device));
    check_that (item->flags & GST_KS_FRAMING_FLAG_CAN_ALLOCATE);
  }
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

static void
check_devices (const GstKsSuite * suite)
{
  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (suite->backend);
  g_auto (GStrv) names = NULL;

  if (!klass->list_devices)
    return;
  names = klass->list_devices (klass);
  check_that (names != NULL);
  for (guint i = 0; names[i]; i++)
    check_that (*names[i] != '\0');
}

/* One object as long as somebody has it; a device that is not there is refused
 * by name. */
GST_START_TEST (test_is_found)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  const gchar *kind = suite.check->kind;
  g_autoptr (GstKsBackend) again = NULL;
  g_autoptr (GError) error = NULL;

  check_that (g_str_equal (gst_ks_backend_peek_kind (suite.backend), kind));
  check_that (gst_ks_backend_peek (suite.allocator) == suite.backend);
  check_that (g_str_equal (gst_ks_allocator_peek_kind (suite.allocator), kind));
  check_devices (&suite);
  if (!suite.check->make) {
    again = gst_ks_backend_get (kind, suite.check->device, NULL);
    check_that (again == suite.backend);
    check_that (!gst_ks_backend_get (kind, "no-such-device", &error));
    /* known not to be one, or not found by open */
    check_that (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID)
        || g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE));
    check_that (strstr (error->message, "no-such-device") != NULL);
  }
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* --- that it holds --- */

static void
check_block (const GstKsSuite * suite, GstMemory * memory,
    const GstKsRequest * request)
{
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);
  g_autoptr (GstKsFraming) framing =
      gst_ks_allocator_describe (suite->allocator);
  const GstKsFramingItem *item = only_item (framing);
  gsize align = MAX (MAX (request->align, 1), item ? item->align : 1);

  check_that (block->size >= request->prefix + request->size);
  check_that (gst_ks_suite_is_aligned (block, align));
  check_that (!item || gst_ks_range_contains (&item->size, block->size));
}

static const gsize grid_sizes[] = { 1, 4095, 65536, 300001 };
static const gsize grid_aligns[] = { 1, 64, 4096, 65536, 2097152 };
static const gsize grid_prefixes[] = { 0, 64, 4099 };

/* Every size at every alignment behind every prefix, or a refusal of what was
 * not said to be possible. */
GST_START_TEST (test_grid)
{
  gsize size = grid_sizes[__i__ % G_N_ELEMENTS (grid_sizes)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (grid_sizes));
  guint n_cells = G_N_ELEMENTS (grid_aligns) * G_N_ELEMENTS (grid_prefixes);

  for (guint cell = 0; cell < n_cells; cell++) {
    GstKsRequest request = {.size = size,
      .align = grid_aligns[cell % G_N_ELEMENTS (grid_aligns)],
      .prefix = grid_prefixes[cell / G_N_ELEMENTS (grid_aligns)]
    };
    g_autofree gchar *row = g_strdup_printf ("size %" G_GSIZE_FORMAT ", align %"
        G_GSIZE_FORMAT ", prefix %" G_GSIZE_FORMAT, size, request.align,
        request.prefix);

    gst_ks_suite_row = row;
    if (gst_ks_suite_can (&suite, &request)) {
      GstMemory *memory = gst_ks_suite_take (&suite, &request);

      check_block (&suite, memory, &request);
      gst_memory_unref (memory);
    } else {
      gst_ks_suite_refuses (&suite, &request);
    }
    gst_ks_suite_row = "";
  }
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

#define MAX_TRIED ((guint64) 4 << 20)   /* bytes */

/* Sizes within what was described, and one above it. */
GST_START_TEST (test_framing)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  g_autoptr (GstKsFraming) framing =
      gst_ks_allocator_describe (suite.allocator);
  const GstKsFramingItem *item = only_item (framing);
  guint64 most = item ? MIN (item->size.max, MAX_TRIED) : MAX_TRIED;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  guint rounds = gst_ks_suite_is_quick ()? 6 : 40;

  for (guint round = 0; round < rounds; round++) {
    GstKsRequest request = {.size = g_rand_double_range (rand, 1, most) };
    GstMemory *memory = gst_ks_suite_take (&suite, &request);

    check_block (&suite, memory, &request);
    gst_memory_unref (memory);
  }
  if (item && item->size.max < MIN (GST_KS_RANGE_LIMIT, (guint64) G_MAXSIZE)) {
    GstKsRequest request = {.size = item->size.max + 1 };
    g_autofree gchar *range = gst_ks_range_to_string (&item->size);
    g_autoptr (GError) error = NULL;

    check_that (!gst_ks_allocator_alloc (suite.allocator, &request, &error));
    check_that (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
    check_that (strstr (error->message, range) != NULL);
  }
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* Whether the processor reaches it is said beforehand. */
GST_START_TEST (test_reach)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  g_autoptr (GstKsFraming) framing =
      gst_ks_allocator_describe (suite.allocator);
  GstMemory *memory = gst_ks_suite_take_plain (&suite);
  gboolean mappable = gst_ks_suite_is_mappable (memory);

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    gboolean device = (gst_ks_framing_peek_item (framing, i)->flags &
        GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC) != 0;

    check_that (device != mappable);
  }
  /* then bytes have another way */
  check_that (mappable
      || GST_KS_BACKEND_GET_CLASS (suite.backend)->transfer != NULL);
  gst_memory_unref (memory);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

#define N_APART 12

/* Frames of many sizes at once: what is written to one is seen in no other, to
 * the last byte of their blocks. */
GST_START_TEST (test_apart)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  GstMemory *frames[N_APART] = { NULL };

  for (guint round = 0; round < 3; round++) {
    for (guint f = round; f < N_APART; f += round + 1) {
      GstKsRequest request = {.size = g_rand_int_range (rand, 1, 50000),
        .padding = g_rand_int_range (rand, 0, 5000)
      };

      g_clear_pointer (&frames[f], gst_memory_unref);
      frames[f] = gst_ks_suite_take (&suite, &request);
      gst_memory_resize (frames[f], 0, frames[f]->maxsize);
      gst_ks_suite_fill (frames[f], f + 1);
    }
    for (guint f = 0; f < N_APART; f++)
      check_that (gst_ks_suite_holds (frames[f], f + 1));
  }
  for (guint f = 0; f < N_APART; f++)
    gst_memory_unref (frames[f]);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_promises (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_describes, 1);
  add_rows (tcase, subject, test_is_found, 1);
}

void
gst_ks_suite_add_framing (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_grid, G_N_ELEMENTS (grid_sizes));
  add_rows (tcase, subject, test_framing, 1);
  add_rows (tcase, subject, test_reach, 1);
  add_rows (tcase, subject, test_apart, 1);
}
