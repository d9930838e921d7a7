/* Six faults of an element, each planted in a running line, are caught and named.
 *
 * What kills the process is tried in one of its own: this program again, with
 * "--child", which ends by the signal as a program without us would.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "runner.h"

#include <gst/ks/gstks.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CHILD "--child"
#define CHILD_SECONDS 40

#define WIDTH 161               /* so that a frame is no multiple of a page */
#define SIZE (164 * 120)        /* bytes of a frame: rows of 4 */

/* --- the element --- */

typedef enum
{
  NO_FAULT,
  OVERRUN,                      /* writes behind the frame */
  UNDERRUN,                     /* writes before it */
  WRITE_LATE,                   /* into a frame that it pushed on */
  READ_LATE,
  SWAP,                         /* puts other memory into the buffer */
  KEEP,                         /* never drops its reference */
  DROP_TWICE                    /* drops one more than it has */
} Fault;

static gint fault_planted;      /* atomic; Fault: done at the next frame, once */
static GMutex kept_lock;        /* kept */
static GQueue kept = G_QUEUE_INIT;      /* GstBuffer */
static volatile guint8 seen;    /* so that a read is not left out */

static void
write_at (GstBuffer * buffer, gssize offset)
{
  GstMapInfo map;

  g_assert (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  map.data[offset] ^= 0xff;
  gst_buffer_unmap (buffer, &map);
}

static guint8 *
address_of (GstBuffer * buffer)
{
  GstMapInfo map;
  guint8 *data;

  g_assert (gst_buffer_map (buffer, &map, GST_MAP_READ));
  data = map.data;
  gst_buffer_unmap (buffer, &map);
  return data;
}

/* Before the buffer is pushed on. */
static void
do_early (Fault fault, GstBuffer * buffer)
{
  switch (fault) {
    case OVERRUN:
      write_at (buffer, gst_buffer_get_size (buffer) + 2);
      break;
    case UNDERRUN:
      write_at (buffer, -3);
      break;
    case SWAP:
      gst_buffer_replace_all_memory (buffer, gst_allocator_alloc (NULL, SIZE,
              NULL));
      break;
    case KEEP:
      g_mutex_lock (&kept_lock);
      g_queue_push_tail (&kept, gst_buffer_ref (buffer));
      g_mutex_unlock (&kept_lock);
      break;
    default:
      break;
  }
}

/* After that; nobody behind keeps frames, so it has been given back. */
static void
do_late (Fault fault, GstBuffer * buffer, guint8 * address)
{
  if (fault == WRITE_LATE)
    address[10] ^= 0xff;
  else if (fault == READ_LATE)
    seen = address[10];
  else if (fault == DROP_TWICE)
    gst_buffer_unref (buffer);
}

static GstFlowReturn
bad_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (GST_ELEMENT (parent),
      "src");
  Fault fault = g_atomic_int_get (&fault_planted);
  guint8 *address = address_of (buffer);
  GstFlowReturn ret;

  if (fault != KEEP)
    g_atomic_int_set (&fault_planted, NO_FAULT);
  do_early (fault, buffer);
  ret = gst_pad_push (src, buffer);
  do_late (fault, buffer, address);
  return ret;
}

typedef GstElement Bad;
typedef GstElementClass BadClass;

GType bad_get_type (void);
G_DEFINE_TYPE (Bad, bad, GST_TYPE_ELEMENT);

static GstStaticPadTemplate bad_sink = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate bad_src = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void
bad_class_init (BadClass * klass)
{
  gst_element_class_add_static_pad_template (klass, &bad_sink);
  gst_element_class_add_static_pad_template (klass, &bad_src);
  gst_element_class_set_static_metadata (klass, "bad", "Generic", "Does wrong",
      "The ksallocator authors");
}

static void
bad_init (Bad * self)
{
  GstPad *sink = gst_pad_new_from_static_template (&bad_sink, "sink");
  GstPad *src = gst_pad_new_from_static_template (&bad_src, "src");

  gst_pad_set_chain_function (sink, bad_chain);
  GST_PAD_SET_PROXY_CAPS (sink);
  GST_PAD_SET_PROXY_ALLOCATION (sink);
  GST_PAD_SET_PROXY_CAPS (src);
  gst_element_add_pad (self, sink);
  gst_element_add_pad (self, src);
}

/* --- the faults --- */

typedef struct
{
  const gchar *name;
  Fault fault;
  const gchar *props;           /* of ksallocator */
  const gchar *message;         /* of an element; NULL: none */
  const gchar *said[9];         /* all of it, in the error, or the message's text */
} PlantedRow;

