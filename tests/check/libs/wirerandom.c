/* Framings on the wire and back, at random: what the wire can say comes back as
 * it was, in both directions. And what KS says of memory that meets.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "wiretest.h"

#define RANDOM_FRAMINGS 3000
#define RANDOM_BYTES 500        /* new GUIDs stay interned */

static guint32
test_seed (void)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();

  g_print ("seed: KS_SEED=%u\n", seed);
  return seed;
}

/* Small, large and at the edges */
static guint32
random_u32 (GRand * rand)
{
  switch (g_rand_int_range (rand, 0, 5)) {
    case 0:
      return (guint32) g_rand_int_range (rand, 0, 9);
    case 1:
      return 0xFFFFFFFFU - (guint32) g_rand_int_range (rand, 0, 3);
    default:
      return g_rand_int (rand) >> g_rand_int_range (rand, 0, 32);
  }
}

static guint32
random_positive (GRand * rand)
{
  guint32 number = random_u32 (rand);

  return number != 0 ? number : 1;
}

static GstKsAbiRange
random_abi_range (GRand * rand)
{
  GstKsAbiRange r = { 0, 0xFFFFFFFFU, 1 };
  guint32 a = random_u32 (rand), b = random_u32 (rand);

  if (g_rand_int_range (rand, 0, 4) == 0)
    return r;
  r.min_frame_size = MIN (a, b);
  r.max_frame_size = MAX (MAX (a, b), 1);
  r.stepping = random_u32 (rand);
  if (r.stepping > r.max_frame_size - r.min_frame_size)
    r.stepping = (guint32) g_rand_int_range (rand, 0, 2);
  if (r.min_frame_size == r.max_frame_size)
    return r;
  r.stepping = MIN (r.stepping, r.max_frame_size - r.min_frame_size);
  return r;
}

/* A memory type with the bits that go with it */
static void
random_memory (GRand * rand, GstKsAbiFramingItem * item)
{
  static const GstKsGuid types[] = {
    GST_STATIC_KSMEMORY_TYPE_SYSTEM, GST_STATIC_KSMEMORY_TYPE_USER,
    GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED,
    GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED,
    GST_STATIC_KSMEMORY_TYPE_WILDCARD, GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN,
    {0x01234567, 0x89ab, 0xcdef, {1, 2, 3, 4, 5, 6, 7, 8}},
  };
  guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (types));

  item->memory_type = types[which];
  if (which < 4)
    item->flags |= GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY;
  else
    item->flags &= ~GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY;
  if (which == 6)
    item->flags |= GST_KSALLOCATOR_FLAG_DEVICE_SPECIFIC;
}

static void
random_abi_item (GRand * rand, GstKsAbiFramingItem * item)
{
  static const GstKsGuid buses[] = {
    GST_STATIC_GUID_NULL, GST_STATIC_GUID_BUS_TYPE_PCI,
    GST_STATIC_GUID_BUS_TYPE_EISA
  };

  memset (item, 0, sizeof *item);
  item->flags = g_rand_int (rand) & 0x800000FFU;
  random_memory (rand, item);
  item->bus_type = buses[g_rand_int_range (rand, 0, G_N_ELEMENTS (buses))];
  item->memory_flags = g_rand_int (rand)
      & GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE;
  item->frames = random_u32 (rand);
  item->memory_type_weight = random_u32 (rand);
  item->physical_range = random_abi_range (rand);
  item->framing_range.range = random_abi_range (rand);
  item->framing_range.in_place_weight = random_u32 (rand);
  item->framing_range.not_in_place_weight = random_u32 (rand);
  if (g_rand_boolean (rand)) {
    item->flags |= GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED;
    item->file_alignment = 1 + (random_u32 (rand) >> 2);
  } else {
    item->file_alignment = 0xFFFFFFFFU >> g_rand_int_range (rand, 0, 32);
  }
}

static GstKsAbiFramingEx
random_abi (GRand * rand)
{
  GstKsAbiFramingEx ex = { 0, 0, {0, 0, 0}, 0, NULL };
  guint32 n = (guint32) g_rand_int_range (rand, 1, 5);

  fail_unless (gst_ks_abi_framing_ex_resize (&ex, n, NULL));
  for (guint32 i = 0; i < n; i++)
    random_abi_item (rand, &ex.items[i]);
  ex.output_compression.ratio_numerator = random_positive (rand);
  ex.output_compression.ratio_denominator = random_u32 (rand);
  if (ex.output_compression.ratio_denominator != 0)
    ex.output_compression.ratio_constant_margin = random_u32 (rand);
  return ex;
}

