/* Reading framing text from left to right, with a column in every complaint.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers are built digit by digit from the source text: GStructure would
 * read the large ones as signed, and the others as doubles.
 */
#include "gstkstext.h"

#include <string.h>

#include "gstkssize.h"

#define SHOWN 60                /* bytes of a bad text in a message */

static const struct
{
  gchar letter;
  guint shift;
} suffixes[] = {
  {'G', 30},
  {'M', 20},
  {'k', 10},
};

gboolean
gst_ks_text_fail (const GstKsText * t, GError ** error, const gchar * format,
    ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX, "column %u: %s",
      gst_ks_text_column (t, t->at), reason);
  return FALSE;
}

/* Columns count characters from 1, as editors do. */
guint
gst_ks_text_column (const GstKsText * t, const gchar * at)
{
  return 1 + (guint) g_utf8_pointer_to_offset (t->text, at);
}

gboolean
gst_ks_text_init (GstKsText * t, const gchar * text, GError ** error)
{
  GstKsText start = { text, text, t->words };

  if (!g_utf8_validate (text, -1, &start.at))
    return gst_ks_text_fail (&start, error, "not UTF-8");
  start.at = text;
  *t = start;
  return TRUE;
}

gint
gst_ks_text_shown (const gchar * text)
{
  gsize n = strnlen (text, SHOWN);

  while (n > 0 && ((guchar) text[n] & 0xC0) == 0x80)
    n--;
  return (gint) n;
}

void
gst_ks_text_skip_space (GstKsText * t)
{
  while (g_ascii_isspace (*t->at))
    t->at++;
}

gboolean
gst_ks_text_take (GstKsText * t, const gchar * token)
{
  if (!g_str_has_prefix (t->at, token))
    return FALSE;
  t->at += strlen (token);
  return TRUE;
}

gboolean
gst_ks_text_expect_end (GstKsText * t, GError ** error)
{
  gst_ks_text_skip_space (t);
  if (*t->at == '\0')
    return TRUE;
  return gst_ks_text_fail (t, error, "unexpected '%.*s'",
      (gint) (g_utf8_next_char (t->at) - t->at), t->at);
}

/* FALSE when the number does not fit; all of it is taken all the same. */
static gboolean
take_digits (GstKsText * t, guint64 * number)
{
  gboolean fits = TRUE;
  guint64 n = 0;

  for (; g_ascii_isdigit (*t->at); t->at++) {
    guint digit = (guint) (*t->at - '0');

    fits = fits && gst_ks_size_mul (n, 10, &n)
        && gst_ks_size_add (n, digit, &n);
  }
  *number = n;
  return fits;
}

static gboolean
take_suffix (GstKsText * t, guint64 * number)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (*t->at != suffixes[i].letter)
      continue;
    t->at++;
    return gst_ks_size_mul (*number, (guint64) 1 << suffixes[i].shift, number);
  }
  return TRUE;
}

static gboolean
fail_limit (GstKsText * t, const gchar * start, GError ** error)
{
  gint length = (gint) MIN (t->at - start, 40);

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "column %u: %.*s%s is above the limit %" G_GUINT64_FORMAT " (2^62)",
      gst_ks_text_column (t, start), length, start,
      t->at - start > 40 ? "..." : "", GST_KS_RANGE_LIMIT);
  return FALSE;
}

static gboolean
fail_negative (GstKsText * t, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "column %u: a negative number; sizes and counts are 0 or more",
      gst_ks_text_column (t, t->at));
  return FALSE;
}

gboolean
gst_ks_text_read_number (GstKsText * t, guint64 * number, GError ** error)
{
  const gchar *start = t->at;
  gboolean fits;
  guint64 n;

  if (*start == '-')
    return fail_negative (t, error);
  if (!g_ascii_isdigit (*start))
    return gst_ks_text_fail (t, error, "expected a number");
  fits = take_digits (t, &n);
  fits = take_suffix (t, &n) && fits;
  if (g_ascii_isalnum (*t->at))
    return gst_ks_text_fail (t, error,
        "unexpected '%c' after a number; k, M and G may follow", *t->at);
  if (!fits || n > GST_KS_RANGE_LIMIT)
    return fail_limit (t, start, error);
  *number = n;
  return TRUE;
}

/* Weights: a sign, and the same limit on both sides of 0. */
gboolean
gst_ks_text_read_integer (GstKsText * t, gint64 * integer, GError ** error)
{
  gboolean negative = gst_ks_text_take (t, "-");
  guint64 n;

  if (*t->at == '-')
    return gst_ks_text_fail (t, error, "expected a number");
  if (!gst_ks_text_read_number (t, &n, error))
    return FALSE;
  *integer = negative ? -(gint64) n : (gint64) n;
  return TRUE;
}

static gboolean
number_ahead (const GstKsText * t)
{
  return g_ascii_isdigit (*t->at) || *t->at == '-';
}

/* The part after "..": an upper end and a step, both optional. */
static gboolean
read_upper (GstKsText * t, gboolean has_min, GstKsRange * r, GError ** error)
{
  if (number_ahead (t)) {
    if (!gst_ks_text_read_number (t, &r->max, error))
      return FALSE;
  } else if (!has_min) {
    return gst_ks_text_fail (t, error, "a range needs at least one end");
  }
  if (gst_ks_text_take (t, "/"))
    return gst_ks_text_read_number (t, &r->step, error);
  return TRUE;
}

/* Not normalised: the caller does that, and knows where the range began. */
gboolean
gst_ks_text_read_range (GstKsText * t, GstKsRange * range, GError ** error)
{
  GstKsRange r = GST_KS_RANGE_INIT_ANY;
  gboolean has_min = number_ahead (t);

  if (has_min && !gst_ks_text_read_number (t, &r.min, error))
    return FALSE;
  if (gst_ks_text_take (t, "..")) {
    if (!read_upper (t, has_min, &r, error))
      return FALSE;
  } else if (!has_min) {
    return gst_ks_text_fail (t, error,
        "expected a number or a range such as 64..4k/64");
  } else if (*t->at == '/') {
    return gst_ks_text_fail (t, error, "one value takes no step");
  } else if (*t->at == '.') {
    return gst_ks_text_fail (t, error, "expected '..'; numbers are whole");
  } else {
    r.max = r.min;
    r.step = 0;
  }
  *range = r;
  return TRUE;
}

/* The largest suffix that divides is always the shortest form. */
void
gst_ks_text_append_number (GString * text, guint64 number)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    guint64 unit = G_GUINT64_CONSTANT (1) << suffixes[i].shift;

    if (number == 0 || number % unit != 0)
      continue;
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "%c", number / unit,
        suffixes[i].letter);
    return;
  }
  g_string_append_printf (text, "%" G_GUINT64_FORMAT, number);
}

/* range is normalised */
void
gst_ks_text_append_range (GString * text, const GstKsRange * range)
{
  GstKsRange open = { range->min, GST_KS_RANGE_LIMIT, range->step };
  gboolean no_upper = range->min != range->max
      && gst_ks_range_normalize (&open, NULL) && open.max == range->max;

  if (range->min == range->max) {
    gst_ks_text_append_number (text, range->min);
    return;
  }
  if (range->min != 0 || no_upper)
    gst_ks_text_append_number (text, range->min);
  g_string_append (text, "..");
  if (!no_upper)
    gst_ks_text_append_number (text, range->max);
  if (range->step > 1) {
    g_string_append_c (text, '/');
    gst_ks_text_append_number (text, range->step);
  }
}
