/* What a segment asks for so far, and how two such become one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A label is a sum over the pads of a segment: merging is associative and
 * commutative, so a segment's label does not depend on the order in which the
 * search came across its pads. For that, two things are kept that
 * gst_ks_framing_intersect() can forget: whether every pad that says system
 * would take locked, and every wish for a size with its weight.
 */
#include <string.h>

#include "gstkssize.h"
#include "gstkssolverprivate.h"

#define DEMANDED(item, FLAG) (((item)->flags & GST_KS_FRAMING_FLAG_ ## FLAG) != 0)

static gboolean
is_group (const GstKsKindInfo * kind)
{
  return kind->any || kind->mapped || kind->host;
}

static const GstKsKindInfo *
kind_at (const GstKsSearch * search, guint kind)
{
  return &g_array_index (search->base->kinds, GstKsKindInfo, kind);
}

static gboolean
accepts (const GstKsKindInfo * group, const GstKsKindInfo * kind)
{
  return group->any || (group->mapped && kind->is_mappable)
      || (group->host && kind->is_host);
}

static const GstKsWishes *
wishes_new (const GstKsSearch * search, const GstKsWish * wishes, guint n)
{
  gsize size = n * sizeof (GstKsWish);
  GstKsWishes *own;

  if (n == 0)
    return NULL;
  own = gst_ks_arena_alloc (search->arena, sizeof (GstKsWishes) + size);
  own->n = n;
  memcpy (own->wishes, wishes, size);
  return own;
}

/* A wish that says nothing about any of these sizes never will: sizes only get
 * fewer. */
static gboolean
is_idle (const GstKsWish * wish, const GstKsRange * sizes)
{
  GstKsRange both;

  return gst_ks_range_is_any (&wish->range)
      || !gst_ks_range_intersect (&wish->range, sizes, &both)
      || gst_ks_range_equal (&both, sizes);
}

static void
domain_init (GstKsDomain * domain, const GstKsSearch * search,
    const GstKsFramingItem * item, guint order)
{
  gboolean soft = DEMANDED (item, PREFERENCES_ONLY);
  GstKsWish all[2] = {
    {item->weight, order, item->size}, {item->weight, order, item->prefer}
  };
  guint n = 0;

  domain->block = 0;
  domain->range = item->size;
  if (soft)
    domain->range = (GstKsRange) GST_KS_RANGE_INIT_ANY;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    if (!is_idle (&all[i], &domain->range))
      all[n++] = all[i];
  }
  domain->wishes = wishes_new (search, all, n);
}

static void
label_init (GstKsLabel * label, const GstKsSearch * search,
    const GstKsFramingItem * item)
{
  const GstKsKindInfo *kind;

  label->kind = gst_ks_base_kind ((GstKsBase *) search->base, item->memory);
  kind = kind_at (search, label->kind);
  label->soft = label->kind != search->base->system
      || DEMANDED (item, PREFERENCES_ONLY);
  label->unmappable = DEMANDED (item, DEVICE_SPECIFIC);
  label->needs_map = (kind->mapped || kind->host) && !label->unmappable;
  label->must = DEMANDED (item, MUST_ALLOCATE);
  label->can = label->must
      || (!is_group (kind) && DEMANDED (item, CAN_ALLOCATE));
  label->device = item->device;
  label->bus = item->bus;
  label->stride = item->stride;
  label->any_stride = gst_ks_range_is_any (&item->stride);
  label->align = item->align;
  label->prefix = item->prefix;
  label->padding = item->padding;
  label->held = item->frames.min;
  label->cap = item->frames.max;
}

static gboolean
is_neutral (const GstKsTask * task, guint vertex)
{
  return task->neutral != NULL && task->neutral[vertex];
}

/* The ratio of an edge is a demand of its ends. */
guint
gst_ks_task_relax (const GstKsTask * task, guint vertex)
{
  guint relax = task->relax;

  if (task->relax_at != NULL)
    relax |= task->relax_at[vertex];
  if (is_neutral (task, vertex))
    relax |= GST_KS_RELAX (RATIO);
  return relax;
}

