/* The forms of framing values: how each is read, written and checked.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <string.h>

#include "gstksbus.h"
#include "gstksframingfield.h"
#include "gstkskind.h"
#include "gstkssize.h"


static gboolean
fail_invalid (GError ** error, const gchar * what, const gchar * remedy)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID, "%s; %s", what,
      remedy);
  return FALSE;
}

/* Words: kinds, buses, flags. They are interned when settled, not when read:
 * what is interned stays, and bad text must not grow the process. */

static const gchar *
take_word (GstKsText * t)
{
  const gchar *start = t->at;

  while (g_ascii_isalnum (*t->at) || *t->at == '-' || *t->at == '_')
    t->at++;
  return g_string_chunk_insert_len (t->words, start, t->at - start);
}

static gboolean
word_equal (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const gchar * const *) a, *(const gchar * const *) b)
      == 0;
}

static void
word_write (GString * text, gconstpointer value)
{
  g_string_append (text, *(const gchar * const *) value);
}

static gboolean
kind_settle (gpointer value, GError ** error)
{
  const gchar **word = value;
  g_autofree gchar *known = NULL;

  if (gst_ks_kind_is_valid (*word)) {
    *word = g_intern_string (*word);
    return TRUE;
  }
  known = gst_ks_kind_list_known ();
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "'%.*s' is no kind of memory; known: %s; a vendor's own word has a-z, "
      "0-9 and -", *word ? gst_ks_text_shown (*word) : 0, *word ? *word : "",
      known);
  return FALSE;
}

static gboolean
word_read (GstKsText * t, gpointer value, GError ** error)
{
  *(const gchar **) value = take_word (t);
  return TRUE;
}

const GstKsForm gst_ks_form_kind = {
  word_read, word_write, kind_settle, word_equal
};

/* One spelling, so that equal GUIDs are equal strings. */
static gboolean
bus_settle (gpointer value, GError ** error)
{
  const gchar **word = value;
  g_autofree gchar *lower = NULL;
  g_autofree gchar *known = NULL;

  if (*word == NULL)
    return TRUE;
  lower = g_ascii_strdown (*word, -1);
  if (gst_ks_bus_from_word (*word) != NULL || g_uuid_string_is_valid (lower)) {
    *word = g_intern_string (lower);
    return TRUE;
  }
  known = gst_ks_bus_list_known ();
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "unknown bus '%.*s'; known: %s, or a GUID such as "
      "01234567-89ab-cdef-0123-456789abcdef", gst_ks_text_shown (*word), *word,
      known);
  return FALSE;
}

const GstKsForm gst_ks_form_bus = {
  word_read, word_write, bus_settle, word_equal
};

/* Strings */

/* What GStructure lets stand without quotes. */
static gboolean
is_plain (gchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("_-+/:.", c) != NULL);
}

static gboolean
string_settle (gpointer value, GError ** error)
{
  const gchar **string = value;

  if (*string == NULL)
    return TRUE;
  if (**string == '\0' || !g_utf8_validate (*string, -1, NULL))
    return fail_invalid (error, "the name is empty or not UTF-8",
        "leave the field out for any");
  for (const gchar * c = *string; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      return fail_invalid (error, "the name has a control character",
          "take it out");
  }
  *string = g_intern_string (*string);
  return TRUE;
}

static gboolean
quoted_read (GstKsText * t, GString * into, GError ** error)
{
  const gchar *start = t->at;

  for (t->at++; *t->at != '"'; t->at++) {
    if (*t->at == '\\')
      t->at++;
    if (*t->at == '\0') {
      t->at = start;
      return gst_ks_text_fail (t, error, "a quote that is never closed");
    }
    g_string_append_c (into, *t->at);
  }
  t->at++;
  return TRUE;
}

static gboolean
string_read (GstKsText * t, gpointer value, GError ** error)
{
  g_autoptr (GString) string = g_string_new (NULL);

  if (*t->at == '"') {
    if (!quoted_read (t, string, error))
      return FALSE;
  } else {
    for (; is_plain (*t->at); t->at++)
      g_string_append_c (string, *t->at);
  }
  *(const gchar **) value = g_string_chunk_insert (t->words, string->str);
  return TRUE;
}

