/* ks-soak: changing pipelines in one process for long, and what it takes meanwhile.
 *
 * One pipeline is there from the beginning to the end. In each cycle it plays and
 * is changed; while it rests random ones come and go, in each cycle the same.
 * Then a sample is taken, when nothing plays.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../check/pipelines/randomscene.h"
#include "soaksample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WARM_UP 5               /* cycles before the clock starts: plugins and types come in them */
#define ROUNDS 4                /* a cycle; the same in each cycle */
#define CHANGES 8               /* of the one that stays, each round */
#define SCENES 3                /* that come and go, each round */
#define SCENE_SIZE 5
#define WATCHDOG 180            /* seconds; longer than all waits of a part of a cycle */
#define LONG_LINE "videotestsrc pattern=black name=source" \
    " ! capsfilter name=filter caps-change-mode=delayed" \
    " caps=video/x-raw,format=I420,width=64,height=48,framerate=25/1" \
    " ! ksallocator name=ks0 starve-timeout=100000000 ! queue" \
    " ! videoconvert ! ksallocator name=ks1 starve-timeout=100000000" \
    " ! tee name=tee0 ! queue ! fakesink"

typedef struct
{
  gdouble minutes;
  gboolean json;
  gchar *svg;                   /* file; NULL: none */
  gboolean leak;                /* 1 MiB a cycle and a descriptor: for a test */
} Options;

typedef struct
{
  Options options;
  RandomScene scene;            /* the one that stays */
  GString *story;               /* its own */
  GString *other;               /* of the one that came last */
  GArray *samples;              /* SoakSample */
  gint64 began;
  gint64 said;                  /* when a line was printed last */
} Soak;

static gint deadline;           /* atomic; monotonic seconds */

static gint
seconds (void)
{
  return g_get_monotonic_time () / G_TIME_SPAN_SECOND;
}

static gpointer
watch (gpointer data)
{
  Soak *soak = data;

  while (seconds () < g_atomic_int_get (&deadline))
    g_usleep (G_USEC_PER_SEC);
  g_printerr ("%s%s... and then nothing: it hangs\n", soak->story->str,
      soak->other->str);
  abort ();
  return NULL;
}

static void
come_on (void)
{
  g_atomic_int_set (&deadline, seconds () + WATCHDOG);
}

static gdouble
seconds_of (Soak * soak)
{
  return (g_get_monotonic_time () - soak->began) / 1e6;
}

/* --- one cycle --- */

static void
plant_leak (void)
{
  static gpointer lost;         /* the last of a list, so that it is not left out */
  gpointer *more = g_malloc (1024 * 1024);

  memset (more, 1, 1024 * 1024);
  *more = lost;
  lost = more;
  (void) dup (STDIN_FILENO);
}

static void
change (Soak * soak, guint32 round)
{
  g_string_truncate (soak->story, 0);
  g_rand_set_seed (soak->scene.random, round);
  for (guint i = 0; i < CHANGES; i++) {
    come_on ();
    random_scene_change (&soak->scene);
    random_scene_settle (&soak->scene);
    random_scene_recover (&soak->scene);
  }
}

/* Its frames would be taken for those that others left behind. */
static void
rest (Soak * soak, gboolean stop)
{
  come_on ();
  if (stop)
    gst_element_set_state (soak->scene.pipeline, GST_STATE_NULL);
  else
    random_scene_state (&soak->scene, GST_STATE_PLAYING);
}

static gchar *
come_and_go (Soak * soak, guint32 round)
{
  gchar *wrong = NULL;

  for (guint32 i = 1; wrong == NULL && i <= SCENES; i++) {
    come_on ();
    g_string_truncate (soak->other, 0);
    wrong = random_scene_run (round * SCENES + i, SCENE_SIZE, FALSE,
        soak->other);
  }
  if (wrong != NULL)
    g_printerr ("%s", soak->other->str);
  return wrong;
}

static void
say (Soak * soak, const SoakSample * sample)
{
  gint64 each = isatty (STDERR_FILENO) ? 10 : 60;
  gint64 now = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (now < soak->said + each)
    return;
  soak->said = now;
  g_printerr ("%5.0f s: %.2f MiB resident, %u mappings, %u descriptors, %u "
      "threads, %u cycles\n", sample->seconds, sample->resident / 1048576.0,
      sample->mappings, sample->descriptors, sample->threads,
      soak->samples->len);
}

/* All frames are gone while it is looked at. */
static void
take_sample (Soak * soak)
{
  SoakSample sample = { 0, };

  come_on ();
  gst_ks_trim_all ();
  sample.seconds = seconds_of (soak);
  sample.out = random_scene_out ();
  soak_sample_take (&sample);
  g_array_append_val (soak->samples, sample);
  say (soak, &sample);
}

