/* Threads that wait for frames of a pool, and how a test meets them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "ksmodel.h"
#include "pooltest.h"

typedef struct
{
  GThread *thread;
  GCond cond;
  GCancellable *cancellable;    /* owned */
  GstKsPool *pool;              /* borrowed; NULL: nothing to do */
  gboolean quit;
  gboolean done;                /* flow and buffer are there */
  GstFlowReturn flow;
  GstBuffer *buffer;
} Worker;

static GMutex hall;             /* all of the workers */
static GCond hall_cond;         /* one is done */
static Worker workers[N_WORKERS];

static inline gpointer
worker_run (gpointer data)
{
  Worker *self = data;

  g_mutex_lock (&hall);
  while (!self->quit) {
    GstKsPool *pool = self->pool;

    if (pool == NULL) {
      g_cond_wait (&self->cond, &hall);
      continue;
    }
    g_mutex_unlock (&hall);
    self->buffer = NULL;
    self->flow = gst_ks_pool_acquire_cancellable (pool, self->cancellable,
        &self->buffer);
    g_mutex_lock (&hall);
    self->pool = NULL;
    self->done = TRUE;
    g_cond_signal (&hall_cond);
  }
  g_mutex_unlock (&hall);
  return NULL;
}

static inline void
workers_start (void)
{
  for (guint i = 0; i < N_WORKERS; i++) {
    workers[i].quit = FALSE;
    workers[i].cancellable = g_cancellable_new ();
    workers[i].thread = g_thread_new ("waiter", worker_run, &workers[i]);
  }
}

static inline void
workers_stop (void)
{
  for (guint i = 0; i < N_WORKERS; i++) {
    g_mutex_lock (&hall);
    workers[i].quit = TRUE;
    g_cond_signal (&workers[i].cond);
    g_mutex_unlock (&hall);
    g_thread_join (workers[i].thread);
    g_object_unref (workers[i].cancellable);
  }
}
