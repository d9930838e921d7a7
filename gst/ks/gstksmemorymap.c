/* The blocks of all stores at one moment: what there is, in which state, and who has it.
 *
 * Blocks are noted under the locks of their stores, as numbers; names are looked
 * up afterwards. What a block's state is its store knows (idle), or the pool
 * that took it (ready), or nobody: then somebody has it.
 *
 * Who follows the peak is called when a store has made a block, which is when
 * there can be more than ever. Notes are taken when there is more by a part in
 * 256: of few blocks always, of many often enough.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmemorymap.h"
#include "gstksaccountowner.h"
#include "gstkslock.h"
#include "gstksheld.h"
#include "gstkspoolframe.h"
#include "gstksstore.h"
#include "gstksstores.h"

#define VERSION_OF_FORM 1
#define PART_THAT_COUNTS 256

typedef enum
{
  STATE_OUT,
  STATE_READY,
  STATE_IDLE,
  N_STATES
} State;

static const gchar *const state_words[N_STATES] = { "out", "ready", "idle" };

static const gchar *const bytes_fields[N_STATES] = {
  "out-bytes", "ready-bytes", "idle-bytes"
};

typedef struct
{
  State state;
  gsize size;                   /* bytes */
  guint64 owner;                /* id of an account; 0: none */
  guint trail;                  /* its number from 1 on; 0: it has none */
  gboolean is_shared;
  GstClockTime age;             /* ns in this state; NONE: not known */
  GstClockTime made;            /* ns since the block exists */
} Block;

/* All blocks of one device of one kind. */
typedef struct
{
  gchar *kind;                  /* owned */
  gchar *device;                /* owned; may be NULL */
  GArray *blocks;               /* owned; of Block */
} Strip;

/* Reference counted; not changed once they are taken. */
typedef struct
{
  gint64 taken;                 /* monotonic, microseconds */
  guint64 bytes;
  GPtrArray *strips;            /* owned; of Strip */
  GArray *trails;               /* owned; of GstKsTrailCopy */
  GHashTable *owners;           /* owned; id -> name */
  const GstAllocator *last;     /* compared only; whose strip was found last */
  Strip *last_strip;            /* borrowed */
} Notes;

static void
strip_free (gpointer data)
{
  Strip *strip = data;

  g_free (strip->kind);
  g_free (strip->device);
  g_array_unref (strip->blocks);
  g_free (strip);
}

static void
notes_clear (gpointer data)
{
  Notes *notes = data;

  g_ptr_array_unref (notes->strips);
  g_array_unref (notes->trails);
  g_hash_table_unref (notes->owners);
}

