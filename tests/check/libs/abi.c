/* KS's structures as bytes: golden bytes both ways, every truncation, random
 * bytes, the macros.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "abiset.h"
#include "abitest.h"

#define RANDOM_ROUNDS 100
#define QUICK_ROUNDS 8          /* where a checker makes everything slow */

/* Bytes that may be which; framing has n_items, a header an extension of three
 * times as many bytes. */
static GBytes *
random_bytes (GRand * rand, GstKsAbiStruct which, guint32 n_items)
{
  gsize size = gst_ks_abi_struct_get_size (which);
  guint8 *data;

  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    size += 88 * n_items;
  if (which == GST_KS_ABI_KSSTREAM_HEADER)
    size += 3 * n_items;
  data = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) g_rand_int (rand);
  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    GST_WRITE_UINT32_LE (data, n_items);
  if (which == GST_KS_ABI_KSSTREAM_HEADER)
    GST_WRITE_UINT32_LE (data, size);
  return g_bytes_new_take (data, size);
}

/* what all capture samples of KS begin with */
/* *INDENT-OFF* */
GST_DECLARE_SIMPLE_FRAMING_EX (simple, GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED,
    GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY
    | GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY, 2, 0, 8192, 8192);
/* *INDENT-ON* */

static const guint8 simple_bytes[] = {
  0x01, 0, 0, 0, 0, 0, 0, 0, 0x01, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0xc4, 0x5f, 0x6d, 0x4a, 0x95, 0x78, 0xd1, 0x11, 0xb0, 0x69, 0x00, 0xa0,
  0xc9, 0x06, 0x28, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0x80, 0x02, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0, 0,
  0, 0x20, 0, 0, 0, 0x20, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
};

static const guint8 create_bytes[] = {
  0x02, 0, 0, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0, 0x01, 0, 0x3f, 0, 0, 0,
  0, 0, 0, 0
};

G_STATIC_ASSERT (sizeof simple_bytes == 112);
G_STATIC_ASSERT (sizeof create_bytes == 24);

GST_START_TEST (test_golden_framing)
{
  const GstKsAbiFraming wanted = { GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    GST_NonPagedPool, 4, 65536, 63, 0
  };
  GstKsAbiFraming got;
  g_autoptr (GBytes) golden = load ("create-request.bin");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) own =
      g_bytes_new_static (create_bytes, sizeof create_bytes);
  g_auto (GStrv) complaints = NULL;

  assert_bytes ("file", golden, own);
  fail_unless (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE,
          golden, &got, NULL));
  fail_unless (memcmp (&got, &wanted, sizeof got) == 0);
  bytes = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, &wanted);
  assert_bytes ("encoded", bytes, golden);
  complaints = gst_ks_abi_check (GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, &got);
  fail_unless_equals_int (g_strv_length (complaints), 0);
}

GST_END_TEST;

GST_START_TEST (test_golden_framing_ex)
{
  g_auto (GstKsAbiFramingEx) got = { 0 };
  g_autoptr (GBytes) golden = load ("simple-framing-ex.bin");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) own =
      g_bytes_new_static (simple_bytes, sizeof simple_bytes);
  g_auto (GStrv) complaints = NULL;

  assert_bytes ("file", golden, own);
  fail_unless (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, golden,
          &got, NULL));
  fail_unless_equals_int (got.count_items, 1);
  fail_unless (memcmp (got.items, simple.items, sizeof *got.items) == 0);
  fail_unless (memcmp (&got, &simple,
          G_STRUCT_OFFSET (GstKsAbiFramingEx, items)) == 0);
  bytes = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &got);
  assert_bytes ("encoded", bytes, golden);
  complaints = gst_ks_abi_check (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &got);
  fail_unless_equals_int (g_strv_length (complaints), 0);
}

GST_END_TEST;

