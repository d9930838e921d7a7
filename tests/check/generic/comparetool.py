#!/usr/bin/env python3
"""Runs gst-ks-1.0 launch --compare: its table, its bars, its numbers.

usage: comparetool.py PROGRAM TOP

Counts are what the elements are known to do; times are only read. What is told to
people, to programs and as a picture is the same.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import re
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import xml.dom.minidom

from launchtool import FEW, SECONDS, SMALL, Tool, have, jsonschema

FIGURES = {"wall time": "ns", "CPU time": "ns", "minor page faults": "count", "major page faults": "count",
           "peak memory": "bytes", "copies": "count", "copied": "bytes", "fresh blocks": "count",
           "frames at sinks": "count"}
FRAME = 64 * 64 * 3 // 2
UNITS = {"": 1, "s": 1e9, "B": 1, "KiB": 2 ** 10, "MiB": 2 ** 20, "GiB": 2 ** 30}
LONGEST = 330  # pixels of a bar
VERSION = subprocess.run(["gst-launch-1.0", "--version"], check=True, capture_output=True, text=True).stdout
SINCE_24 = int(re.search(r" 1\.(\d+)", VERSION).group(1)) >= 24
# name, line, elements it needs, {figure: (least and most of stock, of planned)}
LINES = (
    # before 1.24 the mux keeps parts of each frame, so that stock has to make a new one each time
    ("fresh", f"videotestsrc num-buffers=20 ! {SMALL} ! matroskamux ! fakesink", "matroskamux",
     {"fresh blocks": ((1, 21) if SINCE_24 else (20, 21), (1, 6)), "copies": ((0, 0), (0, 0))}),
    # the tee keeps each frame until both have it, so who works in place copies
    ("copies", f"videotestsrc num-buffers=20 ! {SMALL} ! tee name=t ! videobalance saturation=0 ! fakesink"
     " t. ! fakesink async=false", "videobalance",
     {"copies": ((20, 20), (20, 20)), "copied": ((20 * FRAME, 20 * FRAME), (20 * FRAME, 20 * FRAME)),
      "frames at sinks": ((40, 40), (40, 40))}),
)


def compare(tool, folder, name, line, *options):
    """(figures by name, all of the document, what is printed, the chart)."""
    path, chart = folder / "compare.json", folder / "compare.svg"
    for old in (path, chart):
        old.unlink(missing_ok=True)
    got = tool.run("launch", ["--compare", f"--json={path}", f"--chart={chart}", *options, *line.split(" ")])
    tool.expect(name, got[0] == 0 and not got[2], *got)
    document = json.loads(path.read_text(encoding="utf-8"))
    tool.valid(name, document, tool.launch)
    figures = {figure["name"]: figure for figure in document["compare"]["figures"]}
    tool.expect(name, {key: figure["unit"] for key, figure in figures.items()} == FIGURES, figures)
    return figures, document, got[1], chart


def check_figure(tool, name, figure, rounds):
    """Its parts fit together."""
    stock, planned = figure["stock"], figure["planned"]
    for spread in (stock, planned):
        tool.expect(name, spread["least"] <= spread["median"] <= spread["most"], figure)
    ratio = planned["median"] / stock["median"] if stock["median"] else None
    tool.expect(name, figure["ratio"] == ratio or abs(figure["ratio"] - ratio) < 1e-9, figure, ratio)
    if rounds < 3:
        difference = "unknown"
    elif planned["most"] < stock["least"]:
        difference = "less"
    elif planned["least"] > stock["most"]:
        difference = "more"
    else:
        values = {*stock.values(), *planned.values()}
        difference = "same" if len(values) == 1 else "unclear"
    tool.expect(name, figure["difference"] == difference, figure, difference)


def number(words):
    """What a number with a unit stands for."""
    value, _, unit = words.partition(" ")
    return float(value) * UNITS[unit]


def check_told(tool, name, words, figure):
    """WORDS, medians and ratio in a row, are those of FIGURE."""
    for word, side in zip(words, ("stock", "planned")):
        median = figure[side]["median"]
        tool.expect(name, abs(number(word) - median) <= max(0.06 * median, 6e5 if figure["unit"] == "ns" else 0),
                    words, figure)
    ratio = "-" if figure["ratio"] is None else f"{figure['ratio']:.2f}"
    tool.expect(name, words[2] == ratio and words[3] == figure["difference"], words, figure)


def rows_of(text):
    """{name: the cells behind it} of the table."""
    rows = [re.split(r"  +", line) for line in text.split("\n")]
    return {row[0]: row[1:] for row in rows if row[0] in FIGURES}


def texts_of(picture):
    """What can be read in it, in pieces."""
    return ["".join(node.data for node in text.childNodes) for text in picture.getElementsByTagName("text")]


def check_chart(tool, name, path, figures):
    """A pair of bars for each figure, as long as its values; nothing from elsewhere."""
    picture = xml.dom.minidom.parse(str(path))
    words = texts_of(picture)
    source = path.read_text(encoding="utf-8")
    tool.expect(name, not re.search(r"href|url\(|@import|@font-face|<script", source), source)
    tool.expect(name, "prefers-color-scheme: dark" in source and 'class="ground"' in source, source)
    bars = {side: [int(bar.getAttribute("width")) for bar in picture.getElementsByTagName("rect")
                   if bar.getAttribute("class") == side][1:] for side in ("stock", "planned")}
    for index, (figure, values) in enumerate(figures.items()):
        most = max(values["stock"]["median"], values["planned"]["median"])
        for side, lengths in bars.items():
            share = values[side]["median"] / most if most else 0
            length = max(1, round(share * LONGEST)) if share else 0
            tool.expect(name, abs(lengths[index] - length) <= 1, figure, side, lengths[index], length)
        at = words.index(figure)
        check_told(tool, f"{name}: bars of {figure}", words[at + 1:at + 5], values)


def check_lines(tool, folder):
    """Counts that are known, and the three forms of them."""
    for name, line, needs, known in LINES:
        if not have(needs):
            print(f"SKIP: {name}: one of {needs} is not installed")
            continue
        figures, document, text, chart = compare(tool, folder, name, line, "--rounds=3", "-q")
        tool.expect(name, document["compare"]["rounds"] == 3 and "medians of 3 rounds" in text, text)
        rows = rows_of(text)
        for figure, values in figures.items():
            check_figure(tool, f"{name}: {figure}", values, 3)
            check_told(tool, f"{name}: {figure}", rows[figure], values)
        for figure, sides in known.items():
            for (least, most), side in zip(sides, ("stock", "planned")):
                spread = figures[figure][side]
                tool.expect(name, least <= spread["least"] and spread["most"] <= most, figure, side, spread)
        tool.expect(name, document["compare"]["short"] == ("Too short to tell" in text), text)
        check_chart(tool, name, chart, figures)


def check_peak(tool, folder):
    """Each has the peak of itself: that of what it holds, and not of who began it."""
    line = ("videotestsrc num-buffers={} ! video/x-raw,format=GRAY8,width=2048,height=1024 "
            "! queue min-threshold-buffers={} max-size-buffers=0 max-size-bytes=0 ! fakesink")
    peaks = [compare(tool, folder, "peak", line.format(frames, frames), "--rounds=1", "-q")[0]["peak memory"]
             for frames in (1, 33)]
    for side in ("stock", "planned"):
        more = peaks[1][side]["median"] - peaks[0][side]["median"]
        tool.expect("peak", 32 * 2 ** 21 * 0.9 < more < 32 * 2 ** 21 * 1.3, side, more, peaks)


def check_rounds(tool, folder):
    """Each run is a process of its own; without enough of them nothing is said to differ."""
    logs = folder / "logs"
    logs.mkdir()
    env = {**os.environ, "GST_DEBUG": "1", "GST_DEBUG_FILE": f"{logs}/%p"}
    got = tool.run("launch", ["--compare", "--rounds=2", f"{FEW} ! fakesink"], env=env)
    tool.expect("rounds", got[0] == 0 and "may be chance" in got[1] and "medians of 2 rounds" in got[1], *got)
    tool.expect("rounds", got[1].count("\nsegment ") == 1, *got)
    tool.expect("rounds", len(list(logs.iterdir())) == 5, list(logs.iterdir()))
    for log in logs.iterdir():
        log.unlink()
    got = tool.run("launch", ["--compare", "--rounds=1", "-q", f"--map={folder}/map.json", f"{FEW} ! fakesink"], env=env)
    tool.expect("one more for the map", got[0] == 0 and "one round" in got[1] and (folder / "map.json").exists()
                and len(list(logs.iterdir())) == 4, *got, list(logs.iterdir()))
    figures, document, text, _ = compare(tool, folder, "one round", f"{FEW} ! fakesink", "--rounds=1")
    tool.expect("one round", "one round" in text and "may be chance" in text
                and document["end"] == "eos" and document["plan"]["segments"], text)
    for name, figure in figures.items():
        check_figure(tool, f"one round: {name}", figure, 1)


def check_default(tool, folder):
    """What somebody in front of GStreamer's allocator uses again is no new block, with stock either."""
    if not have("matroskamux"):
        return
    path = folder / "default.json"
    env = {**os.environ, "GST_TRACERS": "ks(default=system,report=starve)"}
    got = tool.run("launch", ["--compare", "--rounds=1", "-q", f"--json={path}", "videotestsrc num-buffers=20 "
                              "! video/x-raw,format=AYUV,width=256,height=128 ! matroskamux ! fakesink"], env=env)
    tool.expect("default", got[0] == 0, *got)
    fresh = json.loads(path.read_text(encoding="utf-8"))["compare"]["figures"][-2]
    tool.expect("default", fresh["name"] == "fresh blocks" and 1 <= fresh["stock"]["median"] <= 6, fresh)


