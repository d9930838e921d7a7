/* Every rule for create requests, and the extended framing against a pin's.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define FINE -1                 /* no error */
#define ALLOCATOR GST_KSSTRING_Allocator
#define NOT_SET 0xa5

/* --- the create request --- */

typedef struct
{
  const gchar *name;
  const gchar *class_name;
  gint size;                    /* bytes of the parameters; < 0: none */
  GstKsAbiFraming framing;
  gint code;
  const gchar *says[3];         /* parts of the message */
} Row;

/* options, pool, frames, size, mask, reserved */
/* *INDENT-OFF* */
static const Row rows[] = {
  {"V1 the class of an allocator", ALLOCATOR, 24, {2, 1, 4, 4096, 63, 0}, FINE},
  {"V1 the class in small letters", "{642f5d00-4791-11d0-a5d6-28db04c10000}", 24, {2, 1, 4, 4096, 63, 0}, FINE},
  {"V1 the class of a pin", "{146F1A80-4791-11D0-A5D6-28DB04C10000}", 24, {2, 1, 4, 4096, 63, 0},
      GST_KS_ERROR_INVALID, {"class", "146F1A80", "KSSTRING_Allocator"}},
  {"V1 the extended class", GST_KSSTRING_AllocatorEx, 24, {2, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"class", "091BB63B"}},
  {"V1 no class", NULL, 24, {2, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"class", "\"\"", ALLOCATOR}},
  {"V1 no framing", ALLOCATOR, -1, {0,}, GST_KS_ERROR_TOO_SMALL, {"0 bytes", "KSALLOCATOR_FRAMING", "24"}},
  {"V2 no bytes", ALLOCATOR, 0, {0,}, GST_KS_ERROR_TOO_SMALL, {"0 bytes", "24"}},
  {"V2 23 bytes", ALLOCATOR, 23, {2, 1, 4, 4096, 63, 0}, GST_KS_ERROR_TOO_SMALL, {"23 bytes", "24", "send"}},
  {"V2 more than 24 bytes", ALLOCATOR, 40, {2, 1, 4, 4096, 63, 0}, FINE},
  {"V3 size 0", ALLOCATOR, 24, {2, 1, 4, 0, 63, 0}, GST_KS_ERROR_INVALID, {"FrameSize is 0", "any size", "prefix"}},
  {"V3 size 1", ALLOCATOR, 24, {2, 1, 4, 1, 0, 0}, FINE},
  {"V4 option 0x4", ALLOCATOR, 24, {6, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"OptionsFlags is 6 (0x6)", "COMPATIBLE", "leave out"}},
  {"V4 option 0x8", ALLOCATOR, 24, {0xa, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"OptionsFlags", "0xa"}},
  {"V4 option 0x10", ALLOCATOR, 24, {0x12, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"OptionsFlags", "0x12"}},
  {"V4 a pitch", ALLOCATOR, 24, {0x8002, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"OptionsFlags", "0x8002"}},
  {"V4 option 0x80000000", ALLOCATOR, 24, {0x80000002, 1, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"OptionsFlags", "0x80000002"}},
  {"V4 compatible", ALLOCATOR, 24, {1, 1, 4, 4096, 63, 0}, FINE},
  {"V4 compatible, system memory", ALLOCATOR, 24, {3, 1, 4, 4096, 63, 0}, FINE},
  {"V5 mask 8191", ALLOCATOR, 24, {2, 1, 4, 4096, 8191, 0}, GST_KS_ERROR_INVALID, {"FileAlignment is 8191", "at most 4095", "ask for"}},
  {"V5 mask 4095", ALLOCATOR, 24, {2, 1, 4, 4096, 4095, 0}, FINE},
  {"V5 mask 0xffffffff", ALLOCATOR, 24, {2, 1, 4, 4096, 0xffffffff, 0}, GST_KS_ERROR_INVALID, {"FileAlignment", "0xffffffff"}},
  {"V6 mask 2", ALLOCATOR, 24, {2, 1, 4, 4096, 2, 0}, GST_KS_ERROR_INVALID, {"FileAlignment is 2", "2^k - 1", "63"}},
  {"V6 mask 5", ALLOCATOR, 24, {2, 1, 4, 4096, 5, 0}, GST_KS_ERROR_INVALID, {"FileAlignment is 5", "2^k - 1"}},
  {"V6 mask 6", ALLOCATOR, 24, {2, 1, 4, 4096, 6, 0}, GST_KS_ERROR_INVALID, {"FileAlignment is 6", "2^k - 1"}},
  {"V6 mask 100", ALLOCATOR, 24, {2, 1, 4, 4096, 100, 0}, GST_KS_ERROR_INVALID, {"FileAlignment is 100", "2^k - 1"}},
  {"V6 mask 0", ALLOCATOR, 24, {2, 1, 4, 4096, 0, 0}, FINE},
  {"V7 pool 2", ALLOCATOR, 24, {2, 2, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"PoolType is 2", "NonPagedPool", "PagedPool"}},
  {"V7 pool 512", ALLOCATOR, 24, {2, 512, 4, 4096, 63, 0}, GST_KS_ERROR_INVALID, {"PoolType is 512"}},
  {"V7 not paged", ALLOCATOR, 24, {2, 0, 4, 4096, 63, 0}, FINE},
  {"V8 is a rule of the default allocator", ALLOCATOR, 24, {0, 1, 4, 4096, 63, 0}, FINE},
  {"V9 no cap", ALLOCATOR, 24, {2, 1, 0, 4096, 63, 0}, FINE},
  {"V10 reserved", ALLOCATOR, 24, {2, 1, 4, 4096, 63, 0xdead}, FINE},
  {"V11 too large", ALLOCATOR, 24, {2, 1, 4, 0xffffffff, 4095, 0}, GST_KS_ERROR_OVERFLOW, {"FrameSize is 4294967295", "32 bits", "smaller"}},
  {"V11 the largest", ALLOCATOR, 24, {2, 1, 4, 0xfffff000, 4095, 0}, FINE},
};
/* *INDENT-ON* */

