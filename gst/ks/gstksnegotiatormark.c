/* Which negotiator sits on a pad: a mark that it leaves there, and whoever else would answer looks for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Negotiators may be nested; the one that came first answers, so its mark is
 * the first. Marks are the pad's and go with it.
 */
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"

/* What hangs on a pad; under the lock. */
typedef struct
{
  GPtrArray *negotiators;       /* of GWeakRef, owned */
  gint questions;               /* of the pad that are being answered */
} Mark;

static GMutex lock;             /* of all marks */

static void
weak_free (gpointer weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

static void
mark_free (gpointer data)
{
  Mark *mark = data;

  g_ptr_array_unref (mark->negotiators);
  g_free (mark);
}

/* Under the lock; NULL: there is none. */
static Mark *
mark_of (GstPad * pad, gboolean create)
{
  GQuark quark = g_quark_from_static_string ("gst-ks-negotiators");
  Mark *mark = g_object_get_qdata (G_OBJECT (pad), quark);

  if (mark || !create)
    return mark;
  mark = g_new0 (Mark, 1);
  mark->negotiators = g_ptr_array_new_with_free_func (weak_free);
  g_object_set_qdata_full (G_OBJECT (pad), quark, mark, mark_free);
  return mark;
}

/* For gst_ks_negotiator_unmark(). */
gpointer
gst_ks_negotiator_mark (GstKsNegotiator * self, GstPad * pad)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  gst_ks_mutex_lock (&lock);
  g_ptr_array_add (mark_of (pad, TRUE)->negotiators, weak);
  gst_ks_mutex_unlock (&lock);
  return weak;
}

void
gst_ks_negotiator_unmark (GstPad * pad, gpointer weak)
{
  gst_ks_mutex_lock (&lock);
  g_ptr_array_remove (mark_of (pad, TRUE)->negotiators, weak);
  gst_ks_mutex_unlock (&lock);
}

/* Owned by the caller; NULL: none sits there. */
GstKsNegotiator *
gst_ks_negotiator_find (GstPad * pad)
{
  GstKsNegotiator *found = NULL;
  Mark *mark;

  gst_ks_mutex_lock (&lock);
  mark = mark_of (pad, FALSE);
  for (guint i = 0; mark && found == NULL && i < mark->negotiators->len; i++)
    found = g_weak_ref_get (g_ptr_array_index (mark->negotiators, i));
  gst_ks_mutex_unlock (&lock);
  return found;
}

/* 1: it is being answered; -1: not any more. */
void
gst_ks_negotiator_count_question (GstPad * pad, gint change)
{
  gst_ks_mutex_lock (&lock);
  mark_of (pad, TRUE)->questions += change;
  gst_ks_mutex_unlock (&lock);
}

gboolean
gst_ks_negotiator_is_asked (GstPad * pad)
{
  gboolean asked;
  Mark *mark;

  gst_ks_mutex_lock (&lock);
  mark = mark_of (pad, FALSE);
  asked = mark && mark->questions > 0;
  gst_ks_mutex_unlock (&lock);
  return asked;
}
