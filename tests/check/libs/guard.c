/* Guarded frames are where they shall be, and what was written around them is found.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "recyclertypes.h"

#include <gst/check/gstcheck.h>
#include <string.h>
#include <sys/mman.h>

static const gchar *const kinds[] = { "system", "locked", "huge", "shared" };
static const GstKsGuard modes[] = { GST_KS_GUARD_PATTERN, GST_KS_GUARD_PAGES };

/* NULL: this machine gives none, which is said. */
static GstMemory *
make (GstAllocator * allocator, const GstKsRequest * request)
{
  g_autoptr (GError) error = NULL;
  GstMemory *memory = gst_ks_allocator_alloc (allocator, request, &error);

  fail_unless (memory != NULL || error->code == GST_KS_ERROR_LIMIT
      || error->code == GST_KS_ERROR_UNAVAILABLE, "%s", error->message);
  if (memory == NULL)
    g_printerr ("left out: %s\n", error->message);
  return memory;
}

static GstAllocator *
allocator_of (const gchar * kind)
{
  GstAllocator *allocator = gst_ks_allocator_get (kind, NULL, NULL);

  fail_unless (allocator != NULL);
  return allocator;
}

static guint64
count_faults (void)
{
  g_autoptr (GstStructure) stats = gst_ks_guard_get_stats ();
  guint64 faults = 0;

  fail_unless (gst_structure_get_uint64 (stats, "faults", &faults));
  return faults;
}

/* "" : none */
static gchar *
last_fault (void)
{
  g_autoptr (GstStructure) stats = gst_ks_guard_get_stats ();
  const gchar *last = gst_structure_get_string (stats, "last");

  return g_strdup (last ? last : "");
}

/* Where nobody listens a fault is a warning, which would end the test. */
static void
no_warning (const gchar * domain, GLogLevelFlags level, const gchar * text,
    gpointer user_data)
{
  fail_unless (strstr (text, "ksallocator guard: ") != NULL, "%s", text);
}

typedef struct
{
  GLogFunc handler;
  GLogLevelFlags fatal;
} Muted;

static Muted
mute (void)
{
  return (Muted) {
  g_log_set_default_handler (no_warning, NULL),
        g_log_set_always_fatal (G_LOG_LEVEL_ERROR)};
}

static void
unmute (Muted muted)
{
  (void) g_log_set_default_handler (muted.handler, NULL);
  (void) g_log_set_always_fatal (muted.fatal);
}

/* --- where frames are --- */

typedef struct
{
  gsize size, align, prefix, padding;   /* bytes */
} PlaceRow;

static const PlaceRow places[] = {
  {1, 1, 0, 0}, {100, 1, 0, 0}, {4096, 1, 0, 0}, {4097, 64, 0, 0},
  {3110400, 16, 0, 0}, {5000, 4096, 64, 1}, {5000, 64, 4096, 4096},
  {70000, 8192, 1, 1}, {12288, 256, 33, 7},
};

static void
check_place (GstMemory * memory, const PlaceRow * row)
{
  gsize offset, maxsize, size = gst_memory_get_sizes (memory, &offset,
      &maxsize);
  GstMapInfo map;

  fail_unless_equals_int64 (size, row->size);
  fail_unless_equals_int64 (offset, row->prefix);
  fail_unless_equals_int64 (maxsize, row->prefix + row->size + row->padding);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  fail_unless_equals_int64 (((guintptr) map.data - row->prefix)
      & (row->align - 1), 0);
  memset (map.data - row->prefix, 0x77, maxsize);
  gst_memory_unmap (memory, &map);
}

/* Three times, so that the third is the first's block again. */
static void
check_places (const gchar * kind, GstKsGuard mode, const PlaceRow * row)
{
  g_autoptr (GstAllocator) allocator = allocator_of (kind);
  GstKsRequest request = {.size = row->size,.align = row->align,
    .prefix = row->prefix,.padding = row->padding,.guard = mode
  };

  for (guint i = 0; i < 3; i++) {
    GstMemory *memory = make (allocator, &request);

    if (memory == NULL)
      return;
    fail_unless_equals_int (gst_ks_memory_is_reused (memory), i > 0);
    check_place (memory, row);
    gst_memory_unref (memory);
  }
  gst_ks_allocator_trim (allocator);
}

GST_START_TEST (test_frames_are_in_place)
{
  const PlaceRow *row = &places[__i__];
  guint64 before = count_faults ();

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
      check_places (kinds[k], modes[m], row);
  fail_unless_equals_int64 (count_faults (), before);
}

GST_END_TEST;

