/* What a pin reads of its peer, and keeps.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"

GType
gst_ks_framing_cache_op_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {GST_KS_FRAMING_CACHE_UPDATE, "Ask the peer now", "update"},
    {GST_KS_FRAMING_CACHE_READ_LAST, "What was read last", "read-last"},
    {GST_KS_FRAMING_CACHE_READ_ORIG, "What was read first", "read-orig"},
    {GST_KS_FRAMING_CACHE_WRITE, "What was written", "write"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsFramingCacheOp",
            values));
  return type;
}

void
gst_ks_pin_cache_clear (GstKsPinCache * cache)
{
  g_clear_pointer (&cache->last, gst_ks_framing_unref);
  g_clear_pointer (&cache->orig, gst_ks_framing_unref);
  g_clear_pointer (&cache->written, gst_ks_framing_unref);
  cache->form = GST_KS_FRAMING_PROP_UNINITIALIZED;
}

static GstKsFraming *
ask_for (GstPad * pad, GstKsFramingProp form)
{
  g_autoptr (GstQuery) query = gst_ks_query_new_framing (pad, form);

  return gst_pad_query (pad, query) ? gst_ks_query_get_framing (query) : NULL;
}

/* EX first, old second, none third. */
static GstKsFraming *
ask (GstPad * pad, GstKsFramingProp * form)
{
  static const GstKsFramingProp forms[] = {
    GST_KS_FRAMING_PROP_EX, GST_KS_FRAMING_PROP_OLD
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    GstKsFraming *framing = ask_for (pad, forms[i]);

    *form = forms[i];
    if (framing)
      return framing;
  }
  *form = GST_KS_FRAMING_PROP_NONE;
  return NULL;
}

/* A pad that is gone is nobody's: another one may have its address. */
static gboolean
cache_is_of (GstKsPinCache * cache, GstPad * peer)
{
  g_autoptr (GstPad) known = g_weak_ref_get (&cache->peer);

  return known == peer;
}

/* Under the pin's lock: slots are those of one peer. */
static void
cache_turn_to (GstKsPinCache * cache, GstPad * peer)
{
  if (cache_is_of (cache, peer))
    return;
  gst_ks_pin_cache_clear (cache);
  g_weak_ref_set (&cache->peer, peer);
}

static void
cache_store (GstKsPinCache * cache, GstKsFramingProp form,
    GstKsFraming * framing)
{
  cache->form = form;
  g_clear_pointer (&cache->last, gst_ks_framing_unref);
  if (framing == NULL)
    return;
  cache->last = gst_ks_framing_ref (framing);
  if (cache->orig == NULL)
    cache->orig = gst_ks_framing_ref (framing);
}

/* TRUE: *framing is what @op means; FALSE: the peer has to be asked. */
static gboolean
cache_read (GstKsPinCache * cache, GstKsFramingCacheOp op,
    GstKsFraming ** framing)
{
  GstKsFraming *slot = op == GST_KS_FRAMING_CACHE_READ_LAST ? cache->last
      : op == GST_KS_FRAMING_CACHE_READ_ORIG ? cache->orig : cache->written;

  if (op == GST_KS_FRAMING_CACHE_UPDATE)
    return FALSE;
  if (op != GST_KS_FRAMING_CACHE_WRITE
      && cache->form == GST_KS_FRAMING_PROP_UNINITIALIZED)
    return FALSE;
  *framing = slot ? gst_ks_framing_ref (slot) : NULL;
  return TRUE;
}

static GstKsFraming *
read_slot (GstKsPin * pin, GstPad * peer, GstKsFramingCacheOp op)
{
  GstKsFraming *framing = NULL;
  GstKsFramingProp form;
  gboolean known;

  gst_ks_mutex_lock (&pin->lock);
  cache_turn_to (&pin->cache, peer);
  known = cache_read (&pin->cache, op, &framing);
  gst_ks_mutex_unlock (&pin->lock);
  if (known)
    return framing;

  framing = ask (peer, &form);
  gst_ks_mutex_lock (&pin->lock);
  if (cache_is_of (&pin->cache, peer))
    cache_store (&pin->cache, form, framing);
  gst_ks_mutex_unlock (&pin->lock);
  return framing;
}

