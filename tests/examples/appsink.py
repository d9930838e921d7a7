#!/usr/bin/env python3
"""An application that keeps the last frames of a stream, and says how many.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import collections

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import Gst, GstKs  # noqa: E402

Gst.init(None)
GstKs.init()

FRAMES, KEEPS = 60, 8
pipeline = Gst.parse_launch(
    f"videotestsrc name=source num-buffers={FRAMES} ! video/x-raw,format=RGB,width=320,height=240"
    " ! appsink name=sink sync=false max-buffers=1")
sink = pipeline.get_by_name("sink")
source = pipeline.get_by_name("source")
pools = []


def note(_pad, info):
    """For the first frame of the source."""
    pools.append(info.get_buffer().pool)
    return Gst.PadProbeReturn.REMOVE


# A source that works on 3 frames and can have 12, and what this program keeps.
for pad, needs in ((source.get_static_pad("src"), "system, frames=3..12"),
                   (sink.get_static_pad("sink"), f"mapped, frames={KEEPS}..")):
    GstKs.pad_attach(pad, GstKs.Framing.parse(needs), GstKs.PinFlags(0))
source.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, note)
pipeline.set_state(Gst.State.PLAYING)
kept = collections.deque(maxlen=KEEPS)
frames = 0
while sample := sink.emit("pull-sample"):
    kept.append(sample)
    frames += 1
kept.clear()
pipeline.set_state(Gst.State.NULL)

_, _, _, count, cap = Gst.BufferPool.config_get_params(pools[0].get_config())
stats = pools[0].peek_account().get_stats()
print(f"{frames} frames came, {count} are agreed on, at most {cap}; {stats.peak} were out at once")
GstKs.trim_all()
raise SystemExit(0 if frames == FRAMES and count == 3 + KEEPS and stats.peak <= cap
                 and stats.copied == 0 and stats.fresh + stats.reused == FRAMES else 1)
