/* Caps features about memory, and the kinds that they stand for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Memory with a host address has no feature: it goes wherever ordinary memory
 * goes, and none is invented for it. The features are those of the ecosystem;
 * any other is a vendor's own, and its kind has the same name.
 */
#include "gstksfeature.h"
#include "gstksbackend.h"
#include "gstkskind.h"

#include <string.h>

typedef struct
{
  const gchar *feature;
  const gchar *kind;
} Row;

/* Per feature in the order in which kinds are tried. */
static const Row rows[] = {
  {"memory:CUDAMemory", "cuda"},
  {"memory:VulkanImage", "vulkan"},
  {"memory:VulkanBuffer", "vulkan"},
  /* whatever else exports one */
  {"memory:DMABuf", "dmabuf"},
  {"memory:DMABuf", "dmaheap"},
  {"memory:DMABuf", "udmabuf"},
  {"memory:DMABuf", "dumb"},
};

#define PREFIX "memory:"
#define SUFFIX "memory"

static gboolean
is_in_table (const gchar * feature)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (strcmp (rows[i].feature, feature) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Dashes are of our words only. */
static gboolean
is_same_kind (const gchar * a, const gchar * b)
{
  for (;; a++, b++) {
    a += strspn (a, "-");
    b += strspn (b, "-");
    if (*a != *b)
      return FALSE;
    if (*a == '\0')
      return TRUE;
  }
}

/* "memory:SampleCardMemory" is sample-card where a backend has that kind, else
 * samplecard. */
static const gchar *
vendor_kind (const gchar * feature)
{
  g_autofree gchar *word = g_ascii_strdown (feature + strlen (PREFIX), -1);
  g_auto (GStrv) kinds = gst_ks_backend_list_kinds ();
  gsize n = 0;

  for (gsize i = 0; word[i]; i++) {
    if (g_ascii_isalnum (word[i]))
      word[n++] = word[i];
  }
  word[n] = '\0';
  if (n > strlen (SUFFIX) && g_str_has_suffix (word, SUFFIX))
    word[n - strlen (SUFFIX)] = '\0';
  for (guint i = 0; kinds[i]; i++) {
    if (is_same_kind (kinds[i], word))
      return g_intern_string (kinds[i]);
  }
  return gst_ks_kind_is_valid (word) ? g_intern_string (word) :
      g_intern_static_string ("foreign");
}

/**
 * gst_ks_feature_nth_kind:
 * @feature: a caps feature about memory, "memory:DMABuf"
 * @n: 0 for the first
 *
 * The kinds that frames of a feature may be of, the one that others make first.
 * A vendor's own feature stands for the kind of the same name. Any thread.
 *
 * Returns: (transfer none) (nullable): a kind word, interned; %NULL: no more
 *
 * Since: 0.9
 */
const gchar *
gst_ks_feature_nth_kind (const gchar * feature, guint n)
{
  g_return_val_if_fail (feature != NULL, NULL);
  g_return_val_if_fail (g_str_has_prefix (feature, PREFIX), NULL);

  if (!is_in_table (feature))
    return n == 0 ? vendor_kind (feature) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (strcmp (rows[i].feature, feature) == 0 && n-- == 0)
      return g_intern_static_string (rows[i].kind);
  }
  return NULL;
}

/**
 * gst_ks_feature_has_kind:
 * @feature: a caps feature about memory
 * @kind: a kind word
 *
 * Any thread.
 *
 * Returns: whether frames of @kind may go where caps say @feature
 *
 * Since: 0.9
 */
gboolean
gst_ks_feature_has_kind (const gchar * feature, const gchar * kind)
{
  const gchar *other;

  g_return_val_if_fail (feature != NULL && kind != NULL, FALSE);

  for (guint n = 0; (other = gst_ks_feature_nth_kind (feature, n)); n++) {
    if (strcmp (other, kind) == 0)
      return TRUE;
  }
  return FALSE;
}

/**
 * gst_ks_feature_is_device:
 * @feature: a caps feature about memory
 *
 * A dma-buf may have an address as well; frames of all other features are for
 * who knows the device. Any thread.
 *
 * Returns: whether only elements that know @feature can read its frames
 *
 * Since: 0.9
 */
gboolean
gst_ks_feature_is_device (const gchar * feature)
{
  g_return_val_if_fail (feature != NULL, FALSE);

  return strcmp (feature, "memory:DMABuf") != 0;
}

static gboolean
is_first_row (const Row * row)
{
  return row == rows || strcmp (row[-1].feature, row->feature) != 0;
}

/**
 * gst_ks_feature_nth:
 * @kind: (nullable): a kind word; %NULL: any
 * @n: 0 for the first
 *
 * The features of the ecosystem, or those of them that frames of a kind may
 * have. A vendor's own are not among them. Any thread.
 *
 * Returns: (transfer none) (nullable): a caps feature, interned; %NULL: no more
 *
 * Since: 0.9
 */
const gchar *
gst_ks_feature_nth (const gchar * kind, guint n)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean meant = kind ? strcmp (rows[i].kind, kind) == 0
        : is_first_row (&rows[i]);

    if (meant && n-- == 0)
      return g_intern_static_string (rows[i].feature);
  }
  return NULL;
}