def check_bad(tool, folder):
    """What cannot be compared or written is said, with what it is."""
    got = tool.run("launch", ["--compare", f"{FEW} ! identity error-after=1 ! fakesink"])
    tool.expect("fails", got[0] == 1 and re.search("stock run: nothing to compare: .*code 1", got[2]), *got)
    for option in ("chart", "json"):
        got = tool.run("launch", ["--compare", "--rounds=1", f"--{option}={folder}/not/there", f"{FEW} ! fakesink"])
        tool.expect(option, got[0] == 1 and "No such file" in got[2], *got)
    with open("/dev/full", "w", encoding="utf-8") as full:
        got = tool.run("launch", ["--compare", "--rounds=1", "-q", f"{FEW} ! fakesink"], stdout=full)
    tool.expect("> /dev/full", got[0] == 1 and "cannot be written: No space" in got[2], *got)


def check_names(tool, folder):
    """Nothing that stands in the line breaks the picture."""
    line = f'{FEW} ! identity name="<b>&amp;]]>\x1b[2J→" ! fakesink'
    chart = folder / "hostile.svg"
    got = tool.run("launch", ["--compare", "--rounds=1", "-q", f"--chart={chart}", line])
    tool.expect("names", got[0] == 0 and "\x1b" not in got[1], *got)
    words = texts_of(xml.dom.minidom.parse(str(chart)))
    tool.expect("names", any(line[:60].replace("\x1b", " ") in word for word in words), words)


