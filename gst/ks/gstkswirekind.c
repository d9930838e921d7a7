/* Kinds of memory and buses as the GUIDs of KS.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * KS has a memory type for each of its own pools and leaves all other memory to
 * GUIDs of vendors. So there are two words for what is behind a GUID:
 * host-mapped, device memory that the CPU reaches, which KS cannot name better
 * than DEVICE_UNKNOWN; and vendor, whose GUID is in the field device. Kinds of
 * ours that KS has no type for are a vendor's to it: they have GUIDs of ours,
 * which are part of the wire and never change.
 */
#include <string.h>

#include "gstksbus.h"
#include "gstkskind.h"
#include "gstkstext.h"
#include "gstkswireprivate.h"

#define HOST_MAPPED "host-mapped"
#define VENDOR "vendor"

#define OURS(n) { 0x918FAC00 | (n), 0x396F, 0x4887, \
    { 0xAD, 0xE1, 0x65, 0xE0, 0x79, 0x1B, 0x6B, 0xC5 } }

typedef struct
{
  const gchar *word;
  GstKsGuid guid;
} Named;

/* *INDENT-OFF* */
static const Named memory_types[] = {
  {"any", GST_STATIC_KSMEMORY_TYPE_WILDCARD},
  {"host", GST_STATIC_KSMEMORY_TYPE_SYSTEM},
  {"user", GST_STATIC_KSMEMORY_TYPE_USER},
  {"system", GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED},
  {"locked", GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED},
  {HOST_MAPPED, GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN},
  {"mapped", OURS (1)},
  {"huge", OURS (2)},
  {"shared", OURS (3)},
  {"udmabuf", OURS (4)},
  {"dmaheap", OURS (5)},
  {"dumb", OURS (6)},
  {"bar", OURS (7)},
  {"p2pmem", OURS (8)},
  {"dax", OURS (9)},
  {"vulkan", OURS (10)},
  {"cuda", OURS (11)},
  {"cuda-host", OURS (12)},
};
/* *INDENT-ON* */

static const Named *
type_of_guid (const GstKsGuid * guid)
{
  for (guint i = 0; i < G_N_ELEMENTS (memory_types); i++) {
    if (gst_ks_guid_equal (&memory_types[i].guid, guid))
      return &memory_types[i];
  }
  return NULL;
}

static const Named *
type_of_word (const gchar * word)
{
  for (guint i = 0; i < G_N_ELEMENTS (memory_types); i++) {
    if (strcmp (memory_types[i].word, word) == 0)
      return &memory_types[i];
  }
  return NULL;
}

static const gchar *
guid_text (GstKsWire * wire, const GstKsGuid * guid)
{
  g_autofree gchar *upper = gst_ks_guid_to_string (guid);
  g_autofree gchar *lower = g_ascii_strdown (upper, -1);

  return g_string_chunk_insert (wire->words, lower);
}

static gboolean
guid_read (const gchar * text, GstKsGuid * guid)
{
  g_autofree gchar *lower = g_ascii_strdown (text, -1);

  return g_uuid_string_is_valid (lower) && gst_ks_guid_parse (lower, guid,
      NULL);
}

static gboolean
is_host (const gchar * kind)
{
  return (gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_HOST) != 0;
}

static gboolean
is_device_specific (const GstKsAbiFramingItem * abi)
{
  return (abi->flags & GST_KSALLOCATOR_FLAG_DEVICE_SPECIFIC) != 0;
}

/* The bit says the same as the type, once more. */
static void
check_system_memory (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  gboolean set = (abi->flags & GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY) != 0;

  if (set == is_host (item->memory))
    return;
  if (strcmp (item->memory, "any") == 0) {
    item->memory = "host";
    gst_ks_wire_note (wire, "Flags: SYSTEM_MEMORY is set and the memory type "
        "is any: read as system memory");
  } else {
    gst_ks_wire_note (wire, "Flags: SYSTEM_MEMORY is %s, which the memory "
        "type contradicts: the type counts", set ? "set" : "clear");
  }
}

/* Of no vendor that we know: nothing of the GUID is lost. */
static void
vendor_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  item->memory = VENDOR;
  item->device = guid_text (wire, &abi->memory_type);
  if (!is_device_specific (abi))
    gst_ks_wire_note (wire, "MemoryType: a vendor's, but DEVICE_SPECIFIC is "
        "clear: read as memory that the CPU may map");
}

gboolean
gst_ks_wire_memory_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  const Named *type = type_of_guid (&abi->memory_type);

  if (type == NULL)
    vendor_in (wire, abi, item);
  else if (strcmp (type->word, HOST_MAPPED) == 0 && is_device_specific (abi))
    item->memory = VENDOR;
  else
    item->memory = type->word;
  check_system_memory (wire, abi, item);
  return TRUE;
}

static gboolean
vendor_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  static const GstKsGuid unknown = GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN;
  const Named *type;

  if (item->device == NULL) {
    abi->memory_type = unknown;
    return TRUE;
  }
  if (!guid_read (item->device, &abi->memory_type))
    return gst_ks_wire_fail (wire, "device: '%.*s' is no GUID, and a vendor's "
        "memory has no other name on the wire; write 8-4-4-4-12 digits",
        gst_ks_text_shown (item->device), item->device);
  type = type_of_guid (&abi->memory_type);
  return type == NULL || gst_ks_wire_fail (wire, "device: '%s' is the GUID of "
      "the kind %s; write that kind", item->device, type->word);
}

gboolean
gst_ks_wire_memory_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  const Named *type = type_of_word (item->memory);

  if (strcmp (item->memory, VENDOR) == 0)
    return vendor_out (wire, item, abi);
  if (type == NULL)
    return gst_ks_wire_fail (wire, "memory: the kind '%s' has no GUID; write "
        "the kind " VENDOR " and its GUID as device", item->memory);
  if (item->device != NULL)
    return gst_ks_wire_fail (wire, "device: the wire has no place for "
        "'%.*s' beside the kind %s; leave it out",
        gst_ks_text_shown (item->device), item->device, item->memory);
  abi->memory_type = type->guid;
  if (is_host (item->memory))
    abi->flags |= GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY;
  return TRUE;
}

gboolean
gst_ks_wire_bus_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  const GstKsBus *bus = gst_ks_bus_from_guid (&abi->bus_type);

  if (bus != NULL)
    item->bus = bus->word;
  else if (!gst_ks_guid_is_null (&abi->bus_type))
    item->bus = guid_text (wire, &abi->bus_type);
  if (abi->bus_flags != 0)
    gst_ks_wire_note (wire, "BusFlags: 0x%08X, which nobody defines: left out",
        abi->bus_flags);
  return TRUE;
}

gboolean
gst_ks_wire_bus_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  const GstKsBus *bus;

  if (item->bus == NULL)
    return TRUE;
  bus = gst_ks_bus_from_word (item->bus);
  if (bus != NULL) {
    abi->bus_type = bus->guid;
    return TRUE;
  }
  return guid_read (item->bus, &abi->bus_type)
      || gst_ks_wire_fail (wire, "bus: '%s' is no GUID", item->bus);
}
