/* Elements that nobody here wrote take our frames: v4l2src, v4l2sink and kmssink of stock GStreamer.
 *
 * Exit status proves nothing about zero copy: kmssink copies in silence. So a
 * row counts what the elements say of each frame in their debug logs, and looks
 * at the frames themselves on their way: whose they are, and what is in them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <gst/ks/gstks.h>
#include <gst/video/video.h>

#include "guestscreen.h"

#define FRAMES 10
#define PLAY_SECONDS 90         /* no row takes a tenth of it: reached only by a hang */
#define LOGS "v4l2*:6,kmssink:6,GST_PERFORMANCE:6"

/* 75% colour bars without text, so that all pictures are the same */
#define CAPTURE "v4l2src device=/dev/video0 num-buffers=10 "
#define BARS "video/x-raw,format=BGRx,width=640,height=480,colorimetry=sRGB "
#define WIDTH 640
#define HEIGHT 480
#define ROW (4 * WIDTH)         /* bytes of its pixels */
#define DRAWN "videotestsrc num-buffers=10 pattern=smpte75 "
#define PLAYER "v4l2sink device=/dev/video1 name=sink sync=false "
#define SCREEN(driver) "kmssink force-modesetting=true name=sink sync=false" \
    " driver-name=" driver

typedef struct
{
  const gchar *kind;
  const gchar *settings;        /* more of ksallocator */
  const gchar *source;
  const gchar *sink;            /* named sink: frames are looked at on its pad */
  const gchar *import;          /* what it, or the source, says for each frame */
  const gchar *screen;          /* QEMU's display that shows them; NULL: none */
  gboolean copies;              /* each frame is */
  const gchar *stride;          /* a range of bytes a row; NULL: as they come */
  gint row;                     /* bytes, that are the shortest in it */
} Row;

#define IMPORTED_USERPTR "imported USERPTR"
#define IMPORTED_DMABUF "imported DMABUF"
#define FRAMEBUFFER "KMS mem"   /* setting it is an import, finding it a reuse */
#define COPY "frame copy"
#define USERPTR " io-mode=userptr "
#define DMABUF " io-mode=dmabuf-import "
#define NOWHERE "fakesink name=sink"

/* *INDENT-OFF* */
static const Row rows[] = {
  {"huge", "", CAPTURE USERPTR, NOWHERE, IMPORTED_USERPTR},
  {"locked", "", CAPTURE USERPTR, NOWHERE, IMPORTED_USERPTR},
  {"shared", "", CAPTURE USERPTR, NOWHERE, IMPORTED_USERPTR},
  {"system", "", CAPTURE USERPTR, NOWHERE, IMPORTED_USERPTR},
  {"huge", "", DRAWN, PLAYER USERPTR, IMPORTED_USERPTR},
  {"shared", "", DRAWN, PLAYER USERPTR, IMPORTED_USERPTR},
  {"huge", "", CAPTURE USERPTR, PLAYER USERPTR, IMPORTED_USERPTR},
  {"udmabuf", "", CAPTURE DMABUF, NOWHERE, IMPORTED_DMABUF},
  {"dmaheap", "", CAPTURE DMABUF, NOWHERE, IMPORTED_DMABUF},
  {"udmabuf", "", CAPTURE DMABUF, PLAYER DMABUF, IMPORTED_DMABUF},
  {"dmaheap", "", CAPTURE DMABUF, PLAYER DMABUF, IMPORTED_DMABUF},
  {"udmabuf", "", CAPTURE DMABUF, SCREEN ("bochs-drm"), FRAMEBUFFER, "fb"},
  {"dmaheap", "", CAPTURE DMABUF, SCREEN ("bochs-drm"), FRAMEBUFFER, "fb"},
  {"dumb", "device=bochs-drm", CAPTURE DMABUF, SCREEN ("bochs-drm"),
      FRAMEBUFFER, "fb"},
  {"dumb", "device=virtio_gpu", CAPTURE DMABUF, SCREEN ("virtio_gpu"),
      FRAMEBUFFER, "virtio"},
  {"dumb", "device=qxl", CAPTURE DMABUF, SCREEN ("qxl"), FRAMEBUFFER,
      "qxl"},
  /* the driver is told of rows that are longer than it would have them */
  {"udmabuf", "", CAPTURE DMABUF, NOWHERE, IMPORTED_DMABUF,
      .stride = "256../512", .row = 2816},
  {"dmaheap", "", CAPTURE DMABUF, NOWHERE, IMPORTED_DMABUF,
      .stride = "4096", .row = 4096},
  /* sinks that cannot import copy in silence, which must not go unnoticed here */
  {"dmaheap", "", CAPTURE DMABUF, SCREEN ("virtio_gpu"), COPY, "virtio", TRUE},
  {"udmabuf", "", CAPTURE DMABUF, SCREEN ("qxl"), COPY, "qxl", TRUE},
};
/* *INDENT-ON* */

/* --- what is counted --- */

static GMutex lock;             /* the log comes from any thread */
static const gchar *import_words;       /* those of the row */
static guint imports, copies;

