/* Framings: text, merge, subsets and fixation, in named rows.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

static GstKsFraming *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "");
  return framing;
}

static void
assert_text (const gchar * name, const GstKsFraming * framing,
    const gchar * wanted)
{
  g_autofree gchar *text = gst_ks_framing_to_string (framing);
  g_autoptr (GstKsFraming) again = parse (text);

  fail_unless (g_strcmp0 (text, wanted) == 0, "%s: got '%s', wanted '%s'",
      name, text, wanted);
  fail_unless (gst_ks_framing_equal (framing, again), "%s: %s", name, text);
}

static void
assert_error (const gchar * name, const GError * error, gint code,
    const gchar * fragment)
{
  fail_unless (g_error_matches (error, GST_KS_ERROR, code), "%s: %s", name,
      error ? error->message : "no error");
  fail_unless (strstr (error->message, fragment) != NULL, "%s: %s", name,
      error->message);
}

typedef struct
{
  const gchar *name, *text, *canonical;
} TextRow;

static const TextRow text_rows[] = {
  {"kind-alone", "any", "any"},
  {"vendor-kind", "acme-9000", "acme-9000"},
  {"kind-like-a-field", "device, device=x; align ,align=4",
      "device, device=x; align, align=4"},
  {"page", "huge, size=4096..8388608/4096, frames=4..16, align=4096, weight=10;"
        " mapped, frames=4",
      "huge, size=4k..8M/4k, frames=4..16, align=4k, weight=10;"
        " mapped, frames=4"},
  {"no-space", "huge,align=64;any", "huge, align=64; any"},
  {"much-space", "\t huge ,\n align  =  64 ;  any ; ", "huge, align=64; any"},
  {"ends-with-semicolon", "any;", "any"},
  {"defaults-go", "system, size=0.., prefer=0.., frames=0.., align=1,"
        " stride=0.., prefix=0, padding=0, weight=0, ratio=1/1+0", "system"},
  {"prefer-is-size", "any, size=1..9, prefer=1..9", "any, size=1..9"},
  {"prefer-first", "any, prefer=4, size=1..9", "any, size=1..9, prefer=4"},
  {"prefer-alone", "any, prefer=4k..", "any, prefer=4k.."},
  {"frames-cap", "any, frames=..8", "any, frames=..8"},
  {"frames-held", "any, frames=2..", "any, frames=2.."},
  {"odd-stride", "dumb, stride=256../512", "dumb, stride=256../512"},
  {"single-value", "any, size=8192", "any, size=8k"},
  {"quoted-values", "any, size=\"1..9\", align=\"64\"",
      "any, size=1..9, align=64"},
  {"typed-value", "any, size=(string)1..9", "any, size=1..9"},
  {"device-plain", "dmaheap, device=/dev/dma_heap/system",
      "dmaheap, device=/dev/dma_heap/system"},
  {"device-needless-quotes", "dax, device=\"dax0.0\"", "dax, device=dax0.0"},
  {"device-quoted", "acme, device=\"my card; \\\"1\\\", \\\\\"",
      "acme, device=\"my card; \\\"1\\\", \\\\\""},
  {"device-utf8", "acme, device=\"k\xc3\xa4rt\"",
      "acme, device=\"k\xc3\xa4rt\""},
  {"bus-word", "any, bus=1394", "any, bus=1394"},
  {"bus-guid", "any, bus=01234567-89AB-CDEF-0123-456789ABCDEF",
      "any, bus=01234567-89ab-cdef-0123-456789abcdef"},
  {"weights", "any, weight=-3, in-place-weight=1024, not-in-place-weight=7",
      "any, weight=-3, in-place-weight=1k, not-in-place-weight=7"},
  {"largest-weight", "any, weight=-4611686018427387904",
      "any, weight=-4294967296G"},
  {"prefix-and-padding", "any, padding=32, prefix=64",
      "any, prefix=64, padding=32"},
  {"all-flags", "any, flags=kernel-only+device-specific+insist-on-ratio+"
        "partial-read+preferences-only+can-allocate+must-allocate+"
        "frame-integrity+in-place",
      "any, flags=in-place+frame-integrity+must-allocate+can-allocate+"
        "preferences-only+partial-read+insist-on-ratio+device-specific+"
        "kernel-only"},
  {"ratio", "any, ratio=1/3+16", "any, ratio=1/3+16"},
  {"ratio-lowest-terms", "any, ratio=4/6; system", "any, ratio=2/3; system"},
  {"ratio-short", "any, ratio=2/1+100", "any, ratio=2+100"},
  {"beyond-double", "any, size=..9007199254740993",
      "any, size=..9007199254740993"},
  {"limit", "any, size=4611686018427387904", "any, size=4294967296G"},
  {"equal-items-stay", "any; any", "any; any"},
};

GST_START_TEST (test_text)
{
  const TextRow *row = &text_rows[__i__];
  g_autoptr (GstKsFraming) framing = parse (row->text);

  assert_text (row->name, framing, row->canonical);
}

GST_END_TEST;

typedef struct
{
  const gchar *text;
  gint code;
  const gchar *column, *reason;
} BadRow;

#define SYNTAX GST_KS_ERROR_SYNTAX
#define INVALID GST_KS_ERROR_INVALID

static const BadRow bad_rows[] = {
  {"", INVALID, "column 1:", "'' is no kind of memory; known: any, mapped"},
  {"Huge", INVALID, "column 1:", "a vendor's own word"},
  {"9p", INVALID, "column 1:", "no kind"},
  {"any;;any", INVALID, "column 5:", "no kind"},
  {"size=4", SYNTAX, "column 1:", "begins with its kind"},
  {"any; align=4", SYNTAX, "column 6:", "begins with its kind"},
  {"any x", SYNTAX, "column 5:", "unexpected 'x'"},
  {"any,", SYNTAX, "column 5:", "unknown field ''"},
  {"any, sise=4", SYNTAX, "column 6:",
      "unknown field 'sise'; known: device, bus, size, prefer, frames"},
  {"any, memory=system", SYNTAX, "column 6:", "unknown field 'memory'"},
  {"any, size 4", SYNTAX, "column 11:", "expected '=' after 'size'"},
  {"any, size=4, size=4", SYNTAX, "column 14:", "'size' is given twice"},
  {"any, size=", SYNTAX, "column 11:", "expected a number"},
  {"any, size=4, align=3", INVALID, "column 20:", "align: 3 is no alignment"},
  {"any, align=0", INVALID, "column 12:", "power of two"},
  {"any, align=4095", INVALID, "column 12:", "mask"},
  {"any, size=9..8", INVALID, "column 11:", "lower end is above"},
  {"any, size=0..8/9", INVALID, "column 11:", "larger than the span"},
  {"any, size=-1", INVALID, "column 11:", "negative"},
  {"any, size=9223372036854775808", INVALID, "column 11:", "limit"},
  {"any, size=18446744073709551615", INVALID, "column 11:", "limit"},
  {"any, size=18446744073709551616", INVALID, "column 11:", "limit"},
  {"any, prefix=18446744073709551616", INVALID, "column 13:", "limit"},
  {"any, size=1e6", SYNTAX, "column 12:", "'e'"},
  {"any, size=1.5", SYNTAX, "column 12:", "whole"},
  {"any, size=\"4", SYNTAX, "column 13:", "closing quote"},
  {"any, size=(int)4", SYNTAX, "column 11:", "expected a number"},
  {"any, frames=0..8/2", INVALID, "column 13:", "take no step"},
  {"any, weight=--3", SYNTAX, "column 14:", "expected a number"},
  {"any, weight=9223372036854775808", INVALID, "column 13:", "limit"},
  {"any, bus=isa", INVALID, "column 10:", "known: pci, usb, 1394, avc, 61883"},
  {"any, device=", INVALID, "column 13:", "empty"},
  {"any, device=\"\"", INVALID, "column 13:", "empty"},
  {"any, device=\"x", SYNTAX, "column 13:", "never closed"},
  {"any, device=\"x\\", SYNTAX, "column 13:", "never closed"},
  {"any, device=\"a\nb\"", INVALID, "column 13:", "control character"},
  {"any, flags=", SYNTAX, "column 12:", "unknown flag ''"},
  {"any, flags=in-place+fast", SYNTAX, "column 21:",
      "unknown flag 'fast'; known: in-place, frame-integrity"},
  {"any, flags=in-place+in-place", SYNTAX, "column 21:", "twice"},
  {"any, ratio=1/0", INVALID, "column 12:", "by 0"},
  {"any, ratio=0/1", INVALID, "column 12:", "by 0"},
  {"any; system, ratio=1/2", SYNTAX, "column 14:", "belongs in the first"},
  {"acme, device=\"\xc3\xa4\", x=1", SYNTAX, "column 19:", "field 'x'"},
  {"any, device=\"\xff\"", SYNTAX, "column 14:", "not UTF-8"},
};

GST_START_TEST (test_bad_text)
{
  const BadRow *row = &bad_rows[__i__];
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_framing_parse (row->text, &error) == NULL, "%s",
      row->text);
  assert_error (row->text, error, row->code, row->reason);
  fail_unless (g_str_has_prefix (error->message, row->column), "%s: %s",
      row->text, error->message);
}

GST_END_TEST;

GST_START_TEST (test_too_many_items)
{
  g_autoptr (GString) text = g_string_new ("any");
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < 64; i++)
    g_string_append (text, ";any");
  gst_ks_framing_unref (parse (text->str));
  g_string_append (text, ";any");
  fail_unless (gst_ks_framing_parse (text->str, &error) == NULL);
  assert_error ("65 items", error, SYNTAX, "more than 64 items");
}

GST_END_TEST;

/* conflict: part of the error when both is NULL */
typedef struct
{
  const gchar *name, *a, *b, *both, *conflict;
} MeetRow;

