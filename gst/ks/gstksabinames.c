/* Names of KS's flags and enumerations.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksabinames.h"

#include <string.h>

#include "gstkstext.h"

typedef struct
{
  const gchar *name;
  guint32 value;
} Row;

typedef struct
{
  const Row *rows;
  guint n_rows;
  gboolean flags;
  const gchar *prefixes[2];     /* what may be left out when reading */
} Set;

#define N(name) {#name, GST_##name}
#define ROWS(rows) rows, G_N_ELEMENTS (rows)

/* of several names for one value the first is printed */
/* *INDENT-OFF* */
static const Row requirements_rows[] = {
  N (KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER), N (KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY),
  N (KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY), N (KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE),
  N (KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY_CUSTOM_ALLOCATION),
  N (KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY), N (KSALLOCATOR_FLAG_ENABLE_CACHED_MDL),
  N (KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED),
};

static const Row options_rows[] = {
  N (KSALLOCATOR_OPTIONF_COMPATIBLE), N (KSALLOCATOR_OPTIONF_SYSTEM_MEMORY),
  N (KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED),
};

static const Row item_rows[] = {
  N (KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER), N (KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY),
  N (KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY), N (KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE),
  N (KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY), N (KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT),
  N (KSALLOCATOR_FLAG_DEVICE_SPECIFIC), N (KSALLOCATOR_FLAG_CAN_ALLOCATE),
  N (KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO), N (KSALLOCATOR_FLAG_ENABLE_CACHED_MDL),
  N (KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED),
};

static const Row memory_rows[] = {
  N (KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE),
};

static const Row pipe_rows[] = {
  N (KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER), N (KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY),
  N (KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY), N (KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE),
  N (KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY), N (KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT),
  N (KSALLOCATOR_FLAG_DEVICE_SPECIFIC), N (KSALLOCATOR_FLAG_CAN_ALLOCATE),
  N (KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO), N (KSALLOCATOR_FLAG_NO_FRAME_INTEGRITY),
  N (KSALLOCATOR_FLAG_MULTIPLE_OUTPUT), N (KSALLOCATOR_FLAG_CYCLE),
  N (KSALLOCATOR_FLAG_ALLOCATOR_EXISTS), N (KSALLOCATOR_FLAG_INDEPENDENT_RANGES),
  N (KSALLOCATOR_FLAG_ATTENTION_STEPPING), N (KSALLOCATOR_FLAG_ENABLE_CACHED_MDL),
  N (KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED),
};

static const Row strategy_rows[] = {
  N (AllocatorStrategy_DontCare), N (AllocatorStrategy_MinimizeNumberOfFrames),
  N (AllocatorStrategy_MinimizeFrameSize), N (AllocatorStrategy_MinimizeNumberOfAllocators),
  N (AllocatorStrategy_MaximizeSpeed),
};

static const Row factors_rows[] = {
  N (PipeFactor_None), N (PipeFactor_UserModeUpstream), N (PipeFactor_UserModeDownstream),
  N (PipeFactor_MemoryTypes), N (PipeFactor_Flags), N (PipeFactor_PhysicalRanges),
  N (PipeFactor_OptimalRanges), N (PipeFactor_FixedCompression),
  N (PipeFactor_UnknownCompression), N (PipeFactor_Buffers), N (PipeFactor_Align),
  N (PipeFactor_PhysicalEnd), N (PipeFactor_LogicalEnd),
};

