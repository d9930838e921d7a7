/* ksupload and ksdownload: caps features come and go with the kinds that have one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The devices are only names here: their memory is the process's own, so that
 * the features can be looked at without any hardware.
 */
#include "transferharness.h"

#include <gst/allocators/gstfdmemory.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define I420 VIDEO_CAPS ("I420", 322, 242)
#define WITH(feature) "video/x-raw(" feature "),format=I420,width=322," \
    "height=242,framerate=30/1"
#define PLAIN "video/x-raw"
#define CUDA "memory:CUDAMemory"
#define DMABUF "memory:DMABuf"
#define IMAGE "memory:VulkanImage"
#define BUFFER "memory:VulkanBuffer"
#define GL "memory:GLMemory"

typedef GstKsBackend NamedBackend;
typedef GstKsBackendClass NamedBackendClass;

static gpointer
acquire (gsize size, gsize align, gpointer unused)
{
  return aligned_alloc (align, size);
}

static void
release (gpointer data, gsize size, gpointer unused)
{
  free (data);
}

static gboolean
named_open (GstKsBackend * self, GError ** error)
{
  return TRUE;
}

static GstAllocator *
named_create_allocator (GstKsBackend * self, GError ** error)
{
  static const GstKsExternal bytes = { acquire, release, NULL };

  return gst_ks_allocator_new_external (&bytes, NULL, error);
}

static GstKsFraming *
named_describe (GstKsBackend * self)
{
  GstKsFramingItem item =
      GST_KS_FRAMING_ITEM_INIT (gst_ks_backend_peek_kind (self));

  item.align = 64;
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  if (!g_str_equal (item.memory, "udmabuf"))
    item.flags |= GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static void
named_class_init (gpointer klass, gpointer kind)
{
  GstKsBackendClass *backend_class = klass;

  backend_class->kind = kind;
  backend_class->open = named_open;
  backend_class->describe = named_describe;
  backend_class->create_allocator = named_create_allocator;
}

static void
add_kind (const gchar * kind, const gchar * name)
{
  GTypeInfo info = { sizeof (NamedBackendClass), NULL, NULL, named_class_init,
    NULL, kind, 0, 0, NULL, NULL
  };
  GTypeQuery parent;

  g_type_query (GST_TYPE_KS_BACKEND, &parent);
  info.class_size = parent.class_size;
  info.instance_size = parent.instance_size;
  gst_ks_backend_register (NULL, g_type_register_static (GST_TYPE_KS_BACKEND,
          name, &info, 0));
}

/* The real ones, wherever they are, would bring the same names. */
static void
remove_kinds (void)
{
  GstRegistry *registry = gst_registry_get ();
  GList *features = gst_registry_get_feature_list (registry,
      GST_TYPE_DYNAMIC_TYPE_FACTORY);

  for (GList * l = features; l; l = l->next) {
    if (g_str_has_prefix (GST_OBJECT_NAME (l->data), "GstKsBackend"))
      gst_registry_remove_feature (registry, l->data);
  }
  gst_plugin_feature_list_free (features);
}

static void
setup (void)
{
  /* where one process runs all cases */
  if (g_type_from_name ("GstKsBackendCuda"))
    return;
  remove_kinds ();
  add_kind ("cuda", "GstKsBackendCuda");
  add_kind ("vulkan", "GstKsBackendVulkan");
  add_kind ("udmabuf", "GstKsBackendUdmabuf");
}

typedef struct
{
  const gchar *launch;
  const gchar *in;              /* caps */
  const gchar *allowed;         /* downstream; NULL: any */
  /* expected; NULL feature: none */
  const gchar *feature;
  const gchar *kind;            /* NULL: caps do not fit */
  const gchar *method;
} FeatureRow;

static const FeatureRow rows[] = {
  {"ksupload name=up memory=cuda", I420, NULL, CUDA, "cuda", "map-copy"},
  {"ksupload name=up memory=vulkan", I420, NULL, IMAGE, "vulkan", "map-copy"},
  {"ksupload name=up memory=vulkan", I420, WITH (BUFFER), BUFFER, "vulkan",
      "map-copy"},
  {"ksupload name=up", I420, WITH (CUDA), CUDA, "cuda", "map-copy"},
  {"ksupload name=up", I420, WITH (IMAGE) ";" PLAIN, IMAGE, "vulkan",
      "map-copy"},
  {"ksupload name=up", I420, PLAIN ";" WITH (CUDA), NULL, "system", "pass"},
  {"ksupload name=up", I420, WITH (DMABUF), DMABUF, "udmabuf", "map-copy"},
  {"ksupload name=up memory=udmabuf", I420, NULL, NULL, "udmabuf",
      "map-copy"},
  {"ksupload name=up memory=udmabuf", I420, WITH (DMABUF), DMABUF, "udmabuf",
      "map-copy"},
  {"ksupload name=up memory=udmabuf", I420, WITH (DMABUF) ";" PLAIN, DMABUF,
      "udmabuf", "map-copy"},
  {"ksupload name=up memory=shared", I420, WITH (CUDA) ";" PLAIN, NULL,
      "shared", "map-copy"},
  {"ksupload name=up memory=shared", I420, WITH (CUDA), NULL, NULL, NULL},
  {"ksupload name=up memory=cuda", I420, PLAIN, NULL, NULL, NULL},
  {"ksupload name=up memory=cuda", WITH (CUDA), NULL, CUDA, "system", "pass"},
  {"ksupload name=up memory=cuda", WITH (IMAGE), NULL, CUDA, "cuda",
      "map-copy"},
  {"ksupload name=up", WITH (GL), NULL, GL, "system", "pass"},
  /* what a feature promises that nobody here knows is left alone */
  {"ksupload name=up memory=shared", WITH (GL), NULL, GL, "system", "pass"},
  {"ksdownload name=up", WITH (CUDA), NULL, NULL, "system", "pass"},
  {"ksdownload name=up", WITH (DMABUF), PLAIN, NULL, "system", "pass"},
  {"ksdownload name=up", I420, PLAIN, NULL, "system", "pass"},
  {"ksdownload name=up", WITH (CUDA), WITH (CUDA), NULL, NULL, NULL},
  {"ksupload name=up memory=cuda ! ksdownload name=down", I420, PLAIN, NULL,
      "cuda", "map-copy"},
  {"ksupload name=up ! " WITH (CUDA) " ! ksdownload name=down", I420, PLAIN,
      NULL, "cuda", "map-copy"},
  {"ksupload name=up memory=cuda ! ksupload memory=vulkan ! ksdownload"
        " name=down", I420, PLAIN, NULL, "cuda", "map-copy"},
};

static const gchar *
feature_of_output (Chain * chain)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (chain->harness->sinkpad);
  const gchar *feature = gst_caps_features_get_nth (gst_caps_get_features (caps,
          0), 0);

  return g_strcmp0 (feature, GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY) == 0
      ? NULL : g_intern_string (feature);
}

