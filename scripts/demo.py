#!/usr/bin/env python3
"""./ks demo: a real pipeline, stock and with ksallocator, side by side.

A camera pans over a photograph at 5120x2880 while a voice speaks; picture and
sound go uncompressed into a Matroska muxer. The muxer holds on to the memory
of every frame, so a stock pool can reuse none of them. Pairs of runs in
changing order are measured into a fakesink, where no disk blurs the result;
one more pair goes into files, which are compared frame by frame.

usage: demo.py [--keep] [--verbose] [--folder FOLDER] [SECONDS]

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import gi
import mkvsum

gi.require_version("Gst", "1.0")
gi.require_version("GstController", "1.0")
from gi.repository import Gst, GstController  # noqa: E402

WIDTH, HEIGHT, FPS = 5120, 2880, 25
FRAME = WIDTH * HEIGHT * 3
PHOTO = "/usr/share/backgrounds/mate/abstract/Elephants_5640x3172.jpg"
PHOTO_SIZE = (5640, 3172)
SPEECH = [f"/usr/share/sounds/alsa/{name}.wav" for name in
          ("Front_Center", "Rear_Center")]
SOUND = 8 << 20
PAIRS = 3
DEADLINE = 300
LONGEST = 60
REDRAW = 0.25
NAMES = {"stock": "stock", "ours": "ksallocator"}


def elements_of(which, frames, sink):
    """The pipeline as gst-launch-1.0 takes it, an element a piece."""
    speech = [piece for path in SPEECH
              for piece in (f"filesrc location={path}", "! wavparse", "! voice.")]
    return [
        f"filesrc location={PHOTO}", "! jpegdec", "! videoconvert", "! video/x-raw,format=BGR",
        f"! imagefreeze num-buffers={frames}", f"! video/x-raw,framerate={FPS}/1",
        "! pan.sink_0",
        "compositor name=pan",
        f"! video/x-raw,format=BGR,width={WIDTH},height={HEIGHT},framerate={FPS}/1",
        *(["! ksallocator name=ks"] if which == "ours" else []),
        "! queue max-size-buffers=4 max-size-bytes=0", "! mux.",
        "concat name=voice", *speech,
        "voice.", "! audioconvert", "! audio/x-raw,format=S16LE",
        "! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0", "! mux.",
        "matroskamux name=mux", f"! {sink}"]


def pan(pipeline, frames):
    """Moves the photograph below the window, so that no two frames are equal."""
    pad = pipeline.get_by_name("pan").get_static_pad("sink_0")
    for name, last in (("xpos", WIDTH - PHOTO_SIZE[0]), ("ypos", HEIGHT - PHOTO_SIZE[1])):
        source = GstController.InterpolationControlSource()
        source.set_property("mode", GstController.InterpolationMode.LINEAR)
        source.set(0, 0)
        source.set(frames * Gst.SECOND // FPS, last)
        pad.add_control_binding(GstController.DirectControlBinding.new_absolute(pad, name, source))


class Progress:
    """One line on a terminal, drawn anew a few times a second at most."""

    def __init__(self, title):
        self.title = title
        self.drawn = 0.0

    def draw(self, pipeline):
        """Where the pipeline is by now."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self.drawn < REDRAW:
            return
        self.drawn = now
        found, position = pipeline.query_position(Gst.Format.TIME)
        print(f"\r\033[K{self.title}: {position / Gst.SECOND if found else 0:.1f} s of the stream",
              end="", flush=True, file=sys.stderr)

    def end(self):
        """Leaves an empty line."""
        if self.drawn:
            print("\r\033[K", end="", flush=True, file=sys.stderr)


