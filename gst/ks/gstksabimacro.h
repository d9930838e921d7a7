/* KS's macros that declare and initialise framing.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * DECLARE_SIMPLE_FRAMING_EX, INITIALIZE_SIMPLE_FRAMING_EX,
 * SetDefaultKsCompression, SetDontCareKsFramingRange, SetKsFramingRange and
 * SetKsFramingRangeWeighted, with GST_ before the name. The first two limit
 * only the preferred sizes: the physical range stays anything.
 */
#pragma once

#include <gst/ks/gstksabi.h>

G_BEGIN_DECLS

#ifndef __GI_SCANNER__

/* Defines Name, a const GstKsAbiFramingEx with one item that is const too: it
 * is not to be cleared. MemoryType is an initialiser: GST_STATIC_... */
#define GST_DECLARE_SIMPLE_FRAMING_EX(Name, MemoryType, Flags, Frames, Alignment, MinFrameSize, MaxFrameSize) \
    static const GstKsAbiFramingItem Name##_item = { MemoryType, \
        GST_STATIC_KS_TYPE_DONT_CARE, 0, 0, (Flags), (Frames), (Alignment), 0, \
        { 0, 0xFFFFFFFFU, 1 }, { { (MinFrameSize), (MaxFrameSize), 1 }, 0, 0 } }; \
    static const GstKsAbiFramingEx Name = { 1, 0, { 1, 1, 0 }, 0, \
        (GstKsAbiFramingItem *) &Name##_item }

/* The same at run time into *FramingExPointer, which need not be initialised
 * and is to be cleared. MemoryType is a value: GST_KSMEMORY_TYPE_... */
#define GST_INITIALIZE_SIMPLE_FRAMING_EX(FramingExPointer, MemoryType_, Flags_, Frames_, Alignment_, MinFrameSize_, MaxFrameSize_) \
  G_STMT_START { \
    GstKsAbiFramingItem *item_ = g_new0 (GstKsAbiFramingItem, 1); \
    item_->memory_type = (MemoryType_); \
    item_->flags = (Flags_); \
    item_->frames = (Frames_); \
    item_->file_alignment = (Alignment_); \
    GST_SetDontCareKsFramingRange (&item_->physical_range); \
    GST_SetKsFramingRangeWeighted (&item_->framing_range, (MinFrameSize_), (MaxFrameSize_)); \
    (FramingExPointer)->count_items = 1; \
    (FramingExPointer)->pin_flags = 0; \
    GST_SetDefaultKsCompression (&(FramingExPointer)->output_compression); \
    (FramingExPointer)->pin_weight = 0; \
    (FramingExPointer)->items = item_; \
  } G_STMT_END

static inline void
GST_SetDefaultKsCompression (GstKsAbiCompression *compression)
{
  compression->ratio_numerator = 1;
  compression->ratio_denominator = 1;
  compression->ratio_constant_margin = 0;
}

static inline void
GST_SetKsFramingRange (GstKsAbiRange *range, guint32 min, guint32 max)
{
  range->min_frame_size = min;
  range->max_frame_size = max;
  range->stepping = 1;
}

static inline void
GST_SetDontCareKsFramingRange (GstKsAbiRange *range)
{
  GST_SetKsFramingRange (range, 0, 0xFFFFFFFFU);
}

static inline void
GST_SetKsFramingRangeWeighted (GstKsAbiRangeWeighted *weighted, guint32 min, guint32 max)
{
  GST_SetKsFramingRange (&weighted->range, min, max);
  weighted->in_place_weight = 0;
  weighted->not_in_place_weight = 0;
}

#endif /* __GI_SCANNER__ */

G_END_DECLS
