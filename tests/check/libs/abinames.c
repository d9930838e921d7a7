/* KS's names: flags, enumerations, GUIDs, fields, and what is complained of.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "abiset.h"
#include "abitest.h"

typedef struct
{
  GstKsGuid guid;
  GstKsGuidUse use;
  const gchar *name;
  guint8 bytes[16];
} GuidRow;

/* *INDENT-OFF* */
static const GuidRow guid_rows[] = {
  {GST_STATIC_KSMEMORY_TYPE_WILDCARD, GST_KS_GUID_USE_MEMORY, "KSMEMORY_TYPE_DONT_CARE", {0}},
  {GST_STATIC_KS_TYPE_DONT_CARE, GST_KS_GUID_USE_BUS, "KS_TYPE_DONT_CARE", {0}},
  {GST_STATIC_GUID_NULL, GST_KS_GUID_USE_SET, "GUID_NULL", {0}},
  {GST_STATIC_KSMEMORY_TYPE_SYSTEM, GST_KS_GUID_USE_MEMORY, "KSMEMORY_TYPE_SYSTEM",
    {0x38, 0xB6, 0x1B, 0x09, 0x3F, 0x60, 0xD1, 0x11, 0xB0, 0x67, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02}},
  {GST_STATIC_KSMEMORY_TYPE_USER, GST_KS_GUID_USE_MEMORY, "KSMEMORY_TYPE_USER",
    {0x28, 0xFC, 0xB0, 0x8C, 0x93, 0x78, 0xD1, 0x11, 0xB0, 0x69, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02}},
  {GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED, GST_KS_GUID_USE_MEMORY, "KSMEMORY_TYPE_KERNEL_PAGED",
    {0xF8, 0xF8, 0x33, 0xD8, 0x94, 0x78, 0xD1, 0x11, 0xB0, 0x69, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02}},
  {GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED, GST_KS_GUID_USE_MEMORY, "KSMEMORY_TYPE_KERNEL_NONPAGED",
    {0xC4, 0x5F, 0x6D, 0x4A, 0x95, 0x78, 0xD1, 0x11, 0xB0, 0x69, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02}},
  {GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN, GST_KS_GUID_USE_MEMORY, "KSMEMORY_TYPE_DEVICE_UNKNOWN",
    {0x39, 0xB6, 0x1B, 0x09, 0x3F, 0x60, 0xD1, 0x11, 0xB0, 0x67, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02}},
};
/* *INDENT-ON* */

GST_START_TEST (test_guid_bytes)
{
  const GuidRow *row = &guid_rows[__i__];
  guint8 stored[16];

  gst_ks_guid_to_bytes (&row->guid, stored);
  fail_unless (memcmp (stored, row->bytes, sizeof stored) == 0, "%s",
      row->name);
  fail_unless_equals_string (gst_ks_guid_get_name (&row->guid, row->use),
      row->name);
  fail_unless_equals_int (gst_ks_guid_is_null (&row->guid), row->bytes[0] == 0);
}

GST_END_TEST;

GST_START_TEST (test_guid_value)
{
  const GstKsGuid value = GST_KSMEMORY_TYPE_SYSTEM;
  const GstKsGuid initialised = GST_STATIC_KSMEMORY_TYPE_SYSTEM;
  const GstKsGuid other = GST_GUID_BUS_TYPE_PCI;

  fail_unless (gst_ks_guid_equal (&value, &initialised));
  fail_if (gst_ks_guid_equal (&value, &other));
  /* a bus is no type of memory */
  fail_unless (gst_ks_guid_get_name (&other, GST_KS_GUID_USE_MEMORY) == NULL);
}

GST_END_TEST;

