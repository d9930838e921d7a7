/* What KS asks of whoever creates an allocator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A rule is a row of a table: the field that it looks at, what must hold, and
 * what to do about it. KS names the fields, so the messages do too. */

#include "gstksvalidate.h"
#include "gstksrange.h"
#include "gstkssize.h"
#include "gstkswireprivate.h"

#define NO_LIMIT G_MAXUINT32    /* max_frame_size of who does not care */

/* --- the fixed framing of a create request --- */

static gboolean
has_frame_size (const GstKsAbiFraming * framing)
{
  return framing->frame_size != 0;
}

static gboolean
has_known_options (const GstKsAbiFraming * framing)
{
  return (framing->requirements_flags & ~GST_KSALLOCATOR_OPTIONF_VALID) == 0;
}

static gboolean
is_below_ceiling (const GstKsAbiFraming * framing)
{
  return framing->file_alignment < GST_KS_WIRE_ALIGN_MAX;
}

static gboolean
has_mask (const GstKsAbiFraming * framing)
{
  gsize align;

  return gst_ks_align_from_mask (framing->file_alignment, &align);
}

static gboolean
has_known_pool (const GstKsAbiFraming * framing)
{
  return framing->pool_type == GST_NonPagedPool
      || framing->pool_type == GST_PagedPool;
}

/* Sizes of KS have 32 bits, whatever ours have. */
static gboolean
can_be_counted (const GstKsAbiFraming * framing)
{
  gsize align = 1, block = 0;

  return gst_ks_align_from_mask (framing->file_alignment, &align)
      && gst_ks_size_block (0, framing->frame_size, 0, align, &block)
      && block <= G_MAXUINT32;
}

typedef struct
{
  const gchar *field;           /* as KS calls it */
  gsize offset;                 /* of a guint32 in GstKsAbiFraming */
    gboolean (*holds) (const GstKsAbiFraming * framing);
  GstKsError code;
  const gchar *why;             /* and what would help */
} Rule;

/* In this order: each may rely on those before it. */
/* *INDENT-OFF* */
static const Rule rules[] = {
  { "FrameSize", G_STRUCT_OFFSET (GstKsAbiFraming, frame_size),
    has_frame_size, GST_KS_ERROR_INVALID,
    "0 means any size only in what a pin asks for; a new allocator needs the "
    "bytes of a frame, prefix and postfix included" },
  { "OptionsFlags", G_STRUCT_OFFSET (GstKsAbiFraming, requirements_flags),
    has_known_options, GST_KS_ERROR_INVALID,
    "only 0x1 (COMPATIBLE) and 0x2 (SYSTEM_MEMORY) may be set in a create "
    "request; leave out what a pin requires" },
  { "FileAlignment", G_STRUCT_OFFSET (GstKsAbiFraming, file_alignment),
    is_below_ceiling, GST_KS_ERROR_INVALID,
    "the mask is at most 4095, a page; ask for a page at most" },
  { "FileAlignment", G_STRUCT_OFFSET (GstKsAbiFraming, file_alignment),
    has_mask, GST_KS_ERROR_INVALID,
    "it is a mask, 2^k - 1, one less than the bytes; for 64 bytes write 63" },
  { "PoolType", G_STRUCT_OFFSET (GstKsAbiFraming, pool_type),
    has_known_pool, GST_KS_ERROR_INVALID,
    "it is 0 (NonPagedPool, locked memory) or 1 (PagedPool, ordinary memory)" },
  { "FrameSize", G_STRUCT_OFFSET (GstKsAbiFraming, frame_size),
    can_be_counted, GST_KS_ERROR_OVERFLOW,
    "rounded up to the alignment it does not fit into 32 bits; ask for "
    "smaller frames" },
};
/* *INDENT-ON* */

