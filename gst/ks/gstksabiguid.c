/* GUIDs: their text, their bytes, and the names of those that KS has.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksabiguid.h"

#include <string.h>

#include "gstkserror.h"
#include "gstkstext.h"

typedef struct
{
  const gchar *name;
  GstKsGuidUse use;
  GstKsGuid guid;
} Row;

#define MEMORY(name) {#name, GST_KS_GUID_USE_MEMORY, GST_STATIC_##name}
#define BUS(name) {#name, GST_KS_GUID_USE_BUS, GST_STATIC_##name}
#define SET(name) {#name, GST_KS_GUID_USE_SET, GST_STATIC_##name}

/* of several names for one use the first is printed */
/* *INDENT-OFF* */
static const Row rows[] = {
  MEMORY (KSMEMORY_TYPE_DONT_CARE),
  MEMORY (KSMEMORY_TYPE_WILDCARD),
  MEMORY (KSMEMORY_TYPE_SYSTEM),
  MEMORY (KSMEMORY_TYPE_USER),
  MEMORY (KSMEMORY_TYPE_KERNEL_PAGED),
  MEMORY (KSMEMORY_TYPE_KERNEL_NONPAGED),
  MEMORY (KSMEMORY_TYPE_DEVICE_UNKNOWN),
  BUS (KS_TYPE_DONT_CARE),
  BUS (GUID_BUS_TYPE_PCI),
  BUS (GUID_BUS_TYPE_USB),
  BUS (GUID_BUS_TYPE_1394),
  BUS (GUID_BUS_TYPE_AVC),
  BUS (GUID_61883_CLASS),
  BUS (GUID_BUS_TYPE_INTERNAL),
  BUS (GUID_BUS_TYPE_PCMCIA),
  BUS (GUID_BUS_TYPE_ISAPNP),
  BUS (GUID_BUS_TYPE_EISA),
  BUS (GUID_BUS_TYPE_MCA),
  BUS (GUID_BUS_TYPE_SERENUM),
  BUS (GUID_BUS_TYPE_LPTENUM),
  BUS (GUID_BUS_TYPE_USBPRINT),
  BUS (GUID_BUS_TYPE_DOT4PRT),
  BUS (GUID_BUS_TYPE_HID),
  BUS (GUID_BUS_TYPE_IRDA),
  BUS (GUID_BUS_TYPE_SD),
  BUS (GUID_BUS_TYPE_ACPI),
  BUS (GUID_BUS_TYPE_SW_DEVICE),
  BUS (GUID_BUS_TYPE_SCM),
  BUS (KSMEDIUMSETID_Standard),
  SET (GUID_NULL),
  SET (KSNAME_Allocator),
  SET (KSNAME_AllocatorEx),
  SET (KSNAME_Pin),
  SET (KSNAME_Clock),
  SET (KSMETHODSETID_StreamAllocator),
  SET (KSPROPSETID_StreamAllocator),
  SET (KSEVENTSETID_StreamAllocator),
  SET (KSPROPSETID_Connection),
  SET (KSPROPSETID_Stream),
  SET (KSPROPSETID_MemoryTransport),
  SET (KSPROPSETID_VramCapture),
  SET (PROPSETID_ALLOCATOR_CONTROL),
  SET (KSPROPSETID_PinMDLCacheClearProp),
};
/* *INDENT-ON* */

/**
 * gst_ks_guid_equal:
 * @a: a GUID
 * @b: another GUID
 *
 * Any thread.
 *
 * Returns: whether both are the same
 *
 * Since: 0.9
 */
gboolean
gst_ks_guid_equal (const GstKsGuid * a, const GstKsGuid * b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return memcmp (a, b, sizeof *a) == 0;
}

/**
 * gst_ks_guid_is_null:
 * @guid: a GUID
 *
 * KS: KSMEMORY_TYPE_DONT_CARE, KS_TYPE_DONT_CARE. Any thread.
 *
 * Returns: whether it is all zero, which stands for anything
 *
 * Since: 0.9
 */
gboolean
gst_ks_guid_is_null (const GstKsGuid * guid)
{
  static const GstKsGuid null = GST_STATIC_GUID_NULL;

  return gst_ks_guid_equal (guid, &null);
}

/**
 * gst_ks_guid_get_name:
 * @guid: a GUID
 * @use: what it stands for
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): KS's name for it, as
 *   KSMEMORY_TYPE_SYSTEM; %NULL: it has none for this use
 *
 * Since: 0.9
 */
const gchar *
gst_ks_guid_get_name (const GstKsGuid * guid, GstKsGuidUse use)
{
  g_return_val_if_fail (guid != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].use == use && gst_ks_guid_equal (&rows[i].guid, guid))
      return rows[i].name;
  }
  return NULL;
}

