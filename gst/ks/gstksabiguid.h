/* GstKsGuid, and every GUID of KS that has to do with memory.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * As in KS there are two forms of each: GST_STATIC_... is an initialiser in
 * braces, GST_... a value.
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

/**
 * GstKsGuid:
 * @data1: first group of the text form
 * @data2: second group
 * @data3: third group
 * @data4: the last two groups, as bytes in the order of the text
 *
 * What KS calls a GUID: 16 bytes, the first three groups little-endian when
 * stored. A plain value.
 *
 * Since: 0.9
 */
typedef struct _GstKsGuid GstKsGuid;

struct _GstKsGuid
{
  guint32 data1;
  guint16 data2;
  guint16 data3;
  guint8 data4[8];
};

/**
 * GstKsGuidUse:
 * @GST_KS_GUID_USE_MEMORY: type of memory
 * @GST_KS_GUID_USE_BUS: type of bus
 * @GST_KS_GUID_USE_SET: class of object, set of methods, properties or events
 *
 * What a GUID stands for. It decides the name of the one that is all zero.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_GUID_USE_MEMORY,
  GST_KS_GUID_USE_BUS,
  GST_KS_GUID_USE_SET
} GstKsGuidUse;

GST_KS_API gboolean      gst_ks_guid_equal (const GstKsGuid *a, const GstKsGuid *b);
GST_KS_API gboolean      gst_ks_guid_is_null (const GstKsGuid *guid);
GST_KS_API const gchar * gst_ks_guid_get_name (const GstKsGuid *guid, GstKsGuidUse use);
/* All names, NULL after the last. */
GST_KS_API const gchar * gst_ks_guid_get_nth (guint index, GstKsGuid *guid);
GST_KS_API gchar *       gst_ks_guid_to_string (const GstKsGuid *guid);
/* A name (KSMEMORY_TYPE_..., GUID_BUS_TYPE_..., KS...) or 8-4-4-4-12 digits, in braces or not. */
GST_KS_API gboolean      gst_ks_guid_parse (const gchar *text, GstKsGuid *guid, GError **error);
GST_KS_API void          gst_ks_guid_to_bytes (const GstKsGuid *guid, guint8 *bytes);

#ifndef __GI_SCANNER__

/* All zero: any memory, any bus */
#define GST_STATIC_GUID_NULL { 0, 0, 0, { 0, 0, 0, 0, 0, 0, 0, 0 } }
#define GST_STATIC_KS_TYPE_DONT_CARE GST_STATIC_GUID_NULL
#define GST_STATIC_KSMEMORY_TYPE_DONT_CARE GST_STATIC_GUID_NULL
#define GST_STATIC_KSMEMORY_TYPE_WILDCARD GST_STATIC_GUID_NULL
#define GST_GUID_NULL ((GstKsGuid) GST_STATIC_GUID_NULL)
#define GST_KS_TYPE_DONT_CARE ((GstKsGuid) GST_STATIC_KS_TYPE_DONT_CARE)
#define GST_KSMEMORY_TYPE_DONT_CARE ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_DONT_CARE)
#define GST_KSMEMORY_TYPE_WILDCARD ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_WILDCARD)

/* Memory types: KS_FRAMING_ITEM.MemoryType. Any other GUID is memory of a vendor. */
#define GST_STATIC_KSMEMORY_TYPE_SYSTEM \
    { 0x091BB638, 0x603F, 0x11D1, { 0xB0, 0x67, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02 } }
#define GST_STATIC_KSMEMORY_TYPE_USER \
    { 0x8CB0FC28, 0x7893, 0x11D1, { 0xB0, 0x69, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02 } }
#define GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED \
    { 0xD833F8F8, 0x7894, 0x11D1, { 0xB0, 0x69, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02 } }
#define GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED \
    { 0x4A6D5FC4, 0x7895, 0x11D1, { 0xB0, 0x69, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02 } }
#define GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN \
    { 0x091BB639, 0x603F, 0x11D1, { 0xB0, 0x67, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02 } }
