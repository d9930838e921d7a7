/* How ksallocator opens the memory that its framing asks for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"

#include <string.h>

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

/* Words that leave the choice to us. */
gboolean
ks_kind_is_any (const gchar * kind)
{
  return g_str_equal (kind, "any") || g_str_equal (kind, "mapped")
      || g_str_equal (kind, "host");
}

/* kind: the one that is not here, whatever the list says. */
static GError *
with_kinds (const GError * error, const gchar * kind)
{
  g_auto (GStrv) kinds = gst_ks_list_kinds ();
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; kinds[i]; i++) {
    if (!g_str_equal (kinds[i], kind))
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
          kinds[i]);
  }
  return g_error_new (error->domain, error->code, "%s; others: %s",
      error->message, list->str);
}

static GstAllocator *
open_first (const GstKsFraming * framing, GstKsFramingItem * served,
    GError ** error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);
    const gchar *kind = ks_kind_is_any (item->memory) ? "system" : item->memory;
    g_autoptr (GError) why = NULL;
    GstAllocator *allocator = gst_ks_allocator_get (kind, item->device, &why);

    if (allocator) {
      *served = *item;
      return allocator;
    }
    if (first)
      continue;
    first = g_error_matches (why, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE)
        ? with_kinds (why, kind) : g_steal_pointer (&why);
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
  GstAllocator *allocator = open_first (settings->framing, served, &why);

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

/* What a framing may say and only a planner could heed. */
static gchar *
list_unused (const GstKsFraming * framing)
{
  const GstKsRatio *ratio = gst_ks_framing_peek_ratio (framing);
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean bus = FALSE, weight = FALSE, flags = FALSE, prefer = FALSE;

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    bus |= item->bus != NULL;
    prefer |= !gst_ks_range_equal (&item->prefer, &item->size);
    weight |= item->weight || item->in_place_weight
        || item->not_in_place_weight;
    flags |= item->flags != GST_KS_FRAMING_FLAG_NONE;
  }
  if (bus)
    g_string_append (names, "bus, ");
  if (prefer)
    g_string_append (names, "prefer, ");
  if (weight)
    g_string_append (names, "weights, ");
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
  text = g_strdup_printf ("framing: these fields are not acted on yet: %s",
      names);
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
  open = self->allocator && self->allocator_serial == settings->serial;
  gst_ks_mutex_unlock (&self->lock);
  if (open)
    return TRUE;

  allocator = open_next (self, settings, &served, error);
  if (!allocator)
    return FALSE;
  say_unused (self, settings);
  gst_ks_mutex_lock (&self->lock);
  gst_clear_object (&self->allocator);
  self->allocator = allocator;
  self->item = served;
  self->allocator_serial = settings->serial;
  gst_ks_mutex_unlock (&self->lock);
  return TRUE;
}
