/* Framings as KS's structures and bytes: each row of the correspondences, and
 * that nothing is lost on the way there and back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "wiretest.h"

#define SIMPLE_TEXT "locked, prefer=8k, frames=2.., flags=preferences-only"

/* Golden bytes */

typedef struct
{
  const gchar *name, *hex;
  GstKsWireForm form;
  const gchar *text;
} GoldenRow;

static const GoldenRow golden_rows[] = {
  {"simple-framing", SIMPLE_BYTES, GST_KS_WIRE_FORM_EX, SIMPLE_TEXT},
  {"create-request", "020000000000000004000000000001003f00000000000000",
      GST_KS_WIRE_FORM_FIXED, "locked, size=64k, frames=..4, align=64"},
  {"old-answer", "020000800100000003000000002000000300000000000000",
        GST_KS_WIRE_FORM_OLD,
      "system, prefer=8k, frames=3.., align=4, flags=preferences-only"},
};

GST_START_TEST (test_golden)
{
  const GoldenRow *row = &golden_rows[__i__];
  g_autoptr (GBytes) bytes = wire_bytes (row->hex);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) complaints = NULL;
  g_autoptr (GstKsFraming) framing = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  framing = gst_ks_framing_from_wire (data, size, row->form, &complaints,
      &error);
  fail_unless (framing != NULL, "%s: %s", row->name,
      error ? error->message : "");
  wire_assert_text (row->name, framing, row->text);
  wire_assert_complaint (row->name, complaints, NULL);
  back = gst_ks_framing_to_wire (framing, row->form, NULL);
  fail_unless (g_bytes_equal (bytes, back), "%s", row->name);
}

GST_END_TEST;

GST_START_TEST (test_truncated)
{
  const GoldenRow *row = &golden_rows[__i__];
  g_autoptr (GBytes) bytes = wire_bytes (row->hex);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize n = 0; n < size; n++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_ks_framing_from_wire (data, n, row->form, NULL, &error)
        == NULL, "%s: %" G_GSIZE_FORMAT, row->name, n);
    fail_unless (g_error_matches (error, GST_KS_ERROR,
            GST_KS_ERROR_TOO_SMALL), "%s: %s", row->name, error->message);
  }
}

GST_END_TEST;

/* In: the simple framing with some fields set otherwise */

typedef struct
{
  const gchar *name;
  const gchar *settings;        /* path=value, separated by spaces */
  const gchar *text;
  const gchar *complaint;       /* NULL: none */
} InRow;

#define VENDOR_GUID "01234567-89ab-cdef-0123-456789abcdef"