/* Each demand is left out as somebody would who edits the framing. */
static void
item_relax (GstKsFramingItem * item, guint relax)
{
  static const GstKsFramingFlags drop[] = {
    [GST_KS_PLAN_CODE_MEMORY] = GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC,
    [GST_KS_PLAN_CODE_MUST_ALLOCATE] = GST_KS_FRAMING_FLAG_MUST_ALLOCATE,
    [GST_KS_PLAN_CODE_RATIO] = GST_KS_FRAMING_FLAG_INSIST_ON_RATIO,
    [GST_KS_PLAN_CODE_FRAME_INTEGRITY] = GST_KS_FRAMING_FLAG_FRAME_INTEGRITY
        | GST_KS_FRAMING_FLAG_IN_PLACE,
  };

  for (guint code = 0; code < G_N_ELEMENTS (drop); code++) {
    if ((relax & (1u << code)) != 0)
      item->flags &= ~drop[code];
  }
  if ((relax & GST_KS_RELAX (DEVICE)) != 0)
    item->device = NULL;
  if ((relax & GST_KS_RELAX (BUS)) != 0)
    item->bus = NULL;
  if ((relax & GST_KS_RELAX (SIZE)) != 0)
    item->size = item->prefer = (GstKsRange) GST_KS_RANGE_INIT_ANY;
  if ((relax & GST_KS_RELAX (STRIDE)) != 0)
    item->stride = (GstKsRange) GST_KS_RANGE_INIT_ANY;
  if ((relax & GST_KS_RELAX (FRAMES)) != 0)
    item->frames.max = GST_KS_RANGE_LIMIT;
  if ((relax & GST_KS_RELAX (CANNOT_ALLOCATE)) != 0)
    item->flags |= GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  if ((relax & GST_KS_RELAX (RATIO)) != 0)
    item->flags |= GST_KS_FRAMING_FLAG_PARTIAL_READ;
  if ((relax & GST_KS_RELAX (OVERFLOW)) != 0)
    item->prefix = item->padding = item->frames.min = 0;
}

/* Whatever the others take, and able to allocate it. */
static void
label_take_any (GstKsLabel * label, const GstKsBase * base)
{
  label->kind = base->any;
  label->needs_map = FALSE;
  label->can = TRUE;
}

void
gst_ks_choice_init (GstKsChoice * choice, const GstKsSearch * search,
    guint vertex, guint index)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  const GstKsBase *base = search->base;
  guint relax = gst_ks_task_relax (search->task, vertex);

  item.memory = g_array_index (base->kinds, GstKsKindInfo, base->any).word;
  if (!is_neutral (search->task, vertex))
    item = *gst_ks_framing_peek_item (gst_ks_graph_peek_pad_framing
        (base->graph, base->pads[vertex]), index);
  item_relax (&item, relax);
  label_init (&choice->label, search, &item);
  if ((relax & GST_KS_RELAX (MEMORY)) != 0)
    label_take_any (&choice->label, base);
  domain_init (&choice->domain, search, &item, vertex);
  choice->index = index;
  choice->weight = item.weight;
  choice->in_place_weight = item.in_place_weight;
  choice->not_in_place_weight = item.not_in_place_weight;
  choice->in_place = DEMANDED (&item, IN_PLACE);
  choice->integrity = DEMANDED (&item, FRAME_INTEGRITY);
  choice->insists = DEMANDED (&item, INSIST_ON_RATIO);
  choice->partial = DEMANDED (&item, PARTIAL_READ);
}

static gboolean
kind_merge (const GstKsSearch * search, const GstKsLabel * a,
    const GstKsLabel * b, GstKsLabel * out)
{
  const GstKsBase *base = search->base;

  if ((a->needs_map || b->needs_map) && (a->unmappable || b->unmappable))
    return FALSE;
  if (a->kind == b->kind || accepts (kind_at (search, b->kind), kind_at (search,
              a->kind)))
    out->kind = a->kind;
  else if (accepts (kind_at (search, a->kind), kind_at (search, b->kind)))
    out->kind = b->kind;
  else if (a->kind + b->kind == base->system + base->locked
      && (a->kind == base->system || b->kind == base->system))
    out->kind = base->locked;
  else
    return FALSE;
  out->soft = a->soft && b->soft;
  return out->kind != base->locked || out->soft;
}

/* Interned strings; NULL: no matter which. */
static gboolean
same_merge (const gchar * a, const gchar * b, const gchar ** out)
{
  *out = a != NULL ? a : b;
  return a == NULL || b == NULL || a == b;
}

static gboolean
stride_merge (const GstKsLabel * a, const GstKsLabel * b, GstKsLabel * out)
{
  out->any_stride = a->any_stride && b->any_stride;
  if (a->any_stride || b->any_stride) {
    out->stride = a->any_stride ? b->stride : a->stride;
    return TRUE;
  }
  return gst_ks_range_intersect (&a->stride, &b->stride, &out->stride);
}

gboolean
gst_ks_label_merge (const GstKsSearch * search, const GstKsLabel * a,
    const GstKsLabel * b, GstKsLabel * out)
{
  GstKsLabel m;

  if ((a->must && b->must) || !kind_merge (search, a, b, &m)
      || !same_merge (a->device, b->device, &m.device)
      || !same_merge (a->bus, b->bus, &m.bus) || !stride_merge (a, b, &m))
    return FALSE;
  m.needs_map = a->needs_map || b->needs_map;
  m.unmappable = a->unmappable || b->unmappable;
  m.must = a->must || b->must;
  m.can = a->can || b->can;
  m.align = MAX (a->align, b->align);
  m.prefix = MAX (a->prefix, b->prefix);
  m.padding = MAX (a->padding, b->padding);
  m.cap = MIN (a->cap, b->cap);
  m.held = MAX (a->held, b->held);
  if (!search->minimize_frames && !gst_ks_size_add (a->held, b->held, &m.held))
    return FALSE;
  if (m.held > m.cap)
    return FALSE;
  *out = m;
  return TRUE;
}

