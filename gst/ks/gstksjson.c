/* Reading JSON with a place in every complaint.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksjson.h"

#include <string.h>

#define NAME_SHOWN 40           /* characters of a bad name in a message */

void
gst_ks_json_reader_clear (GstKsJsonReader * reader)
{
  g_clear_pointer (&reader->where, g_free);
  g_clear_pointer (&reader->reason, g_free);
}

/* One line that a terminal does not obey, valid UTF-8. */
static gchar *
tame (const gchar * text)
{
  gchar *line = g_utf8_make_valid (text, -1);

  for (gchar * at = line; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  }
  return line;
}

static void
append_place (GString * path, const GstKsJsonPlace * at)
{
  g_autofree gchar *name = NULL;

  if (at == NULL)
    return;
  append_place (path, at->parent);
  if (at->name == NULL) {
    g_string_append_printf (path, "[%" G_GSIZE_FORMAT "]", at->index);
    return;
  }
  name = g_utf8_substring (at->name, 0,
      MIN (g_utf8_strlen (at->name, -1), NAME_SHOWN));
  g_string_append_printf (path, "%s%s", path->len > 0 ? "." : "", name);
}

/* Where in valid JSON. */
typedef struct
{
  const gchar *at;
  const gchar *end;
} Cursor;

static void
skip_space (Cursor * c)
{
  while (c->at < c->end && strchr (" \t\r\n", *c->at) != NULL)
    c->at++;
}

/* From one quote to behind the other. */
static void
skip_string (Cursor * c)
{
  for (c->at++; c->at < c->end && *c->at != '"'; c->at++) {
    if (*c->at == '\\')
      c->at++;
  }
  c->at++;
}

static gint
level_change (gchar c)
{
  if (c == '[' || c == '{')
    return 1;
  return c == ']' || c == '}' ? -1 : 0;
}

/* From behind the bracket to the entry of that index. */
static void
skip_entries (Cursor * c, gsize n)
{
  gint level = 0;

  while (n > 0 && c->at < c->end) {
    if (*c->at == '"') {
      skip_string (c);
      continue;
    }
    level += level_change (*c->at);
    if (*c->at == ',' && level == 0)
      n--;
    c->at++;
  }
  skip_space (c);
}

static void
skip_name (Cursor * c)
{
  skip_string (c);
  skip_space (c);
  c->at++;
  skip_space (c);
}

/* To the value, or of a member to its name. */
static void
go_to (Cursor * c, const GstKsJsonPlace * at)
{
  if (at == NULL) {
    skip_space (c);
    return;
  }
  go_to (c, at->parent);
  if (at->parent != NULL && at->parent->name != NULL)
    skip_name (c);
  c->at++;
  skip_space (c);
  skip_entries (c, at->index);
}

/* For messages; freed by the caller. */
static gchar *
position_text (const GstKsJsonReader * reader, const gchar * at)
{
  const gchar *start = reader->text;
  guint line = 1, column = 1;

  for (const gchar * c = start; c < at; c++) {
    if (*c != '\n')
      continue;
    line++;
    start = c + 1;
  }
  for (const gchar * c = start; c < at; c++)
    column += ((guchar) * c & 0xC0) != 0x80;
  return g_strdup_printf ("line %u, column %u", line, column);
}

static gboolean
fail_text (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    const gchar * reason)
{
  Cursor c = { reader->text, reader->text + reader->size };
  g_autoptr (GString) path = g_string_new (NULL);
  g_autofree gchar *position = NULL;
  g_autofree gchar *line = NULL;

  if (reader->reason != NULL)
    return FALSE;
  append_place (path, at);
  go_to (&c, at);
  position = position_text (reader, MIN (c.at, c.end));
  if (path->len > 0)
    line = g_strdup_printf ("%s: %s", position, reason);
  reader->where = tame (path->len > 0 ? path->str : position);
  reader->reason = tame (line != NULL ? line : reason);
  return FALSE;
}

gboolean
gst_ks_json_fail (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    const gchar * format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  return fail_text (reader, at, reason);
}

gboolean
gst_ks_json_fail_error (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    GError * reason)
{
  fail_text (reader, at, reason->message);
  g_error_free (reason);
  return FALSE;
}

static gboolean
fail_here (GstKsJsonReader * reader, const gchar * at, const gchar * format,
    guint limit)
{
  reader->where = position_text (reader, at);
  reader->reason = g_strdup_printf (format, limit);
  return FALSE;
}

/* What a text has of brackets and commas bounds what jansson makes of it,
 * whether it is JSON or not. */
