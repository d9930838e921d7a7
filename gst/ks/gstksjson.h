/* Reading JSON with a place in every complaint.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * jansson reads the text; where it stops it knows line and column. Behind it a
 * value only knows its way from the root, the places below, and the line is
 * found by going that way through the text once more.
 */
#pragma once

#include <jansson.h>

#include "gstkserror.h"

G_BEGIN_DECLS

/* Bytes of text, values in it, and levels of lists and objects: what a hostile
 * text can cost. */
#define GST_KS_JSON_MAX_SIZE (16 * 1024 * 1024)
#define GST_KS_JSON_MAX_VALUES (1024 * 1024)
#define GST_KS_JSON_MAX_DEPTH 32

/* One step on the way to a value; on the stack of who reads it. */
typedef struct _GstKsJsonPlace GstKsJsonPlace;

struct _GstKsJsonPlace
{
  const GstKsJsonPlace *parent; /* NULL: the root */
  const gchar *name;            /* of a member; NULL: of a list */
  gsize index;                  /* which one, in the order of the text */
};

/* What is read, and the first thing that is wrong with it. */
typedef struct
{
  const gchar *text;            /* borrowed */
  gsize size;                   /* bytes */
  gchar *where;                 /* owned; the way, such as pads[3].name, or line and column */
  gchar *reason;                /* owned; with line and column where the way does not have them; NULL: nothing is wrong */
} GstKsJsonReader;

/* FALSE after gst_ks_json_fail (). */
typedef gboolean (*GstKsJsonRead) (GstKsJsonReader *reader, const GstKsJsonPlace *at, json_t *json, gpointer data);

/* A member that an object may have. */
typedef struct
{
  const gchar *name;
  gboolean needed;
  GstKsJsonRead read;
} GstKsJsonMember;

/* All that an object may have; data goes to each read. */
typedef struct
{
  const GstKsJsonMember *members;
  guint n_members;
  gpointer data;
} GstKsJsonShape;

void          gst_ks_json_reader_clear  (GstKsJsonReader *reader);
/* Owned by the caller; NULL when it is no JSON, or too much of it. */
json_t *      gst_ks_json_load          (GstKsJsonReader *reader);

/* Always FALSE. */
gboolean      gst_ks_json_fail          (GstKsJsonReader *reader, const GstKsJsonPlace *at, const gchar *format, ...) G_GNUC_PRINTF (3, 4);
/* The same in words that are known already; takes them. */
gboolean      gst_ks_json_fail_error    (GstKsJsonReader *reader, const GstKsJsonPlace *at, GError *reason);

/* In the order of the text; a member without a row is refused with the list of them. */
gboolean      gst_ks_json_read_object   (GstKsJsonReader *reader, const GstKsJsonPlace *at, json_t *json, const GstKsJsonShape *shape);
/* shape->members[0].read is for each. */
gboolean      gst_ks_json_read_list     (GstKsJsonReader *reader, const GstKsJsonPlace *at, json_t *json, const GstKsJsonShape *shape);
/* Borrowed from json; NULL when it is something else. */
const gchar * gst_ks_json_read_string   (GstKsJsonReader *reader, const GstKsJsonPlace *at, json_t *json);
gboolean      gst_ks_json_read_integer  (GstKsJsonReader *reader, const GstKsJsonPlace *at, json_t *json, gint64 *integer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsJsonReader, gst_ks_json_reader_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

G_END_DECLS