def runs_planned(pid):
    """The process has a child, and it is no stock run."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        words = pathlib.Path(f"/proc/{children[0]}/cmdline").read_bytes().split(b"\0") if children else []
    except OSError:
        return False  # it has gone meanwhile
    return b"launch" in words and b"--stock" not in words


def read_while(stream, wanted):
    """Reads, so that nobody waits for room in the pipe, while WANTED of all the bytes so far. FALSE: the end came."""
    size = 0
    while wanted(size):
        if not select.select([stream], [], [], 0.05)[0]:
            continue
        block = os.read(stream.fileno(), 2 ** 16)
        if not block:
            return False
        size += len(block)
    return True


def check_interrupted(tool, folder):
    """Ctrl-C ends the run that there is, and there is no further round."""
    path = folder / "interrupted.json"
    command = [tool.program, "launch", "--compare", f"--json={path}",
               f"videotestsrc is-live=true ! {SMALL},framerate=100/1 ! fdsink fd=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as child:
        flowed = [read_while(child.stdout, lambda size: size < FRAME)]
        os.killpg(child.pid, signal.SIGINT)
        flowed += [read_while(child.stdout, lambda size: not runs_planned(child.pid)),
                   # what the first one has left in the pipe, and more
                   read_while(child.stdout, lambda size: size < 2 ** 16 + FRAME)]
        os.killpg(child.pid, signal.SIGINT)
        rest = child.communicate(timeout=SECONDS)
    tool.expect("interrupted", all(flowed) and child.returncode == 0, flowed, rest[1], child.returncode)
    document = json.loads(path.read_text(encoding="utf-8"))
    tool.expect("interrupted", document["compare"]["rounds"] == 1, document["compare"])
    frames = document["compare"]["figures"][-1]
    differs = frames["stock"]["median"] != frames["planned"]["median"]
    tool.expect("interrupted", differs == (b"not of the same length" in rest[0]), frames, rest[0][-400:])


def check_ended(tool, _folder):
    """Who ends the program ends the run that there is as well, though its line has no end."""
    command = [tool.program, "launch", "--compare", f"videotestsrc ! {SMALL} ! fdsink fd=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True) as child:
        flowed = read_while(child.stdout, lambda size: size < FRAME)
        child.terminate()
        limit = time.monotonic() + SECONDS
        ended = not read_while(child.stdout, lambda size: time.monotonic() < limit)
        if not ended:
            os.killpg(child.pid, signal.SIGKILL)
    tool.expect("ended", flowed and ended, flowed, ended)


def steady(path):
    """The words of a picture without what differs from run to run."""
    words = texts_of(xml.dom.minidom.parse(str(path)))
    return [re.sub(r"^([\d.]+( [KMG]?i?B| s)?|-)$", "#", word) for word in words
            if word not in ("less", "more", "same", "unclear", "unknown") and "shorter bars" not in word]


def check_documented(tool, top, folder):
    """The picture of the page is of the command that stands there."""
    page = (top / "docs" / "using.md").read_text(encoding="utf-8")
    command = re.search(r"gst-ks-1.0 launch (--compare .*?--chart=compare.svg .*?)```", page, re.S)
    if not have("matroskamux"):
        return
    line = re.sub(r"--rounds=\d+", "--rounds=1", command.group(1).replace("\\\n", " "))
    got = tool.run("launch", shlex.split(line), cwd=folder)
    shown, now = steady(top / "docs" / "images" / "compare.svg"), steady(folder / "compare.svg")
    tool.expect("docs/images/compare.svg", got[0] == 0 and shown == now, *got, "has", shown, "now it is", now)


def main():
    """Exit status 1 if anything is wrong."""
    top = pathlib.Path(sys.argv[2])
    tool = Tool(sys.argv[1], top)
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    if not jsonschema:
        print("SKIP: JSON is not compared with its schema: python3-jsonschema is not installed")
    with tempfile.TemporaryDirectory(prefix="ks-compare-") as name:
        folder = pathlib.Path(name)
        for check in (check_lines, check_peak, check_rounds, check_default, check_bad, check_names, check_interrupted,
                      check_ended):
            check(tool, folder)
        check_documented(tool, top, folder)
    print("\n".join(tool.bad) or "all as expected")
    return 1 if tool.bad else 0


if __name__ == "__main__":
    sys.exit(main())
