/* Where backends are found: GStreamer's registry by type name, and the table of those that are open.
 *
 * The registry stores nothing of a backend but its type's name, so the name
 * carries the kind: `cuda-host` is GstKsBackendCudaHost. Every part of a kind
 * word begins with a letter, or the way back could not tell the parts apart.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbackendprivate.h"
#include "gstkslock.h"

#define TYPE_PREFIX "GstKsBackend"

/* One object a (kind, device). While one is being opened or is going away the
 * others who ask for its kind wait; other kinds are not held up. */
typedef struct
{
  GThread *opener;              /* who opens a device of this kind; NULL: nobody */
  GHashTable *devices;          /* device or "" -> GWeakRef; from open until close is done */
} Kind;

static GMutex table_lock;
static GCond table_changed;
static GHashTable *kinds;       /* kind word -> Kind; never shrinks */

static gchar *
type_name (const gchar * kind)
{
  g_autoptr (GString) name = g_string_new (TYPE_PREFIX);
  gboolean starts = TRUE;

  for (const gchar * c = kind; *c; c++) {
    if (starts && !g_ascii_islower (*c))
      return NULL;
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && *c != '-')
      return NULL;
    if (*c != '-')
      g_string_append_c (name, starts ? g_ascii_toupper (*c) : *c);
    starts = *c == '-';
  }
  return starts ? NULL : g_string_free (g_steal_pointer (&name), FALSE);
}

static gchar *
kind_word (const gchar * name)
{
  if (!g_str_has_prefix (name, TYPE_PREFIX))
    return NULL;

  const gchar *rest = name + strlen (TYPE_PREFIX);
  g_autoptr (GString) kind = g_string_new (NULL);

  if (!g_ascii_isupper (*rest))
    return NULL;
  for (const gchar * c = rest; *c; c++) {
    if (!g_ascii_isalnum (*c))
      return NULL;
    if (g_ascii_isupper (*c) && c != rest)
      g_string_append_c (kind, '-');
    g_string_append_c (kind, g_ascii_tolower (*c));
  }
  return g_string_free (g_steal_pointer (&kind), FALSE);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Called with table_lock held. */
static Kind *
table_kind (const gchar * word)
{
  if (!kinds)
    kinds = g_hash_table_new (g_str_hash, g_str_equal);

  Kind *kind = g_hash_table_lookup (kinds, word);

  if (!kind) {
    kind = g_new0 (Kind, 1);
    kind->devices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
        weak_ref_free);
    g_hash_table_insert (kinds, g_strdup (word), kind);
  }
  return kind;
}

static const gchar *
device_key (const gchar * device)
{
  return device ? device : "";
}

/* The object that is open, or NULL and then the caller opens one and calls
 * table_leave(). An entry without object is one whose close is under way. */
static gboolean
table_enter (const gchar * word, const gchar * device, GstKsBackend ** backend,
    GError ** error)
{
  gboolean again = FALSE;
  GWeakRef *ref = NULL;

  *backend = NULL;
  gst_ks_mutex_lock (&table_lock);
  Kind *kind = table_kind (word);
  for (;;) {
    again = kind->opener == g_thread_self ();
    ref = g_hash_table_lookup (kind->devices, device_key (device));
    if (ref)
      *backend = g_weak_ref_get (ref);
    if (*backend || again || (!ref && !kind->opener))
      break;
    gst_ks_cond_wait (&table_changed, &table_lock);
  }
  if (!*backend && !again)
    kind->opener = g_thread_self ();
  gst_ks_mutex_unlock (&table_lock);

  if (!*backend && again)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "backend '%s' broke its contract: its open asks for its own kind",
        word);
  return *backend || !again;
}

/* backend: what was opened, or NULL: nothing came of it */
static void
table_leave (const gchar * word, const gchar * device, GstKsBackend * backend)
{
  gst_ks_mutex_lock (&table_lock);
  Kind *kind = table_kind (word);
  if (backend) {
    GWeakRef *ref = g_new0 (GWeakRef, 1);

    g_weak_ref_init (ref, backend);
    g_hash_table_insert (kind->devices, g_strdup (device_key (device)), ref);
  }
  kind->opener = NULL;
  g_cond_broadcast (&table_changed);
  gst_ks_mutex_unlock (&table_lock);
}

