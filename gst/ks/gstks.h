/* The whole of gstks-1.0.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>
#include <gst/ks/gstkserror.h>
#include <gst/ks/gstkssize.h>
#include <gst/ks/gstksrange.h>
#include <gst/ks/gstksratio.h>
#include <gst/ks/gstkskind.h>
#include <gst/ks/gstksframing.h>
#include <gst/ks/gstksabiconst.h>
#include <gst/ks/gstksabiguid.h>
#include <gst/ks/gstksabi.h>
#include <gst/ks/gstksabimacro.h>
#include <gst/ks/gstksabinames.h>
#include <gst/ks/gstksabivisit.h>
#include <gst/ks/gstkswire.h>
#include <gst/ks/gstksplan.h>
#include <gst/ks/gstksgraph.h>
#include <gst/ks/gstksgraphjson.h>
#include <gst/ks/gstksplancheck.h>
#include <gst/ks/gstksaccount.h>
#include <gst/ks/gstksguardmode.h>
#include <gst/ks/gstksallocator.h>
#include <gst/ks/gstksbackend.h>
#include <gst/ks/gstksrecycler.h>
#include <gst/ks/gstksdmabuf.h>
#include <gst/ks/gstksimport.h>
#include <gst/ks/gstkspool.h>
#include <gst/ks/gstksfunctiontable.h>
#include <gst/ks/gstkswatch.h>
#include <gst/ks/gstksvalidate.h>
#include <gst/ks/gstksdefault.h>
#include <gst/ks/gstksquery.h>
#include <gst/ks/gstkspinquery.h>
#include <gst/ks/gstkspin.h>
#include <gst/ks/gstksnegotiator.h>
#include <gst/ks/gstkslinkplan.h>
#include <gst/ks/gstksfeature.h>
#include <gst/ks/gstkscarrier.h>
#include <gst/ks/gstksmemorymap.h>
#include <gst/ks/gstkspadattach.h>
#include <gst/ks/gstksappsrc.h>
#include <gst/ks/gstksbinding.h>
