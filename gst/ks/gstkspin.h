/* GstKsPin: what a pad says of its frames, and who allocates for it. Attached to any pad.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabi.h>
#include <gst/ks/gstkspinquery.h>
#include <gst/ks/gstksquery.h>

G_BEGIN_DECLS

/**
 * GstKsPin:
 *
 * The KS side of a pad: its framing, what it read of its peer's, and who
 * allocates. The pad owns it. Thread-safe.
 *
 * Since: 0.9
 */
#define GST_TYPE_KS_PIN (gst_ks_pin_get_type ())
GST_KS_API
G_DECLARE_FINAL_TYPE (GstKsPin, gst_ks_pin, GST, KS_PIN, GObject)

/**
 * GstKsPinFlags:
 * @GST_KS_PIN_FLAG_NONE: nothing is said
 * @GST_KS_PIN_FLAG_KERNEL_ONLY: no frame of this pin's memory may come to a
 *     foreign element, one whose pads have no pin
 * @GST_KS_PIN_FLAG_PASSES: what comes in may leave the element at the other
 *     side, as it is or changed in place
 * @GST_KS_PIN_FLAG_CODEC: of an encoder or decoder: at least three frames, and
 *     on a sink pad the size range is not heeded
 * @GST_KS_PIN_FLAG_READ_ONLY: who gets the frames has to copy before changing
 * @GST_KS_PIN_FLAG_TOTAL: the lower end of its framing's frames is a floor on
 *     all frames together, not what this pin holds
 * @GST_KS_PIN_FLAG_WISHES: frames of any kind and size are better than none,
 *     where its framing cannot be had
 *
 * What a pin does with frames.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_PIN_FLAG_NONE = 0,
  GST_KS_PIN_FLAG_KERNEL_ONLY = (1 << 0),
  GST_KS_PIN_FLAG_PASSES = (1 << 1),
  GST_KS_PIN_FLAG_CODEC = (1 << 2),
  GST_KS_PIN_FLAG_READ_ONLY = (1 << 3),
  GST_KS_PIN_FLAG_TOTAL = (1 << 4),
  GST_KS_PIN_FLAG_WISHES = (1 << 5)
} GstKsPinFlags;

#define GST_TYPE_KS_PIN_FLAGS (gst_ks_pin_flags_get_type ())
GST_KS_API GType gst_ks_pin_flags_get_type (void);

/**
 * GstKsFramingCacheOp:
 * @GST_KS_FRAMING_CACHE_UPDATE: past the cache: ask the peer now
 * @GST_KS_FRAMING_CACHE_READ_LAST: what was read last; asks if nothing was
 * @GST_KS_FRAMING_CACHE_READ_ORIG: what was read first; asks if nothing was
 * @GST_KS_FRAMING_CACHE_WRITE: what was written
 *
 * Which of the three slots of a pin's cache is meant (KS: FRAMING_CACHE_OPS,
 * same numbers).
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_FRAMING_CACHE_UPDATE = 0,
  GST_KS_FRAMING_CACHE_READ_LAST = 1,
  GST_KS_FRAMING_CACHE_READ_ORIG = 2,
  GST_KS_FRAMING_CACHE_WRITE = 3
} GstKsFramingCacheOp;

#define GST_TYPE_KS_FRAMING_CACHE_OP (gst_ks_framing_cache_op_get_type ())
GST_KS_API GType gst_ks_framing_cache_op_get_type (void);

/**
 * GstKsPinDispatch:
 * @initialize_allocator: (nullable): makes the context of an allocator whose
 *     frames are as the framing says: frame_size bytes each, prefix and padding
 *     included, at addresses that meet file_alignment, at most frames of them
 *     out (0: no cap). Called once, before the first frame, and only if the
 *     allocator was chosen; %FALSE with the error set: there will be none.
 *     %NULL: the context is %NULL
 * @delete_allocator: (nullable): called once, after the last frame is back,
 *     however long the pin is gone; not called when the first one failed
 * @allocate: makes a frame, or returns %NULL
 * @free: takes it back
 *
 * How a pin's own allocator makes frames. All are called from any thread, the
 * last two several at once, with no lock held; all but the first may run when
 * the pin is gone. Frames are kept and reused between @allocate and @free.
 *
 * KS: KSALLOCATOR_DISPATCH.
 *
 * Since: 0.9
 */
