/* Property texts of ksallocator: what may stand there, and the framing they make.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstkskindword.h"

#include <gst/ks/gstkssize.h>

#define LEGAL_RANGE "legal: a number, a..b, a.., ..b or a..b/step;" \
    " k, M, G (1024) may follow a number"

void
ks_texts_copy (KsTexts * to, const KsTexts * from)
{
  to->memory = g_strdup (from->memory);
  to->device = g_strdup (from->device);
  to->frames = g_strdup (from->frames);
  to->size = g_strdup (from->size);
  to->framing = g_strdup (from->framing);
  to->align = from->align;
}

void
ks_texts_clear (KsTexts * texts)
{
  g_clear_pointer (&texts->memory, g_free);
  g_clear_pointer (&texts->device, g_free);
  g_clear_pointer (&texts->frames, g_free);
  g_clear_pointer (&texts->size, g_free);
  g_clear_pointer (&texts->framing, g_free);
  texts->align = 1;
}

static gboolean
parse_range (const gchar * name, const gchar * text, GstKsRange * range,
    GError ** error)
{
  g_autoptr (GError) why = NULL;
  g_autofree gchar *shown = NULL;

  if (!text || gst_ks_range_parse (text, range, &why))
    return TRUE;
  shown = g_utf8_make_valid (text, -1);
  g_set_error (error, GST_KS_ERROR, why->code, "%s=%s: %s; " LEGAL_RANGE, name,
      shown, why->message);
  return FALSE;
}

static gboolean
check_item (const GstKsFramingItem * item, GError ** error)
{
  if (item->frames.max == 0) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "frames: a cap of 0 frames lets nothing through; legal: a cap of 1 or"
        " more (..8, 4..16), or none (12..)");
    return FALSE;
  }
  if (item->frames.min > G_MAXINT || (item->frames.max > G_MAXINT
          && item->frames.max < GST_KS_RANGE_LIMIT)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "frames: %" G_GUINT64_FORMAT " are more than a pool can count; legal:"
        " up to %d", item->frames.min > G_MAXINT ? item->frames.min
        : item->frames.max, G_MAXINT);
    return FALSE;
  }
  if (item->size.min > G_MAXUINT || item->size.max == 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "size: no frame can have it: a pool counts from 1 to %u bytes; legal:"
        " a range that holds one of these", G_MAXUINT);
    return FALSE;
  }
  if (!gst_ks_size_is_power_of_two (item->align)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "align: %" G_GUINT64_FORMAT " is not a power of two; legal: 1, 2, 4"
        " ... 4096 ..., in bytes", item->align);
    return FALSE;
  }
  return TRUE;
}

static GstKsFraming *
framing_of_text (const KsTexts * texts, GError ** error)
{
  const gchar *other = texts->memory ? "memory" : texts->device ? "device"
      : texts->frames ? "frames" : texts->size ? "size"
      : texts->align != 1 ? "align" : NULL;

  if (other) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "framing and %s are both set: memory, device, frames, size and align"
        " are shorthands for a framing of one item; legal: either them, or"
        " framing alone with %s written inside it", other, other);
    return NULL;
  }

  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse (texts->framing, error);
  if (!framing) {
    g_autofree gchar *shown = g_utf8_make_valid (texts->framing, -1);

    g_prefix_error (error, "framing=%s: ", shown);
    return NULL;
  }
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    if (!check_item (gst_ks_framing_peek_item (framing, i), error)) {
      g_prefix_error (error, "framing, item %u: ", i + 1);
      return NULL;
    }
  }
  return g_steal_pointer (&framing);
}

/* The framing that @texts ask for, or NULL and why they ask for nothing. */
GstKsFraming *
ks_texts_to_framing (const KsTexts * texts, GError ** error)
{
  if (texts->framing)
    return framing_of_text (texts, error);

  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  if (texts->memory)
    item.memory = texts->memory;
  item.device = texts->device;
  item.align = texts->align;
  if (!ks_kind_check (item.memory, error)
      || !parse_range ("frames", texts->frames, &item.frames, error)
      || !parse_range ("size", texts->size, &item.size, error)
      || !check_item (&item, error))
    return NULL;
  item.prefer = item.size;
  return gst_ks_framing_new (&item, 1, NULL, error);
}
