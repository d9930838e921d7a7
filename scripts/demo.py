#!/usr/bin/env python3
"""./ks demo: a real pipeline to a real file, stock and with ksallocator.

A camera pans over a photograph at 4096x2160 while a voice speaks; picture and
sound go uncompressed into a Matroska file. The muxer holds on to the memory
of every frame, so a stock pool can reuse none of them. Both files are read
back and compared frame by frame.

usage: demo.py [--keep] [--folder FOLDER] [SECONDS]

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import hashlib
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

import gi
import mkvsum

gi.require_version("Gst", "1.0")
gi.require_version("GstController", "1.0")
from gi.repository import Gst, GstController  # noqa: E402

WIDTH, HEIGHT, FPS = 4096, 2160, 25
PHOTO = "/usr/share/backgrounds/mate/abstract/Elephants_5640x3172.jpg"
PHOTO_SIZE = (5640, 3172)
SPEECH = [f"/usr/share/sounds/alsa/{name}.wav" for name in
          ("Front_Center", "Front_Left", "Front_Right", "Rear_Center", "Side_Left", "Side_Right")]
ALLOCATOR = "ksallocator name=ks ! "
DEADLINE = 300


def line_of(ours, frames, output):
    """The pipeline as gst-launch-1.0 would take it."""
    x, y = PHOTO_SIZE[0] - WIDTH, PHOTO_SIZE[1] - HEIGHT
    speech = " ".join(f"filesrc location={path} ! wavparse ! voice." for path in SPEECH)
    return (f"filesrc location={PHOTO} ! jpegdec ! imagefreeze num-buffers={frames}"
            f" ! video/x-raw,framerate={FPS}/1 ! videocrop name=pan right={x} bottom={y}"
            f" ! videoconvert ! video/x-raw,format=AYUV ! {ALLOCATOR if ours else ''}"
            f"queue max-size-buffers=4 max-size-bytes=0 ! mux."
            f" concat name=voice {speech} voice. ! audioconvert ! audio/x-raw,format=S16LE"
            f" ! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! mux."
            f" matroskamux name=mux ! filesink location={output}")


def pan(pipeline, frames):
    """Moves the window over the photograph, so that no two frames are equal."""
    crop = pipeline.get_by_name("pan")
    end = frames * Gst.SECOND // FPS
    span = PHOTO_SIZE[0] - WIDTH
    for name, first, last in (("left", 0, span), ("right", span, 0)):
        source = GstController.InterpolationControlSource()
        source.set_property("mode", GstController.InterpolationMode.LINEAR)
        source.set(0, first)
        source.set(end, last)
        crop.add_control_binding(
            GstController.DirectControlBinding.new_absolute(crop, name, source))


def follow(pipeline, on_message, shown):
    """Runs to the end of the stream; dies with the pipeline's own error."""
    bus = pipeline.get_bus()
    pipeline.set_state(Gst.State.PLAYING)
    limit = time.monotonic() + DEADLINE
    while time.monotonic() < limit:
        message = bus.timed_pop(Gst.SECOND // 5)
        if shown and sys.stderr.isatty():
            found, position = pipeline.query_position(Gst.Format.TIME)
            print(f"\r\033[K{shown}: {position / Gst.SECOND if found else 0:.1f} s",
                  end="", file=sys.stderr)
        if message is None:
            continue
        if message.type == Gst.MessageType.ERROR:
            error, debug = message.parse_error()
            sys.exit(f"demo: {message.src.get_path_string()}: {error.message}\n{debug}")
        if message.type == Gst.MessageType.EOS:
            print("\r\033[K" if shown and sys.stderr.isatty() else "", end="", file=sys.stderr)
            return
        on_message(message)
    sys.exit(f"demo: no end of the stream within {DEADLINE} s")


def plain(structure):
    """A GstStructure as a dict of text."""
    text = {}
    for number in range(structure.n_fields() if structure else 0):
        name = structure.nth_field_name(number)
        try:
            text[name] = str(structure.get_value(name))
        except TypeError:
            text[name] = "?"
    return text


def record(args):
    """The child process: one run; a JSON object with what it cost."""
    ours = args.one == "ours"
    pipeline = Gst.parse_launch(line_of(ours, args.frames, args.output))
    pan(pipeline, args.frames)
    messages = []

    def on_message(message):
        structure = message.get_structure()
        if message.type == Gst.MessageType.ELEMENT and structure.get_name().startswith("ks-"):
            messages.append(structure.to_string())

    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    follow(pipeline, on_message, "ksallocator" if ours else "stock")
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - begin
    result = {
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "faults": after.ru_minflt - before.ru_minflt,
        "messages": messages,
    }
    if ours:
        element = pipeline.get_by_name("ks")
        result["negotiated"] = plain(element.get_property("negotiated"))
        result["stats"] = plain(element.get_property("stats"))
    pipeline.set_state(Gst.State.NULL)
    print(json.dumps(result))


def run_one(which, args):
    """Starts record() in a process of its own; its result and its discards."""
    output, log = args.folder / f"{which}.mkv", args.folder / f"{which}.log"
    environment = dict(os.environ, GST_DEBUG="GST_PERFORMANCE:5", GST_DEBUG_NO_COLOR="1",
                       GST_DEBUG_FILE=str(log))
    os.sync()
    child = subprocess.run(
        [sys.executable, __file__, "--one", which, "--frames", str(args.frames),
         "--output", str(output)],
        env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if child.returncode:
        sys.exit(child.returncode)
    result = json.loads(child.stdout.splitlines()[-1])
    result["discards"] = sum("discard" in line for line in log.open(errors="replace"))
    result["bytes"] = output.stat().st_size
    return result


def checksums(path):
    """{track: [(time, checksum)]} of a Matroska file; the tracks by number."""
    found = {}
    for track, ticks, digest in mkvsum.blocks(path):
        found.setdefault(track, []).append((ticks, digest))
    return found


def print_table(stock, ours):
    """Both runs side by side."""
    rows = [
        ("wall clock, s", "wall", "{:.2f}"),
        ("user + system CPU, s", "cpu", "{:.2f}"),
        ("page faults", "faults", "{:.0f}"),
        ("buffers discarded", "discards", "{:.0f}"),
        ("memory reused, frames", "reused", "{:.0f}"),
        ("bytes written", "bytes", "{:.0f}"),
    ]
    print(f"{'':24}{'stock':>14}{'ksallocator':>14}{'ours/stock':>12}")
    for title, key, form in rows:
        ratio = f"{ours[key] / stock[key]:.2f}" if stock[key] else "-"
        print(f"{title:24}{form.format(stock[key]):>14}{form.format(ours[key]):>14}{ratio:>12}")


def compare(args):
    """True when both files hold the same frames with the same time stamps."""
    stock, ours = (checksums(args.folder / f"{which}.mkv") for which in ("stock", "ours"))
    counts = [len(rows) for _, rows in sorted(ours.items())]
    pictures = len({digest for _, digest in ours.get(1, [])})
    same = stock == ours and len(counts) == 2 and counts[0] == args.frames
    print(f"content: {counts[0]} pictures ({pictures} different ones) and {counts[-1]} pieces"
          f" of sound, {'identical in both files' if same else 'DIFFERENT in the two files'}")
    return same


def demo(args):
    """The whole of it, for a person; exit status 1 unless the files are equal."""
    if not Gst.ElementFactory.find("ksallocator"):
        sys.exit("demo: the plugin ksallocator was built without its element")
    args.folder.mkdir(parents=True, exist_ok=True)
    needed = 2 * args.frames * WIDTH * HEIGHT * 4
    if shutil.disk_usage(args.folder).free < needed * 1.1:
        sys.exit(f"demo: {needed >> 20} MiB are needed in {args.folder}: fewer SECONDS or --folder")
    print(f"{args.frames} frames of {WIDTH}x{HEIGHT} AYUV"
          f" ({WIDTH * HEIGHT * 4 / 2**20:.1f} MiB each) and speech into a Matroska file\n")
    print("./ks run gst-launch-1.0", line_of(True, args.frames, "ours.mkv"), "\n")
    try:
        stock, ours = run_one("stock", args), run_one("ours", args)
        stock["reused"] = max(args.frames - stock["discards"], 0)
        ours["reused"] = int(ours["stats"].get("reused", 0))
        for title, key in (("agreed", "negotiated"), ("stats", "stats")):
            print(f"{title}:", ", ".join(f"{k}={v}" for k, v in ours[key].items()))
        print("messages:", ", ".join(text.split(",")[0] for text in ours["messages"]) or "none")
        print()
        print_table(stock, ours)
        return 0 if compare(args) else 1
    finally:
        for path in args.folder.glob("*.mkv") if not args.keep else []:
            path.unlink()


def main():
    """Either the parent or, with --one, a child."""
    parser = argparse.ArgumentParser(prog="ks demo")
    parser.add_argument("seconds", nargs="?", type=float, default=2.0)
    parser.add_argument("--keep", action="store_true", help="keep the two files")
    parser.add_argument("--folder", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent / "build" / "demo")
    parser.add_argument("--one", choices=("stock", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--frames", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--output", help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.frames = args.frames or max(1, round(args.seconds * FPS))
    Gst.init(None)
    sys.exit(record(args) if args.one else demo(args))


if __name__ == "__main__":
    main()
