/* Framings as KSALLOCATOR_FRAMING, which is two things: what a pin asks for,
 * and what an allocator is created with.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The old structure says memory with a bit and a pool: SYSTEM_MEMORY clear means
 * device memory that is mapped for the CPU. Its size is what is preferred when a
 * pin asks, and what will be when an allocator is created; its count is what is
 * held in the one case and the cap in the other.
 */
#include <string.h>

#include "gstksframingfield.h"
#include "gstkskind.h"
#include "gstkssize.h"
#include "gstkswireprivate.h"

#define SYSTEM_MEMORY GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY
#define PITCH GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED
#define REQUIREMENTS (GST_KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER \
    | SYSTEM_MEMORY | GST_KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY \
    | GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE \
    | GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY)

static const GstKsGuid memory_paged = GST_STATIC_KSMEMORY_TYPE_KERNEL_PAGED;
static const GstKsGuid memory_locked = GST_STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED;
static const GstKsGuid memory_system = GST_STATIC_KSMEMORY_TYPE_SYSTEM;
static const GstKsGuid memory_user = GST_STATIC_KSMEMORY_TYPE_USER;
static const GstKsGuid memory_device = GST_STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN;

static const GstKsGuid *
memory_of_pool (const GstKsAbiFraming * old)
{
  if ((old->requirements_flags & SYSTEM_MEMORY) == 0)
    return &memory_device;
  return old->pool_type == GST_PagedPool ? &memory_paged : &memory_locked;
}

/**
 * gst_ks_abi_framing_to_ex:
 * @old: what a pin asks for
 * @ex: (out caller-allocates): the same, to be cleared with
 *   gst_ks_abi_framing_ex_clear()
 *
 * One item with the flags of @old, its size as the preferred one, and the memory
 * type that SYSTEM_MEMORY and PoolType stand for. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_abi_framing_to_ex (const GstKsAbiFraming * old, GstKsAbiFramingEx * ex)
{
  const GstKsAbiRange any = { 0, GST_KS_WIRE_OPEN, 1 };
  const GstKsAbiCompression none = { 1, 1, 0 };
  GstKsAbiFramingItem *item;

  g_return_if_fail (old != NULL && ex != NULL);

  item = g_new0 (GstKsAbiFramingItem, 1);
  item->memory_type = *memory_of_pool (old);
  item->flags = old->requirements_flags;
  item->memory_flags = old->requirements_flags
      & GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE;
  item->frames = old->frames;
  item->file_alignment = old->file_alignment;
  item->physical_range = any;
  item->framing_range.range = any;
  if (old->frame_size != 0) {
    item->framing_range.range.min_frame_size = old->frame_size;
    item->framing_range.range.max_frame_size = old->frame_size;
    item->framing_range.range.stepping = 0;
  }
  ex->count_items = 1;
  ex->pin_flags = 0;
  ex->output_compression = none;
  ex->pin_weight = 0;
  ex->items = item;
}

gboolean
gst_ks_wire_is_host_memory (const GstKsGuid * type)
{
  return gst_ks_guid_equal (type, &memory_paged)
      || gst_ks_guid_equal (type, &memory_locked)
      || gst_ks_guid_equal (type, &memory_system)
      || gst_ks_guid_equal (type, &memory_user);
}

/**
 * gst_ks_abi_framing_from_ex:
 * @ex: what a pin asks for
 * @old: (out caller-allocates): what of it fits the old structure
 * @error: return location for a #GError
 *
 * The first item: its requirement bits without the extended ones, the pool of
 * its memory type, and its preferred size if that is one value. Any thread.
 *
 * Fails with %GST_KS_ERROR_NOT_FOUND when there is no item; @old is then left
 * alone.
 *
 * Returns: whether there is one
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_framing_from_ex (const GstKsAbiFramingEx * ex,
    GstKsAbiFraming * old, GError ** error)
{
  const GstKsAbiFramingItem *item;
  const GstKsAbiRange *size;

  g_return_val_if_fail (ex != NULL && old != NULL, FALSE);

  if (ex->count_items == 0) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "a framing without items has no old form");
    return FALSE;
  }
  item = &ex->items[0];
  size = &item->framing_range.range;
  /* 2D_BUFFER_REQUIRED stays: it says what FileAlignment is */
  old->requirements_flags = (item->flags & (REQUIREMENTS | PITCH))
      | (item->memory_flags & GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE);
  if (gst_ks_wire_is_host_memory (&item->memory_type))
    old->requirements_flags |= SYSTEM_MEMORY;
  old->pool_type = gst_ks_guid_equal (&item->memory_type, &memory_paged)
      ? GST_PagedPool : GST_NonPagedPool;
  old->frames = item->frames;
  old->frame_size = size->min_frame_size == size->max_frame_size
      ? size->min_frame_size : 0;
  old->file_alignment = item->file_alignment;
  old->reserved = 0;
  return TRUE;
}

