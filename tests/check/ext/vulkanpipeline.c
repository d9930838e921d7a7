/* The kind `vulkan` in pipelines with elements that nobody here wrote.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../pipelines/since.h"
#include "vulkanhelp.h"

#include <gst/check/gstharness.h>

#define FRAMES 5
#define SIZE "width=320,height=240"

/* --- running --- */

static void
add_bytes (GstElement * sink, GstBuffer * buffer, GstPad * pad, gpointer data)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_checksum_update (data, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

/* The error, or NULL at the end of the stream. */
static GError *
run (const gchar * description, GChecksum * sum)
{
  g_autoptr (GError) failed = NULL;
  GstElement *pipeline = gst_parse_launch (description, &failed);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstBus) bus = NULL;
  GError *error = NULL;

  fail_unless (pipeline != NULL && failed == NULL, "%s",
      failed ? failed->message : "?");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_set (sink, "signal-handoffs", TRUE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (add_bytes), sum);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return error;
}

/* What comes out of head ! line, as a number of its own. */
static gchar *
must_run (const gchar * line)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree gchar *all = g_strdup_printf ("videotestsrc num-buffers=%d ! "
      "video/x-raw,format=%s ! fakesink name=sink", FRAMES, line);
  g_autoptr (GError) error = run (all, sum);

  fail_unless (error == NULL, "%s: %s", all, error ? error->message : "");
  return g_strdup (g_checksum_get_string (sum));
}

/* --- tests --- */

#define STOCK "vulkanupload ! vulkancolorconvert ! vulkandownload ! " \
    "video/x-raw,format=BGRA"
#define OURS "ksallocator memory=vulkan answer=authority require=error"

/* Frames are filled where the card reads them, and nobody opens another. */
GST_START_TEST (test_in_front_of_upload)
{
  g_autofree gchar *stock = must_run ("RGBA," SIZE " ! " STOCK);
  g_autofree gchar *ours = NULL;
  g_autoptr (GstAllocator) allocator = NULL;

  vulkan_n_devices = 0;
  ours = must_run ("RGBA," SIZE " ! " OURS " ! " STOCK);
  fail_unless_equals_string (ours, stock);
  fail_unless_equals_int (vulkan_n_devices, 1);
  allocator = gst_ks_allocator_get ("vulkan", NULL, NULL);
  fail_unless (gst_ks_check_stat (allocator, "fresh") < FRAMES);
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
}

GST_END_TEST;

/* On the way, the element lets those around it find each other. */
GST_START_TEST (test_between)
{
  g_autofree gchar *stock = must_run ("RGBA," SIZE " ! " STOCK);
  g_autofree gchar *ours = NULL;

  vulkan_n_devices = 0;
  ours = must_run ("RGBA," SIZE " ! vulkanupload ! ksallocator ! "
      "vulkancolorconvert ! vulkandownload ! video/x-raw,format=BGRA");
  fail_unless_equals_string (ours, stock);
  fail_unless_equals_int (vulkan_n_devices, 1);
}

GST_END_TEST;

static const gchar *const transfers[] = {
  "ksupload ! vulkancolorconvert ! ksdownload",
  "ksupload ! vulkancolorconvert ! ksdownload memory=mapped",
  "ksupload ! vulkancolorconvert ! ksdownload ! queue max-size-buffers=3",
  "ksupload ! vulkancolorconvert ! tee name=t ! queue ! ksdownload !"
      " fakesink t. ! queue ! ksdownload",
  "ksupload ! vulkancolorconvert ! vulkandownload",
  "vulkanupload ! vulkancolorconvert ! ksdownload",
  "vulkanupload ! vulkancolorconvert ! ksdownload memory=system",
  "ksupload ! vulkancolorconvert ! queue ! ksdownload memory=system",
};

/* Rows with and without gaps; one device whoever asks first. */
GST_START_TEST (test_transfer)
{
  const gchar *line = transfers[__i__ / 2];
  const gchar *head = __i__ % 2 ? "RGBA,width=333,height=77" : "RGBA," SIZE;
  g_autofree gchar *stock_line = g_strdup_printf ("%s ! " STOCK, head);
  g_autofree gchar *our_line = g_strdup_printf ("%s ! %s ! "
      "video/x-raw,format=BGRA", head, line);
  g_autofree gchar *stock = must_run (stock_line);
  g_autofree gchar *ours = NULL;

  vulkan_n_devices = 0;
  ours = must_run (our_line);
  fail_unless_equals_string (ours, stock);
  fail_unless_equals_int (vulkan_n_devices, 1);
}