void
gst_ks_backend_forget (const gchar * word, const gchar * device)
{
  gst_ks_mutex_lock (&table_lock);
  g_hash_table_remove (table_kind (word)->devices, device_key (device));
  g_cond_broadcast (&table_changed);
  gst_ks_mutex_unlock (&table_lock);
}

/* NULL: the class is sound. */
static const gchar *
class_wrong (GstKsBackendClass * klass, const gchar * kind)
{
  if (g_strcmp0 (klass->kind, kind) != 0)
    return "its kind is not the one in its type's name";
  if (!klass->open || !klass->describe || !klass->create_allocator)
    return "open, describe or create_allocator is missing";
  return NULL;
}

/**
 * gst_ks_backend_register:
 * @plugin: (nullable): the plugin that brings the backend; %NULL: a program's own
 * @type: a #GstKsBackend, named `GstKsBackend` and the kind in camel case
 *
 * Makes a backend known to GStreamer's registry, which stores no more than the
 * type's name: `cuda-host` is `GstKsBackendCudaHost`. Touches no hardware.
 * How much a kind is preferred is the rank of its plugin feature. Any thread.
 *
 * Returns: %FALSE when the registry did not take it
 *
 * Since: 0.9
 */
gboolean
gst_ks_backend_register (GstPlugin * plugin, GType type)
{
  g_return_val_if_fail (g_type_is_a (type, GST_TYPE_KS_BACKEND), FALSE);

  GstKsBackendClass *klass = g_type_class_ref (type);
  g_autofree gchar *name = klass->kind ? type_name (klass->kind) : NULL;
  G_GNUC_UNUSED gboolean right = g_strcmp0 (name, g_type_name (type)) == 0;

  g_type_class_unref (klass);
  g_return_val_if_fail (right, FALSE);
  return gst_dynamic_type_register (plugin, type);
}

static gboolean
feature_is_backend (GstPluginFeature * feature, gpointer unused)
{
  g_autofree gchar *kind = NULL;

  if (!GST_IS_DYNAMIC_TYPE_FACTORY (feature))
    return FALSE;
  kind = kind_word (GST_OBJECT_NAME (feature));
  return kind != NULL;
}

/**
 * gst_ks_backend_list_kinds:
 *
 * Kinds of memory that backends bring, best ranked first. Loads and opens
 * nothing, so a kind in the list may still have no hardware here. Any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): kind words
 *
 * Since: 0.9
 */
gchar **
gst_ks_backend_list_kinds (void)
{
  GList *features = gst_registry_feature_filter (gst_registry_get (),
      feature_is_backend, FALSE, NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  features = g_list_sort (features, gst_plugin_feature_rank_compare_func);
  for (GList * l = features; l; l = l->next)
    g_ptr_array_add (words, kind_word (GST_OBJECT_NAME (l->data)));
  gst_plugin_feature_list_free (features);
  g_ptr_array_add (words, NULL);
  return (gchar **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

static GstPluginFeature *
find_feature (const gchar * kind)
{
  g_autofree gchar *name = type_name (kind);

  return name ? gst_registry_find_feature (gst_registry_get (), name,
      GST_TYPE_DYNAMIC_TYPE_FACTORY) : NULL;
}

/* The list walks over all that GStreamer knows. Who asks for a kind of the system
 * asks here too, at each start, and wants no error. */
static void
unknown_kind_error (GError ** error, const gchar * kind)
{
  if (error == NULL)
    return;

  g_auto (GStrv) known = gst_ks_list_kinds ();
  g_autofree gchar *list = g_strjoinv (", ", known);

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNKNOWN_KIND,
      "no kind of memory is called '%s'; there are: %s; gst-ks-1.0 inspect says"
      " which of them can be had", kind, list);
}

/* Loads the plugin of the kind. The class stays referenced: static types live
 * for ever, and GStreamer never unloads a plugin. */
GstKsBackendClass *
gst_ks_backend_load_class (const gchar * kind, GError ** error)
{
  g_autoptr (GstPluginFeature) feature = find_feature (kind);

  if (!feature) {
    unknown_kind_error (error, kind);
    return NULL;
  }

  g_autoptr (GstPluginFeature) loaded = gst_plugin_feature_load (feature);
  GType type = loaded ? g_type_from_name (GST_OBJECT_NAME (loaded)) : 0;

  if (!type) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "memory kind '%s' is not here: its plugin cannot be loaded; "
        "GST_DEBUG=GST_PLUGIN_LOADING:5 says why", kind);
    return NULL;
  }
  if (!g_type_is_a (type, GST_TYPE_KS_BACKEND) || G_TYPE_IS_ABSTRACT (type)) {
    gst_ks_backend_contract_error (error, kind, "its type is not a backend");
    return NULL;
  }

  GstKsBackendClass *klass = g_type_class_ref (type);
  const gchar *wrong = class_wrong (klass, kind);

  if (!wrong)
    return klass;
  gst_ks_backend_contract_error (error, kind, wrong);
  g_type_class_unref (klass);
  return NULL;
}

