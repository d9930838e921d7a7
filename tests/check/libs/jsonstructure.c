/* Structures as JSON: each type of value, and words that JSON would not take.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstksjsonstructure.h>
#include <math.h>
#include <stdlib.h>

static void
fail_unless_prints (const GstStructure * structure, const gchar * expected)
{
  json_t *json = gst_ks_json_of_structure (structure);
  gchar *text = json_dumps (json, JSON_COMPACT);

  fail_unless (text != NULL, "no text for what is %s", expected);
  fail_unless_equals_string (text, expected);
  free (text);
  json_decref (json);
}

static const struct
{
  const gchar *structure;
  const gchar *json;
} rows[] = {
  {"a", "{}"},
  {"a, n=(int)-3", "{\"n\":-3}"},
  {"a, n=(uint)4294967295", "{\"n\":4294967295}"},
  {"a, n=(gint64)-9223372036854775808", "{\"n\":-9223372036854775808}"},
  {"a, n=(guint64)9223372036854775807", "{\"n\":9223372036854775807}"},
  {"a, n=(guint64)9223372036854775808", "{\"n\":\"9223372036854775808\"}"},
  {"a, n=(double)0.5", "{\"n\":0.5}"},
  {"a, n=(boolean)true", "{\"n\":true}"},
  {"a, n=(string)\"a\\\"b\\\\c\"", "{\"n\":\"a\\\"b\\\\c\"}"},
  {"a, n=(string)NULL", "{\"n\":null}"},
  {"a, n=(fraction)30/1", "{\"n\":\"30/1\"}"},
  {"a, n=[1,4]", "{\"n\":\"[ 1, 4 ]\"}"},
  {"a, n=<1,two,<3>>", "{\"n\":[1,\"two\",[3]]}"},
  {"a, n={1,2}", "{\"n\":[1,2]}"},
  {"a, n=<>", "{\"n\":[]}"},
  {"a, n=(structure)[b,m=(int)1]", "{\"n\":{\"m\":1}}"},
  {"a, n=<(structure)[b,m=(int)1],(structure)[c]>", "{\"n\":[{\"m\":1},{}]}"},
};

GST_START_TEST (test_values)
{
  GstStructure *structure =
      gst_structure_from_string (rows[__i__].structure, NULL);

  fail_unless (structure != NULL, "%s", rows[__i__].structure);
  fail_unless_prints (structure, rows[__i__].json);
  gst_structure_free (structure);
}

GST_END_TEST;

/* What nobody would print, and an element may put there all the same. */
GST_START_TEST (test_hostile)
{
  GstStructure *structure = gst_structure_new ("a",
      "x", G_TYPE_DOUBLE, (gdouble) INFINITY, "y", G_TYPE_FLOAT, NAN,
      "z", G_TYPE_STRING, "\033[2J\n\x01", NULL);

  fail_unless_prints (structure,
      "{\"x\":null,\"y\":null,\"z\":\"\\u001B[2J\\n\\u0001\"}");
  gst_structure_free (structure);
}

GST_END_TEST;

/* A structure refuses it aloud, an array in it does not look. */
GST_START_TEST (test_no_utf8)
{
  GstStructure *structure = gst_structure_new_empty ("a");
  GValue array = G_VALUE_INIT, value = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "\xff\xfe");
  gst_value_array_append_and_take_value (&array, &value);
  gst_structure_take_value (structure, "n", &array);
  fail_unless_prints (structure, "{\"n\":[\"\xef\xbf\xbd\xef\xbf\xbd\"]}");
  gst_structure_free (structure);
}

GST_END_TEST;

GST_START_TEST (test_object)
{
  GstElement *bin = gst_bin_new ("name");
  GstStructure *structure = gst_structure_new ("a",
      "n", GST_TYPE_ELEMENT, bin, "none", GST_TYPE_ELEMENT, NULL, NULL);
  json_t *json = gst_ks_json_of_structure (structure);

  fail_unless (json_is_string (json_object_get (json, "n")));
  fail_unless (json_object_size (json) == 2);
  json_decref (json);
  gst_structure_free (structure);
  gst_object_unref (bin);
}

GST_END_TEST;

static Suite *
structure_suite (void)
{
  Suite *suite = suite_create ("structures as JSON");
  TCase *tc = tcase_create ("values");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_values, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_hostile);
  tcase_add_test (tc, test_no_utf8);
  tcase_add_test (tc, test_object);
  return suite;
}

GST_CHECK_MAIN (structure);
