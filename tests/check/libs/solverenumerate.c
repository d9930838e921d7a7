/* The best plan of a small graph by trying all: the planner's rules, once more.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "solverenumerate.h"

#include <string.h>

#include "solversets.h"

/* What an item says in sets. */
typedef struct
{
  Set size, prefer, stride;
} Sets;

/* Enumeration */

typedef struct
{
  const Case *c;
  const GstKsFramingItem *items[PADS];
  guint at[PADS];               /* which item that is */
  Sets sets[PADS][ITEMS];
  guint segment[PADS];          /* the first pad of it */
  guint domain[PADS];           /* pads of one size: the first of them */
  gboolean joined[EDGES];
  guint64 size[PADS];
} Try;

static gboolean
says (const Try * t, guint pad, GstKsFramingFlags flag)
{
  return (t->items[pad]->flags & flag) != 0;
}

static const Sets *
sets_of (const Try * t, guint pad)
{
  return &t->sets[pad][t->at[pad]];
}

static gboolean
is_word (const Try * t, guint pad, const gchar * word)
{
  return strcmp (t->items[pad]->memory, word) == 0;
}

static gboolean
is_group (const Try * t, guint pad)
{
  return is_word (t, pad, "any") || is_word (t, pad, "mapped")
      || is_word (t, pad, "host");
}

static gboolean
is_host (const gchar * kind)
{
  return strcmp (kind, "cuda") != 0 && strcmp (kind, "acme") != 0;
}

static gboolean
takes (const Try * t, guint pad, const gchar * kind)
{
  if (is_word (t, pad, "mapped"))
    return is_host (kind)
        || (strcmp (kind, "acme") == 0 && t->c->acme_is_mappable);
  if (is_word (t, pad, "host"))
    return is_host (kind);
  return is_word (t, pad, "any") || is_word (t, pad, kind)
      || (is_word (t, pad, "system") && strcmp (kind, "locked") == 0
      && says (t, pad, GST_KS_FRAMING_FLAG_PREFERENCES_ONLY));
}

#define IN_SEGMENT(t, s, i) \
  (guint i = (s); i < (t)->c->n; i++) if ((t)->segment[i] == (s))

/* The kind that is named, or system; of system and locked, locked. */
static const gchar *
kind_of (const Try * t, guint s)
{
  const gchar *kind = NULL;

  for IN_SEGMENT
    (t, s, i) {
    if (!is_group (t, i) && (kind == NULL || is_word (t, i, "locked")))
      kind = t->items[i]->memory;
    }
  return kind != NULL ? kind : "system";
}

static gboolean
kind_works (const Try * t, guint s)
{
  const gchar *kind = kind_of (t, s);
  gboolean can = is_host (kind)
      || (t->c->framework && strcmp (kind, "cuda") == 0);
  guint must = 0, maps = 0, unmapped = 0;

  for IN_SEGMENT
    (t, s, i) {
    gboolean specific = says (t, i, GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);

    if (!takes (t, i, kind))
      return FALSE;
    must += says (t, i, GST_KS_FRAMING_FLAG_MUST_ALLOCATE);
    can |= says (t, i, GST_KS_FRAMING_FLAG_CAN_ALLOCATE) && !is_group (t, i);
    unmapped += specific;
    maps += is_group (t, i) && !is_word (t, i, "any") && !specific;
    }
  return must <= 1 && (can || must == 1) && (maps == 0 || unmapped == 0);
}

static gboolean
names_work (const Try * t, guint s)
{
  const gchar *device = NULL, *bus = NULL;
  Set strides;

  set_fill (&strides);
  for IN_SEGMENT
    (t, s, i) {
    const GstKsFramingItem *item = t->items[i];

    if ((device && item->device && strcmp (device, item->device) != 0)
        || (bus && item->bus && strcmp (bus, item->bus) != 0))
      return FALSE;
    device = item->device != NULL ? item->device : device;
    bus = item->bus != NULL ? item->bus : bus;
    set_and (&strides, &sets_of (t, i)->stride);
    }
  return set_least (&strides) >= 0;
}

static gboolean
frames_work (const Try * t, guint s, guint64 * held)
{
  guint64 sum = 0, most = 0, cap = GST_KS_RANGE_LIMIT;

  for IN_SEGMENT
    (t, s, i) {
    sum += t->items[i]->frames.min;
    most = MAX (most, t->items[i]->frames.min);
    cap = MIN (cap, t->items[i]->frames.max);
    }
  *held = t->c->strategy == GST_KS_STRATEGY_MINIMIZE_FRAMES ? most : sum;
  return *held <= cap;
}