GST_END_TEST;

static const struct
{
  const gchar *memory;          /* of ksdownload; NULL: as it is made */
  const gchar *kind;            /* where pictures land */
} landings[] = {
  {NULL, "vulkan"},
  {"mapped", "mapped"},
  {"system", "system"},
};

static gchar *
kind_that_landed (const gchar * memory)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch ("videotestsrc"
      " num-buffers=3 ! video/x-raw,format=RGBA," SIZE " ! ksupload !"
      " vulkancolorconvert ! ksdownload name=down ! video/x-raw,format=BGRA !"
      " fakesink", NULL);
  g_autoptr (GstElement) down =
      gst_bin_get_by_name (GST_BIN (pipeline), "down");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  GstStructure *negotiated = NULL;
  gchar *kind;

  if (memory)
    g_object_set (down, "memory", memory, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS
      | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  g_object_get (down, "negotiated", &negotiated, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  kind = g_strdup (gst_structure_get_string (negotiated, "kind"));
  gst_structure_free (negotiated);
  return kind;
}

/* Without a word from anybody there is no copy but the card's own. */
GST_START_TEST (test_landing)
{
  g_autofree gchar *kind = kind_that_landed (landings[__i__].memory);

  fail_unless_equals_string (kind, landings[__i__].kind);
}

GST_END_TEST;

/* There and back through pictures of planes. The rows of both sides have no gaps,
 * in which any bytes might be. */
GST_START_TEST (test_planes)
{
  static const gchar *const heads[] = {
    "NV12,width=320,height=240", "NV12,width=324,height=50",
    "I420,width=328,height=50", "GRAY8,width=332,height=7"
  };
  g_autofree gchar *line = g_strdup_printf ("%s ! ksupload ! "
      "video/x-raw(memory:VulkanImage) ! ksdownload", heads[__i__]);
  g_autofree gchar *plain = must_run (heads[__i__]);
  g_autofree gchar *there_and_back = must_run (line);

  fail_unless_equals_string (there_and_back, plain);
}

GST_END_TEST;

GST_START_TEST (test_lost_in_a_pipeline)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_get ("vulkan", NULL, NULL);
  g_autoptr (GError) error = NULL;

  /* vulkancolorconvert of 1.26 stops by waiting for what the card never got */
  const gchar *line = gst_since (24) ?
      "videotestsrc num-buffers=5 ! video/x-raw,format=RGBA," SIZE
      " ! ksupload ! video/x-raw(memory:VulkanImage) ! ksdownload"
      " ! fakesink name=sink" :
      "videotestsrc num-buffers=5 ! video/x-raw,format=RGBA," SIZE
      " ! " OURS " ! " STOCK " ! fakesink name=sink";

  g_atomic_int_set (&vulkan_is_lost, TRUE);
  error = run (line, sum);
  fail_unless (error != NULL);
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
}

GST_END_TEST;

/* --- devices of others --- */

static GstVulkanDevice *
open_foreign (void)
{
  g_autoptr (GstVulkanInstance) instance = gst_vulkan_instance_new ();
  g_autoptr (GError) error = NULL;
  GstVulkanDevice *device;

  fail_unless (gst_vulkan_instance_open (instance, &error));
  device = gst_vulkan_instance_create_device (instance, &error);
  fail_unless (device != NULL);
  return device;
}

