/* Elements of GStreamer's own, and ours, with frames as we hand them out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../pipelines/runner.h"

#include <gst/kscheck/gstkscheck.h>

#define RGB "video/x-raw,format=RGB,width=100,height=50,framerate=25/1"
#define NV12 "video/x-raw,format=NV12,width=100,height=50,framerate=25/1"
#define I420 "video/x-raw,format=I420,width=100,height=50,framerate=25/1"
/* jpegenc encodes and y4menc writes what lies between the rows of others */
#define EVEN "video/x-raw,format=I420,width=96,height=48,framerate=25/1"
#define AYUV "video/x-raw,format=AYUV,width=100,height=50,framerate=25/1"
#define PCM "audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved"

#define ONLY(caps) "capsfilter caps=\"" caps "\""

static const GstKsCheckElement elements[] = {
  {"identity", RGB},
  {"queue", RGB},
  {"queue2", RGB},
  {"capsfilter", RGB},
  {"tee ! identity", RGB},
  {"valve", RGB},
  {"identity ! funnel", RGB},
  {"fakesink", RGB},
  {"videoconvert", I420},
  {"videoconvert ! " ONLY (RGB), NV12},
  {"videoscale ! " ONLY ("video/x-raw,width=60,height=40"), I420},
  {"videorate", I420},
  {"videobalance saturation=0.5", I420},
  {"videoflip method=clockwise", I420},
  {"videocrop left=10", RGB},
  {"videobox left=10", I420},
  {"gamma gamma=2", I420},
  {"alpha method=green", AYUV},
  {"timeoverlay", I420},
  {"deinterlace mode=interlaced", I420},
  {"identity ! compositor", I420},
  {"jpegenc", EVEN},
  {"jpegenc ! jpegdec", EVEN},
  {"pngenc", RGB},
  {"y4menc", EVEN},
  {"rtpvrawpay ssrc=1 timestamp-offset=1 seqnum-offset=1", I420},
  {"audioconvert ! " ONLY ("audio/x-raw,format=F32LE"), PCM},
  {"audioresample ! " ONLY ("audio/x-raw,rate=16000"), PCM},
  {"volume volume=0.5", PCM},
  {"mulawenc", PCM},
  {"videotestsrc num-buffers=12 ! " ONLY (RGB), NULL},
  {"ksallocator", RGB},
  {"ksallocator align=4096 frames=2..", I420, GST_KS_CHECK_ELEMENT_HONOURS},
  {"ksallocator memory=shared layout=packed require=copy", I420,
      GST_KS_CHECK_ELEMENT_HONOURS},
};

/* The first element of a description that is not installed. */
static gchar *
missing (const gchar * launch)
{
  g_auto (GStrv) parts = g_strsplit (launch, " ! ", -1);

  for (guint i = 0; parts[i]; i++) {
    g_auto (GStrv) words = g_strsplit (parts[i], " ", 2);
    gchar *name = run_missing (words[0]);

    if (name)
      return name;
  }
  return NULL;
}

static Suite *
ksstock_suite (void)
{
  Suite *suite = suite_create ("ksstock");

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    g_autofree gchar *name = missing (elements[i].launch);

    if (name)
      g_print ("SKIP: %s: no element %s\n", elements[i].launch, name);
    else
      suite_add_tcase (suite, gst_ks_check_element_case (&elements[i]));
  }
  return suite;
}

GST_CHECK_MAIN (ksstock);