static const MeetRow meet_rows[] = {
  {"any-any", "any", "any", "any", NULL},
  {"any-takes-all", "any", "cuda", "cuda", NULL},
  {"any-mapped", "mapped", "any", "mapped", NULL},
  {"mapped-host", "mapped", "host", "host", NULL},
  {"mapped-device", "dumb", "mapped", "dumb", NULL},
  {"mapped-vendor", "mapped", "acme", "acme", NULL},
  {"mapped-unmappable", "mapped", "cuda", NULL,
      "memory is mapped on one side and cuda on the other"},
  {"mapped-device-specific", "mapped", "acme, flags=device-specific", NULL,
      "memory is mapped"},
  {"any-device-specific", "any", "acme, flags=device-specific",
      "acme, flags=device-specific", NULL},
  {"host-shared", "host", "shared", "shared", NULL},
  {"host-device", "host", "udmabuf", NULL, "memory is host"},
  {"host-vendor", "host", "acme", NULL, "memory is host"},
  {"same-vendor", "acme", "acme", "acme", NULL},
  {"two-vendors", "acme", "other", NULL, "memory is acme"},
  {"paged-nonpaged", "system", "locked", NULL, "memory is system"},
  {"paged-wish", "system, flags=preferences-only", "locked", "locked", NULL},
  {"nonpaged-wish", "system", "locked, flags=preferences-only", NULL,
      "memory is system"},
  {"user-paged", "user", "system, flags=preferences-only", NULL,
      "memory is user"},
  {"device-one", "dax, device=a", "dax", "dax, device=a", NULL},
  {"device-equal", "dax, device=a", "dax, device=a", "dax, device=a", NULL},
  {"device-differs", "dax, device=a", "dax, device=b", NULL,
      "device is a on one side and b on the other"},
  {"bus-differs", "any, bus=pci", "any, bus=usb", NULL, "bus is pci"},
  {"size", "any, size=16..4096/16", "any, size=24..10000/24",
      "any, size=48..4080/48", NULL},
  {"size-apart", "any, size=..4k", "any, size=8k", NULL,
      "size is ..4k on one side and 8k on the other"},
  {"size-a-wishes", "any, size=..4k, flags=preferences-only",
      "any, size=8k", "any, size=8k", NULL},
  {"size-b-wishes", "any, size=8k", "any, size=..4k, flags=preferences-only",
      "any, size=8k", NULL},
  {"size-both-wish", "any, size=8k, flags=preferences-only",
        "any, size=..4k, flags=preferences-only",
      "any, size=8k, flags=preferences-only", NULL},
  {"size-wish-still-narrows", "any, size=..4k, flags=preferences-only",
      "any, size=2k..8k", "any, size=2k..4k", NULL},
  {"prefer", "any, size=..100, prefer=10..50", "any, prefer=40..90",
      "any, size=..100, prefer=40..50", NULL},
  {"prefer-first-of-equals", "any, prefer=10", "any, prefer=20",
      "any, prefer=10", NULL},
  {"prefer-heaviest", "any, prefer=10", "any, prefer=20, weight=1",
      "any, prefer=20, weight=1", NULL},
  {"prefer-never-empties", "any, size=..10, prefer=5..", "any, size=..4",
      "any, size=..4", NULL},
  {"frames-add", "any, frames=2..10", "any, frames=3..8",
      "any, frames=5..8", NULL},
  {"frames-over-cap", "any, frames=2..4", "any, frames=3", NULL,
      "frames is 2..4 on one side and 3"},
  {"frames-over-top", "any, frames=4294967296G", "any, frames=1..", NULL,
      "frames is 4294967296G"},
  {"align", "any, align=64", "any, align=4k", "any, align=4k", NULL},
  {"stride", "any, stride=256../512", "any, stride=0../256",
      "any, stride=256../512", NULL},
  {"stride-apart", "any, stride=256../512", "any, stride=0../512", NULL,
      "stride is 256../512"},
  {"stride-is-no-wish", "any, stride=64, flags=preferences-only",
      "any, stride=65", NULL, "stride is 64"},
  {"prefix-padding", "any, prefix=8, padding=1", "any, prefix=4, padding=2",
      "any, prefix=8, padding=2", NULL},
  {"weights", "any, weight=3, in-place-weight=1",
        "any, weight=-1, not-in-place-weight=4",
      "any, weight=2, in-place-weight=1, not-in-place-weight=4", NULL},
  {"weights-saturate", "any, weight=4294967296G", "any, weight=4294967296G",
      "any, weight=4294967296G", NULL},
  {"flags-of-both", "any, flags=in-place+preferences-only+partial-read",
      "any, flags=in-place", "any, flags=in-place", NULL},
  {"flags-of-either", "any, flags=frame-integrity+must-allocate+kernel-only",
        "any, flags=can-allocate+insist-on-ratio+device-specific",
      "any, flags=frame-integrity+must-allocate+can-allocate+"
        "insist-on-ratio+device-specific+kernel-only", NULL},
  {"two-must-allocate", "any, flags=must-allocate",
      "any, flags=must-allocate", NULL, "flags is must-allocate"},
  {"ratio-composed", "any, ratio=2/1+10", "any, ratio=3/2+4",
      "any, ratio=3+19", NULL},
  {"ratio-margin-rounds-up", "any, ratio=1/1+1", "any, ratio=1/3",
      "any, ratio=1/3+1", NULL},
  {"ratio-over-top", "any, ratio=4294967295G", "any, ratio=2147483647G", NULL,
      "ratio is 4294967295G"},
  {"order-of-the-first", "system; huge", "huge; system", "system; huge", NULL},
  {"product", "mapped; any, align=64", "system; cuda",
      "system; system, align=64; cuda, align=64", NULL},
  {"equal-once", "any; any", "system; system", "system", NULL},
  {"furthest-pair-named", "cuda; system, size=1", "system, size=2", NULL,
      "size is 1 on one side and 2"},
};

