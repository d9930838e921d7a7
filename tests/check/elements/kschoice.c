/* The items of a framing: which of them ksallocator takes, and what it says of the rest.
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

typedef struct
{
  const gchar *framing;
  const gchar *says;            /* NULL: nothing */
} UnusedRow;

static const UnusedRow unused_rows[] = {
  {"system, align=64, stride=64../64, frames=2..", NULL},
  {"system, weight=5; shared, bus=pci", NULL},
  {"system, size=4096.., prefer=8192..", NULL},
  {"system, flags=must-allocate", NULL},
  {"system, ratio=3/2, weight=5", "fields: ratio"},
  {"system, in-place-weight=1, flags=in-place",
      "fields: in-place-weight, not-in-place-weight, flags"},
};

/* What is read and not heeded is said, once. */
GST_START_TEST (test_unused_fields_are_named)
{
  const UnusedRow *row = &unused_rows[__i__];
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  Asker asker;

  asker_make_element (&asker, "");
  g_object_set (asker.element, "framing", row->framing, NULL);
  fail_unless (gst_element_set_state (asker.element, GST_STATE_READY)
      == GST_STATE_CHANGE_SUCCESS, "%s", row->framing);
  message = asker_take (&asker, GST_MESSAGE_INFO, NULL);
  fail_unless ((message != NULL) == (row->says != NULL), "%s", row->framing);
  if (message) {
    gst_message_parse_info (message, &error, NULL);
    fail_unless (strstr (error->message, row->says) != NULL, "%s",
        error->message);
    gst_element_set_state (asker.element, GST_STATE_NULL);
    gst_element_set_state (asker.element, GST_STATE_READY);
    asker_none (&asker, GST_MESSAGE_INFO);
  }
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
  tcase_add_loop_test (tcase, test_unused_fields_are_named, 0,
      G_N_ELEMENTS (unused_rows));
  return suite;
}

GST_CHECK_MAIN (kschoice);
