/* Random pipelines of real elements, changed while they play: each plays or says why not, and nothing is left of it.
 *
 * usage: check-pipelines_randomgraphs [--seed N] [--size N] [--count N] [--stock]
 *
 * Without --seed the seeds are 1 and up, so that each run of the tests is the
 * same. A pipeline that fails is made smaller as long as it fails; what is said
 * then makes the smallest one again. --stock plays them with nothing of ours
 * inside: what fails so too is no fault of ours.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "randomscene.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 40
#define QUICK_COUNT 8           /* with KS_QUICK */
#define WATCHDOG 60             /* seconds; longer than all waits of a scene */

typedef struct
{
  gint seed;                    /* of the first; 0: the usual ones */
  gint size;                    /* elements and changes; -1: each another one */
  gint count;
  gboolean stock;
} Options;

/* Shared by the process that plays and the one that looks after it. */
typedef struct
{
  guint32 seed;
  guint size;
} Now;

static Now *now;
static gint deadline;           /* atomic; monotonic seconds */
static GString *story;

/* --- the process that plays --- */

static gint
seconds (void)
{
  return g_get_monotonic_time () / G_TIME_SPAN_SECOND;
}

static gpointer
watch (gpointer unused)
{
  while (seconds () < g_atomic_int_get (&deadline))
    g_usleep (G_USEC_PER_SEC);
  g_printerr ("%s... and then nothing: it hangs\n", story->str);
  abort ();
  return NULL;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static gchar *
play_once (const Options * options)
{
  g_string_truncate (story, 0);
  g_atomic_int_set (&deadline, seconds () + WATCHDOG);
  return random_scene_run (now->seed, now->size, options->stock, story);
}

/* What is opened once for all stays; what is opened each time is lost. */
static gchar *
play (const Options * options)
{
  guint before = count_descriptors (), after;
  gchar *wrong = play_once (options);

  after = count_descriptors ();
  if (wrong != NULL || after <= before)
    return wrong;
  wrong = play_once (options);
  if (wrong == NULL && count_descriptors () > after)
    wrong = g_strdup_printf ("descriptors are left open: %u, %u, then %u",
        before, after, count_descriptors ());
  return wrong;
}

static gint
play_all (const Options * options)
{
  gint seed = options->seed ? options->seed : 1;

  g_atomic_int_set (&deadline, G_MAXINT);
  story = g_string_new (NULL);
  random_scene_prepare (TRUE);
  g_thread_unref (g_thread_new ("watchdog", watch, NULL));
  for (gint i = 0; i < options->count; i++) {
    g_autofree gchar *wrong = NULL;

    now->seed = seed + i;
    now->size = options->size >= 0 ? (guint) options->size
        : now->seed % (RANDOM_LINE_MAX + 1);
    wrong = play (options);
    if (wrong != NULL) {
      g_printerr ("%s%s\n", story->str, wrong);
      return 1;
    }
    if (g_getenv ("KS_VERBOSE"))
      g_printerr ("%s", story->str);
  }
  return 0;
}

/* --- the process that looks after it --- */

/* Its exit status, or 128 and the signal. */
static gint
play_apart (const Options * options)
{
  gint status = 0;
  pid_t child = fork ();

  if (child == 0)
    _exit (play_all (options));
  while (waitpid (child, &status, 0) < 0);
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

/* The same seed with fewer elements and changes, from the smallest up. */
static void
say_smallest (const Options * options)
{
  Options smaller = *options;
  guint32 seed = now->seed;
  guint size = now->size;
  gint status = 0;

  smaller.seed = seed;
  smaller.count = 1;
  for (smaller.size = 0; smaller.size < (gint) size; smaller.size++) {
    status = play_apart (&smaller);
    if (status != 0)
      break;
  }
  g_printerr ("once more: --seed %u --size %d%s\n", seed, smaller.size,
      options->stock ? " --stock" : "");
}

static gboolean
read_options (Options * options, gint * argc, gchar *** argv)
{
  const GOptionEntry entries[] = {
    {"seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "The first one", "N"},
    {"size", 0, 0, G_OPTION_ARG_INT, &options->size,
        "Elements and changes of each", "N"},
    {"count", 0, 0, G_OPTION_ARG_INT, &options->count, "How many", "N"},
    {"stock", 0, 0, G_OPTION_ARG_NONE, &options->stock,
        "Nothing of ours inside", NULL},
    {NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean read;

  g_option_context_add_main_entries (context, entries, NULL);
  read = g_option_context_parse (context, argc, argv, &error);
  if (!read)
    g_printerr ("%s\n", error->message);
  g_option_context_free (context);
  return read;
}

gint
main (gint argc, gchar ** argv)
{
  Options options = { 0, -1, 0, FALSE };
  gint status;

  if (!read_options (&options, &argc, &argv))
    return 2;
  if (options.count <= 0)
    options.count = options.seed ? 1 : g_getenv ("KS_QUICK") ? QUICK_COUNT
        : COUNT;
  now = mmap (NULL, sizeof (*now), PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (now == MAP_FAILED)
    return 2;
  status = play_apart (&options);
  if (status == 0)
    return 0;
  g_printerr ("seed %u, size %u: exit status %d\n", now->seed, now->size,
      status);
  say_smallest (&options);
  return 1;
}
