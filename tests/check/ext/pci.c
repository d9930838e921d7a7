/* Memory of PCI cards, found and opened, on cards that are nothing but files.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fakepci.h"
#include "pcitest.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

/* --- what is not to be had, and the words of it --- */

static const struct
{
  const gchar *kind, *device;   /* device NULL: none */
  gint code;
  const gchar *parts;
} refusals[] = {
  /* *INDENT-OFF* */
  {"bar", "nonsense", INVALID, "'nonsense'|BDF/N|0000:00:04.0/2|,wc or ,uc"},
  {"bar", FAKE_CARD, INVALID, "BDF/N"},
  {"bar", FAKE_CARD "/", INVALID, "BDF/N"},
  {"bar", FAKE_CARD "/-1", INVALID, "BDF/N"},
  {"bar", FAKE_CARD "/0x", INVALID, "BDF/N"},
  {"bar", FAKE_CARD "/0,wb", INVALID, "BDF/N|,wc or ,uc"},
  {"bar", "0000:77:04.0/0", INVALID, "no PCI card is at '0000:77:04.0'|lspci -D|there is: " FAKE_BAR},
  {"bar", "../devices/0", INVALID, "BDF/N"},
  {"bar", "..", INVALID, "BDF/N"},
  {"bar", "../0", INVALID, "no PCI card is at '..'|there is: " FAKE_BAR},
  {"bar", "./0", INVALID, "no PCI card is at '.'|lspci -D"},
  {"bar", "/0", INVALID, "no PCI card is at ''|lspci -D"},
  {"bar", FAKE_CARD "/1", INVALID, "BAR 1 of " FAKE_CARD "|is empty|0 (16777216 bytes)"},
  {"bar", FAKE_CARD "/2", INVALID, "I/O ports|memory BARs of this card: 0 (16777216 bytes), 3"},
  {"bar", FAKE_CARD "/4", INVALID, "smaller than a page"},
  {"bar", FAKE_CARD "/6", INVALID, "there is no such BAR"},
  {"bar", FAKE_CARD "/99999999999999999999", INVALID, "there is no such BAR"},
  {"bar", FAKE_CARD "/4294967296", INVALID, "BAR 4294967296 of|there is no such BAR"},
  {"bar", FAKE_CARD "/5,wc", UNAVAILABLE, "cannot be combined|resource5_wc|leave out ,wc"},
  {"bar", "0000:00:05.0/0", UNAVAILABLE, "the driver 'bochs-drm' owns the card 0000:00:05.0|echo 0000:00:05.0 >|/driver/unbind"},
  {"bar", "0000:00:06.0/0", UNAVAILABLE, "switched off|echo 1 >|0000:00:06.0/enable"},
  {"bar", "0000:00:07.0/0", UNAVAILABLE, "resource0|No such file"},
  {"bar", NULL, UNAVAILABLE, "it takes the name of a device|there is: " FAKE_BAR ", " FAKE_CARD "/5"},
  {"p2pmem", "0000:00:04.0", INVALID, "there is: 0000:00:08.0, 0000:00:09.0, 0000:00:0a.0"},
  {"p2pmem", "0000:00:09.0", UNAVAILABLE, "0000:00:09.0 says that it has no memory"},
  {"p2pmem", "0000:00:0a.0", UNAVAILABLE, "allocate is not there|6.2"},
  {"dax", "dax7.0", INVALID, "there is: dax0.0, dax1.0, dax2.0"},
  {"dax", "dax1.0", UNAVAILABLE, "the driver 'kmem' owns dax1.0|daxctl reconfigure-device -m devdax dax1.0"},
  {"dax", "dax2.0", UNAVAILABLE, "dax2.0 has no driver|daxctl enable-device dax2.0"},
  {"dax", NULL, UNAVAILABLE, "it takes the name of a device|dax0.0"},
  /* *INDENT-ON* */
};

GST_START_TEST (test_refusals)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get (refusals[__i__].kind,
      refusals[__i__].device, &error);

  fail_unless (backend == NULL);
  assert_says (error, refusals[__i__].code, refusals[__i__].parts);
}

GST_END_TEST;

static const gchar *const owned_files[][3] = {
  {"bar", FAKE_BAR, FAKE_PCI FAKE_CARD "/resource0"},
  {"bar", FAKE_BAR ",wc", FAKE_PCI FAKE_CARD "/resource0_wc"},
  {"p2pmem", "0000:00:08.0", FAKE_PCI "0000:00:08.0/p2pmem/allocate"},
  {"dax", "dax0.0", "/dev/dax0.0"},
};

