/* The system kinds: what each is, and what it says when it cannot be had.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/allocators/gstfdmemory.h>

#include "ksmemory.h"

#define FRAME (256 * 1024)

GST_START_TEST (test_kinds)
{
  static const gchar *kinds[] = { "system", "locked", "huge", "shared" };
  const gchar *kind = kinds[__i__];
  GError *error = NULL;
  GstAllocator *a = gst_ks_allocator_get (kind, NULL, &error);
  g_autofree gchar *name = g_strconcat ("ks-", kind, NULL);
  GstAllocator *found = gst_allocator_find (name);
  GstKsRequest request = {.size = 3 * FRAME,.align = 8192,.prefix = 64 };
  GstMemory *m;

  g_assert_no_error (error);
  fail_unless (found == a);
  fail_unless_equals_string (gst_ks_allocator_peek_kind (a), kind);
  m = gst_ks_allocator_alloc (a, &request, &error);
  if (m == NULL) {
    g_print ("SKIP: kind %s: %s\n", kind, error->message);
    g_clear_error (&error);
  } else {
    const GstKsBlock *block = gst_ks_memory_peek_block (m);

    fail_unless_equals_uint64 ((guintptr) block->data % 8192, 0);
    fail_unless_equals_uint64 (memory_set (m, 0, 3, 3 * FRAME), 3 * FRAME);
    fail_unless_equals_int (gst_is_fd_memory (m), g_str_equal (kind, "shared"));
    gst_memory_unref (m);
  }
  gst_ks_allocator_trim (a);
  fail_unless_equals_uint64 (stat_of (a, "live"), 0);
  gst_object_unref (found);
  gst_object_unref (a);
}

GST_END_TEST;

GST_START_TEST (test_shared_is_sealed)
{
  GstAllocator *a = gst_ks_allocator_get ("shared", NULL, NULL);
  GstMemory *m = take (a, (GstKsRequest) {.size = FRAME,.prefix = 16 });
  gint fd = gst_fd_memory_get_fd (m);
  GstMemory *sub = gst_memory_share (m, 100, -1);
  gchar bytes[4];
  struct stat st;

  fail_unless_equals_int (fcntl (fd, F_GET_SEALS) & (F_SEAL_SHRINK | F_SEAL_GROW
          | F_SEAL_SEAL), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  fail_unless (fcntl (fd, F_GETFD) & FD_CLOEXEC);
  fail_unless_equals_int (fstat (fd, &st), 0);
  fail_unless (st.st_size >= FRAME + 16);
  memory_set (m, 100, 'k', 4);
  /* another mapping of the file sees the frame where offset says */
  fail_unless_equals_int (pread (fd, bytes, 4, m->offset + 100), 4);
  fail_unless_equals_int (memcmp (bytes, "kkkk", 4), 0);
  fail_unless_equals_int (gst_fd_memory_get_fd (sub), fd);
  fail_unless_equals_uint64 (sub->size, FRAME - 100);
  fail_unless_equals_int (memory_compare (sub, 0, "kkkk", 4), 0);
  gst_memory_unref (m);
  gst_memory_unref (sub);
  gst_ks_allocator_trim (a);
  fail_unless (fcntl (fd, F_GETFD) == -1 && errno == EBADF);
  gst_object_unref (a);
}

GST_END_TEST;

/* An allocation by a user who may lock less than it takes. */
static GError *
locked_beyond_limit (void)
{
  struct rlimit before, limit;
  GstKsRequest request = {.size = FRAME };
  g_autoptr (GstAllocator) a = gst_ks_allocator_get ("locked", NULL, NULL);
  GstMemory *m;
  GError *error = NULL;
  uid_t user = geteuid ();

  fail_unless_equals_int (getrlimit (RLIMIT_MEMLOCK, &before), 0);
  limit = before;
  limit.rlim_cur = MIN (limit.rlim_max, 64 * 1024);
  fail_unless_equals_int (setrlimit (RLIMIT_MEMLOCK, &limit), 0);
  fail_unless (user != 0 || seteuid (65534) == 0);
  m = gst_ks_allocator_alloc (a, &request, &error);
  fail_unless (user != 0 || seteuid (0) == 0);
  fail_unless_equals_int (setrlimit (RLIMIT_MEMLOCK, &before), 0);
  fail_unless (m == NULL);
  fail_unless_equals_uint64 (stat_of (a, "live"), 0);
  return error;
}

