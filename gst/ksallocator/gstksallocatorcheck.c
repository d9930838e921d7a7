/* The property require of ksallocator: is a buffer what was agreed, and making it so.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The check reads the frame itself (address, sizes, rows, who made it), not
 * the name of its allocator alone, because somebody upstream may keep to part
 * of the agreement only. Copying is the last resort: it makes any of it true.
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstkskindword.h"
#include "gstkspicture.h"
#include "gstkspoolsetup.h"

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

/* Buffers that may be older than a change of the settings before they are
 * held to it: what a queue keeps by default. */
#define LATE_BUFFERS 200

static gchar *
miss_of_kind (const KsAgreed * agreed, GstMemory * memory)
{
  if (agreed->any_kind
      || g_strcmp0 (ks_kind_of_memory (memory), agreed->kind) == 0)
    return NULL;
  return g_strdup_printf ("it is %s memory, not %s", ks_kind_of_memory (memory),
      agreed->kind);
}

/* The prefix stands at the start of the block, which is what is aligned. */
static gchar *
miss_of_address (const KsAgreed * agreed, GstMemory * memory)
{
  gsize align = agreed->offer.align;
  GstMapInfo map;

  if (align <= 1)
    return NULL;
  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return g_strdup ("it cannot be mapped");
  guintptr start = (guintptr) map.data - agreed->offer.prefix;
  gst_memory_unmap (memory, &map);
  if ((start & (align - 1)) == 0)
    return NULL;
  return g_strdup_printf ("its address %#" G_GINTPTR_MODIFIER "x is not a"
      " multiple of %" G_GSIZE_FORMAT " bytes", start, align);
}

static gchar *
miss_of_room (const KsAgreed * agreed, GstMemory * memory)
{
  gsize offset, maxsize;
  gsize size = gst_memory_get_sizes (memory, &offset, &maxsize);
  gsize behind = maxsize - offset - size;

  if (offset < agreed->offer.prefix)
    return g_strdup_printf ("it has %" G_GSIZE_FORMAT " bytes before it, not %"
        G_GSIZE_FORMAT, offset, agreed->offer.prefix);
  if (behind < agreed->offer.padding)
    return g_strdup_printf ("it has %" G_GSIZE_FORMAT " bytes after it, not %"
        G_GSIZE_FORMAT, behind, agreed->offer.padding);
  return NULL;
}

static gchar *
miss_of_size (const KsAgreed * agreed, GstBuffer * buffer)
{
  gsize size = gst_buffer_get_size (buffer);

  if (gst_ks_range_contains (&agreed->item.size, size))
    return NULL;
  g_autofree gchar *range = gst_ks_range_to_string (&agreed->item.size);
  return g_strdup_printf ("it has %" G_GSIZE_FORMAT " bytes, not %s", size,
      range);
}

/* Packed rows lie as in our own frames; otherwise their length is in range, or
 * that of our own: a palette and tiles have no rows that could be set. */
static gchar *
miss_of_plane (const KsAgreed * agreed, guint plane, gint stride, gsize offset)
{
  const GstVideoInfo *info = &agreed->info;

  if (agreed->packed && (stride != GST_VIDEO_INFO_PLANE_STRIDE (info, plane)
          || offset != GST_VIDEO_INFO_PLANE_OFFSET (info, plane)))
    return g_strdup_printf ("plane %u lies at %" G_GSIZE_FORMAT " with rows of"
        " %d bytes, not at %" G_GSIZE_FORMAT " with %d", plane, offset, stride,
        GST_VIDEO_INFO_PLANE_OFFSET (info, plane),
        GST_VIDEO_INFO_PLANE_STRIDE (info, plane));
  if (stride != GST_VIDEO_INFO_PLANE_STRIDE (info, plane) && (stride < 0
          || !gst_ks_range_contains (&agreed->item.stride, stride))) {
    g_autofree gchar *range = gst_ks_range_to_string (&agreed->item.stride);
    return g_strdup_printf ("plane %u has rows of %d bytes, not %s", plane,
        stride, range);
  }
  return NULL;
}

/* Who takes rows for granted takes all of a frame for picture, and a frame that
 * is to be cropped for what it shows. */