/**
 * gst_ks_guid_get_nth:
 * @index: counted from 0
 * @guid: (out caller-allocates) (optional): the GUID of that name
 *
 * All names that this library knows, some of them for the same GUID. Any
 * thread.
 *
 * Returns: (nullable) (transfer none): the name; %NULL: there are not so many
 *
 * Since: 0.9
 */
const gchar *
gst_ks_guid_get_nth (guint index, GstKsGuid * guid)
{
  if (index >= G_N_ELEMENTS (rows))
    return NULL;
  if (guid != NULL)
    *guid = rows[index].guid;
  return rows[index].name;
}

/**
 * gst_ks_guid_to_string:
 * @guid: a GUID
 *
 * Any thread.
 *
 * Returns: (transfer full): its digits, as 8-4-4-4-12 in capitals
 *
 * Since: 0.9
 */
gchar *
gst_ks_guid_to_string (const GstKsGuid * guid)
{
  g_return_val_if_fail (guid != NULL, NULL);

  return g_strdup_printf ("%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X",
      guid->data1, guid->data2, guid->data3, guid->data4[0], guid->data4[1],
      guid->data4[2], guid->data4[3], guid->data4[4], guid->data4[5],
      guid->data4[6], guid->data4[7]);
}

/* The digits of 8-4-4-4-12, two a byte, in the order of the text. */
static gboolean
read_digits (const gchar * text, guint8 * bytes)
{
  static const gchar form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  guint n = 0;

  if (strlen (text) != sizeof form - 1)
    return FALSE;
  for (gsize i = 0; form[i] != '\0'; i++) {
    gint digit = g_ascii_xdigit_value (text[i]);

    if (form[i] == '-' ? text[i] != '-' : digit < 0)
      return FALSE;
    if (form[i] == '-')
      continue;
    bytes[n / 2] = (guint8) (bytes[n / 2] << 4 | digit);
    n++;
  }
  return TRUE;
}

/* word without a pair of braces around it */
static gchar *
strip_braces (const gchar * text)
{
  gchar *word = g_strstrip (g_strdup (text));
  gsize length = strlen (word);

  if (length >= 2 && word[0] == '{' && word[length - 1] == '}') {
    word[length - 1] = '\0';
    memmove (word, word + 1, length - 1);
  }
  return word;
}

static gboolean
find_name (const gchar * word, GstKsGuid * guid)
{
  const gchar *name = g_str_has_prefix (word, "GST_") ? word + 4 : word;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_ascii_strcasecmp (rows[i].name, name) == 0) {
      *guid = rows[i].guid;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * gst_ks_guid_parse:
 * @text: one of KS's names, or the digits 8-4-4-4-12, in braces or not
 * @guid: (out caller-allocates): the GUID
 * @error: return location for a #GError
 *
 * Capitals or not does not matter. Fails with %GST_KS_ERROR_SYNTAX. Any
 * thread.
 *
 * Returns: whether @text is a GUID; @guid is left alone when not
 *
 * Since: 0.9
 */
gboolean
gst_ks_guid_parse (const gchar * text, GstKsGuid * guid, GError ** error)
{
  g_autofree gchar *word = NULL;
  guint8 b[16] = { 0 };

  g_return_val_if_fail (text != NULL && guid != NULL, FALSE);

  word = strip_braces (text);
  if (find_name (word, guid))
    return TRUE;
  if (!read_digits (word, b)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX,
        "'%.*s' is no GUID: write 8-4-4-4-12 hexadecimal digits or a name "
        "as KSMEMORY_TYPE_SYSTEM or GUID_BUS_TYPE_PCI",
        gst_ks_text_shown (text), text);
    return FALSE;
  }
  guid->data1 = (guint32) b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
  guid->data2 = (guint16) (b[4] << 8 | b[5]);
  guid->data3 = (guint16) (b[6] << 8 | b[7]);
  memcpy (guid->data4, b + 8, sizeof guid->data4);
  return TRUE;
}

/**
 * gst_ks_guid_to_bytes: (skip)
 * @guid: a GUID
 * @bytes: 16 bytes to be written
 *
 * The GUID as KS stores it. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_guid_to_bytes (const GstKsGuid * guid, guint8 * bytes)
{
  g_return_if_fail (guid != NULL && bytes != NULL);

  GST_WRITE_UINT32_LE (bytes, guid->data1);
  GST_WRITE_UINT16_LE (bytes + 4, guid->data2);
  GST_WRITE_UINT16_LE (bytes + 6, guid->data3);
  memcpy (bytes + 8, guid->data4, sizeof guid->data4);
}
