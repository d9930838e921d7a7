/* The elements' conformance suite finds what it is there to find: planted faults.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>

#include <gst/base/gstbasetransform.h>
#include <gst/kscheck/gstkscheck.h>
#include <gst/video/video.h>

#define CAPS "video/x-raw,format=I420,width=100,height=50,framerate=25/1"

/* --- a pool that does not take back what it said --- */

typedef GstBufferPool StubbornPool;
typedef GstBufferPoolClass StubbornPoolClass;

static GType stubborn_pool_get_type (void);
G_DEFINE_TYPE (StubbornPool, stubborn_pool, GST_TYPE_BUFFER_POOL);

static gboolean
stubborn_pool_set_config (GstBufferPool * self, GstStructure * config)
{
  return FALSE;
}

static void
stubborn_pool_class_init (StubbornPoolClass * klass)
{
  klass->set_config = stubborn_pool_set_config;
}

static void
stubborn_pool_init (StubbornPool * self)
{
}

/* --- an element that copies, with one fault --- */

typedef enum
{
  NONE,
  BLOCK_START,                  /* reads from where the block starts */
  ROW_PADDING,                  /* reads what is between the rows */
  TRAMPLES,                     /* writes before the frame */
  SCRIBBLES,                    /* writes into frames that others have too */
  PICKY,                        /* takes no memory but the system's */
  FORGETFUL,                    /* spoils frames after caps that it has seen */
  STUBBORN,                     /* its pool refuses its own configuration */
  HOARDS_INPUT,                 /* keeps all frames until it stops */
  HOARDS_OUTPUT,
  LEAKS,                        /* keeps them when it is gone */
  DEAF,                         /* says nothing any more, not even EOS */
  IGNORES,                      /* what downstream answered */
  STUCK,                        /* does not stop */
  N_FAULTS
} Fault;

typedef struct
{
  GstBaseTransform parent;

  guint fault;
  GQueue kept;                  /* of GstBuffer */
  guint n_caps;
  gboolean pooled;              /* a frame came from a pool with a cap */
} Planted;

typedef GstBaseTransformClass PlantedClass;

static GType planted_get_type (void);
G_DEFINE_TYPE (Planted, planted, GST_TYPE_BASE_TRANSFORM);

/* What a leaking element left behind, and what a stuck one waits for. */
static GQueue leaked = G_QUEUE_INIT;
static GMutex lock;
static GCond cond;
static gboolean let_go;

static gboolean
planted_set_caps (GstBaseTransform * trans, GstCaps * in, GstCaps * out)
{
  ((Planted *) trans)->n_caps++;
  return TRUE;
}

static gboolean
planted_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  Planted *self = (Planted *) trans;

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS && self->fault == FORGETFUL)
    self->n_caps++;
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS && self->fault == DEAF
      && self->pooled) {
    gst_event_unref (event);
    return TRUE;
  }
  return GST_BASE_TRANSFORM_CLASS (planted_parent_class)->sink_event (trans,
      event);
}

static gboolean
planted_propose_allocation (GstBaseTransform * trans, GstQuery * decide,
    GstQuery * query)
{
  g_autoptr (GstBufferPool) pool = NULL;
  GstCaps *caps;

  if (((Planted *) trans)->fault != STUBBORN)
    return TRUE;
  gst_query_parse_allocation (query, &caps, NULL);
  pool = gst_object_ref_sink (g_object_new (stubborn_pool_get_type (), NULL));
  gst_query_add_allocation_pool (query, pool, gst_ks_query_caps_size (caps,
          NULL), 0, 0);
  return TRUE;
}

static gboolean
planted_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  if (((Planted *) trans)->fault == IGNORES)
    gst_ks_query_forget (query);
  return GST_BASE_TRANSFORM_CLASS (planted_parent_class)->decide_allocation
      (trans, query);
}

static void
copy_wrongly (Planted * self, GstBuffer * in, const guint8 * from,
    GstMapInfo * to)
{
  gsize offset = gst_buffer_peek_memory (in, 0)->offset;
  guint8 sum = 0;

  memcpy (to->data, self->fault == BLOCK_START ? from - offset : from,
      to->size);
  for (gsize i = 0; i < to->size; i++)
    sum += from[i];
  if (self->fault == ROW_PADDING)
    to->data[0] = sum;
  if (self->fault == TRAMPLES && offset > 0)
    ((guint8 *) from)[-1] = 0;
  if (self->fault == SCRIBBLES)
    ((guint8 *) from)[0] ^= 0xff;
  if (self->fault == FORGETFUL && self->n_caps > 2)
    to->data[0] ^= 0xff;
}

