/* ksallocator: its properties, what it answers, what it says.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksharness.h"

typedef struct
{
  const gchar *property;
  const gchar *text;            /* of the default; NULL: unset */
} DefaultRow;

static const DefaultRow default_rows[] = {
  {"memory", "auto"},
  {"device", NULL},
  {"frames", NULL},
  {"size", NULL},
  {"align", "1"},
  {"framing", NULL},
  {"layout", "any"},
  {"max-bytes", "0"},
  {"answer", "propose"},
  {"require", "off"},
  {"on-starve", "block"},
  {"starve-timeout", "1000000000"},
  {"zero", "never"},
  {"negotiated", NULL},
};

static gchar *
value_text (const GValue * value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  if (G_VALUE_HOLDS_BOXED (value) && !g_value_get_boxed (value))
    return NULL;
  return gst_value_serialize (value);
}

GST_START_TEST (test_defaults)
{
  const DefaultRow *row = &default_rows[__i__];
  GstElement *element =
      gst_object_ref_sink (gst_element_factory_make ("ksallocator", NULL));
  GParamSpec *pspec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element),
      row->property);
  GValue value = G_VALUE_INIT;

  fail_unless (pspec != NULL, "%s is missing", row->property);
  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (element), row->property, &value);
  g_autofree gchar *text = value_text (&value);
  fail_unless_equals_string (text, row->text);
  g_value_unset (&value);
  gst_object_unref (element);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  const gchar *properties;
    GQuark (*domain) (void);
  gint code;
  const gchar *says;            /* part of the message */
} BadRow;

#define SETTINGS gst_library_error_quark, GST_LIBRARY_ERROR_SETTINGS
#define NOT_FOUND gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_FOUND
#define NO_SPACE gst_resource_error_quark, GST_RESOURCE_ERROR_NO_SPACE_LEFT
#define FORMAT gst_stream_error_quark, GST_STREAM_ERROR_FORMAT

static const BadRow bad_rows[] = {
  {"framing-range", "framing=\"huge, size=5..2\"", SETTINGS, "column"},
  {"framing-field", "framing=\"system, sise=5\"", SETTINGS, "sise"},
  {"framing-cap-0", "framing=\"system, frames=..0\"", SETTINGS, "cap of 0"},
  {"framing-and-memory", "framing=system memory=system", SETTINGS, "shorthand"},
  {"framing-and-size", "framing=system size=4096..", SETTINGS, "shorthand"},
  {"framing-and-frames", "framing=system frames=4..", SETTINGS, "shorthand"},
  {"framing-and-align", "align=64 framing=system", SETTINGS, "shorthand"},
  {"align-3", "align=3", SETTINGS, "power of two"},
  {"align-0", "align=0", SETTINGS, "power of two"},
  {"align-mask", "align=4095", SETTINGS, "power of two"},
  {"frames-cap-0", "frames=..0", SETTINGS, "cap of 0"},
  {"frames-0", "frames=0", SETTINGS, "cap of 0"},
  {"frames-backwards", "frames=9..4", SETTINGS, "frames=9..4"},
  {"frames-negative", "frames=-4", SETTINGS, "legal"},
  {"frames-2^40", "frames=1099511627776", SETTINGS, "more than a pool"},
  {"size-word", "size=big", SETTINGS, "size=big"},
  {"size-negative", "size=-1", SETTINGS, "legal"},
  {"size-2^63", "size=9223372036854775808", SETTINGS, "9223372036854775808"},
  {"size-2^64-1", "size=18446744073709551615", SETTINGS,
      "18446744073709551615"},
  {"size-0", "size=0", SETTINGS, "size"},
  {"size-5G", "size=5G..", SETTINGS, "size"},
  {"kind-word", "memory=\"hu ge\"", SETTINGS, "column 3"},
  {"kind-unknown", "memory=nonesuch require=error", NOT_FOUND, "system"},
  {"kind-unknown-copy", "memory=nonesuch require=copy", NOT_FOUND, "nonesuch"},
};

