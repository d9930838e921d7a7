/* Prints what we take KS's structures and constants to be, for mingw.py.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One line each, words with a tab between them:
 *   struct NAME SIZE
 *   field STRUCT PATH POSITION SIZE
 *   number NAME VALUE
 *   guid NAME BYTES
 *   string NAME TEXT
 */
#include <string.h>

#include <gst/ks/gstks.h>

/* room for the C struct of any structure */
typedef union
{
  GstKsAbiFramingEx framing_ex;
  GstKsAbiStatusEx status_ex;
  GstKsAbiAllocatorProperties properties;
} Value;

static gboolean
print_field (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  g_print ("field\t%s\t%s\t%" G_GSIZE_FORMAT "\t%" G_GSIZE_FORMAT "\n",
      (const gchar *) user_data, leaf->path, leaf->position, leaf->size);
  return TRUE;
}

static void
print_struct (GstKsAbiStruct which)
{
  g_auto (GStrv) name = g_strsplit (gst_ks_abi_struct_get_name (which), "/", 2);
  g_autoptr (GBytes) bytes = NULL;
  Value value;

  memset (&value, 0, sizeof value);
  /* as KS declares it: with one item */
  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    (void) gst_ks_abi_framing_ex_resize (&value.framing_ex, 1, NULL);
  bytes = gst_ks_abi_encode (which, &value);
  g_print ("struct\t%s\t%" G_GSIZE_FORMAT "\n", name[0],
      g_bytes_get_size (bytes));
  (void) gst_ks_abi_visit (which, &value, print_field, name[0]);
  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    gst_ks_abi_framing_ex_clear (&value.framing_ex);
}

static void
print_names (GstKsAbiNames names)
{
  for (guint i = 0; i < gst_ks_abi_names_get_n_names (names); i++) {
    guint32 value;
    const gchar *name = gst_ks_abi_names_get_nth (names, i, &value);

    g_print ("number\t%s\t%u\n", name, value);
  }
}

static void
print_guids (void)
{
  const gchar *name;
  GstKsGuid guid;

  for (guint n = 0; (name = gst_ks_guid_get_nth (n, &guid)) != NULL; n++) {
    guint8 stored[16];

    gst_ks_guid_to_bytes (&guid, stored);
    g_print ("guid\t%s\t", name);
    for (guint i = 0; i < sizeof stored; i++)
      g_print ("%02x", stored[i]);
    g_print ("\n");
  }
}

int
main (void)
{
  for (guint i = 0; i < GST_KS_ABI_N_STRUCTS; i++)
    print_struct (i);
  for (guint i = 0; i < GST_KS_ABI_N_NAMES; i++)
    print_names (i);
  g_print ("number\tKSALLOCATOR_OPTIONF_VALID\t%u\n",
      GST_KSALLOCATOR_OPTIONF_VALID);
  print_guids ();
  g_print ("string\tKSSTRING_Allocator\t%s\n", GST_KSSTRING_Allocator);
  g_print ("string\tKSSTRING_AllocatorEx\t%s\n", GST_KSSTRING_AllocatorEx);
  return 0;
}
