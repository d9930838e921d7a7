/* The old structure of KS, as an answer and as a create request, and what
 * becomes of the one when the other is asked for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "wiretest.h"

#define VENDOR_GUID "01234567-89ab-cdef-0123-456789abcdef"

/* Old and extended */

typedef struct
{
  const gchar *name;
  GstKsAbiFraming old;
  const gchar *item;            /* path=value of what comes */
} OldToExRow;

static const OldToExRow old_to_ex_rows[] = {
  {"one-plain-item", {2, 0, 0, 0, 0, 0}, ".CountItems=1 .PinFlags=0 "
      ".OutputCompression.RatioNumerator=1 "
      ".OutputCompression.RatioDenominator=1 "
      ".OutputCompression.RatioConstantMargin=0 .PinWeight=0 "
      "BusType=KS_TYPE_DONT_CARE BusFlags=0 MemoryTypeWeight=0"},
  {"paged", {2, 1, 0, 0, 0, 0}, "MemoryType=KSMEMORY_TYPE_KERNEL_PAGED"},
  {"non-paged", {2, 0, 0, 0, 0, 0}, "MemoryType=KSMEMORY_TYPE_KERNEL_NONPAGED"},
  {"no-system-memory", {0, 1, 0, 0, 0, 0},
      "MemoryType=KSMEMORY_TYPE_DEVICE_UNKNOWN"},
  {"flags", {0x8000000F, 0, 0, 0, 0, 0}, "Flags=0x8000000F MemoryFlags=8"},
  {"no-must-allocate", {0x80000007, 0, 0, 0, 0, 0},
      "Flags=0x80000007 MemoryFlags=0"},
  {"frames", {2, 0, 5, 0, 0, 0}, "Frames=5"},
  {"align", {2, 0, 0, 0, 63, 0}, "FileAlignment=63"},
  {"pitch", {0x8002, 0, 0, 0, 768, 0}, "FileAlignment=768"},
  {"no-size", {2, 0, 0, 0, 0, 0}, "PhysicalRange.MinFrameSize=0 "
      "PhysicalRange.MaxFrameSize=0xffffffff PhysicalRange.Stepping=1 "
      "FramingRange.Range.MinFrameSize=0 "
      "FramingRange.Range.MaxFrameSize=0xffffffff "
      "FramingRange.Range.Stepping=1"},
  {"size", {2, 0, 0, 4096, 0, 0}, "PhysicalRange.MinFrameSize=0 "
      "PhysicalRange.MaxFrameSize=0xffffffff PhysicalRange.Stepping=1 "
      "FramingRange.Range.MinFrameSize=4096 "
      "FramingRange.Range.MaxFrameSize=4096 "
      "FramingRange.Range.Stepping=0 FramingRange.InPlaceWeight=0 "
      "FramingRange.NotInPlaceWeight=0"},
  {"reserved", {2, 0, 0, 0, 0, 7}, "BusFlags=0"},
};

GST_START_TEST (test_old_to_ex)
{
  const OldToExRow *row = &old_to_ex_rows[__i__];
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;

  gst_ks_abi_framing_to_ex (&row->old, &ex);
  before = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &ex);
  /* setting what is there already changes nothing */
  wire_apply (&ex, row->item);
  after = gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &ex);
  fail_unless (g_bytes_equal (before, after), "%s", row->name);
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *settings;
  GstKsAbiFraming old;
} ExToOldRow;