static const Row stream_options_rows[] = {
  N (KSSTREAM_HEADER_OPTIONSF_SPLICEPOINT), N (KSSTREAM_HEADER_OPTIONSF_PREROLL),
  N (KSSTREAM_HEADER_OPTIONSF_DATADISCONTINUITY), N (KSSTREAM_HEADER_OPTIONSF_TYPECHANGED),
  N (KSSTREAM_HEADER_OPTIONSF_TIMEVALID), N (KSSTREAM_HEADER_OPTIONSF_TIMEDISCONTINUITY),
  N (KSSTREAM_HEADER_OPTIONSF_FLUSHONPAUSE), N (KSSTREAM_HEADER_OPTIONSF_DURATIONVALID),
  N (KSSTREAM_HEADER_OPTIONSF_ENDOFSTREAM), N (KSSTREAM_HEADER_OPTIONSF_BUFFEREDTRANSFER),
  N (KSSTREAM_HEADER_OPTIONSF_VRAM_DATA_TRANSFER), N (KSSTREAM_HEADER_OPTIONSF_FRAMEINFO),
  N (KSSTREAM_HEADER_OPTIONSF_PERSIST_SAMPLE), N (KSSTREAM_HEADER_OPTIONSF_SAMPLE_PERSISTED),
  N (KSSTREAM_HEADER_OPTIONSF_TRACK_COMPLETION_NUMBERS),
  N (KSSTREAM_HEADER_OPTIONSF_SECUREBUFFERTRANSFER), N (KSSTREAM_HEADER_OPTIONSF_LOOPEDDATA),
};

static const Row pool_type_rows[] = {
  N (NonPagedPool), N (PagedPool),
};

static const Row pipe_state_rows[] = {
  N (PipeState_DontCare), N (PipeState_RangeNotFixed), N (PipeState_RangeFixed),
  N (PipeState_CompressionUnknown), N (PipeState_Finalized),
};

static const Row place_rows[] = {
  N (Pipe_Allocator_None), N (Pipe_Allocator_FirstPin), N (Pipe_Allocator_LastPin),
  N (Pipe_Allocator_MiddlePin),
};

static const Row logical_memory_rows[] = {
  N (KS_MemoryTypeDontCare), N (KS_MemoryTypeKernelPaged), N (KS_MemoryTypeKernelNonPaged),
  N (KS_MemoryTypeDeviceHostMapped), N (KS_MemoryTypeDeviceSpecific), N (KS_MemoryTypeUser),
  N (KS_MemoryTypeAnyHost),
};

static const Row mode_rows[] = {
  N (KsAllocatorMode_User), N (KsAllocatorMode_Kernel),
};

static const Row framing_prop_rows[] = {
  N (FramingProp_Uninitialized), N (FramingProp_None), N (FramingProp_Old), N (FramingProp_Ex),
};

static const Row cache_ops_rows[] = {
  N (Framing_Cache_Update), N (Framing_Cache_ReadLast), N (Framing_Cache_ReadOrig),
  N (Framing_Cache_Write),
};

static const Row peek_rows[] = {
  N (KsPeekOperation_PeekOnly), N (KsPeekOperation_AddRef),
};

static const Row communication_rows[] = {
  N (KSPIN_COMMUNICATION_NONE), N (KSPIN_COMMUNICATION_SINK), N (KSPIN_COMMUNICATION_SOURCE),
  N (KSPIN_COMMUNICATION_BOTH), N (KSPIN_COMMUNICATION_BRIDGE),
};

static const Row alignment_rows[] = {
  N (FILE_BYTE_ALIGNMENT), N (FILE_WORD_ALIGNMENT), N (FILE_LONG_ALIGNMENT),
  N (FILE_QUAD_ALIGNMENT), N (FILE_OCTA_ALIGNMENT), N (FILE_32_BYTE_ALIGNMENT),
  N (FILE_64_BYTE_ALIGNMENT), N (FILE_128_BYTE_ALIGNMENT), N (FILE_256_BYTE_ALIGNMENT),
  N (FILE_512_BYTE_ALIGNMENT),
};

static const Row method_rows[] = {
  N (KSMETHOD_STREAMALLOCATOR_ALLOC), N (KSMETHOD_STREAMALLOCATOR_FREE),
};

static const Row property_rows[] = {
  N (KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE), N (KSPROPERTY_STREAMALLOCATOR_STATUS),
};

static const Row event_rows[] = {
  N (KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME), N (KSEVENT_STREAMALLOCATOR_FREEFRAME),
};

static const Row connection_rows[] = {
  N (KSPROPERTY_CONNECTION_STATE), N (KSPROPERTY_CONNECTION_PRIORITY),
  N (KSPROPERTY_CONNECTION_DATAFORMAT), N (KSPROPERTY_CONNECTION_ALLOCATORFRAMING),
  N (KSPROPERTY_CONNECTION_PROPOSEDATAFORMAT), N (KSPROPERTY_CONNECTION_ACQUIREORDERING),
  N (KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX), N (KSPROPERTY_CONNECTION_STARTAT),
};

