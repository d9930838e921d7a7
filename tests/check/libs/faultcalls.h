/* Calls of the system that our libraries make, and that a test has fail.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

/* What a call that fails says. */
typedef enum
{
  FAULT_SHORT,                  /* there is no more of it: ENOMEM, EMFILE, ... */
  FAULT_DENIED,                 /* EPERM, as filters of containers do */
  FAULT_ABSENT,                 /* ENOSYS, as other filters and old kernels do */
  FAULT_N_WHYS
} FaultWhy;

/* From now on the nth call that can fail (1: the next one) does, and with all
 * set each one after it too; 0: none does, they are only counted. */
void fault_arm (guint nth, gboolean all, FaultWhy why);
/* How many have failed since then; none fails from now on. */
guint fault_disarm (void);
/* Calls that could have failed since fault_arm(). */
guint fault_get_calls (void);
/* The one that failed first, such as "mmap"; NULL: none. */
const gchar *fault_get_name (void);
/* Answers ioctl() of our libraries in place of the kernel; NULL: the kernel does. */
extern gint (*fault_ioctl) (gint fd, gulong request, gpointer arg);
/* Bytes that our libraries have mapped and not unmapped, since the start. */
gsize fault_get_mapped (void);
