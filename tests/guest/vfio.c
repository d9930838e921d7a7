/* A PCI device in the hands of VFIO: its registers, and frames that it may reach.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "vfio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DRIVER "/sys/bus/pci/drivers/vfio-pci"

/* The address of the device among those of the driver, or NULL. */
static gchar *
find_device (const gchar * vendor_device)
{
  g_autoptr (GDir) dir = g_dir_open (DRIVER, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (DRIVER, name, "uevent", NULL);
    g_autofree gchar *text = NULL;

    if (g_file_get_contents (path, &text, NULL, NULL)
        && strstr (text, vendor_device) != NULL)
      return g_strdup (name);
  }
  return NULL;
}

static gint
open_group (const gchar * address)
{
  g_autofree gchar *link = g_build_filename (DRIVER, address, "iommu_group",
      NULL);
  g_autofree gchar *target = g_file_read_link (link, NULL);
  g_autofree gchar *number = target ? g_path_get_basename (target) : NULL;
  g_autofree gchar *path = g_strconcat ("/dev/vfio/", number, NULL);

  return open (path, O_RDWR | O_CLOEXEC);
}

static gboolean
map_registers (Vfio * self)
{
  struct vfio_region_info region = {.argsz = sizeof (region),
    .index = VFIO_PCI_BAR0_REGION_INDEX
  };

  if (ioctl (self->device, VFIO_DEVICE_GET_REGION_INFO, &region) < 0)
    return FALSE;
  self->size = region.size;
  self->registers = mmap (NULL, self->size, PROT_READ | PROT_WRITE,
      MAP_SHARED, self->device, region.offset);
  return self->registers != MAP_FAILED;
}

/* VFIO leaves the right to do DMA off. */
static gboolean
allow_dma (Vfio * self)
{
  struct vfio_region_info config = {.argsz = sizeof (config),
    .index = VFIO_PCI_CONFIG_REGION_INDEX
  };
  guint16 command;
  off_t at;

  if (ioctl (self->device, VFIO_DEVICE_GET_REGION_INFO, &config) < 0)
    return FALSE;
  at = config.offset + PCI_COMMAND;
  if (pread (self->device, &command, sizeof (command), at) < 0)
    return FALSE;
  command |= PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY;
  return pwrite (self->device, &command, sizeof (command), at) > 0;
}

static gboolean
open_all (Vfio * self, const gchar * address)
{
  self->container = open ("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
  self->group = open_group (address);
  if (self->container < 0 || self->group < 0
      || ioctl (self->group, VFIO_GROUP_SET_CONTAINER, &self->container) < 0
      || ioctl (self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) < 0)
    return FALSE;
  self->device = ioctl (self->group, VFIO_GROUP_GET_DEVICE_FD, address);
  return self->device >= 0 && map_registers (self) && allow_dma (self);
}

gboolean
vfio_open (Vfio * self, const gchar * vendor_device, gchar ** reason)
{
  g_autofree gchar *address = find_device (vendor_device);

  *self = (Vfio) {
  -1, -1, -1, NULL, 0};
  if (address == NULL) {
    *reason = g_strdup_printf ("no PCI device %s with the driver vfio-pci",
        vendor_device);
    return FALSE;
  }
  if (open_all (self, address))
    return TRUE;
  *reason = g_strdup_printf ("VFIO does not give the device %s: %s", address,
      g_strerror (errno));
  vfio_close (self);
  return FALSE;
}

void
vfio_close (Vfio * self)
{
  if (self->registers != NULL && self->registers != MAP_FAILED)
    munmap ((gpointer) self->registers, self->size);
  if (self->device >= 0)
    close (self->device);
  if (self->group >= 0)
    close (self->group);
  if (self->container >= 0)
    close (self->container);
}

gint
vfio_map (Vfio * self, gpointer address, gsize size, guint64 iova)
{
  struct vfio_iommu_type1_dma_map map = {.argsz = sizeof (map),
    .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
    .vaddr = (guintptr) address,.iova = iova,.size = size
  };

  return ioctl (self->container, VFIO_IOMMU_MAP_DMA, &map) < 0 ? errno : 0;
}

void
vfio_unmap (Vfio * self, gsize size, guint64 iova)
{
  struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof (unmap),
    .iova = iova,.size = size
  };

  ioctl (self->container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}
