/* What every allocator of ours must do, as a test case for any gst-check program.
 *
 * Each test is run for each allocator and each of its rows: check gives a
 * test nothing but a number, so the number is subject * rows + row.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SUBJECTS 32

typedef struct
{
  const gchar *name;
  GstKsCheckMake make;          /* NULL: by the backend */
  const GstKsCheckBackend *check;       /* NULL: an allocator alone */
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
 * Since: 0.9
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
 * Since: 0.9
 */
guint64
gst_ks_check_outstanding (GstAllocator * allocator)
{
  return gst_ks_check_stat (allocator, "out");
}

gboolean
gst_ks_suite_is_quick (void)
{
  return g_getenv ("KS_QUICK") != NULL;
}

gint
gst_ks_suite_add_subject (const gchar * name, GstKsCheckMake make,
    const GstKsCheckBackend * check, gpointer user_data)
{
  g_assert (n_subjects < MAX_SUBJECTS);
  subjects[n_subjects] = (Subject) {
  name, make, check, user_data};
  return n_subjects++;
}

GstKsBackend *
gst_ks_suite_new_backend (const GstKsCheckBackend * check)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = check->make ? check->make (check->user_data)
      : gst_ks_backend_get (check->kind, check->device, &error);

  fail_unless (backend != NULL, "%s: %s", check->kind,
      error ? error->message : "make gave nothing");
  return backend;
}

static void
open_backend (GstKsSuite * suite)
{
  g_autoptr (GError) error = NULL;

  suite->backend = gst_ks_suite_new_backend (suite->check);
  suite->allocator = gst_ks_backend_create_allocator (suite->backend, &error);
  fail_unless (suite->allocator != NULL, "%s: %s", gst_ks_suite_subject,
      error ? error->message : "?");
}

GstKsSuite
gst_ks_suite_open (gint i, gint n_rows)
{
  Subject *subject = &subjects[i / n_rows];
  GstKsSuite suite = {.check = subject->check };

  gst_ks_suite_subject = subject->name;
  gst_ks_suite_row = "";
  if (suite.check) {
    open_backend (&suite);
  } else {
    suite.allocator = subject->make (subject->user_data);
    check_that (suite.allocator != NULL);
    suite.backend = gst_ks_backend_peek (suite.allocator);
    if (suite.backend)
      g_object_ref (suite.backend);
  }
  check_that (gst_ks_allocator_is_ours (suite.allocator));
  gst_ks_allocator_get_limits (suite.allocator, &suite.limits);
  gst_ks_allocator_trim (suite.allocator);
  check_that (gst_ks_check_outstanding (suite.allocator) == 0);
  return suite;
}

/* What the books say has to add up, whatever has happened. */
void
gst_ks_suite_balance (const GstKsSuite * suite)
{
  guint64 live = gst_ks_check_stat (suite->allocator, "live");

  check_that (live == gst_ks_check_stat (suite->allocator, "out") +
      gst_ks_check_stat (suite->allocator, "idle"));
  check_that (live == gst_ks_check_stat (suite->allocator, "fresh") -
      gst_ks_check_stat (suite->allocator, "released"));
  check_that (gst_ks_check_stat (suite->allocator, "live-bytes") >=
      gst_ks_check_stat (suite->allocator, "idle-bytes"));
}

/* What every test ends with: nothing is out, and a trim leaves nothing. */
void
gst_ks_suite_close (GstKsSuite * suite)
{
  const GstKsCheckBackend *check = suite->check;

  gst_ks_suite_balance (suite);
  check_that (gst_ks_check_outstanding (suite->allocator) == 0);
  gst_ks_allocator_trim (suite->allocator);
  check_that (gst_ks_check_stat (suite->allocator, "live") == 0);
  check_that (gst_ks_check_stat (suite->allocator, "live-bytes") == 0);
  check_that (gst_ks_check_stat (suite->allocator, "idle") == 0);
  check_that (gst_ks_check_stat (suite->allocator, "idle-bytes") == 0);
  gst_ks_suite_balance (suite);
  gst_ks_allocator_set_limits (suite->allocator, &suite->limits);
  gst_object_unref (suite->allocator);
  if (check && check->get_outstanding) {
    gst_ks_trim_all ();
    check_that (check->get_outstanding (check->user_data) == 0);
  }
  g_clear_object (&suite->backend);
}

gboolean
gst_ks_suite_is (const GstKsSuite * suite, GstKsCheckBackendFlags flag)
{
  return suite->check && (suite->check->flags & flag);
}