GST_START_TEST (test_intersect)
{
  const MeetRow *row = &meet_rows[__i__];
  g_autoptr (GstKsFraming) a = parse (row->a);
  g_autoptr (GstKsFraming) b = parse (row->b);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) both = gst_ks_framing_intersect (a, b, &error);

  if (row->both == NULL) {
    fail_unless (both == NULL, "%s", row->name);
    assert_error (row->name, error, GST_KS_ERROR_CONFLICT, row->conflict);
    return;
  }
  fail_unless (both != NULL, "%s: %s", row->name, error ? error->message : "");
  assert_text (row->name, both, row->both);
  fail_unless (gst_ks_framing_is_subset (both, a), "%s", row->name);
  fail_unless (gst_ks_framing_is_subset (both, b), "%s", row->name);
}

GST_END_TEST;

GST_START_TEST (test_too_many_alternatives)
{
  g_autoptr (GString) a = g_string_new ("any, size=0..0");
  g_autoptr (GString) b = g_string_new ("any, prefix=0");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) fa = NULL;
  g_autoptr (GstKsFraming) fb = NULL;

  for (guint i = 1; i < 10; i++) {
    g_string_append_printf (a, "; any, padding=%u", i);
    g_string_append_printf (b, "; any, prefix=%u", i);
  }
  fa = parse (a->str);
  fb = parse (b->str);
  fail_unless (gst_ks_framing_intersect (fa, fb, &error) == NULL);
  assert_error ("100 of 64", error, GST_KS_ERROR_LIMIT, "the limit is 64");
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *framing, *of;
  gboolean subset;
} SubsetRow;

