/* Random operation sequences: the allocator object against a model of what KS's does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The model knows one thread and no memory: a count, a cap, a queue. Each
 * operation is done to both, and both must say the same before the next one.
 * Those who wait are threads; an operation is over when the pool says that they
 * are in its queue, or when they have come back, so nothing depends on time. */

#include "pooltest.h"

#define SEQUENCES 100000
#define STRESS_SEQUENCES 1000000        /* with KS_STRESS in the environment */
#define QUICK_SEQUENCES 1000    /* with KS_QUICK: under tools that slow down */
#define PARTS 4                 /* of all sequences, a case each */
#define OPERATIONS 16           /* most of a sequence, not counting its end */
#define N_WORKERS 3
#define MAX_OUT 12              /* frames, where there is no cap */

/* --- the model --- */

typedef struct
{
  guint cap;                    /* frames; 0: no cap */
  guint out;                    /* frames */
  guint freed;                  /* calls of free */
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

static gboolean
model_has_place (const Model * model)
{
  return model->cap == 0 || model->out < model->cap;
}

static Answer
model_alloc_now (Model * model)
{
  if (model->closed)
    return CANCELLED;
  if (!model_has_place (model))
    return NOTHING;
  model->out++;
  return GOT;
}

static Answer
model_alloc_wait (Model * model, guint worker)
{
  Answer answer = model_alloc_now (model);

  if (answer != NOTHING)
    return answer;
  model->queue[model->n_waiting++] = worker;
  return QUEUED;
}

static void
model_leave_queue (Model * model, guint at)
{
  model->n_waiting--;
  for (guint i = at; i < model->n_waiting; i++)
    model->queue[i] = model->queue[i + 1];
}

/* Returns: who gets the frame, or NOBODY. */
static guint
model_free (Model * model)
{
  guint worker;

  model->out--;
  model->freed++;
  if (model->n_waiting == 0)
    return NOBODY;
  worker = model->queue[0];
  model_leave_queue (model, 0);
  model->out++;
  return worker;
}

static void
model_close (Model * model)
{
  model->n_waiting = 0;
  model->closed = TRUE;
}

/* --- those who wait --- */

typedef struct
{
  GThread *thread;
  GCond cond;
  GstKsPool *pool;              /* borrowed; NULL: nothing to do */
  gboolean quit;
  gboolean done;                /* flow and buffer are there */
  GstFlowReturn flow;
  GstBuffer *buffer;
} Worker;

static GMutex hall;             /* all of the workers */
static GCond hall_cond;         /* one is done */
static Worker workers[N_WORKERS];

static gpointer
worker_run (gpointer data)
{
  Worker *self = data;

  g_mutex_lock (&hall);
  while (!self->quit) {
    GstBufferPool *pool = GST_BUFFER_POOL_CAST (self->pool);

    if (pool == NULL) {
      g_cond_wait (&self->cond, &hall);
      continue;
    }
    g_mutex_unlock (&hall);
    self->buffer = NULL;
    self->flow = gst_buffer_pool_acquire_buffer (pool, &self->buffer, NULL);
    g_mutex_lock (&hall);
    self->pool = NULL;
    self->done = TRUE;
    g_cond_signal (&hall_cond);
  }
  g_mutex_unlock (&hall);
  return NULL;
}

static void
workers_start (void)
{
  for (guint i = 0; i < N_WORKERS; i++) {
    workers[i].quit = FALSE;
    workers[i].thread = g_thread_new ("waiter", worker_run, &workers[i]);
  }
}

static void
workers_stop (void)
{
  for (guint i = 0; i < N_WORKERS; i++) {
    g_mutex_lock (&hall);
    workers[i].quit = TRUE;
    g_cond_signal (&workers[i].cond);
    g_mutex_unlock (&hall);
    g_thread_join (workers[i].thread);
  }
}

/* --- one sequence --- */

typedef struct
{
  GstBuffer *buffer;            /* NULL: only its memory is held */
  GstMemory *memory;            /* owned without a buffer */
  gconstpointer address;
} Frame;

typedef struct
{
  guint32 seed;
  GRand *rand;
  Model model;
  GstKsPool *pool;              /* NULL: closed and let go */
  gboolean gone;                /* finalized */
  gsize size;
  gsize mask;
  Frame frames[MAX_OUT];
  guint n_frames;
  gchar trace[OPERATIONS * 4];
} Run;

static void
note (Run * run, gchar what)
{
  gsize at = strlen (run->trace);

  if (at < sizeof (run->trace) - 1)
    run->trace[at] = what;
}

/* The macros of check write to a pipe each time that all is well. */
#define agree(run, condition) \
  G_STMT_START { \
    if (G_UNLIKELY (!(condition))) \
      disagree (run, #condition); \
  } G_STMT_END

static void
disagree (const Run * run, const gchar * what)
{
  fail ("KS_SEED=%u cap %u, after \"%s\": %s does not hold; the model has %u "
      "out, %u waiting", run->seed, run->model.cap, run->trace, what,
      run->model.out, run->model.n_waiting);
}

static void
check_frame (Run * run, const Frame * frame)
{
  agree (run, gst_buffer_n_memory (frame->buffer) == 1);
  agree (run, gst_buffer_get_size (frame->buffer) == run->size);
  agree (run, frame->memory->maxsize == run->size);
  agree (run, ((guintptr) frame->address & run->mask) == 0);
  for (const Frame * other = run->frames; other < frame; other++)
    agree (run, other->address != frame->address);
}

static void
add_frame (Run * run, GstBuffer * buffer)
{
  Frame *frame = &run->frames[run->n_frames];

  agree (run, run->n_frames < MAX_OUT);
  agree (run, buffer != NULL);
  frame->buffer = buffer;
  frame->memory = gst_buffer_peek_memory (buffer, 0);
  frame->address = gst_ks_memory_peek_block (frame->memory)->data;
  check_frame (run, frame);
  run->n_frames++;
}

/* Memory alone keeps the count alive, and its allocator, not the pool object. */
static gboolean
has_buffers (const Run * run)
{
  for (guint i = 0; i < run->n_frames; i++) {
    if (run->frames[i].buffer != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
check (Run * run)
{
  const Model *model = &run->model;
  GstKsPoolStatus status;

  agree (run, run->n_frames == model->out);
  agree (run, model->cap == 0 || model->out <= model->cap);
  agree (run, model->n_waiting == 0 || model->out == model->cap);
  agree (run, run->gone == (run->pool == NULL && !has_buffers (run)));
  if (run->pool == NULL)
    return;
  status = status_of (run->pool);
  agree (run, status.allocated == model->out);
  agree (run, status.waiting == model->n_waiting);
  agree (run, status.cap == model->cap);
  agree (run, status.size == run->size);
}

/* NOBODY: all are at work */
static guint
idle_worker (Run * run)
{
  for (guint i = 0; i < N_WORKERS; i++) {
    gboolean busy = FALSE;

    for (guint at = 0; at < run->model.n_waiting; at++)
      busy |= run->model.queue[at] == i;
    if (!busy)
      return i;
  }
  return NOBODY;
}

static void
send_worker (Run * run, guint worker)
{
  Worker *self = &workers[worker];
  guint before = run->model.n_waiting - 1;
  gboolean done = FALSE;

  g_mutex_lock (&hall);
  self->pool = run->pool;
  self->done = FALSE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&hall);
  while (!done && status_of (run->pool).waiting == before) {
    g_thread_yield ();
    g_mutex_lock (&hall);
    done = self->done;
    g_mutex_unlock (&hall);
  }
  agree (run, !done);
}

/* The worker that comes back next must be this one. */
static void
meet_worker (Run * run, guint worker, GstFlowReturn flow)
{
  gboolean any = FALSE;

  g_mutex_lock (&hall);
  for (;;) {
    for (guint i = 0; i < N_WORKERS; i++)
      any |= workers[i].done;
    if (any)
      break;
    g_cond_wait (&hall_cond, &hall);
  }
  agree (run, workers[worker].done);
  workers[worker].done = FALSE;
  agree (run, workers[worker].flow == flow);
  g_mutex_unlock (&hall);
  if (flow == GST_FLOW_OK)
    add_frame (run, g_steal_pointer (&workers[worker].buffer));
}

/* --- operations --- */

static void
alloc_now (Run * run)
{
  static const GstFlowReturn flows[] = {
    [GOT] = GST_FLOW_OK,[NOTHING] = GST_FLOW_EOS,[CANCELLED] = GST_FLOW_FLUSHING
  };
  GstBuffer *buffer = NULL;
  Answer answer;

  if (run->n_frames == MAX_OUT || run->pool == NULL)
    return;
  note (run, 'n');
  answer = model_alloc_now (&run->model);
  agree (run, try_acquire (run->pool, &buffer) == flows[answer]);
  if (answer == GOT)
    add_frame (run, buffer);
}

static void
alloc_wait (Run * run)
{
  guint worker = idle_worker (run);
  GstBuffer *buffer = NULL;
  GstFlowReturn flow;
  Answer answer;

  if (run->n_frames == MAX_OUT || run->pool == NULL || worker == NOBODY)
    return;
  note (run, 'w');
  answer = model_alloc_wait (&run->model, worker);
  if (answer == QUEUED) {
    send_worker (run, worker);
    return;
  }
  flow = gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (run->pool),
      &buffer, NULL);
  agree (run, flow == (answer == GOT ? GST_FLOW_OK : GST_FLOW_FLUSHING));
  if (answer == GOT)
    add_frame (run, buffer);
}

/* As a muxer does it: the buffer goes, its memory stays. */
static void
keep_memory (Run * run)
{
  Frame *frame;

  if (run->n_frames == 0)
    return;
  frame = &run->frames[g_rand_int_range (run->rand, 0, run->n_frames)];
  if (frame->buffer == NULL)
    return;
  note (run, 'k');
  gst_memory_ref (frame->memory);
  gst_buffer_unref (g_steal_pointer (&frame->buffer));
}

static void
free_frame (Run * run)
{
  guint at, worker;
  Frame frame;

  if (run->n_frames == 0)
    return;
  note (run, 'f');
  at = g_rand_int_range (run->rand, 0, run->n_frames);
  frame = run->frames[at];
  run->frames[at] = run->frames[--run->n_frames];
  worker = model_free (&run->model);
  if (frame.buffer != NULL)
    gst_buffer_unref (frame.buffer);
  else
    gst_memory_unref (frame.memory);
  if (worker != NOBODY)
    meet_worker (run, worker, GST_FLOW_OK);
}

static void
close_pool (Run * run)
{
  Model before = run->model;

  if (run->model.closed)
    return;
  note (run, 'c');
  model_close (&run->model);
  agree (run, gst_buffer_pool_set_active (GST_BUFFER_POOL (run->pool), FALSE));
  for (guint i = 0; i < before.n_waiting; i++) {
    Worker *self = &workers[before.queue[i]];

    g_mutex_lock (&hall);
    while (!self->done)
      g_cond_wait (&hall_cond, &hall);
    self->done = FALSE;
    agree (run, self->flow == GST_FLOW_FLUSHING);
    g_mutex_unlock (&hall);
  }
}

static void
let_go (Run * run)
{
  note (run, 'u');
  gst_clear_object (&run->pool);
}

/* --- sequences --- */

static void
pool_is_gone (gpointer data, GObject * object)
{
  Run *run = data;

  run->gone = TRUE;
}

static void
create (Run * run)
{
  static const gsize sizes[] = { 1, 100, 4096, 10000 };
  const gchar *kind = g_rand_boolean (run->rand) ? "system" : "locked";
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = NULL;
  g_autofree gchar *text = NULL;

  run->model.cap = g_rand_int_range (run->rand, 0, 4);
  run->size = sizes[g_rand_int_range (run->rand, 0, G_N_ELEMENTS (sizes))];
  run->mask = (1 << g_rand_int_range (run->rand, 0, 13)) - 1;
  text = g_strdup_printf ("%s, size=%" G_GSIZE_FORMAT ", align=%"
      G_GSIZE_FORMAT ", frames=0..%u", kind, run->size, run->mask + 1,
      run->model.cap);
  framing = gst_ks_framing_parse (text, &error);
  agree (run, framing != NULL);
  run->pool = gst_ks_create_allocator (framing, &error);
  agree (run, run->pool != NULL);
  g_object_weak_ref (G_OBJECT (run->pool), pool_is_gone, run);
  agree (run, gst_buffer_pool_set_active (GST_BUFFER_POOL (run->pool), TRUE));
}

static void
operate (Run * run)
{
  switch (g_rand_int_range (run->rand, 0, 20)) {
    case 0 ... 4:
      alloc_now (run);
      break;
    case 5 ... 10:
      alloc_wait (run);
      break;
    case 11 ... 16:
      free_frame (run);
      break;
    case 17 ... 18:
      keep_memory (run);
      break;
    default:
      /* rarely: little can happen after it */
      if (g_rand_int_range (run->rand, 0, 4) == 0 && run->pool != NULL)
        close_pool (run);
      break;
  }
  check (run);
}

/* Also what KS has no word for: frames come back before and after the owner let
 * go of the allocator. */
static void
end_sequence (Run * run)
{
  guint before = g_rand_int_range (run->rand, 0, run->n_frames + 1);

  close_pool (run);
  check (run);
  for (guint i = 0; i < before; i++) {
    free_frame (run);
    check (run);
  }
  let_go (run);
  check (run);
  while (run->n_frames > 0) {
    free_frame (run);
    check (run);
  }
  agree (run, run->gone);
}

static void
run_sequence (guint32 seed, GRand * rand)
{
  Run run = {.seed = seed,.rand = rand };
  guint n_operations;

  g_rand_set_seed (rand, seed);
  create (&run);
  check (&run);
  n_operations = g_rand_int_range (rand, 4, OPERATIONS + 1);
  for (guint i = 0; i < n_operations; i++)
    operate (&run);
  end_sequence (&run);
}

static guint
all_sequences (void)
{
  if (g_getenv ("KS_STRESS") != NULL)
    return STRESS_SEQUENCES;
  return g_getenv ("KS_QUICK") != NULL ? QUICK_SEQUENCES : SEQUENCES;
}

/* Each sequence has its own seed: the one that a failure names comes first
 * when it is given. */
GST_START_TEST (test_model)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_print ("seed: KS_SEED=%u\n", seed);
  workers_start ();
  for (guint i = 0; i < all_sequences () / PARTS; i++)
    run_sequence (seed + i, rand);
  workers_stop ();
  gst_ks_trim_all ();
}

GST_END_TEST;

static Suite *
ksmodel_suite (void)
{
  Suite *s = suite_create ("ksmodel");
  TCase *tc = tcase_create ("ksmodel");

  suite_add_tcase (s, tc);
  if (g_getenv ("KS_STRESS"))
    tcase_set_timeout (tc, 600);
  tcase_add_loop_test (tc, test_model, 0, PARTS);
  return s;
}

GST_CHECK_MAIN (ksmodel);
