/* What the files of the element ksallocator share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocatorelement.h"

#include <gst/ks/gstks.h>
#include <gst/ks/gstkslock.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_ks_allocator_element_debug);

typedef enum
{
  KS_ANSWER_PROPOSE,
  KS_ANSWER_AUTHORITY,
  KS_ANSWER_NONE
} KsAnswer;

typedef enum
{
  KS_REQUIRE_OFF,
  KS_REQUIRE_WARN,
  KS_REQUIRE_ERROR,
  KS_REQUIRE_COPY
} KsRequire;

/* The properties that say what the frames shall be, as somebody wrote them. */
typedef struct
{
  gchar *memory;                /* NULL: auto */
  gchar *device;
  gchar *frames;
  gchar *size;
  gchar *framing;
  guint align;                  /* bytes */
} KsTexts;

/* What is in force. A snapshot is taken with ks_settings_copy(). */
typedef struct
{
  guint serial;                 /* counts changes */
  GstKsFraming *framing;        /* the shorthands are one item of it */
  gboolean wishes;              /* somebody asked for something */
  GstKsLayout layout;
  KsAnswer answer;
  KsRequire require;
  GstKsStarve on_starve;
  GstClockTime starve_timeout;
  GstKsZero zero;
  GstKsGuard guard;
  guint64 max_bytes;            /* 0: no budget */
  guint best;                   /* item of framing that is tried first */
} KsSettings;

/* What was agreed for the caps in force. */
typedef struct
{
  gboolean valid;
  gboolean asked;               /* by upstream; otherwise by ourselves */
  guint serial;                 /* of the settings it was made from */
  guint late;                   /* buffers since the settings changed */
  GstCaps *caps;                /* NULL: none were given; the element's own object where equal */
  GstKsFramingItem item;        /* the wish that was served; its strings are interned */
  gboolean any_kind;            /* the wish names no kind */
  const gchar *kind;            /* interned */
  GstAllocator *allocator;
  GstKsQueryOffer offer;
  gboolean video_meta;          /* downstream reads GstVideoMeta */
  GstKsLayout layout;           /* what the pool is told */
  gboolean packed;              /* rows have to lie as in info */
  gboolean default_rows;        /* rows were asked for, but downstream knows default rows only */
  GstVideoInfo info;            /* of our frames; format UNKNOWN: no raw video */
} KsAgreed;

struct _GstKsAllocatorElement
{
  GstElement parent;

  GstPad *sinkpad;
  GstPad *srcpad;
  GstKsPin *sinkpin;
  GstKsPin *srcpin;
  GstKsAccount *account;

  /* Guards what follows; never held while another element is called. */
  GMutex lock;
  KsTexts texts;
  GError *bad;                  /* why texts cannot be; NULL: they are in force */
  KsSettings settings;
  GstStructure *negotiated;     /* NULL: nothing agreed yet */
  guint64 unmet;                /* buffers that did not meet the agreement */
  GstAllocator *allocator;      /* opened for settings allocator_serial */
  GstKsFramingItem item;        /* that allocator serves */
  guint allocator_serial;       /* 0: none open */
  guint allocator_best;         /* item that was tried first for it */
  gboolean unused_said;         /* which fields of the framing nobody acts on */
  GstBufferPool *pool;          /* that copies are made into; NULL: none yet */
  GstKsWatch *watch;            /* NULL: nobody can starve */
  GWeakRef offered;             /* the pool that upstream was given last */
  gboolean flushing;            /* nobody may wait for a frame of ours */

  gboolean offered_planned;     /* by a negotiator, maybe to others as well */
  gboolean planned_answered;    /* downstream, when a negotiator asked last */
  KsAgreed planned;             /* by a negotiator; valid: not adopted yet */

  gint failed;                  /* atomic; a GstFlowReturn that chain returns, 0: none */
  gint starve_warned;           /* atomic; since the last agreement */

  /* Under the sink pad's stream lock. */
  GstCaps *caps;
  GstVideoInfo info;            /* of caps; format UNKNOWN: no raw video */
  KsAgreed agreed;
  guint cap_warned;             /* serial for which the low cap was said */
  guint fallback_said;          /* serial for which the fallback was said */
  gboolean miss_warned;         /* since the last caps */
};

/* gstksallocatorprops.c */
void     gst_ks_allocator_element_install_properties (GObjectClass * klass);
void     gst_ks_allocator_element_init_settings (GstKsAllocatorElement * self);
void     gst_ks_allocator_element_say_framing (GstKsAllocatorElement * self);
/* Again, now that the kinds can be asked. */
void     gst_ks_allocator_element_say_kinds (GstKsAllocatorElement * self);
void     gst_ks_allocator_element_clear_settings (GstKsAllocatorElement * self);
void     gst_ks_allocator_element_get_settings (GstKsAllocatorElement * self, KsSettings * settings);
void     ks_settings_clear (KsSettings * settings);
gboolean ks_settings_are_guarded (const KsSettings * settings);

