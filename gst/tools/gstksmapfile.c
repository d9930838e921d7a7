/* The map of memory, written to a file for programs or as a picture.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmapfile.h"

#include <gst/ks/gstkserror.h>
#include <gst/ks/gstksjsonstructure.h>
#include <stdlib.h>
#include <string.h>

#include "gstkswritefile.h"

gboolean
gst_ks_map_file_check (const gchar * file, GError ** error)
{
  if (g_str_has_suffix (file, ".svg") || g_str_has_suffix (file, ".json"))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "'%s' is to be a map of memory: its name must end in .svg, for a picture, "
      "or in .json, for programs", file);
  return FALSE;
}

gchar *
gst_ks_map_to_json (const GstStructure * map)
{
  json_t *json = gst_ks_json_of_structure (map);
  gchar *text = json_dumps (json, JSON_INDENT (2));
  gchar *copy = g_strconcat (text, "\n", NULL);

  free (text);
  json_decref (json);
  return copy;
}

gboolean
gst_ks_map_file_save (const GstStructure * map, const gchar * file,
    GError ** error)
{
  g_autofree gchar *text = g_str_has_suffix (file, ".svg") ?
      gst_ks_map_to_svg (map) : gst_ks_map_to_json (map);

  return gst_ks_write_file (file, text, strlen (text), error);
}