#define GST_KSMEMORY_TYPE_SYSTEM ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_SYSTEM)
#define GST_KSMEMORY_TYPE_USER ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_USER)
#define GST_KSMEMORY_TYPE_KERNEL_PAGED ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED)
#define GST_KSMEMORY_TYPE_KERNEL_NONPAGED ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED)
#define GST_KSMEMORY_TYPE_DEVICE_UNKNOWN ((GstKsGuid) GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN)

/* Buses: KS_FRAMING_ITEM.BusType. Any other GUID is a bus too. */
#define GST_STATIC_GUID_BUS_TYPE_PCI \
    { 0xC8EBDFB0, 0xB510, 0x11D0, { 0x80, 0xE5, 0x00, 0xA0, 0xC9, 0x25, 0x42, 0xE3 } }
#define GST_STATIC_GUID_BUS_TYPE_USB \
    { 0x9D7DEBBC, 0xC85D, 0x11D1, { 0x9E, 0xB4, 0x00, 0x60, 0x08, 0xC3, 0xA1, 0x9A } }
#define GST_STATIC_GUID_BUS_TYPE_1394 \
    { 0xF74E73EB, 0x9AC5, 0x45EB, { 0xBE, 0x4D, 0x77, 0x2C, 0xC7, 0x1D, 0xDF, 0xB3 } }
#define GST_STATIC_GUID_BUS_TYPE_AVC \
    { 0xC06FF265, 0xAE09, 0x48F0, { 0x81, 0x2C, 0x16, 0x75, 0x3D, 0x7C, 0xBA, 0x83 } }
#define GST_STATIC_GUID_61883_CLASS \
    { 0x7EBEFBC0, 0x3200, 0x11D2, { 0xB4, 0xC2, 0x00, 0xA0, 0xC9, 0x69, 0x7D, 0x07 } }
#define GST_STATIC_GUID_BUS_TYPE_INTERNAL \
    { 0x1530EA73, 0x086B, 0x11D1, { 0xA0, 0x9F, 0x00, 0xC0, 0x4F, 0xC3, 0x40, 0xB1 } }
#define GST_STATIC_GUID_BUS_TYPE_PCMCIA \
    { 0x09343630, 0xAF9F, 0x11D0, { 0x92, 0xE9, 0x00, 0x00, 0xF8, 0x1E, 0x1B, 0x30 } }
#define GST_STATIC_GUID_BUS_TYPE_ISAPNP \
    { 0xE676F854, 0xD87D, 0x11D0, { 0x92, 0xB2, 0x00, 0xA0, 0xC9, 0x05, 0x5F, 0xC5 } }
#define GST_STATIC_GUID_BUS_TYPE_EISA \
    { 0xDDC35509, 0xF3FC, 0x11D0, { 0xA5, 0x37, 0x00, 0x00, 0xF8, 0x75, 0x3E, 0xD1 } }
#define GST_STATIC_GUID_BUS_TYPE_MCA \
    { 0x1C75997A, 0xDC33, 0x11D0, { 0x92, 0xB2, 0x00, 0xA0, 0xC9, 0x05, 0x5F, 0xC5 } }
#define GST_STATIC_GUID_BUS_TYPE_SERENUM \
    { 0x77114A87, 0x8944, 0x11D1, { 0xBD, 0x90, 0x00, 0xA0, 0xC9, 0x06, 0xBE, 0x2D } }
#define GST_STATIC_GUID_BUS_TYPE_LPTENUM \
    { 0xC4CA1000, 0x2DDC, 0x11D5, { 0xA1, 0x7A, 0x00, 0xC0, 0x4F, 0x60, 0x52, 0x4D } }
#define GST_STATIC_GUID_BUS_TYPE_USBPRINT \
    { 0x441EE000, 0x4342, 0x11D5, { 0xA1, 0x84, 0x00, 0xC0, 0x4F, 0x60, 0x52, 0x4D } }
#define GST_STATIC_GUID_BUS_TYPE_DOT4PRT \
    { 0x441EE001, 0x4342, 0x11D5, { 0xA1, 0x84, 0x00, 0xC0, 0x4F, 0x60, 0x52, 0x4D } }
