/* External memory: frames that somebody else owns, counted and reused by us.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksallocator.h"
#include "gstksstores.h"

#define GST_TYPE_KS_EXTERNAL_ALLOCATOR (gst_ks_external_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstKsExternalAllocator, gst_ks_external_allocator, GST,
    KS_EXTERNAL_ALLOCATOR, GstKsAllocator)
     struct _GstKsExternalAllocator
     {
       GstKsAllocator parent;

       GstKsExternal external;
       gpointer user_data;      /* the owner's; given back by external.destroy */
     };

G_DEFINE_FINAL_TYPE (GstKsExternalAllocator, gst_ks_external_allocator,
    GST_TYPE_KS_ALLOCATOR);

     static gboolean
         gst_ks_external_allocator_acquire (GstKsAllocator * allocator,
    GstKsBlock * block, GError ** error)
{
  GstKsExternalAllocator *self = GST_KS_EXTERNAL_ALLOCATOR (allocator);
  gpointer data =
      self->external.acquire (block->size, block->align, self->user_data);

  if (data == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "the owner of external memory gave no block of %" G_GSIZE_FORMAT
        " bytes at alignment %" G_GSIZE_FORMAT, block->size, block->align);
    return FALSE;
  }
  block->data = data;
  return TRUE;
}

static void
gst_ks_external_allocator_release (GstKsAllocator * allocator,
    GstKsBlock * block)
{
  GstKsExternalAllocator *self = (GstKsExternalAllocator *) allocator;

  self->external.release (block->data, block->size, self->user_data);
}

static void
gst_ks_external_allocator_finalize (GObject * object)
{
  GstKsExternalAllocator *self = GST_KS_EXTERNAL_ALLOCATOR (object);

  G_OBJECT_CLASS (gst_ks_external_allocator_parent_class)->finalize (object);
  if (self->external.destroy != NULL)
    self->external.destroy (self->user_data);
}

static void
gst_ks_external_allocator_class_init (GstKsExternalAllocatorClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_external_allocator_finalize;
  allocator_class->acquire = gst_ks_external_allocator_acquire;
  allocator_class->release = gst_ks_external_allocator_release;
}

static void
gst_ks_external_allocator_init (GstKsExternalAllocator * self)
{
}

/**
 * gst_ks_allocator_new_external: (skip)
 * @external: the owner's functions; copied
 * @user_data: for them
 * @error: set when the functions do not fit together
 *
 * Makes an allocator whose blocks somebody else owns: a middleware, a driver.
 * Counting, reuse, budget and alignment checks are ours; an address that is
 * not aligned as asked is given back and reported.
 *
 * KS: the external allocate and free of KsCreateDefaultAllocatorEx; one
 * without the other is refused.
 *
 * Returns: (transfer full) (nullable): the allocator, or %NULL
 *
 * Since: 0.9
 */
GstAllocator *
gst_ks_allocator_new_external (const GstKsExternal * external,
    gpointer user_data, GError ** error)
{
  GstKsExternalAllocator *self;

  g_return_val_if_fail (external != NULL, NULL);

  if (external->acquire == NULL || external->release == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "external memory needs both acquire and release, %s is missing",
        external->acquire == NULL ? "acquire" : "release");
    return NULL;
  }
  self = g_object_new (GST_TYPE_KS_EXTERNAL_ALLOCATOR, NULL);
  self->external = *external;
  self->user_data = user_data;
  GST_ALLOCATOR_CAST (self)->mem_type = "ks-user";
  gst_ks_store_set_kind (gst_ks_store_of (GST_ALLOCATOR_CAST (self)), "user",
      NULL);
  return gst_object_ref_sink (self);
}
