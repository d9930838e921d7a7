#!/bin/sh
# Installs the packages where nothing of ours is, and uses them as people do.
# Prints "result: " and a line of JSON for each step.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later
set -u
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
failed=0

# try NAME COMMAND...
try () {
  name=$1
  shift
  if "$@"; then
    echo "result: {\"name\": \"installed: $name\", \"result\": \"OK\"}"
  else
    echo "result: {\"name\": \"installed: $name\", \"result\": \"FAIL\"}"
    failed=1
  fi
}

install () {
  apt-get -q update && apt-get -y -q --no-install-recommends install ./debs/*.deb gstreamer1.0-tools \
    gstreamer1.0-plugins-base gstreamer1.0-plugins-base-apps gcc libc6-dev pkg-config python3-gi man-db
}

compile () {
  # shellcheck disable=SC2046
  gcc -Wall -Werror -o frames frames.c $(pkg-config --cflags --libs gstreamer-ks-1.0) && ./frames
}

plays () {
  gst-launch-1.0 -m videotestsrc num-buffers=20 ! ksallocator memory=shared frames=..6 ! fakesink | grep ks-negotiated
}

traced () {
  GST_TRACERS='ks(default=system,report=copies)' gst-launch-1.0 videotestsrc num-buffers=20 ! fakesink 2>&1 | grep -i blocks
}

planned () {
  gst-ks-1.0 launch videotestsrc num-buffers=20 ! queue ! fakesink | grep segment
}

inspects () {
  gst-ks-1.0 inspect | grep dumb && gst-device-monitor-1.0 Memory | grep memory=system
}

try "with apt" install
# --exists would ask for a plugin of GStreamer's own version
try "gst-inspect-1.0 finds the element" gst-inspect-1.0 ksallocator
try "a line plays with shared memory" plays
try "the tracer reports" traced
try "gst-ks-1.0 launch plans" planned
try "gst-ks-1.0 inspect and the device monitor list kinds" inspects
try "a C program is built with pkg-config and runs" compile
try "a Python program runs" python3 frames.py
try "the manual page is there" sh -c 'man -P cat gst-ks-1.0 | grep -i launch'
try "taken away without a trace" sh -c 'apt-get -y -q purge "libgstks*" "gir1.2-gstks*" "gstreamer1.0-ksallocator*" "ksallocator-*" &&
  ! find /usr -name "libgstks*" -o -path "*/gst/ks/*" -o -name "gst-ks-1.0*" | grep .'
[ $failed -eq 0 ] && echo 'result: {"name": "installed: all of it", "result": "OK"}'
exit $failed
