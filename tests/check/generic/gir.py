#!/usr/bin/env python3
"""Uses the library from Python through its typelib, as an application would.

usage: gir.py [unittest arguments]

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import ctypes
import mmap
import os
import pathlib
import threading
import unittest
import weakref
import xml.etree.ElementTree

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstAllocators", "1.0")
gi.require_version("GstVideo", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import GLib, Gst, GstAllocators, GstKs, GstVideo  # noqa: E402

FRAME = 1 << 20


class Framing(unittest.TestCase):
    """Boxed, immutable: text in, text out, and what two of them leave."""

    def test_text(self):
        """What is printed reads as the same."""
        framing = GstKs.Framing.parse("huge, size=4096..8388608/4096, align=4096; mapped, frames=4")
        self.assertEqual(framing.get_n_items(), 2)
        again = GstKs.Framing.parse(framing.to_string())
        self.assertTrue(framing.equal(again))
        self.assertFalse(framing.equal(GstKs.Framing.parse("mapped")))

    def test_item(self):
        """The fields of an item are plain values; the framing owns them."""
        framing = GstKs.Framing.parse("locked, align=256, frames=2..8, weight=-3")
        item = framing.peek_item(0)
        self.assertEqual((item.memory, item.align, item.weight), ("locked", 256, -3))
        self.assertEqual((item.frames.min, item.frames.max), (2, 8))

    def test_edit(self):
        """An item that was copied can be changed; who has the framing keeps what it has."""
        framing = GstKs.Framing.parse("locked, align=256, frames=2..8")
        good, item = framing.get_item(0)
        item.align = 4096
        edited = framing.make_writable()
        self.assertTrue(good and edited.set_item(0, item))
        self.assertEqual(edited.to_string(), "locked, frames=2..8, align=4k")
        self.assertEqual(framing.peek_item(0).align, 256)
        self.assertFalse(framing.get_item(1)[0])

    def test_error(self):
        """Bad text is a GLib.Error of our domain with the column in it."""
        with self.assertRaises(GLib.Error) as caught:
            GstKs.Framing.parse("system, aling=3")
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.SYNTAX))
        self.assertIn("column", caught.exception.message)

    def test_intersect(self):
        """Two needs meet in one, or say which field keeps them apart."""
        both = GstKs.Framing.parse("mapped, align=64").intersect(
            GstKs.Framing.parse("huge, align=4096"))
        self.assertEqual(both.peek_item(0).memory, "huge")
        self.assertEqual(both.peek_item(0).align, 4096)
        self.assertTrue(both.is_subset(GstKs.Framing.parse("mapped")))
        with self.assertRaises(GLib.Error) as caught:
            both.intersect(GstKs.Framing.parse("shared"))
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.CONFLICT))

    def test_fixate(self):
        """One kind, one size."""
        fixed = GstKs.Framing.parse("system, size=1000..9000/500, align=64").fixate()
        self.assertTrue(fixed.is_fixed())
        self.assertEqual(fixed.peek_item(0).size.min, fixed.peek_item(0).size.max)


class Range(unittest.TestCase):
    """A plain struct with functions around it."""

    def test_values(self):
        """Steps count from the lower end."""
        good, values = GstKs.Range.parse("256..2k/512")
        self.assertTrue(good)
        self.assertTrue(values.contains(768))
        self.assertFalse(values.contains(512))
        self.assertEqual(values.to_string(), "256..1792/512")

    def test_intersect(self):
        """Exact, steps and all; or nothing."""
        _, odd = GstKs.Range.parse("256../512")
        _, thirds = GstKs.Range.parse("0../768")
        meet, both = odd.intersect(thirds)
        self.assertTrue(meet)
        self.assertEqual((both.min, both.step), (768, 1536))
        _, even = GstKs.Range.parse("0../512")
        self.assertFalse(odd.intersect(even)[0])


class Allocator(unittest.TestCase):
    """Memory of ours through GStreamer's own calls."""

    def test_kinds(self):
        """There is always ordinary memory; an unknown kind is an error."""
        self.assertIn("system", GstKs.list_kinds())
        with self.assertRaises(GLib.Error) as caught:
            GstKs.Allocator.get("nonesuch", None)
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.UNKNOWN_KIND))

    def test_reuse(self):
        """A frame that is let go serves the next request."""
        allocator = GstKs.Allocator.get("system", None)
        self.assertTrue(GstKs.Allocator.is_ours(allocator))
        params = Gst.AllocationParams()
        params.align = 4095
        before = GstKs.Allocator.get_stats(allocator)
        for _ in range(3):
            memory = allocator.alloc(FRAME, params)
            self.assertTrue(GstKs.memory_is_ours(memory))
            self.assertEqual(memory.get_sizes()[0], FRAME)
            del memory
        after = GstKs.Allocator.get_stats(allocator)
        reused = after.get_value("reused") - before.get_value("reused")
        fresh = after.get_value("fresh") - before.get_value("fresh")
        self.assertEqual((reused, fresh), (2, 1))

    def test_shared(self):
        """What shared memory is to GStreamer: memory with a descriptor."""
        allocator = GstKs.Allocator.get("shared", None)
        # FdAllocator has a call of its own by the name alloc
        memory = Gst.Allocator.alloc(allocator, FRAME, None)
        self.assertTrue(GstAllocators.is_fd_memory(memory))
        self.assertGreaterEqual(GstAllocators.fd_memory_get_fd(memory), 0)

    def test_bytes(self):
        """Written bytes are there to read."""
        buffer = Gst.Buffer.new_allocate(GstKs.Allocator.get("system", None), FRAME, None)
        buffer.fill(0, b"frame")
        self.assertEqual(buffer.extract_dup(0, 5), b"frame")

    def tearDown(self):
        GstKs.trim_all()


