/* What the negotiator says: on the bus when something is agreed, and as a report when asked.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"

#define GST_CAT_DEFAULT gst_ks_negotiator_debug

/* --- on the bus --- */

static void
post (GstBin * bin, GstStructure * structure)
{
  gst_element_post_message (GST_ELEMENT (bin),
      gst_message_new_element (GST_OBJECT (bin), structure));
}

/* Under the lock. */
static gboolean
is_news (GstKsNegotiator * self, GstPad * pad, const GstStructure * structure)
{
  GstKsHead *head = g_hash_table_lookup (self->heads, pad);

  if (head == NULL || (head->said
          && gst_structure_is_equal (head->said, structure)))
    return FALSE;
  g_clear_pointer (&head->said, gst_structure_free);
  head->said = gst_structure_copy (structure);
  return TRUE;
}

/* Takes @structure; said when it is news: then TRUE. */
gboolean
gst_ks_negotiator_say_negotiated (GstKsNegotiator * self, GstBin * bin,
    GstPad * pad, GstStructure * structure)
{
  gboolean news;

  gst_ks_mutex_lock (&self->lock);
  news = is_news (self, pad, structure);
  gst_ks_mutex_unlock (&self->lock);
  if (!news) {
    gst_structure_free (structure);
    return FALSE;
  }
  GST_INFO_OBJECT (pad, "%" GST_PTR_FORMAT, structure);
  post (bin, structure);
  return TRUE;
}

/* Frames add up over all pads, not only over the smallest set that conflicts. */
static gchar *
count_all (const GstKsGraph * graph, const GstKsConflict * conflict)
{
  guint64 sum = 0;

  if (conflict->code != GST_KS_PLAN_CODE_FRAMES)
    return g_strdup ("");
  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++)
    sum += gst_ks_framing_peek_item (gst_ks_graph_peek_pad_framing (graph, i),
        0)->frames.min;
  return g_strdup_printf (" (all pads together hold %" G_GUINT64_FORMAT ")",
      sum);
}

void
gst_ks_negotiator_say_conflict (GstBin * bin, GstPad * pad,
    const GstKsGraph * graph, const GstKsConflict * conflict)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autofree gchar *pads = NULL;
  g_autofree gchar *sum = count_all (graph, conflict);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < conflict->n_pads; i++)
    g_strv_builder_add (names, conflict->pads[i]);
  g_auto (GStrv) all = g_strv_builder_end (names);
  pads = g_strjoinv (", ", all);
  gst_element_message_full (element ? element : GST_ELEMENT (bin),
      GST_MESSAGE_ERROR, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
      g_strdup_printf ("No frame can be as all ask: %s. %s%s", conflict->text,
          conflict->relax ? conflict->relax : "", sum),
      g_strdup_printf ("%s; the smallest set that cannot agree: %s",
          gst_ks_plan_code_to_string (conflict->code), pads), __FILE__,
      GST_FUNCTION, __LINE__);
}

void
gst_ks_negotiator_say_fallback (GstBin * bin, GstPad * pad,
    const gchar * wanted, const gchar * used, const gchar * text)
{
  g_autofree gchar *name = g_strdup_printf ("%s:%s", GST_DEBUG_PAD_NAME (pad));

  GST_WARNING_OBJECT (pad, "%s", text);
  post (bin, gst_structure_new ("ks-fallback", "pad", G_TYPE_STRING, name,
          "wanted", G_TYPE_STRING, wanted, "used", G_TYPE_STRING, used,
          "text", G_TYPE_STRING, text, NULL));
}

/* --- why frames come from elsewhere --- */

