/* Devices that make dma-bufs, when the system refuses: each call that can fail does, the first, the second, and so on.
 *
 * No device is needed: /dev is a folder of names for /dev/null, and ioctl() is
 * answered here, with memfds for dma-bufs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "../libs/faultrun.h"
#include "nodetest.h"

#define FRAME (256 * 1024)

static gint
not_done (gint cause)
{
  errno = cause;
  return -1;
}

static gint
heap_answer (struct dma_heap_allocation_data *data)
{
  gint fd = data->len == 0 ? not_done (EINVAL) :
      memfd_create ("heap", MFD_CLOEXEC);

  if (fd < 0)
    return -1;
  fail_unless (ftruncate (fd, data->len) == 0);
  data->fd = fd;
  return 0;
}

static gint
udmabuf_answer (const struct udmabuf_create *create)
{
  return create->memfd == (guint32) - 1 ? not_done (EBADF) :
      fcntl (create->memfd, F_DUPFD_CLOEXEC, 0);
}

static gint
answer (gint fd, gulong request, gpointer arg)
{
  switch (request) {
    case DMA_HEAP_IOCTL_ALLOC:
      return heap_answer (arg);
    case UDMABUF_CREATE:
      return udmabuf_answer (arg);
    case DMA_BUF_IOCTL_SYNC:
      return 0;
    default:
      return not_done (ENOTTY);
  }
}

/* A folder in which the kinds find their devices. */
static gchar *
devices_new (void)
{
  gchar *dev = fake_dev_new ("dma_heap/unused");
  g_autofree gchar *heap = g_build_filename (dev, "dma_heap/system", NULL);
  g_autofree gchar *udmabuf = g_build_filename (dev, "udmabuf", NULL);
  g_autofree gchar *unused = g_build_filename (dev, "dma_heap/unused", NULL);

  fail_unless (symlink ("/dev/null", heap) == 0);
  fail_unless (symlink ("/dev/null", udmabuf) == 0);
  fail_unless (g_remove (unused) == 0);
  fault_ioctl = answer;
  return dev;
}

static gboolean
use (GstMemory * memory)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  map.data[0] = map.data[map.size - 1] = 1;
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  return TRUE;
}

static gboolean
run_alloc (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (row->kind, NULL,
      error);
  g_autoptr (GstAllocator) allocator = backend ?
      gst_ks_backend_create_allocator (backend, error) : NULL;
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator,
      &row->request, error) : NULL;

  return memory != NULL && use (memory);
}

/* A frame of kind shared, whose pages become a dma-buf where they are. */
static gboolean
run_import (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (row->kind, NULL,
      error);
  g_autoptr (GstAllocator) shared = gst_ks_allocator_get ("shared", NULL, NULL);
  GstMemory *memory = backend ? gst_ks_allocator_alloc (shared, &row->request,
      error) : NULL;
  GstMemory *made = memory ? gst_ks_backend_import (backend, memory, error) :
      NULL;

  if (made)
    gst_memory_unref (made);
  if (memory)
    gst_memory_unref (memory);
  return made != NULL;
}

static const FaultRow rows[] = {
  {"gst_ks_backend_get", run_alloc, "dmaheap",.request = {.size = FRAME},
      .says = ": "},
  {"gst_ks_backend_get", run_alloc, "udmabuf",.request = {.size = FRAME},
      .says = ": "},
  {"gst_ks_backend_create_allocator", run_alloc, "dmaheap",
      .request = {.size = FRAME,.align = FRAME},.says = ": "},
  {"gst_ks_backend_create_allocator", run_alloc, "udmabuf",
        .request = {.size = FRAME,.prefix = 64,.zero = GST_KS_ZERO_ALWAYS},
      .says = ": "},
  {"gst_ks_backend_import", run_import, "udmabuf",.request = {.size = FRAME},
      .says = ": "},
};

GST_START_TEST (test_every_call_fails)
{
  gchar *dev = devices_new ();

  fault_every_call (&rows[__i__], G_N_ELEMENTS (fault_modes));
  fake_dev_free (dev);
}

GST_END_TEST;

/* Never by the signal that the kernel has for it. */
GST_START_TEST (test_file_limit)
{
  gchar *dev = devices_new ();
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;

  fail_unless (getrlimit (RLIMIT_FSIZE, &before) == 0);
  limit = before;
  limit.rlim_cur = 65536;
  fail_unless (setrlimit (RLIMIT_FSIZE, &limit) == 0);
  fail_if (run_alloc (&rows[1], &error));
  fail_unless (setrlimit (RLIMIT_FSIZE, &before) == 0);
  assert_error (&error, GST_KS_ERROR_LIMIT, "65536 bytes (RLIMIT_FSIZE)");
  fake_dev_free (dev);
}

GST_END_TEST;

static Suite *
dmabuffaults_suite (void)
{
  Suite *suite = suite_create ("dmabuffaults");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_call_fails, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_file_limit);
  return suite;
}

GST_CHECK_MAIN (dmabuffaults);