/* The reason comes on the bus, and READY is refused until it is gone. */
GST_START_TEST (test_bad_text)
{
  const BadRow *row = &bad_rows[__i__];
  Asker asker;

  asker_make_element (&asker, row->properties);
  fail_unless (gst_element_set_state (asker.element, GST_STATE_READY)
      == GST_STATE_CHANGE_FAILURE, "%s is accepted", row->name);
  asker_expect (&asker, GST_MESSAGE_ERROR, row->domain (), row->code,
      row->says);
  gst_element_set_state (asker.element, GST_STATE_NULL);

  g_object_set (asker.element, "framing", NULL, "memory", NULL, "size", NULL,
      "frames", NULL, "align", 1, NULL);
  fail_unless (gst_element_set_state (asker.element, GST_STATE_READY)
      == GST_STATE_CHANGE_SUCCESS, "%s cannot be mended", row->name);
  asker_clear (&asker);
}

GST_END_TEST;

/* While running, the old value stays in force and a warning says why. */
GST_START_TEST (test_bad_text_while_playing)
{
  g_autofree gchar *frames = NULL;
  guint align;
  Asker asker;

  asker_init (&asker, "frames=2.. align=64", DOWNSTREAM_SILENT);
  g_object_set (asker.element, "frames", "2..1", NULL);
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "frames=2..1");
  g_object_set (asker.element, "align", 100, NULL);
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "align");

  g_object_set (asker.element, "memory", "fa\xff", NULL);
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "memory=fa\xef\xbf\xbd: column 3");
  g_object_set (asker.element, "size", "\xff", NULL);
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "size=\xef\xbf\xbd: column 1");

  g_object_get (asker.element, "frames", &frames, "align", &align, NULL);
  fail_unless_equals_string (frames, "2..");
  fail_unless_equals_int (align, 64);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_int (asker.min, 2);
  fail_unless_equals_int (asker.params.align, 63);
  asker_clear (&asker);
}

GST_END_TEST;

/* A change asks upstream to ask again, and the next answer has it. */
GST_START_TEST (test_change_while_playing)
{
  GstEvent *event;
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_int (asker.min, 0);
  while ((event = gst_harness_try_pull_upstream_event (asker.harness)))
    gst_event_unref (event);

  g_object_set (asker.element, "frames", "5..", NULL);
  event = gst_harness_try_pull_upstream_event (asker.harness);
  fail_unless (event != NULL);
  fail_unless_equals_int (GST_EVENT_TYPE (event), GST_EVENT_RECONFIGURE);
  gst_event_unref (event);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_int (asker.min, 5);
  asker_clear (&asker);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  const gchar *properties;
  Downstream downstream;
  const gchar *caps;            /* NULL: none */
  gboolean need_pool;
  const gchar *who;
  gboolean ours;                /* the first pool is ours */
  guint size, min, cap;         /* of the first pool entry */
  gsize align, prefix;          /* bytes; of the first param entry; 0: no entry */
  gboolean fallback;            /* a ks-fallback message */
} AnswerRow;

#define SIZE I420_SIZE
#define PAGES ((SIZE + 4095) / 4096 * 4096)
#define KS "ksallocator"