static const ExToOldRow ex_to_old_rows[] = {
  {"simple", "Frames=2", {0x80000002, 0, 2, 8192, 0, 0}},
  {"paged", "MemoryType=KSMEMORY_TYPE_KERNEL_PAGED",
      {0x80000002, 1, 2, 8192, 0, 0}},
  {"user", "MemoryType=KSMEMORY_TYPE_USER Flags=0", {2, 0, 2, 8192, 0, 0}},
  {"any-host", "MemoryType=KSMEMORY_TYPE_SYSTEM", {0x80000002, 0, 2, 8192, 0,
          0}},
  {"device", "MemoryType=KSMEMORY_TYPE_DEVICE_UNKNOWN Flags=0",
      {0, 0, 2, 8192, 0, 0}},
  {"vendor", "MemoryType=" VENDOR_GUID " Flags=0x60", {0, 0, 2, 8192, 0, 0}},
  {"extended-bits-go", "Flags=0x800000FF", {0x8000000F, 0, 2, 8192, 0, 0}},
  {"must-in-memory-flags", "Flags=2 MemoryFlags=8", {10, 0, 2, 8192, 0, 0}},
  {"size-not-one", "FramingRange.Range.MinFrameSize=4096",
      {0x80000002, 0, 2, 0, 0, 0}},
  {"align", "FileAlignment=63", {0x80000002, 0, 2, 8192, 63, 0}},
  {"pitch", "Flags=0x8002 FileAlignment=768", {0x8002, 0, 2, 8192, 768, 0}},
};

GST_START_TEST (test_ex_to_old)
{
  const ExToOldRow *row = &ex_to_old_rows[__i__];
  g_auto (GstKsAbiFramingEx) ex = wire_framing_ex (SIMPLE_BYTES);
  GstKsAbiFraming old = { 1, 1, 1, 1, 1, 1 };

  wire_apply (&ex, row->settings);
  fail_unless (gst_ks_abi_framing_from_ex (&ex, &old, NULL), "%s", row->name);
  fail_unless (memcmp (&old, &row->old, sizeof old) == 0,
      "%s: 0x%X %u %u %u 0x%X %u", row->name, old.requirements_flags,
      old.pool_type, old.frames, old.frame_size, old.file_alignment,
      old.reserved);
}

GST_END_TEST;

/* The old structure, in both directions */

typedef struct
{
  const gchar *name;
  GstKsWireForm form;
  GstKsAbiFraming old;
  const gchar *text;            /* NULL: refused, complaint is the reason */
  const gchar *complaint;
  gboolean same_back;
} OldInRow;

#define OLD GST_KS_WIRE_FORM_OLD
#define FIXED GST_KS_WIRE_FORM_FIXED

static const OldInRow old_in_rows[] = {
  {"nothing-asked", OLD, {2, 0, 0, 0, 0, 0}, "locked", NULL, TRUE},
  {"size-is-a-wish", OLD, {2, 1, 0, 4096, 0, 0}, "system, prefer=4k", NULL,
      TRUE},
  {"frames-are-held", OLD, {2, 1, 3, 0, 0, 0}, "system, frames=3..", NULL,
      TRUE},
  {"device", OLD, {0, 0, 0, 0, 0, 0}, "host-mapped", NULL, TRUE},
  {"requirements", OLD, {0x8000000F, 0, 0, 0, 0, 0}, "locked, flags=in-place+"
      "frame-integrity+must-allocate+preferences-only", NULL, TRUE},
  {"custom-allocation", OLD, {0x12, 0, 0, 0, 0, 0}, "locked",
      "RequirementsFlags: 0x00000010", FALSE},
  {"pitch", OLD, {0x8002, 0, 0, 0, 768, 0}, "locked, stride=768", NULL, TRUE},
  {"no-mask", OLD, {2, 0, 0, 0, 100, 0}, NULL, "FileAlignment: 0x64", FALSE},
  {"odd-pool", OLD, {2, 5, 0, 0, 0, 0}, "locked", "PoolType: 5", FALSE},
  {"pool-of-device", OLD, {0, 1, 0, 0, 0, 0}, "host-mapped",
      "PoolType: 1 without", FALSE},
  {"reserved", OLD, {2, 0, 0, 0, 0, 9}, "locked", "Reserved: 0x00000009",
      FALSE},
  {"create", FIXED, {2, 0, 4, 65536, 63, 0},
      "locked, size=64k, frames=..4, align=64", NULL, TRUE},
  {"create-paged", FIXED, {2, 1, 4, 65536, 0, 0},
      "system, size=64k, frames=..4", NULL, TRUE},
  {"create-no-cap", FIXED, {2, 1, 0, 65536, 0, 0}, "system, size=64k", NULL,
      TRUE},
  {"create-device", FIXED, {0, 0, 1, 1, 0, 0}, "host-mapped, size=1, "
      "frames=..1", NULL, TRUE},
  {"create-compatible", FIXED, {3, 1, 0, 1, 0, 0}, "system, size=1",
      "COMPATIBLE is about", FALSE},
  {"create-unknown-option", FIXED, {6, 1, 0, 1, 0, 0}, "system, size=1",
      "OptionsFlags: 0x00000004", FALSE},
  {"create-largest-mask", FIXED, {2, 1, 0, 1, 4095, 0},
      "system, size=1, align=4k", NULL, TRUE},
  {"create-mask-above", FIXED, {2, 1, 0, 1, 8191, 0}, NULL,
      "FileAlignment: 0x1FFF", FALSE},
  {"create-no-mask", FIXED, {2, 1, 0, 1, 6, 0}, NULL, "FileAlignment: 0x6",
      FALSE},
  {"create-nothing", FIXED, {2, 1, 4, 0, 0, 0}, NULL, "FrameSize: 0", FALSE},
};