/* Every name and the digits of every GUID are read back. */
GST_START_TEST (test_guid_names)
{
  GstKsGuid guid;
  const gchar *name;
  guint n = 0;

  for (; (name = gst_ks_guid_get_nth (n, &guid)) != NULL; n++) {
    g_autofree gchar *digits = gst_ks_guid_to_string (&guid);
    g_autofree gchar *braced = g_strdup_printf (" {%s} ", digits);
    g_autofree gchar *constant = g_strdup_printf ("GST_%s", name);
    const gchar *texts[] = { name, digits, braced, constant };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
      GstKsGuid again = { 1, 2, 3, {4}
      };

      fail_unless (gst_ks_guid_parse (texts[i], &again, NULL), "%s", texts[i]);
      fail_unless (gst_ks_guid_equal (&again, &guid), "%s", texts[i]);
    }
  }
  fail_unless (n > 40);
}

GST_END_TEST;

static const gchar *const bad_guids[] = {
  "", "{", "{}", "0", "KSMEMORY_TYPE", "4A6D5FC4-7895-11D1-B069-00A0C906280",
  "4A6D5FC4-7895-11D1-B069-00A0C90628022",
  "4A6D5FC4 7895-11D1-B069-00A0C9062802",
  "4A6D5FC4-7895-11D1-B069-00A0C906280G",
  "4A6D5FC478-95-11D1-B069-00A0C9062802",
  "{4A6D5FC4-7895-11D1-B069-00A0C9062802",
};

GST_START_TEST (test_bad_guid)
{
  const GstKsGuid untouched = { 1, 2, 3, {4} };
  GstKsGuid guid = untouched;
  g_autoptr (GError) error = NULL;

  fail_if (gst_ks_guid_parse (bad_guids[__i__], &guid, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX));
  fail_unless (gst_ks_guid_equal (&guid, &untouched));
}

GST_END_TEST;

/* Every name of a set is its number, and what is printed is read. */
GST_START_TEST (test_names)
{
  guint n = gst_ks_abi_names_get_n_names (__i__);
  guint32 all = 0;

  fail_unless (n > 0);
  for (guint i = 0; i < n; i++) {
    guint32 value, again = 0xDEADBEEF;
    const gchar *name = gst_ks_abi_names_get_nth (__i__, i, &value);
    g_autofree gchar *text = gst_ks_abi_names_to_string (__i__, value);

    fail_unless (gst_ks_abi_names_parse (__i__, name, &again, NULL));
    fail_unless_equals_int (again, value);
    fail_unless (gst_ks_abi_names_parse (__i__, text, &again, NULL), "%s",
        text);
    fail_unless_equals_int (again, value);
    all |= value;
  }
  fail_unless_equals_int (gst_ks_abi_names_get_mask (__i__), all);
}

GST_END_TEST;

typedef struct
{
  GstKsAbiNames names;
  const gchar *text;
  gboolean ok;
  guint32 value;
  const gchar *shown;           /* NULL: as text */
} TextRow;

/* *INDENT-OFF* */
static const TextRow text_rows[] = {
  {GST_KS_ABI_NAMES_ITEM, "KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY|KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY",
    TRUE, 0x80000002, NULL},
  {GST_KS_ABI_NAMES_ITEM, " system_memory | 0x80000000 ", TRUE, 0x80000002,
    "KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY|KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY"},
  {GST_KS_ABI_NAMES_ITEM, "16", TRUE, 0x10, "KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT"},
  {GST_KS_ABI_NAMES_REQUIREMENTS, "16", TRUE, 0x10, "KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY_CUSTOM_ALLOCATION"},
  {GST_KS_ABI_NAMES_OPTIONS, "COMPATIBLE", TRUE, 1, "KSALLOCATOR_OPTIONF_COMPATIBLE"},
  {GST_KS_ABI_NAMES_REQUIREMENTS, "1", TRUE, 1, "KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER"},
  {GST_KS_ABI_NAMES_REQUIREMENTS, "MUST_ALLOCATE|0x01000100", TRUE, 0x01000108,
    "KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE|0x01000100"},
  {GST_KS_ABI_NAMES_ITEM, "0", TRUE, 0, NULL},
  {GST_KS_ABI_NAMES_FACTORS, "PipeFactor_None", TRUE, 0, "0"},
  {GST_KS_ABI_NAMES_PIPE_STATE, "GST_PipeState_Finalized", TRUE, 4, "PipeState_Finalized"},
  {GST_KS_ABI_NAMES_PIPE_STATE, "5", TRUE, 5, "0x00000005"},
  {GST_KS_ABI_NAMES_POOL_TYPE, "pagedpool", TRUE, 1, "PagedPool"},
  {GST_KS_ABI_NAMES_STATUS, "0xC0000023", TRUE, 0xC0000023, "STATUS_BUFFER_TOO_SMALL"},
  {GST_KS_ABI_NAMES_ITEM, "", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "SYSTEM_MEMORY|", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "SYSTEM_MEMORY||1", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "MEMORY", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "0x100000000", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "-1", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "0x", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_ITEM, "0x-1", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_PIPE_STATE, "PipeState_DontCare|PipeState_Finalized", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_PIPE_STATE, "", FALSE, 0, NULL},
  {GST_KS_ABI_NAMES_PIPE_STATE, "1\n2", FALSE, 0, NULL},
};
/* *INDENT-ON* */

