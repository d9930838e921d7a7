/* What became of a pipeline's frames, as a picture.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The plan is drawn over all of the pipeline, with what was counted of it.
 */
#include "gstkslaunchtext.h"

#include "gstkstoolpipeline.h"

static guint64
number_of (const GstStructure * structure, const gchar * field)
{
  guint64 number = 0;

  (void) gst_structure_get_uint64 (structure, field, &number);
  return number;
}

static gchar *
frames_word (guint64 n)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " frame%s", n,
      n == 1 ? "" : "s");
}

/* Of a pad where frames come into being; NULL: nothing is known. */
static gchar *
source_words (const GstStructure * source)
{
  guint64 elsewhere = number_of (source, "elsewhere");
  g_autofree gchar *frames = frames_word (number_of (source, "frames"));
  gboolean asked = FALSE;

  (void) gst_structure_get_boolean (source, "asked", &asked);
  if (!asked)
    return g_strdup ("does not ask");
  if (elsewhere > 0)
    return g_strdup_printf ("%s, %" G_GUINT64_FORMAT " made elsewhere", frames,
        elsewhere);
  if (gst_structure_has_field (source, "fresh"))
    return g_strdup_printf ("%s, %" G_GUINT64_FORMAT " fresh", frames,
        number_of (source, "fresh"));
  return g_steal_pointer (&frames);
}

/* Of a copy of the plan; NULL: it was not counted. */
static gchar *
copy_words (const GstStructure * copy)
{
  g_autofree gchar *frames = frames_word (number_of (copy, "frames"));
  gboolean avoided = FALSE;

  if (!gst_structure_has_field (copy, "observed"))
    return NULL;
  (void) gst_structure_get_boolean (copy, "avoided", &avoided);
  return g_strdup_printf ("%scopied %" G_GUINT64_FORMAT " of %s",
      avoided ? "avoided: " : "", number_of (copy, "observed"), frames);
}

static GHashTable *
words_of (const GstStructure * report, const gchar * array,
    const gchar * name, gchar * (*words) (const GstStructure * structure))
{
  const GValue *all = gst_structure_get_value (report, array);
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);

  for (guint i = 0; i < gst_value_array_get_size (all); i++) {
    const GstStructure *structure =
        gst_value_get_structure (gst_value_array_get_value (all, i));
    gchar *text = words (structure);

    if (text != NULL)
      g_hash_table_insert (table,
          g_strdup (gst_structure_get_string (structure, name)), text);
  }
  return table;
}

gboolean
gst_ks_tool_launch_svg (const GstKsToolSnapshot * snapshot, gboolean ran,
    const GstKsToolSvg * svg, GError ** error)
{
  g_autoptr (GstKsGraph) picture =
      gst_ks_tool_picture_of (snapshot->graph, snapshot->links);
  g_autoptr (GHashTable) pads = words_of (snapshot->report, "sources", "pad",
      source_words);
  g_autoptr (GHashTable) cuts = words_of (snapshot->report, "copies", "a",
      copy_words);
  GstKsToolNotes notes =
      { snapshot->types, ran ? pads : NULL, ran ? cuts : NULL };

  return gst_ks_tool_plan_save_svg (snapshot->plan, picture, &notes, svg,
      error);
}
