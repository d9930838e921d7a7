/* Random operation sequences: the allocator object against a model of what KS's does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each operation is done to the pool and to the model, and both must say the
 * same before the next one.
 * Those who wait are threads; an operation is over when the pool says that they
 * are in its queue, or when they have come back, so nothing depends on time. */

#include <stdlib.h>

#include "ksworkers.h"

#ifdef __SANITIZE_THREAD__
#define SEQUENCES 10000
#else
#define SEQUENCES 100000
#endif
#define STRESS_SEQUENCES 1000000        /* with KS_STRESS in the environment */
#define QUICK_SEQUENCES 1000    /* with KS_QUICK: under tools that slow down */
#define PARTS 4                 /* of all sequences, a case each */
#define OPERATIONS 16           /* most of a sequence, not counting its end */
#define MAX_ALIGN 4096          /* bytes */
#define MAX_OUT 12              /* frames, where there is no cap */

/* --- memory from outside --- */

typedef struct
{
  gsize size;                   /* bytes of a frame */
  gint live;                    /* atomic, as all that others may call */
  gint destroyed;               /* atomic; times */
} Source;

static gboolean
source_initialize (gpointer initial, GstKsAbiFraming framing,
    gpointer * context, GError ** error)
{
  ((Source *) initial)->size = framing.frame_size;
  *context = initial;
  return TRUE;
}

static gpointer
source_allocate (gpointer context)
{
  Source *self = context;
  gpointer data = NULL;

  g_atomic_int_inc (&self->live);
  return posix_memalign (&data, MAX_ALIGN, self->size) == 0 ? data : NULL;
}

static void
source_free (gpointer context, gpointer frame)
{
  Source *self = context;

  free (frame);
  g_atomic_int_add (&self->live, -1);
}

static void
source_destroy (gpointer context)
{
  Source *self = context;

  g_atomic_int_inc (&self->destroyed);
}

static const GstKsDefaultCallbacks callbacks = {
  source_initialize, source_allocate, source_free, source_destroy
};

/* --- one sequence --- */

typedef struct
{
  GstBuffer *buffer;            /* NULL: the table's, or only its memory is held */
  GstMemory *memory;            /* owned without a buffer; NULL: the table's */
  gpointer address;
} Frame;