/* What stock elements and the core say when bytes are copied. */
static const gchar *copy_words[] = { "frame copy", "copying buffer",
  "memory copy", "copy for merge"
};

static void
count_log (GstDebugCategory * category, GstDebugLevel level,
    const gchar * file, const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer unused)
{
  const gchar *text = gst_debug_message_get (message);

  g_mutex_lock (&lock);
  imports += import_words != NULL && strstr (text, import_words) != NULL;
  for (guint i = 0; i < G_N_ELEMENTS (copy_words); i++)
    copies += strstr (text, copy_words[i]) != NULL;
  g_mutex_unlock (&lock);
}

typedef struct
{
  guint frames;
  guint ours;                   /* of the row's kind */
  GHashTable *blocks;           /* addresses */
  GBytes *picture;              /* of the first */
  guint different;              /* frames with another */
  gint stride;                  /* bytes a row, of the last */
} Seen;

static gboolean
is_of_kind (GstMemory * memory, const gchar * kind)
{
  return gst_ks_memory_is_ours (memory)
      && g_strcmp0 (gst_ks_allocator_peek_kind (memory->allocator), kind) == 0;
}

/* Its rows one after the other, however long they are. */
static void
look_at_picture (Seen * seen, GstBuffer * buffer)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  gsize stride = meta ? (gsize) meta->stride[0] : ROW;
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GBytes) picture = NULL;
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless (map.size >= stride * (HEIGHT - 1) + ROW);
  for (gsize y = 0; y < HEIGHT; y++)
    g_byte_array_append (bytes, map.data + y * stride, ROW);
  gst_buffer_unmap (buffer, &map);
  picture = g_byte_array_free_to_bytes (bytes);
  seen->stride = stride;
  if (seen->picture == NULL)
    seen->picture = g_bytes_ref (picture);
  else
    seen->different += !g_bytes_equal (seen->picture, picture);
}

static const gchar *row_kind;

static GstPadProbeReturn
look_at_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  Seen *seen = data;

  seen->frames++;
  if (gst_buffer_n_memory (buffer) == 1 && is_of_kind (memory, row_kind)) {
    seen->ours++;
    g_hash_table_add (seen->blocks, gst_ks_memory_peek_block (memory)->data);
  }
  look_at_picture (seen, buffer);
  return GST_PAD_PROBE_OK;
}

static void
seen_init (Seen * seen)
{
  *seen = (Seen) {
  0};
  seen->blocks = g_hash_table_new (NULL, NULL);
}

static void
seen_clear (Seen * seen)
{
  g_hash_table_unref (seen->blocks);
  g_clear_pointer (&seen->picture, g_bytes_unref);
}

/* --- pipelines --- */

/* Starts a line and waits for its end; it is paused then and still shows its
 * last frame. NULL: no error; free it. */
static gchar *
run_line (const gchar * line, Seen * seen, GstElement ** pipeline)
{
  g_autoptr (GError) error = NULL;

  *pipeline = gst_parse_launch (line, &error);
  fail_unless (*pipeline != NULL && error == NULL, "%s: %s", line,
      error ? error->message : "");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (*pipeline),
      "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (*pipeline);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_at_frame, seen, NULL);
  gst_element_set_state (*pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      PLAY_SECONDS * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL, "%s: no end after %d s", line, PLAY_SECONDS);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return NULL;
  gst_message_parse_error (message, &error, &debug);
  return g_strdup_printf ("%s (%s)", error->message, debug);
}