/**
 * gst_ks_validate_create_framing:
 * @framing: what an allocator is to be created with
 * @error: set to the first rule that it breaks: the field, its value, the
 *     reason and what would help. %GST_KS_ERROR_OVERFLOW for a size that
 *     cannot be counted, else %GST_KS_ERROR_INVALID
 *
 * Checks what a create request must hold, whoever the allocator is: a size,
 * no unknown option, an alignment mask of at most 4095, a pool that exists. No
 * frames means no cap, and what is reserved is not looked at. That
 * SYSTEM_MEMORY is set is a rule of gst_ks_default_allocator_new() only: an
 * allocator of device memory is created without. Any thread.
 *
 * Returns: whether all rules hold
 *
 * Since: 0.9
 */
gboolean
gst_ks_validate_create_framing (const GstKsAbiFraming * framing,
    GError ** error)
{
  g_return_val_if_fail (framing != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    const Rule *rule = &rules[i];
    guint32 value;

    if (rule->holds (framing))
      continue;
    value = G_STRUCT_MEMBER (guint32, framing, rule->offset);
    g_set_error (error, GST_KS_ERROR, rule->code,
        "create request: %s is %u (0x%x): %s", rule->field, value, value,
        rule->why);
    return FALSE;
  }
  return TRUE;
}

/**
 * gst_ks_validate_create_request:
 * @class_name: (nullable): the class that the request names
 * @parameters: (nullable): the bytes that come with it, a KSALLOCATOR_FRAMING
 *     and perhaps more
 * @framing: (out caller-allocates): the framing in them, its reserved field 0
 * @error: set to the first rule that is broken: %GST_KS_ERROR_TOO_SMALL for
 *     too few bytes, else as gst_ks_validate_create_framing()
 *
 * Checks a request to create an allocator as a filter gets it. Any thread.
 *
 * KS: KsValidateAllocatorCreateRequest, which returns the framing too.
 *
 * Returns: whether all rules hold; @framing is written only then
 *
 * Since: 0.9
 */
gboolean
gst_ks_validate_create_request (const gchar * class_name, GBytes * parameters,
    GstKsAbiFraming * framing, GError ** error)
{
  g_autoptr (GBytes) fixed = NULL;
  GstKsAbiFraming read;
  gsize size;

  g_return_val_if_fail (framing != NULL, FALSE);

  if (class_name == NULL
      || g_ascii_strcasecmp (class_name, GST_KSSTRING_Allocator) != 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "create request: its class is \"%s\": an allocator is asked for by %s "
        "(KSSTRING_Allocator)", class_name ? class_name : "",
        GST_KSSTRING_Allocator);
    return FALSE;
  }
  size = gst_ks_abi_struct_get_size (GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE);
  if (parameters == NULL || g_bytes_get_size (parameters) < size) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
        "create request: it carries %" G_GSIZE_FORMAT " bytes: a "
        "KSALLOCATOR_FRAMING has %" G_GSIZE_FORMAT "; send all of it",
        parameters ? g_bytes_get_size (parameters) : 0, size);
    return FALSE;
  }
  fixed = g_bytes_new_from_bytes (parameters, 0, size);
  if (!gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, fixed, &read,
          error)
      || !gst_ks_validate_create_framing (&read, error))
    return FALSE;
  read.reserved = 0;
  *framing = read;
  return TRUE;
}

/* --- the extended framing against a pin's --- */

static gboolean
read_range (const GstKsAbiRange * range, GstKsRange * out)
{
  *out = (GstKsRange) {
  range->min_frame_size, range->max_frame_size, range->stepping};
  return gst_ks_range_normalize (out, NULL);
}

/* What is preferred, where that is possible at all. */
static gboolean
read_sizes (const GstKsAbiFramingItem * item, GstKsRange * out)
{
  GstKsRange physical, preferred, both;

  if (!read_range (&item->physical_range, &physical)
      || !read_range (&item->framing_range.range, &preferred))
    return FALSE;
  *out = gst_ks_range_intersect (&physical, &preferred, &both) ? both :
      physical;
  return TRUE;
}

static gboolean
is_2d (const GstKsAbiFramingItem * item)
{
  return (item->flags & GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED) != 0;
}

