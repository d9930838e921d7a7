/* GstKsGuardRecord: what is known of a guarded block, and who had it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksguardrecord.h"
#include "gstkslock.h"

#include <string.h>
#include <sys/prctl.h>

/* Chunks are never freed and never move, so that a signal handler can walk
 * over them without a lock. */
#define CHUNK 256
#define MAX_CHUNKS 1024

static GMutex lock;             /* all below, and records */
static GstKsGuardRecord *chunks[MAX_CHUNKS];    /* atomic */
static guint n_used;            /* records from the first on that are used for sure */

void
gst_ks_guard_lock (void)
{
  gst_ks_mutex_lock (&lock);
}

void
gst_ks_guard_unlock (void)
{
  gst_ks_mutex_unlock (&lock);
}

GstKsGuardRecord *
gst_ks_guard_record_nth (guint n)
{
  GstKsGuardRecord *chunk;

  if (n >= CHUNK * MAX_CHUNKS)
    return NULL;
  chunk = __atomic_load_n (&chunks[n / CHUNK], __ATOMIC_ACQUIRE);
  return chunk != NULL ? &chunk[n % CHUNK] : NULL;
}

/* The lock is held. NULL: there are as many guarded frames as can be named. */
static GstKsGuardRecord *
find_unused (void)
{
  GstKsGuardRecord *record;
  guint n = n_used;

  for (; (record = gst_ks_guard_record_nth (n)) != NULL; n++)
    if (!record->used)
      break;
  n_used = n;
  if (record != NULL || n >= CHUNK * MAX_CHUNKS)
    return record;
  __atomic_store_n (&chunks[n / CHUNK], g_new0 (GstKsGuardRecord, CHUNK),
      __ATOMIC_RELEASE);
  return gst_ks_guard_record_nth (n);
}

/* kind is static. NULL: more are guarded than there is room for. */
GstKsGuardRecord *
gst_ks_guard_record_new (GstKsGuard mode, const gchar * kind)
{
  GstKsGuardRecord *record;

  gst_ks_mutex_lock (&lock);
  record = find_unused ();
  if (record != NULL) {
    memset (record, 0, sizeof (*record));
    record->mode = mode;
    record->kind = kind != NULL ? kind : "external";
    __atomic_store_n (&record->used, TRUE, __ATOMIC_RELEASE);
  }
  gst_ks_mutex_unlock (&lock);
  return record;
}

static guint
index_of (const GstKsGuardRecord * record)
{
  guint n = 0;

  while (record < chunks[n] || record >= chunks[n] + CHUNK)
    n++;
  return n * CHUNK + (record - chunks[n]);
}

void
gst_ks_guard_record_free (GstKsGuardRecord * record)
{
  gst_ks_mutex_lock (&lock);
  __atomic_store_n (&record->used, FALSE, __ATOMIC_RELEASE);
  n_used = MIN (n_used, index_of (record));
  gst_ks_mutex_unlock (&lock);
}

/* --- who has it --- */

/* Names have anything in them, and may have been cut within a character; they
 * are for terminals, and for structures that take UTF-8 only. */
static void
make_plain (gchar * name)
{
  const gchar *end;

  (void) g_utf8_validate (name, -1, &end);
  name[end - name] = '\0';
  for (gchar * at = name; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at))
      *at = '?';
    else if ((guchar) at[0] == 0xc2 && (guchar) at[1] < 0xa0)
      at[0] = at[1] = '?';      /* U+0080 to U+009F */
  }
}

/* The one that calls; in signal handlers too. */
void
gst_ks_guard_name_thread (gchar * name)
{
  if (prctl (PR_GET_NAME, name, 0, 0, 0) != 0)
    name[0] = '\0';
  make_plain (name);
}

static GstKsGuardOwner *
newest (GstKsGuardRecord * record)
{
  return &record->owners[(record->n_owners - 1) % GST_KS_GUARD_OWNERS];
}

/* NULL: nobody had it yet. */
const GstKsGuardOwner *
gst_ks_guard_owner_peek (const GstKsGuardRecord * record)
{
  return record->n_owners > 0 ? newest ((GstKsGuardRecord *) record) : NULL;
}

/* owner NULL: it was not said. The lock is held by the callers of this and the
 * next. */
void
gst_ks_guard_owner_begin (GstKsGuardRecord * record, const gchar * owner)
{
  GstKsGuardOwner *now;

  record->n_owners++;
  now = newest (record);
  memset (now, 0, sizeof (*now));
  (void) g_strlcpy (now->owner, owner != NULL ? owner : "the allocator",
      sizeof (now->owner));
  make_plain (now->owner);
  gst_ks_guard_name_thread (now->taker);
  now->out = g_get_monotonic_time ();
}

void
gst_ks_guard_owner_end (GstKsGuardRecord * record)
{
  GstKsGuardOwner *now = newest (record);

  gst_ks_guard_name_thread (now->returner);
  now->back = g_get_monotonic_time ();
}

void
gst_ks_guard_owner_step (GstKsGuardRecord * record, const gchar * from,
    const gchar * into)
{
  GstKsGuardOwner *now;

  gst_ks_mutex_lock (&lock);
  now = newest (record);
  if (strstr (now->way, from) == NULL) {
    if (now->way[0] != '\0')
      (void) g_strlcat (now->way, " > ", sizeof (now->way));
    (void) g_strlcat (now->way, from, sizeof (now->way));
    make_plain (now->way);
  }
  (void) g_strlcpy (now->into, into != NULL ? into : "", sizeof (now->into));
  make_plain (now->into);
  gst_ks_mutex_unlock (&lock);
}
