/* Frames in memory that the program owns, such as the loans of a middleware.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>
#include <sys/mman.h>

#define SLOT ((gsize) 1 << 20)
#define N_SLOTS 4
#define FRAMES 100
#define CAPS "video/x-raw,format=RGB,width=640,height=480"

/* A region of the middleware, and what it lends. */
typedef struct
{
  guint8 *bytes;
  gint lent[N_SLOTS];           /* atomic, as all below */
  gint loans;
  gint returns;
  gint wrong;                   /* came back and was not lent */
  gint over;                    /* the allocator and its last frame are gone */
} Region;

/* Any thread; the address has to be a multiple of align. */
static gpointer
region_lend (gsize size, gsize align, gpointer user_data)
{
  Region *region = user_data;

  if (size > SLOT || align > 4096)
    return NULL;
  for (guint i = 0; i < N_SLOTS; i++) {
    if (g_atomic_int_compare_and_exchange (&region->lent[i], 0, 1)) {
      g_atomic_int_inc (&region->loans);
      return region->bytes + i * SLOT;
    }
  }
  return NULL;
}

static void
region_take_back (gpointer data, gsize size, gpointer user_data)
{
  Region *region = user_data;
  gsize slot = ((guint8 *) data - region->bytes) / SLOT;

  g_atomic_int_inc (&region->returns);
  if (!g_atomic_int_compare_and_exchange (&region->lent[slot], 1, 0))
    g_atomic_int_inc (&region->wrong);
}

/* From here on nobody looks at the region. */
static void
region_is_over (gpointer user_data)
{
  g_atomic_int_set (&((Region *) user_data)->over, TRUE);
}

static void
region_init (Region * region)
{
  *region = (Region) {
  .bytes = mmap (NULL, N_SLOTS * SLOT, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)};
  g_assert (region->bytes != MAP_FAILED);
}

static GstAllocator *
region_allocator (Region * region)
{
  static const GstKsExternal functions = {
    region_lend, region_take_back, region_is_over
  };

  return gst_ks_allocator_new_external (&functions, region, NULL);
}

static GstKsPool *
make_pool (GstAllocator * allocator)
{
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse ("user, align=4096", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstKsPool *pool = gst_ks_pool_new (allocator, framing, NULL);
  GstStructure *config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));

  gst_buffer_pool_config_set_params (config, caps, 640 * 480 * 3, 0, N_SLOTS);
  gst_buffer_pool_set_config (GST_BUFFER_POOL (pool), config);
  return pool;
}

/* The source fills frames of the pool, whatever it would have done. */
static GstElement *
make_line (GstKsPool * pool)
{
  GstElement *line = gst_parse_launch ("videotestsrc name=source"
      " num-buffers=100 ! " CAPS " ! appsink name=sink sync=false"
      " max-buffers=1", NULL);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (line),
      "source");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse ("user", NULL);

  gst_ks_pin_set_allocator (pin, pool, NULL);
  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
  return line;
}

/* The last frame of the line; all of them lie in the region. */
static GstSample *
pull_all (GstElement * line, const Region * region, guint * inside)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (line), "sink");
  GstSample *last = NULL, *sample;
  GstMapInfo map;

  gst_element_set_state (line, GST_STATE_PLAYING);
  for (;;) {
    g_signal_emit_by_name (sink, "try-pull-sample", 10 * GST_SECOND, &sample);
    if (sample == NULL)
      break;
    if (last)
      gst_sample_unref (last);
    last = sample;
    gst_buffer_map (gst_sample_get_buffer (last), &map, GST_MAP_READ);
    *inside += map.data >= region->bytes
        && map.data + map.size <= region->bytes + N_SLOTS * SLOT;
    gst_buffer_unmap (gst_sample_get_buffer (last), &map);
  }
  gst_element_set_state (line, GST_STATE_NULL);
  return last;
}

/* A loan serves many frames; all go when the last frame does. */
static gboolean
show_pipeline (void)
{
  guint inside = 0;
  gboolean good;
  Region region;

  region_init (&region);
  GstAllocator *allocator = region_allocator (&region);
  GstKsPool *pool = make_pool (allocator);
  GstElement *line = make_line (pool);
  GstSample *last = pull_all (line, &region, &inside);

  /* One frame outlives the line, the pool and the allocator. */
  gst_object_unref (line);
  gst_object_unref (pool);
  gst_object_unref (allocator);
  good = last != NULL && !region.over;
  if (last)
    gst_sample_unref (last);
  g_print ("%u frames in %d loans; %d came back, %d wrong; the region is %s\n",
      inside, region.loans, region.returns, region.wrong,
      region.over ? "free" : "in use");
  good = good && region.over && inside == FRAMES && region.loans <= N_SLOTS
      && region.returns == region.loans && region.wrong == 0;
  munmap (region.bytes, N_SLOTS * SLOT);
  return good;
}

/* A middleware that sends what comes back wants each frame to be one loan. */
static gboolean
show_loans (void)
{
  GstKsLimits limits;
  gboolean good;
  Region region;

  region_init (&region);
  GstAllocator *allocator = region_allocator (&region);
  gst_ks_allocator_get_limits (allocator, &limits);
  limits.max_idle_blocks = 0;
  gst_ks_allocator_set_limits (allocator, &limits);
  for (guint i = 0; i < FRAMES; i++)
    gst_buffer_unref (gst_buffer_new_allocate (allocator, SLOT, NULL));
  g_print ("%d loans, %d came back, %d wrong\n", region.loans, region.returns,
      region.wrong);
  good = region.loans == FRAMES && region.returns == FRAMES
      && region.wrong == 0;
  gst_object_unref (allocator);
  munmap (region.bytes, N_SLOTS * SLOT);
  return good && region.over;
}

int
main (int argc, char **argv)
{
  gboolean good;

  gst_init (&argc, &argv);
  good = show_pipeline ();
  return show_loans () && good ? 0 : 1;
}
