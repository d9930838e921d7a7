#!/usr/bin/env python3
"""Frames of shared memory: what a Python program does with the packages.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import Gst, GstKs  # noqa: E402  pylint: disable=wrong-import-position

Gst.init(None)
GstKs.init()
pool = GstKs.create_allocator(GstKs.Framing.parse("shared, size=64k").fixate())
assert pool.set_active(True)
_, buffer = pool.acquire_buffer(None)
print("a frame of", buffer.get_size(), "bytes")
del buffer
assert pool.set_active(False)
