#!/usr/bin/env python3
"""Makes docs/bench.md of the rows that ./ks bench --json=FILE wrote.

usage: benchpage.py FILE [PAGE]

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess

HEAD = """# What the bench measured

Made by `docs/benchpage.py` of one run of `./ks bench` with {gstreamer}, on {cores} cores
({machine}). `ratio` is ours by stock; where there is none, the bound is about ours alone.
[How to read a row](../tests/benchmarks/README.md#how-to-read-a-row) and what is counted how. Run it
on your machine: times differ from one to the next, counters hardly do. `hits` is left out, since it
does: how often a consumer meets its own mark hangs on how far threads run ahead of each other.
"""
# counters that hang on how threads happen to run
RACY = ("hits",)
COLUMNS = ("case", "metric", "unit", "ours", "stock", "ratio", "at most", "verdict")


def number(value):
    """A figure for people."""
    if value is None:
        return "-"
    if value == int(value):
        return str(int(value))
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def table(rows):
    """Lines of a table."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        figures = [number(row[key]) for key in ("ours", "stock", "ratio", "at_most")]
        cells = [row["case"], row["metric"], row["unit"], *figures, row["verdict"]]
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def page(rows):
    """The whole page."""
    gstreamer = subprocess.run(["gst-launch-1.0", "--version"], capture_output=True, text=True,
                               check=True).stdout.split("\n")[1]
    lines = [HEAD.format(gstreamer=gstreamer, cores=os.cpu_count(), machine=platform.machine())]
    for kind, title in (("counter", "Counters"), ("time", "Times")):
        some = [row for row in rows if row["kind"] == kind and row["metric"] not in RACY]
        if some:
            lines += [f"## {title}\n", *table(some), ""]
    notes = sorted({f"* {row['case']}: {row['note']}" for row in rows if row["note"]})
    lines += ["## Notes\n", *notes, ""] if notes else []
    return "\n".join(lines)


def main():
    """Writes the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path, nargs="?",
                        default=pathlib.Path(__file__).resolve().parent / "bench.md")
    args = parser.parse_args()
    rows = json.loads(args.rows.read_text(encoding="utf-8"))
    args.page.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
