/* What every allocator of ours must do, as a test case for any gst-check program.
 *
 * Each test is run for each allocator and each of its rows: check gives a
 * test nothing but a number, so the number is subject * rows + row.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

#define MAX_SUBJECTS 32

typedef struct
{
  const gchar *name;
  GstKsCheckMake make;
  gpointer user_data;
} Subject;

static Subject subjects[MAX_SUBJECTS];
static gint n_subjects;

/* What runs now, for messages. */
const gchar *gst_ks_suite_subject = "";
const gchar *gst_ks_suite_row = "";

/**
 * gst_ks_check_stat:
 * @allocator: an allocator of ours
 * @field: of gst_ks_allocator_get_stats()
 *
 * Any thread.
 *
 * Returns: the field's value; a test fails that asks for one which is not there
 *
 * Since: 0.1
 */
guint64
gst_ks_check_stat (GstAllocator * allocator, const gchar * field)
{
  g_autoptr (GstStructure) stats = gst_ks_allocator_get_stats (allocator);
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (stats, field, &value),
      "no '%s' in the statistics", field);
  return value;
}

/**
 * gst_ks_check_outstanding:
 * @allocator: an allocator of ours
 *
 * For leak checks at the end of a test: fail_unless_equals_uint64
 * (gst_ks_check_outstanding (allocator), 0). Any thread.
 *
 * Returns: blocks of @allocator that somebody holds
 *
 * Since: 0.1
 */
guint64
gst_ks_check_outstanding (GstAllocator * allocator)
{
  return gst_ks_check_stat (allocator, "out");
}

GstKsSuite
gst_ks_suite_open (gint i, gint n_rows)
{
  Subject *subject = &subjects[i / n_rows];
  GstKsSuite suite = { NULL };

  gst_ks_suite_subject = subject->name;
  gst_ks_suite_row = "";
  suite.allocator = subject->make (subject->user_data);
  check_that (suite.allocator != NULL);
  check_that (gst_ks_allocator_is_ours (suite.allocator));
  gst_ks_allocator_get_limits (suite.allocator, &suite.limits);
  gst_ks_allocator_trim (suite.allocator);
  check_that (gst_ks_check_outstanding (suite.allocator) == 0);
  return suite;
}

/* What every test ends with: nothing is out, and a trim leaves nothing. */
void
gst_ks_suite_close (GstKsSuite * suite)
{
  check_that (gst_ks_check_outstanding (suite->allocator) == 0);
  gst_ks_allocator_trim (suite->allocator);
  check_that (gst_ks_check_stat (suite->allocator, "live") == 0);
  check_that (gst_ks_check_stat (suite->allocator, "live-bytes") == 0);
  check_that (gst_ks_check_stat (suite->allocator, "idle") == 0);
  gst_ks_allocator_set_limits (suite->allocator, &suite->limits);
  gst_object_unref (suite->allocator);
}

GstMemory *
gst_ks_suite_take (const GstKsSuite * suite, const GstKsRequest * request)
{
  g_autoptr (GError) error = NULL;
  GstMemory *memory =
      gst_ks_allocator_alloc (suite->allocator, request, &error);

  fail_unless (memory != NULL, "%s: %s: %s", gst_ks_suite_subject,
      gst_ks_suite_row, error ? error->message : "failed without an error");
  check_that (error == NULL);
  check_that (gst_ks_memory_is_ours (memory));
  return memory;
}

GstMemory *
gst_ks_suite_take_plain (const GstKsSuite * suite)
{
  GstKsRequest request = {.size = SUITE_SIZE };

  return gst_ks_suite_take (suite, &request);
}

void
gst_ks_suite_fill (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;

  check_that (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, byte, map.size);
  gst_memory_unmap (memory, &map);
}

gboolean
gst_ks_suite_holds (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;
  gsize i = 0;

  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return FALSE;
  while (i < map.size && map.data[i] == byte)
    i++;
  gst_memory_unmap (memory, &map);
  return i == map.size;
}

void
gst_ks_suite_count (gpointer data)
{
  g_atomic_int_inc ((gint *) data);
}

/**
 * gst_ks_check_allocator_case:
 * @name: of what is tested; must stay valid
 * @make: gives the allocator under test
 * @user_data: for @make; must stay valid
 *
 * Every test that an allocator of ours has to pass: where bytes lie, mapping,
 * copies and sub-memory, reuse and identity, limits, lifetimes, threads,
 * and that impossible requests are refused. At most 32 in one program.
 *
 * Returns: (transfer full): for suite_add_tcase()
 *
 * Since: 0.1
 */
TCase *
gst_ks_check_allocator_case (const gchar * name, GstKsCheckMake make,
    gpointer user_data)
{
  TCase *tcase = tcase_create (name);
  gint s = n_subjects++;

  g_assert (s < MAX_SUBJECTS);
  subjects[s] = (Subject) {
  name, make, user_data};
  gst_ks_suite_add_bytes (tcase, s);
  gst_ks_suite_add_reuse (tcase, s);
  gst_ks_suite_add_lifetimes (tcase, s);
  return tcase;
}
