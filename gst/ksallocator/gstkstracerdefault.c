/* GstKsTracerDefault: the process default that sends large requests to one of our kinds.
 *
 * It owns no memory. What it returns was made by another allocator, the stock
 * one or one of ours, and carries that allocator: sharing, copying and freeing
 * never come back here.
 *
 * The kind is looked up at the first large request, not when the tracer is
 * made, because tracers are made inside gst_init() of every program, and a
 * program that only lists plugins must not open a device.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracerdefault.h"

#include <gst/ks/gstks.h>
#include <gst/ks/gstkslock.h>

GST_DEBUG_CATEGORY_STATIC (gst_ks_default_debug);
#define GST_CAT_DEFAULT gst_ks_default_debug

#define FALLBACK_KIND "system"

struct _GstKsTracerDefault
{
  GstAllocator parent;

  gchar *kind;                  /* NULL: everything is for previous */
  gsize threshold;              /* bytes */
  GstAllocator *previous;       /* the default before us */

  /* Both set once, by compare and exchange: several threads may look a kind
   * up at the same time, and no lock of ours is held while it is opened. */
  GstAllocator *target;
  GstAllocator *fallback;
  gint degraded;                /* atomic; the kind was not found, target is fallback */

  GstKsDefaultCounts counts;    /* atomic */

  GMutex lock;
  gchar *reason;                /* why the kind could not serve, first time; under lock */

  GDestroyNotify ended;
  gpointer ended_data;
};

G_DEFINE_FINAL_TYPE (GstKsTracerDefault, gst_ks_tracer_default,
    GST_TYPE_ALLOCATOR);

/* Set while this thread opens a kind: what a driver allocates meanwhile goes
 * to the previous default. */
static GPrivate opening;

static void
count (gsize * counter)
{
  (void) g_atomic_pointer_add (counter, 1);
}

static void
say_reason (GstKsTracerDefault * self, const gchar * reason)
{
  gboolean first;

  gst_ks_mutex_lock (&self->lock);
  first = self->reason == NULL;
  if (first)
    self->reason = g_strdup (reason);
  gst_ks_mutex_unlock (&self->lock);
  if (first)
    GST_WARNING_OBJECT (self, "kind \"%s\" cannot serve, system memory is "
        "used instead: %s", self->kind, reason);
}

/* Takes the reference of made; the slot keeps one for ever. */
static GstAllocator *
publish (GstAllocator ** slot, GstAllocator * made)
{
  if (!g_atomic_pointer_compare_and_exchange (slot, NULL, made))
    gst_object_unref (made);
  return g_atomic_pointer_get (slot);
}

/* Borrowed. */
static GstAllocator *
fallback_get (GstKsTracerDefault * self)
{
  GstAllocator *found = g_atomic_pointer_get (&self->fallback);

  if (found != NULL)
    return found;
  found = gst_ks_allocator_get (FALLBACK_KIND, NULL, NULL);
  if (found == NULL)
    found = gst_object_ref (self->previous);
  return publish (&self->fallback, found);
}

/* Borrowed; NULL while this very thread is inside. */
static GstAllocator *
target_get (GstKsTracerDefault * self)
{
  GstAllocator *found = g_atomic_pointer_get (&self->target);
  g_autoptr (GError) error = NULL;

  if (found != NULL || g_private_get (&opening) != NULL)
    return found;
  g_private_set (&opening, self);
  found = gst_ks_allocator_get (self->kind, NULL, &error);
  if (found == NULL) {
    say_reason (self, error->message);
    g_atomic_int_set (&self->degraded, TRUE);
    found = gst_object_ref (fallback_get (self));
  }
  g_private_set (&opening, NULL);
  return publish (&self->target, found);
}

/* A vfunc has no place for a reason; the same request by the call that has
 * one says why. Once only. */
static void
ask_reason (GstKsTracerDefault * self, gsize size,
    const GstAllocationParams * params)
{
  GstKsRequest request = {.size = size,.align = 1,.prefix = params->prefix,
    .padding = params->padding
  };
  g_autoptr (GstMemory) mem = NULL;
  g_autoptr (GError) error = NULL;

  gst_ks_mutex_lock (&self->lock);
  gboolean known = self->reason != NULL;
  gst_ks_mutex_unlock (&self->lock);
  if (known || !gst_ks_align_from_mask (params->align, &request.align)
      || !gst_ks_allocator_is_ours (self->target))
    return;
  mem = gst_ks_allocator_alloc (self->target, &request, &error);
  say_reason (self, error ? error->message : "a request failed, a second "
      "one did not");
}

