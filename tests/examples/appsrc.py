#!/usr/bin/env python3
"""Frames that a sink asks for, filled from Python.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import Gst, GstKs  # noqa: E402

Gst.init(None)
GstKs.init()

pipeline = Gst.parse_launch(
    "appsrc name=source format=time block=true max-buffers=2 ! fakesink name=sink")
source = pipeline.get_by_name("source")
sink = pipeline.get_by_name("sink").get_static_pad("sink")

# What the sink needs; then the frames that are so.
GstKs.pad_attach(sink, GstKs.Framing.parse("shared, align=4096"), GstKs.PinFlags(0))
pipeline.set_state(Gst.State.PLAYING)
caps = Gst.Caps.from_string("video/x-raw,format=RGB,width=640,height=480,framerate=25/1")
pool = GstKs.appsrc_negotiate(source, caps, None)
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

allocator = GstKs.Allocator.get("shared", None)
print(f"100 frames in {GstKs.Allocator.get_stats(allocator).get_value('fresh')} blocks")
GstKs.trim_all()
raise SystemExit(0 if message and message.type == Gst.MessageType.EOS else 1)
