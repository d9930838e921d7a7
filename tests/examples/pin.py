"""Says what a pad needs of its frames, reads it at the other end, and is told of free frames.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import GLib, Gst, GstKs  # noqa: E402

Gst.init(None)
GstKs.init()

pipeline = Gst.parse_launch("fakesrc name=source ! fakesink name=sink")
sink = GstKs.Pin.get(pipeline.get_by_name("sink").get_static_pad("sink"), True)
source = GstKs.Pin.get(pipeline.get_by_name("source").get_static_pad("src"), True)

# What the sink needs; then a copy of its first item, changed.
sink.set_framing(GstKs.Framing.parse("system, size=64k, frames=..2, align=64"))
_, item = sink.get_framing().get_item(0)
item.align = 4096
sink.edit_item(0, item)

# The other end reads it, and makes a pool of it.
needs = source.read_peer_framing(GstKs.FramingCacheOp.UPDATE)
print(needs.to_string())
pool = GstKs.create_allocator(needs.fixate())
source.set_allocator(pool)
pool.set_active(True)


def let_one_go():
    """For the main loop, once."""
    held.pop()
    return GLib.SOURCE_REMOVE


# Each frame that comes back is told of, in the thread that let it go.
loop = GLib.MainLoop()
pool.props.emit_signals = True
pool.connect("free-frame", lambda _pool: GLib.idle_add(loop.quit))
held = [pool.acquire_buffer(None)[1] for _ in range(2)]
GLib.idle_add(let_one_go)
loop.run()
print(f"{pool.get_status().allocated} of {pool.get_status().cap} frames are out")

held.clear()
pool.close()
GstKs.trim_all()
