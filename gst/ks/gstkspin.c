/* GstKsPin: what a pad says of its frames, and who allocates for it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A pin is attached to a pad as data of the pad's object: the pad owns it and
 * it knows the pad weakly. Nothing in the pad's element needs to know. The
 * framing query is answered by a probe, which costs every buffer of the pad a
 * look at its list of probes; elements that have pins of their own answer in
 * their query function instead.
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"

GST_DEBUG_CATEGORY (gst_ks_pin_debug);

enum
{
  PROP_0,
  PROP_PAD,
  PROP_FRAMING,
  PROP_FLAGS,
  PROP_BUS,
  PROP_HONOR_COUNT,
  PROP_SURFACE_WIDTH,
  PROP_SURFACE_HEIGHT,
  PROP_PREFERRED_SURFACE,
  PROP_ACQUIRE_ORDERING,
  PROP_PEER_FORM,
  PROP_PIPE_ID,
  N_PROPS
};

enum
{
  ACQUIRED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE (GstKsPin, gst_ks_pin, G_TYPE_OBJECT);

GType
gst_ks_pin_flags_get_type (void)
{
  static gsize type;
  static const GFlagsValue values[] = {
    {GST_KS_PIN_FLAG_KERNEL_ONLY, "No frame may come to a foreign element",
        "kernel-only"},
    {GST_KS_PIN_FLAG_PASSES, "What comes in may leave at the other side",
        "passes"},
    {GST_KS_PIN_FLAG_CODEC, "Of an encoder or decoder", "codec"},
    {GST_KS_PIN_FLAG_READ_ONLY, "Who gets the frames has to copy", "read-only"},
    {GST_KS_PIN_FLAG_TOTAL, "Frames are a floor on all together", "total"},
    {GST_KS_PIN_FLAG_WISHES, "Other frames are better than none", "wishes"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("GstKsPinFlags",
            values));
  return type;
}

/* --- the object --- */

static void
gst_ks_pin_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  GstKsPin *self = GST_KS_PIN (object);

  gst_ks_mutex_lock (&self->lock);
  switch (id) {
    case PROP_PAD:
      g_value_take_object (value, g_weak_ref_get (&self->pad));
      break;
    case PROP_FRAMING:
      g_value_set_boxed (value, self->framing);
      break;
    case PROP_FLAGS:
      g_value_set_flags (value, self->settings.flags);
      break;
    case PROP_BUS:
      g_value_set_string (value, self->settings.bus);
      break;
    case PROP_HONOR_COUNT:
      g_value_set_boolean (value, self->settings.honor_count);
      break;
    case PROP_SURFACE_WIDTH:
      g_value_set_uint (value, self->settings.surface_width);
      break;
    case PROP_SURFACE_HEIGHT:
      g_value_set_uint (value, self->settings.surface_height);
      break;
    case PROP_PREFERRED_SURFACE:
      g_value_set_uint64 (value, self->settings.preferred_surface);
      break;
    case PROP_ACQUIRE_ORDERING:
      g_value_set_boolean (value, self->settings.acquire_ordering);
      break;
    case PROP_PEER_FORM:
      g_value_set_enum (value, self->cache.form);
      break;
    case PROP_PIPE_ID:
      g_value_set_uint64 (value, self->pipe_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  gst_ks_mutex_unlock (&self->lock);
}

static void
gst_ks_pin_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  GstKsPin *self = GST_KS_PIN (object);

  gst_ks_mutex_lock (&self->lock);
  switch (id) {
    case PROP_FLAGS:
      self->settings.flags = g_value_get_flags (value);
      break;
    case PROP_BUS:
      self->settings.bus = g_intern_string (g_value_get_string (value));
      break;
    case PROP_HONOR_COUNT:
      self->settings.honor_count = g_value_get_boolean (value);
      break;
    case PROP_SURFACE_WIDTH:
      self->settings.surface_width = g_value_get_uint (value);
      break;
    case PROP_SURFACE_HEIGHT:
      self->settings.surface_height = g_value_get_uint (value);
      break;
    case PROP_ACQUIRE_ORDERING:
      self->settings.acquire_ordering = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  gst_ks_mutex_unlock (&self->lock);
}

static void
gst_ks_pin_finalize (GObject * object)
{
  GstKsPin *self = GST_KS_PIN (object);

  gst_ks_pin_cache_clear (&self->cache);
  g_weak_ref_clear (&self->cache.peer);
  gst_clear_object (&self->allocator);
  g_clear_pointer (&self->framing, gst_ks_framing_unref);
  g_weak_ref_clear (&self->pad);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ks_pin_parent_class)->finalize (object);
}

