/* The text of a framing.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <string.h>

#include "gstksframingfield.h"


/* A framing half read. */
typedef struct
{
  GstKsText t;
  GArray *items;                /* of GstKsFramingItem */
  GstKsRatio ratio;
} Draft;

static const GstKsField *
find_field (const gchar * name, gsize length)
{
  for (guint i = 1; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];

    if (strlen (f->name) == length && strncmp (f->name, name, length) == 0)
      return f;
  }
  return NULL;
}

static gsize
word_length (const gchar * at)
{
  gsize n = 0;

  while (g_ascii_isalnum (at[n]) || at[n] == '-' || at[n] == '_')
    n++;
  return n;
}

static gboolean
settle_value (Draft * d, const GstKsField * f, gpointer value, GError ** error)
{
  guint column = gst_ks_text_column (&d->t, d->t.at);
  /* strings read their own quotes, with escapes; the others need none */
  gboolean quoted = f->form != &gst_ks_form_string
      && gst_ks_text_take (&d->t, "\"");

  if (!f->form->read (&d->t, value, error))
    return FALSE;
  if (quoted && !gst_ks_text_take (&d->t, "\""))
    return gst_ks_text_fail (&d->t, error, "expected the closing quote");
  if (f->form->settle (value, error))
    return TRUE;
  g_prefix_error (error, "column %u: %s: ", column, f->name);
  return FALSE;
}

/* A kind may be called like a field, as long as no value is given to it. */
static gboolean
begins_with_field (const gchar * at)
{
  gsize length = word_length (at);

  if (find_field (at, length) == NULL)
    return FALSE;
  at += length;
  while (g_ascii_isspace (*at))
    at++;
  return *at == '=';
}

static gboolean
read_kind (Draft * d, GstKsFramingItem * item, GError ** error)
{
  const GstKsField *f = &gst_ks_fields[0];

  gst_ks_text_skip_space (&d->t);
  if (begins_with_field (d->t.at))
    return gst_ks_text_fail (&d->t, error, "an item begins with its kind of "
        "memory; write any where the kind does not matter");
  return settle_value (d, f, gst_ks_field_in (f, item, NULL), error);
}

static gboolean
check_field (Draft * d, const GstKsField * f, guint32 seen, GError ** error)
{
  if (f == NULL)
    return gst_ks_text_fail (&d->t, error, "unknown field '%.*s'; known: %s",
        MIN ((gint) word_length (d->t.at), gst_ks_text_shown (d->t.at)),
        d->t.at, gst_ks_fields_list ());
  if ((seen & (1u << (f - gst_ks_fields))) != 0)
    return gst_ks_text_fail (&d->t, error, "field '%s' is given twice",
        f->name);
  if (f->of_framing && d->items->len > 0)
    return gst_ks_text_fail (&d->t, error, "field '%s' is of the framing and "
        "belongs in the first item", f->name);
  return TRUE;
}

/* name = value; seen has a bit for each row of the table */
static gboolean
read_field (Draft * d, GstKsFramingItem * item, guint32 * seen, GError ** error)
{
  const GstKsField *f;

  gst_ks_text_skip_space (&d->t);
  f = find_field (d->t.at, word_length (d->t.at));
  if (!check_field (d, f, *seen, error))
    return FALSE;
  *seen |= 1u << (f - gst_ks_fields);
  d->t.at += strlen (f->name);
  gst_ks_text_skip_space (&d->t);
  if (!gst_ks_text_take (&d->t, "="))
    return gst_ks_text_fail (&d->t, error, "expected '=' after '%s'", f->name);
  gst_ks_text_skip_space (&d->t);
  if (gst_ks_text_take (&d->t, "(string)"))
    gst_ks_text_skip_space (&d->t);
  return settle_value (d, f, gst_ks_field_in (f, item, &d->ratio), error);
}

static gboolean
read_item (Draft * d, GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (NULL);
  guint32 seen = 0;

  if (d->items->len == GST_KS_FRAMING_MAX_ITEMS)
    return gst_ks_text_fail (&d->t, error, "more than %u items",
        GST_KS_FRAMING_MAX_ITEMS);
  if (!read_kind (d, &item, error))
    return FALSE;
  gst_ks_text_skip_space (&d->t);
  while (gst_ks_text_take (&d->t, ",")) {
    if (!read_field (d, &item, &seen, error))
      return FALSE;
    gst_ks_text_skip_space (&d->t);
  }
  g_array_append_val (d->items, item);
  return TRUE;
}

static gboolean
read_items (Draft * d, GError ** error)
{
  do {
    if (!read_item (d, error))
      return FALSE;
    if (!gst_ks_text_take (&d->t, ";"))
      break;
    gst_ks_text_skip_space (&d->t);
  } while (*d->t.at != '\0');
  return gst_ks_text_expect_end (&d->t, error);
}

/**
 * gst_ks_framing_parse:
 * @text: a framing as text
 * @error: return location for a #GError
 *
 * The text is written as a list of #GstStructure is: items are separated by
 * `;` (one may also end the text), each begins with its kind of memory, and
 * `field=value` follow behind commas. Values may be quoted, and must be where a
 * device name has other characters than letters, digits and `_-+/:.`; inside
 * quotes a backslash takes the next character as it is. The `ratio` of the
 * framing is a field of its first item, written `n/d+m`, of which `/d` and `+m`
 * may be left out, or `unknown`. A field that is missing asks for nothing.
 *
 * Fails with %GST_KS_ERROR_SYNTAX or %GST_KS_ERROR_INVALID; the message starts
 * with the column, in characters from 1, and lists the known words where one is
 * not known. Any thread.
 *
 * Returns: (transfer full) (nullable): the framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_parse (const gchar * text, GError ** error)
{
  g_autoptr (GArray) items =
      g_array_new (FALSE, FALSE, sizeof (GstKsFramingItem));
  g_autoptr (GStringChunk) words = g_string_chunk_new (256);
  Draft d = { {NULL, NULL, words}, items, GST_KS_RATIO_INIT };

  g_return_val_if_fail (text != NULL, NULL);

  if (!gst_ks_text_init (&d.t, text, error) || !read_items (&d, error))
    return NULL;
  return gst_ks_framing_new ((const GstKsFramingItem *) items->data,
      items->len, &d.ratio, error);
}

static void
append_field (GString * text, const GstKsField * f, gconstpointer value,
    gconstpointer otherwise)
{
  if (f->form->equal (value, otherwise))
    return;
  g_string_append_printf (text, ", %s=", f->name);
  f->form->write (text, value);
}

/**
 * gst_ks_framing_to_string:
 * @framing: a framing
 *
 * Prints what gst_ks_framing_parse() reads as an equal framing, in its shortest
 * spelling: what asks for nothing is left out, ranges and numbers are as
 * gst_ks_range_to_string() has them, and names have quotes only where they need
 * them. Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 0.9
 */
gchar *
gst_ks_framing_to_string (const GstKsFraming * framing)
{
  GString *text;

  g_return_val_if_fail (framing != NULL, NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < framing->n_items; i++) {
    const GstKsFramingItem *item = &framing->items[i];

    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", item->memory);
    for (guint j = 1; j < gst_ks_n_fields; j++) {
      const GstKsField *f = &gst_ks_fields[j];

      if (!f->of_framing || i == 0)
        append_field (text, f, gst_ks_field_in (f, item, &framing->ratio),
            gst_ks_field_default (f, item));
    }
  }
  return g_string_free (text, FALSE);
}
