/* The kind `p2pmem`: memory on a PCI card that the kernel hands out itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksp2pcard.h"
#include "gstkspci.h"

#define LINE 64                 /* bytes; blocks do not share cache lines */

/* --- the allocator --- */

#define GST_TYPE_KS_P2P_ALLOCATOR (gst_ks_p2p_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstKsP2pAllocator, gst_ks_p2p_allocator, GST,
    KS_P2P_ALLOCATOR, GstKsAllocator);

struct _GstKsP2pAllocator
{
  GstKsAllocator parent;

  GstKsP2pCard *card;           /* a reference; outlives the last block */
};

G_DEFINE_FINAL_TYPE (GstKsP2pAllocator, gst_ks_p2p_allocator,
    GST_TYPE_KS_ALLOCATOR);

/* From then on there is nothing but the reason. */
static gboolean
check_gone (GstKsAllocator * allocator, GError ** error)
{
  GstKsP2pCard *card = GST_KS_P2P_ALLOCATOR (allocator)->card;
  g_autoptr (GError) reason = NULL;

  if (!gst_ks_p2p_card_check_gone (card))
    return FALSE;
  reason = gst_ks_p2p_card_new_gone_error (card);
  gst_ks_allocator_set_lost (GST_ALLOCATOR_CAST (allocator), reason);
  g_propagate_error (error, g_steal_pointer (&reason));
  return TRUE;
}

static gboolean
gst_ks_p2p_allocator_acquire (GstKsAllocator * allocator, GstKsBlock * block,
    GError ** error)
{
  GstKsP2pCard *card = GST_KS_P2P_ALLOCATOR (allocator)->card;

  return !check_gone (allocator, error)
      && gst_ks_p2p_card_take (card, block, error);
}

static void
gst_ks_p2p_allocator_release (GstKsAllocator * allocator, GstKsBlock * block)
{
  gst_ks_p2p_card_give (GST_KS_P2P_ALLOCATOR (allocator)->card, block);
}

/* What the processor has written must have left it before a card looks. */
static void
gst_ks_p2p_allocator_sync (GstKsAllocator * allocator, GstKsBlock * block,
    GstMapFlags flags, gboolean begin)
{
  if (!begin && (flags & GST_MAP_WRITE))
    __sync_synchronize ();
  (void) check_gone (allocator, NULL);
}

/* The card goes last: closing the store gives its idle blocks back to it. */
static void
gst_ks_p2p_allocator_finalize (GObject * object)
{
  GstKsP2pCard *card = GST_KS_P2P_ALLOCATOR (object)->card;

  G_OBJECT_CLASS (gst_ks_p2p_allocator_parent_class)->finalize (object);
  if (card != NULL)
    gst_ks_p2p_card_unref (card);
}

static void
gst_ks_p2p_allocator_class_init (GstKsP2pAllocatorClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_p2p_allocator_finalize;
  allocator_class->acquire = gst_ks_p2p_allocator_acquire;
  allocator_class->release = gst_ks_p2p_allocator_release;
  allocator_class->sync = gst_ks_p2p_allocator_sync;
}

static void
gst_ks_p2p_allocator_init (GstKsP2pAllocator * self)
{
}

/* --- the backend --- */

typedef struct
{
  GstKsBackend parent;

  GstKsP2pCard *card;
} GstKsBackendP2pmem;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendP2pmemClass;

G_DEFINE_TYPE (GstKsBackendP2pmem, gst_ks_backend_p2pmem, GST_TYPE_KS_BACKEND);

static gchar **
gst_ks_backend_p2pmem_list_devices (GstKsBackendClass * klass)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autofree gchar *folder = gst_ks_sysfs_path ("bus/pci/devices", NULL);
  g_auto (GStrv) cards = gst_ks_sysfs_list (folder);

  for (guint i = 0; cards[i]; i++) {
    g_autofree gchar *memory =
        g_build_filename (folder, cards[i], "p2pmem", NULL);

    if (g_file_test (memory, G_FILE_TEST_IS_DIR))
      g_strv_builder_add (names, cards[i]);
  }
  return g_strv_builder_end (names);
}

/* NULL: there is none. */
static gchar *
choose (GstKsBackend * backend, GError ** error)
{
  g_auto (GStrv) names = gst_ks_backend_p2pmem_list_devices (NULL);

  if (gst_ks_backend_peek_device (backend) != NULL)
    return g_strdup (gst_ks_backend_peek_device (backend));
  if (names[0] != NULL)
    return g_strdup (names[0]);
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "no PCI card here gives its memory to others (no p2pmem in /sys/bus/pci/"
      "devices/*); it takes such a card, an NVMe drive with a controller "
      "memory buffer for example, its driver, and a kernel with "
      "CONFIG_PCI_P2PDMA");
  return NULL;
}

static gboolean
gst_ks_backend_p2pmem_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendP2pmem *self = (GstKsBackendP2pmem *) backend;
  g_autofree gchar *bdf = choose (backend, error);
  g_autofree gchar *folder = NULL;

  if (bdf == NULL)
    return FALSE;
  folder = gst_ks_sysfs_path ("bus/pci/devices", bdf, "p2pmem", NULL);
  self->card = gst_ks_p2p_card_open (bdf, folder, error);
  return self->card != NULL;
}

static void
gst_ks_backend_p2pmem_close (GstKsBackend * backend)
{
  g_clear_pointer (&((GstKsBackendP2pmem *) backend)->card,
      gst_ks_p2p_card_unref);
}

static GstKsFraming *
gst_ks_backend_p2pmem_describe (GstKsBackend * backend)
{
  GstKsP2pCard *card = ((GstKsBackendP2pmem *) backend)->card;
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("p2pmem");

  item.device = g_intern_string (gst_ks_p2p_card_peek_bdf (card));
  item.bus = "pci";
  item.align = LINE;
  item.size = (GstKsRange) {
  LINE, gst_ks_p2p_card_get_size (card), LINE};
  item.prefer = item.size;
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
gst_ks_backend_p2pmem_create_allocator (GstKsBackend * backend, GError ** error)
{
  GstKsP2pAllocator *self = g_object_new (GST_TYPE_KS_P2P_ALLOCATOR, NULL);

  self->card = gst_ks_p2p_card_ref (((GstKsBackendP2pmem *) backend)->card);
  return gst_object_ref_sink (GST_ALLOCATOR_CAST (self));
}

static gchar *
gst_ks_backend_p2pmem_note (GstKsBackend * backend)
{
  return gst_ks_p2p_card_get_note (((GstKsBackendP2pmem *) backend)->card);
}

static void
gst_ks_backend_p2pmem_class_init (GstKsBackendP2pmemClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "p2pmem";
  backend_class->open = gst_ks_backend_p2pmem_open;
  backend_class->close = gst_ks_backend_p2pmem_close;
  backend_class->describe = gst_ks_backend_p2pmem_describe;
  backend_class->create_allocator = gst_ks_backend_p2pmem_create_allocator;
  backend_class->list_devices = gst_ks_backend_p2pmem_list_devices;
  backend_class->note = gst_ks_backend_p2pmem_note;
}

static void
gst_ks_backend_p2pmem_init (GstKsBackendP2pmem * self)
{
}
