/* The table of KS's structures: what drives decode, encode, check, names.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksabivisit.h"

G_BEGIN_DECLS

/* What a row of the table is: one value, a structure in the structure, or what
 * the struct in C owns by a pointer: the items of KSALLOCATOR_FRAMING_EX, the
 * extension of KSSTREAM_HEADER. */
typedef enum
{
  GST_KS_ABI_ROW_LEAF,
  GST_KS_ABI_ROW_STRUCT,
  GST_KS_ABI_ROW_ITEMS,
  GST_KS_ABI_ROW_EXTENSION
} GstKsAbiRow;

typedef struct
{
  const gchar *name;            /* KS's */
  GstKsAbiRow row;
  GstKsAbiType type;            /* of a leaf, of an extension */
  GstKsAbiShow show;            /* of a leaf, of an extension */
  gsize offset;                 /* in the C struct */
  guint of;                     /* GstKsAbiNames, GstKsGuidUse or GstKsAbiStruct */
} GstKsAbiField;

/* One structure that a walk has come to. */
typedef struct
{
  guint which;                  /* GstKsAbiStruct, or one of those below */
  gconstpointer value;          /* the C struct */
  const gchar *prefix;          /* path of the structure with its dot, or empty */
  gsize position;               /* of the structure, bytes */
} GstKsAbiPlace;

typedef struct
{
  const gchar *name;
  gsize size;                   /* bytes on the wire, without items and extension */
  const GstKsAbiField *fields;
  guint n_fields;
  gssize flags_offset;          /* where the bit is that makes an alignment a pitch; -1: nowhere */
  /* What no field shows by itself; NULL: nothing. */
  void (*check) (const GstKsAbiPlace *place, GPtrArray *complaints);
} GstKsAbiLayout;

/* Those that come only in others. */
enum
{
  GST_KS_ABI_FRAMING_ONE = GST_KS_ABI_N_STRUCTS,
  GST_KS_ABI_KSTIME,
  GST_KS_ABI_N_LAYOUTS
};

/* Bounds what bytes and text can ask for. */
#define GST_KS_ABI_MAX_ITEMS 4096

const GstKsAbiLayout * gst_ks_abi_layout (guint which);
/* 0 for bytes: the structure says how many. */
gsize                  gst_ks_abi_type_size (GstKsAbiType type);
/* Bytes that follow the header, as its Size has it. */
gsize                  gst_ks_abi_extension_size (const GstKsAbiStreamHeader *header);
/* Whether bytes a row stand where an alignment stands otherwise. */
gboolean               gst_ks_abi_has_pitch (const GstKsAbiLayout *layout, gconstpointer value);

/* A walk over a structure and those in it; either function may be NULL. */
typedef struct
{
  GstKsAbiVisitFunc leaf;
  void (*structure) (const GstKsAbiPlace *place, gpointer user_data);
  gpointer user_data;
} GstKsAbiWalk;

/* FALSE: leaf stopped it. */
gboolean gst_ks_abi_walk (const GstKsAbiWalk *walk, const GstKsAbiPlace *place);

G_END_DECLS
