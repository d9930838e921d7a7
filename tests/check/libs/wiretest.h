/* What the tests of the wire share: bytes, settings, comparisons.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "abiset.h"

/* DECLARE_SIMPLE_FRAMING_EX of memory that is not paged, 2 frames of 8192 */
#define SIMPLE_BYTES \
    "010000000000000001000000010000000000000000000000" \
    "c45f6d4a9578d111b06900a0c906280200000000000000000000000000000000" \
    "00000000000000000200008002000000000000000000000000000000ffffffff" \
    "010000000020000000200000010000000000000000000000"

static inline GstKsFraming *
wire_parse (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "");
  return framing;
}

static inline void
wire_assert_text (const gchar *name, const GstKsFraming *framing, const gchar *wanted)
{
  g_autofree gchar *text = gst_ks_framing_to_string (framing);

  fail_unless (g_strcmp0 (text, wanted) == 0, "%s: got '%s', wanted '%s'", name, text, wanted);
}

/* One complaint with @fragment, or none where it is NULL. */
static inline void
wire_assert_complaint (const gchar *name, GStrv complaints, const gchar *fragment)
{
  fail_unless (complaints != NULL, "%s", name);
  if (fragment == NULL) {
    fail_unless (complaints[0] == NULL, "%s: %s", name, complaints[0]);
    return;
  }
  fail_unless (complaints[0] != NULL && complaints[1] == NULL, "%s: %u complaints", name, g_strv_length (complaints));
  fail_unless (strstr (complaints[0], fragment) != NULL, "%s: %s", name, complaints[0]);
}

/* Spaces between the digits do not matter. */
static inline GBytes *
wire_bytes (const gchar *hex)
{
  GByteArray *bytes = g_byte_array_new ();
  gint high = -1;

  for (; *hex != '\0'; hex++) {
    gint digit = g_ascii_xdigit_value (*hex);
    guint8 byte;

    if (digit < 0)
      continue;
    if (high < 0) {
      high = digit;
      continue;
    }
    byte = (guint8) (high << 4 | digit);
    g_byte_array_append (bytes, &byte, 1);
    high = -1;
  }
  return g_byte_array_free_to_bytes (bytes);
}

static inline GstKsAbiFramingEx
wire_framing_ex (const gchar *hex)
{
  g_autoptr (GBytes) bytes = wire_bytes (hex);
  g_autoptr (GError) error = NULL;
  GstKsAbiFramingEx ex;

  fail_unless (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, bytes, &ex, &error));
  return ex;
}

/* "path=value path=value"; a path is in the first item unless it begins with a dot */
static inline void
wire_apply (GstKsAbiFramingEx *ex, const gchar *settings)
{
  g_auto (GStrv) words = g_strsplit (settings, " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
    g_autofree gchar *path = pair[0][0] == '.' ? g_strdup (pair[0] + 1)
        : g_strconcat ("FramingItem[0].", pair[0], NULL);
    g_autoptr (GError) error = set_field (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, ex, path, pair[1]);

    fail_unless (error == NULL, "%s: %s", words[i], error ? error->message : "");
  }
}

static inline void
wire_plain_range (GstKsAbiRange *range)
{
  guint32 span = range->max_frame_size - range->min_frame_size;

  if (range->stepping == 0 || span == 0)
    range->stepping = 1;
  if (range->max_frame_size != 0xFFFFFFFFU)
    range->max_frame_size -= span % range->stepping;
}

/* Several spellings of one meaning become one: steps, MUST_ALLOCATE in either
 * field, nothing preferred, fractions, unknown ratios. */
static inline GstKsAbiFramingEx
wire_plain (const GstKsAbiFramingEx *ex)
{
  GstKsAbiFramingEx plain = *ex;
  GstKsRatio ratio = { ex->output_compression.ratio_numerator, ex->output_compression.ratio_denominator, 0 };

  plain.items = g_memdup2 (ex->items, ex->count_items * sizeof *ex->items);
  for (guint i = 0; i < plain.count_items; i++) {
    GstKsAbiFramingItem *item = &plain.items[i];

    item->flags |= item->memory_flags & GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE;
    item->memory_flags = 0;
    wire_plain_range (&item->physical_range);
    wire_plain_range (&item->framing_range.range);
    if (item->framing_range.range.min_frame_size == 0 && item->framing_range.range.max_frame_size == 0xFFFFFFFFU
        && item->framing_range.range.stepping == 1)
      item->framing_range.range = item->physical_range;
  }
  if (ratio.numerator == 0xFFFFFFFFU || ratio.denominator == 0)
    memset (&plain.output_compression, 0, sizeof plain.output_compression);
  else if (gst_ks_ratio_normalize (&ratio, NULL)) {
    plain.output_compression.ratio_numerator = (guint32) ratio.numerator;
    plain.output_compression.ratio_denominator = (guint32) ratio.denominator;
  }
  return plain;
}

/* That @framing is written as bytes that mean what @ex does. */
static inline void
wire_assert_same_ex (const gchar *name, const GstKsAbiFramingEx *ex, const GstKsFraming *framing)
{
  g_auto (GstKsAbiFramingEx) back = { 0, 0, { 0, 0, 0 }, 0, NULL };
  g_auto (GStrv) complaints = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GstKsAbiFramingEx) a = wire_plain (ex);
  g_auto (GstKsAbiFramingEx) b = { 0, 0, { 0, 0, 0 }, 0, NULL };

  fail_unless (gst_ks_framing_to_abi (framing, &back, &complaints, &error), "%s: %s", name, error ? error->message : "");
  wire_assert_complaint (name, complaints, NULL);
  b = wire_plain (&back);
  fail_unless (a.count_items == b.count_items && a.pin_flags == b.pin_flags && a.pin_weight == b.pin_weight, "%s", name);
  fail_unless (memcmp (&a.output_compression, &b.output_compression, sizeof a.output_compression) == 0, "%s", name);
  fail_unless (memcmp (a.items, b.items, a.count_items * sizeof *a.items) == 0, "%s", name);
}