/* *INDENT-OFF* */
static const AnswerRow answer_rows[] = {
  {"silent", "", DOWNSTREAM_SILENT, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 0, 0, 1, 0, FALSE},
  {"silent-align", "align=4096", DOWNSTREAM_SILENT, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 0, 0, 4096, 0, FALSE},
  {"silent-no-pool-wanted", "align=256", DOWNSTREAM_SILENT, I420_CAPS, FALSE,
      KS, FALSE, 0, 0, 0, 256, 0, FALSE},
  {"silent-no-caps", "align=256", DOWNSTREAM_SILENT, NULL, TRUE,
      KS, FALSE, 0, 0, 0, 256, 0, FALSE},
  {"silent-any-caps", "align=256", DOWNSTREAM_SILENT, "ANY", TRUE,
      KS, FALSE, 0, 0, 0, 256, 0, FALSE},
  {"silent-audio", "align=256", DOWNSTREAM_SILENT, AUDIO_CAPS, TRUE,
      KS, FALSE, 0, 0, 0, 256, 0, FALSE},
  {"silent-audio-one-size", "size=100000", DOWNSTREAM_SILENT, AUDIO_CAPS, TRUE,
      KS, FALSE, 0, 0, 0, 1, 0, FALSE},
  {"asking-audio-one-size", "size=130000", DOWNSTREAM_ASKING, AUDIO_CAPS, TRUE,
      KS, TRUE, 130000, 3, 0, 64, 16, FALSE},
  {"silent-encoded-one-size", "size=64", DOWNSTREAM_SILENT, "image/jpeg", TRUE,
      KS, FALSE, 0, 0, 0, 1, 0, FALSE},
  {"silent-encoded", "", DOWNSTREAM_SILENT, "image/jpeg", TRUE,
      KS, FALSE, 0, 0, 0, 1, 0, FALSE},
  {"silent-steps", "size=4096../4096", DOWNSTREAM_SILENT, I420_CAPS, TRUE,
      KS, TRUE, PAGES, 0, 0, 1, 0, FALSE},
  {"silent-none", "answer=none", DOWNSTREAM_SILENT, I420_CAPS, TRUE,
      "nobody", FALSE, 0, 0, 0, 0, 0, FALSE},
  {"silent-authority", "answer=authority frames=3..", DOWNSTREAM_SILENT,
      I420_CAPS, TRUE, KS, TRUE, SIZE, 3, 0, 1, 0, FALSE},
  {"half-said-then-refused", "", DOWNSTREAM_REFUSES, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 0, 0, 1, 0, FALSE},
  {"empty", "frames=4..9", DOWNSTREAM_EMPTY, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 4, 9, 1, 0, FALSE},
  {"asking", "", DOWNSTREAM_ASKING, I420_CAPS, TRUE,
      KS, TRUE, ASKED_SIZE, 3, 0, 64, 16, FALSE},
  {"asking-floor-below", "frames=2..", DOWNSTREAM_ASKING, I420_CAPS, TRUE,
      KS, TRUE, ASKED_SIZE, 3, 0, 64, 16, FALSE},
  {"asking-floor-above", "frames=12..", DOWNSTREAM_ASKING, I420_CAPS, TRUE,
      KS, TRUE, ASKED_SIZE, 12, 0, 64, 16, FALSE},
  {"asking-more-align", "align=4096", DOWNSTREAM_ASKING, I420_CAPS, TRUE,
      KS, TRUE, ASKED_SIZE, 3, 0, 4096, 16, FALSE},
  {"asking-less-align", "align=16", DOWNSTREAM_ASKING, I420_CAPS, TRUE,
      KS, TRUE, ASKED_SIZE, 3, 0, 64, 16, FALSE},
  {"asking-none", "answer=none align=4096", DOWNSTREAM_ASKING, I420_CAPS, TRUE,
      "downstream", FALSE, ASKED_SIZE, 3, 0, 64, 16, FALSE},
  {"generic-pool", "", DOWNSTREAM_GENERIC_POOL, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 2, 0, 1, 0, FALSE},
  {"generic-pool-none", "answer=none", DOWNSTREAM_GENERIC_POOL, I420_CAPS,
      TRUE, "downstream", FALSE, SIZE, 2, 0, 0, 0, FALSE},
  {"own-pool", "", DOWNSTREAM_OWN_POOL, I420_CAPS, TRUE,
      "downstream", FALSE, SIZE, 2, 8, 0, 0, FALSE},
  {"own-pool-wishes", "align=4096", DOWNSTREAM_OWN_POOL, I420_CAPS, TRUE,
      "downstream", FALSE, SIZE, 2, 8, 0, 0, TRUE},
  {"own-pool-authority", "answer=authority align=4096", DOWNSTREAM_OWN_POOL,
      I420_CAPS, TRUE, KS, TRUE, SIZE, 2, 8, 4096, 0, FALSE},
  {"own-allocator", "memory=system", DOWNSTREAM_OWN_ALLOCATOR, I420_CAPS, TRUE,
      "downstream", FALSE, 0, 0, 0, 1, 0, TRUE},
  {"own-allocator-authority", "memory=system answer=authority",
      DOWNSTREAM_OWN_ALLOCATOR, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 0, 0, 1, 0, FALSE},
  {"device-caps", "align=64", DOWNSTREAM_EMPTY, DEVICE_CAPS, TRUE,
      "downstream", FALSE, 0, 0, 0, 0, 0, TRUE},
  {"framing", "framing=\"nonesuch; system, align=128, prefix=128, frames=3\"",
      DOWNSTREAM_SILENT, I420_CAPS, TRUE,
      KS, TRUE, SIZE, 3, 3, 128, 128, FALSE},
};
/* *INDENT-ON* */

