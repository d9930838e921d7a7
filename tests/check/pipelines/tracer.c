/* Tests of the tracer ks on pipelines that know nothing of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "since.h"
#include "tracerline.h"

static glong
faults_of (const Told * told)
{
  const gchar *p = strstr (told->out, "faults ");

  fail_unless (p != NULL);
  return strtol (p + strlen ("faults "), NULL, 10);
}

static const struct
{
  const gchar *name;
  const gchar *line;
  gboolean until_24;            /* with an older GStreamer only */
} discarding[] = {
  {"gdppay", FRAMES ("100") " ! gdppay" TO_SINK},
  {"y4menc", FRAMES ("100") " ! y4menc" TO_SINK},
  {"matroskamux", FRAMES ("100") " ! matroskamux" TO_SINK, TRUE},
};

/* Where stock pools throw every frame away, the blocks come again. */
GST_START_TEST (test_reuse)
{
  Run run = { "ks(default=system,report=copies+discards,summary=%s)",
    discarding[__i__].line
  };
  guint thrown = discarding[__i__].until_24 && BUFFERS_COME_BACK ? 0 : 90;
  Told told;

  GST_INFO ("%s", discarding[__i__].name);
  told = run_child (&run);
  fail_unless (number_after (told.summary, "\"stores\"", "fresh") <= 6, "%s",
      told.summary);
  fail_unless (number_after (told.summary, "\"stores\"", "reused") >= thrown,
      "%s", told.summary);
  fail_unless (number_after (told.summary, "\"performance_log\"", "discards")
      >= thrown, "%s", told.summary);
  fail_unless_says (told.err, "Blocks of ours");
  fail_unless_says (told.err, "elements make by hand are not seen");
  fail_unless_says (told.err, "videotestsrc0:src -> ");
  fail_if_says (told.err, "discarding buffer");
  fail_unless_says (told.summary, "\"memory\": \"ks system\"");
  fail_unless_equals_int (count_text (told.err, REPORT_TITLE), 1);
  told_clear (&told);
}

GST_END_TEST;

/* videorate gives each frame twice, and videobalance has to copy both. */
GST_START_TEST (test_copies)
{
  static const gchar line[] = FRAMES ("50") ",framerate=30/1 ! videorate ! "
      "video/x-raw,framerate=60/1 ! videobalance saturation=0.5" TO_SINK;
  Run ours = { "ks(default=system,summary=%s)", line };
  Run stock = { "ks(summary=%s)", line };
  Told told = run_child (&ours);
  guint64 n_copies = number_after (told.summary, "\"stores\"", "copied");

  fail_unless (n_copies >= 90, "%s", told.summary);
  fail_unless_equals_uint64 (number_after (told.summary, "\"stores\"",
          "copied_bytes"), n_copies * 460800);
  fail_unless_equals_uint64 (number_after (told.summary,
          "\"performance_log\"", "copies"), 0);
  told_clear (&told);

  told = run_child (&stock);
  fail_unless_equals_uint64 (number_after (told.summary,
          "\"performance_log\"", "copies"), n_copies);
  told_clear (&told);
}

GST_END_TEST;

/* vpxdec and others compare the type of memory with this word. */
GST_START_TEST (test_memory_type)
{
  Run run = { "ks(default=system)", FRAMES ("3") TO_SINK };
  Told told = run_child (&run);

  fail_unless_says (told.out, "memory SystemMemory of GstKs");
  fail_unless_equals_string (told.err, "");
  told_clear (&told);
}

GST_END_TEST;

static const struct
{
  const gchar *name;
  const gchar *tracers;
  const gchar *line;
  gboolean ours;
} thresholds[] = {
  {"small frame", "ks(default=system)",
      "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=64,height=64"
        TO_SINK, FALSE},
  {"lower threshold", "ks(default=system,threshold=4k)",
      "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=64,height=64"
        TO_SINK, TRUE},
  {"higher threshold", "ks(default=system,threshold=1M)", FRAMES ("3") TO_SINK,
      FALSE},
  {"exactly a frame", "ks(default=system,threshold=460800)",
      FRAMES ("3") TO_SINK, TRUE},
  {"a byte more", "ks(default=system,threshold=460801)", FRAMES ("3") TO_SINK,
      FALSE},
  {"report without default", "ks(report=copies)", FRAMES ("3") TO_SINK, FALSE},
};

GST_START_TEST (test_threshold)
{
  Run run = { thresholds[__i__].tracers, thresholds[__i__].line };
  Told told;

  GST_INFO ("%s", thresholds[__i__].name);
  told = run_child (&run);
  fail_unless_says (told.out, "memory SystemMemory of");
  fail_unless_equals_int (strstr (told.out, "of GstKs") != NULL,
      thresholds[__i__].ours);
  told_clear (&told);
}