GST_START_TEST (test_macros)
{
  g_auto (GstKsAbiFramingEx) made = { 0 };
  g_autoptr (GBytes) golden = load ("simple-framing-ex.bin");
  g_autoptr (GBytes) declared = NULL;
  g_autoptr (GBytes) initialised = NULL;
  GstKsAbiCompression compression = { 7, 8, 9 };
  GstKsAbiRange range = { 7, 8, 9 };
  GstKsAbiRangeWeighted weighted = { {7, 8, 9}, 10, 11 };

  declared = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &simple);
  assert_bytes ("declared", declared, golden);
  memset (&made, 0xA5, sizeof made);
  GST_INITIALIZE_SIMPLE_FRAMING_EX (&made, GST_KSMEMORY_TYPE_KERNEL_NONPAGED,
      GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY
      | GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY, 2, 0, 8192, 8192);
  initialised = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &made);
  assert_bytes ("initialised", initialised, golden);

  GST_SetDefaultKsCompression (&compression);
  fail_unless (compression.ratio_numerator == 1
      && compression.ratio_denominator == 1
      && compression.ratio_constant_margin == 0);
  GST_SetDontCareKsFramingRange (&range);
  fail_unless (range.min_frame_size == 0
      && range.max_frame_size == 0xFFFFFFFFU && range.stepping == 1);
  GST_SetKsFramingRange (&range, 16, 32);
  fail_unless (range.min_frame_size == 16 && range.max_frame_size == 32
      && range.stepping == 1);
  GST_SetKsFramingRangeWeighted (&weighted, 16, 32);
  fail_unless (memcmp (&weighted.range, &range, sizeof range) == 0
      && weighted.in_place_weight == 0 && weighted.not_in_place_weight == 0);
}

GST_END_TEST;

/* size: of all of bytes; each shorter one is refused and nothing is written */
static void
check_cuts (GstKsAbiStruct which, GBytes * bytes)
{
  const gchar *name = gst_ks_abi_struct_get_name (which);
  gsize size = g_bytes_get_size (bytes);

  for (gsize n = 0; n < size; n++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, n);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *at = g_strdup_printf ("byte %u: cut off in ", (guint) n);
    g_autofree gchar *need = g_strdup_printf ("%u bytes are needed",
        (guint) (n < gst_ks_abi_struct_get_size (which) ?
            gst_ks_abi_struct_get_size (which) : size));
    Value value, untouched;

    memset (&value, 0xA5, sizeof value);
    memset (&untouched, 0xA5, sizeof untouched);
    fail_if (gst_ks_abi_decode (which, cut, &value, &error));
    fail_unless (g_error_matches (error, GST_KS_ERROR,
            GST_KS_ERROR_TOO_SMALL), "%s, %u bytes", name, (guint) n);
    fail_unless (strstr (error->message, name) != NULL
        && strstr (error->message, at) != NULL
        && strstr (error->message, need) != NULL
        && strstr (error->message, "(null)") == NULL, "%s", error->message);
    fail_unless (memcmp (&value, &untouched, sizeof value) == 0);
  }
}

GST_START_TEST (test_truncated)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint n_counts = __i__ == GST_KS_ABI_KSALLOCATOR_FRAMING_EX
      || __i__ == GST_KS_ABI_KSSTREAM_HEADER ? 4 : 1;

  for (guint n = 0; n < n_counts; n++) {
    g_autoptr (GBytes) bytes = random_bytes (rand, __i__, n);

    check_cuts (__i__, bytes);
  }
}

GST_END_TEST;

GST_START_TEST (test_too_long)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GBytes) bytes = random_bytes (rand, __i__, 2);
  gsize size = g_bytes_get_size (bytes);
  guint8 longer[MOST_BYTES] = { 0 };
  g_autoptr (GBytes) more = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *at = g_strdup_printf ("byte %u: it ends here",
      (guint) size);
  Value value;

  memcpy (longer, g_bytes_get_data (bytes, NULL), size);
  more = g_bytes_new_static (longer, size + 1);
  fail_if (gst_ks_abi_decode (__i__, more, &value, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  fail_unless (strstr (error->message, at) != NULL, "%s", error->message);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  guint32 count;
  gsize size;                   /* of what is there */
  const gchar *message;
} CountRow;

/* *INDENT-OFF* */
static const CountRow count_rows[] = {
  {"all-ones", 0xFFFFFFFF, 112, "CountItems is 4294967295: KSALLOCATOR_FRAMING_EX: byte 112: "
      "cut off in FramingItem[1].MemoryType, which begins at byte 112; 377957121984 bytes are needed"},
  {"one-without-it", 1, 24, "byte 24: cut off in FramingItem[0].MemoryType, which begins at byte 24; 112 bytes"},
  {"two-of-three", 3, 200, "byte 200: cut off in FramingItem[2].MemoryType, which begins at byte 200; 288 bytes"},
  {"in-the-second", 2, 190, "byte 190: cut off in FramingItem[1].FramingRange.Range.Stepping, "
      "which begins at byte 188; 200 bytes"},
  {"wraps-32-bits", 0x02E8BA2F, 112, "4294967360 bytes are needed"},
};
/* *INDENT-ON* */

/* No more is believed than there are bytes for. */
GST_START_TEST (test_count)
{
  const CountRow *row = &count_rows[__i__];
  guint8 data[MOST_BYTES] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, row->size);
  g_autoptr (GError) error = NULL;
  GstKsAbiFramingEx value;

  GST_WRITE_UINT32_LE (data, row->count);
  fail_if (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, bytes,
          &value, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL));
  fail_unless (strstr (error->message, row->message) != NULL, "%s: %s",
      row->name, error->message);
}

