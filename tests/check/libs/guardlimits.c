/* Guarded frames where the system has no more to give, or names are none for a terminal.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static GstMemory *
make (const GstKsRequest * request, GError ** error)
{
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_get ("system", NULL, NULL);

  fail_unless (allocator != NULL);
  return gst_ks_allocator_alloc (allocator, request, error);
}

static guint8 *
data_of (GstMemory * memory)
{
  GstMapInfo map;
  guint8 *data;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  data = map.data;
  gst_memory_unmap (memory, &map);
  return data;
}

/* The code that a child of this process ends with. */
static gint
wait_for (pid_t child)
{
  gint status = 0;

  fail_unless (child > 0 && waitpid (child, &status, 0) == child);
  fail_unless (WIFEXITED (status), "ended by signal %d", WTERMSIG (status));
  return WEXITSTATUS (status);
}

/* --- private memory --- */

#define MIB (1024 * 1024)

static guint64
private_bytes (void)
{
  g_autofree gchar *status = NULL;
  const gchar *line;

  fail_unless (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmData:");
  return g_ascii_strtoull (line + strlen ("VmData:"), NULL, 10) * 1024;
}

static void
limit_private_bytes (guint64 more)
{
  struct rlimit limit = { private_bytes () + more, RLIM_INFINITY };

  fail_unless (setrlimit (RLIMIT_DATA, &limit) == 0);
}

static void
check_told (const GstKsRequest * request, const gchar * doing,
    const gchar * what)
{
  g_autoptr (GError) error = NULL;

  fail_unless (make (request, &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT), "%s",
      error->message);
  fail_unless (strstr (error->message, doing) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, what) != NULL, "%s", error->message);
}

/* An idle frame that cannot be touched is no private memory; to be handed out
 * again it has to become that. */
static void
reuse_without_room (void)
{
  GstKsRequest request = {.size = 64 * MIB,.guard = GST_KS_GUARD_PAGES };
  GstMemory *memory = make (&request, NULL);

  gst_memory_unref (memory);
  limit_private_bytes (32 * MIB);
  check_told (&request, "cannot guard 67108864 bytes", "RLIMIT_DATA");
  limit_private_bytes (128 * MIB);
  memory = make (&request, NULL);
  fail_unless (gst_ks_memory_is_reused (memory));
  memset (data_of (memory), 1, 100);
  gst_memory_unref (memory);
}

GST_START_TEST (test_an_idle_frame_that_cannot_be_opened_is_told)
{
  pid_t child = fork ();

  if (child == 0) {
    reuse_without_room ();
    _exit (0);
  }
  fail_unless_equals_int (wait_for (child), 0);
}

GST_END_TEST;

/* The fences of pattern are private memory as well. */
static void
fence_without_room (void)
{
  GstKsRequest request = {.size = 64 * MIB,.guard = GST_KS_GUARD_PATTERN };

  (void) make (&request, NULL);
  limit_private_bytes (64 * MIB + sysconf (_SC_PAGESIZE));
  check_told (&request, "cannot guard", "RLIMIT_DATA");
}

GST_START_TEST (test_a_fence_that_cannot_be_written_is_told)
{
  pid_t child = fork ();

  if (child == 0) {
    fence_without_room ();
    _exit (0);
  }
  fail_unless_equals_int (wait_for (child), 0);
}

GST_END_TEST;

/* --- mappings --- */

#define MOST_MAPPINGS 300000    /* more take too long to make */

static guint64
most_mappings (void)
{
  g_autofree gchar *text = NULL;

  fail_unless (g_file_get_contents ("/proc/sys/vm/max_map_count", &text, NULL,
          NULL));
  return g_ascii_strtoull (text, NULL, 10);
}

/* Every other page is another mapping. */
static void
use_mappings (guint8 * pages, guint64 n)
{
  gsize page = sysconf (_SC_PAGESIZE);

  for (guint64 i = 0; i < n; i += 2)
    if (mprotect (pages + i * page, page, PROT_READ) != 0)
      return;
}

