/* What the frames behind ksupload and ksdownload shall be: properties, caps and downstream's answer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A kind that somebody wrote is the kind. Otherwise it is what the caps name,
 * what downstream offers, which is the plan's where there is one, or what
 * downstream's framing asks for; and otherwise whatever comes goes on.
 */
#include "config.h"

#include "gstkskindword.h"
#include "gstkscapsfeature.h"
#include "gstkstransferprivate.h"

#define GST_CAT_DEFAULT gst_ks_transfer_debug

gboolean
ks_is_video (const GstVideoInfo * info)
{
  return GST_VIDEO_INFO_FORMAT (info) != GST_VIDEO_FORMAT_UNKNOWN
      && GST_VIDEO_INFO_FORMAT (info) != GST_VIDEO_FORMAT_ENCODED;
}

static void
target_clear (KsTarget * target)
{
  g_free (target->why);
  gst_clear_object (&target->allocator);
  gst_clear_object (&target->theirs);
  g_clear_object (&target->foreign);
  gst_clear_caps (&target->caps);
  *target = (KsTarget) {
  .valid = FALSE};
  gst_video_info_init (&target->info);
}

/* Under the sink pad's stream lock. */
void
gst_ks_transfer_drop_target (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  gst_ks_transfer_drop_pool (self);
  target_clear (&priv->target);
  priv->refusals = 0;
  priv->way = KS_WAY_NONE;
  priv->fallback_said = FALSE;
}

static void
read_caps (KsTarget * target, GstCaps * caps)
{
  gst_video_info_init (&target->info);
  if (caps == NULL || !gst_caps_is_fixed (caps))
    return;
  target->caps = gst_caps_ref (caps);
  target->feature = ks_feature_of (gst_caps_get_features (caps, 0));
  if (gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw")
      && !gst_video_info_from_caps (&target->info, caps))
    gst_video_info_init (&target->info);
}

static gboolean
take_kind (KsTarget * target, const KsTransferWish * wish, const gchar * why,
    GError ** error)
{
  GstAllocator *allocator = ks_kind_open (wish->memory, wish->device,
      target->element, error);

  if (allocator == NULL)
    return FALSE;
  target->allocator = allocator;
  target->kind = wish->memory;
  target->device = wish->device;
  target->why = g_strdup (why);
  return TRUE;
}

/* What the device copies into at once, where the CPU can read it; NULL: there is
 * nothing such. */
static GstAllocator *
open_bytes_of_picture (const KsTarget * target)
{
  const gchar *kind = target->feature != target->from_feature ?
      ks_picture_kind (target->from_feature) : NULL;
  GstAllocator *bytes = kind ? ks_kind_open (kind, NULL, target->element,
      NULL) : NULL;

  if (bytes && (target->feature || !ks_allocator_is_mapped (bytes)))
    gst_clear_object (&bytes);
  return bytes;
}

/* Any of several kinds will do: copies are made of what downstream has, where
 * that is one of them. */
static gboolean
take_group (KsTarget * target, const gchar * group,
    const GstKsQueryReply * reply, GError ** error)
{
  GstAllocator *offered = reply->allocator;

  if (offered && gst_ks_allocator_is_ours (offered)
      && gst_ks_kind_meet (group, gst_ks_allocator_peek_kind (offered)))
    target->allocator = gst_object_ref (offered);
  else
    target->allocator = open_bytes_of_picture (target);
  if (target->allocator && !gst_ks_kind_meet (group,
          gst_ks_allocator_peek_kind (target->allocator)))
    gst_clear_object (&target->allocator);
  if (target->allocator == NULL)
    target->allocator = ks_kind_open ("system", NULL, target->element, error);
  target->kind = g_intern_string (group);
  target->why = g_strdup_printf ("the property memory says %s", group);
  return target->allocator != NULL;
}

/* Whatever comes goes on, but rows may have to be moved. */
static gboolean
take_any (KsTarget * target, const gchar * why, GError ** error)
{
  target->allocator = open_bytes_of_picture (target);
  if (target->allocator == NULL)
    target->allocator = ks_kind_open ("system", NULL, target->element, error);
  target->why = g_strdup (why);
  return target->allocator != NULL;
}

