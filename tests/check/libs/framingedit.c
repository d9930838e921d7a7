/* Editing framings: copies only where somebody else would see it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define THREE "system, size=1..9, align=16; huge, weight=3; mapped, frames=2.."

static GstKsFraming *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "");
  return framing;
}

static void
assert_text (const GstKsFraming * framing, const gchar * wanted)
{
  g_autofree gchar *text = gst_ks_framing_to_string (framing);

  fail_unless_equals_string (text, wanted);
}

static void
set_size (GstKsFraming * framing, guint index, guint64 size)
{
  GstKsFramingItem item = *gst_ks_framing_peek_item (framing, index);
  g_autoptr (GError) error = NULL;

  item.size.min = item.size.max = size;
  item.prefer = item.size;
  fail_unless (gst_ks_framing_set_item (framing, index, &item, &error), "%s",
      error ? error->message : "");
}

GST_START_TEST (test_edit_one_pad)
{
  g_autoptr (GstKsFraming) template = parse (THREE);
  g_autoptr (GstKsFraming) a = gst_ks_framing_ref (template);
  g_autoptr (GstKsFraming) b = gst_ks_framing_ref (template);

  a = gst_ks_framing_make_writable (a);
  set_size (a, 0, 4096);
  fail_unless (a != template && b == template);
  assert_text (a, "system, size=4k, align=16; huge, weight=3; mapped, "
      "frames=2..");
  assert_text (b, THREE);
  assert_text (template, THREE);
}

GST_END_TEST;

GST_START_TEST (test_edit_keeps_all_items)
{
  g_autoptr (GstKsFraming) template = parse (THREE);
  g_autoptr (GstKsFraming) copy = gst_ks_framing_make_writable
      (gst_ks_framing_ref (template));

  assert_text (copy, THREE);
  set_size (copy, 1, 7);
  assert_text (copy, "system, size=1..9, align=16; huge, size=7, weight=3; "
      "mapped, frames=2..");
  assert_text (template, THREE);
}

GST_END_TEST;

GST_START_TEST (test_make_writable_again)
{
  g_autoptr (GstKsFraming) template = parse (THREE);
  GstKsFraming *once = gst_ks_framing_make_writable
      (gst_ks_framing_ref (template));
  GstKsFraming *twice = gst_ks_framing_make_writable (once);

  fail_unless (once == twice);
  fail_unless (gst_ks_framing_is_writable (once));
  gst_ks_framing_ref (once);
  fail_if (gst_ks_framing_is_writable (once));
  gst_ks_framing_unref (once);
  gst_ks_framing_unref (once);
  fail_unless (gst_ks_framing_is_writable (template));
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  guint index;
  GstKsFramingItem item;
  gint code;
  const gchar *reason;
} BadItemRow;

static const BadItemRow bad_items[] = {
  {"no-such-item", 3, GST_KS_FRAMING_ITEM_INIT ("any"), GST_KS_ERROR_NOT_FOUND,
      "no item 4; the framing has 3"},
  {"kind", 1, GST_KS_FRAMING_ITEM_INIT ("No"), GST_KS_ERROR_INVALID,
      "item 2: memory: 'No' is no kind"},
  {"align", 0, {.memory = "any",.align = 3}, GST_KS_ERROR_INVALID,
      "item 1: align: 3"},
  {"range", 2, {.memory = "any",.align = 1,.size = {2, 1, 0}},
      GST_KS_ERROR_INVALID, "item 3: size: range 2..1"},
};

GST_START_TEST (test_bad_item)
{
  const BadItemRow *row = &bad_items[__i__];
  g_autoptr (GstKsFraming) framing = parse (THREE);
  g_autoptr (GError) error = NULL;

  fail_if (gst_ks_framing_set_item (framing, row->index, &row->item, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, row->code)
      && g_str_has_prefix (error->message, row->reason), "%s: %s", row->name,
      error->message);
  assert_text (framing, THREE);
}

GST_END_TEST;

GST_START_TEST (test_shared_is_refused)
{
  g_autoptr (GstKsFraming) framing = parse (THREE);
  g_autoptr (GstKsFraming) other = gst_ks_framing_ref (framing);
  const GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  const GstKsRatio ratio = { 1, 2, 0 };
  g_autoptr (GError) e1 = NULL;
  g_autoptr (GError) e2 = NULL;
  g_autoptr (GError) e3 = NULL;

  fail_if (gst_ks_framing_set_item (framing, 0, &item, &e1));
  fail_if (gst_ks_framing_set_ratio (framing, &ratio, &e2));
  fail_if (gst_ks_framing_carve (framing, 1, 1, &e3));
  fail_unless (g_error_matches (e1, GST_KS_ERROR, GST_KS_ERROR_STATE));
  fail_unless (g_error_matches (e2, GST_KS_ERROR, GST_KS_ERROR_STATE));
  fail_unless (g_error_matches (e3, GST_KS_ERROR, GST_KS_ERROR_STATE));
  fail_unless (strstr (e1->message, "gst_ks_framing_make_writable()") != NULL);
  assert_text (other, THREE);
}

GST_END_TEST;

GST_START_TEST (test_set_ratio)
{
  g_autoptr (GstKsFraming) framing = parse ("system");
  const GstKsRatio ratio = { 4, 6, 1 }, bad = { 1, 0, 0 };
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_framing_set_ratio (framing, &ratio, NULL));
  assert_text (framing, "system, ratio=2/3+1");
  fail_if (gst_ks_framing_set_ratio (framing, &bad, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  assert_text (framing, "system, ratio=2/3+1");
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *framing;
  guint64 prefix, padding;
  const gchar *carved;          /* NULL: there is no room */
} CarveRow;