static GstMemory *
foreign_image (GstVulkanDevice * device)
{
  gst_vulkan_memory_init_once ();
  gst_vulkan_image_memory_init_once ();
  return gst_vulkan_image_memory_alloc (device, VK_FORMAT_R8G8B8A8_UNORM, 64,
      48, VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_TRANSFER_SRC_BIT
      | VK_IMAGE_USAGE_TRANSFER_DST_BIT, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
}

GST_START_TEST (test_foreign_memory)
{
  GstVulkanDevice *device = open_foreign ();
  GstMemory *image = foreign_image (device);
  g_autoptr (GstMemory) host = vulkan_random_memory (64 * 48 * 4, 1);
  g_autoptr (GstKsBackend) own = vulkan_open_backend (NULL);
  GstKsBackend *backend;
  GError *error = NULL;

  fail_if (gst_ks_backend_transfer (own, image, host, &error));
  vulkan_assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "share a device");

  backend = gst_ks_backend_get_for_memory ("vulkan", image, &error);
  fail_unless (backend != NULL && backend != own);
  fail_unless_equals_string (gst_ks_backend_peek_device (backend),
      GST_OBJECT_NAME (device));
  vulkan_round_trip (backend, image, 7);
  g_object_unref (backend);
  gst_memory_unref (image);
  gst_object_unref (device);

  fail_if (gst_ks_backend_get_for_memory ("vulkan", host, &error));
  vulkan_assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "not of the kind");
}

GST_END_TEST;

/* The picture of others is waited for, its copy by who maps that, and the image
 * does not go before. */
GST_START_TEST (test_foreign_image_is_in_order)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  gsize size = 64 * 48 * 4;
  g_autoptr (GstMemory) in = vulkan_random_memory (size, 5);
  g_autoptr (GstMemory) up = vulkan_take (allocator, size);
  g_autoptr (GstMemory) down = vulkan_take (allocator, size);
  GstMemory *image = foreign_image (((GstVulkanBufferMemory *) up)->device);
  gint before;

  vulkan_copy (backend, up, in);
  before = vulkan_n_waits;
  vulkan_copy (backend, image, up);
  fail_unless_equals_int (vulkan_n_waits, before);
  vulkan_copy (backend, down, image);
  fail_unless_equals_int (vulkan_n_waits, before + 1);
  fail_unless (vulkan_is_same (in, down, size));
  fail_unless_equals_int (vulkan_n_waits, before + 2);
  gst_memory_unref (image);
  fail_unless_equals_int (vulkan_n_waits, before + 3);
}

GST_END_TEST;

static GstVulkanQueue *neighbour_queue;

static gboolean
neighbour_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  return GST_QUERY_TYPE (query) == GST_QUERY_CONTEXT
      &&
      gst_vulkan_queue_handle_context_query (GST_ELEMENT (gst_object_get_parent
          (GST_OBJECT (pad))), query, neighbour_queue);
}

static gboolean
take_first (GstVulkanDevice * device, GstVulkanQueue * queue, gpointer data)
{
  neighbour_queue = gst_object_ref (queue);
  return FALSE;
}

/* A neighbour that works with a device already is joined there. */
GST_START_TEST (test_device_of_neighbour)
{
  GstVulkanDevice *device = open_foreign ();
  GstElement *element = gst_element_factory_make ("identity", NULL);
  GstElement *neighbour = gst_element_factory_make ("fakesink", NULL);
  GstPad *pad = gst_element_get_static_pad (neighbour, "sink");
  gchar *name = gst_ks_backend_find_device ("vulkan", element);

  fail_unless (name == NULL);
  fail_unless (gst_ks_backend_find_device ("system", element) == NULL);
  gst_vulkan_device_foreach_queue (device, take_first, NULL);
  gst_pad_set_query_function (pad, neighbour_query);
  fail_unless (gst_element_link (element, neighbour));
  name = gst_ks_backend_find_device ("vulkan", element);
  fail_unless_equals_string (name, GST_OBJECT_NAME (device));

  g_autoptr (GstKsBackend) backend = vulkan_open_backend (name);
  fail_unless_equals_int (vulkan_n_devices, 1);
  g_free (name);
  g_clear_object (&backend);
  gst_clear_object (&neighbour_queue);
  gst_object_unref (pad);
  gst_object_unref (element);
  gst_object_unref (neighbour);
  gst_object_unref (device);
}

GST_END_TEST;

