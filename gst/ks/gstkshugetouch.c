/* First touch of a large block, by several processors at once.
 *
 * A huge page is zeroed when it is first touched, and 2 MiB of zeroes take far
 * longer than the fault: a frame of 132 MB costs some 20 ms, all in the thread
 * that wants the frame. Who asks for huge pages wants them whole, so they are
 * made at once, and the processors share the work.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkshugetouch.h"

#include <sys/mman.h>

/* Bytes below which a thread costs more than it saves. */
#define PART_MIN (16 * 1024 * 1024)
#define N_PARTS_MAX 4

/* Of Linux 5.14; older headers lack it, and older kernels refuse it. */
#define POPULATE_WRITE 23

typedef struct
{
  guint8 *data;
  gsize size;
} Part;

static gpointer
part_touch (gpointer data)
{
  const Part *part = data;

  (void) madvise (part->data, part->size, POPULATE_WRITE);
  return NULL;
}

static guint
count_parts (gsize size)
{
  guint most = MIN (g_get_num_processors (), N_PARTS_MAX);

  return CLAMP (size / PART_MIN, 1, most);
}

void
gst_ks_huge_touch (const GstKsBlock * block, gsize granule)
{
  guint n = count_parts (block->size);
  gsize step = (block->size / n) & ~(granule - 1);
  GThread *threads[N_PARTS_MAX] = { NULL, };
  Part parts[N_PARTS_MAX];

  for (guint i = 0; i < n; i++) {
    parts[i].data = (guint8 *) block->data + i * step;
    parts[i].size = i + 1 < n ? step : block->size - i * step;
    if (i > 0)
      threads[i] = g_thread_try_new ("ks-touch", part_touch, &parts[i], NULL);
  }
  for (guint i = 0; i < n; i++) {
    if (threads[i] == NULL)
      (void) part_touch (&parts[i]);
  }
  for (guint i = 1; i < n; i++) {
    if (threads[i])
      (void) g_thread_join (threads[i]);
  }
}
