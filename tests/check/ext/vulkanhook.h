/* Stands between libgstvulkan, the plugin ksvulkan and the Vulkan loader: counts calls and tells lies.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Set them before a device is opened. */
extern guint64 vulkan_heap;         /* bytes of heap 0; 0: the truth */
extern gboolean vulkan_has_budget;  /* the driver says what is left: vulkan_heap less what is used */
extern gboolean vulkan_is_split;    /* the card's own memory cannot be mapped */

/* At any time. */
extern gint vulkan_fail_at;         /* the nth call from now on that can fail does; 0: none */
extern gint vulkan_is_slow;         /* nothing looks ended before somebody waits for it */
extern gint vulkan_is_lost;         /* from now on every submission and every wait says so */

/* Of the process. */
extern gint vulkan_n_devices;       /* opened so far */
extern gint vulkan_n_memories;      /* allocated and not freed */
extern gint vulkan_n_buffers, vulkan_n_images;  /* made and not destroyed */
extern gint vulkan_n_submits, vulkan_n_waits;   /* so far */

/* Exits with status 77 and the reason where no device can be had. In a process
 * of its own: the threads of a driver do not survive a fork. */
void vulkan_check_or_skip (void);

G_END_DECLS
