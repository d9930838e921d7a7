/* Messages of a bus, as lines.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstoolbus.h"

#include <gst/ks/gstkserror.h>
#include <string.h>

#include "gstkstable.h"

static gchar *
source_path (GstMessage * message)
{
  return GST_MESSAGE_SRC (message)
      ? gst_object_get_path_string (GST_MESSAGE_SRC (message))
      : g_strdup ("nobody");
}

/* Debug words are a place in a source file and often an explanation below. */
static gchar *
explain (GstMessage * message, const GError * what, const gchar * debug)
{
  g_autofree gchar *path = source_path (message);
  const gchar *below = debug ? strstr (debug, ":\n") : NULL;

  if (below != NULL)
    below += 2;
  else
    below = debug;
  return g_strdup_printf ("from element %s: %s%s%s%s", path, what->message,
      below && *below ? " (" : "", below ? below : "",
      below && *below ? ")" : "");
}

GError *
gst_ks_tool_bus_error (GstMessage * message)
{
  g_autoptr (GError) what = NULL;
  g_autofree gchar *debug = NULL;
  g_autofree gchar *text = NULL;

  gst_message_parse_error (message, &what, &debug);
  text = explain (message, what, debug);
  return g_error_new_literal (what->domain, what->code, text);
}

static void
note_warning (const GstKsToolCommand * command, GstMessage * message)
{
  gboolean is_warning = GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING;
  g_autoptr (GError) what = NULL;
  g_autofree gchar *debug = NULL;
  g_autofree gchar *text = NULL;

  if (is_warning)
    gst_message_parse_warning (message, &what, &debug);
  else
    gst_message_parse_info (message, &what, &debug);
  text = explain (message, what, debug);
  gst_ks_tool_note (command, is_warning ? "warning" : "info", text);
}

static gchar *
value_text (const GValue * value)
{
  gchar *text = NULL;

  if (value == NULL)
    return g_strdup ("(cannot be read)");
  if (G_VALUE_HOLDS_STRING (value))
    text = g_value_dup_string (value);
  else if (GST_VALUE_HOLDS_CAPS (value) && gst_value_get_caps (value))
    text = gst_caps_to_string (gst_value_get_caps (value));
  else
    text = gst_value_serialize (value);
  return text ? text : g_strdup_value_contents (value);
}

/* One line, whatever is in the words. */
static void
print_line (const gchar * line)
{
  g_autofree gchar *plain = g_utf8_make_valid (line, -1);

  gst_ks_table_make_plain (plain, FALSE);
  g_print ("%s\n", plain);
}

static void
print_property (GstMessage * message)
{
  g_autofree gchar *path = NULL, *text = NULL, *line = NULL;
  const GValue *value;
  const gchar *name;
  GstObject *object;

  gst_message_parse_property_notify (message, &object, &name, &value);
  path = gst_object_get_path_string (object);
  text = value_text (value);
  line = g_strdup_printf ("%s: %s = %s", path, name, text);
  print_line (line);
}

static void
note_missing (const GstKsToolCommand * command, GstMessage * message)
{
  const GstStructure *words = gst_message_get_structure (message);
  const gchar *name = gst_structure_get_string (words, "name");
  g_autofree gchar *text = NULL;

  if (name == NULL || !gst_structure_has_name (words, "missing-plugin"))
    return;
  text = g_strdup_printf ("%s asks for a plugin that is not installed: %s",
      GST_MESSAGE_SRC_NAME (message), name);
  gst_ks_tool_note (command, "warning", text);
}

/* Of the plan; of its own an element warns. */
static void
note_fallback (const GstKsToolCommand * command, GstMessage * message)
{
  const GstStructure *words = gst_message_get_structure (message);
  const gchar *pad = gst_structure_get_string (words, "pad");
  g_autofree gchar *text = NULL;

  if (!gst_structure_has_name (words, "ks-fallback") || pad == NULL)
    return;
  text = g_strdup_printf ("%s: %s could not be had, so %s: %s", pad,
      gst_structure_get_string (words, "wanted"),
      gst_structure_get_string (words, "used"),
      gst_structure_get_string (words, "text"));
  gst_ks_tool_note (command, "warning", text);
}

void
gst_ks_tool_bus_note (const GstKsToolCommand * command, GstMessage * message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_WARNING:
    case GST_MESSAGE_INFO:
      note_warning (command, message);
      break;
    case GST_MESSAGE_PROPERTY_NOTIFY:
      print_property (message);
      break;
    case GST_MESSAGE_ELEMENT:
      note_missing (command, message);
      note_fallback (command, message);
      break;
    default:
      break;
  }
}

void
gst_ks_tool_bus_print (GstMessage * message)
{
  const GstStructure *words = gst_message_get_structure (message);
  g_autofree gchar *text = words ? gst_structure_to_string (words) : NULL;
  g_autofree gchar *line = g_strdup_printf ("message %u from %s (%s): %s",
      gst_message_get_seqnum (message), GST_MESSAGE_SRC (message)
      ? GST_MESSAGE_SRC_NAME (message) : "nobody",
      GST_MESSAGE_TYPE_NAME (message), text ? text : "no words");

  print_line (line);
}