GST_END_TEST;

static const struct
{
  const gchar *tracers;
  const gchar *said[3];
} wrong[] = {
  {"ks(colour=red)", {"\"colour\" is no parameter", "legal are:"}},
  {"ks(report=speed,default=system)", {"\"speed\"",
              "several with + between; default=KIND, one of system, ",
          REPORT_TITLE}},
  {"ks(negotiate=perhaps)", {"\"negotiate\" is neither true nor false",
          "negotiate=true"}},
  {"ks(default=system,threshold=many)", {"\"many\" is no threshold"}},
  {"ks(default=system,threshold=-1)", {"\"-1\" is no threshold"}},
  {"ks(default=system,threshold=20000000000G)", {"is no threshold"}},
  {"ks(default=system,threshold=64kB)", {"\"64kB\" is no threshold"}},
  {"ks(what)", {"cannot be read as NAME=VALUE", "legal are:"}},
  {"ks(default=system);ks(default=system)", {"there is one already"}},
};

GST_START_TEST (test_wrong_parameter)
{
  Run run = { wrong[__i__].tracers, FRAMES ("3") TO_SINK };
  Told told = run_child (&run);

  for (guint i = 0; i < 3 && wrong[__i__].said[i] != NULL; i++)
    fail_unless_says (told.err, wrong[__i__].said[i]);
  fail_unless_equals_int (count_text (told.err, "WARNING"), 1);
  told_clear (&told);
}

GST_END_TEST;

GST_START_TEST (test_kind_that_is_not_here)
{
  Run run = { "ks(default=moonstone,report=copies,summary=%s)",
    FRAMES ("20") " ! gdppay" TO_SINK
  };
  Told told = run_child (&run);

  fail_unless_says (told.err, "\"moonstone\" is no kind of memory here");
  fail_unless_says (told.err, "why not moonstone: ");
  fail_unless (number_after (told.summary, "\"default\"", "fallback") >= 20);
  fail_unless_equals_uint64 (number_after (told.summary, "\"default\"",
          "served"), 0);
  fail_unless_says (told.summary, "\"memory\": \"ks system\"");
  fail_unless_equals_int (count_text (told.err, "why not"), 1);
  told_clear (&told);
}

GST_END_TEST;

/* The kind is known, but this time it cannot. */
GST_START_TEST (test_kind_that_cannot_serve)
{
  static const gchar tracers[] = "ks(default=shared,report=copies,summary=%s)";
  Run able = { tracers, FRAMES ("20") " ! gdppay" TO_SINK };
  Run unable = { tracers, able.line, CHILD_SMALL_FILES };
  Told told = run_child (&able);

  fail_unless_says (told.summary, "\"memory\": \"ks shared\"");
  fail_unless_equals_uint64 (number_after (told.summary, "\"default\"",
          "fallback"), 0);
  told_clear (&told);

  told = run_child (&unable);
  fail_unless_says (told.summary, "\"memory\": \"ks system\"");
  fail_unless_equals_uint64 (number_after (told.summary, "\"default\"",
          "served"), 0);
  fail_unless (number_after (told.summary, "\"default\"", "fallback") >= 20);
  fail_unless_equals_int (count_text (told.err, "why not shared: "), 1);
  told_clear (&told);
}

GST_END_TEST;

/* Whoever names the tracer alone wants to see something. */
GST_START_TEST (test_no_parameters)
{
  Run run = { "ks", FRAMES ("3") TO_SINK };
  Told told = run_child (&run);

  fail_unless_equals_int (count_text (told.err, REPORT_TITLE), 1);
  fail_unless_says (told.err, "Discards by pools");
  fail_unless_says (told.err, "Copies of foreign memory");
  fail_unless_says (told.err, "450.0 KiB");
  fail_if_says (told.err, "WARNING");
  told_clear (&told);
}

GST_END_TEST;

GST_START_TEST (test_program_without_deinit)
{
  Run run = { "ks(report=discards)", FRAMES ("3") TO_SINK, CHILD_NO_DEINIT };
  Told told = run_child (&run);

  fail_unless_equals_int (count_text (told.err, REPORT_TITLE), 1);
  told_clear (&told);
}

GST_END_TEST;