/* The first kind of the feature that is here, else what downstream has. */
static gboolean
take_feature (KsTarget * target, GstQuery * query,
    const GstKsQueryReply * reply, GError ** error)
{
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;
  g_autofree gchar *why = g_strdup_printf ("the caps say %s", target->feature);
  g_autoptr (GError) last = NULL;
  const gchar *kind;

  if (target->feature == target->from_feature)
    return take_any (target, why, error);
  for (guint i = 0; (kind = gst_ks_feature_nth_kind (target->feature, i)); i++) {
    KsTransferWish wish = { kind, NULL, 0 };

    g_clear_error (&last);
    if (take_kind (target, &wish, why, &last))
      return TRUE;
  }
  if (reply->pool && !gst_ks_query_reply_is_plain (reply)
      && gst_ks_query_decide (query, NULL, &decision, NULL) && decision.pool) {
    target->theirs = g_steal_pointer (&decision.pool);
    target->kind = g_intern_static_string ("downstream");
    target->why = g_steal_pointer (&why);
    return TRUE;
  }
  g_propagate_prefixed_error (error, g_steal_pointer (&last),
      "nobody here makes frames of %s: ", target->feature);
  return FALSE;
}

/* What downstream's framing names first, of what is here. */
static gboolean
take_asked (KsTarget * target, GstQuery * query)
{
  g_autoptr (GstKsFraming) framing =
      gst_ks_query_get_allocation_framing (query, NULL);

  for (guint i = 0; framing && i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    KsTransferWish wish = { g_intern_string (item->memory),
      item->device ? g_intern_string (item->device) : NULL, 0
    };

    if (ks_kind_is_any (item->memory))
      return FALSE;
    if (take_kind (target, &wish, "downstream's framing asks for it", NULL))
      return TRUE;
  }
  return FALSE;
}

/* Ordinary memory that is offered is no wish for it. */
static gboolean
take_offered (KsTarget * target, GstAllocator * allocator)
{
  const gchar *kind = allocator ? gst_ks_allocator_peek_kind (allocator) : NULL;

  if (kind == NULL || g_str_equal (kind, "system"))
    return FALSE;
  target->allocator = gst_object_ref (allocator);
  target->kind = g_intern_string (kind);
  target->why = g_strdup ("downstream, or the plan, offers it");
  return TRUE;
}

/* Nobody named a kind: then pictures of a device need not be copied once more
 * from where it puts them itself, if the CPU can map that. */
static gboolean
take_bytes_of_picture (KsTarget * target, const KsTransferWish * wish,
    GstQuery * query)
{
  if (!wish->unset || gst_ks_query_is_planned (query))
    return FALSE;
  target->allocator = open_bytes_of_picture (target);
  if (target->allocator == NULL)
    return FALSE;
  target->kind =
      g_intern_string (gst_ks_allocator_peek_kind (target->allocator));
  target->why = g_strdup ("the device puts pictures there itself, and the CPU"
      " can map them");
  return TRUE;
}

static gboolean
choose_kind (KsTarget * target, const KsTransferWish * wish, GstQuery * query,
    const GstKsQueryReply * reply, GError ** error)
{
  if (take_bytes_of_picture (target, wish, query))
    return TRUE;
  if (!g_str_equal (wish->memory, "auto"))
    return ks_kind_is_any (wish->memory)
        ? take_group (target, wish->memory, reply, error)
        : take_kind (target, wish, "the property memory says so", error);
  if (ks_feature_is_known (target->feature))
    return take_feature (target, query, reply, error);
  if (take_offered (target, reply->allocator) || take_asked (target, query))
    return TRUE;
  return take_any (target, "nobody asks for a kind", error);
}

/* Frames that the CPU cannot map go to nobody who has not said that he takes
 * them. */