GST_START_TEST (test_old_in)
{
  const OldInRow *row = &old_in_rows[__i__];
  gboolean old = row->form == OLD;
  g_auto (GStrv) complaints = NULL;
  g_auto (GStrv) left_out = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = old
      ? gst_ks_framing_from_abi_old (&row->old, &complaints, &error)
      : gst_ks_framing_from_abi_fixed (&row->old, &complaints, &error);
  GstKsAbiFraming back;

  if (row->text == NULL) {
    fail_unless (framing == NULL && complaints == NULL, "%s", row->name);
    fail_unless (strstr (error->message, row->complaint) != NULL, "%s: %s",
        row->name, error->message);
    return;
  }
  fail_unless (framing != NULL, "%s: %s", row->name, error ? error->message
      : "");
  wire_assert_text (row->name, framing, row->text);
  wire_assert_complaint (row->name, complaints, row->complaint);
  fail_unless (old ? gst_ks_framing_to_abi_old (framing, &back, &left_out,
          &error) : gst_ks_framing_to_abi_fixed (framing, &back, &left_out,
          &error), "%s", row->name);
  fail_unless ((memcmp (&back, &row->old, sizeof back) == 0)
      == row->same_back, "%s", row->name);
  wire_assert_complaint (row->name, left_out, NULL);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsWireForm form;
  const gchar *text;
  GstKsAbiFraming old;
  const gchar *complaint;       /* NULL: none */
  const gchar *reason;          /* NULL: it fits */
} OldOutRow;

#define NOTHING { 0, 0, 0, 0, 0, 0 }

