/* What a pad that asks is given: the pool of its segment.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The answer stands first in the query, and what downstream understands of
 * metas stays. Where the plan takes memory that only downstream can make, that
 * is handed on; where the asker makes it itself, it is told so by a framing.
 * When a kind turns out not to be here the plan is made again without it. And
 * when nothing helps the pad gets downstream's answer, as without us.
 */
#include "gstksaskpath.h"
#include "gstkskind.h"
#include "gstksneed.h"
#include "gstksnegotiatorprivate.h"
#include "gstkspinprivate.h"
#include "gstkslock.h"

#define GST_CAT_DEFAULT gst_ks_negotiator_debug

typedef GstKsNegotiatorCase Case;

/* --- whose memory --- */

/* The asker has an allocator of its own, and the plan took it. */
static gboolean
is_own (const Case * c)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (c->pad, FALSE);
  g_autofree gchar *name = gst_ks_negotiator_name_pad (c->pad, c->bin);

  return pin && g_strcmp0 (c->segment->allocator, name) == 0
      && gst_ks_pin_own_kind (pin) == c->segment->memory;
}

static gboolean
brings (const Case * c, const GstKsAnswer * answer)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (answer->pad, FALSE);

  if (answer->reply.pool == NULL && answer->reply.allocator == NULL)
    return FALSE;
  if (pin && gst_ks_pin_own_kind (pin))
    return gst_ks_pin_own_kind (pin) == c->segment->memory;
  return gst_ks_need_foreign_kind (&answer->reply,
      gst_ks_ask_peek_caps (c->ask)) == c->segment->memory;
}

/* Nobody's to make: it comes from outside, or whoever asks makes what its caps
 * name. */
static gboolean
is_askers (const Case * c)
{
  return c->segment->allocator == NULL || c->segment->memory
      == gst_ks_need_foreign_kind (NULL, gst_ks_ask_peek_caps (c->ask));
}

/* Whether it would be used without us, too. */
static gboolean
came_up (const Case * c, const GstKsAnswer * answer)
{
  GstKsQueryReply reply;
  gboolean same;

  gst_ks_query_read (gst_ks_ask_peek_query (c->ask),
      gst_ks_ask_is_answered (c->ask), &reply);
  same = reply.pool == answer->reply.pool
      && reply.allocator == answer->reply.allocator;
  gst_ks_query_reply_clear (&reply);
  return same;
}

/* A pad downstream that makes the memory of the segment; the last of those that
 * hand it on. */
static const GstKsAnswer *
find_bringer (const Case * c)
{
  for (guint i = gst_ks_ask_get_n_answers (c->ask); i > 0; i--) {
    const GstKsAnswer *answer = gst_ks_ask_peek_answer (c->ask, i - 1);

    if (brings (c, answer))
      return answer;
  }
  return NULL;
}

/* --- answers --- */

/* Downstream's, as without us. */
static GstPadProbeReturn
give_stock (Case * c)
{
  gst_ks_negotiator_expect (c->self, c->pad, NULL, NULL);
  gst_ks_ask_copy_lists (c->query, gst_ks_ask_peek_query (c->ask));
  return gst_ks_ask_is_answered (c->ask) ? GST_PAD_PROBE_HANDLED
      : GST_PAD_PROBE_DROP;
}

/* Entries of pools and params are made anew. */
static void
take_metas (Case * c)
{
  gst_ks_ask_copy_lists (c->query, gst_ks_ask_peek_query (c->ask));
  while (gst_query_get_n_allocation_pools (c->query) > 0)
    gst_query_remove_nth_allocation_pool (c->query, 0);
  while (gst_query_get_n_allocation_params (c->query) > 0)
    gst_query_remove_nth_allocation_param (c->query, 0);
}

/* For askers that know framings. */
static void
add_framing (Case * c, const GstKsQueryOffer * offer)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (c->pad, FALSE);
  g_autoptr (GstKsFraming) framing = pin ? gst_ks_negotiator_framing_of (c,
      offer, NULL) : NULL;

  if (framing)
    gst_ks_query_add_allocation_framing (c->query, framing);
}

/* NULL: it has what it wished for, or insists on it. */
static const gchar *
missed_wish (GstPad * pad, const gchar * kind)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  g_autoptr (GstKsFraming) framing = pin ? gst_ks_pin_get_framing (pin) : NULL;

  if (framing == NULL || !gst_ks_pin_has_flag (pin, GST_KS_PIN_FLAG_WISHES))
    return NULL;
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_kind_meet (gst_ks_framing_peek_item (framing, i)->memory, kind))
      return NULL;
  }
  return gst_ks_framing_peek_item (framing, 0)->memory;
}

static void
say_missed_wishes (Case * c)
{
  const gchar *kind = c->segment->memory;

  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    GstPad *pad = gst_ks_ask_peek_answer (c->ask, i)->pad;
    const gchar *wish = missed_wish (pad, kind);
    g_autofree gchar *text = NULL;

    if (wish == NULL)
      continue;
    text = g_strdup_printf ("%s memory cannot be had together with what others"
        " need, or not here; frames are %s memory. require=error would insist",
        wish, kind);
    gst_ks_negotiator_say_fallback (c->bin, pad, wish, kind, text);
  }
}

