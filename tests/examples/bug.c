/* An element with a fault, to see guard mode find it: it brightens one byte too many.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#define PACKAGE "ksbug"
#include <gst/base/gstbasetransform.h>

typedef GstBaseTransform KsBug;
typedef GstBaseTransformClass KsBugClass;

GType ks_bug_get_type (void);
G_DEFINE_TYPE (KsBug, ks_bug, GST_TYPE_BASE_TRANSFORM);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstFlowReturn
brighten (GstBaseTransform * self, GstBuffer * buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return GST_FLOW_ERROR;
  for (gsize i = 0; i <= map.size; i++) /* the fault: < is right */
    map.data[i] = MIN (map.data[i] + 16, 255);
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

static void
ks_bug_class_init (KsBugClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  klass->transform_ip = brighten;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Bug",
      "Filter/Effect", "Writes one byte too many", "The ksallocator authors");
}

static void
ks_bug_init (KsBug * self)
{
}

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_element_register (plugin, "ksbug", GST_RANK_NONE,
      ks_bug_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksbug,
    "an element with a fault", plugin_init, "0.1", "LGPL", PACKAGE,
    "https://example.org/")
