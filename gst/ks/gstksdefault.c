/* The default allocator of KS: frames of system memory, or of memory that four callbacks bring.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdefault.h"
#include "gstkspoolprivate.h"
#include "gstkssize.h"
#include "gstksstores.h"
#include "gstksvalidate.h"

/* --- memory that the callbacks bring --- */

typedef struct
{
  GstKsDefaultCallbacks callbacks;
  gpointer context;             /* theirs */
} Outside;

static gpointer
outside_acquire (gsize size, gsize align, gpointer user_data)
{
  Outside *self = user_data;

  return self->callbacks.allocate (self->context);
}

static void
outside_release (gpointer data, gsize size, gpointer user_data)
{
  Outside *self = user_data;

  self->callbacks.free (self->context, data);
}

static void
outside_destroy (gpointer user_data)
{
  Outside *self = user_data;

  if (self->callbacks.destroy != NULL)
    self->callbacks.destroy (self->context);
  g_free (self);
}

/* Whoever allocates from outside knows the size and nothing of requests: every
 * block is as large as the framing says, to the byte. */
static GstKsTerms
terms_of (const GstKsAbiFraming * framing)
{
  GstKsTerms terms = {
    .granule = 1,
    .align = 1,
    .size = {framing->frame_size, framing->frame_size, 0},
    .unrounded = TRUE,
  };

  (void) gst_ks_align_from_mask (framing->file_alignment, &terms.align);
  return terms;
}

static gboolean
make_context (const GstKsAbiFraming * framing,
    const GstKsDefaultCallbacks * callbacks, gpointer initialize_context,
    gpointer * context, GError ** error)
{
  g_autoptr (GError) failed = NULL;
  GstKsAbiFraming copy = *framing;

  if (callbacks->initialize == NULL)
    return TRUE;
  copy.reserved = 0;
  if (callbacks->initialize (initialize_context, copy, context, &failed))
    return TRUE;
  if (failed == NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the initialize callback of a default allocator failed and did not "
        "say why");
  else
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static GstAllocator *
allocator_from_outside (const GstKsAbiFraming * framing,
    const GstKsDefaultCallbacks * callbacks, gpointer initialize_context,
    GError ** error)
{
  const GstKsExternal external = {
    outside_acquire, outside_release, outside_destroy
  };
  const GstKsTerms terms = terms_of (framing);
  GstAllocator *allocator;
  gpointer context = NULL;
  Outside *self;

  if (!make_context (framing, callbacks, initialize_context, &context, error))
    return NULL;
  self = g_new0 (Outside, 1);
  self->callbacks = *callbacks;
  self->context = context;
  allocator = gst_ks_allocator_new_external (&external, self, NULL);
  gst_ks_store_set_kind (gst_ks_store_of (allocator), "user", &terms);
  return allocator;
}

/* --- creation --- */

static const GstKsDefaultCallbacks no_callbacks;

/* What makes, and what gives back: all of it is about memory from outside. */
static gboolean
check_callbacks (const GstKsDefaultCallbacks * callbacks,
    gpointer initialize_context, GError ** error)
{
  const gchar *surplus =
      initialize_context != NULL ? "the initialize context" :
      callbacks->free != NULL ? "free" :
      callbacks->initialize != NULL ? "initialize" :
      callbacks->destroy != NULL ? "destroy" : NULL;

  if (callbacks->allocate == NULL && surplus != NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "callbacks of a default allocator: allocate is NULL, but %s is not: "
        "without allocate the memory is the system's; give allocate too, or "
        "none of them", surplus);
    return FALSE;
  }
  if (callbacks->allocate != NULL && callbacks->free == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "callbacks of a default allocator: allocate is given and free is NULL: "
        "nobody could take the frames back; give both");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_options (const GstKsAbiFraming * framing, GError ** error)
{
  guint32 options = framing->requirements_flags;

  if ((options & GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY) != 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "create request: OptionsFlags is %u (0x%x): SYSTEM_MEMORY (0x2) is not "
      "set, and the default allocator has no other memory; set it, or ask "
      "whoever has the device", options, options);
  return FALSE;
}

static GstKsFraming *
new_fixed_framing (const GstKsAbiFraming * framing, const gchar * kind,
    GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (kind);

  (void) gst_ks_align_from_mask (framing->file_alignment, &item.align);
  item.size = item.prefer = (GstKsRange) {
  framing->frame_size, framing->frame_size, 0};
  if (framing->frames != 0)
    item.frames = (GstKsRange) {
    0, framing->frames, 1};
  return gst_ks_framing_new (&item, 1, NULL, error);
}

/**
 * gst_ks_default_allocator_new:
 * @framing: what to create: options, pool type, frames, size, alignment mask
 * @callbacks: (nullable): where the memory comes from; copied. %NULL, or all of
 *     them %NULL: from the system
 * @initialize_context: (nullable): for the initialize callback and for nobody
 *     else
 * @error: set when it cannot be: a rule of gst_ks_validate_create_framing(),
 *     %GST_KS_ERROR_INVALID without SYSTEM_MEMORY or for callbacks that do not
 *     fit together, whatever the initialize callback says, or the reason why
 *     the system's memory cannot be had
 *
 * Makes KS's default allocator: a pool of frames of exactly one size, at most
 * as many as @framing's frames (0: no cap). Paged memory is kind `system`,
 * non-paged is `locked`, and what callbacks bring is taken to be so: the pool
 * counts, caps, queues and reuses it as ever. The pool is configured and has
 * yet to be activated; no frame is made before it is asked for. Any thread.
 *
 * The size includes what a configuration puts before and after the frame: with
 * a prefix of 16 and a padding of 8, consumers see 24 bytes less. An address
 * that is not aligned as @framing says is given back, and the acquire fails.
 *
 * KS: KsCreateDefaultAllocatorEx; without callbacks KsCreateDefaultAllocator.
 *
 * Returns: (transfer full) (nullable): the allocator object, or %NULL; then
 *     nothing is left, and destroy was not called unless initialize succeeded
 *
 * Since: 0.9
 */
GstKsPool *
gst_ks_default_allocator_new (const GstKsAbiFraming * framing,
    const GstKsDefaultCallbacks * callbacks, gpointer initialize_context,
    GError ** error)
{
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstKsFraming) fixed = NULL;
  const gchar *kind;

  g_return_val_if_fail (framing != NULL, NULL);

  if (callbacks == NULL)
    callbacks = &no_callbacks;
  if (!gst_ks_validate_create_framing (framing, error)
      || !check_options (framing, error)
      || !check_callbacks (callbacks, initialize_context, error))
    return NULL;
  /* Who brings the memory has promised as much of it. */
  kind = framing->pool_type == GST_PagedPool ? "system" : "locked";
  fixed = new_fixed_framing (framing, kind, error);
  if (fixed == NULL)
    return NULL;
  allocator = callbacks->allocate != NULL ?
      allocator_from_outside (framing, callbacks, initialize_context, error) :
      gst_ks_allocator_get (kind, NULL, error);
  return allocator != NULL ?
      gst_ks_pool_new_fixed (allocator, fixed, framing, error) : NULL;
}
