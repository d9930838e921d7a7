/* Elements that import frames, and memory that they cannot import: refused before the first frame.
 *
 * The elements are made up and have the names of those of the plugin
 * video4linux2, so that no device is needed; so are the kinds of memory.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <sys/mman.h>
#include <unistd.h>
#include <gst/base/gstbasesink.h>
#include <gst/base/gstpushsrc.h>
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define WATCHDOG (30 * GST_SECOND)
#define CAPS "video/x-raw,format=BGRx,width=64,height=64,framerate=30/1"

/* --- elements with io-mode --- */

static GType
io_mode_get_type (void)
{
  static const GEnumValue values[] = {
    {0, "auto", "auto"}, {1, "rw", "rw"}, {2, "mmap", "mmap"},
    {3, "userptr", "userptr"}, {5, "dmabuf-import", "dmabuf-import"},
    {0, NULL, NULL}
  };
  static GType type;

  if (type == 0)
    type = g_enum_register_static ("TestIOMode", values);
  return type;
}

typedef struct
{
  GstPushSrc parent;
  gint io_mode;
} TestSrc;

typedef struct
{
  GstBaseSink parent;
  gint io_mode;
} TestSink;

typedef GstPushSrcClass TestSrcClass;
typedef GstBaseSinkClass TestSinkClass;

static GType test_src_get_type (void);
static GType test_sink_get_type (void);
G_DEFINE_TYPE (TestSrc, test_src, GST_TYPE_PUSH_SRC);
G_DEFINE_TYPE (TestSink, test_sink, GST_TYPE_BASE_SINK);

static void
set_mode (GObject * object, guint id, const GValue * value, GParamSpec * spec)
{
  if (g_type_is_a (G_OBJECT_TYPE (object), test_src_get_type ()))
    ((TestSrc *) object)->io_mode = g_value_get_enum (value);
  else
    ((TestSink *) object)->io_mode = g_value_get_enum (value);
}

static void
get_mode (GObject * object, guint id, GValue * value, GParamSpec * spec)
{
  if (g_type_is_a (G_OBJECT_TYPE (object), test_src_get_type ()))
    g_value_set_enum (value, ((TestSrc *) object)->io_mode);
  else
    g_value_set_enum (value, ((TestSink *) object)->io_mode);
}

