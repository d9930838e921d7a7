/* What every element should bear of the frames that it is given, as a test case for any gst-check program.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheckprelude.h>

G_BEGIN_DECLS

/**
 * GstKsCheckElementFlags:
 * @GST_KS_CHECK_ELEMENT_NONE: nothing is claimed
 * @GST_KS_CHECK_ELEMENT_HONOURS: each frame that it makes is aligned as
 *     downstream asks
 * @GST_KS_CHECK_ELEMENT_PROPOSES: it answers the ALLOCATION query with a pool,
 *     allocation parameters and a framing
 *
 * What an element claims, so that it is tested.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_CHECK_ELEMENT_NONE = 0,
  GST_KS_CHECK_ELEMENT_HONOURS = (1 << 0),
  GST_KS_CHECK_ELEMENT_PROPOSES = (1 << 1)
} GstKsCheckElementFlags;

/**
 * GstKsCheckExcuse:
 * @test: one of gst_ks_check_element_list_tests()
 * @reason: why the element cannot pass it
 *
 * A test that an element is known to fail.
 *
 * Since: 0.9
 */
typedef struct
{
  const gchar *test;
  const gchar *reason;
} GstKsCheckExcuse;

#define GST_KS_CHECK_MAX_EXCUSES 4

/**
 * GstKsCheckElement:
 * @launch: the element as in gst-launch; several that are linked count as one.
 *     What has only request pads is put behind an identity. At most one pad of
 *     each direction is left open
 * @caps: fixed caps of the frames that go in; %NULL for a source, which has to
 *     end by itself
 * @flags: what the element claims
 * @excuses: tests that it cannot pass; they have to fail, or the excuse is void
 * @patience: how long it may be silent, in ns; 0: 20 s
 *
 * An element under test. Whatever it makes of equal frames has to be equal.
 *
 * Since: 0.9
 */
typedef struct
{
  const gchar *launch;
  const gchar *caps;
  GstKsCheckElementFlags flags;
  GstKsCheckExcuse excuses[GST_KS_CHECK_MAX_EXCUSES];
  GstClockTime patience;
} GstKsCheckElement;

/* To be given to suite_add_tcase(); element must outlive the run. */
GST_KS_CHECK_API TCase *  gst_ks_check_element_case (const GstKsCheckElement *element);
/* The same by hand. */
GST_KS_CHECK_API const gchar * const * gst_ks_check_element_list_tests (void);
GST_KS_CHECK_API gboolean gst_ks_check_element_run (const GstKsCheckElement *element, const gchar *test, GError **error);

G_END_DECLS
