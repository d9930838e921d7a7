/* How ksallocator opens the memory that its framing asks for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstkskindword.h"

#include <string.h>

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

/* @best: the item that a plan took; the others follow in their order. */
static GstAllocator *
open_first (GstKsAllocatorElement * self, const KsSettings * settings,
    GstKsFramingItem * served, GError ** error)
{
  const GstKsFraming *framing = settings->framing;
  guint best = settings->best;
  g_autoptr (GError) first = NULL;
  guint n = gst_ks_framing_get_n_items (framing);

  for (guint i = 0; i < n; i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing,
        i == 0 ? best : i <= best ? i - 1 : i);
    const gchar *kind = ks_kind_is_any (item->memory) ? "system" : item->memory;
    GstAllocator *allocator = ks_kind_open (kind, item->device,
        GST_ELEMENT (self), first ? NULL : &first);

    if (allocator) {
      *served = *item;
      return allocator;
    }
  }
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

/* The documented next kind, for somebody who did not insist. */
static GstAllocator *
open_next (GstKsAllocatorElement * self, const KsSettings * settings,
    GstKsFramingItem * served, GError ** error)
{
  g_autoptr (GError) why = NULL;
  GstAllocator *allocator = open_first (self, settings, served, &why);

  if (allocator)
    return allocator;
  if (settings->require > KS_REQUIRE_WARN
      || !(why->code == GST_KS_ERROR_UNAVAILABLE
          || why->code == GST_KS_ERROR_UNKNOWN_KIND)
      || !(allocator = gst_ks_allocator_get ("system", NULL, NULL))) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }

  const GstKsFramingItem *wish =
      gst_ks_framing_peek_item (settings->framing, 0);
  g_autoptr (GError) said = g_error_new (why->domain, why->code,
      "%s; going on with memory=system, because require is not error or copy",
      why->message);
  gst_ks_allocator_element_warn (self, said);
  gst_ks_allocator_element_say_fallback (self, wish->memory, "system",
      said->message);
  *served = *wish;
  served->memory = g_intern_static_string ("system");
  served->device = NULL;
  return allocator;
}

/* These are about what others do with the frames. */
#define PIPELINE_FLAGS (GST_KS_FRAMING_FLAG_IN_PLACE \
    | GST_KS_FRAMING_FLAG_FRAME_INTEGRITY | GST_KS_FRAMING_FLAG_PARTIAL_READ \
    | GST_KS_FRAMING_FLAG_INSIST_ON_RATIO)

/* What a framing may say and one link does not show. */
static gchar *
list_unused (const GstKsFraming * framing)
{
  const GstKsRatio *ratio = gst_ks_framing_peek_ratio (framing);
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean in_place = FALSE, flags = FALSE;

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    in_place |= item->in_place_weight || item->not_in_place_weight;
    flags |= (item->flags & PIPELINE_FLAGS) != 0;
  }
  if (in_place)
    g_string_append (names, "in-place-weight, not-in-place-weight, ");
  if (flags)
    g_string_append (names, "flags, ");
  if (ratio->numerator != ratio->denominator || ratio->margin)
    g_string_append (names, "ratio, ");
  if (names->len == 0)
    return NULL;
  g_string_truncate (names, names->len - strlen (", "));
  return g_strdup (names->str);
}

/* Once per framing, and only when there is a bus to say it on. */
static void
say_unused (GstKsAllocatorElement * self, const KsSettings * settings)
{
  g_autofree gchar *names = NULL;
  g_autofree gchar *text = NULL;
  gboolean said;

  gst_ks_mutex_lock (&self->lock);
  said = self->unused_said;
  self->unused_said = TRUE;
  gst_ks_mutex_unlock (&self->lock);
  if (said)
    return;
  names = list_unused (settings->framing);
  if (names == NULL)
    return;
  text = g_strdup_printf ("framing: only a plan of the whole pipeline acts on"
      " these fields: %s; gst-ks-1.0 launch and the tracer ks(negotiate=true)"
      " make one", names);
  /* twice, since gst-launch-1.0 shows only the second of an INFO message */
  GST_ELEMENT_INFO (self, LIBRARY, SETTINGS, ("%s", text), ("%s", text));
}

/* Opens the allocator that @settings ask for, unless it is open. */
gboolean
gst_ks_allocator_element_open (GstKsAllocatorElement * self,
    const KsSettings * settings, GError ** error)
{
  GstKsFramingItem served;
  GstAllocator *allocator;
  gboolean open;

  gst_ks_mutex_lock (&self->lock);
  open = self->allocator && self->allocator_serial == settings->serial
      && self->allocator_best == settings->best;
  gst_ks_mutex_unlock (&self->lock);
  if (open)
    return TRUE;

  allocator = open_next (self, settings, &served, error);
  if (!allocator)
    return FALSE;
  say_unused (self, settings);
  gst_ks_allocator_element_say_guard (self, settings, allocator);
  gst_ks_mutex_lock (&self->lock);
  gst_clear_object (&self->allocator);
  self->allocator = allocator;
  self->item = served;
  self->allocator_serial = settings->serial;
  self->allocator_best = settings->best;
  gst_ks_mutex_unlock (&self->lock);
  return TRUE;
}
