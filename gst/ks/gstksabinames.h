/* Names of KS's flags and enumerations, both ways.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabiconst.h>
#include <gst/ks/gstkserror.h>

G_BEGIN_DECLS

/**
 * GstKsAbiNames:
 * @GST_KS_ABI_NAMES_REQUIREMENTS: bits of KSALLOCATOR_FRAMING in a query
 * @GST_KS_ABI_NAMES_OPTIONS: bits of KSALLOCATOR_FRAMING in a create request
 * @GST_KS_ABI_NAMES_ITEM: bits of KS_FRAMING_ITEM.Flags
 * @GST_KS_ABI_NAMES_MEMORY: bits of KS_FRAMING_ITEM.MemoryFlags
 * @GST_KS_ABI_NAMES_PIPE: bits of ALLOCATOR_PROPERTIES_EX.Flags
 * @GST_KS_ABI_NAMES_STRATEGY: bits of ALLOCATOR_PROPERTIES_EX.Strategy
 * @GST_KS_ABI_NAMES_FACTORS: bits of InsideFactors and OutsideFactors
 * @GST_KS_ABI_NAMES_STREAM_OPTIONS: bits of KSSTREAM_HEADER.OptionsFlags
 * @GST_KS_ABI_NAMES_POOL_TYPE: POOL_TYPE
 * @GST_KS_ABI_NAMES_PIPE_STATE: PIPE_STATE
 * @GST_KS_ABI_NAMES_PLACE: PIPE_ALLOCATOR_PLACE
 * @GST_KS_ABI_NAMES_LOGICAL_MEMORY: KS_LogicalMemoryType
 * @GST_KS_ABI_NAMES_MODE: KSALLOCATORMODE
 * @GST_KS_ABI_NAMES_FRAMING_PROP: FRAMING_PROP
 * @GST_KS_ABI_NAMES_CACHE_OPS: FRAMING_CACHE_OPS
 * @GST_KS_ABI_NAMES_PEEK: KSPEEKOPERATION
 * @GST_KS_ABI_NAMES_COMMUNICATION: KSPIN_COMMUNICATION
 * @GST_KS_ABI_NAMES_ALIGNMENT: FileAlignment, masks that have a name
 * @GST_KS_ABI_NAMES_METHOD: methods of an allocator
 * @GST_KS_ABI_NAMES_PROPERTY: properties of an allocator
 * @GST_KS_ABI_NAMES_EVENT: events of an allocator
 * @GST_KS_ABI_NAMES_CONNECTION: properties of a connection
 * @GST_KS_ABI_NAMES_STREAM: properties of a stream
 * @GST_KS_ABI_NAMES_CONTROL: properties of a surface allocator
 * @GST_KS_ABI_NAMES_TRANSPORT: properties of memory transport
 * @GST_KS_ABI_NAMES_VRAM: properties of capture into video memory
 * @GST_KS_ABI_NAMES_CAPTURE: CAPTURE_MEMORY_ALLOCATION_FLAGS
 * @GST_KS_ABI_NAMES_METHOD_TYPE: KSMETHOD.Flags
 * @GST_KS_ABI_NAMES_PROPERTY_TYPE: KSPROPERTY.Flags
 * @GST_KS_ABI_NAMES_EVENT_TYPE: KSEVENT.Flags
 * @GST_KS_ABI_NAMES_NOTIFICATION: KSEVENTDATA.NotificationType
 * @GST_KS_ABI_NAMES_IOCTL: control codes
 * @GST_KS_ABI_NAMES_STATUS: NTSTATUS
 *
 * A set of named numbers.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_ABI_NAMES_REQUIREMENTS,
  GST_KS_ABI_NAMES_OPTIONS,
  GST_KS_ABI_NAMES_ITEM,
  GST_KS_ABI_NAMES_MEMORY,
  GST_KS_ABI_NAMES_PIPE,
  GST_KS_ABI_NAMES_STRATEGY,
  GST_KS_ABI_NAMES_FACTORS,
  GST_KS_ABI_NAMES_STREAM_OPTIONS,
  GST_KS_ABI_NAMES_POOL_TYPE,
  GST_KS_ABI_NAMES_PIPE_STATE,
  GST_KS_ABI_NAMES_PLACE,
  GST_KS_ABI_NAMES_LOGICAL_MEMORY,
  GST_KS_ABI_NAMES_MODE,
  GST_KS_ABI_NAMES_FRAMING_PROP,
  GST_KS_ABI_NAMES_CACHE_OPS,
  GST_KS_ABI_NAMES_PEEK,
  GST_KS_ABI_NAMES_COMMUNICATION,
  GST_KS_ABI_NAMES_ALIGNMENT,
  GST_KS_ABI_NAMES_METHOD,
  GST_KS_ABI_NAMES_PROPERTY,
  GST_KS_ABI_NAMES_EVENT,
  GST_KS_ABI_NAMES_CONNECTION,
  GST_KS_ABI_NAMES_STREAM,
  GST_KS_ABI_NAMES_CONTROL,
  GST_KS_ABI_NAMES_TRANSPORT,
  GST_KS_ABI_NAMES_VRAM,
  GST_KS_ABI_NAMES_CAPTURE,
  GST_KS_ABI_NAMES_METHOD_TYPE,
  GST_KS_ABI_NAMES_PROPERTY_TYPE,
  GST_KS_ABI_NAMES_EVENT_TYPE,
  GST_KS_ABI_NAMES_NOTIFICATION,
  GST_KS_ABI_NAMES_IOCTL,
  GST_KS_ABI_NAMES_STATUS
} GstKsAbiNames;

/**
 * GST_KS_ABI_N_NAMES:
 *
 * How many sets of named numbers there are.
 *
 * Since: 0.9
 */
#define GST_KS_ABI_N_NAMES (GST_KS_ABI_NAMES_STATUS + 1)

/* Whether values are sums of bits. */
GST_KS_API gboolean      gst_ks_abi_names_is_flags (GstKsAbiNames names);
/* The bits that have a name. */
GST_KS_API guint32       gst_ks_abi_names_get_mask (GstKsAbiNames names);
GST_KS_API guint         gst_ks_abi_names_get_n_names (GstKsAbiNames names);
GST_KS_API const gchar * gst_ks_abi_names_get_nth (GstKsAbiNames names, guint index, guint32 *value);
/* NULL: no name. */
GST_KS_API const gchar * gst_ks_abi_names_find (GstKsAbiNames names, guint32 value);
/* What has no name is a hexadecimal number: NAME|NAME|0x00000100 */
GST_KS_API gchar *       gst_ks_abi_names_to_string (GstKsAbiNames names, guint32 value);
GST_KS_API gboolean      gst_ks_abi_names_parse (GstKsAbiNames names, const gchar *text, guint32 *value, GError **error);

G_END_DECLS
