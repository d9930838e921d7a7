/* GstKsGate: counts frames out, caps them, and serves those who wait in the order in which they came.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One word holds the count and two flags. While nobody waits, entering and
 * leaving are one atomic operation on it. WAITERS is only set under the lock,
 * and only in the operation that sees the gate full; from then on everybody
 * takes the lock, so that
 *
 *   - no newcomer passes a thread that waits,
 *   - a place that becomes free goes to the oldest ticket before the lock is
 *     released, and nobody can see a free place while somebody waits.
 *
 * Each ticket has its own condition: exactly the thread that is served wakes.
 * Who is cancelled leaves the queue from where it stands. A ticket is served,
 * flushed or cancelled, whichever comes first under the lock, so a frame is
 * never handed to somebody who is gone; and as there is no free place while
 * somebody waits, nobody else need be told.
 *
 * A pool without a cap does not even need the word: its frames pass, and each
 * thread counts on its own.
 *
 * Tickets are never freed before the gate, so the signal can be sent after the
 * lock is released; a ticket in new hands takes a stray signal as a spurious
 * wakeup. */

#include "gstksgate.h"
#include "gstkslock.h"
#include "gstksslot.h"

#define FLUSHING (1u << 31)
#define WAITERS (1u << 30)
#define COUNT (WAITERS - 1)

/* How often a ticket is looked at before its thread sleeps: some ten
 * microseconds, which is what falling asleep and being woken costs the two
 * sides together. A frame that is about to come back is had without either. */
#define SPINS 256

typedef enum
{
  TICKET_WAITING,
  TICKET_SERVED,
  TICKET_FLUSHED,
  TICKET_CANCELLED
} TicketState;

typedef struct _Ticket Ticket;

struct _Ticket
{
  GCond cond;
  gint state;                   /* TicketState; written under the lock */
  gboolean asleep;              /* under the lock */
  gpointer frame;
  Ticket *next;                 /* in the queue, or among the spare ones */
};

/* Of one thread: a line of its own, so that those who pass do not meet. */
typedef struct
{
  guint64 out;
  guint64 back;
} __attribute__((aligned (GST_KS_CACHE_LINE))) Passes;

struct _GstKsGate
{
  gatomicrefcount refs;
  guint word;                   /* atomic */
  guint cap;                    /* atomic; frames, 0: no cap */
  GMutex lock;                  /* all below, not the passes */
  Ticket *head;
  Ticket *tail;
  Ticket *spare;
  guint n_waiting;
  Passes passes[GST_KS_N_THREAD_SLOTS];
};

static const GstKsGateEntry no_entry = { NULL, FALSE };

static inline guint
word_get (GstKsGate * gate)
{
  return __atomic_load_n (&gate->word, __ATOMIC_SEQ_CST);
}