static const InRow in_rows[] = {
  {"wildcard", "MemoryType=KSMEMORY_TYPE_WILDCARD Flags=0",
      "any, prefer=8k, frames=2..", NULL},
  {"wildcard-system-memory", "MemoryType=KSMEMORY_TYPE_WILDCARD Flags=2",
      "host, prefer=8k, frames=2..", "FramingItem[0].Flags: SYSTEM_MEMORY"},
  {"system", "MemoryType=KSMEMORY_TYPE_SYSTEM Flags=2",
      "host, prefer=8k, frames=2..", NULL},
  {"user", "MemoryType=KSMEMORY_TYPE_USER Flags=2",
      "user, prefer=8k, frames=2..", NULL},
  {"paged", "MemoryType=KSMEMORY_TYPE_KERNEL_PAGED Flags=2",
      "system, prefer=8k, frames=2..", NULL},
  {"non-paged", "Flags=2", "locked, prefer=8k, frames=2..", NULL},
  {"system-memory-clear", "Flags=0", "locked, prefer=8k, frames=2..",
      "SYSTEM_MEMORY is clear"},
  {"device-unknown", "MemoryType=KSMEMORY_TYPE_DEVICE_UNKNOWN Flags=0",
      "host-mapped, prefer=8k, frames=2..", NULL},
  {"device-system-memory", "MemoryType=KSMEMORY_TYPE_DEVICE_UNKNOWN Flags=2",
      "host-mapped, prefer=8k, frames=2..", "SYSTEM_MEMORY is set"},
  {"device-specific", "MemoryType=KSMEMORY_TYPE_DEVICE_UNKNOWN Flags=0x60",
        "vendor, prefer=8k, frames=2.., flags=can-allocate+device-specific",
      NULL},
  {"vendor", "MemoryType=" VENDOR_GUID " Flags=0x20",
      "vendor, device=" VENDOR_GUID ", prefer=8k, frames=2.., "
        "flags=device-specific", NULL},
  {"vendor-not-specific", "MemoryType=" VENDOR_GUID " Flags=0",
        "vendor, device=" VENDOR_GUID ", prefer=8k, frames=2..",
      "DEVICE_SPECIFIC is clear"},
  {"bus-pci", "BusType=GUID_BUS_TYPE_PCI", "locked, bus=pci, prefer=8k, "
        "frames=2.., flags=preferences-only", NULL},
  {"bus-usb", "BusType=GUID_BUS_TYPE_USB", "locked, bus=usb, prefer=8k, "
        "frames=2.., flags=preferences-only", NULL},
  {"bus-1394", "BusType=GUID_BUS_TYPE_1394", "locked, bus=1394, prefer=8k, "
        "frames=2.., flags=preferences-only", NULL},
  {"bus-avc", "BusType=GUID_BUS_TYPE_AVC", "locked, bus=avc, prefer=8k, "
        "frames=2.., flags=preferences-only", NULL},
  {"bus-61883", "BusType=GUID_61883_CLASS", "locked, bus=61883, prefer=8k, "
        "frames=2.., flags=preferences-only", NULL},
  {"bus-other", "BusType=" VENDOR_GUID, "locked, bus=" VENDOR_GUID
        ", prefer=8k, frames=2.., flags=preferences-only", NULL},
  {"bus-flags", "BusFlags=1", SIMPLE_TEXT, "FramingItem[0].BusFlags: 0x"},
  {"all-flags", "Flags=0x800000ff", "locked, prefer=8k, frames=2.., "
        "flags=in-place+frame-integrity+must-allocate+can-allocate+"
        "preferences-only+partial-read+insist-on-ratio+device-specific", NULL},
  {"pipe-flags", "Flags=0x80000102", SIMPLE_TEXT, "Flags: 0x00000100"},
  {"must-in-flags", "Flags=10",
      "locked, prefer=8k, frames=2.., flags=must-allocate", NULL},
  {"must-in-memory-flags", "Flags=2 MemoryFlags=8",
      "locked, prefer=8k, frames=2.., flags=must-allocate", NULL},
  {"memory-flags", "MemoryFlags=0x10", SIMPLE_TEXT, "MemoryFlags: 0x00000010"},
  {"frames-none", "Flags=2 Frames=0", "locked, prefer=8k", NULL},
  {"align", "Flags=2 FileAlignment=63",
      "locked, prefer=8k, frames=2.., align=64", NULL},
  {"align-page", "Flags=2 FileAlignment=4095",
      "locked, prefer=8k, frames=2.., align=4k", NULL},
  {"align-largest", "Flags=2 FileAlignment=0xffffffff",
      "locked, prefer=8k, frames=2.., align=4G", NULL},
  {"pitch", "Flags=0x8002 FileAlignment=768",
      "locked, prefer=8k, frames=2.., stride=768", NULL},
  {"pitch-upwards", "Flags=0x8002 FileAlignment=0xfffffd00",
      "locked, prefer=8k, frames=2.., stride=768", "FramePitch: -768"},
  {"pitch-none", "Flags=0x8002 FileAlignment=0",
      "locked, prefer=8k, frames=2..", "FramePitch: 0"},
  {"weights", "Flags=2 MemoryTypeWeight=7 FramingRange.InPlaceWeight=3 "
        "FramingRange.NotInPlaceWeight=4294967295",
      "locked, prefer=8k, frames=2.., weight=7, in-place-weight=3, "
        "not-in-place-weight=4294967295", NULL},
  {"sample-format-set", "Flags=2 PhysicalRange.MinFrameSize=614400 "
        "PhysicalRange.MaxFrameSize=614400 PhysicalRange.Stepping=0 "
        "FramingRange.Range.MinFrameSize=614400 "
        "FramingRange.Range.MaxFrameSize=614400 "
        "FramingRange.Range.Stepping=0", "locked, size=600k, frames=2..", NULL},
  {"steps", "Flags=2 PhysicalRange.MinFrameSize=16 "
        "PhysicalRange.MaxFrameSize=4100 PhysicalRange.Stepping=16",
      "locked, size=16..4k/16, prefer=8k, frames=2..", NULL},
  {"stepping-0-is-1", "Flags=2 PhysicalRange.MinFrameSize=16 "
        "PhysicalRange.MaxFrameSize=4100 PhysicalRange.Stepping=0",
      "locked, size=16..4100, prefer=8k, frames=2..", NULL},
  {"no-upper-end", "Flags=2 PhysicalRange.MinFrameSize=16",
      "locked, size=16.., prefer=8k, frames=2..", NULL},
  {"nothing-preferred", "Flags=2 PhysicalRange.MinFrameSize=16 "
        "FramingRange.Range.MinFrameSize=0 "
        "FramingRange.Range.MaxFrameSize=4294967295",
      "locked, size=16.., frames=2..", NULL},
  {"zero-range", "Flags=2 PhysicalRange.MaxFrameSize=0",
      "locked, prefer=8k, frames=2..", "PhysicalRange: frames of 0 bytes"},
  {"ratio", "Flags=2 .OutputCompression.RatioNumerator=4 "
        ".OutputCompression.RatioDenominator=6 "
        ".OutputCompression.RatioConstantMargin=16",
      "locked, prefer=8k, frames=2.., ratio=2/3+16", NULL},
  {"ratio-unknown", "Flags=2 .OutputCompression.RatioDenominator=0",
      "locked, prefer=8k, frames=2.., ratio=unknown", NULL},
  {"ratio-unknown-too", "Flags=2 .OutputCompression.RatioNumerator=0xffffffff",
      "locked, prefer=8k, frames=2.., ratio=unknown", NULL},
  {"ratio-of-nothing", "Flags=2 .OutputCompression.RatioNumerator=0",
        "locked, prefer=8k, frames=2.., ratio=unknown",
      "OutputCompression: 0/1"},
  {"pin-flags", ".PinFlags=1", SIMPLE_TEXT, "PinFlags: 0x00000001"},
  {"pin-weight", ".PinWeight=5", SIMPLE_TEXT, "PinWeight: 5"},
};

