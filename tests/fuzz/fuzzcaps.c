/* Fuzz target: caps, and a pool's configuration made of them. The first line
 * is numbers of the configuration, the second a framing, the rest caps.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/ksallocator/gstkscapsfeature.h"

#include <gst/video/gstvideopool.h>

#define MAX_FRAME (1024 * 1024) /* bytes; larger ones are not allocated */

static void
check_features (const GstCapsFeatures * features)
{
  const gchar *feature = ks_feature_of (features);
  g_autoptr (GstCapsFeatures) same = ks_features_with (features, feature);
  g_autoptr (GstCapsFeatures) plain = ks_features_with (features, NULL);
  const gchar *kind;

  g_assert_true (ks_feature_of (same) == feature);
  g_assert_null (ks_feature_of (plain));
  if (feature == NULL)
    return;
  g_assert_true (gst_caps_features_contains (same, feature));
  for (guint n = 0; (kind = gst_ks_feature_nth_kind (feature, n)); n++) {
    g_assert_true (gst_ks_feature_has_kind (feature, kind));
    g_assert_true (gst_ks_kind_is_valid (kind));
  }
}

static guint
number (gchar ** words, guint n)
{
  return n < g_strv_length (words) ?
      (guint) g_ascii_strtoull (words[n], NULL, 10) : 0;
}

/* size min max align prefix padding meta left right top bottom stride */
static GstStructure *
make_config (GstBufferPool * pool, gchar ** words, GstCaps * caps)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstAllocationParams params;
  GstVideoAlignment align;
  guint max;

  gst_allocation_params_init (&params);
  gst_video_alignment_reset (&align);
  params.align = number (words, 3);
  params.prefix = number (words, 4);
  params.padding = number (words, 5);
  max = number (words, 2);
  gst_buffer_pool_config_set_params (config, caps, number (words, 0),
      max > 0 ? MIN (number (words, 1), max) : number (words, 1), max);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  if (number (words, 6) == 0)
    return config;
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_config_add_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  align.padding_left = number (words, 7);
  align.padding_right = number (words, 8);
  align.padding_top = number (words, 9);
  align.padding_bottom = number (words, 10);
  align.stride_align[0] = number (words, 11);
  gst_buffer_pool_config_set_video_alignment (config, &align);
  return config;
}

/* A frame is as large as the configuration says, and its block begins where it
 * says. */
static void
check_frame (GstBufferPool * pool, guint size,
    const GstAllocationParams * terms)
{
  GstBufferPoolAcquireParams params = {.flags =
        GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };
  GstBuffer *buffer = NULL;
  GstMapInfo map;

  g_assert_true (gst_buffer_pool_set_active (pool, TRUE));
  g_assert_cmpint (gst_buffer_pool_acquire_buffer (pool, &buffer, &params), ==,
      GST_FLOW_OK);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  g_assert_cmpuint (map.size, ==, size);
  g_assert_cmpuint ((GPOINTER_TO_SIZE (map.data) - terms->prefix)
      & terms->align, ==, 0);
  memset (map.data, 1, map.size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  g_assert_true (gst_buffer_pool_set_active (pool, FALSE));
}

/* What was taken, taken again, is the same: elements give up otherwise. */
static void
check_taken (GstBufferPool * pool)
{
  g_autoptr (GstStructure) config = gst_buffer_pool_get_config (pool);
  g_autoptr (GstStructure) again = NULL;
  GstAllocationParams params;
  guint size = 0, min, max;

  g_assert_true (gst_buffer_pool_config_get_params (config, NULL, &size, &min,
          &max));
  g_assert_true (max == 0 || min <= max);
  g_assert_true (gst_buffer_pool_set_config (pool,
          gst_structure_copy (config)));
  again = gst_buffer_pool_get_config (pool);
  g_assert_true (gst_structure_is_equal (config, again));
  gst_buffer_pool_config_get_allocator (config, NULL, &params);
  if (size <= MAX_FRAME && params.align < 65536 && params.prefix < MAX_FRAME
      && params.padding < MAX_FRAME && min < 8)
    check_frame (pool, size, &params);
}

static void
check_pool (const gchar * numbers, const gchar * text, GstCaps * caps)
{
  g_auto (GStrv) words = g_strsplit (numbers, " ", 16);
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, NULL);
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("system", NULL,
      NULL);
  g_autoptr (GstBufferPool) pool = NULL;

  options.layout = number (words, 12) % 2;
  pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, &options));
  if (gst_buffer_pool_set_config (pool, make_config (pool, words, caps)))
    check_taken (pool);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size, 3);
  g_autoptr (GstCaps) caps = NULL;

  fuzz_start_gstreamer ();
  fuzz_begin_gstreamer ();
  caps = gst_caps_from_string (lines[2]);
  fuzz_end_gstreamer ();
  for (guint i = 0; caps != NULL && i < gst_caps_get_size (caps); i++)
    check_features (gst_caps_get_features (caps, i));
  if (caps == NULL || gst_caps_is_fixed (caps))
    check_pool (lines[0], lines[1], caps);
  return 0;
}
