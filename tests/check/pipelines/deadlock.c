/* A cap on frames in front of elements that hold some: it ends or it says so, never silence.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "runner.h"

#include <gst/ks/gstks.h>

#define FRAMES 20
#define CAPS 3

typedef struct
{
  const gchar *name;
  const gchar *needs;           /* elements, separated by spaces */
  const gchar *after;           /* ksallocator */
  guint passes_from;            /* smallest cap that is sure to pass; 0: none */
} HolderRow;

/* *INDENT-OFF* */
static const HolderRow holders[] = {
  {"fakesink", "fakesink", "fakesink", 2},
  {"fakesink-forgets", "fakesink", "fakesink enable-last-sample=false", 1},
  {"queue", "queue", "queue ! fakesink", 2},
  {"queue-threshold", "queue",
      "queue min-threshold-buffers=3 ! fakesink", 0},
  {"tee", "tee queue",
      "tee name=t t. ! queue ! fakesink t. ! queue ! fakesink", 0},
  {"videorate", "videorate", "videorate ! fakesink", 0},
  {"compositor", "compositor", "compositor ! fakesink", 0},
  {"textoverlay", "textoverlay", "textoverlay text=x ! fakesink", 0},
  {"timeoverlay", "timeoverlay", "timeoverlay ! fakesink", 0},
  {"deinterlace", "deinterlace", "deinterlace mode=interlaced ! fakesink", 0},
  {"videoconvert", "videoconvert",
      "videoconvert ! video/x-raw,format=RGB ! fakesink", 1},
  {"imagefreeze", "imagefreeze", "imagefreeze num-buffers=5 ! fakesink", 0},
  {"interlace", "interlace", "interlace ! fakesink", 0},
  {"ivtc", "ivtc", "ivtc ! fakesink", 0},
  {"appsink", "appsink", "appsink sync=false max-buffers=1 drop=true"
        " wait-on-eos=false", 0},
  {"matroskamux", "matroskamux", "matroskamux ! fakesink", 0},
  {"gdppay", "gdppay", "gdppay ! fakesink", 0},
  {"rawvideoparse", "rawvideoparse",
      "rawvideoparse width=320 height=240 ! fakesink", 0},
  {"x265enc", "x265enc", "x265enc speed-preset=ultrafast ! fakesink", 0},
  {"vp9enc", "vp9enc", "vp9enc deadline=1 cpu-used=8 ! fakesink", 0},
  {"tee-threshold", "tee queue", "tee name=t t. ! queue ! fakesink"
        " t. ! queue min-threshold-buffers=3 ! fakesink", 0},
  {"two-queues", "queue", "queue ! queue min-threshold-buffers=2"
        " ! queue ! fakesink", 0},
};
/* *INDENT-ON* */

static gchar *
make_launch (const HolderRow * row, guint cap, const gchar * on_starve)
{
  return g_strdup_printf ("videotestsrc num-buffers=%d pattern=black"
      " ! video/x-raw,format=I420,width=320,height=240"
      " ! ksallocator name=ks frames=..%u on-starve=%s starve-timeout=100000000"
      " ! %s", FRAMES, cap, on_starve, row->after);
}

static gboolean
is_here (const HolderRow * row)
{
  g_autofree gchar *missing = run_missing (row->needs);

  if (missing)
    g_print ("SKIP: %s: no element %s\n", row->name, missing);
  return missing == NULL;
}

/* Whoever keeps the frames has a name, and so has what avoids it. */
static void
fail_unless_names (const HolderRow * row, const gchar * text)
{
  fail_unless (strstr (text, " held by ") != NULL
      && strstr (text, "nobody watches") == NULL, "%s: %s", row->name, text);
}

GST_START_TEST (test_block_is_never_silent)
{
  const HolderRow *row = &holders[__i__ / CAPS];
  guint cap = __i__ % CAPS + 1;

  if (!is_here (row))
    return;
  g_autofree gchar *launch = make_launch (row, cap, "block");
  Run run;
  run_launch (launch, TRUE, &run);
  fail_unless (run.error == NULL, "%s, %u: %s", row->name, cap,
      run.error ? run.error->message : "");
  fail_unless (run.eos || run.starved, "%s, %u", row->name, cap);
  if (run.starved)
    fail_unless_names (row, gst_structure_get_string (run.starve, "text"));
  if (row->passes_from && cap >= row->passes_from)
    fail_unless (run.eos, "%s starves at %u", row->name, cap);
  fail_unless (run_count (&run, "peak") <= cap, "%s, %u: peak %"
      G_GUINT64_FORMAT, row->name, cap, run_count (&run, "peak"));
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (test_grow_finishes)
{
  const HolderRow *row = &holders[__i__ / CAPS];
  guint cap = __i__ % CAPS + 1;

  if (!is_here (row))
    return;
  g_autofree gchar *launch = make_launch (row, cap, "grow");
  Run run;
  run_launch (launch, FALSE, &run);
  fail_unless (run.eos, "%s, %u: %s", row->name, cap,
      run.error ? run.error->message : "no EOS");
  run_clear (&run);
}

GST_END_TEST;

/* Whether the cap is reached depends on who is faster, except at these. */
GST_START_TEST (test_error_is_an_error)
{
  const HolderRow *row = &holders[__i__ / CAPS];
  guint cap = __i__ % CAPS + 1;

  if (!is_here (row))
    return;
  g_autofree gchar *launch = make_launch (row, cap, "error");
  Run run;
  run_launch (launch, FALSE, &run);
  fail_unless (run.eos || run.error != NULL, "%s, %u", row->name, cap);
  if (run.error)
    fail_unless (run.error->domain == GST_RESOURCE_ERROR
        || run.error->domain == GST_LIBRARY_ERROR, "%s, %u: %s", row->name, cap,
        run.error->message);
  if (row == &holders[0] && cap == 1)
    fail_unless (run.error != NULL, "fakesink holds its last frame");
  run_clear (&run);
}

GST_END_TEST;

static Suite *
deadlock_suite (void)
{
  Suite *s = suite_create ("deadlock");
  TCase *tc = tcase_create ("caps");
  gint n = G_N_ELEMENTS (holders) * CAPS;

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_block_is_never_silent, 0, n);
  tcase_add_loop_test (tc, test_grow_finishes, 0, n);
  tcase_add_loop_test (tc, test_error_is_an_error, 0, n);
  return s;
}

GST_CHECK_MAIN (deadlock);
