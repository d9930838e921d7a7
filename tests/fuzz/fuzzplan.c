/* Fuzz target: graphs as JSON. What can be read is printed and read as the
 * same, and solved with little work; what cannot has a place and a reason.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"

#include <gst/ks/gstksplancheck.h>
#include <jansson.h>

#define WORK 2000               /* merges; keeps each input short */
#define MAX_PADS 200            /* nothing new in larger ones */

static void
check_plan (const GstKsPlan * plan)
{
  g_autofree gchar *json = gst_ks_plan_to_json (plan);
  json_t *root = json_loads (json, JSON_REJECT_DUPLICATES, NULL);
  const gchar *status = gst_ks_plan_status_to_string (gst_ks_plan_get_status
      (plan));

  g_assert_nonnull (root);
  g_assert_cmpstr (json_string_value (json_object_get (root, "status")), ==,
      status);
  json_decref (root);
}

static void
check_graph (const GstKsGraph * graph)
{
  g_autofree gchar *json = gst_ks_graph_to_json (graph);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsGraph) again =
      gst_ks_graph_from_json (json, strlen (json), NULL, &error);
  g_autofree gchar *same = NULL;
  g_autoptr (GstKsPlan) plan = NULL;

  g_assert_no_error (error);
  same = gst_ks_graph_to_json (again);
  g_assert_cmpstr (json, ==, same);
  if (gst_ks_graph_get_n_pads (graph) > MAX_PADS)
    return;
  plan = gst_ks_graph_solve (graph, WORK);
  gst_ks_plan_check (plan, graph, &error);
  g_assert_no_error (error);
  check_plan (plan);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsPlan) invalid = NULL;
  g_autoptr (GstKsGraph) graph =
      gst_ks_graph_from_json ((const gchar *) data, size, &invalid, &error);

  if (graph != NULL) {
    check_graph (graph);
    return 0;
  }
  fuzz_check_error (error);
  g_assert_cmpint (error->code, ==, GST_KS_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "line "));
  check_plan (invalid);
  return 0;
}
