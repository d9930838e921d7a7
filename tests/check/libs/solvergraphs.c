/* Random small graphs for tests of the planner.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "solvergraphs.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define QUICK 100               /* with KS_QUICK: so many times fewer */
#define TOP 12                  /* ends that are written are up to it */

GRand *
solver_graphs_begin (guint part, guint * n)
{
  const gchar *given = g_getenv ("KS_SEED"), *count = g_getenv ("KS_GRAPHS");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int () & 0xffffff;

  if (count != NULL)
    *n = (guint) g_ascii_strtoull (count, NULL, 10);
  else if (g_getenv ("KS_QUICK") != NULL)
    *n /= QUICK;
  g_print ("part %u: KS_SEED=%u KS_GRAPHS=%u\n", part, seed, *n);
  return g_rand_new_with_seed (seed + part);
}

gint
solver_pick (GRand * rand, gint n)
{
  return g_rand_int_range (rand, 0, n);
}

gboolean
solver_one_in (GRand * rand, gint n)
{
  return solver_pick (rand, n) == 0;
}

/* Random graphs */

static GstKsRange
random_range (GRand * rand)
{
  GstKsRange r = GST_KS_RANGE_INIT_ANY;

  if (solver_one_in (rand, 3))
    return r;
  r.min = (guint64) solver_pick (rand, TOP / 2);
  if (!solver_one_in (rand, 4))
    r.max = r.min + (guint64) solver_pick (rand, TOP / 2 + 1);
  if (r.max > r.min)
    r.step = (guint64) solver_pick (rand, (gint) MIN (r.max - r.min, 4) + 1);
  return r;
}

static guint
random_flags (GRand * rand)
{
  guint flags = 0;

  for (guint bit = 0; bit < 8; bit++) {
    if (solver_one_in (rand, bit == 3 ? 3 : 8))
      flags |= 1u << bit;
  }
  if (solver_one_in (rand, 3))
    flags |= GST_KS_FRAMING_FLAG_IN_PLACE;
  return flags;
}

static void
random_item (GRand * rand, GstKsFramingItem * item)
{
  static const gchar *const kinds[] = { "any", "mapped", "mapped", "host",
    "system", "locked", "huge", "cuda", "cuda", "acme"
  };
  static const gchar *const devices[] = { NULL, NULL, NULL, "one", "two" };

  item->memory = kinds[solver_pick (rand, G_N_ELEMENTS (kinds))];
  item->device = devices[solver_pick (rand, G_N_ELEMENTS (devices))];
  item->bus =
      solver_one_in (rand, 10) ? "pci" : solver_one_in (rand,
      10) ? "usb" : NULL;
  item->size = random_range (rand);
  if (solver_one_in (rand, 3))
    item->prefer = random_range (rand);
  if (solver_one_in (rand, 3))
    item->stride = random_range (rand);
  item->frames.min = (guint64) solver_pick (rand, 3);
  if (solver_one_in (rand, 4))
    item->frames.max = item->frames.min + (guint64) solver_pick (rand, 4);
  item->align = (guint64) 1 << solver_pick (rand, 4);
  item->prefix = solver_one_in (rand, 4) ? (guint64) solver_pick (rand, 4) : 0;
  item->padding = solver_one_in (rand, 4) ? (guint64) solver_pick (rand, 4) : 0;
  item->weight = solver_one_in (rand, 2) ? solver_pick (rand, 4) - 1 : 0;
  item->in_place_weight =
      solver_one_in (rand, 4) ? solver_pick (rand, 3) - 1 : 0;
  item->not_in_place_weight =
      solver_one_in (rand, 4) ? solver_pick (rand, 3) - 1 : 0;
  item->flags = (GstKsFramingFlags) random_flags (rand);
}

static void
random_edge (GRand * rand, Case * c, guint a, guint b)
{
  static const GstKsRatio ratios[] = { {2, 1, 0}, {1, 2, 0}, {2, 3, 1},
  {0, 0, 0}, {1, 1, 2}
  };
  GstKsEdge e = GST_KS_EDGE_INIT (NULL, NULL,
      solver_one_in (rand, 3) ? GST_KS_EDGE_KIND_MUST : GST_KS_EDGE_KIND_MAY);

  if (solver_one_in (rand, 4))
    e.copy_cost = (guint) solver_pick (rand, 3);
  e.in_place_weight = solver_one_in (rand, 3) ? solver_pick (rand, 4) - 1 : 0;
  e.not_in_place_weight =
      solver_one_in (rand, 3) ? solver_pick (rand, 4) - 1 : 0;
  if (solver_one_in (rand, 8))
    e.ratio = ratios[solver_pick (rand, G_N_ELEMENTS (ratios))];
  c->ends[c->n_edges][0] = a;
  c->ends[c->n_edges][1] = b;
  c->edges[c->n_edges++] = e;
}

static void
random_edges (GRand * rand, Case * c)
{
  guint extra = c->n > 2 ? (guint) solver_pick (rand, 4) : 0;

  for (guint i = 1; i < c->n; i++) {
    guint other =
        solver_one_in (rand, 2) ? i - 1 : (guint) solver_pick (rand, (gint) i);

    if (solver_one_in (rand, 12))
      continue;
    if (solver_one_in (rand, 2))
      random_edge (rand, c, i, other);
    else
      random_edge (rand, c, other, i);
  }
  for (; extra > 0; extra--) {
    guint a = (guint) solver_pick (rand, (gint) c->n);
    guint b = (guint) solver_pick (rand, (gint) c->n);

    if (a != b)
      random_edge (rand, c, a, b);
  }
}

