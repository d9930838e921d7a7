/* A DRM card that makes dumb buffers: how it is found, what its driver makes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksallocator.h>

G_BEGIN_DECLS

typedef struct
{
  gint fd;
  gchar *path;
  gchar *driver;
  gboolean prime;               /* buffers are exported as dma-bufs */
  guint byte_bits;              /* bits a pixel of the row that bytes are made of */

  GMutex lock;                  /* the rest */
  GHashTable *pitches;          /* "WIDTH@BITS" to guint32 in a pointer; 0: refused */
} KsDrmCard;

/* What a driver is asked for. */
typedef struct
{
  guint32 width, height;
  guint32 bits;                 /* a pixel */
} KsDrmImage;

/* device: a path, cardN, a driver's name, or NULL: the first that works. */
KsDrmCard * ks_drm_card_open (const gchar *device, GError **error);
void        ks_drm_card_close (KsDrmCard *card);
gchar **    ks_drm_card_list (void);

/* Bytes a row; 0: the driver refuses. Asked once for each width and depth. */
guint32     ks_drm_card_get_pitch (KsDrmCard *card, guint32 width, guint32 bits);
/* Depths that the driver makes, with formats, for messages. */
gchar *     ks_drm_card_list_depths (KsDrmCard *card);

/* A block of an image; its fd is -1 where the card exports nothing. */
gboolean    ks_drm_card_make (KsDrmCard *card, const KsDrmImage *image, GstKsBlock *block, GError **error);
void        ks_drm_card_unmake (KsDrmCard *card, GstKsBlock *block);

G_END_DECLS
