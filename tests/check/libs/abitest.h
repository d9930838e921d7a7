/* What tests of KS's structures share: room for any of them, golden files.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define MOST_BYTES 512

/* room for the C struct of any structure */
typedef union
{
  guint8 bytes[MOST_BYTES];
  GstKsAbiFramingEx framing_ex;
  GstKsAbiStatusEx status_ex;
  GstKsAbiStreamHeader header;
  GstKsAbiAllocatorProperties properties;
} Value;

static inline void
clear_value (GstKsAbiStruct which, Value * value)
{
  gst_ks_abi_clear (which, value);
}

static inline GBytes *
load (const gchar * name)
{
  g_autofree gchar *path =
      g_build_filename (g_getenv ("KS_TEST_DATA"), name, NULL);
  g_autoptr (GError) error = NULL;
  gchar *data = NULL;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, &error), "%s",
      error != NULL ? error->message : path);
  return g_bytes_new_take (data, size);
}

static inline void
assert_bytes (const gchar * name, GBytes * got, GBytes * wanted)
{
  gsize n_got, n_wanted;
  const guint8 *a = g_bytes_get_data (got, &n_got);
  const guint8 *b = g_bytes_get_data (wanted, &n_wanted);

  fail_unless (n_got == n_wanted, "%s: %u bytes, wanted %u", name,
      (guint) n_got, (guint) n_wanted);
  for (gsize i = 0; i < n_got; i++)
    fail_unless (a[i] == b[i], "%s: byte %u is 0x%02x, wanted 0x%02x", name,
        (guint) i, a[i], b[i]);
}