/* Whether frames that pad a sends can come to b. */
static gboolean
reaches (const Try * t, guint a, guint b)
{
  gboolean seen[PADS] = { FALSE };

  seen[a] = TRUE;
  for (guint turn = 0; turn < PADS; turn++) {
    for (guint e = 0; e < t->c->n_edges; e++) {
      if (t->joined[e] && seen[t->c->ends[e][0]])
        seen[t->c->ends[e][1]] = TRUE;
    }
  }
  return seen[b];
}

static gboolean
is_changed (const Try * t, guint e)
{
  guint a = t->c->ends[e][0], b = t->c->ends[e][1];

  return t->joined[e] && t->c->names[a][1] == t->c->names[b][1]
      && says (t, a, GST_KS_FRAMING_FLAG_IN_PLACE)
      && says (t, b, GST_KS_FRAMING_FLAG_IN_PLACE);
}

static gboolean
integrity_works (const Try * t)
{
  for (guint e = 0; e < t->c->n_edges; e++) {
    for (guint i = 0; i < t->c->n && is_changed (t, e); i++) {
      guint outs = 0;

      for (guint k = 0; k < t->c->n_edges; k++)
        outs += t->joined[k] && t->c->ends[k][0] == i;
      if (reaches (t, i, t->c->ends[e][0]) && (outs > 1
              || says (t, i, GST_KS_FRAMING_FLAG_FRAME_INTEGRITY)))
        return FALSE;
    }
  }
  return TRUE;
}

/* Sizes */

static gboolean
is_identity (const GstKsEdge * e)
{
  return e->ratio.numerator == e->ratio.denominator
      && e->ratio.numerator != 0 && e->ratio.margin == 0;
}

static gboolean
is_tied (const Try * t, guint e)
{
  guint a = t->c->ends[e][0], b = t->c->ends[e][1];

  if (t->c->loose[e])
    return FALSE;
  if (t->joined[e])
    return !is_identity (&t->c->edges[e]);
  return (says (t, a, GST_KS_FRAMING_FLAG_INSIST_ON_RATIO)
      || says (t, b, GST_KS_FRAMING_FLAG_INSIST_ON_RATIO))
      && !says (t, a, GST_KS_FRAMING_FLAG_PARTIAL_READ)
      && !says (t, b, GST_KS_FRAMING_FLAG_PARTIAL_READ)
      && t->c->edges[e].ratio.numerator != 0;
}

/* Wishes of a domain, heaviest first, then by name: names are e0:p3 and so on */
static guint
list_wishes (const Try * t, guint d, const Set ** wishes)
{
  gboolean done[PADS] = { FALSE };
  guint n = 0;

  for (guint turn = 0; turn < t->c->n; turn++) {
    gint best = -1;

    for (guint i = 0; i < t->c->n; i++) {
      if (t->domain[i] != d || done[i])
        continue;
      if (best < 0 || t->items[i]->weight > t->items[best]->weight
          || (t->items[i]->weight == t->items[best]->weight
              && strcmp (t->c->names[i], t->c->names[best]) < 0))
        best = (gint) i;
    }
    if (best < 0)
      break;
    done[best] = TRUE;
    if (says (t, (guint) best, GST_KS_FRAMING_FLAG_PREFERENCES_ONLY))
      wishes[n++] = &sets_of (t, (guint) best)->size;
    wishes[n++] = &sets_of (t, (guint) best)->prefer;
  }
  return n;
}

typedef struct
{
  Set hard[PADS], soft[PADS];   /* by domain */
  gboolean wished[PADS];
} Sizes;

static gboolean
domain_sets (const Try * t, guint d, Sizes * sizes)
{
  const Set *wishes[2 * PADS];
  guint n = list_wishes (t, d, wishes);

  set_fill (&sizes->hard[d]);
  for (guint i = 0; i < t->c->n; i++) {
    if (t->domain[i] != d || says (t, i, GST_KS_FRAMING_FLAG_PREFERENCES_ONLY))
      continue;
    set_and (&sizes->hard[d], &sets_of (t, i)->size);
  }
  sizes->soft[d] = sizes->hard[d];
  sizes->wished[d] = FALSE;
  for (guint i = 0; i < n; i++) {
    Set narrower = sizes->hard[d];

    if (set_meets (&sizes->soft[d], wishes[i]))
      set_and (&sizes->soft[d], wishes[i]);
    set_and (&narrower, wishes[i]);
    sizes->wished[d] |= set_least (&narrower) >= 0
        && memcmp (&narrower, &sizes->hard[d], sizeof narrower) != 0;
  }
  return set_least (&sizes->hard[d]) >= 0;
}

static gboolean
image (const GstKsRatio * r, guint in, guint * out)
{
  *out = (guint) ((in * r->numerator + r->denominator - 1) / r->denominator
      + r->margin);
  return *out < SIZES;
}

