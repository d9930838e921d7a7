#!/usr/bin/env python3
"""Draws maps of memory with gst-ks-1.0 launch and the tracer, as pictures and for programs.

usage: maptool.py PROGRAM TOP

What is written for programs is as docs/map.schema.json has it and adds up; a
picture has a box for each block of it. Both name who has the blocks. The picture
of docs/using.md is what its command draws, but for numbers.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import xml.dom.minidom

try:
    import jsonschema
except ImportError:
    jsonschema = None

SECONDS = 60
STATES = ("out", "ready", "idle")
FEW = "videotestsrc num-buffers=12 ! video/x-raw,format=I420,width=64,height=64"
# a queue that lets nothing through before it has six
HELD = f"{FEW} ! ksallocator name=mine ! queue min-threshold-buffers=6 ! fakesink"
HOSTILE = ('a"><b', "&amp;<TABLE>", "ünï→", "-->", "]]>", "%s%n", "\x1b[2J", "\x9b2J")


class Maps:
    """The program, the schema, and what went wrong so far."""

    def __init__(self, program, top):
        self.program = os.path.abspath(program)
        self.top = top
        self.schema = json.loads((top / "docs" / "map.schema.json").read_text(encoding="utf-8"))
        self.bad = []

    def expect(self, name, true, *what):
        """One more complaint unless it is TRUE."""
        if not true:
            self.bad.append(f"{name}: {' '.join(map(repr, what))}")

    def run(self, *arguments, **more):
        """(exit status, output, last words)."""
        done = subprocess.run([self.program, "launch", *arguments], timeout=SECONDS, check=False, encoding="utf-8",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        return done.returncode, done.stdout, done.stderr

    def read(self, name, path):
        """The map in PATH, which is sound."""
        found = json.loads(path.read_text(encoding="utf-8"))
        if jsonschema:
            for error in jsonschema.Draft202012Validator(self.schema).iter_errors(found):
                self.expect(name, False, "schema:", error.message, list(error.absolute_path))
        for kind in found["kinds"]:
            for state in STATES:
                sizes = [block["size"] for block in kind["list"] if block["state"] == state]
                self.expect(name, (kind[state], kind[f"{state}-bytes"]) == (len(sizes), sum(sizes)), kind)
        for member in ("blocks", "bytes", *STATES):
            self.expect(name, found[member] == sum(kind[member] for kind in found["kinds"]), member, found)
        return found

    def draw(self, name, path):
        """(classes of boxes, titles of boxes, words) of the picture in PATH."""
        picture = xml.dom.minidom.parse(str(path))
        boxes = [box for box in picture.getElementsByTagName("rect") if box.getAttribute("class")]
        titles = [box.getElementsByTagName("title")[0].firstChild.data for box in boxes]
        words = [text.firstChild.data for text in picture.getElementsByTagName("text")]
        self.expect(name, all(box.getAttribute("class").split()[0] in STATES for box in boxes), boxes)
        return boxes, titles, words


def blocks_of(boxes, titles):
    """The titles of boxes that are blocks: legend and summary say nothing of making."""
    return [title for _, title in zip(boxes, titles) if " ago" in title]


def check_peak(maps, folder):
    """The map is of when there was most, and says who had it."""
    path = folder / "peak.json"
    got = maps.run(f"--map={path}", "-q", HELD)
    maps.expect("peak", got == (0, "", ""), *got)
    found = maps.read("peak", path)
    maps.expect("peak", found["moment"] == "peak" and found["out"] >= 6 and found["idle"] == 0, found)
    maps.expect("peak", [kind["kind"] for kind in found["kinds"]] == ["system"], found)
    blocks = [block for kind in found["kinds"] for block in kind["list"]]
    maps.expect("peak", {block.get("owner") for block in blocks} == {"mine"}, blocks)
    maps.expect("peak", sum(block.get("pad") == "mine:src" for block in blocks) >= 4, blocks)
    maps.expect("peak", sum(block.get("holder") == "queue0:sink" for block in blocks) >= 4, blocks)
    maps.expect("peak", all(block.get("age", 1 << 63) <= block["made"] for block in blocks), blocks)


def check_picture(maps, folder):
    """A box for each block, in its kind's strip; words that say what it is."""
    path = folder / "peak.svg"
    got = maps.run(f"--map={path}", "-q", HELD)
    maps.expect("picture", got == (0, "", ""), *got)
    boxes, titles, words = maps.draw("picture", path)
    said = " ".join(words)
    system = re.search(r"system: .* in (\d+) blocks, (\d+) out, (\d+) ready, 0 idle", said)
    maps.expect("picture", system and int(system.group(2)) >= 6, said)
    maps.expect("picture", "at the peak" in said and re.search(r"\b\d+ in queue0:sink", said), said)
    blocks = blocks_of(boxes, titles)
    maps.expect("picture", system and len(blocks) == int(re.match(r"(\d+) blocks", words[0]).group(1)), words, titles)
    maps.expect("picture", system and sum("of mine" in title for title in blocks) == int(system.group(1)), titles)
    for box in boxes:
        maps.expect("picture", float(box.getAttribute("width")) > 0, box.toxml())


