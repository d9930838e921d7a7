/* What the fake kinds have made and been asked, and what they are told to do.
 *
 * The process's own memory stands for a card's. New blocks are filled with
 * rubbish, so that nobody can rely on zeros they were not promised.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksfakeprivate.h"

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
static gsize total;             /* bytes that there are; 0: no end */
static guint fresh;
static guint calls[GST_KS_FAKE_N_OPS];
static guint fails[GST_KS_FAKE_N_OPS];  /* number of the call that fails; 0: none */
static gboolean fails_on[GST_KS_FAKE_N_OPS];    /* and all after it */
gsize gst_ks_fake_shape_pitch = DEFAULT_PITCH;
gboolean gst_ks_fake_shape_per_plane;

static const gchar *const op_names[GST_KS_FAKE_N_OPS] = {
  "open", "close", "describe", "create_allocator", "allocate_shaped",
  "acquire", "release", "sync", "transfer", "import"
};

/* Counts a call; FALSE with error: it was told to fail. */
gboolean
gst_ks_fake_step (GstKsFakeOp op, GError ** error)
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

/* What there is has an end; FALSE with error: it would be passed. */
static gboolean
reserve (gsize size, GError ** error)
{
  gst_ks_mutex_lock (&lock);
  gsize all = total, left = total > bytes_out ? total - bytes_out : 0;
  gboolean fits = all == 0 || size <= left;
  if (fits)
    bytes_out += size;
  gst_ks_mutex_unlock (&lock);

  if (!fits)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "a block of %" G_GSIZE_FORMAT " bytes does not fit: %" G_GSIZE_FORMAT
        " of %" G_GSIZE_FORMAT " bytes are left; hold fewer or smaller frames",
        size, left, all);
  return fits;
}

static void
unreserve (gsize size)
{
  gst_ks_mutex_lock (&lock);
  bytes_out -= size;
  gst_ks_mutex_unlock (&lock);
}

/* Bytes of a new block, full of rubbish; NULL with error. */
gpointer
gst_ks_fake_acquire_bytes (const GstKsBlock * block, GError ** error)
{
  gpointer data = NULL;

  if (!gst_ks_fake_step (GST_KS_FAKE_ACQUIRE, error)
      || !reserve (block->size, error))
    return NULL;
  if (posix_memalign (&data, MAX (block->align, sizeof (gpointer)),
          block->size)) {
    unreserve (block->size);
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "no memory for %" G_GSIZE_FORMAT " bytes", block->size);
    return NULL;
  }
  memset (data, RUBBISH, block->size);

  gst_ks_mutex_lock (&lock);
  if (!blocks)
    blocks = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (blocks, data, GSIZE_TO_POINTER (block->size));
  fresh++;
  gst_ks_mutex_unlock (&lock);
  return data;
}

void
gst_ks_fake_release_bytes (gpointer data, gsize size)
{
  gboolean known;

  (void) gst_ks_fake_step (GST_KS_FAKE_RELEASE, NULL);
  gst_ks_mutex_lock (&lock);
  known = blocks
      && GPOINTER_TO_SIZE (g_hash_table_lookup (blocks, data)) == size;
  if (known) {
    g_hash_table_remove (blocks, data);
    bytes_out -= size;
  }
  gst_ks_mutex_unlock (&lock);

  if (known)
    free (data);
  else
    g_critical ("release of a block that acquire did not make");
}

/**
 * gst_ks_fake_register:
 *
 * Makes the kind `fake` known in this process. May be called again.
 *
 * Since: 0.9
 */
void
gst_ks_fake_register (void)
{
  gst_ks_backend_register (NULL, GST_TYPE_KS_BACKEND_FAKE);
}

/**
 * gst_ks_fake_register_devices:
 *
 * Makes the kinds known whose memory is not just bytes at an address:
 * `fake-card`, which cannot be mapped and is reached by transfers and imports
 * alone, and `fake-object`, whose memory objects are their blocks. They share
 * counters, failures and the total with `fake`. May be called again.
 *
 * Since: 0.9
 */
void
gst_ks_fake_register_devices (void)
{
  gst_ks_backend_register (NULL, gst_ks_backend_fake_card_get_type ());
  gst_ks_backend_register (NULL, gst_ks_backend_fake_object_get_type ());
}

/**
 * gst_ks_fake_reset:
 *
 * Counts from 0 again, fails nothing, there is no end of memory, and shapes are
 * one memory with rows of multiples of 256 bytes. What is outstanding stays.
 * Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_fake_reset (void)
{
  gst_ks_mutex_lock (&lock);
  memset (calls, 0, sizeof calls);
  memset (fails, 0, sizeof fails);
  memset (fails_on, 0, sizeof fails_on);
  fresh = 0;
  total = 0;
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
 * Since: 0.9
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
 * Since: 0.9
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
 * Since: 0.9
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
 * Since: 0.9
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
 * Since: 0.9
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
 * Since: 0.9
 */
void
gst_ks_fake_set_shape (gsize pitch, gboolean memory_per_plane)
{
  g_return_if_fail (gst_ks_size_is_power_of_two (pitch));

  gst_ks_fake_shape_pitch = pitch;
  gst_ks_fake_shape_per_plane = memory_per_plane;
}

/**
 * gst_ks_fake_set_total:
 * @bytes: of all blocks together; 0: no end
 *
 * How much memory the fake kinds have together. What is out already stays.
 * Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_fake_set_total (gsize bytes)
{
  gst_ks_mutex_lock (&lock);
  total = bytes;
  gst_ks_mutex_unlock (&lock);
}
