/* GstKsP2pCard: a PCI card whose memory the kernel hands out by the page.
 *
 * A mapping of the card's file `allocate` is an allocation: it takes as many
 * pages as it is long, always from its start, and unmapping gives them back.
 * Other processes and the kernel's drivers take from the same card.
 *
 * All mappings lie in one range of addresses, reserved when the card is
 * opened, several times its size so that there are always large holes: one
 * range is aligned by us and watched for the card's removal.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksp2pcard.h"
#include "gstkssaferange.h"
#include "gstkspci.h"
#include "gstkssubrange.h"

#include <gst/ks/gstkslock.h>
#include <gst/ks/gstkssize.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define ADDRESSES_PER_BYTE 4

/* A page that small frames share. */
typedef struct
{
  guint8 *data;
  GstKsSubrange *blocks;
} Slab;

struct _GstKsP2pCard
{
  gatomicrefcount refs;
  gchar *bdf, *folder;
  gint fd;                      /* of allocate, or -1 */
  gsize page;
  gsize size;
  guint8 *data;                 /* NULL, or span bytes of addresses */
  gsize span;
  GstKsSafeRange *guard;

  GMutex lock;                  /* below */
  GstKsSubrange *addresses;
  GPtrArray *slabs;             /* of Slab */
};

static gboolean
read_attribute (const GstKsP2pCard * self, const gchar * name, guint64 * value)
{
  g_autofree gchar *path = g_build_filename (self->folder, name, NULL);

  return gst_ks_sysfs_read (path, value);
}

/* --- opening --- */

static gboolean
card_open_file (GstKsP2pCard * self, GError ** error)
{
  g_autofree gchar *path = g_build_filename (self->folder, "allocate", NULL);
  g_autofree gchar *remedy = g_strdup_printf ("run as root, or give it to a "
      "group: chgrp video %s && chmod g+rw %s, in a udev rule for every boot",
      path, path);
  g_autofree gchar *reason = NULL;

  self->fd = open (path, O_RDWR | O_CLOEXEC);
  if (self->fd >= 0)
    return TRUE;
  if (errno == ENOENT)
    reason = g_strdup_printf ("%s is not there: the kernel can allocate this "
        "memory since 6.2", path);
  else
    reason = gst_ks_open_reason (path, errno, remedy);
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, reason);
  return FALSE;
}

static gboolean
card_reserve (GstKsP2pCard * self, GError ** error)
{
  gpointer data = MAP_FAILED;

  if (gst_ks_size_mul (self->size, ADDRESSES_PER_BYTE, &self->span))
    data = mmap (NULL, self->span, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "no address space for the %" G_GSIZE_FORMAT " bytes on %s; raise "
        "'ulimit -v'", self->size, self->bdf);
    return FALSE;
  }
  self->data = data;
  self->addresses = gst_ks_subrange_new ((guintptr) data, self->span);
  self->guard = gst_ks_safe_range_add (data, self->span);
  if (self->guard == NULL)
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "more cards are open than can be watched");
  return self->guard != NULL;
}

static gboolean
card_read_size (GstKsP2pCard * self, GError ** error)
{
  guint64 size = 0;

  (void) read_attribute (self, "size", &size);
  if (!gst_ks_size_take (size - size % self->page, &self->size)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "the card %s has %" G_GUINT64_FORMAT " bytes, more than the addresses "
        "of a program; use one of 64 bits", self->bdf, size);
    return FALSE;
  }
  if (self->size > 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "the card %s says that it has no memory (%s/size)", self->bdf,
      self->folder);
  return FALSE;
}

/* Half of one as well. */
static void
card_free (GstKsP2pCard * self)
{
  if (self->guard != NULL)
    gst_ks_safe_range_remove (self->guard);
  if (self->data != NULL)
    (void) munmap (self->data, self->span);
  if (self->fd >= 0)
    (void) close (self->fd);
  gst_ks_subrange_free (self->addresses);
  g_ptr_array_unref (self->slabs);
  g_mutex_clear (&self->lock);
  g_free (self->bdf);
  g_free (self->folder);
  g_free (self);
}

GstKsP2pCard *
gst_ks_p2p_card_open (const gchar * bdf, const gchar * folder, GError ** error)
{
  GstKsP2pCard *self = g_new0 (GstKsP2pCard, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->bdf = g_strdup (bdf);
  self->folder = g_strdup (folder);
  self->fd = -1;
  self->page = sysconf (_SC_PAGESIZE);
  self->slabs = g_ptr_array_new ();
  if (card_read_size (self, error) && card_open_file (self, error)
      && card_reserve (self, error))
    return self;
  card_free (self);
  return NULL;
}

GstKsP2pCard *
gst_ks_p2p_card_ref (GstKsP2pCard * self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
gst_ks_p2p_card_unref (GstKsP2pCard * self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    card_free (self);
}

const gchar *
gst_ks_p2p_card_peek_bdf (const GstKsP2pCard * self)
{
  return self->bdf;
}

gsize
gst_ks_p2p_card_get_size (const GstKsP2pCard * self)
{
  return self->size;
}

gchar *
gst_ks_p2p_card_get_note (GstKsP2pCard * self)
{
  guint64 available = 0;

  if (!read_attribute (self, "available", &available))
    return NULL;
  return g_strdup_printf ("%s: %" G_GUINT64_FORMAT " of %" G_GSIZE_FORMAT
      " bytes are available, in pages of %" G_GSIZE_FORMAT, self->bdf,
      available, self->size, self->page);
}

/* --- the card may go --- */

gboolean
gst_ks_p2p_card_check_gone (GstKsP2pCard * self)
{
  if (!gst_ks_safe_range_is_detached (self->guard)
      && !gst_ks_sysfs_is_gone (self->folder))
    return FALSE;
  gst_ks_safe_range_detach (self->guard);
  return TRUE;
}

GError *
gst_ks_p2p_card_new_gone_error (GstKsP2pCard * self)
{
  return g_error_new (GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "the memory of the card %s is gone: the card was unplugged or its driver "
      "unbound (%s); frames that are out can still be freed, what is in them is "
      "lost; plug it in and restart the program", self->bdf, self->folder);
}

/* --- pages; the lock is held --- */

static void
set_map_error (GstKsP2pCard * self, gsize size, gint cause, GError ** error)
{
  guint64 available = 0;

  if (cause == ENOMEM && read_attribute (self, "available", &available))
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "the card %s has no room for a frame of %" G_GSIZE_FORMAT " bytes: %"
        G_GUINT64_FORMAT " of its %" G_GSIZE_FORMAT " bytes are available, "
        "and perhaps not in one piece; hold fewer or smaller frames",
        self->bdf, size, available, self->size);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "cannot have %" G_GSIZE_FORMAT " bytes of the card %s: %s", size,
        self->bdf, g_strerror (cause));
}

