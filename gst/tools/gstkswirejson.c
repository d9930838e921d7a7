/* Reading and building the JSON of a structure.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * { "type": NAME, "fields": { ... } }, where a structure in a structure is an
 * object, items are a list of objects, and flags are a list of names. Members
 * that decode adds for the reader, complaints and framing, are passed over.
 */
#include "gstkswirejson.h"

#include <string.h>

#define MAX_PATH 200            /* bytes; the longest name of a field has some 60 */

static gboolean flatten (GstKsToolWireInput * input, const gchar * path,
    json_t * json, GError ** error);

static gboolean
fail_at (const gchar * path, const gchar * reason, GError ** error)
{
  g_autofree gchar *where = g_strconcat ("fields.", path, NULL);

  return gst_ks_tool_wire_fail (error, where, "%s", reason);
}

/* text: taken */
static GstKsToolWireValue *
value_new (const gchar * path, gchar * text)
{
  GstKsToolWireValue *value = g_new0 (GstKsToolWireValue, 1);

  value->path = g_strdup (path);
  value->text = text;
  value->where = g_strconcat ("fields.", path, NULL);
  return value;
}

static gboolean
take (GstKsToolWireInput * input, const gchar * path, gchar * text,
    GError ** error)
{
  return gst_ks_tool_wire_input_take (input, value_new (path, text), error);
}

static gboolean
flatten_object (GstKsToolWireInput * input, const gchar * path, json_t * json,
    GError ** error)
{
  const gchar *name;
  json_t *member;

  json_object_foreach (json, name, member) {
    g_autofree gchar *below = g_strconcat (path, ".", name, NULL);

    if (!flatten (input, *path != '\0' ? below : name, member, error))
      return FALSE;
  }
  return TRUE;
}

/* Flags: names and numbers, as in text with | between them; or no items. */
static gboolean
flatten_names (GstKsToolWireInput * input, const gchar * path, json_t * json,
    GError ** error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GstKsToolWireValue *value;
  size_t index;
  json_t *member;

  json_array_foreach (json, index, member) {
    if (!json_is_string (member))
      return fail_at (path, "expected a list of names, or of objects", error);
    g_string_append_printf (text, "%s%s", index > 0 ? " | " : "",
        json_string_value (member));
  }
  value = value_new (path, g_string_free (g_steal_pointer (&text), FALSE));
  value->list = TRUE;
  value->empty = index == 0;
  return gst_ks_tool_wire_input_take (input, value, error);
}

static gboolean
flatten_array (GstKsToolWireInput * input, const gchar * path, json_t * json,
    GError ** error)
{
  size_t index;
  json_t *member;

  if (!json_is_object (json_array_get (json, 0)))
    return flatten_names (input, path, json, error);
  json_array_foreach (json, index, member) {
    g_autofree gchar *below =
        g_strdup_printf ("%s[%" G_GSIZE_FORMAT "]", path, (gsize) index);

    if (!json_is_object (member))
      return fail_at (below, "expected an object", error);
    if (!flatten_object (input, below, member, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
flatten (GstKsToolWireInput * input, const gchar * path, json_t * json,
    GError ** error)
{
  /* each level copies the names of those above */
  if (strlen (path) > MAX_PATH)
    return gst_ks_tool_wire_fail (error, "fields",
        "a name of more than %d bytes, and no field has one", MAX_PATH);
  switch (json_typeof (json)) {
    case JSON_OBJECT:
      return flatten_object (input, path, json, error);
    case JSON_ARRAY:
      return flatten_array (input, path, json, error);
    case JSON_STRING:
      return take (input, path, g_strdup (json_string_value (json)), error);
    case JSON_INTEGER:
      return take (input, path, g_strdup_printf ("%" JSON_INTEGER_FORMAT,
              json_integer_value (json)), error);
    default:
      return fail_at (path,
          "expected a whole number, a text or a list; numbers "
          "above 2^63 are written as text", error);
  }
}

static gboolean
read_root (GstKsToolWireInput * input, json_t * root, GError ** error)
{
  json_t *type = json_object_get (root, "type");
  json_t *fields = json_object_get (root, "fields");
  const gchar *name;
  json_t *member;

  json_object_foreach (root, name, member) {
    if (g_strcmp0 (name, "type") != 0 && g_strcmp0 (name, "fields") != 0
        && g_strcmp0 (name, "complaints") != 0
        && g_strcmp0 (name, "framing") != 0)
      return gst_ks_tool_wire_fail (error, name,
          "no such member; there are type, " "fields, complaints and framing");
  }
  if (!json_is_string (type))
    return gst_ks_tool_wire_fail (error, "type",
        "expected the name of a structure, "
        "such as \"KSALLOCATOR_FRAMING_EX\"");
  if (!json_is_object (fields))
    return gst_ks_tool_wire_fail (error, "fields",
        "expected an object with the " "fields of the structure");
  input->type = g_strdup (json_string_value (type));
  input->type_where = g_strdup ("type");
  input->end_where = g_strdup ("fields");
  return flatten_object (input, "", fields, error);
}

GstKsToolWireInput *
gst_ks_tool_wire_read_json (const gchar * data, gsize size, GError ** error)
{
  g_autoptr (GstKsToolWireInput) input = gst_ks_tool_wire_input_new ();
  json_error_t reason;
  json_t *root = json_loadb (data, size, JSON_REJECT_DUPLICATES, &reason);
  gboolean ok;

  if (root == NULL) {
    g_autofree gchar *where =
        g_strdup_printf ("line %d, column %d", reason.line, reason.column);

    gst_ks_tool_wire_fail (error, where, "%s", reason.text);
    return NULL;
  }
  ok = read_root (input, root, error);
  json_decref (root);
  return ok ? g_steal_pointer (&input) : NULL;
}

/* The member of that name, made where it is not there. */
static json_t *
member_of (json_t * object, const gchar * name, json_t * (*make) (void))
{
  json_t *member = json_object_get (object, name);

  if (member == NULL) {
    member = make ();
    json_object_set_new (object, name, member);
  }
  return member;
}

/* One step of a path: Name or Name[index]. */
static json_t *
step_into (json_t * object, gchar * step)
{
  gchar *bracket = strchr (step, '[');
  json_t *list;
  gsize index;

  if (bracket == NULL)
    return member_of (object, step, json_object);
  *bracket = '\0';
  index = (gsize) g_ascii_strtoull (bracket + 1, NULL, 10);
  list = member_of (object, step, json_array);
  if (json_array_size (list) <= index)
    json_array_append_new (list, json_object ());
  return json_array_get (list, index);
}

void
gst_ks_tool_wire_json_put (json_t * fields, const gchar * path, json_t * value)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  guint last = g_strv_length (steps) - 1;
  json_t *object = fields;

  for (guint i = 0; i < last; i++)
    object = step_into (object, steps[i]);
  json_object_set_new (object, steps[last], value);
}