static gboolean
is_bounded (GstKsJsonReader * reader)
{
  Cursor c = { reader->text, reader->text + reader->size };
  guint values = 0;
  gint level = 0;

  if (reader->size > GST_KS_JSON_MAX_SIZE)
    return fail_here (reader, c.at, "more than %u bytes", GST_KS_JSON_MAX_SIZE);
  while (c.at < c.end) {
    gint change = level_change (*c.at);

    if (*c.at == '"') {
      skip_string (&c);
      continue;
    }
    level += change;
    values += change > 0 || *c.at == ',';
    if (level > GST_KS_JSON_MAX_DEPTH)
      return fail_here (reader, c.at, "lists and objects in more than %u "
          "levels; no graph has so many", GST_KS_JSON_MAX_DEPTH);
    if (values > GST_KS_JSON_MAX_VALUES)
      return fail_here (reader, c.at, "more than %u values",
          GST_KS_JSON_MAX_VALUES);
    c.at++;
  }
  return TRUE;
}

json_t *
gst_ks_json_load (GstKsJsonReader * reader)
{
  json_error_t reason;
  json_t *root;

  /* some editors begin UTF-8 with the mark of a byte order */
  if (reader->size >= 3 && memcmp (reader->text, "\xef\xbb\xbf", 3) == 0) {
    reader->text += 3;
    reader->size -= 3;
  }
  if (!is_bounded (reader))
    return NULL;
  root = json_loadb (reader->text, reader->size, JSON_REJECT_DUPLICATES,
      &reason);
  if (root != NULL)
    return root;
  reader->where = g_strdup_printf ("line %d, column %d", MAX (reason.line, 1),
      MAX (reason.column, 1));
  reader->reason = tame (reason.text);
  return NULL;
}

static const gchar *
type_name (const json_t * json)
{
  static const gchar *const names[] = {
    [JSON_OBJECT] = "an object",[JSON_ARRAY] = "a list",
    [JSON_STRING] = "a text",[JSON_INTEGER] = "a number",
    [JSON_REAL] = "a number that is not whole",[JSON_TRUE] = "true",
    [JSON_FALSE] = "false",[JSON_NULL] = "null",
  };

  return names[json_typeof (json)];
}

static const GstKsJsonMember *
find_member (const GstKsJsonShape * shape, const gchar * name)
{
  for (guint i = 0; i < shape->n_members; i++) {
    if (g_str_equal (shape->members[i].name, name))
      return &shape->members[i];
  }
  return NULL;
}

static gchar *
list_members (const GstKsJsonShape * shape)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < shape->n_members; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
        shape->members[i].name);
  return g_string_free (list, FALSE);
}

static gboolean
has_needed (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    const GstKsJsonShape * shape)
{
  for (guint i = 0; i < shape->n_members; i++) {
    const GstKsJsonMember *member = &shape->members[i];

    if (member->needed && json_object_get (json, member->name) == NULL)
      return gst_ks_json_fail (reader, at, "\"%s\" is missing", member->name);
  }
  return TRUE;
}

gboolean
gst_ks_json_read_object (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, const GstKsJsonShape * shape)
{
  GstKsJsonPlace below = { at, NULL, 0 };
  const gchar *name;
  json_t *value;

  if (!json_is_object (json))
    return gst_ks_json_fail (reader, at, "expected an object, this is %s",
        type_name (json));
  json_object_foreach (json, name, value) {
    const GstKsJsonMember *member = find_member (shape, name);

    below.name = name;
    if (member == NULL) {
      g_autofree gchar *known = list_members (shape);

      return gst_ks_json_fail (reader, &below, "unknown; known: %s", known);
    }
    if (!member->read (reader, &below, value, shape->data))
      return FALSE;
    below.index++;
  }
  return has_needed (reader, at, json, shape);
}

gboolean
gst_ks_json_read_list (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, const GstKsJsonShape * shape)
{
  GstKsJsonPlace below = { at, NULL, 0 };

  if (!json_is_array (json))
    return gst_ks_json_fail (reader, at, "expected a list, this is %s",
        type_name (json));
  for (; below.index < json_array_size (json); below.index++) {
    if (!shape->members[0].read (reader, &below, json_array_get (json,
                below.index), shape->data))
      return FALSE;
  }
  return TRUE;
}

const gchar *
gst_ks_json_read_string (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json)
{
  if (json_is_string (json))
    return json_string_value (json);
  gst_ks_json_fail (reader, at, "expected a text, this is %s",
      type_name (json));
  return NULL;
}

gboolean
gst_ks_json_read_integer (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gint64 * integer)
{
  if (!json_is_integer (json))
    return gst_ks_json_fail (reader, at, "expected a whole number, this is %s",
        type_name (json));
  *integer = json_integer_value (json);
  return TRUE;
}