/* The addresses are nobody's memory again, and still ours. */
static void
unmap_pages (GstKsP2pCard * self, guint8 * data, gsize size)
{
  (void) mmap (data, size, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  (void) gst_ks_subrange_give (self->addresses, data - self->data, size);
}

/* Mapped anywhere first: a refusal to map over what is there would leave a gap
 * in our range. 0, or what errno says. */
static gint
map_into (GstKsP2pCard * self, guint8 * at, gsize size)
{
  gpointer anywhere = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
      self->fd, 0);
  gint cause = 0;

  if (anywhere == MAP_FAILED)
    return errno;
  if (mremap (anywhere, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
          at) == MAP_FAILED) {
    cause = errno;
    (void) munmap (anywhere, size);
  }
  return cause;
}

static guint8 *
map_pages (GstKsP2pCard * self, gsize size, gsize align, GError ** error)
{
  gsize offset = 0;
  gint cause;

  if (!gst_ks_subrange_take (self->addresses, size, align, &offset)) {
    set_map_error (self, size, ENOMEM, error);
    return NULL;
  }
  cause = map_into (self, self->data + offset, size);
  if (cause == 0)
    return self->data + offset;
  set_map_error (self, size, cause, error);
  unmap_pages (self, self->data + offset, size);
  return NULL;
}

/* --- small frames; the lock is held --- */

static gboolean
is_small (const GstKsP2pCard * self, const GstKsBlock * block)
{
  return MAX (block->size, block->align) <= self->page / 2;
}

static Slab *
slab_new (GstKsP2pCard * self, GError ** error)
{
  guint8 *data = map_pages (self, self->page, self->page, error);
  Slab *slab;

  if (data == NULL)
    return NULL;
  slab = g_new0 (Slab, 1);
  slab->data = data;
  slab->blocks = gst_ks_subrange_new ((guintptr) data, self->page);
  g_ptr_array_add (self->slabs, slab);
  return slab;
}

static gpointer
take_small (GstKsP2pCard * self, const GstKsBlock * block, GError ** error)
{
  gsize offset = 0;
  Slab *slab;

  for (guint i = 0; i < self->slabs->len; i++) {
    slab = g_ptr_array_index (self->slabs, i);
    if (gst_ks_subrange_take (slab->blocks, block->size, block->align, &offset))
      return slab->data + offset;
  }
  slab = slab_new (self, error);
  if (slab == NULL)
    return NULL;
  (void) gst_ks_subrange_take (slab->blocks, block->size, block->align,
      &offset);
  return slab->data + offset;
}

/* An empty page goes back to the card. */
static void
give_small (GstKsP2pCard * self, const GstKsBlock * block)
{
  gsize in_page = (guintptr) block->data & (self->page - 1);
  guint8 *data = (guint8 *) block->data - in_page;
  GstKsSubrangeStats stats;

  for (guint i = 0; i < self->slabs->len; i++) {
    Slab *slab = g_ptr_array_index (self->slabs, i);

    if (slab->data != data)
      continue;
    (void) gst_ks_subrange_give (slab->blocks, in_page, block->size);
    gst_ks_subrange_get_stats (slab->blocks, &stats);
    if (stats.n_blocks > 0)
      return;
    unmap_pages (self, data, self->page);
    gst_ks_subrange_free (slab->blocks);
    g_free (slab);
    g_ptr_array_remove_index_fast (self->slabs, i);
    return;
  }
}

/* --- blocks --- */

gboolean
gst_ks_p2p_card_take (GstKsP2pCard * self, GstKsBlock * block, GError ** error)
{
  gpointer data = NULL;
  gsize size = 0;

  gst_ks_mutex_lock (&self->lock);
  if (is_small (self, block))
    data = take_small (self, block, error);
  else if (gst_ks_size_round_up (block->size, self->page, &size))
    data = map_pages (self, size, MAX (block->align, self->page), error);
  gst_ks_mutex_unlock (&self->lock);
  if (data != NULL)
    block->data = data;
  return data != NULL;
}

void
gst_ks_p2p_card_give (GstKsP2pCard * self, GstKsBlock * block)
{
  gsize size = 0;

  gst_ks_mutex_lock (&self->lock);
  if (is_small (self, block))
    give_small (self, block);
  else if (gst_ks_size_round_up (block->size, self->page, &size))
    unmap_pages (self, block->data, size);
  gst_ks_mutex_unlock (&self->lock);
}