static void
notes_unref (Notes * notes)
{
  g_atomic_rc_box_release_full (notes, notes_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notes, notes_unref);

/* --- taking notes, under the locks of the stores --- */

static Strip *
find_strip (Notes * notes, GstAllocator * allocator)
{
  const gchar *kind = gst_ks_allocator_peek_kind (allocator);
  const gchar *device = gst_ks_allocator_peek_device (allocator);
  Strip *strip;

  if (kind == NULL)
    kind = G_OBJECT_TYPE_NAME (allocator);
  for (guint i = 0; i < notes->strips->len; i++) {
    strip = notes->strips->pdata[i];
    if (g_str_equal (strip->kind, kind)
        && g_strcmp0 (strip->device, device) == 0)
      return strip;
  }
  strip = g_new0 (Strip, 1);
  strip->kind = g_strdup (kind);
  strip->device = g_strdup (device);
  strip->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  g_ptr_array_add (notes->strips, strip);
  return strip;
}

/* since: microseconds, of a coarse clock too */
static GstClockTime
age_of (const Notes * notes, gint64 since)
{
  return MAX (notes->taken - since, 0) * GST_USECOND;
}

static void
note_state (Notes * notes, const GstKsFrame * frame, Block * block)
{
  GstMemory *memory = __atomic_load_n (&frame->worn, __ATOMIC_ACQUIRE);
  GstKsPoolLook look;

  if (frame->idle_since != 0) {
    block->state = STATE_IDLE;
    block->age = age_of (notes, frame->idle_since);
    return;
  }
  block->age = age_of (notes, __atomic_load_n (&frame->out_since,
          __ATOMIC_RELAXED));
  if (memory == NULL)           /* it is just being handed out */
    return;
  block->is_shared = GST_MINI_OBJECT_REFCOUNT_VALUE (memory) > 1;
  if (gst_ks_pool_look_at (frame, &look)) {
    block->state = look.ready ? STATE_READY : STATE_OUT;
    block->age = look.trail.age;
    if (!look.ready && look.trail.n_steps > 0) {
      g_array_append_val (notes->trails, look.trail);
      block->trail = notes->trails->len;
    }
  }
}

static void
note_block (const GstKsFrame * frame, gpointer data)
{
  Notes *notes = data;
  Block block = {.state = STATE_OUT,
    .size = __atomic_load_n (&frame->block.size, __ATOMIC_RELAXED),
    .owner = __atomic_load_n (&frame->last_owner, __ATOMIC_RELAXED),
    .made = age_of (notes, frame->made)
  };

  note_state (notes, frame, &block);
  if (block.age != GST_CLOCK_TIME_NONE) /* of a coarse clock */
    block.age = MIN (block.age, block.made);
  if (notes->last != frame->allocator)
    notes->last_strip = find_strip (notes, frame->allocator);
  notes->last = frame->allocator;
  g_array_append_val (notes->last_strip->blocks, block);
  notes->bytes += block.size;
}

static void
note_store (GstKsStore * store, gpointer notes)
{
  (void) gst_ks_store_foreach (store, note_block, notes);
}

static Notes *
notes_take (void)
{
  Notes *notes = g_atomic_rc_box_new0 (Notes);

  notes->strips = g_ptr_array_new_with_free_func (strip_free);
  notes->trails = g_array_new (FALSE, FALSE, sizeof (GstKsTrailCopy));
  notes->taken = g_get_monotonic_time ();
  gst_ks_stores_foreach (note_store, notes);
  notes->owners = gst_ks_account_owner_list ();
  return notes;
}

/* --- notes as a structure --- */

/* NULL: nobody knows. */
static const GstKsHeld *
held_of (const Block * block, const GPtrArray * held)
{
  return block->trail > 0 ? held->pdata[block->trail - 1] : NULL;
}

static gint
compare_holders (const GstKsHeld * a, const GstKsHeld * b)
{
  return g_strcmp0 (a != NULL ? a->holder : NULL, b != NULL ? b->holder : NULL);
}

static gint
compare_blocks (gconstpointer a, gconstpointer b, gpointer held)
{
  const Block *x = a, *y = b;
  gint order;

  if (x->state != y->state)
    return x->state < y->state ? -1 : 1;
  if (x->owner != y->owner)
    return x->owner < y->owner ? -1 : 1;
  order = compare_holders (held_of (x, held), held_of (y, held));
  if (order != 0)
    return order;
  return (x->made < y->made) - (x->made > y->made);
}

static void
add_words (GstStructure * structure, const gchar * field, const gchar * words)
{
  if (words != NULL)
    gst_structure_set (structure, field, G_TYPE_STRING, words, NULL);
}

static GstStructure *
block_structure (const Notes * notes, const Block * block,
    const GPtrArray * held)
{
  const GstKsHeld *holder = held_of (block, held);
  GstStructure *structure = gst_structure_new ("block",
      "state", G_TYPE_STRING, state_words[block->state],
      "size", G_TYPE_UINT64, (guint64) block->size,
      "made", G_TYPE_UINT64, block->made,
      "shared", G_TYPE_BOOLEAN, block->is_shared, NULL);

  if (block->age != GST_CLOCK_TIME_NONE)
    gst_structure_set (structure, "age", G_TYPE_UINT64, block->age, NULL);
  add_words (structure, "owner", g_hash_table_lookup (notes->owners,
          &block->owner));
  if (holder != NULL) {
    add_words (structure, "pad", holder->through);
    add_words (structure, "holder", holder->holder);
  }
  return structure;
}

static void
take_structure (GValue * list, GstStructure * structure)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  gst_value_set_structure (&value, structure);
  gst_structure_free (structure);
  gst_value_array_append_and_take_value (list, &value);
}

/* n: to be added to; of all states */
static void
sum_strip (const Strip * strip, guint64 * n, guint64 * bytes)
{
  for (guint i = 0; i < strip->blocks->len; i++) {
    const Block *block = &g_array_index (strip->blocks, Block, i);

    n[block->state]++;
    bytes[block->state] += block->size;
  }
}

static void
add_sums (GstStructure * structure, const guint64 * n, const guint64 * bytes)
{
  guint64 all = 0, all_bytes = 0;

  for (guint i = 0; i < N_STATES; i++) {
    all += n[i];
    all_bytes += bytes[i];
    gst_structure_set (structure, state_words[i], G_TYPE_UINT64, n[i],
        bytes_fields[i], G_TYPE_UINT64, bytes[i], NULL);
  }
  gst_structure_set (structure, "blocks", G_TYPE_UINT64, all,
      "bytes", G_TYPE_UINT64, all_bytes, NULL);
}

static GstStructure *
strip_structure (const Notes * notes, const Strip * strip, GPtrArray * held)
{
  g_autoptr (GArray) blocks = g_array_copy (strip->blocks);
  GstStructure *structure = gst_structure_new ("kind",
      "kind", G_TYPE_STRING, strip->kind, NULL);
  guint64 n[N_STATES] = { 0 }, bytes[N_STATES] = { 0 };
  GValue list = G_VALUE_INIT;

  add_words (structure, "device", strip->device);
  sum_strip (strip, n, bytes);
  add_sums (structure, n, bytes);
  g_array_sort_with_data (blocks, compare_blocks, held);
  gst_value_array_init (&list, blocks->len);
  for (guint i = 0; i < blocks->len; i++)
    take_structure (&list, block_structure (notes,
            &g_array_index (blocks, Block, i), held));
  gst_structure_take_value (structure, "list", &list);
  return structure;
}