static guint64
locked_kib (void)
{
  g_autofree gchar *status = NULL;

  fail_unless (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return g_ascii_strtoull (strstr (status, "VmLck:") + 6, NULL, 10);
}

/* Sanitizers take mlock() for themselves and do nothing. */
static gboolean
locking_counts (void)
{
  gsize page = sysconf (_SC_PAGESIZE);
  guint64 before = locked_kib ();
  gpointer data = mmap (NULL, page, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  gboolean counts = mlock (data, page) == 0 && locked_kib () > before;

  munmap (data, page);
  if (!counts)
    g_print ("SKIP: locked memory: mlock() has no effect here\n");
  return counts;
}

GST_START_TEST (test_locked_limit)
{
  g_autoptr (GError) error = NULL;

  if (!locking_counts ())
    return;
  error = locked_beyond_limit ();
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT);
  fail_unless (strstr (error->message, "65536") != NULL);
  fail_unless (strstr (error->message, "262144") != NULL);
  fail_unless (strstr (error->message, "ulimit -l") != NULL);
}

GST_END_TEST;

/* Frames of any kind count there once a process locks all that it will have. */
GST_START_TEST (test_all_is_locked)
{
  struct rlimit before, limit = { 65536, 65536 };
  GstKsRequest request = {.size = FRAME };
  g_autoptr (GstAllocator) a = gst_ks_allocator_get ("system", NULL, NULL);
  g_autoptr (GError) error = NULL;
  uid_t user = geteuid ();
  GstMemory *m;

  if (!locking_counts ())
    return;
  fail_unless_equals_int (getrlimit (RLIMIT_MEMLOCK, &before), 0);
  limit.rlim_max = before.rlim_max;
  if (mlockall (MCL_FUTURE) < 0) {
    g_print ("SKIP: all memory locked: %s\n", g_strerror (errno));
    return;
  }
  fail_unless_equals_int (setrlimit (RLIMIT_MEMLOCK, &limit), 0);
  fail_unless (user != 0 || seteuid (65534) == 0);
  m = gst_ks_allocator_alloc (a, &request, &error);
  fail_unless (user != 0 || seteuid (0) == 0);
  fail_unless_equals_int (setrlimit (RLIMIT_MEMLOCK, &before), 0);
  fail_unless_equals_int (munlockall (), 0);
  fail_unless (m == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT);
  fail_unless (strstr (error->message, "262144") != NULL);
  fail_unless (strstr (error->message, "65536 bytes (RLIMIT_MEMLOCK)"), "%s",
      error->message);
}

GST_END_TEST;

GST_START_TEST (test_locked_is_locked)
{
  if (!locking_counts ())
    return;

  GstAllocator *a = gst_ks_allocator_get ("locked", NULL, NULL);
  GstKsRequest request = {.size = FRAME };
  GstMemory *m = gst_ks_allocator_alloc (a, &request, NULL);
  guint64 with = locked_kib ();

  fail_unless (m != NULL);
  gst_memory_unref (m);
  gst_ks_allocator_trim (a);
  fail_unless_equals_uint64 (with - locked_kib (), FRAME / 1024);
  gst_object_unref (a);
}

GST_END_TEST;

/* Ordinary memory stays out of that count. */
GST_START_TEST (test_system_is_not_locked)
{
  GstAllocator *a = gst_ks_allocator_get ("system", NULL, NULL);
  guint64 before = locked_kib ();
  GstMemory *m = take (a, (GstKsRequest) {.size = 16 * FRAME }
  );

  memory_set (m, 0, 1, 16 * FRAME);
  fail_unless_equals_uint64 (locked_kib (), before);
  gst_memory_unref (m);
  gst_object_unref (a);
}

GST_END_TEST;

GST_START_TEST (test_unknown_kind_and_node)
{
  GError *error = NULL;

  fail_unless (gst_ks_allocator_get ("hugh", NULL, &error) == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_UNKNOWN_KIND);
  fail_unless (strstr (error->message, "huge") != NULL);
  g_clear_error (&error);
  fail_unless (gst_ks_allocator_get ("system", "m1", &error) == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID);
  g_clear_error (&error);
  fail_unless (gst_ks_allocator_get ("system", "4711", &error) == NULL);
  fail_unless (error != NULL && strstr (error->message, "4711") != NULL);
  g_clear_error (&error);
}

GST_END_TEST;

/* --- a container --- */

static gboolean
write_text (const gchar * folder, const gchar * name, const gchar * text)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  gint fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean good = fd >= 0 && write (fd, text, strlen (text)) > 0;

  if (fd >= 0)
    close (fd);
  return good;
}

