/* How the two ends of share.c talk: a frame goes as a descriptor, and comes back as a number.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A frame: the descriptor goes beside it. */
typedef struct
{
  guint64 offset;               /* bytes, where in the file the frame begins */
  guint64 size;                 /* bytes */
  guint32 slot;                 /* the sender's number for it */
} Offer;

/* The receiver is done with it, or did not take it. */
typedef struct
{
  guint64 inode;                /* of the file that was mapped */
  guint32 slot;
  guint32 sum;                  /* of the bytes that it saw */
  gint32 refused;               /* -1: taken; else a GstKsError */
  gchar why[200];
} Answer;

/* fd -1: none goes along. */
static inline gboolean
send_offer (gint to, const Offer *offer, gint fd)
{
  union { struct cmsghdr header; gchar room[CMSG_SPACE (sizeof (gint))]; } control = { 0 };
  struct iovec part = {.iov_base = (gpointer) offer,.iov_len = sizeof (*offer) };
  struct msghdr message = {.msg_iov = &part,.msg_iovlen = 1 };

  if (fd >= 0) {
    message.msg_control = control.room;
    message.msg_controllen = sizeof (control.room);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN (sizeof (gint));
    memcpy (CMSG_DATA (&control.header), &fd, sizeof (fd));
  }
  return sendmsg (to, &message, MSG_NOSIGNAL) == sizeof (*offer);
}

/* There is room for one descriptor: the kernel closes what is more. */
static inline gboolean
receive_offer (gint from, Offer *offer, gint *fd)
{
  union { struct cmsghdr header; gchar room[CMSG_SPACE (sizeof (gint))]; } control = { 0 };
  struct iovec part = {.iov_base = offer,.iov_len = sizeof (*offer) };
  struct msghdr message = {.msg_iov = &part,.msg_iovlen = 1,
    .msg_control = control.room,.msg_controllen = sizeof (control.room)
  };
  gssize length = recvmsg (from, &message, MSG_CMSG_CLOEXEC);
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  *fd = -1;
  if (header && header->cmsg_level == SOL_SOCKET
      && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN (sizeof (gint)))
    memcpy (fd, CMSG_DATA (header), sizeof (*fd));
  if (length == sizeof (*offer))
    return TRUE;
  if (*fd >= 0)
    close (*fd);
  return FALSE;
}
