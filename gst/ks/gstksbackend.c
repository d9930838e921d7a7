/* GstKsBackend: discovers, opens and describes one kind of memory and makes allocators of it.
 *
 * The public functions check what they are given and what a backend gave;
 * backends trust their input. A backend is found by the name of its type in
 * GStreamer's registry, loaded when its kind is asked for, opened once per
 * device, and shared while anybody holds it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbackendprivate.h"
#include "gstksframingfield.h"
#include "gstksstores.h"

GST_DEBUG_CATEGORY_STATIC (ks_backend_debug);
#define GST_CAT_DEFAULT ks_backend_debug

typedef struct
{
  gchar *device;                /* NULL: the one unnamed device */
  GstKsFraming *framing;        /* what it can do; set by a successful open */
} GstKsBackendPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstKsBackend, gst_ks_backend, G_TYPE_OBJECT,
    G_ADD_PRIVATE (GstKsBackend);
    GST_DEBUG_CATEGORY_INIT (ks_backend_debug, "ks-backend", 0,
        "kinds of memory and their hardware"));

#define PRIVATE(self) ((GstKsBackendPrivate *) \
    gst_ks_backend_get_instance_private ((GstKsBackend *) (self)))

static GQuark
backend_quark (void)
{
  return g_quark_from_static_string ("gst-ks-backend");
}

/* The framing is the sign of a successful open, so it goes last. */
static void
gst_ks_backend_dispose (GObject * object)
{
  GstKsBackend *self = GST_KS_BACKEND (object);
  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (self);
  GstKsBackendPrivate *priv = PRIVATE (self);
  g_autoptr (GstKsFraming) framing = g_steal_pointer (&priv->framing);

  if (framing) {
    GST_DEBUG ("closing '%s' device '%s'", klass->kind,
        priv->device ? priv->device : "");
    if (klass->close)
      klass->close (self);
    gst_ks_backend_forget (klass->kind, priv->device);
  }
  G_OBJECT_CLASS (gst_ks_backend_parent_class)->dispose (object);
}

static void
gst_ks_backend_finalize (GObject * object)
{
  g_free (PRIVATE (object)->device);
  G_OBJECT_CLASS (gst_ks_backend_parent_class)->finalize (object);
}

static void
gst_ks_backend_class_init (GstKsBackendClass * klass)
{
  G_OBJECT_CLASS (klass)->dispose = gst_ks_backend_dispose;
  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_finalize;
}

static void
gst_ks_backend_init (GstKsBackend * self)
{
}

void
gst_ks_backend_contract_error (GError ** error, const gchar * kind,
    const gchar * what)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "backend '%s' broke its contract: %s", kind, what);
}

/* NULL: sound. */
static const gchar *
framing_wrong (const GstKsFraming * framing, const gchar * kind)
{
  if (!framing)
    return "describe gave nothing";
  if (gst_ks_framing_get_n_items (framing) == 0)
    return "describe gave a framing without items";
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++)
    if (g_strcmp0 (gst_ks_framing_peek_item (framing, i)->memory, kind) != 0)
      return "describe names another kind";
  return NULL;
}

/* Runs with no lock held: open may take as long as the hardware does. */
GstKsBackend *
gst_ks_backend_new_open (GstKsBackendClass * klass, const gchar * device,
    GError ** error)
{
  g_autoptr (GstKsBackend) self =
      g_object_new (G_TYPE_FROM_CLASS (klass), NULL);
  g_autoptr (GError) reason = NULL;

  PRIVATE (self)->device = g_strdup (device);
  if (!klass->open (self, &reason)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "memory kind '%s' is not here: %s", klass->kind,
        reason ? reason->message : "its backend gave no reason");
    return NULL;
  }

  g_autoptr (GstKsFraming) framing = klass->describe (self);
  const gchar *wrong = reason ? "open succeeded and set an error" :
      framing_wrong (framing, klass->kind);

  if (wrong) {
    if (klass->close)
      klass->close (self);
    gst_ks_backend_contract_error (error, klass->kind, wrong);
    return NULL;
  }
  PRIVATE (self)->framing = g_steal_pointer (&framing);
  return g_steal_pointer (&self);
}

