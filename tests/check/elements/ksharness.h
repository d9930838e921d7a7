/* A ksallocator between an asking upstream and a downstream that answers as told.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/ks/gstks.h>
#include <gst/video/video.h>

#define I420_CAPS "video/x-raw,format=I420,width=320,height=240,framerate=30/1"
#define I420_SIZE (320 * 240 * 3 / 2)
#define AUDIO_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved"
#define DEVICE_CAPS "video/x-raw(memory:GLMemory),format=RGBA,width=64,height=64,framerate=30/1"
#define ASKED_SIZE 120000

typedef enum
{
  DOWNSTREAM_SILENT,            /* FALSE, nothing said */
  DOWNSTREAM_REFUSES,           /* FALSE, after writing entries */
  DOWNSTREAM_EMPTY,             /* TRUE, nothing said */
  DOWNSTREAM_VIDEO_META,        /* TRUE, reads GstVideoMeta */
  DOWNSTREAM_ASKING,            /* size, 3 frames, align 64, prefix 16 */
  DOWNSTREAM_GENERIC_POOL,      /* an ordinary pool, 2 frames */
  DOWNSTREAM_OWN_POOL,          /* a pool of its own type, 2..8 frames */
  DOWNSTREAM_OWN_ALLOCATOR,     /* an allocator that is not ours */
  DOWNSTREAM_SHARED             /* our allocator of the kind shared */
} Downstream;

typedef struct
{
  GstElement *element;
  GstBus *bus;
  GQueue said;                  /* messages taken off the bus, not yet looked at */
  GstHarness *harness;          /* NULL: asker_make_element() only */
  GstQuery *query;              /* the last answer, and entry 0 of it: */
  gboolean answered;
  GstBufferPool *pool;
  guint size, min, cap;
  guint n_params;
  GstAllocator *allocator;
  GstAllocationParams params;
} Asker;

/* Types of others, which we must not take for our own. */
static inline GType
own_pool_get_type (void)
{
  GType type = g_type_from_name ("TestOwnPool");

  return type ? type : g_type_register_static_simple (GST_TYPE_BUFFER_POOL, "TestOwnPool", sizeof (GstBufferPoolClass), NULL, sizeof (GstBufferPool), NULL, 0);
}

static inline void
own_allocator_init (GTypeInstance *instance, gpointer klass)
{
  GST_ALLOCATOR (instance)->mem_type = "OwnMemory";
}

static inline GType
own_allocator_get_type (void)
{
  GType type = g_type_from_name ("TestOwnAllocator");

  return type ? type : g_type_register_static_simple (GST_TYPE_ALLOCATOR, "TestOwnAllocator", sizeof (GstAllocatorClass), NULL, sizeof (GstAllocator), own_allocator_init, 0);
}

static inline void
downstream_add_pool (GstQuery *query, GType type, guint max)
{
  GstBufferPool *pool = gst_object_ref_sink (g_object_new (type, NULL));

  gst_query_add_allocation_pool (query, pool, I420_SIZE, 2, max);
  gst_object_unref (pool);
}

static inline void
downstream_add_allocator (GstQuery *query, GstAllocator *allocator)
{
  fail_unless (allocator != NULL);
  gst_query_add_allocation_param (query, allocator, NULL);
  gst_object_unref (allocator);
}

static inline void
downstream_ask (GstQuery *query)
{
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  params.align = 63;
  params.prefix = 16;
  gst_query_add_allocation_pool (query, NULL, ASKED_SIZE, 3, 0);
  gst_query_add_allocation_param (query, NULL, &params);
}

static inline gboolean
downstream_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  Downstream what = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (pad), "what"));

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  switch (what) {
    case DOWNSTREAM_REFUSES:
      downstream_add_pool (query, own_pool_get_type (), 1);
      downstream_ask (query);
      return FALSE;
    case DOWNSTREAM_VIDEO_META:
      gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
      return TRUE;
    case DOWNSTREAM_ASKING:
      downstream_ask (query);
      return TRUE;
    case DOWNSTREAM_GENERIC_POOL:
      downstream_add_pool (query, GST_TYPE_BUFFER_POOL, 0);
      return TRUE;
    case DOWNSTREAM_OWN_POOL:
      downstream_add_pool (query, own_pool_get_type (), 8);
      return TRUE;
    case DOWNSTREAM_OWN_ALLOCATOR:
      downstream_add_allocator (query, gst_object_ref_sink (g_object_new (own_allocator_get_type (), NULL)));
      return TRUE;
    case DOWNSTREAM_SHARED:
      downstream_add_allocator (query, gst_ks_allocator_get ("shared", NULL, NULL));
      return TRUE;
    default:
      return what == DOWNSTREAM_EMPTY;
  }
}

