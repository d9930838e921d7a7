/* Buses: the words of framings, and the GUIDs of KS.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbus.h"

#include <string.h>

static const GstKsBus buses[] = {
  {"pci", GST_STATIC_GUID_BUS_TYPE_PCI},
  {"usb", GST_STATIC_GUID_BUS_TYPE_USB},
  {"1394", GST_STATIC_GUID_BUS_TYPE_1394},
  {"avc", GST_STATIC_GUID_BUS_TYPE_AVC},
  {"61883", GST_STATIC_GUID_61883_CLASS},
};

const GstKsBus *
gst_ks_bus_from_word (const gchar * word)
{
  for (guint i = 0; i < G_N_ELEMENTS (buses); i++) {
    if (strcmp (buses[i].word, word) == 0)
      return &buses[i];
  }
  return NULL;
}

const GstKsBus *
gst_ks_bus_from_guid (const GstKsGuid * guid)
{
  for (guint i = 0; i < G_N_ELEMENTS (buses); i++) {
    if (gst_ks_guid_equal (&buses[i].guid, guid))
      return &buses[i];
  }
  return NULL;
}

gchar *
gst_ks_bus_list_known (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (buses); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", buses[i].word);
  return g_string_free (list, FALSE);
}
