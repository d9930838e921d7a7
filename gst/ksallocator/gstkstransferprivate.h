/* What the files of ksupload and ksdownload share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstransfer.h"

#include <gst/ks/gstks.h>
#include <gst/ks/gstkslock.h>
#include <gst/ks/gstksquery.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_ks_transfer_debug);

/* How a frame comes to the other side, the cheapest first. */
typedef enum
{
  KS_WAY_PASS,
  KS_WAY_IMPORT,
  KS_WAY_MAP_COPY,
  KS_WAY_STAGING,
  KS_WAY_NONE
} KsWay;

/* What the properties say; a snapshot. */
typedef struct
{
  const gchar *memory;          /* interned */
  const gchar *device;          /* interned; NULL: any */
  guint serial;                 /* counts changes */
  gboolean unset;               /* memory is the element's default */
} KsTransferWish;

/* What frames shall be for the caps in force. */
typedef struct
{
  gboolean valid;
  GstElement *element;          /* whose it is; borrowed */
  const gchar *kind;            /* interned; a group: what meets it; NULL: whatever comes */
  const gchar *device;          /* interned; NULL: any */
  const gchar *feature;         /* interned; of the caps that go out; NULL: none */
  const gchar *from_feature;    /* of the caps that come in */
  gchar *why;                   /* owned: why this kind */
  GstAllocator *allocator;      /* owned: of copies; NULL: those of theirs */
  GstKsBackend *foreign;        /* owned: reaches others' memory that comes in; NULL: none */
  gboolean foreign_sought;
  GstBufferPool *theirs;        /* owned: downstream's, of a type of its own; else NULL */
  gboolean mapped;              /* the CPU can map what allocator makes */
  GstCaps *caps;                /* owned; that go out; NULL: none were given */
  GstVideoInfo info;            /* of caps; format UNKNOWN: no raw video */
  GstKsQueryOffer offer;
  gboolean video_meta;          /* downstream reads GstVideoMeta */
} KsTarget;

typedef struct
{
  GstKsPin *sinkpin;
  GstKsPin *srcpin;
  GstKsAccount *account;

  /* Guards what follows; never held while another element is called. */
  GMutex lock;
  gchar *memory;                /* as somebody wrote it; NULL: the default */
  gchar *device;
  GError *bad;                  /* why memory cannot be; NULL: it is in force */
  guint serial;
  GstStructure *negotiated;     /* NULL: nothing yet */
  GstBufferPool *pool;          /* that frames are made of; NULL: none yet */
  gboolean flushing;            /* nobody may wait for a frame of ours */
  GWeakRef offered;             /* the pool that upstream was given last */

  gint failed;                  /* atomic; a GstFlowReturn that buffers get, 0: none */

  /* Under the sink pad's stream lock. */
  GstCaps *caps;                /* that come in; NULL: none */
  KsTarget target;
  guint refusals;               /* of imports, in a row */
  KsWay way;                    /* of the last frame, with the kind that it came in */
  const gchar *from;            /* interned */
  gboolean fallback_said;       /* since the target changed */
} KsTransfer;

KsTransfer *  gst_ks_transfer_peek (GstKsTransfer * self);

/* gstkstransferprops.c */
void     gst_ks_transfer_install_properties (GObjectClass * klass, const gchar * memory);
void     gst_ks_transfer_set_property (GObject * object, guint id, const GValue * value, GParamSpec * pspec);
void     gst_ks_transfer_get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec);
void     gst_ks_transfer_get_wish (GstKsTransfer * self, KsTransferWish * wish);
void     gst_ks_transfer_say_framing (GstKsTransfer * self, GstAllocator * allocator);

/* gstkstransferreport.c */
void     gst_ks_transfer_fail (GstKsTransfer * self, const GError * error);
void     gst_ks_transfer_say_way (GstKsTransfer * self, KsWay way, GstBuffer * from);
void     gst_ks_transfer_say_fallback (GstKsTransfer * self, KsWay wanted, KsWay used, const GError * error);

/* gstkstransfercaps.c */
GstCaps * gst_ks_transfer_transform_caps (GstBaseTransform * trans, GstPadDirection direction, GstCaps * caps, GstCaps * filter);
GstCaps * gst_ks_transfer_fixate_caps (GstBaseTransform * trans, GstPadDirection direction, GstCaps * caps, GstCaps * made);

/* gstkstransfertarget.c */
gboolean ks_is_video (const GstVideoInfo * info);
void     gst_ks_transfer_drop_target (GstKsTransfer * self);
gboolean gst_ks_transfer_decide (GstKsTransfer * self, GstQuery * query, GError ** error);
void     gst_ks_transfer_know_foreign (GstKsTransfer * self, GstMemory * memory);
gboolean gst_ks_transfer_ensure_target (GstKsTransfer * self, GError ** error);

/* gstkstransferpool.c */
GstBufferPool * gst_ks_transfer_new_pool (GstKsTransfer * self, GstKsQueryOffer * offer, GstCaps * caps, GError ** error);
void            gst_ks_transfer_set_flushing (GstKsTransfer * self, gboolean flushing);
void            gst_ks_transfer_drop_pool (GstKsTransfer * self);
GstFlowReturn   gst_ks_transfer_acquire (GstKsTransfer * self, GstBuffer * in, GstBuffer ** buffer, GError ** error);

/* gstkstransferoffer.c */
GType    ks_any_kind_api_get_type (void);
void     gst_ks_transfer_say_needs (GstKsTransfer * self);
gboolean gst_ks_transfer_propose (GstKsTransfer * self, GstQuery * decided, GstQuery * query);

/* gstkstransferway.c */
gboolean      gst_ks_transfer_passes (GstKsTransfer * self, GstBuffer * buffer);
GstFlowReturn gst_ks_transfer_run (GstKsTransfer * self, GstBuffer * in, GstBuffer ** out);

/* gstkstransferpicture.c */
typedef struct
{
  const KsTarget *target;
  const GstVideoInfo *info;     /* target's */
  const gchar *kind;            /* of the picture */
  GstBuffer *picture;           /* one memory a plane */
  GstBuffer *bytes;             /* rows wherever its GstVideoMeta says */
  gboolean up;                  /* from bytes to the picture */
} KsPictureCopy;

/* The kind of frames that are pictures of a device by their caps feature; NULL: they are not. */
const gchar * ks_picture_kind (const gchar * feature);
gboolean ks_buffer_is_picture (const GstVideoInfo * info, GstBuffer * buffer);
gboolean ks_transfer_picture (const KsPictureCopy * copy, GError ** error);

/* gstkstransfercopy.c */
gboolean ks_memory_is_far (GstMemory * memory);
gboolean ks_buffer_is_far (const KsTarget * target, GstBuffer * buffer);
gboolean ks_buffer_check_frame (const GstVideoInfo * info, GstBuffer * in, GError ** error);
gboolean ks_buffer_has_rows_of (GstBuffer * buffer, const GstVideoInfo * info);
gboolean ks_transfer_map (const KsTarget * target, GstBuffer * in, GstBuffer * out, GError ** error);
gboolean ks_transfer_stage (const KsTarget * target, GstBuffer * in, GstBuffer * out, gboolean distrust, GError ** error);

G_END_DECLS
