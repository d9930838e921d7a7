/* GstKsBackend: discovers, opens and describes one kind of memory and makes allocators of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksallocator.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstKsBackend:
 *
 * Discovers, opens and describes one kind of memory and makes allocators of it.
 * Thread-safe.
 *
 * Since: 0.9
 */
#define GST_TYPE_KS_BACKEND (gst_ks_backend_get_type ())
GST_KS_API
G_DECLARE_DERIVABLE_TYPE (GstKsBackend, gst_ks_backend, GST, KS_BACKEND, GObject)

/**
 * GST_KS_SHAPE_MAX_MEMORIES:
 *
 * Most memories that one frame is made of.
 *
 * Since: 0.9
 */
#define GST_KS_SHAPE_MAX_MEMORIES 4

/**
 * GstKsShape:
 * @n_memories: 1 to %GST_KS_SHAPE_MAX_MEMORIES
 * @memories: (transfer full): what the driver made
 * @offset: bytes from the start of all memories, per plane
 * @stride: bytes a row, per plane
 *
 * A frame whose layout the driver decided.
 *
 * Since: 0.9
 */
typedef struct _GstKsShape GstKsShape;

struct _GstKsShape
{
  guint n_memories;
  GstMemory *memories[GST_KS_SHAPE_MAX_MEMORIES];
  gsize offset[GST_VIDEO_MAX_PLANES];
  gint stride[GST_VIDEO_MAX_PLANES];
};

/**
 * GstKsBackendClass:
 * @kind: static kind word, "dmaheap"
 * @open: first call on a backend, once; calls are serialised, no lock of the
 *     library is held. The reason for a refusal is shown to people: say what
 *     is missing and what would help. Required
 * @describe: (transfer full): what the memory can do; after open; constant. Required
 * @create_allocator: (transfer full): any thread. Required
 * @list_devices: (transfer full): names for @device; %NULL: one unnamed device
 * @close: undoes open; %NULL: nothing to undo
 * @transfer: copies between memories one of which is this kind's; %NULL: map both and memcpy
 * @import: (transfer full): memory of this kind that holds the same bytes, not
 *     copied, and keeps @memory alive; %NULL with %GST_KS_ERROR_NOT_SUPPORTED for
 *     what it cannot take. %NULL: it can take nothing
 * @allocate_shaped: (nullable): frames whose layout the driver decides; %NULL: bytes only
 * @check_device: whether a device that @list_devices does not name is one all
 *     the same: known by another name, or not to be had now, for a reason that
 *     @open gives; the error says what is wrong with it. %NULL: it is none
 * @note: (transfer full) (nullable): a line for people on what the framing has no
 *     words for: which device was chosen, how bytes are made; after open; %NULL:
 *     nothing to say
 * @shape_feature: (nullable): static; the caps feature of frames that are made by
 *     @allocate_shaped, other video is bytes; %NULL: all raw video is shaped
 * @context_type: (nullable): static; type of the #GstContext by which elements of
 *     the ecosystem share a device of this kind; %NULL: they share none
 * @get_context: (transfer full) (nullable): what a neighbour is told that asks
 *     for @type, so that it works with this device; %NULL for types that this
 *     kind does not know. Any thread. %NULL: neighbours are told nothing
 * @adopt_context: (transfer full) (nullable): remembers the device in @context,
 *     which is of the type @context_type, and says as what it can be opened and
 *     is listed from now on; %NULL: as the one without a name. Any thread. %NULL:
 *     devices of others cannot be opened
 * @adopt_memory: whether memory that others made is of this kind, and as what its
 *     device (transfer full) (nullable) can be opened from now on, as above. Any
 *     thread. %NULL: none is
 *
 * Arguments are checked by the public functions, and so are results; a backend
 * trusts its input.
 *
 * Since: 0.9
 */
struct _GstKsBackendClass
{
  GObjectClass parent_class;

  const gchar *kind;

