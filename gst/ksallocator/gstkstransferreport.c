/* What ksupload and ksdownload say: which way frames take, which did not go, errors.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkskindword.h"
#include "gstksmessage.h"
#include "gstkstransferprivate.h"

#define GST_CAT_DEFAULT gst_ks_transfer_debug

static const gchar *const way_names[] = {
  "pass", "import", "map-copy", "staging", "none"
};

G_STATIC_ASSERT (G_N_ELEMENTS (way_names) == KS_WAY_NONE + 1);

/* Posts @error as an element error, once; buffers get an error from then on
 * until the properties change or the element starts anew. Any thread. */
void
gst_ks_transfer_fail (GstKsTransfer * self, const GError * error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  if (g_atomic_int_compare_and_exchange (&priv->failed, 0, GST_FLOW_ERROR))
    ks_message_error (GST_ELEMENT (self), error);
}

static gchar *
why_this_way (const KsTarget * target, KsWay way, const gchar * from)
{
  const gchar *kind = target->kind ? target->kind : "system";

  switch (way) {
    case KS_WAY_PASS:
      if (target->kind == NULL)
        return g_strdup (target->why);
      return g_strdup_printf ("%s memory comes, and %s will do: %s", from, kind,
          target->why);
    case KS_WAY_IMPORT:
      return g_strdup_printf ("%s takes %s memory as it is: %s", kind, from,
          target->why);
    case KS_WAY_MAP_COPY:
      return g_strdup_printf ("%s memory comes, %s is needed, and the CPU can"
          " map both: %s", from, kind, target->kind ? target->why
          : "downstream reads no GstVideoMeta");
    default:
      return g_strdup_printf ("%s memory comes, %s is needed, and the CPU"
          " cannot map both: %s", from, kind, target->why);
  }
}

static GstStructure *
describe (GstKsTransfer * self, KsWay way, const gchar * from)
{
  const KsTarget *target = &gst_ks_transfer_peek (self)->target;
  const GstKsQueryOffer *offer = &target->offer;
  g_autofree gchar *why = why_this_way (target, way, from);
  GstStructure *structure = gst_structure_new ("ks-negotiated",
      "who", G_TYPE_STRING, GST_KS_TRANSFER_GET_CLASS (self)->who,
      "method", G_TYPE_STRING, way_names[way],
      "why", G_TYPE_STRING, why,
      "kind", G_TYPE_STRING, way == KS_WAY_PASS ? from : target->kind
      ? target->kind : "system", "from", G_TYPE_STRING, from,
      "size", G_TYPE_UINT64, (guint64) offer->size,
      "align", G_TYPE_UINT64, (guint64) offer->align,
      "min", G_TYPE_UINT, offer->min, "cap", G_TYPE_UINT, offer->cap, NULL);

  if (target->device)
    gst_structure_set (structure, "device", G_TYPE_STRING, target->device,
        NULL);
  if (target->feature)
    gst_structure_set (structure, "feature", G_TYPE_STRING, target->feature,
        NULL);
  return structure;
}

/* Says it when it is news. Under the sink pad's stream lock. */
void
gst_ks_transfer_say_way (GstKsTransfer * self, KsWay way, GstBuffer * from)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  const gchar *kind = gst_buffer_n_memory (from) == 0 ? "no"
      : ks_kind_of_memory (gst_buffer_peek_memory (from, 0));
  GstStructure *structure;
  gboolean news;

  if (way == priv->way && g_strcmp0 (kind, priv->from) == 0)
    return;
  priv->way = way;
  priv->from = g_intern_string (kind);
  structure = describe (self, way, priv->from);
  gst_ks_mutex_lock (&priv->lock);
  news = !priv->negotiated
      || !gst_structure_is_equal (priv->negotiated, structure);
  if (priv->negotiated)
    gst_structure_free (priv->negotiated);
  priv->negotiated = gst_structure_copy (structure);
  gst_ks_mutex_unlock (&priv->lock);

  GST_INFO_OBJECT (self, "%" GST_PTR_FORMAT, structure);
  if (news)
    ks_message_structure (GST_ELEMENT (self), structure);
  else
    gst_structure_free (structure);
}

/* Once for a target. Under the sink pad's stream lock. */
void
gst_ks_transfer_say_fallback (GstKsTransfer * self, KsWay wanted, KsWay used,
    const GError * error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  GST_LOG_OBJECT (self, "%s: %s", way_names[wanted], error->message);
  if (priv->fallback_said)
    return;
  priv->fallback_said = TRUE;
  GST_WARNING_OBJECT (self, "%s did not go: %s; %s did", way_names[wanted],
      error->message, way_names[used]);
  ks_message_fallback (GST_ELEMENT (self), way_names[wanted], way_names[used],
      error->message);
}
