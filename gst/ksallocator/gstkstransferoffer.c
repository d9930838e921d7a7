/* What ksupload and ksdownload offer upstream: frames that need not be copied.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who writes into frames of the wanted kind saves the copy. Where upstream
 * cannot write them, it makes its own, with rows wherever it likes, since they
 * are moved in any case. Where whatever comes goes on, downstream answers.
 */
#include "config.h"

#include "gstkskindword.h"
#include "gstkstransferprivate.h"

#define GST_CAT_DEFAULT gst_ks_transfer_debug

/* A pool is for raw video; others take the allocator. */
static gboolean
offer_ours (GstKsTransfer * self, GstQuery * query)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  KsTarget *target = &priv->target;
  GstKsQueryOffer offer = target->offer;
  g_autoptr (GstBufferPool) pool = NULL;
  g_autoptr (GError) why = NULL;
  gboolean need_pool;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, &need_pool);
  /* a pool has frames of one layout */
  if (need_pool && caps != NULL && gst_caps_is_fixed (caps)
      && ks_is_video (&target->info)) {
    pool = gst_ks_transfer_new_pool (self, &offer, caps, &why);
    if (pool == NULL) {
      GST_DEBUG_OBJECT (self, "no pool for upstream: %s", why->message);
      return FALSE;
    }
    g_weak_ref_set (&priv->offered, pool);
  }
  gst_ks_query_write (query, &offer, target->allocator, pool);
  return TRUE;
}

static void
copy_metas (GstQuery * decided, GstQuery * query)
{
  guint n = decided ? gst_query_get_n_allocation_metas (decided) : 0;

  for (guint i = 0; i < n; i++) {
    const GstStructure *params;
    GType api = gst_query_parse_nth_allocation_meta (decided, i, &params);

    if (api != GST_KS_FRAMING_META_API_TYPE
        && api != ks_any_kind_api_get_type ())
      gst_query_add_allocation_meta (query, api, params);
  }
}

/* An entry of the ALLOCATION query: frames of any kind may come, of those too
 * that the CPU cannot map. No buffer ever has such a meta. A tee keeps an entry
 * that all its branches have, but before GStreamer 1.26 none with a text in it,
 * as the framing has. */
GType
ks_any_kind_api_get_type (void)
{
  static gsize type;
  static const gchar *tags[] = { "memory", NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        gst_meta_api_type_register ("GstKsAnyKindMetaAPI", tags));
  return type;
}

/* Frames that are copied here may be of any kind. */
static void
say_any_kind (GstQuery * query)
{
  GType api = ks_any_kind_api_get_type ();
  g_autoptr (GstKsFraming) any = gst_ks_framing_parse ("any", NULL);

  gst_ks_query_add_allocation_framing (query, any);
  if (!gst_query_find_allocation_meta (query, api, NULL))
    gst_query_add_allocation_meta (query, api, NULL);
}

/* And their rows anywhere, which costs nothing where there is a copy. */
static void
say_any_rows (GstQuery * query)
{
  if (!gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL))
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
}

/* Upstream can fill them, and they go on as they are; or they are bytes of the
 * device, from which it makes its pictures itself. */
static gboolean
can_be_filled (const KsTarget * target)
{
  return target->kind && target->allocator && target->mapped
      && (target->feature == target->from_feature
      || (target->from_feature == NULL && ks_picture_kind (target->feature)))
      && !ks_kind_is_any (target->kind);
}

static gboolean
is_passing (const KsTarget * target)
{
  return target->kind == NULL && target->feature == target->from_feature;
}

/* To a negotiator, by the pin: frames that go on as they are come first, and
 * all others may come. Where whatever comes goes on, downstream speaks for us.
 * Under the sink pad's stream lock. */
void
gst_ks_transfer_say_needs (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  const KsTarget *target = &priv->target;
  g_autoptr (GstKsFraming) framing = NULL;
  GstKsFramingItem items[2] = {
    GST_KS_FRAMING_ITEM_INIT (target->kind), GST_KS_FRAMING_ITEM_INIT ("any")
  };
  gboolean liked = can_be_filled (target)
      || (target->kind && ks_kind_is_any (target->kind));

  items[0].device = target->device;
  items[0].weight = 1;
  if (target->allocator)
    items[0].flags = ks_allocator_get_flags (target->allocator);
  items[0].align = MAX (target->offer.align, 1);
  items[0].prefix = target->offer.prefix;
  items[0].padding = target->offer.padding;
  if (!is_passing (target))
    framing = gst_ks_framing_new (&items[liked ? 0 : 1], liked ? 2 : 1, NULL,
        NULL);
  gst_ks_pin_set_framing (priv->sinkpin, framing);
}

/* Frames of another kind than the wanted one, which would be copied right here. */
static gboolean
offers_another (GstQuery * decided, const gchar * kind)
{
  g_autoptr (GstAllocator) allocator = NULL;
  const gchar *offered;

  if (decided == NULL || gst_query_get_n_allocation_params (decided) == 0)
    return FALSE;
  gst_query_parse_nth_allocation_param (decided, 0, &allocator, NULL);
  offered = allocator ? gst_ks_allocator_peek_kind (allocator) : NULL;
  return offered && !g_str_equal (offered, kind);
}

/* Whether downstream speaks for us. */
static gboolean
hands_on (const KsTarget * target, GstQuery * decided)
{
  if (target->feature != target->from_feature)
    return FALSE;
  return target->kind == NULL || ks_kind_is_any (target->kind)
      || (g_str_equal (target->kind, "system")
      && !offers_another (decided, "system"));
}

/* A negotiator reads the pin; a query that went on from here would tie both
 * sides of the element together. */
static gboolean
propose_planned (const KsTarget * target, gboolean any_rows, GstPad * pad,
    GstQuery * decided, GstQuery * query)
{
  if (is_passing (target))
    return gst_pad_peer_query (pad, query);
  copy_metas (decided, query);
  say_any_kind (query);
  if (any_rows || !can_be_filled (target))
    say_any_rows (query);
  return TRUE;
}

/* @decided: downstream's answer; NULL: it was not asked. */
gboolean
gst_ks_transfer_propose (GstKsTransfer * self, GstQuery * decided,
    GstQuery * query)
{
  KsTarget *target = &gst_ks_transfer_peek (self)->target;
  GstKsTransferClass *klass = GST_KS_TRANSFER_GET_CLASS (self);
  GstPad *pad = GST_BASE_TRANSFORM_SRC_PAD (self);
  g_autoptr (GError) error = NULL;

  if (!gst_ks_transfer_ensure_target (self, &error)) {
    if (error)
      gst_ks_transfer_fail (self, error);
    return FALSE;
  }
  if (gst_ks_query_is_planned (query))
    return propose_planned (target, klass->any_rows, pad, decided, query);
  if (hands_on (target, decided)) {
    gboolean answered = gst_pad_peer_query (pad, query);

    if (target->kind == NULL)
      return answered;
    if (!answered)
      gst_ks_query_forget (query);
  } else {
    copy_metas (decided, query);
    if (can_be_filled (target))
      (void) offer_ours (self, query);
  }
  say_any_kind (query);
  if (klass->any_rows || !can_be_filled (target))
    say_any_rows (query);
  return TRUE;
}