GST_START_TEST (test_answered_neighbour)
{
  static const gchar *const types[] = {
    GST_VULKAN_INSTANCE_CONTEXT_TYPE_STR, GST_VULKAN_DEVICE_CONTEXT_TYPE_STR,
    GST_VULKAN_QUEUE_CONTEXT_TYPE_STR
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GstQuery *query = gst_query_new_context (types[i]);

    fail_unless (gst_ks_backend_answer_context ("vulkan", NULL, query));
    gst_query_unref (query);
  }
  GstQuery *query = gst_query_new_context ("gst.gl.GLDisplay");
  fail_if (gst_ks_backend_answer_context ("vulkan", NULL, query));
  fail_if (gst_ks_backend_answer_context ("system", NULL, query));
  gst_query_unref (query);
  fail_unless_equals_int (vulkan_n_devices, 1);
}

GST_END_TEST;

static GstBuffer *
push_held (GstHarness * harness, GstBuffer * buffer)
{
  fail_unless_equals_int (gst_harness_push (harness, gst_buffer_ref (buffer)),
      GST_FLOW_OK);
  return gst_harness_pull (harness);
}

/* An element that writes in place does not write into what others hold. */
GST_START_TEST (test_written_in_place)
{
  g_autoptr (GstAllocator) shared = gst_ks_allocator_get ("shared", NULL, NULL);
  GstHarness *harness = gst_harness_new_parse ("ksupload memory=vulkan !"
      " volume volume=8");
  g_autoptr (GstBuffer) in = gst_buffer_new ();
  g_autoptr (GstBuffer) out = NULL;
  GstKsRequest request = {.size = 8192 };
  guint8 found = 0;

  gst_buffer_append_memory (in, gst_ks_allocator_alloc (shared, &request,
          NULL));
  gst_buffer_memset (in, 0, 1, 8192);
  gst_harness_set_src_caps_str (harness, "audio/x-raw,format=S16LE,channels=1,"
      "rate=48000,layout=interleaved");
  out = push_held (harness, in);
  fail_unless_equals_int (gst_buffer_extract (out, 0, &found, 1), 1);
  fail_unless_equals_int (found, 8);
  fail_unless_equals_int (gst_buffer_extract (in, 0, &found, 1), 1);
  fail_unless_equals_int (found, 1);
  gst_harness_teardown (harness);
}

GST_END_TEST;

#define PIXELS (64 * 64 * 4)    /* bytes */

/* Of memory that has no parts the picture is copied out first. */
GST_START_TEST (test_memory_without_parts)
{
  GstHarness *harness = gst_harness_new_parse ("ksupload memory=vulkan !"
      " video/x-raw(memory:VulkanImage) ! ksdownload");
  GstMemory *memory = gst_allocator_alloc (NULL, PIXELS + 16, NULL);
  g_autoptr (GstBuffer) in = gst_buffer_new ();
  g_autoptr (GstBuffer) out = NULL;
  GstMapInfo map;

  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NO_SHARE);
  gst_buffer_append_memory (in, memory);
  gst_buffer_memset (in, 0, 5, PIXELS);
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=RGBA,width=64,"
      "height=64,framerate=1/1");
  out = push_held (harness, in);
  fail_unless (gst_buffer_map (out, &map, GST_MAP_READ));
  fail_unless (map.size >= PIXELS);
  fail_unless (gst_buffer_memcmp (in, 0, map.data, PIXELS) == 0);
  gst_buffer_unmap (out, &map);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static Suite *
vulkanpipeline_suite (void)
{
  Suite *suite = suite_create ("vulkanpipeline");
  TCase *tcase = tcase_create ("pipelines");

  vulkan_check_or_skip ();
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_in_front_of_upload);
  tcase_add_test (tcase, test_between);
  tcase_add_loop_test (tcase, test_transfer, 0, 2 * G_N_ELEMENTS (transfers));
  tcase_add_loop_test (tcase, test_landing, 0, G_N_ELEMENTS (landings));
  tcase_add_loop_test (tcase, test_planes, 0, 4);
  tcase_add_test (tcase, test_written_in_place);
  tcase_add_test (tcase, test_memory_without_parts);
  tcase_add_test (tcase, test_lost_in_a_pipeline);
  tcase_add_test (tcase, test_foreign_memory);
  tcase_add_test (tcase, test_foreign_image_is_in_order);
  tcase_add_test (tcase, test_device_of_neighbour);
  tcase_add_test (tcase, test_answered_neighbour);
  return suite;
}

GST_CHECK_MAIN (vulkanpipeline);
