/* Where KS's structures have their fields: sizes, offsets, a whole record.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "abitest.h"

typedef struct
{
  const gchar *name;
  GstKsAbiStruct which;
  gsize size;
} SizeRow;

static const SizeRow size_rows[] = {
  {"KSALLOCATOR_FRAMING", GST_KS_ABI_KSALLOCATOR_FRAMING, 24},
  {"KSALLOCATOR_FRAMING/create", GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, 24},
  {"KSALLOCATOR_FRAMING_EX", GST_KS_ABI_KSALLOCATOR_FRAMING_EX, 24},
  {"KS_FRAMING_ITEM", GST_KS_ABI_KS_FRAMING_ITEM, 88},
  {"KS_FRAMING_RANGE", GST_KS_ABI_KS_FRAMING_RANGE, 12},
  {"KS_FRAMING_RANGE_WEIGHTED", GST_KS_ABI_KS_FRAMING_RANGE_WEIGHTED, 20},
  {"KS_COMPRESSION", GST_KS_ABI_KS_COMPRESSION, 12},
  {"KSSTREAMALLOCATOR_STATUS", GST_KS_ABI_KSSTREAMALLOCATOR_STATUS, 32},
  {"KSSTREAMALLOCATOR_STATUS_EX", GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX, 120},
  {"KSSTREAM_HEADER", GST_KS_ABI_KSSTREAM_HEADER, 56},
  {"PIPE_DIMENSIONS", GST_KS_ABI_PIPE_DIMENSIONS, 36},
  {"PIPE_TERMINATION", GST_KS_ABI_PIPE_TERMINATION, 56},
  {"ALLOCATOR_PROPERTIES_EX", GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, 264},
  {"OPTIMAL_WEIGHT_TOTALS", GST_KS_ABI_OPTIMAL_WEIGHT_TOTALS, 24},
};

G_STATIC_ASSERT (G_N_ELEMENTS (size_rows) == GST_KS_ABI_N_STRUCTS);

GST_START_TEST (test_size)
{
  const SizeRow *row = &size_rows[__i__];
  GstKsAbiStruct which = GST_KS_ABI_N_STRUCTS;
  Value value = { {0} };
  g_autoptr (GBytes) bytes = NULL;

  fail_unless_equals_string (gst_ks_abi_struct_get_name (row->which),
      row->name);
  fail_unless (gst_ks_abi_struct_from_name (row->name, &which));
  fail_unless_equals_int (which, row->which);
  fail_unless_equals_uint64 (gst_ks_abi_struct_get_size (which), row->size);
  bytes = gst_ks_abi_encode (row->which, &value);
  fail_unless_equals_uint64 (g_bytes_get_size (bytes), row->size);
  fail_if (gst_ks_abi_struct_from_name ("KSALLOCATOR", &which));
}

GST_END_TEST;

typedef struct
{
  GstKsAbiStruct which;
  const gchar *path;
  gsize position;
} OffsetRow;

/* *INDENT-OFF* */
static const OffsetRow offset_rows[] = {
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "RequirementsFlags", 0},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, "OptionsFlags", 0},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "PoolType", 4},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Frames", 8},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "FrameSize", 12},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "FileAlignment", 16},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Reserved", 20},
  {GST_KS_ABI_KS_FRAMING_RANGE, "MaxFrameSize", 4},
  {GST_KS_ABI_KS_FRAMING_RANGE, "Stepping", 8},
  {GST_KS_ABI_KS_FRAMING_RANGE_WEIGHTED, "Range.MinFrameSize", 0},
  {GST_KS_ABI_KS_FRAMING_RANGE_WEIGHTED, "InPlaceWeight", 12},
  {GST_KS_ABI_KS_FRAMING_RANGE_WEIGHTED, "NotInPlaceWeight", 16},
  {GST_KS_ABI_KS_COMPRESSION, "RatioNumerator", 0},
  {GST_KS_ABI_KS_COMPRESSION, "RatioDenominator", 4},
  {GST_KS_ABI_KS_COMPRESSION, "RatioConstantMargin", 8},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryType", 0},
  {GST_KS_ABI_KS_FRAMING_ITEM, "BusType", 16},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryFlags", 32},
  {GST_KS_ABI_KS_FRAMING_ITEM, "BusFlags", 36},
  {GST_KS_ABI_KS_FRAMING_ITEM, "Flags", 40},
  {GST_KS_ABI_KS_FRAMING_ITEM, "Frames", 44},
  {GST_KS_ABI_KS_FRAMING_ITEM, "FileAlignment", 48},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryTypeWeight", 52},
  {GST_KS_ABI_KS_FRAMING_ITEM, "PhysicalRange.MinFrameSize", 56},
  {GST_KS_ABI_KS_FRAMING_ITEM, "FramingRange.Range.MinFrameSize", 68},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "CountItems", 0},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "PinFlags", 4},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "OutputCompression.RatioNumerator", 8},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "PinWeight", 20},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "FramingItem[0].MemoryType", 24},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "FramingItem[1].MemoryType", 112},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "FramingItem[2].MemoryType", 200},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS, "Framing.OptionsFlags", 0},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS, "AllocatedFrames", 24},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS, "Reserved", 28},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX, "Framing.FramingItem[0].MemoryType", 24},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX, "AllocatedFrames", 112},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX, "Reserved", 116},
  {GST_KS_ABI_KSSTREAM_HEADER, "Size", 0},
  {GST_KS_ABI_KSSTREAM_HEADER, "TypeSpecificFlags", 4},
  {GST_KS_ABI_KSSTREAM_HEADER, "PresentationTime.Time", 8},
  {GST_KS_ABI_KSSTREAM_HEADER, "PresentationTime.Denominator", 20},
  {GST_KS_ABI_KSSTREAM_HEADER, "Duration", 24},
  {GST_KS_ABI_KSSTREAM_HEADER, "FrameExtent", 32},
  {GST_KS_ABI_KSSTREAM_HEADER, "DataUsed", 36},
  {GST_KS_ABI_KSSTREAM_HEADER, "Data", 40},
  {GST_KS_ABI_KSSTREAM_HEADER, "OptionsFlags", 48},
  {GST_KS_ABI_KSSTREAM_HEADER, "Reserved", 52},
  {GST_KS_ABI_PIPE_DIMENSIONS, "AllocatorPin.RatioNumerator", 0},
  {GST_KS_ABI_PIPE_DIMENSIONS, "MaxExpansionPin.RatioNumerator", 12},
  {GST_KS_ABI_PIPE_DIMENSIONS, "EndPin.RatioNumerator", 24},
  {GST_KS_ABI_PIPE_TERMINATION, "Flags", 0},
  {GST_KS_ABI_PIPE_TERMINATION, "OutsideFactors", 4},
  {GST_KS_ABI_PIPE_TERMINATION, "Weigth", 8},
  {GST_KS_ABI_PIPE_TERMINATION, "PhysicalRange.MinFrameSize", 12},
  {GST_KS_ABI_PIPE_TERMINATION, "OptimalRange.Range.MinFrameSize", 24},
  {GST_KS_ABI_PIPE_TERMINATION, "Compression.RatioNumerator", 44},
  {GST_KS_ABI_OPTIMAL_WEIGHT_TOTALS, "MaxTotalNominator", 8},
  {GST_KS_ABI_OPTIMAL_WEIGHT_TOTALS, "TotalDenominator", 16},
};

