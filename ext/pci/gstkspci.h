/* What the kernel says of PCI cards and of memory devices, and the backends' types.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>

G_BEGIN_DECLS

GType gst_ks_backend_bar_get_type (void);
GType gst_ks_backend_p2pmem_get_type (void);
GType gst_ks_backend_dax_get_type (void);

/* A file below /sys or /dev; free it. The environment variables GST_KS_SYSFS
 * and GST_KS_DEV name other folders, for tests. */
gchar *  gst_ks_sysfs_path (const gchar *first, ...) G_GNUC_NULL_TERMINATED;
gchar *  gst_ks_dev_path (const gchar *name);
/* Names in a folder, sorted; an empty list where it is not there. */
gchar ** gst_ks_sysfs_list (const gchar *path);
/* FALSE: no such file, or no number in it. Decimal, or 0x and hexadecimal. */
gboolean gst_ks_sysfs_read (const gchar *path, guint64 *value);
/* Whether a file is there no more; one that cannot be asked about is. */
gboolean gst_ks_sysfs_is_gone (const gchar *path);
/* NULL: no driver. */
gchar *  gst_ks_sysfs_driver (const gchar *device_path);

/* The folder of a card; NULL: there is none. */
gchar *  gst_ks_pci_find (const gchar *bdf, GError **error);

typedef struct
{
  guint64 start;                /* bus address */
  guint64 size;                 /* bytes; 0: there is none */
  guint64 flags;                /* the kernel's IORESOURCE_ */
} GstKsPciBar;

#define GST_KS_PCI_N_BARS 6
#define GST_KS_PCI_IO G_GUINT64_CONSTANT (0x100)
#define GST_KS_PCI_MEMORY G_GUINT64_CONSTANT (0x200)
#define GST_KS_PCI_PREFETCHABLE G_GUINT64_CONSTANT (0x2000)

/* How many were read, at most GST_KS_PCI_N_BARS. */
guint    gst_ks_pci_read_bars (const gchar *card, GstKsPciBar *bars);

/* Why a file could not be opened and what helps, for errno `cause`. */
gchar *  gst_ks_open_reason (const gchar *path, gint cause, const gchar *remedy);

G_END_DECLS
