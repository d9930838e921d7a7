/* What a pad needs of its frames, found out from outside. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A pad with a pin says it itself. So does an answer that carries a framing.
 * For everybody else the classic answer is translated, and who is silent takes
 * whatever the CPU can map. Pools of a type that nobody else knows may be the
 * only way to a device: they are a kind of memory of their own, liked better
 * than ordinary memory, which their owners can always copy from.
 */
#include "gstksneed.h"

#include "gstksfeature.h"
#include "gstksholder.h"
#include "gstkskind.h"
#include "gstkspinprivate.h"

#include <gst/video/gstvideofilter.h>
#include <string.h>

#define N_WISHES 2
#define MAX_FEATURE_KINDS 8
#define RESORT 1000             /* weight that an item lacks beside the wish */
#define LAST_RESORT 1000000

/* --- elements --- */

/* Those that leave the bytes alone, though some of them call it in place. */
static gboolean
is_pipe (GstElement * element)
{
  static const gchar *const types[] = {
    "GstQueue", "GstQueue2", "GstMultiQueue", "GstTee", "GstFunnel",
    "GstInputSelector", "GstOutputSelector", "GstValve", "GstConcat",
    "GstTypeFindElement", "GstStreamIdDemux", "GstProxySink", "GstCapsFilter",
    "GstIdentity", "GstClockSync", "GstVideoRate", "GstTagInject",
    "GstProgressReport", NULL
  };

  return g_strv_contains (types, G_OBJECT_TYPE_NAME (element));
}

gboolean
gst_ks_need_only_passes (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);

  return element && is_pipe (element);
}

/* What a pin says itself. */
static gboolean
works_in_place (GstKsPin * pin)
{
  g_autoptr (GstKsFraming) framing = gst_ks_pin_get_framing (pin);

  for (guint i = 0; framing && i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_framing_peek_item (framing, i)->flags
        & GST_KS_FRAMING_FLAG_IN_PLACE)
      return TRUE;
  }
  return FALSE;
}

GstKsPassing
gst_ks_need_passing (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);

  if (pin && gst_ks_pin_has_flag (pin, GST_KS_PIN_FLAG_PASSES))
    return works_in_place (pin) ? GST_KS_PASSING_IN_PLACE
        : GST_KS_PASSING_UNTOUCHED;
  if (element == NULL || is_pipe (element))
    return GST_KS_PASSING_UNTOUCHED;
  if (GST_IS_BASE_TRANSFORM (element)) {
    GstBaseTransform *trans = GST_BASE_TRANSFORM (element);

    return !gst_base_transform_is_passthrough (trans)
        && gst_base_transform_is_in_place (trans)
        ? GST_KS_PASSING_IN_PLACE : GST_KS_PASSING_UNTOUCHED;
  }
  return GST_KS_PASSING_IN_PLACE;
}

/* An item as the pin's flags have it. */
static GstKsFramingItem
item_of_pin (GstKsPin * pin, GstPad * pad, const GstKsFraming * framing,
    guint index)
{
  GstKsFramingItem item = *gst_ks_framing_peek_item (framing, index);

  if (gst_ks_pin_has_flag (pin, GST_KS_PIN_FLAG_KERNEL_ONLY))
    item.flags |= GST_KS_FRAMING_FLAG_KERNEL_ONLY;
  /* that is for the pool, not for the sum */
  if (gst_ks_pin_has_flag (pin, GST_KS_PIN_FLAG_TOTAL)) {
    item.frames.min = 0;
    /* both pads of the element say the same, and once is enough */
    if (GST_PAD_IS_SRC (pad))
      item.frames.max = GST_KS_RANGE_LIMIT;
  }
  return item;
}

/* What is better than nothing: the same without a cap, and then in any memory.
 * Sizes and rows are no wishes: who cannot use others says so to whoever asks.
 * Returns how many. */
static guint
add_wishes (const GstKsFramingItem * item, GstKsFramingItem * wishes)
{
  static const GstKsRange any = GST_KS_RANGE_INIT_ANY;

  wishes[0] = *item;
  wishes[0].frames = any;
  wishes[0].weight = item->weight - RESORT;
  wishes[1] = wishes[0];
  wishes[1].memory = g_intern_static_string ("any");
  wishes[1].device = wishes[1].bus = NULL;
  wishes[1].weight = -LAST_RESORT;
  return N_WISHES;
}

