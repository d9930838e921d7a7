/* How two framings become one: a rule for each field, and the loop over items.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A segment's framing is what all its pads can live with: legal values are
 * intersected, demands (alignment, prefix, frames held) are raised, and wishes
 * narrow what is left. So merging is no set operation: frames held add up.
 */
#include <string.h>

#include "gstksframingfield.h"
#include "gstkskind.h"
#include "gstkssize.h"

static gboolean
is_wish (const GstKsFramingItem * item)
{
  return (item->flags & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY) != 0;
}

/* Kind */

/* The groups mapped and host stand for memory that the CPU maps; an item that
 * says device-specific does not have that. */
static gboolean
maps_what_it_cannot (const GstKsFramingItem * item,
    const GstKsFramingItem * other)
{
  guint group = GST_KS_KIND_TRAIT_GROUP | GST_KS_KIND_TRAIT_MAPPABLE;
  guint only = item->flags & ~other->flags;

  return (only & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC) != 0
      && (gst_ks_kind_get_traits (other->memory) & group) == group;
}

static gboolean
gives_way (const GstKsFramingItem * item, const GstKsFramingItem * other)
{
  return is_wish (item) && strcmp (item->memory, "system") == 0
      && strcmp (other->memory, "locked") == 0;
}

static const gchar *
kind_of_both (const GstKsMeet * meet)
{
  if (maps_what_it_cannot (meet->a, meet->b)
      || maps_what_it_cannot (meet->b, meet->a))
    return NULL;
  if (gives_way (meet->a, meet->b) || gives_way (meet->b, meet->a))
    return g_intern_static_string ("locked");
  return gst_ks_kind_meet (meet->a->memory, meet->b->memory);
}

static gboolean
kind_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  const gchar *kind = kind_of_both (meet);

  if (kind == NULL)
    return FALSE;
  *(const gchar **) out = kind;
  return TRUE;
}

static gboolean
kind_subset (const GstKsMeet * meet, gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (kind_of_both (meet), meet->a->memory) == 0;
}

const GstKsRule gst_ks_rule_kind = { kind_merge, kind_subset };

/* Device and bus: equal, or one missing */

static gboolean
same_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  const gchar *sa = *(const gchar * const *) a;
  const gchar *sb = *(const gchar * const *) b;

  if (sa != NULL && sb != NULL && strcmp (sa, sb) != 0)
    return FALSE;
  *(const gchar **) out = sa != NULL ? sa : sb;
  return TRUE;
}

static gboolean
same_subset (const GstKsMeet * meet, gconstpointer a, gconstpointer b)
{
  const gchar *sb = *(const gchar * const *) b;

  return sb == NULL || g_strcmp0 (*(const gchar * const *) a, sb) == 0;
}

const GstKsRule gst_ks_rule_same = { same_merge, same_subset };

/* Ranges */

static gboolean
exact_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  return gst_ks_range_intersect (a, b, out);
}

static gboolean
exact_subset (const GstKsMeet * meet, gconstpointer a, gconstpointer b)
{
  return gst_ks_range_is_subset (a, b);
}

const GstKsRule gst_ks_rule_exact = { exact_merge, exact_subset };

/* A size that is only a wish gives way to one that is not; of two wishes, the
 * second one does. */
static gboolean
size_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  if (gst_ks_range_intersect (a, b, out))
    return TRUE;
  if (!is_wish (meet->a) && !is_wish (meet->b))
    return FALSE;
  *(GstKsRange *) out = *(const GstKsRange *) (is_wish (meet->b) ? a : b);
  return TRUE;
}

static gboolean
size_subset (const GstKsMeet * meet, gconstpointer a, gconstpointer b)
{
  return is_wish (meet->b) || gst_ks_range_is_subset (a, b);
}

const GstKsRule gst_ks_rule_size = { size_merge, size_subset };

/* Begins with the merged size, which comes before it in the table. */
static gboolean
prefer_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  gboolean b_first = meet->b->weight > meet->a->weight;
  GstKsRange narrowed = meet->out->size;

  (void) gst_ks_range_intersect (&narrowed, b_first ? b : a, &narrowed);
  (void) gst_ks_range_intersect (&narrowed, b_first ? a : b, &narrowed);
  *(GstKsRange *) out = narrowed;
  return TRUE;
}

const GstKsRule gst_ks_rule_prefer = { prefer_merge, NULL };

static gboolean
frames_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  const GstKsRange *ra = a, *rb = b;
  GstKsRange both = { MAX (ra->min, rb->min), MIN (ra->max, rb->max), 1 };

  if (!meet->minimize_frames && !gst_ks_size_add (ra->min, rb->min, &both.min))
    return FALSE;
  if (!gst_ks_range_normalize (&both, NULL))
    return FALSE;
  *(GstKsRange *) out = both;
  return TRUE;
}

const GstKsRule gst_ks_rule_frames = { frames_merge, exact_subset };