static void
say (Case * c, const GstKsQueryOffer * offer, const gchar * who)
{
  const GstKsSegment *segment = c->segment;
  g_autofree gchar *name = gst_ks_negotiator_name_pad (c->pad, c->bin);
  g_autoptr (GString) pads = g_string_new (NULL);

  for (guint i = 0; i < segment->n_pads; i++)
    g_string_append_printf (pads, "%s%s", i > 0 ? " " : "", segment->pads[i]);
  if (gst_ks_negotiator_say_negotiated (c->self, c->bin, c->pad,
          gst_structure_new ("ks-negotiated", "who", G_TYPE_STRING, who,
              "pad", G_TYPE_STRING, name,
              "answered", G_TYPE_BOOLEAN, gst_ks_ask_is_answered (c->ask),
              "kind", G_TYPE_STRING, segment->memory,
              "default", G_TYPE_BOOLEAN, segment->is_default,
              "size", G_TYPE_UINT64, (guint64) offer->size,
              "align", G_TYPE_UINT64, (guint64) offer->align,
              "prefix", G_TYPE_UINT64, (guint64) offer->prefix,
              "padding", G_TYPE_UINT64, (guint64) offer->padding,
              "min", G_TYPE_UINT, offer->min, "cap", G_TYPE_UINT, offer->cap,
              "pads", G_TYPE_STRING, pads->str, NULL)))
    say_missed_wishes (c);
}

/* The asker's own pool is its own affair; the framing says that it was taken. */
static GstPadProbeReturn
give_own (Case * c, const GstKsQueryOffer * offer)
{
  take_metas (c);
  add_framing (c, offer);
  gst_ks_negotiator_expect (c->self, c->pad, NULL, NULL);
  say (c, offer, "asker");
  return GST_PAD_PROBE_HANDLED;
}

/* Found behind a tee, it is in no answer that came up. Then it has to show that
 * it is good for something: nobody else would have come upon it. */
static gboolean
give_theirs (Case * c, const GstKsAnswer * bringer, GstKsQueryOffer * offer,
    GError ** error)
{
  offer->cap = bringer->reply.max;
  if (offer->cap)
    offer->min = MIN (offer->min, offer->cap);
  offer->size = MAX (offer->size, bringer->reply.size);
  if (!came_up (c, bringer)
      && !gst_ks_negotiator_try_theirs (c, &bringer->reply, offer, error))
    return FALSE;
  take_metas (c);
  add_framing (c, offer);
  gst_ks_query_write (c->query, offer, bringer->reply.allocator,
      bringer->reply.pool);
  gst_ks_negotiator_expect (c->self, c->pad, bringer->reply.allocator,
      bringer->reply.pool);
  say (c, offer, "downstream");
  return TRUE;
}

/* Its own framing, the caps or downstream: whoever asks writes what it needs
 * into the frames of a pool, however small others would have them. */
static gboolean
is_size_told (const Case * c)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (c->pad, FALSE);
  g_autoptr (GstKsFraming) framing = pin ? gst_ks_pin_get_framing (pin) : NULL;
  GstKsQueryReply reply;
  gboolean told;

  if (framing && gst_ks_framing_get_n_items (framing) > 0)
    return TRUE;
  gst_ks_query_read (gst_ks_ask_peek_query (c->ask),
      gst_ks_ask_is_answered (c->ask), &reply);
  told = gst_ks_query_tells_size (&reply, gst_ks_ask_peek_caps (c->ask));
  gst_ks_query_reply_clear (&reply);
  return told;
}

static gboolean
give_ours (Case * c, GstKsQueryOffer * offer, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (c->segment->memory,
      c->segment->device, error);
  g_autoptr (GstBufferPool) pool = NULL;
  gboolean need_pool;

  if (allocator == NULL)
    return FALSE;
  if (!is_size_told (c))
    offer->size = 0;
  take_metas (c);
  gst_query_parse_allocation (c->query, NULL, &need_pool);
  if (need_pool && offer->size != 0) {
    pool = gst_ks_negotiator_make_pool (c, allocator, offer, error);
    if (pool == NULL)
      return FALSE;
  }
  add_framing (c, offer);
  gst_ks_query_write (c->query, offer, allocator, pool);
  gst_ks_negotiator_expect (c->self, c->pad, allocator, pool);
  say (c, offer, "negotiator");
  return TRUE;
}