static void
add_framing_properties (void)
{
  /**
   * GstKsPin:pad:
   *
   * The pad; %NULL when it is gone.
   *
   * Since: 0.9
   */
  props[PROP_PAD] = g_param_spec_object ("pad", "Pad", "The pad",
      GST_TYPE_PAD, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:framing:
   *
   * What the pad needs of its frames; %NULL: it says nothing. KS:
   * KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX, which cannot be set either.
   *
   * Since: 0.9
   */
  props[PROP_FRAMING] = g_param_spec_boxed ("framing", "Framing",
      "What the pad needs of its frames", GST_TYPE_KS_FRAMING,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:flags:
   *
   * What the pin does with frames.
   *
   * Since: 0.9
   */
  props[PROP_FLAGS] = g_param_spec_flags ("flags", "Flags",
      "What the pin does with frames", GST_TYPE_KS_PIN_FLAGS,
      GST_KS_PIN_FLAG_NONE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:bus:
   *
   * The bus that the pad's element is on, as in framings; of the framing only
   * items of this bus, or of none, count. %NULL: all of them.
   *
   * Since: 0.9
   */
  props[PROP_BUS] = g_param_spec_string ("bus", "Bus",
      "The bus that the element is on", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:peer-form:
   *
   * In which form the peer answered when it was asked last.
   *
   * Since: 0.9
   */
  props[PROP_PEER_FORM] = g_param_spec_enum ("peer-form", "Peer's form",
      "In which form the peer told its framing", GST_TYPE_KS_FRAMING_PROP,
      GST_KS_FRAMING_PROP_UNINITIALIZED,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:pipe-id:
   *
   * The same number for all pins that share an allocator, 0 before one is
   * decided on; it means nothing else. KS: KSPROPERTY_STREAM_PIPE_ID.
   *
   * Since: 0.9
   */
  props[PROP_PIPE_ID] = g_param_spec_uint64 ("pipe-id", "Pipe",
      "Equal for all pins that share an allocator", 0, G_MAXUINT64, 0,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
add_allocator_properties (void)
{
  /**
   * GstKsPin:honor-count:
   *
   * Whoever allocates has to make exactly as many frames as the framing says,
   * and hand out no more. KS: HONOR_COUNT of
   * PROPSETID_ALLOCATOR_CONTROL.
   *
   * Since: 0.9
   */
  props[PROP_HONOR_COUNT] = g_param_spec_boolean ("honor-count",
      "Honor count", "Exactly as many frames as the framing says", FALSE,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:surface-width:
   *
   * Pixels that a frame has room for, whatever is shown in it; 0: as the caps
   * say. KS: SURFACE_SIZE of PROPSETID_ALLOCATOR_CONTROL.
   *
   * Since: 0.9
   */
  props[PROP_SURFACE_WIDTH] = g_param_spec_uint ("surface-width",
      "Surface width", "Pixels a row that a frame has room for; 0: as caps say",
      0, G_MAXINT, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:surface-height:
   *
   * Rows that a frame has room for, whatever is shown in it; 0: as the caps
   * say.
   *
   * Since: 0.9
   */
  props[PROP_SURFACE_HEIGHT] = g_param_spec_uint ("surface-height",
      "Surface height", "Rows that a frame has room for; 0: as caps say",
      0, G_MAXINT, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:preferred-surface:
   *
   * The card's surface that frames should lie in, 0: none; a number of the
   * card's own. KS: the preferred capture surface of
   * PROPSETID_VramCapture.
   *
   * Since: 0.9
   */
  props[PROP_PREFERRED_SURFACE] = g_param_spec_uint64 ("preferred-surface",
      "Preferred surface", "Where frames should lie; 0: none", 0, G_MAXUINT64,
      0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GstKsPin:acquire-ordering:
   *
   * Of a sink pad: the other pads of its element have to be acquired before
   * it. KS: KSPROPERTY_CONNECTION_ACQUIREORDERING.
   *
   * Since: 0.9
   */
  props[PROP_ACQUIRE_ORDERING] = g_param_spec_boolean ("acquire-ordering",
      "Acquire ordering", "The element's other pads are to be acquired first",
      FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

/* Elements without pins need it too. */
void
gst_ks_pin_init_debug (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ks_pin_debug, "ks-pin", 0,
        "KS pins: who allocates, and why");
    g_once_init_leave (&done, TRUE);
  }
}

static void
gst_ks_pin_class_init (GstKsPinClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  gst_ks_pin_init_debug ();
  object_class->get_property = gst_ks_pin_get_property;
  object_class->set_property = gst_ks_pin_set_property;
  object_class->finalize = gst_ks_pin_finalize;
  add_framing_properties ();
  add_allocator_properties ();
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * GstKsPin::acquired:
   * @pin: the pin
   *
   * gst_ks_pin_acquire() came to this pin: its allocator, if it was given one,
   * is active. From the thread that acquires.
   *
   * Since: 0.9
   */
  signals[ACQUIRED] = g_signal_new ("acquired", GST_TYPE_KS_PIN,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gst_ks_pin_init (GstKsPin * self)
{
  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->pad, NULL);
  g_weak_ref_init (&self->cache.peer, NULL);
}

/* --- pads and their pins --- */

static GQuark
pin_quark (void)
{
  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("gst-ks-pin");
  return quark;
}

static GstPadProbeReturn
answer_probe (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  return pin && gst_ks_pin_answer (pin, query) ? GST_PAD_PROBE_HANDLED
      : GST_PAD_PROBE_OK;
}

static GstKsPin *
get_or_create (GstPad * pad, gboolean create, gboolean with_probe)
{
  static GMutex lock;
  GstKsPin *pin;

  gst_ks_mutex_lock (&lock);
  pin = g_object_get_qdata (G_OBJECT (pad), pin_quark ());
  if (pin == NULL && create) {
    pin = g_object_new (GST_TYPE_KS_PIN, NULL);
    g_weak_ref_set (&pin->pad, pad);
    g_object_set_qdata_full (G_OBJECT (pad), pin_quark (), pin, g_object_unref);
    if (with_probe)
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_BOTH
          | GST_PAD_PROBE_TYPE_PUSH, answer_probe, NULL, NULL);
  }
  if (pin)
    g_object_ref (pin);
  gst_ks_mutex_unlock (&lock);
  return pin;
}

/**
 * gst_ks_pin_get:
 * @pad: any pad of any element
 * @create: attach a pin if there is none
 *
 * Gives the pin of a pad. A pin that is attached so answers the framing query
 * in a probe of @pad. It stays as long as the pad. Any thread.
 *
 * KS: the pin.
 *
 * Returns: (transfer full) (nullable): the pin; %NULL: none, and @create is
 *     %FALSE
 *
 * Since: 0.9
 */
GstKsPin *
gst_ks_pin_get (GstPad * pad, gboolean create)
{
  g_return_val_if_fail (GST_IS_PAD (pad), NULL);

  return get_or_create (pad, create, TRUE);
}

/**
 * gst_ks_pin_adopt:
 * @pad: a pad that has no pin yet, of the caller's own element
 *
 * Attaches a pin without a probe, which would cost every buffer a little: the
 * pad's query function calls gst_ks_pin_answer(). Any thread.
 *
 * Returns: (transfer full): the pin; the one that is there if there is one
 *
 * Since: 0.9
 */
GstKsPin *
gst_ks_pin_adopt (GstPad * pad)
{
  g_return_val_if_fail (GST_IS_PAD (pad), NULL);

  return get_or_create (pad, TRUE, FALSE);
}

/**
 * gst_ks_pin_get_pad:
 * @pin: a pin
 *
 * The pad that owns the pin. Any thread.
 *
 * Returns: (transfer full) (nullable): the pad, or %NULL when it is gone
 *
 * Since: 0.9
 */
GstPad *
gst_ks_pin_get_pad (GstKsPin * pin)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), NULL);

  return g_weak_ref_get (&pin->pad);
}

/* "element:pad", for messages. NULL: an element without pins. */
gchar *
gst_ks_pin_name (GstKsPin * pin)
{
  g_autoptr (GstPad) pad = pin ? g_weak_ref_get (&pin->pad) : NULL;

  if (pin == NULL)
    return g_strdup ("the element");
  if (pad == NULL)
    return g_strdup ("a pad that is gone");
  return g_strdup_printf ("%s:%s", GST_DEBUG_PAD_NAME (pad));
}

/**
 * gst_ks_pin_answer:
 * @pin: a pin
 * @query: any query that came to its pad
 *
 * Answers @query if it is a framing query for this pad, and the pin has a
 * framing of the form that is asked for: an old one has one item. For query
 * functions. Any thread that may write @query.
 *
 * Returns: %TRUE when @query was answered
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_answer (GstKsPin * pin, GstQuery * query)
{
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstPad) target = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstKsFramingProp form;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);
  g_return_val_if_fail (GST_IS_QUERY (query), FALSE);

  if (!gst_ks_query_parse_framing (query, &target, &form))
    return FALSE;
  pad = gst_ks_pin_get_pad (pin);
  framing = gst_ks_pin_get_framing (pin);
  if (pad != target || framing == NULL
      || gst_ks_framing_get_n_items (framing) == 0)
    return FALSE;
  if (form == GST_KS_FRAMING_PROP_OLD
      && gst_ks_framing_get_n_items (framing) != 1)
    return FALSE;
  gst_ks_query_set_framing (query, framing);
  return TRUE;
}

/* --- its framing --- */

/**
 * gst_ks_pin_get_framing:
 * @pin: a pin
 *
 * What the pad needs of its frames. Any thread.
 *
 * KS: the get of KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX.
 *
 * Returns: (transfer full) (nullable): the framing, or %NULL: it says nothing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_pin_get_framing (GstKsPin * pin)
{
  GstKsFraming *framing;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), NULL);

  gst_ks_mutex_lock (&pin->lock);
  framing = pin->framing ? gst_ks_framing_ref (pin->framing) : NULL;
  gst_ks_mutex_unlock (&pin->lock);
  return framing;
}

/**
 * gst_ks_pin_set_framing:
 * @pin: a pin of the caller's own
 * @framing: (nullable): what the pad needs from now on; %NULL: nothing is said
 *
 * For the owner of the pad, who knows more once caps are there. Nobody is told
 * but those who listen to the property: who has read the framing reads it again
 * at the next negotiation. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_pin_set_framing (GstKsPin * pin, GstKsFraming * framing)
{
  GstKsFraming *old;

  g_return_if_fail (GST_IS_KS_PIN (pin));

  gst_ks_mutex_lock (&pin->lock);
  old = pin->framing;
  pin->framing = framing ? gst_ks_framing_ref (framing) : NULL;
  gst_ks_mutex_unlock (&pin->lock);
  if (old)
    gst_ks_framing_unref (old);
  g_object_notify_by_pspec (G_OBJECT (pin), props[PROP_FRAMING]);
}

void
gst_ks_pin_say_acquired (GstKsPin * pin)
{
  g_signal_emit (pin, signals[ACQUIRED], 0);
}