static void
keep (Planted * self, GstBuffer * in, GstBuffer * out)
{
  if (self->fault == HOARDS_INPUT)
    g_queue_push_tail (&self->kept, gst_buffer_ref (in));
  if (self->fault == HOARDS_OUTPUT)
    g_queue_push_tail (&self->kept, gst_buffer_ref (out));
  if (self->fault == LEAKS)
    g_queue_push_tail (&leaked, gst_buffer_ref (in));
}

static GstFlowReturn
planted_transform (GstBaseTransform * trans, GstBuffer * in, GstBuffer * out)
{
  Planted *self = (Planted *) trans;
  GstMapInfo from, to;

  self->pooled |= in->pool != NULL;
  if (self->fault == PICKY
      && !gst_memory_is_type (gst_buffer_peek_memory (in, 0),
          GST_ALLOCATOR_SYSMEM))
    return GST_FLOW_ERROR;
  if (!gst_buffer_map (in, &from, GST_MAP_READ))
    return GST_FLOW_ERROR;
  if (!gst_buffer_map (out, &to, GST_MAP_WRITE)) {
    gst_buffer_unmap (in, &from);
    return GST_FLOW_ERROR;
  }
  copy_wrongly (self, in, from.data, &to);
  gst_buffer_unmap (out, &to);
  gst_buffer_unmap (in, &from);
  keep (self, in, out);
  return GST_FLOW_OK;
}

static gboolean
planted_stop (GstBaseTransform * trans)
{
  Planted *self = (Planted *) trans;

  g_queue_clear_full (&self->kept, (GDestroyNotify) gst_buffer_unref);
  gst_ks_mutex_lock (&lock);
  while (self->fault == STUCK && self->pooled && !let_go)
    gst_ks_cond_wait (&cond, &lock);
  gst_ks_mutex_unlock (&lock);
  return TRUE;
}

static void
planted_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  ((Planted *) object)->fault = g_value_get_uint (value);
}

static void
planted_class_init (PlantedClass * klass)
{
  static GstStaticPadTemplate sink = GST_STATIC_PAD_TEMPLATE ("sink",
      GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));
  static GstStaticPadTemplate src = GST_STATIC_PAD_TEMPLATE ("src",
      GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &sink);
  gst_element_class_add_static_pad_template (element_class, &src);
  gst_element_class_set_static_metadata (element_class, "Planted", "Test",
      "Has a fault", "The ksallocator authors");
  G_OBJECT_CLASS (klass)->set_property = planted_set_property;
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1,
      g_param_spec_uint ("fault", "Fault", "Which", 0, N_FAULTS, 0,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  klass->set_caps = planted_set_caps;
  klass->sink_event = planted_sink_event;
  klass->propose_allocation = planted_propose_allocation;
  klass->decide_allocation = planted_decide_allocation;
  klass->transform = planted_transform;
  klass->stop = planted_stop;
}

static void
planted_init (Planted * self)
{
  g_queue_init (&self->kept);
}

/* --- what is found --- */

typedef struct
{
  const gchar *name;
  Fault fault;
  GstKsCheckElementFlags flags;
  const gchar *test;
  const gchar *says;            /* part of the message */
} Row;

static const Row rows[] = {
  {"reads from the block's start", BLOCK_START, 0, "a prefix", "differ"},
  {"reads between rows", ROW_PADDING, 0, "its own pool", "differ"},
  {"writes before the frame", TRAMPLES, 0, "a prefix",
      "wrote before the start of"},
  {"writes into shared frames", SCRIBBLES, 0,
      "a tee above with a silent branch", "frames of the other branch differ"},
  {"takes the system's memory only", PICKY, 0, "a foreign allocator",
      "error"},
  {"spoils frames after the same caps", FORGETFUL, 0, "the same caps again",
      "differ: number 6 of"},
  {"a pool that refuses its own configuration", STUBBORN, 0, "its own pool",
      "set_config()"},
  {"keeps frames that come in", HOARDS_INPUT, 0, "min equals max above",
      "holds more frames than it says, which is 0"},
  {"keeps frames that it made", HOARDS_OUTPUT, 0, "min equals max below",
      "let go"},
  {"keeps frames when it is gone", LEAKS, 0, "a foreign allocator",
      "12 frames that came in are not back"},
  {"says nothing any more", DEAF, 0, "a cap below what it holds", "silence"},
  {"does not stop", STUCK, 0, "a foreign allocator", "does not stop"},
  {"claims to make frames as asked", IGNORES, GST_KS_CHECK_ELEMENT_HONOURS,
      "align 4096", "gst_ks_query_decide()"},
  {"claims to propose", NONE, GST_KS_CHECK_ELEMENT_PROPOSES, "its own pool",
      "gst_ks_query_propose()"},
};

