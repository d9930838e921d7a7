/* Guard mode: SIGSEGV at a guarded frame says whose it is, and goes on its way.
 *
 * The signal is not swallowed. Whoever handled it before gets it next; where
 * nobody did, the instruction runs into it once more and the kernel makes the
 * core dump as ever.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksguardrecord.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct sigaction before; /* who handled it before us; set before we do */
static gint telling;            /* atomic; whether a thread does */

static void
put (const gchar * text)
{
  gsize length = strlen (text);

  while (length > 0) {
    gssize put = write (STDERR_FILENO, text, length);

    if (put <= 0)
      return;
    text += put;
    length -= put;
  }
}

/* TRUE: address is one that the record guards. */
static gboolean
find_fault (const GstKsGuardRecord * record, guintptr address,
    GstKsFault * fault)
{
  guintptr start = (guintptr) record->made.data;
  guintptr frame = start + record->front;

  if (!__atomic_load_n (&record->used, __ATOMIC_ACQUIRE)
      || record->mode != GST_KS_GUARD_PAGES
      || address < start - record->fence
      || address >= start + record->made.size + record->fence)
    return FALSE;
  *fault = (GstKsFault) {
  .record = record,.offset = (goffset) address - (goffset) frame};
  if (address < start)
    fault->type = GST_KS_FAULT_BEFORE;
  else if (address >= start + record->made.size)
    fault->type = GST_KS_FAULT_AFTER;
  else
    fault->type = GST_KS_FAULT_IDLE;
  return fault->type != GST_KS_FAULT_IDLE || record->closed;
}

static void
tell_fault (guintptr address)
{
  static gchar text[GST_KS_GUARD_TEXT]; /* an own stack may be too small */
  gchar thread[GST_KS_GUARD_THREAD];
  GstKsGuardRecord *record;
  GstKsFault fault;

  for (guint n = 0; (record = gst_ks_guard_record_nth (n)) != NULL; n++) {
    if (!find_fault (record, address, &fault))
      continue;
    gst_ks_guard_name_thread (thread);
    gst_ks_guard_describe (&fault, TRUE, text, sizeof (text));
    put ("ksallocator guard: thread '");
    put (thread);
    put ("': ");
    put (text);
    put ("\n");
    return;
  }
}

/* Several threads may be here; each is told of in one piece. */
static void
name_fault (guintptr address)
{
  while (__atomic_exchange_n (&telling, TRUE, __ATOMIC_ACQUIRE))
    (void) sched_yield ();
  tell_fault (address);
  __atomic_store_n (&telling, FALSE, __ATOMIC_RELEASE);
}

/* One that was sent does not come again by itself. */
static void
die_of (gint number, const siginfo_t * info)
{
  (void) signal (number, SIG_DFL);
  if (info->si_code <= 0)
    (void) raise (number);
}

static void
caught (gint number, siginfo_t * info, gpointer context)
{
  gint saved = errno;

  if (info->si_code > 0)        /* one that was sent has no address */
    name_fault ((guintptr) info->si_addr);
  errno = saved;
  if (before.sa_flags & SA_SIGINFO)
    before.sa_sigaction (number, info, context);
  else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
    before.sa_handler (number);
  else
    die_of (number, info);
}

static gpointer
install (gpointer unused)
{
  struct sigaction ours = {.sa_sigaction = caught,
    .sa_flags = SA_SIGINFO | SA_ONSTACK
  };

  (void) sigemptyset (&ours.sa_mask);
  if (sigaction (SIGSEGV, NULL, &before) == 0)
    (void) sigaction (SIGSEGV, &ours, NULL);
  return NULL;
}

void
gst_ks_guard_catch (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, install, NULL);
}
