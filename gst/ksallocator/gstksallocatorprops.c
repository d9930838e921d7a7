/* Properties of ksallocator: everything can be changed while playing.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

enum
{
  PROP_0,
  PROP_MEMORY,
  PROP_DEVICE,
  PROP_FRAMES,
  PROP_SIZE,
  PROP_ALIGN,
  PROP_FRAMING,
  PROP_LAYOUT,
  PROP_MAX_BYTES,
  PROP_ANSWER,
  PROP_REQUIRE,
  PROP_ON_STARVE,
  PROP_STARVE_TIMEOUT,
  PROP_ZERO,
  PROP_GUARD,
  PROP_STATS,
  PROP_NEGOTIATED
};

#define TYPE_ANSWER (ks_answer_get_type ())
#define TYPE_REQUIRE (ks_require_get_type ())

#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)
#define LIVE (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS \
    | GST_PARAM_MUTABLE_PLAYING)

static GType
ks_answer_get_type (void)
{
  static const GEnumValue values[] = {
    {KS_ANSWER_PROPOSE, "Merge with what downstream asks; give way to memory"
          " that only downstream can make", "propose"},
    {KS_ANSWER_AUTHORITY, "Answer even when downstream refuses or wants memory"
          " of its own", "authority"},
    {KS_ANSWER_NONE, "Answer nothing; only require is at work", "none"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    GType made = g_enum_register_static ("GstKsAllocatorElementAnswer", values);
    gst_type_mark_as_plugin_api (made, 0);
    g_once_init_leave (&type, made);
  }
  return type;
}

static GType
ks_require_get_type (void)
{
  static const GEnumValue values[] = {
    {KS_REQUIRE_OFF, "Let it pass", "off"},
    {KS_REQUIRE_WARN, "Let it pass; warn on the bus, once per caps", "warn"},
    {KS_REQUIRE_ERROR, "Stop with an element error", "error"},
    {KS_REQUIRE_COPY, "Copy it into a frame that does", "copy"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    GType made =
        g_enum_register_static ("GstKsAllocatorElementRequire", values);
    gst_type_mark_as_plugin_api (made, 0);
    g_once_init_leave (&type, made);
  }
  return type;
}

void
ks_settings_clear (KsSettings * settings)
{
  g_clear_pointer (&settings->framing, gst_ks_framing_unref);
}

gboolean
ks_settings_are_guarded (const KsSettings * settings)
{
  GstKsGuard guard = settings->guard;

  if (guard == GST_KS_GUARD_DEFAULT)
    guard = gst_ks_guard_get_default ();
  return guard > GST_KS_GUARD_OFF;
}

/* A snapshot; clear with ks_settings_clear(). */
void
gst_ks_allocator_element_get_settings (GstKsAllocatorElement * self,
    KsSettings * settings)
{
  gst_ks_mutex_lock (&self->lock);
  *settings = self->settings;
  gst_ks_framing_ref (settings->framing);
  gst_ks_mutex_unlock (&self->lock);
}

static gboolean
has_wishes (const KsTexts * texts)
{
  return texts->framing || texts->memory || texts->frames || texts->size
      || texts->align != 1;
}

void
gst_ks_allocator_element_init_settings (GstKsAllocatorElement * self)
{
  self->texts.align = 1;
  self->settings = (KsSettings) {
  .serial = 1,.framing = ks_texts_to_framing (&self->texts, NULL),.layout =
        GST_KS_LAYOUT_ANY,.answer = KS_ANSWER_PROPOSE,.require =
        KS_REQUIRE_OFF,.on_starve = GST_KS_STARVE_BLOCK,.starve_timeout =
        GST_SECOND,.zero = GST_KS_ZERO_NEVER,};
  g_assert (self->settings.framing != NULL);
}

/* A cap that grows holds nobody to it. */
static GstKsFraming *
without_cap (const GstKsFraming * framing)
{
  guint n = gst_ks_framing_get_n_items (framing);
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n);

  for (guint i = 0; i < n; i++) {
    items[i] = *gst_ks_framing_peek_item (framing, i);
    items[i].frames.max = GST_KS_RANGE_LIMIT;
  }
  return gst_ks_framing_new (items, n, gst_ks_framing_peek_ratio (framing),
      NULL);
}

/* Owned; NULL: we say nothing. */
static GstKsFraming *
framing_for_others (const KsSettings * settings)
{
  if (settings->answer == KS_ANSWER_NONE)
    return NULL;
  if (settings->on_starve == GST_KS_STARVE_GROW)
    return without_cap (settings->framing);
  return gst_ks_framing_ref (settings->framing);
}

/* What comes in goes out, and counts are of all frames. Where nobody insists,
 * other frames are better than none. */
