/* GstKsPool: the KS allocator object. Counts frames out, caps them, serves waiters in order.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabi.h>
#include <gst/ks/gstksallocator.h>
#include <gst/video/video.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GstKsPool:
 *
 * The KS allocator object: counts frames out, caps them, serves waiters in
 * order. Thread-safe.
 *
 * Since: 0.9
 */
#define GST_TYPE_KS_POOL (gst_ks_pool_get_type ())
GST_KS_API
G_DECLARE_FINAL_TYPE (GstKsPool, gst_ks_pool, GST, KS_POOL, GstBufferPool)

/**
 * GstKsStarve:
 * @GST_KS_STARVE_BLOCK: wait at the cap
 * @GST_KS_STARVE_GROW: hand out one more
 * @GST_KS_STARVE_ERROR: fail at once
 *
 * What happens when everything that the cap allows is out.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_STARVE_BLOCK,
  GST_KS_STARVE_GROW,
  GST_KS_STARVE_ERROR
} GstKsStarve;

#define GST_TYPE_KS_STARVE (gst_ks_starve_get_type ())
GST_KS_API GType gst_ks_starve_get_type (void);

/**
 * GstKsLayout:
 * @GST_KS_LAYOUT_ANY: rows may have padding
 * @GST_KS_LAYOUT_PACKED: no row of the pool's frames has padding; their
 *     #GstVideoMeta says so
 *
 * Where the rows of raw video lie.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_LAYOUT_ANY,
  GST_KS_LAYOUT_PACKED
} GstKsLayout;

#define GST_TYPE_KS_LAYOUT (gst_ks_layout_get_type ())
GST_KS_API GType gst_ks_layout_get_type (void);

/**
 * GstKsPoolEvent:
 * @GST_KS_POOL_STARVED: somebody has waited at the cap for starve_timeout; the
 *     error names who has the frames, where a #GstKsWatch saw them go
 * @GST_KS_POOL_FAILED: a frame could not be made; the acquire returns %GST_FLOW_ERROR
 * @GST_KS_POOL_CORRUPTED: guard mode found a fault with a frame of the pool; the
 *     error says what, who had it and where; from whatever thread found it
 *
 * What a pool reports.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_POOL_STARVED,
  GST_KS_POOL_FAILED,
  GST_KS_POOL_CORRUPTED
} GstKsPoolEvent;

/**
 * GstKsPoolReport:
 * @pool: the pool
 * @event: what happened
 * @error: what, why, remedy; never %NULL
 * @user_data: what was given with it
 *
 * Tells the owner of a pool of starvation or failure: from the acquiring
 * thread, of faults that guard mode finds from any, no lock held.
 *
 * Since: 0.9
 */
typedef void (*GstKsPoolReport) (GstKsPool *pool, GstKsPoolEvent event, const GError *error, gpointer user_data);

/**
 * GstKsPoolOptions:
 * @layout: whether rows may have padding
 * @zero: when a reused frame is wiped; where that cannot be, there is no frame
 * @on_starve: what happens at the cap
 * @starve_timeout: ns after which a wait is reported; 0 or NONE: never
 * @account: (nullable): who pays; referenced. %NULL: the pool's own
 * @report: (nullable): told of starvation, failure and faults
 * @report_data: for @report
 * @report_destroy: (nullable): frees @report_data with the pool
 * @guard: how frames are guarded
 *
 * How a pool behaves. Initialise with %GST_KS_POOL_OPTIONS_INIT.
 *
 * Since: 0.9
 */
typedef struct _GstKsPoolOptions GstKsPoolOptions;

struct _GstKsPoolOptions
{
  GstKsLayout layout;
  GstKsZero zero;
  GstKsStarve on_starve;
  GstClockTime starve_timeout;
  GstKsAccount *account;
  GstKsPoolReport report;
  gpointer report_data;
  GDestroyNotify report_destroy;
  GstKsGuard guard;
};

#define GST_KS_POOL_OPTIONS_INIT { GST_KS_LAYOUT_ANY, GST_KS_ZERO_NEVER, \
    GST_KS_STARVE_BLOCK, GST_SECOND, NULL, NULL, NULL, NULL, GST_KS_GUARD_DEFAULT }