GST_START_TEST (test_in)
{
  const InRow *row = &in_rows[__i__];
  g_auto (GstKsAbiFramingEx) ex = wire_framing_ex (SIMPLE_BYTES);
  g_auto (GStrv) complaints = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = NULL;

  wire_apply (&ex, row->settings);
  framing = gst_ks_framing_from_abi (&ex, &complaints, &error);
  fail_unless (framing != NULL, "%s: %s", row->name,
      error ? error->message : "");
  wire_assert_text (row->name, framing, row->text);
  wire_assert_complaint (row->name, complaints, row->complaint);
  if (row->complaint == NULL)
    wire_assert_same_ex (row->name, &ex, framing);
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *settings, *reason;
} BadInRow;

static const BadInRow bad_in_rows[] = {
  {"align-no-mask", "FileAlignment=5", "FramingItem[0].FileAlignment: 0x5 is "
        "no mask"},
  {"align-bytes", "FileAlignment=64", "FileAlignment: 0x40"},
  {"min-above-max", "PhysicalRange.MinFrameSize=9 "
        "PhysicalRange.MaxFrameSize=8",
      "FramingItem[0].PhysicalRange: MinFrameSize 9 is above MaxFrameSize 8"},
  {"step-above-span", "FramingRange.Range.MinFrameSize=10 "
        "FramingRange.Range.MaxFrameSize=20 FramingRange.Range.Stepping=11",
      "FramingItem[0].FramingRange: Stepping 11 is above the span of 10"},
};