/**
 * gst_ks_backend_peek_kind:
 * @self: a backend
 *
 * Any thread.
 *
 * Returns: (transfer none): its kind word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_backend_peek_kind (GstKsBackend * self)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), NULL);

  return GST_KS_BACKEND_GET_CLASS (self)->kind;
}

/**
 * gst_ks_backend_peek_device:
 * @self: a backend
 *
 * Any thread; in the open of a class too.
 *
 * Returns: (transfer none) (nullable): the device that was asked for; %NULL:
 *     the backend chooses
 *
 * Since: 0.9
 */
const gchar *
gst_ks_backend_peek_device (GstKsBackend * self)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), NULL);

  return PRIVATE (self)->device;
}

/**
 * gst_ks_backend_describe:
 * @self: a backend of gst_ks_backend_get()
 *
 * What the memory of this backend can do. Constant; any thread.
 *
 * Returns: (transfer full): a framing whose items all name the backend's kind
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_backend_describe (GstKsBackend * self)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), NULL);
  g_return_val_if_fail (PRIVATE (self)->framing != NULL, NULL);

  return gst_ks_framing_ref (PRIVATE (self)->framing);
}

/**
 * gst_ks_backend_get_note:
 * @self: a backend of gst_ks_backend_get()
 *
 * What people should know of this device and a framing has no words for. Any
 * thread.
 *
 * Returns: (transfer full) (nullable): a line of text, or %NULL: nothing to say
 *
 * Since: 0.9
 */
gchar *
gst_ks_backend_get_note (GstKsBackend * self)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), NULL);
  g_return_val_if_fail (PRIVATE (self)->framing != NULL, NULL);

  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (self);

  return klass->note != NULL ? klass->note (self) : NULL;
}

/* What the backend said of its memory holds for every block that is asked of
 * it, so that it need not check. With alternatives the choice is the asker's. */
static void
bind_to_description (GstKsBackend * self, GstAllocator * allocator)
{
  const GstKsFraming *framing = PRIVATE (self)->framing;
  GstKsStore *store = gst_ks_store_of (allocator);
  const GstKsFramingItem *item;
  GstKsTerms terms = { 1, 1, GST_KS_RANGE_INIT_ANY };

  if (store == NULL || gst_ks_framing_get_n_items (framing) != 1)
    return;
  item = gst_ks_framing_peek_item (framing, 0);
  terms.align = MIN (item->align, G_MAXSIZE / 2 + 1);
  terms.size = item->size;
  gst_ks_store_set_kind (store, NULL, &terms);
}

/**
 * gst_ks_backend_bind:
 * @self: a backend, open
 * @allocator: a new allocator that @self made
 *
 * Makes @allocator one of this kind: it keeps @self open as long as it lives.
 * For backends, and only for allocators that create_allocator did not return,
 * such as those of shapes. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_backend_bind (GstKsBackend * self, GstAllocator * allocator)
{
  g_return_if_fail (GST_IS_KS_BACKEND (self));
  g_return_if_fail (GST_IS_ALLOCATOR (allocator));

  g_object_set_qdata_full (G_OBJECT (allocator), backend_quark (),
      g_object_ref (self), g_object_unref);
}

/**
 * gst_ks_backend_create_allocator:
 * @self: a backend of gst_ks_backend_get()
 * @error: (nullable): where to say why not
 *
 * Makes an allocator of the backend's memory, which keeps @self open as long
 * as it lives. Where the description is one item, its alignment is the least
 * that a block gets, and its sizes are those that blocks have. Any thread.
 *
 * Errors: the backend's own; %GST_KS_ERROR_FAILED for a broken contract.
 *
 * Returns: (transfer full) (nullable): an allocator
 *
 * Since: 0.9
 */
