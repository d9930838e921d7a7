/* GstKsSystem: the kinds of memory that the kernel gives to a process.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssystem.h"
#include "gstkshuge.h"
#include "gstkslimit.h"
#include "gstksmap.h"
#include "gstkssize.h"
#include "gstksstores.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Below this a block of ordinary memory comes from the heap: a page and a
 * system call are too much for it. */
#define HEAP_BELOW (64 * 1024)

/* --- system --- */

static gsize
system_granule (void)
{
  return 64;
}

static gboolean
heap_acquire (GstKsBlock * block, GError ** error)
{
  gpointer data = NULL;
  gint failed = posix_memalign (&data, MAX (block->align, sizeof (gpointer)),
      block->size);

  if (failed != 0) {
    gst_ks_limit_set_memory_error (error, "allocate", block->size, failed);
    return FALSE;
  }
  block->data = data;
  return TRUE;
}

static gboolean
bind_or_release (GstKsBlock * block, gint node, GError ** error)
{
  if (node < 0 || gst_ks_numa_bind (block, node, error))
    return TRUE;
  gst_ks_map_release (block);
  return FALSE;
}

static gboolean
is_heap (const GstKsBlock * block)
{
  return block->handle != NULL;
}

static gboolean
system_acquire (GstKsBlock * block, gint node, GError ** error)
{
  if (block->size < HEAP_BELOW && node < 0 && block->guard == NULL) {
    if (!heap_acquire (block, error))
      return FALSE;
    block->handle = block->data;
    return TRUE;
  }
  if (!gst_ks_map_block (block, MAP_PRIVATE | MAP_ANONYMOUS, -1, error))
    return FALSE;
  block->zeroed = TRUE;
  return bind_or_release (block, node, error);
}

static void
system_release (GstKsBlock * block)
{
  if (is_heap (block))
    free (block->data);
  else
    gst_ks_map_release (block);
}

/* --- locked --- */

static void
set_lock_error (gsize size, gint cause, GError ** error)
{
  struct rlimit limit = { 0, 0 };

  (void) getrlimit (RLIMIT_MEMLOCK, &limit);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "cannot lock %" G_GSIZE_FORMAT " bytes into memory: %s; the limit is %"
      G_GUINT64_FORMAT " bytes (RLIMIT_MEMLOCK) and %" G_GUINT64_FORMAT
      " are locked; raise it with 'ulimit -l', LimitMEMLOCK= of the service or "
      "limits.conf, or grant CAP_IPC_LOCK%s", size, g_strerror (cause),
      (guint64) limit.rlim_cur, gst_ks_limit_get_used ("VmLck:"),
      limit.rlim_cur > 0 ? gst_ks_limit_get_hint (cause) : "");
}

static gboolean
locked_acquire (GstKsBlock * block, gint node, GError ** error)
{
  if (!gst_ks_block_can_be_resident (block->size, error)
      || !gst_ks_map_block (block, MAP_PRIVATE | MAP_ANONYMOUS, -1, error)
      || !bind_or_release (block, node, error))
    return FALSE;
  if (mlock (block->data, block->size) < 0) {
    set_lock_error (block->size, errno, error);
    gst_ks_map_release (block);
    return FALSE;
  }
  block->zeroed = TRUE;
  return TRUE;
}

/* --- shared --- */

static void
set_memfd_error (const gchar * doing, gsize size, GError ** error)
{
  struct rlimit limit = { 0, 0 };
  gint cause = errno;

  (void) getrlimit (RLIMIT_NOFILE, &limit);
  if (cause == EMFILE)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "no descriptor for a frame of %" G_GSIZE_FORMAT " bytes: the limit is %"
        G_GUINT64_FORMAT " (RLIMIT_NOFILE); each shared frame needs one; raise "
        "it with 'ulimit -n', or hold fewer frames", size,
        (guint64) limit.rlim_cur);
  else
    g_set_error (error, GST_KS_ERROR,
        cause == ENOSPC || cause == ENOMEM || cause == EFBIG ?
        GST_KS_ERROR_NO_MEMORY : GST_KS_ERROR_UNAVAILABLE,
        "cannot %s a shared frame of %" G_GSIZE_FORMAT " bytes: %s%s", doing,
        size, g_strerror (cause), gst_ks_limit_get_hint (cause));
}

static gint
memfd_new (gsize size, GError ** error)
{
  gint fd;

  if (!gst_ks_limit_check_file (size, error))
    return -1;
  fd = memfd_create ("ks-shared", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) {
    set_memfd_error ("create", size, error);
    return -1;
  }
  if (ftruncate (fd, size) < 0) {
    set_memfd_error ("size", size, error);
    (void) close (fd);
    return -1;
  }
  return fd;
}

/* The size is sealed: who gets the descriptor can map it without fear that it
 * shrinks below the mapping. Pages are taken now, since a file that cannot
 * get a page later kills the process. */