typedef struct _GstKsPinDispatch GstKsPinDispatch;

struct _GstKsPinDispatch
{
  gboolean (*initialize_allocator) (GstKsPin *pin, const GstKsAbiFraming *framing, gpointer *context, GError **error);
  void     (*delete_allocator)     (gpointer context);
  gpointer (*allocate)             (gpointer context);
  void     (*free)                 (gpointer context, gpointer data);
};

/**
 * GstKsPinMakePool: (skip)
 * @pin: the pin
 * @allocator: of the kind that was decided on
 * @framing: what was decided: one item, with @allocator's kind
 * @query: the ALLOCATION query, with the caps, and the metas that downstream
 *     understands; to be read only
 * @error: return location for a #GError
 *
 * Makes the pool of the segment that the pin is in, to be configured by the
 * caller. From the thread that streams the pad that asked, which need not be
 * the one that streams @pin's, no lock held.
 *
 * Returns: (transfer full): a pool, or %NULL with @error
 *
 * Since: 0.9
 */
typedef GstBufferPool * (*GstKsPinMakePool) (GstKsPin *pin, GstAllocator *allocator, const GstKsFraming *framing, GstQuery *query, GError **error);

/**
 * GstKsDecisionSource:
 * @GST_KS_DECISION_NONE: frames come from outside, see gst_ks_pin_set_injection()
 * @GST_KS_DECISION_ASSIGNED: from what gst_ks_pin_set_allocator() gave
 * @GST_KS_DECISION_OWN: from the pin's own allocator
 * @GST_KS_DECISION_DOWNSTREAM: from downstream's pool
 * @GST_KS_DECISION_DEFAULT: from an allocator of ours
 *
 * Where the frames of a source pad come from.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_DECISION_NONE,
  GST_KS_DECISION_ASSIGNED,
  GST_KS_DECISION_OWN,
  GST_KS_DECISION_DOWNSTREAM,
  GST_KS_DECISION_DEFAULT
} GstKsDecisionSource;

#define GST_TYPE_KS_DECISION_SOURCE (gst_ks_decision_source_get_type ())
GST_KS_API GType gst_ks_decision_source_get_type (void);

/**
 * GstKsDecision:
 * @source: where the frames come from
 * @pool: (nullable): owned; configured, to be activated by the caller; %NULL
 *     for %GST_KS_DECISION_NONE, and where gst_ks_query_decide() leaves the
 *     frames to the first allocator of the query
 * @copy_into: (nullable): owned; configured: both sides insist on their own
 *     frames, so the pipe is cut here and each frame is copied into one of
 *     these. %NULL: frames go on as they are
 * @reason: owned; why, for people
 *
 * What came of an ALLOCATION query. From one thread; gst_ks_decision_clear()
 * frees it.
 *
 * Since: 0.9
 */
typedef struct _GstKsDecision GstKsDecision;

struct _GstKsDecision
{
  GstKsDecisionSource source;
  GstBufferPool *pool;
  GstBufferPool *copy_into;
  gchar *reason;
};

#define GST_KS_DECISION_INIT { GST_KS_DECISION_NONE, NULL, NULL, NULL }

/**
 * GstKsPinFrame:
 * @data: where the frame is
 * @size: bytes that are there (KS: FrameExtent)
 * @used: bytes that are valid, at most @size (KS: DataUsed)
 * @pts: when it is to be shown, or %GST_CLOCK_TIME_NONE
 * @duration: how long, or %GST_CLOCK_TIME_NONE
 * @context: comes back with it
 *
 * A frame that is the caller's own. A plain value.
 *
 * Since: 0.9
 */
typedef struct _GstKsPinFrame GstKsPinFrame;

struct _GstKsPinFrame
{
  gpointer data;
  gsize size;
  gsize used;
  GstClockTime pts;
  GstClockTime duration;
  gpointer context;
};

