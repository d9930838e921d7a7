/* Graphviz's dot, run as a program.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The SVG of a graph in dot's language; SECONDS is how long dot may take. It
 * is ended then. Owned by the caller; NULL: the error says what to install, or
 * what dot said. */
GBytes * gst_ks_tool_run_dot (const gchar *text, guint seconds, GError **error);

G_END_DECLS
