#!/usr/bin/env python3
"""Runs gst-ks-1.0 graph and launch over good and bad pipelines.

usage: launchtool.py PROGRAM TOP

A graph is what docs/plan.schema.json says and plan takes it; what launch writes
for programs is as docs/launch.schema.json has it. What cannot run
ends with one line that says what, where, why and what helps. Names of elements
are hostile to JSON, dot and terminals.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unicodedata
import xml.dom.minidom

try:
    import jsonschema
except ImportError:
    jsonschema = None

SECONDS = 60
SMALL = "video/x-raw,format=I420,width=64,height=64"
FEW = f"videotestsrc num-buffers=5 ! {SMALL}"
# name, pipeline, elements it needs, pads that its graph has
GRAPHS = (
    ("one link", f"{FEW} ! fakesink", "", "videotestsrc0:src fakesink0:sink"),
    ("tee", f"{FEW} ! tee name=t ! queue ! fakesink t. ! queue ! fakesink", "",
     "t:sink queue0:sink queue1:sink fakesink0:sink fakesink1:sink"),
    ("bin in a bin", f"{FEW} ! bin.( name=b identity name=i ) ! fakesink", "", "b/i:sink b/i:src"),
    ("encoder", f"{FEW} ! jpegenc ! fakesink", "jpegenc", "jpegenc0:sink"),
    ("live", f"videotestsrc is-live=true num-buffers=5 ! {SMALL} ! fakesink", "", "fakesink0:sink"),
    ("no preroll", f"{FEW} ! fakesink async=false", "", "fakesink0:sink"),
    ("live and not", f"videotestsrc is-live=true num-buffers=5 ! {SMALL} ! fakesink {FEW} ! fakesink", "",
     "fakesink0:sink fakesink1:sink"),
    ("decoded", f"{FEW} ! jpegenc ! matroskamux ! decodebin ! fakesink", "jpegenc matroskamux jpegdec",
     "fakesink0:sink"),
    ("end before a frame", "videotestsrc num-buffers=0 ! fakesink", "", ""),
)
# name, arguments, exit status, what is said; no output
BAD = (
    ("no pipeline", [], 2, "which pipeline"),
    ("only space", ["  "], 1, "empty pipeline"),
    ("unknown option", ["--frob", FEW], 2, "--frob.*--help"),
    ("no element", ["videotestsrc ! frobsrc ! fakesink"], 1, "no element frobsrc; .*not installed.*GST_PLUGIN_PATH"),
    ("two of none", ["frobsrc ! frobsink"], 1, "no element frobsrc, frobsink"),
    ("syntax", ["videotestsrc ! ! fakesink"], 1, "syntax error in 'videotestsrc ! ! fakesink'; .*gst-launch"),
    ("no property", ["videotestsrc colour=1 ! fakesink"], 1, 'no property "colour" in element "videotestsrc"'),
    ("no value", ["videotestsrc pattern=purple ! fakesink"], 1, '"pattern" in element "videotestsrc" to "purple"'),
    ("no link", ["videotestsrc ! fakesrc"], 1, "could not link videotestsrc0 to fakesrc0"),
    ("no such name", ["videotestsrc ! nobody."], 1, "no|No"),
    ("no file", ["filesrc location=/not/there ! fakesink"], 1, 'filesrc0: .*No such file "/not/there"'),
    ("not linked", ["videotestsrc ! identity"], 1, "videotestsrc0: .*not-linked"),
    ("error while it runs", [f"{FEW} ! identity error-after=1 ! fakesink"], 1, "identity0: "),
    ("no negotiation", ["fakesrc num-buffers=3 filltype=zero ! audioconvert ! fakesink"], 1, "not.negotiated"),
)
# name, arguments, what is said
BAD_LAUNCH = (
    ("stock and a picture", ["--stock", "--svg=x", FEW], "--stock makes no plan.*--svg"),
    ("stock and JSON", ["--stock", "--json=x", FEW], "--stock makes no plan.*--json"),
    ("stock twice", ["--stock", "--compare", FEW], "--compare runs the line with --stock and without"),
    ("no seconds", ["--svg-seconds=0", FEW], "--svg-seconds=0"),
    ("no rounds", ["--compare", "--rounds=0", FEW], "--rounds=0 is not from 1"),
    ("rounds of nothing", ["--rounds=3", FEW], "--rounds is about what --compare finds"),
    ("one file for two", ["--json=x", "--map=y.svg", "--svg=x", FEW], "--svg and --json cannot both be written to 'x'"),
    ("a chart of nothing", ["--chart=x", FEW], "--chart is about what --compare finds"),
    ("a file of a dash", ["--json=-", FEW], "--json: '-' would be a file of that name.*/dev/stdout"),
    ("a picture of a dash", ["--svg=-", FEW], "--svg: '-' would be a file of that name.*/dev/stdout"),
    ("a picture of another kind", ["--svg=plan.png", FEW], "--svg: 'plan.png' would be SVG all the same; call it .svg"),
    ("bars of another kind", ["--compare", "--chart=bars.pdf", FEW], "--chart: 'bars.pdf' would be SVG all the same"),
    ("a picture nowhere", ["--svg=", FEW], "--svg: to which file"),
)
# name, line that goes on with other frames than were wished for, why
FALLBACKS = (
    ("budget", f"{FEW} ! ksallocator max-bytes=1000 ! fakesink", r"videotestsrc0:src: .*the budget is max-bytes=1000"),
    ("size", f"{FEW} ! ksallocator size=1k ! fakesink", r"videotestsrc0:src: .*no size in common"),
)


class Tool:
    """The program, the schemas, and what went wrong so far."""

    def __init__(self, program, top):
        self.program = os.path.abspath(program)
        self.docs = top / "docs"
        self.plan = json.loads((self.docs / "plan.schema.json").read_text(encoding="utf-8"))
        self.launch = json.loads((self.docs / "launch.schema.json").read_text(encoding="utf-8"))
        self.bad = []

    def run(self, command, arguments, **more):
        """(exit status, output, last words)."""
        done = subprocess.run([self.program, command, *arguments], timeout=SECONDS, check=False, encoding="utf-8",
                              **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                                 "stderr": subprocess.PIPE, **more})
        return done.returncode, done.stdout, done.stderr

    def expect(self, name, true, *what):
        """One more complaint unless it is TRUE."""
        if not true:
            self.bad.append(f"{name}: {' '.join(map(repr, what))}")

    def valid(self, name, value, schema):
        """VALUE is as SCHEMA has it."""
        if not jsonschema:
            return
        resolver = jsonschema.RefResolver("", schema, store={"plan.schema.json": self.plan})
        for error in jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(value):
            self.expect(name, False, "schema:", error.message, list(error.absolute_path))

    def graph(self, name, *arguments):
        """The graph that is printed, or None."""
        status, text, words = self.run("graph", arguments)
        try:
            graph = json.loads(text)
        except ValueError as error:
            self.expect(name, False, "printed", text[:300], status, words, str(error))
            return None
        self.expect(name, status == 0, status, words)
        self.valid(name, graph, {"$ref": "#/$defs/graph", "$defs": self.plan["$defs"]})
        return graph


def have(elements):
    """All ELEMENTS are installed."""
    return all(subprocess.run(["gst-inspect-1.0", "--exists", element], check=False).returncode == 0
               for element in elements.split())


def words_of(path):
    """What can be read in a picture, in one piece."""
    picture = xml.dom.minidom.parse(str(path))
    return "".join(node.data for t in picture.getElementsByTagName("text") for node in t.childNodes)


def steady(path):
    """The same without what differs from run to run."""
    return re.sub(r"\d+ fresh", "# fresh", re.sub(r"copied \d+ of", "copied # of", words_of(path)))


def check_graphs(tool):
    """Graphs of pipelines, and the plan of each."""
    for name, line, needs, pads in GRAPHS:
        if not have(needs):
            print(f"SKIP: {name}: one of {needs} is not installed")
            continue
        graph = tool.graph(name, line)
        if not graph:
            continue
        names = [pad["name"] for pad in graph["pads"]]
        tool.expect(name, set(pads.split()) <= set(names), names)
        tool.expect(name, not any("proxypad" in pad for pad in names), names)
        done = subprocess.run([tool.program, "plan"], input=json.dumps(graph), capture_output=True,
                              text=True, check=False)
        tool.expect(name, done.returncode == 0 and json.loads(done.stdout)["status"] == "ok", done)


def check_words(tool):
    """A line may be one word or many."""
    line = f"{FEW} ! videoscale ! fakesink {FEW} ! videoscale ! fakesink"
    one, many = tool.graph("one word", line), tool.graph("many words", *line.split(" "))
    tool.expect("many words", one == many, one, many)
    tool.expect("behind --", tool.graph("behind --", "--", line) == one)


def check_bad(tool):
    """One line on standard error; graph prints nothing else."""
    for command in ("graph", "launch"):
        for name, arguments, status, pattern in BAD:
            got = tool.run(command, arguments)
            tool.expect(name, got[0] == status and (command == "launch" or not got[1]), *got)
            tool.expect(name, re.search(pattern, got[2]) and got[2].startswith(f"gst-ks-1.0 {command}: "), got[2])
            tool.expect(name, got[2].count("\n") == 1, got[2])
    for name, arguments, pattern in BAD_LAUNCH:
        got = tool.run("launch", arguments)
        tool.expect(name, got[0] == 2 and not got[1] and re.search(pattern, got[2]), *got)


def check_launch(tool, folder):
    """Tables for people, JSON for programs; the stock run has neither."""
    for name, line, needs, pads in GRAPHS:
        if not have(needs):
            continue
        path = folder / "launch.json"
        status, text, words = tool.run("launch", [f"--json={path}", *line.split(" ")])
        tool.expect(name, status == 0 and not words and "Got EOS" in text and "allocator" in text, status, text, words)
        got = json.loads(path.read_text(encoding="utf-8"))
        tool.valid(name, got, tool.launch)
        tool.expect(name, got["end"] == "eos" and got["error"] is None and got["pipeline"] == line, got)
        planned = [pad for segment in got["plan"]["segments"] for pad in segment["pads"]]
        tool.expect(name, set(pads.split()) <= set(planned), planned)
        tool.expect(name, not pads or any(source["frames"] == 5 and source["elsewhere"] == 0
                                          for source in got["report"]["sources"] if source["asked"]), got["report"])
    line = f"{FEW} ! tee name=t ! queue ! videobalance hue=0.3 ! fakesink t. ! queue ! fakesink"
    if have("videobalance"):
        got = tool.run("launch", [line])
        tool.expect("a copy", re.search("copy +videobalance0:sink -> videobalance0:src", got[1]), *got)
    got = tool.run("launch", ["filesrc location=/not/there ! fakesink"])
    tool.expect("not reached", re.search(r"not reached\nfilesrc0:src +-> +fakesink0:sink +no caps", got[1]), *got)
    got = tool.run("launch", ["--stock", f"{FEW} ! fakesink"])
    tool.expect("stock", got[0] == 0 and "allocator" not in got[1] and "Got EOS" in got[1], *got)
    got = tool.run("launch", ["-q", f"{FEW} ! fakesink"])
    tool.expect("quiet", got == (0, "", ""), *got)
    got = tool.run("launch", ["-m", f"{FEW} ! fakesink"])
    tool.expect("messages", re.search(r"^message \d+ from pipeline0 \(element\): ks-negotiated", got[1], re.M), *got)
    got = tool.run("launch", ["-v", f"{FEW} ! fakesink"])
    tool.expect("verbose", re.search(r"fakesink0.GstPad:sink: caps = video/x-raw", got[1]), *got)


def check_fallbacks(tool):
    """Who does not get what he asked for is told so, without asking."""
    for name, line, pattern in FALLBACKS:
        got = tool.run("launch", ["-q", line])
        tool.expect(name, got[0] == 0 and re.search(f"^gst-ks-1.0 launch: warning: {pattern}", got[2], re.M), *got)


def check_columns(tool):
    """Characters that are twice as wide, or have no width, do not shift what is behind them."""
    _, text, words = tool.run("launch", ["videotestsrc num-buffers=3 name=試験e\u0301 ! fakesink"])
    rows = [row for row in text.split("\n") if row.startswith("pad ") or row.startswith("試験")]
    tool.expect("columns", len(rows) == 2, text, words)
    if len(rows) == 2:
        before = rows[1][:rows[1].index("yes")]
        columns = sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) == "W" else 1
                      for c in before)
        tool.expect("columns", columns == rows[0].index("asked"), rows)


def check_unfinished(tool, folder):
    """After an error there are a plan and a report all the same, and files that cannot be written are said."""
    path = folder / "error.json"
    got = tool.run("launch", [f"--json={path}", f"{FEW} ! identity error-after=3 ! fakesink"])
    document = json.loads(path.read_text(encoding="utf-8"))
    tool.valid("error", document, tool.launch)
    tool.expect("error", got[0] == 1 and document["end"] == "error" and "identity0" in document["error"]
                and document["plan"]["segments"], *got, document)
    for option in ("json", "svg") if shutil.which("dot") else ("json",):
        for name, why in (("not/there", "/not: No such file"), ("", "Is a directory")):
            got = tool.run("launch", [f"--{option}={folder}/{name}", f"{FEW} ! fakesink"])
            tool.expect(option, got[0] == 1 and not got[1] and f"--{option}: '{folder}/{name}' cannot" in got[2]
                        and why in got[2], *got)
    with open("/dev/full", "w", encoding="utf-8") as full:
        got = tool.run("launch", [f"{FEW} ! fakesink"], stdout=full)
    tool.expect("> /dev/full", got[0] == 1 and "cannot be written: No space" in got[2], *got)


def check_devices(tool, folder):
    """What is no file is written to, and never replaced: /dev/null is there afterwards, also for root."""
    for name, target in (("null", "/dev/null"), ("out", "/dev/stdout")):
        (folder / name).symlink_to(target)
        got = tool.run("launch", ["-q", f"--json={folder / name}", f"{FEW} ! fakesink"])
        tool.expect(name, got[0] == 0 and os.readlink(folder / name) == target, *got)
        tool.expect(name, bool(got[1]) == (name == "out"), *got)
    tool.valid("out", json.loads(got[1]), tool.launch)
    got = tool.run("launch", ["--compare", f"--json={folder / 'null'}", f"{FEW} ! fakesink"])
    tool.expect("compare", got[0] == 2 and "--json has to name a file" in got[2], *got)


def check_signals(tool, folder):
    """The first one lets the end through, the second one does not wait, nor does one before all frames are there."""
    live = f"videotestsrc is-live=true ! {SMALL}"
    for name, line, times, status, end in (
            ("one", f"{live} ! fakesink", 1, 0, "eos"),
            ("two", f"{live} ! valve drop=true ! fakesink", 2, 1, "interrupted"),
            ("one before preroll", f"{FEW} ! fakesink fakesink", 1, 1, "interrupted")):
        path = folder / "signal.json"
        command = [tool.program, "launch", "-m", f"--json={path}", line]
        wanted = "new-state=(GstState)" + ("paused" if "before" in name else "playing")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            while wanted not in (child.stdout.readline() or wanted):
                pass
            child.send_signal(signal.SIGINT)
            words = child.stderr.readline()
            if times > 1:
                child.send_signal(signal.SIGINT)
            text, rest = child.communicate(timeout=SECONDS)
        tool.expect(name, child.returncode == status, child.returncode, text, words, rest)
        document = json.loads(path.read_text(encoding="utf-8"))
        tool.expect(name, document["end"] == end and "interrupted" in words, document["end"], words)
        tool.valid(name, document, tool.launch)


def check_late(tool):
    """Sinks that get nothing are named; what is known is printed."""
    got = tool.run("graph", ["--seconds=1", f"{FEW} ! valve drop=true drop-mode=forward-sticky-events ! fakesink "
                             "fakesrc num-buffers=0 ! valve drop=true ! fakesink name=idle"])
    tool.expect("late", got[0] in (0, 1), *got)
    got = tool.run("graph", ["--seconds=1", "videotestsrc ! valve drop=true ! fakesink name=idle"])
    tool.expect("late", got[0] == 0 and json.loads(got[1]) and re.search("after 1 s .*idle:sink; --seconds=N", got[2]),
                *got)
    got = tool.run("graph", ["--seconds=1", "fakesink name=idle"])
    tool.expect("late with nothing", got[0] == 1 and not got[1] and "idle:sink" in got[2], *got)
    for seconds in ("0", "-1", "4000"):
        got = tool.run("graph", ["--seconds=" + seconds, FEW])
        tool.expect("seconds", got[0] == 2 and "is not from 1 to 3600" in got[2], *got)


def check_no_display(tool):
    """What a sink says without a display comes through."""
    if not have("ximagesink"):
        print("SKIP: no display: ximagesink is not installed")
        return
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    got = tool.run("graph", [f"{FEW} ! videoconvert ! ximagesink"], env=env)
    tool.expect("no display", got[0] == 1 and re.search("ximagesink0: .*open display", got[2]), *got)


OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # by a terminal
HOSTILE = ('a"><b', "x\\\\n|{}", "&amp;<TABLE>", "a:b/c", "ünï→", "$(true)`", "'", "-->", "]]>", "%s%n", "\x1b[2J", "\x9b2J", "e0")


def check_names(tool, folder):
    """Nothing that an element is called breaks a format."""
    for name in HOSTILE:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        picture = folder / "hostile.svg"
        arguments = [f'{FEW} ! identity name="{quoted}" ! fakesink']
        graph = tool.graph(repr(name), *arguments, *([f"--svg={picture}"] if shutil.which("dot") else []))
        pads = [pad["name"] for pad in graph["pads"]] if graph else []
        tool.expect(repr(name), name + ":src" in pads, pads)
        path = folder / "hostile.json"
        got = tool.run("launch", ["-m", "-v", f"--json={path}", arguments[0]])
        tool.expect(repr(name), got[0] == 0 and not OBEYED.search(got[1]) and not got[2], *got)
        tool.valid(repr(name), json.loads(path.read_text(encoding="utf-8")), tool.launch)
        got = tool.run("launch", [arguments[0].replace("identity", "identity error-after=1")])
        tool.expect(repr(name), got[0] == 1 and not OBEYED.search(got[1] + got[2]) and got[2].count("\n") == 1, *got)
        if shutil.which("dot"):
            tool.expect(repr(name), name.replace("\x1b", " ").replace("\x9b", "  ")
                        in words_of(picture).replace("\xa0", " "), words_of(picture))


def check_counts(tool, folder):
    """The picture of a run has what was counted on its way, and that is in the report."""
    path = folder / "counts.json"
    line = f"{FEW} ! tee name=t ! videobalance hue=0.3 ! fakesink t. ! fakesink async=false"
    if not have("videobalance"):
        return
    got = tool.run("launch", ["-q", f"--json={path}", f"--svg={folder}/counts.svg", line])
    report = json.loads(path.read_text(encoding="utf-8"))["report"]
    source = next(source for source in report["sources"] if source["pad"] == "videotestsrc0:src")
    copy, shown = report["copies"][0], words_of(folder / "counts.svg")
    tool.expect("counts", f"5 frames, {source['fresh']} fresh" in shown, *got, source, shown)
    tool.expect("counts", f"frame-integrity{'avoided: ' if copy['avoided'] else ''}copied {copy['observed']} of 5 frames"
                in shown, copy, shown)


def check_pictures(tool, folder):
    """A picture has all elements, planned or not; what cannot be drawn is said."""
    if shutil.which("dot"):
        path = folder / "all.svg"
        tool.graph("picture", f"--svg={path}", f"filesrc location={tool.docs / 'plan.json'} ! identity ! fakesink "
                   f"{FEW} ! fakesink name=other")
        shown = words_of(path)
        for word in ("filesrc0", "identity0", "fakesink0", "other", "videotestsrc0", "capsfilter0"):
            tool.expect("picture", word in shown, word, shown)
        tool.expect("picture", "other" + "fakesink" in shown and "fakesink0fakesink" not in shown, shown)
        check_counts(tool, folder)
        got = tool.run("graph", [f"--svg={folder}/not/there.svg", f"{FEW} ! fakesink"])
        tool.expect("svg to nowhere", got[0] == 1 and json.loads(got[1]) and "No such file" in got[2], *got)
    else:
        print("SKIP: nothing is drawn: Graphviz is not installed")
    (folder / "bin").mkdir()
    env = {**os.environ, "PATH": str(folder / "bin")}
    got = tool.run("graph", [f"--svg={folder}/none.svg", f"{FEW} ! fakesink"], env=env)
    tool.expect("no dot", got[0] == 1 and json.loads(got[1]) and "install Graphviz" in got[2], *got)


def check_documented(tool, top, folder):
    """The picture of the README has in it what its command draws."""
    readme = (top / "README.md").read_text(encoding="utf-8")
    line = re.search(r"gst-ks-1.0 launch --svg=line.svg (.*?)```", readme, re.S).group(1).replace("\\\n", " ")
    if not shutil.which("dot") or not have("videobalance jpegenc matroskamux videoscale"):
        return
    path = folder / "line.svg"
    got = tool.run("launch", [f"--svg={path}", *shlex.split(line)], cwd=folder)
    shown, now = steady(top / "docs" / "images" / "line.svg"), steady(path)
    tool.expect("docs/images/line.svg", got[0] == 0 and shown == now, *got, "has", shown, "now it is", now)


def check_full(tool):
    """What cannot be written is not taken for an answer."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        got = tool.run("graph", [f"{FEW} ! fakesink"], stdout=full)
    tool.expect("> /dev/full", got[0] == 1 and "cannot be written: No space" in got[2], *got)


