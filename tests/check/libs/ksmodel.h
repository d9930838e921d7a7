/* What KS's allocator does, without threads and without memory: a count, a cap, a queue.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

#define N_WORKERS 3             /* who can wait */

typedef struct
{
  guint cap;                    /* frames; 0: no cap */
  guint out;                    /* frames */
  guint told;                   /* events: one for each free until it is closed */
  gboolean closed;
  guint queue[N_WORKERS];       /* workers, the oldest first */
  guint n_waiting;
} Model;

typedef enum
{
  GOT,
  NOTHING,
  QUEUED,
  CANCELLED
} Answer;

#define NOBODY N_WORKERS

static inline gboolean
model_has_place (const Model * model)
{
  return model->cap == 0 || model->out < model->cap;
}

static inline Answer
model_alloc_now (Model * model)
{
  if (model->closed)
    return CANCELLED;
  if (!model_has_place (model))
    return NOTHING;
  model->out++;
  return GOT;
}

static inline Answer
model_alloc_wait (Model * model, guint worker)
{
  Answer answer = model_alloc_now (model);

  if (answer != NOTHING)
    return answer;
  model->queue[model->n_waiting++] = worker;
  return QUEUED;
}

static inline void
model_leave_queue (Model * model, guint at)
{
  model->n_waiting--;
  for (guint i = at; i < model->n_waiting; i++)
    model->queue[i] = model->queue[i + 1];
}

/* Returns: who gets the frame, or NOBODY. */
static inline guint
model_free (Model * model)
{
  guint worker;

  model->out--;
  model->told += !model->closed;
  if (model->n_waiting == 0)
    return NOBODY;
  worker = model->queue[0];
  model_leave_queue (model, 0);
  model->out++;
  return worker;
}

/* Returns: whether it was in the queue. */
static inline gboolean
model_cancel (Model * model, guint worker)
{
  for (guint at = 0; at < model->n_waiting; at++) {
    if (model->queue[at] == worker) {
      model_leave_queue (model, at);
      return TRUE;
    }
  }
  return FALSE;
}

static inline void
model_close (Model * model)
{
  model->n_waiting = 0;
  model->closed = TRUE;
}