GST_START_TEST (test_answer)
{
  const AnswerRow *row = &answer_rows[__i__];
  Asker asker;

  asker_init (&asker, row->properties, row->downstream);
  asker_ask (&asker, row->caps, row->need_pool);

  fail_unless_equals_string (asker_field (&asker, "who"), row->who);
  fail_unless (GST_IS_KS_POOL (asker.pool) == row->ours, "%s: pool", row->name);
  fail_unless_equals_int (asker.size, row->size);
  fail_unless_equals_int (asker.min, row->min);
  fail_unless_equals_int (asker.cap, row->cap);
  fail_unless_equals_int (asker.n_params > 0, row->align > 0);
  if (row->align > 0) {
    fail_unless_equals_uint64 (asker.params.align, row->align - 1);
    fail_unless_equals_uint64 (asker.params.prefix, row->prefix);
  }
  fail_unless (asker_saw (&asker, "ks-fallback") == row->fallback,
      "%s: ks-fallback", row->name);
  asker_none (&asker, GST_MESSAGE_ERROR);
  asker_clear (&asker);
}

GST_END_TEST;

/* What downstream wrote stays behind ours. */
GST_START_TEST (test_others_stay_behind)
{
  GstBufferPool *behind = NULL;
  Asker asker;

  asker_init (&asker, "answer=authority", DOWNSTREAM_OWN_POOL);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless (GST_IS_KS_POOL (asker.pool));
  fail_unless_equals_int (gst_query_get_n_allocation_pools (asker.query), 2);
  gst_query_parse_nth_allocation_pool (asker.query, 1, &behind, NULL, NULL,
      NULL);
  fail_unless (behind != NULL && !GST_IS_KS_POOL (behind));
  gst_object_unref (behind);
  asker_clear (&asker);
}

GST_END_TEST;

/* auto takes what downstream names, when that is ours; a named kind does not. */
GST_START_TEST (test_downstream_names_our_kind)
{
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SHARED);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_string (asker_field (&asker, "kind"), "shared");
  fail_unless (GST_IS_KS_POOL (asker.pool));
  asker_clear (&asker);

  asker_init (&asker, "memory=system", DOWNSTREAM_SHARED);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_string (asker_field (&asker, "who"), "downstream");
  fail_unless (asker_saw (&asker, "ks-fallback"));
  asker_clear (&asker);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  const gchar *properties;
  Downstream downstream;
    GQuark (*domain) (void);
  gint code;
  const gchar *says;
} CannotRow;

static const CannotRow cannot_rows[] = {
  {"budget", "max-bytes=1000", DOWNSTREAM_SILENT, NO_SPACE, "max-bytes=1000"},
  {"budget-of-align", "max-bytes=115200 align=1048576", DOWNSTREAM_SILENT,
      NO_SPACE, "1048576"},
  {"size-too-small", "size=..1000", DOWNSTREAM_SILENT, FORMAT, "1000"},
  {"size-below-asked", "size=..119999", DOWNSTREAM_ASKING, FORMAT,
      "no legal value"},
  {"stride-too-small", "framing=\"system, stride=10\"", DOWNSTREAM_SILENT,
      FORMAT, "rows of 320x240 I420 need 320 bytes in plane 0, stride=10"},
};