/**
 * gst_ks_backend_list_devices:
 * @kind: kind word
 * @error: (nullable): where to say why not
 *
 * Loads the plugin of the kind, opens nothing. Any thread.
 *
 * Errors: %GST_KS_ERROR_UNKNOWN_KIND, %GST_KS_ERROR_UNAVAILABLE when the plugin
 * cannot be loaded, %GST_KS_ERROR_FAILED for a broken contract.
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): names for the
 *     device of gst_ks_backend_get(); an empty list when the kind has one
 *     device without a name, or when none is here
 *
 * Since: 0.9
 */
gchar **
gst_ks_backend_list_devices (const gchar * kind, GError ** error)
{
  g_return_val_if_fail (kind != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  GstKsBackendClass *klass = gst_ks_backend_load_class (kind, error);
  gchar **names = NULL;

  if (!klass)
    return NULL;
  if (klass->list_devices)
    names = klass->list_devices (klass);
  g_type_class_unref (klass);
  return names ? names : g_new0 (gchar *, 1);
}

/* The backend says why a device is none; all of them are listed behind it. */
static gboolean
check_device (GstKsBackendClass * klass, const gchar * device, GError ** error)
{
  if (!device)
    return TRUE;

  g_auto (GStrv) names =
      klass->list_devices ? klass->list_devices (klass) : NULL;
  g_autofree gchar *list = names ? g_strjoinv (", ", names) : NULL;
  g_autoptr (GError) reason = NULL;

  if (names && g_strv_contains ((const gchar * const *) names, device))
    return TRUE;
  if (klass->check_device && klass->check_device (klass, device, &reason))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "memory kind '%s' has no device '%s'%s%s; there is: %s", klass->kind,
      device, reason ? ": " : "", reason ? reason->message : "",
      list && *list ? list : names ? "none" : "one, without a name");
  return FALSE;
}

/**
 * gst_ks_backend_get:
 * @kind: kind word
 * @device: (nullable): which one of the kind; %NULL or "": the backend's choice
 * @error: (nullable): where to say why not
 *
 * Finds the backend of a kind, loads its plugin and opens the device, or
 * gives the object that is open already. Any thread; waits while another
 * thread opens or closes a device of the same kind. A refusal is not
 * remembered: the next call tries again.
 *
 * Errors: %GST_KS_ERROR_UNKNOWN_KIND lists the kinds that are here,
 * %GST_KS_ERROR_INVALID the devices, %GST_KS_ERROR_UNAVAILABLE has the
 * backend's own reason, %GST_KS_ERROR_FAILED a broken contract.
 *
 * Returns: (transfer full) (nullable): the backend, open
 *
 * Since: 0.9
 */
GstKsBackend *
gst_ks_backend_get (const gchar * kind, const gchar * device, GError ** error)
{
  g_return_val_if_fail (kind != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  GstKsBackend *backend = NULL;
  GstKsBackendClass *klass = gst_ks_backend_load_class (kind, error);

  if (!klass)
    return NULL;
  if (device && !*device)
    device = NULL;
  if (table_enter (kind, device, &backend, error) && !backend) {
    if (check_device (klass, device, error))
      backend = gst_ks_backend_new_open (klass, device, error);
    table_leave (kind, device, backend);
  }
  g_type_class_unref (klass);
  return backend;
}