/**
 * GstKsPoolStatus:
 * @allocated: frames handed out now (KS: AllocatedFrames)
 * @idle: whole frames that the pool keeps ready
 * @waiting: threads waiting at the cap
 * @cap: most frames out at once; 0: no cap
 * @size: bytes of a frame
 * @align: bytes
 *
 * How things stand with a pool.
 *
 * Since: 0.9
 */
typedef struct _GstKsPoolStatus GstKsPoolStatus;

struct _GstKsPoolStatus
{
  guint allocated;
  guint idle;
  guint waiting;
  guint cap;
  gsize size;
  gsize align;
};

/* A pool of a fixed framing (one kind, one size), configured but not active. KS: KsCreateAllocator. */
GST_KS_API GstKsPool *    gst_ks_create_allocator (const GstKsFraming *fixed, GError **error);
/* The same of a framing that leaves a choice, which is kept. KS: KsCreateAllocator with an extended framing. */
GST_KS_API GstKsPool *    gst_ks_create_allocator_ex (const GstKsFraming *framing, GError **error);
/* A pool over an allocator of ours; framing (may be NULL) gives align, prefix, padding, stride, frames. To be configured. */
GST_KS_API GstKsPool *    gst_ks_pool_new (GstAllocator *allocator, const GstKsFraming *framing, const GstKsPoolOptions *options);
GST_KS_API GstAllocator * gst_ks_pool_peek_allocator (GstKsPool *pool);
GST_KS_API const GstKsFraming * gst_ks_pool_peek_framing (GstKsPool *pool);
GST_KS_API GstKsAccount * gst_ks_pool_peek_account (GstKsPool *pool);
GST_KS_API void           gst_ks_pool_lift_cap (GstKsPool *pool);
/* Waits in order like any acquire; who is cancelled leaves the queue: FLUSHING. KS: ALLOC. */
GST_KS_API GstFlowReturn  gst_ks_pool_acquire_cancellable (GstKsPool *pool, GCancellable *cancellable, GstBuffer **buffer);
GST_KS_API void           gst_ks_pool_get_status (GstKsPool *pool, GstKsPoolStatus *status);
/* Who holds the frames that are out, by name where they are watched. */
GST_KS_API GstStructure * gst_ks_pool_get_holders (GstKsPool *pool);
GST_KS_API gchar *        gst_ks_pool_describe_holders (GstKsPool *pool);
/* For good: waiters are cancelled, the function table is dead, no more events; frames that are out stay valid. */
GST_KS_API void           gst_ks_pool_close (GstKsPool *pool);

/**
 * GstKsFreeFrameFunc: (skip)
 * @n_returns: frames that came back since the last call, at least 1
 * @user_data: what was given with it
 *
 * The callback of a source made by gst_ks_pool_free_frame_source_new(): from
 * the thread that runs the source's context, no lock held.
 *
 * Returns: %FALSE: this was the last call
 *
 * Since: 0.9
 */
typedef gboolean (*GstKsFreeFrameFunc) (guint n_returns, gpointer user_data);
/* KS: the event FREEFRAME; the signal of the same name is the other form. */
GST_KS_API GSource *      gst_ks_pool_free_frame_source_new (GstKsPool *pool, gboolean one_shot);
/* KS: the property STATUS, and STATUS_EX of what was created with an extended framing of one item. */
GST_KS_API gboolean       gst_ks_pool_get_ks_status (GstKsPool *pool, GstKsAbiStatus *status, GError **error);
GST_KS_API gboolean       gst_ks_pool_get_ks_status_ex (GstKsPool *pool, GstKsAbiStatusEx *status, GError **error);
/* What set_config() made of the caps: size and strides; FALSE for caps that are not raw video. */
GST_KS_API gboolean       gst_ks_pool_get_video_info (GstKsPool *pool, GstVideoInfo *info);
GST_KS_API GstKsLayout    gst_ks_pool_get_layout (GstKsPool *pool);

G_END_DECLS