GST_START_TEST (test_names_text)
{
  const TextRow *row = &text_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autofree gchar *shown = NULL;
  guint32 value = 77;

  fail_unless (gst_ks_abi_names_parse (row->names, row->text, &value,
          &error) == row->ok, "'%s'", row->text);
  if (!row->ok) {
    fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX));
    fail_unless_equals_int (value, 77);
    return;
  }
  fail_unless_equals_int (value, row->value);
  shown = gst_ks_abi_names_to_string (row->names, value);
  fail_unless_equals_string (shown, row->shown != NULL ? row->shown
      : row->text);
}

GST_END_TEST;

/* A message shows the beginning of a bad text, and no half character. */
GST_START_TEST (test_shown)
{
  static const gchar *paths[] = { "Flags", "MemoryType", "Frames" };
  GstKsAbiFramingItem item = { 0 };

  for (guint n = 57; n <= 61; n++) {
    g_autofree gchar *word = g_strnfill (n, 'a');
    g_autofree gchar *text = g_strconcat (word, "\xe2\x82\xac!", NULL);

    for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
      g_autoptr (GError) error = set_field (GST_KS_ABI_KS_FRAMING_ITEM, &item,
          paths[i], text);

      fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX));
      fail_unless (g_utf8_validate (error->message, -1, NULL), "%s, %u",
          paths[i], n);
      fail_unless (strstr (error->message, "'aaaaaaaa") != NULL);
    }
  }
}

GST_END_TEST;

typedef struct
{
  GstKsAbiStruct which;
  const gchar *path;
  const gchar *text;
  const gchar *complaint;       /* of the struct that is otherwise legal; NULL: none */
} CheckRow;

