/* What the tests of card memory share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>
#include <sys/wait.h>
#include <unistd.h>

#define INVALID GST_KS_ERROR_INVALID
#define UNAVAILABLE GST_KS_ERROR_UNAVAILABLE

static inline GstAllocator *
get (const gchar * kind, const gchar * device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (kind, device, &error);
  GstAllocator *allocator = backend ?
      gst_ks_backend_create_allocator (backend, &error) : NULL;

  fail_unless (allocator != NULL, "%s %s: %s", kind, device,
      error ? error->message : "?");
  return allocator;
}

static inline GstMemory *
take (GstAllocator * allocator, gsize size, gsize align, GError ** error)
{
  GstKsRequest request = {.size = size,.align = align };

  return gst_ks_allocator_alloc (allocator, &request, error);
}

static inline void
assert_says (GError * error, gint code, const gchar * parts)
{
  g_auto (GStrv) part = g_strsplit (parts, "|", -1);

  fail_unless (error != NULL && error->domain == GST_KS_ERROR);
  fail_unless (error->code == code, "%d: %s", error->code, error->message);
  for (guint i = 0; part[i]; i++)
    fail_unless (strstr (error->message, part[i]) != NULL,
        "'%s' is not in '%s'", part[i], error->message);
}

static inline guint64
usage (GstAllocator * allocator, const gchar * field)
{
  g_autoptr (GstStructure) structure = NULL;
  guint64 value = 0;

  g_object_get (allocator, "usage", &structure, NULL);
  fail_unless (gst_structure_get_uint64 (structure, field, &value));
  return value;
}

/* Calls a function in another process, which inherits what there is. */
static inline gint
in_fork (gint (*func) (gconstpointer), gconstpointer data)
{
  gint status = 0;
  pid_t pid = fork ();

  fail_unless (pid >= 0);
  if (pid == 0)
    _exit (func (data));
  fail_unless (waitpid (pid, &status, 0) == pid);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

/* Another process that has a device open until its pipe is closed. */
typedef struct
{
  pid_t pid;
  gint ready, done;             /* descriptors */
} Holder;

static inline Holder
holder_start (const gchar *kind, const gchar *device)
{
  gint ready[2], done[2];
  gchar byte = 0;
  pid_t pid;

  fail_unless (pipe (ready) == 0 && pipe (done) == 0);
  pid = fork ();
  fail_unless (pid >= 0);
  if (pid == 0) {
    close (done[1]);
    if (gst_ks_backend_get (kind, device, NULL) == NULL)
      _exit (1);
    if (write (ready[1], "x", 1) == 1)
      (void) !read (done[0], &byte, 1);
    _exit (0);
  }
  close (ready[1]);
  close (done[0]);
  fail_unless (read (ready[0], &byte, 1) == 1);
  return (Holder) {pid, ready[0], done[1]};
}

static inline void
holder_end (Holder *holder)
{
  gint status = 0;

  close (holder->done);
  close (holder->ready);
  fail_unless (waitpid (holder->pid, &status, 0) == holder->pid);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

/* While another process has it a device is refused, and the reason says who;
 * of files on some file systems nobody can tell. */
static inline void
assert_locked (const gchar *kind, const gchar *device)
{
  Holder holder = holder_start (kind, device);
  g_autofree gchar *who = g_strdup_printf ("is in use by process %d (",
      (gint) holder.pid);
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get (kind, device, &error);

  fail_unless (backend == NULL);
  if (g_getenv ("GST_KS_SYSFS") && strstr (error->message, "cannot be seen"))
    assert_says (error, UNAVAILABLE, "is in use by");
  else
    assert_says (error, UNAVAILABLE, who);
  holder_end (&holder);
  gst_object_unref (get (kind, device));
}

static inline void
fill (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, byte, map.size);
  gst_memory_unmap (memory, &map);
}

/* What a pipeline ended with: NULL for the end of its stream. func is called
 * once when a buffer has come through; NULL: nothing is done then. */
static inline GError *
play (const gchar *line, void (*func) (gconstpointer), gconstpointer data)
{
  GstMessageType wanted = GST_MESSAGE_ERROR | GST_MESSAGE_EOS;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  fail_unless (error == NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      func ? wanted | GST_MESSAGE_STREAM_START : wanted);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STREAM_START) {
    func (data);
    gst_clear_message (&message);
    message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, wanted);
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_steal_pointer (&error);
}

/* What ends a pipeline whose memory something happens to. */
static inline GError *
play_and_break (const gchar *kind, const gchar *device, void (*func) (gconstpointer), gconstpointer data)
{
  g_autofree gchar *line = g_strdup_printf ("videotestsrc is-live=true ! "
      "video/x-raw,format=BGRx,width=320,height=240,framerate=100/1 ! "
      "ksallocator memory=%s device=%s require=error ! fakesink sync=false", kind, device);
  GError *error = play (line, func, data);

  fail_unless (error != NULL);
  return error;
}