/* Takes out what has no partner across the tie; TRUE when something was. */
static gboolean
prune (const GstKsRatio * r, Set * a, Set * b)
{
  Set images = { {0} }, before = *b;
  gboolean changed = FALSE;
  guint out;

  for (guint i = 0; i < SIZES; i++) {
    if (!set_has (a, i))
      continue;
    if (image (r, i, &out) && set_has (b, out)) {
      set_add (&images, out);
    } else {
      set_remove (a, i);
      changed = TRUE;
    }
  }
  set_and (b, &images);
  return changed || memcmp (b, &before, sizeof before) != 0;
}

/* group: by domain. Leaves the least solution in size; FALSE: there is none. */
static gboolean
solve_group (Try * t, const guint * group, guint g, Set * sets)
{
  gboolean changed = TRUE;

  while (changed) {
    changed = FALSE;
    for (guint e = 0; e < t->c->n_edges; e++) {
      guint a = t->domain[t->c->ends[e][0]], b = t->domain[t->c->ends[e][1]];

      if (group[a] == g && is_tied (t, e))
        changed |= prune (&t->c->edges[e].ratio, &sets[a], &sets[b]);
    }
  }
  for (guint d = 0; d < t->c->n; d++) {
    if (t->domain[d] != d || group[d] != g)
      continue;
    if (set_least (&sets[d]) < 0)
      return FALSE;
    t->size[d] = (guint64) set_least (&sets[d]);
  }
  return TRUE;
}

static void
spread (const Try * t, guint * group)
{
  for (guint turn = 0; turn < PADS; turn++) {
    for (guint e = 0; e < t->c->n_edges; e++) {
      guint a = t->c->ends[e][0], b = t->c->ends[e][1];
      guint least;

      if (!t->joined[e] && !is_tied (t, e))
        continue;
      least = MIN (group[t->domain[a]], group[t->domain[b]]);
      group[t->domain[a]] = group[t->domain[b]] = least;
    }
  }
}

static gboolean
sizes_work (Try * t)
{
  Sizes sizes;
  guint group[PADS], members[PADS] = { 0 };

  for (guint d = 0; d < t->c->n; d++)
    group[d] = d;
  for (guint d = 0; d < t->c->n; d++) {
    if (t->domain[d] == d && !domain_sets (t, d, &sizes))
      return FALSE;
  }
  for (guint e = 0; e < t->c->n_edges; e++) {
    if (t->joined[e] && t->c->edges[e].ratio.numerator == 0 && !t->c->loose[e])
      return FALSE;
  }
  spread (t, group);
  for (guint e = 0; e < t->c->n_edges; e++)
    members[group[t->domain[t->c->ends[e][0]]]] += is_tied (t, e);
  for (guint g = 0; g < t->c->n; g++) {
    Sizes copy = sizes;

    if (t->domain[g] != g || group[g] != g)
      continue;
    if (!solve_group (t, group, g, copy.soft)
        && !solve_group (t, group, g, copy.hard))
      return FALSE;
    if (members[g] == 0 && sizes.wished[g]
        && t->c->strategy == GST_KS_STRATEGY_MAXIMIZE_SPEED
        && set_last (&sizes.soft[g]) >= 0)
      t->size[g] = (guint64) set_last (&sizes.soft[g]);
  }
  return TRUE;
}

/* Scores */

static guint64
block_of (const Try * t, guint s, guint64 * size)
{
  guint64 align = 1, prefix = 0, padding = 0;

  *size = 0;
  for IN_SEGMENT
    (t, s, i) {
    *size = MAX (*size, t->size[t->domain[i]]);
    align = MAX (align, t->items[i]->align);
    prefix = MAX (prefix, t->items[i]->prefix);
    padding = MAX (padding, t->items[i]->padding);
    }
  return (prefix + *size + padding + align - 1) / align * align;
}

static void
score_edges (const Try * t, Score * score)
{
  for (guint e = 0; e < t->c->n_edges; e++) {
    const GstKsEdge *edge = &t->c->edges[e];
    const GstKsFramingItem *a = t->items[t->c->ends[e][0]];
    const GstKsFramingItem *b = t->items[t->c->ends[e][1]];

    if (edge->kind == GST_KS_EDGE_KIND_MUST)
      continue;
    if (!t->joined[e])
      score->totals.copies += edge->copy_cost;
    score->totals.weight += t->joined[e] ? edge->in_place_weight
        + a->in_place_weight + b->in_place_weight : edge->not_in_place_weight
        + a->not_in_place_weight + b->not_in_place_weight;
  }
}

