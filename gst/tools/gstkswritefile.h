/* Files that are written whole.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether FILE is a device, a pipe or a link, so that nothing may take its name. */
gboolean        gst_ks_write_file_is_other (const gchar *file);

/* Whether FILE is called as what will be in it: "-" would be a file of that name, and SVG is what pictures are. */
gboolean        gst_ks_write_file_check_name (const gchar *file, gboolean is_svg, GError **error);

/* Whether FILE can be written as far as that can be told before there is anything to write. */
gboolean        gst_ks_write_file_check (const gchar *file, GError **error);

/* A file is there with all of DATA or is as it was. What is no file of its own (a device, a pipe, a link) stays what
 * it is, and is written to. */
gboolean        gst_ks_write_file       (const gchar *file, gconstpointer data, gsize size, GError **error);

G_END_DECLS
