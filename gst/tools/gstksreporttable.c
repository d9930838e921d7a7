/* The negotiator's report for people, as it is: what is new in it needs no new code.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstable.h"

static gboolean
is_told_by_plan (GQuark field, const GValue * value, gpointer data)
{
  static const gchar *const told[] = { "a", "b", "cause", "text", NULL };

  return g_strv_contains (told, g_quark_to_string (field));
}

/* Copies that are nothing but the cuts of the plan. */
static gboolean
is_cuts (const GValue * array)
{
  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    const GValue *value = gst_value_array_get_value (array, i);

    if (!GST_VALUE_HOLDS_STRUCTURE (value)
        || !gst_structure_foreach (gst_value_get_structure (value),
            is_told_by_plan, NULL))
      return FALSE;
  }
  return TRUE;
}

static gboolean
append_array (GQuark field, const GValue * value, gpointer text)
{
  g_autoptr (GPtrArray) rows = gst_ks_table_of_structures (value);

  if (rows == NULL || is_cuts (value))
    return TRUE;
  g_string_append_printf (text, "\n%s\n", g_quark_to_string (field));
  gst_ks_table_append (text, rows);
  return TRUE;
}

void
gst_ks_table_append_report (GString * text, const GstStructure * report)
{
  gst_structure_foreach (report, append_array, text);
}