/* On failure word is what the gate has now. */
static inline gboolean
word_swap (GstKsGate * gate, guint * word, guint to)
{
  return __atomic_compare_exchange_n (&gate->word, word, to, FALSE,
      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline guint
cap_get (GstKsGate * gate)
{
  return __atomic_load_n (&gate->cap, __ATOMIC_SEQ_CST);
}

static inline gboolean
is_full (GstKsGate * gate, guint word)
{
  guint cap = cap_get (gate);

  return cap != 0 && (word & COUNT) >= cap;
}

GstKsGate *
gst_ks_gate_new (void)
{
  GstKsGate *gate = g_aligned_alloc0 (1, sizeof (GstKsGate), GST_KS_CACHE_LINE);

  g_atomic_ref_count_init (&gate->refs);
  g_mutex_init (&gate->lock);
  gate->word = FLUSHING;
  return gate;
}

GstKsGate *
gst_ks_gate_ref (GstKsGate * gate)
{
  g_atomic_ref_count_inc (&gate->refs);
  return gate;
}

void
gst_ks_gate_unref (GstKsGate * gate)
{
  if (!g_atomic_ref_count_dec (&gate->refs))
    return;

  /* Who waits holds a reference. */
  g_assert (gate->head == NULL);
  while (gate->spare) {
    Ticket *ticket = gate->spare;

    gate->spare = ticket->next;
    g_cond_clear (&ticket->cond);
    g_free (ticket);
  }
  g_mutex_clear (&gate->lock);
  g_aligned_free (gate);
}

/* The lock is held by the callers of all functions down to wait_for_place(). */
static Ticket *
ticket_push (GstKsGate * gate)
{
  Ticket *ticket = gate->spare;

  if (ticket) {
    gate->spare = ticket->next;
  } else {
    ticket = g_new0 (Ticket, 1);
    g_cond_init (&ticket->cond);
  }
  g_atomic_int_set (&ticket->state, TICKET_WAITING);
  ticket->asleep = FALSE;
  ticket->frame = NULL;
  ticket->next = NULL;
  if (gate->tail)
    gate->tail->next = ticket;
  else
    gate->head = ticket;
  gate->tail = ticket;
  gate->n_waiting++;
  return ticket;
}

/* before: the next older ticket; NULL: it is the oldest.
 * Returns: the ticket when its thread must be woken. */
static Ticket *
ticket_end (GstKsGate * gate, Ticket * ticket, Ticket * before,
    TicketState state)
{
  if (before)
    before->next = ticket->next;
  else
    gate->head = ticket->next;
  if (gate->tail == ticket)
    gate->tail = before;
  if (gate->head == NULL)
    __atomic_and_fetch (&gate->word, ~WAITERS, __ATOMIC_SEQ_CST);
  gate->n_waiting--;
  g_atomic_int_set (&ticket->state, state);
  return ticket->asleep ? ticket : NULL;
}

static Ticket *
ticket_pop (GstKsGate * gate, TicketState state, gpointer frame)
{
  gate->head->frame = frame;
  return ticket_end (gate, gate->head, NULL, state);
}

static Ticket *
ticket_cancel (GstKsGate * gate, Ticket * ticket)
{
  Ticket *before = NULL;

  if (g_atomic_int_get (&ticket->state) != TICKET_WAITING)
    return NULL;
  if (gate->head != ticket) {
    before = gate->head;
    while (before->next != ticket)
      before = before->next;
  }
  return ticket_end (gate, ticket, before, TICKET_CANCELLED);
}

/* Gives a free place to the oldest ticket. */
static Ticket *
serve (GstKsGate * gate)
{
  __atomic_add_fetch (&gate->word, 1, __ATOMIC_SEQ_CST);
  return ticket_pop (gate, TICKET_SERVED, NULL);
}

static inline gboolean
can_serve (GstKsGate * gate)
{
  return gate->head != NULL && !is_full (gate, word_get (gate));
}

/* Enters, or queues a ticket, or says why not. */
static GstKsGateResult
enter_or_queue (GstKsGate * gate, gboolean wait, Ticket ** ticket)
{
  guint word = word_get (gate);

  for (;;) {
    if (word & FLUSHING)
      return GST_KS_GATE_FLUSHING;
    if ((word & WAITERS) || is_full (gate, word)) {
      if (!wait)
        return GST_KS_GATE_FULL;
      if ((word & WAITERS) || word_swap (gate, &word, word | WAITERS))
        break;
    } else if (word_swap (gate, &word, word + 1)) {
      return GST_KS_GATE_ENTERED;
    }
  }
  *ticket = ticket_push (gate);
  return GST_KS_GATE_FULL;
}

#if defined (__x86_64__) || defined (__i386__)
#define cpu_relax() __builtin_ia32_pause ()
#else
#define cpu_relax() __atomic_signal_fence (__ATOMIC_SEQ_CST)
#endif

static void
spin (GstKsGate * gate, Ticket * ticket)
{
  gst_ks_mutex_unlock (&gate->lock);
  for (guint i = 0; i < SPINS; i++) {
    if (g_atomic_int_get (&ticket->state) != TICKET_WAITING)
      break;
    cpu_relax ();
  }
  gst_ks_mutex_lock (&gate->lock);
}

static inline gboolean
timeout_is_set (const GstKsGateWait * wait)
{
  return wait->starved != NULL && wait->starve_timeout != 0
      && GST_CLOCK_TIME_IS_VALID (wait->starve_timeout);
}

static void
wait_for_place (GstKsGate * gate, Ticket * ticket, const GstKsGateWait * wait)
{
  gboolean telling = timeout_is_set (wait);
  gint64 begin = telling ? g_get_monotonic_time () : 0;
  gint64 end = telling ? begin + (gint64) (wait->starve_timeout / 1000) : 0;

  spin (gate, ticket);
  ticket->asleep = TRUE;
  while (g_atomic_int_get (&ticket->state) == TICKET_WAITING) {
    if (!telling) {
      gst_ks_cond_wait (&ticket->cond, &gate->lock);
    } else if (!gst_ks_cond_wait_until (&ticket->cond, &gate->lock, end)) {
      telling = FALSE;
      if (g_atomic_int_get (&ticket->state) != TICKET_WAITING)
        break;
      gst_ks_mutex_unlock (&gate->lock);
      wait->starved (gate, (g_get_monotonic_time () - begin) * 1000,
          wait->user_data);
      gst_ks_mutex_lock (&gate->lock);
    }
  }
}

/* Counted, by who waits and by the connection: newer GLib may still call back
 * when it has disconnected. */
typedef struct
{
  GstKsGate *gate;              /* owned; atomic: tools do not see GCancellable's lock */
  Ticket *ticket;               /* NULL: nobody waits any more; under the gate's lock */
} Cancel;

static void
cancel_clear (gpointer data)
{
  gst_ks_gate_unref (((Cancel *) data)->gate);
}

static void
cancel_unref (gpointer cancel)
{
  g_atomic_rc_box_release_full (cancel, cancel_clear);
}

/* From the thread that cancels, or from ours when that has happened. */
static void
cancelled (GCancellable * cancellable, gpointer data)
{
  Cancel *cancel = data;
  GstKsGate *gate = g_atomic_pointer_get (&cancel->gate);
  Ticket *wake = NULL;

  gst_ks_mutex_lock (&gate->lock);
  if (cancel->ticket != NULL)
    wake = ticket_cancel (gate, cancel->ticket);
  gst_ks_mutex_unlock (&gate->lock);
  if (wake)
    g_cond_signal (&wake->cond);
}

/* As above, with the lock dropped around what GCancellable locks itself. */
static void
wait_cancellable (GstKsGate * gate, Ticket * ticket, const GstKsGateWait * wait)
{
  Cancel *cancel = g_atomic_rc_box_new0 (Cancel);
  gulong id;

  cancel->ticket = ticket;
  g_atomic_pointer_set (&cancel->gate, gst_ks_gate_ref (gate));
  gst_ks_mutex_unlock (&gate->lock);
  id = g_cancellable_connect (wait->cancellable, G_CALLBACK (cancelled),
      g_atomic_rc_box_acquire (cancel), cancel_unref);
  gst_ks_mutex_lock (&gate->lock);
  wait_for_place (gate, ticket, wait);
  cancel->ticket = NULL;
  gst_ks_mutex_unlock (&gate->lock);
  g_cancellable_disconnect (wait->cancellable, id);
  cancel_unref (cancel);
  gst_ks_mutex_lock (&gate->lock);
}

static GstKsGateResult
end_wait (const Ticket * ticket, GstKsGateEntry * entry)
{
  switch (ticket->state) {
    case TICKET_SERVED:
      entry->frame = ticket->frame;
      entry->waited = TRUE;
      return GST_KS_GATE_ENTERED;
    case TICKET_CANCELLED:
      return GST_KS_GATE_CANCELLED;
    default:
      return GST_KS_GATE_FLUSHING;
  }
}

static GstKsGateResult
enter_slowly (GstKsGate * gate, const GstKsGateWait * wait,
    GstKsGateEntry * entry)
{
  Ticket *ticket = NULL;
  GstKsGateResult result;

  gst_ks_mutex_lock (&gate->lock);
  result = enter_or_queue (gate, wait != NULL, &ticket);
  if (ticket == NULL) {
    gst_ks_mutex_unlock (&gate->lock);
    if (result == GST_KS_GATE_ENTERED)
      *entry = no_entry;
    return result;
  }
  gst_ks_gate_ref (gate);
  if (wait->cancellable)
    wait_cancellable (gate, ticket, wait);
  else
    wait_for_place (gate, ticket, wait);
  result = end_wait (ticket, entry);
  ticket->next = gate->spare;
  gate->spare = ticket;
  gst_ks_mutex_unlock (&gate->lock);
  gst_ks_gate_unref (gate);
  return result;
}

GstKsGateResult
gst_ks_gate_enter (GstKsGate * gate, const GstKsGateWait * wait,
    GstKsGateEntry * entry)
{
  guint word = word_get (gate);

  while (!(word & (FLUSHING | WAITERS)) && !is_full (gate, word)) {
    if (word_swap (gate, &word, word + 1)) {
      *entry = no_entry;
      return GST_KS_GATE_ENTERED;
    }
  }
  if (word & FLUSHING)
    return GST_KS_GATE_FLUSHING;
  return enter_slowly (gate, wait, entry);
}

gboolean
gst_ks_gate_enter_over (GstKsGate * gate)
{
  guint word = word_get (gate);

  while (!(word & FLUSHING)) {
    if (word_swap (gate, &word, word + 1))
      return TRUE;
  }
  return FALSE;
}

void
gst_ks_gate_leave (GstKsGate * gate)
{
  guint word = word_get (gate);
  Ticket *wake = NULL;

  while (!(word & WAITERS)) {
    if (word_swap (gate, &word, word - 1))
      return;
  }
  gst_ks_mutex_lock (&gate->lock);
  __atomic_sub_fetch (&gate->word, 1, __ATOMIC_SEQ_CST);
  if (can_serve (gate))
    wake = serve (gate);
  gst_ks_mutex_unlock (&gate->lock);
  if (wake)
    g_cond_signal (&wake->cond);
}

gboolean
gst_ks_gate_hand_over (GstKsGate * gate, gpointer frame)
{
  Ticket *wake = NULL;
  gboolean taken;
  guint cap;

  if (!(word_get (gate) & WAITERS))
    return FALSE;

  gst_ks_mutex_lock (&gate->lock);
  cap = cap_get (gate);
  /* Above a cap that was lowered, the place goes and nobody gets it. */
  taken = gate->head && (cap == 0 || (word_get (gate) & COUNT) <= cap);
  if (taken)
    wake = ticket_pop (gate, TICKET_SERVED, frame);
  gst_ks_mutex_unlock (&gate->lock);
  if (wake)
    g_cond_signal (&wake->cond);
  return taken;
}

void
gst_ks_gate_set_cap (GstKsGate * gate, guint cap)
{
  gst_ks_mutex_lock (&gate->lock);
  __atomic_store_n (&gate->cap, MIN (cap, COUNT), __ATOMIC_SEQ_CST);
  while (can_serve (gate)) {
    Ticket *wake = serve (gate);

    if (wake)
      g_cond_signal (&wake->cond);
  }
  gst_ks_mutex_unlock (&gate->lock);
}

void
gst_ks_gate_set_flushing (GstKsGate * gate, gboolean flushing)
{
  gst_ks_mutex_lock (&gate->lock);
  if (flushing)
    __atomic_or_fetch (&gate->word, FLUSHING, __ATOMIC_SEQ_CST);
  else
    __atomic_and_fetch (&gate->word, ~FLUSHING, __ATOMIC_SEQ_CST);
  while (flushing && gate->head) {
    Ticket *wake = ticket_pop (gate, TICKET_FLUSHED, NULL);

    if (wake)
      g_cond_signal (&wake->cond);
  }
  gst_ks_mutex_unlock (&gate->lock);
}

gboolean
gst_ks_gate_pass (GstKsGate * gate)
{
  guint slot = gst_ks_thread_slot ();

  if (word_get (gate) & FLUSHING)
    return FALSE;
  gst_ks_slot_add (slot, &gate->passes[slot].out, 1);
  return TRUE;
}

void
gst_ks_gate_pass_back (GstKsGate * gate)
{
  guint slot = gst_ks_thread_slot ();

  gst_ks_slot_add (slot, &gate->passes[slot].back, 1);
}

/* Those that came back are read first, so that it is never below 0. */
static guint
passed (GstKsGate * gate)
{
  guint64 out = 0, back = 0;

  for (guint i = 0; i < GST_KS_N_THREAD_SLOTS; i++)
    back += __atomic_load_n (&gate->passes[i].back, __ATOMIC_ACQUIRE);
  for (guint i = 0; i < GST_KS_N_THREAD_SLOTS; i++)
    out += __atomic_load_n (&gate->passes[i].out, __ATOMIC_ACQUIRE);
  return out - back;
}

void
gst_ks_gate_get_status (GstKsGate * gate, GstKsGateStatus * status)
{
  gst_ks_mutex_lock (&gate->lock);
  status->count = (word_get (gate) & COUNT) + passed (gate);
  status->waiting = gate->n_waiting;
  status->cap = cap_get (gate);
  gst_ks_mutex_unlock (&gate->lock);
}
