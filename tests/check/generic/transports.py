#!/usr/bin/env python3
"""Sends frames to a second process by elements of others, and counts the copies.

usage: transports.py unixfd|pipewire

A frame that was not copied is in the second process at the same place of the
same file in memory. Exit status 77: this transport is not here.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import contextlib
import ctypes
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

SECONDS = 60
MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ (\d+)")
CAPS = "video/x-raw,format=RGB,width=320,height=240"


class MapInfo(ctypes.Structure):
    """GstMapInfo: the bindings copy the bytes, and do not tell where they are."""

    _fields_ = [("memory", ctypes.c_void_p), ("flags", ctypes.c_int), ("data", ctypes.c_void_p),
                ("size", ctypes.c_size_t), ("maxsize", ctypes.c_size_t),
                ("user_data", ctypes.c_void_p * 4), ("reserved", ctypes.c_void_p * 4)]


def place_of(frame):
    """The file behind the first byte of a frame and where it is in it; None: no file."""
    library = ctypes.CDLL("libgstreamer-1.0.so.0")
    buffer, info = ctypes.c_void_p(hash(frame)), MapInfo()
    if not library.gst_buffer_map(buffer, ctypes.byref(info), 1):
        return None
    found = None
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            start, end, offset, inode = MAPPING.match(line).groups()
            if int(start, 16) <= info.data < int(end, 16) and inode != "0":
                found = int(inode), int(offset, 16) + info.data - int(start, 16)
    library.gst_buffer_unmap(buffer, ctypes.byref(info))
    return found


def play(line, other, wait):
    """One end, in a process of its own: tells of its caps and the place of each frame that comes to "end"."""
    Gst.init(None)
    pipeline = Gst.parse_launch(line)

    def note(_pad, info):
        if info.type & Gst.PadProbeType.BUFFER:
            other.send(place_of(info.get_buffer()))
        elif info.get_event().type == Gst.EventType.CAPS:
            other.send("caps")
        return Gst.PadProbeReturn.OK

    pipeline.get_by_name("end").get_static_pad("sink").add_probe(
        Gst.PadProbeType.BUFFER | Gst.PadProbeType.EVENT_DOWNSTREAM, note)
    if wait:
        pipeline.set_state(Gst.State.PAUSED)
        pipeline.get_state(SECONDS * Gst.SECOND)
        other.send("ready")
        other.recv()
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        SECONDS * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    if message is None or message.type == Gst.MessageType.ERROR:
        print(message.parse_error() if message else "silence", flush=True)
    upload = pipeline.get_by_name("upload")
    if upload:
        other.send({"copied": upload.get_property("stats").get_value("copied")})
    other.send("end" if message and message.type == Gst.MessageType.EOS else "error")
    # who receives may still have to let frames go
    if wait:
        other.recv()
    pipeline.set_state(Gst.State.NULL)


class Silence(SystemExit):
    """An end says nothing for too long."""


class End:
    """One process and what it says."""

    def __init__(self, line, wait=False):
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=play, args=(line, other, wait))
        self.places = []
        self.counts = {}
        self.process.start()
        other.close()

    def listen(self, *words, frames=0, seconds=SECONDS):
        """Until it says one of WORDS, or has told of as many FRAMES."""
        while words or len(self.places) < frames:
            if not self.pipe.poll(seconds):
                raise Silence("nothing more is said")
            said = self.pipe.recv()
            if said in words:
                return said
            if said == "error":
                raise SystemExit("one end failed")
            if isinstance(said, dict):
                self.counts.update(said)
            elif said not in ("caps", "ready", "end"):
                self.places.append(said)
        return None

    def drain(self):
        """What it said so far."""
        with contextlib.suppress(EOFError):
            while self.pipe.poll():
                said = self.pipe.recv()
                if not isinstance(said, str):
                    self.places.append(said)

    def stop(self):
        """By its number."""
        self.process.terminate()
        self.process.join()


def report(name, made, came):
    """How many frames came where they were made; the last line says in how many places."""
    same = sum(place is not None and place in made for place in came)
    print(f"{name}: {len(came)} frames came, {same} where they were made,"
          f" in {len(set(came))} places", flush=True)
    return len(came), same, len(set(came))


# --- unixfdsink and unixfdsrc ---

FRAMES = 100


def unixfd_run(name, source, folder):
    """Frames that came, of those not copied, places, whether all came as sent, copies of ksupload."""
    path = f"{folder}/{name.replace(' ', '-')}"
    sender = End(f"{source} ! unixfdsink name=end sync=false socket-path={path}", True)
    try:
        sender.listen("ready")
        receiver = End(f"unixfdsrc socket-path={path} ! fakesink name=end")
        try:
            # the sink has taken the client in when it has told the caps
            receiver.listen("caps")
            sender.pipe.send("go")
            receiver.listen("end")
            sender.listen("end")
            sender.pipe.send("go")
        finally:
            receiver.stop()
    finally:
        sender.stop()
    same = sender.places == receiver.places
    return report(name, sender.places, receiver.places) + (same, sender.counts.get("copied", 0))


def unixfd():
    """Frames with a descriptor go as they are; others have to be brought into such memory."""
    for element in ("unixfdsink", "unixfdsrc"):
        if Gst.ElementFactory.find(element) is None:
            print(f"SKIP: there is no {element} in GStreamer {Gst.version_string()}; it came with 1.24")
            return 77
    video = f"videotestsrc num-buffers={FRAMES} ! {CAPS}"
    with tempfile.TemporaryDirectory(prefix="ks-fd-") as folder:
        plain = unixfd_run("plain", video, folder)
        aside = unixfd_run("ksallocator", f"{video} ! ksallocator memory=shared", folder)
        shared = unixfd_run("authority", f"{video} ! ksallocator memory=shared frames=..8"
                            " answer=authority", folder)
        brought = unixfd_run("brought", f"fakesrc num-buffers={FRAMES} sizetype=fixed sizemax=70000 format=time"
                             " filltype=pattern ! application/x-test"
                             " ! ksupload name=upload memory=shared", folder)
    good = [each[:2] == (FRAMES, FRAMES) and each[3] for each in (plain, aside, shared, brought)]
    print(f"ksupload copied {brought[4]}")
    return 0 if all(good) and shared[2] <= 8 and brought[4] == FRAMES else 1


# --- pipewiresink and pipewiresrc ---

SEEN = 20
LIVE = f"videotestsrc is-live=true ! {CAPS},framerate=100/1 ! "
INTO = "pipewiresink name=end mode=provide client-name=ks-out"


@contextlib.contextmanager
def daemon():
    """A PipeWire that nobody else sees, ended by its number."""
    with tempfile.TemporaryDirectory(prefix="ks-pw-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        for name in ("PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"):
            os.environ.pop(name, None)
        with subprocess.Popen(["pipewire"], stderr=subprocess.DEVNULL) as process:
            late = time.monotonic() + SECONDS
            while not pathlib.Path(folder, "pipewire-0").exists():
                if process.poll() is not None or time.monotonic() > late:
                    raise SystemExit("pipewire did not start")
                time.sleep(0.02)
            try:
                yield
            finally:
                process.terminate()


def link():
    """Whether the port of each end was there; PipeWire 1 calls them otherwise than 0.3."""
    return any(subprocess.run(["pw-link", f"ks-out:{out}", f"ks-in:{into}"], check=False,
                              stderr=subprocess.DEVNULL).returncode == 0
               for out, into in (("output_1", "input_1"), ("out_0", "in_0")))


def connect():
    """There is no session manager here that would say who sees whose frames."""
    late = time.monotonic() + SECONDS
    while not link():
        if time.monotonic() > late:
            raise SystemExit("the two ends did not come up")
        time.sleep(0.05)


def pipewire_run(name, between, seconds=SECONDS):
    """Frames that came, of those not copied, and places."""
    sender = End(LIVE + between + INTO)
    receiver = End("pipewiresrc client-name=ks-in ! fakesink name=end")
    try:
        connect()
        receiver.listen(frames=SEEN, seconds=seconds)
        sender.drain()
    finally:
        receiver.stop()
        sender.stop()
    return report(name, sender.places, receiver.places)


def pipewire_copies():
    """The sink copies what is not of its pool; often it begins before its own frames have memory, and then nothing
    comes of it, whoever made the frames."""
    for _ in range(3):
        try:
            return pipewire_run("authority", "ksallocator memory=shared answer=authority ! ", 10)[:2] == (SEEN, 0)
        except Silence:
            continue
    print("NOTE: authority: three times the sink copied into frames without memory, and stopped")
    return True


def pipewire():
    """Frames of the sink's own pool go as they are; it copies all others."""
    for element in ("pipewiresink", "pipewiresrc"):
        if Gst.ElementFactory.find(element) is None:
            print(f"SKIP: there is no {element}; Debian has it in gstreamer1.0-pipewire")
            return 77
    for program in ("pipewire", "pw-link"):
        if shutil.which(program) is None:
            print(f"SKIP: there is no program {program}; Debian has it in pipewire-bin")
            return 77
    version = Gst.Registry.get().find_plugin("pipewire").get_version()
    with daemon():
        good = pipewire_run("own pool", "")[:2] == (SEEN, SEEN)
        good &= pipewire_run("ksallocator", "ksallocator memory=shared ! ")[:2] == (SEEN, SEEN)
        if version.startswith("0."):
            good &= pipewire_copies()
        else:
            # with identity drop-allocation=true in place of ksallocator too
            print(f"NOTE: authority: the sink of PipeWire {version} takes frames from nobody's"
                  " pool but its own when it is linked by pw-link")
    return 0 if good else 1


def main():
    """Exit status of the transport that is asked for."""
    # a sink of others that cannot map one of its own frames says so, and goes on without it
    os.environ.pop("G_DEBUG", None)
    Gst.init(None)
    return {"unixfd": unixfd, "pipewire": pipewire}[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
