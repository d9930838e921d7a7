/* GstKsPrefault: a helper thread that makes blocks ready before somebody waits for them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksprefault.h"

GST_DEBUG_CATEGORY_STATIC (gst_ks_prefault_debug);
#define GST_CAT_DEFAULT gst_ks_prefault_debug

struct _GstKsPrefault
{
  GThread *thread;
  gint cancelled;               /* atomic */
  GstAllocator *allocator;      /* owned */
  GstKsRequest request;         /* nobody pays and nobody is told */
  guint n_blocks;
};

static guint64
count (GstAllocator * allocator, const gchar * field)
{
  g_autoptr (GstStructure) stats = gst_ks_allocator_get_stats (allocator);
  guint64 n = 0;

  if (stats)
    gst_structure_get_uint64 (stats, field, &n);
  return n;
}

/* Blocks go when the store keeps no more: what is made beyond that is given
 * back at once. */
static gboolean
is_wanted (GstKsPrefault * self, guint n, guint64 released)
{
  return n < self->n_blocks && !g_atomic_int_get (&self->cancelled)
      && count (self->allocator, "idle") < self->n_blocks
      && count (self->allocator, "released") == released;
}

static gpointer
prefault_run (gpointer data)
{
  GstKsPrefault *self = data;
  g_autoptr (GError) error = NULL;
  guint64 released = count (self->allocator, "released");
  guint n = 0;

  while (is_wanted (self, n, released)) {
    if (!gst_ks_allocator_prepare (self->allocator, &self->request, 1, &error))
      break;
    n++;
  }
  if (error)
    GST_INFO_OBJECT (self->allocator, "%u of %u blocks made ready: %s", n,
        self->n_blocks, error->message);
  else
    GST_DEBUG_OBJECT (self->allocator, "%u blocks made ready", n);
  return NULL;
}

static void
prefault_destroy (GstKsPrefault * self)
{
  g_clear_pointer (&self->request.layout, g_ref_string_release);
  gst_object_unref (self->allocator);
  g_free (self);
}

static gpointer
category_init (gpointer unused)
{
  GST_DEBUG_CATEGORY_INIT (gst_ks_prefault_debug, "ks-prefault", 0,
      "blocks made ready ahead of their use");
  return NULL;
}

GstKsPrefault *
gst_ks_prefault_start (GstAllocator * allocator, const GstKsRequest * request,
    guint n_blocks)
{
  static GOnce once = G_ONCE_INIT;
  GstKsPrefault *self = g_new0 (GstKsPrefault, 1);

  g_once (&once, category_init, NULL);
  self->allocator = gst_object_ref (allocator);
  self->request = *request;
  self->request.account = NULL;
  self->request.returned = NULL;
  if (request->layout)
    self->request.layout = g_ref_string_acquire (request->layout);
  self->n_blocks = n_blocks;
  self->thread = g_thread_try_new ("ks-prefault", prefault_run, self, NULL);
  if (self->thread == NULL)
    g_clear_pointer (&self, prefault_destroy);
  return self;
}

void
gst_ks_prefault_cancel (GstKsPrefault * self)
{
  g_atomic_int_set (&self->cancelled, TRUE);
}

void
gst_ks_prefault_free (GstKsPrefault * self)
{
  if (self == NULL)
    return;
  gst_ks_prefault_cancel (self);
  g_thread_join (self->thread);
  prefault_destroy (self);
}
