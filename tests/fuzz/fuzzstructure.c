/* Fuzz target: structures of others. As JSON each is an object that can be
 * read; as the entry of an ALLOCATION query it is a framing or an error, and a
 * pool that it is the configuration of takes it or says no.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/ks/gstksjsonstructure.h"

static void
check_json (const GstStructure * structure)
{
  json_t *json = gst_ks_json_of_structure (structure);
  gchar *text = json_dumps (json, JSON_COMPACT);
  json_t *again;

  g_assert_true (json_is_object (json));
  g_assert_nonnull (text);
  again = json_loads (text, JSON_REJECT_DUPLICATES, NULL);
  g_assert_nonnull (again);
  g_assert_true (json_equal (json, again));
  json_decref (again);
  json_decref (json);
  free (text);
}

/* The entry alone, and beside one of ours, which takes its place. */
static void
check_entry (const GstStructure * structure)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstKsFraming) mine = gst_ks_framing_parse ("system", NULL);
  g_autoptr (GstKsFraming) now = NULL;

  gst_query_add_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE,
      structure);
  framing = gst_ks_query_get_allocation_framing (query, &error);
  fuzz_check_either (framing != NULL, error);
  gst_ks_query_add_allocation_framing (query, mine);
  now = gst_ks_query_get_allocation_framing (query, NULL);
  g_assert_true (gst_ks_framing_equal (mine, now));
}

static void
check_query (const GstStructure * structure)
{
  g_autoptr (GstQuery) query =
      gst_query_new_custom (GST_QUERY_CUSTOM, gst_structure_copy (structure));

  /* no text makes a pad, so none of them is for one */
  g_assert_false (gst_ks_query_parse_framing (query, NULL, NULL));
}

/* A configuration has all of its fields; of others none looks at them. */
static gboolean
take_field (GQuark field, const GValue * value, gpointer config)
{
  const GValue *mine = gst_structure_id_get_value (config, field);

  if (mine == NULL || G_VALUE_TYPE (mine) == G_VALUE_TYPE (value))
    gst_structure_id_set_value (config, field, value);
  return TRUE;
}

static void
check_config (const GstStructure * structure)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("system", NULL,
      NULL);
  g_autoptr (GstBufferPool) pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator,
          NULL, NULL));
  GstStructure *config = gst_buffer_pool_get_config (pool);
  g_autoptr (GstStructure) taken = NULL;
  g_autoptr (GstStructure) again = NULL;

  gst_structure_foreach (structure, take_field, config);
  if (!gst_buffer_pool_set_config (pool, config))
    return;
  taken = gst_buffer_pool_get_config (pool);
  g_assert_true (gst_buffer_pool_set_config (pool, gst_structure_copy (taken)));
  again = gst_buffer_pool_get_config (pool);
  g_assert_true (gst_structure_is_equal (taken, again));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (GstStructure) structure = NULL;

  fuzz_start_gstreamer ();
  fuzz_begin_gstreamer ();
  structure = gst_structure_from_string (text, NULL);
  fuzz_end_gstreamer ();
  if (structure == NULL)
    return 0;
  check_json (structure);
  check_entry (structure);
  check_query (structure);
  check_config (structure);
  return 0;
}