typedef struct
{
  guint32 seed;
  GRand *rand;
  Model model;
  GstKsPool *pool;              /* NULL: closed and let go */
  GstKsFunctionTable table;     /* of pools that are not paged */
  gboolean gone;                /* finalized */
  guint told;                   /* frames that came back, as the signal says */
  Source source;
  gboolean outside;             /* memory is the source's */
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
add_address (Run * run, GstBuffer * buffer, GstMemory * memory,
    gpointer address)
{
  Frame *frame = &run->frames[run->n_frames];

  agree (run, run->n_frames < MAX_OUT);
  agree (run, ((guintptr) address & run->mask) == 0);
  for (const Frame * other = run->frames; other < frame; other++)
    agree (run, other->address != address);
  *frame = (Frame) {
  buffer, memory, address};
  run->n_frames++;
}

static void
add_frame (Run * run, GstBuffer * buffer)
{
  GstMemory *memory;

  agree (run, buffer != NULL);
  agree (run, gst_buffer_n_memory (buffer) == 1);
  agree (run, gst_buffer_get_size (buffer) == run->size);
  memory = gst_buffer_peek_memory (buffer, 0);
  agree (run, memory->maxsize == run->size);
  add_address (run, buffer, memory, gst_ks_memory_peek_block (memory)->data);
}

/* Memory alone keeps the count alive, and its allocator, not the pool object. */
static gboolean
has_buffers (const Run * run)
{
  for (guint i = 0; i < run->n_frames; i++) {
    if (run->frames[i].buffer != NULL || run->frames[i].memory == NULL)
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
  if (run->outside && model->cap != 0)
    agree (run, g_atomic_int_get (&run->source.live) <= (gint) model->cap);
  if (run->pool == NULL)
    return;
  agree (run, run->told == model->told);
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
alloc_by_table (Run * run)
{
  gpointer address;
  Answer answer;

  if (run->n_frames == MAX_OUT || run->table.token == NULL)
    return;
  note (run, 't');
  address = run->table.allocate_frame (run->table.token);
  answer = model_alloc_now (&run->model);
  agree (run, (address != NULL) == (answer == GOT));
  if (address != NULL)
    add_address (run, NULL, NULL, address);
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
    return;                     /* the table's, or kept already */
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
  else if (frame.memory != NULL)
    gst_memory_unref (frame.memory);
  else
    agree (run, run->table.free_frame (run->table.token, frame.address));
  if (worker != NOBODY)
    meet_worker (run, worker, GST_FLOW_OK);
}

/* What is not out cannot be freed: not twice, and nobody else's. */
static void
free_by_mistake (Run * run)
{
  if (run->table.token == NULL)
    return;
  note (run, 'x');
  agree (run, !run->table.free_frame (run->table.token, run));
  for (guint i = 0; i < run->n_frames; i++)
    agree (run, run->frames[i].memory == NULL
        || !run->table.free_frame (run->table.token, run->frames[i].address));
}

static void
cancel (Run * run)
{
  guint worker = g_rand_int_range (run->rand, 0, N_WORKERS);

  if (!model_cancel (&run->model, worker))
    return;
  note (run, 'l');
  g_cancellable_cancel (workers[worker].cancellable);
  meet_worker (run, worker, GST_FLOW_FLUSHING);
  g_cancellable_reset (workers[worker].cancellable);
}

static void
close_pool (Run * run)
{
  Model before = run->model;

  if (run->model.closed)
    return;
  note (run, 'c');
  model_close (&run->model);
  gst_ks_pool_close (run->pool);
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
frame_is_free (GstKsPool * pool, gpointer data)
{
  Run *run = data;

  run->told++;
}

static void
watch (Run * run)
{
  g_object_weak_ref (G_OBJECT (run->pool), pool_is_gone, run);
  g_object_set (run->pool, "emit-signals", TRUE, NULL);
  g_signal_connect (run->pool, "free-frame", G_CALLBACK (frame_is_free), run);
}

static void
create (Run * run)
{
  static const gsize sizes[] = { 1, 100, 4096, 10000 };
  gboolean paged = g_rand_boolean (run->rand);
  GstKsAbiFraming framing = {
    .requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    .pool_type = paged ? GST_PagedPool : GST_NonPagedPool,
  };

  run->model.cap = framing.frames = g_rand_int_range (run->rand, 0, 4);
  run->size = framing.frame_size =
      sizes[g_rand_int_range (run->rand, 0, G_N_ELEMENTS (sizes))];
  run->mask = framing.file_alignment =
      (1 << g_rand_int_range (run->rand, 0, 13)) - 1;
  run->outside = g_rand_int_range (run->rand, 0, 3) == 0;
  run->pool = gst_ks_default_allocator_new (&framing,
      run->outside ? &callbacks : NULL, run->outside ? &run->source : NULL,
      NULL);
  agree (run, run->pool != NULL);
  watch (run);
  agree (run, gst_buffer_pool_set_active (GST_BUFFER_POOL (run->pool), TRUE));
  agree (run, gst_ks_pool_get_function_table (run->pool, &run->table,
          NULL) == !paged);
}

static void
operate (Run * run)
{
  switch (g_rand_int_range (run->rand, 0, 24)) {
    case 0 ... 3:
      alloc_now (run);
      break;
    case 4 ... 6:
      alloc_by_table (run);
      break;
    case 7 ... 12:
      alloc_wait (run);
      break;
    case 13 ... 18:
      free_frame (run);
      break;
    case 19 ... 20:
      keep_memory (run);
      break;
    case 21:
      free_by_mistake (run);
      break;
    case 22:
      cancel (run);
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
  gst_ks_function_table_clear (&run->table);
  /* Whoever looks after idle blocks may hold the allocator a moment longer. */
  while (run->outside && !g_atomic_int_get (&run->source.destroyed))
    g_thread_yield ();
  agree (run, g_atomic_int_get (&run->source.live) == 0);
  agree (run, g_atomic_int_get (&run->source.destroyed) == run->outside);
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
