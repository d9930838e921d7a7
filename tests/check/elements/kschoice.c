/* The items of a framing: which of them ksallocator takes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksharness.h"

typedef struct
{
  const gchar *name;
  const gchar *framing;
  Downstream downstream;
  const gchar *kind;
  guint size;                   /* bytes */
} ChoiceRow;

static const ChoiceRow choice_rows[] = {
  {"the first, if all are alike", "shared; system", DOWNSTREAM_EMPTY, "shared",
      I420_SIZE},
  {"the one that weighs most", "shared, weight=1; system, weight=2",
      DOWNSTREAM_EMPTY, "system", I420_SIZE},
  {"also where nobody answers", "system, weight=-1; shared", DOWNSTREAM_SILENT,
      "shared", I420_SIZE},
  {"the one that fits", "shared, weight=9, size=..1000; system",
      DOWNSTREAM_EMPTY, "system", I420_SIZE},
  {"what downstream can take", "system, size=..119999, weight=3; shared",
      DOWNSTREAM_ASKING, "shared", ASKED_SIZE},
  {"a size that is preferred", "system, size=1.., prefer=131072..",
      DOWNSTREAM_EMPTY, "system", 131072},
  {"or not, if it cannot be", "system, size=1.., prefer=..100",
      DOWNSTREAM_EMPTY, "system", I420_SIZE},
};

/* Of several alternatives a plan of the link takes one. */
GST_START_TEST (test_best_item_is_taken)
{
  const ChoiceRow *row = &choice_rows[__i__];
  Asker asker;

  asker_init (&asker, "", row->downstream);
  g_object_set (asker.element, "framing", row->framing, NULL);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless (asker.pool != NULL, "%s: no pool", row->name);
  fail_unless (g_strcmp0 (asker_field (&asker, "kind"), row->kind) == 0,
      "%s: %s", row->name, asker_field (&asker, "kind"));
  fail_unless (asker.size == row->size, "%s: %u bytes", row->name, asker.size);
  asker_clear (&asker);
}

GST_END_TEST;

static Suite *
kschoice_suite (void)
{
  Suite *suite = suite_create ("kschoice");
  TCase *tcase = tcase_create ("items");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_best_item_is_taken, 0,
      G_N_ELEMENTS (choice_rows));
  return suite;
}

GST_CHECK_MAIN (kschoice);
