/* GstKsHeld: who holds the frames of a pool, found by where they were pushed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A frame's trail is a set of pads with times. A step led into an element: the
 * one behind that pad. If that element has pushed the frame on later, it has
 * let go of it, as far as can be seen; if not, the frame's way ends there.
 * Behind a tee there are several ends, and the last one is not always the
 * guilty one: a queue that waits took its frame before the sink beside it. So
 * the ends are weighed by what their elements are known to keep, and of equals
 * the latest counts:
 *
 *   KEEPS    keeps frames (a last sample, an input of an aggregator); when it
 *            is known how many, then the latest of those that came
 *   REPEATS  has pushed it on, and is known to keep what it pushed (videorate)
 *   MAYBE    nothing is known, or room for more than was there (a queue)
 *   LETS_GO  lets go before it returns: a frame there is being worked on
 *   LEFT     was pushed on
 *
 * Elements are looked at when somebody asks, and not when a frame passes. */

#include "gstksheld.h"
#include "gstksholder.h"
#include "gstksplace.h"

typedef enum
{
  LEFT,
  LETS_GO,
  MAYBE,
  REPEATS,
  KEEPS
} Weight;

/* A place, as it is at the time of the question. */
typedef struct
{
  gchar *through;               /* owned; may be NULL */
  gchar *holder;                /* owned; NULL: unlinked or gone */
  gconstpointer pusher;         /* element of the pad; compared only */
  gconstpointer taker;          /* element behind it; compared only */
  gboolean open;                /* it has pads that nobody watches */
  GstKsHolder known;
  GArray *ages;                 /* owned; ns since each frame came there */
} Spot;

static void
spot_free (gpointer data)
{
  Spot *spot = data;

  g_free (spot->through);
  g_free (spot->holder);
  g_array_unref (spot->ages);
  g_free (spot);
}

static gboolean
note_unwatched (GstElement * element, GstPad * pad, gpointer user_data)
{
  gboolean *open = user_data;

  if (gst_ks_place_peek (pad) == 0 && gst_pad_is_linked (pad))
    *open = TRUE;
  return TRUE;
}

static void
look_behind (Spot * spot, GstPad * peer)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (peer);

  spot->holder = gst_ks_place_name_pad (peer);
  spot->taker = element;
  gst_ks_holder_look (peer, &spot->known);
  if (element)
    (void) gst_element_foreach_src_pad (element, note_unwatched, &spot->open);
}

static Spot *
spot_new (guint number)
{
  g_auto (GstKsPlace) place = { NULL, NULL };
  g_autoptr (GstPad) peer = NULL;
  Spot *spot = g_new0 (Spot, 1);

  spot->ages = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  gst_ks_place_look (number, &place);
  spot->through = g_steal_pointer (&place.name);
  if (place.pad == NULL)
    return spot;
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (place.pad));
  spot->pusher = parent;
  peer = gst_ks_place_get_peer (place.pad);
  if (peer)
    look_behind (spot, peer);
  return spot;
}

static Spot *
find_spot (GHashTable * spots, guint place)
{
  Spot *spot = g_hash_table_lookup (spots, GUINT_TO_POINTER (place));

  if (spot == NULL) {
    spot = spot_new (place);
    g_hash_table_insert (spots, GUINT_TO_POINTER (place), spot);
  }
  return spot;
}

/* --- where a frame is --- */

static gboolean
was_pushed_on (GHashTable * spots, const GstKsTrailCopy * trail,
    const GstKsStep * step)
{
  const Spot *spot = find_spot (spots, step->place);

  for (guint i = 0; i < trail->n_steps; i++) {
    const GstKsStep *other = &trail->steps[i];

    if (other->age <= step->age && spot->taker != NULL
        && find_spot (spots, other->place)->pusher == spot->taker)
      return TRUE;
  }
  return FALSE;
}

static void
note_ages (GHashTable * spots, const GstKsTrailCopy * trail)
{
  for (guint i = 0; i < trail->n_steps; i++) {
    const GstKsStep *step = &trail->steps[i];

    g_array_append_val (find_spot (spots, step->place)->ages, step->age);
  }
}

