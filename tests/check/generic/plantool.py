#!/usr/bin/env python3
"""Runs gst-ks-1.0 plan over good and bad graphs.

usage: plantool.py PROGRAM TOP

Each tests/check/data/plan-*.json has a graph and what is expected of its plan;
that is part of what is printed. Every truncation and every changed byte of a
graph ends with JSON as docs/plan.schema.json has it and the exit status that
belongs to it. Drawing is tried with dot, without it, and with one that fails,
hangs, or does not listen.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.dom.minidom

try:
    import jsonschema
except ImportError:
    jsonschema = None

STATUS = {"ok": 0, "unsatisfiable": 1, "invalid": 2}
PAIR = """{ "strategy": "default",
  "pads": [
    { "name": "src:src", "items": [ { "memory": "huge", "size": "4096..8388608/4096", "frames": "2..",
      "flags": ["can-allocate"], "weight": 3 } ] },
    { "name": "sink:sink", "items": [ { "memory": "mapped", "frames": 2 }, { "memory": "system" } ] } ],
  "edges": [ { "a": "src:src", "b": "sink:sink", "kind": "must" } ],
  "mappable": ["card-a"] }
"""


def with_item(item):
    """PAIR with more in its first item."""
    return PAIR.replace('"weight": 3', '"weight": 3, ' + item)


def with_edge(edge):
    """PAIR with more in its edge."""
    return PAIR.replace('"kind": "must"', '"kind": "may", ' + edge)


def with_size(size):
    """PAIR with another size."""
    return PAIR.replace('"4096..8388608/4096"', size)


ITEM = r"pads\[0\].items\[0\]"
# name, what plan reads, where, what its complaint has in it; every one has a line
BAD_TEXT = (
    ("nothing", " \n", "line 2, column 1", "expected"),
    ("no JSON", "hello", "line 1, column 5", "hello"),
    ("a list", "[]", "", "expected an object, this is a list"),
    ("no pads", "{}", "", '"pads" is missing'),
    ("pads are no list", '{"pads": {}}', "pads", "expected a list, this is an object"),
    ("a pad is no object", '{"pads": [1]}', r"pads\[0\]", "expected an object, this is a number"),
    ("cut off", PAIR[:100], r"line 3, column \d+", ""),
    ("more behind", PAIR + "{}", r"line 8, column 1", "end of file"),
    ("no UTF-8", PAIR.encode().replace(b"card", b"\xff\xff"), r"line 7, column \d+", "(UTF-8|decode)"),
    ("zero byte", PAIR.replace("card", "\\u0000"), r"line 7, column \d+", ""),
    ("twice", PAIR.replace('"b":', '"a":'), r"line 6, column \d+", "duplicate"),
    ("deep lists", "[" * 100000, "line 1, column 33", "more than 32 levels"),
    ("deep objects", '{"pads":' * 50 + "1" + "}" * 50, r"line 1, column \d+", "more than 32 levels"),
    ("many values", '{"pads": [' + "{}," * 1100000 + "{}]}", r"line 1, column \d+", "more than 1048576 values"),
    ("huge", " " * (2 ** 24 + 1), ".*", "more than 16777216 bytes"),
    ("too big for 64 bits", with_size("99999999999999999999"), r"line 3, column \d+", "integer"),
    ("above the limit", with_size("4611686018427387905"), ITEM + ".size", "above the limit"),
    ("text above the limit", with_size('"0..5000000000G"'), ITEM + ".size", "above the limit"),
    ("negative", with_size("-1"), ITEM + ".size", "negative"),
    ("fraction", with_size("1.5"), ITEM + ".size", "whole"),
    ("exponent", with_size("1e3"), ITEM + ".size", "whole"),
    ("true", with_size("true"), ITEM + ".size", "this is true"),
    ("null", with_size("null"), ITEM + ".size", "this is null"),
    ("list", with_size("[1]"), ITEM + ".size", "this is a list"),
    ("no range", with_size('"large"'), ITEM + ".size", "'large': .*expected a number or a range"),
    ("nothing for a range", with_size('""'), ITEM + ".size", "expected a number or a range"),
    ("more behind a range", with_size('"1..2 3"'), ITEM + ".size", "unexpected '3'"),
    ("low above high", with_size('"2..1"'), ITEM + ".size", "lower end is above"),
    ("step over the span", with_size('"1..3/4"'), ITEM + ".size", "larger than the span"),
    ("no kind", PAIR.replace('"memory": "huge",', ""), ITEM, '"memory" is missing'),
    ("kind is no word", PAIR.replace('"huge"', '"Huge Pages"'), ITEM + ".memory", "no kind of memory; known: any"),
    ("kind is a number", PAIR.replace('"huge"', "7"), ITEM + ".memory", "expected a text"),
    ("no alignment", with_item('"align": 48'), ITEM + ".align", "power of two"),
    ("frames with a step", with_item('"prefer": 1').replace('"2.."', '"2..8/2"'), ITEM + ".frames", "no step"),
    ("no bus", with_item('"bus": "isa"'), ITEM + ".bus", "known: pci"),
    ("no device", with_item('"device": ""'), ITEM + ".device", "empty"),
    ("unknown field", with_item('"hue": 1'), ITEM + ".hue", "unknown; known: memory, device, bus, size"),
    ("ratio in an item", with_item('"ratio": "1/2"'), ITEM + ".ratio", "unknown; known: memory"),
    ("unknown field of a long name", with_item('"' + "x" * 5000 + '": 1'), ITEM + ".x{40}", "unknown"),
    ("what a terminal obeys", with_item('"\\u001b[2J": 1'), ITEM + r". \[2J", "unknown"),
    ("unknown flag", PAIR.replace("can-allocate", "can-fly"), ITEM + r".flags\[0\]", "can-fly.*known: in-place"),
    ("two flags in one", PAIR.replace("can-allocate", "can-allocate+in-place"), ITEM + r".flags\[0\]", "unexpected"),
    ("flag twice", PAIR.replace('"can-allocate"', '"in-place", "in-place"'), ITEM + r".flags\[1\]", "twice"),
    ("flag is a number", PAIR.replace('"can-allocate"', "1"), ITEM + r".flags\[0\]", "expected a text"),
    ("weight", with_item('"in-place-weight": "much"'), ITEM + ".in-place-weight", "expected a number"),
    ("no items", PAIR.replace('{ "memory": "mapped", "frames": 2 }, { "memory": "system" }', ""),
     r"pads\[1\].items", "1 to 64"),
    ("too many items", PAIR.replace('{ "memory": "system" }', ", ".join(['{ "memory": "system" }'] * 64)),
     r"pads\[1\].items", "1 to 64"),
    ("pad without items", '{"pads": [{"name": "a"}]}', r"pads\[0\]", '"items" is missing'),
    ("pad without a name", '{"pads": [{"items": [{"memory": "any"}]}]}', r"pads\[0\]", '"name" is missing'),
    ("a name that is empty", PAIR.replace('"name": "src:src"', '"name": ""'), r"pads\[0\].name", "write it element:pad"),
    ("pad twice", PAIR.replace('"name": "sink:sink"', '"name": "src:src"'), r"pads\[1\].name", "src:src"),
    ("unknown pad", PAIR.replace('"b": "sink:sink"', '"b": "sink"'), r"edges\[0\].b", "sink"),
    ("unknown kind of edge", PAIR.replace('"must"', '"can"'), r"edges\[0\].kind", "must.*may"),
    ("edge without an end", PAIR.replace('"b": "sink:sink",', ""), r"edges\[0\]", '"b" is missing'),
    ("unknown field of an edge", with_edge('"cost": 1'), r"edges\[0\].cost", "known: a, b, kind, copy-cost"),
    ("negative cost", with_edge('"copy-cost": -1'), r"edges\[0\].copy-cost", ""),
    ("cost is a text", with_edge('"copy-cost": "1"'), r"edges\[0\].copy-cost", "whole number"),
    ("no ratio", with_edge('"ratio": "1/0"'), r"edges\[0\].ratio", ""),
    ("ratio is a number", with_edge('"ratio": 2'), r"edges\[0\].ratio", "expected a text"),
    ("unknown strategy", PAIR.replace('"default"', '"fast"'), "strategy", "fast.*default, .*maximize-speed"),
    ("unknown at the top", PAIR.replace('"mappable"', '"mapable"'), "mapable", "known: strategy, pads"),
    ("mappable of no kind", PAIR.replace("card-a", "Card A"), r"mappable\[0\]", "no kind of memory"),
)
# name, arguments, exit status, what the complaint has in it
BAD_RUNS = (
    ("unknown option", ["--frob"], 2, "--frob"),
    ("unknown strategy", ["--strategy=fast"], 2, "fast.*default, .*maximize-speed"),
    ("two files", ["a", "b"], 2, "'b'"),
    ("no seconds", ["--svg=x.svg", "--svg-seconds=0"], 2, "--svg-seconds"),
)
# name, a program that is called dot, what is said
BAD_DOTS = (
    ("fails", "#!/bin/sh\ncat >/dev/null; echo 'no such font' >&2; exit 3\n", "dot failed: no such font"),
    ("fails at once", "#!/bin/sh\necho 'no such library' >&2; exit 127\n", "dot failed: no such library"),
    ("says nothing", "#!/bin/sh\nexit 1\n", "dot failed: it says nothing"),
    ("draws nothing", "#!/bin/sh\nexit 0\n", "dot drew nothing"),
    ("is killed", "#!/bin/sh\nkill -9 $$\n", "dot failed"),
    ("hangs", "#!/bin/sh\nexec sleep 100\n", "dot did not draw it in 1 s"),
    ("leaves a child that hangs", "#!/bin/sh\nsleep 5\n", "dot did not draw it in 1 s"),
    ("cannot run", "#!/no/such/shell\n", "cannot be run"),
)


class Tool:
    """The program, the schema, and what went wrong so far."""

    def __init__(self, program, top):
        self.program = program
        self.schema = json.loads((top / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
        self.checkers = {}
        self.bad = []

    def run(self, arguments, data=b"", **more):
        """(exit status, output, last words)."""
        data = data.encode() if isinstance(data, str) else data
        done = subprocess.run([self.program, "plan", *arguments], input=data, timeout=60, check=False,
                              stderr=subprocess.PIPE, **{"stdout": subprocess.PIPE, **more})
        return done.returncode, done.stdout, done.stderr.decode()

    def expect(self, name, true, *what):
        """One more complaint unless it is TRUE."""
        if not true:
            self.bad.append(f"{name}: {' '.join(map(repr, what))}")

    def valid(self, name, value, part=None):
        """VALUE is as the schema has it, or the part of it that is named."""
        if not jsonschema:
            return
        if part not in self.checkers:
            schema = {"$ref": f"#/$defs/{part}", "$defs": self.schema["$defs"]} if part else self.schema
            self.checkers[part] = jsonschema.Draft202012Validator(schema)
        for error in self.checkers[part].iter_errors(value):
            self.expect(name, False, "schema:", error.message, list(error.absolute_path))

    def plan(self, name, data, *arguments):
        """What is printed: JSON by the schema, with its exit status; else None."""
        status, text, words = self.run(arguments, data)
        try:
            plan = json.loads(text)
            self.valid(name, plan)
            self.expect(name, status == STATUS[plan["status"]], "exit status", status, plan["status"])
            self.expect(name, bool(words) == bool(status) and words.count("\n") <= 1, "says", words)
            return plan
        except (ValueError, KeyError, TypeError) as error:
            self.expect(name, False, "printed", text[:300], status, words[:300], str(error))
            return None


def by_pads(segments):
    """Segments in an order of their own, with pads in one."""
    return sorted(({**s, "pads": sorted(s["pads"])} for s in segments), key=lambda s: s["pads"])


def differences(want, got, way=""):
    """What of WANT is not in GOT."""
    if way == ".segments" and isinstance(got, list):
        want, got = by_pads(want), by_pads(got)
    if way == ".cuts":
        got = [[cut["a"], cut["b"]] for cut in got]
    if way == ".conflict.pads":
        want, got = sorted(want), sorted(got)
    if way == ".error.text":
        if want not in got:
            yield f"{way}: {want!r} is not in {got!r}"
    elif isinstance(want, dict) and isinstance(got, dict):
        for name in want:
            yield from differences(want[name], got.get(name), f"{way}.{name}")
    elif way == ".segments" and len(want) == len(got):
        for number, (one, other) in enumerate(zip(want, got)):
            yield from differences(one, other, f"{way}[{number}]")
    elif want != got:
        yield f"{way}: {got!r}, not {want!r}"


def goldens(top):
    """(name, what is in the file)."""
    for path in sorted((top / "tests" / "check" / "data").glob("plan-*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def shuffled(graph):
    """The same graph in another order."""
    again = dict(graph)
    for name in ("pads", "edges"):
        again[name] = random.Random(7).sample(graph.get(name, []), len(graph.get(name, [])))
    return again


def check_goldens(tool, top):
    """Each plan is what was expected, whatever the order of the graph."""
    rows = list(goldens(top))
    tool.expect("goldens", len(rows) > 30, len(rows))
    for name, row in rows:
        if row["expected"]["status"] != "invalid":
            tool.valid(name, row["graph"], "graph")
        got = tool.plan(name, json.dumps(row["graph"]))
        for difference in differences(row["expected"], got) if got else ():
            tool.expect(name, False, difference)
        if not got or got["status"] == "invalid":
            continue
        again = tool.plan(name, json.dumps(shuffled(row["graph"])))
        tool.expect(name, not again or list(differences({**got, "cuts": [[c["a"], c["b"]] for c in got["cuts"]]}
                                                        if "cuts" in got else got, again)) == [],
                    "depends on the order", got, again)
        status, text, words = tool.run(["--table"], json.dumps(row["graph"]))
        tool.expect(name, status == STATUS[got["status"]] and text.strip() and not text.startswith(b"{"), text, words)


def check_strategies(tool):
    """The command line is stronger than the file."""
    frames = {name: tool.plan(name, PAIR, "--strategy=" + name)["segments"][0]["frames"]
              for name in tool.schema["$defs"]["strategy"]["enum"]}
    tool.expect("strategies", frames["default"] == 4 and frames["minimize-frames"] == 2, frames)


def check_bad(tool):
    """A place and a reason, on both outputs."""
    for name, text, where, reason in BAD_TEXT:
        got = tool.plan(name, text)
        if not got or got["status"] != "invalid":
            tool.expect(name, False, "is taken", got)
            continue
        error = got["error"]
        tool.expect(name, re.fullmatch(where or ".*", error["where"]), "where", error)
        tool.expect(name, re.search(reason, error["text"]), "reason", error)
        both = " ".join(error.values())
        tool.expect(name, name == "huge" or re.search(r"line [1-9]\d*, column [1-9]", both) and "\33" not in both, "line", error)
    got = tool.plan("line and column", with_item('\n  "hue": 1'))
    tool.expect("line and column", got and got["error"]["text"].startswith("line 5, column 3: "), got)
    for name, arguments, status, pattern in BAD_RUNS:
        got = tool.run(arguments, PAIR)
        tool.expect(name, got[0] == status and re.search(pattern, got[2]) and not got[1], *got)
    for path, reason in (("not/there", "No such file"), ("/", "cannot be read")):
        got = tool.plan(path, "", path)
        tool.expect(path, got and got["error"]["where"] == path and reason in got["error"]["text"], got)


def check_damaged(tool):
    """Every truncation, and every byte changed, has an answer."""
    data = PAIR.rstrip().encode()
    rows = [(f"{size} bytes", data[:size]) for size in range(len(data))]
    for at in range(0, len(data)):
        rows.append((f"byte {at}", data[:at] + bytes([data[at] ^ (1 << at % 7)]) + data[at + 1:]))

    def one(row):
        got = tool.plan(*row)
        tool.expect(row[0], "bytes" not in row[0] or got and got["status"] == "invalid", got)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, rows))


def check_output(tool):
    """What cannot be written is not taken for an answer."""
    with open("/dev/full", "wb") as full:
        got = tool.run([], PAIR, stdout=full)
    tool.expect("> /dev/full", got[0] == 3 and "cannot be written: No space" in got[2], *got)


def words_of(path):
    """What can be read in a picture, in one piece."""
    picture = xml.dom.minidom.parse(str(path))
    return "".join(node.data for t in picture.getElementsByTagName("text") for node in t.childNodes)


def check_picture(tool, top, folder):
    """The picture of the documentation says what is drawn now."""
    if not shutil.which("dot"):
        return
    tool.run([f"--svg={folder}/docs.svg", str(top / "docs" / "plan.json")])
    got, want = words_of(top / "docs" / "images" / "plan.svg"), words_of(folder / "docs.svg")
    tool.expect("docs/images/plan.svg", got == want, "has", got, "now it is", want)


def check_svg(tool, top, folder):
    """Pictures that are well formed and have all boxes in them."""
    if not shutil.which("dot"):
        print("SKIP: nothing is drawn: Graphviz is not installed")
        return
    for name, row in goldens(top):
        path = folder / f"{name}.svg"
        status, text, words = tool.run([f"--svg={path}"], json.dumps(row["graph"]))
        tool.expect(name, status == STATUS[row["expected"]["status"]] and text, status, words)
        if row["expected"]["status"] == "invalid":
            tool.expect(name, not path.exists(), "drawn all the same")
            continue
        shown = words_of(path)
        for pad in row["graph"]["pads"]:
            for part in pad["name"].split(":"):
                tool.expect(name, part in shown, part, "is not in the picture", shown)
    got = tool.run([f"--svg={folder}/not/there.svg"], PAIR)
    tool.expect("svg to nowhere", got[0] == 3 and json.loads(got[1]) and "No such file" in got[2], *got)


def check_dots(tool, folder):
    """The plan is printed whatever becomes of the picture."""
    path = os.environ["PATH"]
    (folder / "bin").mkdir()
    dot = folder / "bin" / "dot"
    for name, script, pattern in (("is missing", None, r"install Graphviz"), *BAD_DOTS):
        if script:
            dot.write_text(script, encoding="utf-8")
            dot.chmod(0o755)
        # without dot nothing else may be found either
        env = {**os.environ, "PATH": f"{dot.parent}:{path}" if script else str(dot.parent)}
        start = time.monotonic()
        got = tool.run([f"--svg={folder}/none.svg", "--svg-seconds=1"], PAIR, env=env)
        tool.expect(f"dot {name}", time.monotonic() - start < 30, "took its time")
        tool.expect(f"dot {name}", got[0] == 3 and json.loads(got[1])["status"] == "ok", *got)
        tool.expect(f"dot {name}", re.search(pattern, got[2]) and got[2].count("\n") == 1, got[2])
        tool.expect(f"dot {name}", not (folder / "none.svg").exists(), "something was drawn")


def main():
    """Exit status 1 if anything is wrong."""
    tool, top = Tool(sys.argv[1], pathlib.Path(sys.argv[2])), pathlib.Path(sys.argv[2])
    os.environ["LC_ALL"] = "C.UTF-8"
    if not jsonschema:
        print("SKIP: JSON is not compared with its schema: python3-jsonschema is not installed")
    check_goldens(tool, top)
    check_strategies(tool)
    check_bad(tool)
    check_output(tool)
    with tempfile.TemporaryDirectory(prefix="ks-plan-") as folder:
        check_svg(tool, top, pathlib.Path(folder))
        check_picture(tool, top, pathlib.Path(folder))
        check_dots(tool, pathlib.Path(folder))
    check_damaged(tool)
    print("\n".join(tool.bad) or "all as expected")
    return 1 if tool.bad else 0


if __name__ == "__main__":
    sys.exit(main())
