/* GstKsFraming: what a pad needs of its frames, as a list of alternatives.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table below is the whole vocabulary: one row a field, and text, merge
 * and comparison are loops over it.
 */
#include "gstksframing.h"

#include <string.h>

#include "gstksframingfield.h"
#include "gstkskind.h"

#define ITEM(field) G_STRUCT_OFFSET (GstKsFramingItem, field)

/* Order: prefer is merged after size. */
/* *INDENT-OFF* */
const GstKsField gst_ks_fields[] = {
  {"memory", &gst_ks_form_kind, &gst_ks_rule_kind, ITEM (memory), -1, FALSE},
  {"device", &gst_ks_form_string, &gst_ks_rule_same, ITEM (device), -1, FALSE},
  {"bus", &gst_ks_form_bus, &gst_ks_rule_same, ITEM (bus), -1, FALSE},
  {"size", &gst_ks_form_range, &gst_ks_rule_size, ITEM (size), -1, FALSE},
  {"prefer", &gst_ks_form_range, &gst_ks_rule_prefer, ITEM (prefer), ITEM (size), FALSE},
  {"frames", &gst_ks_form_frames, &gst_ks_rule_frames, ITEM (frames), -1, FALSE},
  {"align", &gst_ks_form_align, &gst_ks_rule_maximum, ITEM (align), -1, FALSE},
  {"stride", &gst_ks_form_range, &gst_ks_rule_exact, ITEM (stride), -1, FALSE},
  {"prefix", &gst_ks_form_bytes, &gst_ks_rule_maximum, ITEM (prefix), -1, FALSE},
  {"padding", &gst_ks_form_bytes, &gst_ks_rule_maximum, ITEM (padding), -1, FALSE},
  {"weight", &gst_ks_form_weight, &gst_ks_rule_sum, ITEM (weight), -1, FALSE},
  {"in-place-weight", &gst_ks_form_weight, &gst_ks_rule_sum, ITEM (in_place_weight), -1, FALSE},
  {"not-in-place-weight", &gst_ks_form_weight, &gst_ks_rule_sum, ITEM (not_in_place_weight), -1, FALSE},
  {"flags", &gst_ks_form_flags, &gst_ks_rule_flags, ITEM (flags), -1, FALSE},
  {"ratio", &gst_ks_form_ratio, &gst_ks_rule_compose, 0, -1, TRUE},
};
/* *INDENT-ON* */

/* the parser keeps a bit for each */
G_STATIC_ASSERT (G_N_ELEMENTS (gst_ks_fields) <= 32);

const guint gst_ks_n_fields = G_N_ELEMENTS (gst_ks_fields);

static const GstKsFramingItem default_item = GST_KS_FRAMING_ITEM_INIT ("any");
static const GstKsRatio default_ratio = GST_KS_RATIO_INIT;

/* For messages: what may be written behind the kind. */
const gchar *
gst_ks_fields_list (void)
{
  static gsize list = 0;

  if (g_once_init_enter (&list)) {
    GString *names = g_string_new (gst_ks_fields[1].name);

    for (guint i = 2; i < gst_ks_n_fields; i++)
      g_string_append_printf (names, ", %s", gst_ks_fields[i].name);
    g_once_init_leave (&list, (gsize) g_string_free (names, FALSE));
  }
  return (const gchar *) list;
}

/* Where the field's value is; const is the caller's to keep. */
gpointer
gst_ks_field_in (const GstKsField * field, const GstKsFramingItem * item,
    const GstKsRatio * ratio)
{
  const guint8 *base = field->of_framing ? (const guint8 *) ratio
      : (const guint8 *) item;

  return base != NULL ? (gpointer) (base + field->offset) : NULL;
}

/* What a missing field of item means. */
gconstpointer
gst_ks_field_default (const GstKsField * field, const GstKsFramingItem * item)
{
  if (field->fallback >= 0)
    return (const guint8 *) item + field->fallback;
  return gst_ks_field_in (field, &default_item, &default_ratio);
}

gboolean
gst_ks_framing_item_equal (const GstKsFramingItem * a,
    const GstKsFramingItem * b)
{
  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];

    if (!f->of_framing && !f->form->equal (gst_ks_field_in (f, a, NULL),
            gst_ks_field_in (f, b, NULL)))
      return FALSE;
  }
  return TRUE;
}