static GstKsCheckElement
planted (Fault fault, GstKsCheckElementFlags flags, gchar ** launch)
{
  *launch = g_strdup_printf ("planted fault=%d", fault);
  return (GstKsCheckElement) {
  *launch, CAPS, flags,.patience = GST_SECOND};
}

static void
clean_up (void)
{
  gst_ks_mutex_lock (&lock);
  let_go = TRUE;
  g_cond_broadcast (&cond);
  gst_ks_mutex_unlock (&lock);
  g_queue_clear_full (&leaked, (GDestroyNotify) gst_buffer_unref);
}

GST_START_TEST (test_faults)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *launch = NULL;
  GstKsCheckElement element = planted (row->fault, row->flags, &launch);
  g_autoptr (GError) error = NULL;

  fail_if (gst_ks_check_element_run (&element, row->test, &error),
      "%s: not found", row->name);
  fail_unless (error && strstr (error->message, row->says), "%s: %s",
      row->name, error ? error->message : "no error");
  clean_up ();
}

GST_END_TEST;

/* Where frames are as they always were, nobody sees a fault. */
GST_START_TEST (test_plain_hides_faults)
{
  for (guint fault = NONE; fault < N_FAULTS; fault++) {
    g_autofree gchar *launch = NULL;
    GstKsCheckElement element = planted (fault, 0, &launch);
    g_autoptr (GError) error = NULL;

    fail_unless (gst_ks_check_element_run (&element, "plain frames", &error),
        "%s: %s", launch, error ? error->message : "?");
    clean_up ();
  }
}

GST_END_TEST;

GST_START_TEST (test_without_faults)
{
  const gchar *const *tests = gst_ks_check_element_list_tests ();

  for (guint i = 0; tests[i]; i++) {
    g_autofree gchar *launch = NULL;
    GstKsCheckElement element = planted (NONE, 0, &launch);
    g_autoptr (GError) error = NULL;

    element.patience = 0;
    fail_unless (gst_ks_check_element_run (&element, tests[i], &error),
        "%s: %s", tests[i], error ? error->message : "?");
  }
}

GST_END_TEST;

/* --- descriptions that are none --- */

static const struct
{
  const gchar *name;
  GstKsCheckElement element;
  const gchar *test;
  const gchar *says;
} mistakes[] = {
  {"no such test", {"identity", CAPS}, "nonsense", "there is no test"},
  {"no such element", {"nosuchelement", CAPS}, "plain frames",
      "cannot be made"},
  {"no caps", {"identity"}, "plain frames", "no caps"},
  {"no sink pad", {"videotestsrc num-buffers=2", CAPS}, "plain frames",
      "no sink pad"},
  {"caps that it does not take", {"jpegdec", CAPS}, "plain frames",
      "linked"},
  {"an element that fails", {"identity error-after=2", CAPS}, "plain frames",
      "says"},
};

GST_START_TEST (test_mistakes)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_ks_check_element_run (&mistakes[__i__].element,
          mistakes[__i__].test, &error), "%s", mistakes[__i__].name);
  fail_unless (error && strstr (error->message, mistakes[__i__].says),
      "%s: %s", mistakes[__i__].name, error ? error->message : "no error");
}

GST_END_TEST;

/* --- excuses --- */

static const GstKsCheckElement excused = {
  .launch = "planted fault=5",
  .caps = CAPS,
  .excuses = {
        {"a prefix", "takes the system's memory only"},
        {"a foreign allocator", "takes the system's memory only"},
      },
};

static void
setup (void)
{
  gst_ks_init ();
  let_go = FALSE;
  gst_element_register (NULL, "planted", 0, planted_get_type ());
}

static Suite *
kselementkit_suite (void)
{
  Suite *suite = suite_create ("kselementkit");
  TCase *tcase = tcase_create ("general");
  TCase *kit = gst_ks_check_element_case (&excused);

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, gst_ks_trim_all);
  tcase_add_loop_test (tcase, test_faults, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_plain_hides_faults);
  tcase_add_test (tcase, test_without_faults);
  tcase_add_loop_test (tcase, test_mistakes, 0, G_N_ELEMENTS (mistakes));
  tcase_add_checked_fixture (kit, setup, NULL);
  suite_add_tcase (suite, kit);
  return suite;
}

GST_CHECK_MAIN (kselementkit);
