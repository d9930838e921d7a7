/* QEMU's displays seen from the guest: what a screen shows, and a screen over bochs' video RAM.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "guestask.h"

/* The folder in /sys of the first PCI device of a vendor and device such as
 * "0x1234", "0x1111"; NULL: there is none. Free it. */
gchar * guest_pci_folder (const gchar * vendor, const gchar * device);
/* Maps size bytes of a file for reading and writing; the test fails otherwise. */
gpointer guest_map_file (const gchar * folder, const gchar * name, gsize size);
/* Makes bochs-display, which no driver has, show the start of its video RAM
 * (resource0) as rows of 4 * width bytes, BGRx. */
void guest_bochs_show (const gchar * folder, guint width, guint height);
/* The test fails unless the display of that id comes to show exactly these BGRx
 * pixels; what it shows instead stays as screen.ppm in the work folder. */
void guest_screen_check (const gchar * display, gconstpointer bgrx, guint width, guint height);
