/* A PCI device in the hands of VFIO: its registers, and frames that it may reach.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

typedef struct
{
  gint container, group, device;        /* descriptors, or -1 */
  volatile guint8 *registers;   /* BAR 0 */
  gsize size;                   /* bytes of them */
} Vfio;

/* FALSE: no such device in VFIO's hands; reason (free it) says what is missing. */
gboolean vfio_open (Vfio * self, const gchar * vendor_device, gchar ** reason);
void vfio_close (Vfio * self);
/* Lets the device reach size bytes at address under the bus address iova;
 * 0, or the errno of the refusal. */
gint vfio_map (Vfio * self, gpointer address, gsize size, guint64 iova);
void vfio_unmap (Vfio * self, gsize size, guint64 iova);
