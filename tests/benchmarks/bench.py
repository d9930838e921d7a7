#!/usr/bin/env python3
"""Ours and stock GStreamer side by side: what ./ks bench runs.

Every case is run in pairs, one run of ours and one of stock, the order swapped
from pair to pair; a row shows the medians, and the median of the ratios within a
pair, which a machine that gets slower meanwhile does not move. Counters (faults,
descriptors, blocks, copies, hangs) do not depend on how busy the machine is and
can gate; times only report. How to read it: README.md in this folder.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import fnmatch
import json
import os
import pathlib
import select
import statistics
import subprocess
import sys
import tempfile
import time

import rows
import scale

TOP = pathlib.Path(__file__).resolve().parents[2]
PAIRS = 9
PAIRS_OF_COUNTERS = 1
PAIRS_OF_SCALE = 31


class Trouble(Exception):
    """A run that failed for a reason that the row shows."""


class Machine:
    """Where the built programs are and how to run them."""

    def __init__(self, build, scratch):
        self.program = build / "tests" / "benchmarks" / "ks-bench"
        if not self.program.exists():
            sys.exit(f"bench: {self.program} is not built (./ks build; -Dbenchmarks=enabled)")
        self.env = {name: value for name, value in os.environ.items()
                    if name not in ("GST_TRACERS", "GST_DEBUG")}
        self.env["GST_PLUGIN_PATH_1_0"] = os.pathsep.join(
            str(folder) for folder in (build / "gst" / "ksallocator", build / "ext" / "vulkan"))
        self.env["LD_LIBRARY_PATH"] = os.pathsep.join(
            [str(build / "gst" / "ks"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])
        self.env["GST_REGISTRY_1_0"] = str(scratch / "registry.bin")
        self.env["LC_ALL"] = "C.UTF-8"
        self.errors = scratch / "stderr"
        self.has_tracer = self.has_our_tracer()
        # the registry is written now; no run that counts may scan again
        self.env["GST_REGISTRY_UPDATE"] = "no"

    def has_our_tracer(self):
        """Whether the plugin is found and brings its tracer."""
        found = subprocess.run(["gst-inspect-1.0", "--plugin", "ksallocator"], env=self.env,
                               check=False, capture_output=True, text=True)
        return "ks (GstTracerFactory)" in found.stdout

    def vulkan(self):
        """Why Vulkan elements cannot run here; empty: they can."""
        line = ("videotestsrc num-buffers=1 ! video/x-raw,format=RGBA ! ksupload ! "
                "vulkancolorconvert ! fakesink")
        done = subprocess.run(["gst-launch-1.0", "-q", *line.split()], env=self.env, check=False,
                              capture_output=True, text=True)
        return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["failed"])[0]

    def version(self):
        """GStreamer's (major, minor)."""
        text = subprocess.run(["gst-launch-1.0", "--version"], env=self.env, check=True,
                              capture_output=True, text=True).stdout
        words = text.split("version", 1)[1].split()[0].split(".")
        return int(words[0]), int(words[1])

    def kinds(self):
        """({kind: whether it gives memory here}, reasons of those that do not)."""
        found = self.run(["kinds", "--size=1048576"], {}, 60)
        works = {kind: value for kind, value in found["values"].items() if kind != "hangs"}
        return works, found["note"] or ""

    def child(self, argv, extra, limit):
        """Runs ARGV; (what it printed, its rusage, seconds). None: it hung."""
        env = {**self.env, **extra}
        with open(self.errors, "w+", encoding="utf-8", errors="replace") as errors:
            return wait_for(argv, env, errors, limit)

    def run(self, words, extra, limit):
        """One run of ks-bench; the object that it printed, or {"hang": 1}."""
        output, _, _ = self.child([str(self.program), *words], extra, limit)
        if output is None:
            return {"values": {"hangs": 1}, "skip": None, "note": None}
        found = json.loads(output.strip().splitlines()[-1])
        found["values"]["hangs"] = 0
        return found

    def launch(self, line, extra, limit):
        """One run of gst-launch-1.0 as a process."""
        if "GST_TRACERS" in extra and not self.has_tracer:
            raise Trouble("the tracer ks is not in the plugin")
        output, usage, wall = self.child(["gst-launch-1.0", "-q", *line.split()], extra, limit)
        if output is None:
            return {"values": {"hangs": 1}, "skip": None, "note": None}
        values = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime,
                  "faults": usage.ru_minflt, "hangs": 0}
        return {"values": values, "skip": None, "note": None}


def read_until(stream, deadline):
    """All that comes before the other end closes; None: the deadline came first."""
    found = b""
    while True:
        ready, _, _ = select.select([stream], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return None
        more = os.read(stream.fileno(), 65536)
        if not more:
            return found.decode(errors="replace")
        found += more


def wait_for(argv, env, errors, limit):
    """Runs ARGV under a watchdog that ends this one process by its id."""
    started = time.monotonic()
    # timeout(1) would be one more process in the rusage: its output is watched instead
    with subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=errors) as process:
        output = read_until(process.stdout, started + limit)
        if output is None:
            process.kill()
            return None, None, limit
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        errors.seek(0)
        said = [line.strip() for line in errors.read().splitlines() if line.strip()]
        raise Trouble(said[-1] if said else f"exit status {process.returncode}")
    return output, usage, wall


