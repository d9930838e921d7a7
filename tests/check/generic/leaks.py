#!/usr/bin/env python3
"""Runs whole pipelines under GStreamer's leaks tracer; nothing may stay alive.

usage: leaks.py

A row whose elements are not installed is skipped with a word.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import shutil
import subprocess
import sys

SMALL = "video/x-raw,format=BGRA,width=320,height=240"
# name, pipeline
ROWS = (
    ("stock", f"videotestsrc num-buffers=5 ! {SMALL} ! fakesink"),
    ("plain", f"videotestsrc num-buffers=5 ! {SMALL} ! ksallocator ! fakesink"),
    ("aligned", f"videotestsrc num-buffers=5 ! {SMALL} ! ksallocator align=4096 ! fakesink"),
    ("capped", f"videotestsrc num-buffers=9 ! {SMALL} ! ksallocator frames=2..4 ! fakesink"),
    ("muxed", "videotestsrc num-buffers=9 ! video/x-raw,format=AYUV,width=320,height=240"
     " ! ksallocator ! matroskamux ! fakesink"),
    ("converted", "videotestsrc num-buffers=9 ! videoconvert"
     f" ! {SMALL} ! ksallocator ! queue ! gdppay ! fakesink"),
    ("shared", f"videotestsrc num-buffers=5 ! {SMALL} ! ksallocator memory=shared ! fakesink"),
    ("tee", f"videotestsrc num-buffers=9 ! {SMALL} ! ksallocator ! tee name=t"
     " t. ! queue ! fakesink t. ! queue ! fakesink"),
    ("copied", f"videotestsrc num-buffers=5 ! {SMALL} ! identity drop-allocation=true"
     " ! ksallocator align=4096 require=copy ! fakesink"),
)


def run(line):
    """(exit status, output) of one pipeline under the tracer."""
    environment = dict(os.environ, GST_TRACERS="leaks", GST_DEBUG="GST_TRACER:7",
                       GST_DEBUG_NO_COLOR="1")
    done = subprocess.run(["gst-launch-1.0", "-q", *line.split()], env=environment,
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def main():
    """Exit status 1 when something leaks."""
    if not shutil.which("gst-launch-1.0"):
        print("SKIP: gst-launch-1.0 is not installed")
        return 77
    bad = 0
    for name, line in ROWS:
        status, output = run(line)
        alive = [text for text in output.splitlines() if "object-alive, type-name=(string)Gst" in text]
        if "no element" in output:
            print(f"SKIP: {name}: {output.strip().splitlines()[-1]}")
        elif status or alive:
            bad += 1
            print(f"FAIL {name}: exit {status}, {len(alive)} alive:", *(alive or [output[-2000:]]), sep="\n")
        else:
            print("ok", name)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