def follow(pipeline, on_message, title):
    """Runs to the end of the stream; dies with the pipeline's own error."""
    bus, progress = pipeline.get_bus(), Progress(title)
    pipeline.set_state(Gst.State.PLAYING)
    limit = time.monotonic() + DEADLINE
    while time.monotonic() < limit:
        message = bus.timed_pop(Gst.SECOND // 5)
        progress.draw(pipeline)
        if message is None:
            continue
        if message.type == Gst.MessageType.ERROR:
            progress.end()
            error, debug = message.parse_error()
            sys.exit(f"demo: {message.src.get_path_string()}: {error.message}\n{debug}")
        if message.type == Gst.MessageType.EOS:
            progress.end()
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
    sink = "filesink name=file" if args.output else "fakesink"
    pipeline = Gst.parse_launch(" ".join(elements_of(args.one, args.frames, sink)))
    if args.output:
        pipeline.get_by_name("file").set_property("location", args.output)
    pan(pipeline, args.frames)
    messages = []

    def on_message(message):
        structure = message.get_structure()
        if message.type == Gst.MessageType.ELEMENT and structure.get_name().startswith("ks-"):
            messages.append(structure.to_string())

    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    follow(pipeline, on_message, args.title)
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - begin
    result = {
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "faults": after.ru_minflt - before.ru_minflt,
        "messages": messages,
    }
    if args.one == "ours":
        element = pipeline.get_by_name("ks")
        result["negotiated"] = plain(element.get_property("negotiated"))
        result["stats"] = plain(element.get_property("stats"))
    pipeline.set_state(Gst.State.NULL)
    print(json.dumps(result))


def file_frames(args):
    """As many frames as go into a file: a second of them, to spare the disk."""
    return min(args.frames, FPS)


def run_one(which, args, title, output=None):
    """Starts record() in a process of its own; its result and its new blocks.

    A stock pool says in the log when it throws a buffer away; each of these
    was allocated for one frame.
    """
    log = args.work / "gst.log"
    environment = dict(os.environ, GST_DEBUG="GST_PERFORMANCE:5", GST_DEBUG_NO_COLOR="1",
                       GST_DEBUG_FILE=str(log))
    frames = file_frames(args) if output else args.frames
    command = [sys.executable, __file__, "--one", which, "--frames", str(frames),
               "--title", f"{title}, {NAMES[which]}"]
    child = subprocess.run(command + (["--output", str(output)] if output else []),
                           env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if child.returncode:
        sys.exit(child.returncode if child.returncode > 0 else
                 f"demo: the run with {NAMES[which]} died of signal {-child.returncode}")
    result = json.loads(child.stdout.splitlines()[-1])
    if which == "ours":
        result["fresh"] = int(result["stats"]["fresh"])
        result["reused"] = int(result["stats"]["reused"])
    else:
        with log.open(errors="replace") as lines:
            discards = sum("discard" in line for line in lines)
        result["fresh"] = min(discards, frames)
        result["reused"] = frames - result["fresh"]
    log.unlink(missing_ok=True)
    return result


def measure(args):
    """{which: results} of the pairs; the order changes from pair to pair."""
    runs = {"stock": [], "ours": []}
    for number in range(PAIRS):
        for which in ("stock", "ours") if number % 2 == 0 else ("ours", "stock"):
            runs[which].append(run_one(which, args, f"pair {number + 1} of {PAIRS}"))
    return runs


def checksums(path):
    """{track: [(time, checksum)]} of a Matroska file; the tracks by number."""
    found = {}
    for track, ticks, digest in mkvsum.blocks(path):
        found.setdefault(track, []).append((ticks, digest))
    return found


def compare(args):
    """Whether two files, made one after the other, hold the same; says so."""
    found = {}
    for which in ("stock", "ours"):
        output = args.work / f"{which}.mkv"
        run_one(which, args, "into a file", output)
        found[which] = checksums(output)
        if not args.keep:
            output.unlink()
    counts = [len(rows) for _, rows in sorted(found["ours"].items())] or [0]
    pictures = len({digest for _, digest in found["ours"].get(1, [])})
    same = found["stock"] == found["ours"] and len(counts) == 2 and counts[0] == file_frames(args)
    print(f"\nfiles: {counts[0]} pictures ({pictures} different ones) and {counts[-1]} pieces"
          f" of sound, {'identical in both' if same else 'DIFFERENT in the two'}")
    return same


def column(runs, key):
    """The values of one row."""
    return [run[key] for run in runs]


def print_table(runs):
    """Medians with the smallest and the largest value of both."""
    rows = [("wall clock, s", "wall", "{:.2f}"), ("CPU, s", "cpu", "{:.2f}"),
            ("page faults", "faults", "{:.0f}"), ("new blocks for frames", "fresh", "{:.0f}"),
            ("frames in used memory", "reused", "{:.0f}")]
    print(f"{f'median of {PAIRS} (min..max)':24}{'stock':>28}{'ksallocator':>28}")
    for title, key, form in rows:
        cells = []
        for which in ("stock", "ours"):
            values = column(runs[which], key)
            spread = f"({form.format(min(values))}..{form.format(max(values))})"
            cells.append(f"{form.format(statistics.median(values))} {spread}")
        print(f"{title:24}{cells[0]:>28}{cells[1]:>28}")


def agreed(result):
    """What upstream and ksallocator agreed on, for a reader."""
    terms = result["negotiated"]
    cap = int(terms.get("cap", 0))
    return (f"agreed: frames of {int(terms.get('size', 0)) / 2**20:.1f} MiB in"
            f" {terms.get('kind', 'unknown')} memory, aligned to {terms.get('align', '?')} byte(s),"
            f" {f'at most {cap} frames' if cap else 'no limit to their number'}")


def time_said(runs):
    """The wall clock in words; ranges that overlap are no difference."""
    stock, ours = column(runs["stock"], "wall"), column(runs["ours"], "wall")
    ratio = statistics.median(stock) / statistics.median(ours)
    if max(ours) < min(stock):
        return f"{ratio:.1f} times as fast"
    if max(stock) < min(ours):
        return f"slower here: {1 / ratio:.1f} times the time"
    return "no difference in time beyond the noise of this machine"


def verdict(runs, same):
    """The one sentence at the end, of nothing but the numbers above."""
    median = {(which, key): statistics.median(column(runs[which], key))
              for which in runs for key in ("fresh", "faults")}
    less = 100 * (1 - median["ours", "faults"] / max(median["stock", "faults"], 1))
    faults = f"{abs(less):.0f} % {'fewer' if less >= 0 else 'MORE'} page faults"
    return (f"With ksallocator: {median['ours', 'fresh']:.0f} new blocks instead of"
            f" {median['stock', 'fresh']:.0f}; {faults}; {time_said(runs)};"
            f" {'both files are identical' if same else 'the files are DIFFERENT'}.")


def introduce(args, needed):
    """What is about to be shown."""
    print(f"A pan over a photograph, {args.frames} frames of {WIDTH}x{HEIGHT} BGR"
          f" ({FRAME / 2**20:.1f} MiB each), and speech into a Matroska muxer.\n"
          "The muxer keeps a reference to each frame's memory, so stock GStreamer throws every\n"
          "frame away and asks the system for a new one; ksallocator uses the memory again.\n")
    print(" \\\n  ".join(["./ks run gst-launch-1.0", *elements_of("ours", args.frames, "fakesink")]))
    print("\n(the same without ksallocator is \"stock\"; the demo moves the position of pan.sink_0)")
    print(f"{PAIRS} pairs of runs into fakesink in changing order, from start to end of stream with"
          f" decoding;\nthen one pair of {file_frames(args)} frames into files, up to"
          f" {needed / 2**30:.1f} GiB in {args.folder}\n",
          flush=True)


def demo(args):
    """The whole of it, for a person; exit status 1 unless the files are equal."""
    if not Gst.ElementFactory.find("ksallocator"):
        sys.exit("demo: the plugin ksallocator was built without its element")
    if not args.folder.is_dir():
        sys.exit(f"demo: --folder: there is no folder {args.folder}")
    needed = (2 if args.keep else 1) * (file_frames(args) * FRAME + SOUND)
    free = shutil.disk_usage(args.folder).free
    if free < needed * 1.05:
        sys.exit(f"demo: {needed * 1.05 / 2**20:.0f} MiB are needed in {args.folder},"
                 f" {free / 2**20:.0f} MiB are free: fewer SECONDS, or another --folder")
    try:
        args.work = pathlib.Path(tempfile.mkdtemp(prefix="ks-demo-", dir=args.folder))
    except OSError as error:
        sys.exit(f"demo: --folder: {error}")
    try:
        introduce(args, needed)
        runs = measure(args)
        if args.verbose:
            for key in ("negotiated", "stats", "messages"):
                print(f"{key}: {runs['ours'][-1][key]}")
        print(agreed(runs["ours"][-1]) + "\n")
        print_table(runs)
        same = compare(args)
        print(verdict(runs, same))
        if args.keep:
            print(f"kept: {args.work}")
        return 0 if same else 1
    finally:
        if not args.keep:
            shutil.rmtree(args.work, ignore_errors=True)


def seconds(text):
    """SECONDS, so many that a run ends before DEADLINE."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0, {LONGEST} at most")
    return value


def main():
    """Either the parent or, with --one, a child."""
    parser = argparse.ArgumentParser(
        prog="ks demo", description="One real pipeline with stock GStreamer and with ksallocator,"
        " side by side: time, CPU, page faults, new blocks; and whether the files are identical.")
    parser.add_argument("seconds", nargs="?", type=seconds, default=2.0, metavar="SECONDS",
                        help="length of the stream (default: 2)")
    parser.add_argument("--keep", action="store_true", help="keep the two files, and say where")
    parser.add_argument("--verbose", action="store_true",
                        help="the properties and messages of ksallocator as they are")
    parser.add_argument("--folder", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent / "build",
                        help="an existing folder with room for the files; the demo makes a folder"
                        " ks-demo-* in it, and removes only that (default: build)")
    for name in ("--one", "--title", "--output"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--frames", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.frames = args.frames or max(1, round(args.seconds * FPS))
    Gst.init(None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(record(args) if args.one else demo(args))
    except KeyboardInterrupt:
        sys.exit(130 if args.one else "\ndemo: interrupted")


if __name__ == "__main__":
    main()
