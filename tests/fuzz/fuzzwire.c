/* Fuzz target: the wire structures and their text. The first byte says which
 * structure; bytes that can be read come back the same from encode, text and
 * JSON; what cannot be read has an error with a position.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/tools/gstkswirestruct.h"

/* Input that begins with one of the types is bytes, any other is text. */
#define FIRST_TEXT GST_KS_ABI_N_STRUCTS

static void
check_same (const GstKsToolWire * wire, const gchar * text, GBytes * bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsToolWire) again =
      gst_ks_tool_wire_parse (text, strlen (text), &error);
  g_autoptr (GBytes) encoded = NULL;

  g_assert_no_error (error);
  g_assert_true (again->which == wire->which);
  encoded = gst_ks_tool_wire_to_bytes (again);
  g_assert_true (g_bytes_equal (bytes, encoded));
}

static void
check_wire (const GstKsToolWire * wire, GBytes * bytes)
{
  g_autofree gchar *text = gst_ks_tool_wire_to_text (wire);
  g_autofree gchar *json = gst_ks_tool_wire_to_json (wire);

  check_same (wire, text, bytes);
  check_same (wire, json, bytes);
}

static void
check_bytes (GstKsAbiStruct which, const guint8 * data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsToolWire) wire =
      gst_ks_tool_wire_from_bytes (which, bytes, &error);
  g_autoptr (GBytes) encoded = NULL;

  if (wire == NULL) {
    fuzz_check_error (error);
    g_assert_nonnull (strstr (error->message, "byte "));
    return;
  }
  encoded = gst_ks_tool_wire_to_bytes (wire);
  g_assert_true (g_bytes_equal (bytes, encoded));
  check_wire (wire, bytes);
}

static void
check_text (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsToolWire) wire =
      gst_ks_tool_wire_parse ((const gchar *) data, size, &error);
  g_autoptr (GBytes) bytes = NULL;

  if (wire == NULL) {
    fuzz_check_error (error);
    g_assert_nonnull (strchr (error->message, ':'));
    return;
  }
  bytes = gst_ks_tool_wire_to_bytes (wire);
  check_wire (wire, bytes);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  if (size > 0 && data[0] < FIRST_TEXT)
    check_bytes ((GstKsAbiStruct) data[0], data + 1, size - 1);
  else
    check_text (data, size);
  return 0;
}