GST_START_TEST (test_no_permission)
{
  g_autofree gchar *path = fake_path (owned_files[__i__][2]);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) devices = NULL;
  GstKsBackend *backend;

  /* loads the plugin, which may be where nobody else can read it */
  devices = gst_ks_backend_list_devices (owned_files[__i__][0], NULL);
  fail_unless (g_chmod (path, 0600) == 0);
  if (getuid () == 0)
    fail_unless (seteuid (65534) == 0);
  else
    fail_unless (g_chmod (path, 0) == 0);       /* it is our own */
  backend = gst_ks_backend_get (owned_files[__i__][0], owned_files[__i__][1],
      &error);
  if (getuid () == 0)
    fail_unless (seteuid (0) == 0);
  fail_unless (backend == NULL);
  assert_says (error, UNAVAILABLE, path);
  assert_says (error, UNAVAILABLE,
      "no permission to open|run as root|chgrp video|udev rule");
}

GST_END_TEST;

/* As on most machines. */
static const gchar *const nothing[][2] = {
  {"bar", "no PCI card here has memory|lspci -vD|device=BDF/N|unbind"},
  {"p2pmem", "no PCI card here gives its memory|CONFIG_PCI_P2PDMA"},
  {"dax", "no device-dax memory|ndctl create-namespace -m devdax"},
};

GST_START_TEST (test_nothing_here)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("GST_KS_SYSFS", "/nonexistent", TRUE);
  fail_unless (!gst_ks_backend_get (nothing[__i__][0], NULL, &error));
  assert_says (error, UNAVAILABLE, nothing[__i__][1]);
}

GST_END_TEST;

/* --- what is --- */

static const gchar *const descriptions[][3] = {
  {"bar", FAKE_BAR,
      "bar, device=(string)" FAKE_BAR
        ", bus=pci, size=64..16M/64, align=64, flags=can-allocate"},
  {"bar", FAKE_CARD "/5,uc",
      "bar, device=(string)\"0000:00:04.0/5\\,uc\", bus=pci, size=64..1M/64, "
        "align=64, flags=can-allocate"},
  {"p2pmem", "0000:00:08.0",
      "p2pmem, device=(string)0000:00:08.0, bus=pci, size=64..1M/64, align=64, "
        "flags=can-allocate"},
  {"p2pmem", NULL,
      "p2pmem, device=(string)0000:00:08.0, bus=pci, size=64..1M/64, align=64, "
        "flags=can-allocate"},
  {"dax", "dax0.0", "dax, device=dax0.0, size=64..16M/64, align=64, "
        "flags=can-allocate"},
};