class Pool(unittest.TestCase):
    """The KS allocator object: a pool that counts and caps."""

    def test_cap(self):
        """At the cap somebody who does not wait gets nothing; then again one."""
        fixed = GstKs.Framing.parse("system, size=1M, frames=..2, align=4096").fixate()
        pool = GstKs.create_allocator(fixed)
        self.assertTrue(pool.set_active(True))
        dont_wait = Gst.BufferPoolAcquireParams()
        dont_wait.flags = Gst.BufferPoolAcquireFlags.DONTWAIT
        held = [pool.acquire_buffer(dont_wait)[1] for _ in range(2)]
        self.assertEqual(held[0].get_size(), FRAME)
        self.assertEqual(pool.get_status().allocated, 2)
        self.assertEqual(pool.get_status().cap, 2)
        self.assertEqual(pool.acquire_buffer(dont_wait)[0], Gst.FlowReturn.EOS)
        held.pop()
        flow, again = pool.acquire_buffer(dont_wait)
        self.assertEqual(flow, Gst.FlowReturn.OK)
        del again, held
        self.assertTrue(pool.set_active(False))

    def test_caps(self):
        """Over an allocator, configured with caps like any pool of GStreamer."""
        framing = GstKs.Framing.parse("system, align=4096, stride=256../256")
        pool = GstKs.Pool.new(GstKs.Allocator.get("system", None), framing, None)
        caps = Gst.Caps.from_string("video/x-raw,format=GRAY8,width=100,height=10,framerate=1/1")
        config = pool.get_config()
        Gst.BufferPool.config_set_params(config, caps, 1000, 0, 0)
        Gst.BufferPool.config_add_option(config, GstVideo.BUFFER_POOL_OPTION_VIDEO_META)
        self.assertTrue(pool.set_config(config))
        self.assertEqual(pool.get_video_info().stride[0], 256)
        self.assertEqual(GstKs.query_caps_size(caps), 1000)
        self.assertIsNone(self.bytes_pool().get_video_info())

    def bytes_pool(self):
        """Frames that are no pictures."""
        return GstKs.create_allocator(GstKs.Framing.parse("system, size=64k").fixate())

    def test_map(self):
        """Each block is there with its owner, as structures."""
        account = GstKs.Account.new(0)
        account.set_owner("python")
        self.assertEqual(account.get_owner(), "python")
        memory = Gst.Allocator.alloc(GstKs.Allocator.get("system", None), FRAME, None)
        found = GstKs.memory_map_get()
        self.assertEqual(found.get_value("moment"), "now")
        self.assertGreaterEqual(found.get_uint64("out-bytes")[1], FRAME)
        del memory

    def test_account(self):
        """A new account has a budget and nothing on it."""
        account = GstKs.Account.new(FRAME)
        stats = account.get_stats()
        self.assertEqual((stats.live, stats.bytes), (0, 0))

    def test_ks(self):
        """KS's default allocator, without callbacks, and what it says of itself."""
        request = GstKs.AbiFraming()
        request.requirements_flags = 0x2
        request.pool_type = 1
        request.frames = 2
        request.frame_size = FRAME
        request.file_alignment = 63
        pool = GstKs.default_allocator_new(request, None, None)
        self.assertTrue(pool.set_active(True))
        flow, held = pool.acquire_buffer(None)
        self.assertEqual(flow, Gst.FlowReturn.OK)
        good, status = pool.get_ks_status()
        self.assertEqual((good, status.allocated_frames), (True, 1))
        self.assertEqual((status.framing.frames, status.framing.frame_size), (2, FRAME))
        pin = GstKs.Pin.get(Gst.Pad.new("out", Gst.PadDirection.SRC), True)
        self.assertEqual(pin.create_allocator(request).get_status().cap, 2)
        del held
        self.assertTrue(pool.set_active(False))
        good, value = GstKs.abi_names_parse(GstKs.AbiNames.OPTIONS, "SYSTEM_MEMORY")
        self.assertEqual((good, value), (True, 0x2))

    def test_refused(self):
        """A framing that leaves things open makes no pool."""
        with self.assertRaises(GLib.Error) as caught:
            GstKs.create_allocator(GstKs.Framing.parse("system, size=1M..2M"))
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.INVALID))

    def tearDown(self):
        GstKs.trim_all()