static void
string_write (GString * text, gconstpointer value)
{
  const gchar *string = *(const gchar * const *) value;
  gboolean plain = TRUE;

  for (const gchar * c = string; *c != '\0'; c++)
    plain = plain && is_plain (*c);
  if (plain) {
    g_string_append (text, string);
    return;
  }
  g_string_append_c (text, '"');
  for (const gchar * c = string; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
}

const GstKsForm gst_ks_form_string = {
  string_read, string_write, string_settle, word_equal
};

/* Ranges */

static gboolean
range_read (GstKsText * t, gpointer value, GError ** error)
{
  return gst_ks_text_read_range (t, value, error);
}

static void
range_write (GString * text, gconstpointer value)
{
  gst_ks_text_append_range (text, value);
}

static gboolean
range_settle (gpointer value, GError ** error)
{
  return gst_ks_range_normalize (value, error);
}

static gboolean
range_equal (gconstpointer a, gconstpointer b)
{
  return gst_ks_range_equal (a, b);
}

const GstKsForm gst_ks_form_range = {
  range_read, range_write, range_settle, range_equal
};

/* Held and cap, not a set of values: a step has no meaning. */
static gboolean
frames_settle (gpointer value, GError ** error)
{
  GstKsRange *range = value;

  if (range->step > 1 && range->min != range->max)
    return fail_invalid (error, "frames are held..cap and take no step",
        "leave the step out");
  return gst_ks_range_normalize (range, error);
}

const GstKsForm gst_ks_form_frames = {
  range_read, range_write, frames_settle, range_equal
};

/* Numbers */

static gboolean
number_read (GstKsText * t, gpointer value, GError ** error)
{
  return gst_ks_text_read_number (t, value, error);
}

static void
number_write (GString * text, gconstpointer value)
{
  gst_ks_text_append_number (text, *(const guint64 *) value);
}

static gboolean
number_equal (gconstpointer a, gconstpointer b)
{
  return *(const guint64 *) a == *(const guint64 *) b;
}

static gboolean
bytes_settle (gpointer value, GError ** error)
{
  if (*(guint64 *) value > GST_KS_RANGE_LIMIT)
    return fail_invalid (error, "above the limit of 2^62", "ask for less");
  return TRUE;
}

static gboolean
align_settle (gpointer value, GError ** error)
{
  guint64 align = *(guint64 *) value;

  if (gst_ks_size_is_power_of_two (align))
    return bytes_settle (value, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID, "%" G_GUINT64_FORMAT
      " is no alignment; give bytes, a power of two (the mask of %"
      G_GUINT64_FORMAT " is not what is meant here)", align, align);
  return FALSE;
}

const GstKsForm gst_ks_form_bytes = {
  number_read, number_write, bytes_settle, number_equal
};

const GstKsForm gst_ks_form_align = {
  number_read, number_write, align_settle, number_equal
};

static gboolean
weight_read (GstKsText * t, gpointer value, GError ** error)
{
  return gst_ks_text_read_integer (t, value, error);
}

static void
weight_write (GString * text, gconstpointer value)
{
  gint64 weight = *(const gint64 *) value;

  if (weight < 0)
    g_string_append_c (text, '-');
  gst_ks_text_append_number (text, (guint64) ABS (weight));
}

static gboolean
weight_settle (gpointer value, GError ** error)
{
  gint64 weight = *(gint64 *) value;
  gint64 limit = (gint64) GST_KS_RANGE_LIMIT;

  if (weight > limit || weight < -limit)
    return fail_invalid (error, "the weight is beyond 2^62", "scale it down");
  return TRUE;
}

const GstKsForm gst_ks_form_weight = {
  weight_read, weight_write, weight_settle, number_equal
};

/* Flags */

static const GFlagsValue flag_values[] = {
  {GST_KS_FRAMING_FLAG_IN_PLACE, "GST_KS_FRAMING_FLAG_IN_PLACE", "in-place"},
  {GST_KS_FRAMING_FLAG_FRAME_INTEGRITY, "GST_KS_FRAMING_FLAG_FRAME_INTEGRITY",
      "frame-integrity"},
  {GST_KS_FRAMING_FLAG_MUST_ALLOCATE, "GST_KS_FRAMING_FLAG_MUST_ALLOCATE",
      "must-allocate"},
  {GST_KS_FRAMING_FLAG_CAN_ALLOCATE, "GST_KS_FRAMING_FLAG_CAN_ALLOCATE",
      "can-allocate"},
  {GST_KS_FRAMING_FLAG_PREFERENCES_ONLY,
      "GST_KS_FRAMING_FLAG_PREFERENCES_ONLY", "preferences-only"},
  {GST_KS_FRAMING_FLAG_PARTIAL_READ, "GST_KS_FRAMING_FLAG_PARTIAL_READ",
      "partial-read"},
  {GST_KS_FRAMING_FLAG_INSIST_ON_RATIO,
      "GST_KS_FRAMING_FLAG_INSIST_ON_RATIO", "insist-on-ratio"},
  {GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC,
      "GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC", "device-specific"},
  {GST_KS_FRAMING_FLAG_KERNEL_ONLY, "GST_KS_FRAMING_FLAG_KERNEL_ONLY",
      "kernel-only"},
  {0, NULL, NULL}
};

/**
 * gst_ks_framing_flags_get_type:
 *
 * The nicks of the values are the words of the text form. Any thread.
 *
 * Returns: the type of #GstKsFramingFlags
 *
 * Since: 0.9
 */
GType
gst_ks_framing_flags_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("GstKsFramingFlags",
            flag_values));
  return type;
}