static gchar *
run_cycle (Soak * soak)
{
  gchar *wrong = NULL;

  for (guint32 round = 0; wrong == NULL && round < ROUNDS; round++) {
    rest (soak, FALSE);
    change (soak, round);
    rest (soak, TRUE);
    wrong = come_and_go (soak, round);
  }
  if (soak->options.leak)
    plant_leak ();
  if (wrong == NULL)
    take_sample (soak);
  return wrong;
}

static gchar *
run (Soak * soak)
{
  gchar *wrong = random_scene_start (&soak->scene, 1, CHANGES, FALSE,
      LONG_LINE, soak->story);

  for (guint i = 0; wrong == NULL && i < WARM_UP; i++)
    wrong = run_cycle (soak);
  g_array_set_size (soak->samples, 0);
  soak->began = g_get_monotonic_time ();
  while (wrong == NULL && seconds_of (soak) < soak->options.minutes * 60)
    wrong = run_cycle (soak);
  if (wrong != NULL)
    return wrong;
  come_on ();
  wrong = random_scene_stop (&soak->scene);
  if (wrong != NULL)
    g_printerr ("%s%s", LONG_LINE "\n", soak->story->str);
  return wrong;
}

/* --- the report --- */

static gboolean
write_svg (Soak * soak, const SoakVerdict * verdict)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *svg = soak_samples_to_svg ((SoakSample *)
      soak->samples->data, soak->samples->len, verdict);

  if (g_file_set_contents (soak->options.svg, svg, -1, &error))
    return TRUE;
  g_printerr ("ks-soak: %s\n", error->message);
  return FALSE;
}

static gint
report (Soak * soak)
{
  SoakVerdict verdict;
  g_auto (GStrv) complaints = NULL;
  g_autofree gchar *json = NULL;

  soak_judge ((SoakSample *) soak->samples->data, soak->samples->len, &verdict);
  complaints = soak_complaints (&verdict);
  if (soak->options.json) {
    json = soak_samples_to_json ((SoakSample *) soak->samples->data,
        soak->samples->len, &verdict);
    g_print ("%s", json);
  } else {
    g_print ("%u cycles in %.1f minutes: %+.1f KiB of resident memory a minute"
        " (below %d is good)\n", soak->samples->len, seconds_of (soak) / 60,
        verdict.slope / 1024, SOAK_SLOPE_LIMIT / 1024);
  }
  for (guint i = 0; complaints[i] != NULL; i++)
    g_printerr ("FAILED: %s\n", complaints[i]);
  if (soak->options.svg != NULL && !write_svg (soak, &verdict))
    return 1;
  return soak_is_good (&verdict) ? 0 : 1;
}

static gboolean
read_options (Options * options, gint * argc, gchar *** argv)
{
  const GOptionEntry entries[] = {
    {"minutes", 'm', 0, G_OPTION_ARG_DOUBLE, &options->minutes,
        "How long; 30 by default", "N"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json,
        "Write all samples as JSON", NULL},
    {"svg", 's', 0, G_OPTION_ARG_FILENAME, &options->svg,
        "Draw the curve of resident memory", "FILE"},
    {"plant-leak", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->leak,
        "Lose memory and descriptors, to see that it is found", NULL},
    {NULL}
  };
  GOptionContext *context = g_option_context_new ("- changing pipelines for "
      "long, in one process");
  g_autoptr (GError) error = NULL;
  gboolean read;

  g_option_context_add_main_entries (context, entries, NULL);
  read = g_option_context_parse (context, argc, argv, &error);
  g_option_context_free (context);
  if (read && *argc == 1 && options->minutes > 0)
    return TRUE;
  g_printerr ("ks-soak: %s; see --help\n", error ? error->message :
      *argc > 1 ? "it takes options only" : "--minutes: a number above 0");
  return FALSE;
}

static void
start (Soak * soak)
{
  /* GStreamer 1.22 loses 400 bytes at some of them, with us and without */
  random_scene_prepare (FALSE);
  soak->story = g_string_new (NULL);
  soak->other = g_string_new (NULL);
  soak->samples = g_array_new (FALSE, FALSE, sizeof (SoakSample));
  soak->began = g_get_monotonic_time ();
  come_on ();
  g_thread_unref (g_thread_new ("watchdog", watch, soak));
}

gint
main (gint argc, gchar ** argv)
{
  Soak soak = { {30, FALSE, NULL, FALSE}, };
  g_autofree gchar *wrong = NULL;

  soak_sample_prepare (argv);
  if (!read_options (&soak.options, &argc, &argv))
    return 2;
  start (&soak);
  wrong = run (&soak);
  if (wrong != NULL) {
    g_printerr ("FAILED: %s\n", wrong);
    return 1;
  }
  return report (&soak);
}