static gboolean
memory_fits (const GstKsAbiFramingItem * item, const GstKsAbiFramingItem * pin)
{
  const GstKsGuid system = GST_KSMEMORY_TYPE_SYSTEM;

  return gst_ks_guid_is_null (&pin->memory_type)
      || gst_ks_guid_equal (&item->memory_type, &pin->memory_type)
      || (gst_ks_guid_equal (&pin->memory_type, &system)
      && gst_ks_wire_is_host_memory (&item->memory_type));
}

static gboolean
bus_fits (const GstKsAbiFramingItem * item, const GstKsAbiFramingItem * pin)
{
  return gst_ks_guid_is_null (&pin->bus_type)
      || gst_ks_guid_equal (&item->bus_type, &pin->bus_type);
}

static gboolean
size_fits (const GstKsAbiFramingItem * item, const GstKsAbiFramingItem * pin)
{
  GstKsRange sizes, physical;

  return read_sizes (item, &sizes)
      && read_range (&pin->physical_range, &physical)
      && gst_ks_range_is_subset (&sizes, &physical);
}

/* A pitch has to be the very same, a mask may be larger. */
static gboolean
alignment_fits (const GstKsAbiFramingItem * item,
    const GstKsAbiFramingItem * pin)
{
  if (is_2d (pin))
    return is_2d (item) && item->file_alignment == pin->file_alignment;
  return is_2d (item)
      || (item->file_alignment & pin->file_alignment) == pin->file_alignment;
}

/* More frames than the pin needs do no harm; 0 is no cap. */
static gboolean
frames_fit (const GstKsAbiFramingItem * item, const GstKsAbiFramingItem * pin)
{
  return item->frames == 0 || item->frames >= pin->frames;
}

typedef struct
{
  const gchar *field;           /* as KS calls it */
  gboolean is_wish;             /* where the pin says PREFERENCES_ONLY */
    gboolean (*fits) (const GstKsAbiFramingItem * item,
      const GstKsAbiFramingItem * pin);
} Match;

static const Match matches[] = {
  {"BusType", FALSE, bus_fits},
  {"MemoryType", TRUE, memory_fits},
  {"PhysicalRange", TRUE, size_fits},
  {"FileAlignment", TRUE, alignment_fits},
  {"Frames", TRUE, frames_fit},
};

/* NULL: the pin can take it; else the field that stands in the way. */
static const gchar *
what_does_not_fit (const GstKsAbiFramingItem * item,
    const GstKsAbiFramingItem * pin)
{
  gboolean wishes =
      (pin->flags & GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY) != 0;

  for (guint i = 0; i < G_N_ELEMENTS (matches); i++) {
    if (!(wishes && matches[i].is_wish) && !matches[i].fits (item, pin))
      return matches[i].field;
  }
  return NULL;
}

/* Bytes that the largest frame of the pin becomes; FALSE: nobody knows, or it
 * does not grow. */
static gboolean
read_expanded_size (const GstKsAbiFramingEx * framing,
    const GstKsAbiFramingItem * pin, guint64 * expanded)
{
  const GstKsAbiCompression *c = &framing->output_compression;
  const GstKsRatio ratio = {
    c->ratio_numerator, c->ratio_denominator, c->ratio_constant_margin
  };
  GstKsRange sizes;

  if (c->ratio_denominator == 0 || c->ratio_numerator == G_MAXUINT32
      || c->ratio_numerator <= c->ratio_denominator
      || !read_sizes (pin, &sizes) || sizes.max >= NO_LIMIT)
    return FALSE;
  if (!gst_ks_ratio_apply (&ratio, sizes.max, expanded, NULL))
    *expanded = G_MAXUINT64;
  return TRUE;
}