GST_START_TEST (test_mappings_that_are_used_up_are_told)
{
  GstKsRequest request = {.size = 5000,.guard = GST_KS_GUARD_PAGES };
  guint64 most = most_mappings ();
  gsize bytes = (most + 2) * sysconf (_SC_PAGESIZE);
  guint8 *pages;

  if (most > MOST_MAPPINGS) {
    g_printerr ("left out: %" G_GUINT64_FORMAT " mappings are allowed\n", most);
    return;
  }
  pages = mmap (NULL, bytes, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  fail_unless (pages != MAP_FAILED);
  use_mappings (pages, most + 2);
  check_told (&request, "cannot map 8192 bytes", "'sysctl vm.max_map_count='");
  fail_unless (munmap (pages, bytes) == 0);
  gst_memory_unref (make (&request, NULL));
}

GST_END_TEST;

/* --- names --- */

typedef struct
{
  const gchar *owner, *thread, *said;
} NameRow;

static const NameRow names[] = {
  {"\033]0;owned\007", "a\033[31m", "?]0;owned? gave it to thread 'a?[31m'"},
  {"a\302\233" "31m", "t", "a??31m gave it to thread 't'"},
  /* 47 and 15 bytes are kept */
  {"ääääääääääääääääääääääääää", "äääääääää",
      "äääääääääääääääääääääää gave it to thread 'äääääää'"},
};

GST_START_TEST (test_names_are_fit_for_terminals)
{
  const NameRow *row = &names[__i__];
  GstKsRequest request = {.size = 300,.guard = GST_KS_GUARD_PATTERN,
    .owner = row->owner
  };
  g_auto (GStrv) out = NULL;
  gchar before[16];
  GstMemory *memory;

  (void) prctl (PR_GET_NAME, before, 0, 0, 0);
  (void) prctl (PR_SET_NAME, row->thread, 0, 0, 0);
  memory = make (&request, NULL);
  (void) prctl (PR_SET_NAME, before, 0, 0, 0);
  out = gst_ks_guard_list_out ();
  fail_unless_equals_int (g_strv_length (out), 1);
  fail_unless (g_utf8_validate (out[0], -1, NULL));
  fail_unless (strstr (out[0], row->said) != NULL, "%s", out[0]);
  gst_memory_unref (memory);
}

GST_END_TEST;

/* --- the signal --- */

#define THREADS 6
#define TOUCHES 50

static __thread sigjmp_buf back;

static void
go_back (int number)
{
  siglongjmp (back, 1);
}

static gpointer
touch (gpointer fence)
{
  for (volatile guint i = 0; i < TOUCHES; i++)
    if (sigsetjmp (back, 1) == 0)
      *(volatile guint8 *) fence = 1;
  return NULL;
}

/* Sent, with an address that is none. */
static void
send_signal (gpointer fence)
{
  siginfo_t info = {.si_signo = SIGSEGV,.si_code = SI_QUEUE };

  info.si_addr = fence;
  if (sigsetjmp (back, 1) == 0)
    (void) syscall (SYS_rt_tgsigqueueinfo, getpid (), syscall (SYS_gettid),
        SIGSEGV, &info);
}

static void
touch_from_threads (gint fd)
{
  GstKsRequest request = {.size = 8192,.guard = GST_KS_GUARD_PAGES };
  struct sigaction action = {.sa_handler = go_back };
  GThread *threads[THREADS];
  guint8 *fence;

  (void) sigaction (SIGSEGV, &action, NULL);
  fence = data_of (make (&request, NULL)) + 8192;
  (void) dup2 (fd, STDERR_FILENO);
  send_signal (fence);
  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("toucher", touch, fence);
  for (guint i = 0; i < THREADS; i++)
    (void) g_thread_join (threads[i]);
}

GST_START_TEST (test_each_touch_is_told_in_one_piece)
{
  g_autofree gchar *path = NULL, *text = NULL;
  g_auto (GStrv) lines = NULL;
  gint fd = g_file_open_tmp ("ks-guard-XXXXXX", &path, NULL);
  pid_t child = fork ();

  if (child == 0) {
    touch_from_threads (fd);
    _exit (0);
  }
  fail_unless_equals_int (wait_for (child), 0);
  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  (void) close (fd);
  (void) unlink (path);
  lines = g_strsplit (text, "\n", -1);
  fail_unless_equals_int (g_strv_length (lines), THREADS * TOUCHES + 1);
  for (guint i = 0; i < THREADS * TOUCHES; i++)
    fail_unless (g_str_has_prefix (lines[i],
            "ksallocator guard: thread 'toucher': frame 0x")
        && g_str_has_suffix (lines[i], "shows who did it"), "%s", lines[i]);
}

GST_END_TEST;

static Suite *
guardlimits_suite (void)
{
  Suite *suite = suite_create ("guardlimits");
  TCase *tc = tcase_create ("frames");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, test_an_idle_frame_that_cannot_be_opened_is_told);
  tcase_add_test (tc, test_a_fence_that_cannot_be_written_is_told);
  tcase_add_test (tc, test_mappings_that_are_used_up_are_told);
  tcase_add_loop_test (tc, test_names_are_fit_for_terminals, 0,
      G_N_ELEMENTS (names));
  tcase_add_test (tc, test_each_touch_is_told_in_one_piece);
  return suite;
}

GST_CHECK_MAIN (guardlimits);
