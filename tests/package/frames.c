/* Frames of shared memory, used again: what a program builds with the packages.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstKsFraming) fixed = NULL;
  g_autoptr (GstKsPool) pool = NULL;
  GstBuffer *buffer = NULL;

  gst_init (NULL, NULL);
  gst_ks_init ();
  framing = gst_ks_framing_parse ("shared, size=64k, frames=2..4", &error);
  fixed = framing ? gst_ks_framing_fixate (framing, &error) : NULL;
  pool = fixed ? gst_ks_create_allocator (fixed, &error) : NULL;
  if (pool == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  if (!gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE)
      || gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), &buffer,
          NULL) != GST_FLOW_OK)
    return 1;
  g_print ("a frame of %" G_GSIZE_FORMAT " bytes\n",
      gst_buffer_get_size (buffer));
  gst_buffer_unref (buffer);
  return gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE) ? 0 : 1;
}