/* Numbers */

static gboolean
maximum_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  *(guint64 *) out = MAX (*(const guint64 *) a, *(const guint64 *) b);
  return TRUE;
}

static gboolean
maximum_subset (const GstKsMeet * meet, gconstpointer a, gconstpointer b)
{
  return *(const guint64 *) a >= *(const guint64 *) b;
}

const GstKsRule gst_ks_rule_maximum = { maximum_merge, maximum_subset };

/* Weights stay at the limit rather than fail: they are wishes. */
static gboolean
sum_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  gint64 limit = (gint64) GST_KS_RANGE_LIMIT;
  gint64 sum;

  if (__builtin_add_overflow (*(const gint64 *) a, *(const gint64 *) b, &sum))
    sum = *(const gint64 *) a > 0 ? limit : -limit;
  *(gint64 *) out = CLAMP (sum, -limit, limit);
  return TRUE;
}

const GstKsRule gst_ks_rule_sum = { sum_merge, NULL };

/* Flags: demands of one side hold for both, abilities must be of both sides.
 * Who can allocate is there when either side is. */
#define FLAGS_OF_BOTH (GST_KS_FRAMING_FLAG_IN_PLACE | \
    GST_KS_FRAMING_FLAG_PREFERENCES_ONLY | GST_KS_FRAMING_FLAG_PARTIAL_READ)
#define FLAGS_OF_EITHER (GST_KS_FRAMING_FLAG_FRAME_INTEGRITY | \
    GST_KS_FRAMING_FLAG_MUST_ALLOCATE | GST_KS_FRAMING_FLAG_CAN_ALLOCATE | \
    GST_KS_FRAMING_FLAG_INSIST_ON_RATIO | \
    GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC | GST_KS_FRAMING_FLAG_KERNEL_ONLY)
#define FLAGS_DEMANDED (FLAGS_OF_EITHER & ~GST_KS_FRAMING_FLAG_CAN_ALLOCATE)

static gboolean
flags_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  guint fa = *(const GstKsFramingFlags *) a;
  guint fb = *(const GstKsFramingFlags *) b;

  if ((fa & fb & GST_KS_FRAMING_FLAG_MUST_ALLOCATE) != 0)
    return FALSE;
  *(GstKsFramingFlags *) out = (GstKsFramingFlags)
      ((fa & fb & FLAGS_OF_BOTH) | ((fa | fb) & FLAGS_OF_EITHER));
  return TRUE;
}

static gboolean
flags_subset (const GstKsMeet * meet, gconstpointer a, gconstpointer b)
{
  guint demanded = *(const GstKsFramingFlags *) b & FLAGS_DEMANDED;

  return (*(const GstKsFramingFlags *) a & demanded) == demanded;
}

const GstKsRule gst_ks_rule_flags = { flags_merge, flags_subset };

/* Ratio: first a, then b, in lowest terms; the margin of a is scaled by b */

static gboolean
compose_merge (const GstKsMeet * meet, gconstpointer a, gconstpointer b,
    gpointer out)
{
  return gst_ks_ratio_compose (a, b, out, NULL);
}

const GstKsRule gst_ks_rule_compose = { compose_merge, NULL };

/* Items */

/* Returns the field that cannot meet, or NULL when all do. */
static const GstKsField *
item_meet (const GstKsMeet * meet)
{
  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];

    if (f->of_framing)
      continue;
    if (!f->rule->merge (meet, gst_ks_field_in (f, meet->a, NULL),
            gst_ks_field_in (f, meet->b, NULL),
            gst_ks_field_in (f, meet->out, NULL)))
      return f;
  }
  return NULL;
}

static gboolean
item_is_subset (const GstKsFramingItem * item, const GstKsFramingItem * of)
{
  GstKsMeet meet = { item, of, NULL, FALSE };

  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];

    if (f->of_framing || f->rule->subset == NULL)
      continue;
    if (!f->rule->subset (&meet, gst_ks_field_in (f, item, NULL),
            gst_ks_field_in (f, of, NULL)))
      return FALSE;
  }
  return TRUE;
}

static void
set_conflict (GError ** error, const GstKsField * f, gconstpointer a,
    gconstpointer b)
{
  g_autoptr (GString) sa = g_string_new (NULL);
  g_autoptr (GString) sb = g_string_new (NULL);

  f->form->write (sa, a);
  f->form->write (sb, b);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "the framings cannot meet: %s is %s on one side and %s on the other; "
      "one side has to offer more, or a copy has to go between them",
      f->name, sa->str, sb->str);
}

/* What came of all pairs of items. */
typedef struct
{
  GArray *items;                /* of GstKsFramingItem, owned by the caller */
  const GstKsField *conflict;   /* of the pair that came furthest */
  const GstKsFramingItem *a, *b;        /* that pair */
} Product;