GST_START_TEST (test_wire_and_back)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_FRAMINGS; i++) {
    g_autofree gchar *name = g_strdup_printf ("framing %u", i);
    g_auto (GstKsAbiFramingEx) ex = random_abi (rand);
    g_auto (GStrv) complaints = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GstKsFraming) framing =
        gst_ks_framing_from_abi (&ex, &complaints, &error);

    fail_unless (framing != NULL, "%s: %s", name, error ? error->message : "");
    wire_assert_complaint (name, complaints, NULL);
    wire_assert_same_ex (name, &ex, framing);
  }
}

GST_END_TEST;

/* Only ranges that the wire has: below its end, or without one */
static GstKsRange
random_range (GRand * rand)
{
  GstKsAbiRange abi = random_abi_range (rand);
  GstKsRange r = { abi.min_frame_size, abi.max_frame_size, abi.stepping };

  if (r.min != r.max && r.max == 0xFFFFFFFFU)
    r.max = GST_KS_RANGE_LIMIT;
  return r;
}

static const gchar *const kinds[] = { "any", "mapped", "host", "system",
  "locked", "huge", "shared", "user", "udmabuf", "dmaheap", "dumb", "bar",
  "p2pmem", "dax", "vulkan", "cuda", "cuda-host", "host-mapped", "vendor"
};

static GstKsFramingItem
random_item (GRand * rand)
{
  static const gchar *const buses[] = { NULL, "pci", "usb", "1394", "avc",
    "61883", "ddc35509-f3fc-11d0-a537-0000f8753ed1"
  };
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");

  item.memory = kinds[g_rand_int_range (rand, 0, G_N_ELEMENTS (kinds))];
  item.bus = buses[g_rand_int_range (rand, 0, G_N_ELEMENTS (buses))];
  item.flags = (GstKsFramingFlags) g_rand_int_range (rand, 0, 1 << 8);
  if (strcmp (item.memory, "vendor") == 0)
    item.device = "01234567-89ab-cdef-0123-456789abcdef";
  if (strcmp (item.memory, "host-mapped") == 0)
    item.flags &= ~GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
  item.size = random_range (rand);
  item.prefer = random_range (rand);
  item.frames.min = random_u32 (rand);
  item.weight = random_u32 (rand);
  item.in_place_weight = random_u32 (rand);
  item.not_in_place_weight = random_u32 (rand);
  if (g_rand_boolean (rand))
    item.align = G_GUINT64_CONSTANT (1) << g_rand_int_range (rand, 0, 33);
  else
    item.stride.min = item.stride.max = 1 + (random_u32 (rand) >> 2);
  return item;
}

static GstKsFraming *
random_framing (GRand * rand)
{
  GstKsFramingItem items[4];
  guint n = (guint) g_rand_int_range (rand, 1, 5);
  GstKsRatio ratio = { random_positive (rand), random_positive (rand),
    random_u32 (rand)
  };
  const GstKsRatio unknown = GST_KS_RATIO_INIT_UNKNOWN;

  if (g_rand_int_range (rand, 0, 5) == 0 || ratio.numerator == 0xFFFFFFFFU)
    ratio = unknown;
  for (guint i = 0; i < n; i++)
    items[i] = random_item (rand);
  return gst_ks_framing_new (items, n, &ratio, NULL);
}

GST_START_TEST (test_framing_and_back)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_FRAMINGS; i++) {
    g_autoptr (GstKsFraming) framing = random_framing (rand);
    g_autofree gchar *text = gst_ks_framing_to_string (framing);
    g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
    g_auto (GStrv) complaints = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GstKsFraming) back = NULL;

    fail_unless (gst_ks_framing_to_abi (framing, &ex, &complaints, &error),
        "framing %u: %s: %s", i, text, error ? error->message : "");
    wire_assert_complaint (text, complaints, NULL);
    bytes = gst_ks_framing_to_wire (framing, GST_KS_WIRE_FORM_EX, NULL);
    back = gst_ks_framing_from_wire (g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes), GST_KS_WIRE_FORM_EX, NULL, NULL);
    fail_unless (back != NULL && gst_ks_framing_equal (framing, back),
        "framing %u: %s", i, text);
  }
}

GST_END_TEST;