static const struct
{
  const gchar *type;
  const gchar *reason;
} reasons[] = {
  {"GstAppSrc", "the application fills buffers of its own;"
        " gst_ks_appsrc_negotiate() gives it the frames of the plan"},
  {"GstVideoEncoder", "encoders allocate each packet by its size; their base"
        " class has no pool for them"},
  {"GstAudioEncoder", "encoders allocate each packet by its size; their base"
        " class has no pool for them"},
  {"GstAudioDecoder", "audio decoders allocate each buffer by its size; their"
        " base class has no pool for them"},
  {"GstImageFreeze", "it sends the frame that came in again and again"},
  {"GstBaseParse", "parsers hand on parts of what came in"},
  {"GstRTPBasePayload", "payloaders make packets around what came in"},
  {"GstBaseTransform", "it works on the frames that came in, or copies them"},
};

static const gchar *
reason_of (GstElement * element, gboolean asked)
{
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    GType type = g_type_from_name (reasons[i].type);

    if (type && g_type_is_a (G_OBJECT_TYPE (element), type))
      return reasons[i].reason;
  }
  return asked ? "it was given frames of the plan, and makes its own all the"
      " same" : "it never asks where its frames shall come from";
}

/* --- the report --- */

static void
append (GValue * array, GstStructure * structure)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, structure);
  gst_value_array_append_and_take_value (array, &value);
}

static void
add_segment (GstStructure * source, const GstKsSegment * segment)
{
  gst_structure_set (source, "memory", G_TYPE_STRING, segment->memory,
      "size", G_TYPE_UINT64, segment->size,
      "align", G_TYPE_UINT64, segment->align,
      "held", G_TYPE_UINT64, segment->frames,
      "allocator", G_TYPE_STRING, segment->allocator
      ? segment->allocator : "", NULL);
}

static void
add_pool (GstStructure * source, GstKsPool * pool)
{
  GstKsAccountStats stats;
  GstKsPoolStatus status;

  gst_ks_pool_get_status (pool, &status);
  gst_ks_account_get_stats (gst_ks_pool_peek_account (pool), &stats);
  gst_structure_set (source, "out", G_TYPE_UINT, status.allocated,
      "free", G_TYPE_UINT, status.idle, "cap", G_TYPE_UINT, status.cap,
      "waiting", G_TYPE_UINT, status.waiting,
      "waits", G_TYPE_UINT64, stats.waits, "fresh", G_TYPE_UINT64, stats.fresh,
      "reused", G_TYPE_UINT64, stats.reused, NULL);
}

/* What the lock lets out of a head. */
typedef struct
{
  GstPad *pad;                  /* owned */
  GstKsGraph *graph;            /* owned */
  GstKsPlan *plan;              /* owned; NULL: none */
  GstKsPool *pool;              /* owned; NULL: none of ours, or gone */
  guint64 frames;
  guint64 elsewhere;
} Snapshot;

static void
snapshot_clear (gpointer data)
{
  Snapshot *snapshot = data;

  gst_object_unref (snapshot->pad);
  gst_ks_graph_unref (snapshot->graph);
  g_clear_pointer (&snapshot->plan, gst_ks_plan_unref);
  g_clear_object (&snapshot->pool);
}

static GArray *
take_snapshots (GstKsNegotiator * self)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Snapshot));
  GHashTableIter iter;
  gpointer pad, value;

  g_array_set_clear_func (all, snapshot_clear);
  gst_ks_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, &pad, &value)) {
    GstKsHead *head = value;
    Snapshot snapshot = { gst_object_ref (pad), gst_ks_graph_ref (head->graph),
      head->plan ? gst_ks_plan_ref (head->plan) : NULL,
      g_weak_ref_get (&head->pool),
      (gsize) g_atomic_pointer_get (&head->traffic->frames),
      (gsize) g_atomic_pointer_get (&head->traffic->elsewhere)
    };

    g_array_append_val (all, snapshot);
  }
  gst_ks_mutex_unlock (&self->lock);
  return all;
}