/* *INDENT-OFF* */
static const CheckRow check_rows[] = {
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "RequirementsFlags", "0x8000801F", NULL},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "RequirementsFlags", "0x60",
    "byte 0: RequirementsFlags has bits that nobody knows: 0x00000060"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, "OptionsFlags", "3", NULL},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, "OptionsFlags", "0xF",
    "byte 0: OptionsFlags has bits that nobody knows: 0x0000000C"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "PoolType", "2", "byte 4: PoolType is 2, which nobody knows"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Frames", "0xFFFFFFFF", NULL},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "FileAlignment", "0xFFFFFFFF", NULL},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "FileAlignment", "64",
    "byte 16: FileAlignment is 0x00000040, which is no power of two minus 1"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Reserved", "7", "byte 20: Reserved is 0x00000007, but reserved: 0 belongs there"},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryType", "01234567-89AB-CDEF-0123-456789ABCDEF", NULL},
  {GST_KS_ABI_KS_FRAMING_ITEM, "BusType", "01234567-89AB-CDEF-0123-456789ABCDEF", NULL},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryFlags", "MUST_ALLOCATE", NULL},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryFlags", "9", "byte 32: MemoryFlags has bits that nobody knows: 0x00000001"},
  {GST_KS_ABI_KS_FRAMING_ITEM, "BusFlags", "1", "byte 36: BusFlags is 0x00000001, but reserved: 0 belongs there"},
  {GST_KS_ABI_KS_FRAMING_ITEM, "Flags", "0x8000C0FF", NULL},
  {GST_KS_ABI_KS_FRAMING_ITEM, "Flags", "0x100", "byte 40: Flags has bits that nobody knows: 0x00000100"},
  {GST_KS_ABI_KS_FRAMING_ITEM, "PhysicalRange.MinFrameSize", "1",
    "byte 56: PhysicalRange.MinFrameSize 1 is above MaxFrameSize 0"},
  {GST_KS_ABI_KS_FRAMING_ITEM, "FramingRange.Range.Stepping", "1", NULL},
  {GST_KS_ABI_KS_FRAMING_RANGE, "Stepping", "9", NULL},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "PinFlags", "1", "byte 4: PinFlags is 0x00000001, but reserved: 0 belongs there"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "PinWeight", "1", "byte 20: PinWeight is 0x00000001, but reserved: 0 belongs there"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING_EX, "FramingItem[0].FileAlignment", "2",
    "byte 72: FramingItem[0].FileAlignment is 0x00000002, which is no power of two minus 1"},
  {GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX, "Framing.CountItems", "2",
    "byte 0: Framing.CountItems is 2 where one item is embedded"},
  {GST_KS_ABI_KSSTREAM_HEADER, "Size", "55", "byte 0: Size is 55, the header itself has 56 bytes"},
  {GST_KS_ABI_KSSTREAM_HEADER, "DataUsed", "1", "byte 36: DataUsed 1 is above FrameExtent 0"},
  {GST_KS_ABI_KSSTREAM_HEADER, "OptionsFlags", "0x20", "byte 48: OptionsFlags has bits that nobody knows: 0x00000020"},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "State", "5", "byte 48: State is 5, which nobody knows"},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Flags", "0x80003F0F", NULL},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "(padding)", "1",
    "byte 244: (padding) is 0x00000001, but reserved: 0 belongs there"},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "Output.OutsideFactors", "0x1000",
    "byte 112: Output.OutsideFactors has bits that nobody knows: 0x00001000"},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cbAlign", "48", "byte 8: cbAlign is 48, which is no power of two"},
};
/* *INDENT-ON* */

/* all zero but for what may not be */
static void
make_legal (GstKsAbiStruct which, Value * value)
{
  memset (value, 0, sizeof *value);
  if (which == GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX)
    value->status_ex.framing.count_items = 1;
  if (which == GST_KS_ABI_KSSTREAM_HEADER)
    value->header.size = 56;
  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    fail_unless (gst_ks_abi_framing_ex_resize (&value->framing_ex, 1, NULL));
}

GST_START_TEST (test_complaints)
{
  const CheckRow *row = &check_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  Value value;

  make_legal (row->which, &value);
  before = gst_ks_abi_check (row->which, &value);
  fail_unless_equals_int (g_strv_length (before), 0);
  error = set_field (row->which, &value, row->path, row->text);
  fail_unless (error == NULL, "%s", row->path);
  after = gst_ks_abi_check (row->which, &value);
  fail_unless_equals_int (g_strv_length (after), row->complaint != NULL);
  if (row->complaint != NULL)
    fail_unless_equals_string (after[0], row->complaint);
  clear_value (row->which, &value);
}

GST_END_TEST;

typedef struct
{
  GstKsAbiStruct which;
  const gchar *path;
  const gchar *text;
} RefuseRow;

/* *INDENT-OFF* */
static const RefuseRow refuse_rows[] = {
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Frames", ""},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Frames", "-1"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Frames", "4294967296"},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "Frames", "1 "},
  {GST_KS_ABI_KSALLOCATOR_FRAMING, "RequirementsFlags", "SYSTEM"},
  {GST_KS_ABI_KS_FRAMING_ITEM, "MemoryType", "RAM"},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cBuffers", "2147483648"},
  {GST_KS_ABI_ALLOCATOR_PROPERTIES_EX, "cBuffers", "-2147483649"},
};
/* *INDENT-ON* */

