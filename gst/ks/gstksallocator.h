/* GstKsAllocator: memory with a host address, whose blocks are reused; and what is common to all our allocators.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksaccount.h>
#include <gst/ks/gstksframing.h>
#include <gst/ks/gstksguardmode.h>

G_BEGIN_DECLS

/**
 * GstKsAllocator:
 *
 * Memory with a host address whose blocks are kept and reused. Thread-safe.
 *
 * Since: 0.9
 */
#define GST_TYPE_KS_ALLOCATOR (gst_ks_allocator_get_type ())
GST_KS_API
G_DECLARE_DERIVABLE_TYPE (GstKsAllocator, gst_ks_allocator, GST, KS_ALLOCATOR, GstAllocator)

/**
 * GstKsBlock:
 * @size: in: bytes, not 0, a multiple of @align
 * @align: in: bytes, a power of two
 * @data: out: address of the first byte, a multiple of @align
 * @fd: out: descriptor that holds the bytes from 0 on, or -1
 * @zeroed: out: every byte is known to be 0
 * @handle: out: the backend's own
 * @shape: in: what alone the block is for, as the request had it; %NULL: bytes
 * @guard: the store's own; %NULL: the block is not guarded
 *
 * What a class makes and takes back. The record is the store's; a class may
 * write the fields marked out, and only in acquire.
 *
 * Since: 0.9
 */
typedef struct _GstKsBlock GstKsBlock;

struct _GstKsBlock
{
  gsize size;
  gsize align;
  gpointer data;
  gint fd;
  gboolean zeroed;
  gpointer handle;
  const gchar *shape;
  gpointer guard;
};

/**
 * GstKsAllocatorClass:
 * @acquire: makes a block. Any thread, several at once, no lock held. Fills
 *     the out fields of @block; on failure sets @error and leaves them alone.
 *     Required.
 * @release: gives back what @acquire made. Any thread. Required.
 * @sync: cache maintenance before and after the CPU touches the block.
 *     %NULL: nothing to do.
 *
 * Since: 0.9
 */
struct _GstKsAllocatorClass
{
  GstAllocatorClass parent_class;

  gboolean (*acquire) (GstKsAllocator *self, GstKsBlock *block, GError **error);
  void     (*release) (GstKsAllocator *self, GstKsBlock *block);
  void     (*sync)    (GstKsAllocator *self, GstKsBlock *block, GstMapFlags flags, gboolean begin);

  gpointer _gst_reserved[GST_PADDING];
};

/* For acquire and release of classes whose blocks lie in a file. */
GST_KS_API gboolean gst_ks_block_map (GstKsBlock *block, gint fd, goffset offset, GError **error);
GST_KS_API void     gst_ks_block_unmap (GstKsBlock *block);
/* For those whose blocks take the machine's memory at once. */
GST_KS_API gboolean gst_ks_block_can_be_resident (gsize size, GError **error);

/**
 * GstKsZero:
 * @GST_KS_ZERO_NEVER: a reused frame shows stale bytes
 * @GST_KS_ZERO_OWNER_CHANGE: wiped when the frame last served another account
 * @GST_KS_ZERO_ALWAYS: wiped at every reuse of the block
 *
 * When a reused frame is wiped.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_ZERO_NEVER,
  GST_KS_ZERO_OWNER_CHANGE,
  GST_KS_ZERO_ALWAYS
} GstKsZero;

#define GST_TYPE_KS_ZERO (gst_ks_zero_get_type ())
GST_KS_API GType gst_ks_zero_get_type (void);

/**
 * GstKsRequest:
 * @size: bytes the consumer sees, not 0
 * @align: bytes, a power of two; 0 means 1
 * @prefix: bytes before
 * @padding: bytes after
 * @zero: when a reused block is wiped
 * @account: (nullable): who pays; borrowed for the call, referenced by the block
 * @layout: (nullable): made by g_ref_string_new(); the same text means the same
 *     picture layout, and then the same #GstMemory object with its qdata may
 *     come back. %NULL: always a new object
 * @shape: made by g_ref_string_new(); only a block that was made for the same
 *     text serves the request: for kinds whose blocks are pictures, in words
 *     of the kind's own. %NULL: bytes
 * @returned: (nullable): called once, from any thread, when the block is back
 *     in the store or gone
 * @returned_data: for @returned
 * @guard: how the frame is guarded
 * @owner: (nullable): who asks, for reports of guard mode; copied
 * @origin: (nullable): who is told of faults of a guarded frame; compared only
 *
 * What somebody needs. Zero it, fill in what matters.
 *
 * Since: 0.9
 */
typedef struct _GstKsRequest GstKsRequest;

