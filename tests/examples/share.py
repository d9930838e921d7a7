#!/usr/bin/env python3
"""Frames that a second process reads where they lie, and what it refuses.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import fcntl
import os
import socket
import struct
import tempfile
import zlib

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstAllocators", "1.0")
gi.require_version("GstKs", "1.0")
from gi.repository import GLib, Gst, GstAllocators, GstKs  # noqa: E402

FRAMES, SLOTS, HELD = 100, 4, 10
OFFER = struct.Struct("QQI")   # offset and size in bytes, slot; the descriptor goes beside it
ANSWER = struct.Struct("iIQI")  # code of the error or -1, slot, inode, sum of the bytes


def sum_of(memory):
    """A number for what the frame shows."""
    frame = Gst.Buffer.new()
    frame.append_memory(memory)
    return zlib.crc32(frame.extract_dup(0, frame.get_size()))


def read_frames(other):
    """The process that reads. Seals, length and offset are looked at before the frame is mapped."""
    while True:
        message, fds, _flags, _ = socket.recv_fds(other, OFFER.size, 1, socket.MSG_CMSG_CLOEXEC)
        if len(message) != OFFER.size:
            return 1
        offset, size, slot = OFFER.unpack(message)
        if size == 0:
            break
        fd = fds[0] if fds else -1
        try:
            # the descriptor is the memory's from here on
            memory = GstKs.memory_new_from_fd(fd, offset, size)
            answer = -1, slot, os.fstat(fd).st_ino, sum_of(memory)
            del memory
        except GLib.Error as error:
            print(f"refused: {error.message}", flush=True)
            if fd >= 0:
                os.close(fd)
            answer = error.code, slot, 0, 0
        other.send(ANSWER.pack(*answer))
    for slot in (0, SLOTS, 0xffffffff):  # gives back what was never lent
        other.send(ANSWER.pack(-1, slot, 0, 0))
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return int("ks-share" in maps.read())


class Sender:
    """Lends frames by number, and takes them back."""

    def __init__(self, other):
        self.other, self.lent, self.blocks = other, {}, set()
        self.seen = self.wrong = 0

    def lend(self, sample):
        """The other process may look at the frame until it says so."""
        memory = sample.get_buffer().peek_memory(0)
        size, offset, _ = memory.get_sizes()
        fd = GstAllocators.fd_memory_get_fd(memory)
        slot = next(number for number in range(SLOTS) if number not in self.lent)
        self.lent[slot] = sample
        self.blocks.add(os.fstat(fd).st_ino)
        socket.send_fds(self.other, [OFFER.pack(offset, size, slot)], [fd])

    def take_back(self):
        """False: the other process is gone. A slot is looked up, never trusted."""
        message = self.other.recv(ANSWER.size)
        if len(message) != ANSWER.size:
            return False
        refused, slot, inode, total = ANSWER.unpack(message)
        sample = self.lent.pop(slot, None)
        if sample is None:
            self.wrong += 1
            return True
        memory = sample.get_buffer().peek_memory(0)
        seen = os.fstat(GstAllocators.fd_memory_get_fd(memory)).st_ino, sum_of(memory)
        self.seen += refused == -1 and (inode, total) == seen
        return True

    def run(self):
        """How many frames were made."""
        line = Gst.parse_launch(f"videotestsrc num-buffers={FRAMES} ! video/x-raw,width=320,height=240"
                                " ! appsink name=sink sync=false max-buffers=1")
        sink = line.get_by_name("sink")
        GstKs.pad_attach(sink.get_static_pad("sink"), GstKs.Framing.parse("shared, frames=4.."),
                         GstKs.PinFlags(0))
        line.set_state(Gst.State.PLAYING)
        frames = 0
        while sample := sink.emit("pull-sample"):
            self.lend(sample)
            frames += 1
            while len(self.lent) == SLOTS and self.take_back():
                pass
        while self.lent and self.take_back():
            pass
        line.set_state(Gst.State.NULL)
        return frames


def new_file(seals):
    """4096 bytes of shared memory."""
    fd = os.memfd_create("ks-share", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(fd, 4096)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    return fd


def ordinary_file():
    """4096 bytes of a disk."""
    with tempfile.TemporaryFile() as file:
        file.truncate(4096)
        return os.dup(file.fileno())


def attack(other):
    """What a hostile sender tries."""
    wrong = GstKs.Error
    good = True
    for fd, offset, size, error in (
            (new_file(0), 0, 4096, wrong.NOT_SUPPORTED),
            (new_file(fcntl.F_SEAL_SHRINK), 0, 4097, wrong.TOO_SMALL),
            (new_file(fcntl.F_SEAL_SHRINK), 4096, 1, wrong.TOO_SMALL),
            (new_file(fcntl.F_SEAL_SHRINK), 4096, (1 << 64) - 1, wrong.TOO_SMALL),
            (ordinary_file(), 0, 4096, wrong.NOT_SUPPORTED),
            (socket.socket(socket.AF_UNIX).detach(), 0, 4096, wrong.NOT_SUPPORTED)):
        socket.send_fds(other, [OFFER.pack(offset, size, 0)], [fd])
        os.close(fd)
        good &= ANSWER.unpack(other.recv(ANSWER.size))[0] == error
    other.send(OFFER.pack(0, 4096, 0))
    return good and ANSWER.unpack(other.recv(ANSWER.size))[0] == wrong.INVALID


# Two programs in one; the socket could have a name as well.
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
child = os.fork()
(ours if child == 0 else theirs).close()
Gst.init(None)
GstKs.init()
if child == 0:
    raise SystemExit(read_frames(theirs))
sender = Sender(ours)
made = sender.run()
refused_all = attack(ours)
ours.send(OFFER.pack(0, 0, 0))
while sender.take_back():
    pass
print(f"{made} frames in {len(sender.blocks)} blocks, {sender.seen} seen as they were made;"
      f" {sender.wrong} answers were wrong")
GstKs.trim_all()
_, status = os.waitpid(child, 0)
raise SystemExit(0 if made == sender.seen == FRAMES and sender.wrong == 3 and refused_all
                 and len(sender.blocks) <= HELD and status == 0 else 1)