/**
 * gst_ks_pin_read_peer_framing:
 * @pin: a pin
 * @op: which slot; %GST_KS_FRAMING_CACHE_UPDATE asks the peer
 * @error: %GST_KS_ERROR_NOT_FOUND when there is none
 *
 * Reads the framing of the pad that is linked to the pin's, of a bin's pad the
 * one behind it: the extended form is asked for first, the old one second.
 * What is read is kept until another pad is linked. Any thread; the query
 * function of the peer's element is called, with no lock held.
 *
 * Returns: (transfer full) (nullable): the framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_pin_read_peer_framing (GstKsPin * pin, GstKsFramingCacheOp op,
    GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), NULL);
  g_return_val_if_fail (op <= GST_KS_FRAMING_CACHE_WRITE, NULL);

  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  g_autoptr (GstPad) peer = pad ? gst_ks_pin_find_peer (pad) : NULL;
  GstKsFraming *framing = peer ? read_slot (pin, peer, op) : NULL;

  if (framing)
    return framing;
  g_autofree gchar *name = gst_ks_pin_name (pin);
  if (peer == NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "%s is not linked, so there is no framing to read; link it first",
        name);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "%s:%s, which %s is linked to, %s; gst_ks_pin_get() gives it a pin",
        GST_DEBUG_PAD_NAME (peer), name, op == GST_KS_FRAMING_CACHE_WRITE
        ? "was not written a framing" : "has no framing");
  return NULL;
}

/**
 * gst_ks_pin_write_peer_framing:
 * @pin: a pin
 * @framing: (nullable): what was made of the peer's framing
 *
 * Keeps @framing in the cache as what was written for the peer that is linked
 * now. The peer is not told. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_pin_write_peer_framing (GstKsPin * pin, GstKsFraming * framing)
{
  g_return_if_fail (GST_IS_KS_PIN (pin));

  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  g_autoptr (GstPad) peer = pad ? gst_ks_pin_find_peer (pad) : NULL;

  gst_ks_mutex_lock (&pin->lock);
  cache_turn_to (&pin->cache, peer);
  g_clear_pointer (&pin->cache.written, gst_ks_framing_unref);
  pin->cache.written = framing ? gst_ks_framing_ref (framing) : NULL;
  gst_ks_mutex_unlock (&pin->lock);
}

/**
 * gst_ks_pin_get_peer_form:
 * @pin: a pin
 *
 * In which form the peer answered when it was asked last. Any thread.
 *
 * KS: FRAMING_PROP.
 *
 * Returns: %GST_KS_FRAMING_PROP_UNINITIALIZED until it was asked
 *
 * Since: 0.9
 */
GstKsFramingProp
gst_ks_pin_get_peer_form (GstKsPin * pin)
{
  GstKsFramingProp form;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), GST_KS_FRAMING_PROP_UNINITIALIZED);

  gst_ks_mutex_lock (&pin->lock);
  form = pin->cache.form;
  gst_ks_mutex_unlock (&pin->lock);
  return form;
}

/* --- where the frames of a pad come to --- */

/* More links than that are a circle, or more than is looked at: as if there
 * were a pad without a pin. */
#define MAX_HOPS 256

typedef struct
{
  GstKsPinVisit visit;
  gpointer user_data;
  guint hops;
} Walk;

static void walk_inside (GstPad * pad, Walk * walk);

/* Across the link of a pad, and on where the element there passes frames on. */
static void
walk_across (GstPad * pad, Walk * walk)
{
  g_autoptr (GstPad) peer = gst_ks_pin_find_peer (pad);
  g_autoptr (GstKsPin) pin = peer ? gst_ks_pin_get (peer, FALSE) : NULL;

  if (peer == NULL)
    return;
  walk->hops++;
  if (walk->hops > MAX_HOPS) {
    walk->visit (NULL, walk->user_data);
    return;
  }
  walk->visit (pin, walk->user_data);
  if (pin)
    walk_inside (peer, walk);
}

static void
walk_item (const GValue * item, gpointer user_data)
{
  GstPad *pad = g_value_get_object (item);
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  Walk *walk = user_data;

  if (pin)
    walk->visit (pin, walk->user_data);
  walk_across (pad, walk);
}

static gboolean
passes (GstPad * pad)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  gboolean passes;

  if (pin == NULL)
    return FALSE;
  gst_ks_mutex_lock (&pin->lock);
  passes = (pin->settings.flags & GST_KS_PIN_FLAG_PASSES) != 0;
  gst_ks_mutex_unlock (&pin->lock);
  return passes;
}

/* From a pad to the other side of its element, if frames go there. */
static void
walk_inside (GstPad * pad, Walk * walk)
{
  GstIterator *links = passes (pad) ? gst_pad_iterate_internal_links (pad)
      : NULL;

  if (links == NULL)
    return;
  while (gst_iterator_foreach (links, walk_item, walk) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (links);
  gst_iterator_free (links);
}

/* Visits all pins, @pin's own not among them, that the frames of its pad come
 * from or go to without being copied; NULL for each pad there without a pin,
 * behind which nothing is known. Some may be visited twice. */
void
gst_ks_pin_walk (GstKsPin * pin, GstKsPinVisit visit, gpointer user_data)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  Walk walk = { visit, user_data, 0 };

  if (pad == NULL)
    return;
  walk_across (pad, &walk);
  walk_inside (pad, &walk);
}

static void
note_foreign (GstKsPin * pin, gpointer foreign)
{
  if (pin == NULL)
    *(gboolean *) foreign = TRUE;
}

/* Whether frames can come to an element that has no pins. */
gboolean
gst_ks_pin_reaches_foreign (GstKsPin * pin)
{
  gboolean foreign = FALSE;

  gst_ks_pin_walk (pin, note_foreign, &foreign);
  return foreign;
}