/* Whether a frame that came so long ago can be among those that are kept. */
static gboolean
may_be_kept (const Spot * spot, GstClockTime age)
{
  const GstKsHolder *known = &spot->known;
  guint n_later = 0;

  if (known->unbounded || (known->frames != 0 && !known->lets_go))
    return TRUE;
  for (guint i = 0; i < spot->ages->len && n_later < known->frames; i++)
    n_later += g_array_index (spot->ages, GstClockTime, i) < age;
  return n_later < known->frames;
}

static Weight
weigh (GHashTable * spots, const GstKsTrailCopy * trail, const GstKsStep * step)
{
  const Spot *spot = find_spot (spots, step->place);
  gboolean kept = may_be_kept (spot, step->age);

  if (was_pushed_on (spots, trail, step))
    return kept && spot->known.duplicates ? REPEATS : LEFT;
  if (kept)
    return KEEPS;
  return spot->known.lets_go ? LETS_GO : MAYBE;
}

static const GstKsStep *
find_end (GHashTable * spots, const GstKsTrailCopy * trail)
{
  const GstKsStep *best = NULL;
  Weight most = LEFT;

  for (guint i = 0; i < trail->n_steps; i++) {
    const GstKsStep *step = &trail->steps[i];
    Weight weight = weigh (spots, trail, step);

    if (best == NULL || weight > most || (weight == most
            && step->age < best->age)) {
      best = step;
      most = weight;
    }
  }
  return best;
}

/* --- of all frames --- */

static void
held_free (gpointer data)
{
  GstKsHeld *held = data;

  g_free (held->holder);
  g_free (held->through);
  g_free (held);
}

static GstKsHeld *
held_new (const Spot * spot)
{
  GstKsHeld *held = g_new0 (GstKsHeld, 1);

  held->through = g_strdup (spot->through);
  held->holder = g_strdup (spot->holder);
  held->age = GST_CLOCK_TIME_NONE;
  if (spot->holder == NULL)
    held->state = GST_KS_HELD_LOST;
  else if (spot->open && spot->known.frames == 0)
    held->state = GST_KS_HELD_BEHIND;
  held->cause = spot->known.cause;
  held->lever = spot->known.lever;
  return held;
}

/* Who fills frames is who pushes them first. */
static GstKsHeld *
filling_new (GHashTable * spots, guint first)
{
  GstKsHeld *held = g_new0 (GstKsHeld, 1);

  held->state = GST_KS_HELD_FILLING;
  held->age = GST_CLOCK_TIME_NONE;
  if (first != 0)
    held->holder = g_strdup (find_spot (spots, first)->through);
  return held;
}

static void
held_add (GstKsHeld * held, GstClockTime age)
{
  held->frames++;
  if (!GST_CLOCK_TIME_IS_VALID (held->age)
      || (GST_CLOCK_TIME_IS_VALID (age) && age > held->age))
    held->age = age;
}

static gint
compare_held (gconstpointer a, gconstpointer b)
{
  const GstKsHeld *one = *(const GstKsHeld **) a;
  const GstKsHeld *other = *(const GstKsHeld **) b;

  if (one->frames != other->frames)
    return one->frames < other->frames ? 1 : -1;
  if (one->state != other->state)
    return one->state < other->state ? -1 : 1;
  return g_strcmp0 (one->holder, other->holder);
}

/* found: GstKsHeld by place, 0 for those that were not pushed. */
static GstKsHeld *
held_for (GHashTable * spots, GHashTable * found, guint place, guint first)
{
  GstKsHeld *held = g_hash_table_lookup (found, GUINT_TO_POINTER (place));

  if (held == NULL) {
    held = place != 0 ? held_new (find_spot (spots, place)) :
        filling_new (spots, first);
    g_hash_table_insert (found, GUINT_TO_POINTER (place), held);
  }
  return held;
}

GPtrArray *
gst_ks_held_find (GstKsTrails * trails)
{
  g_autoptr (GHashTable) spots = g_hash_table_new_full (NULL, NULL, NULL,
      spot_free);
  g_autoptr (GHashTable) found = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) copies = gst_ks_trails_copy (trails);
  GPtrArray *all = g_ptr_array_new_with_free_func (held_free);
  guint first = gst_ks_trails_get_first (trails);
  GHashTableIter iter;
  gpointer held;

  for (guint i = 0; i < copies->len; i++)
    note_ages (spots, &g_array_index (copies, GstKsTrailCopy, i));
  for (guint i = 0; i < copies->len; i++) {
    const GstKsTrailCopy *trail = &g_array_index (copies, GstKsTrailCopy, i);
    const GstKsStep *end = find_end (spots, trail);

    held_add (held_for (spots, found, end ? end->place : 0, first),
        end ? end->age : trail->age);
  }
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, NULL, &held))
    g_ptr_array_add (all, held);
  g_ptr_array_sort (all, compare_held);
  return all;
}