/* A group that may have 256 MiB; NULL, with a word: none can be made. */
static gchar *
group_new (void)
{
  static const gchar *const trees[][2] = {
    {"/sys/fs/cgroup/memory/", "memory.limit_in_bytes"},
    {"/sys/fs/cgroup/", "memory.max"}
  };

  for (guint i = 0; i < G_N_ELEMENTS (trees); i++) {
    g_autofree gchar *group = g_strdup_printf ("%sks-test-%d", trees[i][0],
        getpid ());

    if (mkdir (group, 0755) < 0)
      continue;
    if (write_text (group, trees[i][1], "268435456"))
      return g_steal_pointer (&group);
    rmdir (group);
  }
  g_print ("SKIP: a container: no control group of memory can be made here\n");
  return NULL;
}

/* The kernel would end the process instead of refusing what can never be. */
GST_START_TEST (test_container)
{
  g_autofree gchar *group = group_new ();
  g_autoptr (GstAllocator) a = gst_ks_allocator_get ("shared", NULL, NULL);
  GstKsRequest request = {.size = 320 * 1024 * 1024 };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *parent = group ? g_path_get_dirname (group) : NULL;
  GstMemory *m;

  if (group == NULL)
    return;
  fail_unless (write_text (group, "cgroup.procs", "0"));
  m = gst_ks_allocator_alloc (a, &request, &error);
  fail_unless (write_text (parent, "cgroup.procs", "0"));
  fail_unless_equals_int (rmdir (group), 0);
  fail_unless (m == NULL);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT);
  fail_unless (strstr (error->message, "335544320 bytes resident") != NULL);
  fail_unless (strstr (error->message, "268435456") != NULL);
}

GST_END_TEST;

/* The node that the page at address is on, by the kernel's word. */
static gint
node_at (gpointer address)
{
  const gulong by_address = 1 | 2;      /* MPOL_F_NODE | MPOL_F_ADDR */
  gint node = -1;

  fail_unless (syscall (SYS_get_mempolicy, &node, NULL, 0, address,
          by_address) == 0);
  return node;
}

/* The highest node; 0 also where the kernel has no nodes at all. */
static guint64
last_node (void)
{
  g_autofree gchar *online = NULL;
  const gchar *last;

  if (!g_file_get_contents ("/sys/devices/system/node/online", &online, NULL,
          NULL))
    return 0;
  last = strpbrk (online, "-,") ? MAX (strrchr (online, '-'), strrchr (online,
          ',')) + 1 : online;
  return g_ascii_strtoull (last, NULL, 10);
}

static const gchar *numa_kinds[] = { "system", "locked", "huge", "shared" };

GST_START_TEST (test_numa_node)
{
  const gchar *kind = numa_kinds[__i__];
  g_autofree gchar *node = g_strdup_printf ("%" G_GUINT64_FORMAT, last_node ());
  g_autoptr (GError) error = NULL;
  GstKsRequest request = {.size = FRAME };
  g_autoptr (GstAllocator) a = gst_ks_allocator_get (kind, node, &error);
  GstMemory *m = a ? gst_ks_allocator_alloc (a, &request, &error) : NULL;

  if (last_node () == 0)
    g_print ("SKIP: kind %s on a NUMA node: this machine has one node only\n",
        kind);
  if (m == NULL) {
    g_print ("SKIP: kind %s on node %s: %s\n", kind, node, error->message);
    return;
  }
  memory_set (m, 0, 1, FRAME);
  fail_unless_equals_int (node_at (gst_ks_memory_peek_block (m)->data),
      (gint) last_node ());
  gst_memory_unref (m);
  gst_ks_allocator_trim (a);
}

GST_END_TEST;

