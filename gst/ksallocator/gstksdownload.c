/* ksdownload: brings frames to where the CPU works on them, the cheapest way.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-ksdownload
 * @title: ksdownload
 * @short_description: brings frames into memory of the host
 *
 * Takes frames of any kind, from #ksupload or from elements of the device, and
 * hands on ordinary memory, or the kind that #ksdownload:memory names. While
 * nobody sets that, pictures of a device stay where the device puts them itself,
 * if the CPU can map that. Caps lose the feature that says where frames were. With `memory=mapped` whatever
 * the CPU can map passes as it is, and with `memory=host` what lies in the
 * memory of the host.
 *
 * ## Example launch lines
 *
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=100 ! ksupload memory=shared ! ksdownload ! fakesink
 * ]| What comes out is ordinary memory again.
 *
 * ## Messages
 *
 * As those of #ksupload.
 *
 * Since: 0.9
 */
#include "config.h"

#include "gstksdownload.h"
#include "gstkscapsfeature.h"

struct _GstKsDownload
{
  GstKsTransfer parent;
};

G_DEFINE_FINAL_TYPE (GstKsDownload, gst_ks_download, GST_TYPE_KS_TRANSFER);
GST_ELEMENT_REGISTER_DEFINE (ksdownload, "ksdownload", GST_RANK_NONE,
    GST_TYPE_KS_DOWNLOAD);

/* Nothing but ordinary caps comes out, whatever comes in. */
static guint
gst_ks_download_list_features (GstPadDirection direction,
    const gchar * feature, const gchar * kind, const gchar ** features)
{
  guint n = 0;
  const gchar *other;

  if (direction == GST_PAD_SRC && feature)
    return 0;
  features[n++] = NULL;
  for (guint i = 0; direction == GST_PAD_SRC
      && (other = gst_ks_feature_nth (NULL, i))
      && n < GST_KS_TRANSFER_MAX_FEATURES; i++)
    features[n++] = other;
  return n;
}

static void
gst_ks_download_class_init (GstKsDownloadClass * klass)
{
  GstKsTransferClass *transfer_class = GST_KS_TRANSFER_CLASS (klass);

  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "KS downloader", "Generic/Memory",
      "Brings frames of any kind of memory to where the CPU works on them, the"
      " cheapest way that goes: as they are, copied, or transferred by the"
      " device: ... ! ksupload memory=huge ! ksdownload ! ...",
      "The ksallocator authors");
  transfer_class->list_features = gst_ks_download_list_features;
  transfer_class->any_rows = TRUE;
  gst_ks_transfer_class_setup (transfer_class, "ksdownload", "system");
}

static void
gst_ks_download_init (GstKsDownload * self)
{
}
