/* Pipelines of words, and what is in one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>
#include <gst/ks/gstksgraph.h>

G_BEGIN_DECLS

/* Of one word that is the whole line, or of many, as gst-launch-1.0 takes
 * them. Owned by the caller; NULL: the error says what, where and what helps. */
GstElement * gst_ks_tool_make_pipeline   (gchar **words, GError **error);

/* A link between two elements that are no bins, whatever bins it crosses. */
typedef struct
{
  gchar *src;                   /* owned; element:pad, in a bin bin/element:pad */
  gchar *sink;                  /* owned */
  gchar *caps;                  /* owned; what goes over it; NULL: nothing has */
} GstKsToolLink;

void         gst_ks_tool_link_free       (GstKsToolLink *link);

/* All of a pipeline, in the order in which it was made; an array of GstKsToolLink, to be unreferenced. */
GPtrArray *  gst_ks_tool_list_links      (GstBin *pipeline);

/* Factories of its elements by their names, bin/element in a bin: those that
 * are not called after them. Both owned; to be unreferenced. */
GHashTable * gst_ks_tool_list_types      (GstBin *pipeline);

/* PLANNED in the order of the pipeline; owned by the caller, as the next. */
GstKsGraph * gst_ks_tool_in_order        (const GstKsGraph *planned, const GPtrArray *links);

/* PLANNED, and all other pads and links, to be drawn. */
GstKsGraph * gst_ks_tool_picture_of      (const GstKsGraph *planned, const GPtrArray *links);

G_END_DECLS