static const Row stream_rows[] = {
  N (KSPROPERTY_STREAM_ALLOCATOR), N (KSPROPERTY_STREAM_PIPE_ID),
};

static const Row control_rows[] = {
  N (KSPROPERTY_ALLOCATOR_CONTROL_HONOR_COUNT), N (KSPROPERTY_ALLOCATOR_CONTROL_SURFACE_SIZE),
  N (KSPROPERTY_ALLOCATOR_CONTROL_CAPTURE_CAPS),
  N (KSPROPERTY_ALLOCATOR_CONTROL_CAPTURE_INTERLEAVE),
};

static const Row transport_rows[] = {
  N (KSPROPERTY_MEMORY_TRANSPORT),
};

static const Row vram_rows[] = {
  N (KSPROPERTY_DISPLAY_ADAPTER_GUID), N (KSPROPERTY_PREFERRED_CAPTURE_SURFACE),
  N (KSPROPERTY_CURRENT_CAPTURE_SURFACE), N (KSPROPERTY_MAP_CAPTURE_HANDLE_TO_VRAM_ADDRESS),
};

static const Row capture_rows[] = {
  N (KS_CAPTURE_ALLOC_INVALID), N (KS_CAPTURE_ALLOC_SYSTEM), N (KS_CAPTURE_ALLOC_VRAM),
  N (KS_CAPTURE_ALLOC_SYSTEM_AGP), N (KS_CAPTURE_ALLOC_VRAM_MAPPED),
  N (KS_CAPTURE_ALLOC_SECURE_BUFFER),
};

static const Row method_type_rows[] = {
  N (KSMETHOD_TYPE_NONE), N (KSMETHOD_TYPE_READ), N (KSMETHOD_TYPE_SEND),
  N (KSMETHOD_TYPE_WRITE), N (KSMETHOD_TYPE_MODIFY), N (KSMETHOD_TYPE_SOURCE),
  N (KSMETHOD_TYPE_SETSUPPORT), N (KSMETHOD_TYPE_BASICSUPPORT),
};

static const Row property_type_rows[] = {
  N (KSPROPERTY_TYPE_GET), N (KSPROPERTY_TYPE_SET), N (KSPROPERTY_TYPE_SETSUPPORT),
  N (KSPROPERTY_TYPE_BASICSUPPORT),
};

static const Row event_type_rows[] = {
  N (KSEVENT_TYPE_ENABLE), N (KSEVENT_TYPE_ONESHOT), N (KSEVENT_TYPE_ENABLEBUFFERED),
  N (KSEVENT_TYPE_SETSUPPORT), N (KSEVENT_TYPE_BASICSUPPORT), N (KSEVENT_TYPE_QUERYBUFFER),
};

static const Row notification_rows[] = {
  N (KSEVENTF_EVENT_HANDLE), N (KSEVENTF_SEMAPHORE_HANDLE), N (KSEVENTF_EVENT_OBJECT),
  N (KSEVENTF_SEMAPHORE_OBJECT), N (KSEVENTF_DPC), N (KSEVENTF_WORKITEM),
  N (KSEVENTF_KSWORKITEM),
};

static const Row ioctl_rows[] = {
  N (IOCTL_KS_PROPERTY), N (IOCTL_KS_ENABLE_EVENT), N (IOCTL_KS_DISABLE_EVENT),
  N (IOCTL_KS_METHOD), N (IOCTL_KS_WRITE_STREAM), N (IOCTL_KS_READ_STREAM),
  N (IOCTL_KS_RESET_STATE),
};

static const Row status_rows[] = {
  N (STATUS_SUCCESS), N (STATUS_PENDING), N (STATUS_BUFFER_OVERFLOW), N (STATUS_UNSUCCESSFUL),
  N (STATUS_INVALID_PARAMETER), N (STATUS_INVALID_DEVICE_REQUEST), N (STATUS_BUFFER_TOO_SMALL),
  N (STATUS_INSUFFICIENT_RESOURCES), N (STATUS_NOT_SUPPORTED), N (STATUS_CANCELLED),
  N (STATUS_INVALID_DEVICE_STATE), N (STATUS_INVALID_BUFFER_SIZE), N (STATUS_NOT_FOUND),
  N (STATUS_PROPSET_NOT_FOUND),
};

