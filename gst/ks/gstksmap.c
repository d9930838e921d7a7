/* Mapping memory for the system kinds, with errors that help.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmap.h"
#include "gstkssize.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

gsize
gst_ks_map_page_size (void)
{
  return sysconf (_SC_PAGESIZE);
}

static gpointer
map_or_null (gpointer at, gsize size, gint prot, gint flags, gint fd)
{
  gpointer data = mmap (at, size, prot, flags, fd, 0);

  return data == MAP_FAILED ? NULL : data;
}

/* Address space for the block and its alignment is reserved first; the part
 * that is aligned is kept, so that no byte of memory is spent on alignment. */
static gpointer
map_aligned (const GstKsBlock * block, gint flags, gint fd)
{
  gint prot = PROT_READ | PROT_WRITE;
  gsize span = 0, head, tail;
  guint8 *base, *data;

  if (block->align <= gst_ks_map_page_size ())
    return map_or_null (NULL, block->size, prot, flags, fd);
  if (!gst_ks_size_add (block->size, block->align, &span)) {
    errno = ENOMEM;
    return NULL;
  }
  base = map_or_null (NULL, span, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  if (base == NULL)
    return NULL;
  head = -(guintptr) base & (block->align - 1);
  tail = span - head - block->size;
  data = map_or_null (base + head, block->size, prot, flags | MAP_FIXED, fd);
  if (data == NULL) {
    gint saved = errno;

    (void) munmap (base, span);
    errno = saved;
    return NULL;
  }
  if (head > 0)
    (void) munmap (base, head);
  if (tail > 0)
    (void) munmap (data + block->size, tail);
  return data;
}

gboolean
gst_ks_map_block (GstKsBlock * block, gint flags, gint fd, GError ** error)
{
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
  gpointer data = map_aligned (block, flags, fd);
  g_autofree gchar *cause = NULL;

  if (data != NULL) {
    block->data = data;
    return TRUE;
  }
  cause = g_strdup (g_strerror (errno));
  (void) getrlimit (RLIMIT_AS, &limit);
  if (limit.rlim_cur != RLIM_INFINITY)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "cannot map %" G_GSIZE_FORMAT " bytes: %s; the address space is "
        "limited to %" G_GUINT64_FORMAT " bytes (RLIMIT_AS), raise it with "
        "'ulimit -v'", block->size, cause, (guint64) limit.rlim_cur);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "cannot map %" G_GSIZE_FORMAT " bytes: %s; hold fewer or smaller "
        "frames, or free memory", block->size, cause);
  return FALSE;
}

void
gst_ks_map_release (GstKsBlock * block)
{
  (void) munmap (block->data, block->size);
}