static gboolean
check_taken (const KsTarget * target, GstQuery * query,
    const GstKsQueryReply * reply, GError ** error)
{
  g_autoptr (GstKsFraming) framing = NULL;

  if (target->mapped || target->feature
      || (reply->allocator && g_strcmp0 (target->kind,
              gst_ks_allocator_peek_kind (reply->allocator)) == 0))
    return TRUE;
  if (gst_query_find_allocation_meta (query, ks_any_kind_api_get_type (), NULL))
    return TRUE;
  framing = gst_ks_query_get_allocation_framing (query, NULL);
  for (guint i = 0; framing && i < gst_ks_framing_get_n_items (framing); i++) {
    const gchar *kind = gst_ks_framing_peek_item (framing, i)->memory;

    if (g_str_equal (kind, "any") || g_strcmp0 (kind, target->kind) == 0)
      return TRUE;
  }
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "the CPU cannot map it, and downstream does not say that it can take it;"
      " put ksdownload in front of what works on the CPU");
  return FALSE;
}

static gboolean
merge (KsTarget * target, const GstKsQueryReply * reply, GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  gsize size = ks_is_video (&target->info) ? GST_VIDEO_INFO_SIZE (&target->info)
      : 0;

  target->video_meta = reply->video_meta;
  return gst_ks_query_merge (reply, &item, size, &target->offer, error);
}

/* Reads downstream's answer in @query. Under the sink pad's stream lock. */
gboolean
gst_ks_transfer_decide (GstKsTransfer * self, GstQuery * query, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  KsTarget *target = &priv->target;
  KsTransferWish wish;
  GstKsQueryReply reply;
  GstCaps *caps;
  gboolean good;

  gst_ks_transfer_get_wish (self, &wish);
  gst_ks_transfer_drop_target (self);
  gst_query_parse_allocation (query, &caps, NULL);
  read_caps (target, caps);
  target->element = GST_ELEMENT (self);
  if (priv->caps)
    target->from_feature = ks_feature_of (gst_caps_get_features (priv->caps,
            0));
  gst_ks_query_read (query, TRUE, &reply);
  good = choose_kind (target, &wish, query, &reply, error)
      && merge (target, &reply, error);
  target->mapped = good && (target->theirs
      || ks_allocator_is_mapped (target->allocator));
  good = good && check_taken (target, query, &reply, error);
  gst_ks_query_reply_clear (&reply);
  target->valid = good;
  if (good)
    gst_ks_transfer_say_needs (self);
  else
    ks_error_name_kind (error, target->kind ? target->kind : wish.memory,
        wish.device);
  return good;
}

/* Elements of a device make its memory too, which our backend can reach where
 * it knows the device. Under the sink pad's stream lock. */
void
gst_ks_transfer_know_foreign (GstKsTransfer * self, GstMemory * memory)
{
  KsTarget *target = &gst_ks_transfer_peek (self)->target;
  const gchar *kind;

  if (target->foreign_sought || !ks_feature_is_device (target->from_feature)
      || gst_ks_allocator_is_ours (memory->allocator))
    return;
  target->foreign_sought = TRUE;
  for (guint i = 0; !target->foreign
      && (kind = gst_ks_feature_nth_kind (target->from_feature, i)); i++) {
    g_autoptr (GError) why = NULL;
    /* with what the neighbours share besides the device, as its queue */
    g_autofree gchar *device = gst_ks_backend_find_device (kind,
        target->element);

    GST_LOG_OBJECT (self, "%s shared by neighbours: %s", kind,
        device ? device : "nothing");
    target->foreign = gst_ks_backend_get_for_memory (kind, memory, &why);
    if (why)
      GST_INFO_OBJECT (self, "%s of others cannot be reached: %s", kind,
          why->message);
  }
}

/* Where there are no caps, or upstream asks before it has any, the base class
 * does not ask downstream. FALSE without error: a flush came in between. */
gboolean
gst_ks_transfer_ensure_target (GstKsTransfer * self, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  GstPad *pad = GST_BASE_TRANSFORM_SRC_PAD (self);
  g_autoptr (GstQuery) query = NULL;

  if (priv->target.valid)
    return TRUE;
  query = gst_query_new_allocation (NULL, FALSE);
  if (!gst_pad_peer_query (pad, query)) {
    if (GST_PAD_IS_FLUSHING (pad))
      return FALSE;
    gst_ks_query_forget (query);
  }
  return gst_ks_transfer_decide (self, query, error);
}
