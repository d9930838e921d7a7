/* The one form of a partial plan, and which of two is enough.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <string.h>

#include "gstkssolverstate.h"

gint
gst_ks_cost_compare (const GstKsCost * a, const GstKsCost * b)
{
  if (a->copies != b->copies)
    return a->copies < b->copies ? -1 : 1;
  for (guint i = 0; i < GST_KS_N_TERMS; i++) {
    gint order = gst_ks_wide_compare (a->terms[i], b->terms[i]);

    if (order != 0)
      return order;
  }
  return (a->rank > b->rank) - (a->rank < b->rank);
}

/* New numbers of the living, those of open pads first; returns how many. */
static guint
number_blocks (const GstKsState * s, guint * map)
{
  GstKsMask done = s->dead_blocks;
  guint n = 0;

  for (guint i = 0; i < s->n_open; i++) {
    guint b = s->open[i].block;

    if ((done & GST_KS_BIT (b)) == 0)
      map[b] = n++;
    done |= GST_KS_BIT (b);
  }
  for (guint b = 0; b < s->n_blocks; b++) {
    if ((done & GST_KS_BIT (b)) == 0)
      map[b] = n++;
  }
  return n;
}

static guint
number_domains (const GstKsState * s, guint * map)
{
  GstKsMask done = s->dead_domains;
  guint n = 0;

  for (guint i = 0; i < s->n_domains; i++) {
    if ((s->dead_blocks & GST_KS_BIT (s->domains[i].block)) != 0)
      done |= GST_KS_BIT (i);
  }
  for (guint i = 0; i < s->n_domains; i++)
    map[i] = G_MAXUINT;
  for (guint i = 0; i < s->n_open; i++) {
    guint d = s->open[i].domain;

    if ((done & GST_KS_BIT (d)) == 0)
      map[d] = n++;
    done |= GST_KS_BIT (d);
  }
  for (guint d = 0; d < s->n_domains; d++) {
    if ((done & GST_KS_BIT (d)) == 0)
      map[d] = n++;
  }
  return n;
}

static GstKsMask
map_bits (GstKsMask bits, GstKsMask dead, const guint * map, guint n)
{
  GstKsMask mapped = 0;

  for (guint i = 0; i < n; i++) {
    if ((bits & ~dead & GST_KS_BIT (i)) != 0)
      mapped |= GST_KS_BIT (map[i]);
  }
  return mapped;
}

static void
settle_blocks (GstKsState * s, const guint * map, guint n)
{
  GstKsBlock old[GST_KS_MAX_BLOCKS];

  memcpy (old, s->blocks, s->n_blocks * sizeof (GstKsBlock));
  for (guint b = 0; b < s->n_blocks; b++) {
    if ((s->dead_blocks & GST_KS_BIT (b)) != 0)
      continue;
    s->blocks[map[b]] = old[b];
    s->blocks[map[b]].apart =
        map_bits (old[b].apart, s->dead_blocks, map, s->n_blocks);
  }
  for (guint i = 0; i < s->n_open; i++)
    s->open[i].block = map[s->open[i].block];
  s->n_blocks = n;
}

static void
settle_domains (GstKsState * s, const guint * map, const guint * blocks,
    guint n)
{
  GstKsDomain old[GST_KS_MAX_DOMAINS];
  guint n_ties = 0;

  memcpy (old, s->domains, s->n_domains * sizeof (GstKsDomain));
  for (guint d = 0; d < s->n_domains; d++) {
    if (map[d] == G_MAXUINT)
      continue;
    s->domains[map[d]] = old[d];
    s->domains[map[d]].block = blocks[old[d].block];
  }
  for (guint i = 0; i < s->n_open; i++)
    s->open[i].domain = map[s->open[i].domain];
  for (guint i = 0; i < s->n_ties; i++) {
    GstKsTie tie = s->ties[i];

    if (map[tie.a] == G_MAXUINT)
      continue;
    s->ties[n_ties++] = (GstKsTie) {
    map[tie.a], map[tie.b], tie.ratio};
  }
  s->n_ties = n_ties;
  s->n_domains = n;
}

void
gst_ks_state_settle (GstKsState * s)
{
  guint blocks[GST_KS_MAX_BLOCKS] = { 0 };
  guint domains[GST_KS_MAX_DOMAINS];
  guint n_blocks = number_blocks (s, blocks);
  guint n_domains = number_domains (s, domains);

  settle_domains (s, domains, blocks, n_domains);
  settle_blocks (s, blocks, n_blocks);
  s->dead_blocks = s->dead_domains = 0;
}

/* Whether edges see the same in both. */
gboolean
gst_ks_choice_alike (const GstKsChoice * a, const GstKsChoice * b)
{
  return a == b || (a->in_place_weight == b->in_place_weight
      && a->not_in_place_weight == b->not_in_place_weight
      && a->in_place == b->in_place && a->insists == b->insists
      && a->partial == b->partial);
}