static const Set sets[] = {
  [GST_KS_ABI_NAMES_REQUIREMENTS] = {ROWS (requirements_rows), TRUE, {"KSALLOCATOR_REQUIREMENTF_", "KSALLOCATOR_FLAG_"}},
  [GST_KS_ABI_NAMES_OPTIONS] = {ROWS (options_rows), TRUE, {"KSALLOCATOR_OPTIONF_", "KSALLOCATOR_FLAG_"}},
  [GST_KS_ABI_NAMES_ITEM] = {ROWS (item_rows), TRUE, {"KSALLOCATOR_REQUIREMENTF_", "KSALLOCATOR_FLAG_"}},
  [GST_KS_ABI_NAMES_MEMORY] = {ROWS (memory_rows), TRUE, {"KSALLOCATOR_REQUIREMENTF_", NULL}},
  [GST_KS_ABI_NAMES_PIPE] = {ROWS (pipe_rows), TRUE, {"KSALLOCATOR_FLAG_", "KSALLOCATOR_REQUIREMENTF_"}},
  [GST_KS_ABI_NAMES_STRATEGY] = {ROWS (strategy_rows), TRUE, {"AllocatorStrategy_", NULL}},
  [GST_KS_ABI_NAMES_FACTORS] = {ROWS (factors_rows), TRUE, {"PipeFactor_", NULL}},
  [GST_KS_ABI_NAMES_STREAM_OPTIONS] = {ROWS (stream_options_rows), TRUE, {"KSSTREAM_HEADER_OPTIONSF_", NULL}},
  [GST_KS_ABI_NAMES_POOL_TYPE] = {ROWS (pool_type_rows), FALSE, {NULL, NULL}},
  [GST_KS_ABI_NAMES_PIPE_STATE] = {ROWS (pipe_state_rows), FALSE, {"PipeState_", NULL}},
  [GST_KS_ABI_NAMES_PLACE] = {ROWS (place_rows), FALSE, {"Pipe_Allocator_", NULL}},
  [GST_KS_ABI_NAMES_LOGICAL_MEMORY] = {ROWS (logical_memory_rows), FALSE, {"KS_MemoryType", NULL}},
  [GST_KS_ABI_NAMES_MODE] = {ROWS (mode_rows), FALSE, {"KsAllocatorMode_", NULL}},
  [GST_KS_ABI_NAMES_FRAMING_PROP] = {ROWS (framing_prop_rows), FALSE, {"FramingProp_", NULL}},
  [GST_KS_ABI_NAMES_CACHE_OPS] = {ROWS (cache_ops_rows), FALSE, {"Framing_Cache_", NULL}},
  [GST_KS_ABI_NAMES_PEEK] = {ROWS (peek_rows), FALSE, {"KsPeekOperation_", NULL}},
  [GST_KS_ABI_NAMES_COMMUNICATION] = {ROWS (communication_rows), FALSE, {"KSPIN_COMMUNICATION_", NULL}},
  [GST_KS_ABI_NAMES_ALIGNMENT] = {ROWS (alignment_rows), FALSE, {"FILE_", NULL}},
  [GST_KS_ABI_NAMES_METHOD] = {ROWS (method_rows), FALSE, {"KSMETHOD_STREAMALLOCATOR_", NULL}},
  [GST_KS_ABI_NAMES_PROPERTY] = {ROWS (property_rows), FALSE, {"KSPROPERTY_STREAMALLOCATOR_", NULL}},
  [GST_KS_ABI_NAMES_EVENT] = {ROWS (event_rows), FALSE, {"KSEVENT_STREAMALLOCATOR_", NULL}},
  [GST_KS_ABI_NAMES_CONNECTION] = {ROWS (connection_rows), FALSE, {"KSPROPERTY_CONNECTION_", NULL}},
  [GST_KS_ABI_NAMES_STREAM] = {ROWS (stream_rows), FALSE, {"KSPROPERTY_STREAM_", NULL}},
  [GST_KS_ABI_NAMES_CONTROL] = {ROWS (control_rows), FALSE, {"KSPROPERTY_ALLOCATOR_CONTROL_", NULL}},
  [GST_KS_ABI_NAMES_TRANSPORT] = {ROWS (transport_rows), FALSE, {"KSPROPERTY_", NULL}},
  [GST_KS_ABI_NAMES_VRAM] = {ROWS (vram_rows), FALSE, {"KSPROPERTY_", NULL}},
  [GST_KS_ABI_NAMES_CAPTURE] = {ROWS (capture_rows), TRUE, {"KS_CAPTURE_ALLOC_", NULL}},
  [GST_KS_ABI_NAMES_METHOD_TYPE] = {ROWS (method_type_rows), TRUE, {"KSMETHOD_TYPE_", NULL}},
  [GST_KS_ABI_NAMES_PROPERTY_TYPE] = {ROWS (property_type_rows), TRUE, {"KSPROPERTY_TYPE_", NULL}},
  [GST_KS_ABI_NAMES_EVENT_TYPE] = {ROWS (event_type_rows), TRUE, {"KSEVENT_TYPE_", NULL}},
  [GST_KS_ABI_NAMES_NOTIFICATION] = {ROWS (notification_rows), TRUE, {"KSEVENTF_", NULL}},
  [GST_KS_ABI_NAMES_IOCTL] = {ROWS (ioctl_rows), FALSE, {"IOCTL_KS_", NULL}},
  [GST_KS_ABI_NAMES_STATUS] = {ROWS (status_rows), FALSE, {"STATUS_", NULL}},
};
/* *INDENT-ON* */

