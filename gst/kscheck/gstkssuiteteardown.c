/* The conformance suite, who goes first: objects let go of in any order, and processes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

#include <fcntl.h>
#include <gst/ks/gstkspool.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- any order --- */

/* A frame and all that it came from. */
typedef struct
{
  GstBuffer *buffer;
  GstKsPool *pool;
  GstAllocator *allocator;
  GstKsBackend *backend;
} Chain;

static void
chain_init (Chain * chain, const GstKsCheckBackend * check)
{
  GstKsPoolOptions options = { 0, };
  GstStructure *config;

  chain->backend = gst_ks_suite_new_backend (check);
  chain->allocator = gst_ks_backend_create_allocator (chain->backend, NULL);
  check_that (chain->allocator != NULL);
  chain->pool = gst_ks_pool_new (chain->allocator, NULL, &options);
  config = gst_buffer_pool_get_config (GST_BUFFER_POOL (chain->pool));
  gst_buffer_pool_config_set_params (config, NULL, SUITE_SIZE, 0, 0);
  check_that (gst_buffer_pool_set_config (GST_BUFFER_POOL (chain->pool),
          config));
  check_that (gst_buffer_pool_set_active (GST_BUFFER_POOL (chain->pool), TRUE));
  check_that (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (chain->pool),
          &chain->buffer, NULL) == GST_FLOW_OK);
}

static void
chain_drop (Chain * chain, gchar link)
{
  if (link == 'f') {
    g_clear_pointer (&chain->buffer, gst_buffer_unref);
  } else if (link == 'p') {
    (void) gst_buffer_pool_set_active (GST_BUFFER_POOL (chain->pool), FALSE);
    gst_clear_object (&chain->pool);
  } else if (link == 'a') {
    gst_clear_object (&chain->allocator);
  } else {
    g_clear_object (&chain->backend);
  }
}

/* The n th order of the four letters. */
static void
nth_order (guint n, gchar order[5])
{
  gchar left[] = "fpab";

  for (guint i = 0; i < 4; i++) {
    guint pick = n % (4 - i);

    n /= 4 - i;
    order[i] = left[pick];
    memmove (left + pick, left + pick + 1, 4 - pick);
  }
  order[4] = '\0';
}

/* Our own threads may hold a reference for a moment. KS_PATIENCE is for those
 * who know that it will not go: ms. */
static gboolean
goes_away (GWeakRef * ref)
{
  const gchar *said = g_getenv ("KS_PATIENCE");
  guint patience = said ? g_ascii_strtoull (said, NULL, 10) : 20000;

  for (guint i = 0; i < patience; i++) {
    g_autoptr (GObject) object = g_weak_ref_get (ref);

    if (!object)
      return TRUE;
    g_clear_object (&object);
    g_usleep (1000);
  }
  return FALSE;
}

/* A frame is good as long as somebody has it, and nothing stays when all has
 * been let go of: the backend is closed. */
GST_START_TEST (test_any_order)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 24);
  const GstKsCheckBackend *check = suite.check;
  gchar order[5];
  GWeakRef allocator, backend;
  Chain chain;

  gst_ks_suite_close (&suite);
  nth_order (__i__ % 24, order);
  gst_ks_suite_row = order;
  chain_init (&chain, check);
  g_weak_ref_init (&allocator, chain.allocator);
  g_weak_ref_init (&backend, chain.backend);
  gst_ks_suite_fill (gst_buffer_peek_memory (chain.buffer, 0), 0x3c);
  for (const gchar * link = order; *link; link++) {
    if (chain.buffer)
      check_that (gst_ks_suite_holds (gst_buffer_peek_memory (chain.buffer, 0),
              0x3c));
    chain_drop (&chain, *link);
  }
  check_that (goes_away (&allocator));
  /* one that was made by hand may be held by whoever made it */
  check_that (check->make || goes_away (&backend));
  if (check->get_outstanding)
    check_that (check->get_outstanding (check->user_data) == 0);
  g_weak_ref_clear (&allocator);
  g_weak_ref_clear (&backend);
  gst_ks_suite_row = "";
}

GST_END_TEST;

/* --- processes --- */

/* The status of a child that has seen its parent's frame. */
static gint
run_child (const guint8 * mapped)
{
  gint status = 0;
  pid_t child = fork ();

  check_that (child >= 0);
  if (child == 0)
    gst_ks_suite_leave (!mapped || (mapped[0] == 0x21
            && mapped[SUITE_SIZE - 1] == 0x21));
  check_that (waitpid (child, &status, 0) == child);
  return status;
}

GST_START_TEST (test_fork)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstMemory *frame = gst_ks_suite_take_plain (&suite);
  gboolean reads = gst_ks_suite_is_mappable (frame)
      && !gst_ks_suite_is (&suite, GST_KS_CHECK_BACKEND_NO_CHILD);
  GstMapInfo map = { NULL };
  gint status;

  gst_ks_suite_fill (frame, 0x21);
  check_that (!reads || gst_memory_map (frame, &map, GST_MAP_READ));
  status = run_child (map.data);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0,
      "%s: a child cannot read its parent's frame: status 0x%x",
      gst_ks_suite_subject, status);
  if (reads)
    gst_memory_unmap (frame, &map);

  check_that (gst_ks_suite_holds (frame, 0x21));
  gst_ks_suite_fill (frame, 0x22);
  check_that (gst_ks_suite_holds (frame, 0x22));
  gst_memory_unref (frame);
  gst_memory_unref (gst_ks_suite_take_plain (&suite));
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* A program that is started by this one gets no frames by mistake. */
GST_START_TEST (test_descriptor)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstMemory *frame = gst_ks_suite_take_plain (&suite);
  gint fd = gst_ks_memory_peek_block (frame)->fd;

  check_that (fd < 0 || (fcntl (fd, F_GETFD) & FD_CLOEXEC));
  gst_memory_unref (frame);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_teardown (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_any_order, 24);
  add_rows (tcase, subject, test_fork, 1);
  add_rows (tcase, subject, test_descriptor, 1);
}