GST_START_TEST (test_bad_in)
{
  const BadInRow *row = &bad_in_rows[__i__];
  g_auto (GstKsAbiFramingEx) ex = wire_framing_ex (SIMPLE_BYTES);
  g_autoptr (GError) error = NULL;
  GStrv untouched = NULL;

  wire_apply (&ex, row->settings);
  fail_unless (gst_ks_framing_from_abi (&ex, &untouched, &error) == NULL, "%s",
      row->name);
  fail_unless (untouched == NULL, "%s", row->name);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID)
      && strstr (error->message, row->reason) != NULL, "%s: %s", row->name,
      error->message);
}

GST_END_TEST;

/* Out: what the wire cannot carry */

typedef struct
{
  const gchar *name, *text;
  const gchar *back;            /* NULL: the error is reason */
  const gchar *reason;
} OutRow;

static const OutRow out_rows[] = {
  {"cap", "system, frames=2..4", "system, frames=2..", NULL},
  {"kernel-only", "locked, flags=kernel-only", "locked", NULL},
  {"margins", "system, size=1000, prefix=16, padding=8", "system, size=1k",
      NULL},
  {"margins-of-any", "system, prefix=16", "system", NULL},
  {"last-upper-end", "system, size=16..4294967295", "system, size=16..", NULL},
  {"vendor-mapped", "vendor", "host-mapped", NULL},
  {"host-mapped-specific", "host-mapped, flags=device-specific",
      "vendor, flags=device-specific", NULL},
  {"word-as-guid", "any, bus=c8ebdfb0-b510-11d0-80e5-00a0c92542e3",
      "any, bus=pci", NULL},
  {"vendor-word", "acme", NULL, "item 1: memory: the kind 'acme' has no GUID"},
  {"device", "any; dmaheap, device=system", NULL,
      "item 2: device: the wire has no place for 'system'"},
  {"device-no-guid", "vendor, device=card0", NULL,
      "item 1: device: 'card0' is no GUID"},
  {"device-of-ks", "vendor, device=091bb638-603f-11d1-b067-00a0c9062802", NULL,
      "is the GUID of the kind host"},
  {"size-wide", "any, size=4294967296", NULL, "item 1: size: 4294967296 takes"},
  {"size-end-wide", "any, size=1..4294967296", NULL,
      "item 1: size: 4294967296 takes"},
  {"size-wide-with-margins", "any, size=4294967295, padding=1", NULL,
      "item 1: size: 4294967296 takes"},
  {"lower-end-wide", "any, size=4294967295..", NULL,
      "item 1: size: the lower end 4294967295"},
  {"prefer-wide", "any, prefer=8G", NULL, "item 1: prefer: 8589934592"},
  {"step-wide", "any, size=1../4294967295", NULL, "item 1: size: the step"},
  {"frames-wide", "any, frames=4294967296..", NULL,
      "item 1: frames: 4294967296"},
  {"align-wide", "any, align=8G", NULL, "item 1: align: 8589934591"},
  {"weight-wide", "any, weight=4294967296", NULL,
      "item 1: weight: 4294967296"},
  {"weight-below-0", "any, in-place-weight=-1", NULL,
      "item 1: in-place-weight: -1"},
  {"stride-range", "any, stride=256../512", NULL, "item 1: stride: 256.."},
  {"stride-wide", "any, stride=2147483648", NULL, "from 1 to 2^31-1"},
  {"stride-0", "any, stride=0", NULL, "item 1: stride: 0..0"},
  {"stride-and-align", "any, stride=768, align=16", NULL,
      "item 1: align: 16; it has the same place"},
  {"ratio-wide", "any, ratio=4294967296", NULL, "ratio: 4294967296"},
  {"ratio-margin-wide", "any, ratio=1+4294967296", NULL, "ratio: 4294967296"},
  {"ratio-sentinel", "any, ratio=4294967295", NULL, "means an unknown ratio"},
};

