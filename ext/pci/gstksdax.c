/* The kind `dax`: memory of a CXL or persistent-memory card, by the kernel's device-dax.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspci.h"
#include "gstkswindow.h"

#include <string.h>
#include <gst/ks/gstkssize.h>

#define LINE 64                 /* bytes; blocks do not share cache lines */
#define USUAL_ALIGN (2 * 1024 * 1024)

typedef struct
{
  GstKsBackend parent;

  GstKsWindow *window;
} GstKsBackendDax;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendDaxClass;

G_DEFINE_TYPE (GstKsBackendDax, gst_ks_backend_dax, GST_TYPE_KS_BACKEND);

static gchar **
gst_ks_backend_dax_list_devices (GstKsBackendClass * klass)
{
  g_autofree gchar *folder = gst_ks_sysfs_path ("bus/dax/devices", NULL);

  return gst_ks_sysfs_list (folder);
}

/* Never chosen by us: there may be a file system or a database on it. */
static void
set_nameless_error (GError ** error)
{
  g_auto (GStrv) names = gst_ks_backend_dax_list_devices (NULL);
  g_autofree gchar *list = g_strjoinv (", ", names);

  if (names[0] != NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "it takes the name of a device, whose content is lost; there is: %s",
        list);
  else
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "the kernel has no device-dax memory (/dev/dax*); with a CXL or "
        "persistent-memory card make a namespace of it: ndctl "
        "create-namespace -m devdax, or daxctl create-device");
}

/* Bound to kmem it is memory of the system, unbound it is nobody's. */
static gboolean
check_driver (const gchar * device, const gchar * folder, GError ** error)
{
  g_autofree gchar *driver = gst_ks_sysfs_driver (folder);

  if (g_strcmp0 (driver, "device_dax") == 0)
    return TRUE;
  if (driver == NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "%s has no driver; modprobe device_dax, or: daxctl enable-device %s",
        device, device);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "the driver '%s' owns %s and makes memory of the system of it; to have "
        "it as a device: daxctl reconfigure-device -m devdax %s", driver,
        device, device);
  return FALSE;
}

/* FALSE: no such attribute, or nothing that can be used. */
static gboolean
read_extent (const gchar * folder, gsize * size, gsize * align)
{
  g_autofree gchar *size_path = g_build_filename (folder, "size", NULL);
  g_autofree gchar *align_path = g_build_filename (folder, "align", NULL);
  guint64 bytes = 0, unit = USUAL_ALIGN;

  (void) gst_ks_sysfs_read (align_path, &unit);
  if (!gst_ks_sysfs_read (size_path, &bytes) || unit == 0
      || (unit & (unit - 1)) != 0 || bytes < unit)
    return FALSE;
  return gst_ks_size_take (unit, align)
      && gst_ks_size_take (bytes - bytes % unit, size);
}

static GstKsWindow *
open_window (const gchar * device, const gchar * folder, GError ** error)
{
  g_autofree gchar *path = gst_ks_dev_path (device);
  g_autofree gchar *remedy = g_strdup_printf ("run as root, or give it to a "
      "group: chgrp video %s && chmod g+rw %s, in a udev rule for every boot",
      path, path);
  GstKsWindowSpec spec = { device, path, path, 0, 0, remedy };

  if (read_extent (folder, &spec.size, &spec.align))
    return gst_ks_window_open (&spec, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s has no memory (%s/size); give it some: daxctl create-device, or ndctl "
      "create-namespace -m devdax", device, folder);
  return NULL;
}

static gboolean
gst_ks_backend_dax_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendDax *self = (GstKsBackendDax *) backend;
  const gchar *device = gst_ks_backend_peek_device (backend);
  g_autofree gchar *folder = NULL;

  if (device == NULL) {
    set_nameless_error (error);
    return FALSE;
  }
  folder = gst_ks_sysfs_path ("bus/dax/devices", device, NULL);
  if (!check_driver (device, folder, error))
    return FALSE;
  self->window = open_window (device, folder, error);
  return self->window != NULL;
}

static void
gst_ks_backend_dax_close (GstKsBackend * backend)
{
  g_clear_pointer (&((GstKsBackendDax *) backend)->window, gst_ks_window_unref);
}

/* The device wants 2 MiB steps of its mapping, which is one for all frames. */
static GstKsFraming *
gst_ks_backend_dax_describe (GstKsBackend * backend)
{
  GstKsBackendDax *self = (GstKsBackendDax *) backend;
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("dax");

  item.device = g_intern_string (gst_ks_backend_peek_device (backend));
  item.align = LINE;
  item.size = (GstKsRange) {
  LINE, gst_ks_window_get_size (self->window), LINE};
  item.prefer = item.size;
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
gst_ks_backend_dax_create_allocator (GstKsBackend * backend, GError ** error)
{
  return gst_ks_window_new_allocator (((GstKsBackendDax *) backend)->window);
}

static gchar *
gst_ks_backend_dax_note (GstKsBackend * backend)
{
  return gst_ks_window_get_note (((GstKsBackendDax *) backend)->window);
}

static void
gst_ks_backend_dax_class_init (GstKsBackendDaxClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "dax";
  backend_class->open = gst_ks_backend_dax_open;
  backend_class->close = gst_ks_backend_dax_close;
  backend_class->describe = gst_ks_backend_dax_describe;
  backend_class->create_allocator = gst_ks_backend_dax_create_allocator;
  backend_class->list_devices = gst_ks_backend_dax_list_devices;
  backend_class->note = gst_ks_backend_dax_note;
}

static void
gst_ks_backend_dax_init (GstKsBackendDax * self)
{
}