/* One error, then nothing flows. */
GST_START_TEST (test_cannot_be)
{
  const CannotRow *row = &cannot_rows[__i__];
  Asker asker;

  asker_init (&asker, row->properties, row->downstream);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_if (GST_IS_KS_POOL (asker.pool), "%s is offered", row->name);
  asker_expect (&asker, GST_MESSAGE_ERROR, row->domain (), row->code,
      row->says);
  asker_ask (&asker, I420_CAPS, TRUE);
  asker_none (&asker, GST_MESSAGE_ERROR);
  fail_unless_equals_int (gst_harness_push (asker.harness,
          gst_buffer_new_allocate (NULL, SIZE, NULL)), GST_FLOW_ERROR);

  g_object_set (asker.element, "max-bytes", G_GUINT64_CONSTANT (0), "size",
      NULL, "framing", NULL, NULL);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless (GST_IS_KS_POOL (asker.pool), "%s cannot be mended", row->name);
  fail_unless_equals_int (gst_harness_push (asker.harness,
          gst_buffer_new_allocate (NULL, SIZE, NULL)), GST_FLOW_OK);
  asker_clear (&asker);
}

GST_END_TEST;

/* A low cap is said once for all queries of the same settings. */
GST_START_TEST (test_low_cap_warns_once)
{
  Asker asker;

  asker_init (&asker, "frames=..3", DOWNSTREAM_ASKING);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_int (asker.cap, 3);
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "ks-starved");
  asker_ask (&asker, I420_CAPS, TRUE);
  asker_none (&asker, GST_MESSAGE_WARNING);
  asker_clear (&asker);
}

GST_END_TEST;

/* A kind that is not here: the next one, and it is said. */
GST_START_TEST (test_unknown_kind_falls_back)
{
  Asker asker;

  asker_init (&asker, "memory=nonesuch", DOWNSTREAM_SILENT);
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_NOT_FOUND, "nonesuch");
  fail_unless (asker_saw (&asker, "ks-fallback"));
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless_equals_string (asker_field (&asker, "kind"), "system");
  asker_clear (&asker);
}

GST_END_TEST;

/* The same answer is said once. */
GST_START_TEST (test_negotiated_is_news)
{
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless (asker_saw (&asker, "ks-negotiated"));
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_if (asker_saw (&asker, "ks-negotiated"));
  g_object_set (asker.element, "align", 512, NULL);
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless (asker_saw (&asker, "ks-negotiated"));
  asker_clear (&asker);
}

GST_END_TEST;

/* A name of one's own stays; the automatic one is what one writes. */
GST_START_TEST (test_names)
{
  GstElement *named =
      gst_object_ref_sink (gst_element_factory_make ("ksallocator", "other"));
  GstElement *automatic =
      gst_object_ref_sink (gst_element_factory_make ("ksallocator", NULL));
  const gchar *name = GST_OBJECT_NAME (automatic);

  fail_unless_equals_string (GST_OBJECT_NAME (named), "other");
  fail_unless (g_regex_match_simple ("^ksallocator[0-9]+$", name, 0, 0), "%s",
      name);
  gst_object_unref (named);
  gst_object_unref (automatic);
}

GST_END_TEST;

#define ODD_CAPS "video/x-raw,format=RGB,width=333,height=50,framerate=30/1"
#define ODD_DEFAULT (1000 * 50)
#define ODD_TIGHT (999 * 50)
/* Upstream asks the pool for frames of the default size, as decoders do; the
 * bytes that arrive are those of the rows alone. */
