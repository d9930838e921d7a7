/* Mapping memory for blocks, with errors that help.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmap.h"
#include "gstksguardrecord.h"
#include "gstkslimit.h"
#include "gstkssize.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

gsize
gst_ks_map_page_size (void)
{
  return sysconf (_SC_PAGESIZE);
}

static gpointer
map_or_null (gpointer at, gsize size, gint prot, gint flags, gint fd,
    goffset offset)
{
  gpointer data = mmap (at, size, prot, flags, fd, offset);

  return data == MAP_FAILED ? NULL : data;
}

/* Bytes of address space on each side that nobody is to touch; the block is
 * then a multiple of pages. */
static gsize
fence_of (const GstKsBlock * block)
{
  const GstKsGuardRecord *record = block->guard;

  return record != NULL ? record->fence : 0;
}

static gsize
start_fence (const GstKsBlock * block)
{
  GstKsGuardRecord *record = block->guard;
  gsize page = gst_ks_map_page_size ();

  if (record == NULL || block->size % page != 0)
    return 0;
  return record->fence = page;
}

/* Address space for the block and its alignment is reserved first; the part
 * that is aligned is kept, so that no byte of memory is spent on alignment. */
static gpointer
map_aligned (const GstKsBlock * block, gint flags, gint fd, goffset offset)
{
  gint prot = PROT_READ | PROT_WRITE;
  gsize span = 0, head, tail, fence = start_fence (block);
  gsize align = MAX (block->align, gst_ks_map_page_size ());
  guint8 *base, *data;

  if (block->align <= gst_ks_map_page_size () && fence == 0)
    return map_or_null (NULL, block->size, prot, flags, fd, offset);
  if (!gst_ks_size_add (block->size, align, &span)
      || !gst_ks_size_add (span, 2 * fence, &span)) {
    errno = ENOMEM;
    return NULL;
  }
  base = map_or_null (NULL, span, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == NULL)
    return NULL;
  head = fence + (-((guintptr) base + fence) & (align - 1));
  tail = span - head - block->size;
  data = map_or_null (base + head, block->size, prot, flags | MAP_FIXED, fd,
      offset);
  if (data == NULL) {
    gint saved = errno;

    (void) munmap (base, span);
    errno = saved;
    return NULL;
  }
  if (head > fence)
    (void) munmap (base, head - fence);
  if (tail > fence)
    (void) munmap (data + block->size + fence, tail - fence);
  return data;
}

static gboolean
map_block (GstKsBlock * block, gint flags, gint fd, goffset offset,
    GError ** error)
{
  gpointer data = map_aligned (block, flags, fd, offset);

  if (data == NULL) {
    gst_ks_limit_set_memory_error (error, "map", block->size, errno);
    return FALSE;
  }
  block->data = data;
  return TRUE;
}

gboolean
gst_ks_map_block (GstKsBlock * block, gint flags, gint fd, GError ** error)
{
  return map_block (block, flags, fd, 0, error);
}

void
gst_ks_map_release (GstKsBlock * block)
{
  gsize fence = fence_of (block);

  (void) munmap ((guint8 *) block->data - fence, block->size + 2 * fence);
}

/**
 * gst_ks_block_map: (skip)
 * @block: a block that is being made: its size and align are set
 * @fd: a descriptor that holds the bytes; stays the caller's
 * @offset: bytes, a multiple of the page size: where in @fd they begin
 * @error: (nullable): where to say why not
 *
 * For acquire of a class whose blocks lie in a file: maps them for reading and
 * writing, shared with everybody else who maps @fd, at a multiple of the
 * block's alignment, and leaves the address in the block. Any thread.
 *
 * Errors: %GST_KS_ERROR_LIMIT, %GST_KS_ERROR_NO_MEMORY.
 *
 * Returns: whether it is mapped; gst_ks_block_unmap() undoes that
 *
 * Since: 0.9
 */
gboolean
gst_ks_block_map (GstKsBlock * block, gint fd, goffset offset, GError ** error)
{
  g_return_val_if_fail (block != NULL && fd >= 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return map_block (block, MAP_SHARED, fd, offset, error);
}

/**
 * gst_ks_block_unmap: (skip)
 * @block: a block that gst_ks_block_map() mapped, or one without address
 *
 * For release of such a class. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_block_unmap (GstKsBlock * block)
{
  g_return_if_fail (block != NULL);

  if (block->data != NULL)
    gst_ks_map_release (block);
}

/* --- what is resident from the start --- */

/* Smaller blocks are not worth the question. */
#define ASK_ABOVE (64 * 1024 * 1024)

/* FALSE: not known */
static gboolean
available_memory (guint64 * bytes)
{
  g_autofree gchar *info = NULL;
  const gchar *line;

  if (!g_file_get_contents ("/proc/meminfo", &info, NULL, NULL))
    return FALSE;
  line = strstr (info, "MemAvailable:");
  if (line == NULL)
    return FALSE;
  *bytes = g_ascii_strtoull (line + strlen ("MemAvailable:"), NULL, 10) * 1024;
  return TRUE;
}

/**
 * gst_ks_block_can_be_resident: (skip)
 * @size: bytes
 * @error: (nullable): where to say why not
 *
 * For acquire of a class whose blocks are filled with the machine's memory at
 * once. The kernel fills such a block page by page and looks for somebody to
 * kill when there are no more, instead of refusing what can never be. Blocks
 * below 64 MiB are let through. Any thread.
 *
 * Errors: %GST_KS_ERROR_NO_MEMORY, and %GST_KS_ERROR_LIMIT for more than the
 * control group of the process, a container for example, may have in all.
 *
 * Returns: whether the machine has @size bytes available
 *
 * Since: 0.9
 */
gboolean
gst_ks_block_can_be_resident (gsize size, GError ** error)
{
  guint64 available = 0, group;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (size < ASK_ABOVE)
    return TRUE;
  group = gst_ks_limit_get_group ();
  if (size > group) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "cannot have %" G_GSIZE_FORMAT " bytes resident: the container, or "
        "control group, may have %" G_GUINT64_FORMAT " in all; raise it with "
        "MemoryMax= of the service or --memory of the container, or take "
        "smaller frames", size, group);
    return FALSE;
  }
  if (!available_memory (&available) || size < available)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
      "cannot have %" G_GSIZE_FORMAT " bytes resident: the machine has %"
      G_GUINT64_FORMAT " available; hold fewer or smaller frames, or free "
      "memory", size, available);
  return FALSE;
}
