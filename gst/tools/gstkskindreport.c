/* What is known of a kind of memory on this machine, found out by opening it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkskindreport.h"

#define MAX_NODES 128           /* NUMA nodes that are looked for */

static const gchar *const can_words[GST_KS_N_CANS + 1] = {
  "bytes", "map", "descriptor", "shapes", "transfer", "import"
};

static const gchar *const trait_words[] = {
  "mappable", "pinnable", "fd", "host", "shape", "group", "resident", NULL
};

const gchar *
gst_ks_can_word (guint bit)
{
  return can_words[MIN (bit, GST_KS_N_CANS)];
}

const gchar *
gst_ks_trait_word (guint bit)
{
  return trait_words[MIN (bit, G_N_ELEMENTS (trait_words) - 1)];
}

static void
device_report_free (gpointer data)
{
  GstKsDeviceReport *self = data;

  g_free (self->device);
  g_clear_error (&self->reason);
  g_clear_pointer (&self->framing, gst_ks_framing_unref);
  g_free (self->note);
  g_free (self);
}

/* Some limits show themselves only when memory is asked for. A kind that has
 * nothing but pictures has a description all the same. */
static void
try_frame (GstKsDeviceReport * self, GstAllocator * allocator)
{
  GstKsRequest request = {.size = 1 };
  GError *error = NULL;
  GstMemory *frame = NULL;

  if (gst_ks_allocator_is_ours (allocator))
    frame = gst_ks_allocator_alloc (allocator, &request, &error);
  if (frame != NULL) {
    self->can |= GST_KS_CAN_BYTES;
    if (!GST_MEMORY_FLAG_IS_SET (frame, GST_MEMORY_FLAG_NOT_MAPPABLE))
      self->can |= GST_KS_CAN_MAP;
    if (gst_ks_memory_peek_block (frame)->fd >= 0)
      self->can |= GST_KS_CAN_FD;
    gst_memory_unref (frame);
    gst_ks_allocator_trim (allocator);
  } else if (!(self->can & GST_KS_CAN_SHAPE)) {
    self->reason = g_steal_pointer (&error);
  }
  g_clear_error (&error);
}

static void
ask_backend (GstKsDeviceReport * self, GstKsBackend * backend)
{
  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (backend);

  if (gst_ks_backend_has_shapes (backend))
    self->can |= GST_KS_CAN_SHAPE;
  if (klass->transfer != NULL)
    self->can |= GST_KS_CAN_TRANSFER;
  if (klass->import != NULL)
    self->can |= GST_KS_CAN_IMPORT;
}

static GstAllocator *
open_device (GstKsDeviceReport * self, const GstKsKindReport * kind)
{
  g_autoptr (GstKsBackend) backend = NULL;

  if (kind->is_system)
    return gst_ks_allocator_get (kind->kind, self->device, &self->reason);
  backend = gst_ks_backend_get (kind->kind, self->device, &self->reason);
  if (backend == NULL)
    return NULL;
  ask_backend (self, backend);
  return gst_ks_backend_create_allocator (backend, &self->reason);
}

static GstKsDeviceReport *
device_report_new (const GstKsKindReport * kind, const gchar * device)
{
  GstKsDeviceReport *self = g_new0 (GstKsDeviceReport, 1);
  g_autoptr (GstAllocator) allocator = NULL;

  self->device = g_strdup (device);
  allocator = open_device (self, kind);
  if (allocator == NULL)
    return self;
  try_frame (self, allocator);
  self->note = gst_ks_allocator_get_note (allocator);
  if (self->reason != NULL)
    return self;
  self->framing = gst_ks_allocator_describe (allocator);
  if (gst_ks_allocator_is_ours (allocator))
    gst_ks_allocator_get_limits (allocator, &self->limits);
  return self;
}

static void
add_device (GstKsKindReport * self, const gchar * device)
{
  g_ptr_array_add (self->devices, device_report_new (self, device));
}

/* The nodes of the machine, where it has several. */
static void
add_nodes (GstKsKindReport * self)
{
  for (guint n = 0; n < MAX_NODES; n++) {
    g_autofree gchar *node = g_strdup_printf ("%u", n);
    g_autoptr (GError) error = NULL;
    g_autoptr (GstAllocator) allocator =
        gst_ks_allocator_get (self->kind, node, &error);

    if (allocator != NULL)
      add_device (self, node);
    else if (!g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID))
      return;
  }
}

static void
add_all_devices (GstKsKindReport * self)
{
  g_auto (GStrv) names = NULL;

  if (self->is_system) {
    add_device (self, NULL);
    add_nodes (self);
    return;
  }
  names = gst_ks_backend_list_devices (self->kind, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    add_device (self, names[i]);
  /* the one without a name, or the reason why there is none */
  if (self->devices->len == 0)
    add_device (self, NULL);
}

static gboolean
is_of_backend (const gchar * kind)
{
  g_auto (GStrv) kinds = gst_ks_backend_list_kinds ();

  return g_strv_contains ((const gchar * const *) kinds, kind);
}

static gboolean
is_of_process (const gchar * kind)
{
  g_auto (GStrv) kinds = gst_ks_list_kinds ();

  return g_strv_contains ((const gchar * const *) kinds, kind);
}

GstKsKindReport *
gst_ks_kind_report_new (const gchar * kind, const gchar * device)
{
  GstKsKindReport *self = g_new0 (GstKsKindReport, 1);

  self->kind = g_strdup (kind);
  self->is_system = is_of_process (kind) && !is_of_backend (kind);
  if (gst_ks_kind_is_known (kind))
    self->traits = gst_ks_kind_get_traits (kind);
  self->devices = g_ptr_array_new_with_free_func (device_report_free);
  if (device != NULL)
    add_device (self, device);
  else
    add_all_devices (self);
  return self;
}

void
gst_ks_kind_report_free (GstKsKindReport * self)
{
  g_free (self->kind);
  g_ptr_array_unref (self->devices);
  g_free (self);
}

gboolean
gst_ks_kind_report_is_here (const GstKsKindReport * self)
{
  for (guint i = 0; i < self->devices->len; i++) {
    const GstKsDeviceReport *device = self->devices->pdata[i];

    if (device->reason == NULL)
      return TRUE;
  }
  return FALSE;
}
