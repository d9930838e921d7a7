/* Names of those who pay for frames.
 *
 * A block remembers the number of the account that had it last, which costs
 * nothing. The names are kept here, by number, and only as long as the account
 * is: numbers are never used again, so that no name can be somebody else's.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksaccountowner.h"
#include "gstkslock.h"

static GMutex owners_lock;      /* all below; innermost */
static GHashTable *owners;      /* guint64 * -> gchar *; NULL: none was named */

static GHashTable *
table_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static void
table_set (GHashTable * table, guint64 id, const gchar * owner)
{
  g_hash_table_replace (table, g_memdup2 (&id, sizeof (id)), g_strdup (owner));
}

/**
 * gst_ks_account_set_owner:
 * @account: an account
 * @owner: (nullable): name of the element, pad or pool that it is of, for
 *     people; %NULL: none
 *
 * Says whose frames @account pays for, which is what gst_ks_memory_map_get()
 * tells of its blocks. A pool gives its own name to an account without one. Any
 * thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_set_owner (GstKsAccount * account, const gchar * owner)
{
  guint64 id;

  g_return_if_fail (account != NULL);

  id = gst_ks_account_get_id (account);
  if (owner == NULL) {
    gst_ks_account_owner_forget (id);
    return;
  }
  gst_ks_mutex_lock (&owners_lock);
  if (owners == NULL)
    owners = table_new ();
  table_set (owners, id, owner);
  gst_ks_mutex_unlock (&owners_lock);
}

/**
 * gst_ks_account_get_owner:
 * @account: an account
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): what gst_ks_account_set_owner() was told;
 *     %NULL: nothing
 *
 * Since: 0.9
 */
gchar *
gst_ks_account_get_owner (GstKsAccount * account)
{
  gchar *owner = NULL;
  guint64 id;

  g_return_val_if_fail (account != NULL, NULL);

  id = gst_ks_account_get_id (account);
  gst_ks_mutex_lock (&owners_lock);
  if (owners != NULL)
    owner = g_strdup (g_hash_table_lookup (owners, &id));
  gst_ks_mutex_unlock (&owners_lock);
  return owner;
}

void
gst_ks_account_owner_suggest (GstKsAccount * account, const gchar * owner)
{
  g_autofree gchar *known = gst_ks_account_get_owner (account);

  if (known == NULL)
    gst_ks_account_set_owner (account, owner);
}

void
gst_ks_account_owner_forget (guint64 id)
{
  gst_ks_mutex_lock (&owners_lock);
  if (owners != NULL)
    g_hash_table_remove (owners, &id);
  gst_ks_mutex_unlock (&owners_lock);
}

GHashTable *
gst_ks_account_owner_list (void)
{
  GHashTable *list = table_new ();
  GHashTableIter iter;
  gpointer id, owner;

  gst_ks_mutex_lock (&owners_lock);
  if (owners != NULL) {
    g_hash_table_iter_init (&iter, owners);
    while (g_hash_table_iter_next (&iter, &id, &owner))
      table_set (list, *(guint64 *) id, owner);
  }
  gst_ks_mutex_unlock (&owners_lock);
  return list;
}