static GstMemory *
default_alloc_large (GstKsTracerDefault * self, gsize size,
    GstAllocationParams * params)
{
  GstAllocator *target = target_get (self);
  GstAllocator *fallback;
  GstMemory *mem;

  if (target == NULL)
    return gst_allocator_alloc (self->previous, size, params);

  mem = gst_allocator_alloc (target, size, params);
  if (mem != NULL) {
    count (g_atomic_int_get (&self->degraded) ? &self->counts.fallback :
        &self->counts.served);
    return mem;
  }

  ask_reason (self, size, params);
  fallback = fallback_get (self);
  if (fallback != target)
    mem = gst_allocator_alloc (fallback, size, params);
  /* The stock allocator would abort where ours says no, so the caller gets
   * the refusal. */
  count (mem ? &self->counts.fallback : &self->counts.failed);
  return mem;
}

static GstMemory *
gst_ks_tracer_default_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  GstKsTracerDefault *self = GST_KS_TRACER_DEFAULT (allocator);

  if (self->kind != NULL && size != 0 && size >= self->threshold)
    return default_alloc_large (self, size, params);
  count (&self->counts.small);
  return gst_allocator_alloc (self->previous, size, params);
}

static void
gst_ks_tracer_default_finalize (GObject * object)
{
  GstKsTracerDefault *self = GST_KS_TRACER_DEFAULT (object);

  if (self->ended != NULL)
    self->ended (self->ended_data);
  /* The core has let go of its allocators; whatever counts leaks comes next
   * and must not find idle frames. */
  gst_ks_trim_all ();
  g_clear_object (&self->target);
  g_clear_object (&self->fallback);
  g_clear_object (&self->previous);
  g_free (self->kind);
  g_free (self->reason);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ks_tracer_default_parent_class)->finalize (object);
}

static void
gst_ks_tracer_default_class_init (GstKsTracerDefaultClass * klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_ks_default_debug, "ks-default", 0,
      "process default allocator of the tracer ks");
  G_OBJECT_CLASS (klass)->finalize = gst_ks_tracer_default_finalize;
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_ks_tracer_default_alloc;
}

static void
gst_ks_tracer_default_init (GstKsTracerDefault * self)
{
  g_mutex_init (&self->lock);
  /* for those who ask the default allocator, not the memory */
  GST_ALLOCATOR (self)->mem_type = GST_ALLOCATOR_SYSMEM;
  GST_OBJECT_FLAG_SET (self, GST_OBJECT_FLAG_MAY_BE_LEAKED);
}

/* kind: NULL sends everything to the present default. threshold: bytes. */
GstKsTracerDefault *
gst_ks_tracer_default_new (const gchar * kind, gsize threshold)
{
  GstKsTracerDefault *self = g_object_new (GST_TYPE_KS_TRACER_DEFAULT, NULL);

  gst_object_ref_sink (self);
  self->kind = g_strdup (kind);
  self->threshold = threshold;
  self->previous = gst_allocator_find (NULL);
  return self;
}

void
gst_ks_tracer_default_set_ended (GstKsTracerDefault * self,
    GDestroyNotify ended, gpointer user_data)
{
  self->ended = ended;
  self->ended_data = user_data;
}

void
gst_ks_tracer_default_get_counts (GstKsTracerDefault * self,
    GstKsDefaultCounts * counts)
{
  counts->small = (gsize) g_atomic_pointer_get (&self->counts.small);
  counts->served = (gsize) g_atomic_pointer_get (&self->counts.served);
  counts->fallback = (gsize) g_atomic_pointer_get (&self->counts.fallback);
  counts->failed = (gsize) g_atomic_pointer_get (&self->counts.failed);
}

/* Why the kind could not serve, or NULL; free it. */
gchar *
gst_ks_tracer_default_get_reason (GstKsTracerDefault * self)
{
  gchar *reason;

  gst_ks_mutex_lock (&self->lock);
  reason = g_strdup (self->reason);
  gst_ks_mutex_unlock (&self->lock);
  return reason;
}

/* The allocator of the large requests, or NULL when there was none; unref it. */
GstAllocator *
gst_ks_tracer_default_get_target (GstKsTracerDefault * self)
{
  GstAllocator *target = g_atomic_pointer_get (&self->target);

  return target ? gst_object_ref (target) : NULL;
}
