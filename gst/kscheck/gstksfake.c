/* The kind `fake`: a backend without hardware that counts its calls and fails when told to.
 *
 * The reference for authors of backends: everything a backend has to do is
 * here once, with the process's own memory in place of a card's. New blocks
 * are filled with rubbish, so that nobody can rely on zeros they were not
 * promised.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksfake.h"

#include <stdlib.h>
#include <gst/ks/gstkslock.h>
#include <gst/ks/gstkssize.h>

#define RUBBISH 0xa5
#define DEFAULT_PITCH 256

/* The state is the process's, as a card's would be: blocks may outlive the
 * objects. */
static GMutex lock;
static GHashTable *blocks;      /* address -> size; what acquire made */
static gsize bytes_out;
static guint fresh;
static guint calls[GST_KS_FAKE_N_OPS];
static guint fails[GST_KS_FAKE_N_OPS];  /* number of the call that fails; 0: none */
static gboolean fails_on[GST_KS_FAKE_N_OPS];    /* and all after it */
static gsize shape_pitch = DEFAULT_PITCH;
static gboolean shape_per_plane;

static const gchar *const op_names[GST_KS_FAKE_N_OPS] = {
  "open", "close", "describe", "create_allocator", "allocate_shaped",
  "acquire", "release", "sync"
};

/* Counts a call; FALSE with error: it was told to fail. */
static gboolean
step (GstKsFakeOp op, GError ** error)
{
  gst_ks_mutex_lock (&lock);
  guint n = ++calls[op];
  gboolean fail = n == fails[op] || (fails_on[op] && n > fails[op]);
  gst_ks_mutex_unlock (&lock);

  if (fail)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "call %u of %s was told to fail", n, op_names[op]);
  return !fail;
}

struct _GstKsFakeAllocator
{
  GstKsAllocator parent;
};

G_DEFINE_TYPE (GstKsFakeAllocator, gst_ks_fake_allocator,
    GST_TYPE_KS_ALLOCATOR);

static gboolean
gst_ks_fake_allocator_acquire (GstKsAllocator * self, GstKsBlock * block,
    GError ** error)
{
  gpointer data = NULL;

  if (!step (GST_KS_FAKE_ACQUIRE, error))
    return FALSE;
  if (posix_memalign (&data, MAX (block->align, sizeof (gpointer)),
          block->size)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "no memory for %" G_GSIZE_FORMAT " bytes", block->size);
    return FALSE;
  }
  memset (data, RUBBISH, block->size);

  gst_ks_mutex_lock (&lock);
  if (!blocks)
    blocks = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (blocks, data, GSIZE_TO_POINTER (block->size));
  bytes_out += block->size;
  fresh++;
  gst_ks_mutex_unlock (&lock);

  block->data = data;
  block->fd = -1;
  block->zeroed = FALSE;
  block->handle = NULL;
  return TRUE;
}

static void
gst_ks_fake_allocator_release (GstKsAllocator * self, GstKsBlock * block)
{
  gboolean known;

  (void) step (GST_KS_FAKE_RELEASE, NULL);
  gst_ks_mutex_lock (&lock);
  known = blocks && GPOINTER_TO_SIZE (g_hash_table_lookup (blocks,
          block->data)) == block->size;
  if (known) {
    g_hash_table_remove (blocks, block->data);
    bytes_out -= block->size;
  }
  gst_ks_mutex_unlock (&lock);

  if (known)
    free (block->data);
  else
    g_critical ("release of a block that acquire did not make");
}

static void
gst_ks_fake_allocator_sync (GstKsAllocator * self, GstKsBlock * block,
    GstMapFlags flags, gboolean begin)
{
  (void) step (GST_KS_FAKE_SYNC, NULL);
}

static void
gst_ks_fake_allocator_class_init (GstKsFakeAllocatorClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

  allocator_class->acquire = gst_ks_fake_allocator_acquire;
  allocator_class->release = gst_ks_fake_allocator_release;
  allocator_class->sync = gst_ks_fake_allocator_sync;
}

