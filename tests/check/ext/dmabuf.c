/* The kinds dmaheap and udmabuf where there is no device: how they are found, and the reasons.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "nodetest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

typedef struct
{
  const gchar *nodes;           /* files in /dev */
  const gchar *kind;
  const gchar *device;
  const gchar *reason;          /* part of the message */
  gboolean invalid;             /* it is no name of a device at all */
} Row;

static const Row rows[] = {
  {"", "dmaheap", NULL, "CONFIG_DMABUF_HEAPS_SYSTEM"},
  {"", "dmaheap", "system", "there is: none", TRUE},
  {"", "dmaheap", "/nonexistent/heap", "/nonexistent/heap: No such file"},
  {"", "dmaheap", "", "no heap in"},
  {"dma_heap/system dma_heap/reserved", "dmaheap", "cma",
      "no device 'cma'", TRUE},
  {"dma_heap/vendor dma_heap/reserved dma_heap/system", "dmaheap", "cma",
      "there is: system, reserved, vendor", TRUE},
  {"", "udmabuf", "first", "no device 'first'", TRUE},
  {"dma_heap/linux,cma dma_heap/another", "dmaheap", NULL,
      "dma_heap/linux,cma: is not a heap"},
  {"dma_heap/system", "dmaheap", "system", "dma_heap/system: is not a heap"},
  {"", "udmabuf", NULL, "modprobe udmabuf"},
  {"", "udmabuf", NULL, "udmabuf: No such file"},
  {"", "udmabuf", "/nonexistent/udmabuf", "/nonexistent/udmabuf: No such"},
  {"udmabuf", "udmabuf", NULL, "udmabuf: is not a device"},
};

GST_START_TEST (test_reasons)
{
  const Row *row = &rows[__i__];
  gchar *dev = fake_dev_new (row->nodes);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_backend_get (row->kind, row->device, &error) == NULL);
  assert_error (&error, row->invalid ? GST_KS_ERROR_INVALID :
      GST_KS_ERROR_UNAVAILABLE, row->reason);
  fake_dev_free (dev);
}

GST_END_TEST;

static const Row forbidden_rows[] = {
  {"dma_heap/system", "dmaheap", NULL, "SUBSYSTEM==\"dma_heap\""},
  {"dma_heap/system", "dmaheap", "system", "Permission denied"},
  {"udmabuf", "udmabuf", NULL, "KERNEL==\"udmabuf\""},
};

GST_START_TEST (test_forbidden)
{
  const Row *row = &forbidden_rows[__i__];
  gchar *dev = fake_dev_new (row->nodes);
  g_autofree gchar *node = g_build_filename (dev, row->nodes, NULL);
  g_autoptr (GError) error = NULL;

  /* the plugin is loaded while that is still allowed */
  fail_unless (gst_ks_backend_get (row->kind, "/nonexistent", NULL) == NULL);
  fail_unless (g_chmod (node, 0) == 0 && g_chmod (dev, 0755) == 0);
  become_nobody ();
  fail_unless (gst_ks_backend_get (row->kind, row->device, &error) == NULL);
  assert_error (&error, GST_KS_ERROR_UNAVAILABLE, row->reason);
  fail_unless (getuid () != 0 || seteuid (0) == 0);
  fake_dev_free (dev);
}

GST_END_TEST;

GST_START_TEST (test_devices)
{
  gchar *dev = fake_dev_new ("dma_heap/zeta dma_heap/system dma_heap/reserved "
      "dma_heap/alpha dma_heap/linux,cma");
  g_autofree gchar *list = NULL;
  g_auto (GStrv) devices = NULL;
  GstKsBackendClass *klass;

  fail_unless (gst_ks_backend_get ("dmaheap", NULL, NULL) == NULL);
  klass = g_type_class_ref (g_type_from_name ("GstKsBackendDmaheap"));
  devices = klass->list_devices (klass);
  list = g_strjoinv (" ", devices);
  fail_unless_equals_string (list, "system linux,cma reserved alpha zeta");
  g_type_class_unref (klass);
  fake_dev_free (dev);
}