/* The user's own debug output stays what it was. */
GST_START_TEST (test_debug_output)
{
  static const gchar line[] = FRAMES ("10") " ! gdppay" TO_SINK;
  Run asked = { "ks(report=discards)", line, NULL, "GST_PERFORMANCE:5" };
  Run less = { "ks(report=discards)", line, NULL, "2,GST_SCHEDULING:5" };
  Told told = run_child (&asked);

  fail_unless_equals_int (count_text (told.err, "discarding buffer"), 10);
  told_clear (&told);
  told = run_child (&less);
  fail_if_says (told.err, "discarding buffer");
  fail_unless_says (told.err, "GST_SCHEDULING");
  fail_unless_says (told.err, "Discards by pools: 10 ");
  told_clear (&told);
}

GST_END_TEST;

GST_START_TEST (test_debug_file)
{
  g_autofree gchar *dir = g_dir_make_tmp ("ks-tracer-XXXXXX", NULL);
  g_autofree gchar *file = g_build_filename (dir, "log", NULL);
  g_autofree gchar *random = g_build_filename (dir, "%r", NULL);
  g_autofree gchar *log = NULL;
  Run run = { "ks(report=discards)", FRAMES ("10") " ! gdppay" TO_SINK, NULL,
    "GST_SCHEDULING:5", file
  };
  Run blind = { "ks(report=discards)", FRAMES ("3") TO_SINK, NULL, NULL,
    random
  };
  Told told = run_child (&run);
  g_autofree gchar *remove = NULL;

  fail_unless (g_file_get_contents (file, &log, NULL, NULL));
  fail_unless_says (log, "GST_SCHEDULING");
  fail_if_says (log, "discarding buffer");
  fail_unless_says (told.err, "Discards by pools: 10 ");
  told_clear (&told);
  told = run_child (&blind);
  fail_unless_says (told.err, "not counted, GST_DEBUG_FILE");
  told_clear (&told);

  remove = g_strdup_printf ("rm -r '%s'", dir);
  fail_unless (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
}

GST_END_TEST;

/* Names are the user's: the summary stays readable. */
GST_START_TEST (test_summary_of_odd_names)
{
  Run run = { "ks(summary=%s)",
    FRAMES ("3") " ! identity name=\"a\\\"b\\\\c\"" TO_SINK
  };
  Told told = run_child (&run);

  fail_unless_says (told.summary, "a\\\"b\\\\c:src\"");
  fail_unless_equals_string (told.err, "");
  told_clear (&told);
}

GST_END_TEST;

static gboolean
pages_are_huge_anyway (void)
{
  g_autofree gchar *setting = NULL;

  return g_file_get_contents ("/sys/kernel/mm/transparent_hugepage/enabled",
      &setting, NULL, NULL) && strstr (setting, "[always]") != NULL;
}

/* 35 MB a frame: more than malloc keeps, so stock memory is fresh each time. */
GST_START_TEST (test_faults)
{
  static const gchar line[] = "videotestsrc pattern=black num-buffers=60 ! "
      "video/x-raw,format=BGRA,width=4096,height=2160 ! gdppay" TO_SINK;
  Run stock = { NULL, line };
  Run ours = { "ks(default=system)", line };
  Told told;
  glong n_stock, n_ours;

  if (pages_are_huge_anyway ()) {
    g_print ("SKIP: every page of this system is huge, faults say nothing\n");
    return;
  }
  told = run_child (&stock);
  n_stock = faults_of (&told);
  told_clear (&told);
  told = run_child (&ours);
  n_ours = faults_of (&told);
  told_clear (&told);
  fail_unless (n_ours < n_stock / 10, "%ld faults, stock %ld", n_ours, n_stock);
}

GST_END_TEST;

static Suite *
tracer_suite (void)
{
  Suite *suite = suite_create ("tracer ks");
  TCase *tc = tcase_create ("lines");

  tcase_set_timeout (tc, 3 * CHILD_SECONDS);
  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_reuse, 0, G_N_ELEMENTS (discarding));
  tcase_add_test (tc, test_copies);
  tcase_add_test (tc, test_memory_type);
  tcase_add_loop_test (tc, test_threshold, 0, G_N_ELEMENTS (thresholds));
  tcase_add_loop_test (tc, test_wrong_parameter, 0, G_N_ELEMENTS (wrong));
  tcase_add_test (tc, test_kind_that_is_not_here);
  tcase_add_test (tc, test_kind_that_cannot_serve);
  tcase_add_test (tc, test_no_parameters);
  tcase_add_test (tc, test_program_without_deinit);
  tcase_add_test (tc, test_debug_output);
  tcase_add_test (tc, test_debug_file);
  tcase_add_test (tc, test_summary_of_odd_names);
  tcase_add_test (tc, test_faults);
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_has_prefix (argv[1], CHILD))
    return child_main (argv[1], argv[2], run_line);
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (tracer_suite (), "tracer", __FILE__);
}