#define LINE "videotestsrc num-buffers=%d pattern=black ! video/x-raw,format=GRAY8,width=%d,height=120" \
    " ! ksallocator name=ks %s ! bad name=bad ! fakesink name=sink enable-last-sample=false"

#define WHO "ks (kspool", "it went ", "ks:src", "bad:src into sink:sink", "videotestsrc"

/* *INDENT-OFF* */
static const PlantedRow rows[] = {
  {"an overrun", OVERRUN, "guard=pattern", "ks-corrupted",
      {"of 19680 bytes (system)", "was written 2 bytes after its end, over 1 byte", WHO, "GST_KS_GUARD=pages"}},
  {"an overrun of shared memory", OVERRUN, "guard=pattern memory=shared", "ks-corrupted",
      {"of 19680 bytes (shared)", "was written 2 bytes after its end, over 1 byte", WHO}},
  {"an overrun too short for a page", OVERRUN, "guard=pages memory=shared", "ks-corrupted",
      {"of 19680 bytes (shared)", "was written 2 bytes after its end", WHO, "too near for a page"}},
  {"an underrun", UNDERRUN, "guard=pattern", "ks-corrupted",
      {"of 19680 bytes (system)", "was written 3 bytes before its start, over 1 byte", WHO}},
  {"use after it was given back", WRITE_LATE, "guard=pattern", "ks-corrupted",
      {"of 19680 bytes (system)", "was written after it was given back, 10 bytes after its start", WHO,
          "given back by thread", }},
  {"a foreign frame", SWAP, "guard=pattern", "ks-corrupted",
      {"a buffer came back with ", "bytes of SystemMemory (memory tag set): its own frame", "of 19680 bytes (system)",
          "it went ", "bad:sink", "make a new buffer instead"}},
  {"a frame that is given back twice", DROP_TWICE, "guard=pattern", "ks-corrupted",
      {"of 19680 bytes (system) was given back twice", WHO, "drops a reference that it does not have",
          "now it is thread 'videotestsrc"}},
  {"twice, with pages", DROP_TWICE, "guard=pages", "ks-corrupted",
      {"was given back twice", WHO}},
  {"a leaked frame", KEEP, "frames=..8", "ks-leaked",
      {"6 frames of 19680 bytes (system) not given back when the element stopped", "6 held by sink:sink since ",
          "gst_buffer_unref()"}},
  {"a starved wait", KEEP, "frames=..2 starve-timeout=50000000", "ks-starved",
      {"all 2 frames of the cap are out", "a frame has 19680 bytes (system)", "1 thread waits, for ", "ms by now",
          "2 held by ", "raise the cap"}},
};
/* *INDENT-ON* */

typedef struct
{
  const PlantedRow *row;
  GMutex lock;                  /* all below */
  GCond told_all;
  gchar *text;                  /* of the message */
  gchar *error;                 /* of the error */
  gboolean over;
} Told;

static gboolean
is_told (const Told * told)
{
  return told->row->message == NULL || told->text != NULL;
}

/* Before the bus, which has nobody to read it on the way to NULL. */
static GstBusSyncReply
note (GstBus * bus, GstMessage * message, gpointer user_data)
{
  const GstStructure *structure = gst_message_get_structure (message);
  Told *told = user_data;

  g_mutex_lock (&told->lock);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && told->error == NULL) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    told->error = g_strdup (error->message);
    told->over = TRUE;
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    told->over = TRUE;
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && told->row->message && told->text == NULL
      && gst_structure_has_name (structure, told->row->message)) {
    told->text = g_strdup (gst_structure_get_string (structure, "text"));
    told->over = told->over || strcmp (told->row->message, "ks-starved") == 0;
  }
  g_cond_broadcast (&told->told_all);
  g_mutex_unlock (&told->lock);
  return GST_BUS_PASS;
}

static void
wait_for_the_end (Told * told)
{
  gint64 until = g_get_monotonic_time () + RUN_WATCHDOG / GST_USECOND;

  g_mutex_lock (&told->lock);
  while (!told->over)
    if (!g_cond_wait_until (&told->told_all, &told->lock, until))
      g_error ("%s: silence", told->row->name);
  g_mutex_unlock (&told->lock);
}

static void
drop_kept (void)
{
  g_queue_clear_full (&kept, (GDestroyNotify) gst_buffer_unref);
}

