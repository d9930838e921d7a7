/* A pool of a fixed framing: counted, capped, and what waiting looks like.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

/* A consumer's needs and ours, as text; one kind and one size are left. */
static GstKsPool *
make_pool (GError ** error)
{
  g_autoptr (GstKsFraming) ours =
      gst_ks_framing_parse ("system, size=1M..8M/4096, frames=..2", error);
  g_autoptr (GstKsFraming) theirs =
      gst_ks_framing_parse ("mapped, size=3M.., align=4096", NULL);
  g_autoptr (GstKsFraming) both = NULL;
  g_autoptr (GstKsFraming) fixed = NULL;

  if (ours == NULL)
    return NULL;
  both = gst_ks_framing_intersect (ours, theirs, error);
  if (both == NULL)
    return NULL;
  fixed = gst_ks_framing_fixate (both, error);
  return fixed ? gst_ks_create_allocator (fixed, error) : NULL;
}

static gpointer
let_go_later (gpointer buffer)
{
  gst_buffer_unref (buffer);
  return NULL;
}

int
main (int argc, char **argv)
{
  GstBufferPoolAcquireParams dont_wait = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };
  g_autoptr (GError) error = NULL;
  GstBuffer *frames[3] = { NULL, };
  GstKsPoolStatus status;

  gst_init (&argc, &argv);
  GstKsPool *pool = make_pool (&error);
  if (pool == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  gst_buffer_pool_set_active (base, TRUE);

  for (guint i = 0; i < 2; i++)
    gst_buffer_pool_acquire_buffer (base, &frames[i], &dont_wait);
  gst_ks_pool_get_status (pool, &status);
  g_print ("%u of %u frames of %" G_GSIZE_FORMAT " bytes are out\n",
      status.allocated, status.cap, status.size);

  /* At the cap: nothing for those who do not wait ... */
  if (gst_buffer_pool_acquire_buffer (base, &frames[2], &dont_wait)
      == GST_FLOW_EOS)
    g_print ("none is free now\n");
  /* ... and for those who do, the next one that somebody lets go. */
  GThread *other = g_thread_new ("holder", let_go_later, frames[0]);
  gst_buffer_pool_acquire_buffer (base, &frames[2], NULL);
  g_thread_join (other);
  g_print ("got one\n");

  /* Frames may be let go after the pool is gone. */
  gst_buffer_pool_set_active (base, FALSE);
  gst_object_unref (pool);
  gst_buffer_unref (frames[1]);
  gst_buffer_unref (frames[2]);
  gst_ks_trim_all ();
  return 0;
}
