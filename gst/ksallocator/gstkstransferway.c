/* Which way a frame takes through ksupload and ksdownload, the cheapest first.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each frame is looked at anew: upstream need not use the frames that it was
 * offered. A way that turns out not to go is said once, and the next is taken.
 */
#include "config.h"

#include "gstkskindword.h"
#include "gstkscapsfeature.h"
#include "gstkstransferprivate.h"

#define GST_CAT_DEFAULT gst_ks_transfer_debug

/* Refusals in a row until nobody is asked any more: one frame may be in use
 * elsewhere, or lie badly. */
#define MAX_REFUSALS 8

/* --- passing --- */

/* Downstream finds its rows. */
static gboolean
has_legible_rows (const KsTarget * target, GstBuffer * buffer)
{
  return !ks_is_video (&target->info) || target->video_meta
      || target->feature || ks_buffer_has_rows_of (buffer, &target->info);
}

static gboolean
is_of_group (const KsTarget * target, GstMemory * memory, const gchar * kind)
{
  if (g_str_equal (target->kind, "any"))
    return TRUE;
  return !ks_memory_is_far (memory)
      && gst_ks_kind_meet (target->kind, kind) != NULL;
}

static gboolean
is_of_device (const KsTarget * target, GstMemory * memory)
{
  if (target->device)
    return memory->allocator == target->allocator;
  return gst_ks_backend_peek (memory->allocator)
      == gst_ks_backend_peek (target->allocator);
}

static gboolean
is_wanted (const KsTarget * target, GstMemory * memory)
{
  const gchar *kind = ks_kind_of_memory (memory);

  if (ks_kind_is_any (target->kind))
    return is_of_group (target, memory, kind);
  return strcmp (target->kind, kind) == 0 && is_of_device (target, memory);
}

/* Of the same kind, and still no picture on one side. */
static gboolean
changes_form (const KsTarget * target)
{
  return target->feature != target->from_feature
      && (ks_picture_kind (target->feature)
      || ks_picture_kind (target->from_feature));
}

/* Whatever its caps say. */
static gboolean
is_host (GstBuffer * buffer)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    const gchar *kind = ks_kind_of_memory (gst_buffer_peek_memory (buffer, i));

    if (!(gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_HOST))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ks_transfer_passes (GstKsTransfer * self, GstBuffer * buffer)
{
  KsTarget *target = &gst_ks_transfer_peek (self)->target;

  if (gst_buffer_get_size (buffer) == 0)
    return TRUE;
  if (changes_form (target) && !is_host (buffer))
    return FALSE;
  if (!has_legible_rows (target, buffer))
    return FALSE;
  /* who takes memory of that feature takes this */
  if (target->kind == NULL || (ks_feature_is_device (target->feature)
          && target->feature == target->from_feature))
    return TRUE;
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    if (!is_wanted (target, gst_buffer_peek_memory (buffer, i)))
      return FALSE;
  }
  return TRUE;
}

/* --- importing --- */

/* The backend that would take it; NULL: it is not worth trying. */
static GstKsBackend *
importer (const KsTransfer * priv, GstBuffer * in)
{
  const KsTarget *target = &priv->target;

  if (target->allocator == NULL || changes_form (target)
      || priv->refusals >= MAX_REFUSALS || !has_legible_rows (target, in))
    return NULL;
  return gst_ks_backend_peek (target->allocator);
}

/* What was made holds bytes that others may hold too, who would see whatever is
 * written into it. The reference that we were given is nobody's else. */
static gboolean
is_ours_alone (GstBuffer * in)
{
  for (guint i = 0; i < gst_buffer_n_memory (in); i++) {
    GstMemory *memory = gst_buffer_peek_memory (in, i);

    if (GST_MEMORY_IS_READONLY (memory) || !gst_memory_is_writable (memory))
      return FALSE;
  }
  return gst_buffer_is_writable (in);
}

/* As the backend sees them; each is right for as long as @in is. */
static GstBuffer *
import_all (GstKsBackend * backend, GstBuffer * in, GError ** error)
{
  g_autoptr (GstBuffer) made = gst_buffer_new ();
  GstVideoMeta *meta = gst_buffer_get_video_meta (in);
  gboolean alone = is_ours_alone (in);

  for (guint i = 0; i < gst_buffer_n_memory (in); i++) {
    GstMemory *memory = gst_ks_backend_import (backend,
        gst_buffer_peek_memory (in, i), error);

    if (memory == NULL)
      return NULL;
    if (!alone)
      GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
    gst_buffer_append_memory (made, memory);
  }
  if (meta)
    gst_buffer_add_video_meta_full (made, meta->flags, meta->format,
        meta->width, meta->height, meta->n_planes, meta->offset, meta->stride);
  gst_buffer_add_parent_buffer_meta (made, in);
  return g_steal_pointer (&made);
}

/* NULL without error: it cannot be, which is nothing to speak of. */
static GstBuffer *
try_import (GstKsTransfer * self, GstBuffer * in, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  GstKsBackend *backend = importer (priv, in);
  GstBuffer *made;
  GError *why = NULL;

  if (backend == NULL)
    return NULL;
  g_object_ref (backend);
  made = import_all (backend, in, &why);
  g_object_unref (backend);
  priv->refusals = made ? 0 : priv->refusals + 1;
  if (made)
    return made;
  GST_DEBUG_OBJECT (self, "no import: %s", why->message);
  if (g_error_matches (why, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED))
    g_clear_error (&why);
  else
    g_propagate_error (error, why);
  return NULL;
}