static void
run_line (const PlantedRow * row, const gchar * launch, Told * told)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, note, told, NULL);
  g_atomic_int_set (&fault_planted, row->fault);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_the_end (told);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_object_unref (pipeline);
}

static void
run (const PlantedRow * row, guint n_frames, Told * told)
{
  g_autofree gchar *launch = g_strdup_printf (LINE, n_frames, WIDTH,
      row->props);

  run_line (row, launch, told);
}

static void
told_clear (Told * told)
{
  g_mutex_clear (&told->lock);
  g_cond_clear (&told->told_all);
  g_free (told->text);
  g_free (told->error);
}

GST_START_TEST (test_fault_is_named)
{
  const PlantedRow *row = &rows[__i__];
  gboolean corrupted = g_str_equal (row->message, "ks-corrupted");
  Told told = {.row = row };

  run (row, 6, &told);
  fail_unless (is_told (&told), "%s: no %s; error: %s", row->name, row->message,
      told.error ? told.error : "none");
  fail_unless (corrupted == (told.error != NULL), "%s: error: %s", row->name,
      told.error ? told.error : "none");
  if (corrupted)
    fail_unless_equals_string (told.error, told.text);
  for (guint i = 0; i < G_N_ELEMENTS (row->said) && row->said[i]; i++)
    fail_unless (strstr (told.text, row->said[i]) != NULL,
        "%s: \"%s\" is not said: %s", row->name, row->said[i], told.text);
  told_clear (&told);
  drop_kept ();
}

GST_END_TEST;

/* The same lines without a fault. */
GST_START_TEST (test_nothing_is_said_of_good_lines)
{
  static const gchar *const props[] = { "guard=pattern", "guard=pages",
    "guard=pattern memory=shared", "guard=pages memory=shared",
    "guard=pages align=4096 frames=..2", "guard=pattern align=64 zero=always",
    "guard=pages framing=system,align=256,prefix=100,padding=33",
  };
  PlantedRow row = { "good", NO_FAULT, props[__i__], NULL, {NULL} };
  Told told = {.row = &row };

  run (&row, 30, &told);
  fail_unless (told.error == NULL, "%s: %s", row.props, told.error);
  told_clear (&told);
}

GST_END_TEST;

/* --- programs --- */

typedef struct
{
  const gchar *name;
  const gchar *setting;         /* NAME=VALUE in the environment; NULL: none */
  const gchar *props;           /* of ksallocator; NULL: there is none */
  Fault fault;
  gboolean killed;              /* by SIGSEGV; else it ends by itself */
  const gchar *said[6];         /* on the standard error output */
} ProgramRow;

#define PLAIN "videotestsrc num-buffers=6 pattern=black ! video/x-raw,format=GRAY8,width=656,height=120" \
    " ! bad name=bad ! fakesink name=sink enable-last-sample=false"

/* *INDENT-OFF* */
static const ProgramRow programs[] = {
  /* at alignment 1 the frame ends at the page, to the byte */
  {"an overrun", NULL, "guard=pages", OVERRUN, TRUE,
      {"ksallocator guard: thread 'videotestsrc", "of 19680 bytes (system) is touched 2 bytes after its end, just now",
          "ks:src into bad:sink", "out for", "backtrace"}},
  {"a write to a frame that was given back", NULL, "guard=pages", WRITE_LATE, TRUE,
      {"is touched after it was given back, 10 bytes after its start, just now", "bad:src into sink:sink",
          "given back by thread 'videotestsrc"}},
  {"a read of a frame that was given back", NULL, "guard=pages memory=shared", READ_LATE, TRUE,
      {"of 19680 bytes (shared) is touched after it was given back", "bad:src into sink:sink"}},
  {"by the environment", "GST_KS_GUARD=pages", "", OVERRUN, TRUE,
      {"is touched 2 bytes after its end", "ks:src into bad:sink"}},
  {"by the environment, with a pattern", "GST_KS_GUARD=pattern", "", OVERRUN, FALSE,
      {"error: frame 0x", "was written 2 bytes after its end", "bad:src into sink:sink"}},
  {"a wrong word", "GST_KS_GUARD=yes", "", OVERRUN, FALSE,
      {"GST_KS_GUARD=yes: legal are off, pattern and pages"}},
  {"by the tracer, in pools of others", "GST_TRACERS=ks(guard=pattern,default=system)", NULL, OVERRUN, FALSE,
      {"ksallocator guard: frame 0x", "of 78720 bytes (system) was written 2 bytes after its end",
          "bad:src into sink:sink", "Guard: 1 faults, 0 frames not given back", "  the last: frame 0x"}},
  {"by the tracer, at once", "GST_TRACERS=ks(guard=pages,default=system)", NULL, OVERRUN, TRUE,
      {"of 78720 bytes (system) is touched 2 bytes after its end", " into bad:sink"}},
  {"by the tracer, in a plan", "GST_TRACERS=ks(guard=pattern,negotiate=true)", NULL, OVERRUN, FALSE,
      {"error: frame 0x", "of 78720 bytes (system) was written 2 bytes after its end", "bad:src into sink:sink"}},
  {"by the tracer, never given back", "GST_TRACERS=ks(guard=pattern,default=system,report=copies)", NULL, KEEP,
      FALSE, {"Guard: 0 faults, 6 frames not given back", "of 78720 bytes (system) was never given back",
          "bad:src into sink:sink", "gst_buffer_unref()"}},
};
/* *INDENT-ON* */

