/* Setting one field of KS's structures by its name.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <string.h>

#include <gst/ks/gstks.h>

typedef struct
{
  const gchar *path;
  const gchar *text;
  GError *error;                /* of the field, or that there is none */
} FieldSetting;

/* An alignment may also be set where it is a pitch. */
static inline gboolean
is_this_field (const gchar *is, const gchar *path)
{
  gsize n = strlen (path) - MIN (strlen (path), strlen ("FileAlignment"));

  return g_str_equal (is, path) || (g_str_equal (path + n, "FileAlignment")
      && strncmp (is, path, n) == 0 && g_str_equal (is + n, "FramePitch"));
}

static inline gboolean
set_this_field (const GstKsAbiLeaf *leaf, gpointer user_data)
{
  FieldSetting *setting = user_data;

  if (!is_this_field (leaf->path, setting->path))
    return TRUE;
  g_clear_error (&setting->error);
  (void) gst_ks_abi_leaf_set (leaf, setting->text, &setting->error);
  return FALSE;
}

/* CountItems of a framing makes room for items. The error, or NULL. */
static inline GError *
set_field (GstKsAbiStruct which, gpointer value, const gchar *path, const gchar *text)
{
  FieldSetting setting = { path, text, NULL };

  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX && g_str_equal (path, "CountItems")) {
    (void) gst_ks_abi_framing_ex_resize (value, (guint32) g_ascii_strtoull (text, NULL, 0), &setting.error);
    return setting.error;
  }
  setting.error = g_error_new (GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND, "no field %s", path);
  (void) gst_ks_abi_visit (which, value, set_this_field, &setting);
  return setting.error;
}