static gboolean
stride_covers (const GstKsLabel * a, const GstKsLabel * b)
{
  if (a->any_stride || b->any_stride)
    return a->any_stride;
  return gst_ks_range_is_subset (&b->stride, &a->stride);
}

/* Whatever can be merged with b can be merged with a, caps aside. */
gboolean
gst_ks_label_is_wider (const GstKsLabel * a, const GstKsLabel * b)
{
  return a->kind == b->kind && a->must <= b->must && a->can >= b->can
      && a->soft >= b->soft && a->needs_map <= b->needs_map
      && a->unmappable <= b->unmappable
      && (a->device == NULL || a->device == b->device)
      && (a->bus == NULL || a->bus == b->bus) && stride_covers (a, b);
}

gboolean
gst_ks_label_dominates (const GstKsLabel * a, const GstKsLabel * b)
{
  return a->align <= b->align && a->held <= b->held && a->cap >= b->cap
      && a->prefix <= b->prefix && a->padding <= b->padding
      && gst_ks_label_is_wider (a, b);
}

/* What becomes of the label when nobody says more. */
const GstKsKindInfo *
gst_ks_label_kind (const GstKsSearch * search, const GstKsLabel * label)
{
  const GstKsKindInfo *kind = kind_at (search, label->kind);

  return is_group (kind) ? kind_at (search, search->base->system) : kind;
}

gboolean
gst_ks_label_can_allocate (const GstKsSearch * search, const GstKsLabel * label)
{
  return label->can || gst_ks_label_kind (search, label)->framework;
}

/* FALSE when the frames would be more than 2^62 bytes. */
gboolean
gst_ks_label_block (const GstKsLabel * label, guint64 size, guint64 * block,
    guint64 * bytes)
{
  return gst_ks_size_block (label->prefix, size, label->padding, label->align,
      block) && gst_ks_size_mul (*block, MAX (label->held, 1), bytes)
      && *bytes <= GST_KS_RANGE_LIMIT;
}

static gint
wish_compare (const GstKsWish * a, const GstKsWish * b)
{
  if (a->weight != b->weight)
    return a->weight > b->weight ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

/* A pad's own two wishes stay in their order. */
static const GstKsWishes *
wishes_merge (const GstKsSearch * search, const GstKsWishes * a,
    const GstKsWishes * b, const GstKsRange * sizes)
{
  guint na = a != NULL ? a->n : 0, nb = b != NULL ? b->n : 0;
  guint i = 0, j = 0, n = 0;
  g_autofree GstKsWish *all = NULL;

  if (na + nb == 0)
    return NULL;
  all = g_new (GstKsWish, na + nb);
  while (i < na || j < nb) {
    gboolean from_a = j == nb
        || (i < na && wish_compare (&a->wishes[i], &b->wishes[j]) <= 0);
    const GstKsWish *wish = from_a ? &a->wishes[i++] : &b->wishes[j++];

    if (!is_idle (wish, sizes))
      all[n++] = *wish;
  }
  return wishes_new (search, all, n);
}

gboolean
gst_ks_domain_merge (const GstKsSearch * search, const GstKsDomain * a,
    const GstKsDomain * b, GstKsDomain * out)
{
  GstKsRange both;

  if (gst_ks_range_is_any (&a->range))
    both = b->range;
  else if (!gst_ks_range_intersect (&a->range, &b->range, &both))
    return FALSE;
  out->wishes = wishes_merge (search, a->wishes, b->wishes, &both);
  out->range = both;
  return TRUE;
}

static gboolean
wishes_equal (const GstKsWishes * a, const GstKsWishes * b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL || a->n != b->n)
    return FALSE;
  for (guint i = 0; i < a->n; i++) {
    if (wish_compare (&a->wishes[i], &b->wishes[i]) != 0
        || !gst_ks_range_equal (&a->wishes[i].range, &b->wishes[i].range))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ks_domain_equal (const GstKsDomain * a, const GstKsDomain * b)
{
  return a->block == b->block && gst_ks_range_equal (&a->range, &b->range)
      && wishes_equal (a->wishes, b->wishes);
}

/* More sizes are only better where nobody wishes: a wish that more sizes make
 * possible can lead to a larger one. */
gboolean
gst_ks_domain_dominates (const GstKsSearch * search, const GstKsDomain * a,
    const GstKsDomain * b)
{
  if (search->wishes)
    return gst_ks_domain_equal (a, b);
  return a->block == b->block && gst_ks_range_is_subset (&b->range, &a->range);
}

gboolean
gst_ks_domain_narrow (const GstKsDomain * domain, GstKsRange * range)
{
  gboolean had = FALSE;

  *range = domain->range;
  for (guint i = 0; domain->wishes != NULL && i < domain->wishes->n; i++)
    had |= gst_ks_range_intersect (range, &domain->wishes->wishes[i].range,
        range);
  return had;
}