class Typelib(unittest.TestCase):
    """What is said of the library to other languages."""

    def test_room(self):
        """Nobody makes room for a structure of others: its private part is not in their typelib."""
        root = xml.etree.ElementTree.parse(
            pathlib.Path(os.environ["GI_TYPELIB_PATH"].split(os.pathsep)[0], "GstKs-1.0.gir"))
        core = "{http://www.gtk.org/introspection/core/1.0}"
        made = [parameter.find(f"{core}type").get("name") for parameter in root.iter(f"{core}parameter")
                if parameter.get("caller-allocates") == "1" and parameter.find(f"{core}type") is not None]
        self.assertIn("PoolStatus", made)
        self.assertEqual([name for name in made if "." in name], [])


class Bindings(unittest.TestCase):
    """What C says with pointers and functions in structures."""

    def setUp(self):
        self.region = mmap.mmap(-1, 2 * FRAME)
        self.start = ctypes.addressof(ctypes.c_char.from_buffer(self.region))
        self.free = [self.start, self.start + FRAME]
        self.back = []

    def lend(self, size, align):
        """One of two blocks, or none."""
        return self.free.pop(0) if self.free and size <= FRAME and align <= 4096 else 0

    def take_back(self, address, size):
        """Notes what came back."""
        self.back.append((address - self.start, size))

    def test_external(self):
        """Blocks lie where they were lent, and come back once each, from any thread."""
        allocator = GstKs.Allocator.new_external(self.lend, self.take_back)
        held = [Gst.Buffer.new_allocate(allocator, FRAME, None) for _ in range(2)]
        held[1].fill(0, b"frame")
        self.assertEqual(self.region[FRAME:FRAME + 5], b"frame")
        with self.assertRaises(GLib.Error) as caught:
            GstKs.Request().alloc(allocator, None)
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.INVALID))
        request = GstKs.Request()
        request.size = FRAME
        with self.assertRaises(GLib.Error) as caught:
            request.alloc(allocator, None)
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.NO_MEMORY))
        self.assertEqual(self.back, [])
        del allocator
        self.assertEqual(self.back, [])
        other = threading.Thread(target=held.clear)
        other.start()
        other.join()
        self.assertEqual(sorted(self.back), [(0, FRAME), (FRAME, FRAME)])

    def test_external_fails(self):
        """A function that raises gives no memory, not memory of somewhere."""
        def fail(_size, _align):
            raise RuntimeError("meant to fail")
        allocator = GstKs.Allocator.new_external(fail, self.take_back)
        request = GstKs.Request()
        request.size = FRAME
        with self.assertRaises(GLib.Error) as caught:
            request.alloc(allocator, None)
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.NO_MEMORY))
        self.assertEqual(self.back, [])

    def test_functions_live_with_frames(self):
        """The last frame keeps the functions, not the allocator."""
        class Owner:
            """Of the region."""
            def __init__(self, address):
                self.address = address

            def lend(self, _size, _align):
                """Always the same."""
                return self.address

            def take_back(self, _address, _size):
                """Nothing to do."""
        owner = Owner(self.start)
        gone = weakref.ref(owner)
        frame = Gst.Buffer.new_allocate(
            GstKs.Allocator.new_external(owner.lend, owner.take_back), FRAME, None)
        del owner
        self.assertIsNotNone(gone())
        del frame
        self.assertIsNone(gone())

    def test_request(self):
        """A frame with room around it, and somebody who pays."""
        allocator = GstKs.Allocator.get("system", None)
        account = GstKs.Account.new(FRAME)
        request = GstKs.Request()
        request.size, request.align, request.prefix = FRAME // 2, 4096, 64
        memory = request.alloc(allocator, account)
        self.assertEqual(memory.get_sizes()[:2], (FRAME // 2, 64))
        self.assertEqual(account.get_stats().live, 1)
        with self.assertRaises(GLib.Error) as caught:
            request.alloc(allocator, account)
        self.assertTrue(caught.exception.matches(GstKs.error_quark(), GstKs.Error.BUDGET))
        self.assertEqual(GstKs.Error(caught.exception.code), GstKs.Error.BUDGET)
        self.assertEqual(caught.exception.domain, GLib.quark_to_string(GstKs.error_quark()))
        del memory
        self.assertEqual(account.get_stats().live, 0)

    def pool(self, *arguments):
        """One frame at most."""
        pool = GstKs.Pool.new(GstKs.Allocator.get("system", None),
                              GstKs.Framing.parse("system, frames=..1"), *arguments)
        config = pool.get_config()
        Gst.BufferPool.config_set_params(config, None, FRAME, 0, 0)
        self.assertTrue(pool.set_config(config))
        self.assertTrue(pool.set_active(True))
        return pool

    def test_pool(self):
        """Two pools on one account; a pool reports, and lets the function go in the end."""
        account = GstKs.Account.new(0)
        options = GstKs.PoolOptions()
        options.on_starve = GstKs.Starve.ERROR
        told = []

        def report(pool, event, error):
            told.append((pool, event, error.matches(GstKs.error_quark(), GstKs.Error.LIMIT)))
        gone = weakref.ref(report)
        pools = [self.pool(options, account, report), self.pool(options, account)]
        del report
        held = [pool.acquire_buffer(None)[1] for pool in pools]
        self.assertEqual(account.get_stats().handed_out, 2)
        self.assertEqual(pools[0].acquire_buffer(None)[0], Gst.FlowReturn.ERROR)
        self.assertEqual(told, [(pools[0], GstKs.PoolEvent.FAILED, True)])
        held.clear()
        told.clear()
        for pool in pools:
            pool.set_active(False)
        self.assertIsNotNone(gone())
        del pool
        pools.clear()
        self.assertIsNone(gone())

    def tearDown(self):
        GstKs.trim_all()


if __name__ == "__main__":
    Gst.init(None)
    GstKs.init()
    unittest.main()