static GstKsFraming *
framing_of_pin (GstPad * pad)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  g_autoptr (GstKsFraming) said = pin ? gst_ks_pin_get_framing (pin) : NULL;
  guint n = said ? gst_ks_framing_get_n_items (said) : 0;
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n + N_WISHES);

  for (guint i = 0; i < n; i++)
    items[i] = item_of_pin (pin, pad, said, i);
  if (n > 0 && gst_ks_pin_has_flag (pin, GST_KS_PIN_FLAG_WISHES))
    n += add_wishes (&items[0], &items[n]);
  return n > 0 ? gst_ks_framing_new (items, n,
      gst_ks_framing_peek_ratio (said), NULL) : NULL;
}

gboolean
gst_ks_need_repeats (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstPad) sink = element ? gst_element_get_static_pad (element,
      "sink") : NULL;
  GstKsHolder holder = { 0, };

  if (sink)
    gst_ks_holder_look (sink, &holder);
  return holder.duplicates;
}

/* Who sends a frame again wants it to be as it was. */
static GstKsFramingFlags
integrity_of (GstPad * pad)
{
  return gst_ks_need_repeats (pad) ? GST_KS_FRAMING_FLAG_FRAME_INTEGRITY
      : GST_KS_FRAMING_FLAG_NONE;
}

/* --- kinds --- */

/* A GstXvImageBufferPool is xvimagebufferpool. */
static const gchar *
kind_of_name (const gchar * name)
{
  g_autofree gchar *word = g_ascii_strdown (name, -1);
  gsize n = 0;

  for (gsize i = 0; word[i]; i++) {
    if (g_ascii_isalnum (word[i]))
      word[n++] = word[i];
  }
  word[n] = '\0';
  if (n > strlen ("memory") && g_str_has_suffix (word, "memory"))
    word[n - strlen ("memory")] = '\0';
  return gst_ks_kind_is_valid (word) ? g_intern_string (word)
      : g_intern_static_string ("foreign");
}

const gchar *
gst_ks_need_foreign_kind (const GstKsQueryReply * reply, const GstCaps * caps)
{
  const gchar *feature = gst_ks_query_caps_memory (caps);

  if (feature)
    return gst_ks_feature_nth_kind (feature, 0);
  if (reply == NULL || gst_ks_query_reply_is_plain (reply))
    return NULL;
  if (reply->allocator && !gst_ks_allocator_is_ours (reply->allocator)
      && reply->allocator->mem_type
      && g_strcmp0 (reply->allocator->mem_type, GST_ALLOCATOR_SYSMEM) != 0)
    return kind_of_name (reply->allocator->mem_type);
  return reply->pool ? kind_of_name (G_OBJECT_TYPE_NAME (reply->pool))
      : g_intern_static_string ("foreign");
}

/* What goes where caps name a memory: item, once for each kind of the feature,
 * the one that others make liked better. */
static GstKsFraming *
framing_of_feature (const gchar * feature, const GstKsFramingItem * item,
    GError ** error)
{
  GstKsFramingItem items[MAX_FEATURE_KINDS];
  const gchar *kind;
  guint n = 0;

  while (n < MAX_FEATURE_KINDS && (kind = gst_ks_feature_nth_kind (feature, n))) {
    items[n] = *item;
    items[n].memory = kind;
    items[n].weight = item->weight + (n == 0);
    items[n].flags |= GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
    if (gst_ks_feature_is_device (feature))
      items[n].flags |= GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
    n++;
  }
  return gst_ks_framing_new (items, n, NULL, error);
}

/* --- elements without pins --- */

static gboolean
is_foreign (GstPad * pad)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);

  return pin == NULL;
}

gboolean
gst_ks_need_is_all_ours (const GstKsAsk * ask)
{
  gboolean ours = !is_foreign (gst_ks_ask_peek_head (ask));

  for (guint i = 0; ours && i < gst_ks_ask_get_n_answers (ask); i++)
    ours = !is_foreign (gst_ks_ask_peek_answer (ask, i)->pad);
  return ours;
}

/* Takes @framing. Memory that is kernel-only goes to no element without pins,
 * which gets ordinary memory instead. */
GstKsFraming *
gst_ks_need_for_foreign (GstKsFraming * framing)
{
  g_autoptr (GstKsFraming) old = framing;
  guint n = gst_ks_framing_get_n_items (framing), left = 0;
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n);

  for (guint i = 0; i < n; i++) {
    items[left] = *gst_ks_framing_peek_item (framing, i);
    if (!(items[left].flags & GST_KS_FRAMING_FLAG_KERNEL_ONLY))
      left++;
  }
  if (left == n)
    return g_steal_pointer (&old);
  if (left == 0) {
    items[0].memory = g_intern_static_string ("mapped");
    items[0].flags &= ~GST_KS_FRAMING_FLAG_KERNEL_ONLY;
    left = 1;
  }
  return gst_ks_framing_new (items, left, gst_ks_framing_peek_ratio (framing),
      NULL);
}