static GstKsPinFlags
flags_for_others (const KsSettings * settings)
{
  GstKsPinFlags flags = GST_KS_PIN_FLAG_PASSES | GST_KS_PIN_FLAG_TOTAL;

  return settings->require <= KS_REQUIRE_WARN ? flags | GST_KS_PIN_FLAG_WISHES
      : flags;
}

/* What its kinds are is asked of their hardware, from READY on. */
static gboolean
may_open (GstKsAllocatorElement * self)
{
  gboolean may;

  GST_OBJECT_LOCK (self);
  may = MAX (GST_STATE (self), GST_STATE_NEXT (self)) >= GST_STATE_READY;
  GST_OBJECT_UNLOCK (self);
  return may;
}

static void
say_framing (GstKsAllocatorElement * self, const KsSettings * settings)
{
  g_autoptr (GstKsFraming) wanted = framing_for_others (settings);
  g_autoptr (GstKsFraming) framing = NULL;

  if (wanted)
    framing = may_open (self) ? gst_ks_allocator_element_with_kinds (wanted)
        : gst_ks_framing_ref (wanted);
  gst_ks_pin_set_framing (self->sinkpin, framing);
  gst_ks_pin_set_framing (self->srcpin, framing);
}

/* To others, by the pins. Flags that somebody set there stay until our own
 * settings change. */
void
gst_ks_allocator_element_say_kinds (GstKsAllocatorElement * self)
{
  KsSettings settings;

  gst_ks_allocator_element_get_settings (self, &settings);
  say_framing (self, &settings);
  ks_settings_clear (&settings);
}

void
gst_ks_allocator_element_say_framing (GstKsAllocatorElement * self)
{
  GstKsPinFlags flags;
  KsSettings settings;

  gst_ks_allocator_element_get_settings (self, &settings);
  say_framing (self, &settings);
  flags = flags_for_others (&settings);
  g_object_set (self->sinkpin, "flags", flags, NULL);
  g_object_set (self->srcpin, "flags", flags, NULL);
  ks_settings_clear (&settings);
}

void
gst_ks_allocator_element_clear_settings (GstKsAllocatorElement * self)
{
  ks_texts_clear (&self->texts);
  ks_settings_clear (&self->settings);
  g_clear_error (&self->bad);
}

/* Upstream asks again at its next buffer; an error of the old settings is
 * forgiven. */
static void
settings_changed (GstKsAllocatorElement * self)
{
  g_atomic_int_set (&self->failed, 0);
  gst_ks_allocator_element_say_framing (self);
  gst_pad_push_event (self->sinkpad, gst_event_new_reconfigure ());
}

/* "" and the default read as unset. */
static void
take_text (gchar ** text, const GValue * value, const gchar * unset)
{
  const gchar *said = g_value_get_string (value);

  g_free (*text);
  *text = !said || !*said || g_strcmp0 (said, unset) == 0 ? NULL
      : g_strdup (said);
}

static void
write_text (KsTexts * texts, guint id, const GValue * value)
{
  switch (id) {
    case PROP_MEMORY:
      take_text (&texts->memory, value, "auto");
      break;
    case PROP_DEVICE:
      take_text (&texts->device, value, NULL);
      break;
    case PROP_FRAMES:
      take_text (&texts->frames, value, NULL);
      break;
    case PROP_SIZE:
      take_text (&texts->size, value, NULL);
      break;
    case PROP_FRAMING:
      take_text (&texts->framing, value, NULL);
      break;
    default:
      texts->align = g_value_get_uint (value);
  }
}

/* Legal texts come into force. What is not legal is remembered while stopped,
 * so that the element refuses to start, and dropped while running. */
static gboolean
put_texts (GstKsAllocatorElement * self, KsTexts * texts, GError ** error)
{
  gboolean running = GST_STATE (self) > GST_STATE_NULL;
  GError *why = NULL;
  GstKsFraming *framing = ks_texts_to_framing (texts, &why);

  if (why)
    g_propagate_error (error, g_error_copy (why));
  if (!framing && running) {
    g_error_free (why);
    return FALSE;
  }

  gst_ks_mutex_lock (&self->lock);
  KsTexts old = self->texts;
  self->texts = *texts;
  *texts = old;
  g_clear_error (&self->bad);
  if (framing) {
    gst_ks_framing_unref (self->settings.framing);
    self->settings.framing = framing;
    self->settings.wishes = has_wishes (&self->texts);
    self->settings.serial++;
    self->unused_said = FALSE;
  } else {
    self->bad = why;
  }
  gst_ks_mutex_unlock (&self->lock);
  return framing != NULL;
}

