/* How ksallocator answers the ALLOCATION query.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Downstream is asked first. What it says and what the properties say is
 * merged into one offer, and the offer goes to index 0. Only memory that
 * downstream alone can make stays in front of ours, unless answer=authority.
 * A downstream that does not answer has no wishes.
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstkskindword.h"
#include "gstkspoolsetup.h"

#include <gst/ks/gstksquery.h>
#include <gst/ks/gstkssize.h>

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

/* One frame is being filled and one is on its way while the others are held. */
#define FRAMES_IN_MOTION 2

void
ks_agreed_clear (KsAgreed * agreed)
{
  gst_clear_object (&agreed->allocator);
  gst_clear_caps (&agreed->caps);
  *agreed = (KsAgreed) {
  0};
}

/* Under the sink pad's stream lock. */
void
gst_ks_allocator_element_drop_agreed (GstKsAllocatorElement * self)
{
  KsAgreed planned;

  gst_ks_mutex_lock (&self->lock);
  planned = self->planned;
  self->planned = (KsAgreed) {
  .valid = FALSE};
  gst_ks_mutex_unlock (&self->lock);
  ks_agreed_clear (&planned);
  gst_ks_allocator_element_drop_pool (self);
  ks_agreed_clear (&self->agreed);
}

static gboolean
check_budget (const KsSettings * settings, const GstKsQueryOffer * offer,
    GError ** error)
{
  gsize block;

  if (settings->max_bytes == 0 || offer->size == 0
      || !gst_ks_size_block (offer->prefix, offer->size, offer->padding,
          offer->align, &block) || block <= settings->max_bytes)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET,
      "one frame needs %" G_GSIZE_FORMAT " bytes, the budget is max-bytes=%"
      G_GUINT64_FORMAT "; raise it, or choose smaller frames", block,
      settings->max_bytes);
  return FALSE;
}

/* A pool for what was agreed, configured and not active. Fills in what the
 * pool made of it. */
GstBufferPool *
gst_ks_allocator_element_make_pool (GstKsAllocatorElement * self,
    const KsSettings * settings, KsAgreed * agreed, GstCaps * caps,
    GError ** error)
{
  GstKsPoolOptions options = {
    .layout = agreed->layout,
    .zero = settings->zero,
    .guard = settings->guard,
    .on_starve = settings->on_starve,
    .starve_timeout = settings->starve_timeout,
    .account = self->account,
  };
  g_autoptr (GstKsFraming) framing = ks_agreed_to_framing (agreed, error);
  GstKsPoolStatus status;

  if (!framing)
    return NULL;
  gst_ks_allocator_element_watch_pool (self, &options);
  g_autoptr (GstBufferPool) pool =
      GST_BUFFER_POOL (gst_ks_pool_new (agreed->allocator, framing, &options));
  if (!ks_pool_configure (pool, agreed->allocator, &agreed->offer, caps,
          agreed->video_meta && GST_VIDEO_INFO_FORMAT (&agreed->info)
          != GST_VIDEO_FORMAT_UNKNOWN)) {
    ks_rows_set_error (agreed, caps, error);
    return NULL;
  }
  if (GST_VIDEO_INFO_FORMAT (&agreed->info) != GST_VIDEO_FORMAT_UNKNOWN)
    gst_ks_pool_get_video_info (GST_KS_POOL (pool), &agreed->info);
  gst_ks_pool_get_status (GST_KS_POOL (pool), &status);
  gst_ks_allocator_element_watch_path (self, status.cap != 0
      || ks_settings_are_guarded (settings));
  return g_steal_pointer (&pool);
}

/* agreed: with the wish that is served, and the allocator (owned) that it is
 * served from. */
gboolean
gst_ks_allocator_element_agree (GstKsAllocatorElement * self,
    const KsSettings * settings, const GstKsQueryReply * reply, GstCaps * caps,
    KsAgreed * agreed, GError ** error)
{
  gsize size;

  agreed->serial = settings->serial;
  agreed->caps = caps ? gst_caps_ref (caps) : NULL;
  agreed->video_meta = reply->video_meta;
  agreed->any_kind = ks_kind_is_any (agreed->item.memory);
  if (agreed->any_kind && reply->allocator
      && gst_ks_allocator_is_ours (reply->allocator))
    gst_object_replace ((GstObject **) & agreed->allocator,
        GST_OBJECT (reply->allocator));
  agreed->kind =
      g_intern_string (gst_ks_allocator_peek_kind (agreed->allocator));

  size = gst_ks_query_caps_size (caps, &agreed->info);
  agreed->layout = settings->layout;
  if (!ks_rows_join (reply, agreed, error)
      || !gst_ks_query_merge (reply, &agreed->item, size, &agreed->offer,
          error))
    return FALSE;
  if (ks_rows_are_asked_for (agreed)
      && !gst_ks_allocator_element_lay_rows (self, settings, reply, agreed,
          error))
    return FALSE;
  if (!check_budget (settings, &agreed->offer, error))
    return FALSE;
  agreed->valid = TRUE;
  return TRUE;
}