static void
class_init (GstElementClass * klass, GstPadDirection direction)
{
  GstCaps *caps = gst_caps_from_string (CAPS);
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = set_mode;
  object_class->get_property = get_mode;
  g_object_class_install_property (object_class, 1,
      g_param_spec_enum ("io-mode", "", "", io_mode_get_type (), 0,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  gst_element_class_add_pad_template (klass,
      gst_pad_template_new (direction == GST_PAD_SRC ? "src" : "sink",
          direction, GST_PAD_ALWAYS, caps));
  gst_element_class_set_static_metadata (klass, "test", "Test", "test", "test");
  gst_caps_unref (caps);
}

static GstFlowReturn
test_src_fill (GstPushSrc * src, GstBuffer * buffer)
{
  gst_buffer_memset (buffer, 0, 0, -1);
  return GST_FLOW_OK;
}

/* As the real one: to import it needs somebody's pool. */
static gboolean
test_src_decide (GstBaseSrc * src, GstQuery * query)
{
  gint mode = ((TestSrc *) src)->io_mode;

  if (mode < 3 || gst_query_get_n_allocation_pools (query) > 0)
    return GST_BASE_SRC_CLASS (test_src_parent_class)->decide_allocation (src,
        query);
  GST_ELEMENT_ERROR (src, STREAM, FORMAT, ("No downstream pool"), (NULL));
  return FALSE;
}

static void
test_src_class_init (TestSrcClass * klass)
{
  GST_BASE_SRC_CLASS (klass)->decide_allocation = test_src_decide;
  class_init (GST_ELEMENT_CLASS (klass), GST_PAD_SRC);
  klass->fill = test_src_fill;
}

static void
test_src_init (TestSrc * self)
{
  gst_base_src_set_blocksize (GST_BASE_SRC (self), 64 * 64 * 4);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

/* Memory of its own, as a display offers it. */
static GstMemory *
own_alloc (GstAllocator * allocator, gsize size, GstAllocationParams * params)
{
  return gst_allocator_alloc (NULL, size, params);
}

typedef GstAllocator TestOwn;
typedef GstAllocatorClass TestOwnClass;

static GType test_own_get_type (void);
G_DEFINE_TYPE (TestOwn, test_own, GST_TYPE_ALLOCATOR);

static void
test_own_class_init (TestOwnClass * klass)
{
  klass->alloc = own_alloc;
}

static void
test_own_init (TestOwn * self)
{
  self->mem_type = "other";
}

static void
test_sink_class_init (TestSinkClass * klass)
{
  class_init (GST_ELEMENT_CLASS (klass), GST_PAD_SINK);
}

static void
test_sink_init (TestSink * self)
{
}

typedef TestSink TestScreen;
typedef TestSinkClass TestScreenClass;

static GType test_screen_get_type (void);
G_DEFINE_TYPE (TestScreen, test_screen, test_sink_get_type ());

static gboolean
test_screen_propose (GstBaseSink * sink, GstQuery * query)
{
  GstAllocator *own = g_object_new (test_own_get_type (), NULL);

  gst_query_add_allocation_param (query, gst_object_ref_sink (own), NULL);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  gst_object_unref (own);
  return TRUE;
}

static void
test_screen_class_init (TestScreenClass * klass)
{
  klass->propose_allocation = test_screen_propose;
}

static void
test_screen_init (TestScreen * self)
{
}

/* --- kinds: a card's memory, a dma-buf; both are memfds --- */

typedef struct
{
  GstKsDmaBufAllocator parent;
} TestDmaBuf;

typedef struct
{
  GstKsDmaBufAllocatorClass parent_class;
} TestDmaBufClass;

static GType test_dma_buf_get_type (void);
G_DEFINE_TYPE (TestDmaBuf, test_dma_buf, GST_TYPE_KS_DMABUF_ALLOCATOR);

static gboolean
dma_buf_acquire (GstKsDmaBufAllocator * self, GstKsBlock * block,
    GError ** error)
{
  gint fd = memfd_create ("test", MFD_CLOEXEC);

  fail_unless (ftruncate (fd, block->size) == 0);
  fail_unless (gst_ks_block_map (block, fd, 0, error));
  block->fd = fd;
  return TRUE;
}

static void
dma_buf_release (GstKsDmaBufAllocator * self, GstKsBlock * block)
{
  gst_ks_block_unmap (block);
  (void) close (block->fd);
}

static void
test_dma_buf_class_init (TestDmaBufClass * klass)
{
  GST_KS_DMABUF_ALLOCATOR_CLASS (klass)->acquire = dma_buf_acquire;
  GST_KS_DMABUF_ALLOCATOR_CLASS (klass)->release = dma_buf_release;
}

static void
test_dma_buf_init (TestDmaBuf * self)
{
}

typedef struct
{
  GstKsAllocator parent;
} TestCard;

typedef struct
{
  GstKsAllocatorClass parent_class;
} TestCardClass;

static GType test_card_get_type (void);
G_DEFINE_TYPE (TestCard, test_card, GST_TYPE_KS_ALLOCATOR);

static gboolean
card_acquire (GstKsAllocator * self, GstKsBlock * block, GError ** error)
{
  block->data = g_aligned_alloc (1, block->size, MAX (block->align, 8));
  block->fd = -1;
  return TRUE;
}

static void
card_release (GstKsAllocator * self, GstKsBlock * block)
{
  g_aligned_free (block->data);
}

static void
test_card_class_init (TestCardClass * klass)
{
  GST_KS_ALLOCATOR_CLASS (klass)->acquire = card_acquire;
  GST_KS_ALLOCATOR_CLASS (klass)->release = card_release;
}

static void
test_card_init (TestCard * self)
{
}

/* The names are those of real kinds, whose plugins then are not loaded. */
typedef struct
{
  GstKsBackend parent;
} GstKsBackendBar;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendBarClass;

typedef GstKsBackendBar GstKsBackendDmaheap;
typedef GstKsBackendBarClass GstKsBackendDmaheapClass;

static GType gst_ks_backend_bar_get_type (void);
static GType gst_ks_backend_dmaheap_get_type (void);
G_DEFINE_TYPE (GstKsBackendBar, gst_ks_backend_bar, GST_TYPE_KS_BACKEND);
G_DEFINE_TYPE (GstKsBackendDmaheap, gst_ks_backend_dmaheap,
    GST_TYPE_KS_BACKEND);

static gboolean
backend_open (GstKsBackend * self, GError ** error)
{
  return TRUE;
}

static GstKsFraming *
backend_describe (GstKsBackend * self)
{
  GstKsFramingItem item =
      GST_KS_FRAMING_ITEM_INIT (gst_ks_backend_peek_kind (self));

  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
backend_create_allocator (GstKsBackend * self, GError ** error)
{
  return g_object_new (g_str_equal (gst_ks_backend_peek_kind (self), "bar") ?
      test_card_get_type () : test_dma_buf_get_type (), NULL);
}

static void
backend_class_init (GstKsBackendClass * klass, const gchar * kind)
{
  klass->kind = kind;
  klass->open = backend_open;
  klass->describe = backend_describe;
  klass->create_allocator = backend_create_allocator;
}

static void
gst_ks_backend_bar_class_init (GstKsBackendBarClass * klass)
{
  backend_class_init (GST_KS_BACKEND_CLASS (klass), "bar");
}

static void
gst_ks_backend_bar_init (GstKsBackendBar * self)
{
}

static void
gst_ks_backend_dmaheap_class_init (GstKsBackendDmaheapClass * klass)
{
  backend_class_init (GST_KS_BACKEND_CLASS (klass), "dmaheap");
}

static void
gst_ks_backend_dmaheap_init (GstKsBackendDmaheap * self)
{
}

/* --- the test --- */

typedef struct
{
  const gchar *before, *kind, *behind;
  const gchar *reason;          /* part of the error; NULL: it plays */
  gboolean planned;             /* it plays where somebody decides for the line */
} Row;

#define SOURCE "v4l2src name=cam num-buffers=3 io-mode="
#define PLAYER "v4l2sink name=player io-mode="

/* *INDENT-OFF* */
static const Row rows[] = {
  {SOURCE "mmap", "bar", "fakesink", NULL},
  {SOURCE "rw", "bar", "fakesink", NULL},
  {SOURCE "auto", "dmaheap", PLAYER "mmap", NULL},
  {SOURCE "userptr", "huge", "fakesink", NULL},
  {SOURCE "userptr", "system", "fakesink", NULL},
  {SOURCE "userptr", "shared", PLAYER "userptr", NULL},
  {SOURCE "userptr", "bar", "fakesink",
      "cam takes frames by user pointer (io-mode=userptr)"},
  {SOURCE "userptr", "bar", "fakesink", "io-mode=rw"},
  {SOURCE "userptr", "dmaheap", "fakesink", "io-mode=dmabuf-import"},
  {SOURCE "userptr", "dmaheap", "fakesink", "dmaheap memory cannot be pinned"},
  {SOURCE "userptr ! queue ! " CAPS " ! tee", "bar", "fakesink", "cam takes"},
  {SOURCE "userptr ! videoconvert", "bar", "fakesink", "cam takes"},
  {"bin.( " SOURCE "userptr ! identity ) ", "bar", "fakesink", "cam takes"},
  {SOURCE "dmabuf-import", "dmaheap", "fakesink", NULL},
  {SOURCE "dmabuf-import", "dmaheap", PLAYER "dmabuf-import", NULL},
  {SOURCE "dmabuf-import", "system", "fakesink",
      "cam imports dma-bufs (io-mode=dmabuf-import), and system memory is none"},
  {SOURCE "dmabuf-import", "shared", "fakesink", "memory=udmabuf"},
  {SOURCE "userptr", "system, stride=256../512", "fakesink", NULL},
  {SOURCE "userptr", "system, stride=768../512", "fakesink",
      "not told of rows of 768 bytes in the place of 256"},
  {SOURCE "mmap", "system, stride=768", PLAYER "userptr", "leave out stride="},
  {SOURCE "dmabuf-import", "dmaheap, stride=768", "fakesink", NULL},
  {SOURCE "mmap", "bar", PLAYER "userptr", "player takes frames"},
  {SOURCE "mmap", "bar", "queue ! " PLAYER "userptr", "player takes frames"},
  {SOURCE "mmap", "bar", "tee name=t ! queue ! fakesink async=false t. ! queue"
      " ! " PLAYER "userptr async=false", "player takes frames"},
  {SOURCE "mmap", "locked", PLAYER "dmabuf-import", "player imports dma-bufs"},
  /* it offers frames of its own, and takes dma-bufs of others */
  {SOURCE "mmap", "dmaheap", "kmssink", NULL},
  {SOURCE "mmap", "dmaheap", "queue ! kmssink", NULL},
  {SOURCE "dmabuf-import", "dmaheap", "kmssink", NULL},
  {SOURCE "mmap", "bar", "kmssink", "memory, not bar", TRUE},
};
/* *INDENT-ON* */

static GstPadProbeReturn
count_frame (GstPad * pad, GstPadProbeInfo * info, gpointer frames)
{
  g_atomic_int_inc ((gint *) frames);
  return GST_PAD_PROBE_OK;
}

/* Owned: the error, or NULL at the end. */
static GError *
play (const gchar * line, gboolean negotiated, gint * frames)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);

  fail_unless (pipeline != NULL && error == NULL, "%s: %s", line,
      error ? error->message : "?");
  g_autoptr (GstElement) ks = gst_bin_get_by_name (GST_BIN (pipeline), "ks");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (ks, "src");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstKsNegotiator) negotiator = NULL;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_frame, frames, NULL);
  if (negotiated) {
    negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
    gst_ks_negotiator_attach (negotiator);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: silence", line);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (negotiator)
    gst_ks_negotiator_detach (negotiator);
  return g_steal_pointer (&error);
}

/* Each as it is, and with somebody who decides for the whole line. */
GST_START_TEST (test_rows)
{
  const Row *row = &rows[__i__ / 2];
  gboolean negotiated = __i__ % 2;
  g_autofree gchar *line = g_strdup_printf ("%s ! ksallocator name=ks"
      " framing=\"%s\" require=error ! %s", row->before, row->kind,
      row->behind);
  gint frames = 0;
  g_autoptr (GError) error = play (line, negotiated, &frames);

  if (row->reason == NULL || (row->planned && negotiated)) {
    fail_unless (error == NULL, "%s: %s", line, error ? error->message : "");
    fail_unless_equals_int (frames, 3);
    return;
  }
  fail_unless (error != NULL, "%s: plays", line);
  fail_unless (strstr (error->message, row->reason) != NULL,
      "%s: '%s' is not in '%s'", line, row->reason, error->message);
  fail_unless_equals_int (frames, 0);
}

GST_END_TEST;

static void
setup (void)
{
  gst_element_register (NULL, "v4l2src", GST_RANK_NONE, test_src_get_type ());
  gst_element_register (NULL, "v4l2sink", GST_RANK_NONE, test_sink_get_type ());
  gst_element_register (NULL, "kmssink", GST_RANK_NONE,
      test_screen_get_type ());
  gst_ks_backend_register (NULL, gst_ks_backend_bar_get_type ());
  gst_ks_backend_register (NULL, gst_ks_backend_dmaheap_get_type ());
}

static Suite *
ksimporters_suite (void)
{
  Suite *suite = suite_create ("ksimporters");
  TCase *tcase = tcase_create ("rows");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_loop_test (tcase, test_rows, 0, 2 * G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (ksimporters);
