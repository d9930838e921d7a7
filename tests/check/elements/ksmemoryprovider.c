/* ksmemoryprovider: what is here is a device, and a device makes an element.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

/* The kind `hands`: two devices, one of which may be missing. */

static gboolean left_is_missing;

typedef struct
{
  GstKsBackend parent;
} GstKsBackendHands;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendHandsClass;

GType gst_ks_backend_hands_get_type (void);
G_DEFINE_TYPE (GstKsBackendHands, gst_ks_backend_hands, GST_TYPE_KS_BACKEND);

static gboolean
hands_open (GstKsBackend * self, GError ** error)
{
  if (!left_is_missing || g_strcmp0 (gst_ks_backend_peek_device (self), "left"))
    return TRUE;
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "the left one is tied");
  return FALSE;
}

static GstKsFraming *
hands_describe (GstKsBackend * self)
{
  return gst_ks_framing_parse ("hands, align=64", NULL);
}

static GstAllocator *
hands_create_allocator (GstKsBackend * self, GError ** error)
{
  return g_object_new (GST_TYPE_KS_FAKE_ALLOCATOR, NULL);
}

static gchar **
hands_list_devices (GstKsBackendClass * klass)
{
  return g_strsplit ("left right", " ", -1);
}

static gchar *
hands_note (GstKsBackend * self)
{
  return g_strdup_printf ("the %s one", gst_ks_backend_peek_device (self));
}

static void
gst_ks_backend_hands_class_init (GstKsBackendHandsClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "hands";
  backend_class->open = hands_open;
  backend_class->describe = hands_describe;
  backend_class->create_allocator = hands_create_allocator;
  backend_class->list_devices = hands_list_devices;
  backend_class->note = hands_note;
}

static void
gst_ks_backend_hands_init (GstKsBackendHands * self)
{
}

static void
setup (void)
{
  left_is_missing = FALSE;
  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  fail_unless (gst_ks_backend_register (NULL, gst_ks_backend_hands_get_type
          ()));
}

/* --- what a monitor has --- */

static GstDeviceMonitor *
start_monitor (const gchar * classes)
{
  GstDeviceMonitor *monitor = gst_device_monitor_new ();

  fail_unless (gst_device_monitor_add_filter (monitor, classes, NULL) != 0);
  fail_unless (gst_device_monitor_start (monitor));
  return monitor;
}

static gboolean
has_text (GstDevice * device, const gchar * field, const gchar * text)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);

  return g_strcmp0 (gst_structure_get_string (properties, field), text) == 0;
}

/* Owned; NULL: there is none. */
static GstDevice *
find_device (GstDeviceMonitor * monitor, const gchar * kind,
    const gchar * device)
{
  GList *devices = gst_device_monitor_get_devices (monitor);
  GstDevice *found = NULL;

  for (GList * l = devices; l != NULL; l = l->next) {
    if (!has_text (l->data, "kind", kind)
        || !has_text (l->data, "device", device))
      continue;
    fail_unless (found == NULL, "%s is listed twice", kind);
    found = gst_object_ref (l->data);
  }
  g_list_free_full (devices, gst_object_unref);
  return found;
}

static gboolean
is_listed (GstDeviceMonitor * monitor, const gchar * kind, const gchar * device)
{
  g_autoptr (GstDevice) found = find_device (monitor, kind, device);

  return found != NULL;
}

GST_START_TEST (test_lists_what_is_here)
{
  g_autoptr (GstDeviceMonitor) monitor = start_monitor ("Memory");
  g_autoptr (GstDevice) right = find_device (monitor, "hands", "right");
  g_autoptr (GstStructure) properties = NULL;
  g_autofree gchar *name = NULL;
  const GValue *can;

  fail_unless (is_listed (monitor, "system", NULL));
  fail_unless (is_listed (monitor, "shared", NULL));
  fail_unless (is_listed (monitor, "fake", NULL));
  fail_unless (is_listed (monitor, "hands", "left"));
  fail_if (is_listed (monitor, "hands", NULL));

  name = gst_device_get_display_name (right);
  fail_unless_equals_string (name, "hands right");
  fail_unless (gst_device_has_classes (right, "Memory"));
  properties = gst_device_get_properties (right);
  fail_unless_equals_string (gst_structure_get_string (properties, "framing"),
      "hands, align=64");
  fail_unless_equals_string (gst_structure_get_string (properties, "note"),
      "the right one");
  can = gst_structure_get_value (properties, "can");
  fail_unless_equals_int (gst_value_array_get_size (can), 2);
  fail_unless_equals_string (g_value_get_string (gst_value_array_get_value
          (can, 0)), "bytes");
  fail_unless (gst_structure_has_field_typed (properties, "max-idle-bytes",
          G_TYPE_UINT64));
  gst_device_monitor_stop (monitor);
}