static void
set_text (GstKsAllocatorElement * self, guint id, const GValue * value)
{
  g_autoptr (GError) error = NULL;
  KsTexts texts = { 0 };

  gst_ks_mutex_lock (&self->lock);
  ks_texts_copy (&texts, &self->texts);
  gst_ks_mutex_unlock (&self->lock);

  write_text (&texts, id, value);
  if (put_texts (self, &texts, &error)) {
    settings_changed (self);
  } else
    gst_ks_allocator_element_warn (self, error);
  ks_texts_clear (&texts);
}

static gboolean
write_setting (KsSettings * settings, guint id, const GValue * value)
{
  switch (id) {
    case PROP_LAYOUT:
      settings->layout = g_value_get_enum (value);
      break;
    case PROP_MAX_BYTES:
      settings->max_bytes = g_value_get_uint64 (value);
      break;
    case PROP_ANSWER:
      settings->answer = g_value_get_enum (value);
      break;
    case PROP_REQUIRE:
      settings->require = g_value_get_enum (value);
      break;
    case PROP_ON_STARVE:
      settings->on_starve = g_value_get_enum (value);
      break;
    case PROP_STARVE_TIMEOUT:
      settings->starve_timeout = g_value_get_uint64 (value);
      break;
    case PROP_ZERO:
      settings->zero = g_value_get_enum (value);
      break;
    case PROP_GUARD:
      settings->guard = g_value_get_enum (value);
      break;
    default:
      return FALSE;
  }
  settings->serial++;
  return TRUE;
}

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (object);
  gboolean known;

  if (id >= PROP_MEMORY && id <= PROP_FRAMING) {
    set_text (self, id, value);
    return;
  }
  gst_ks_mutex_lock (&self->lock);
  known = write_setting (&self->settings, id, value);
  gst_ks_mutex_unlock (&self->lock);
  if (!known) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  if (id == PROP_MAX_BYTES)
    gst_ks_account_set_max_bytes (self->account, g_value_get_uint64 (value));
  settings_changed (self);
}

static GstStructure *
make_stats (GstKsAllocatorElement * self)
{
  GstKsAccountStats stats;
  GstStructure *structure;

  gst_ks_account_get_stats (self->account, &stats);
  structure = gst_ks_account_stats_to_structure (&stats, "ks-stats");
  gst_structure_set (structure, "unmet", G_TYPE_UINT64, self->unmet, NULL);
  return structure;
}