/* Why downstream's answer stays in front, or NULL. */
static gchar *
reason_to_yield (GstKsAllocatorElement * self, const KsSettings * settings,
    const GstKsQueryReply * reply, const KsAgreed * agreed)
{
  const gchar *feature = gst_ks_query_caps_memory (agreed->caps);

  if (settings->answer == KS_ANSWER_AUTHORITY)
    return NULL;
  if (feature)
    return gst_ks_feature_has_kind (feature, agreed->kind) ? NULL :
        g_strdup_printf ("the caps say %s, which %s memory is not", feature,
        agreed->kind);
  if (!gst_ks_query_reply_is_plain (reply)
      && !gst_ks_allocator_element_is_welcome (self, agreed))
    return g_strdup_printf ("downstream wants memory of its own: pool %s,"
        " allocator %s", reply->pool ? G_OBJECT_TYPE_NAME (reply->pool)
        : "none", reply->allocator ? G_OBJECT_TYPE_NAME (reply->allocator)
        : "none");
  if (!agreed->any_kind && reply->allocator
      && gst_ks_allocator_is_ours (reply->allocator)
      && g_strcmp0 (gst_ks_allocator_peek_kind (reply->allocator),
          agreed->kind) != 0)
    return g_strdup_printf ("downstream wants %s memory, not %s",
        gst_ks_allocator_peek_kind (reply->allocator), agreed->kind);
  return NULL;
}

static void
say_yield (GstKsAllocatorElement * self, const KsSettings * settings,
    const KsAgreed * agreed, const gchar * why)
{
  if (!(settings->wishes || settings->layout == GST_KS_LAYOUT_PACKED)
      || self->fallback_said == settings->serial)
    return;
  self->fallback_said = settings->serial;

  g_autofree gchar *text = g_strdup_printf ("%s; its answer stays in front."
      " answer=authority puts ours first, require=copy copies into ours", why);
  gst_ks_allocator_element_say_fallback (self, agreed->kind, "downstream",
      text);
}

/* A cap that the holders alone can use up stops the pipeline: say so once. */
static void
check_cap (GstKsAllocatorElement * self, const KsAgreed * agreed)
{
  const GstKsQueryOffer *offer = &agreed->offer;
  guint64 needed = (guint64) offer->held + FRAMES_IN_MOTION;

  if (offer->cap == 0 || offer->cap >= needed
      || self->cap_warned == agreed->serial)
    return;
  self->cap_warned = agreed->serial;

  g_autoptr (GError) error = g_error_new (GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "frames: at most %u frames may be out; downstream says that it holds %u,"
      " one more is being filled and one is on its way, %" G_GUINT64_FORMAT
      " together. The pipeline may stop (ks-starved will say so): use"
      " frames=..%" G_GUINT64_FORMAT " or more, or on-starve=grow",
      offer->cap, offer->held, needed, needed);
  gst_ks_allocator_element_warn (self, error);
}

static GstStructure *
describe_ours (const KsSettings * settings, const GstKsQueryReply * reply,
    const KsAgreed * agreed)
{
  const GstKsQueryOffer *offer = &agreed->offer;
  const gchar *layout = agreed->default_rows ? "default rows: downstream reads"
      " no GstVideoMeta" : agreed->packed ? "packed" : "any";

  return gst_structure_new ("ks-negotiated",
      "who", G_TYPE_STRING, "ksallocator",
      "answered", G_TYPE_BOOLEAN, reply->answered,
      "kind", G_TYPE_STRING, agreed->kind,
      "size", G_TYPE_UINT64, (guint64) offer->size,
      "align", G_TYPE_UINT64, (guint64) offer->align,
      "prefix", G_TYPE_UINT64, (guint64) offer->prefix,
      "padding", G_TYPE_UINT64, (guint64) offer->padding,
      "min", G_TYPE_UINT, offer->min, "cap", G_TYPE_UINT, offer->cap,
      "layout", G_TYPE_STRING, layout, NULL);
}

static GstStructure *
describe_theirs (const GstKsQueryReply * reply)
{
  const gchar *kind = reply->allocator ? reply->allocator->mem_type : NULL;

  if (!kind)
    kind = reply->pool ? G_OBJECT_TYPE_NAME (reply->pool) : "unknown";
  return gst_structure_new ("ks-negotiated",
      "who", G_TYPE_STRING, reply->answered ? "downstream" : "nobody",
      "answered", G_TYPE_BOOLEAN, reply->answered,
      "kind", G_TYPE_STRING, kind,
      "size", G_TYPE_UINT64, (guint64) reply->size,
      "align", G_TYPE_UINT64, (guint64) reply->align,
      "prefix", G_TYPE_UINT64, (guint64) reply->prefix,
      "padding", G_TYPE_UINT64, (guint64) reply->padding,
      "min", G_TYPE_UINT, reply->min, "cap", G_TYPE_UINT, reply->max,
      "layout", G_TYPE_STRING, "any", NULL);
}