static void
stop (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/* From 1.26 on v4l2sink takes no colours but those that the device names. */
static gchar *
with_colours_of_device (const gchar * line, const gchar * error)
{
  static const gchar says[] = "Device wants ";
  const gchar *wanted = error ? strstr (error, says) : NULL;
  g_autofree gchar *colours = NULL;
  g_auto (GStrv) parts = NULL;

  if (wanted == NULL || strstr (wanted, " colorimetry") == NULL)
    return NULL;
  wanted += strlen (says);
  colours = g_strdup_printf ("colorimetry=%.*s",
      (gint) strcspn (wanted, " "), wanted);
  parts = g_strsplit (line, "colorimetry=sRGB", -1);
  return g_strjoinv (colours, parts);
}

static GstElement *
play (const gchar * line, Seen * seen)
{
  GstElement *pipeline;
  g_autofree gchar *error = run_line (line, seen, &pipeline);
  g_autofree gchar *other = with_colours_of_device (line, error);

  if (other != NULL) {
    stop (pipeline);
    seen_clear (seen);
    seen_init (seen);
    g_free (error);
    error = run_line (other, seen, &pipeline);
  }
  fail_unless (error == NULL, "%s: %s", line, error);
  return pipeline;
}

/* The picture as it is without us, in ordinary memory. */
static GBytes *
plain_picture (const Row * row)
{
  gboolean captured = g_str_has_prefix (row->source, CAPTURE);
  g_autofree gchar *line = g_strconcat (captured ? CAPTURE "io-mode=mmap"
      : DRAWN, " ! " BARS " ! fakesink name=sink", NULL);
  GBytes *picture;
  Seen seen;

  seen_init (&seen);
  stop (play (line, &seen));
  fail_unless_equals_int (seen.ours, 0);
  fail_unless_equals_int (seen.different, 0);
  picture = g_bytes_ref (seen.picture);
  seen_clear (&seen);
  return picture;
}

/* --- the test --- */

static gboolean
have_kind (const gchar * kind)
{
  g_auto (GStrv) kinds = gst_ks_list_kinds ();

  return g_strv_contains ((const gchar * const *) kinds, kind);
}

static gchar *
line_of (const Row * row)
{
  g_autofree gchar *memory = row->stride ?
      g_strdup_printf ("framing=\"%s, stride=%s\"", row->kind, row->stride)
      : g_strdup_printf ("memory=%s", row->kind);

  return g_strdup_printf ("%s ! %s ! ksallocator %s %s require=error ! %s",
      row->source, BARS, memory, row->settings, row->sink);
}

static void
check_counts (const Row * row, const Seen * seen)
{
  g_print ("%s: %u frames, %u ours in %u blocks, %u imports, %u copies\n",
      row->kind, seen->frames, seen->ours, g_hash_table_size (seen->blocks),
      imports, copies);
  fail_unless_equals_int (seen->frames, FRAMES);
  fail_unless_equals_int (seen->ours, FRAMES);
  fail_unless (imports >= FRAMES, "%u imports of %d", imports, FRAMES);
  fail_unless (row->copies ? copies >= FRAMES : copies == 0,
      "%u copies", copies);
  fail_unless_equals_int (seen->different, 0);
  fail_unless_equals_int (seen->stride, row->row ? row->row : ROW);
  fail_unless (g_hash_table_size (seen->blocks) < FRAMES, "nothing is reused");
}

GST_START_TEST (test_takes_our_frames)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *line = line_of (row);
  g_autoptr (GBytes) plain = NULL;
  GstElement *pipeline;
  Seen seen;

  if (!have_kind (row->kind)) {
    g_print ("SKIP: row %d: no kind %s in this build\n", __i__, row->kind);
    return;
  }
  row_kind = row->kind;
  plain = plain_picture (row);
  seen_init (&seen);
  import_words = row->import;
  imports = copies = 0;
  pipeline = play (line, &seen);
  check_counts (row, &seen);
  fail_unless (g_bytes_equal (seen.picture, plain), "%s: another picture",
      line);
  if (row->screen != NULL)
    guest_screen_check (row->screen, g_bytes_get_data (seen.picture, NULL),
        WIDTH, HEIGHT);
  stop (pipeline);
  seen_clear (&seen);
}

GST_END_TEST;

/* Memory that a driver cannot pin, and rows that it is not told of. */
static const Row refused_rows[] = {
  {"p2pmem", "", CAPTURE USERPTR, NOWHERE},
  {"dmaheap", "", CAPTURE USERPTR, NOWHERE},
  {"udmabuf", "", CAPTURE USERPTR, NOWHERE},
  {"system", "", CAPTURE USERPTR, NOWHERE,.stride = "256../512"},
};

/* Not by the driver, with an error number: before any frame, and saying why. */
GST_START_TEST (test_refuses_what_cannot_be)
{
  const Row *row = &refused_rows[__i__];
  g_autofree gchar *line = line_of (row);
  g_autofree gchar *error = NULL;
  GstElement *pipeline;
  Seen seen;

  if (!have_kind (row->kind)) {
    g_print ("SKIP: refused row %d: no kind %s in this build\n", __i__,
        row->kind);
    return;
  }
  row_kind = row->kind;
  seen_init (&seen);
  error = run_line (line, &seen, &pipeline);
  fail_unless (error != NULL, "%s: plays", line);
  fail_unless (strstr (error, row->stride ? "stride=" : row->kind)
      && strstr (error, "io-mode"), "%s: %s", line, error);
  fail_unless_equals_int (seen.frames, 0);
  stop (pipeline);
  seen_clear (&seen);
}

GST_END_TEST;

/* --- the suite --- */

static void
need_device (const gchar * path)
{
  gint fd = open (path, O_RDWR | O_CLOEXEC);

  if (fd < 0) {
    g_print ("SKIP: there is no %s; ./ks guest displays has one\n", path);
    exit (77);
  }
  close (fd);
}

static void
listen_to_log (void)
{
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (count_log, NULL, NULL);
  gst_debug_set_threshold_from_string (LOGS, FALSE);
}

static Suite *
consumers_suite (void)
{
  Suite *suite = suite_create ("consumers");
  TCase *tcase = tcase_create ("rows");

  g_free (guest_file ("ask"));
  need_device ("/dev/video0");
  need_device ("/dev/video1");
  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, listen_to_log, NULL);
  tcase_add_loop_test (tcase, test_takes_our_frames, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_refuses_what_cannot_be, 0,
      G_N_ELEMENTS (refused_rows));
  return suite;
}

GST_CHECK_MAIN (consumers);
