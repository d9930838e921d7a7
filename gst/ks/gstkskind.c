/* Kinds of memory: the words, what is known of them, and which of them meet.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A group accepts every kind that has the traits the group needs; two words
 * meet in the narrower one when one of them accepts the other. Any word that
 * is not in the table is a vendor's own kind and meets itself and the groups
 * any and mapped.
 */
#include "gstkskind.h"

#include <string.h>

#define MAPPABLE GST_KS_KIND_TRAIT_MAPPABLE
#define PINNABLE GST_KS_KIND_TRAIT_PINNABLE
#define FD GST_KS_KIND_TRAIT_FD
#define HOST GST_KS_KIND_TRAIT_HOST
#define SHAPE GST_KS_KIND_TRAIT_SHAPE
#define GROUP GST_KS_KIND_TRAIT_GROUP
#define RESIDENT GST_KS_KIND_TRAIT_RESIDENT

#define MAX_WORD 64             /* characters; keeps messages readable */

typedef struct
{
  const gchar *word;
  guint traits;                 /* GstKsKindTraits */
  guint needs;                  /* groups: traits of each kind they accept */
} Kind;

static const Kind kinds[] = {
  {"any", GROUP, 0},
  {"mapped", GROUP | MAPPABLE, MAPPABLE},
  {"host", GROUP | MAPPABLE | HOST, HOST},
  {"system", MAPPABLE | PINNABLE | HOST, 0},
  {"locked", MAPPABLE | PINNABLE | HOST | RESIDENT, 0},
  /* may fall back to transparent huge pages, which are paged like others */
  {"huge", MAPPABLE | PINNABLE | HOST, 0},
  {"shared", MAPPABLE | PINNABLE | FD | HOST, 0},
  {"user", MAPPABLE | PINNABLE | HOST, 0},
  /* the mapping of a dma-buf or of a card's memory cannot be pinned */
  {"udmabuf", MAPPABLE | FD | RESIDENT, 0},
  {"dmaheap", MAPPABLE | FD | RESIDENT, 0},
  /* a driver may move what it is not using out of the card's memory */
  {"dumb", MAPPABLE | FD | SHAPE, 0},
  {"bar", MAPPABLE | RESIDENT, 0},
  {"p2pmem", MAPPABLE | RESIDENT, 0},
  {"dax", MAPPABLE | PINNABLE | RESIDENT, 0},
  /* an allocator of memory that is not host-visible says device-specific */
  {"vulkan", MAPPABLE | FD, 0},
  {"cuda", RESIDENT, 0},
  {"cuda-host", MAPPABLE | RESIDENT, 0},
};

/* May be mapped until its item's flag device-specific says otherwise. */
static const Kind vendor_kind = { "", MAPPABLE, 0 };

static const Kind *
kind_find (const gchar * word)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (strcmp (kinds[i].word, word) == 0)
      return &kinds[i];
  }
  return &vendor_kind;
}

/**
 * gst_ks_kind_is_valid:
 * @word: (nullable): a word
 *
 * A kind is 1 to 64 of a-z, 0-9 and -, and begins with a letter. Any thread.
 *
 * Returns: whether @word can name a kind, known or a vendor's own
 *
 * Since: 0.9
 */
gboolean
gst_ks_kind_is_valid (const gchar * word)
{
  gsize n = 0;

  if (word == NULL || !g_ascii_islower (word[0]))
    return FALSE;
  while (g_ascii_islower (word[n]) || g_ascii_isdigit (word[n])
      || word[n] == '-')
    n++;
  return word[n] == '\0' && n <= MAX_WORD;
}

/**
 * gst_ks_kind_is_known:
 * @kind: a kind
 *
 * Any thread.
 *
 * Returns: whether @kind is in our own table and not a vendor's own word
 *
 * Since: 0.9
 */
gboolean
gst_ks_kind_is_known (const gchar * kind)
{
  g_return_val_if_fail (kind != NULL, FALSE);

  return kind_find (kind) != &vendor_kind;
}

/**
 * gst_ks_kind_get_traits:
 * @kind: a kind
 *
 * What is known of the kind as such; one item of it can be less, for which
 * there are flags. A vendor's own kind is taken to be mappable. Any thread.
 *
 * Returns: the traits
 *
 * Since: 0.9
 */
GstKsKindTraits
gst_ks_kind_get_traits (const gchar * kind)
{
  g_return_val_if_fail (kind != NULL, GST_KS_KIND_TRAIT_NONE);

  return (GstKsKindTraits) kind_find (kind)->traits;
}

static gboolean
kind_accepts (const Kind * group, const Kind * other)
{
  return (group->traits & GROUP) != 0
      && (other->traits & group->needs) == group->needs;
}

/**
 * gst_ks_kind_meet:
 * @a: a kind
 * @b: another kind
 *
 * Any thread.
 *
 * Returns: (nullable): the kind that satisfies both, an interned string, or
 *   %NULL when there is none
 *
 * Since: 0.9
 */
const gchar *
gst_ks_kind_meet (const gchar * a, const gchar * b)
{
  g_return_val_if_fail (a != NULL && b != NULL, NULL);

  if (strcmp (a, b) == 0)
    return g_intern_string (a);
  if (kind_accepts (kind_find (a), kind_find (b)))
    return g_intern_string (b);
  if (kind_accepts (kind_find (b), kind_find (a)))
    return g_intern_string (a);
  return NULL;
}

/**
 * gst_ks_kind_list_known:
 *
 * For messages. Any thread.
 *
 * Returns: (transfer full): the known kinds, separated by commas
 *
 * Since: 0.9
 */
gchar *
gst_ks_kind_list_known (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", kinds[i].word);
  return g_string_free (list, FALSE);
}