/* gstksallocatorsettings.c */
void           ks_texts_copy (KsTexts * to, const KsTexts * from);
void           ks_texts_clear (KsTexts * texts);
GstKsFraming * ks_texts_to_framing (const KsTexts * texts, GError ** error);

/* gstksallocatorreport.c */
void gst_ks_allocator_element_fail (GstKsAllocatorElement * self, const GError * error);
void gst_ks_allocator_element_warn (GstKsAllocatorElement * self, const GError * error);
void gst_ks_allocator_element_say_fallback (GstKsAllocatorElement * self, const gchar * wanted, const gchar * used, const gchar * text);
void gst_ks_allocator_element_set_negotiated (GstKsAllocatorElement * self, GstStructure * structure);
void gst_ks_allocator_element_watch_path (GstKsAllocatorElement * self, gboolean watched);
void gst_ks_allocator_element_watch_pool (GstKsAllocatorElement * self, GstKsPoolOptions * options);
void gst_ks_allocator_element_say_leaked (GstKsAllocatorElement * self);
void gst_ks_allocator_element_say_guard (GstKsAllocatorElement * self, const KsSettings * settings, GstAllocator * allocator);

/* gstksallocatoropen.c */
gboolean gst_ks_allocator_element_open (GstKsAllocatorElement * self, const KsSettings * settings, GError ** error);
/* (transfer full) */
GstKsFraming * gst_ks_allocator_element_with_kinds (GstKsFraming * framing);
gboolean gst_ks_allocator_element_choose (KsSettings * settings, GstQuery * query, gboolean answered, GError ** error);

/* gstksallocatorquery.c */
gboolean        gst_ks_allocator_element_answer (GstKsAllocatorElement * self, GstQuery * query, gboolean asked);
GstBufferPool * gst_ks_allocator_element_make_pool (GstKsAllocatorElement * self, const KsSettings * settings, KsAgreed * agreed, GstCaps * caps, GError ** error);
void            gst_ks_allocator_element_drop_agreed (GstKsAllocatorElement * self);

gboolean        gst_ks_allocator_element_agree (GstKsAllocatorElement * self, const KsSettings * settings, const GstKsQueryReply * reply, GstCaps * caps, KsAgreed * agreed, GError ** error);
void            gst_ks_allocator_element_say_agreed (GstKsAllocatorElement * self, const KsSettings * settings, const GstKsQueryReply * reply, const KsAgreed * agreed);
void            ks_agreed_clear (KsAgreed * agreed);

/* gstksallocatorrows.c */
/* What a pool is to be made with. */
GstKsFraming *  ks_agreed_to_framing (const KsAgreed * agreed, GError ** error);
void            ks_rows_set_error (const KsAgreed * agreed, GstCaps * caps, GError ** error);
/* Adds what downstream asks of rows to what we ask. */
gboolean        ks_rows_join (const GstKsQueryReply * reply, KsAgreed * agreed, GError ** error);
gboolean        ks_rows_are_asked_for (const KsAgreed * agreed);
gboolean        gst_ks_allocator_element_lay_rows (GstKsAllocatorElement * self, const KsSettings * settings, const GstKsQueryReply * reply, KsAgreed * agreed, GError ** error);

/* gstksallocatorplan.c */
gboolean        gst_ks_allocator_element_forward_planned (GstKsAllocatorElement * self, GstQuery * query);
GstBufferPool * gst_ks_allocator_element_make_planned (GstKsPin * pin, GstAllocator * allocator, const GstKsFraming * framing, GstQuery * query, GError ** error);
void            gst_ks_allocator_element_adopt_planned (GstKsAllocatorElement * self);

/* gstksallocatorimporters.c */
gboolean        gst_ks_allocator_element_check_importers (GstKsAllocatorElement * self, const KsAgreed * agreed, GError ** error);
gboolean        gst_ks_allocator_element_is_welcome (GstKsAllocatorElement * self, const KsAgreed * agreed);

/* gstksallocatorcheck.c */
gboolean      gst_ks_allocator_element_checks (GstKsAllocatorElement * self);
GstFlowReturn gst_ks_allocator_element_check (GstKsAllocatorElement * self, GstBuffer ** buffer);
void          gst_ks_allocator_element_set_flushing (GstKsAllocatorElement * self, gboolean flushing);
void          gst_ks_allocator_element_leave (GstKsAllocatorElement * self);
void          gst_ks_allocator_element_drop_pool (GstKsAllocatorElement * self);

G_END_DECLS