static gboolean
read_text (GstKsAllocatorElement * self, guint id, GValue * value)
{
  const KsTexts *texts = &self->texts;

  switch (id) {
    case PROP_MEMORY:
      g_value_set_string (value, texts->memory ? texts->memory : "auto");
      return TRUE;
    case PROP_DEVICE:
      g_value_set_string (value, texts->device);
      return TRUE;
    case PROP_FRAMES:
      g_value_set_string (value, texts->frames);
      return TRUE;
    case PROP_SIZE:
      g_value_set_string (value, texts->size);
      return TRUE;
    case PROP_ALIGN:
      g_value_set_uint (value, texts->align);
      return TRUE;
    case PROP_FRAMING:
      g_value_set_string (value, texts->framing);
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
read_setting (GstKsAllocatorElement * self, guint id, GValue * value)
{
  const KsSettings *settings = &self->settings;

  switch (id) {
    case PROP_LAYOUT:
      g_value_set_enum (value, settings->layout);
      return TRUE;
    case PROP_MAX_BYTES:
      g_value_set_uint64 (value, settings->max_bytes);
      return TRUE;
    case PROP_ANSWER:
      g_value_set_enum (value, settings->answer);
      return TRUE;
    case PROP_REQUIRE:
      g_value_set_enum (value, settings->require);
      return TRUE;
    case PROP_ON_STARVE:
      g_value_set_enum (value, settings->on_starve);
      return TRUE;
    case PROP_STARVE_TIMEOUT:
      g_value_set_uint64 (value, settings->starve_timeout);
      return TRUE;
    case PROP_ZERO:
      g_value_set_enum (value, settings->zero);
      return TRUE;
    case PROP_GUARD:
      g_value_set_enum (value, settings->guard);
      return TRUE;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (self));
      return TRUE;
    case PROP_NEGOTIATED:
      g_value_set_boxed (value, self->negotiated);
      return TRUE;
    default:
      return FALSE;
  }
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (object);
  gboolean known;

  gst_ks_mutex_lock (&self->lock);
  known = read_text (self, id, value) || read_setting (self, id, value);
  gst_ks_mutex_unlock (&self->lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
install_wishes (GObjectClass * klass)
{
  g_object_class_install_property (klass, PROP_MEMORY,
      g_param_spec_string ("memory", "Memory kind",
          "Kind of memory that the frames live in: system, locked, huge,"
          " shared, or any other that is here: the message of an unknown"
          " one lists them; auto: what"
          " downstream wants, else system", "auto", LIVE));
  g_object_class_install_property (klass, PROP_DEVICE,
      g_param_spec_string ("device", "Device",
          "Which one of that kind; for system, locked, huge and shared: a"
          " NUMA node such as 0; unset: any", NULL, LIVE));
  g_object_class_install_property (klass, PROP_FRAMES,
      g_param_spec_string ("frames", "Frames",
          "How many frames, as FLOOR..CAP: so many are made ahead, and at most"
          " so many are out at once (see on-starve): 12.., 4..16, ..8; unset:"
          " neither", NULL, LIVE));
  g_object_class_install_property (klass, PROP_SIZE,
      g_param_spec_string ("size", "Size",
          "Range of a frame's size in bytes, with a step: 4096..,"
          " 64k..8M/4096; unset: what the caps need", NULL, LIVE));
  g_object_class_install_property (klass, PROP_ALIGN,
      g_param_spec_uint ("align", "Alignment",
          "Address of a frame is a multiple of this many bytes: a plain number"
          " and a power of two (not the mask, which is one less)", 0, G_MAXUINT,
          1, LIVE));
  g_object_class_install_property (klass, PROP_FRAMING,
      g_param_spec_string ("framing", "Framing",
          "The whole framing as text, alternatives separated by ; best first:"
          " \"huge, align=4096, stride=256../256; system, align=4096\"."
          " Not together with memory, device, frames, size or align, which are"
          " shorthands for one item", NULL, LIVE));
}

static void
install_rules (GObjectClass * klass)
{
  g_object_class_install_property (klass, PROP_LAYOUT,
      g_param_spec_enum ("layout", "Layout",
          "Whether rows of raw video may have padding; packed: none where"
          " downstream reads GstVideoMeta or did not answer (require=copy"
          " makes sure), else the default rows of the caps, which are"
          " multiples of 4 bytes for RGB",
          GST_TYPE_KS_LAYOUT, GST_KS_LAYOUT_ANY, LIVE));
  g_object_class_install_property (klass, PROP_MAX_BYTES,
      g_param_spec_uint64 ("max-bytes", "Budget",
          "Most bytes that all live frames of this element may take together,"
          " as a plain number; 0: no budget", 0, G_MAXUINT64, 0, LIVE));
  g_object_class_install_property (klass, PROP_ANSWER,
      g_param_spec_enum ("answer", "Answer",
          "How an upstream element that asks where to allocate is answered",
          TYPE_ANSWER, KS_ANSWER_PROPOSE, LIVE));
  g_object_class_install_property (klass, PROP_REQUIRE,
      g_param_spec_enum ("require", "Require",
          "What happens to a buffer whose kind, alignment, size, prefix,"
          " padding or layout is not what was agreed", TYPE_REQUIRE,
          KS_REQUIRE_OFF, LIVE));
  g_object_class_install_property (klass, PROP_ON_STARVE,
      g_param_spec_enum ("on-starve", "On starve",
          "What happens when the cap of frames= is reached",
          GST_TYPE_KS_STARVE, GST_KS_STARVE_BLOCK, LIVE));
  g_object_class_install_property (klass, PROP_STARVE_TIMEOUT,
      g_param_spec_uint64 ("starve-timeout", "Starve timeout",
          "Nanoseconds, as a plain number, after which a wait at the cap is"
          " reported: ks-starved on the bus, and a warning; 0: never", 0,
          G_MAXUINT64, GST_SECOND, LIVE));
  g_object_class_install_property (klass, PROP_ZERO, g_param_spec_enum ("zero",
          "Zero", "When a reused frame is wiped before it is handed out",
          GST_TYPE_KS_ZERO, GST_KS_ZERO_NEVER, LIVE));
  g_object_class_install_property (klass, PROP_GUARD,
      g_param_spec_enum ("guard", "Guard",
          "Finds who writes outside of a frame, or into one that he gave back;"
          " default: what GST_KS_GUARD in the environment says",
          GST_TYPE_KS_GUARD, GST_KS_GUARD_DEFAULT, LIVE));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Frames live, handed out, peak, reused, fresh, discarded, copied,"
          " waits, bytes; and unmet: buffers that were not what was agreed",
          GST_TYPE_STRUCTURE, READABLE));
  g_object_class_install_property (klass, PROP_NEGOTIATED,
      g_param_spec_boxed ("negotiated", "Negotiated",
          "What was agreed and with whom: kind, size, align, prefix and"
          " padding in bytes, min and cap in frames; unset: nothing yet",
          GST_TYPE_STRUCTURE, READABLE));
  gst_type_mark_as_plugin_api (GST_TYPE_KS_LAYOUT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_KS_STARVE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_KS_ZERO, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_KS_GUARD, 0);
}

void
gst_ks_allocator_element_install_properties (GObjectClass * klass)
{
  klass->set_property = set_property;
  klass->get_property = get_property;
  install_wishes (klass);
  install_rules (klass);
}
