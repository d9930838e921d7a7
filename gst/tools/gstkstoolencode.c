/* gst-ks-1.0 encode: the bytes of what decode prints, and of framings.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <string.h>
#include <unistd.h>

#include "gstkshex.h"
#include "gstkstoolchoice.h"
#include "gstkswirestruct.h"

typedef struct
{
  gchar *framing;               /* owned; NULL: a structure is read */
  GstKsToolChoice choice;       /* for framing */
  gchar *file;                  /* borrowed; NULL: standard input */
  gboolean hex;
} Options;

static void
options_clear (Options * options)
{
  g_free (options->framing);
  gst_ks_tool_choice_clear (&options->choice);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static gboolean
parse_options (Options * options, gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    {"framing", 'f', 0, G_OPTION_ARG_STRING, &options->framing,
        "The text of a framing instead of FILE", "TEXT"},
    {"type", 't', 0, G_OPTION_ARG_STRING, &options->choice.type,
          "What --framing becomes; KSALLOCATOR_FRAMING_EX is taken for granted",
        "NAME"},
    {"direction", 0, 0, G_OPTION_ARG_STRING, &options->choice.direction,
          "What --framing becomes is the KSALLOCATOR_FRAMING of a query, or that "
          "of a create request, which takes one kind and one size",
        "query|create"},
    {"hex", 'x', 0, G_OPTION_ARG_NONE, &options->hex,
        "Hexadecimal digits instead of bytes", NULL},
    {NULL}
  };

  return gst_ks_tool_parse (&gst_ks_tool_encode, entries, argc, argv,
      &options->file);
}

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
check_options (const Options * options, GstKsAbiStruct * which)
{
  const GstKsToolCommand *self = &gst_ks_tool_encode;

  if (!gst_ks_tool_choose (self, &options->choice, which))
    return GST_KS_TOOL_USAGE;
  if (options->framing == NULL && *which != GST_KS_ABI_N_STRUCTS)
    return gst_ks_tool_usage (self, "--type and --direction are for "
        "--framing; what is read says itself what it is");
  if (options->framing != NULL && options->file != NULL)
    return gst_ks_tool_usage (self, "either --framing or FILE, not also '%s'",
        options->file);
  if (*which == GST_KS_ABI_N_STRUCTS)
    *which = GST_KS_ABI_KSALLOCATOR_FRAMING_EX;
  if (!gst_ks_tool_wire_holds_framing (*which))
    return gst_ks_tool_usage (self, "--type=%s is no framing; those are "
        "KSALLOCATOR_FRAMING_EX, KSALLOCATOR_FRAMING and "
        "KSALLOCATOR_FRAMING/create", gst_ks_abi_struct_get_name (*which));
  if (!options->hex && isatty (STDOUT_FILENO))
    return gst_ks_tool_usage (self, "bytes are not written to a terminal: add "
        "--hex, or > FILE");
  return GST_KS_TOOL_OK;
}

/* notes: what the structure has no place for */
static GBytes *
make_bytes (const Options * options, GstKsAbiStruct which, GStrv * notes,
    GError ** error)
{
  if (options->framing == NULL)
    return read_bytes (options->file, error);
  return gst_ks_tool_wire_encode_framing (which, options->framing, notes,
      error);
}

static const gchar *
where_of (const Options * options)
{
  if (options->framing != NULL)
    return "--framing";
  return options->file != NULL ? options->file : "-";
}

static GstKsToolStatus
run_encode (gint argc, gchar ** argv)
{
  const GstKsToolCommand *self = &gst_ks_tool_encode;
  g_auto (Options) options = { NULL, };
  GstKsAbiStruct which = GST_KS_ABI_N_STRUCTS;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) notes = NULL;
  GstKsToolStatus status;

  if (!parse_options (&options, argc, argv))
    return GST_KS_TOOL_USAGE;
  status = check_options (&options, &which);
  if (status != GST_KS_TOOL_OK)
    return status;
  bytes = make_bytes (&options, which, &notes, &error);
  if (bytes == NULL)
    return gst_ks_tool_fail (self, where_of (&options), error);
  if (!write_bytes (bytes, options.hex, &error))
    return gst_ks_tool_fail (self, NULL, error);
  for (guint i = 0; notes != NULL && notes[i] != NULL; i++)
    gst_ks_tool_note (self, where_of (&options), notes[i]);
  return GST_KS_TOOL_OK;
}

const GstKsToolCommand gst_ks_tool_encode = {
  "encode",
  "[FILE|-]",
  "writes the bytes of what decode prints, or of a framing",
  "The input is the text or the JSON that decode prints: every field has to be\n"
      "there. Numbers may be decimal or hexadecimal (0x...), what follows a # is\n"
      "a comment. Either all bytes are written or none.\n\n"
      "With --framing nothing is read: the text of a framing becomes a\n"
      "KSALLOCATOR_FRAMING_EX, unless --type or --direction says otherwise. What\n"
      "the structure has no place for is said on standard error; the bytes are\n"
      "written all the same.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 decode framing.bin > framing.txt\n"
      "  gst-ks-1.0 encode framing.txt > framing.bin\n"
      "  gst-ks-1.0 encode --hex framing.json\n"
      "  gst-ks-1.0 encode --framing='locked, prefer=8k, frames=2..' > framing.bin\n"
      "  gst-ks-1.0 encode --framing='locked, size=64k, frames=..4' \\\n"
      "    --direction=create --hex\n",
  run_encode,
};