GST_START_TEST (test_describe)
{
  const gchar *const *row = descriptions[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (row[0], row[1],
      &error);
  g_autoptr (GstKsFraming) framing = backend ?
      gst_ks_backend_describe (backend) : NULL;
  g_autoptr (GstKsFraming) expected = gst_ks_framing_parse (row[2], &error);

  fail_unless (framing != NULL && expected != NULL, "%s",
      error ? error->message : "?");
  if (!gst_ks_framing_equal (framing, expected)) {
    g_autofree gchar *text = gst_ks_framing_to_string (framing);

    fail ("%s", text);
  }
}

GST_END_TEST;

/* Full, the words of it, and going on when one is back; holes are joined. */
GST_START_TEST (test_full)
{
  g_autoptr (GstAllocator) allocator = get ("bar", FAKE_BAR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *picture = NULL;
  GstMemory *frames[16];

  for (guint i = 0; i < 16; i++)
    fail_unless (frames[i] = take (allocator, 1 << 20, 1 << 20, &error));
  fail_unless (take (allocator, 1 << 20, 1, &error) == NULL);
  assert_says (error, GST_KS_ERROR_NO_MEMORY, "BAR 0 of " FAKE_CARD
      "|1048576 bytes|0 of its 16777216 bytes are available|16 frames");
  g_clear_error (&error);
  for (guint i = 0; i < 16; i += 2)
    gst_memory_unref (frames[i]);
  gst_ks_allocator_trim (allocator);
  fail_unless (take (allocator, 2 << 20, 1, &error) == NULL);
  assert_says (error, GST_KS_ERROR_NO_MEMORY,
      "8388608 of its 16777216 bytes are available, 1048576 of them in one");
  g_object_get (allocator, "picture", &picture, NULL);
  fail_unless (g_str_has_prefix (picture, "[....####....####"));
  for (guint i = 1; i < 16; i += 2)
    gst_memory_unref (frames[i]);
  frames[0] = take (allocator, FAKE_BAR_SIZE, FAKE_BAR_SIZE, NULL);
  fail_unless (frames[0] != NULL);
  gst_memory_unref (frames[0]);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (usage (allocator, "free"), FAKE_BAR_SIZE);
  fail_unless_equals_uint64 (usage (allocator, "largest-hole"), FAKE_BAR_SIZE);
}

GST_END_TEST;

/* Two names for one memory are one memory. */
GST_START_TEST (test_shared_by_names)
{
  g_autoptr (GstAllocator) plain = get ("bar", FAKE_BAR);
  g_autoptr (GstAllocator) combined = get ("bar", FAKE_BAR ",wc");
  g_autoptr (GError) error = NULL;
  GstMemory *frame = take (plain, 8 << 20, 1, &error);
  GstMemory *other = take (combined, 8 << 20, 1, &error);

  fail_unless (frame != NULL && other != NULL);
  fail_unless_equals_uint64 (usage (plain, "free"), 0);
  fail_unless (!gst_ks_backend_get ("bar", FAKE_BAR ",uc", &error));
  assert_says (error, UNAVAILABLE, "BAR 0 of " FAKE_CARD
      "|already|resource0_wc|use one of both");
  gst_memory_unref (frame);
  gst_memory_unref (other);
}

GST_END_TEST;

static const gchar *const locked[][2] = {
  {"bar", FAKE_BAR}, {"dax", "dax0.0"},
};

static gint
take_refused (gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (take ((GstAllocator *) data, 100000, 1, &error))
    return 1;
  return strstr (error->message, "is a fork") ? 0 : 2;
}

GST_START_TEST (test_second_process)
{
  GstAllocator *allocator;

  assert_locked (locked[__i__][0], locked[__i__][1]);
  allocator = get (locked[__i__][0], locked[__i__][1]);
  fail_unless_equals_int (in_fork (take_refused, allocator), 0);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* A fork holds the lock as well, and does not use the memory. */
GST_START_TEST (test_fork_does_not_hold)
{
  GstAllocator *allocator = get (locked[__i__][0], locked[__i__][1]);
  gint done[2];
  pid_t pid;

  fail_unless (pipe (done) == 0);
  pid = fork ();
  fail_unless (pid >= 0);
  if (pid == 0) {
    gchar byte;

    close (done[1]);
    (void) !read (done[0], &byte, 1);
    _exit (0);
  }
  gst_object_unref (allocator);
  gst_object_unref (get (locked[__i__][0], locked[__i__][1]));
  close (done[0]);
  close (done[1]);
  fail_unless (waitpid (pid, NULL, 0) == pid);
}

GST_END_TEST;

static void
fill_frame (GstAllocator * allocator)
{
  GstMemory *memory = take (allocator, 4096, 1, NULL);

  fail_unless (memory != NULL);
  fill (memory, 1);
  gst_memory_unref (memory);
}

static gpointer
open_and_close (gpointer device)
{
  guint n_refused = 0;

  for (guint i = 0; i < 500; i++) {
    GstKsBackend *backend = gst_ks_backend_get ("bar", device, NULL);
    GstAllocator *allocator = backend ?
        gst_ks_backend_create_allocator (backend, NULL) : NULL;

    n_refused += allocator == NULL;
    if (allocator != NULL)
      fill_frame (allocator);
    gst_clear_object (&allocator);
    g_clear_object (&backend);
  }
  return GUINT_TO_POINTER (n_refused);
}

/* Who opens while another thread closes is not another process. */
GST_START_TEST (test_opened_while_closed)
{
  GThread *threads[2];

  threads[0] = g_thread_new ("plain", open_and_close, (gpointer) FAKE_BAR);
  threads[1] = g_thread_new ("combined", open_and_close,
      (gpointer) FAKE_BAR ",wc");
  for (guint i = 0; i < 2; i++)
    fail_unless (g_thread_join (threads[i]) == NULL);
}

GST_END_TEST;

/* Small frames share a page of the card, larger ones have their own. */
GST_START_TEST (test_small_frames_share_a_page)
{
  g_autoptr (GstAllocator) allocator = get ("p2pmem", "0000:00:08.0");
  gsize page = sysconf (_SC_PAGESIZE);
  guintptr pages[20];
  GstMemory *frames[20];

  for (guint i = 0; i < 20; i++) {
    frames[i] = take (allocator, i < 18 ? 200 : page, 1, NULL);
    pages[i] = (guintptr) gst_ks_memory_peek_block (frames[i])->data / page;
  }
  for (guint i = 1; i < 16; i++)
    fail_unless (pages[i] == pages[0]);
  fail_unless (pages[16] != pages[0] && pages[17] == pages[16]);
  fail_unless (pages[18] != pages[19] && pages[18] != pages[16]);
  for (guint i = 0; i < 20; i++)
    gst_memory_unref (frames[i]);
}

GST_END_TEST;

/* For inspect. */
GST_START_TEST (test_notes)
{
  static const gchar *const rows[][3] = {
    {"bar", FAKE_BAR, "BAR 0 of " FAKE_CARD ", writes are combined; used: [.."},
    {"bar", FAKE_BAR ",uc", "BAR 0 of " FAKE_CARD "; used: [.."},
    {"dax", "dax0.0", "dax0.0; used: [.."},
    {"p2pmem", NULL,
        "0000:00:08.0: 8192 of 1048576 bytes are available, in pages of"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstAllocator *allocator = get (rows[i][0], rows[i][1]);
    g_autofree gchar *note = gst_ks_allocator_get_note (allocator);

    fail_unless (g_str_has_prefix (note, rows[i][2]), "%s", note);
    gst_object_unref (allocator);
  }
}

GST_END_TEST;

/* --- cards that go --- */

static const gchar *const gone[][3] = {
  {"bar", FAKE_BAR, FAKE_PCI FAKE_CARD},
  {"p2pmem", "0000:00:08.0", FAKE_PCI "0000:00:08.0"},
  {"dax", "dax0.0", "/dev/dax0.0"},
};

static void
assert_gone (GstAllocator * allocator)
{
  g_autoptr (GError) error = NULL;

  fail_unless (take (allocator, 300000, 1, &error) == NULL);
  assert_says (error, UNAVAILABLE, "gone|unplugged|can still be freed");
}

/* The folder goes; who touches frames then is not hurt. */
GST_START_TEST (test_unplugged)
{
  const gchar *const *row = gone[__i__];
  GstAllocator *allocator = get (row[0], row[1]);
  GstMemory *early = take (allocator, 100000, 1, NULL);
  GstMemory *late = take (allocator, 100000, 1, NULL);

  fill (early, 1);
  fake_remove (row[2]);
  fill (early, 2);
  gst_memory_unref (early);
  assert_gone (allocator);
  fill (late, 3);
  gst_object_unref (allocator);
  fill (late, 4);
  gst_memory_unref (late);
}

GST_END_TEST;

static void
pull (gconstpointer path)
{
  fake_remove (path);
}

/* Frames that go round and round are not the card's any more, and that is an
 * error. */
GST_START_TEST (test_unplugged_in_mid_stream)
{
  const gchar *const *row = gone[__i__];
  g_autoptr (GError) error = play_and_break (row[0], row[1], pull, row[2]);

  fail_unless (error->domain == GST_RESOURCE_ERROR, "%s", error->message);
  fail_unless (strstr (error->message, "is gone") != NULL, "%s",
      error->message);
}

GST_END_TEST;

/* The pages go while somebody is writing. */
GST_START_TEST (test_pulled_while_mapped)
{
  GstAllocator *allocator = get ("bar", FAKE_BAR);
  GstMemory *memory = take (allocator, 1 << 20, 1, NULL);
  g_autofree gchar *path = fake_path (FAKE_PCI FAKE_CARD "/resource0_wc");
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, 1, map.size / 2);
  fail_unless (truncate (path, 0) == 0);
  memset (map.data, 2, map.size);
  fail_unless (map.data[0] == 2 && map.data[map.size - 1] == 2);
  gst_memory_unmap (memory, &map);
  assert_gone (allocator);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* Faults of others stay theirs. A sanitizer has a handler of its own. */
GST_START_TEST (test_foreign_fault)
{
  gboolean is_default = signal (SIGBUS, SIG_DFL) != SIG_ERR;
  GstAllocator *allocator = get ("bar", FAKE_BAR);
  g_autofree gchar *path = fake_path ("/dev/other");
  volatile gchar *data;
  gint fd;

  fail_unless (is_default);
  fake_memory ("/dev/other", 4096);
  fd = open (path, O_RDWR | O_CLOEXEC);
  data = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  fail_unless (truncate (path, 0) == 0);
  data[0] = 1;
  gst_object_unref (allocator);
}

GST_END_TEST;

/* A signal that is no fault: who ignored those goes on, and is still watched
 * over when the card goes. */
GST_START_TEST (test_ignored_signal)
{
  gboolean is_ignored = signal (SIGBUS, SIG_IGN) != SIG_ERR;
  GstAllocator *allocator = get ("bar", FAKE_BAR);
  GstMemory *memory = take (allocator, 1 << 20, 1, NULL);
  g_autofree gchar *path = fake_path (FAKE_PCI FAKE_CARD "/resource0_wc");

  fail_unless (is_ignored);
  for (guint i = 0; i < 2; i++)
    fail_unless (kill (getpid (), SIGBUS) == 0);
  fail_unless (truncate (path, 0) == 0);
  fill (memory, 1);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}

GST_END_TEST;

GST_START_TEST (test_default_signal)
{
  gboolean is_default = signal (SIGBUS, SIG_DFL) != SIG_ERR;
  GstAllocator *allocator = get ("bar", FAKE_BAR);

  fail_unless (is_default);
  fail_unless (raise (SIGBUS) == 0);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* --- the suite --- */

static FakeTree *cards;         /* of one test */

static void
make_cards (void)
{
  fake_card (FAKE_CARD);
  fake_card ("0000:00:05.0");
  fake_driver (FAKE_PCI "0000:00:05.0", "bochs-drm");
  fake_card ("0000:00:06.0");
  fake_file (FAKE_PCI "0000:00:06.0/config", "abcd\4fgh");
  fake_card ("0000:00:07.0");
  fake_remove (FAKE_PCI "0000:00:07.0/resource0");
  fake_remove (FAKE_PCI "0000:00:07.0/resource0_wc");
  fake_p2pmem ("0000:00:08.0", "1048576\n", TRUE);
  fake_p2pmem ("0000:00:09.0", "0\n", TRUE);
  fake_p2pmem ("0000:00:0a.0", "1048576\n", FALSE);
  fake_dax ("dax0.0", "device_dax");
  fake_dax ("dax1.0", "kmem");
  fake_dax ("dax2.0", NULL);
}

/* Tests break what they find, so each has cards of its own. */
static void
setup (void)
{
  cards = fake_make ();
  make_cards ();
}

static void
teardown (void)
{
  fake_done (cards);
}

static const GstKsCheckBackend backends[] = {
  {"bar", FAKE_BAR,.total = FAKE_BAR_SIZE},
  {"dax", "dax0.0",.total = FAKE_DAX_SIZE},
};

static void
add_tests (TCase * tcase)
{
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_refusals, 0, G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_no_permission, 0,
      G_N_ELEMENTS (owned_files));
  tcase_add_loop_test (tcase, test_nothing_here, 0, G_N_ELEMENTS (nothing));
  tcase_add_loop_test (tcase, test_describe, 0, G_N_ELEMENTS (descriptions));
  tcase_add_test (tcase, test_full);
  tcase_add_test (tcase, test_shared_by_names);
  tcase_add_loop_test (tcase, test_second_process, 0, G_N_ELEMENTS (locked));
  tcase_add_loop_test (tcase, test_fork_does_not_hold, 0,
      G_N_ELEMENTS (locked));
  tcase_add_test (tcase, test_opened_while_closed);
  tcase_add_test (tcase, test_small_frames_share_a_page);
  tcase_add_test (tcase, test_notes);
  tcase_add_loop_test (tcase, test_unplugged, 0, G_N_ELEMENTS (gone));
  tcase_add_test (tcase, test_pulled_while_mapped);
  tcase_add_test (tcase, test_ignored_signal);
}

static Suite *
pci_suite (void)
{
  Suite *suite = suite_create ("pci");
  TCase *tcase = tcase_create ("all");

  (void) fake_make ();          /* for the conformance suite */
  make_cards ();
  suite_add_tcase (suite, tcase);
  add_tests (tcase);
  tcase = tcase_create ("fault");
  suite_add_tcase (suite, tcase);
  tcase_add_test_raise_signal (tcase, test_foreign_fault, SIGBUS);
  tcase_add_test_raise_signal (tcase, test_default_signal, SIGBUS);
  for (guint i = 0; i < G_N_ELEMENTS (backends); i++)
    suite_add_tcase (suite, gst_ks_check_backend_case (&backends[i]));
  /* last: the element's allocator stays */
  tcase = tcase_create ("pipelines");
  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_unplugged_in_mid_stream, 0,
      G_N_ELEMENTS (gone));
  return suite;
}

GST_CHECK_MAIN (pci);
