/* A driver for tests: as much of libcuda.so.1 as libgstcuda and the kind cuda ask for, without a GPU.
 *
 * Memory of the card is a file that the CPU cannot reach at the card's address:
 * a touch there ends the program, as it does on a real one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CUDA_DRIVER_API __attribute__ ((visibility ("default"))) extern

/* Results, by the driver's numbers. */
#define CUDA_INVALID_VALUE 1
#define CUDA_OUT_OF_MEMORY 2
#define CUDA_NO_DEVICE 100
#define CUDA_INVALID_CONTEXT 201
#define CUDA_ALREADY_REGISTERED 712
#define CUDA_NOT_REGISTERED 713
#define CUDA_NOT_SUPPORTED 801
#define CUDA_UNKNOWN 999

/* What the environment says when the driver is loaded:
 * KS_CUDA_DRIVER_MEMORY: bytes of the cards; 64 MiB
 * KS_CUDA_DRIVER_DEVICES: how many cards; 1
 * KS_CUDA_DRIVER_INIT: what cuInit gives; 0 */

/* One end of a copy of rows: the driver's own layout. */
typedef struct
{
  size_t x, y;
  unsigned int place;           /* 1: host, 2: device */
  void *host;
  unsigned long long device;
  void *array;
  size_t pitch;
} CudaEnd;

typedef struct
{
  CudaEnd src, dst;
  size_t width, height;
} CudaCopy;

/* For tests, from the function cuda_driver_control(). Any thread. */
typedef struct
{
  /* counts from 0 again, nothing fails, nothing is lost */
  void  (*reset)      (void);
  void  (*set_memory) (gsize bytes);
  /* the n-th call of that name from now on, 1 is the next; NULL: of any name */
  void  (*fail_at)    (const gchar *call, guint n, gint result);
  /* and all after it */
  void  (*fail_from)  (const gchar *call, guint n, gint result);
  /* every call fails; 0: it works again */
  void  (*set_lost)   (gint result);
  guint (*get_calls)  (const gchar *call);
  /* what was made and not given back */
  guint (*get_blocks) (gsize *bytes);
  guint (*get_pinned) (gsize *bytes);
  guint (*get_registered) (void);
  guint (*get_contexts) (void);
  /* queues a copy, done when somebody waits; how many are */
  int   (*queue)      (const CudaCopy *copy);
  guint (*get_queued) (void);
} CudaDriverControl;

CUDA_DRIVER_API const CudaDriverControl * cuda_driver_control (void);

/* Counts a call; what it has to give, 0: go on. */
int          cuda_driver_step (const char *call);
/* As step, for calls that need a context. */
int          cuda_driver_step_in_context (const char *call);
/* The address where the CPU reaches size bytes of the card; NULL: none there. */
void *       cuda_driver_reach (unsigned long long device, size_t size);
int          cuda_driver_copy (const CudaCopy *copy);
/* Done when somebody waits. */
int          cuda_driver_queue (const CudaCopy *copy);
void         cuda_driver_finish (void);
guint        cuda_driver_get_queued (void);
unsigned int cuda_driver_n_devices (void);
int          cuda_driver_count_context (int more);

CUDA_DRIVER_API int cuInit (unsigned int flags);
CUDA_DRIVER_API int cuDriverGetVersion (int *version);
CUDA_DRIVER_API int cuGetErrorName (int result, const char **name);
CUDA_DRIVER_API int cuGetErrorString (int result, const char **text);
CUDA_DRIVER_API int cuDeviceGet (int *device, int ordinal);
CUDA_DRIVER_API int cuDeviceGetCount (int *n);
CUDA_DRIVER_API int cuDeviceGetName (char *name, int size, int device);
CUDA_DRIVER_API int cuDeviceGetUuid (unsigned char *uuid, int device);
CUDA_DRIVER_API int cuDeviceGetAttribute (int *value, int attribute, int device);
CUDA_DRIVER_API int cuDeviceCanAccessPeer (int *can, int device, int peer);
CUDA_DRIVER_API int cuCtxCreate_v2 (void **context, unsigned int flags, int device);
CUDA_DRIVER_API int cuCtxDestroy_v2 (void *context);
CUDA_DRIVER_API int cuCtxPushCurrent_v2 (void *context);
CUDA_DRIVER_API int cuCtxPopCurrent_v2 (void **context);
CUDA_DRIVER_API int cuCtxSynchronize (void);
CUDA_DRIVER_API int cuStreamCreate (void **stream, unsigned int flags);
CUDA_DRIVER_API int cuStreamDestroy (void *stream);
CUDA_DRIVER_API int cuStreamDestroy_v2 (void *stream);
CUDA_DRIVER_API int cuStreamSynchronize (void *stream);
CUDA_DRIVER_API int cuMemGetInfo_v2 (size_t *available, size_t *total);
CUDA_DRIVER_API int cuMemAlloc_v2 (unsigned long long *device, size_t size);
CUDA_DRIVER_API int cuMemAllocPitch_v2 (unsigned long long *device, size_t *pitch, size_t width, size_t height, unsigned int element);
CUDA_DRIVER_API int cuMemFree_v2 (unsigned long long device);
CUDA_DRIVER_API int cuMemAllocHost_v2 (void **data, size_t size);
CUDA_DRIVER_API int cuMemHostAlloc (void **data, size_t size, unsigned int flags);
CUDA_DRIVER_API int cuMemFreeHost (void *data);
CUDA_DRIVER_API int cuMemHostRegister_v2 (void *data, size_t size, unsigned int flags);
CUDA_DRIVER_API int cuMemHostUnregister (void *data);
CUDA_DRIVER_API int cuMemcpy2D_v2 (const CudaCopy *copy);
CUDA_DRIVER_API int cuMemcpyPeer (unsigned long long dst, void *dst_context, unsigned long long src, void *src_context, size_t size);
CUDA_DRIVER_API int cuMemcpy2DAsync_v2 (const CudaCopy *copy, void *stream);

G_END_DECLS
