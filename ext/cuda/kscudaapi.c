/* Finds NVIDIA's driver and libgstcuda at run time.
 *
 * Neither is linked: the plugin loads on every machine, and what is missing is
 * said when a kind is opened. The driver is asked first, because libgstcuda
 * warns and, from 1.22 on, asserts where it is not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaapi.h"

#include <gmodule.h>
#include <gst/ks/gstkslock.h>

#define DRIVER "libcuda.so.1"
#define GST_CUDA "libgstcuda-1.0.so.0"

typedef struct
{
  const gchar *name;
  gsize offset;                 /* in KsCudaApi */
} Symbol;

#define SYMBOL(name, field) {name, G_STRUCT_OFFSET (KsCudaApi, field)}

static const Symbol driver_symbols[] = {
  SYMBOL ("cuInit", init),
  SYMBOL ("cuGetErrorName", error_name),
  SYMBOL ("cuGetErrorString", error_string),
  SYMBOL ("cuDeviceGetCount", device_count),
  SYMBOL ("cuDeviceGetName", device_name),
  SYMBOL ("cuDeviceGetAttribute", device_attribute),
  SYMBOL ("cuCtxPushCurrent_v2", context_push),
  SYMBOL ("cuCtxPopCurrent_v2", context_pop),
  SYMBOL ("cuCtxSynchronize", context_synchronize),
  SYMBOL ("cuMemGetInfo_v2", memory_info),
  SYMBOL ("cuMemHostAlloc", host_alloc),
  SYMBOL ("cuMemFreeHost", host_free),
  SYMBOL ("cuMemHostRegister_v2", host_register),
  SYMBOL ("cuMemHostUnregister", host_unregister),
  SYMBOL ("cuMemcpy2D_v2", copy),
  SYMBOL ("cuMemcpyPeer", copy_peer),
};

static const Symbol gst_symbols[] = {
  SYMBOL ("gst_cuda_load_library", gst_load),
  SYMBOL ("gst_cuda_allocator_get_type", gst_allocator_get_type),
  SYMBOL ("gst_cuda_context_get_type", gst_context_get_type),
  SYMBOL ("gst_cuda_context_new", gst_context_new),
  SYMBOL ("gst_cuda_context_get_handle", gst_context_get_handle),
};

/* The first symbol that is not there; NULL: all are. */
static const gchar *
load_symbols (KsCudaApi * self, GModule * module, const Symbol * symbols,
    guint n)
{
  for (guint i = 0; i < n; i++)
    if (!g_module_symbol (module, symbols[i].name,
            G_STRUCT_MEMBER_P (self, symbols[i].offset)))
      return symbols[i].name;
  return NULL;
}

static gboolean
missing_symbol (const gchar * library, const gchar * symbol,
    const gchar * remedy, GError ** error)
{
  if (symbol == NULL)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s has no %s; %s", library, symbol, remedy);
  return FALSE;
}

static GModule *
open_library (const gchar * name, const gchar * remedy, GError ** error)
{
  GModule *module = g_module_open (name, G_MODULE_BIND_LAZY);

  if (module == NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "the library %s cannot be opened: %s; %s", name, g_module_error (),
        remedy);
  return module;
}

static gboolean
load_driver (KsCudaApi * self, GError ** error)
{
  GModule *module = open_library (DRIVER, "install NVIDIA's driver for the GPU "
      "(Debian: libcuda1, of non-free); without such a GPU choose another kind",
      error);

  if (module == NULL || !missing_symbol (DRIVER, load_symbols (self, module,
              driver_symbols, G_N_ELEMENTS (driver_symbols)),
          "install a newer driver", error))
    return FALSE;
  g_module_make_resident (module);
  return TRUE;
}

/* The argument list of gst_cuda_allocator_alloc() grew by a stream when memory
 * got one, which is told by the function that asks for it. */
static gboolean
load_gst_cuda (KsCudaApi * self, GError ** error)
{
  static const gchar remedy[] = "install GStreamer's \"bad\" plugins with CUDA"
      " (Debian: gstreamer1.0-plugins-bad)";
  GModule *module = open_library (GST_CUDA, remedy, error);
  gpointer alloc = NULL, get_stream = NULL;

  if (module == NULL || !missing_symbol (GST_CUDA, load_symbols (self, module,
              gst_symbols, G_N_ELEMENTS (gst_symbols)), remedy, error))
    return FALSE;
  if (!g_module_symbol (module, "gst_cuda_allocator_alloc", &alloc))
    return missing_symbol (GST_CUDA, "gst_cuda_allocator_alloc", remedy, error);
  if (g_module_symbol (module, "gst_cuda_memory_get_stream", &get_stream)) {
    self->gst_alloc_stream = alloc;
    (void) g_module_symbol (module, "gst_cuda_memory_sync",
        (gpointer *) & self->gst_sync);
  } else {
    self->gst_alloc = alloc;
  }
  g_module_make_resident (module);
  return TRUE;
}

static gboolean
describe_result (const KsCudaApi * self, gint result, const gchar ** name,
    const gchar ** text)
{
  *name = *text = NULL;
  return self->error_name (result, name) == 0
      && self->error_string (result, text) == 0 && *name && *text;
}

static gboolean
start_driver (const KsCudaApi * self, GError ** error)
{
  const gchar *name, *text;
  gint result = self->init (0);

  if (result == 0)
    return TRUE;
  if (!describe_result (self, result, &name, &text))
    name = text = "unknown result";
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "NVIDIA's driver does not start: cuInit: %s (%d, %s); %s", name, result,
      text, result == KS_CUDA_NO_DEVICE ?
      "there is no GPU that it drives, or /dev/nvidia0 and /dev/nvidiactl are "
      "not yours to open; nvidia-smi lists what it sees" :
      "nvidia-smi says more; reload the kernel module nvidia, or reboot, after "
      "the driver was updated");
  return FALSE;
}

/* Only success is remembered: a driver may be installed while we run. */
const KsCudaApi *
ks_cuda_api (GError ** error)
{
  static GMutex lock;
  static KsCudaApi api;
  static gboolean loaded;
  KsCudaApi trial = { NULL };
  gboolean good;

  gst_ks_mutex_lock (&lock);
  if (!loaded)
    loaded = load_driver (&trial, error) && load_gst_cuda (&trial, error)
        && start_driver (&trial, error)
        && missing_symbol (DRIVER, trial.gst_load ()? NULL :
        "everything that libgstcuda wants", "install a newer driver", error);
  if (loaded && api.init == NULL)
    api = trial;
  good = loaded;
  gst_ks_mutex_unlock (&lock);
  return good ? &api : NULL;
}

gchar **
ks_cuda_list_devices (GstKsBackendClass * klass)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const KsCudaApi *api = ks_cuda_api (NULL);
  gint n = 0;

  if (api != NULL && api->device_count (&n) != 0)
    n = 0;
  for (gint i = 0; i < n; i++) {
    g_autofree gchar *name = g_strdup_printf ("%d", i);

    g_strv_builder_add (names, name);
  }
  return g_strv_builder_end (names);
}

/* Without a driver there is no list, and then open says why. */
gboolean
ks_cuda_check_device (GstKsBackendClass * klass, const gchar * device,
    GError ** error)
{
  return ks_cuda_api (NULL) == NULL;
}
