/* gst-ks-1.0 decode: bytes of a structure of KS as text or JSON.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <string.h>

#include "gstkshex.h"
#include "gstkstoolchoice.h"
#include "gstkswirestruct.h"

typedef struct
{
  GstKsToolChoice choice;
  gchar *file;                  /* borrowed; NULL: standard input */
  gboolean hex;
  gboolean raw;
  gboolean json;
} Options;

static void
options_clear (Options * options)
{
  gst_ks_tool_choice_clear (&options->choice);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static gboolean
parse_options (Options * options, gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    {"type", 't', 0, G_OPTION_ARG_STRING, &options->choice.type,
          "Which structure it is; without it the size tells, where it can",
        "NAME"},
    {"direction", 0, 0, G_OPTION_ARG_STRING, &options->choice.direction,
        "Whether KSALLOCATOR_FRAMING is the answer to a query (which is taken "
          "for granted) or a create request", "query|create"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json,
        "JSON, for programs, as wire.schema.json describes it", NULL},
    {"hex", 'x', 0, G_OPTION_ARG_NONE, &options->hex,
        "The input is hexadecimal digits, whatever it looks like", NULL},
    {"raw", 'r', 0, G_OPTION_ARG_NONE, &options->raw,
        "The input is bytes, whatever it looks like", NULL},
    {NULL}
  };

  return gst_ks_tool_parse (&gst_ks_tool_decode, entries, argc, argv,
      &options->file);
}

/* which: left alone where the size is to tell */
static gboolean
check_options (const Options * options, GstKsAbiStruct * which)
{
  if (!options->hex || !options->raw)
    return gst_ks_tool_choose (&gst_ks_tool_decode, &options->choice, which);
  gst_ks_tool_usage (&gst_ks_tool_decode, "either --hex or --raw");
  return FALSE;
}

static GBytes *
read_bytes (const Options * options, GError ** error)
{
  g_autoptr (GBytes) input = gst_ks_tool_read (options->file, error);

  if (input == NULL)
    return NULL;
  if (options->hex || (!options->raw && gst_ks_hex_is_hex (input)))
    return gst_ks_hex_parse (input, error);
  return g_steal_pointer (&input);
}

static GstKsToolWire *
read_wire (const Options * options, GstKsAbiStruct which, GError ** error)
{
  g_autoptr (GBytes) bytes = read_bytes (options, error);

  if (bytes == NULL)
    return NULL;
  if (which == GST_KS_ABI_N_STRUCTS
      && !gst_ks_tool_wire_guess (g_bytes_get_size (bytes), &which, error))
    return NULL;
  return gst_ks_tool_wire_from_bytes (which, bytes, error);
}

static GstKsToolStatus
run_decode (gint argc, gchar ** argv)
{
  g_auto (Options) options = { {NULL, NULL}, };
  GstKsAbiStruct which = GST_KS_ABI_N_STRUCTS;
  g_autoptr (GstKsToolWire) wire = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;

  if (!parse_options (&options, argc, argv)
      || !check_options (&options, &which))
    return GST_KS_TOOL_USAGE;
  wire = read_wire (&options, which, &error);
  if (wire == NULL)
    return gst_ks_tool_fail (&gst_ks_tool_decode, options.file ? options.file :
        "-", error);
  text =
      options.json ? gst_ks_tool_wire_to_json (wire) :
      gst_ks_tool_wire_to_text (wire);
  if (!gst_ks_tool_write (text, strlen (text), &error))
    return gst_ks_tool_fail (&gst_ks_tool_decode, NULL, error);
  return GST_KS_TOOL_OK;
}

const GstKsToolCommand gst_ks_tool_decode = {
  "decode",
  "[FILE|-]",
  "prints the bytes of a structure of KS, as text or JSON",
  "The input is bytes, or hexadecimal digits with any space between them; it\n"
      "is taken for digits when there is nothing else in it. What looks wrong in\n"
      "a structure that can be read is printed below it, after a #.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 decode framing.bin\n"
      "  gst-ks-1.0 decode --json framing.bin\n"
      "  gst-ks-1.0 decode --type=KS_COMPRESSION ratio.bin\n"
      "  echo 02000000 00000000 04000000 00000100 3f000000 00000000 |\n"
      "    gst-ks-1.0 decode --direction=create\n",
  run_decode,
};
