/* The kind huge: pages of 2 MiB, reserved ones or transparent ones.
 *
 * Reserved pages (hugetlbfs) are taken where the administrator set some aside.
 * Otherwise the kernel is asked for transparent ones, and whether it gives any
 * is looked at once, on a probe: memory that silently is ordinary memory is
 * worth an error.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkshuge.h"
#include "gstkshugetouch.h"
#include "gstkslimit.h"
#include "gstksmap.h"
#include "gstkssize.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define THP "/sys/kernel/mm/transparent_hugepage/"

static gint n_reserved, n_transparent;  /* atomic: blocks made so far */

static gchar *
file_text (const gchar * path)
{
  gchar *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) :
      NULL;
}

static gsize
file_number (const gchar * path, gsize otherwise)
{
  g_autofree gchar *text = file_text (path);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* Bytes; what the processor has, 2 MiB on most. */
gsize
gst_ks_huge_granule (void)
{
  static gsize granule;

  if (g_once_init_enter (&granule)) {
    gsize size = file_number (THP "hpage_pmd_size", 2 * 1024 * 1024);

    g_once_init_leave (&granule,
        gst_ks_size_is_power_of_two (size) ? size : 2 * 1024 * 1024);
  }
  return granule;
}

/* kB of huge pages in the mapping that starts at data, by the kernel's word. */
static guint64
huge_kib_at (gconstpointer data)
{
  g_autofree gchar *maps = NULL;
  g_autofree gchar *start =
      g_strdup_printf ("%" G_GINTPTR_MODIFIER "x-", (guintptr) data);
  const gchar *entry, *field;

  if (!g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL))
    return 0;
  entry = strstr (maps, start);
  field = entry != NULL ? strstr (entry, "AnonHugePages:") : NULL;
  return field != NULL ? g_ascii_strtoull (field + 14, NULL, 10) : 0;
}

static void
set_advice_error (gsize size, gint cause, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "no huge pages for a block of %" G_GSIZE_FORMAT " bytes: %s%s; reserve "
      "some with 'sysctl vm.nr_hugepages=N'", size, cause == EINVAL ?
      "the kernel was built without transparent ones" : g_strerror (cause),
      gst_ks_limit_get_hint (cause));
}

/* asked: bytes, for the error */
static gboolean
map_transparent (GstKsBlock * block, gsize asked, GError ** error)
{
  GstKsBlock aligned = *block;

  aligned.align = MAX (block->align, gst_ks_huge_granule ());
  if (!gst_ks_map_block (&aligned, MAP_PRIVATE | MAP_ANONYMOUS, -1, error))
    return FALSE;
  if (madvise (aligned.data, aligned.size, MADV_HUGEPAGE) < 0) {
    set_advice_error (asked, errno, error);
    gst_ks_map_release (&aligned);
    return FALSE;
  }
  block->data = aligned.data;
  return TRUE;
}

static void
set_huge_error (gsize size, GError ** error)
{
  g_autofree gchar *mode = file_text (THP "enabled");
  gsize n_free = file_number ("/sys/kernel/mm/hugepages/hugepages-2048kB/"
      "free_hugepages", 0);

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "no huge pages for a block of %" G_GSIZE_FORMAT " bytes: %"
      G_GSIZE_FORMAT
      " reserved pages of 2 MiB are free and the kernel gives no "
      "transparent ones (" THP "enabled is '%s'); reserve some with 'sysctl "
      "vm.nr_hugepages=N', or 'echo madvise > " THP "enabled'", size, n_free,
      mode != NULL ? mode : "absent");
}

/* A mapping apart from its neighbours, so that smaps has a line for it: the
 * advice alone sets it apart. Any touch will do. */
static gboolean
probe_transparent (gsize asked, GError ** error)
{
  gsize granule = gst_ks_huge_granule ();
  GstKsBlock block = {.size = granule,.align = granule,.fd = -1 };
  guint64 kib;

  if (!map_transparent (&block, asked, error))
    return FALSE;
  *(volatile guint8 *) block.data = 1;
  kib = huge_kib_at (block.data);
  gst_ks_map_release (&block);
  if (kib == 0)
    set_huge_error (asked, error);
  return kib > 0;
}

/* Only success is remembered: a refusal may be due to a busy moment. */
static gboolean
transparent_works (gsize asked, GError ** error)
{
  static gint works;

  if (!g_atomic_int_get (&works)) {
    if (!probe_transparent (asked, error))
      return FALSE;
    g_atomic_int_set (&works, TRUE);
  }
  return TRUE;
}

/* The size is said, because the administrator may have made another one the
 * default, and then neither the block's size nor its release would fit. */
static gboolean
acquire_reserved (GstKsBlock * block)
{
  gint size = g_bit_nth_msf (gst_ks_huge_granule (), -1) << MAP_HUGE_SHIFT;
  GstKsBlock aligned = *block;

  if (block->align > gst_ks_huge_granule ())
    return FALSE;
  /* between fences the address is ours to choose */
  if (block->guard != NULL)
    aligned.align = gst_ks_huge_granule ();
  if (!gst_ks_map_block (&aligned,
          MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | size, -1, NULL))
    return FALSE;
  block->data = aligned.data;
  return TRUE;
}

gboolean
gst_ks_huge_acquire (GstKsBlock * block, gint node, GError ** error)
{
  gboolean reserved = acquire_reserved (block);

  if (!reserved && (!transparent_works (block->size, error)
          || !map_transparent (block, block->size, error)))
    return FALSE;
  if (node >= 0 && !gst_ks_numa_bind (block, node, error)) {
    gst_ks_map_release (block);
    return FALSE;
  }
  gst_ks_huge_touch (block, gst_ks_huge_granule ());
  block->zeroed = TRUE;
  g_atomic_int_inc (reserved ? &n_reserved : &n_transparent);
  return TRUE;
}

void
gst_ks_huge_release (GstKsBlock * block)
{
  gst_ks_map_release (block);
}

/* What this process got so far. */
gchar *
gst_ks_huge_note (void)
{
  return g_strdup_printf ("blocks made of reserved huge pages: %d, of "
      "transparent ones: %d", g_atomic_int_get (&n_reserved),
      g_atomic_int_get (&n_transparent));
}