/* Where there is no address the backend's word has to do. */
gboolean
gst_ks_suite_is_aligned (const GstKsBlock * block, gsize align)
{
  return block->data ? GPOINTER_TO_SIZE (block->data) % align == 0
      : block->align >= align;
}

/* Whether the kind said that it can; one with alternatives says nothing. */
gboolean
gst_ks_suite_can (const GstKsSuite * suite, const GstKsRequest * request)
{
  g_autoptr (GstKsFraming) framing =
      gst_ks_allocator_describe (suite->allocator);
  gsize max_align = suite->check ? suite->check->max_align : 0;
  guint64 block;

  if (max_align > 0 && request->align > max_align)
    return FALSE;
  return gst_ks_framing_get_n_items (framing) != 1
      || gst_ks_range_ceil (&gst_ks_framing_peek_item (framing, 0)->size,
      request->prefix + request->size + request->padding, &block);
}

/* An error that says why, and no trace in the books. */
void
gst_ks_suite_refuses (const GstKsSuite * suite, const GstKsRequest * request)
{
  guint64 live = gst_ks_check_stat (suite->allocator, "live");
  g_autoptr (GError) error = NULL;

  check_that (!gst_ks_allocator_alloc (suite->allocator, request, &error));
  check_that (error != NULL && error->domain == GST_KS_ERROR);
  check_that (*error->message != '\0');
  check_that (error->code != GST_KS_ERROR_FAILED);
  check_that (gst_ks_check_stat (suite->allocator, "live") == live);
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

gboolean
gst_ks_suite_is_mappable (GstMemory * memory)
{
  return !GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
}

static gboolean
put_mapped (GstMemory * memory, gconstpointer bytes)
{
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_WRITE))
    return FALSE;
  memcpy (map.data, bytes, map.size);
  gst_memory_unmap (memory, &map);
  return TRUE;
}

static gboolean
get_mapped (GstMemory * memory, gpointer bytes)
{
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return FALSE;
  memcpy (bytes, map.data, map.size);
  gst_memory_unmap (memory, &map);
  return TRUE;
}

/* backend: NULL: that of the allocator */
static GstKsBackend *
mover (GstKsBackend * backend, GstMemory * memory)
{
  return backend ? backend : gst_ks_backend_peek (memory->allocator);
}

gboolean
gst_ks_suite_put (GstKsBackend * backend, GstMemory * memory,
    gconstpointer bytes)
{
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);

  if (gst_ks_suite_is_mappable (memory))
    return put_mapped (memory, bytes);

  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, size, NULL);

  return put_mapped (host, bytes)
      && gst_ks_backend_transfer (mover (backend, memory), memory, host, NULL);
}

gboolean
gst_ks_suite_get (GstKsBackend * backend, GstMemory * memory, gpointer bytes)
{
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);

  if (gst_ks_suite_is_mappable (memory))
    return get_mapped (memory, bytes);

  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, size, NULL);

  return gst_ks_backend_transfer (mover (backend, memory), host, memory, NULL)
      && get_mapped (host, bytes);
}

gboolean
gst_ks_suite_try_fill (GstMemory * memory, guint8 byte)
{
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);
  g_autofree guint8 *bytes = g_malloc (size);

  memset (bytes, byte, size);
  return gst_ks_suite_put (NULL, memory, bytes);
}

void
gst_ks_suite_fill (GstMemory * memory, guint8 byte)
{
  check_that (gst_ks_suite_try_fill (memory, byte));
}

gboolean
gst_ks_suite_holds (GstMemory * memory, guint8 byte)
{
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);
  g_autofree guint8 *bytes = g_malloc (size);
  gsize i = 0;

  if (!gst_ks_suite_get (NULL, memory, bytes))
    return FALSE;
  while (i < size && bytes[i] == byte)
    i++;
  return i == size;
}

void
gst_ks_suite_count (gpointer data)
{
  g_atomic_int_inc ((gint *) data);
}

static void
add_allocator_tests (TCase * tcase, gint subject)
{
  gst_ks_suite_add_bytes (tcase, subject);
  gst_ks_suite_add_reuse (tcase, subject);
  gst_ks_suite_add_lifetimes (tcase, subject);
}

/**
 * gst_ks_check_allocator_case:
 * @name: of what is tested; must stay valid
 * @make: gives the allocator under test
 * @user_data: for @make; must stay valid
 *
 * Every test that an allocator of ours has to pass: where bytes lie, mapping,
 * copies and sub-memory, reuse and identity, limits, lifetimes, threads,
 * and that impossible requests are refused. At most 32 in one program, those
 * of gst_ks_check_backend_case() included.
 *
 * Returns: (transfer full): for suite_add_tcase()
 *
 * Since: 0.9
 */
