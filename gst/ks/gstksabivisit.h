/* The fields of KS's structures one after the other, by name.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabi.h>
#include <gst/ks/gstksabinames.h>

G_BEGIN_DECLS

/**
 * GstKsAbiType:
 * @GST_KS_ABI_TYPE_U32: #guint32
 * @GST_KS_ABI_TYPE_S32: #gint32
 * @GST_KS_ABI_TYPE_U64: #guint64
 * @GST_KS_ABI_TYPE_S64: #gint64
 * @GST_KS_ABI_TYPE_GUID: #GstKsGuid
 * @GST_KS_ABI_TYPE_BYTES: pointer to #GBytes
 *
 * What a field is made of, on the wire and in C.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_ABI_TYPE_U32,
  GST_KS_ABI_TYPE_S32,
  GST_KS_ABI_TYPE_U64,
  GST_KS_ABI_TYPE_S64,
  GST_KS_ABI_TYPE_GUID,
  GST_KS_ABI_TYPE_BYTES
} GstKsAbiType;

/**
 * GstKsAbiShow:
 * @GST_KS_ABI_SHOW_NUMBER: decimal
 * @GST_KS_ABI_SHOW_HEX: hexadecimal
 * @GST_KS_ABI_SHOW_NAMES: flags or an enumeration
 * @GST_KS_ABI_SHOW_GUID: a GUID or its name
 * @GST_KS_ABI_SHOW_MASK: an alignment, hexadecimal
 * @GST_KS_ABI_SHOW_RESERVED: hexadecimal, 0 if all is well
 * @GST_KS_ABI_SHOW_BYTES: hexadecimal digits, two a byte
 *
 * How a field is shown.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_ABI_SHOW_NUMBER,
  GST_KS_ABI_SHOW_HEX,
  GST_KS_ABI_SHOW_NAMES,
  GST_KS_ABI_SHOW_GUID,
  GST_KS_ABI_SHOW_MASK,
  GST_KS_ABI_SHOW_RESERVED,
  GST_KS_ABI_SHOW_BYTES
} GstKsAbiShow;

/**
 * GstKsAbiLeaf: (skip)
 * @path: KS's names: FramingItem[0].PhysicalRange.MinFrameSize
 * @position: in bytes from the start of the structure
 * @size: in bytes
 * @type: what @value points to
 * @show: how it is shown
 * @names: for %GST_KS_ABI_SHOW_NAMES
 * @use: for %GST_KS_ABI_SHOW_GUID
 * @value: the field in the C struct
 *
 * One field that is not itself a structure; borrowed for the call.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiLeaf GstKsAbiLeaf;

struct _GstKsAbiLeaf
{
  const gchar *path;
  gsize position;
  gsize size;
  GstKsAbiType type;
  GstKsAbiShow show;
  GstKsAbiNames names;
  GstKsGuidUse use;
  gpointer value;
};

/**
 * GstKsAbiVisitFunc: (skip)
 * @leaf: the field
 * @user_data: what gst_ks_abi_visit () was given
 *
 * Looks at one field; called on the thread of gst_ks_abi_visit ().
 *
 * Returns: %FALSE to stop
 *
 * Since: 0.9
 */
typedef gboolean (*GstKsAbiVisitFunc) (const GstKsAbiLeaf *leaf, gpointer user_data);

/* FALSE: it was stopped. A caller that passed a const value must not write. */
GST_KS_API gboolean gst_ks_abi_visit (GstKsAbiStruct which, gconstpointer value, GstKsAbiVisitFunc func, gpointer user_data);

GST_KS_API gchar *  gst_ks_abi_leaf_to_string (const GstKsAbiLeaf *leaf);
/* FALSE: a GUID or bytes. Signed values are sign-extended. */
GST_KS_API gboolean gst_ks_abi_leaf_get_number (const GstKsAbiLeaf *leaf, guint64 *number);
/* Reads what gst_ks_abi_leaf_to_string () writes, and plain numbers. */
GST_KS_API gboolean gst_ks_abi_leaf_set (const GstKsAbiLeaf *leaf, const gchar *text, GError **error);

G_END_DECLS