/* The protection that the kernel has for address; "" : nothing is mapped. */
static gchar *
protection_at (guintptr address)
{
  g_autofree gchar *maps = NULL;
  g_auto (GStrv) lines = NULL;

  fail_unless (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    gchar *rest = NULL;
    guint64 from = g_ascii_strtoull (lines[i], &rest, 16);
    guint64 to = g_ascii_strtoull (rest + 1, &rest, 16);

    if (address >= from && address < to)
      return g_strndup (rest + 1, 3);
  }
  return g_strdup ("");
}

static void
check_protection (guintptr address, const gchar * wanted)
{
  g_autofree gchar *protection = protection_at (address);

  fail_unless_equals_string (protection, wanted);
}

/* In mode pages the frame ends where nothing can be touched, as near as its
 * alignment allows; with a descriptor it begins there. */
GST_START_TEST (test_pages_stand_around)
{
  g_autoptr (GstAllocator) allocator = allocator_of (kinds[__i__]);
  gboolean has_fd = strcmp (kinds[__i__], "shared") == 0;
  GstKsRequest request = {.size = 5008,.align = 16,.guard = GST_KS_GUARD_PAGES
  };
  g_autoptr (GstMemory) memory = make (allocator, &request);
  guintptr at;
  GstMapInfo map;

  if (memory == NULL)
    return;
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  at = (guintptr) map.data;
  gst_memory_unmap (memory, &map);
  check_protection (at, "rw-");
  check_protection (at + 5007, "rw-");
  if (has_fd)
    check_protection (at - 1, "---");
  else
    check_protection (at + 5008, "---");
  g_clear_pointer (&memory, gst_memory_unref);
  check_protection (at, "---");
  check_protection (at + 5007, "---");
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

/* --- what is found --- */

typedef struct
{
  gssize offset;                /* from the frame's start */
  gboolean late;                /* after it came back */
  const gchar *said;
} HitRow;

/* The frame has 8192 bytes, which are whole pages. */
static const HitRow hits[] = {
  {8192, FALSE, "was written 0 bytes after its end, over 1 byte;"},
  {8192 + 4095, FALSE, "was written 4095 bytes after its end"},
  {-1, FALSE, "was written 1 bytes before its start"},
  {-4096, FALSE, "was written 4096 bytes before its start"},
  {0, TRUE, "was written after it was given back, 0 bytes after its start"},
  {8191, TRUE,
      "was written after it was given back, 8191 bytes after its start"},
};

static guint8 *
data_of (GstMemory * memory)
{
  GstMapInfo map;
  guint8 *data;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  data = map.data;
  gst_memory_unmap (memory, &map);
  return data;
}

static void
hit (guint8 * data, const HitRow * row)
{
  data[row->offset] ^= 1;
}

static void
check_hit (const gchar * kind, const HitRow * row, gboolean by_check)
{
  g_autoptr (GstAllocator) allocator = allocator_of (kind);
  GstKsRequest request = {.size = 8192,.guard = GST_KS_GUARD_PATTERN,
    .owner = "the test"
  };
  guint64 before = count_faults ();
  GstMemory *memory = make (allocator, &request);
  g_autofree gchar *last = NULL;
  guint8 *data = data_of (memory);

  if (!row->late)
    hit (data, row);
  if (by_check && !row->late)
    fail_unless_equals_int (gst_ks_guard_check (), 1);
  gst_memory_unref (memory);
  if (row->late)
    hit (data, row);
  if (by_check && row->late)
    fail_unless_equals_int (gst_ks_guard_check (), 1);
  fail_unless_equals_int (gst_ks_guard_check (), !by_check && row->late);
  gst_memory_unref (make (allocator, &request));
  fail_unless_equals_int64 (count_faults (), before + 1);
  last = last_fault ();
  fail_unless (strstr (last, row->said) != NULL, "%s", last);
  fail_unless (strstr (last, "the test gave it to thread '") != NULL, "%s",
      last);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_int64 (count_faults (), before + 1);
}

GST_START_TEST (test_writes_are_found)
{
  Muted muted = mute ();

  check_hit ("system", &hits[__i__], FALSE);
  check_hit ("system", &hits[__i__], TRUE);
  check_hit ("shared", &hits[__i__], FALSE);
  unmute (muted);
}

GST_END_TEST;

/* Memory of others has no pages around it: mode pages is as good as pattern. */
static gpointer
heap_acquire (gsize size, gsize align, gpointer user_data)
{
  gpointer data = NULL;

  return posix_memalign (&data, MAX (align, 16), size) == 0 ? data : NULL;
}

static void
heap_release (gpointer data, gsize size, gpointer user_data)
{
  free (data);
}

GST_START_TEST (test_external_memory_is_guarded)
{
  const GstKsExternal external = { heap_acquire, heap_release, NULL };
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_new_external (&external, NULL, NULL);
  GstKsRequest request = {.size = 1000,.align = 64,.guard = modes[__i__] };
  Muted muted = mute ();
  GstMemory *memory = make (allocator, &request);
  guint8 *data = data_of (memory);
  guint64 before = count_faults ();

  fail_unless_equals_int64 ((guintptr) data & 63, 0);
  data[-1] ^= 1;
  gst_memory_unref (memory);
  fail_unless_equals_int64 (count_faults (), before + 1);
  memory = make (allocator, &request);
  fail_unless (data_of (memory) == data);
  data[1000] ^= 1;
  gst_memory_unref (memory);
  fail_unless_equals_int64 (count_faults (), before + 2);
  data[500] ^= 1;
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_int64 (count_faults (), before + 3);
  unmute (muted);
}

GST_END_TEST;

/* Objects of a type of their own know by themselves where their bytes are. */
GST_START_TEST (test_objects_of_others_are_guarded)
{
  g_autoptr (GstAllocator) allocator =
      gst_object_ref_sink (g_object_new (test_parted_get_type (), NULL));
  GstKsRequest request = {.size = 1000,.align = 64,.prefix = 10,
    .padding = 20,.guard = modes[__i__]
  };
  guint64 before = count_faults ();
  Muted muted = mute ();
  GstMemory *memory = make (allocator, &request);

  memset (recycler_bytes (memory) - 10, 0x77, 1030);
  gst_memory_unref (memory);
  fail_unless_equals_int64 (count_faults (), before);
  memory = make (allocator, &request);
  recycler_bytes (memory)[1020] ^= 1;
  gst_memory_unref (memory);
  fail_unless_equals_int64 (count_faults (), before + 1);
  unmute (muted);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

typedef struct
{
  const gchar *kind;            /* NULL: of nobody's */
    GType (*type) (void);       /* of its own; NULL: external */
  GstKsGuard asked, found;
  const gchar *why;             /* NULL: it is what was asked */
} FoundRow;

static const FoundRow founds[] = {
  {"system", NULL, GST_KS_GUARD_PAGES, GST_KS_GUARD_PAGES, NULL},
  {"shared", NULL, GST_KS_GUARD_PATTERN, GST_KS_GUARD_PATTERN, NULL},
  {"system", NULL, GST_KS_GUARD_DEFAULT, GST_KS_GUARD_OFF, NULL},
  {NULL, NULL, GST_KS_GUARD_PATTERN, GST_KS_GUARD_PATTERN, NULL},
  {NULL, NULL, GST_KS_GUARD_PAGES, GST_KS_GUARD_PATTERN,
      "their owner maps them"},
  {NULL, test_parted_get_type, GST_KS_GUARD_PATTERN, GST_KS_GUARD_PATTERN,
      NULL},
  {NULL, test_whole_get_type, GST_KS_GUARD_PAGES, GST_KS_GUARD_OFF,
      "each is one object of its driver"},
};

static GstAllocator *
allocator_for (const FoundRow * row)
{
  const GstKsExternal external = { heap_acquire, heap_release, NULL };

  if (row->kind != NULL)
    return allocator_of (row->kind);
  if (row->type != NULL)
    return gst_object_ref_sink (g_object_new (row->type (), NULL));
  return gst_ks_allocator_new_external (&external, NULL, NULL);
}

GST_START_TEST (test_what_can_be_is_found)
{
  const FoundRow *row = &founds[__i__];
  g_autoptr (GstAllocator) allocator = allocator_for (row);
  g_autoptr (GError) why = NULL;

  fail_unless_equals_int (gst_ks_allocator_find_guard (allocator, row->asked,
          &why), row->found);
  fail_unless ((why != NULL) == (row->why != NULL));
  if (why)
    fail_unless (strstr (why->message, row->why) != NULL, "%s", why->message);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

/* Who has a frame is told on demand, and nobody is when all are back. */
GST_START_TEST (test_frames_out_are_listed)
{
  g_autoptr (GstAllocator) allocator = allocator_of ("system");
  GstKsRequest request = {.size = 300,.guard = GST_KS_GUARD_PAGES,
    .owner = "the test"
  };
  GstMemory *memory = make (allocator, &request);
  g_auto (GStrv) out = gst_ks_guard_list_out ();
  g_auto (GStrv) none = NULL;

  fail_unless_equals_int (g_strv_length (out), 1);
  fail_unless (strstr (out[0], "of 300 bytes (system) was never given back; "
          "the test gave it to thread '") != NULL, "%s", out[0]);
  gst_memory_unref (memory);
  none = gst_ks_guard_list_out ();
  fail_unless_equals_int (g_strv_length (none), 0);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

/* A frame serves only those who want it guarded the same way. */
GST_START_TEST (test_modes_are_kept_apart)
{
  g_autoptr (GstAllocator) allocator = allocator_of ("system");
  GstKsRequest request = {.size = 100000,.guard = GST_KS_GUARD_PATTERN };
  GstMemory *memory = make (allocator, &request);

  gst_memory_unref (memory);
  request.guard = GST_KS_GUARD_OFF;
  memory = make (allocator, &request);
  fail_if (gst_ks_memory_is_reused (memory));
  gst_memory_unref (memory);
  gst_ks_guard_set_default (GST_KS_GUARD_PATTERN);
  request.guard = GST_KS_GUARD_DEFAULT;
  memory = make (allocator, &request);
  fail_unless (gst_ks_memory_is_reused (memory));
  gst_memory_unref (memory);
  gst_ks_guard_set_default (GST_KS_GUARD_DEFAULT);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

/* --- wiping, seen by somebody else --- */

typedef struct
{
  GstKsZero zero;
  gboolean other_owner;
  GstKsGuard guard;
  guint8 seen;                  /* through the second mapping, when it is out again */
} WipeRow;

#define OLD 0x77

static const WipeRow wipes[] = {
  {GST_KS_ZERO_OWNER_CHANGE, TRUE, GST_KS_GUARD_OFF, 0},
  {GST_KS_ZERO_OWNER_CHANGE, FALSE, GST_KS_GUARD_OFF, OLD},
  {GST_KS_ZERO_NEVER, TRUE, GST_KS_GUARD_OFF, OLD},
  {GST_KS_ZERO_ALWAYS, FALSE, GST_KS_GUARD_OFF, 0},
  {GST_KS_ZERO_OWNER_CHANGE, TRUE, GST_KS_GUARD_PATTERN, 0},
  {GST_KS_ZERO_OWNER_CHANGE, TRUE, GST_KS_GUARD_PAGES, 0},
  {GST_KS_ZERO_NEVER, TRUE, GST_KS_GUARD_PAGES, OLD},
};

/* Of the block's whole descriptor, as another process would map it. */
static guint8 *
map_again (GstMemory * memory)
{
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);
  gpointer data;

  fail_unless (block->fd >= 0);
  data = mmap (NULL, block->size, PROT_READ, MAP_SHARED, block->fd, 0);
  fail_unless (data != MAP_FAILED);
  return data;
}

GST_START_TEST (test_next_owner_sees_zeros)
{
  const WipeRow *row = &wipes[__i__];
  g_autoptr (GstAllocator) allocator = allocator_of ("shared");
  g_autoptr (GstKsAccount) one = gst_ks_account_new (0);
  g_autoptr (GstKsAccount) two = gst_ks_account_new (0);
  GstKsRequest request = {.size = 10000,.zero = row->zero,.account = one,
    .guard = row->guard
  };
  GstMemory *memory = make (allocator, &request);
  guint8 *other = map_again (memory);

  memset (data_of (memory), OLD, 10000);
  fail_unless_equals_int (other[9999], OLD);
  gst_memory_unref (memory);
  if (row->other_owner)
    request.account = two;
  memory = make (allocator, &request);
  fail_unless (gst_ks_memory_is_reused (memory));
  for (guint i = 0; i < 10000; i++)
    fail_unless (other[i] == row->seen, "byte %u is 0x%x", i, other[i]);
  gst_memory_unref (memory);
  (void) munmap (other, 12288);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

static Suite *
guard_suite (void)
{
  Suite *suite = suite_create ("guard");
  TCase *tc = tcase_create ("frames");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_frames_are_in_place, 0, G_N_ELEMENTS (places));
  tcase_add_loop_test (tc, test_pages_stand_around, 0, G_N_ELEMENTS (kinds));
  tcase_add_loop_test (tc, test_writes_are_found, 0, G_N_ELEMENTS (hits));
  tcase_add_loop_test (tc, test_external_memory_is_guarded, 0,
      G_N_ELEMENTS (modes));
  tcase_add_loop_test (tc, test_objects_of_others_are_guarded, 0,
      G_N_ELEMENTS (modes));
  tcase_add_loop_test (tc, test_what_can_be_is_found, 0, G_N_ELEMENTS (founds));
  tcase_add_test (tc, test_frames_out_are_listed);
  tcase_add_test (tc, test_modes_are_kept_apart);
  tcase_add_loop_test (tc, test_next_owner_sees_zeros, 0, G_N_ELEMENTS (wipes));
  return suite;
}

GST_CHECK_MAIN (guard);
