/* ksmemoryprovider: the kinds of memory that are here, for GstDeviceMonitor.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:provider-ksmemoryprovider
 * @title: ksmemoryprovider
 * @short_description: the kinds of memory that are here, as devices
 *
 * Each device of each kind of memory that can be had is a #GstDevice of the
 * class `Memory`. Its properties say what gst-ks-1.0 inspect says of it, and
 * gst_device_create_element() makes a #ksallocator for it. What cannot be had is
 * no device; gst-ks-1.0 inspect has the reasons.
 *
 * Kinds are opened when somebody asks, and when monitoring starts. What comes
 * or goes while a monitor runs is not followed.
 *
 * Since: 0.9
 */
#include "config.h"

#include "gstksmemoryprovider.h"

#include "gstksmemorydevice.h"

struct _GstKsMemoryProvider
{
  GstDeviceProvider parent;
};

G_DEFINE_FINAL_TYPE (GstKsMemoryProvider, gst_ks_memory_provider,
    GST_TYPE_DEVICE_PROVIDER);
/* Below marginal ranks a monitor does not ask. */
GST_DEVICE_PROVIDER_REGISTER_DEFINE (ksmemoryprovider, "ksmemoryprovider",
    GST_RANK_MARGINAL, GST_TYPE_KS_MEMORY_PROVIDER);

static GList *
prepend_devices (GList * list, const gchar * word)
{
  g_autoptr (GstKsKindReport) kind = gst_ks_kind_report_new (word, NULL);

  for (guint i = 0; i < kind->devices->len; i++) {
    const GstKsDeviceReport *device = kind->devices->pdata[i];

    if (device->reason == NULL)
      list = g_list_prepend (list, gst_ks_memory_device_new (kind, device));
  }
  return list;
}

/* The devices are floating: whoever keeps one sinks it. */
static GList *
gst_ks_memory_provider_probe (GstDeviceProvider * provider)
{
  g_auto (GStrv) kinds = gst_ks_list_kinds ();
  GList *list = NULL;

  for (guint i = 0; kinds[i] != NULL; i++)
    list = prepend_devices (list, kinds[i]);
  return g_list_reverse (list);
}

/* A monitor takes only providers that can be started. */
static gboolean
gst_ks_memory_provider_start (GstDeviceProvider * provider)
{
  GList *devices = gst_ks_memory_provider_probe (provider);

  for (GList * l = devices; l != NULL; l = l->next)
    gst_device_provider_device_add (provider, l->data);
  g_list_free (devices);
  return TRUE;
}

/* The base class drops the devices. */
static void
gst_ks_memory_provider_stop (GstDeviceProvider * provider)
{
}

static void
gst_ks_memory_provider_class_init (GstKsMemoryProviderClass * klass)
{
  GstDeviceProviderClass *provider_class = GST_DEVICE_PROVIDER_CLASS (klass);

  provider_class->probe = gst_ks_memory_provider_probe;
  provider_class->start = gst_ks_memory_provider_start;
  provider_class->stop = gst_ks_memory_provider_stop;
  gst_device_provider_class_set_static_metadata (provider_class,
      "Kinds of memory", "Memory",
      "Lists where frames can live on this machine", "The ksallocator authors");
}

static void
gst_ks_memory_provider_init (GstKsMemoryProvider * self)
{
}