struct _GstKsRequest
{
  gsize size;
  gsize align;
  gsize prefix;
  gsize padding;
  GstKsZero zero;
  GstKsAccount *account;
  GRefString *layout;
  GRefString *shape;
  GDestroyNotify returned;
  gpointer returned_data;
  GstKsGuard guard;
  const gchar *owner;
  gconstpointer origin;
};

/**
 * GstKsLimits:
 * @max_bytes: all blocks of the allocator, handed out or idle; 0: no limit. Idle
 *     ones make room, those that active pools keep ready last.
 * @max_idle_blocks: idle blocks kept
 * @max_idle_bytes: bytes of idle blocks kept
 * @max_idle_fds: descriptors of idle blocks kept
 * @max_idle_age: how long an idle block is kept
 *
 * How much an allocator may have, and how much of it may lie idle.
 *
 * Since: 0.9
 */
typedef struct _GstKsLimits GstKsLimits;

struct _GstKsLimits
{
  guint64 max_bytes;
  guint max_idle_blocks;
  guint64 max_idle_bytes;
  guint max_idle_fds;
  GstClockTime max_idle_age;
};

/* The process. */
GST_KS_API void           gst_ks_init (void);
GST_KS_API void           gst_ks_trim_all (void);
GST_KS_API GstStructure * gst_ks_get_stats (void);
GST_KS_API gchar **       gst_ks_list_kinds (void);

/* Any of our allocators, whatever its GType; any thread. */
GST_KS_API GstAllocator * gst_ks_allocator_get (const gchar *kind, const gchar *device, GError **error);
GST_KS_API gboolean       gst_ks_allocator_is_ours (GstAllocator *allocator);
GST_KS_API GstMemory *    gst_ks_allocator_alloc (GstAllocator *allocator, const GstKsRequest *request, GError **error);
GST_KS_API gboolean       gst_ks_allocator_prepare (GstAllocator *allocator, const GstKsRequest *request, guint n_blocks, GError **error);
GST_KS_API const gchar *  gst_ks_allocator_peek_kind (GstAllocator *allocator);
GST_KS_API const gchar *  gst_ks_allocator_peek_device (GstAllocator *allocator);
GST_KS_API GstKsFraming * gst_ks_allocator_describe (GstAllocator *allocator);
GST_KS_API gchar *        gst_ks_allocator_get_note (GstAllocator *allocator);
GST_KS_API void           gst_ks_allocator_get_limits (GstAllocator *allocator, GstKsLimits *limits);
GST_KS_API void           gst_ks_allocator_set_limits (GstAllocator *allocator, const GstKsLimits *limits);
GST_KS_API GstStructure * gst_ks_allocator_get_stats (GstAllocator *allocator);
GST_KS_API void           gst_ks_allocator_trim (GstAllocator *allocator);
GST_KS_API void           gst_ks_allocator_trim_store (GstAllocator *allocator);
/* How frames are guarded that ask for asked; it may be less. */
GST_KS_API GstKsGuard     gst_ks_allocator_find_guard (GstAllocator *allocator, GstKsGuard asked, GError **why);
/* For backends: the memory is gone for good. */
GST_KS_API void           gst_ks_allocator_set_lost (GstAllocator *allocator, const GError *reason);

/**
 * GstKsKeeperFunc: (skip)
 * @user_data: what was given with it
 *
 * A pool keeps whole buffers while it is active; trimming asks it to let go.
 *
 * Since: 0.9
 */
typedef void (*GstKsKeeperFunc) (gpointer user_data);
GST_KS_API guint          gst_ks_allocator_add_keeper (GstAllocator *allocator, GstKsKeeperFunc let_go, gpointer user_data);
GST_KS_API void           gst_ks_allocator_remove_keeper (GstAllocator *allocator, guint id);

/* A frame of ours, seen from its memory; sub-memory counts as its parent. */
GST_KS_API gboolean       gst_ks_memory_is_ours (GstMemory *memory);
GST_KS_API gboolean       gst_ks_memory_is_reused (GstMemory *memory);
GST_KS_API const GstKsBlock * gst_ks_memory_peek_block (GstMemory *memory);
GST_KS_API gpointer       gst_ks_memory_peek_returned_data (GstMemory *memory);

/**
 * GstKsExternal:
 * @acquire: returns @size bytes at a multiple of @align, or %NULL; any thread
 * @release: takes them back; any thread; must not drop the allocator itself
 * @destroy: (nullable): called when the allocator and its last block are gone
 *
 * Memory that somebody else owns.
 *
 * Since: 0.9
 */
typedef struct _GstKsExternal GstKsExternal;

struct _GstKsExternal
{
  gpointer (*acquire) (gsize size, gsize align, gpointer user_data);
  void     (*release) (gpointer data, gsize size, gpointer user_data);
  void     (*destroy) (gpointer user_data);
};

GST_KS_API GstAllocator * gst_ks_allocator_new_external (const GstKsExternal *external, gpointer user_data, GError **error);

G_END_DECLS
