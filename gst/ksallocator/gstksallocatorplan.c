/* How ksallocator does what a negotiator decided.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A negotiator reads the framing of our pins and decides for the whole
 * segment. The pool is made here all the same, so that its frames are counted
 * and capped as the properties say, and buffers are held to what was decided.
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include <gst/ks/gstkssize.h>

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

/* It asks our pins itself; what is behind us has to be asked by us. Under the
 * sink pad's stream lock. */
gboolean
gst_ks_allocator_element_forward_planned (GstKsAllocatorElement * self,
    GstQuery * query)
{
  g_autoptr (GError) error = NULL;
  KsSettings settings;
  gboolean answered = gst_pad_peer_query (self->srcpad, query);

  gst_ks_mutex_lock (&self->lock);
  self->planned_answered = answered;
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_allocator_element_get_settings (self, &settings);
  if (!gst_ks_allocator_element_open (self, &settings, &error))
    gst_ks_allocator_element_fail (self, error);
  ks_settings_clear (&settings);
  return answered;
}

/* The first wish that the decision fulfils. */
static gboolean
choose_wish (const KsSettings * settings, const GstKsFramingItem * decided,
    GstKsFramingItem * wish)
{
  const GstKsFraming *framing = settings->framing;

  *wish = *gst_ks_framing_peek_item (framing, 0);
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    if (gst_ks_kind_meet (item->memory, decided->memory)
        && gst_ks_range_contains (&item->size, decided->size.min)) {
      *wish = *item;
      return TRUE;
    }
  }
  return FALSE;
}

/* Nothing that was wished for can be had together with the others, which the
 * negotiator says: frames are as was decided. */
static void
give_in (const GstKsFramingItem * decided, GstKsFramingItem * wish)
{
  static const GstKsRange any = GST_KS_RANGE_INIT_ANY;

  wish->memory = decided->memory;
  wish->device = decided->device;
  wish->size = any;
  wish->prefer = any;
}

/* The plan counts the frame that is being filled, too. */
static guint
held_downstream (const GstKsFramingItem * decided)
{
  return decided->frames.min > 0 ? decided->frames.min - 1 : 0;
}

static gboolean
read_decided (GstKsAllocatorElement * self, const GstKsFramingItem * decided,
    GstQuery * query, GstKsQueryReply * reply, GError ** error)
{
  gsize align, prefix, padding;

  if (!gst_ks_size_take (decided->align, &align)
      || !gst_ks_size_take (decided->prefix, &prefix)
      || !gst_ks_size_take (decided->padding, &padding)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "a plan of 64 bits decided on align %" G_GUINT64_FORMAT ", prefix %"
        G_GUINT64_FORMAT " and padding %" G_GUINT64_FORMAT ", no address here "
        "goes beyond %" G_GSIZE_FORMAT, decided->align, decided->prefix,
        decided->padding, G_MAXSIZE);
    return FALSE;
  }
  gst_ks_mutex_lock (&self->lock);
  *reply = (GstKsQueryReply) {
  .answered = self->planned_answered,.size =
        MIN (decided->size.min, G_MAXSIZE),.min =
        held_downstream (decided),.max =
        decided->frames.max > G_MAXUINT ? 0 : decided->frames.max,.align =
        align,.prefix = prefix,.padding = padding,};
  gst_ks_mutex_unlock (&self->lock);
  reply->video_meta = gst_query_find_allocation_meta (query,
      GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

/* From now on buffers are held to @agreed, which is taken. Any thread. */
static void
stash_agreed (GstKsAllocatorElement * self, KsAgreed * agreed)
{
  KsAgreed old;

  gst_ks_mutex_lock (&self->lock);
  self->offered_planned = TRUE;
  old = self->planned;
  self->planned = *agreed;
  gst_ks_mutex_unlock (&self->lock);
  ks_agreed_clear (&old);
}

/* What nobody can import is the end here too: a plan falls back to what is
 * there without us, and an importer has no use for that. */
static gboolean
can_import (GstKsAllocatorElement * self, const KsAgreed * agreed,
    GError ** error)
{
  g_autoptr (GError) why = NULL;

  if (gst_ks_allocator_element_check_importers (self, agreed, &why))
    return TRUE;
  gst_ks_allocator_element_fail (self, why);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static GstBufferPool *
serve_decided (GstKsAllocatorElement * self, const KsSettings * settings,
    const GstKsFramingItem * decided, GstAllocator * allocator,
    GstQuery * query, GError ** error)
{
  KsAgreed agreed = {.asked = TRUE,.allocator = gst_object_ref (allocator) };
  GstBufferPool *pool = NULL;
  GstKsQueryReply reply;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  if (!choose_wish (settings, decided, &agreed.item))
    give_in (decided, &agreed.item);
  /* ours is part of it */
  agreed.item.stride = decided->stride;
  if (!read_decided (self, decided, query, &reply, error)
      || !gst_ks_allocator_element_agree (self, settings, &reply, caps, &agreed,
          error)
      || !can_import (self, &agreed, error)
      || !(pool = gst_ks_allocator_element_make_pool (self, settings, &agreed,
              caps, error))) {
    ks_agreed_clear (&agreed);
    return NULL;
  }
  gst_ks_allocator_element_say_agreed (self, settings, &reply, &agreed);
  g_weak_ref_set (&self->offered, pool);
  stash_agreed (self, &agreed);
  return pool;
}

/* The pool of the segment that we are in, with our account and our ways. */
GstBufferPool *
gst_ks_allocator_element_make_planned (GstKsPin * pin, GstAllocator * allocator,
    const GstKsFraming * framing, GstQuery * query, GError ** error)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  g_autoptr (GstElement) element = pad ? gst_pad_get_parent_element (pad)
      : NULL;
  GstKsAllocatorElement *self;
  GstBufferPool *pool;
  KsSettings settings;

  if (element == NULL)
    return GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, NULL));
  self = GST_KS_ALLOCATOR_ELEMENT (element);
  gst_ks_allocator_element_get_settings (self, &settings);
  pool = settings.answer == KS_ANSWER_NONE
      ? GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, NULL))
      : serve_decided (self, &settings, gst_ks_framing_peek_item (framing, 0),
      allocator, query, error);
  ks_settings_clear (&settings);
  return pool;
}

/* Under the sink pad's stream lock. */
void
gst_ks_allocator_element_adopt_planned (GstKsAllocatorElement * self)
{
  KsAgreed planned = {.valid = FALSE };

  gst_ks_mutex_lock (&self->lock);
  if (self->planned.valid) {
    planned = self->planned;
    self->planned = (KsAgreed) {
    .valid = FALSE};
  }
  gst_ks_mutex_unlock (&self->lock);
  if (!planned.valid)
    return;
  gst_ks_allocator_element_drop_agreed (self);
  if (self->caps && planned.caps && gst_caps_is_equal (self->caps,
          planned.caps))
    gst_caps_replace (&planned.caps, self->caps);
  self->agreed = planned;
  g_atomic_int_set (&self->starve_warned, FALSE);
}