static void
check_pool (GstKsWire * wire, const GstKsAbiFraming * old)
{
  gboolean system = (old->requirements_flags & SYSTEM_MEMORY) != 0;

  if (system && old->pool_type > GST_PagedPool)
    gst_ks_wire_note (wire, "PoolType: %u is neither pool: read as the one "
        "that is not paged", old->pool_type);
  if (!system && old->pool_type != GST_NonPagedPool)
    gst_ks_wire_note (wire, "PoolType: %u without SYSTEM_MEMORY: left out",
        old->pool_type);
  if (old->reserved != 0)
    gst_ks_wire_note (wire, "Reserved: 0x%08X: left out", old->reserved);
}

/**
 * gst_ks_framing_from_abi_old:
 * @old: what a pin asks for
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): as
 *   gst_ks_framing_from_abi() has them
 * @error: return location for a #GError
 *
 * FrameSize is a preferred size, Frames what is held; 0 asks for nothing.
 *
 * Fails with %GST_KS_ERROR_INVALID for an alignment that cannot be. Any thread.
 * KS: KSPROPERTY_CONNECTION_ALLOCATORFRAMING.
 *
 * Returns: (transfer full) (nullable): the framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_from_abi_old (const GstKsAbiFraming * old, GStrv * complaints,
    GError ** error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (GStringChunk) words = g_string_chunk_new (64);
  GstKsWire wire = { notes, words, "", error };
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
  GstKsAbiFraming known;
  GstKsFraming *framing;

  g_return_val_if_fail (old != NULL, NULL);

  known = *old;
  known.requirements_flags &= REQUIREMENTS | PITCH;
  if (known.requirements_flags != old->requirements_flags)
    gst_ks_wire_note (&wire, "RequirementsFlags: 0x%08X, which the old "
        "structure does not have: left out",
        old->requirements_flags & ~(REQUIREMENTS | PITCH));
  check_pool (&wire, old);
  gst_ks_abi_framing_to_ex (&known, &ex);
  framing = gst_ks_wire_framing_in (&wire, &ex, NULL);
  if (framing != NULL)
    gst_ks_wire_end (&wire, complaints);
  return framing;
}

/**
 * gst_ks_framing_to_abi_old:
 * @framing: a framing
 * @old: (out caller-allocates): KS's structure
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): what
 *   did not fit, as the framing that is left
 * @error: return location for a #GError
 *
 * The first item, as gst_ks_abi_framing_from_ex() writes it.
 *
 * Fails as gst_ks_framing_to_abi() does; @old is then left alone. Any thread.
 * KS: KSPROPERTY_CONNECTION_ALLOCATORFRAMING.
 *
 * Returns: whether @old was filled in
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_to_abi_old (const GstKsFraming * framing,
    GstKsAbiFraming * old, GStrv * complaints, GError ** error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  GstKsWire wire = { notes, NULL, "", error };
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
  g_autoptr (GstKsFraming) back = NULL;

  g_return_val_if_fail (framing != NULL && old != NULL, FALSE);

  if (!gst_ks_wire_framing_out (&wire, framing, &ex)
      || !gst_ks_abi_framing_from_ex (&ex, old, error))
    return FALSE;
  back = gst_ks_framing_from_abi_old (old, NULL, NULL);
  gst_ks_wire_compare (&wire, framing, back);
  gst_ks_wire_end (&wire, complaints);
  return TRUE;
}

/* The create request */

static gboolean
fixed_align_in (GstKsWire * wire, const GstKsAbiFraming * fixed,
    GstKsFramingItem * item)
{
  const GstKsAbiFramingItem abi = {.flags = fixed->requirements_flags & PITCH,
    .file_alignment = fixed->file_alignment
  };

  if (!gst_ks_wire_pitch_in (wire, &abi, item))
    return FALSE;
  return item->align <= GST_KS_WIRE_ALIGN_MAX || gst_ks_wire_fail (wire,
      "FileAlignment: 0x%X; a create request takes up to 0x%X",
      fixed->file_alignment, GST_KS_WIRE_ALIGN_MAX - 1);
}

static gboolean
fixed_in (GstKsWire * wire, const GstKsAbiFraming * fixed,
    GstKsFramingItem * item)
{
  guint32 left = fixed->requirements_flags & ~(SYSTEM_MEMORY | PITCH);

  if (fixed->frame_size == 0)
    return gst_ks_wire_fail (wire, "FrameSize: 0; an allocator makes frames "
        "of some size");
  item->memory = "host-mapped";
  if ((fixed->requirements_flags & SYSTEM_MEMORY) != 0)
    item->memory = fixed->pool_type == GST_PagedPool ? "system" : "locked";
  item->size.min = item->size.max = fixed->frame_size;
  item->prefer = item->size;
  if (fixed->frames != 0)
    item->frames.max = fixed->frames;
  if (left == GST_KSALLOCATOR_OPTIONF_COMPATIBLE)
    gst_ks_wire_note (wire, "OptionsFlags: COMPATIBLE is about the allocator "
        "downstream and no part of a framing: left out");
  else if (left != 0)
    gst_ks_wire_note (wire, "OptionsFlags: 0x%08X: left out", left);
  check_pool (wire, fixed);
  return fixed_align_in (wire, fixed, item);
}

