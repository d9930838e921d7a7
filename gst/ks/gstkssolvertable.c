/* All states of a part that is decided: which are needed, which are followed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssolverstate.h"

#define BEAM 8                  /* states that go on when the budget has ended, or twice */

GstKsTable *
gst_ks_cost_table_new (const GstKsSearch * search, guint n)
{
  GstKsTable *table = gst_ks_arena_alloc (search->arena, sizeof (GstKsTable));

  table->n = 0;
  table->scope = gst_ks_arena_alloc (search->arena, n * sizeof (guint));
  table->states = g_ptr_array_new_with_free_func (g_free);
  return table;
}

void
gst_ks_table_free (GstKsTable * table)
{
  if (table != NULL)
    g_ptr_array_unref (table->states);
}

guint
gst_ks_table_find (const GstKsTable * table, guint position)
{
  guint i = 0;

  while (i < table->n && table->scope[i] != position)
    i++;
  return i;
}

gboolean
gst_ks_table_admit (GstKsSearch * search, GstKsTable * table,
    const GstKsState * s)
{
  gst_ks_search_spend (search, table->states->len / GST_KS_COMPARES_A_MERGE);
  for (guint i = 0; i < table->states->len; i++) {
    if (gst_ks_state_dominates (search, table->states->pdata[i], s))
      return FALSE;
  }
  for (guint i = table->states->len; i-- > 0;) {
    if (gst_ks_state_dominates (search, s, table->states->pdata[i]))
      g_ptr_array_remove_index (table->states, i);
  }
  return TRUE;
}

static gint
compare_states (gconstpointer a, gconstpointer b)
{
  return gst_ks_cost_compare (&(*(GstKsState * const *) a)->cost,
      &(*(GstKsState * const *) b)->cost);
}

/* Adds a state to those of which none is good wherever another one is. */
static void
add_free (GPtrArray * free_ones, GstKsState * s)
{
  for (guint i = 0; i < free_ones->len; i++) {
    if (gst_ks_state_covers (free_ones->pdata[i], s))
      return;
  }
  for (guint i = free_ones->len; i-- > 0;) {
    if (gst_ks_state_covers (s, free_ones->pdata[i]))
      g_ptr_array_remove_index (free_ones, i);
  }
  g_ptr_array_add (free_ones, s);
}

static void
move_first (GPtrArray * states, gpointer state, guint * n)
{
  for (guint i = *n; i < states->len; i++) {
    if (states->pdata[i] != state)
      continue;
    states->pdata[i] = states->pdata[*n];
    states->pdata[(*n)++] = state;
    return;
  }
}

/* Puts the few that are followed first: the cheapest; and of those that ask for
 * least, whatever that costs, the cheapest and the dearest, for all others may
 * lead nowhere. */
static guint
choose_few (GstKsTable * table)
{
  g_autoptr (GPtrArray) free_ones = g_ptr_array_new ();
  GPtrArray *states = table->states;
  guint n = MIN (states->len, BEAM);

  g_ptr_array_sort (states, compare_states);
  if (states->len <= BEAM)
    return n;
  for (guint i = 0; i < states->len; i++)
    add_free (free_ones, states->pdata[i]);
  for (guint i = 0; i < MIN (free_ones->len, BEAM / 2); i++) {
    move_first (states, free_ones->pdata[i], &n);
    move_first (states, free_ones->pdata[free_ones->len - 1 - i], &n);
  }
  return n;
}

guint
gst_ks_table_limit (const GstKsSearch * search, GstKsTable * table)
{
  if (!gst_ks_search_is_spent (search))
    return table->states->len;
  return choose_few (table);
}