  gboolean       (*open)             (GstKsBackend *self, GError **error);
  GstKsFraming * (*describe)         (GstKsBackend *self);
  GstAllocator * (*create_allocator) (GstKsBackend *self, GError **error);

  gchar **       (*list_devices)     (GstKsBackendClass *klass);
  void           (*close)            (GstKsBackend *self);
  gboolean       (*transfer)         (GstKsBackend *self, GstMemory *dst, GstMemory *src, GError **error);
  gboolean       (*allocate_shaped)  (GstKsBackend *self, const GstVideoInfo *info, const GstKsFraming *fixed, GstKsShape *out, GError **error);
  GstMemory *    (*import)           (GstKsBackend *self, GstMemory *memory, GError **error);
  gboolean       (*check_device)     (GstKsBackendClass *klass, const gchar *device, GError **error);
  gchar *        (*note)             (GstKsBackend *self);

  const gchar *shape_feature;
  const gchar *context_type;
  GstContext *   (*get_context)      (GstKsBackend *self, const gchar *type);
  gchar *        (*adopt_context)    (GstKsBackendClass *klass, GstContext *context);
  gboolean       (*adopt_memory)     (GstKsBackendClass *klass, GstMemory *memory, gchar **device);

  gpointer _gst_reserved[GST_PADDING];
};

/* Registers a backend's type so that its kind can be found; plugin may be NULL: static. */
GST_KS_API gboolean       gst_ks_backend_register (GstPlugin *plugin, GType type);
/* Kind words of the registered backends, not opened; free with g_strfreev(). */
GST_KS_API gchar **       gst_ks_backend_list_kinds (void);
/* Names of a kind's devices, not opened; none: the one without a name, or none is here. */
GST_KS_API gchar **       gst_ks_backend_list_devices (const gchar *kind, GError **error);
/* Finds, loads, opens; the same object again while somebody holds it. */
GST_KS_API GstKsBackend * gst_ks_backend_get (const gchar *kind, const gchar *device, GError **error);

GST_KS_API const gchar *  gst_ks_backend_peek_kind (GstKsBackend *self);
GST_KS_API const gchar *  gst_ks_backend_peek_device (GstKsBackend *self);
GST_KS_API GstKsFraming * gst_ks_backend_describe (GstKsBackend *self);
GST_KS_API gchar *        gst_ks_backend_get_note (GstKsBackend *self);
GST_KS_API GstAllocator * gst_ks_backend_create_allocator (GstKsBackend *self, GError **error);
GST_KS_API gboolean       gst_ks_backend_has_shapes (GstKsBackend *self);
GST_KS_API gboolean       gst_ks_backend_allocate_shaped (GstKsBackend *self, const GstVideoInfo *info, const GstKsFraming *fixed, GstKsShape *out, GError **error);
GST_KS_API gboolean       gst_ks_backend_transfer (GstKsBackend *self, GstMemory *dst, GstMemory *src, GError **error);
GST_KS_API GstMemory *    gst_ks_backend_import (GstKsBackend *self, GstMemory *memory, GError **error);
/* The device that neighbours share: ours for who asks, theirs for us. */
GST_KS_API gboolean       gst_ks_backend_answer_context (const gchar *kind, const gchar *device, GstQuery *query);
GST_KS_API gchar *        gst_ks_backend_find_device (const gchar *kind, GstElement *element);
/* The backend that can copy it: of the kind and device that it is of; who made it does not matter. */
GST_KS_API GstKsBackend * gst_ks_backend_get_for_memory (const gchar *kind, GstMemory *memory, GError **error);
/* For allocators that a backend makes beside create_allocator, those of its shapes. */
GST_KS_API void           gst_ks_backend_bind (GstKsBackend *self, GstAllocator *allocator);
/* The backend that made an allocator; NULL for system kinds and external ones. Borrowed. */
GST_KS_API GstKsBackend * gst_ks_backend_peek (GstAllocator *allocator);
GST_KS_API void           gst_ks_shape_clear (GstKsShape *shape);

G_END_DECLS