class Side:
    """The runs of one side of a case."""

    def __init__(self, machine, run, limit):
        self.machine, self.spec, self.limit = machine, run, limit
        self.values = []
        self.trouble = None
        self.skip = None
        self.note = None

    def go(self):
        """One more run, unless another cannot tell anything new."""
        if self.spec is None or self.trouble or self.skip or self.hung():
            return
        try:
            found = self.one()
        except Trouble as error:
            self.trouble = str(error)
            return
        self.note = found["note"] or self.note
        if found["skip"]:
            self.skip = found["skip"]
            return
        self.values.append(found["values"])

    def one(self):
        """What one run found."""
        if self.spec.line:
            return self.machine.launch(self.spec.line, self.spec.env, self.limit)
        return self.machine.run(self.spec.words, self.spec.env, self.limit)

    def hung(self):
        """Whether the last run had to be ended."""
        return bool(self.values) and self.values[-1].get("hangs") == 1

    def median(self, metric):
        """The median of a metric; None when no run has it."""
        if metric == "hangs":
            return float(max(value["hangs"] for value in self.values)) if self.values else None
        found = self.found(metric)
        return statistics.median(found) if found else None

    def found(self, metric):
        """The metric of each run that has it, in their order."""
        return [value[metric] for value in self.values if metric in value]


class Progress:
    """One line on a terminal, nothing elsewhere."""

    def __init__(self):
        self.shown = sys.stderr.isatty()

    def say(self, text):
        """Replaces the line."""
        if self.shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


def measure(machine, case, pairs, progress):
    """Runs the pairs of a case: (ours, stock)."""
    ours = Side(machine, case.ours, case.limit)
    stock = Side(machine, case.stock, case.limit)
    count = min(pairs, case.most_pairs)
    for pair in range(count):
        progress.say(f"{case.name}  {pair + 1}/{count}")
        for side in (ours, stock) if pair % 2 == 0 else (stock, ours):
            side.go()
    return ours, stock


def ratio_of(row, ours, stock):
    """Ours to stock, the median of the pairs, where the bound is about that."""
    if row.absolute:
        return None
    pairs = list(zip(ours.found(row.metric), stock.found(row.metric)))
    if not pairs or not all(other for _, other in pairs):
        return None
    return statistics.median(mine / other for mine, other in pairs)


def judge(row, ours, ratio):
    """The word in the last column."""
    value = ours if row.absolute else ratio
    if value is None:
        return "no figure"
    if row.at_most is None:
        return "shown"
    if value <= row.at_most:
        return "holds"
    return "above" if row.counter else "above (time: reported only)"


def result_row(case, row, ours, stock):
    """One row as an object; verdict, counter and note are for the table."""
    mine, other = ours.median(row.metric), stock.median(row.metric)
    ratio = ratio_of(row, ours, stock)
    verdict = judge(row, mine, ratio)
    notes = [text for text in (case.note, ours.note) if text]
    if ours.hung() and row.metric != "hangs":
        verdict, mine = "hangs", None
    if stock.hung():
        notes.append(f"stock hangs (ended after {case.limit} s)")
    for side in (ours, stock):
        if side.trouble:
            verdict = f"failed: {side.trouble}"
        elif side.skip:
            verdict = f"skipped: {side.skip}"
    return {"case": case.name, "metric": row.metric, "unit": row.unit, "ours": mine,
            "stock": other, "ratio": ratio, "at_most": row.at_most,
            "kind": "counter" if row.counter else "time", "verdict": verdict,
            "note": "; ".join(notes)}


def skipped_row(case, row):
    """A row whose case is not run here."""
    return {"case": case.name, "metric": row.metric, "unit": row.unit, "ours": None,
            "stock": None, "ratio": None, "at_most": row.at_most,
            "kind": "counter" if row.counter else "time", "verdict": f"skipped: {case.skip}",
            "note": ""}


def run_all(machine, cases, args):
    """The rows of all cases."""
    progress = Progress()
    table = []
    for case in cases:
        wanted = [row for row in case.rows if row.counter or not args.counters]
        if not wanted:
            continue
        if case.skip:
            table += [skipped_row(case, row) for row in wanted]
            continue
        ours, stock = measure(machine, case, args.pairs, progress)
        table += [result_row(case, row, ours, stock) for row in wanted]
    progress.say("")
    return table


def number(value):
    """A figure for people."""
    if value is None:
        return "-"
    if value == int(value) and abs(value) < 1e7:
        return str(int(value))
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def show(table, out):
    """The table for people."""
    heads = ("case", "metric", "unit", "ours", "stock", "ratio", "at most", "verdict")
    lines = [heads]
    for row in table:
        lines.append((row["case"], row["metric"], row["unit"], number(row["ours"]),
                      number(row["stock"]), number(row["ratio"]), number(row["at_most"]),
                      row["verdict"]))
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads) - 1)]
    for line in lines:
        left = [line[column].ljust(widths[column]) if column < 3 else
                line[column].rjust(widths[column]) for column in range(len(widths))]
        print("  ".join([*left, line[-1]]).rstrip(), file=out)
    for name, note in sorted({(row["case"], row["note"]) for row in table if row["note"]}):
        print(f"{name}: {note}", file=out)