static void
gst_ks_fake_allocator_init (GstKsFakeAllocator * self)
{
}

struct _GstKsBackendFake
{
  GstKsBackend parent;

  GstAllocator *shaper;         /* owned; makes the memories of shapes */
};

G_DEFINE_TYPE (GstKsBackendFake, gst_ks_backend_fake, GST_TYPE_KS_BACKEND);

static GstAllocator *
new_allocator (void)
{
  return gst_object_ref_sink (g_object_new (GST_TYPE_KS_FAKE_ALLOCATOR, NULL));
}

static gboolean
gst_ks_backend_fake_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendFake *self = GST_KS_BACKEND_FAKE (backend);

  if (!step (GST_KS_FAKE_OPEN, error))
    return FALSE;
  self->shaper = new_allocator ();
  return TRUE;
}

static void
gst_ks_backend_fake_close (GstKsBackend * backend)
{
  (void) step (GST_KS_FAKE_CLOSE, NULL);
  gst_clear_object (&GST_KS_BACKEND_FAKE (backend)->shaper);
}

static GstKsFraming *
gst_ks_backend_fake_describe (GstKsBackend * backend)
{
  if (!step (GST_KS_FAKE_DESCRIBE, NULL))
    return NULL;

  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("fake");

  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
gst_ks_backend_fake_create_allocator (GstKsBackend * backend, GError ** error)
{
  return step (GST_KS_FAKE_CREATE, error) ? new_allocator () : NULL;
}

/* Rows as long as the pitch wants them; FALSE: sizes that do not fit. */
static gboolean
plane_layout (const GstVideoInfo * info, guint plane, gint * stride,
    gsize * size)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];
  gsize row;

  gst_video_format_info_component (info->finfo, plane, component);
  if (!gst_ks_size_round_up (GST_VIDEO_INFO_PLANE_STRIDE (info, plane),
          shape_pitch, &row) || row > G_MAXINT)
    return FALSE;
  *stride = row;
  return gst_ks_size_mul (row, GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]),
      size);
}

static gboolean
add_memory (GstKsBackendFake * self, const GstKsFraming * fixed, gsize size,
    GstKsShape * out, GError ** error)
{
  const GstKsFramingItem *item = gst_ks_framing_peek_item (fixed, 0);
  GstKsRequest request = {.size = size,.align = item->align,
    .prefix = item->prefix,.padding = item->padding
  };
  GstMemory *memory = gst_ks_allocator_alloc (self->shaper, &request, error);

  if (memory)
    out->memories[out->n_memories++] = memory;
  return memory != NULL;
}

static gboolean
gst_ks_backend_fake_allocate_shaped (GstKsBackend * backend,
    const GstVideoInfo * info, const GstKsFraming * fixed, GstKsShape * out,
    GError ** error)
{
  GstKsBackendFake *self = GST_KS_BACKEND_FAKE (backend);
  gsize total = 0, size = 0;

  if (!step (GST_KS_FAKE_SHAPED, error))
    return FALSE;
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    out->offset[p] = total;
    if (!plane_layout (info, p, &out->stride[p], &size)
        || !gst_ks_size_add (total, size, &total)) {
      g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
          "the picture's size does not fit into memory");
      return FALSE;
    }
    if (shape_per_plane && !add_memory (self, fixed, size, out, error))
      return FALSE;
  }
  return shape_per_plane || add_memory (self, fixed, total, out, error);
}

static void
gst_ks_backend_fake_class_init (GstKsBackendFakeClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "fake";
  backend_class->open = gst_ks_backend_fake_open;
  backend_class->close = gst_ks_backend_fake_close;
  backend_class->describe = gst_ks_backend_fake_describe;
  backend_class->create_allocator = gst_ks_backend_fake_create_allocator;
  backend_class->allocate_shaped = gst_ks_backend_fake_allocate_shaped;
}

static void
gst_ks_backend_fake_init (GstKsBackendFake * self)
{
}

/**
 * gst_ks_fake_register:
 *
 * Makes the kind `fake` known in this process. May be called again.
 *
 * Since: 0.1
 */