/* As KS has it: six numbers of 32 bits, little end first. */
static GBytes *
bytes_of (const Row * row)
{
  guint8 data[64] = { 0, };
  const GstKsAbiFraming *f = &row->framing;
  const guint32 words[] = {
    f->requirements_flags, f->pool_type, f->frames, f->frame_size,
    f->file_alignment, f->reserved
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    GST_WRITE_UINT32_LE (data + 4 * i, words[i]);
  return row->size < 0 ? NULL : g_bytes_new (data, row->size);
}

static void
check_error (const gchar * name, GError * error, gint code,
    const gchar * const *says)
{
  if (code == FINE) {
    fail_unless (error == NULL, "%s: %s", name, error ? error->message : "");
    return;
  }
  fail_unless (g_error_matches (error, GST_KS_ERROR, code), "%s: %s", name,
      error ? error->message : "no error");
  for (guint i = 0; i < 3 && says[i] != NULL; i++)
    fail_unless (strstr (error->message, says[i]) != NULL,
        "%s: \"%s\" is not in \"%s\"", name, says[i], error->message);
}

GST_START_TEST (test_create_request)
{
  const Row *row = &rows[__i__];
  g_autoptr (GBytes) bytes = bytes_of (row);
  g_autoptr (GError) error = NULL;
  GstKsAbiFraming got, expected = row->framing;
  gboolean valid;

  memset (&got, NOT_SET, sizeof (got));
  valid = gst_ks_validate_create_request (row->class_name, bytes, &got, &error);
  fail_unless_equals_int (valid, row->code == FINE);
  check_error (row->name, error, row->code, row->says);
  /* reported as 0 whatever it was; outputs are untouched on failure */
  expected.reserved = 0;
  if (!valid)
    memset (&expected, NOT_SET, sizeof (expected));
  fail_unless_equals_int (memcmp (&got, &expected, sizeof (got)), 0);
}

GST_END_TEST;

/* --- the extended request --- */

#define PCI GST_STATIC_GUID_BUS_TYPE_PCI
#define USB GST_STATIC_GUID_BUS_TYPE_USB
#define ANY GST_STATIC_GUID_NULL
#define SYSTEM GST_STATIC_KSMEMORY_TYPE_SYSTEM
#define PAGED GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED
#define NONPAGED GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED
#define UNKNOWN GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN
#define WISHES GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY
#define PARTIAL GST_KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT
#define PITCH GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED
#define DONT_CARE {0, 0xffffffff, 1}

/* What differs between items here. */
typedef struct
{
  GstKsGuid memory;
  GstKsGuid bus;
  guint32 flags;
  guint32 frames;
  guint32 mask;
  GstKsAbiRange physical;
  GstKsAbiRange preferred;
} Item;

typedef struct
{
  const gchar *name;
  Item item;                    /* of the request */
  Item pin;
  GstKsAbiCompression ratio;    /* of the pin */
  gint code;
  const gchar *says[3];
} ExRow;

/* *INDENT-OFF* */
static const ExRow ex_rows[] = {
  {"the same", {PAGED, ANY, 2, 4, 63, DONT_CARE, {4096, 4096, 1}}, {PAGED, ANY, 2, 4, 63, DONT_CARE, {4096, 4096, 1}}, {1, 1, 0}, FINE},
  {"1:1 without partial reads", {PAGED, ANY, 2, 4, 0, DONT_CARE, {100, 100, 0}}, {PAGED, ANY, 2, 4, 0, DONT_CARE, {200, 200, 0}}, {1, 1, 0}, FINE},
  {"a pin that takes any memory", {UNKNOWN, PCI, 0, 4, 0, DONT_CARE, DONT_CARE}, {ANY, ANY, 0, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, FINE},
  {"a pin that takes any system memory", {NONPAGED, ANY, 2, 4, 0, DONT_CARE, DONT_CARE}, {SYSTEM, ANY, 2, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, FINE},
  {"any memory for a pin that names its own", {ANY, ANY, 0, 4, 0, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"item 0", "MemoryType of its item 0"}},
  {"other memory", {NONPAGED, ANY, 2, 4, 0, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"item 0", "MemoryType of its item 0"}},
  {"other memory, only a wish", {NONPAGED, ANY, 2, 4, 0, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2 | WISHES, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, FINE},
  {"device memory for system memory", {UNKNOWN, ANY, 0, 4, 0, DONT_CARE, DONT_CARE}, {SYSTEM, ANY, 2, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"MemoryType"}},
  {"another bus", {PAGED, USB, 2, 4, 0, DONT_CARE, DONT_CARE}, {PAGED, PCI, 2, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, GST_KS_ERROR_CONFLICT, {"BusType"}},
  {"another bus, never a wish", {PAGED, USB, 2, 4, 0, DONT_CARE, DONT_CARE}, {PAGED, PCI, 2 | WISHES, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"BusType"}},
  {"a size within", {PAGED, ANY, 2, 4, 0, {4096, 4096, 0}, {4096, 4096, 0}}, {PAGED, ANY, 2, 0, 0, {4096, 65536, 4096}, DONT_CARE}, {1, 1, 0}, FINE},
  {"a size between the steps", {PAGED, ANY, 2, 4, 0, {6000, 6000, 0}, DONT_CARE}, {PAGED, ANY, 2, 0, 0, {4096, 65536, 4096}, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"PhysicalRange"}},
  {"a size too large", {PAGED, ANY, 2, 4, 0, DONT_CARE, {65537, 65537, 0}}, {PAGED, ANY, 2, 0, 0, {4096, 65536, 1}, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"PhysicalRange"}},
  {"more alignment", {PAGED, ANY, 2, 4, 63, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2, 0, 15, DONT_CARE, DONT_CARE}, {1, 1, 0}, FINE},
  {"less alignment", {PAGED, ANY, 2, 4, 15, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2, 0, 63, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"FileAlignment"}},
  {"the same pitch", {PAGED, ANY, 2 | PITCH, 4, 768, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2 | PITCH, 0, 768, DONT_CARE, DONT_CARE}, {1, 1, 0}, FINE},
  {"another pitch", {PAGED, ANY, 2 | PITCH, 4, 1024, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2 | PITCH, 0, 768, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_CONFLICT, {"FileAlignment"}},
  {"no cap", {PAGED, ANY, 2, 0, 0, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2, 8, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, FINE},
  {"too few frames", {PAGED, ANY, 2, 4, 0, DONT_CARE, DONT_CARE}, {PAGED, ANY, 2, 8, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, GST_KS_ERROR_CONFLICT, {"Frames"}},
  {"not a mask", {PAGED, ANY, 2, 4, 64, DONT_CARE, DONT_CARE}, {ANY, ANY, 0, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_INVALID, {"item 0", "FileAlignment is 64", "2^k - 1"}},
  {"a range upside down", {PAGED, ANY, 2, 4, 0, {20, 10, 1}, DONT_CARE}, {ANY, ANY, 0, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0},
      GST_KS_ERROR_INVALID, {"item 0", "PhysicalRange"}},
  {"a step too large", {PAGED, ANY, 2, 4, 0, {10, 20, 11}, DONT_CARE}, {ANY, ANY, 0, 0, 0, DONT_CARE, DONT_CARE}, {1, 1, 0}, GST_KS_ERROR_INVALID, {"step"}},
  {"expanded, with room for it", {PAGED, ANY, 2, 4, 0, DONT_CARE, {3000, 3000, 0}}, {PAGED, ANY, 2, 0, 0, DONT_CARE, {1000, 1000, 0}}, {3, 1, 0}, FINE},
  {"expanded, without room", {PAGED, ANY, 2, 4, 0, DONT_CARE, {2999, 2999, 0}}, {PAGED, ANY, 2, 0, 0, DONT_CARE, {1000, 1000, 0}}, {3, 1, 0},
      GST_KS_ERROR_CONFLICT, {"OutputCompression 3/1 + 0", "3000", "PARTIAL_READ_SUPPORT"}},
  {"expanded by a margin", {PAGED, ANY, 2, 4, 0, DONT_CARE, {3000, 3000, 0}}, {PAGED, ANY, 2, 0, 0, DONT_CARE, {1000, 1000, 0}}, {3, 1, 1},
      GST_KS_ERROR_CONFLICT, {"3001"}},
  {"expanded, filled in parts", {PAGED, ANY, 2, 4, 0, DONT_CARE, {1024, 1024, 0}}, {PAGED, ANY, 2 | PARTIAL, 0, 0, DONT_CARE, {4096, 4096, 0}}, {2, 1, 0}, FINE},
  {"compressed", {PAGED, ANY, 2, 4, 0, DONT_CARE, {100, 100, 0}}, {PAGED, ANY, 2, 0, 0, DONT_CARE, {3000, 3000, 0}}, {1, 3, 0}, FINE},
  {"a ratio that nobody knows", {PAGED, ANY, 2, 4, 0, DONT_CARE, {100, 100, 0}}, {PAGED, ANY, 2, 0, 0, DONT_CARE, {3000, 3000, 0}}, {0xffffffff, 1, 0}, FINE},
  {"a ratio by zero", {PAGED, ANY, 2, 4, 0, DONT_CARE, {100, 100, 0}}, {PAGED, ANY, 2, 0, 0, DONT_CARE, {3000, 3000, 0}}, {3, 0, 0}, FINE},
};
/* *INDENT-ON* */

static GstKsAbiFramingItem
item_of (const Item * item)
{
  return (GstKsAbiFramingItem) {
    .memory_type = item->memory,.bus_type = item->bus,.flags =
        item->flags,.frames = item->frames,.file_alignment =
        item->mask,.physical_range = item->physical,.framing_range = {
      item->preferred, 0, 0
    }
  };
}

static GBytes *
encode (GstKsAbiFramingItem * items, guint n_items)
{
  const GstKsAbiFramingEx framing = {
    n_items, 0, {1, 1, 0}, 0, items
  };

  return gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &framing);
}

GST_START_TEST (test_framing_ex)
{
  const ExRow *row = &ex_rows[__i__];
  GstKsAbiFramingItem item = item_of (&row->item), pin = item_of (&row->pin);
  GstKsAbiFramingEx pin_framing = { 1, 0, row->ratio, 0, &pin };
  g_autoptr (GBytes) bytes = encode (&item, 1);
  g_autoptr (GError) error = NULL;
  gboolean valid = gst_ks_validate_framing_ex (bytes, &pin_framing, &error);

  fail_unless_equals_int (valid, row->code == FINE);
  check_error (row->name, error, row->code, row->says);
}

GST_END_TEST;

/* Each item of the request needs one of the pin's, whichever. */
GST_START_TEST (test_framing_ex_items)
{
  const Item any_size = { PAGED, ANY, 2, 4, 0, DONT_CARE, DONT_CARE };
  GstKsAbiFramingItem items[2] = { item_of (&any_size), item_of (&any_size) };
  GstKsAbiFramingItem pins[2] = { item_of (&any_size), item_of (&any_size) };
  GstKsAbiFramingEx pin_framing = { 2, 0, {1, 1, 0}, 0, pins };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  items[1].memory_type = pins[0].memory_type =
      GST_KSMEMORY_TYPE_KERNEL_NONPAGED;
  bytes = encode (items, 2);
  fail_unless (gst_ks_validate_framing_ex (bytes, &pin_framing, &error));
  pins[0].file_alignment = 63;
  fail_if (gst_ks_validate_framing_ex (bytes, &pin_framing, &error));
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT);
  fail_unless (strstr (error->message, "item 1") != NULL);
  fail_unless (strstr (error->message, "FileAlignment of its item 0, "
          "MemoryType of its item 1") != NULL, "%s", error->message);
  g_clear_error (&error);
  /* who says nothing takes anything */
  pin_framing.count_items = 0;
  fail_unless (gst_ks_validate_framing_ex (bytes, &pin_framing, &error));
  fail_unless (gst_ks_validate_framing_ex (bytes, NULL, &error));
}

GST_END_TEST;

GST_START_TEST (test_framing_ex_size)
{
  static const struct
  {
    const gchar *name;
    guint32 count;
    gsize size;
    GstKsError code;
    const gchar *says[3];
  } size_rows[] = {
    {"nothing", 1, 0, GST_KS_ERROR_TOO_SMALL, {"extended", "byte 0: cut off",
            "24"}},
    {"less than the header", 1, 23, GST_KS_ERROR_TOO_SMALL,
        {"byte 23: cut off"}},
    {"no item", 0, 24, GST_KS_ERROR_INVALID, {"CountItems is 0"}},
    {"header only", 1, 24, GST_KS_ERROR_TOO_SMALL, {"byte 24: cut off", "112"}},
    {"a byte short", 1, 111, GST_KS_ERROR_TOO_SMALL, {"byte 111: cut off",
            "112"}},
    {"a byte long", 1, 113, GST_KS_ERROR_INVALID, {"113 bytes", "112"}},
    {"two items in the room of one", 2, 112, GST_KS_ERROR_TOO_SMALL, {"200"}},
    {"more items than there can be", 0xffffffff, 112,
        GST_KS_ERROR_TOO_SMALL, {"CountItems is 4294967295"}},
  };
  guint8 data[128] = { 0, };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  GST_WRITE_UINT32_LE (data, size_rows[__i__].count);
  bytes = g_bytes_new (data, size_rows[__i__].size);
  fail_if (gst_ks_validate_framing_ex (bytes, NULL, &error));
  check_error (size_rows[__i__].name, error, size_rows[__i__].code,
      size_rows[__i__].says);
}

GST_END_TEST;

GST_START_TEST (test_framing_ex_limit)
{
  gsize size = 24 + 88 * 4097;
  guint8 *data = g_malloc0 (size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
  g_autoptr (GError) error = NULL;

  GST_WRITE_UINT32_LE (data, 4097);
  fail_if (gst_ks_validate_framing_ex (bytes, NULL, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT));
}

GST_END_TEST;

static Suite *
ksvalidate_suite (void)
{
  Suite *s = suite_create ("ksvalidate");
  TCase *tc = tcase_create ("ksvalidate");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_create_request, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_framing_ex, 0, G_N_ELEMENTS (ex_rows));
  tcase_add_test (tc, test_framing_ex_items);
  tcase_add_loop_test (tc, test_framing_ex_size, 0, 8);
  tcase_add_test (tc, test_framing_ex_limit);
  return s;
}

GST_CHECK_MAIN (ksvalidate);
