/* The table of framing fields: what drives parse, print, merge and equal.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksframing.h"
#include "gstkstext.h"

G_BEGIN_DECLS

/* Bounds what a hostile text or a product of alternatives can cost. */
#define GST_KS_FRAMING_MAX_ITEMS 64

/* How a value is written. Values are pointers into the item (or the ratio). */
typedef struct
{
  /* Reads one value; FALSE with an error that has the column. */
  gboolean (*read) (GstKsText *t, gpointer value, GError **error);
  void (*write) (GString *text, gconstpointer value);
  /* Brings a value into its one form (interned, normalised); FALSE with
   * GST_KS_ERROR_INVALID and no column when it cannot be. NULL: always can. */
  gboolean (*settle) (gpointer value, GError **error);
  gboolean (*equal) (gconstpointer a, gconstpointer b);
} GstKsForm;

/* Two items on their way to become one. */
typedef struct
{
  const GstKsFramingItem *a;
  const GstKsFramingItem *b;
  GstKsFramingItem *out;
  gboolean minimize_frames;     /* frames: maximum instead of sum */
} GstKsMeet;

/* How a value is merged. */
typedef struct
{
  /* FALSE: they cannot meet. Fields are merged in table order. */
  gboolean (*merge) (const GstKsMeet *meet, gconstpointer a, gconstpointer b, gpointer out);
  /* Whether all that a allows is allowed by b. NULL: does not matter. */
  gboolean (*subset) (const GstKsMeet *meet, gconstpointer a, gconstpointer b);
} GstKsRule;

typedef struct
{
  const gchar *name;
  const GstKsForm *form;
  const GstKsRule *rule;
  gsize offset;                 /* in the item, or in the ratio */
  gssize fallback;              /* offset of the field a missing one is copied from; -1: the default */
  gboolean of_framing;          /* belongs to the framing, written in the first item */
} GstKsField;

/* The first row is the name of the item, the kind. */
extern const GstKsField gst_ks_fields[];
extern const guint gst_ks_n_fields;

struct _GstKsFraming
{
  gatomicrefcount ref_count;
  GstKsRatio ratio;
  guint n_items;
  GstKsFramingItem *items;
};

const gchar *  gst_ks_fields_list (void);
gpointer       gst_ks_field_in (const GstKsField *field, const GstKsFramingItem *item, const GstKsRatio *ratio);
gconstpointer  gst_ks_field_default (const GstKsField *field, const GstKsFramingItem *item);
gboolean       gst_ks_framing_item_equal (const GstKsFramingItem *a, const GstKsFramingItem *b);
/* Brings all values into their one form; FALSE, with the field named, when one
 * cannot be. Either may be NULL. */
gboolean       gst_ks_framing_settle (GstKsFramingItem *item, GstKsRatio *ratio, GError **error);
/* As gst_ks_framing_intersect (), with the strategy for frames. */
GstKsFraming * gst_ks_framing_meet (const GstKsFraming *a, const GstKsFraming *b, gboolean minimize_frames, GError **error);

extern const GstKsForm gst_ks_form_kind;
extern const GstKsForm gst_ks_form_string;
extern const GstKsForm gst_ks_form_bus;
extern const GstKsForm gst_ks_form_range;
extern const GstKsForm gst_ks_form_frames;
extern const GstKsForm gst_ks_form_align;
extern const GstKsForm gst_ks_form_bytes;
extern const GstKsForm gst_ks_form_weight;
extern const GstKsForm gst_ks_form_flags;
extern const GstKsForm gst_ks_form_ratio;

extern const GstKsRule gst_ks_rule_kind;
extern const GstKsRule gst_ks_rule_same;
extern const GstKsRule gst_ks_rule_size;
extern const GstKsRule gst_ks_rule_prefer;
extern const GstKsRule gst_ks_rule_frames;
extern const GstKsRule gst_ks_rule_exact;
extern const GstKsRule gst_ks_rule_maximum;
extern const GstKsRule gst_ks_rule_sum;
extern const GstKsRule gst_ks_rule_flags;
extern const GstKsRule gst_ks_rule_compose;

/* Whether prefix, padding and align can be those of memory here. */
gboolean         gst_ks_framing_item_fits_address (const GstKsFramingItem *item, GError **error);

G_END_DECLS