/* FALSE with @error: the kind of the segment cannot be had. */
static gboolean
give (Case * c, GstPadProbeReturn * ret, GError ** error)
{
  const GstKsAnswer *bringer = find_bringer (c);
  GstKsQueryOffer offer;

  if (!gst_ks_negotiator_make_offer (c, &offer, error))
    return FALSE;
  *ret = GST_PAD_PROBE_HANDLED;
  if (is_own (c))
    *ret = give_own (c, &offer);
  else if (bringer)
    return give_theirs (c, bringer, &offer, error);
  else if (is_askers (c) && !gst_ks_negotiator_has_maker (c))
    *ret = give_stock (c);
  else
    return give_ours (c, &offer, error);
  return TRUE;
}

/* --- the question --- */

/* In framings, so that its wish is meant for us. */
static gboolean
asks_in_framings (GstPad * pad, const GstKsFraming * answered)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  g_autoptr (GstKsFraming) framing = pin ? gst_ks_pin_get_framing (pin) : NULL;

  return answered || (framing && gst_ks_framing_get_n_items (framing) > 0);
}

static gboolean
is_of_conflict (const Case * c, const GstKsConflict * conflict, GstPad * pad)
{
  g_autofree gchar *name = gst_ks_negotiator_name_pad (pad, c->bin);

  for (guint i = 0; i < conflict->n_pads; i++) {
    if (g_str_equal (conflict->pads[i], name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_of_framings (const Case * c, const GstKsConflict * conflict)
{
  if (is_of_conflict (c, conflict, c->pad) && asks_in_framings (c->pad, NULL))
    return TRUE;
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    const GstKsAnswer *answer = gst_ks_ask_peek_answer (c->ask, i);

    if (is_of_conflict (c, conflict, answer->pad)
        && asks_in_framings (answer->pad, answer->framing))
      return TRUE;
  }
  return FALSE;
}

/* An error where framings conflict. Classic answers that nothing can be made of
 * are left to those who have always lived with them. */
static GstPadProbeReturn
give_up (Case * c, const GstKsGraph * graph)
{
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (c->plan);

  if (conflict && is_of_framings (c, conflict))
    gst_ks_negotiator_say_conflict (c->bin, c->pad, graph, conflict);
  else if (conflict)
    gst_ks_negotiator_say_fallback (c->bin, c->pad, "plan",
        "downstream's answer", conflict->text);
  return give_stock (c);
}

/* The plan for @graph, and again without what cannot be had. */
static GstPadProbeReturn
answer_by_plan (Case * c, GstKsGraph * graph)
{
  g_autoptr (GstKsGraph) fewer = NULL;
  g_autoptr (GstKsPlan) plan = gst_ks_negotiator_settle (c->self, c->pad,
      graph);
  g_autoptr (GError) why = NULL;
  GstPadProbeReturn ret;

  c->plan = plan;
  c->segment = gst_ks_negotiator_find_segment (plan,
      gst_ks_graph_peek_pad_name (graph, 0), NULL);
  if (c->segment == NULL)
    return give_up (c, graph);
  if (give (c, &ret, &why)) {
    gst_ks_negotiator_watch_copies (c);
    gst_ks_negotiator_watch_frames (c);
    return ret;
  }
  fewer = gst_ks_negotiator_graph_without (graph, c->segment->memory);
  gst_ks_negotiator_say_fallback (c->bin, c->pad, c->segment->memory,
      fewer ? "another kind" : "downstream's answer", why->message);
  return fewer ? answer_by_plan (c, fewer) : give_stock (c);
}

static GstPadProbeReturn
answer (Case * c)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GstKsGraph) graph = gst_ks_negotiator_graph_of (c->ask, c->bin,
      &why);

  if (graph)
    return answer_by_plan (c, graph);
  GST_WARNING_OBJECT (c->pad, "not planned: %s", why->message);
  return give_stock (c);
}

GstPadProbeReturn
gst_ks_negotiator_answer (GstKsNegotiator * self, GstPad * pad,
    GstQuery * query)
{
  g_autoptr (GstBin) bin = g_weak_ref_get (&self->bin);
  Case c = {.self = self,.bin = bin,.pad = pad,.query = query };
  g_autoptr (GstCaps) now = NULL;
  GstPadProbeReturn ret;
  GstKsAskPath *path;
  gboolean need_pool;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, &need_pool);
  if (bin == NULL || !gst_query_is_writable (query))
    return GST_PAD_PROBE_OK;
  /* whoever looks from outside goes on at their own risk, without us */
  if (!gst_ks_ask_is_streaming (pad)) {
    GST_INFO_OBJECT (pad, "asked by a thread that does not stream it");
    return GST_PAD_PROBE_OK;
  }
  /* who asked before there were caps may come after them */
  if (caps == NULL)
    caps = now = gst_pad_get_current_caps (pad);
  c.ask = gst_ks_ask_new (pad, caps, need_pool);
  gst_ks_negotiator_count_question (pad, 1);
  path = gst_ks_ask_path_new (c.ask, bin);
  gst_ks_ask_send (c.ask);
  gst_ks_ask_path_free (path);
  ret = answer (&c);
  gst_ks_negotiator_count_question (pad, -1);
  gst_ks_ask_unref (c.ask);
  return ret;
}
