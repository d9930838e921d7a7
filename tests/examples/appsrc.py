#!/usr/bin/env python3
"""Frames that a sink asks for, filled from Python.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstAllocators", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import Gst, GstAllocators, GstKs  # noqa: E402

Gst.init(None)
GstKs.init()

FRAMES = 50  # of each size
HELD = 10    # at most, by the line and the program
pipeline = Gst.parse_launch(
    "appsrc name=source format=time block=true max-buffers=2 ! identity name=i ! fakesink name=sink")
source = pipeline.get_by_name("source")
sink = pipeline.get_by_name("sink").get_static_pad("sink")
filled, came = [], []


def block_of(frame):
    """A number for the memory of a frame: a copy would have another one."""
    return os.fstat(GstAllocators.fd_memory_get_fd(frame.peek_memory(0))).st_ino


def note(_pad, info):
    """For each frame that comes to the sink."""
    came.append(block_of(info.get_buffer()))
    return Gst.PadProbeReturn.OK


def fill(width, height):
    """Frames of one size; the next size is asked for while these are on their way."""
    caps = f"video/x-raw,format=RGB,width={width},height={height},framerate=25/1"
    pool = GstKs.appsrc_negotiate(source, Gst.Caps.from_string(caps), None)
    for number in range(FRAMES):
        flow, frame = pool.acquire_buffer(None)
        if flow != Gst.FlowReturn.OK:
            raise SystemExit(f"no frame: {flow.value_nick}")
        frame.memset(0, number, frame.get_size())
        frame.pts = len(filled) * Gst.SECOND // 25
        filled.append(block_of(frame))
        # by the signal: push_buffer() would keep a reference here, and the frame
        source.emit("push-buffer", frame)
        del frame
    stats = pool.peek_account().get_stats()
    pool.set_active(False)
    print(f"{stats.fresh} new frames, {stats.reused} used again, {stats.copied} copied")
    return stats.fresh <= HELD and stats.fresh + stats.reused == FRAMES and stats.copied == 0


# What the sink needs; then the frames that are so.
GstKs.pad_attach(sink, GstKs.Framing.parse("shared, align=4096"), GstKs.PinFlags(0))
sink.add_probe(Gst.PadProbeType.BUFFER, note)
pipeline.set_state(Gst.State.PLAYING)
good = fill(640, 480) and fill(1280, 720)
source.emit("end-of-stream")
message = pipeline.get_bus().timed_pop_filtered(
    10 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)

print(f"{len(came)} frames came in {len(set(came))} blocks")
GstKs.trim_all()
end = message and message.type == Gst.MessageType.EOS
raise SystemExit(0 if good and end and came == filled else 1)
