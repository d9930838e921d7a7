/* The janitor: drops idle blocks that nobody came back for. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Something is idle: see that it does not stay for ever. Cheap, any thread. */
void gst_ks_janitor_wake (void);
/* What is due may have changed: look again now. */
void gst_ks_janitor_hurry (void);

G_END_DECLS