static void
say_negotiated (GstKsAllocatorElement * self, const KsSettings * settings,
    const KsAgreed * agreed, GstStructure * structure)
{
  static const gchar *const answers[] = { "propose", "authority", "none" };

  gst_structure_set (structure, "answer", G_TYPE_STRING,
      answers[settings->answer], "asked", G_TYPE_BOOLEAN, agreed->asked, NULL);
  gst_ks_allocator_element_set_negotiated (self, structure);
}

/* Frames are ours: what they are, and whether they will do. */
void
gst_ks_allocator_element_say_agreed (GstKsAllocatorElement * self,
    const KsSettings * settings, const GstKsQueryReply * reply,
    const KsAgreed * agreed)
{
  check_cap (self, agreed);
  say_negotiated (self, settings, agreed, describe_ours (settings, reply,
          agreed));
}

/* Writes our offer into @query. */
static gboolean
offer (GstKsAllocatorElement * self, const KsSettings * settings,
    GstQuery * query, const GstKsQueryReply * reply, KsAgreed * agreed,
    GError ** error)
{
  g_autoptr (GstBufferPool) pool = NULL;
  gboolean need_pool;

  gst_query_parse_allocation (query, NULL, &need_pool);
  if (need_pool && agreed->caps && agreed->offer.size != 0
      && gst_ks_query_tells_size (reply, agreed->caps)) {
    pool = gst_ks_allocator_element_make_pool (self, settings, agreed,
        agreed->caps, error);
    if (!pool || !check_budget (settings, &agreed->offer, error))
      return FALSE;
  }
  gst_ks_query_write (query, &agreed->offer, agreed->allocator, pool);
  return TRUE;
}

/* Decides and writes; FALSE with @error when the frames cannot be as asked. */
static gboolean
serve (GstKsAllocatorElement * self, KsSettings * settings, GstQuery * query,
    const GstKsQueryReply * reply, KsAgreed * agreed, GError ** error)
{
  g_autofree gchar *why = NULL;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  if (!gst_ks_allocator_element_choose (settings, query, reply->answered, error)
      || !gst_ks_allocator_element_open (self, settings, error))
    return FALSE;
  gst_ks_mutex_lock (&self->lock);
  agreed->item = self->item;
  agreed->allocator = gst_object_ref (self->allocator);
  gst_ks_mutex_unlock (&self->lock);
  if (!gst_ks_allocator_element_agree (self, settings, reply, caps, agreed,
          error))
    return FALSE;
  if (settings->answer == KS_ANSWER_NONE) {
    say_negotiated (self, settings, agreed, describe_theirs (reply));
    return TRUE;
  }
  why = reason_to_yield (self, settings, reply, agreed);
  if (why) {
    say_yield (self, settings, agreed, why);
    say_negotiated (self, settings, agreed, describe_theirs (reply));
    return TRUE;
  }

  if (!gst_ks_allocator_element_check_importers (self, agreed, error))
    return FALSE;
  if (!reply->answered)
    gst_ks_query_forget (query);
  if (!offer (self, settings, query, reply, agreed, error))
    return FALSE;
  gst_ks_allocator_element_say_agreed (self, settings, reply, agreed);
  return TRUE;
}

/* Forwards @query, which upstream @asked or we made ourselves, and answers it.
 * Under the sink pad's stream lock, which a
 * serialized query holds; no lock of ours is held meanwhile. */
gboolean
gst_ks_allocator_element_answer (GstKsAllocatorElement * self, GstQuery * query,
    gboolean asked)
{
  g_autoptr (GError) error = NULL;
  KsAgreed agreed = {.asked = asked };
  KsSettings settings;
  GstKsQueryReply reply;
  gboolean ok;

  if (gst_ks_query_is_planned (query))
    return gst_ks_allocator_element_forward_planned (self, query);
  gboolean answered = gst_pad_peer_query (self->srcpad, query);
  /* a flush cut downstream short: no answer, upstream asks again */
  if (!answered && GST_PAD_IS_FLUSHING (self->srcpad))
    return FALSE;
  gst_ks_allocator_element_get_settings (self, &settings);
  gst_ks_query_read (query, answered, &reply);

  ok = serve (self, &settings, query, &reply, &agreed, &error);
  gst_ks_allocator_element_drop_agreed (self);
  if (ok) {
    /* equal caps are one object here: each buffer is held against them */
    if (self->caps && agreed.caps
        && gst_caps_is_equal (self->caps, agreed.caps))
      gst_caps_replace (&agreed.caps, self->caps);
    self->agreed = agreed;
    g_atomic_int_set (&self->starve_warned, FALSE);
    answered = answered || gst_query_get_n_allocation_params (query) > 0;
  } else {
    gst_ks_allocator_element_fail (self, error);
    ks_agreed_clear (&agreed);
  }
  gst_ks_query_reply_clear (&reply);
  ks_settings_clear (&settings);
  return answered;
}