static const OldOutRow old_out_rows[] = {
  {"first-item", OLD, "system, prefer=4k; huge", {2, 1, 0, 4096, 0, 0},
      "reads back as 'system, prefer=4k'", NULL},
  {"size-no-value", OLD, "locked, prefer=1..2", {2, 0, 0, 0, 0, 0},
      "reads back as 'locked'", NULL},
  {"extended-flags", OLD, "locked, flags=in-place+partial-read",
      {3, 0, 0, 0, 0, 0}, "'locked, flags=in-place'", NULL},
  {"anything", OLD, "any", {0, 0, 0, 0, 0, 0}, "'host-mapped'", NULL},
  {"align", OLD, "system, align=4k", {2, 1, 0, 0, 4095, 0}, NULL, NULL},
  {"frame-size-has-margins", FIXED, "system, size=1000, prefix=16, padding=8",
      {2, 1, 0, 1024, 0, 0}, "'system, size=1k'", NULL},
  {"create-user", FIXED, "user, size=1", {2, 0, 0, 1, 0, 0},
      "'locked, size=1'", NULL},
  {"create-huge", FIXED, "huge, size=1", {2, 0, 0, 1, 0, 0},
      "'locked, size=1'", NULL},
  {"create-device", FIXED, "cuda, size=1", {0, 0, 0, 1, 0, 0},
      "'host-mapped, size=1'", NULL},
  {"create-held", FIXED, "system, size=1, frames=2..4", {2, 1, 4, 1, 0, 0},
      "'system, size=1, frames=..4'", NULL},
  {"create-open", FIXED, "system", NOTHING, NULL, "gst_ks_framing_fixate()"},
  {"create-group", FIXED, "host, size=1", NOTHING, NULL,
      "gst_ks_framing_fixate()"},
  {"create-nothing", FIXED, "system, size=0", NOTHING, NULL, "size: 0"},
  {"create-align", FIXED, "system, size=1, align=8k", NOTHING, NULL,
      "align: 8192"},
  {"create-stride", FIXED, "system, size=1, stride=64", NOTHING, NULL,
      "stride: "},
  {"create-wide", FIXED, "system, size=4294967295, prefix=1", NOTHING, NULL,
      "size: 4294967296"},
  {"create-many", FIXED, "system, size=1, frames=..4294967296", NOTHING, NULL,
      "frames: 4294967296"},
};

GST_START_TEST (test_old_out)
{
  const OldOutRow *row = &old_out_rows[__i__];
  g_autoptr (GstKsFraming) framing = wire_parse (row->text);
  g_auto (GStrv) complaints = NULL;
  g_autoptr (GError) error = NULL;
  GstKsAbiFraming old = { 7, 7, 7, 7, 7, 7 };
  gboolean fits = row->form == OLD
      ? gst_ks_framing_to_abi_old (framing, &old, &complaints, &error)
      : gst_ks_framing_to_abi_fixed (framing, &old, &complaints, &error);

  fail_unless (fits == (row->reason == NULL), "%s: %s", row->name,
      error ? error->message : "");
  if (fits) {
    fail_unless (memcmp (&old, &row->old, sizeof old) == 0, "%s", row->name);
    wire_assert_complaint (row->name, complaints, row->complaint);
  } else {
    fail_unless (strstr (error->message, row->reason) != NULL, "%s: %s",
        row->name, error->message);
    fail_unless (old.reserved == 7, "%s", row->name);
  }
}

GST_END_TEST;

/* Prefix and padding of a frame are inside the size that the wire has. */
GST_START_TEST (test_frame_size_with_margins)
{
  const GstKsAbiFraming create = { 2, 1, 0, 1024, 0, 0 };
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_from_abi_fixed (&create, NULL, NULL);
  GstKsAbiFraming back;

  fail_unless (gst_ks_framing_carve (framing, 16, 8, NULL));
  wire_assert_text ("carved", framing,
      "system, size=1000, prefix=16, padding=8");
  fail_unless (gst_ks_framing_to_abi_fixed (framing, &back, NULL, NULL));
  fail_unless_equals_int (back.frame_size, 1024);
}

GST_END_TEST;

static Suite *
wireold_suite (void)
{
  Suite *s = suite_create ("wireold");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_old_to_ex, 0, G_N_ELEMENTS (old_to_ex_rows));
  tcase_add_loop_test (tc, test_ex_to_old, 0, G_N_ELEMENTS (ex_to_old_rows));
  tcase_add_loop_test (tc, test_old_in, 0, G_N_ELEMENTS (old_in_rows));
  tcase_add_loop_test (tc, test_old_out, 0, G_N_ELEMENTS (old_out_rows));
  tcase_add_test (tc, test_frame_size_with_margins);
  return s;
}

GST_CHECK_MAIN (wireold);