GST_START_TEST (test_out)
{
  const OutRow *row = &out_rows[__i__];
  g_autoptr (GstKsFraming) framing = wire_parse (row->text);
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
  g_auto (GStrv) complaints = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) back = NULL;

  if (row->back == NULL) {
    fail_if (gst_ks_framing_to_abi (framing, &ex, &complaints, &error), "%s",
        row->name);
    fail_unless (ex.items == NULL && complaints == NULL, "%s", row->name);
    fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID)
        && strstr (error->message, row->reason) != NULL, "%s: %s", row->name,
        error->message);
    return;
  }
  fail_unless (gst_ks_framing_to_abi (framing, &ex, &complaints, &error),
      "%s: %s", row->name, error ? error->message : "");
  back = gst_ks_framing_from_abi (&ex, NULL, NULL);
  wire_assert_text (row->name, back, row->back);
  wire_assert_complaint (row->name, complaints, row->back);
}

GST_END_TEST;

GST_START_TEST (test_no_items)
{
  const GstKsAbiFramingEx none = { 0, 0, {1, 1, 0}, 0, NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) complaints = NULL;
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_from_abi (&none, &complaints, NULL);
  GstKsAbiFraming old;

  wire_assert_text ("no-items", framing, "any");
  wire_assert_complaint ("no-items", complaints, "CountItems: 0");
  fail_if (gst_ks_abi_framing_from_ex (&none, &old, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND));
}

GST_END_TEST;

GST_START_TEST (test_too_many_items)
{
  g_auto (GstKsAbiFramingEx) ex = wire_framing_ex (SIMPLE_BYTES);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_abi_framing_ex_resize (&ex, 65, NULL));
  fail_unless (gst_ks_framing_from_abi (&ex, NULL, &error) == NULL);
  fail_unless (g_str_has_prefix (error->message, "CountItems: 65"));
}

GST_END_TEST;

/* Two calls */

typedef struct
{
  const gchar *text;
  GstKsWireForm form;
  gsize size;
} SizeRow;

static const SizeRow size_rows[] = {
  {"system", GST_KS_WIRE_FORM_EX, 112},
  {"system; huge", GST_KS_WIRE_FORM_EX, 200},
  {"system; huge; locked", GST_KS_WIRE_FORM_EX, 288},
  {"system; huge", GST_KS_WIRE_FORM_OLD, 24},
  {"system, size=1", GST_KS_WIRE_FORM_FIXED, 24},
};

GST_START_TEST (test_two_calls)
{
  const SizeRow *row = &size_rows[__i__];
  g_autoptr (GstKsFraming) framing = wire_parse (row->text);
  g_autofree guint8 *buf = g_malloc (row->size);
  g_autoptr (GError) e1 = NULL;
  g_autoptr (GError) e2 = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize needed = 0;

  memset (buf, 0xA5, row->size);
  fail_if (gst_ks_framing_write_wire (framing, row->form, NULL, 0, &needed,
          &e1));
  fail_unless (g_error_matches (e1, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL));
  fail_unless_equals_uint64 (needed, row->size);
  fail_if (gst_ks_framing_write_wire (framing, row->form, buf, row->size - 1,
          NULL, &e2));
  fail_unless (g_error_matches (e2, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL));
  fail_unless (buf[0] == 0xA5 && buf[row->size - 2] == 0xA5);
  fail_unless (gst_ks_framing_write_wire (framing, row->form, buf, needed,
          &needed, NULL));
  bytes = gst_ks_framing_to_wire (framing, row->form, NULL);
  fail_unless_equals_uint64 (g_bytes_get_size (bytes), row->size);
  fail_unless (memcmp (buf, g_bytes_get_data (bytes, NULL), row->size) == 0);
}

GST_END_TEST;

GST_START_TEST (test_items_in_order)
{
  static const gchar text[] = "huge, weight=3; system, size=1..9; any";
  g_autoptr (GstKsFraming) framing = wire_parse (text);
  g_autoptr (GBytes) bytes =
      gst_ks_framing_to_wire (framing, GST_KS_WIRE_FORM_EX, NULL);
  g_autoptr (GstKsFraming) back = gst_ks_framing_from_wire (g_bytes_get_data
      (bytes, NULL), g_bytes_get_size (bytes), GST_KS_WIRE_FORM_EX, NULL, NULL);

  wire_assert_text ("order", back, text);
}

GST_END_TEST;

