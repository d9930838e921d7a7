/* GstKsWindow: one mapping of a card's memory, from which blocks are cut.
 *
 * We are the allocator of this memory, so there may be one window on it and
 * no more: in a process those who open it share it, and other processes are
 * kept out by a lock on the file, which the kernel drops when we die.
 *
 * The mapping lies at a multiple of its own size, up to 1 GiB, so that what
 * is aligned in the memory is aligned in the address space as well.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssaferange.h"
#include "gstkspci.h"
#include "gstkswindowprivate.h"

#include <gst/ks/gstkslock.h>
#include <gst/ks/gstkssize.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_ALIGN ((gsize) 1 << 30)
#define MOST_TRIES 8

struct _GstKsWindow
{
  gatomicrefcount refs;         /* the last one goes under windows_lock */
  gchar *name, *path, *lock_path;
  pid_t pid;                    /* who opened it; a fork has it and may not use it */
  gint lock_fd;
  guint8 *data;
  gsize size;
  GstKsSafeRange *guard;

  GMutex lock;                  /* below */
  GstKsSubrange *blocks;
};

static GMutex windows_lock;
static GHashTable *windows;     /* lock_path -> window, borrowed */

/* --- mapping --- */

/* As aligned as the memory itself may be, but not for any price. */
static gsize
address_align (const GstKsWindowSpec * spec)
{
  gsize align = MAX (spec->align, (gsize) sysconf (_SC_PAGESIZE));

  while (align < MOST_ALIGN && align < spec->size)
    align *= 2;
  return align;
}

/* An aligned place where nothing is; somebody may take it first. NULL: no
 * address space; errno is set. */
static guint8 *
find_place (gsize size, gsize align)
{
  gsize span;
  guint8 *base;

  if (!gst_ks_size_add (size, align, &span)) {
    errno = ENOMEM;
    return NULL;
  }
  base = mmap (NULL, span, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED)
    return NULL;
  (void) munmap (base, span);
  return base + (-(guintptr) base & (align - 1));
}

/* What is there already is never mapped over, since a refusal would leave a
 * gap where it was. NULL: errno is set. */
static guint8 *
map_aligned (gint fd, gsize size, gsize align)
{
  guint8 *data = MAP_FAILED;

  for (guint i = 0; i < MOST_TRIES; i++) {
    guint8 *place = find_place (size, align);

    if (place == NULL)
      return NULL;
    data = mmap (place, size, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
    if (data != MAP_FAILED || errno != EEXIST)
      break;
  }
  return data == MAP_FAILED ? NULL : data;
}

static gchar *
map_reason (const GstKsWindowSpec * spec, gint cause)
{
  return g_strdup_printf ("cannot map %" G_GSIZE_FORMAT " bytes of %s (%s): "
      "%s%s", spec->size, spec->name, spec->path, g_strerror (cause),
      cause == EINVAL ? "; a driver of the kernel may own it, see /proc/iomem" :
      cause == ENOMEM ? "; the address space may be limited, see ulimit -v" :
      "");
}

static gboolean
window_map (GstKsWindow * self, const GstKsWindowSpec * spec, GError ** error)
{
  gint fd = open (spec->path, O_RDWR | O_CLOEXEC);
  g_autofree gchar *reason = NULL;

  if (fd < 0) {
    reason = gst_ks_open_reason (spec->path, errno, spec->remedy);
  } else {
    self->size = spec->size;
    self->data = map_aligned (fd, spec->size, address_align (spec));
    if (self->data == NULL)
      reason = map_reason (spec, errno);
    else if (!(self->guard = gst_ks_safe_range_add (self->data, self->size)))
      reason = g_strdup ("more cards are open than can be watched");
    (void) close (fd);
  }
  if (reason != NULL)
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, reason);
  return reason == NULL;
}

/* --- opening --- */

/* Half of one as well. A fork holds the lock with us, and may live longer; it
 * must not drop ours either. */
static void
window_free (GstKsWindow * self)
{
  if (self->guard != NULL)
    gst_ks_safe_range_remove (self->guard);
  if (self->data != NULL)
    (void) munmap (self->data, self->size);
  if (self->lock_fd >= 0 && self->pid == getpid ())
    (void) flock (self->lock_fd, LOCK_UN);
  if (self->lock_fd >= 0)
    (void) close (self->lock_fd);
  gst_ks_subrange_free (self->blocks);
  g_mutex_clear (&self->lock);
  g_free (self->name);
  g_free (self->path);
  g_free (self->lock_path);
  g_free (self);
}

static GstKsWindow *
window_new (const GstKsWindowSpec * spec, GError ** error)
{
  GstKsWindow *self = g_new0 (GstKsWindow, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->name = g_strdup (spec->name);
  self->path = g_strdup (spec->path);
  self->lock_path = g_strdup (spec->lock_path);
  self->pid = getpid ();
  self->lock_fd = gst_ks_window_lock (spec, error);
  if (self->lock_fd >= 0 && window_map (self, spec, error)) {
    self->blocks = gst_ks_subrange_new ((guintptr) self->data, self->size);
    return self;
  }
  window_free (self);
  return NULL;
}

/* NULL: the memory is open in another way. */
static GstKsWindow *
window_share (GstKsWindow * self, const GstKsWindowSpec * spec, GError ** error)
{
  if (g_str_equal (self->path, spec->path))
    return gst_ks_window_ref (self);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "this process has %s open as %s already and cannot have it as %s as "
      "well; use one of both", self->name, self->path, spec->path);
  return NULL;
}

