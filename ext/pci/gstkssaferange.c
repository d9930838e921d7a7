/* GstKsSafeRange: a mapping of a card's memory that outlives the card.
 *
 * The handler of SIGBUS is installed with the first range and stays. A fault
 * outside of all ranges goes to whoever had the signal before, and ends the
 * process if nobody had. In the handler there are neither locks nor memory:
 * a table of fixed size is read atomically, and mmap() is a system call.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssaferange.h"

#include <gst/ks/gstkslock.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_GUARDS 64

struct _GstKsSafeRange
{
  gsize size;                   /* bytes; before start */
  guint8 *start;                /* atomic; NULL: the row is not used */
  gint detached;                /* atomic */
};

static GMutex lock;             /* who writes a row's start and size */
static GstKsSafeRange guards[MAX_GUARDS];
static struct sigaction previous;

static void
replace (GstKsSafeRange * guard, guint8 * start)
{
  if (mmap (start, guard->size, PROT_READ | PROT_WRITE,
          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
          0) != MAP_FAILED)
    __atomic_store_n (&guard->detached, TRUE, __ATOMIC_SEQ_CST);
}

static gboolean
handle (guint8 * address)
{
  for (guint i = 0; i < MAX_GUARDS; i++) {
    guint8 *start = __atomic_load_n (&guards[i].start, __ATOMIC_ACQUIRE);

    if (start == NULL || address < start
        || (gsize) (address - start) >= guards[i].size)
      continue;
    replace (&guards[i], start);
    return gst_ks_safe_range_is_detached (&guards[i]);
  }
  return FALSE;
}

/* What an instruction did comes again with it; what kill() sent, or the kernel
 * for cells that nobody read yet, does not. */
static gboolean
comes_again (const siginfo_t * info)
{
  return info->si_code > 0 && info->si_code != BUS_MCEERR_AO;
}

/* Not ours. Without anybody before us the process ends as it would have, when
 * the fault comes again or by a signal of our own; who ignored signals goes on,
 * and our handler stays. */
static void
pass_on (gint number, siginfo_t * info, gpointer context)
{
  if (previous.sa_flags & SA_SIGINFO)
    previous.sa_sigaction (number, info, context);
  else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
    previous.sa_handler (number);
  else if (comes_again (info) || previous.sa_handler == SIG_DFL) {
    (void) sigaction (SIGBUS, &previous, NULL);
    if (!comes_again (info))
      (void) raise (SIGBUS);
  }
}

/* Only a page that is not there any more: one with an error in its cells must
 * not look as if it were sound. */
static void
on_bus_error (gint number, siginfo_t * info, gpointer context)
{
  gint saved = errno;

  if (info->si_code != BUS_ADRERR || !handle (info->si_addr))
    pass_on (number, info, context);
  errno = saved;
}

static void
install (void)
{
  struct sigaction action;

  memset (&action, 0, sizeof action);
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset (&action.sa_mask);
  (void) sigaction (SIGBUS, NULL, &previous);
  (void) sigaction (SIGBUS, &action, NULL);
}

GstKsSafeRange *
gst_ks_safe_range_add (gpointer start, gsize size)
{
  static gboolean installed;
  GstKsSafeRange *guard = NULL;

  gst_ks_mutex_lock (&lock);
  if (!installed)
    install ();
  installed = TRUE;
  for (guint i = 0; i < MAX_GUARDS && guard == NULL; i++)
    if (guards[i].start == NULL)
      guard = &guards[i];
  if (guard != NULL) {
    guard->size = size;
    __atomic_store_n (&guard->detached, FALSE, __ATOMIC_SEQ_CST);
    __atomic_store_n (&guard->start, (guint8 *) start, __ATOMIC_RELEASE);
  }
  gst_ks_mutex_unlock (&lock);
  return guard;
}

void
gst_ks_safe_range_remove (GstKsSafeRange * guard)
{
  gst_ks_mutex_lock (&lock);
  __atomic_store_n (&guard->start, (guint8 *) NULL, __ATOMIC_RELEASE);
  gst_ks_mutex_unlock (&lock);
}

void
gst_ks_safe_range_detach (GstKsSafeRange * guard)
{
  if (!gst_ks_safe_range_is_detached (guard))
    replace (guard, guard->start);
}

gboolean
gst_ks_safe_range_is_detached (GstKsSafeRange * guard)
{
  return __atomic_load_n (&guard->detached, __ATOMIC_SEQ_CST);
}
