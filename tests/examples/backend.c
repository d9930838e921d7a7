/* A backend of the smallest sort: the kind `sample`.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>
#include <stdlib.h>

/* --- the allocator: makes blocks and takes them back, nothing else --- */

typedef struct
{
  GstKsAllocator parent;
} SampleAllocator;

typedef struct
{
  GstKsAllocatorClass parent_class;
} SampleAllocatorClass;

static GType sample_allocator_get_type (void);
G_DEFINE_TYPE (SampleAllocator, sample_allocator, GST_TYPE_KS_ALLOCATOR);

static gboolean
sample_acquire (GstKsAllocator * self, GstKsBlock * block, GError ** error)
{
  block->data = aligned_alloc (block->align, block->size);
  if (block->data != NULL)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
      "no %" G_GSIZE_FORMAT " bytes are left", block->size);
  return FALSE;
}

static void
sample_release (GstKsAllocator * self, GstKsBlock * block)
{
  free (block->data);
}

static void
sample_allocator_class_init (SampleAllocatorClass * klass)
{
  GST_KS_ALLOCATOR_CLASS (klass)->acquire = sample_acquire;
  GST_KS_ALLOCATOR_CLASS (klass)->release = sample_release;
}

static void
sample_allocator_init (SampleAllocator * self)
{
}

/* --- the backend: is it here, what can it do, an allocator please --- */

typedef struct
{
  GstKsBackend parent;
} GstKsBackendSample;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendSampleClass;

GType gst_ks_backend_sample_get_type (void);
G_DEFINE_TYPE (GstKsBackendSample, gst_ks_backend_sample, GST_TYPE_KS_BACKEND);

static gboolean
sample_open (GstKsBackend * self, GError ** error)
{
  if (g_getenv ("SAMPLE_IS_BROKEN") == NULL)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "the sample card does not answer; unset SAMPLE_IS_BROKEN");
  return FALSE;
}

static GstKsFraming *
sample_describe (GstKsBackend * self)
{
  return gst_ks_framing_parse ("sample, align=64, size=1..256M, "
      "flags=can-allocate", NULL);
}

static GstAllocator *
sample_create_allocator (GstKsBackend * self, GError ** error)
{
  GstAllocator *allocator = g_object_new (sample_allocator_get_type (), NULL);

  return gst_object_ref_sink (allocator);
}

static void
gst_ks_backend_sample_class_init (GstKsBackendSampleClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "sample";
  backend_class->open = sample_open;
  backend_class->describe = sample_describe;
  backend_class->create_allocator = sample_create_allocator;
}

static void
gst_ks_backend_sample_init (GstKsBackendSample * self)
{
}