void
gst_ks_fake_register (void)
{
  gst_ks_backend_register (NULL, GST_TYPE_KS_BACKEND_FAKE);
}

/**
 * gst_ks_fake_reset:
 *
 * Counts from 0 again, fails nothing, and shapes are one memory with rows of
 * multiples of 256 bytes. What is outstanding stays. Any thread.
 *
 * Since: 0.1
 */
void
gst_ks_fake_reset (void)
{
  gst_ks_mutex_lock (&lock);
  memset (calls, 0, sizeof calls);
  memset (fails, 0, sizeof fails);
  memset (fails_on, 0, sizeof fails_on);
  fresh = 0;
  gst_ks_mutex_unlock (&lock);
  gst_ks_fake_set_shape (DEFAULT_PITCH, FALSE);
}

static void
set_failure (GstKsFakeOp op, guint n, gboolean on)
{
  gst_ks_mutex_lock (&lock);
  fails[op] = n ? calls[op] + n : 0;
  fails_on[op] = n && on;
  gst_ks_mutex_unlock (&lock);
}

/**
 * gst_ks_fake_fail_at:
 * @op: what is to fail
 * @n: which call from now on, the next one is 1; 0: none
 *
 * Lets one call fail; the store tries an acquire a second time. Any thread.
 *
 * Since: 0.1
 */
void
gst_ks_fake_fail_at (GstKsFakeOp op, guint n)
{
  g_return_if_fail ((guint) op < GST_KS_FAKE_N_OPS);

  set_failure (op, n, FALSE);
}

/**
 * gst_ks_fake_fail_from:
 * @op: what is to fail
 * @n: which call from now on, the next one is 1; 0: none
 *
 * Lets that call and all after it fail. Any thread.
 *
 * Since: 0.1
 */
void
gst_ks_fake_fail_from (GstKsFakeOp op, guint n)
{
  g_return_if_fail ((guint) op < GST_KS_FAKE_N_OPS);

  set_failure (op, n, TRUE);
}

/**
 * gst_ks_fake_get_calls:
 * @op: what was called
 *
 * Any thread.
 *
 * Returns: calls since the last reset, failed ones too
 *
 * Since: 0.1
 */
guint
gst_ks_fake_get_calls (GstKsFakeOp op)
{
  g_return_val_if_fail ((guint) op < GST_KS_FAKE_N_OPS, 0);

  gst_ks_mutex_lock (&lock);
  guint n = calls[op];
  gst_ks_mutex_unlock (&lock);
  return n;
}

/**
 * gst_ks_fake_get_fresh:
 *
 * Any thread.
 *
 * Returns: blocks made since the last reset
 *
 * Since: 0.1
 */
guint
gst_ks_fake_get_fresh (void)
{
  gst_ks_mutex_lock (&lock);
  guint n = fresh;
  gst_ks_mutex_unlock (&lock);
  return n;
}

/**
 * gst_ks_fake_get_outstanding:
 * @bytes: (out) (optional): bytes of those blocks
 *
 * Any thread.
 *
 * Returns: blocks that were made and not released, whoever has them
 *
 * Since: 0.1
 */
guint
gst_ks_fake_get_outstanding (gsize * bytes)
{
  gst_ks_mutex_lock (&lock);
  guint n = blocks ? g_hash_table_size (blocks) : 0;
  if (bytes)
    *bytes = bytes_out;
  gst_ks_mutex_unlock (&lock);
  return n;
}

/**
 * gst_ks_fake_set_shape:
 * @pitch: bytes, a power of two, that rows are rounded up to
 * @memory_per_plane: one memory a plane, or one for all
 *
 * What the driver of the kind `fake` wants of pictures. Not while shapes are
 * being made.
 *
 * Since: 0.1
 */
void
gst_ks_fake_set_shape (gsize pitch, gboolean memory_per_plane)
{
  g_return_if_fail (gst_ks_size_is_power_of_two (pitch));

  shape_pitch = pitch;
  shape_per_plane = memory_per_plane;
}