def gate(table):
    """The counter rows that stop a merge."""
    return [row for row in table if row["kind"] == "counter"
            and row["verdict"] not in ("holds", "shown")
            and not row["verdict"].startswith("skipped")]


def build_folder(given):
    """The build to measure."""
    if given:
        return pathlib.Path(given).resolve()
    return TOP / "build"


def check_scale(parser, args):
    """Options that go with --scale alone, and those that do not go with it."""
    if args.scale and (args.case or args.counters or args.gate or args.tests or args.list):
        parser.error("--scale goes with --pairs, --json, --svg, --page and --build alone")
    if not args.scale and (args.svg or args.page):
        parser.error("--svg and --page go with --scale")


def check_targets(parser, args):
    """Minutes of measuring are lost where there is no place for what they found."""
    for name in ("json", "svg", "page", "tests"):
        target = getattr(args, name)
        folder = pathlib.Path(target or ".").resolve().parent
        if target and target != "-" and not folder.is_dir():
            parser.error(f"--{name}={target}: there is no folder {folder}; make it first")


def parse(argv):
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench", description="Ours and stock GStreamer, side by side.")
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE",
                        help="the rows for programs; without FILE on the standard output, "
                        "and the table goes to the standard error")
    parser.add_argument("--case", action="append", metavar="GLOB", help="only these cases; may be repeated")
    parser.add_argument("--pairs", type=int, metavar="N",
                        help=f"pairs of runs a case (default {PAIRS}; {PAIRS_OF_COUNTERS} with --counters, "
                        f"{PAIRS_OF_SCALE} with --scale)")
    parser.add_argument("--counters", action="store_true", help="only rows of counters, with short loops")
    parser.add_argument("--gate", action="store_true", help="fail when a row of counters is above its bound")
    parser.add_argument("--tests", metavar="FILE", help="the counter rows as a log of tests")
    parser.add_argument("--list", action="store_true", help="names of the cases")
    parser.add_argument("--build", metavar="DIR", help="build folder (default: build)")
    parser.add_argument("--scale", action="store_true",
                        help="what one more pipeline, pad or block costs when there are many; "
                        "--pairs is rounds")
    parser.add_argument("--svg", metavar="FILE", help="with --scale: the curves as a picture")
    parser.add_argument("--page", metavar="FILE", help="with --scale: table and picture as a page")
    args = parser.parse_args(argv)
    check_scale(parser, args)
    check_targets(parser, args)
    if args.pairs is None:
        args.pairs = PAIRS_OF_COUNTERS if args.counters else PAIRS_OF_SCALE if args.scale else PAIRS
    if args.pairs < 1:
        parser.error("--pairs: at least 1")
    return args


def write_json(table, target):
    """The list for programs."""
    keys = ("case", "metric", "unit", "ours", "stock", "ratio", "at_most", "kind", "verdict", "note")
    text = json.dumps([{key: row[key] for key in keys} for row in table], indent=1) + "\n"
    if target == "-":
        sys.stdout.write(text)
    else:
        pathlib.Path(target).write_text(text, encoding="utf-8")


def write_tests(table, target):
    """The rows of counters as ./ks check counts tests: one object a line."""
    lines = []
    for row in table:
        if row["kind"] != "counter" or row["verdict"] == "shown":
            continue
        name = f"{row['case']}, {row['metric']}"
        if row["verdict"].startswith("skipped"):
            entry = {"name": name, "result": "SKIP", "stdout": f"SKIP: {row['verdict']}"}
        else:
            entry = {"name": name, "result": "OK" if row["verdict"] == "holds" else "FAIL"}
        lines.append(json.dumps(entry) + "\n")
    pathlib.Path(target).write_text("".join(lines), encoding="utf-8")


def main(argv):
    """Runs what was asked for."""
    args = parse(argv)
    with tempfile.TemporaryDirectory(prefix="ks-bench-") as scratch:
        machine = Machine(build_folder(args.build), pathlib.Path(scratch))
        if args.scale:
            return scale.run(machine, args, Progress())
        here = rows.Here(machine.version(), machine.kinds(), rows.huge_pages(), args.counters,
                         machine.vulkan())
        cases = [case for case in rows.all_cases(here) if not args.case
                 or any(fnmatch.fnmatch(case.name, glob) for glob in args.case)]
        if not cases:
            sys.exit("bench: no such case (--list names them)")
        if args.list:
            print("\n".join(case.name for case in cases))
            return 0
        table = run_all(machine, cases, args)
    show(table, sys.stderr if args.json == "-" else sys.stdout)
    if args.json:
        write_json(table, args.json)
    if args.tests:
        write_tests(table, args.tests)
    failed = gate(table) if args.gate else []
    for row in failed:
        print(f"bench: {row['case']}, {row['metric']}: {row['verdict']}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as problem:
        sys.exit(f"bench: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