static gboolean
fail_flag (GstKsText * t, GError ** error, const gchar * word)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (const GFlagsValue * f = flag_values; f->value_nick != NULL; f++)
    g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "",
        f->value_nick);
  return gst_ks_text_fail (t, error, "unknown flag '%.*s'; known: %s",
      gst_ks_text_shown (word), word, known->str);
}

static gboolean
flag_read (GstKsText * t, guint * flags, GError ** error)
{
  const gchar *start = t->at;
  const gchar *word = take_word (t);
  const GFlagsValue *f = flag_values;

  while (f->value_nick != NULL && strcmp (f->value_nick, word) != 0)
    f++;
  if (f->value_nick != NULL && (*flags & f->value) == 0) {
    *flags |= f->value;
    return TRUE;
  }
  t->at = start;
  if (f->value_nick == NULL)
    return fail_flag (t, error, word);
  return gst_ks_text_fail (t, error, "flag '%s' is given twice", word);
}

static gboolean
flags_read (GstKsText * t, gpointer value, GError ** error)
{
  guint flags = 0;

  do {
    if (!flag_read (t, &flags, error))
      return FALSE;
  } while (gst_ks_text_take (t, "+"));
  *(GstKsFramingFlags *) value = (GstKsFramingFlags) flags;
  return TRUE;
}

static void
flags_write (GString * text, gconstpointer value)
{
  guint flags = *(const GstKsFramingFlags *) value;
  const gchar *plus = "";

  for (const GFlagsValue * f = flag_values; f->value_nick != NULL; f++) {
    if ((flags & f->value) == 0)
      continue;
    g_string_append_printf (text, "%s%s", plus, f->value_nick);
    plus = "+";
  }
}

static gboolean
flags_settle (gpointer value, GError ** error)
{
  guint unknown = *(GstKsFramingFlags *) value;

  for (const GFlagsValue * f = flag_values; f->value_nick != NULL; f++)
    unknown &= ~f->value;
  if (unknown == 0)
    return TRUE;
  return fail_invalid (error, "a flag that does not exist",
      "use the values of GstKsFramingFlags");
}

static gboolean
flags_equal (gconstpointer a, gconstpointer b)
{
  return *(const GstKsFramingFlags *) a == *(const GstKsFramingFlags *) b;
}

const GstKsForm gst_ks_form_flags = {
  flags_read, flags_write, flags_settle, flags_equal
};

/* Ratio */

static gboolean
ratio_read (GstKsText * t, gpointer value, GError ** error)
{
  GstKsRatio r = GST_KS_RATIO_INIT;

  if (gst_ks_text_take (t, "unknown")) {
    *(GstKsRatio *) value = (GstKsRatio) GST_KS_RATIO_INIT_UNKNOWN;
    return TRUE;
  }
  if (!gst_ks_text_read_number (t, &r.numerator, error))
    return FALSE;
  if (gst_ks_text_take (t, "/")
      && !gst_ks_text_read_number (t, &r.denominator, error))
    return FALSE;
  if (gst_ks_text_take (t, "+")
      && !gst_ks_text_read_number (t, &r.margin, error))
    return FALSE;
  /* unknown is a word; 0/0 is a mistake like 1/0 */
  if (r.numerator == 0)
    r.denominator = MAX (r.denominator, 1);
  *(GstKsRatio *) value = r;
  return TRUE;
}

static void
ratio_write (GString * text, gconstpointer value)
{
  const GstKsRatio *r = value;

  if (!gst_ks_ratio_is_known (r)) {
    g_string_append (text, "unknown");
    return;
  }
  gst_ks_text_append_number (text, r->numerator);
  if (r->denominator != 1) {
    g_string_append_c (text, '/');
    gst_ks_text_append_number (text, r->denominator);
  }
  if (r->margin != 0) {
    g_string_append_c (text, '+');
    gst_ks_text_append_number (text, r->margin);
  }
}

static gboolean
ratio_settle (gpointer value, GError ** error)
{
  return gst_ks_ratio_normalize (value, error);
}

static gboolean
ratio_equal (gconstpointer a, gconstpointer b)
{
  return gst_ks_ratio_equal (a, b);
}

const GstKsForm gst_ks_form_ratio = {
  ratio_read, ratio_write, ratio_settle, ratio_equal
};

/* A framing has 64 bits for each, whatever an address has. */
gboolean
gst_ks_framing_item_fits_address (const GstKsFramingItem * item,
    GError ** error)
{
  gsize align, prefix, padding;

  if (gst_ks_size_take (item->align, &align)
      && gst_ks_size_take (item->prefix, &prefix)
      && gst_ks_size_take (item->padding, &padding))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
      "prefix %" G_GUINT64_FORMAT ", padding %" G_GUINT64_FORMAT " and align %"
      G_GUINT64_FORMAT ": no address here goes beyond %" G_GSIZE_FORMAT
      "; choose smaller ones", item->prefix, item->padding, item->align,
      G_MAXSIZE);
  return FALSE;
}
