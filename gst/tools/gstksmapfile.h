/* The map of memory, written to a file for programs or as a picture.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* By how FILE ends: .svg or .json; the error says so. */
gboolean gst_ks_map_file_check (const gchar *file, GError **error);
/* map: as of gst_ks_memory_map_get(). */
gboolean gst_ks_map_file_save  (const GstStructure *map, const gchar *file, GError **error);

/* Owned by the caller. */
gchar *  gst_ks_map_to_json    (const GstStructure *map);
gchar *  gst_ks_map_to_svg     (const GstStructure *map);

G_END_DECLS
