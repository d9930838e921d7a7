/* Frames of a kind, straight from its allocator: alignment, reuse, a budget, trimming.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#define FRAME (1920 * 1080 * 4)

static guint64
stat_of (GstAllocator * allocator, const gchar * name)
{
  g_autoptr (GstStructure) stats = gst_ks_allocator_get_stats (allocator);
  guint64 value = 0;

  gst_structure_get_uint64 (stats, name, &value);
  return value;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) allocator = NULL;
  GstKsAccount *account;
  GstMemory *first, *second;

  gst_init (&argc, &argv);
  gst_ks_init ();

  /* Any kind word; the message says which kinds there are. */
  allocator = gst_ks_allocator_get ("system", NULL, &error);
  if (allocator == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }

  /* One frame fits into this budget, two do not. */
  account = gst_ks_account_new (FRAME + FRAME / 2);
  GstKsRequest request = {.size = FRAME,.align = 4096,.account = account };

  first = gst_ks_allocator_alloc (allocator, &request, &error);
  g_assert (first != NULL);
  second = gst_ks_allocator_alloc (allocator, &request, &error);
  g_assert (second == NULL);
  g_print ("refused: %s\n", error->message);

  /* What is let go is reused, whoever held it last. */
  gst_memory_unref (first);
  second = gst_ks_allocator_alloc (allocator, &request, NULL);
  g_assert (second != NULL);
  g_print ("blocks made: %" G_GUINT64_FORMAT ", reused: %" G_GUINT64_FORMAT
      "\n", stat_of (allocator, "fresh"), stat_of (allocator, "reused"));
  gst_memory_unref (second);

  /* Idle blocks go by themselves after a while; this is at once. */
  gst_ks_allocator_trim (allocator);
  g_print ("blocks left: %" G_GUINT64_FORMAT "\n", stat_of (allocator, "live"));
  gst_ks_account_unref (account);
  return 0;
}