static GstStructure *
notes_structure (const Notes * notes, const gchar * moment)
{
  GstStructure *structure = gst_structure_new ("ks-memory-map",
      "version", G_TYPE_INT, VERSION_OF_FORM,
      "moment", G_TYPE_STRING, moment,
      "ago", G_TYPE_UINT64, (guint64) MAX (g_get_monotonic_time ()
          - notes->taken, 0) * GST_USECOND, NULL);
  g_autoptr (GPtrArray) held = gst_ks_held_find_each (notes->trails);
  guint64 n[N_STATES] = { 0 }, bytes[N_STATES] = { 0 };
  GValue list = G_VALUE_INIT;

  gst_value_array_init (&list, notes->strips->len);
  for (guint i = 0; i < notes->strips->len; i++) {
    sum_strip (notes->strips->pdata[i], n, bytes);
    take_structure (&list, strip_structure (notes, notes->strips->pdata[i],
            held));
  }
  add_sums (structure, n, bytes);
  gst_structure_take_value (structure, "kinds", &list);
  return structure;
}

/**
 * gst_ks_memory_map_get:
 *
 * All blocks that exist now, in all stores of this process. The structure
 * `ks-memory-map` has the fields `version` (int, 1), `moment` (string, `now`),
 * `ago` (guint64, ns since it was taken), the sums, and `kinds`, an array with a
 * structure for each device of each kind that has blocks: `kind`, `device` (where
 * there is one), the sums, and `list`, an array with a structure for each block.
 *
 * Sums are guint64: `blocks` and `bytes` of all, and of each state: `out`,
 * `ready`, `idle`, `out-bytes`, `ready-bytes`, `idle-bytes`.
 *
 * A block has `state`: `out`, somebody has it; `ready`, an active pool keeps it
 * for the next who asks; `idle`, it lies in the store. `size` is guint64, bytes;
 * `made`, guint64, ns since the block exists; `age`, guint64, ns in this state,
 * where that is known: of pools without a cap it is known while
 * gst_ks_memory_map_follow() is on. `owner` is the name of the account that it is
 * charged to, or was last, see gst_ks_account_set_owner(); it is missing where
 * nobody paid, and where that account is gone. Of a pool's frame that is out, where
 * a #GstKsWatch or a negotiator saw it go: `holder` is the pad whose element has it,
 * and `pad` the one that it was pushed through to there. `shared` (boolean): more than one
 * buffer or part refers to its memory object.
 *
 * Other threads go on meanwhile; a block that changes hands may be in either
 * state. Any thread.
 *
 * Returns: (transfer full): a structure
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_memory_map_get (void)
{
  g_autoptr (Notes) notes = notes_take ();

  return notes_structure (notes, "now");
}

/* --- the peak --- */

static GMutex peak_lock;        /* all below; taken before those of the stores */
static gboolean following;
static Notes *peak;             /* owned; NULL: nothing yet */

static void
sum_store (GstKsStore * store, gpointer bytes)
{
  *(guint64 *) bytes += gst_ks_store_foreach (store, NULL, NULL);
}

/* After a store has made a block. */
static void
look_for_peak (void)
{
  guint64 bytes = 0;

  gst_ks_stores_foreach (sum_store, &bytes);
  gst_ks_mutex_lock (&peak_lock);
  if (following && (peak == NULL
          || bytes > peak->bytes + peak->bytes / PART_THAT_COUNTS)) {
    g_clear_pointer (&peak, notes_unref);
    peak = notes_take ();
  }
  gst_ks_mutex_unlock (&peak_lock);
}

/**
 * gst_ks_memory_map_follow:
 * @follow: whether to
 *
 * Notes from now on the moment at which the stores had most bytes, for
 * gst_ks_memory_map_get_peak(), and when each frame went out, so that ages are
 * known. That costs a look at all blocks whenever one is made, and a look at a
 * coarse clock whenever a frame goes out; without it both cost nothing. What was
 * noted before is forgotten. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_memory_map_follow (gboolean follow)
{
  gst_ks_trails_set_dated (follow);
  gst_ks_mutex_lock (&peak_lock);
  following = follow;
  g_clear_pointer (&peak, notes_unref);
  gst_ks_mutex_unlock (&peak_lock);
  gst_ks_stores_set_grew (follow ? look_for_peak : NULL);
}

/**
 * gst_ks_memory_map_get_peak:
 *
 * The blocks at the moment at which there were most bytes of them since
 * gst_ks_memory_map_follow() was called, to a part in 256: when the last block was
 * made because none that was there was free. When there are more now, or nothing
 * was followed, it is the map of now. Any thread.
 *
 * Returns: (transfer full): a structure as of gst_ks_memory_map_get(); `moment`
 *     is `peak` or `now`
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_memory_map_get_peak (void)
{
  g_autoptr (Notes) now = notes_take ();
  g_autoptr (Notes) most = NULL;

  gst_ks_mutex_lock (&peak_lock);
  if (peak != NULL && peak->bytes >= now->bytes)
    most = g_atomic_rc_box_acquire (peak);
  gst_ks_mutex_unlock (&peak_lock);
  return most != NULL ? notes_structure (most, "peak") :
      notes_structure (now, "now");
}