/* --- items --- */

static void
at_least (GstKsRange * range, guint64 min)
{
  *range = (GstKsRange) {
  min, GST_KS_RANGE_LIMIT, 1};
}

static void
limit_size (GstKsFramingItem * item, guint64 min)
{
  if (min == 0)
    return;
  at_least (&item->size, min);
  item->prefer = item->size;
}

/* Frames that the asked element holds itself, beyond those behind it: as its
 * answer says, or as it is known to. */
static guint
own_frames (const GstKsAnswer * answer)
{
  GstKsHolder holder;
  guint64 behind = 0;

  gst_ks_holder_look (answer->pad, &holder);

  for (guint i = 0; i < answer->next->len; i++)
    behind += ((GstKsAnswer *) g_ptr_array_index (answer->next, i))->reply.min;
  return MAX (holder.frames,
      answer->reply.min > behind ? answer->reply.min - behind : 0);
}

/* Whether what the answer brings is that of somebody behind. */
static gboolean
is_handed_on (const GstKsAnswer * answer)
{
  for (guint i = 0; i < answer->next->len; i++) {
    const GstKsAnswer *next = g_ptr_array_index (answer->next, i);

    if (answer->reply.pool == next->reply.pool
        && answer->reply.allocator == next->reply.allocator)
      return TRUE;
  }
  return FALSE;
}

/* A cap that downstream has for a pool of its own says nothing of ours. */
static void
fill_item (GstKsFramingItem * item, const GstKsAnswer * answer)
{
  const GstKsQueryReply *reply = &answer->reply;

  limit_size (item, reply->size);
  item->frames.min = own_frames (answer);
  item->align = reply->align;
  item->prefix = reply->prefix;
  item->padding = reply->padding;
}

static gboolean
is_last (const GstKsAnswer * answer)
{
  return answer->next->len == 0;
}

static GstKsFraming *
translate (const GstKsAnswer * answer, const GstCaps * caps, GError ** error)
{
  const gchar *feature = gst_ks_query_caps_memory (caps);
  const gchar *foreign = gst_ks_need_foreign_kind (&answer->reply, caps);
  GstKsPassing passing = gst_ks_need_passing (answer->pad);
  GstKsFramingItem items[2] = {
    GST_KS_FRAMING_ITEM_INIT (NULL), GST_KS_FRAMING_ITEM_INIT (NULL)
  };
  GstKsFramingItem *ours = &items[1];
  guint first = 1;

  ours->memory = g_intern_static_string (!is_last (answer)
      && passing == GST_KS_PASSING_UNTOUCHED ? "any" : "mapped");
  fill_item (ours, answer);
  if (!is_last (answer) && passing == GST_KS_PASSING_IN_PLACE)
    ours->flags |= GST_KS_FRAMING_FLAG_IN_PLACE;
  /* caps that name a memory leave no choice */
  if (feature && !is_handed_on (answer))
    return framing_of_feature (feature, ours, error);
  if (foreign && !is_handed_on (answer)) {
    items[0] = *ours;
    items[0].memory = foreign;
    items[0].weight = 1;
    items[0].flags |= GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
    first = 0;
  }
  return gst_ks_framing_new (&items[first], 2 - first, NULL, error);
}

/* Of whoever answered a query that nobody watched on its way. */
GstKsFraming *
gst_ks_need_of_reply (const GstKsQueryReply * reply, const GstCaps * caps,
    GError ** error)
{
  const gchar *foreign = gst_ks_need_foreign_kind (reply, caps);
  GstKsFramingItem items[2] = {
    GST_KS_FRAMING_ITEM_INIT (g_intern_static_string ("mapped")),
    GST_KS_FRAMING_ITEM_INIT (g_intern_static_string ("mapped"))
  };
  guint first = foreign ? 0 : 1;

  for (guint i = 0; i < 2; i++) {
    limit_size (&items[i], reply->size);
    items[i].frames.min = reply->min;
    items[i].align = reply->align;
    items[i].prefix = reply->prefix;
    items[i].padding = reply->padding;
  }
  if (gst_ks_query_caps_memory (caps))
    return framing_of_feature (gst_ks_query_caps_memory (caps), &items[0],
        error);
  if (foreign) {
    items[0].memory = foreign;
    items[0].weight = 1;
    items[0].flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  }
  return gst_ks_framing_new (&items[first], 2 - first, NULL, error);
}

