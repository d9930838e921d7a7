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

static GMutex lock;             /* of all lists of marks */

static GQuark
marks_quark (void)
{
  return g_quark_from_static_string ("gst-ks-negotiators");
}

static void
mark_free (gpointer mark)
{
  g_weak_ref_clear (mark);
  g_free (mark);
}

/* The mark, for gst_ks_negotiator_unmark(). */
gpointer
gst_ks_negotiator_mark (GstKsNegotiator * self, GstPad * pad)
{
  GWeakRef *mark = g_new (GWeakRef, 1);
  GPtrArray *marks;

  g_weak_ref_init (mark, self);
  gst_ks_mutex_lock (&lock);
  marks = g_object_get_qdata (G_OBJECT (pad), marks_quark ());
  if (marks == NULL) {
    marks = g_ptr_array_new_with_free_func (mark_free);
    g_object_set_qdata_full (G_OBJECT (pad), marks_quark (), marks,
        (GDestroyNotify) g_ptr_array_unref);
  }
  g_ptr_array_add (marks, mark);
  gst_ks_mutex_unlock (&lock);
  return mark;
}

void
gst_ks_negotiator_unmark (GstPad * pad, gpointer mark)
{
  GPtrArray *marks;

  gst_ks_mutex_lock (&lock);
  marks = g_object_get_qdata (G_OBJECT (pad), marks_quark ());
  g_ptr_array_remove (marks, mark);
  gst_ks_mutex_unlock (&lock);
}

/* Owned by the caller; NULL: none sits there. */
GstKsNegotiator *
gst_ks_negotiator_find (GstPad * pad)
{
  GstKsNegotiator *found = NULL;
  GPtrArray *marks;

  gst_ks_mutex_lock (&lock);
  marks = g_object_get_qdata (G_OBJECT (pad), marks_quark ());
  for (guint i = 0; marks && found == NULL && i < marks->len; i++)
    found = g_weak_ref_get (g_ptr_array_index (marks, i));
  gst_ks_mutex_unlock (&lock);
  return found;
}