GST_END_TEST;

/* An empty name is none. */
GST_START_TEST (test_no_folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = NULL;

  g_setenv ("GST_KS_DEV", "", TRUE);
  backend = gst_ks_backend_get ("udmabuf", NULL, &error);
  g_unsetenv ("GST_KS_DEV");
  if (backend == NULL)          /* it may be here */
    assert_error (&error, GST_KS_ERROR_UNAVAILABLE, ": /dev/udmabuf: ");
}

GST_END_TEST;

/* What is no device is not opened: who reads a pipe would see it. */
GST_START_TEST (test_pipe)
{
  gchar *dev = fake_dev_new ("");
  g_autofree gchar *path = g_build_filename (dev, "pipe", NULL);
  g_autoptr (GError) error = NULL;
  struct pollfd reader = {.events = POLLIN };

  fail_unless (mkfifo (path, 0600) == 0);
  reader.fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  fail_unless (reader.fd >= 0);
  fail_unless (gst_ks_backend_get ("udmabuf", path, &error) == NULL);
  assert_error (&error, GST_KS_ERROR_UNAVAILABLE, "is not a device");
  fail_unless (poll (&reader, 1, 0) == 0);
  close (reader.fd);
  fake_dev_free (dev);
}

GST_END_TEST;

/* --- the kernel's part, played --- */

static gboolean plays_kernel;

/* In place of the C library's: a dma-buf is the memfd once more. */
int ioctl (int fd, unsigned long request, ...)
    __attribute__((visibility ("default")));

int
ioctl (int fd, unsigned long request, ...)
{
  struct udmabuf_create *create;
  va_list list;

  va_start (list, request);
  create = va_arg (list, gpointer);
  va_end (list);
  if (!plays_kernel || request != UDMABUF_CREATE)
    return syscall (SYS_ioctl, fd, request, create);
  if (create->memfd != (guint32) - 1)
    return dup (create->memfd);
  errno = EBADF;
  return -1;
}

#define N_IMPORTERS 3

static GstKsBackend *importer;
static gint n_waiting;          /* atomic */

static gpointer
import_at_once (gpointer memory)
{
  g_atomic_int_inc (&n_waiting);
  while (g_atomic_int_get (&n_waiting) < N_IMPORTERS)
    g_thread_yield ();
  for (guint i = 0; i < 3; i++) {
    GstMemory *made = gst_ks_backend_import (importer, memory, NULL);

    fail_unless (made != NULL);
    gst_memory_unref (made);
  }
  return NULL;
}

/* Branches of a tee import one frame, and each keeps its dma-buf on it. */
GST_START_TEST (test_import_by_threads)
{
  g_autoptr (GstAllocator) shared = make_by_kind ((gpointer) "shared");
  GstKsRequest request = {.size = 4096 };

  plays_kernel = TRUE;
  importer = gst_ks_backend_get ("udmabuf", "/dev/null", NULL);
  fail_unless (importer != NULL);
  for (guint round = 0; round < 200; round++) {
    GstMemory *memory = gst_ks_allocator_alloc (shared, &request, NULL);
    GThread *threads[N_IMPORTERS];

    g_atomic_int_set (&n_waiting, 0);
    for (guint i = 0; i < N_IMPORTERS; i++)
      threads[i] = g_thread_new ("import", import_at_once, memory);
    for (guint i = 0; i < N_IMPORTERS; i++)
      g_thread_join (threads[i]);
    gst_memory_unref (memory);
  }
  g_clear_object (&importer);
  plays_kernel = FALSE;
}

GST_END_TEST;

static Suite *
dmabuf_suite (void)
{
  Suite *suite = suite_create ("dmabuf");
  TCase *tcase = tcase_create ("without devices");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_reasons, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_forbidden, 0, G_N_ELEMENTS (forbidden_rows));
  tcase_add_test (tcase, test_devices);
  tcase_add_test (tcase, test_no_folder);
  tcase_add_test (tcase, test_pipe);
  tcase_add_test (tcase, test_import_by_threads);
  return suite;
}

GST_CHECK_MAIN (dmabuf);
