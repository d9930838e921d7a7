/* What tests of the store and of kinds share: a counter read, a frame taken, bytes set and compared.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

static inline guint64
stat_of (GstAllocator * allocator, const gchar * field)
{
  GstStructure *stats = gst_ks_allocator_get_stats (allocator);
  guint64 value = G_MAXUINT64;

  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no %s", field);
  gst_structure_free (stats);
  return value;
}

static inline GstMemory *
take (GstAllocator * allocator, GstKsRequest request)
{
  GError *error = NULL;
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, &error);

  g_assert_no_error (error);
  fail_unless (memory != NULL);
  return memory;
}

static inline gsize
memory_set (GstMemory * memory, gsize offset, guint8 value, gsize size)
{
  GstMapInfo info;

  fail_unless (gst_memory_map (memory, &info, GST_MAP_WRITE));
  fail_unless (offset + size <= info.size);
  memset (info.data + offset, value, size);
  gst_memory_unmap (memory, &info);
  return size;
}

static inline gint
memory_compare (GstMemory * memory, gsize offset, gconstpointer with,
    gsize size)
{
  GstMapInfo info;
  gint result;

  fail_unless (gst_memory_map (memory, &info, GST_MAP_READ));
  fail_unless (offset + size <= info.size);
  result = memcmp (info.data + offset, with, size);
  gst_memory_unmap (memory, &info);
  return result;
}
