/* A driver for tests: memory of the card, pinned memory, copies, and what tests set and ask.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudadriver.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PITCH 512               /* bytes that rows are rounded up to */
#define DEFAULT_MEMORY ((gsize) 64 << 20)

/* A block of the card, pinned memory, or memory that somebody registered. */
typedef struct
{
  guint8 *address;
  guint8 *reached;              /* by the CPU; NULL: at its address */
  gsize size;                   /* bytes */
} Block;

static GMutex lock;             /* all below */
static GArray *blocks, *pinned, *registered;    /* of Block */
static gsize memory_size;
static gsize used;              /* bytes of blocks */
static GHashTable *calls;       /* name -> number */
static guint n_calls;
static gint lost;               /* what every call gives; 0: none */
static const gchar *fail_call;  /* NULL: any */
static guint fail_number;       /* 0: none */
static gint fail_result;
static gboolean fail_on;

static void
init (void)
{
  const gchar *text = g_getenv ("KS_CUDA_DRIVER_MEMORY");

  if (blocks != NULL)
    return;
  blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  pinned = g_array_new (FALSE, FALSE, sizeof (Block));
  registered = g_array_new (FALSE, FALSE, sizeof (Block));
  calls = g_hash_table_new (g_str_hash, g_str_equal);
  memory_size = text ? g_ascii_strtoull (text, NULL, 10) : DEFAULT_MEMORY;
}

static guint
count_call (const gchar * call)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (calls, call)) + 1;

  g_hash_table_insert (calls, (gpointer) call, GUINT_TO_POINTER (n));
  n_calls++;
  return n;
}

int
cuda_driver_step (const char *call)
{
  gint result;
  guint n;

  g_mutex_lock (&lock);
  init ();
  n = count_call (call);
  if (fail_call == NULL)
    n = n_calls;
  result = lost;
  if (result == 0 && fail_number != 0
      && (fail_call == NULL || strcmp (fail_call, call) == 0)
      && (n == fail_number || (fail_on && n > fail_number)))
    result = fail_result;
  g_mutex_unlock (&lock);
  return result;
}

/* --- what tests set and ask --- */

static void
control_reset (void)
{
  g_mutex_lock (&lock);
  init ();
  g_hash_table_remove_all (calls);
  n_calls = 0;
  lost = 0;
  fail_number = 0;
  memory_size = DEFAULT_MEMORY;
  g_mutex_unlock (&lock);
}

static void
control_set_memory (gsize bytes)
{
  g_mutex_lock (&lock);
  init ();
  memory_size = bytes;
  g_mutex_unlock (&lock);
}

static void
set_failure (const gchar * call, guint n, gint result, gboolean on)
{
  g_mutex_lock (&lock);
  init ();
  fail_call = call;
  fail_number = n == 0 ? 0 : n + (call != NULL ?
      GPOINTER_TO_UINT (g_hash_table_lookup (calls, call)) : n_calls);
  fail_result = result;
  fail_on = on;
  g_mutex_unlock (&lock);
}

static void
control_fail_at (const gchar * call, guint n, gint result)
{
  set_failure (call, n, result, FALSE);
}

static void
control_fail_from (const gchar * call, guint n, gint result)
{
  set_failure (call, n, result, TRUE);
}

static void
control_set_lost (gint result)
{
  g_mutex_lock (&lock);
  lost = result;
  g_mutex_unlock (&lock);
}

static guint
control_get_calls (const gchar * call)
{
  guint n;

  g_mutex_lock (&lock);
  init ();
  n = GPOINTER_TO_UINT (g_hash_table_lookup (calls, call));
  g_mutex_unlock (&lock);
  return n;
}

static guint
count_blocks (GArray ** list, gsize * bytes)
{
  gsize sum = 0;
  guint n;

  g_mutex_lock (&lock);
  init ();
  n = (*list)->len;
  for (guint i = 0; i < n; i++)
    sum += g_array_index (*list, Block, i).size;
  g_mutex_unlock (&lock);
  if (bytes != NULL)
    *bytes = sum;
  return n;
}

static guint
control_get_blocks (gsize * bytes)
{
  return count_blocks (&blocks, bytes);
}

static guint
control_get_pinned (gsize * bytes)
{
  return count_blocks (&pinned, bytes);
}

static guint
control_get_registered (void)
{
  return count_blocks (&registered, NULL);
}

static guint
control_get_contexts (void)
{
  return cuda_driver_count_context (0);
}

const CudaDriverControl *
cuda_driver_control (void)
{
  static const CudaDriverControl control = {
    control_reset, control_set_memory, control_fail_at, control_fail_from,
    control_set_lost, control_get_calls, control_get_blocks,
    control_get_pinned, control_get_registered, control_get_contexts,
    cuda_driver_queue, cuda_driver_get_queued
  };

  return &control;
}

/* --- lists of blocks; called with the lock held --- */

/* The block that size bytes from address on lie in, or that they touch. */
static Block *
find (GArray * list, const guint8 * address, gsize size, gboolean touch)
{
  for (guint i = 0; i < list->len; i++) {
    Block *block = &g_array_index (list, Block, i);

    if (touch ? address < block->address + block->size
        && block->address < address + size : address >= block->address
        && address + size <= block->address + block->size)
      return block;
  }
  return NULL;
}

static gboolean
take (GArray * list, const guint8 * address, Block * taken)
{
  for (guint i = 0; i < list->len; i++) {
    if (g_array_index (list, Block, i).address != address)
      continue;
    *taken = g_array_index (list, Block, i);
    g_array_remove_index_fast (list, i);
    return TRUE;
  }
  return FALSE;
}

