/* The words of a plan's text form.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksplan.h"

static const gchar *
word_of (const gchar * const *words, guint n_words, gint value)
{
  return value >= 0 && (guint) value < n_words ? words[value] : NULL;
}

static const gchar *
word_of_bit (const gchar * const *words, guint n_words, guint bit)
{
  if (bit == 0 || (bit & (bit - 1)) != 0)
    return NULL;
  return word_of (words, n_words, g_bit_nth_lsf (bit, -1));
}

/**
 * gst_ks_plan_status_to_string:
 * @status: a status
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_plan_status_to_string (GstKsPlanStatus status)
{
  static const gchar *const words[] = { "ok", "unsatisfiable", "invalid" };

  return word_of (words, G_N_ELEMENTS (words), (gint) status);
}

/**
 * gst_ks_plan_code_to_string:
 * @code: a reason
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_plan_code_to_string (GstKsPlanCode code)
{
  static const gchar *const words[] = {
    "memory", "device", "bus", "size", "stride", "align", "frames",
    "must-allocate", "cannot-allocate", "ratio", "limit", "overflow",
    "frame-integrity", "weight"
  };

  return word_of (words, G_N_ELEMENTS (words), (gint) code);
}

/**
 * gst_ks_segment_place_to_string:
 * @place: a place
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_segment_place_to_string (GstKsSegmentPlace place)
{
  static const gchar *const words[] = { "none", "first", "last", "middle" };

  return word_of (words, G_N_ELEMENTS (words), (gint) place);
}

/**
 * gst_ks_segment_state_to_string:
 * @state: a state
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_segment_state_to_string (GstKsSegmentState state)
{
  static const gchar *const words[] = {
    "dont-care", "range-not-fixed", "range-fixed", "compression-unknown",
    "finalized"
  };

  return word_of (words, G_N_ELEMENTS (words), (gint) state);
}

/**
 * gst_ks_segment_flag_to_string:
 * @flag: one flag
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_segment_flag_to_string (GstKsSegmentFlags flag)
{
  static const gchar *const words[] = {
    "no-frame-integrity", "multiple-output", "cycle", "independent-ranges",
    "attention-stepping"
  };

  return word_of_bit (words, G_N_ELEMENTS (words), (guint) flag);
}

/**
 * gst_ks_segment_factor_to_string:
 * @factor: one factor
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_segment_factor_to_string (GstKsSegmentFactors factor)
{
  static const gchar *const words[] = {
    "memory-types", "flags", "physical-ranges", "optimal-ranges",
    "fixed-compression", "unknown-compression", "buffers", "align",
    "physical-end", "logical-end"
  };

  return word_of_bit (words, G_N_ELEMENTS (words), (guint) factor);
}
