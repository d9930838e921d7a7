/* Frames that a second process reads where they lie, and what it refuses.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memfd_create() */
#endif
#include <errno.h>
#include <fcntl.h>
#include <gst/allocators/allocators.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "share.h"

#define FRAMES 100
#define SLOTS 4
#define HELD 10                 /* frames at most, by the line and the slots */

/* --- the process that reads --- */

static guint32
sum_of (GstMemory * memory)
{
  GstMapInfo map;
  guint32 sum = 0;

  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return 0;
  for (gsize i = 0; i < map.size; i++)
    sum = sum * 31 + map.data[i];
  gst_memory_unmap (memory, &map);
  return sum;
}

static guint64
inode_of (gint fd)
{
  struct stat status = { 0 };

  return fstat (fd, &status) == 0 ? status.st_ino : 0;
}

/* Seals, length and offset are looked at by the library, before it maps. */
static Answer
look_at (const Offer * offer, gint fd)
{
  g_autoptr (GError) error = NULL;
  GstMemory *memory =
      gst_ks_memory_new_from_fd (fd, offer->offset, offer->size, &error);
  Answer answer = {.slot = offer->slot,.refused = -1 };

  if (memory == NULL) {
    answer.refused = error->code;
    g_strlcpy (answer.why, error->message, sizeof (answer.why));
    if (fd >= 0)
      close (fd);
    return answer;
  }
  answer.inode = inode_of (fd);
  answer.sum = sum_of (memory);
  gst_memory_unref (memory);
  return answer;
}

static guint
count_mapped (void)
{
  g_autofree gchar *maps = NULL;
  guint mapped = 0;

  g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL);
  for (const gchar * at = maps; (at = strstr (at, "ks-share")); at++)
    mapped++;
  return mapped;
}

/* Gives back what was never lent, and numbers that are none. */
static void
lie (gint to)
{
  static const guint32 slots[] = { 0, SLOTS, G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (slots); i++) {
    Answer answer = {.slot = slots[i],.refused = -1 };

    send (to, &answer, sizeof (answer), MSG_NOSIGNAL);
  }
}

static gint
read_frames (gint other)
{
  Answer answer;
  Offer offer;
  gint fd;

  while (receive_offer (other, &offer, &fd) && offer.size > 0) {
    answer = look_at (&offer, fd);
    send (other, &answer, sizeof (answer), MSG_NOSIGNAL);
  }
  lie (other);
  return count_mapped () == 0 ? 0 : 1;
}

/* --- the process that makes the frames --- */

typedef struct
{
  gint other;                   /* the socket */
  GstSample *lent[SLOTS];       /* NULL: not lent */
  GHashTable *blocks;           /* inodes */
  guint seen;                   /* as it was made, by the other process */
  guint wrong;
} Sender;

/* The number comes from another process: it is looked up, never trusted. */
static gboolean
take_back (Sender * sender, const Answer * answer)
{
  GstMemory *memory;

  if (answer->slot >= SLOTS || sender->lent[answer->slot] == NULL)
    return FALSE;
  memory = gst_buffer_peek_memory (gst_sample_get_buffer
      (sender->lent[answer->slot]), 0);
  if (answer->refused < 0 && answer->sum == sum_of (memory)
      && answer->inode == inode_of (gst_fd_memory_get_fd (memory)))
    sender->seen++;
  gst_sample_unref (g_steal_pointer (&sender->lent[answer->slot]));
  return TRUE;
}

static gboolean
wait_for_answer (Sender * sender)
{
  Answer answer;

  if (recv (sender->other, &answer, sizeof (answer), 0) != sizeof (answer))
    return FALSE;
  if (!take_back (sender, &answer))
    sender->wrong++;
  return TRUE;
}

static gboolean
lend (Sender * sender, GstSample * sample)
{
  GstMemory *memory = gst_buffer_peek_memory (gst_sample_get_buffer (sample),
      0);
  gsize offset, size = gst_memory_get_sizes (memory, &offset, NULL);
  gint fd = gst_fd_memory_get_fd (memory);
  guint slot = 0;

  while (slot < SLOTS && sender->lent[slot])
    slot++;
  if (slot == SLOTS) {
    gst_sample_unref (sample);
    return FALSE;
  }
  sender->lent[slot] = sample;
  g_hash_table_add (sender->blocks, GSIZE_TO_POINTER (inode_of (fd)));
  return send_offer (sender->other, &(Offer) {
      .offset = offset,.size = size,.slot = slot}
      , fd);
}

static guint
count_lent (const Sender * sender)
{
  guint lent = 0;

  for (guint i = 0; i < SLOTS; i++)
    lent += sender->lent[i] != NULL;
  return lent;
}