static const SubsetRow subset_rows[] = {
  {"equal", "system, size=4", "system, size=4", TRUE},
  {"kind-narrower", "system", "mapped", TRUE},
  {"kind-wider", "mapped", "system", FALSE},
  {"kind-other", "system", "huge", FALSE},
  {"device-narrower", "dax, device=a", "dax", TRUE},
  {"device-wider", "dax", "dax, device=a", FALSE},
  {"size-narrower", "any, size=32", "any, size=16..64/16", TRUE},
  {"size-off-step", "any, size=33", "any, size=16..64/16", FALSE},
  {"size-only-wished", "any, size=33", "any, size=1, flags=preferences-only",
      TRUE},
  {"frames-enough", "any, frames=4", "any, frames=2..8", TRUE},
  {"frames-too-few", "any, frames=1", "any, frames=2..8", FALSE},
  {"align-more", "any, align=64", "any, align=16", TRUE},
  {"align-less", "any, align=16", "any, align=64", FALSE},
  {"prefix-less", "any", "any, prefix=4", FALSE},
  {"stride-off", "any, stride=512", "any, stride=256../512", FALSE},
  {"demand-missing", "any", "any, flags=frame-integrity", FALSE},
  {"ability-missing", "any", "any, flags=in-place+can-allocate", TRUE},
  {"contradiction-itself", "mapped, flags=device-specific",
      "mapped, flags=device-specific", TRUE},
  {"weight-is-nothing", "any, weight=1, prefer=3", "any, weight=7", TRUE},
  {"some-item", "huge; system", "cuda; mapped", TRUE},
  {"one-item-outside", "huge; cuda", "mapped", FALSE},
};