/* Names are in another order than positions; pairs are one element. */
void
solver_case_init (Case * c, GRand * rand)
{
  guint turn;

  memset (c, 0, sizeof *c);
  c->n = 1 + (guint) solver_pick (rand, PADS);
  turn = (guint) solver_pick (rand, 5);
  c->strategy =
      (GstKsStrategy) (solver_one_in (rand, 2) ? 0 : solver_pick (rand, 5));
  c->acme_is_mappable = solver_one_in (rand, 2);
  c->framework = solver_one_in (rand, 4);
  for (guint i = 0; i < c->n; i++) {
    GstKsFramingItem items[ITEMS];
    guint n = 1 + (guint) solver_pick (rand, c->n > 5 ? 2 : 3);

    g_snprintf (c->names[i], sizeof c->names[i], "e%u:p%u",
        (i + turn) % 5 / 2, i);
    for (guint k = 0; k < n; k++) {
      items[k] = (GstKsFramingItem) GST_KS_FRAMING_ITEM_INIT ("any");
      random_item (rand, &items[k]);
    }
    c->framings[i] = gst_ks_framing_new (items, n, NULL, NULL);
    fail_unless (c->framings[i] != NULL);
  }
  random_edges (rand, c);
}

void
solver_case_copy (Case * c, const Case * from)
{
  *c = *from;
  for (guint i = 0; i < c->n; i++)
    gst_ks_framing_ref (c->framings[i]);
}

void
solver_case_clear (Case * c)
{
  for (guint i = 0; i < c->n; i++)
    gst_ks_framing_unref (c->framings[i]);
}

GstKsGraph *
solver_case_to_graph (const Case * c)
{
  GstKsGraph *graph = gst_ks_graph_new ();

  gst_ks_graph_set_strategy (graph, c->strategy);
  if (c->acme_is_mappable)
    fail_unless (gst_ks_graph_add_mappable (graph, "acme", NULL));
  if (c->framework)
    fail_unless (gst_ks_graph_add_framework_can_allocate (graph, "cuda", NULL));
  for (guint i = 0; i < c->n; i++)
    fail_unless (gst_ks_graph_add_pad (graph, c->names[i], c->framings[i],
            NULL));
  for (guint i = 0; i < c->n_edges; i++) {
    GstKsEdge edge = c->edges[i];

    edge.a = c->names[c->ends[i][0]];
    edge.b = c->names[c->ends[i][1]];
    fail_unless (gst_ks_graph_add_edge (graph, &edge, NULL));
  }
  return graph;
}

gchar *
solver_case_to_string (const Case * c)
{
  GString *text = g_string_new (gst_ks_strategy_to_string (c->strategy));

  g_string_append_printf (text, " acme=%d framework=%d\n", c->acme_is_mappable,
      c->framework);
  for (guint i = 0; i < c->n; i++) {
    g_autofree gchar *framing = gst_ks_framing_to_string (c->framings[i]);

    g_string_append_printf (text, "%s = %s\n", c->names[i], framing);
  }
  for (guint e = 0; e < c->n_edges; e++) {
    const GstKsEdge *edge = &c->edges[e];

    g_string_append_printf (text,
        "%s %s %s cost %u weights %d %d ratio %u/%u+%u" "\n",
        c->names[c->ends[e][0]],
        edge->kind == GST_KS_EDGE_KIND_MUST ? "must" : "may",
        c->names[c->ends[e][1]], edge->copy_cost, (gint) edge->in_place_weight,
        (gint) edge->not_in_place_weight, (guint) edge->ratio.numerator,
        (guint) edge->ratio.denominator, (guint) edge->ratio.margin);
  }
  return g_string_free (text, FALSE);
}

guint
solver_case_count (const Case * c, guint limit)
{
  guint64 ways = 1;

  for (guint i = 0; i < c->n; i++)
    ways *= gst_ks_framing_get_n_items (c->framings[i]);
  for (guint e = 0; e < c->n_edges; e++)
    ways *= c->edges[e].kind == GST_KS_EDGE_KIND_MAY ? 2 : 1;
  return (guint) MIN (ways, (guint64) limit + 1);
}

static gboolean
item_wishes (const GstKsFramingItem * item)
{
  return (item->flags & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY) != 0
      || !(gst_ks_range_is_any (&item->prefer)
      || gst_ks_range_equal (&item->prefer, &item->size));
}

gboolean
solver_case_has_wishes (const Case * c)
{
  for (guint i = 0; i < c->n; i++) {
    for (guint k = 0; k < gst_ks_framing_get_n_items (c->framings[i]); k++) {
      if (item_wishes (gst_ks_framing_peek_item (c->framings[i], k)))
        return TRUE;
    }
  }
  return FALSE;
}

void
solver_case_edit (Case * c, guint pad,
    void (*edit) (GstKsFramingItem * item, gconstpointer data),
    gconstpointer data)
{
  GstKsFraming *own = gst_ks_framing_make_writable (c->framings[pad]);

  for (guint i = 0; i < gst_ks_framing_get_n_items (own); i++) {
    GstKsFramingItem item = *gst_ks_framing_peek_item (own, i);
    g_autoptr (GError) error = NULL;

    edit (&item, data);
    fail_unless (gst_ks_framing_set_item (own, i, &item, &error), "%s",
        error ? error->message : "");
  }
  c->framings[pad] = own;
}
