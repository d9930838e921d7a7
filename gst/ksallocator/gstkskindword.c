/* Kind words as properties have them: legal ones, what they open, what memory is.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkskindword.h"

#include <gst/allocators/allocators.h>
#include <gst/ks/gstksbackend.h>
#include <gst/ks/gstkskind.h>
#include <string.h>

#define LEGAL_MEMORY "legal: auto, or a kind word of a-z, 0-9 and -"

gboolean
ks_kind_check (const gchar * kind, GError ** error)
{
  const gchar *p = kind;
  g_autofree gchar *shown = NULL;

  while (g_ascii_islower (*p) || (p != kind && (g_ascii_isdigit (*p)
              || *p == '-')))
    p++;
  if (*p == '\0')
    return TRUE;
  /* whoever writes it may write bytes that are no text */
  shown = g_utf8_make_valid (kind, -1);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX,
      "memory=%s: column %d: not part of a kind word; " LEGAL_MEMORY, shown,
      (gint) (p - kind) + 1);
  return FALSE;
}

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

GstAllocator *
ks_kind_open (const gchar * kind, const gchar * device, GstElement * element,
    GError ** error)
{
  g_autoptr (GError) why = NULL;
  g_autofree gchar *shared = device == NULL ?
      gst_ks_backend_find_device (kind, element) : NULL;
  GstAllocator *allocator =
      gst_ks_allocator_get (kind, shared ? shared : device, &why);

  if (allocator == NULL)
    g_propagate_error (error, g_error_matches (why, GST_KS_ERROR,
            GST_KS_ERROR_UNAVAILABLE) ? with_kinds (why, kind)
        : g_steal_pointer (&why));
  return allocator;
}

void
ks_error_name_kind (GError ** error, const gchar * kind, const gchar * device)
{
  if (error == NULL || *error == NULL || kind == NULL
      || strstr ((*error)->message, kind))
    return;
  if (device)
    g_prefix_error (error, "%s memory of %s: ", kind, device);
  else
    g_prefix_error (error, "%s memory: ", kind);
}

const gchar *
ks_kind_of_memory (GstMemory * memory)
{
  GstAllocator *allocator = memory->allocator;

  if (gst_ks_allocator_is_ours (allocator))
    return gst_ks_allocator_peek_kind (allocator);
  if (g_strcmp0 (allocator->mem_type, GST_ALLOCATOR_SYSMEM) == 0)
    return "system";
  if (gst_is_dmabuf_memory (memory))
    return "dmabuf";
  if (gst_is_fd_memory (memory))
    return "fd";
  return allocator->mem_type ? allocator->mem_type : "unknown";
}

gboolean
ks_allocator_is_mapped (GstAllocator * allocator)
{
  const gchar *kind = gst_ks_allocator_peek_kind (allocator);
  g_autoptr (GstKsFraming) framing = gst_ks_allocator_describe (allocator);

  for (guint i = 0; framing && i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_framing_peek_item (framing, i)->flags
        & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC)
      return FALSE;
  }
  return kind == NULL
      || (gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_MAPPABLE) != 0;
}

/* Ordinary memory anybody can make; of a device, who has its backend. */
GstKsFramingFlags
ks_allocator_get_flags (GstAllocator * allocator)
{
  if (gst_ks_backend_peek (allocator) == NULL)
    return GST_KS_FRAMING_FLAG_NONE;
  return GST_KS_FRAMING_FLAG_CAN_ALLOCATE | (ks_allocator_is_mapped (allocator)
      ? 0 : GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);
}
