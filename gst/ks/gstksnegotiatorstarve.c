/* Frames with a cap: who has them is noted, and a wait that takes long is said on the bus.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Without a cap nobody waits, so nothing is noted there.
 */
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"

static void
bin_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static GstStructure *
describe (GstKsPool * pool, const GError * error)
{
  GstStructure *holders = gst_ks_pool_get_holders (pool);
  GstStructure *message;
  GstKsPoolStatus status;

  gst_ks_pool_get_status (pool, &status);
  message = gst_structure_new ("ks-starved", "cap", G_TYPE_UINT, status.cap,
      "out", G_TYPE_UINT, status.allocated,
      "waiting", G_TYPE_UINT, status.waiting,
      "pool", G_TYPE_STRING, GST_OBJECT_NAME (pool),
      "text", G_TYPE_STRING, error->message, NULL);
  gst_structure_set_value (message, "holders",
      gst_structure_get_value (holders, "holders"));
  gst_structure_free (holders);
  return message;
}

/* On whatever thread acquires, maybe after the bin has gone. */
static void
pool_report (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer bin_ref)
{
  g_autoptr (GstElement) bin = g_weak_ref_get (bin_ref);

  if (bin == NULL)
    return;
  if (event == GST_KS_POOL_STARVED) {
    gst_element_post_message (bin, gst_message_new_element (GST_OBJECT (bin),
            describe (pool, error)));
    gst_element_message_full (bin, GST_MESSAGE_WARNING, GST_STREAM_ERROR,
        GST_STREAM_ERROR_FAILED, g_strdup (error->message), NULL, __FILE__,
        GST_FUNCTION, __LINE__);
  } else {
    gboolean corrupted = event == GST_KS_POOL_CORRUPTED;

    if (corrupted)
      gst_element_post_message (bin, gst_message_new_element (GST_OBJECT (bin),
              gst_structure_new ("ks-corrupted", "text", G_TYPE_STRING,
                  error->message, NULL)));
    gst_element_message_full (bin, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
        corrupted ? GST_RESOURCE_ERROR_FAILED :
        GST_RESOURCE_ERROR_NO_SPACE_LEFT, g_strdup (error->message), NULL,
        __FILE__, GST_FUNCTION, __LINE__);
  }
}

/* Has the pool that is made with @options tell @bin, for as long as it lives. */
void
gst_ks_negotiator_hear_pool (GstBin * bin, GstKsPoolOptions * options)
{
  GWeakRef *bin_ref = g_new (GWeakRef, 1);

  g_weak_ref_init (bin_ref, bin);
  options->report = pool_report;
  options->report_data = bin_ref;
  options->report_destroy = bin_ref_free;
}

static GstKsWatch *
make_watch (const GstKsNegotiatorCase * c)
{
  GstKsWatch *watch = gst_ks_watch_new ();

  gst_ks_watch_add_pad (watch, c->pad);
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++)
    gst_ks_watch_add_pad (watch, gst_ks_ask_peek_answer (c->ask, i)->from);
  return watch;
}

/* Where frames have a cap, or are guarded, their way is noted. No lock held. */
void
gst_ks_negotiator_watch_frames (const GstKsNegotiatorCase * c)
{
  gboolean watched = c->segment->cap < GST_KS_RANGE_LIMIT
      || gst_ks_guard_get_default () > GST_KS_GUARD_OFF;
  g_autoptr (GstKsWatch) watch = watched ? make_watch (c) : NULL;
  g_autoptr (GstKsWatch) old = NULL;
  GstKsHead *head;

  gst_ks_mutex_lock (&c->self->lock);
  head = g_hash_table_lookup (c->self->heads, c->pad);
  if (head) {
    old = head->watch;
    head->watch = g_steal_pointer (&watch);
  }
  gst_ks_mutex_unlock (&c->self->lock);
}
