/* The suite for elements, over one element of each base class that proposes and decides.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "carrierelements.h"

#include <gst/kscheck/gstkscheck.h>

#define RAW "video/x-raw,format=RGB,width=64,height=48,framerate=25/1"
#define PCM "audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved"
#define IN " propose=\"mapped,align=64\" "
#define OUT " decide=\"mapped,align=256\" "
#define HONOURS GST_KS_CHECK_ELEMENT_HONOURS
#define PROPOSES GST_KS_CHECK_ELEMENT_PROPOSES

static const GstKsCheckElement elements[] = {
  {"cartsrc num-buffers=12" OUT, NULL, HONOURS},
  {"cartsink" IN, RAW, PROPOSES},
  {"cartcopy" IN OUT, RAW, HONOURS | PROPOSES},
  {"cartplace" IN, RAW, HONOURS | PROPOSES},
  {"cartpass" IN, RAW, HONOURS | PROPOSES},
  {"cartfilter" IN OUT, RAW, HONOURS | PROPOSES},
  {"cartvenc" IN OUT, RAW, HONOURS | PROPOSES},
  {"cartvenc ! cartvdec" IN OUT, RAW, HONOURS},
  {"cartaenc" IN OUT, PCM, HONOURS},
  {"cartaenc ! cartadec" IN OUT, PCM, HONOURS},
  {"identity ! cartagg" IN OUT, RAW, HONOURS | PROPOSES},
  {"identity ! cartvagg" IN OUT, RAW, HONOURS | PROPOSES},
};

static Suite *
kscarriersuite_suite (void)
{
  Suite *suite = suite_create ("kscarriersuite");

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    TCase *tcase = gst_ks_check_element_case (&elements[i]);

    tcase_add_checked_fixture (tcase, cart_elements_register, NULL);
    suite_add_tcase (suite, tcase);
  }
  return suite;
}

GST_CHECK_MAIN (kscarriersuite);