#define GST_STATIC_GUID_BUS_TYPE_HID \
    { 0xEEAF37D0, 0x1963, 0x47C4, { 0xAA, 0x48, 0x72, 0x47, 0x6D, 0xB7, 0xCF, 0x49 } }
#define GST_STATIC_GUID_BUS_TYPE_IRDA \
    { 0x7AE17DC1, 0xC944, 0x44D6, { 0x88, 0x1F, 0x4C, 0x2E, 0x61, 0x05, 0x3B, 0xC1 } }
#define GST_STATIC_GUID_BUS_TYPE_SD \
    { 0xE700CC04, 0x4036, 0x4E89, { 0x95, 0x79, 0x89, 0xEB, 0xF4, 0x5F, 0x00, 0xCD } }
#define GST_STATIC_GUID_BUS_TYPE_ACPI \
    { 0xD7B46895, 0x001A, 0x4942, { 0x89, 0x1F, 0xA7, 0xD4, 0x66, 0x10, 0xA8, 0x43 } }
#define GST_STATIC_GUID_BUS_TYPE_SW_DEVICE \
    { 0x06D10322, 0x7DE0, 0x4CEF, { 0x8E, 0x25, 0x19, 0x7D, 0x0E, 0x74, 0x42, 0xE2 } }
#define GST_STATIC_GUID_BUS_TYPE_SCM \
    { 0x375A5912, 0x804C, 0x45AA, { 0xBD, 0xC2, 0xFD, 0xD2, 0x5A, 0x1D, 0x95, 0x12 } }
#define GST_STATIC_KSMEDIUMSETID_Standard \
    { 0x4747B320, 0x62CE, 0x11CF, { 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00 } }
#define GST_GUID_BUS_TYPE_PCI ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_PCI)
#define GST_GUID_BUS_TYPE_USB ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_USB)
#define GST_GUID_BUS_TYPE_1394 ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_1394)
#define GST_GUID_BUS_TYPE_AVC ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_AVC)
#define GST_GUID_61883_CLASS ((GstKsGuid) GST_STATIC_GUID_61883_CLASS)
#define GST_GUID_BUS_TYPE_INTERNAL ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_INTERNAL)
#define GST_GUID_BUS_TYPE_PCMCIA ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_PCMCIA)
#define GST_GUID_BUS_TYPE_ISAPNP ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_ISAPNP)
#define GST_GUID_BUS_TYPE_EISA ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_EISA)
#define GST_GUID_BUS_TYPE_MCA ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_MCA)
#define GST_GUID_BUS_TYPE_SERENUM ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_SERENUM)
#define GST_GUID_BUS_TYPE_LPTENUM ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_LPTENUM)
#define GST_GUID_BUS_TYPE_USBPRINT ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_USBPRINT)
#define GST_GUID_BUS_TYPE_DOT4PRT ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_DOT4PRT)
#define GST_GUID_BUS_TYPE_HID ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_HID)
#define GST_GUID_BUS_TYPE_IRDA ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_IRDA)
#define GST_GUID_BUS_TYPE_SD ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_SD)
#define GST_GUID_BUS_TYPE_ACPI ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_ACPI)
#define GST_GUID_BUS_TYPE_SW_DEVICE ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_SW_DEVICE)
#define GST_GUID_BUS_TYPE_SCM ((GstKsGuid) GST_STATIC_GUID_BUS_TYPE_SCM)
#define GST_KSMEDIUMSETID_Standard ((GstKsGuid) GST_STATIC_KSMEDIUMSETID_Standard)

/* Classes of objects, sets of methods, properties and events */
#define GST_STATIC_KSNAME_Allocator \
    { 0x642F5D00, 0x4791, 0x11D0, { 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00 } }
#define GST_STATIC_KSNAME_AllocatorEx \
    { 0x091BB63B, 0x603F, 0x11D1, { 0xB0, 0x67, 0x00, 0xA0, 0xC9, 0x06, 0x28, 0x02 } }
#define GST_STATIC_KSNAME_Pin \
    { 0x146F1A80, 0x4791, 0x11D0, { 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00 } }