static gchar *
miss_of_picture (const KsAgreed * agreed, GstBuffer * buffer,
    const GstVideoMeta * meta, const GstVideoInfo * caps_info)
{
  gsize size = gst_buffer_get_size (buffer);

  if (meta && (meta->width != (guint) GST_VIDEO_INFO_WIDTH (caps_info)
          || meta->height != (guint) GST_VIDEO_INFO_HEIGHT (caps_info)))
    return g_strdup_printf ("its picture is a part of one of %ux%u",
        meta->width, meta->height);
  if (size > agreed->offer.size)
    return g_strdup_printf ("it has %" G_GSIZE_FORMAT " bytes, not %"
        G_GSIZE_FORMAT, size, agreed->offer.size);
  return NULL;
}

static gchar *
miss_of_layout (const KsAgreed * agreed, GstBuffer * buffer,
    const GstVideoInfo * caps_info)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  if (!agreed->packed && gst_ks_range_is_any (&agreed->item.stride))
    return NULL;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (caps_info); i++) {
    gint stride = meta ? meta->stride[i]
        : GST_VIDEO_INFO_PLANE_STRIDE (caps_info, i);
    gsize offset = meta ? meta->offset[i]
        : GST_VIDEO_INFO_PLANE_OFFSET (caps_info, i);
    gchar *miss = miss_of_plane (agreed, i, stride, offset);

    if (miss)
      return miss;
  }
  return agreed->packed ? miss_of_picture (agreed, buffer, meta, caps_info) :
      NULL;
}

/* What @buffer lacks, or NULL. */
static gchar *
find_miss (const KsAgreed * agreed, GstBuffer * buffer,
    const GstVideoInfo * caps_info)
{
  gchar *miss = NULL;

  if (gst_buffer_n_memory (buffer) != 1)
    return g_strdup_printf ("it lies in %u pieces, not in one",
        gst_buffer_n_memory (buffer));

  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  if (!(miss = miss_of_kind (agreed, memory))
      && !(miss = miss_of_address (agreed, memory))
      && !(miss = miss_of_room (agreed, memory))
      && !(miss = miss_of_size (agreed, buffer)))
    miss = miss_of_layout (agreed, buffer, caps_info);
  return miss;
}

/* The pool of copies; under the sink pad's stream lock. */
static GstBufferPool *
ensure_pool (GstKsAllocatorElement * self, const KsSettings * settings,
    GError ** error)
{
  gboolean flushing;

  if (self->pool)
    return self->pool;
  g_autoptr (GstBufferPool) pool = gst_ks_allocator_element_make_pool (self,
      settings, &self->agreed, self->caps, error);
  if (!pool)
    return NULL;
  if (!gst_buffer_pool_set_active (pool, TRUE)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "the pool for copies could not make its first frames; lower the floor"
        " of frames=, or raise max-bytes");
    return NULL;
  }

  gst_ks_mutex_lock (&self->lock);
  self->pool = gst_object_ref (pool);
  flushing = self->flushing;
  gst_ks_mutex_unlock (&self->lock);
  if (flushing)
    gst_buffer_pool_set_flushing (pool, TRUE);
  return self->pool;
}

/* Wakes or admits whoever waits for a frame: here to copy into it, or upstream
 * to fill it. */
static void
set_flushing (GstKsAllocatorElement * self, gboolean flushing, gboolean alone)
{
  g_autoptr (GstBufferPool) pool = NULL;

  gst_ks_mutex_lock (&self->lock);
  self->flushing = flushing;
  if (self->pool)
    pool = gst_object_ref (self->pool);
  gst_ks_mutex_unlock (&self->lock);
  if (pool)
    gst_buffer_pool_set_flushing (pool, flushing);
  ks_offered_set_flushing (&self->offered, self->sinkpad, flushing, alone);
}

void
gst_ks_allocator_element_set_flushing (GstKsAllocatorElement * self,
    gboolean flushing)
{
  set_flushing (self, flushing, TRUE);
}

