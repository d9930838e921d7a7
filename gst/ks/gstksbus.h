/* Buses: the words of framings, and the GUIDs of KS. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksabiguid.h"

G_BEGIN_DECLS

typedef struct
{
  const gchar *word;
  GstKsGuid guid;
} GstKsBus;

/* NULL: it has no word here. */
const GstKsBus * gst_ks_bus_from_word  (const gchar *word);
const GstKsBus * gst_ks_bus_from_guid  (const GstKsGuid *guid);

/* For messages: the words with commas between. */
gchar *          gst_ks_bus_list_known (void);

G_END_DECLS