GST_START_TEST (test_plain_alloc)
{
  GstAllocator *a = gst_ks_allocator_get ("system", NULL, NULL);
  GstAllocationParams params = { 0 };
  GstMemory *m;
  GstMapInfo info;

  params.flags = GST_MEMORY_FLAG_ZERO_PREFIXED | GST_MEMORY_FLAG_ZERO_PADDED;
  params.align = 4095;
  params.prefix = 100;
  params.padding = 50;
  m = gst_allocator_alloc (a, FRAME, &params);
  fail_unless (gst_memory_is_type (m, GST_ALLOCATOR_SYSMEM));
  fail_unless (gst_memory_map (m, &info, GST_MAP_READ));
  fail_unless_equals_uint64 (((guintptr) info.data - 100) % 4096, 0);
  fail_unless (info.data[-1] == 0 && info.data[FRAME] == 0);
  gst_memory_unmap (m, &info);
  gst_memory_unref (m);
  gst_object_unref (a);
}

GST_END_TEST;

static void
count_memcpy (GstDebugCategory * category, GstDebugLevel level,
    const gchar * file, const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  if (g_str_has_prefix (gst_debug_message_get (message), "memcpy "))
    (*(guint *) user_data)++;
}

/* As of the core's own memory: tools that count copies read that category. */
GST_START_TEST (test_copy_is_logged)
{
  GstAllocator *a = gst_ks_allocator_get ("system", NULL, NULL);
  GstMemory *m = take (a, (GstKsRequest) {.size = FRAME }
  );
  guint n_copies = 0;

  gst_debug_set_threshold_for_name ("GST_PERFORMANCE", GST_LEVEL_DEBUG);
  gst_debug_add_log_function (count_memcpy, &n_copies, NULL);
  gst_memory_unref (gst_memory_copy (m, 0, -1));
  gst_debug_remove_log_function (count_memcpy);
  gst_debug_unset_threshold_for_name ("GST_PERFORMANCE");
  fail_unless_equals_int (n_copies, 1);
  gst_memory_unref (m);
  gst_object_unref (a);
}

GST_END_TEST;

static gboolean
is_same (const GstStructure * a, const GstStructure * b)
{
  static const gchar *const fields[] = { "live", "out", "fresh", "reused" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (gst_value_compare (gst_structure_get_value (a, fields[i]),
            gst_structure_get_value (b, fields[i])) != GST_VALUE_EQUAL)
      return FALSE;
  }
  return TRUE;
}

/* In what the process has: a store of that kind with those figures; one for
 * another node may still be there too. */
static gboolean
is_told (const GstStructure * all, const gchar * kind, const GstStructure * own)
{
  const GValue *stores = gst_structure_get_value (all, "stores");

  for (guint i = 0; i < gst_value_array_get_size (stores); i++) {
    const GstStructure *store = gst_value_get_structure
        (gst_value_array_get_value (stores, i));

    if (g_strcmp0 (gst_structure_get_string (store, "kind"), kind) == 0
        && is_same (store, own))
      return TRUE;
  }
  return FALSE;
}

GST_START_TEST (test_stats_of_all)
{
  GstAllocator *a = gst_ks_allocator_get ("system", NULL, NULL);
  GstMemory *m = take (a, (GstKsRequest) {.size = FRAME }
  );
  g_autoptr (GstStructure) own = gst_ks_allocator_get_stats (a);
  g_autoptr (GstStructure) all = gst_ks_get_stats ();

  fail_unless (is_told (all, "system", own));
  fail_unless (!is_told (all, "no such kind", own));
  gst_memory_unref (m);
  gst_object_unref (a);
}

GST_END_TEST;

static Suite *
system_suite (void)
{
  Suite *s = suite_create ("system");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_kinds, 0, 4);
  tcase_add_test (tc, test_shared_is_sealed);
  tcase_add_test (tc, test_locked_limit);
  tcase_add_test (tc, test_all_is_locked);
  tcase_add_test (tc, test_locked_is_locked);
  tcase_add_test (tc, test_system_is_not_locked);
  tcase_add_test (tc, test_unknown_kind_and_node);
  tcase_add_loop_test (tc, test_numa_node, 0, G_N_ELEMENTS (numa_kinds));
  tcase_add_test (tc, test_container);
  tcase_add_test (tc, test_plain_alloc);
  tcase_add_test (tc, test_copy_is_logged);
  tcase_add_test (tc, test_stats_of_all);
  return s;
}

GST_CHECK_MAIN (system);
