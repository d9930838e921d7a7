/* Random pipelines of real elements, as the text that gst-launch-1.0 reads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "randomline.h"

/* More would only be waited for at the end. */
#define BRANCH "queue max-size-buffers=20 max-size-bytes=0 max-size-time=0"
#define MAX_DEPTH 2             /* tees behind tees */

typedef struct
{
  GRand *random;
  GString *text;
  guint left;                   /* elements */
  guint n_ours;
  guint n_named;                /* tees and those that join */
  gboolean video;
  gboolean stock;
} Line;

const gchar *
random_line_pick (GRand * random, const gchar * const *texts, guint n_texts)
{
  return texts[g_rand_int_range (random, 0, n_texts)];
}

gchar *
random_line_caps (GRand * random, gboolean video)
{
  static const gchar *const formats[] = { "I420", "NV12", "RGB", "RGBA",
    "GRAY8", "YUY2"
  };
  static const gchar *const sizes[] = { "16,height=16", "64,height=48",
    "65,height=33", "320,height=240"
  };
  static const gchar *const rates[] = { "44100,channels=2",
    "48000,channels=1", "8000,channels=2"
  };
  static const gchar *const samples[] = { "S16LE", "F32LE", "S24LE" };
  const gchar *format, *size;

  if (!video) {
    format = RANDOM_PICK (random, samples);
    size = RANDOM_PICK (random, rates);
    return g_strdup_printf ("audio/x-raw,format=%s,rate=%s", format, size);
  }
  format = RANDOM_PICK (random, formats);
  size = RANDOM_PICK (random, sizes);
  return g_strdup_printf ("video/x-raw,format=%s,width=%s,framerate=25/1",
      format, size);
}

/* Each starvation is told, so that it is not taken for a hang. */
const gchar *
random_line_property (GRand * random)
{
  static const gchar *const properties[] = {
    "memory=auto", "memory=system", "memory=shared", "memory=huge",
    "memory=fake", "memory=locked", "memory=fake-card", "memory=nope",
    "frames=12..", "frames=4..16", "frames=..1", "frames=..2", "frames=2..6",
    "frames=..0", "frames=\"\"",
    "size=64k..", "size=64k..16M/4096", "size=..100M", "size=9..1", "size=\"\"",
    "align=1", "align=64", "align=4096", "align=3",
    "layout=packed", "layout=any",
    "max-bytes=0", "max-bytes=1000000", "max-bytes=1",
    "answer=propose", "answer=authority", "answer=none",
    "require=off", "require=warn", "require=error", "require=copy",
    "on-starve=block", "on-starve=grow", "on-starve=error",
    "starve-timeout=100000000", "starve-timeout=20000000",
    "zero=never", "zero=owner-change", "zero=always",
  };

  return RANDOM_PICK (random, properties);
}

/* Starvation is told soon, so that it is not taken for a hang. The stock line of
 * the same random numbers has something else in the same place. */
static void
add_ours (Line * line)
{
  static const gchar *const ways[] = {
    "ksupload memory=fake ! ksdownload",
    "ksupload memory=fake-card ! ksdownload",
    "ksupload ! ksdownload", "ksdownload", "ksupload memory=shared",
  };
  g_autoptr (GString) ours = g_string_new (NULL);

  if (line->video && g_rand_int_range (line->random, 0, 4) == 0) {
    g_string_append (ours, RANDOM_PICK (line->random, ways));
  } else {
    g_string_append_printf (ours,
        "ksallocator name=ks%u starve-timeout=100000000", line->n_ours++);
    for (guint n = g_rand_int_range (line->random, 0, 4); n > 0; n--)
      g_string_append_printf (ours, " %s", random_line_property (line->random));
  }
  g_string_append_printf (line->text, " ! %s", line->stock ? "identity"
      : ours->str);
}

/* No concat: a frame that comes while it is flushed is lost (GStreamer up to
 * 1.28). */
static void
add_other (Line * line)
{
  static const gchar *const video[] = {
    "queue", "queue max-size-buffers=2",
    "queue leaky=downstream max-size-buffers=1",
    "identity", "identity sleep-time=500", "videoconvert",
    "videoconvert ! videobalance hue=0.2 ! videoconvert", "videorate",
    "videoscale ! video/x-raw,width=32,height=32", "videoflip method=clockwise",
    "videoconvert ! videoflip method=rotate-180", "videocrop left=2",
    "videoconvert ! compositor ! videoconvert",
    "videoconvert ! jpegenc ! jpegdec ! videoconvert",
    "funnel", "input-selector",
    "videoconvert ! videobox border-alpha=0 top=-4",
  };
  static const gchar *const audio[] = {
    "queue", "queue max-size-buffers=2", "identity", "audioconvert",
    "audioconvert ! audioresample ! audio/x-raw,rate=16000",
    "audioconvert ! volume volume=0.5",
    "audioconvert ! audiomixer ! audioconvert",
    "funnel", "input-selector",
  };

  g_string_append_printf (line->text, " ! %s", line->video ?
      RANDOM_PICK (line->random, video) : RANDOM_PICK (line->random, audio));
}