GstAllocator *
gst_ks_backend_create_allocator (GstKsBackend * self, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), NULL);
  g_return_val_if_fail (PRIVATE (self)->framing != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  const gchar *wrong = NULL;
  GError *reason = NULL;
  GstAllocator *allocator =
      GST_KS_BACKEND_GET_CLASS (self)->create_allocator (self, &reason);

  if (!gst_ks_backend_outcome (self, "create_allocator", allocator != NULL,
          &reason)) {
    g_propagate_error (error, reason);
    gst_clear_object (&allocator);
    return NULL;
  }
  if (g_object_is_floating (allocator))
    gst_object_ref_sink (allocator);

  if (!GST_IS_ALLOCATOR (allocator))
    wrong = "create_allocator gave something else";
  else if (gst_ks_backend_peek (allocator)
      && gst_ks_backend_peek (allocator) != self)
    wrong = "create_allocator gave another backend's allocator";
  if (wrong) {
    gst_ks_backend_contract_error (error, gst_ks_backend_peek_kind (self),
        wrong);
    g_object_unref (allocator);
    return NULL;
  }
  bind_to_description (self, allocator);
  gst_ks_backend_bind (self, allocator);        /* from then on others see it */
  return allocator;
}

/**
 * gst_ks_backend_peek:
 * @allocator: any allocator
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the backend that made @allocator; %NULL
 *     for system kinds, external ones and strangers
 *
 * Since: 0.9
 */
GstKsBackend *
gst_ks_backend_peek (GstAllocator * allocator)
{
  g_return_val_if_fail (GST_IS_ALLOCATOR (allocator), NULL);

  return g_object_get_qdata (G_OBJECT (allocator), backend_quark ());
}

/**
 * gst_ks_backend_has_shapes:
 * @self: a backend
 *
 * Any thread.
 *
 * Returns: whether gst_ks_backend_allocate_shaped() can be used
 *
 * Since: 0.9
 */
gboolean
gst_ks_backend_has_shapes (GstKsBackend * self)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), FALSE);

  return GST_KS_BACKEND_GET_CLASS (self)->allocate_shaped != NULL;
}

static gboolean
check_shape_request (GstKsBackend * self, const GstVideoInfo * info,
    const GstKsFraming * fixed, GError ** error)
{
  const gchar *wrong = NULL;

  if (!gst_ks_backend_has_shapes (self))
    wrong = "it has no frames whose layout a driver decides";
  else if (!info->finfo || GST_VIDEO_INFO_N_PLANES (info) == 0
      || GST_VIDEO_INFO_WIDTH (info) < 1 || GST_VIDEO_INFO_HEIGHT (info) < 1)
    wrong = "a shape needs raw video with a width and a height";
  else if (!gst_ks_framing_is_fixed (fixed))
    wrong = "a shape needs a fixed framing";
  if (!wrong)
    return
        gst_ks_framing_item_fits_address (gst_ks_framing_peek_item (fixed, 0),
        error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "memory kind '%s': %s", gst_ks_backend_peek_kind (self), wrong);
  return FALSE;
}

/**
 * gst_ks_backend_allocate_shaped:
 * @self: a backend of gst_ks_backend_get() that has shapes
 * @info: raw video
 * @fixed: the decided framing
 * @out: (out caller-allocates): what the driver made; zeroed on failure. Clear
 *     it with gst_ks_shape_clear()
 * @error: (nullable): where to say why not
 *
 * Makes one frame whose layout the driver decides. Each plane lies inside one
 * of the memories. Any thread.
 *
 * Errors: %GST_KS_ERROR_INVALID for a request that cannot be, the backend's
 * own, %GST_KS_ERROR_FAILED for a broken contract.
 *
 * Returns: whether @out was filled
 *
 * Since: 0.9
 */
gboolean
gst_ks_backend_allocate_shaped (GstKsBackend * self, const GstVideoInfo * info,
    const GstKsFraming * fixed, GstKsShape * out, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), FALSE);
  g_return_val_if_fail (info != NULL && fixed != NULL && out != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_autofree gchar *wrong = NULL;
  GError *reason = NULL;
  gboolean made;

  memset (out, 0, sizeof *out);
  if (!check_shape_request (self, info, fixed, error))
    return FALSE;

  made = GST_KS_BACKEND_GET_CLASS (self)->allocate_shaped (self, info, fixed,
      out, &reason);
  if (!gst_ks_backend_outcome (self, "allocate_shaped", made, &reason)) {
    g_propagate_error (error, reason);
  } else if (!gst_ks_shape_check (out, info, &wrong)) {
    gst_ks_backend_contract_error (error, gst_ks_backend_peek_kind (self),
        wrong);
  } else {
    return TRUE;
  }
  gst_ks_shape_clear (out);
  return FALSE;
}
