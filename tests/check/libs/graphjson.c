/* Graphs as JSON: what is read, what is refused and where, and what is printed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <string.h>

#define ITEM(item) "{\"pads\": [{\"name\": \"a\", \"items\": [{\"memory\": \"system\", " item "}]}]}"
#define EDGE(edge) "{\"pads\": [{\"name\": \"a\", \"items\": [{\"memory\": \"any\"}]}]," \
    "\n  \"edges\": [{\"a\": \"a\", \"b\": \"a\", " edge "}]}"

static GstKsGraph *
read_graph (const gchar * json)
{
  g_autoptr (GError) error = NULL;
  GstKsGraph *graph =
      gst_ks_graph_from_json (json, strlen (json), NULL, &error);

  fail_unless (graph != NULL, "%s: %s", json, error ? error->message : "");
  fail_unless (error == NULL);
  return graph;
}

/* The text form knows all fields, so it can say what was read. */
static void
check_framing (const gchar * json, const gchar * text)
{
  g_autoptr (GstKsGraph) graph = read_graph (json);
  g_autofree gchar *got =
      gst_ks_framing_to_string (gst_ks_graph_peek_pad_framing (graph, 0));

  fail_unless_equals_string (got, text);
}

typedef struct
{
  const gchar *json;
  const gchar *text;
} ItemRow;

static const ItemRow item_rows[] = {
  {ITEM ("\"size\": 4096"), "system, size=4k"},
  {ITEM ("\"size\": \"4k..8M/4096\""), "system, size=4k..8M/4k"},
  {ITEM ("\"size\": 4611686018427387904"), "system, size=4294967296G"},
  {ITEM ("\"size\": \"..64\", \"prefer\": \"8..32/8\""),
      "system, size=..64, prefer=8..32/8"},
  {ITEM ("\"frames\": 2"), "system, frames=2.."},
  {ITEM ("\"frames\": \"2\""), "system, frames=2"},
  {ITEM ("\"frames\": \"2..4\""), "system, frames=2..4"},
  {ITEM ("\"frames\": \"..4\""), "system, frames=..4"},
  {ITEM ("\"frames\": 0"), "system"},
  {ITEM ("\"align\": 4096, \"prefix\": 8, \"padding\": \"1k\""),
      "system, align=4k, prefix=8, padding=1k"},
  {ITEM ("\"stride\": \"256..512/256\""), "system, stride=256..512/256"},
  {ITEM ("\"weight\": -3, \"in-place-weight\": 1, "
            "\"not-in-place-weight\": \"2k\""),
      "system, weight=-3, in-place-weight=1, not-in-place-weight=2k"},
  {ITEM ("\"device\": \"a \\\"b\\\" \\u00e9\", \"bus\": \"pci\""),
      "system, device=\"a \\\"b\\\" \303\251\", bus=pci"},
  {ITEM ("\"flags\": [\"must-allocate\", \"in-place\"]"),
      "system, flags=in-place+must-allocate"},
  {ITEM ("\"flags\": \"can-allocate+kernel-only\""),
      "system, flags=can-allocate+kernel-only"},
  {ITEM ("\"flags\": []"), "system"},
  {"\357\273\277" ITEM ("\"align\": 2"), "system, align=2"},
};

GST_START_TEST (test_items)
{
  check_framing (item_rows[__i__].json, item_rows[__i__].text);
}

GST_END_TEST;

/* Printed, it is read as the same again. */
GST_START_TEST (test_items_again)
{
  g_autoptr (GstKsGraph) graph = read_graph (item_rows[__i__].json);
  g_autofree gchar *json = gst_ks_graph_to_json (graph);

  check_framing (json, item_rows[__i__].text);
}

GST_END_TEST;

typedef struct
{
  const gchar *json;
  const gchar *where;
  const gchar *reason;          /* part of it */
} BadRow;