/* We stop. The pool of a plan serves other branches as well, which go on. */
void
gst_ks_allocator_element_leave (GstKsAllocatorElement * self)
{
  gboolean planned;

  gst_ks_mutex_lock (&self->lock);
  planned = self->offered_planned;
  gst_ks_mutex_unlock (&self->lock);
  set_flushing (self, TRUE, !planned);
}

void
gst_ks_allocator_element_drop_pool (GstKsAllocatorElement * self)
{
  g_autoptr (GstBufferPool) pool = NULL;

  gst_ks_mutex_lock (&self->lock);
  pool = g_steal_pointer (&self->pool);
  gst_ks_mutex_unlock (&self->lock);
  if (pool)
    gst_buffer_pool_set_active (pool, FALSE);
}

static GstFlowReturn
copy_video (GstKsAllocatorElement * self, const KsSettings * settings,
    GstBuffer * from, GstBuffer ** to, GError ** error)
{
  g_autoptr (GstBuffer) copy = NULL;
  GstBufferPool *pool = ensure_pool (self, settings, error);
  GstFlowReturn ret;

  if (!pool)
    return GST_FLOW_ERROR;
  ret = gst_buffer_pool_acquire_buffer (pool, &copy, NULL);
  if (ret != GST_FLOW_OK)
    return ret;
  if (!ks_picture_copy (&self->info, from, copy)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "a buffer of %" G_GSIZE_FORMAT " bytes does not hold a frame of its"
        " caps, so it cannot be copied", gst_buffer_get_size (from));
    return GST_FLOW_ERROR;
  }
  *to = g_steal_pointer (&copy);
  return GST_FLOW_OK;
}

static GstFlowReturn
copy_bytes (GstKsAllocatorElement * self, const KsSettings * settings,
    GstBuffer * from, GstBuffer ** to, GError ** error)
{
  gsize size = gst_buffer_get_size (from);
  GstMemory *memory = ks_memory_new (self->agreed.allocator,
      &self->agreed.offer, size, settings->zero, self->account, error);
  GstMapInfo map;

  if (!memory)
    return GST_FLOW_ERROR;
  *to = gst_buffer_new ();
  gst_buffer_append_memory (*to, memory);
  if (!gst_buffer_map (*to, &map, GST_MAP_WRITE)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%s memory cannot be written by the CPU, so nothing can be copied into"
        " it; choose another kind", self->agreed.kind);
    gst_clear_buffer (to);
    return GST_FLOW_ERROR;
  }
  gst_buffer_extract (from, 0, map.data, size);
  gst_buffer_unmap (*to, &map);
  return GST_FLOW_OK;
}

/* The processor cannot read it: neither can we. */
static gboolean
is_far (GstKsAllocatorElement * self, GstBuffer * buffer)
{
  const gchar *feature = self->caps ? gst_ks_query_caps_memory (self->caps)
      : NULL;

  if (feature && gst_ks_feature_is_device (feature))
    return TRUE;
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    if (GST_MEMORY_FLAG_IS_SET (gst_buffer_peek_memory (buffer, i),
            GST_MEMORY_FLAG_NOT_MAPPABLE))
      return TRUE;
  }
  return FALSE;
}

static const gchar *
remedy (GstKsAllocatorElement * self, GstBuffer * buffer)
{
  return is_far (self, buffer) ? "ksdownload or ksupload in front of this"
      " element brings frames of a device to another memory"
      : "require=copy would copy it";
}

/* Replaces *@buffer by a copy that meets the agreement. */
static GstFlowReturn
copy (GstKsAllocatorElement * self, const KsSettings * settings,
    GstBuffer ** buffer, GError ** error)
{
  g_autoptr (GstBuffer) made = NULL;
  gboolean video =
      GST_VIDEO_INFO_FORMAT (&self->info) != GST_VIDEO_FORMAT_UNKNOWN;
  GstFlowReturn ret;

  if (is_far (self, *buffer)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "the processor cannot map the frames that come, so require=copy cannot"
        " copy them; %s", remedy (self, *buffer));
    return GST_FLOW_ERROR;
  }
  ret = video ? copy_video (self, settings, *buffer, &made, error)
      : copy_bytes (self, settings, *buffer, &made, error);
  if (ret != GST_FLOW_OK)
    return ret;
  gst_buffer_copy_into (made, *buffer, GST_BUFFER_COPY_FLAGS
      | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META, 0, -1);
  if (video)
    ks_picture_drop_crop (made);
  gst_ks_account_add_copy (self->account, gst_buffer_get_size (made));

  g_autofree gchar *miss = find_miss (&self->agreed, made, &self->info);
  if (miss) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "require=copy cannot make a buffer what was agreed: as a copy, %s",
        miss);
    return GST_FLOW_ERROR;
  }
  gst_buffer_replace (buffer, made);
  return GST_FLOW_OK;
}