GST_END_TEST;

/* What goes while a monitor runs stays listed, as the documentation says; who
 * starts anew sees what is here now. */
GST_START_TEST (test_follows_at_start)
{
  g_autoptr (GstDeviceMonitor) monitor = NULL;

  left_is_missing = TRUE;
  gst_ks_fake_fail_from (GST_KS_FAKE_OPEN, 1);
  monitor = start_monitor ("Memory");
  fail_if (is_listed (monitor, "fake", NULL));
  fail_if (is_listed (monitor, "hands", "left"));
  fail_unless (is_listed (monitor, "hands", "right"));

  left_is_missing = FALSE;
  gst_ks_fake_reset ();
  fail_if (is_listed (monitor, "hands", "left"));
  gst_device_monitor_stop (monitor);
  fail_unless (gst_device_monitor_start (monitor));
  fail_unless (is_listed (monitor, "hands", "left"));
  fail_unless (is_listed (monitor, "fake", NULL));
  gst_device_monitor_stop (monitor);
}

GST_END_TEST;

/* A monitor that was not started asks each time. */
GST_START_TEST (test_probes)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();

  gst_device_monitor_add_filter (monitor, "Memory", NULL);
  left_is_missing = TRUE;
  fail_if (is_listed (monitor, "hands", "left"));
  left_is_missing = FALSE;
  fail_unless (is_listed (monitor, "hands", "left"));
}

GST_END_TEST;

/* Hardware is touched for those only who ask for memory. */
GST_START_TEST (test_is_left_alone)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  GList *devices;

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  gst_device_monitor_add_filter (monitor, "Sink", NULL);
  devices = gst_device_monitor_get_devices (monitor);
  for (GList * l = devices; l != NULL; l = l->next)
    fail_if (gst_device_has_classes (l->data, "Memory"));
  g_list_free_full (devices, gst_object_unref);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN), 0);
}

GST_END_TEST;

/* --- what a device makes --- */

static void
check_memory (GstElement * element, const gchar * kind, const gchar * device)
{
  g_autofree gchar *memory = NULL, *which = NULL;

  g_object_get (element, "memory", &memory, "device", &which, NULL);
  fail_unless_equals_string (memory, kind);
  fail_unless (g_strcmp0 (which, device) == 0);
}

static void
run_through (GstElement * element)
{
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("videotestsrc name=s num-buffers=3 fakesink name=f",
      NULL);
  g_autoptr (GstElement) source = NULL, sink = NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  source = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "f");
  gst_bin_add (GST_BIN (pipeline), element);
  fail_unless (gst_element_link_many (source, element, sink, NULL));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_START_TEST (test_makes_elements)
{
  g_autoptr (GstDeviceMonitor) monitor = start_monitor ("Memory");
  g_autoptr (GstDevice) left = find_device (monitor, "hands", "left");
  g_autoptr (GstDevice) fake = find_device (monitor, "fake", NULL);
  g_autoptr (GstElement) other = NULL, upload = NULL;
  GstElement *element = gst_device_create_element (left, "memory");

  fail_unless_equals_string (GST_OBJECT_NAME (element), "memory");
  check_memory (element, "hands", "left");
  fail_unless (gst_device_reconfigure_element (fake, element));
  check_memory (element, "fake", NULL);
  run_through (element);
  fail_unless (gst_ks_fake_get_fresh () > 0);

  upload = gst_element_factory_make ("ksupload", NULL);
  gst_object_ref_sink (upload);
  fail_unless (gst_device_reconfigure_element (left, upload));
  check_memory (upload, "hands", "left");
  other = gst_element_factory_make ("identity", NULL);
  gst_object_ref_sink (other);
  fail_if (gst_device_reconfigure_element (left, other));
  gst_device_monitor_stop (monitor);
}

GST_END_TEST;

static Suite *
ksmemoryprovider_suite (void)
{
  Suite *suite = suite_create ("ksmemoryprovider");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, test_lists_what_is_here);
  tcase_add_test (tcase, test_follows_at_start);
  tcase_add_test (tcase, test_probes);
  tcase_add_test (tcase, test_is_left_alone);
  tcase_add_test (tcase, test_makes_elements);
  return suite;
}

GST_CHECK_MAIN (ksmemoryprovider);