/* The only field that falls back is a range, prefer. */
static void
item_fall_back (GstKsFramingItem * item)
{
  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];
    GstKsRange *range = gst_ks_field_in (f, item, NULL);

    if (f->fallback >= 0 && gst_ks_range_is_any (range))
      *range = *(const GstKsRange *) gst_ks_field_default (f, item);
  }
}

gboolean
gst_ks_framing_settle (GstKsFramingItem * item, GstKsRatio * ratio,
    GError ** error)
{
  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];
    gpointer value = gst_ks_field_in (f, item, ratio);

    if (value == NULL || f->form->settle (value, error))
      continue;
    g_prefix_error (error, "%s: ", f->name);
    return FALSE;
  }
  if (item != NULL)
    item_fall_back (item);
  return TRUE;
}

static void
framing_free (GstKsFraming * framing)
{
  g_free (framing->items);
  g_free (framing);
}

/**
 * gst_ks_framing_new:
 * @items: (array length=n_items): the alternatives, best first
 * @n_items: how many, 1 to 64
 * @ratio: (nullable): sizes of out to in frames, or %NULL for 1/1+0
 * @error: return location for a #GError
 *
 * Copies the items and brings each value into its one form: strings are
 * interned, ranges normalised, the ratio is in lowest terms, and a prefer that
 * asks for nothing becomes the size.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming item and field, for a value that
 * cannot be. Any thread.
 *
 * Returns: (transfer full) (nullable): a framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_new (const GstKsFramingItem * items, guint n_items,
    const GstKsRatio * ratio, GError ** error)
{
  GstKsFraming *framing;

  g_return_val_if_fail (items != NULL || n_items == 0, NULL);

  if (n_items == 0 || n_items > GST_KS_FRAMING_MAX_ITEMS) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "a framing of %u items; it has 1 to %u", n_items,
        GST_KS_FRAMING_MAX_ITEMS);
    return NULL;
  }
  framing = g_new0 (GstKsFraming, 1);
  g_atomic_ref_count_init (&framing->ref_count);
  framing->ratio = ratio != NULL ? *ratio : default_ratio;
  framing->n_items = n_items;
  framing->items = g_new0 (GstKsFramingItem, n_items);
  for (guint i = 0; i < n_items; i++) {
    framing->items[i] = items[i];
    if (gst_ks_framing_settle (&framing->items[i], &framing->ratio, error))
      continue;
    g_prefix_error (error, "item %u: ", i + 1);
    framing_free (framing);
    return NULL;
  }
  return framing;
}

/**
 * gst_ks_framing_ref:
 * @framing: a framing
 *
 * Any thread.
 *
 * Returns: (transfer full): @framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_ref (GstKsFraming * framing)
{
  g_return_val_if_fail (framing != NULL, NULL);

  g_atomic_ref_count_inc (&framing->ref_count);
  return framing;
}

/**
 * gst_ks_framing_unref:
 * @framing: (transfer full): a framing
 *
 * Frees @framing with the last reference. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_framing_unref (GstKsFraming * framing)
{
  g_return_if_fail (framing != NULL);

  if (g_atomic_ref_count_dec (&framing->ref_count))
    framing_free (framing);
}

/**
 * gst_ks_framing_get_type:
 *
 * Returns: the boxed type of #GstKsFraming
 *
 * Since: 0.9
 */
G_DEFINE_BOXED_TYPE (GstKsFraming, gst_ks_framing, gst_ks_framing_ref,
    gst_ks_framing_unref);

/**
 * gst_ks_framing_get_n_items:
 * @framing: a framing
 *
 * Any thread.
 *
 * Returns: how many alternatives there are, at least 1
 *
 * Since: 0.9
 */
guint
gst_ks_framing_get_n_items (const GstKsFraming * framing)
{
  g_return_val_if_fail (framing != NULL, 0);

  return framing->n_items;
}

/**
 * gst_ks_framing_peek_item:
 * @framing: a framing
 * @index: which alternative, 0 is the best
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the item, which lives as long as
 *   @framing, or %NULL when there are not so many
 *
 * Since: 0.9
 */