GST_START_TEST (test_masks_are_bytes_less_one)
{
  for (guint k = 0; k <= 12; k++) {
    g_auto (GstKsAbiFramingEx) ex = wire_framing_ex (SIMPLE_BYTES);
    g_autoptr (GstKsFraming) framing = NULL;

    ex.items[0].file_alignment = (1u << k) - 1;
    framing = gst_ks_framing_from_abi (&ex, NULL, NULL);
    fail_unless_equals_uint64 (gst_ks_framing_peek_item (framing, 0)->align,
        G_GUINT64_CONSTANT (1) << k);
    wire_assert_same_ex ("mask", &ex, framing);
  }
}

GST_END_TEST;

/* Others may have them stored: they never change. */
static const gchar *const own_kinds[] = { "mapped", "huge", "shared",
  "udmabuf", "dmaheap", "dumb", "bar", "p2pmem", "dax", "vulkan", "cuda",
  "cuda-host"
};

GST_START_TEST (test_own_kinds)
{
  const gchar *kind = own_kinds[__i__];
  g_autoptr (GstKsFraming) framing = wire_parse (kind);
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
  g_autofree gchar *wanted = g_strdup_printf
      ("918FAC%02X-396F-4887-ADE1-65E0791B6BC5", (guint) __i__ + 1);
  g_autofree gchar *guid = NULL;

  fail_unless (gst_ks_framing_to_abi (framing, &ex, NULL, NULL), "%s", kind);
  guid = gst_ks_guid_to_string (&ex.items[0].memory_type);
  fail_unless_equals_string (guid, wanted);
  wire_assert_same_ex (kind, &ex, framing);
}

GST_END_TEST;

/* Every bus that a framing can name has KS's GUID, and is known by it. */
GST_START_TEST (test_known_buses)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  gchar *known, *end;

  fail_unless (gst_ks_framing_parse ("any, bus=none", &error) == NULL);
  known = strstr (error->message, "known: ");
  end = strstr (error->message, ", or a GUID");
  fail_unless (known != NULL && end != NULL, "%s", error->message);
  *end = '\0';
  words = g_strsplit (known + strlen ("known: "), ", ", -1);
  fail_unless_equals_int (g_strv_length (words), 5);
  for (guint i = 0; words[i] != NULL; i++) {
    g_autofree gchar *text = g_strconcat ("any, bus=", words[i], NULL);
    g_autoptr (GstKsFraming) framing = wire_parse (text);
    g_auto (GstKsAbiFramingEx) ex = { 0, };
    g_autoptr (GstKsFraming) back = NULL;

    fail_unless (gst_ks_framing_to_abi (framing, &ex, NULL, NULL), "%s", text);
    fail_unless (gst_ks_guid_get_name (&ex.items[0].bus_type,
            GST_KS_GUID_USE_BUS) != NULL, "%s", text);
    back = gst_ks_framing_from_abi (&ex, NULL, NULL);
    fail_unless (back != NULL && gst_ks_framing_equal (framing, back));
  }
}

GST_END_TEST;

static Suite *
wire_suite (void)
{
  Suite *s = suite_create ("wire");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_golden, 0, G_N_ELEMENTS (golden_rows));
  tcase_add_loop_test (tc, test_truncated, 0, G_N_ELEMENTS (golden_rows));
  tcase_add_loop_test (tc, test_in, 0, G_N_ELEMENTS (in_rows));
  tcase_add_loop_test (tc, test_bad_in, 0, G_N_ELEMENTS (bad_in_rows));
  tcase_add_loop_test (tc, test_out, 0, G_N_ELEMENTS (out_rows));
  tcase_add_test (tc, test_no_items);
  tcase_add_test (tc, test_too_many_items);
  tcase_add_loop_test (tc, test_two_calls, 0, G_N_ELEMENTS (size_rows));
  tcase_add_test (tc, test_items_in_order);
  tcase_add_loop_test (tc, test_own_kinds, 0, G_N_ELEMENTS (own_kinds));
  tcase_add_test (tc, test_known_buses);
  tcase_add_test (tc, test_masks_are_bytes_less_one);
  return s;
}

GST_CHECK_MAIN (wire);