G_STATIC_ASSERT (G_N_ELEMENTS (sets) == GST_KS_ABI_N_NAMES);

/**
 * gst_ks_abi_names_is_flags:
 * @names: which names
 *
 * Any thread.
 *
 * Returns: whether values are sums of bits; otherwise each is one number
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_names_is_flags (GstKsAbiNames names)
{
  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, FALSE);

  return sets[names].flags;
}

/**
 * gst_ks_abi_names_get_mask:
 * @names: which names, of flags
 *
 * Any thread.
 *
 * Returns: all bits that have a name
 *
 * Since: 0.9
 */
guint32
gst_ks_abi_names_get_mask (GstKsAbiNames names)
{
  guint32 mask = 0;

  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, 0);

  for (guint i = 0; i < sets[names].n_rows; i++)
    mask |= sets[names].rows[i].value;
  return mask;
}

/**
 * gst_ks_abi_names_get_n_names:
 * @names: which names
 *
 * Any thread.
 *
 * Returns: how many there are
 *
 * Since: 0.9
 */
guint
gst_ks_abi_names_get_n_names (GstKsAbiNames names)
{
  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, 0);

  return sets[names].n_rows;
}

/**
 * gst_ks_abi_names_get_nth:
 * @names: which names
 * @index: below gst_ks_abi_names_get_n_names()
 * @value: (out) (optional): the number that is called so
 *
 * Any thread.
 *
 * Returns: (transfer none): the name
 *
 * Since: 0.9
 */
const gchar *
gst_ks_abi_names_get_nth (GstKsAbiNames names, guint index, guint32 * value)
{
  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, NULL);
  g_return_val_if_fail (index < sets[names].n_rows, NULL);

  if (value != NULL)
    *value = sets[names].rows[index].value;
  return sets[names].rows[index].name;
}

/**
 * gst_ks_abi_names_find:
 * @names: which names
 * @value: a number, of flags one bit
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): its name; %NULL: it has none
 *
 * Since: 0.9
 */
const gchar *
gst_ks_abi_names_find (GstKsAbiNames names, guint32 value)
{
  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, NULL);

  for (guint i = 0; i < sets[names].n_rows; i++) {
    if (sets[names].rows[i].value == value)
      return sets[names].rows[i].name;
  }
  return NULL;
}

static void
append_word (GString * text, const gchar * word)
{
  if (text->len > 0)
    g_string_append_c (text, '|');
  g_string_append (text, word);
}

