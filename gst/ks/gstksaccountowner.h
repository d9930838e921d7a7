/* Names of those who pay for frames. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksaccount.h"

G_BEGIN_DECLS

/* For accounts that nobody gave a name. */
void         gst_ks_account_owner_suggest (GstKsAccount *account, const gchar *owner);
/* The account is gone. */
void         gst_ks_account_owner_forget (guint64 id);
/* guint64 * -> gchar *: ids and names of all accounts that exist and have one. */
GHashTable * gst_ks_account_owner_list   (void);

G_END_DECLS