static GstFlowReturn
deal_with (GstKsAllocatorElement * self, const KsSettings * settings,
    const gchar * miss, GstBuffer ** buffer)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn ret = GST_FLOW_ERROR;

  GST_LOG_OBJECT (self, "%" GST_PTR_FORMAT ": %s", *buffer, miss);
  switch (settings->require) {
    case KS_REQUIRE_COPY:
      ret = copy (self, settings, buffer, &error);
      break;
    case KS_REQUIRE_ERROR:
      g_set_error (&error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
          "a buffer is not what was agreed: %s; %s", miss, remedy (self,
              *buffer));
      break;
    default:
      ret = GST_FLOW_OK;
      if (self->miss_warned)
        break;
      self->miss_warned = TRUE;
      g_set_error (&error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
          "buffers are not what was agreed: %s; how many is in the property"
          " stats (unmet); %s", miss, remedy (self, *buffer));
      gst_ks_allocator_element_warn (self, error);
      return GST_FLOW_OK;
  }
  if (error)
    gst_ks_allocator_element_fail (self, error);
  return ret;
}

/* An agreement for the caps in force to check against: upstream's last
 * question, or our own when it asked none, or for other caps: what joins
 * streams lets each of them ask. */
static GstFlowReturn
ensure_agreed (GstKsAllocatorElement * self, const KsSettings * settings)
{
  KsAgreed *agreed = &self->agreed;
  gboolean fits = agreed->valid && agreed->caps == self->caps;

  if (fits && agreed->serial == settings->serial)
    return GST_FLOW_OK;
  if (fits && settings->require != KS_REQUIRE_COPY
      && agreed->late < LATE_BUFFERS) {
    agreed->late++;
    return GST_FLOW_OK;
  }

  g_autoptr (GstQuery) query = gst_query_new_allocation (self->caps, TRUE);
  gst_ks_allocator_element_answer (self, query, FALSE);
  if (GST_PAD_IS_FLUSHING (self->srcpad))
    return GST_FLOW_FLUSHING;
  return self->agreed.valid ? GST_FLOW_OK : GST_FLOW_ERROR;
}

/* Whether buffers are looked at at all. */
gboolean
gst_ks_allocator_element_checks (GstKsAllocatorElement * self)
{
  gboolean checks;

  gst_ks_mutex_lock (&self->lock);
  checks = self->settings.require != KS_REQUIRE_OFF;
  gst_ks_mutex_unlock (&self->lock);
  return checks;
}

/* Whether *@buffer is what was agreed; replaces it where the settings say so.
 * Under the sink pad's stream lock. */
GstFlowReturn
gst_ks_allocator_element_check (GstKsAllocatorElement * self,
    GstBuffer ** buffer)
{
  GstFlowReturn ret = GST_FLOW_OK;
  KsSettings settings;

  gst_ks_allocator_element_get_settings (self, &settings);
  if (settings.require != KS_REQUIRE_OFF && gst_buffer_get_size (*buffer) > 0) {
    g_autofree gchar *miss = NULL;

    gst_ks_allocator_element_adopt_planned (self);
    ret = ensure_agreed (self, &settings);
    if (ret == GST_FLOW_OK)
      miss = find_miss (&self->agreed, *buffer, &self->info);
    if (miss) {
      gst_ks_mutex_lock (&self->lock);
      self->unmet++;
      gst_ks_mutex_unlock (&self->lock);
      ret = deal_with (self, &settings, miss, buffer);
    }
  }
  ks_settings_clear (&settings);
  return ret;
}