#define GST_STATIC_KSNAME_Clock \
    { 0x53172480, 0x4791, 0x11D0, { 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00 } }
#define GST_STATIC_KSMETHODSETID_StreamAllocator \
    { 0xCF6E4341, 0xEC87, 0x11CF, { 0xA1, 0x30, 0x00, 0x20, 0xAF, 0xD1, 0x56, 0xE4 } }
#define GST_STATIC_KSPROPSETID_StreamAllocator \
    { 0xCF6E4342, 0xEC87, 0x11CF, { 0xA1, 0x30, 0x00, 0x20, 0xAF, 0xD1, 0x56, 0xE4 } }
#define GST_STATIC_KSEVENTSETID_StreamAllocator \
    { 0x75D95571, 0x073C, 0x11D0, { 0xA1, 0x61, 0x00, 0x20, 0xAF, 0xD1, 0x56, 0xE4 } }
#define GST_STATIC_KSPROPSETID_Connection \
    { 0x1D58C920, 0xAC9B, 0x11CF, { 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00 } }
#define GST_STATIC_KSPROPSETID_Stream \
    { 0x65AABA60, 0x98AE, 0x11CF, { 0xA1, 0x0D, 0x00, 0x20, 0xAF, 0xD1, 0x56, 0xE4 } }
#define GST_STATIC_KSPROPSETID_MemoryTransport \
    { 0x0A3D1C5D, 0x5243, 0x4819, { 0x9E, 0xD0, 0xAE, 0xE8, 0x04, 0x4C, 0xEE, 0x2B } }
#define GST_STATIC_KSPROPSETID_VramCapture \
    { 0xE73FACE3, 0x2880, 0x4902, { 0xB7, 0x99, 0x88, 0xD0, 0xCD, 0x63, 0x4E, 0x0F } }
#define GST_STATIC_PROPSETID_ALLOCATOR_CONTROL \
    { 0x53171960, 0x148E, 0x11D2, { 0x99, 0x79, 0x00, 0x00, 0xC0, 0xCC, 0x16, 0xBA } }
#define GST_STATIC_KSPROPSETID_PinMDLCacheClearProp \
    { 0xBD718A7B, 0x97FC, 0x40C7, { 0x88, 0xCE, 0xD3, 0xFF, 0x06, 0xF5, 0x5B, 0x16 } }
#define GST_KSNAME_Allocator ((GstKsGuid) GST_STATIC_KSNAME_Allocator)
#define GST_KSNAME_AllocatorEx ((GstKsGuid) GST_STATIC_KSNAME_AllocatorEx)
#define GST_KSNAME_Pin ((GstKsGuid) GST_STATIC_KSNAME_Pin)
#define GST_KSNAME_Clock ((GstKsGuid) GST_STATIC_KSNAME_Clock)
#define GST_KSMETHODSETID_StreamAllocator ((GstKsGuid) GST_STATIC_KSMETHODSETID_StreamAllocator)
#define GST_KSPROPSETID_StreamAllocator ((GstKsGuid) GST_STATIC_KSPROPSETID_StreamAllocator)
#define GST_KSEVENTSETID_StreamAllocator ((GstKsGuid) GST_STATIC_KSEVENTSETID_StreamAllocator)
#define GST_KSPROPSETID_Connection ((GstKsGuid) GST_STATIC_KSPROPSETID_Connection)
#define GST_KSPROPSETID_Stream ((GstKsGuid) GST_STATIC_KSPROPSETID_Stream)
#define GST_KSPROPSETID_MemoryTransport ((GstKsGuid) GST_STATIC_KSPROPSETID_MemoryTransport)
#define GST_KSPROPSETID_VramCapture ((GstKsGuid) GST_STATIC_KSPROPSETID_VramCapture)
#define GST_PROPSETID_ALLOCATOR_CONTROL ((GstKsGuid) GST_STATIC_PROPSETID_ALLOCATOR_CONTROL)
#define GST_KSPROPSETID_PinMDLCacheClearProp ((GstKsGuid) GST_STATIC_KSPROPSETID_PinMDLCacheClearProp)

#endif /* __GI_SCANNER__ */

G_END_DECLS