GST_START_TEST (test_packed_frames_have_no_tail)
{
  GstStructure *config;
  GstBuffer *frame = NULL;
  gsize maxsize;
  Asker asker;

  asker_init (&asker, "layout=packed require=copy", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, ODD_CAPS);
  asker_ask (&asker, ODD_CAPS, TRUE);
  fail_unless_equals_int (asker.size, ODD_TIGHT);
  g_autoptr (GstCaps) caps = gst_caps_from_string (ODD_CAPS);
  config = gst_buffer_pool_get_config (asker.pool);
  gst_buffer_pool_config_set_params (config, caps, ODD_DEFAULT, 0, 0);
  fail_unless (gst_buffer_pool_set_config (asker.pool, config));
  fail_unless (gst_buffer_pool_set_active (asker.pool, TRUE));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (asker.pool, &frame,
          NULL), GST_FLOW_OK);
  fail_unless_equals_uint64 (gst_buffer_get_sizes (frame, NULL, &maxsize),
      ODD_TIGHT);
  fail_unless (maxsize >= ODD_DEFAULT, "no room for who writes default rows");
  fail_unless_equals_int (gst_buffer_get_video_meta (frame)->stride[0], 999);
  fail_unless_equals_int (gst_harness_push (asker.harness, frame), GST_FLOW_OK);
  fail_unless_equals_uint64 (asker_stat (&asker, "copied"), 0);
  gst_buffer_pool_set_active (asker.pool, FALSE);
  asker_clear (&asker);
}

GST_END_TEST;

/* It is told whether anybody upstream was offered what is checked. */
GST_START_TEST (test_says_who_asked)
{
  GstStructure *negotiated = NULL;
  gboolean asked = TRUE;
  Asker asker;

  asker_init (&asker, "require=warn", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  fail_unless_equals_int (gst_harness_push (asker.harness,
          gst_buffer_new_allocate (NULL, SIZE, NULL)), GST_FLOW_OK);
  g_object_get (asker.element, "negotiated", &negotiated, NULL);
  fail_unless (gst_structure_get_boolean (negotiated, "asked", &asked));
  fail_if (asked);
  gst_clear_structure (&negotiated);

  asker_ask (&asker, I420_CAPS, TRUE);
  g_object_get (asker.element, "negotiated", &negotiated, NULL);
  fail_unless (gst_structure_get_boolean (negotiated, "asked", &asked)
      && asked);
  gst_clear_structure (&negotiated);
  asker_clear (&asker);
}

GST_END_TEST;

/* Nobody downstream: the answer is ours, and the push says not-linked. */
GST_START_TEST (test_unlinked)
{
  GstElement *element =
      gst_object_ref_sink (gst_element_factory_make ("ksallocator", NULL));
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstCaps) caps = gst_caps_from_string (I420_CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstSegment segment;

  gst_element_set_state (element, GST_STATE_PLAYING);
  fail_unless (gst_pad_query (pad, query));
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 1);
  gst_query_unref (query);

  gst_pad_send_event (pad, gst_event_new_stream_start ("a"));
  gst_pad_send_event (pad, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_pad_chain (pad, gst_buffer_new_allocate (NULL,
              SIZE, NULL)), GST_FLOW_NOT_LINKED);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
ksallocator_suite (void)
{
  Suite *s = suite_create ("ksallocator");
  TCase *tc = tcase_create ("properties");

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_defaults, 0, G_N_ELEMENTS (default_rows));
  tcase_add_loop_test (tc, test_bad_text, 0, G_N_ELEMENTS (bad_rows));
  tcase_add_test (tc, test_bad_text_while_playing);
  tcase_add_test (tc, test_change_while_playing);
  tcase_add_test (tc, test_names);

  tc = tcase_create ("answers");
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_answer, 0, G_N_ELEMENTS (answer_rows));
  tcase_add_loop_test (tc, test_cannot_be, 0, G_N_ELEMENTS (cannot_rows));
  tcase_add_test (tc, test_others_stay_behind);
  tcase_add_test (tc, test_downstream_names_our_kind);
  tcase_add_test (tc, test_low_cap_warns_once);
  tcase_add_test (tc, test_unknown_kind_falls_back);
  tcase_add_test (tc, test_negotiated_is_news);
  tcase_add_test (tc, test_unlinked);
  tcase_add_test (tc, test_says_who_asked);
  tcase_add_test (tc, test_packed_frames_have_no_tail);
  return s;
}

GST_CHECK_MAIN (ksallocator);
