"""Checksums of every block of a Matroska file, one by one.

Reads the file by itself: matroskademux of GStreamer refuses blocks above
15 MiB, and an uncompressed 4K frame is larger than that.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import hashlib

SEGMENT, CLUSTER, TIME, GROUP = 0x18538067, 0x1F43B675, 0xE7, 0xA0
SIMPLE_BLOCK, BLOCK = 0xA3, 0xA1


def number(file, keep_marker):
    """An EBML number: leading zero bits of the first byte tell its length."""
    first = file.read(1)
    if not first:
        return None
    length = 9 - first[0].bit_length()
    raw = first + file.read(length - 1)
    value = int.from_bytes(raw, "big")
    if keep_marker:
        return value
    mask = (1 << (7 * length)) - 1
    value &= mask
    return None if value == mask else value


def block(file, size, cluster_time):
    """(track, time in the file's ticks, checksum) of the block at hand."""
    start = file.tell()
    track = number(file, False)
    ticks = int.from_bytes(file.read(2), "big", signed=True)
    file.read(1)
    payload = file.read(size - (file.tell() - start))
    return track, cluster_time + ticks, hashlib.sha256(payload).hexdigest()


def blocks(path):
    """All blocks in the order of the file."""
    cluster_time = 0
    with open(path, "rb") as file:
        while (name := number(file, True)) is not None:
            size = number(file, False)
            if name in (SEGMENT, CLUSTER, GROUP):
                continue
            if name == TIME:
                cluster_time = int.from_bytes(file.read(size), "big")
            elif name in (SIMPLE_BLOCK, BLOCK):
                yield block(file, size, cluster_time)
            else:
                file.seek(size, 1)