def check_holder(maps, folder):
    """Behind a tee the branch that waits has the frames, whichever got them last."""
    path = folder / "holder.json"
    maps.run(f"--map={path}", "-q", f"{FEW} ! ksallocator ! tee name=t ! queue name=keeps min-threshold-buffers=6 ! "
             "fakesink t. ! valve drop=true "
             "drop-mode=forward-sticky-events ! fakesink async=false")
    blocks = [block for kind in maps.read("holder", path)["kinds"] for block in kind["list"]]
    maps.expect("holder", sum(block.get("holder") == "keeps:sink" for block in blocks) >= 4, blocks)


def check_shared(maps, folder):
    """A frame that two buffers have is seen, and a line without any of ours has none."""
    path = folder / "shared.json"
    maps.run(f"--map={path}", "-q", "--stock", f"{FEW} ! ksallocator ! tee name=t ! queue min-threshold-buffers=6 ! "
             "fakesink t. ! identity single-segment=true ! queue min-threshold-buffers=6 ! fakesink")
    found = [block for kind in maps.read("shared", path)["kinds"] for block in kind["list"]]
    maps.expect("shared", any(block["shared"] for block in found), found)
    path = folder / "none.json"
    maps.run(f"--map={path}", "-q", "fakesrc num-buffers=3 ! fakesink")
    found = maps.read("none", path)
    maps.expect("none", found["blocks"] == 0 and found["moment"] == "now" and not found["kinds"], found)
    got = maps.run(f"--map={folder}/none.svg", "-q", "fakesrc num-buffers=3 ! fakesink")
    maps.expect("none", got[0] == 0 and "0 blocks" in maps.draw("none", folder / "none.svg")[2][0], *got)


def check_with(maps, folder):
    """--stock, --compare and errors have a map as well."""
    for name, arguments, status in (("stock", ["--stock", "-q", HELD], 0), ("compare", ["--compare", "--rounds=1", HELD], 0),
                                    ("error", ["-q", f"{FEW} ! ksallocator ! identity error-after=3 ! fakesink"], 1)):
        path = folder / f"{name}.json"
        got = maps.run(f"--map={path}", *arguments)
        maps.expect(name, got[0] == status and maps.read(name, path)["blocks"] > 0, *got)


def check_bad(maps, folder):
    """What is no map is refused before anything runs; what cannot be written is said."""
    got = maps.run("--map=map.png", HELD)
    maps.expect("png", got[0] == 2 and not got[1] and "--map: 'map.png'" in got[2] and ".svg" in got[2], *got)
    got = maps.run(f"--map={folder}/not/there.svg", "-q", HELD)
    maps.expect("nowhere", got[0] == 1 and "--map: " in got[2] and "No such file" in got[2] and got[2].count("\n") == 1, *got)