GST_END_TEST;

static gboolean
copy_field (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  g_autofree gchar *text = gst_ks_abi_leaf_to_string (leaf);
  gpointer *to = user_data;
  g_autoptr (GError) error =
      set_field (GPOINTER_TO_UINT (to[0]), to[1], leaf->path, text);

  fail_unless (error == NULL, "%s = %s: %s", leaf->path, text,
      error != NULL ? error->message : "");
  return TRUE;
}

/* Any bytes come back, as a struct and as text. */
GST_START_TEST (test_random)
{
  guint32 seed = g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  const gchar *name = gst_ks_abi_struct_get_name (__i__);
  guint rounds = g_getenv ("KS_QUICK") != NULL ? QUICK_ROUNDS : RANDOM_ROUNDS;

  for (guint round = 0; round < rounds; round++) {
    g_autoptr (GBytes) bytes = random_bytes (rand, __i__, round % 4);
    g_autofree gchar *where = g_strdup_printf ("%s, seed %u", name, seed);
    g_autoptr (GBytes) again = NULL;
    g_autoptr (GBytes) from_text = NULL;
    g_auto (GStrv) complaints = NULL;
    Value value, copy = { {0}
    };
    gpointer to[] = { GUINT_TO_POINTER (__i__), &copy };

    fail_unless (gst_ks_abi_decode (__i__, bytes, &value, NULL), "%s", where);
    again = gst_ks_abi_encode (__i__, &value);
    assert_bytes (where, again, bytes);
    fail_unless (gst_ks_abi_visit (__i__, &value, copy_field, to));
    from_text = gst_ks_abi_encode (__i__, &copy);
    assert_bytes (where, from_text, bytes);
    complaints = gst_ks_abi_check (__i__, &value);
    fail_unless (complaints != NULL);
    clear_value (__i__, &value);
    clear_value (__i__, &copy);
  }
}

GST_END_TEST;

/* Any one bit of the golden framing: read and written back, or refused. */
GST_START_TEST (test_bit_flips)
{
  g_autoptr (GBytes) golden =
      g_bytes_new_static (simple_bytes, sizeof simple_bytes);

  for (guint bit = 0; bit < 8 * sizeof simple_bytes; bit++) {
    guint8 data[sizeof simple_bytes];
    g_autoptr (GBytes) bytes = g_bytes_new_static (data, sizeof data);
    g_autoptr (GBytes) again = NULL;
    g_autoptr (GError) error = NULL;
    g_auto (GstKsAbiFramingEx) value = { 0 };

    memcpy (data, simple_bytes, sizeof data);
    data[bit / 8] ^= (guint8) (1 << bit % 8);
    if (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, bytes, &value,
            &error)) {
      again = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &value);
      assert_bytes ("flipped", again, bytes);
      fail_if (g_bytes_equal (again, golden));
    } else {
      fail_unless (bit < 32, "bit %u", bit);
      fail_unless (strstr (error->message, "byte ") != NULL);
    }
  }
}

GST_END_TEST;

static gboolean
show_extension (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  gchar **shown = user_data;
  g_autofree gchar *text = NULL;

  if (leaf->type != GST_KS_ABI_TYPE_BYTES)
    return TRUE;
  text = gst_ks_abi_leaf_to_string (leaf);
  *shown = g_strdup_printf ("%s@%u = %s", leaf->path, (guint) leaf->position,
      text);
  return FALSE;
}

