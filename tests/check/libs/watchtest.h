/* Elements of our own that push and keep frames, and what is told of these.
 *
 * Each is a bin with pads of our own, so that it keeps exactly what a case says;
 * what real elements keep is in pipelines/starve.c.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "pooltest.h"

/* --- a scene: who pushes, and who keeps what comes --- */

static inline GstFlowReturn
keep (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  g_queue_push_tail (gst_pad_get_element_private (pad), buffer);
  return GST_FLOW_OK;
}

static inline GstFlowReturn
keep_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    (void) keep (pad, parent, gst_buffer_ref (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static inline void
kept_free (gpointer data, GObject *pad)
{
  g_queue_free_full (data, (GDestroyNotify) gst_buffer_unref);
}

static inline GstElement *
element_new (const gchar *name)
{
  return gst_object_ref_sink (gst_bin_new (name));
}

static inline GstPad *
add_src (GstElement *element, const gchar *name)
{
  GstPad *pad = gst_pad_new (name, GST_PAD_SRC);

  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

static inline GstPad *
add_sink (GstElement *element, const gchar *name)
{
  GstPad *pad = gst_pad_new (name, GST_PAD_SINK);
  GQueue *kept = g_queue_new ();

  gst_pad_set_chain_function (pad, keep);
  gst_pad_set_chain_list_function (pad, keep_list);
  gst_pad_set_element_private (pad, kept);
  g_object_weak_ref (G_OBJECT (pad), kept_free, kept);
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

static inline GQueue *
kept_by (GstPad *sink)
{
  return gst_pad_get_element_private (sink);
}

static inline void
drop_kept (GstPad *sink)
{
  g_queue_clear_full (kept_by (sink), (GDestroyNotify) gst_buffer_unref);
}

static inline void
link_pads (GstPad *src, GstPad *sink)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless_equals_int (gst_pad_link (src, sink), GST_PAD_LINK_OK);
  fail_unless (gst_pad_push_event (src, gst_event_new_stream_start ("x")));
  fail_unless (gst_pad_push_event (src, gst_event_new_segment (&segment)));
}

static inline void
push (GstPad *src, GstBuffer *buffer)
{
  fail_unless_equals_int (gst_pad_push (src, buffer), GST_FLOW_OK);
}

/* Two pushes are never at the same time: until the clock has moved. */
static inline void
let_time_pass (void)
{
  gint64 begin = g_get_monotonic_time ();

  while (g_get_monotonic_time () == begin)
    g_thread_yield ();
}

typedef struct
{
  GstKsPool *pool;              /* owned */
  GstKsWatch *watch;            /* owned */
  GstElement *maker, *hoarder;  /* owned */
  GstPad *src, *sink;           /* borrowed: their elements' */
} Scene;

static inline Scene
scene_new (const PoolArgs *args)
{
  Scene scene = { pool_for (args), gst_ks_watch_new (),
    element_new ("maker"), element_new ("hoarder")
  };

  scene.src = add_src (scene.maker, "src");
  scene.sink = add_sink (scene.hoarder, "sink");
  link_pads (scene.src, scene.sink);
  return scene;
}

static inline void
scene_clear (Scene *scene)
{
  if (scene->hoarder && scene->sink)
    drop_kept (scene->sink);
  gst_clear_object (&scene->maker);
  gst_clear_object (&scene->hoarder);
  g_clear_pointer (&scene->watch, gst_ks_watch_unref);
  if (scene->pool)
    pool_done (scene->pool);
}

/* --- reading what is told --- */

static const GstStructure *
nth_holder (const GstStructure *holders, guint n)
{
  const GValue *array = gst_structure_get_value (holders, "holders");

  fail_unless (array != NULL && GST_VALUE_HOLDS_ARRAY (array));
  return n < gst_value_array_get_size (array) ?
      gst_value_get_structure (gst_value_array_get_value (array, n)) : NULL;
}

static inline gboolean
field_is (const GstStructure *holder, const gchar *field, const gchar *text)
{
  return g_strcmp0 (gst_structure_get_string (holder, field), text) == 0;
}

/* holder and through NULL: not told */
static inline void
expect (GstKsPool *pool, guint n, guint frames, const gchar *state,
    const gchar *holder, const gchar *through)
{
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (pool);
  g_autofree gchar *text = gst_structure_to_string (holders);
  const GstStructure *found = nth_holder (holders, n);
  guint count = 0;

  fail_unless (found != NULL, "no holder %u: %s", n, text);
  fail_unless (gst_structure_get_uint (found, "frames", &count));
  fail_unless (count == frames && field_is (found, "state", state)
      && field_is (found, "holder", holder)
      && field_is (found, "through", through), "%s", text);
}

static inline void
expect_nobody_else (GstKsPool *pool, guint n)
{
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (pool);
  g_autofree gchar *text = gst_structure_to_string (holders);

  fail_unless (nth_holder (holders, n) == NULL, "%s", text);
}

/* --- what a frame may become --- */

typedef enum
{ AS_IT_IS, AS_PART, AS_COPY, AS_OTHER } Form;

static inline GstBuffer *
reform (GstBuffer *buffer, Form form)
{
  GstBuffer *other = buffer;

  switch (form) {
    case AS_PART:
      other = gst_buffer_new ();
      gst_buffer_append_memory (other,
          gst_memory_share (gst_buffer_peek_memory (buffer, 0), 16, 32));
      break;
    case AS_COPY:
      other = gst_buffer_copy (buffer);
      break;
    case AS_OTHER:
      other = gst_buffer_copy_deep (buffer);
      break;
    default:
      return buffer;
  }
  gst_buffer_unref (buffer);
  return other;
}