/**
 * gst_ks_framing_from_abi_fixed:
 * @fixed: what an allocator is to be created with
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): as
 *   gst_ks_framing_from_abi() has them
 * @error: return location for a #GError
 *
 * A fixed framing. FrameSize is the size, prefix and postfix included, which
 * gst_ks_framing_carve() takes out; Frames is the cap, 0 is none; the pool that
 * is paged is `system`, the other is `locked`.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming the field, for a FrameSize of 0 and
 * for an alignment that is no mask or above 4095. Any thread. KS: the parameter
 * of KsCreateAllocator.
 *
 * Returns: (transfer full) (nullable): the framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_from_abi_fixed (const GstKsAbiFraming * fixed,
    GStrv * complaints, GError ** error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  GstKsWire wire = { notes, NULL, "", error };
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  GstKsFraming *framing;

  g_return_val_if_fail (fixed != NULL, NULL);

  if (!fixed_in (&wire, fixed, &item))
    return NULL;
  framing = gst_ks_framing_new (&item, 1, NULL, error);
  if (framing != NULL)
    gst_ks_wire_end (&wire, complaints);
  return framing;
}

static gboolean
fixed_size_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFraming * fixed)
{
  guint64 size;

  if (item->size.min == 0)
    return gst_ks_wire_fail (wire, "size: 0; an allocator makes frames of "
        "some size");
  if (!gst_ks_size_block (item->prefix, item->size.min, item->padding, 1,
          &size))
    return gst_ks_wire_fail (wire, "size: above 2^64 with prefix and padding");
  return gst_ks_wire_put (wire, "size", size, &fixed->frame_size);
}

static gboolean
fixed_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFraming * fixed)
{
  if (item->align > GST_KS_WIRE_ALIGN_MAX)
    return gst_ks_wire_fail (wire, "align: %" G_GUINT64_FORMAT "; a create "
        "request takes up to %u", item->align, GST_KS_WIRE_ALIGN_MAX);
  if (!gst_ks_range_is_any (&item->stride))
    return gst_ks_wire_fail (wire, "stride: a create request has no place for "
        "it; leave it out");
  fixed->file_alignment = (guint32) gst_ks_align_to_mask (item->align);
  if ((gst_ks_kind_get_traits (item->memory) & GST_KS_KIND_TRAIT_HOST) != 0)
    fixed->requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
  fixed->pool_type = strcmp (item->memory, "system") == 0
      ? GST_PagedPool : GST_NonPagedPool;
  return fixed_size_out (wire, item, fixed)
      && (item->frames.max == GST_KS_RANGE_LIMIT || gst_ks_wire_put (wire,
          "frames", item->frames.max, &fixed->frames));
}

/**
 * gst_ks_framing_to_abi_fixed:
 * @framing: a fixed framing
 * @fixed: (out caller-allocates): KS's structure
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): what
 *   did not fit, as the framing that is left
 * @error: return location for a #GError
 *
 * FrameSize is prefix, size and padding; Frames is the cap, 0 without one.
 * Memory of the host has SYSTEM_MEMORY, and `system` comes from the pool that is
 * paged. Who knows that the allocator is compatible with the one downstream adds
 * that bit.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming field and value, when @framing is not
 * fixed or has a size of 0, a stride, an alignment above 4096 or numbers of more
 * than 32 bits; @fixed is then left alone. Any thread. KS: the parameter of
 * KsCreateAllocator.
 *
 * Returns: whether @fixed was filled in
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_to_abi_fixed (const GstKsFraming * framing,
    GstKsAbiFraming * fixed, GStrv * complaints, GError ** error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  GstKsWire wire = { notes, NULL, "", error };
  GstKsAbiFraming done = { 0, 0, 0, 0, 0, 0 };
  g_autoptr (GstKsFraming) back = NULL;

  g_return_val_if_fail (framing != NULL && fixed != NULL, FALSE);

  if (!gst_ks_framing_is_fixed (framing))
    return gst_ks_wire_fail (&wire, "a create request has one kind and one "
        "size; call gst_ks_framing_fixate() first");
  if (!fixed_out (&wire, &framing->items[0], &done))
    return FALSE;
  back = gst_ks_framing_from_abi_fixed (&done, NULL, NULL);
  gst_ks_wire_compare (&wire, framing, back);
  gst_ks_wire_end (&wire, complaints);
  *fixed = done;
  return TRUE;
}