static void
order_terms (const Try * t, Score * s, gint64 extra)
{
  gint64 w = -s->totals.weight, a = s->totals.allocators;
  gint64 b = (gint64) s->totals.bytes;
  const gint64 orders[5][4] = {
    {w, a, b, 0}, {extra, w, a, b}, {b, w, a, 0}, {a, w, b, 0},
    {extra, w, a, b}
  };

  s->terms[0] = (gint64) s->totals.copies;
  memcpy (&s->terms[1], orders[t->c->strategy], sizeof orders[0]);
}

static gboolean
score_try (Try * t, Score * score)
{
  gint64 frames = 0, speed = 0;

  memset (score, 0, sizeof *score);
  for (guint s = 0; s < t->c->n; s++) {
    guint64 held;

    if (t->segment[s] == s && (!kind_works (t, s) || !frames_work (t, s, &held)
            || !names_work (t, s)))
      return FALSE;
  }
  if (!integrity_works (t) || !sizes_work (t))
    return FALSE;
  for (guint s = 0; s < t->c->n; s++) {
    guint64 held, block, size;

    score->totals.weight += t->items[s]->weight;
    if (t->segment[s] != s)
      continue;
    (void) frames_work (t, s, &held);
    block = block_of (t, s, &size);
    score->totals.allocators++;
    score->totals.bytes += block * MAX (held, 1);
    frames += (gint64) held;
    speed -= (gint64) size;
  }
  score_edges (t, score);
  order_terms (t, score,
      t->c->strategy == GST_KS_STRATEGY_MINIMIZE_FRAMES ? frames : speed);
  return TRUE;
}

static gboolean
is_better (const Score * a, const Score * b)
{
  for (guint i = 0; i < G_N_ELEMENTS (a->terms); i++) {
    if (a->terms[i] != b->terms[i])
      return a->terms[i] < b->terms[i];
  }
  return FALSE;
}

static void
unite (const Case * c, guint * of, guint a, guint b)
{
  guint from = MAX (of[a], of[b]), to = MIN (of[a], of[b]);

  for (guint i = 0; i < c->n; i++) {
    if (of[i] == from)
      of[i] = to;
  }
}

/* FALSE when the cuts are not what this partition of the pads cuts. */
static gboolean
set_cuts (Try * t, guint cuts)
{
  const Case *c = t->c;

  for (guint i = 0; i < c->n; i++)
    t->segment[i] = t->domain[i] = i;
  for (guint e = 0; e < c->n_edges; e++) {
    t->joined[e] = (cuts & (1u << e)) == 0;
    if (!t->joined[e] && c->edges[e].kind == GST_KS_EDGE_KIND_MUST)
      return FALSE;
    if (!t->joined[e])
      continue;
    unite (c, t->segment, c->ends[e][0], c->ends[e][1]);
    if (is_identity (&c->edges[e]))
      unite (c, t->domain, c->ends[e][0], c->ends[e][1]);
  }
  for (guint e = 0; e < c->n_edges; e++) {
    if (!t->joined[e]
        && t->segment[c->ends[e][0]] == t->segment[c->ends[e][1]])
      return FALSE;
  }
  return TRUE;
}

static void
take_item (Try * t, guint pad, guint item)
{
  t->at[pad] = item;
  t->items[pad] = gst_ks_framing_peek_item (t->c->framings[pad], item);
}

static gboolean
next_items (Try * t)
{
  for (guint i = 0; i < t->c->n; i++) {
    guint n = gst_ks_framing_get_n_items (t->c->framings[i]);

    take_item (t, i, (t->at[i] + 1) % n);
    if (t->at[i] > 0)
      return TRUE;
  }
  return FALSE;
}

static void
read_sets (Try * t)
{
  for (guint i = 0; i < t->c->n; i++) {
    for (guint k = 0; k < gst_ks_framing_get_n_items (t->c->framings[i]); k++) {
      const GstKsFramingItem *item =
          gst_ks_framing_peek_item (t->c->framings[i], k);

      set_of (&item->size, &t->sets[i][k].size);
      set_of (&item->prefer, &t->sets[i][k].prefer);
      set_of (&item->stride, &t->sets[i][k].stride);
    }
  }
}

gboolean
solver_enumerate (const Case * c, Score * best)
{
  gboolean found = FALSE;
  Try t;
  Score score;

  t.c = c;
  read_sets (&t);
  for (guint i = 0; i < c->n; i++)
    take_item (&t, i, 0);
  for (guint cuts = 0; cuts < 1u << c->n_edges; cuts++) {
    if (!set_cuts (&t, cuts))
      continue;
    do {
      if (!score_try (&t, &score) || (found && !is_better (&score, best)))
        continue;
      *best = score;
      found = TRUE;
    } while (next_items (&t));
  }
  return found;
}
