/* For other languages: what they cannot say as C does.
 *
 * A language behind the typelib fills in numbers of a structure, but neither
 * pointers nor functions; of two functions that share one user_data it knows
 * only one; and a function of it that fails returns whatever is on the stack,
 * unless it is a closure. So accounts and functions are arguments here. And of
 * a GstVideoInfo it knows the public fields only, so that it makes too little
 * room for one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbinding.h"
#include "gstksquery.h"

typedef struct
{
  GClosure *acquire;
  GClosure *release;
} Closures;

/* result NULL: there is none */
static void
call (GClosure * closure, guint64 first, guint64 second, GValue * result)
{
  GValue arguments[2] = { G_VALUE_INIT, G_VALUE_INIT };

  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++) {
    g_value_init (&arguments[i], G_TYPE_UINT64);
    g_value_set_uint64 (&arguments[i], i == 0 ? first : second);
  }
  g_closure_invoke (closure, result, G_N_ELEMENTS (arguments), arguments, NULL);
}

static gpointer
closures_acquire (gsize size, gsize align, gpointer user_data)
{
  Closures *self = user_data;
  GValue address = G_VALUE_INIT;

  g_value_init (&address, G_TYPE_UINT64);
  call (self->acquire, size, align, &address);
  return GSIZE_TO_POINTER (g_value_get_uint64 (&address));
}

static void
closures_release (gpointer data, gsize size, gpointer user_data)
{
  Closures *self = user_data;

  call (self->release, GPOINTER_TO_SIZE (data), size, NULL);
}

static void
closures_destroy (gpointer user_data)
{
  Closures *self = user_data;

  g_closure_unref (self->acquire);
  g_closure_unref (self->release);
  g_free (self);
}

static GClosure *
closure_take (GClosure * closure)
{
  g_closure_ref (closure);
  g_closure_sink (closure);
  if (G_CLOSURE_NEEDS_MARSHAL (closure))
    g_closure_set_marshal (closure, g_cclosure_marshal_generic);
  return closure;
}

/**
 * gst_ks_allocator_new_external_with_closures: (rename-to gst_ks_allocator_new_external)
 * @acquire: lends a block: gets size and align in bytes as two unsigned 64 bit
 *     numbers, and returns one, the address of so many bytes, a multiple of
 *     align; 0: none to be had
 * @release: takes a block back, once for each that was lent: gets its address
 *     and size as two unsigned 64 bit numbers, returns nothing
 *
 * gst_ks_allocator_new_external() for other languages. Addresses are numbers.
 * The closures are called from any thread, with no lock held, as long as a frame
 * is there: the memory behind the addresses has to outlive the last frame, not
 * only the allocator. They are let go after that.
 *
 * Returns: (transfer full): the allocator
 *
 * Since: 0.9
 */
GstAllocator *
gst_ks_allocator_new_external_with_closures (GClosure * acquire,
    GClosure * release)
{
  static const GstKsExternal external = {
    closures_acquire, closures_release, closures_destroy
  };
  Closures *self;

  g_return_val_if_fail (acquire != NULL && release != NULL, NULL);

  self = g_new (Closures, 1);
  self->acquire = closure_take (acquire);
  self->release = closure_take (release);
  return gst_ks_allocator_new_external (&external, self, NULL);
}

/**
 * gst_ks_request_alloc:
 * @request: what is needed
 * @allocator: an allocator of ours
 * @account: (nullable): who pays; referenced by the block. %NULL: that of
 *     @request
 * @error: why there is no memory
 *
 * gst_ks_allocator_alloc() for other languages, in which that name is the
 * allocator's own method, and the account of a request cannot be set. Any
 * thread.
 *
 * Returns: (transfer full) (nullable): memory, or %NULL with @error
 *
 * Since: 0.9
 */
GstMemory *
gst_ks_request_alloc (const GstKsRequest * request, GstAllocator * allocator,
    GstKsAccount * account, GError ** error)
{
  GstKsRequest whole;

  g_return_val_if_fail (request != NULL, NULL);

  whole = *request;
  if (account)
    whole.account = account;
  return gst_ks_allocator_alloc (allocator, &whole, error);
}

/**
 * gst_ks_pool_new_full: (rename-to gst_ks_pool_new)
 * @allocator: an allocator of ours
 * @framing: (nullable): as for gst_ks_pool_new()
 * @options: (nullable): how the pool behaves; its pointers give way to the
 *     arguments that follow. %NULL: %GST_KS_POOL_OPTIONS_INIT
 * @account: (nullable): who pays; %NULL: the pool's own
 * @report: (nullable) (scope notified) (closure report_data)
 *     (destroy report_destroy): told of starvation and failure, from the thread
 *     that wants a frame
 * @report_data: (nullable): for @report
 * @report_destroy: (nullable): called with the end of the pool
 *
 * gst_ks_pool_new() for other languages, in which neither an account nor a
 * function can be put into the options. Any thread.
 *
 * Returns: (transfer full): a new pool
 *
 * Since: 0.9
 */
GstKsPool *
gst_ks_pool_new_full (GstAllocator * allocator, const GstKsFraming * framing,
    const GstKsPoolOptions * options, GstKsAccount * account,
    GstKsPoolReport report, gpointer report_data, GDestroyNotify report_destroy)
{
  GstKsPoolOptions whole = GST_KS_POOL_OPTIONS_INIT;

  if (options)
    whole = *options;
  whole.account = account;
  whole.report = report;
  whole.report_data = report_data;
  whole.report_destroy = report_destroy;
  return gst_ks_pool_new (allocator, framing, &whole);
}

/**
 * gst_ks_pool_dup_video_info: (rename-to gst_ks_pool_get_video_info)
 * @pool: a pool
 *
 * gst_ks_pool_get_video_info() for other languages. Any thread.
 *
 * Returns: (transfer full) (nullable): strides, offsets and size of a frame;
 *     %NULL when the caps are not raw video
 *
 * Since: 0.9
 */
GstVideoInfo *
gst_ks_pool_dup_video_info (GstKsPool * pool)
{
  GstVideoInfo info;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  return gst_ks_pool_get_video_info (pool, &info) ?
      gst_video_info_copy (&info) : NULL;
}

/**
 * gst_ks_query_measure_caps: (rename-to gst_ks_query_caps_size)
 * @caps: (nullable): of a query
 *
 * gst_ks_query_caps_size() for other languages.
 *
 * Returns: bytes of one frame of @caps, or 0
 *
 * Since: 0.9
 */
gsize
gst_ks_query_measure_caps (const GstCaps * caps)
{
  return gst_ks_query_caps_size (caps, NULL);
}