def check_tracer(maps, folder):
    """A line that nobody can edit: what was most is told when all of it is gone."""
    for file, warns in (("traced.json", False), ("traced.svg", False), ("traced.png", True)):
        tracer = f"ks(default=system,threshold=1k,map={folder / file})"
        done = subprocess.run(f"gst-launch-1.0 -q {HELD}", shell=True, timeout=SECONDS, check=False, encoding="utf-8",
                              capture_output=True, env={**os.environ, "G_DEBUG": "", "GST_TRACERS": tracer})
        maps.expect(file, done.returncode == 0 and ("is no map" in done.stderr) == warns, done)
    found = maps.read("traced", folder / "traced.json")
    maps.expect("traced", found["moment"] == "peak" and found["out"] >= 6, found)
    maps.expect("traced", "mine:src" in {block.get("pad") for kind in found["kinds"] for block in kind["list"]}, found)
    maps.expect("traced", "mine" in {block.get("owner") for kind in found["kinds"] for block in kind["list"]}, found)
    maps.expect("traced", "at the peak" in maps.draw("traced", folder / "traced.svg")[2][0])
    tracer = f"ks(map={folder}/not/there.svg)"
    done = subprocess.run(f"gst-launch-1.0 -q {HELD}", shell=True, timeout=SECONDS, check=False, encoding="utf-8",
                          capture_output=True, env={**os.environ, "GST_TRACERS": tracer})
    maps.expect("traced nowhere", done.returncode == 0 and "tracer ks: no map: " in done.stderr, done)


def check_names(maps, folder):
    """Nothing that an element is called breaks a map."""
    for name in HOSTILE:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        line = f'{FEW} ! ksallocator name="{quoted}" ! queue min-threshold-buffers=3 ! fakesink'
        maps.run(f"--map={folder}/names.json", "-q", line)
        owners = {block.get("owner") for kind in maps.read(name, folder / "names.json")["kinds"]
                  for block in kind["list"]}
        maps.expect(name, name in owners, owners)
        maps.run(f"--map={folder}/names.svg", "-q", line)
        titles = maps.draw(name, folder / "names.svg")[1]
        maps.expect(name, any(name.replace("\x1b", " ").replace("\x9b", "  ") in title for title in titles), titles)


def owners_in(maps, path):
    """(kinds, owners) of a picture."""
    _, titles, words = maps.draw(str(path), path)
    kinds = {match.group(1) for match in re.finditer(r"^([\w-]+): [\d.]+\s\w+ in \d+ blocks", "\n".join(words), re.M)}
    return kinds, {match.group(1) for match in re.finditer(r"; of (\S+?)[,;]", "\n".join(titles))}


def check_documented(maps, folder):
    """The picture of the page is what its command draws, but for numbers."""
    page = (maps.top / "docs" / "using.md").read_text(encoding="utf-8")
    line = re.search(r"gst-ks-1.0 launch --map=map.svg (.*?)```", page, re.S).group(1).replace("\\\n", " ")
    got = maps.run("-q", f"--map={folder}/map.svg", *shlex.split(line), cwd=folder)
    shown = owners_in(maps, maps.top / "docs" / "images" / "map.svg")
    now = owners_in(maps, folder / "map.svg")
    maps.expect("docs/images/map.svg", got[0] == 0 and all(shown) and shown == now, *got, "has", shown, "now", now)


def main():
    """Exit status 1 if anything is wrong."""
    maps = Maps(sys.argv[1], pathlib.Path(sys.argv[2]))
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    if not jsonschema:
        print("SKIP: JSON is not compared with its schema: python3-jsonschema is not installed")
    with tempfile.TemporaryDirectory(prefix="ks-map-") as folder:
        for check in (check_peak, check_picture, check_holder, check_shared, check_with, check_bad, check_tracer, check_names,
                      check_documented):
            check(maps, pathlib.Path(folder))
    print("\n".join(maps.bad) or "all as expected")
    return 1 if maps.bad else 0


if __name__ == "__main__":
    sys.exit(main())
