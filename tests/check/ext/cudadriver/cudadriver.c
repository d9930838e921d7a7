/* A driver for tests: devices, contexts, streams and copies; and stubs for what is only looked up.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudadriver.h"

#include <string.h>

#define MAX_DEPTH 16            /* contexts on a thread's stack */

/* --- results --- */

static const struct
{
  int result;
  const char *name, *text;
} results[] = {
  {0, "CUDA_SUCCESS", "no error"},
  {CUDA_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
  {CUDA_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
  {CUDA_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA device is there"},
  {CUDA_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid context"},
  {CUDA_ALREADY_REGISTERED, "CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED",
      "the memory is pinned already"},
  {CUDA_NOT_REGISTERED, "CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED",
      "the memory is not pinned"},
  {CUDA_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "not supported"},
  {CUDA_UNKNOWN, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

/* These two answer on a lost card too. */
int
cuGetErrorName (int result, const char **name)
{
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    if (results[i].result == result) {
      *name = results[i].name;
      return 0;
    }
  return CUDA_INVALID_VALUE;
}

int
cuGetErrorString (int result, const char **text)
{
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    if (results[i].result == result) {
      *text = results[i].text;
      return 0;
    }
  return CUDA_INVALID_VALUE;
}

static int
number_from_environment (const char *name, int otherwise)
{
  const gchar *text = g_getenv (name);

  return text != NULL ? (int) g_ascii_strtoll (text, NULL, 10) : otherwise;
}

/* --- devices --- */

unsigned int
cuda_driver_n_devices (void)
{
  return number_from_environment ("KS_CUDA_DRIVER_DEVICES", 1);
}

int
cuInit (unsigned int flags)
{
  int result = cuda_driver_step ("cuInit");

  return result != 0 ? result :
      number_from_environment ("KS_CUDA_DRIVER_INIT", 0);
}

int
cuDriverGetVersion (int *version)
{
  *version = 12000;
  return cuda_driver_step ("cuDriverGetVersion");
}

int
cuDeviceGetCount (int *n)
{
  *n = cuda_driver_n_devices ();
  return cuda_driver_step ("cuDeviceGetCount");
}

static int
step_on_device (const char *call, int device)
{
  int result = cuda_driver_step (call);

  if (result != 0)
    return result;
  return device >= 0 && (guint) device < cuda_driver_n_devices ()? 0 :
      CUDA_INVALID_VALUE;
}

int
cuDeviceGet (int *device, int ordinal)
{
  *device = ordinal;
  return step_on_device ("cuDeviceGet", ordinal);
}

int
cuDeviceGetName (char *name, int size, int device)
{
  g_snprintf (name, size, "Test card %d", device);
  return step_on_device ("cuDeviceGetName", device);
}

/* Asked for by libgstcuda 1.28. */
int
cuDeviceGetUuid (unsigned char *uuid, int device)
{
  memset (uuid, device, 16);
  return step_on_device ("cuDeviceGetUuid", device);
}

int
cuDeviceGetAttribute (int *value, int attribute, int device)
{
  static const struct
  {
    int attribute, value;
  } attributes[] = {
    {11, G_MAXINT - 511},       /* bytes of the longest row */
    {14, 512},                  /* bytes that textures are aligned to */
    {41, 1},                    /* host and card share their addresses */
    {75, 8}, {76, 6},           /* compute capability */
  };

  *value = 0;
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (attributes[i].attribute == attribute)
      *value = attributes[i].value;
  return step_on_device ("cuDeviceGetAttribute", device);
}

int
cuDeviceCanAccessPeer (int *can, int device, int peer)
{
  *can = FALSE;
  return step_on_device ("cuDeviceCanAccessPeer", device);
}

/* --- contexts --- */

static __thread void *stack[MAX_DEPTH];
static __thread guint depth;

int
cuda_driver_count_context (int more)
{
  static gint n;

  return g_atomic_int_add (&n, more);
}

int
cuda_driver_step_in_context (const char *call)
{
  int result = cuda_driver_step (call);

  return result != 0 ? result : depth == 0 ? CUDA_INVALID_CONTEXT : 0;
}

static int
push (void *context)
{
  if (context == NULL || depth == MAX_DEPTH)
    return CUDA_INVALID_CONTEXT;
  stack[depth++] = context;
  return 0;
}

int
cuCtxCreate_v2 (void **context, unsigned int flags, int device)
{
  int result = step_on_device ("cuCtxCreate", device);

  if (result != 0)
    return result;
  *context = g_new0 (int, 1);
  cuda_driver_count_context (1);
  return push (*context);
}

/* The process's part of it goes, even when the card is lost. */
int
cuCtxDestroy_v2 (void *context)
{
  int result = cuda_driver_step ("cuCtxDestroy");

  cuda_driver_finish ();
  g_free (context);
  cuda_driver_count_context (-1);
  return result;
}

int
cuCtxPushCurrent_v2 (void *context)
{
  int result = cuda_driver_step ("cuCtxPushCurrent");

  return result != 0 ? result : push (context);
}

/* The stack is the process's, not the card's: a lost one changes nothing. */
int
cuCtxPopCurrent_v2 (void **context)
{
  int result = cuda_driver_step_in_context ("cuCtxPopCurrent");

  if (depth == 0)
    return result;
  depth--;
  if (context != NULL)
    *context = stack[depth];
  return result;
}

int
cuCtxSynchronize (void)
{
  int result = cuda_driver_step_in_context ("cuCtxSynchronize");

  if (result == 0)
    cuda_driver_finish ();
  return result;
}

/* --- streams: all are one --- */

int
cuStreamCreate (void **stream, unsigned int flags)
{
  int result = cuda_driver_step_in_context ("cuStreamCreate");

  if (result == 0)
    *stream = g_new0 (int, 1);
  return result;
}

int
cuStreamDestroy_v2 (void *stream)
{
  int result = cuda_driver_step_in_context ("cuStreamDestroy");

  if (result == 0)
    g_free (stream);
  return result;
}

int
cuStreamDestroy (void *stream)
{
  return cuStreamDestroy_v2 (stream);
}

int
cuStreamSynchronize (void *stream)
{
  int result = cuda_driver_step_in_context ("cuStreamSynchronize");

  if (result == 0)
    cuda_driver_finish ();
  return result;
}

/* --- copies --- */

static guint8 *
reach_end (const CudaEnd * end, const CudaCopy * copy)
{
  gsize at = end->y * end->pitch + end->x;
  gsize size = (copy->height - 1) * end->pitch + copy->width;

  if (copy->height > 1 && end->pitch < copy->width + end->x)
    return NULL;
  return end->place == 1 ? (guint8 *) end->host + at :
      end->place == 2 ? cuda_driver_reach (end->device + at, size) : NULL;
}

int
cuda_driver_copy (const CudaCopy * copy)
{
  guint8 *from, *to;

  if (copy->width == 0 || copy->height == 0)
    return 0;
  from = reach_end (&copy->src, copy);
  to = reach_end (&copy->dst, copy);
  if (from == NULL || to == NULL)
    return CUDA_INVALID_VALUE;
  for (gsize row = 0; row < copy->height; row++)
    memcpy (to + row * copy->dst.pitch, from + row * copy->src.pitch,
        copy->width);
  return 0;
}

static GMutex queue_lock;
static GQueue queue = G_QUEUE_INIT;     /* of CudaCopy, owned */

guint
cuda_driver_get_queued (void)
{
  guint n;

  g_mutex_lock (&queue_lock);
  n = queue.length;
  g_mutex_unlock (&queue_lock);
  return n;
}

void
cuda_driver_finish (void)
{
  CudaCopy *copy;

  g_mutex_lock (&queue_lock);
  while ((copy = g_queue_pop_head (&queue)) != NULL) {
    (void) cuda_driver_copy (copy);
    g_free (copy);
  }
  g_mutex_unlock (&queue_lock);
}

int
cuda_driver_queue (const CudaCopy * copy)
{
  g_mutex_lock (&queue_lock);
  g_queue_push_tail (&queue, g_memdup2 (copy, sizeof *copy));
  g_mutex_unlock (&queue_lock);
  return 0;
}

int
cuMemcpy2D_v2 (const CudaCopy * copy)
{
  int result = cuda_driver_step_in_context ("cuMemcpy2D");

  if (result != 0)
    return result;
  cuda_driver_finish ();
  return cuda_driver_copy (copy);
}

int
cuMemcpyPeer (unsigned long long dst, void *dst_context,
    unsigned long long src, void *src_context, size_t size)
{
  CudaCopy copy = {.width = size,.height = 1 };
  int result = cuda_driver_step_in_context ("cuMemcpyPeer");

  if (result != 0)
    return result;
  if (dst_context == NULL || src_context == NULL)
    return CUDA_INVALID_CONTEXT;
  copy.src.place = copy.dst.place = 2;
  copy.src.device = src;
  copy.dst.device = dst;
  cuda_driver_finish ();
  return cuda_driver_copy (&copy);
}

int
cuMemcpy2DAsync_v2 (const CudaCopy * copy, void *stream)
{
  int result = cuda_driver_step_in_context ("cuMemcpy2DAsync");

  return result != 0 ? result : cuda_driver_queue (copy);
}

/* --- what libgstcuda looks for when it is loaded, and nobody here calls --- */

/* *INDENT-OFF* */
#define STUB(name) \
  CUDA_DRIVER_API int name (void); \
  int name (void) { int result = cuda_driver_step (#name); return result ? result : CUDA_NOT_SUPPORTED; }

STUB (cuCtxEnablePeerAccess)
STUB (cuCtxDisablePeerAccess)
STUB (cuCtxGetLimit)
STUB (cuCtxSetLimit)
STUB (cuEventCreate)
STUB (cuEventDestroy_v2)
STUB (cuEventRecord)
STUB (cuEventSynchronize)
STUB (cuGraphicsMapResources)
STUB (cuGraphicsUnmapResources)
STUB (cuGraphicsUnregisterResource)
STUB (cuGraphicsGLRegisterImage)
STUB (cuGraphicsGLRegisterBuffer)
STUB (cuGLGetDevices_v2)
STUB (cuGraphicsResourceSetMapFlags_v2)
STUB (cuGraphicsSubResourceGetMappedArray)
STUB (cuGraphicsResourceGetMappedPointer_v2)
STUB (cuIpcCloseMemHandle)
STUB (cuIpcGetEventHandle)
STUB (cuIpcGetMemHandle)
STUB (cuIpcOpenEventHandle)
STUB (cuIpcOpenMemHandle)
STUB (cuIpcOpenMemHandle_v2)
STUB (cuLaunchKernel)
STUB (cuMemcpyDtoD_v2)
STUB (cuMemcpyDtoDAsync_v2)
STUB (cuMemcpyDtoH_v2)
STUB (cuMemcpyDtoHAsync_v2)
STUB (cuMemcpyHtoD_v2)
STUB (cuMemcpyHtoDAsync_v2)
STUB (cuMemsetD2D8_v2)
STUB (cuMemsetD2D8Async)
STUB (cuMemsetD2D16_v2)
STUB (cuMemsetD2D16Async)
STUB (cuMemsetD2D32_v2)
STUB (cuMemsetD2D32Async)
STUB (cuModuleLoadData)
STUB (cuModuleUnload)
STUB (cuModuleGetFunction)
STUB (cuTexObjectCreate)
STUB (cuTexObjectDestroy)
/* *INDENT-ON* */