static gsize
whole_pages (gsize size)
{
  gsize page = getpagesize ();

  return (size + page - 1) / page * page;
}

/* --- memory of the card --- */

static gboolean
block_new (Block * block, gsize size)
{
  gint fd = memfd_create ("card", MFD_CLOEXEC);
  gpointer address = MAP_FAILED, reached = MAP_FAILED;

  if (fd >= 0 && ftruncate (fd, size) == 0) {
    address = mmap (NULL, size, PROT_NONE, MAP_SHARED, fd, 0);
    reached = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (fd >= 0)
    close (fd);
  *block = (Block) {
  address, reached, size};
  if (address != MAP_FAILED && reached != MAP_FAILED)
    return TRUE;
  if (address != MAP_FAILED)
    munmap (address, size);
  return FALSE;
}

static int
alloc_block (unsigned long long *device, gsize size)
{
  int result = CUDA_OUT_OF_MEMORY;
  Block block;

  size = whole_pages (size);
  g_mutex_lock (&lock);
  if (size == 0) {
    result = CUDA_INVALID_VALUE;
  } else if (used + size <= memory_size && block_new (&block, size)) {
    /* somebody's bytes are in it */
    memset (block.reached, 0xc5, size);
    g_array_append_val (blocks, block);
    used += size;
    *device = (guintptr) block.address;
    result = 0;
  }
  g_mutex_unlock (&lock);
  return result;
}

int
cuMemAlloc_v2 (unsigned long long *device, size_t size)
{
  int result = cuda_driver_step_in_context ("cuMemAlloc");

  return result != 0 ? result : alloc_block (device, size);
}

int
cuMemAllocPitch_v2 (unsigned long long *device, size_t *pitch, size_t width,
    size_t height, unsigned int element)
{
  int result = cuda_driver_step_in_context ("cuMemAllocPitch");

  if (result != 0)
    return result;
  if (width == 0 || height == 0
      || (element != 4 && element != 8 && element != 16))
    return CUDA_INVALID_VALUE;
  *pitch = (width + PITCH - 1) / PITCH * PITCH;
  return alloc_block (device, *pitch * height);
}

int
cuMemFree_v2 (unsigned long long device)
{
  int result = cuda_driver_step_in_context ("cuMemFree");
  gboolean found;
  Block block;

  if (result != 0)
    return result;
  cuda_driver_finish ();
  g_mutex_lock (&lock);
  found = take (blocks, (guint8 *) (guintptr) device, &block);
  if (found)
    used -= block.size;
  g_mutex_unlock (&lock);
  if (!found)
    return CUDA_INVALID_VALUE;
  munmap (block.address, block.size);
  munmap (block.reached, block.size);
  return 0;
}

int
cuMemGetInfo_v2 (size_t *available, size_t *total)
{
  int result = cuda_driver_step_in_context ("cuMemGetInfo");

  if (result != 0)
    return result;
  g_mutex_lock (&lock);
  *available = memory_size > used ? memory_size - used : 0;
  *total = memory_size;
  g_mutex_unlock (&lock);
  return 0;
}

void *
cuda_driver_reach (unsigned long long device, size_t size)
{
  guint8 *address = (guint8 *) (guintptr) device;
  void *reached = NULL;
  Block *block;

  g_mutex_lock (&lock);
  block = find (blocks, address, size, FALSE);
  if (block != NULL)
    reached = block->reached + (address - block->address);
  g_mutex_unlock (&lock);
  return reached;
}

/* --- pinned memory --- */

int
cuMemHostAlloc (void **data, size_t size, unsigned int flags)
{
  int result = cuda_driver_step_in_context ("cuMemHostAlloc");
  Block block = { NULL, NULL, whole_pages (size) };

  if (result != 0)
    return result;
  if (size == 0 || flags > 7)
    return CUDA_INVALID_VALUE;
  block.address = mmap (NULL, block.size, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block.address == MAP_FAILED)
    return CUDA_OUT_OF_MEMORY;
  memset (block.address, 0x5c, block.size);
  g_mutex_lock (&lock);
  g_array_append_val (pinned, block);
  g_mutex_unlock (&lock);
  *data = block.address;
  return 0;
}

int
cuMemAllocHost_v2 (void **data, size_t size)
{
  return cuMemHostAlloc (data, size, 0);
}

int
cuMemFreeHost (void *data)
{
  int result = cuda_driver_step_in_context ("cuMemFreeHost");
  gboolean found;
  Block block;

  if (result != 0)
    return result;
  cuda_driver_finish ();
  g_mutex_lock (&lock);
  found = take (pinned, data, &block);
  g_mutex_unlock (&lock);
  if (!found)
    return CUDA_INVALID_VALUE;
  munmap (block.address, block.size);
  return 0;
}

int
cuMemHostRegister_v2 (void *data, size_t size, unsigned int flags)
{
  int result = cuda_driver_step_in_context ("cuMemHostRegister");
  Block block = { data, NULL, size };

  if (result != 0)
    return result;
  if (data == NULL || size == 0)
    return CUDA_INVALID_VALUE;
  g_mutex_lock (&lock);
  if (find (registered, data, size, TRUE) || find (pinned, data, size, TRUE))
    result = CUDA_ALREADY_REGISTERED;
  else
    g_array_append_val (registered, block);
  g_mutex_unlock (&lock);
  return result;
}

int
cuMemHostUnregister (void *data)
{
  int result = cuda_driver_step_in_context ("cuMemHostUnregister");
  Block block;

  if (result != 0)
    return result;
  g_mutex_lock (&lock);
  if (!take (registered, data, &block))
    result = CUDA_NOT_REGISTERED;
  g_mutex_unlock (&lock);
  return result;
}