/* Behind a tee no sink may be waited for: while one of them has its frame and
 * holds it until all have, a question that waits behind that frame keeps the
 * frames from the others. It is so in GStreamer, with us and without. */
static void
add_end (Line * line)
{
  static const gchar *const ends[] = {
    "fakesink", "fakesink enable-last-sample=false", "fakesink silent=false",
    "appsink max-buffers=2 drop=true wait-on-eos=false sync=false",
    "appsink max-buffers=1 drop=true wait-on-eos=false"
        " enable-last-sample=false sync=false",
  };
  const gchar *mux = line->video ? "videoconvert"
      " ! video/x-raw,format=I420 ! matroskamux ! " : "audioconvert"
      " ! audio/x-raw,format=S16LE ! matroskamux ! ";

  if (g_rand_int_range (line->random, 0, 5) > 0)
    mux = "";
  g_string_append_printf (line->text, " ! %s%s%s", mux,
      RANDOM_PICK (line->random, ends), line->n_named > 0 ? " async=false" :
      "");
}

static void add_chain (Line * line, guint depth);

/* Branches that end each for itself. */
static void
add_tee (Line * line, guint depth)
{
  guint name = line->n_named++;
  guint branches = g_rand_int_range (line->random, 1, 4);

  g_string_append_printf (line->text, " ! tee name=tee%u", name);
  for (guint i = 0; i < branches; i++) {
    g_string_append_printf (line->text, " tee%u. ! " BRANCH, name);
    add_chain (line, depth + 1);
    add_end (line);
  }
}

/* Two branches that come together again, and what is behind them. */
static void
add_diamond (Line * line, guint depth)
{
  guint name = line->n_named++;
  const gchar *convert = line->video ? "videoconvert" : "audioconvert";

  g_string_append_printf (line->text, " ! tee name=tee%u", name);
  for (guint i = 0; i < 2; i++) {
    g_string_append_printf (line->text, " tee%u. ! " BRANCH, name);
    if (line->left > 0) {
      line->left--;
      add_ours (line);
    }
    g_string_append_printf (line->text, " ! %s ! join%u.", convert, name);
  }
  g_string_append_printf (line->text, " %s name=join%u ! %s",
      line->video ? "compositor" : "audiomixer", name, convert);
  add_chain (line, depth + 1);
  add_end (line);
}

static void
add_chain (Line * line, guint depth)
{
  guint most = depth == 0 ? line->left : MIN (line->left, 3);
  guint n = most > 0 ? g_rand_int_range (line->random, 0, most + 1) : 0;

  for (; n > 0 && line->left > 0; n--) {
    line->left--;
    if (g_rand_int_range (line->random, 0, 10) < 4)
      add_ours (line);
    else
      add_other (line);
  }
}

/* The rest of a line behind its source. */
static void
add_rest (Line * line)
{
  guint die = g_rand_int_range (line->random, 0, 4);

  add_chain (line, 0);
  if (line->left < 2 || die == 0)
    add_end (line);
  else if (die == 1)
    add_diamond (line, 0);
  else
    add_tee (line, 0);
}

gchar *
random_line_new (GRand * random, guint size, gboolean stock)
{
  Line line = { random, g_string_new (NULL), size, 0, 0, TRUE, stock };
  g_autofree gchar *caps = NULL;

  line.video = g_rand_int_range (random, 0, 4) > 0;
  caps = random_line_caps (random, line.video);
  g_string_append_printf (line.text, "%s name=source ! capsfilter name=filter"
      " caps-change-mode=delayed caps=%s", line.video ?
      "videotestsrc pattern=black" : "audiotestsrc samplesperbuffer=441", caps);
  add_rest (&line);
  return g_string_free (line.text, FALSE);
}

gchar *
random_line_branch (GRand * random, gboolean video)
{
  Line line = { random, g_string_new (BRANCH), 2, 100, 100, video, FALSE };

  add_chain (&line, MAX_DEPTH);
  g_string_append (line.text, " ! fakesink async=false");
  return g_string_free (line.text, FALSE);
}