static void
add_asker (GValue * sources, const Snapshot * head)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (head->pad);
  const gchar *name = gst_ks_graph_get_n_pads (head->graph) > 0
      ? gst_ks_graph_peek_pad_name (head->graph, 0) : NULL;
  const GstKsSegment *segment;
  GstStructure *source;

  if (name == NULL)
    return;
  source = gst_structure_new ("source", "pad", G_TYPE_STRING, name,
      "asked", G_TYPE_BOOLEAN, TRUE, "frames", G_TYPE_UINT64, head->frames,
      "elsewhere", G_TYPE_UINT64, head->elsewhere, NULL);
  segment = head->plan ? gst_ks_negotiator_find_segment (head->plan, name,
      NULL) : NULL;
  if (segment)
    add_segment (source, segment);
  if (head->pool)
    add_pool (source, head->pool);
  if (element && (segment == NULL || head->elsewhere > 0))
    gst_structure_set (source, "reason", G_TYPE_STRING, segment
        ? reason_of (element, TRUE) : "no plan suits all", NULL);
  append (sources, source);
}

static gboolean
is_known (const GArray * heads, const gchar * name)
{
  for (guint i = 0; i < heads->len; i++) {
    if (gst_ks_graph_find_pad (g_array_index (heads, Snapshot, i).graph,
            name) >= 0)
      return TRUE;
  }
  return FALSE;
}

typedef struct
{
  GstBin *bin;
  const GArray *heads;
  GValue *sources;
} Search;

/* Frames leave it, and nobody knows of it. */
static void
search_pad (const GValue * item, gpointer user_data)
{
  GstPad *pad = g_value_get_object (item);
  Search *search = user_data;
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autofree gchar *name = gst_ks_negotiator_name_pad (pad, search->bin);

  if (!GST_PAD_IS_SRC (pad) || element == NULL || !gst_pad_is_linked (pad)
      || !gst_pad_has_current_caps (pad) || is_known (search->heads, name))
    return;
  append (search->sources, gst_structure_new ("source", "pad", G_TYPE_STRING,
          name, "asked", G_TYPE_BOOLEAN, FALSE, "reason", G_TYPE_STRING,
          reason_of (element, FALSE), NULL));
}

static void
search_element (const GValue * item, gpointer search)
{
  GstElement *element = g_value_get_object (item);
  GstIterator *pads;

  if (GST_IS_BIN (element))
    return;
  pads = gst_element_iterate_pads (element);
  while (gst_iterator_foreach (pads, search_pad, search)
      == GST_ITERATOR_RESYNC)
    gst_iterator_resync (pads);
  gst_iterator_free (pads);
}

