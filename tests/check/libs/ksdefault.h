/* Memory from outside for the default allocator: four callbacks that write down how they are called.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pooltest.h"

typedef enum
{
  SOURCE_WORKS,
  SOURCE_FAILS,
  SOURCE_SILENT                 /* fails without an error */
} SourceInitialize;

typedef struct
{
  SourceInitialize initialize;
  gboolean fails;               /* allocate does */
  gsize skew;                   /* bytes by which addresses are wrong */

  GMutex lock;                  /* all below */
  GCond cond;
  GString *calls;               /* i, a, f, d; an a is one that succeeded */
  gpointer initial;             /* what initialize was given */
  GstKsAbiFraming framing;
  gpointer context;             /* what the others were given last */
  gpointer last;                /* what allocate returned last */
  guint n_allocated;
  guint n_freed;
  gboolean destroyed;
} Source;

/* For callbacks that get no context. */
static Source *source_here;

static inline void
source_note (Source *self, gchar what, gpointer context)
{
  g_mutex_lock (&self->lock);
  g_string_append_c (self->calls, what);
  self->context = context;
  if (what == 'd')
    self->destroyed = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

static inline gboolean
source_initialize (gpointer initial, GstKsAbiFraming framing,
    gpointer *context, GError **error)
{
  Source *self = source_here;

  self->initial = initial;
  self->framing = framing;
  source_note (self, 'i', NULL);
  if (self->initialize == SOURCE_FAILS)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, "no card");
  if (self->initialize == SOURCE_WORKS)
    *context = self;
  return self->initialize == SOURCE_WORKS;
}

/* Exactly as large as was said: tools see who writes beyond it. */
static inline gpointer
source_allocate (gpointer context)
{
  Source *self = source_here;
  gsize align = MAX (self->framing.file_alignment + 1, sizeof (gpointer));
  gpointer data = NULL;

  if (self->fails)
    return NULL;
  if (posix_memalign (&data, align, self->framing.frame_size + self->skew) != 0)
    return NULL;
  source_note (self, 'a', context);
  self->n_allocated++;
  self->last = (guint8 *) data + self->skew;
  return self->last;
}

static inline void
source_free (gpointer context, gpointer frame)
{
  Source *self = source_here;

  free ((guint8 *) frame - self->skew);
  g_atomic_int_inc (&self->n_freed);
  source_note (self, 'f', context);
}

static inline void
source_destroy (gpointer context)
{
  source_note (source_here, 'd', context);
}

static inline GstKsDefaultCallbacks
source_init (Source *self)
{
  *self = (Source) { .calls = g_string_new (NULL) };
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  source_here = self;
  return (GstKsDefaultCallbacks) {
    source_initialize, source_allocate, source_free, source_destroy
  };
}

static inline void
source_clear (Source *self)
{
  g_string_free (self->calls, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

static inline GstKsPool *
source_pool (Source *self, GstKsAbiFraming framing)
{
  GstKsDefaultCallbacks callbacks = source_init (self);
  g_autoptr (GError) error = NULL;
  GstKsPool *pool = gst_ks_default_allocator_new (&framing, &callbacks, self,
      &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}

/* Whoever looks after idle blocks may hold the allocator a moment longer. */
static inline void
source_wait_destroyed (Source *self)
{
  g_mutex_lock (&self->lock);
  while (!self->destroyed)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

static inline void
source_expect (Source *self, const gchar *calls)
{
  g_mutex_lock (&self->lock);
  fail_unless_equals_string (self->calls->str, calls);
  g_mutex_unlock (&self->lock);
}

static inline guint
source_live (Source *self)
{
  return self->n_allocated - g_atomic_int_get (&self->n_freed);
}