GPtrArray *
gst_ks_held_find_each (const GArray * copies)
{
  g_autoptr (GHashTable) spots = g_hash_table_new_full (NULL, NULL, NULL,
      spot_free);
  GPtrArray *all = g_ptr_array_new_with_free_func (held_free);

  for (guint i = 0; i < copies->len; i++)
    note_ages (spots, &g_array_index (copies, GstKsTrailCopy, i));
  for (guint i = 0; i < copies->len; i++) {
    const GstKsTrailCopy *trail = &g_array_index (copies, GstKsTrailCopy, i);
    const GstKsStep *end = find_end (spots, trail);
    GstKsHeld *held = end ? held_new (find_spot (spots, end->place)) :
        filling_new (spots, 0);

    held_add (held, end ? end->age : trail->age);
    g_ptr_array_add (all, held);
  }
  return all;
}

/* --- telling --- */

static void
add_place (GString * text, const GstKsHeld * held)
{
  const gchar *holder = held->holder ? held->holder : "?";

  switch (held->state) {
    case GST_KS_HELD_INSIDE:
      g_string_append_printf (text, "held by %s", holder);
      break;
    case GST_KS_HELD_BEHIND:
      g_string_append_printf (text, "held by %s or behind it", holder);
      break;
    case GST_KS_HELD_LOST:
      g_string_append_printf (text, "pushed through %s, which is unlinked now",
          held->through ? held->through : "a pad that is gone");
      break;
    default:
      if (held->holder)
        g_string_append_printf (text, "being filled by %s", held->holder);
      else
        g_string_append (text, "not seen on any pad");
      break;
  }
}

static void
add_held (GString * text, const GstKsHeld * held)
{
  if (text->len > 0)
    g_string_append (text, ", ");
  g_string_append_printf (text, "%u ", held->frames);
  add_place (text, held);
  if (GST_CLOCK_TIME_IS_VALID (held->age))
    g_string_append_printf (text, " since %" G_GUINT64_FORMAT ".%u s",
        held->age / GST_SECOND,
        (guint) (held->age % GST_SECOND / (GST_SECOND / 10)));
  if (held->cause)
    g_string_append_printf (text, " (%s", held->cause);
  if (held->cause && held->lever)
    g_string_append_printf (text, "; %s avoids it", held->lever);
  if (held->cause)
    g_string_append_c (text, ')');
}

gchar *
gst_ks_held_to_text (GPtrArray * all)
{
  GString *text;

  if (all->len == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < all->len; i++)
    add_held (text, g_ptr_array_index (all, i));
  return g_string_free (text, FALSE);
}

static void
set_text (GstStructure * structure, const gchar * field, const gchar * text)
{
  if (text != NULL)
    gst_structure_set (structure, field, G_TYPE_STRING, text, NULL);
}

static GstStructure *
held_to_structure (const GstKsHeld * held)
{
  static const gchar *const names[] = { "inside", "behind", "filling", "lost" };
  GstStructure *structure = gst_structure_new ("holder",
      "state", G_TYPE_STRING, names[held->state],
      "frames", G_TYPE_UINT, held->frames, NULL);

  set_text (structure, "holder", held->holder);
  set_text (structure, "through", held->through);
  if (GST_CLOCK_TIME_IS_VALID (held->age))
    gst_structure_set (structure, "age", G_TYPE_UINT64, held->age, NULL);
  set_text (structure, "cause", held->cause);
  set_text (structure, "lever", held->lever);
  return structure;
}

GstStructure *
gst_ks_held_to_structure (GPtrArray * all)
{
  GstStructure *structure = gst_structure_new_empty ("ks-holders");
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < all->len; i++) {
    GValue value = G_VALUE_INIT;

    g_value_init (&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&value, held_to_structure (g_ptr_array_index (all, i)));
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_structure_take_value (structure, "holders", &array);
  return structure;
}