static gboolean
same_border (const GstKsState * a, const GstKsState * b)
{
  if (a->n_open != b->n_open || a->n_blocks != b->n_blocks
      || a->n_domains != b->n_domains || a->n_ties != b->n_ties)
    return FALSE;
  for (guint i = 0; i < a->n_open; i++) {
    if (a->open[i].block != b->open[i].block
        || a->open[i].domain != b->open[i].domain
        || (a->open[i].reach & ~b->open[i].reach) != 0
        || !gst_ks_choice_alike (a->open[i].choice, b->open[i].choice))
      return FALSE;
  }
  for (guint i = 0; i < a->n_ties; i++) {
    if (a->ties[i].a != b->ties[i].a || a->ties[i].b != b->ties[i].b
        || !gst_ks_ratio_equal (a->ties[i].ratio, b->ties[i].ratio))
      return FALSE;
  }
  return TRUE;
}

/* Copies, and the terms that come before bytes: what they are less now, they
 * stay less. */
static gboolean
is_cheaper_for_good (const GstKsSearch * search, const GstKsCost * a,
    const GstKsCost * b)
{
  if (a->copies != b->copies)
    return a->copies < b->copies;
  for (guint i = 0; i < search->n_fixed; i++) {
    gint order = gst_ks_wide_compare (a->terms[i], b->terms[i]);

    if (order != 0)
      return order < 0;
  }
  return FALSE;
}

/* Then sizes and counts do not matter any more, but for what is possible. */
static gboolean
is_wider (const GstKsState * a, const GstKsState * b)
{
  for (guint i = 0; i < a->n_blocks; i++) {
    if (!gst_ks_label_is_wider (&a->blocks[i].label, &b->blocks[i].label))
      return FALSE;
  }
  for (guint i = 0; i < a->n_domains; i++) {
    if (a->domains[i].block != b->domains[i].block
        || !gst_ks_range_is_subset (&b->domains[i].range, &a->domains[i].range))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_as_good (const GstKsSearch * search, const GstKsState * a,
    const GstKsState * b)
{
  for (guint i = 0; i < a->n_blocks; i++) {
    if (!gst_ks_label_dominates (&a->blocks[i].label, &b->blocks[i].label))
      return FALSE;
  }
  for (guint i = 0; i < a->n_domains; i++) {
    if (a->n_ties > 0 ? !gst_ks_domain_equal (&a->domains[i], &b->domains[i])
        : !gst_ks_domain_dominates (search, &a->domains[i], &b->domains[i]))
      return FALSE;
  }
  return TRUE;
}

/* Nothing is forbidden to a by what was decided but is to b. */
static gboolean
is_as_free (const GstKsState * a, const GstKsState * b)
{
  if (!same_border (a, b) || (a->guarded & ~b->guarded) != 0
      || (a->modified & ~b->modified) != 0 || (a->has_out & ~b->has_out) != 0)
    return FALSE;
  for (guint i = 0; i < a->n_blocks; i++) {
    if ((a->blocks[i].apart & ~b->blocks[i].apart) != 0)
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ks_state_covers (const GstKsState * a, const GstKsState * b)
{
  if (!is_as_free (a, b) || !is_wider (a, b))
    return FALSE;
  for (guint i = 0; i < a->n_blocks; i++) {
    if (!gst_ks_label_dominates (&a->blocks[i].label, &b->blocks[i].label))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ks_state_dominates (const GstKsSearch * search, const GstKsState * a,
    const GstKsState * b)
{
  if (gst_ks_cost_compare (&a->cost, &b->cost) > 0 || !is_as_free (a, b))
    return FALSE;
  if (!search->tight && is_cheaper_for_good (search, &a->cost, &b->cost))
    return is_wider (a, b);
  return is_as_good (search, a, b);
}

/* One allocation, for g_free (). */
GstKsState *
gst_ks_state_store (const GstKsState * s)
{
  gsize open = s->n_open * sizeof (GstKsOpen);
  gsize blocks = s->n_blocks * sizeof (GstKsBlock);
  gsize domains = s->n_domains * sizeof (GstKsDomain);
  gsize ties = s->n_ties * sizeof (GstKsTie);
  guint8 *at = g_malloc (sizeof (GstKsState) + open + blocks + domains + ties);
  GstKsState *own = (GstKsState *) at;

  *own = *s;
  at += sizeof (GstKsState);
  own->open = memcpy (at, s->open, open);
  own->blocks = memcpy (at += open, s->blocks, blocks);
  own->domains = memcpy (at += blocks, s->domains, domains);
  own->ties = memcpy (at += domains, s->ties, ties);
  return own;
}
