#!/usr/bin/env python3
"""Frames from a pool into a pipeline, from Python.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import Gst, GstKs  # noqa: E402

Gst.init(None)
GstKs.init()

# 640x480 RGB, at most 8 frames out, each at a multiple of 4096 bytes
framing = GstKs.Framing.parse("system, size=921600, frames=..8, align=4096").fixate()
pool = GstKs.create_allocator(framing)
pool.set_active(True)

pipeline = Gst.parse_launch(
    "appsrc name=source format=time block=true max-buffers=2"
    " caps=video/x-raw,format=RGB,width=640,height=480,framerate=25/1 ! fakesink")
source = pipeline.get_by_name("source")
pipeline.set_state(Gst.State.PLAYING)
for number in range(100):
    flow, frame = pool.acquire_buffer(None)
    if flow != Gst.FlowReturn.OK:
        raise SystemExit(f"no frame: {flow.value_nick}")
    frame.memset(0, number, frame.get_size())
    frame.pts = number * Gst.SECOND // 25
    # by the signal: push_buffer() would keep a reference here, and the frame
    source.emit("push-buffer", frame)
    del frame
source.emit("end-of-stream")
message = pipeline.get_bus().timed_pop_filtered(
    10 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)
pool.set_active(False)

stats = GstKs.Allocator.get_stats(pool.peek_allocator())
print(f"100 frames in {stats.get_value('fresh')} blocks")
GstKs.trim_all()
raise SystemExit(0 if message and message.type == Gst.MessageType.EOS else 1)