/* windows_lock is held. */
static void
window_forget (GstKsWindow * self)
{
  if (windows != NULL && g_hash_table_lookup (windows, self->lock_path) == self)
    g_hash_table_remove (windows, self->lock_path);
}

GstKsWindow *
gst_ks_window_open (const GstKsWindowSpec * spec, GError ** error)
{
  GstKsWindow *self;

  gst_ks_mutex_lock (&windows_lock);
  if (windows == NULL)
    windows = g_hash_table_new (g_str_hash, g_str_equal);
  self = g_hash_table_lookup (windows, spec->lock_path);
  if (self != NULL && self->pid == getpid ()) {
    self = window_share (self, spec, error);
  } else {
    self = window_new (spec, error);
    if (self != NULL)
      g_hash_table_replace (windows, self->lock_path, self);
  }
  gst_ks_mutex_unlock (&windows_lock);
  return self;
}

GstKsWindow *
gst_ks_window_ref (GstKsWindow * self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/* The file is unlocked before others may open it again. */
void
gst_ks_window_unref (GstKsWindow * self)
{
  gst_ks_mutex_lock (&windows_lock);
  if (g_atomic_ref_count_dec (&self->refs)) {
    window_forget (self);
    window_free (self);
  }
  gst_ks_mutex_unlock (&windows_lock);
}

gsize
gst_ks_window_get_size (const GstKsWindow * self)
{
  return self->size;
}

/* --- the card may go --- */

/* From then on it is somebody else's memory that is behind the path, if any. */
gboolean
gst_ks_window_check_gone (GstKsWindow * self)
{
  if (!gst_ks_safe_range_is_detached (self->guard)
      && !gst_ks_sysfs_is_gone (self->lock_path))
    return FALSE;
  gst_ks_safe_range_detach (self->guard);
  gst_ks_mutex_lock (&windows_lock);
  window_forget (self);
  gst_ks_mutex_unlock (&windows_lock);
  return TRUE;
}

GError *
gst_ks_window_new_gone_error (GstKsWindow * self)
{
  return g_error_new (GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s is gone: the card was unplugged or its driver unbound (%s); frames "
      "that are out can still be freed, what is in them is lost; plug it in and "
      "restart the program", self->name, self->path);
}

/* --- blocks --- */

static void
set_full_error (GstKsWindow * self, const GstKsBlock * block, GError ** error)
{
  GstKsSubrangeStats stats;

  gst_ks_subrange_get_stats (self->blocks, &stats);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
      "%s has no room for a frame of %" G_GSIZE_FORMAT " bytes at alignment %"
      G_GSIZE_FORMAT ": %" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT " bytes "
      "are available, %" G_GSIZE_FORMAT " of them in one piece, %u frames have "
      "the rest; hold fewer or smaller frames", self->name, block->size,
      block->align, stats.free, stats.total, stats.largest_hole,
      stats.n_blocks);
}

gboolean
gst_ks_window_take (GstKsWindow * self, GstKsBlock * block, GError ** error)
{
  gsize offset = 0;
  gboolean taken;

  if (self->pid != getpid ()) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "%s belongs to process %d, of which this one is a fork; open it after "
        "the fork", self->name, (gint) self->pid);
    return FALSE;
  }
  gst_ks_mutex_lock (&self->lock);
  taken = gst_ks_subrange_take (self->blocks, block->size, block->align,
      &offset);
  if (!taken)
    set_full_error (self, block, error);
  gst_ks_mutex_unlock (&self->lock);
  if (taken)
    block->data = self->data + offset;
  return taken;
}

void
gst_ks_window_give (GstKsWindow * self, GstKsBlock * block)
{
  gsize offset = (guint8 *) block->data - self->data;
  gboolean known;

  gst_ks_mutex_lock (&self->lock);
  known = gst_ks_subrange_give (self->blocks, offset, block->size);
  gst_ks_mutex_unlock (&self->lock);
  if (!known)
    g_critical ("release of a block that acquire did not make");
}

/* Free what it returns. */
gpointer
gst_ks_window_look (GstKsWindow * self, GstKsWindowLook look)
{
  gpointer seen;

  gst_ks_mutex_lock (&self->lock);
  seen = look (self->blocks);
  gst_ks_mutex_unlock (&self->lock);
  return seen;
}

static gpointer
look_text (const GstKsSubrange * blocks)
{
  return gst_ks_subrange_to_text (blocks);
}

gchar *
gst_ks_window_get_note (GstKsWindow * self)
{
  g_autofree gchar *picture = gst_ks_window_look (self, look_text);
  gboolean combined = g_str_has_suffix (self->path, "_wc");

  *strchr (picture, '\n') = '\0';
  return g_strdup_printf ("%s%s; used: %s", self->name,
      combined ? ", writes are combined" : "", picture);
}