GST_START_TEST (test_subset)
{
  const SubsetRow *row = &subset_rows[__i__];
  g_autoptr (GstKsFraming) framing = parse (row->framing);
  g_autoptr (GstKsFraming) of = parse (row->of);

  fail_unless (gst_ks_framing_is_subset (framing, of) == row->subset, "%s",
      row->name);
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *framing, *fixed;
} FixateRow;

static const FixateRow fixate_rows[] = {
  {"group-is-system", "mapped, size=7", "system, size=7"},
  {"any-is-system", "any, size=7", "system, size=7"},
  {"kind-stays", "huge, size=7", "huge, size=7"},
  {"smallest", "huge, size=16..64/16", "huge, size=16"},
  {"smallest-preferred", "huge, size=16..64/16, prefer=20..", "huge, size=32"},
  {"wish-outside", "huge, size=16..64/16, prefer=17", "huge, size=16"},
  {"no-size", "huge", "huge, size=0"},
  {"frames-stay", "huge, size=7, frames=2..8", "huge, size=7, frames=2..8"},
  {"stride-stays", "huge, size=7, stride=64../64",
      "huge, size=7, stride=64../64"},
  {"heaviest", "huge, size=7; locked, size=8, weight=1; user, weight=1",
      "locked, size=8, weight=1"},
  {"first-of-equals", "huge, size=7; locked, size=8", "huge, size=7"},
  {"ratio-stays", "huge, size=7, ratio=1/2", "huge, size=7, ratio=1/2"},
};

GST_START_TEST (test_fixate)
{
  const FixateRow *row = &fixate_rows[__i__];
  g_autoptr (GstKsFraming) framing = parse (row->framing);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_fixate (framing, &error);

  fail_unless (fixed != NULL, "%s: %s", row->name, error ? error->message : "");
  assert_text (row->name, fixed, row->fixed);
  fail_unless (gst_ks_framing_is_fixed (fixed), "%s", row->name);
  fail_unless (gst_ks_framing_is_fixed (framing)
      == gst_ks_framing_equal (framing, fixed), "%s", row->name);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsFramingItem item;
  guint n_items;
  GstKsRatio ratio;
  const gchar *reason;
} NewRow;

#define ITEM GST_KS_FRAMING_ITEM_INIT ("any")