TCase *
gst_ks_check_allocator_case (const gchar * name, GstKsCheckMake make,
    gpointer user_data)
{
  TCase *tcase = tcase_create (name);

  add_allocator_tests (tcase, gst_ks_suite_add_subject (name, make, NULL,
          user_data));
  return tcase;
}

/**
 * gst_ks_check_backend_case:
 * @check: what is tested and what is different about it; must stay valid
 *
 * Every test that a backend has to pass: those of its allocator, as
 * gst_ks_check_allocator_case() has them, and that it keeps to what it
 * describes, that frames do not overlap, how it fails and recovers when memory
 * runs out or an attempt fails, threads, a fork, objects let go of in any
 * order, bytes moved to and from the host and between its frames, imports,
 * shapes, and books that balance after each test. With the variable KS_QUICK
 * set each does less of the same. At most 32 in one program.
 *
 * Whatever a child of fork() does, short of using or letting go of frames,
 * leaves the frames of its parent as they are; and unless the flag
 * %GST_KS_CHECK_BACKEND_NO_CHILD is set it may read what was mapped before.
 *
 * Returns: (transfer full): for suite_add_tcase()
 *
 * Since: 0.9
 */
TCase *
gst_ks_check_backend_case (const GstKsCheckBackend * check)
{
  TCase *tcase = tcase_create (check->kind);
  gint subject = gst_ks_suite_add_subject (check->kind, NULL, check, NULL);

  gst_ks_suite_add_promises (tcase, subject);
  gst_ks_suite_add_shapes (tcase, subject);
  if (check->flags & GST_KS_CHECK_BACKEND_SHAPES_ONLY)
    return tcase;
  add_allocator_tests (tcase, subject);
  gst_ks_suite_add_framing (tcase, subject);
  gst_ks_suite_add_ends (tcase, subject, check);
  gst_ks_suite_add_teardown (tcase, subject);
  gst_ks_suite_add_transfer (tcase, subject);
  gst_ks_suite_add_import (tcase, subject);
  return tcase;
}

/* Ends a child of fork(). A new program takes its place: tools that look for
 * leaks when a process ends would find all that the parent has. */
void
gst_ks_suite_leave (gboolean success)
{
  (void) execl (success ? "/bin/true" : "/bin/false", "leave", NULL);
  _exit (success ? 0 : 1);
}

/* In the child: TRUE: it is here; otherwise the reason is written. */
static gboolean
tell_reason (const GstKsCheckBackend * check, gint to)
{
  g_autoptr (GError) error = NULL;
  GstKsRequest request = {.size = SUITE_SIZE };
  GstKsBackend *backend = gst_ks_backend_get (check->kind, check->device,
      &error);
  GstAllocator *allocator = backend ?
      gst_ks_backend_create_allocator (backend, &error) : NULL;
  gboolean bytes = !(check->flags & GST_KS_CHECK_BACKEND_SHAPES_ONLY);

  if (allocator && bytes
      && !gst_ks_allocator_alloc (allocator, &request, &error))
    allocator = NULL;
  if (!allocator)
    dprintf (to, "%s", error ? error->message : "no reason was given");
  return allocator != NULL;
}

/**
 * gst_ks_check_backend_skip:
 * @check: what is to be tested; its make is not used
 *
 * Opens the backend and makes one frame in a child process, so that nothing
 * stays open in this one: a device that was opened before a fork may not be
 * used after it. Not thread-safe.
 *
 * Returns: (transfer full) (nullable): why it cannot be tested here, for a
 *     line "SKIP: reason" and exit status 77; %NULL when it can
 *
 * Since: 0.9
 */
gchar *
gst_ks_check_backend_skip (const GstKsCheckBackend * check)
{
  g_autoptr (GString) reason = g_string_new (NULL);
  gchar part[256];
  gint ends[2], status = 0;
  gssize n;
  pid_t child;

  if (pipe (ends) < 0 || (child = fork ()) < 0)
    return g_strdup (g_strerror (errno));
  if (child == 0)
    gst_ks_suite_leave (tell_reason (check, ends[1]));
  (void) close (ends[1]);
  while ((n = read (ends[0], part, sizeof part)) > 0)
    g_string_append_len (reason, part, n);
  (void) close (ends[0]);
  if (waitpid (child, &status, 0) == child && status == 0)
    return NULL;
  if (reason->len == 0)
    g_string_printf (reason, "asking for it ended with status 0x%x", status);
  return g_string_free (g_steal_pointer (&reason), FALSE);
}