static inline void
asker_make_element (Asker *asker, const gchar *properties)
{
  g_autofree gchar *launch = g_strconcat ("ksallocator ", properties, NULL);
  g_autoptr (GError) error = NULL;

  *asker = (Asker) { NULL, };
  asker->element = gst_parse_launch (launch, &error);
  fail_unless (asker->element != NULL && error == NULL, "%s: %s", launch, error ? error->message : "?");
  gst_object_ref_sink (asker->element);
  asker->bus = gst_bus_new ();
  gst_element_set_bus (asker->element, asker->bus);
}

static inline void
asker_init (Asker *asker, const gchar *properties, Downstream downstream)
{
  asker_make_element (asker, properties);
  asker->harness = gst_harness_new_with_element (asker->element, "sink", "src");
  g_object_set_data (G_OBJECT (asker->harness->sinkpad), "what", GINT_TO_POINTER (downstream));
  gst_pad_set_query_function (asker->harness->sinkpad, downstream_query);
}

static inline void
asker_forget (Asker *asker)
{
  gst_clear_query (&asker->query);
  gst_clear_object (&asker->pool);
  gst_clear_object (&asker->allocator);
  asker->size = asker->min = asker->cap = asker->n_params = 0;
}

static inline void
asker_clear (Asker *asker)
{
  asker_forget (asker);
  if (asker->harness)
    gst_harness_teardown (asker->harness);
  else
    gst_element_set_state (asker->element, GST_STATE_NULL);
  gst_element_set_bus (asker->element, NULL);
  gst_bus_set_flushing (asker->bus, TRUE);
  g_queue_clear_full (&asker->said, (GDestroyNotify) gst_message_unref);
  gst_clear_object (&asker->bus);
  gst_clear_object (&asker->element);
}

/* text: NULL: no caps; "ANY": any. */
static inline void
asker_ask (Asker *asker, const gchar *text, gboolean need_pool)
{
  g_autoptr (GstCaps) caps = text ? gst_caps_from_string (text) : NULL;

  asker_forget (asker);
  asker->query = gst_query_new_allocation (caps, need_pool);
  asker->answered = gst_pad_peer_query (asker->harness->srcpad, asker->query);
  if (gst_query_get_n_allocation_pools (asker->query) > 0)
    gst_query_parse_nth_allocation_pool (asker->query, 0, &asker->pool, &asker->size, &asker->min, &asker->cap);
  asker->n_params = gst_query_get_n_allocation_params (asker->query);
  if (asker->n_params > 0)
    gst_query_parse_nth_allocation_param (asker->query, 0, &asker->allocator, &asker->params);
}

/* Takes the first message of the type (and, for element messages, the name),
 * or returns NULL; the others stay. */
static inline GstMessage *
asker_take (Asker *asker, GstMessageType type, const gchar *name)
{
  GstMessage *message;

  while ((message = gst_bus_pop (asker->bus)))
    g_queue_push_tail (&asker->said, message);
  for (GList *l = asker->said.head; l; l = l->next) {
    message = l->data;
    if (GST_MESSAGE_TYPE (message) != type || (name
            && !gst_structure_has_name (gst_message_get_structure (message), name)))
      continue;
    g_queue_delete_link (&asker->said, l);
    return message;
  }
  return NULL;
}

/* There is a message of the type with this code and text; takes it. */
static inline void
asker_expect (Asker *asker, GstMessageType type, GQuark domain, gint code, const gchar *says)
{
  g_autoptr (GstMessage) message = asker_take (asker, type, NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "no message that says %s", says);
  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s: %s %d", error->message, g_quark_to_string (error->domain), error->code);
  fail_unless (strstr (error->message, says) != NULL, "%s does not say %s", error->message, says);
}

static inline void
asker_none (Asker *asker, GstMessageType type)
{
  g_autoptr (GstMessage) message = asker_take (asker, type, NULL);

  fail_unless (message == NULL, "a message of type %s", gst_message_type_get_name (type));
}

/* Whether there is an element message of this name; takes it. */
static inline gboolean
asker_saw (Asker *asker, const gchar *name)
{
  g_autoptr (GstMessage) message = asker_take (asker, GST_MESSAGE_ELEMENT, name);

  return message != NULL;
}

/* A text field of the property negotiated. */
static inline const gchar *
asker_field (Asker *asker, const gchar *field)
{
  GstStructure *negotiated = NULL;
  const gchar *text;

  g_object_get (asker->element, "negotiated", &negotiated, NULL);
  fail_unless (negotiated != NULL, "nothing negotiated");
  text = g_intern_string (gst_structure_get_string (negotiated, field));
  gst_structure_free (negotiated);
  return text;
}

static inline guint64
asker_stat (Asker *asker, const gchar *field)
{
  GstStructure *stats = NULL;
  guint64 count = 0;

  g_object_get (asker->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &count), "no field %s", field);
  gst_structure_free (stats);
  return count;
}