GST_START_TEST (test_features)
{
  const FeatureRow *row = &rows[__i__];
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  g_autofree gchar *what = g_strdup_printf ("%s, %s to %s", row->launch,
      row->in, row->allowed ? row->allowed : "any");
  Chain chain;

  chain_init (&chain, row->launch, NULL);
  if (row->allowed)
    gst_harness_set_sink_caps_str (chain.harness, row->allowed);
  if (row->kind) {
    chain_set_caps (&chain, row->in);
    chain_round_trip (&chain, SOURCE_ALIGNED, 0, rand, what);
    chain_round_trip (&chain, SOURCE_PIECES, 0, rand, what);
    fail_unless (g_strcmp0 (feature_of_output (&chain), row->feature) == 0,
        "%s: %s", what, feature_of_output (&chain));
    fail_unless_equals_string (chain_field (chain.up, "kind"), row->kind);
    fail_unless_equals_string (chain_field (chain.up, "method"), row->method);
  } else {
    g_autoptr (GstCaps) caps = gst_caps_from_string (row->in);
    g_autoptr (GstCaps) taken =
        gst_pad_peer_query_caps (chain.harness->srcpad, caps);

    fail_unless (gst_caps_is_empty (taken), "%s: %" GST_PTR_FORMAT, what,
        taken);
  }
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* What has no feature of its own is refused where nobody takes it. */
GST_START_TEST (test_bytes_of_a_device)
{
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  g_autofree gchar *error = NULL;
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=cuda ! ksdownload name=down",
      AUDIO_CAPS);
  chain_round_trip (&chain, SOURCE_PIECES, 4711, rand, "taken");
  chain_clear (&chain);

  chain_init (&chain, "ksupload name=up memory=cuda", AUDIO_CAPS);
  fail_if (gst_harness_push (chain.harness, source_frame (&chain,
              SOURCE_ALIGNED, 4711, rand)) == GST_FLOW_OK);
  error = chain_pop (&chain, GST_MESSAGE_ERROR);
  fail_unless (error && strstr (error, "cuda") && strstr (error,
          "downstream does not say"), "%s", error ? error : "no error");
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* Nobody has to name the type of memory. */
GST_START_TEST (test_memory_without_a_type)
{
  GstAllocator *allocator = gst_fd_allocator_new ();
  g_autoptr (GstBuffer) in = gst_buffer_new ();
  g_autoptr (GstBuffer) out = NULL;
  gint fd = memfd_create ("frame", MFD_CLOEXEC);
  Chain chain;

  chain_init (&chain, "ksdownload name=down", NULL);
  gst_harness_set_sink_caps_str (chain.harness, PLAIN);
  chain_set_caps (&chain, WITH (CUDA));
  fail_unless (fd >= 0 && ftruncate (fd, chain.info.size) == 0);
  allocator->mem_type = NULL;
  gst_buffer_append_memory (in, gst_fd_allocator_alloc (allocator, fd,
          chain.info.size, GST_FD_MEMORY_FLAG_NONE));
  fail_unless_equals_int (gst_harness_push (chain.harness,
          gst_buffer_ref (in)), GST_FLOW_OK);
  out = gst_harness_pull (chain.harness);
  assert_same_picture (&chain, in, out, "no type");
  chain_clear (&chain);
  gst_object_unref (allocator);
}

GST_END_TEST;

static Suite *
kstransferfeatures_suite (void)
{
  Suite *suite = suite_create ("kstransferfeatures");
  TCase *tcase = tcase_create ("features");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, gst_ks_trim_all);
  tcase_add_loop_test (tcase, test_features, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_bytes_of_a_device);
  tcase_add_test (tcase, test_memory_without_a_type);
  return suite;
}

GST_CHECK_MAIN (kstransferfeatures);