static guint
send_frames (Sender * sender)
{
  GstElement *line = gst_parse_launch ("videotestsrc num-buffers=100"
      " ! video/x-raw,format=RGB,width=320,height=240"
      " ! appsink name=sink sync=false max-buffers=1", NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (line), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse ("shared, frames=4..", NULL);
  guint frames = 0;
  GstSample *sample;
  gboolean good = TRUE;

  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
  gst_element_set_state (line, GST_STATE_PLAYING);
  while (good) {
    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      break;
    good = lend (sender, sample);
    frames++;
    if (count_lent (sender) == SLOTS)
      good = good && wait_for_answer (sender);
  }
  while (count_lent (sender) > 0 && wait_for_answer (sender));
  gst_element_set_state (line, GST_STATE_NULL);
  gst_object_unref (line);
  return frames;
}

/* --- what a hostile sender tries --- */

static gint
new_file (gint seals)
{
  gint fd = memfd_create ("ks-share", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (ftruncate (fd, 4096) < 0 || (seals && fcntl (fd, F_ADD_SEALS, seals) < 0))
    g_error ("no file to attack with: %s", g_strerror (errno));
  return fd;
}

static gint
unsealed (void)
{
  return new_file (0);
}

static gint
sealed (void)
{
  return new_file (F_SEAL_SHRINK);
}

static gint
ordinary_file (void)
{
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp ("ks-share-XXXXXX", &path, NULL);

  if (ftruncate (fd, 4096) < 0 || unlink (path) < 0)
    g_error ("no file to attack with: %s", g_strerror (errno));
  return fd;
}

static gint
a_socket (void)
{
  return socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static gint
nothing (void)
{
  return -1;
}

static const struct
{
  const gchar *name;
    gint (*make) (void);
  guint64 offset, size;
  GstKsError error;
} attacks[] = {
  {"could shrink", unsealed, 0, 4096, GST_KS_ERROR_NOT_SUPPORTED},
  {"too small", sealed, 0, 4097, GST_KS_ERROR_TOO_SMALL},
  {"begins behind the end", sealed, 4096, 1, GST_KS_ERROR_TOO_SMALL},
  {"wraps around", sealed, 4096, G_MAXUINT64, GST_KS_ERROR_TOO_SMALL},
  {"not a memfd", ordinary_file, 0, 4096, GST_KS_ERROR_NOT_SUPPORTED},
  {"a socket", a_socket, 0, 4096, GST_KS_ERROR_NOT_SUPPORTED},
  {"no descriptor", nothing, 0, 4096, GST_KS_ERROR_INVALID},
};

static gboolean
attack (gint other)
{
  gboolean good = TRUE;
  Answer answer;

  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    gint fd = attacks[i].make ();
    Offer offer = {.offset = attacks[i].offset,.size = attacks[i].size };

    if (!send_offer (other, &offer, fd)
        || recv (other, &answer, sizeof (answer), 0) != sizeof (answer))
      return FALSE;
    if (fd >= 0)
      close (fd);
    answer.why[sizeof (answer.why) - 1] = '\0';
    g_print ("%s: %s\n", attacks[i].name, answer.why);
    good = good && answer.refused == (gint) attacks[i].error;
  }
  return good;
}

static gint
make_frames (gint other)
{
  Sender sender = {.other = other,.blocks = g_hash_table_new (NULL, NULL) };
  guint frames = send_frames (&sender);
  gboolean good = attack (other);

  /* the end; what the other process says then is wrong */
  send_offer (other, &(Offer) {
      0}, -1);
  while (wait_for_answer (&sender));
  g_print ("%u frames in %u blocks, %u seen as they were made; %u answers"
      " were wrong\n", frames, g_hash_table_size (sender.blocks), sender.seen,
      sender.wrong);
  good = good && frames == FRAMES && sender.seen == FRAMES && sender.wrong == 3
      && g_hash_table_size (sender.blocks) <= HELD;
  g_hash_table_unref (sender.blocks);
  gst_ks_trim_all ();
  return good ? 0 : 1;
}

int
main (int argc, char **argv)
{
  gint ends[2], status = 1, result;

  /* Two programs in one; the socket could have a name as well. */
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    g_error ("no socket: %s", g_strerror (errno));
  pid_t child = fork ();
  close (ends[child != 0]);
  gst_init (&argc, &argv);
  if (child == 0)
    return read_frames (ends[1]);
  result = make_frames (ends[0]);
  close (ends[0]);
  waitpid (child, &status, 0);
  return result == 0 && status == 0 ? 0 : 1;
}