static NewRow new_rows[] = {
  {"no-items", ITEM, 0, GST_KS_RATIO_INIT, "0 items"},
  {"no-kind", GST_KS_FRAMING_ITEM_INIT (NULL), 1, GST_KS_RATIO_INIT,
      "item 1: memory: '' is no kind"},
  {"align", {.memory = "any",.align = 3}, 1, GST_KS_RATIO_INIT,
      "item 1: align: 3 is no alignment"},
  {"range", {.memory = "any",.align = 1,.size = {2, 1, 0}}, 1,
      GST_KS_RATIO_INIT, "item 1: size: range 2..1"},
  {"unknown-flag", {.memory = "any",.align = 1,.flags =
              (GstKsFramingFlags) (1 << 20)}, 1, GST_KS_RATIO_INIT,
      "item 1: flags:"},
  {"prefix", {.memory = "any",.align = 1,.prefix = G_MAXUINT64}, 1,
      GST_KS_RATIO_INIT, "item 1: prefix: above the limit"},
  {"weight", {.memory = "any",.align = 1,.weight = G_MININT64}, 1,
      GST_KS_RATIO_INIT, "item 1: weight: "},
  {"device", {.memory = "any",.align = 1,.device = "\xff"}, 1,
      GST_KS_RATIO_INIT, "item 1: device: "},
  {"ratio", ITEM, 1, {1, 0, 0}, "item 1: ratio: "},
};

GST_START_TEST (test_new_refuses)
{
  const NewRow *row = &new_rows[__i__];
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_framing_new (&row->item, row->n_items, &row->ratio,
          &error) == NULL, "%s", row->name);
  assert_error (row->name, error, INVALID, row->reason);
}

GST_END_TEST;

GST_START_TEST (test_new_copies)
{
  g_autofree gchar *kind = g_strdup ("acme");
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (kind);
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstKsFraming) boxed = NULL;

  item.size = (GstKsRange) {
  0, 10, 3};
  framing = gst_ks_framing_new (&item, 1, NULL, NULL);
  kind[0] = 'x';
  assert_text ("copy", framing, "acme, size=..9/3");
  fail_unless_equals_int (gst_ks_framing_get_n_items (framing), 1);
  fail_unless (gst_ks_framing_peek_item (framing, 1) == NULL);
  fail_unless_equals_uint64 (gst_ks_framing_peek_item (framing,
          0)->prefer.max, 9);
  fail_unless_equals_uint64 (gst_ks_framing_peek_ratio (framing)->denominator,
      1);
  boxed = g_boxed_copy (GST_TYPE_KS_FRAMING, framing);
  fail_unless (boxed == framing);
}

GST_END_TEST;

GST_START_TEST (test_kinds)
{
  fail_unless (gst_ks_kind_is_known ("huge"));
  fail_if (gst_ks_kind_is_known ("acme"));
  fail_unless (gst_ks_kind_is_valid ("acme-1"));
  fail_if (gst_ks_kind_is_valid ("-acme"));
  fail_if (gst_ks_kind_is_valid (NULL));
  fail_unless (gst_ks_kind_get_traits ("shared") & GST_KS_KIND_TRAIT_FD);
  fail_if (gst_ks_kind_get_traits ("bar") & GST_KS_KIND_TRAIT_PINNABLE);
  fail_unless (gst_ks_kind_meet ("any", "acme") == g_intern_string ("acme"));
}

GST_END_TEST;

GST_START_TEST (test_flags_type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (GST_TYPE_KS_FRAMING_FLAGS);
  GFlagsValue *value =
      g_flags_get_value_by_nick (G_FLAGS_CLASS (klass), "in-place");

  fail_unless (value != NULL);
  fail_unless_equals_int (value->value, GST_KS_FRAMING_FLAG_IN_PLACE);
}

GST_END_TEST;

static Suite *
framing_suite (void)
{
  Suite *s = suite_create ("framing");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_text, 0, G_N_ELEMENTS (text_rows));
  tcase_add_loop_test (tc, test_bad_text, 0, G_N_ELEMENTS (bad_rows));
  tcase_add_test (tc, test_too_many_items);
  tcase_add_loop_test (tc, test_intersect, 0, G_N_ELEMENTS (meet_rows));
  tcase_add_test (tc, test_too_many_alternatives);
  tcase_add_loop_test (tc, test_subset, 0, G_N_ELEMENTS (subset_rows));
  tcase_add_loop_test (tc, test_fixate, 0, G_N_ELEMENTS (fixate_rows));
  tcase_add_loop_test (tc, test_new_refuses, 0, G_N_ELEMENTS (new_rows));
  tcase_add_test (tc, test_new_copies);
  tcase_add_test (tc, test_kinds);
  tcase_add_test (tc, test_flags_type);
  return s;
}

GST_CHECK_MAIN (framing);