static int
child_main (const gchar * index)
{
  const ProgramRow *row = &programs[g_ascii_strtoull (index, NULL, 10)];
  PlantedRow planted = { row->name, row->fault, row->props, NULL, {NULL} };
  struct rlimit none = { 0, 0 };
  Told told = {.row = &planted };

  (void) setrlimit (RLIMIT_CORE, &none);
  alarm (CHILD_SECONDS);
  gst_init (NULL, NULL);
  gst_element_register (NULL, "bad", GST_RANK_NONE, bad_get_type ());
  if (row->props != NULL)
    run (&planted, 6, &told);
  else
    run_line (&planted, PLAIN, &told);
  g_printerr ("error: %s\n", told.error ? told.error : "none");
  return 0;
}

/* A sanitizer's own handler would end the child in its way. */
static gchar **
child_environment (const gchar * setting)
{
  static const gchar *const names[] = { "ASAN_OPTIONS", "TSAN_OPTIONS" };
  gchar **env = g_get_environ ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *had = g_environ_getenv (env, names[i]);
    g_autofree gchar *now = g_strdup_printf ("%s%shandle_segv=0:detect_leaks=0",
        had ? had : "", had ? ":" : "");

    env = g_environ_setenv (env, names[i], now, TRUE);
  }
  env = g_environ_unsetenv (env, "G_DEBUG");
  if (setting != NULL) {
    g_auto (GStrv) parts = g_strsplit (setting, "=", 2);

    env = g_environ_setenv (env, parts[0], parts[1], TRUE);
  }
  return env;
}

static void
check_end (const ProgramRow * row, gint status, const gchar * said)
{
  if (row->killed)
    fail_unless (WIFSIGNALED (status) && WTERMSIG (status) == SIGSEGV,
        "%s: status 0x%x: %s", row->name, status, said);
  else
    fail_unless (status == 0, "%s: status 0x%x: %s", row->name, status, said);
}

GST_START_TEST (test_program_names_the_frame)
{
  const ProgramRow *row = &programs[__i__];
  g_autofree gchar *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree gchar *index = g_strdup_printf ("%d", __i__);
  g_autofree gchar *said = NULL;
  g_auto (GStrv) env = child_environment (row->setting);
  const gchar *argv[] = { self, CHILD, index, NULL };
  g_autoptr (GError) error = NULL;
  gint status = 0;

  fail_unless (g_spawn_sync (NULL, (gchar **) argv, env, G_SPAWN_DEFAULT,
          NULL, NULL, NULL, &said, &status, &error), "%s",
      error ? error->message : "");
  check_end (row, status, said);
  for (guint i = 0; i < G_N_ELEMENTS (row->said) && row->said[i]; i++)
    fail_unless (strstr (said, row->said[i]) != NULL,
        "%s: \"%s\" is not said: %s", row->name, row->said[i], said);
}

GST_END_TEST;

static Suite *
planted_suite (void)
{
  Suite *suite = suite_create ("planted");
  TCase *tc = tcase_create ("faults");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_fault_is_named, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_nothing_is_said_of_good_lines, 0, 7);
  tcase_add_loop_test (tc, test_program_names_the_frame, 0,
      G_N_ELEMENTS (programs));
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], CHILD))
    return child_main (argv[2]);
  gst_check_init (&argc, &argv);
  gst_element_register (NULL, "bad", GST_RANK_NONE, bad_get_type ());
  return gst_check_run_suite (planted_suite (), "planted", __FILE__);
}
