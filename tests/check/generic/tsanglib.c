/* GLib's locks and hand-overs, told to ThreadSanitizer.
 *
 * GLib and GStreamer are not built with the sanitizer, so it sees neither
 * their futexes nor their atomics, and all that they guard would look
 * unguarded. In the build with -Db_sanitize=thread every test program holds
 * these functions of the same names; the dynamic linker finds them before
 * GLib's, and each says what it orders before or after the real one is called.
 * Where the order of the two is not known, as for reference counts, both are
 * said; this can hide a race on the object, never invent one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <dlfcn.h>
#include <gst/gst.h>

extern void __tsan_acquire (void *addr);
extern void __tsan_release (void *addr);

#define EXPORT __attribute__ ((visibility ("default")))

/* The real function NAME, looked up once; the type is that of the prototype. */
#define REAL(name) \
    static __typeof__ (name) *real; \
    if (!__atomic_load_n (&real, __ATOMIC_ACQUIRE)) \
      __atomic_store_n (&real, \
          (__typeof__ (real)) dlsym (RTLD_NEXT, #name), __ATOMIC_RELEASE)

/* *INDENT-OFF* */
#define LOCK(name, Type) \
    EXPORT void name (Type *lock); \
    void name (Type *lock) { REAL (name); real (lock); __tsan_acquire (lock); }
#define TRYLOCK(name, Type) \
    EXPORT gboolean name (Type *lock); \
    gboolean name (Type *lock) \
    { REAL (name); gboolean got = real (lock); if (got) __tsan_acquire (lock); return got; }
#define UNLOCK(name, Type) \
    EXPORT void name (Type *lock); \
    void name (Type *lock) { REAL (name); __tsan_release (lock); real (lock); }
#define COUNT(name, Result, Type) \
    EXPORT Result name (Type object); \
    Result name (Type object) \
    { REAL (name); __tsan_release ((void *) object); __tsan_acquire ((void *) object); \
      return real (object); }

LOCK (g_mutex_lock, GMutex)
TRYLOCK (g_mutex_trylock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)
LOCK (g_rec_mutex_lock, GRecMutex)
TRYLOCK (g_rec_mutex_trylock, GRecMutex)
UNLOCK (g_rec_mutex_unlock, GRecMutex)
LOCK (g_rw_lock_writer_lock, GRWLock)
UNLOCK (g_rw_lock_writer_unlock, GRWLock)
LOCK (g_rw_lock_reader_lock, GRWLock)
UNLOCK (g_rw_lock_reader_unlock, GRWLock)
COUNT (g_object_unref, void, gpointer)
COUNT (gst_object_unref, void, gpointer)
COUNT (gst_mini_object_unref, void, GstMiniObject *)
/* *INDENT-ON* */

EXPORT void
g_cond_wait (GCond * cond, GMutex * mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

EXPORT gboolean
g_cond_wait_until (GCond * cond, GMutex * mutex, gint64 end_time)
{
  REAL (g_cond_wait_until);
  __tsan_release (mutex);
  gboolean woken = real (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return woken;
}

EXPORT void
g_async_queue_push (GAsyncQueue * queue, gpointer data)
{
  REAL (g_async_queue_push);
  __tsan_release (queue);
  real (queue, data);
}

EXPORT gpointer
g_async_queue_pop (GAsyncQueue * queue)
{
  REAL (g_async_queue_pop);
  gpointer data = real (queue);
  __tsan_acquire (queue);
  return data;
}

EXPORT gpointer
g_async_queue_try_pop (GAsyncQueue * queue)
{
  REAL (g_async_queue_try_pop);
  gpointer data = real (queue);
  __tsan_acquire (queue);
  return data;
}

EXPORT gpointer
g_async_queue_timeout_pop (GAsyncQueue * queue, guint64 timeout)
{
  REAL (g_async_queue_timeout_pop);
  gpointer data = real (queue, timeout);
  __tsan_acquire (queue);
  return data;
}

/* *INDENT-OFF*: a macro of that name exists */
EXPORT void
(g_once_init_leave) (volatile void *location, gsize result)
/* *INDENT-ON* */

{
  REAL (g_once_init_leave);
  __tsan_release ((void *) location);
  real (location, result);
}

/* The base class keeps config and frames apart by an atomic count of frames
 * that are out: who configures comes after all who acquired. */
EXPORT GstFlowReturn
gst_buffer_pool_acquire_buffer (GstBufferPool * pool, GstBuffer ** buffer,
    GstBufferPoolAcquireParams * params)
{
  REAL (gst_buffer_pool_acquire_buffer);
  __tsan_acquire (pool);
  GstFlowReturn ret = real (pool, buffer, params);
  __tsan_release (pool);
  return ret;
}

EXPORT gboolean
gst_buffer_pool_set_config (GstBufferPool * pool, GstStructure * config)
{
  REAL (gst_buffer_pool_set_config);
  __tsan_acquire (pool);
  gboolean done = real (pool, config);
  __tsan_release (pool);
  return done;
}

EXPORT gboolean
gst_buffer_pool_set_active (GstBufferPool * pool, gboolean active)
{
  REAL (gst_buffer_pool_set_active);
  __tsan_acquire (pool);
  gboolean done = real (pool, active);
  __tsan_release (pool);
  return done;
}
