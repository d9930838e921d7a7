#!/usr/bin/env python3
"""Frames in memory that the program owns, such as the loans of a middleware.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import collections
import ctypes
import mmap
import threading
import weakref

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import Gst, GstKs  # noqa: E402

Gst.init(None)
GstKs.init()

FRAMES, SLOT, SLOTS = 100, 1 << 20, 4
CAPS = "video/x-raw,format=RGB,width=640,height=480"


class Region:
    """Memory of the middleware, and what it lends; any thread."""

    counts = collections.Counter()

    def __init__(self):
        self.bytes = mmap.mmap(-1, SLOTS * SLOT)
        self.start = ctypes.addressof(ctypes.c_char.from_buffer(self.bytes))
        self.lock = threading.Lock()
        self.lent = set()

    def lend(self, size, align):
        """An address, a multiple of align; 0: there is none."""
        with self.lock:
            free = set(range(SLOTS)) - self.lent
            if size > SLOT or align > mmap.PAGESIZE or not free:
                return 0
            slot = free.pop()
            self.lent.add(slot)
            self.counts["lent"] += 1
            return self.start + slot * SLOT

    def take_back(self, address, _size):
        """Each once."""
        with self.lock:
            self.counts["back"] += 1
            self.lent.remove((address - self.start) // SLOT)


def make_pool(region):
    """The functions keep the region, and the last frame keeps the functions."""
    allocator = GstKs.Allocator.new_external(region.lend, region.take_back)
    pool = GstKs.Pool.new(allocator, GstKs.Framing.parse("user, align=4096"), None)
    config = pool.get_config()
    Gst.BufferPool.config_set_params(config, Gst.Caps.from_string(CAPS), 640 * 480 * 3, 0, SLOTS)
    pool.set_config(config)
    return pool


def make_line(pool):
    """The source fills frames of the pool, whatever it would have done."""
    line = Gst.parse_launch(f"videotestsrc name=source num-buffers={FRAMES} ! {CAPS}"
                            " ! appsink name=sink sync=false max-buffers=1")
    pad = line.get_by_name("source").get_static_pad("src")
    GstKs.Pin.get(pad, True).set_allocator(pool)
    GstKs.pad_attach(pad, GstKs.Framing.parse("user"), GstKs.PinFlags(0))
    return line


region = Region()
gone = weakref.ref(region)
pool = make_pool(region)
line = make_line(pool)
sink = line.get_by_name("sink")
line.set_state(Gst.State.PLAYING)
frames, last = 0, None
while sample := sink.emit("try-pull-sample", 10 * Gst.SECOND):
    frames += GstKs.Allocator.peek_kind(sample.get_buffer().peek_memory(0).allocator) == "user"
    last = sample
line.set_state(Gst.State.NULL)

# One frame outlives the line, the pool, the allocator and our own reference to the region.
del sink, line, pool, region
kept = gone() is not None
del last
counts = Region.counts
print(f"{frames} frames in {counts['lent']} loans; {counts['back']} came back;"
      f" the region was {'kept' if kept else 'gone'}, and is {'in use' if gone() else 'free'}")
raise SystemExit(0 if frames == FRAMES and 0 < counts["lent"] <= SLOTS and kept
                 and counts["back"] == counts["lent"] and gone() is None else 1)