/* What Size says of a header of 56 bytes, and what comes of it. */
GST_START_TEST (test_header_size)
{
  static const struct
  {
    guint32 size;
    const gchar *says;          /* the complaint or, cut_off, the error */
    gboolean cut_off;
  } rows[] = {
    {0, "byte 0: Size is 0, the header itself has 56 bytes", FALSE},
    {55, "byte 0: Size is 55, the header itself has 56 bytes", FALSE},
    {56, NULL, FALSE},
    {57, "Size is 57: KSSTREAM_HEADER: byte 56: cut off in Extension, which "
          "begins at byte 56; 57 bytes are needed", TRUE},
    {0xFFFFFFFF, "4294967295 bytes are needed", TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint8 data[56] = { 0 };
    g_autoptr (GBytes) bytes = g_bytes_new_static (data, sizeof data);
    g_autoptr (GBytes) again = NULL;
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) complaints = NULL;
    Value value;

    GST_WRITE_UINT32_LE (data, rows[i].size);
    fail_unless_equals_int (gst_ks_abi_decode (GST_KS_ABI_KSSTREAM_HEADER,
            bytes, &value, &error), !rows[i].cut_off);
    if (rows[i].cut_off) {
      fail_unless (g_error_matches (error, GST_KS_ERROR,
              GST_KS_ERROR_TOO_SMALL));
      fail_unless (strstr (error->message, rows[i].says), "%s", error->message);
      continue;
    }
    fail_unless (value.header.extension == NULL);
    again = gst_ks_abi_encode (GST_KS_ABI_KSSTREAM_HEADER, &value);
    assert_bytes ("again", again, bytes);
    complaints = gst_ks_abi_check (GST_KS_ABI_KSSTREAM_HEADER, &value);
    fail_unless_equals_string (complaints[0], rows[i].says);
  }
}

GST_END_TEST;

/* A header keeps what follows it, and names it. */
GST_START_TEST (test_header_extension)
{
  static const guint8 data[60] = { 60,[56] = 0xde, 0xad, 0xbe, 0xef };
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, sizeof data);
  g_auto (GStrv) right = NULL;
  g_auto (GStrv) wrong = NULL;
  g_autofree gchar *shown = NULL;
  Value value;

  fail_unless (gst_ks_abi_decode (GST_KS_ABI_KSSTREAM_HEADER, bytes, &value,
          NULL));
  fail_unless_equals_int (g_bytes_get_size (value.header.extension), 4);
  right = gst_ks_abi_check (GST_KS_ABI_KSSTREAM_HEADER, &value);
  fail_unless_equals_int (g_strv_length (right), 0);
  fail_if (gst_ks_abi_visit (GST_KS_ABI_KSSTREAM_HEADER, &value,
          show_extension, &shown));
  fail_unless_equals_string (shown, "Extension@56 = deadbeef");
  value.header.size = 61;
  wrong = gst_ks_abi_check (GST_KS_ABI_KSSTREAM_HEADER, &value);
  fail_unless_equals_string (wrong[0],
      "byte 0: Size is 61, but the extension has 4 bytes");
  clear_value (GST_KS_ABI_KSSTREAM_HEADER, &value);
  fail_unless (value.header.extension == NULL);
}

GST_END_TEST;

GST_START_TEST (test_no_items)
{
  static const guint8 nothing[24] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (nothing, sizeof nothing);
  g_autoptr (GBytes) again = NULL;
  g_auto (GStrv) complaints = NULL;
  g_auto (GstKsAbiFramingEx) value = { 0 };

  fail_unless (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, bytes,
          &value, NULL));
  fail_unless_equals_int (value.count_items, 0);
  fail_unless (value.items == NULL);
  complaints = gst_ks_abi_check (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &value);
  fail_unless_equals_int (g_strv_length (complaints), 0);
  again = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &value);
  assert_bytes ("again", again, bytes);
}

GST_END_TEST;

static Suite *
abi_suite (void)
{
  Suite *s = suite_create ("abi");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_golden_framing);
  tcase_add_test (tc, test_golden_framing_ex);
  tcase_add_test (tc, test_macros);
  tcase_add_loop_test (tc, test_truncated, 0, GST_KS_ABI_N_STRUCTS);
  tcase_add_loop_test (tc, test_too_long, 0, GST_KS_ABI_N_STRUCTS);
  tcase_add_loop_test (tc, test_count, 0, G_N_ELEMENTS (count_rows));
  tcase_add_loop_test (tc, test_random, 0, GST_KS_ABI_N_STRUCTS);
  tcase_add_test (tc, test_bit_flips);
  tcase_add_test (tc, test_no_items);
  tcase_add_test (tc, test_header_size);
  tcase_add_test (tc, test_header_extension);
  return s;
}

GST_CHECK_MAIN (abi);
