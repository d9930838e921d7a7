/* gst-ks-1.0 encode: the bytes of what decode prints.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <string.h>
#include <unistd.h>

#include "gstkshex.h"
#include "gstkswirestruct.h"

static GBytes *
read_bytes (const gchar * file, GError ** error)
{
  g_autoptr (GBytes) input = gst_ks_tool_read (file, error);
  g_autoptr (GstKsToolWire) wire = NULL;
  const gchar *data;
  gsize size;

  if (input == NULL)
    return NULL;
  data = g_bytes_get_data (input, &size);
  wire = gst_ks_tool_wire_parse (data, size, error);
  return wire != NULL ? gst_ks_tool_wire_to_bytes (wire) : NULL;
}

static gboolean
write_bytes (GBytes * bytes, gboolean hex, GError ** error)
{
  g_autofree gchar *text = hex ? gst_ks_hex_print (bytes) : NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (hex)
    return gst_ks_tool_write (text, strlen (text), error);
  return gst_ks_tool_write (data, size, error);
}

static GstKsToolStatus
run_encode (gint argc, gchar ** argv)
{
  gboolean hex = FALSE;
  const GOptionEntry entries[] = {
    {"hex", 'x', 0, G_OPTION_ARG_NONE, &hex,
        "Hexadecimal digits instead of bytes", NULL},
    {NULL}
  };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gchar *file;

  if (!gst_ks_tool_parse (&gst_ks_tool_encode, entries, argc, argv, &file))
    return GST_KS_TOOL_USAGE;
  if (!hex && isatty (STDOUT_FILENO))
    return gst_ks_tool_usage (&gst_ks_tool_encode, "bytes are not written to a "
        "terminal: add --hex, or > FILE");
  bytes = read_bytes (file, &error);
  if (bytes == NULL)
    return gst_ks_tool_fail (&gst_ks_tool_encode, file ? file : "-", error);
  if (!write_bytes (bytes, hex, &error))
    return gst_ks_tool_fail (&gst_ks_tool_encode, NULL, error);
  return GST_KS_TOOL_OK;
}

const GstKsToolCommand gst_ks_tool_encode = {
  "encode",
  "[FILE|-]",
  "writes the bytes of what decode prints",
  "The input is the text or the JSON that decode prints: every field has to be\n"
      "there. Numbers may be decimal or hexadecimal (0x...), what follows a # is\n"
      "a comment. Either all bytes are written or none.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 decode framing.bin > framing.txt\n"
      "  gst-ks-1.0 encode framing.txt > framing.bin\n"
      "  gst-ks-1.0 encode --hex framing.json\n",
  run_encode,
};
