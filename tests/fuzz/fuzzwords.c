/* Fuzz target: words. Two lines are read as kinds of memory, as GUIDs and as
 * names of each set of named numbers; the lines are hexadecimal digits too.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/tools/gstkshex.h"

static void
check_kinds (const gchar * a, const gchar * b)
{
  const gchar *meet, *again;

  if (!gst_ks_kind_is_valid (a) || !gst_ks_kind_is_valid (b))
    return;
  meet = gst_ks_kind_meet (a, b);
  again = gst_ks_kind_meet (b, a);
  g_assert_cmpstr (gst_ks_kind_meet (a, a), ==, a);
  g_assert_true (g_str_equal (a, b) ? meet == again
      : (meet == NULL) == (again == NULL));
  if (meet == NULL)
    return;
  g_assert_true (gst_ks_kind_meet (meet, a) != NULL);
  g_assert_true (gst_ks_kind_meet (meet, b) != NULL);
  g_assert_true (gst_ks_kind_is_valid (meet));
}

/* Each framing of one kind says of the word what the word's own check says. */
static void
check_kind (const gchar * word)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (word);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_new (&item, 1, NULL,
      &error);

  fuzz_check_either (framing != NULL, error);
  g_assert_true ((framing != NULL) == gst_ks_kind_is_valid (word));
}

static void
check_guid (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *printed = NULL;
  GstKsGuid guid = { 0, }, again, none = { 0, };
  gboolean read = gst_ks_guid_parse (text, &guid, &error);

  fuzz_check_either (read, error);
  if (!read) {
    g_assert_true (memcmp (&guid, &none, sizeof (guid)) == 0);
    return;
  }
  printed = gst_ks_guid_to_string (&guid);
  g_assert_true (gst_ks_guid_parse (printed, &again, NULL));
  g_assert_true (memcmp (&guid, &again, sizeof (guid)) == 0);
}

static void
check_names (GstKsAbiNames names, const gchar * text)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *printed = NULL;
  guint32 value = 0xa5a5a5a5, again = 0;
  gboolean read = gst_ks_abi_names_parse (names, text, &value, &error);

  fuzz_check_either (read, error);
  if (!read) {
    g_assert_cmpuint (value, ==, 0xa5a5a5a5);
    return;
  }
  printed = gst_ks_abi_names_to_string (names, value);
  g_assert_true (gst_ks_abi_names_parse (names, printed, &again, NULL));
  g_assert_cmpuint (value, ==, again);
}

static void
check_hex (const gchar * data, gsize size)
{
  g_autoptr (GBytes) text = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = gst_ks_hex_parse (text, &error);
  g_autofree gchar *printed = NULL;

  fuzz_check_either (bytes != NULL, error);
  if (bytes == NULL) {
    g_assert_true (g_str_has_prefix (error->message, "line "));
    return;
  }
  g_assert_true (gst_ks_hex_is_hex (text));
  printed = gst_ks_hex_print (bytes);

  g_autoptr (GBytes) again_text = g_bytes_new (printed, strlen (printed));
  g_autoptr (GBytes) again = gst_ks_hex_parse (again_text, NULL);

  g_assert_true (g_bytes_equal (bytes, again));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size, 2);

  check_hex ((const gchar *) data, size);
  /* functions take UTF-8 */
  if (!g_utf8_validate (lines[0], -1, NULL)
      || !g_utf8_validate (lines[1], -1, NULL))
    return 0;
  check_kinds (lines[0], lines[1]);
  check_kind (lines[0]);
  check_guid (lines[0]);
  for (guint i = 0; i < GST_KS_ABI_N_NAMES; i++)
    check_names (i, lines[0]);
  return 0;
}