static const CarveRow carve_rows[] = {
  {"fixed", "system, size=1024", 16, 8,
      "system, size=1000, prefix=16, padding=8"},
  {"nothing-asked", "system", 16, 8, "system, prefix=16, padding=8"},
  {"only-preferred", "system, prefer=1024", 16, 8,
      "system, prefer=1000, prefix=16, padding=8"},
  {"range", "system, size=100..200", 24, 0,
      "system, size=76..176, prefix=24"},
  {"range-from-0", "system, size=..100/10", 16, 8,
      "system, size=6..76/10, prefix=16, padding=8"},
  {"no-upper-end", "system, size=100..", 24, 0,
      "system, size=76.., prefix=24"},
  {"twice", "system, size=1024, prefix=1", 16, 8,
      "system, size=1000, prefix=17, padding=8"},
  {"preferred-has-no-room", "system, size=..100, prefer=10", 24, 0,
      "system, size=..76, prefix=24"},
  {"no-room", "system; system, size=16", 16, 8, NULL},
};

GST_START_TEST (test_carve)
{
  const CarveRow *row = &carve_rows[__i__];
  g_autoptr (GstKsFraming) framing = parse (row->framing);
  g_autoptr (GError) error = NULL;
  gboolean done = gst_ks_framing_carve (framing, row->prefix, row->padding,
      &error);

  fail_unless (done == (row->carved != NULL), "%s", row->name);
  assert_text (framing, done ? row->carved : row->framing);
  fail_unless (done || strstr (error->message, "item 2: size: no frame has "
          "room") != NULL, "%s: %s", row->name, error ? error->message : "");
}

GST_END_TEST;

static Suite *
framingedit_suite (void)
{
  Suite *s = suite_create ("framingedit");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_edit_one_pad);
  tcase_add_test (tc, test_edit_keeps_all_items);
  tcase_add_test (tc, test_make_writable_again);
  tcase_add_loop_test (tc, test_bad_item, 0, G_N_ELEMENTS (bad_items));
  tcase_add_test (tc, test_shared_is_refused);
  tcase_add_test (tc, test_set_ratio);
  tcase_add_loop_test (tc, test_carve, 0, G_N_ELEMENTS (carve_rows));
  return s;
}

GST_CHECK_MAIN (framingedit);