static const BadRow bad_rows[] = {
  {"", "line 1, column 1", "expected"},
  {"{\n  \"pads\": [,]}", "line 2, column 12", "unexpected"},
  {"[]", "line 1, column 1", "expected an object"},
  {"{}", "line 1, column 1", "\"pads\" is missing"},
  {ITEM ("\"size\": -1"), "pads[0].items[0].size", "negative"},
  {ITEM ("\"size\": 4611686018427387905"), "pads[0].items[0].size", "2^62"},
  {ITEM ("\"size\": 9223372036854775808"), "line 1, column 82", "too big"},
  {ITEM ("\"size\": 0.5"), "pads[0].items[0].size", "whole"},
  {ITEM ("\"size\": \"8..4\""), "pads[0].items[0].size", "line 1, column 56: "},
  {ITEM ("\"size\": \"8..16/9\""), "pads[0].items[0].size", "step 9"},
  {ITEM ("\"align\": 3"), "pads[0].items[0].align", "power of two"},
  {ITEM ("\"sise\": 3"), "pads[0].items[0].sise", "known: memory, device"},
  {ITEM ("\"memory\": \"any\""), "line 1, column 63", "duplicate"},
  {ITEM ("\"bus\": \"isa\""), "pads[0].items[0].bus", "known: pci"},
  {ITEM ("\"flags\": [\"in-place\", \"fly\"]"), "pads[0].items[0].flags[1]",
      "known: in-place"},
  {ITEM ("\"flags\": {}"), "pads[0].items[0].flags", "expected a list"},
  {EDGE ("\"kind\": \"can\""), "edges[0].kind", "line 2, column 34: "},
  {EDGE ("\"copy-cost\": -1"), "edges[0].copy-cost", "0 to"},
  {EDGE ("\"copy-cost\": 4294967296"), "edges[0].copy-cost", "0 to"},
  {EDGE ("\"ratio\": \"1/0\""), "edges[0].ratio", "1/0"},
  {EDGE ("\"c\": 1"), "edges[0].c", "known: a, b, kind"},
  {"{\"pads\": [], \"edges\": [{\"a\": \"x\", \"b\": \"y\"}]}", "edges[0].a",
      "no pad 'x'"},
  {"{\"strategy\": \"fast\", \"pads\": []}", "strategy",
      "known: default, minimize-frames"},
  {"{\"pads\": [], \"mappable\": [\"Card A\"]}", "mappable[0]", "no kind"},
};

GST_START_TEST (test_bad)
{
  const BadRow *row = &bad_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsPlan) invalid = NULL;
  GstKsGraph *graph = gst_ks_graph_from_json (row->json, strlen (row->json),
      &invalid, &error);

  fail_unless (graph == NULL, "%s", row->json);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX);
  fail_unless (invalid != NULL);
  fail_unless (gst_ks_plan_get_status (invalid) == GST_KS_PLAN_STATUS_INVALID);
  fail_unless_equals_string (gst_ks_plan_peek_error_where (invalid),
      row->where);
  fail_unless (strstr (gst_ks_plan_peek_error_text (invalid), row->reason),
      "%s", gst_ks_plan_peek_error_text (invalid));
  fail_unless (g_str_has_prefix (error->message, row->where));
}

GST_END_TEST;

/* Nothing is read behind SIZE. */
GST_START_TEST (test_truncated)
{
  const gchar *json = ITEM ("\"size\": \"4..8\", \"flags\": [\"in-place\"]");

  for (gsize size = 0; size < strlen (json); size++) {
    g_autofree gchar *part = g_memdup2 (json, size);
    g_autoptr (GError) error = NULL;

    fail_unless (gst_ks_graph_from_json (part ? part : "", size, NULL,
            &error) == NULL);
    g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX);
  }
}

GST_END_TEST;

static void
check_refused (GString * json, const gchar * reason)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_graph_from_json (json->str, json->len, NULL,
          &error) == NULL);
  fail_unless (strstr (error->message, reason), "%s", error->message);
  g_string_free (json, TRUE);
}

static GString *
repeated (const gchar * start, const gchar * word, guint n)
{
  GString *text = g_string_new (start);

  for (guint i = 0; i < n; i++)
    g_string_append (text, word);
  return text;
}

/* Memory and time are bounded before anything is made of the text. */
GST_START_TEST (test_limits)
{
  GString *kinds;

  check_refused (repeated ("", "[", 100000), "column 33: lists and objects");
  check_refused (repeated ("", "{\"a\":", 100000), "more than 32 levels");
  check_refused (repeated ("[", "{},", 600000), "more than 1048576 values");
  check_refused (repeated ("", "                ", (1 << 20) + 1),
      "more than 16777216 bytes");
  kinds = repeated ("{\"pads\": [], \"mappable\": [\"a\"", ",\"a\"", 256);
  check_refused (g_string_append (kinds, "]}"), "more than 256 kinds");
}