static const OffsetRow pipe_rows[] = {
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cBuffers", 0},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cbBuffer", 4},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cbAlign", 8},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cbPrefix", 12},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "MemoryType", 16},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "BusType", 32},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "State", 48},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Input.Flags", 52},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Output.Flags", 108},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Strategy", 164},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Flags", 168},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Weight", 172},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "LogicalMemoryType", 176},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "AllocatorPlace", 180},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Dimensions.AllocatorPin.RatioNumerator", 184},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "PhysicalRange.MinFrameSize", 220},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "PrevSegment", 232},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "CountNextSegments", 240},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "(padding)", 244},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "NextSegments", 248},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "InsideFactors", 256},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "NumberPins", 260},
};
/* *INDENT-ON* */

/* A walk that looks for one field. */
typedef struct
{
  const OffsetRow *row;
  gboolean found;
} Find;

/* The number whose first byte is 0xA5 and whose others are 0 where the least
 * one comes first, as KS has it. */
static void
mark (const GstKsAbiLeaf * leaf)
{
  switch (leaf->type) {
    case GST_KS_ABI_TYPE_U64:
    case GST_KS_ABI_TYPE_S64:
      *(guint64 *) leaf->value = 0xA5;
      break;
    default:                   /* of a GUID it is the first field */
      *(guint32 *) leaf->value = 0xA5;
      break;
  }
}

