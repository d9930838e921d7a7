/* What the files of the backend share and nobody else sees.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksbackend.h"

G_BEGIN_DECLS

/* FALSE, and what is wrong in words, when a driver's layout cannot hold a picture of info. */
G_GNUC_INTERNAL
gboolean gst_ks_shape_check (const GstKsShape *shape, const GstVideoInfo *info, gchar **wrong);

/* The class of a kind, its plugin loaded; unref it with g_type_class_unref(). */
G_GNUC_INTERNAL
GstKsBackendClass * gst_ks_backend_load_class (const gchar *kind, GError **error);
/* An opened and described backend that nobody else has yet; no lock held. */
G_GNUC_INTERNAL
GstKsBackend * gst_ks_backend_new_open (GstKsBackendClass *klass, const gchar *device, GError **error);
/* What new_open() made has been closed: the device may be opened again. */
G_GNUC_INTERNAL
void     gst_ks_backend_forget (const gchar *word, const gchar *device);
G_GNUC_INTERNAL
void     gst_ks_backend_contract_error (GError **error, const gchar *kind, const gchar *what);
/* A function that failed says why; one that succeeded says nothing. */
G_GNUC_INTERNAL
gboolean gst_ks_backend_outcome (GstKsBackend *self, const gchar *what, gboolean success, GError **error);

G_END_DECLS