static gchar *
flags_to_string (GstKsAbiNames names, guint32 value)
{
  GString *text = g_string_new (NULL);
  guint32 rest = 0;

  for (guint bit = 0; bit < 32; bit++) {
    guint32 one = value & (1U << bit);
    const gchar *name = one != 0 ? gst_ks_abi_names_find (names, one) : NULL;

    if (name != NULL)
      append_word (text, name);
    else
      rest |= one;
  }
  if (rest != 0) {
    g_autofree gchar *number = g_strdup_printf ("0x%08X", rest);

    append_word (text, number);
  }
  return g_string_free (text, FALSE);
}

/**
 * gst_ks_abi_names_to_string:
 * @names: which names
 * @value: a number
 *
 * Names joined by |, and what has none as one hexadecimal number behind them;
 * gst_ks_abi_names_parse() reads it. Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 0.9
 */
gchar *
gst_ks_abi_names_to_string (GstKsAbiNames names, guint32 value)
{
  const gchar *name;

  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, NULL);

  if (sets[names].flags && value != 0)
    return flags_to_string (names, value);
  name = sets[names].flags ? NULL : gst_ks_abi_names_find (names, value);
  if (name != NULL)
    return g_strdup (name);
  return value == 0 ? g_strdup ("0") : g_strdup_printf ("0x%08X", value);
}

static gboolean
is_called (const Set * set, const Row * row, const gchar * word)
{
  const gchar *name = g_str_has_prefix (word, "GST_") ? word + 4 : word;

  if (g_ascii_strcasecmp (row->name, name) == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (set->prefixes); i++) {
    const gchar *prefix = set->prefixes[i];

    if (prefix != NULL && g_str_has_prefix (row->name, prefix)
        && g_ascii_strcasecmp (row->name + strlen (prefix), name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
parse_number (const gchar * word, guint32 * value)
{
  gboolean hex = g_ascii_strncasecmp (word, "0x", 2) == 0;
  guint64 number;

  if (!g_ascii_string_to_unsigned (hex ? word + 2 : word, hex ? 16 : 10, 0,
          G_MAXUINT32, &number, NULL))
    return FALSE;
  *value = (guint32) number;
  return TRUE;
}

static gboolean
parse_word (const Set * set, const gchar * word, guint32 * value)
{
  for (guint i = 0; i < set->n_rows; i++) {
    if (is_called (set, &set->rows[i], word)) {
      *value = set->rows[i].value;
      return TRUE;
    }
  }
  return parse_number (word, value);
}

static void
set_unknown (const Set * set, const gchar * word, GError ** error)
{
  GString *known = g_string_new (NULL);

  for (guint i = 0; i < set->n_rows; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "",
        set->rows[i].name);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX,
      "'%.*s' is neither a number nor one of %s", gst_ks_text_shown (word),
      word, known->str);
  g_string_free (known, TRUE);
}

/**
 * gst_ks_abi_names_parse:
 * @names: which names
 * @text: names or numbers, of flags several with | between them
 * @value: (out): the number
 * @error: return location for a #GError
 *
 * Reads what gst_ks_abi_names_to_string() writes. The prefix of a name may be
 * left out. Fails with %GST_KS_ERROR_SYNTAX; the message lists the names. Any
 * thread.
 *
 * Returns: whether @text could be read; @value is left alone when not
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_names_parse (GstKsAbiNames names, const gchar * text,
    guint32 * value, GError ** error)
{
  g_auto (GStrv) words = NULL;
  guint32 sum = 0;

  g_return_val_if_fail (names < GST_KS_ABI_N_NAMES, FALSE);
  g_return_val_if_fail (text != NULL && value != NULL, FALSE);

  words = g_strsplit (text, "|", sets[names].flags ? -1 : 1);
  if (words[0] == NULL) {
    set_unknown (&sets[names], text, error);
    return FALSE;
  }
  for (guint i = 0; words[i] != NULL; i++) {
    guint32 one;

    if (!parse_word (&sets[names], g_strstrip (words[i]), &one)) {
      set_unknown (&sets[names], words[i], error);
      return FALSE;
    }
    sum |= one;
  }
  *value = sum;
  return TRUE;
}