GST_START_TEST (test_fixed_and_back)
{
  static const gchar *const words[] = { "system", "locked", "host-mapped" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_FRAMINGS; i++) {
    GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
    g_autoptr (GstKsFraming) framing = NULL;
    g_autoptr (GstKsFraming) back = NULL;
    g_autoptr (GBytes) bytes = NULL;

    item.memory = words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))];
    item.size.min = item.size.max = random_positive (rand);
    item.frames.max = random_positive (rand);
    item.align = G_GUINT64_CONSTANT (1) << g_rand_int_range (rand, 0, 13);
    framing = gst_ks_framing_new (&item, 1, NULL, NULL);
    bytes = gst_ks_framing_to_wire (framing, GST_KS_WIRE_FORM_FIXED, NULL);
    back = gst_ks_framing_from_wire (g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes), GST_KS_WIRE_FORM_FIXED, NULL, NULL);
    fail_unless (back != NULL && gst_ks_framing_equal (framing, back),
        "framing %u", i);
  }
}

GST_END_TEST;

/* Any bytes at all: an error or a framing, never more than that. */
GST_START_TEST (test_any_bytes)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_BYTES; i++) {
    g_autoptr (GBytes) bytes = wire_bytes (SIMPLE_BYTES);
    gsize size;
    g_autofree guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&bytes),
        &size);
    g_auto (GStrv) complaints = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GstKsFraming) framing = NULL;

    for (gint flips = g_rand_int_range (rand, 1, 5); flips > 0; flips--)
      data[g_rand_int_range (rand, 4, (gint) size)] ^=
          (guint8) (1 << g_rand_int_range (rand, 0, 8));
    framing = gst_ks_framing_from_wire (data, size, GST_KS_WIRE_FORM_EX,
        &complaints, &error);
    fail_unless ((framing != NULL) == (error == NULL), "framing %u", i);
    fail_unless ((framing != NULL) == (complaints != NULL), "framing %u", i);
  }
}

GST_END_TEST;

/* What meets what */

#define TYPE "MemoryType=KSMEMORY_TYPE_"

static const gchar *const logical[] = {
  TYPE "WILDCARD Flags=0",
  TYPE "SYSTEM Flags=2",
  TYPE "USER Flags=2",
  TYPE "KERNEL_PAGED Flags=2",
  TYPE "KERNEL_NONPAGED Flags=2",
  TYPE "DEVICE_UNKNOWN Flags=0",
  "MemoryType=01234567-89ab-cdef-0123-456789abcdef Flags=0x20"
};

#define N_LOGICAL G_N_ELEMENTS (logical)
#define NO (-1)

/* Row and column as above: which of them comes of both */
static const gint meets[N_LOGICAL][N_LOGICAL] = {
  {0, 1, 2, 3, 4, 5, 6},
  {1, 1, 2, 3, 4, NO, NO},
  {2, 2, 2, NO, NO, NO, NO},
  {3, 3, NO, 3, NO, NO, NO},
  {4, 4, NO, NO, 4, NO, NO},
  {5, NO, NO, NO, NO, 5, NO},
  {6, NO, NO, NO, NO, NO, 6},
};

static GstKsFraming *
framing_with (const gchar * settings, guint32 more_flags)
{
  g_auto (GstKsAbiFramingEx) ex = wire_framing_ex (SIMPLE_BYTES);

  wire_apply (&ex, settings);
  ex.items[0].flags |= more_flags;
  return gst_ks_framing_from_abi (&ex, NULL, NULL);
}

static const gchar *
kind_of (const GstKsFraming * framing)
{
  return gst_ks_framing_peek_item (framing, 0)->memory;
}

GST_START_TEST (test_memory_meets)
{
  guint row = (guint) __i__ / N_LOGICAL, column = (guint) __i__ % N_LOGICAL;
  g_autoptr (GstKsFraming) a = framing_with (logical[row], 0);
  g_autoptr (GstKsFraming) b = framing_with (logical[column], 0);
  g_autoptr (GstKsFraming) both = gst_ks_framing_intersect (a, b, NULL);
  g_autoptr (GstKsFraming) wanted = NULL;

  fail_unless ((both != NULL) == (meets[row][column] != NO), "%s and %s",
      kind_of (a), kind_of (b));
  if (both == NULL)
    return;
  wanted = framing_with (logical[meets[row][column]], 0);
  fail_unless_equals_string (kind_of (both), kind_of (wanted));
  fail_unless_equals_string (gst_ks_kind_meet (kind_of (a), kind_of (b)),
      kind_of (wanted));
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *a, *b;
  const gchar *kind;            /* NULL: they do not meet */
} ExceptionRow;

#define PAGED "MemoryType=KSMEMORY_TYPE_KERNEL_PAGED"
#define NONPAGED "MemoryType=KSMEMORY_TYPE_KERNEL_NONPAGED"
#define VENDOR_A "MemoryType=01234567-89ab-cdef-0123-456789abcdef Flags=0x20"
#define VENDOR_B "MemoryType=11234567-89ab-cdef-0123-456789abcdef Flags=0x20"

