/* Words in columns.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstable.h"

#include <stdlib.h>
#include <string.h>

GPtrArray *
gst_ks_table_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
}

/* U+0080 to U+009F are control characters, too: one of them is as good as
 * Escape and a bracket. */
static gboolean
is_high_control (const gchar * at)
{
  return (guchar) at[0] == 0xc2 && (guchar) at[1] >= 0x80
      && (guchar) at[1] < 0xa0;
}

void
gst_ks_table_make_plain (gchar * text, gboolean keep_breaks)
{
  for (gchar * at = text; *at != '\0'; at++) {
    if (is_high_control (at))
      at[0] = at[1] = ' ';
    else if (g_ascii_iscntrl (*at) && !(keep_breaks && *at == '\n'))
      *at = ' ';
  }
}

void
gst_ks_table_add (GPtrArray * rows, gchar ** row)
{
  for (gchar ** cell = row; *cell != NULL; cell++) {
    gchar *valid = g_utf8_make_valid (*cell, -1);

    gst_ks_table_make_plain (valid, FALSE);
    g_free (*cell);
    *cell = valid;
  }
  g_ptr_array_add (rows, row);
}

guint
gst_ks_table_columns (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

static guint
width_of_word (const gchar * word)
{
  guint columns = 0;

  for (const gchar * at = word; *at != '\0'; at = g_utf8_next_char (at))
    columns += gst_ks_table_columns (g_utf8_get_char (at));
  return columns;
}

static guint
width_of (const GPtrArray * rows, guint column)
{
  guint width = 0;

  for (guint i = 0; i < rows->len; i++)
    width = MAX (width, width_of_word (((gchar **) rows->pdata[i])[column]));
  return width;
}

static void
append_padded (GString * text, const gchar * word, guint width)
{
  g_string_append (text, word);
  for (guint n = width_of_word (word); n < width; n++)
    g_string_append_c (text, ' ');
}

void
gst_ks_table_append (GString * text, const GPtrArray * rows)
{
  guint n = rows->len > 0 ? g_strv_length (rows->pdata[0]) : 0;
  g_autofree guint *widths = g_new0 (guint, n);

  for (guint c = 0; c + 1 < n; c++)
    widths[c] = width_of (rows, c) + 2;
  for (guint i = 0; i < rows->len; i++) {
    for (guint c = 0; c < n; c++)
      append_padded (text, ((gchar **) rows->pdata[i])[c], widths[c]);
    g_string_append_c (text, '\n');
  }
}

/* --- of structures --- */

static gboolean
add_column (GQuark field, const GValue * value, gpointer columns)
{
  const gchar *name = g_quark_to_string (field);

  if (!g_ptr_array_find_with_equal_func (columns, name, g_str_equal, NULL))
    g_ptr_array_add (columns, (gpointer) name);
  return TRUE;
}

static gchar *
cell_of (const GstStructure * structure, const gchar * column)
{
  const GValue *value = gst_structure_get_value (structure, column);
  gchar *text;

  if (value == NULL)
    return g_strdup ("-");
  if (G_VALUE_HOLDS_STRING (value))
    return g_strdup (g_value_get_string (value) ? g_value_get_string (value)
        : "-");
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return g_strdup (g_value_get_boolean (value) ? "yes" : "no");
  text = gst_value_serialize (value);
  return text ? text : g_strdup_value_contents (value);
}

static const GstStructure *
structure_at (const GValue * array, guint index)
{
  const GValue *value = gst_value_array_get_value (array, index);

  return GST_VALUE_HOLDS_STRUCTURE (value) ? gst_value_get_structure (value)
      : NULL;
}

/* Borrowed names; explanations are long, so they come last. */
static GPtrArray *
columns_of (const GValue * array)
{
  static const gchar *const last[] = { "text", "reason" };
  GPtrArray *columns = g_ptr_array_new ();
  guint at;

  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    if (structure_at (array, i) != NULL)
      gst_structure_foreach (structure_at (array, i), add_column, columns);
  }
  for (guint i = 0; i < G_N_ELEMENTS (last); i++) {
    if (g_ptr_array_find_with_equal_func (columns, last[i], g_str_equal, &at))
      g_ptr_array_add (columns, g_ptr_array_steal_index (columns, at));
  }
  return columns;
}

static gchar **
row_of (const GstStructure * structure, const GPtrArray * columns)
{
  gchar **row = g_new0 (gchar *, columns->len + 1);

  for (guint c = 0; c < columns->len; c++)
    row[c] = structure ? cell_of (structure, columns->pdata[c])
        : g_strdup (columns->pdata[c]);
  return row;
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(gchar ** const *) a)[0], (*(gchar ** const *) b)[0]);
}

GPtrArray *
gst_ks_table_of_structures (const GValue * array)
{
  g_autoptr (GPtrArray) columns = NULL;
  GPtrArray *rows;

  if (!GST_VALUE_HOLDS_ARRAY (array))
    return NULL;
  columns = columns_of (array);
  if (columns->len == 0)
    return NULL;
  rows = gst_ks_table_new ();
  gst_ks_table_add (rows, row_of (NULL, columns));
  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    if (structure_at (array, i) != NULL)
      gst_ks_table_add (rows, row_of (structure_at (array, i), columns));
  }
  /* all but the head: reports are in no order */
  qsort (rows->pdata + 1, rows->len - 1, sizeof (gpointer), compare_rows);
  return rows;
}
