/* Fuzz target: the texts of the element's properties, one a line: memory,
 * device, frames, size, align, framing. Together they make a framing that can
 * be said in one text, or an error that says which of them is wrong.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/ksallocator/gstksallocatorprivate.h"

enum
{ MEMORY, DEVICE, FRAMES, SIZE, ALIGN, FRAMING, N_LINES };

/* An empty line is a property that nobody set. */
static gchar *
take (const gchar * line)
{
  return *line ? g_strdup (line) : NULL;
}

static void
check_error (const GError * error)
{
  static const gchar *const names[] = { "memory", "device", "frames", "size",
    "align", "framing", "kind"
  };
  gboolean named = FALSE;

  fuzz_check_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    named |= strstr (error->message, names[i]) != NULL;
  g_assert_true (named);
}

/* The same as the property framing alone. */
static void
check_as_text (const GstKsFraming * framing)
{
  KsTexts texts = {.align = 1 };
  g_autoptr (GstKsFraming) again = NULL;
  g_autoptr (GError) error = NULL;

  texts.framing = gst_ks_framing_to_string (framing);
  again = ks_texts_to_framing (&texts, &error);
  g_assert_no_error (error);
  g_assert_true (gst_ks_framing_equal (framing, again));
  ks_texts_clear (&texts);
}

static void
check_items (const GstKsFraming * framing)
{
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    g_assert_cmpuint (item->frames.max, >, 0);
    g_assert_cmpuint (item->frames.min, <=, G_MAXINT);
    g_assert_cmpuint (item->size.min, <=, G_MAXUINT);
    g_assert_cmpuint (item->size.max, >, 0);
    g_assert_true (item->align != 0 && (item->align & (item->align - 1)) == 0);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size, N_LINES);
  KsTexts texts = { take (lines[MEMORY]), take (lines[DEVICE]),
    take (lines[FRAMES]), take (lines[SIZE]), take (lines[FRAMING]),
    (guint) g_ascii_strtoull (lines[ALIGN], NULL, 10)
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = NULL;

  if (*lines[ALIGN] == '\0')
    texts.align = 1;
  framing = ks_texts_to_framing (&texts, &error);
  g_assert_true ((framing == NULL) == (error != NULL));
  if (framing != NULL) {
    check_items (framing);
    check_as_text (framing);
  } else {
    check_error (error);
  }
  ks_texts_clear (&texts);
  return 0;
}
