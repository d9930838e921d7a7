/* ksobject: KS's allocator object from end to end. Example for those who know KS.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The framing of a pin, edited; the default allocator with callbacks; the event
 * FREEFRAME, the function table and STATUS; at last the allocator on a pin.
 */
#include <gst/ks/gstks.h>

#define FRAME_SIZE 8192
#define N_FRAMES 2

/* --- what a driver has beside its pin descriptor --- */

GST_DECLARE_SIMPLE_FRAMING_EX (capture_framing,
    GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED,
    GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY, N_FRAMES, 63, FRAME_SIZE,
    FRAME_SIZE);

/* KsEdit: a copy is made only if somebody else has the framing too. */
static gboolean
edit_framing (GError ** error)
{
  g_autoptr (GstKsFraming) shared =
      gst_ks_framing_from_abi (&capture_framing, NULL, error);
  g_autoptr (GstKsFraming) own = NULL;
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;
  GstKsFramingItem item;

  if (shared == NULL)
    return FALSE;
  own = gst_ks_framing_make_writable (gst_ks_framing_ref (shared));
  gst_ks_framing_get_item (own, 0, &item);
  item.align = 4096;
  if (!gst_ks_framing_set_item (own, 0, &item, error))
    return FALSE;
  before = gst_ks_framing_to_string (shared);
  after = gst_ks_framing_to_string (own);
  g_print ("as it was: %s\nedited:    %s\n", before, after);
  return TRUE;
}

/* --- the four callbacks of KsCreateDefaultAllocatorEx --- */

typedef struct
{
  gsize size;
  gsize align;
  gint *n_blocks;               /* atomic; the program's */
} Arena;

/* InitializeAllocator: what it makes is the context of the other three. */
static gboolean
arena_initialize (gpointer initialize_context, GstKsAbiFraming framing,
    gpointer * context, GError ** error)
{
  Arena *arena = g_new0 (Arena, 1);

  arena->size = framing.frame_size;
  arena->align = framing.file_alignment + 1;
  arena->n_blocks = initialize_context;
  *context = arena;
  return TRUE;
}

/* DefaultAllocate: any thread, several at once. */
static gpointer
arena_allocate (gpointer context)
{
  Arena *arena = context;

  g_atomic_int_inc (arena->n_blocks);
  return g_aligned_alloc (1, arena->size, arena->align);
}

/* DefaultFree */
static void
arena_free (gpointer context, gpointer frame)
{
  g_aligned_free (frame);
}

/* DeleteAllocator: the allocator and its last frame are gone. */
static void
arena_destroy (gpointer context)
{
  g_free (context);
  g_print ("the allocator is deleted\n");
}

static const GstKsDefaultCallbacks callbacks = {
  arena_initialize, arena_allocate, arena_free, arena_destroy
};

static GstKsPool *
make_allocator (gint * n_blocks, GError ** error)
{
  const GstKsAbiFraming create = {
    .requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    .pool_type = GST_NonPagedPool,
    .frames = N_FRAMES,
    .frame_size = FRAME_SIZE,
    .file_alignment = GST_FILE_64_BYTE_ALIGNMENT
  };
  GstKsPool *pool;

  pool = gst_ks_default_allocator_new (&create, &callbacks, n_blocks, error);
  if (pool == NULL || gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE))
    return pool;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
      "the allocator does not start");
  gst_object_unref (pool);
  return NULL;
}

/* --- the event, the function table, STATUS --- */

/* FREEFRAME, in the thread of the main loop. It is a hint: somebody else may
 * have been quicker, so take until there is none. */
static gboolean
frame_is_free (guint n_returns, gpointer user_data)
{
  g_print ("%u came back\n", n_returns);
  return G_SOURCE_CONTINUE;
}

static gboolean
show_status (GstKsPool * pool, GError ** error)
{
  GstKsAbiStatus status;

  if (!gst_ks_pool_get_ks_status (pool, &status, error))
    return FALSE;
  g_print ("%u of %u frames are out\n", status.allocated_frames,
      status.framing.frames);
  return TRUE;
}

static gboolean
use_directly (GstKsPool * pool, GError ** error)
{
  g_auto (GstKsFunctionTable) table = GST_KS_FUNCTION_TABLE_INIT;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) source = gst_ks_pool_free_frame_source_new (pool, FALSE);
  gpointer frames[N_FRAMES + 1];
  guint n = 0;

  if (!gst_ks_pool_get_function_table (pool, &table, error))
    return FALSE;
  g_source_set_callback (source, G_SOURCE_FUNC (frame_is_free), NULL, NULL);
  g_source_attach (source, context);

  /* NULL at once where ALLOC would wait */
  while (n <= N_FRAMES && (frames[n] = table.allocate_frame (table.token)))
    n++;
  if (!show_status (pool, error))
    return FALSE;
  while (n > 0)
    table.free_frame (table.token, frames[--n]);
  g_main_context_iteration (context, TRUE);
  g_source_destroy (source);
  return show_status (pool, error);
}

/* --- the allocator on a pin --- */

/* KSPROPERTY_STREAM_ALLOCATOR. A get tells only whether a set can be. Elements
 * take frames from it by gst_ks_pin_decide(), see kscard.c. */
static gboolean
assign (GstKsPool * pool, GError ** error)
{
  g_autoptr (GstPad) pad =
      gst_object_ref_sink (gst_pad_new ("out", GST_PAD_SRC));
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);

  g_print ("the pin takes an allocator: %s\n",
      gst_ks_pin_supports_allocator (pin) ? "yes" : "no");
  return gst_ks_pin_set_allocator (pin, pool, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  GstKsPool *pool = NULL;
  gint n_blocks = 0;
  gboolean good;

  gst_init (&argc, &argv);
  good = edit_framing (&error) && (pool = make_allocator (&n_blocks, &error))
      && use_directly (pool, &error) && assign (pool, &error);
  if (!good)
    g_printerr ("%s\n", error->message);
  if (pool != NULL) {
    /* nobody waits any more, and no more events come */
    gst_ks_pool_close (pool);
    gst_object_unref (pool);
  }
  gst_ks_trim_all ();
  g_print ("blocks made: %d\n", n_blocks);
  return good ? 0 : 1;
}
