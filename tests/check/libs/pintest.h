/* What the tests of pins share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define CAPS "video/x-raw,format=RGB,width=64,height=48,framerate=25/1"
#define CAPS_SIZE (64 * 48 * 3)

static inline GstQuery *
query_new (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  return gst_query_new_allocation (caps, TRUE);
}

static inline GstKsFraming *
framing_of (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "?");
  return framing;
}

/* NULL: takes the framing away. */
static inline void
say (GstKsPin *pin, const gchar *text)
{
  g_autoptr (GstKsFraming) framing = text ? framing_of (text) : NULL;

  gst_ks_pin_set_framing (pin, framing);
}

static inline void
expect_framing (GstKsFraming *framing, const gchar *text)
{
  g_autoptr (GstKsFraming) owned = framing;
  g_autoptr (GstKsFraming) expected = text ? framing_of (text) : NULL;
  g_autofree gchar *got = framing ? gst_ks_framing_to_string (framing) : NULL;

  fail_unless ((text == NULL) == (framing == NULL), "got %s, not %s", got,
      text);
  fail_unless (text == NULL || gst_ks_framing_equal (framing, expected),
      "got %s, not %s", got, text);
}

#define expect_error(error, its_code) G_STMT_START { \
    fail_unless (g_error_matches (error, GST_KS_ERROR, its_code), "%s", \
        error ? (error)->message : "no error"); \
    g_clear_error (&(error)); \
  } G_STMT_END

/* Two pads that are linked, without elements. */
typedef struct
{
  GstPad *src;
  GstPad *sink;
} Link;

static inline Link
link_new (void)
{
  Link link = { gst_pad_new ("src", GST_PAD_SRC),
    gst_pad_new ("sink", GST_PAD_SINK)
  };

  gst_object_ref_sink (link.src);
  gst_object_ref_sink (link.sink);
  fail_unless_equals_int (gst_pad_link (link.src, link.sink), GST_PAD_LINK_OK);
  return link;
}

static inline void
link_free (Link *link)
{
  gst_pad_unlink (link->src, link->sink);
  gst_object_unref (link->src);
  gst_object_unref (link->sink);
}

static inline GstKsPool *
pool_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) fixed = framing_of ("system, size=4096, frames=..2");
  GstKsPool *pool = gst_ks_create_allocator (fixed, &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}