static gboolean
find_field (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  Find *find = user_data;

  if (strcmp (leaf->path, find->row->path) != 0)
    return TRUE;
  find->found = TRUE;
  fail_unless_equals_uint64 (leaf->position, find->row->position);
  /* what the table says is where the bytes are */
  mark (leaf);
  return FALSE;
}

/* Where the one byte is that is not 0, but for the count of items. */
static void
check_offset (const OffsetRow * row)
{
  Value value = { {0} };
  Find find = { row, FALSE };
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;
  gboolean ex = row->which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX;

  if (ex)
    fail_unless (gst_ks_abi_framing_ex_resize (&value.framing_ex, 3, NULL));
  (void) gst_ks_abi_visit (row->which, &value, find_field, &find);
  fail_unless (find.found, "%s", row->path);
  if (ex)
    value.framing_ex.count_items = 3;
  bytes = gst_ks_abi_encode (row->which, &value);
  data = g_bytes_get_data (bytes, NULL);
  fail_unless ((row->position == 0 && ex) || data[row->position] == 0xA5, "%s",
      row->path);
  clear_value (row->which, &value);
}

GST_START_TEST (test_offset)
{
  check_offset (&offset_rows[__i__]);
}

GST_END_TEST;

GST_START_TEST (test_pipe_offset)
{
  check_offset (&pipe_rows[__i__]);
}

GST_END_TEST;

static gboolean
append_line (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  g_autofree gchar *text = gst_ks_abi_leaf_to_string (leaf);

  g_string_append_printf (user_data, "%3u %s = %s\n", (guint) leaf->position,
      leaf->path, text);
  return TRUE;
}

/* A whole record of a pipe: its bytes and its text. */
GST_START_TEST (test_pipe_record)
{
  g_autoptr (GBytes) golden = load ("allocator-properties-ex.bin");
  g_autoptr (GBytes) wanted = load ("allocator-properties-ex.txt");
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) shown = NULL;
  GstKsAbiAllocatorProperties value;
  GString *text = g_string_new (NULL);

  fail_unless (gst_ks_abi_decode (GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, golden,
          &value, NULL));
  fail_unless (gst_ks_abi_visit (GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, &value,
          append_line, text));
  shown = g_string_free_to_bytes (text);
  assert_bytes ("text", shown, wanted);
  again = gst_ks_abi_encode (GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, &value);
  assert_bytes ("again", again, golden);
}

GST_END_TEST;

static Suite *
abilayout_suite (void)
{
  Suite *s = suite_create ("abilayout");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_size, 0, G_N_ELEMENTS (size_rows));
  tcase_add_loop_test (tc, test_offset, 0, G_N_ELEMENTS (offset_rows));
  tcase_add_loop_test (tc, test_pipe_offset, 0, G_N_ELEMENTS (pipe_rows));
  tcase_add_test (tc, test_pipe_record);
  return s;
}

GST_CHECK_MAIN (abilayout);