static const ExceptionRow exception_rows[] = {
  {"paged-wish", PAGED " Flags=0x80000002", NONPAGED " Flags=2", "locked"},
  {"paged-wish-second", NONPAGED " Flags=2", PAGED " Flags=0x80000002",
      "locked"},
  {"non-paged-wish", PAGED " Flags=2", NONPAGED " Flags=0x80000002", NULL},
  {"same-vendor", VENDOR_A, VENDOR_A, "vendor"},
  {"other-vendor", VENDOR_A, VENDOR_B, NULL},
  {"same-vendor-other-bus", VENDOR_A " BusType=GUID_BUS_TYPE_PCI",
      VENDOR_A " BusType=GUID_BUS_TYPE_USB", NULL},
  {"same-bus", VENDOR_A " BusType=GUID_BUS_TYPE_PCI",
      VENDOR_A " BusType=GUID_BUS_TYPE_PCI", "vendor"},
  {"other-bus", NONPAGED " Flags=2 BusType=GUID_BUS_TYPE_PCI",
      NONPAGED " Flags=2 BusType=GUID_BUS_TYPE_USB", NULL},
  {"any-bus", NONPAGED " Flags=2 BusType=GUID_BUS_TYPE_PCI",
      NONPAGED " Flags=2", "locked"},
  {"same-pitch", NONPAGED " Flags=0x8002 FileAlignment=768",
      NONPAGED " Flags=0x8002 FileAlignment=768", "locked"},
  {"other-pitch", NONPAGED " Flags=0x8002 FileAlignment=768",
      NONPAGED " Flags=0x8002 FileAlignment=1024", NULL},
  {"size-limits-apart", NONPAGED " Flags=2 PhysicalRange.MaxFrameSize=100",
      NONPAGED " Flags=2 PhysicalRange.MinFrameSize=200", NULL},
  {"size-limits-a-wish", NONPAGED " Flags=0x80000002 "
        "PhysicalRange.MaxFrameSize=100",
      NONPAGED " Flags=2 PhysicalRange.MinFrameSize=200", "locked"},
};

GST_START_TEST (test_exceptions)
{
  const ExceptionRow *row = &exception_rows[__i__];
  g_autoptr (GstKsFraming) a = framing_with (row->a, 0);
  g_autoptr (GstKsFraming) b = framing_with (row->b, 0);
  g_autoptr (GstKsFraming) both = gst_ks_framing_intersect (a, b, NULL);

  fail_unless ((both != NULL) == (row->kind != NULL), "%s", row->name);
  fail_unless (both == NULL || strcmp (kind_of (both), row->kind) == 0, "%s",
      row->name);
}

GST_END_TEST;

/* Items for another bus than the connection's are not chosen. */
GST_START_TEST (test_bus_filter)
{
  g_autoptr (GstKsFraming) pin = wire_parse ("locked, bus=pci, weight=9; "
      "system, bus=usb; huge, bus=pci");
  g_autoptr (GstKsFraming) connection = wire_parse ("any, bus=usb");
  g_autoptr (GstKsFraming) kept =
      gst_ks_framing_intersect (pin, connection, NULL);

  wire_assert_text ("usb", kept, "system, bus=usb");
}

GST_END_TEST;

/* No requirement on one side: the other one decides. */
GST_START_TEST (test_no_size_gives_way)
{
  const GstKsAbiFraming none = { 2, 1, 0, 0, 0, 0 };
  const GstKsAbiFraming some = { 2, 1, 0, 4096, 0, 0 };
  g_autoptr (GstKsFraming) a = gst_ks_framing_from_abi_old (&none, NULL, NULL);
  g_autoptr (GstKsFraming) b = gst_ks_framing_from_abi_old (&some, NULL, NULL);
  g_autoptr (GstKsFraming) both = gst_ks_framing_intersect (a, b, NULL);
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_fixate (both, NULL);

  wire_assert_text ("fixed", fixed, "system, size=4k");
}

GST_END_TEST;

static Suite *
wirerandom_suite (void)
{
  Suite *s = suite_create ("wirerandom");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_wire_and_back);
  tcase_add_test (tc, test_framing_and_back);
  tcase_add_test (tc, test_fixed_and_back);
  tcase_add_test (tc, test_any_bytes);
  tcase_add_loop_test (tc, test_memory_meets, 0, N_LOGICAL * N_LOGICAL);
  tcase_add_loop_test (tc, test_exceptions, 0, G_N_ELEMENTS (exception_rows));
  tcase_add_test (tc, test_bus_filter);
  tcase_add_test (tc, test_no_size_gives_way);
  return s;
}

GST_CHECK_MAIN (wirerandom);
