/* Plans of random small graphs against exhaustive enumeration.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every set of cuts, every choice of items, every size up to a limit is tried, by
 * rules written down once more and as plainly as they can be. Where there is no
 * plan, the pads that are named must conflict, each must be needed for that, and
 * what is said to help must help. The seed is printed; a long run is
 *   KS_GRAPHS=100000 CK_DEFAULT_TIMEOUT=3600 ./check-libs_solverrandom
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstksplancheck.h>
#include <string.h>

#include "solverenumerate.h"

#define PARTS 10
#define GRAPHS 10000            /* a part */
#define WAYS 4000               /* enumeration takes as long as there are ways */

/* Conflicts */

static guint
pad_of (const Case * c, const gchar * name)
{
  guint i = 0;

  while (i < c->n && strcmp (c->names[i], name) != 0)
    i++;
  fail_unless (i < c->n, "there is no %s", name);
  return i;
}

static gboolean
is_named (const Case * c, guint pad, const GstKsConflict * conflict)
{
  for (guint k = 0; k < conflict->n_pads; k++) {
    if (strcmp (conflict->pads[k], c->names[pad]) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Whatever the ratios of its edges are. */
static void
loosen (Case * c, guint pad)
{
  for (guint e = 0; e < c->n_edges; e++) {
    if (c->ends[e][0] == pad || c->ends[e][1] == pad)
      c->loose[e] = TRUE;
  }
}

/* A pad that asks for nothing; the ratio of an edge is a demand of its ends. */
static void
leave_out (Case * c, guint pad)
{
  gst_ks_framing_unref (c->framings[pad]);
  c->framings[pad] = gst_ks_framing_parse ("any", NULL);
  loosen (c, pad);
}

/* What is left of a graph. */
static void
keep_only (Case * c, const GstKsConflict * conflict)
{
  for (guint i = 0; i < c->n; i++) {
    if (!is_named (c, i, conflict))
      leave_out (c, i);
  }
}

/* out: one more name that is left out, or G_MAXUINT */
static gboolean
conflicts_without (const Case * c, const GstKsConflict * conflict, guint out)
{
  Case rest;
  Score score;
  gboolean found;

  solver_case_copy (&rest, c);
  keep_only (&rest, conflict);
  if (out != G_MAXUINT)
    leave_out (&rest, pad_of (c, conflict->pads[out]));
  found = solver_enumerate (&rest, &score);
  solver_case_clear (&rest);
  return !found;
}

/* Help, read back from its words. */

typedef struct
{
  const gchar *text;
  gboolean has_size, has_stride, has_cap;
  guint64 size, stride, cap;
  gchar *memory;                /* NULL: none is to be offered */
} Help;

static gboolean
says (const gchar * text, const gchar * words)
{
  return strstr (text, words) != NULL;
}

static gboolean
read_number (const gchar * text, const gchar * words, guint64 * number)
{
  const gchar *at = strstr (text, words);

  if (at != NULL)
    *number = g_ascii_strtoull (at + strlen (words), NULL, 10);
  return at != NULL;
}

static void
help_read (Help * help, const gchar * text)
{
  const gchar *offer = strstr (text, "offer ");

  memset (help, 0, sizeof *help);
  help->text = text;
  help->has_size = read_number (text, "widen size to take ", &help->size);
  help->has_stride = read_number (text, "widen stride to take ", &help->stride);
  help->has_cap = read_number (text, "raise the cap of frames to ", &help->cap);
  if (offer != NULL && !says (text, "offer another"))
    help->memory = g_strndup (offer + 6, strcspn (offer + 6, " ,"));
}

static void
follow_flags (GstKsFramingItem * item, const gchar * text)
{
  if (says (text, "leave must-allocate out"))
    item->flags &= ~GST_KS_FRAMING_FLAG_MUST_ALLOCATE;
  if (says (text, "can-allocate"))
    item->flags |= GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  if (says (text, "leave frame-integrity and in-place out"))
    item->flags &= ~(GST_KS_FRAMING_FLAG_FRAME_INTEGRITY
        | GST_KS_FRAMING_FLAG_IN_PLACE);
  if (says (text, "leave insist-on-ratio out")) {
    item->flags &= ~GST_KS_FRAMING_FLAG_INSIST_ON_RATIO;
    item->flags |= GST_KS_FRAMING_FLAG_PARTIAL_READ;
  }
}

static void
follow_item (GstKsFramingItem * item, gconstpointer data)
{
  const Help *help = data;

  follow_flags (item, help->text);
  if (says (help->text, "leave the device out"))
    item->device = NULL;
  if (says (help->text, "leave the bus out"))
    item->bus = NULL;
  if (help->has_size)
    item->size = item->prefer = (GstKsRange) {
    help->size, help->size, 0};
  if (help->has_stride)
    item->stride = (GstKsRange) {
    help->stride, help->stride, 0};
  if (help->has_cap) {
    item->frames.max = MAX (item->frames.max, help->cap);
    item->frames.step = item->frames.max > item->frames.min ? 1 : 0;
  }
  if (help->memory == NULL)
    return;
  item->memory = help->memory;
  item->flags &= ~GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
}

/* Does what is said to help. */
static void
follow (Case * c, const gchar * relax)
{
  g_auto (GStrv) parts = g_strsplit (relax, "; ", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_auto (GStrv) sides = g_strsplit (parts[i], ": ", 2);
    guint pad = pad_of (c, sides[0]);
    Help help;

    help_read (&help, sides[1]);
    solver_case_edit (c, pad, follow_item, &help);
    if (says (help.text, "let the ratio be another"))
      loosen (c, pad);
    g_free (help.memory);
  }
}

static gboolean
help_helps (const Case * c, const GstKsConflict * conflict)
{
  gboolean found;
  Case changed;
  Score score;

  solver_case_copy (&changed, c);
  keep_only (&changed, conflict);
  follow (&changed, conflict->relax);
  found = solver_enumerate (&changed, &score);
  solver_case_clear (&changed);
  return found;
}

static void
check_conflict (const Case * c, const GstKsPlan * plan, const gchar * text)
{
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);

  fail_unless (conflict != NULL && conflict->text != NULL
      && conflict->relax != NULL);
  fail_unless (conflicts_without (c, conflict, G_MAXUINT),
      "%s, which does not conflict:\n%s", conflict->text, text);
  for (guint k = 0; k < conflict->n_pads; k++)
    fail_if (conflicts_without (c, conflict, k), "%s can be left out:\n%s",
        conflict->pads[k], text);
  fail_if (strcmp (conflict->relax, "allow more work") == 0,
      "%s, but not what helps:\n%s", conflict->text, text);
  fail_unless (help_helps (c, conflict), "%s: %s, which does not help:\n%s",
      conflict->text, conflict->relax, text);
}

static void
check_same (const GstKsPlan * plan, const Score * best, const gchar * text)
{
  GstKsPlanTotals t;

  gst_ks_plan_get_totals (plan, &t);
  fail_unless (t.copies == best->totals.copies
      && t.weight == best->totals.weight && t.bytes == best->totals.bytes
      && t.allocators == best->totals.allocators,
      "planned %u copies, weight %d, %u allocators, %u bytes; best %u, %d, %u, "
      "%u\n%s", (guint) t.copies, (gint) t.weight, t.allocators,
      (guint) t.bytes, (guint) best->totals.copies, (gint) best->totals.weight,
      best->totals.allocators, (guint) best->totals.bytes, text);
}

static void
check_case (const Case * c, guint * n_feasible)
{
  g_autoptr (GstKsGraph) graph = solver_case_to_graph (c);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = solver_case_to_string (c);
  Score best;
  gboolean found = solver_enumerate (c, &best);

  fail_unless (gst_ks_plan_is_proven_optimal (plan), "not proven:\n%s", text);
  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s\n%s",
      error ? error->message : "", text);
  fail_unless ((gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK) ==
      found, "status is %s\n%s",
      gst_ks_plan_status_to_string (gst_ks_plan_get_status (plan)), text);
  if (found)
    check_same (plan, &best, text);
  else
    check_conflict (c, plan, text);
  *n_feasible += found;
}

GST_START_TEST (test_against_enumeration)
{
  guint n = GRAPHS, n_feasible = 0;
  GRand *rand = solver_graphs_begin ((guint) __i__, &n);

  for (guint i = 0; i < n;) {
    Case c;

    solver_case_init (&c, rand);
    if (solver_case_count (&c, WAYS) <= WAYS) {
      check_case (&c, &n_feasible);
      i++;
    }
    solver_case_clear (&c);
  }
  g_print ("%u graphs, %u with a plan\n", n, n_feasible);
  fail_unless (n < 100 || (n_feasible > n / 8 && n_feasible < n));
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
solverrandom_suite (void)
{
  Suite *s = suite_create ("solverrandom");
  TCase *tc = tcase_create ("random");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_against_enumeration, 0, PARTS);
  return s;
}

GST_CHECK_MAIN (solverrandom);
