/* The options that say which structure of KS is meant.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstoolchoice.h"

#include <string.h>

#include "gstkswirestruct.h"

#define QUERY GST_KS_ABI_KSALLOCATOR_FRAMING
#define CREATE GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE

void
gst_ks_tool_choice_clear (GstKsToolChoice * choice)
{
  g_clear_pointer (&choice->type, g_free);
  g_clear_pointer (&choice->direction, g_free);
}

static gboolean
choose_direction (const GstKsToolCommand * command, const gchar * direction,
    GstKsAbiStruct * which)
{
  GstKsAbiStruct wanted = strcmp (direction, "create") == 0 ? CREATE : QUERY;

  if (wanted == QUERY && strcmp (direction, "query") != 0) {
    gst_ks_tool_usage (command, "--direction=%s is neither query nor create",
        direction);
    return FALSE;
  }
  if (*which == QUERY || *which == wanted) {
    *which = wanted;
    return TRUE;
  }
  gst_ks_tool_usage (command, "--direction=%s does not go with --type=%s; "
      "types with a direction: %s (query or create), %s (create)", direction,
      gst_ks_abi_struct_get_name (*which), gst_ks_abi_struct_get_name (QUERY),
      gst_ks_abi_struct_get_name (CREATE));
  return FALSE;
}

gboolean
gst_ks_tool_choose (const GstKsToolCommand * command,
    const GstKsToolChoice * choice, GstKsAbiStruct * which)
{
  g_autoptr (GError) error = NULL;

  if (choice->type == NULL && choice->direction == NULL)
    return TRUE;
  *which = QUERY;
  if (choice->type != NULL
      && !gst_ks_tool_wire_find_type (choice->type, which, &error)) {
    gst_ks_tool_usage (command, "%s", error->message);
    return FALSE;
  }
  return choice->direction == NULL
      || choose_direction (command, choice->direction, which);
}