static void
product_add (Product * product, const GstKsFramingItem * item)
{
  for (guint i = 0; i < product->items->len; i++) {
    if (gst_ks_framing_item_equal (item,
            &g_array_index (product->items, GstKsFramingItem, i)))
      return;
  }
  g_array_append_val (product->items, *item);
}

static void
product_try (Product * product, const GstKsMeet * meet)
{
  const GstKsField *conflict = item_meet (meet);

  if (conflict == NULL) {
    product_add (product, meet->out);
  } else if (conflict > product->conflict || product->conflict == NULL) {
    product->conflict = conflict;
    product->a = meet->a;
    product->b = meet->b;
  }
}

static gboolean
product_check (const Product * product, GError ** error)
{
  const GstKsField *f = product->conflict;

  if (product->items->len == 0) {
    set_conflict (error, f, gst_ks_field_in (f, product->a, NULL),
        gst_ks_field_in (f, product->b, NULL));
    return FALSE;
  }
  if (product->items->len > GST_KS_FRAMING_MAX_ITEMS) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "the framings have %u alternatives in common and the limit is %u; "
        "offer fewer", product->items->len, GST_KS_FRAMING_MAX_ITEMS);
    return FALSE;
  }
  return TRUE;
}

static gboolean
framing_fields_meet (const GstKsFraming * a, const GstKsFraming * b,
    GstKsRatio * ratio, GError ** error)
{
  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];
    gconstpointer va = gst_ks_field_in (f, NULL, &a->ratio);
    gconstpointer vb = gst_ks_field_in (f, NULL, &b->ratio);

    if (!f->of_framing)
      continue;
    if (f->rule->merge (NULL, va, vb, gst_ks_field_in (f, NULL, ratio)))
      continue;
    set_conflict (error, f, va, vb);
    return FALSE;
  }
  return TRUE;
}

GstKsFraming *
gst_ks_framing_meet (const GstKsFraming * a, const GstKsFraming * b,
    gboolean minimize_frames, GError ** error)
{
  g_autoptr (GArray) items =
      g_array_new (FALSE, FALSE, sizeof (GstKsFramingItem));
  Product product = { items, NULL, NULL, NULL };
  GstKsRatio ratio = GST_KS_RATIO_INIT;

  for (guint i = 0; i < a->n_items; i++) {
    for (guint j = 0; j < b->n_items; j++) {
      GstKsFramingItem both = GST_KS_FRAMING_ITEM_INIT ("any");
      GstKsMeet meet = { &a->items[i], &b->items[j], &both, minimize_frames };

      product_try (&product, &meet);
    }
    if (items->len > GST_KS_FRAMING_MAX_ITEMS)
      break;
  }
  if (!product_check (&product, error)
      || !framing_fields_meet (a, b, &ratio, error))
    return NULL;
  return gst_ks_framing_new ((const GstKsFramingItem *) items->data,
      items->len, &ratio, error);
}

/**
 * gst_ks_framing_intersect:
 * @a: a framing
 * @b: another framing
 * @error: return location for a #GError
 *
 * What both sides can live with: each item of @a with each item of @b, in the
 * order of @a, equal results once. Field by field: kinds meet; device and bus
 * are equal or one is missing; size and stride are intersected exactly; prefer
 * narrows the size where it can, the heavier item's first; frames held are
 * added and the smaller cap holds; align, prefix and padding are the larger
 * ones; weights are added. Of the flags, in-place, preferences-only and
 * partial-read must be on both sides, the others on one; must-allocate on both
 * sides is a conflict. Ratios are composed, first @a, then @b.
 *
 * Where sizes do not meet, the side that is preferences-only gives way, and so
 * does its kind system to locked; other kinds stay what memory an element can
 * use at all.
 *
 * Fails with %GST_KS_ERROR_CONFLICT, naming the field and both values of the
 * pair of items that came furthest, and with %GST_KS_ERROR_LIMIT when more than
 * 64 alternatives are left. Any thread.
 *
 * Returns: (transfer full) (nullable): the common framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_intersect (const GstKsFraming * a, const GstKsFraming * b,
    GError ** error)
{
  g_return_val_if_fail (a != NULL && b != NULL, NULL);

  return gst_ks_framing_meet (a, b, FALSE, error);
}

/**
 * gst_ks_framing_is_subset:
 * @framing: a framing
 * @of: the framing that may allow more
 *
 * Weights, wishes, abilities and the ratio do not count: they allow and forbid
 * nothing. Any thread.
 *
 * Returns: whether each item of @framing is allowed by some item of @of
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_is_subset (const GstKsFraming * framing, const GstKsFraming * of)
{
  g_return_val_if_fail (framing != NULL && of != NULL, FALSE);

  for (guint i = 0; i < framing->n_items; i++) {
    guint j = 0;

    while (j < of->n_items
        && !item_is_subset (&framing->items[i], &of->items[j]))
      j++;
    if (j == of->n_items)
      return FALSE;
  }
  return TRUE;
}