GST_START_TEST (test_refused)
{
  const RefuseRow *row = &refuse_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  Value value;

  make_legal (row->which, &value);
  before = gst_ks_abi_encode (row->which, &value);
  error = set_field (row->which, &value, row->path, row->text);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX),
      "%s: %s", row->path, error != NULL ? error->message : "taken");
  after = gst_ks_abi_encode (row->which, &value);
  fail_unless (g_bytes_equal (before, after), "%s", row->path);
  clear_value (row->which, &value);
}

GST_END_TEST;

static gboolean
keep_sixteen (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  GString *text = user_data;
  g_autofree gchar *shown = gst_ks_abi_leaf_to_string (leaf);

  if (leaf->position == 16)
    g_string_printf (text, "%s=%s", leaf->path, shown);
  return TRUE;
}

/* One place is an alignment or a pitch, as a flag says. */
GST_START_TEST (test_pitch)
{
  GstKsAbiFraming framing = { 0, 0, 0, 0, 0xFFFFFD80, 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) complaints = NULL;
  GstKsAbiStruct which = GST_KS_ABI_KSALLOCATOR_FRAMING;

  (void) gst_ks_abi_visit (which, &framing, keep_sixteen, text);
  fail_unless_equals_string (text->str, "FileAlignment=0xFFFFFD80");
  framing.requirements_flags = GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED;
  (void) gst_ks_abi_visit (which, &framing, keep_sixteen, text);
  fail_unless_equals_string (text->str, "FramePitch=-640");
  complaints = gst_ks_abi_check (which, &framing);
  fail_unless_equals_int (g_strv_length (complaints), 0);
  fail_unless (set_field (which, &framing, "FramePitch", "-1024") == NULL);
  fail_unless_equals_int ((gint32) framing.file_alignment, -1024);
  framing.requirements_flags = 0;
  fail_unless (set_field (which, &framing, "FileAlignment", "0x3F") == NULL);
  fail_unless_equals_int (framing.file_alignment, 63);
}

GST_END_TEST;

GST_START_TEST (test_resize)
{
  g_auto (GstKsAbiFramingEx) framing = { 0 };
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_abi_framing_ex_resize (&framing, 2, NULL));
  framing.items[0].frames = 3;
  fail_unless (gst_ks_abi_framing_ex_resize (&framing, 3, NULL));
  fail_unless_equals_int (framing.count_items, 3);
  fail_unless_equals_int (framing.items[0].frames, 3);
  fail_unless_equals_int (framing.items[1].frames, 0);
  fail_unless_equals_int (framing.items[2].frames, 0);
  fail_if (gst_ks_abi_framing_ex_resize (&framing, G_MAXUINT32, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT));
  fail_unless_equals_int (framing.count_items, 3);
  fail_unless (gst_ks_abi_framing_ex_resize (&framing, 0, NULL));
  fail_unless_equals_int (framing.count_items, 0);
}

GST_END_TEST;

static Suite *
abinames_suite (void)
{
  Suite *s = suite_create ("abinames");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_guid_bytes, 0, G_N_ELEMENTS (guid_rows));
  tcase_add_test (tc, test_guid_value);
  tcase_add_test (tc, test_guid_names);
  tcase_add_loop_test (tc, test_bad_guid, 0, G_N_ELEMENTS (bad_guids));
  tcase_add_loop_test (tc, test_names, 0, GST_KS_ABI_N_NAMES);
  tcase_add_loop_test (tc, test_names_text, 0, G_N_ELEMENTS (text_rows));
  tcase_add_test (tc, test_shown);
  tcase_add_loop_test (tc, test_complaints, 0, G_N_ELEMENTS (check_rows));
  tcase_add_loop_test (tc, test_refused, 0, G_N_ELEMENTS (refuse_rows));
  tcase_add_test (tc, test_pitch);
  tcase_add_test (tc, test_resize);
  return s;
}

GST_CHECK_MAIN (abinames);