static gboolean
memfd_fill (gint fd, gsize size, GError ** error)
{
  if (fallocate (fd, 0, 0, size) == 0
      && fcntl (fd, F_ADD_SEALS,
          F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return TRUE;
  set_memfd_error ("fill", size, error);
  return FALSE;
}

/* The node is set on the mapping, before the first page is taken. */
static gboolean
shared_map (GstKsBlock * block, gint fd, gint node, GError ** error)
{
  if (!gst_ks_map_block (block, MAP_SHARED, fd, error)
      || !bind_or_release (block, node, error))
    return FALSE;
  if (memfd_fill (fd, block->size, error))
    return TRUE;
  gst_ks_map_release (block);
  return FALSE;
}

static gboolean
shared_acquire (GstKsBlock * block, gint node, GError ** error)
{
  gint fd;

  if (!gst_ks_block_can_be_resident (block->size, error))
    return FALSE;
  fd = memfd_new (block->size, error);
  if (fd < 0)
    return FALSE;
  if (!shared_map (block, fd, node, error)) {
    (void) close (fd);
    return FALSE;
  }
  block->fd = fd;
  block->zeroed = TRUE;
  return TRUE;
}

static void
shared_release (GstKsBlock * block)
{
  gst_ks_map_release (block);
  (void) close (block->fd);
}

/* *INDENT-OFF* */
static const GstKsSystemKind rows[] = {
  { "system", GST_ALLOCATOR_SYSMEM, FALSE, system_granule,       system_acquire,      system_release,      NULL },
  { "locked", "ks-locked",          FALSE, gst_ks_map_page_size, locked_acquire,      gst_ks_map_release,  NULL },
  { "huge",   "ks-huge",            FALSE, gst_ks_huge_granule,  gst_ks_huge_acquire, gst_ks_huge_release, gst_ks_huge_note },
  { "shared", "ks-shared",          TRUE,  gst_ks_map_page_size, shared_acquire,      shared_release,      NULL },
};
/* *INDENT-ON* */

const GstKsSystemKind *
gst_ks_system_get_rows (guint * n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

const GstKsSystemKind *
gst_ks_system_find (const gchar * kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_strcmp0 (rows[i].kind, kind) == 0)
      return &rows[i];
  }
  return NULL;
}

/* --- the allocator --- */

struct _GstKsSystem
{
  GstKsAllocator parent;

  const GstKsSystemKind *row;   /* static */
  gint node;                    /* NUMA node, or -1: any */
};

G_DEFINE_FINAL_TYPE (GstKsSystem, gst_ks_system, GST_TYPE_KS_ALLOCATOR);

static gboolean
gst_ks_system_acquire (GstKsAllocator * allocator, GstKsBlock * block,
    GError ** error)
{
  GstKsSystem *self = (GstKsSystem *) allocator;

  return self->row->acquire (block, self->node, error);
}

static void
gst_ks_system_release (GstKsAllocator * allocator, GstKsBlock * block)
{
  ((GstKsSystem *) allocator)->row->release (block);
}

static void
gst_ks_system_class_init (GstKsSystemClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

  allocator_class->acquire = gst_ks_system_acquire;
  allocator_class->release = gst_ks_system_release;
}

static void
gst_ks_system_init (GstKsSystem * self)
{
  self->node = -1;
}

static GstAllocator *
system_new (const GstKsSystemKind * row, gint node)
{
  GstKsSystem *self = g_object_new (GST_TYPE_KS_SYSTEM, NULL);

  self->row = row;
  self->node = node;
  GST_ALLOCATOR_CAST (self)->mem_type = row->mem_type;
  return GST_ALLOCATOR_CAST (self);
}

static gboolean
parse_node (const gchar * device, gint * node, GError ** error)
{
  guint64 value = 0;

  if (device == NULL) {
    *node = -1;
    return TRUE;
  }
  if (!g_ascii_string_to_unsigned (device, 10, 0, G_MAXINT, &value, NULL)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "device '%s': for memory of the system it is a NUMA node, a number "
        "such as 0", device);
    return FALSE;
  }
  *node = value;
  return gst_ks_numa_check (value, error);
}

GstAllocator *
gst_ks_system_new (const GstKsSystemKind * row, const gchar * device,
    GError ** error)
{
  GstKsTerms terms = { 1, 1, GST_KS_RANGE_INIT_ANY };
  GstAllocator *allocator;
  gint node = -1;

  if (!parse_node (device, &node, error))
    return NULL;
  allocator = row->has_fd ? gst_ks_fd_allocator_new (row, node) :
      system_new (row, node);
  terms.granule = row->granule ();
  terms.fences = TRUE;
  gst_ks_store_set_kind (gst_ks_store_of (allocator), row->kind, &terms);
  return gst_object_ref_sink (allocator);
}