GstKsFraming *
gst_ks_need_of_answer (const GstKsAnswer * answer, const GstCaps * caps,
    GError ** error)
{
  GstKsFraming *framing = framing_of_pin (answer->pad);

  if (framing)
    return framing;
  if (answer->framing && is_last (answer))
    return gst_ks_framing_ref (answer->framing);
  return translate (answer, caps, error);
}

static GstKsFraming *
single (const gchar * kind, GstKsFramingFlags flags, guint64 size,
    GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (kind);

  item.flags = flags;
  limit_size (&item, size);
  return gst_ks_framing_new (&item, 1, NULL, error);
}

/* Of who fills frames: one is being filled while others are held. */
static GstKsFraming *
single_filled (guint64 size, GstKsFramingFlags flags, GError ** error)
{
  GstKsFramingItem item =
      GST_KS_FRAMING_ITEM_INIT (g_intern_static_string ("mapped"));

  item.flags = flags;
  item.frames.min = 1;
  limit_size (&item, size);
  return gst_ks_framing_new (&item, 1, NULL, error);
}

/* Items that say nothing of sizes get the size of a frame. */
static GstKsFraming *
with_size (GstKsFraming * framing, guint64 size)
{
  G_GNUC_UNUSED g_autoptr (GstKsFraming) old = framing;
  guint n = gst_ks_framing_get_n_items (framing);
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n);

  for (guint i = 0; i < n; i++) {
    items[i] = *gst_ks_framing_peek_item (framing, i);
    if (gst_ks_range_is_any (&items[i].size))
      limit_size (&items[i], size);
  }
  return gst_ks_framing_new (items, n, gst_ks_framing_peek_ratio (framing),
      NULL);
}

/* Of who fills frames where caps name a memory. */
GstKsFraming *
gst_ks_need_of_feature (const gchar * feature, GError ** error)
{
  static const GstKsFramingItem any = GST_KS_FRAMING_ITEM_INIT (NULL);

  return framing_of_feature (feature, &any, error);
}

GstKsFraming *
gst_ks_need_of_head (GstPad * pad, const GstCaps * caps, GError ** error)
{
  GstKsFraming *framing = framing_of_pin (pad);
  const gchar *feature = gst_ks_query_caps_memory (caps);
  guint64 size = gst_ks_query_caps_size (caps, NULL);

  if (framing)
    return with_size (framing, size);
  if (feature)
    return gst_ks_need_of_feature (feature, error);
  return single_filled (size, integrity_of (pad), error);
}

GstKsFraming *
gst_ks_need_of_passing (GstPad * pad, const GstCaps * caps, GError ** error)
{
  GstKsFraming *framing = framing_of_pin (pad);

  if (framing)
    return framing;
  if (gst_ks_need_passing (pad) == GST_KS_PASSING_IN_PLACE)
    return single (g_intern_static_string ("mapped"),
        GST_KS_FRAMING_FLAG_IN_PLACE, gst_ks_query_caps_size (caps, NULL),
        error);
  return single (g_intern_static_string ("any"), integrity_of (pad), 0, error);
}

/* A GstVideoFilter always says both, and hands on to what there is. */
gboolean
gst_ks_need_works_both_ways (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GstBaseTransformClass *klass;

  if (element == NULL || !GST_IS_BASE_TRANSFORM (element))
    return FALSE;
  klass = GST_BASE_TRANSFORM_GET_CLASS (element);
  if (GST_IS_VIDEO_FILTER (element)
      && (!GST_VIDEO_FILTER_GET_CLASS (element)->transform_frame
          || !GST_VIDEO_FILTER_GET_CLASS (element)->transform_frame_ip))
    return FALSE;
  return klass->transform && klass->transform_ip;
}

/* Memory of a card is mapped where nobody says device-specific (KS: the old
 * rule for what is not SYSTEM_MEMORY); the planner's table has the rest. */
gboolean
gst_ks_need_add_mappable (GstKsGraph * graph, const GstKsFraming * framing,
    GError ** error)
{
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    if (!gst_ks_kind_is_known (item->memory)
        && !(item->flags & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC)
        && !gst_ks_graph_add_mappable (graph, item->memory, error))
      return FALSE;
  }
  return TRUE;
}