def check_no_plan(tool):
    """The tracer tells of a plan that there is none of, too."""
    line = ["ksallocator", "frames=..2", "require=error", "!", "queue", "min-threshold-buffers=3", "!", "fakesink"]
    env = {**os.environ, "GST_TRACERS": "ks(negotiate=true,report=negotiation)"}
    done = subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=5", "!", *line], timeout=SECONDS,
                          check=False, capture_output=True, text=True, env=env)
    tool.expect("no plan", done.returncode != 0
                and "Plan of pipeline0: unsatisfiable: frames" in done.stdout + done.stderr, done.stdout, done.stderr)


def main():
    """Exit status 1 if anything is wrong."""
    tool = Tool(sys.argv[1], pathlib.Path(sys.argv[2]))
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    if not jsonschema:
        print("SKIP: JSON is not compared with its schema: python3-jsonschema is not installed")
    check_graphs(tool)
    check_words(tool)
    check_bad(tool)
    check_late(tool)
    check_no_display(tool)
    check_full(tool)
    check_no_plan(tool)
    check_fallbacks(tool)
    check_columns(tool)
    with tempfile.TemporaryDirectory(prefix="ks-launch-") as folder:
        check_names(tool, pathlib.Path(folder))
        check_pictures(tool, pathlib.Path(folder))
        check_documented(tool, pathlib.Path(sys.argv[2]), pathlib.Path(folder))
        for check in (check_launch, check_unfinished, check_devices, check_signals):
            check(tool, pathlib.Path(folder))
    print("\n".join(tool.bad) or "all as expected")
    return 1 if tool.bad else 0


if __name__ == "__main__":
    sys.exit(main())