const GstKsFramingItem *
gst_ks_framing_peek_item (const GstKsFraming * framing, guint index)
{
  g_return_val_if_fail (framing != NULL, NULL);

  return index < framing->n_items ? &framing->items[index] : NULL;
}

/**
 * gst_ks_framing_get_item:
 * @framing: a framing
 * @index: which alternative, 0 is the best
 * @item: (out caller-allocates): filled in
 *
 * Copies an item, to be changed and given to gst_ks_framing_set_item() or
 * gst_ks_pin_edit_item(). Languages that know no const take this one: writing
 * into what gst_ks_framing_peek_item() gives changes a shared framing. Any
 * thread.
 *
 * Returns: %FALSE when there are not so many; @item is left alone then
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_get_item (const GstKsFraming * framing, guint index,
    GstKsFramingItem * item)
{
  g_return_val_if_fail (framing != NULL, FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  if (index >= framing->n_items)
    return FALSE;
  *item = framing->items[index];
  return TRUE;
}

/**
 * gst_ks_framing_peek_ratio:
 * @framing: a framing
 *
 * Any thread.
 *
 * Returns: (transfer none): the ratio in lowest terms, 1/1+0 when nothing was
 *   said, maybe unknown; it lives as long as @framing
 *
 * Since: 0.9
 */
const GstKsRatio *
gst_ks_framing_peek_ratio (const GstKsFraming * framing)
{
  g_return_val_if_fail (framing != NULL, NULL);

  return &framing->ratio;
}

/**
 * gst_ks_framing_equal:
 * @a: a framing
 * @b: another framing
 *
 * Any thread.
 *
 * Returns: whether both have the same items in the same order and the same
 *   ratio
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_equal (const GstKsFraming * a, const GstKsFraming * b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->n_items != b->n_items
      || !gst_ks_form_ratio.equal (&a->ratio, &b->ratio))
    return FALSE;
  for (guint i = 0; i < a->n_items; i++) {
    if (!gst_ks_framing_item_equal (&a->items[i], &b->items[i]))
      return FALSE;
  }
  return TRUE;
}

/**
 * gst_ks_framing_is_fixed:
 * @framing: a framing
 *
 * Any thread.
 *
 * Returns: whether there is one item, with one size, of one kind
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_is_fixed (const GstKsFraming * framing)
{
  const GstKsFramingItem *item;

  g_return_val_if_fail (framing != NULL, FALSE);

  item = &framing->items[0];
  return framing->n_items == 1 && item->size.min == item->size.max
      && (gst_ks_kind_get_traits (item->memory) & GST_KS_KIND_TRAIT_GROUP)
      == 0;
}

static const GstKsFramingItem *
heaviest_item (const GstKsFraming * framing)
{
  const GstKsFramingItem *best = &framing->items[0];

  for (guint i = 1; i < framing->n_items; i++) {
    if (framing->items[i].weight > best->weight)
      best = &framing->items[i];
  }
  return best;
}

/**
 * gst_ks_framing_fixate:
 * @framing: a framing
 * @error: return location for a #GError
 *
 * Decides: the heaviest item, the first of several; its smallest legal size,
 * within prefer where that is possible; `system` where the kind is any, mapped
 * or host. Frames stay held..cap, and the stride stays a range: only who knows
 * the width can choose one. Where no size was asked for, the size is 0: meet
 * the framing with the bytes of a frame first.
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): a fixed framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_fixate (const GstKsFraming * framing, GError ** error)
{
  GstKsFramingItem item;
  GstKsRange size;

  g_return_val_if_fail (framing != NULL, NULL);

  item = *heaviest_item (framing);
  size = item.size;
  (void) gst_ks_range_intersect (&size, &item.prefer, &size);
  item.size.min = item.size.max = size.min;
  item.size.step = 0;
  item.prefer = item.size;
  if ((gst_ks_kind_get_traits (item.memory) & GST_KS_KIND_TRAIT_GROUP) != 0)
    item.memory = "system";
  return gst_ks_framing_new (&item, 1, &framing->ratio, error);
}