static void
add_silent (GstBin * bin, const GArray * heads, GValue * sources)
{
  Search search = { bin, heads, sources };
  GstIterator *elements = gst_bin_iterate_recurse (bin);

  while (gst_iterator_foreach (elements, search_element, &search)
      == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
}

/* @copy: (nullable): what was counted and judged */
static GstStructure *
describe_cut (const GstKsCut * cut, const GstKsCopy * copy)
{
  GstStructure *structure = gst_structure_new ("copy",
      "a", G_TYPE_STRING, cut->a, "b", G_TYPE_STRING, cut->b,
      "code", G_TYPE_STRING, gst_ks_plan_code_to_string (cut->code),
      "text", G_TYPE_STRING, cut->text, NULL);
  guint64 frames, starts, hurried;

  if (copy == NULL)
    return structure;
  frames = (gsize) g_atomic_pointer_get (&copy->count->frames);
  starts = (gsize) g_atomic_pointer_get (&copy->count->starts);
  hurried = (gsize) g_atomic_pointer_get (&copy->count->hurried);
  gst_structure_set (structure, "cause", G_TYPE_STRING, copy->cause,
      "avoided", G_TYPE_BOOLEAN, copy->avoided, "frames", G_TYPE_UINT64, frames,
      "predicted", G_TYPE_UINT64, copy->per_frame * frames
      + copy->once * starts + (copy->avoided ? hurried : 0), "observed",
      G_TYPE_UINT64, (guint64) (gsize)
      g_atomic_pointer_get (&copy->count->observed), NULL);
  if (copy->lever)
    gst_structure_set (structure, "lever", G_TYPE_STRING, copy->lever, NULL);
  return structure;
}

/* Under the lock. */
static const GstKsCopy *
find_copy (GstKsNegotiator * self, const GstKsCut * cut)
{
  GHashTableIter iter;
  gpointer head;

  g_hash_table_iter_init (&iter, self->heads);
  while (g_hash_table_iter_next (&iter, NULL, &head)) {
    GPtrArray *copies = ((GstKsHead *) head)->copies;

    for (guint i = 0; copies && i < copies->len; i++) {
      const GstKsCopy *copy = g_ptr_array_index (copies, i);

      if (g_str_equal (copy->a, cut->a) && g_str_equal (copy->b, cut->b))
        return copy;
    }
  }
  return NULL;
}

static void
add_copies (GstKsNegotiator * self, GValue * copies, const GstKsPlan * plan)
{
  for (guint i = 0; i < gst_ks_plan_get_n_cuts (plan); i++) {
    const GstKsCut *cut = gst_ks_plan_peek_cut (plan, i);
    GstStructure *structure;

    gst_ks_mutex_lock (&self->lock);
    structure = describe_cut (cut, find_copy (self, cut));
    gst_ks_mutex_unlock (&self->lock);
    append (copies, structure);
  }
}

/**
 * gst_ks_negotiator_get_report:
 * @self: a negotiator
 *
 * How the bin keeps to the plan. A structure "ks-report" with two arrays of
 * structures.
 *
 * "sources" has each pad where frames come into being: "pad", "asked"; of those
 * that asked "frames" that left it, "elsewhere": how many of them another
 * allocator made, and of those with a plan "memory", "size" and "align" in
 * bytes, "held" and "allocator", the pad where the allocator is; and "reason"
 * where frames are not of the plan. Of those with a pool of ours it has "out"
 * and "free": frames that somebody has, and that the pool keeps ready; "cap":
 * the most that may be out, 0: any; "waiting" and "waits": threads that wait at
 * the cap now, and how often one had to; "fresh" and "reused": frames that
 * needed a new block, and that did not. Who asks again may get another pool,
 * which counts from 0.
 *
 * "copies" has for each cut of the plan "a", "b", "code" and "text"; and where an
 * element works in place "predicted" and "observed" of so many "frames",
 * "cause", "avoided": whether frames wait there until they need no copy, and
 * "lever": what would avoid it.
 *
 * "strays" is how many queries were sent by a thread that does not stream the
 * pad; anything but 0 is a fault. Any thread; elements are looked at, so not
 * under a lock of yours.
 *
 * Returns: (transfer full): a report
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_negotiator_get_report (GstKsNegotiator * self)
{
  g_return_val_if_fail (GST_IS_KS_NEGOTIATOR (self), NULL);

  GstStructure *report = gst_structure_new_empty ("ks-report");
  g_autoptr (GstBin) bin = g_weak_ref_get (&self->bin);
  g_autoptr (GArray) heads = take_snapshots (self);
  g_autoptr (GstKsPlan) plan = gst_ks_negotiator_get_plan (self);
  GValue sources = G_VALUE_INIT, copies = G_VALUE_INIT;

  g_value_init (&sources, GST_TYPE_ARRAY);
  g_value_init (&copies, GST_TYPE_ARRAY);
  for (guint i = 0; i < heads->len; i++)
    add_asker (&sources, &g_array_index (heads, Snapshot, i));
  if (bin)
    add_silent (bin, heads, &sources);
  add_copies (self, &copies, plan);
  gst_structure_take_value (report, "sources", &sources);
  gst_structure_take_value (report, "copies", &copies);
  gst_structure_set (report, "strays", G_TYPE_UINT, gst_ks_ask_count_strays (),
      NULL);
  return report;
}
