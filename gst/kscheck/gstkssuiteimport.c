/* The conformance suite, memory of others that becomes the kind's own without a copy.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

#define LENGTH ((gsize) 65536)

static gboolean
offers_import (const GstKsSuite * suite)
{
  return GST_KS_BACKEND_GET_CLASS (suite->backend)->import != NULL;
}

/* Memory that may be taken: page aligned, ordinary and with a descriptor. */
static const gchar *const importable_kinds[] = { "system", "shared" };

static GstMemory *
new_importable (const GstKsSuite * suite, const gchar * kind)
{
  const GstKsCheckBackend *check = suite->check;
  GstKsRequest request = {.size = LENGTH,.align = 4096 };

  if (check->make_importable)
    return check->make_importable (LENGTH, check->user_data);
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (kind, NULL, NULL);
  return gst_ks_allocator_alloc (allocator, &request, NULL);
}

static gboolean
starts_with (const GstKsSuite * suite, GstMemory * memory, guint8 byte)
{
  g_autofree guint8 *found =
      g_malloc (gst_memory_get_sizes (memory, NULL, NULL));

  return gst_ks_suite_get (suite->backend, memory, found)
      && found[0] == byte && found[LENGTH - 1] == byte;
}

/* The same bytes from both sides, in both directions, as long as either is
 * held. */
static void
check_imported (const GstKsSuite * suite, GstMemory * source, GstMemory * made)
{
  gsize room = gst_memory_get_sizes (made, NULL, NULL);
  g_autofree guint8 *bytes = g_malloc (room);

  check_that (made != source && room >= LENGTH);
  check_that (starts_with (suite, made, 0x41));
  memset (bytes, 0x42, room);
  check_that (gst_ks_suite_put (suite->backend, made, bytes));
  check_that (starts_with (suite, source, 0x42));
}

/* NULL: refused, with a reason. */
static GstMemory *
import (const GstKsSuite * suite, GstMemory * source)
{
  g_autoptr (GError) error = NULL;
  GstMemory *made = gst_ks_backend_import (suite->backend, source, &error);

  check_that (!made == (error != NULL));
  if (!made) {
    check_that (g_error_matches (error, GST_KS_ERROR,
            GST_KS_ERROR_NOT_SUPPORTED));
    check_that (*error->message != '\0');
    check_that (GST_MINI_OBJECT_REFCOUNT_VALUE (source) == 1);
  }
  return made;
}

/* TRUE: this sort of memory is taken. */
static gboolean
try_import (const GstKsSuite * suite, const gchar * kind)
{
  GstMemory *source = new_importable (suite, kind);
  GstMemory *made;

  check_that (source != NULL);
  check_that (gst_ks_suite_try_fill (source, 0x41));
  made = import (suite, source);
  if (!made) {
    gst_memory_unref (source);
    return FALSE;
  }
  check_imported (suite, source, made);
  gst_memory_unref (made);
  check_that (GST_MINI_OBJECT_REFCOUNT_VALUE (source) == 1);
  check_that (starts_with (suite, source, 0x42));

  check_that (gst_ks_suite_try_fill (source, 0x43));
  made = import (suite, source);
  check_that (made != NULL);
  gst_memory_unref (source);
  check_that (starts_with (suite, made, 0x43));
  gst_memory_unref (made);
  return TRUE;
}

GST_START_TEST (test_import)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  guint n_kinds = suite.check->make_importable ? 1
      : G_N_ELEMENTS (importable_kinds);
  guint taken = 0;

  for (guint k = 0; k < n_kinds; k++) {
    gst_ks_suite_row = importable_kinds[k];
    taken += try_import (&suite, importable_kinds[k]);
  }
  gst_ks_suite_row = offers_import (&suite) ? "offered" : "not offered";
  check_that ((taken > 0) == offers_import (&suite));
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* What lies askew is taken with the right bytes or refused with a reason. */
GST_START_TEST (test_import_part)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstMemory *source = new_importable (&suite, importable_kinds[0]);
  GstMemory *part, *made;
  guint8 bytes[100] = { 0 };

  check_that (gst_ks_suite_try_fill (source, 0x44));
  part = gst_memory_share (source, 1, 100);
  made = import (&suite, part);
  if (made) {
    gst_memory_resize (made, 0, 100);
    check_that (gst_ks_suite_get (suite.backend, made, bytes));
    check_that (bytes[0] == 0x44 && bytes[99] == 0x44);
    gst_memory_unref (made);
  }
  gst_memory_unref (part);
  gst_memory_unref (source);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_import (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_import, 1);
  add_rows (tcase, subject, test_import_part, 1);
}