static gboolean
check_expansion (const GstKsAbiFramingEx * pin_framing,
    const GstKsAbiFramingItem * item, const GstKsAbiFramingItem * pin,
    GError ** error)
{
  GstKsRange sizes;
  guint64 expanded = 0;

  if (((item->flags | pin->flags) &
          GST_KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT) != 0
      || !read_expanded_size (pin_framing, pin, &expanded)
      || !read_sizes (item, &sizes) || sizes.max >= expanded)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "frames of %" G_GUINT64_FORMAT " bytes: the pin expands its frames to %"
      G_GUINT64_FORMAT " (OutputCompression %u/%u + %u) and does not fill them "
      "in parts; make them larger, or set PARTIAL_READ_SUPPORT (0x10)",
      sizes.max, expanded, pin_framing->output_compression.ratio_numerator,
      pin_framing->output_compression.ratio_denominator,
      pin_framing->output_compression.ratio_constant_margin);
  return FALSE;
}

/* By itself, whatever the pin says. */
static gboolean
check_item (const GstKsAbiFramingItem * item, GError ** error)
{
  GstKsRange sizes;
  gsize align;

  if (!read_sizes (item, &sizes)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "PhysicalRange or FramingRange is none: the smallest size is at most "
        "the largest, and a step at most what lies between them");
    return FALSE;
  }
  if (!is_2d (item) && !gst_ks_align_from_mask (item->file_alignment, &align)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "FileAlignment is %u (0x%x): it is a mask, 2^k - 1, one less than the "
        "bytes", item->file_alignment, item->file_alignment);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_against_pin (const GstKsAbiFramingItem * item,
    const GstKsAbiFramingEx * pin_framing, GError ** error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);
  g_autoptr (GError) last = NULL;

  for (guint i = 0; i < pin_framing->count_items; i++) {
    const GstKsAbiFramingItem *pin = &pin_framing->items[i];
    const gchar *field = what_does_not_fit (item, pin);

    g_clear_error (&last);
    if (field == NULL && check_expansion (pin_framing, item, pin, &last))
      return TRUE;
    g_string_append_printf (reasons, "%s%s of its item %u", i ? ", " : "",
        field ? field : "OutputCompression", i);
  }
  if (pin_framing->count_items == 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "the pin takes no such frames: in the way is %s; %s", reasons->str,
      last ? last->message : "ask for what the pin's framing has");
  return FALSE;
}

/**
 * gst_ks_validate_framing_ex:
 * @framing: the bytes of a KSALLOCATOR_FRAMING_EX: what an allocator is to be
 *     created with
 * @pin_framing: (nullable): the framing of the pin that it is for; %NULL, or
 *     without items: it takes anything
 * @error: set to what is wrong, with the item and the field:
 *     %GST_KS_ERROR_TOO_SMALL for too few bytes, %GST_KS_ERROR_LIMIT for more
 *     than 4096 items, %GST_KS_ERROR_INVALID for what cannot be,
 *     %GST_KS_ERROR_CONFLICT for what the pin does not take
 *
 * Checks an extended create request: that there are 24 + 88 n bytes, that each
 * item can be, and that each is such that some item of the pin takes it: same
 * memory and bus or any, sizes within its physical range, at least its
 * alignment and frames. An item of the pin that says PREFERENCES_ONLY insists
 * on its bus alone. Where the pin expands its frames, they must have room for
 * that or be filled in parts. Any thread.
 *
 * KS: KsValidateAllocatorFramingEx; what it checks is our reading.
 *
 * Returns: whether all of that holds
 *
 * Since: 0.9
 */
gboolean
gst_ks_validate_framing_ex (GBytes * framing,
    const GstKsAbiFramingEx * pin_framing, GError ** error)
{
  g_auto (GstKsAbiFramingEx) read = { 0, };

  g_return_val_if_fail (framing != NULL, FALSE);

  if (!gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, framing, &read,
          error)) {
    g_prefix_error (error, "extended create request: ");
    return FALSE;
  }
  if (read.count_items == 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "extended create request: CountItems is 0: it must say what to make");
    return FALSE;
  }
  for (guint i = 0; i < read.count_items; i++) {
    if (!check_item (&read.items[i], error)
        || (pin_framing != NULL
            && !check_against_pin (&read.items[i], pin_framing, error))) {
      g_prefix_error (error, "extended create request, item %u: ", i);
      return FALSE;
    }
  }
  return TRUE;
}