/**
 * GstKsPinFrameReturn: (skip)
 * @frame: as it was injected
 * @status: what pushing it gave
 * @user_data: what was given with it
 *
 * An injected frame is nobody else's any more: called once a frame, from any
 * thread, with no lock held, maybe when the pin is gone.
 *
 * KS: the frame return callback of KsPinRegisterFrameReturnCallback.
 *
 * Since: 0.9
 */
typedef void (*GstKsPinFrameReturn) (const GstKsPinFrame *frame, GstFlowReturn status, gpointer user_data);

/* The pin of a pad. */
GST_KS_API GstKsPin *     gst_ks_pin_get (GstPad *pad, gboolean create);
GST_KS_API GstKsPin *     gst_ks_pin_adopt (GstPad *pad);
GST_KS_API GstPad *       gst_ks_pin_get_pad (GstKsPin *pin);
GST_KS_API gboolean       gst_ks_pin_answer (GstKsPin *pin, GstQuery *query);

/* Its framing; for everybody else it is read-only. */
GST_KS_API GstKsFraming * gst_ks_pin_get_framing (GstKsPin *pin);
GST_KS_API gboolean       gst_ks_pin_get_framing_ex (GstKsPin *pin, guint8 *buf, gsize len, gsize *needed, GError **error);
GST_KS_API void           gst_ks_pin_set_framing (GstKsPin *pin, GstKsFraming *framing);
GST_KS_API gboolean       gst_ks_pin_edit_item (GstKsPin *pin, guint index, const GstKsFramingItem *item, GError **error);
GST_KS_API gboolean       gst_ks_pin_set_preferred_surface (GstKsPin *pin, guint64 surface, GError **error);

/* What the peer's pin says. */
GST_KS_API GstKsFraming * gst_ks_pin_read_peer_framing (GstKsPin *pin, GstKsFramingCacheOp op, GError **error);
GST_KS_API void           gst_ks_pin_write_peer_framing (GstKsPin *pin, GstKsFraming *framing);
GST_KS_API GstKsFramingProp gst_ks_pin_get_peer_form (GstKsPin *pin);

/* The allocator that it was given to take frames from. */
GST_KS_API gboolean       gst_ks_pin_supports_allocator (GstKsPin *pin);
GST_KS_API gboolean       gst_ks_pin_set_allocator (GstKsPin *pin, GstKsPool *allocator, GError **error);
GST_KS_API GstKsPool *    gst_ks_pin_debug_allocator (GstKsPin *pin);
GST_KS_API gboolean       gst_ks_pin_acquire (GstKsPin *pin, GError **error);

/* The allocator that it brings. */
GST_KS_API void           gst_ks_pin_set_dispatch (GstKsPin *pin, const GstKsPinDispatch *dispatch);
GST_KS_API void           gst_ks_pin_set_make_pool (GstKsPin *pin, GstKsPinMakePool make_pool);
GST_KS_API GstKsPool *    gst_ks_pin_create_allocator (GstKsPin *pin, const GstKsAbiFraming *framing, GError **error);

/* The two ends of an ALLOCATION query. */
GST_KS_API gboolean       gst_ks_pin_propose (GstKsPin *pin, GstQuery *query, GError **error);
GST_KS_API gboolean       gst_ks_pin_decide (GstKsPin *pin, GstQuery *query, GstKsDecision *decision, GError **error);
GST_KS_API void           gst_ks_decision_clear (GstKsDecision *decision);

/* Frames that are the element's own, and frames that others only read. */
GST_KS_API gboolean       gst_ks_pin_set_injection (GstKsPin *pin, GstKsPinFrameReturn returned, gpointer user_data, GError **error);
GST_KS_API GstFlowReturn  gst_ks_pin_inject (GstKsPin *pin, const GstKsPinFrame *frame);
GST_KS_API GstBuffer *    gst_ks_pin_seal (GstKsPin *pin, GstBuffer *buffer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsDecision, gst_ks_decision_clear)

G_END_DECLS