/* --- copying --- */

static gboolean
try_stage (GstKsTransfer * self, GstBuffer * in, GstBuffer * out,
    gboolean distrust, GError ** error)
{
  const KsTarget *target = &gst_ks_transfer_peek (self)->target;

  if (!ks_transfer_stage (target, in, out, distrust, error))
    return FALSE;
  gst_ks_transfer_say_way (self, KS_WAY_STAGING, in);
  return TRUE;
}

/* By its backend, if there is one, where it could not be mapped. */
static gboolean
try_map (GstKsTransfer * self, GstBuffer * in, GstBuffer * out, GError ** error)
{
  const KsTarget *target = &gst_ks_transfer_peek (self)->target;
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  if (ks_transfer_map (target, in, out, &first)) {
    gst_ks_transfer_say_way (self, KS_WAY_MAP_COPY, in);
    return TRUE;
  }
  if (try_stage (self, in, out, TRUE, &second)) {
    gst_ks_transfer_say_fallback (self, KS_WAY_MAP_COPY, KS_WAY_STAGING, first);
    return TRUE;
  }
  g_set_error (error, first->domain, first->code, "%s; a staging copy does not"
      " go either: %s", first->message, second->message);
  return FALSE;
}

/* FALSE without error: neither side is a picture, or both are. */
static gboolean
try_picture (GstKsTransfer * self, GstBuffer * in, GstBuffer * out,
    GError ** error)
{
  const KsTarget *target = &gst_ks_transfer_peek (self)->target;
  const gchar *from = ks_picture_kind (target->from_feature);
  const gchar *to = ks_picture_kind (target->feature);
  KsPictureCopy copy = {
    .target = target,.info = &target->info,.kind = to ? to : from,.picture =
        to ? out : in,
    .bytes = to ? in : out,.up = to != NULL,
  };

  if ((from == NULL) == (to == NULL) || target->theirs
      || !ks_buffer_is_picture (copy.info, copy.picture)
      || !ks_transfer_picture (&copy, error))
    return FALSE;
  gst_ks_transfer_say_way (self, KS_WAY_STAGING, in);
  return TRUE;
}

static gboolean
copy_any (GstKsTransfer * self, GstBuffer * in, GstBuffer * out,
    GError ** error)
{
  const KsTarget *target = &gst_ks_transfer_peek (self)->target;
  GError *why = NULL;

  if (try_picture (self, in, out, &why))
    return TRUE;
  if (why) {
    g_propagate_error (error, why);
    return FALSE;
  }
  if (ks_picture_kind (target->from_feature) == NULL
      && !ks_buffer_check_frame (&target->info, in, error))
    return FALSE;
  return ks_buffer_is_far (target, in) || ks_buffer_is_far (target, out)
      ? try_stage (self, in, out, FALSE, error)
      : try_map (self, in, out, error);
}

static GstFlowReturn
copy (GstKsTransfer * self, GstBuffer * in, GstBuffer ** out, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GstBuffer) made = NULL;
  GstFlowReturn ret;
  gboolean good;

  gst_ks_transfer_know_foreign (self, gst_buffer_peek_memory (in, 0));
  ret = gst_ks_transfer_acquire (self, in, &made, error);
  if (ret != GST_FLOW_OK)
    return ret;
  good = copy_any (self, in, made, error);
  if (!good) {
    g_prefix_error (error, "a frame of %s memory cannot be copied: ",
        ks_kind_of_memory (gst_buffer_peek_memory (in, 0)));
    return GST_FLOW_ERROR;
  }
  gst_ks_account_add_copy (priv->account, gst_buffer_get_size (in));
  *out = g_steal_pointer (&made);
  return GST_FLOW_OK;
}

/* --- the order --- */

static GstFlowReturn
go (GstKsTransfer * self, GstBuffer * in, GstBuffer ** out, GError ** error)
{
  g_autoptr (GError) why = NULL;
  GstFlowReturn ret;

  if (gst_ks_transfer_passes (self, in)) {
    /* what is empty says nothing of the frames before and after it */
    if (gst_buffer_get_size (in) > 0)
      gst_ks_transfer_say_way (self, KS_WAY_PASS, in);
    *out = in;
    return GST_FLOW_OK;
  }
  *out = try_import (self, in, &why);
  if (*out) {
    gst_ks_transfer_say_way (self, KS_WAY_IMPORT, in);
    return GST_FLOW_OK;
  }
  ret = copy (self, in, out, error);
  if (ret == GST_FLOW_OK && why)
    gst_ks_transfer_say_fallback (self, KS_WAY_IMPORT,
        gst_ks_transfer_peek (self)->way, why);
  return ret;
}

/* *@out: @in itself, or a frame that is the caller's. Under the sink pad's
 * stream lock. */
GstFlowReturn
gst_ks_transfer_run (GstKsTransfer * self, GstBuffer * in, GstBuffer ** out)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GError) error = NULL;
  GstFlowReturn ret = g_atomic_int_get (&priv->failed);

  if (ret != GST_FLOW_OK)
    return ret;
  if (gst_ks_transfer_ensure_target (self, &error))
    ret = go (self, in, out, &error);
  else
    ret = error ? GST_FLOW_ERROR : GST_FLOW_FLUSHING;
  ks_error_name_kind (&error, priv->target.kind, priv->target.device);
  if (error)
    gst_ks_transfer_fail (self, error);
  return ret;
}