GST_END_TEST;

static const gchar whole[] = "{"
    "\"edges\": [{\"a\": \"x:src\", \"b\": \"y:sink\", \"kind\": \"may\","
    " \"copy-cost\": 2, \"in-place-weight\": -4, \"not-in-place-weight\": 5,"
    " \"ratio\": \"1/3+16\"}, {\"b\": \"x:src\", \"a\": \"y:sink\"},"
    " {\"a\": \"x:src\", \"b\": \"y:sink\", \"ratio\": \"unknown\"}],"
    "\"pads\": [{\"items\": [{\"memory\": \"huge\"}, {\"memory\": \"card-a\"}],"
    " \"name\": \"x:src\"}, {\"name\": \"y:sink\", \"items\": [{\"memory\":"
    " \"mapped\"}]}], \"strategy\": \"minimize-size\","
    " \"mappable\": [\"card-a\"], \"framework-can-allocate\": [\"vulkan\"]}";

static void
check_whole (const GstKsGraph * graph)
{
  const GstKsEdge *edge = gst_ks_graph_peek_edge (graph, 0);
  const GstKsRatio third = { 1, 3, 16 };

  fail_unless_equals_int (gst_ks_graph_get_n_pads (graph), 2);
  fail_unless_equals_int (gst_ks_graph_get_n_edges (graph), 3);
  fail_unless_equals_string (gst_ks_graph_peek_pad_name (graph, 0), "x:src");
  fail_unless_equals_string (edge->a, "x:src");
  fail_unless_equals_string (edge->b, "y:sink");
  fail_unless_equals_int (edge->kind, GST_KS_EDGE_KIND_MAY);
  fail_unless_equals_int (edge->copy_cost, 2);
  fail_unless_equals_int64 (edge->in_place_weight, -4);
  fail_unless_equals_int64 (edge->not_in_place_weight, 5);
  fail_unless (gst_ks_ratio_equal (&edge->ratio, &third));
  edge = gst_ks_graph_peek_edge (graph, 1);
  fail_unless_equals_int (edge->kind, GST_KS_EDGE_KIND_MUST);
  fail_unless_equals_int (edge->copy_cost, 1);
  edge = gst_ks_graph_peek_edge (graph, 2);
  fail_if (gst_ks_ratio_is_known (&edge->ratio));
  fail_unless_equals_int (gst_ks_graph_get_strategy (graph),
      GST_KS_STRATEGY_MINIMIZE_SIZE);
  fail_unless_equals_string (gst_ks_graph_peek_mappable (graph)[0], "card-a");
  fail_unless_equals_string (gst_ks_graph_peek_framework_can_allocate
      (graph)[0], "vulkan");
}

GST_START_TEST (test_whole)
{
  g_autoptr (GstKsGraph) graph = read_graph (whole);
  g_autofree gchar *json = gst_ks_graph_to_json (graph);
  g_autoptr (GstKsGraph) again = read_graph (json);
  g_autofree gchar *same = gst_ks_graph_to_json (again);

  check_whole (graph);
  check_whole (again);
  fail_unless_equals_string (json, same);
}

GST_END_TEST;

GST_START_TEST (test_invalid_plan)
{
  g_autoptr (GstKsPlan) plan =
      gst_ks_plan_new_invalid ("pads[3].items[0].size", "say \"why\"");
  g_autofree gchar *json = gst_ks_plan_to_json (plan);

  fail_unless_equals_string (json, "{\n  \"status\": \"invalid\",\n"
      "  \"error\": {\n    \"where\": \"pads[3].items[0].size\",\n"
      "    \"text\": \"say \\\"why\\\"\"\n  }\n}");
}

GST_END_TEST;

static Suite *
graphjson_suite (void)
{
  Suite *s = suite_create ("graphjson");
  TCase *tc = tcase_create ("graphjson");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_items, 0, G_N_ELEMENTS (item_rows));
  tcase_add_loop_test (tc, test_items_again, 0, G_N_ELEMENTS (item_rows));
  tcase_add_loop_test (tc, test_bad, 0, G_N_ELEMENTS (bad_rows));
  tcase_add_test (tc, test_truncated);
  tcase_add_test (tc, test_limits);
  tcase_add_test (tc, test_whole);
  tcase_add_test (tc, test_invalid_plan);
  return s;
}

GST_CHECK_MAIN (graphjson);
