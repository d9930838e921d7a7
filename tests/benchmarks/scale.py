#!/usr/bin/env python3
"""What one more costs, when there are many: what ./ks bench --scale runs.

Pipelines in one process, pads of one plan, idle blocks in a store. Each
figure is the median of many rounds; a round runs the first and the last size
next to each other, so that what the machine does meanwhile falls on both of
them. Those between, which no bound is about, run in some rounds only.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import dataclasses
import json
import pathlib
import statistics
import sys

import scalechart

LIMIT = 600
WHOLE = 5               # one in so many rounds runs all sizes


@dataclasses.dataclass
class Family:
    """One program run at several sizes."""

    name: str
    words: list
    sizes: tuple


@dataclasses.dataclass
class Curve:
    """One metric of some families, and what its growth may be at most."""

    title: str
    unit: str
    metric: str
    families: tuple
    at_most: float = None
    # the metric is of the whole, shown for each
    each: bool = False


FAMILIES = {family.name: family for family in (
    Family("ksallocator", ["scale-pipelines", "--kind=ksallocator"], (1, 10, 100, 1000)),
    Family("negotiator", ["scale-pipelines", "--kind=negotiator"], (1, 10, 100, 1000)),
    Family("stock", ["scale-pipelines", "--variant=stock"], (1, 10, 100, 1000)),
    Family("plan", ["plan", "--kind=chain"], (10, 100, 1000, 10_000)),
    Family("store", ["scale-store", "--ops=100000"], (10, 100, 1000, 10_000, 100_000)),
)}
PIPELINES = ("ksallocator", "negotiator", "stock")
CURVES = (
    Curve("One more pipeline, to its first frame", "µs of CPU", "start", PIPELINES, 1.3),
    Curve("One pipeline ended and made anew", "µs of CPU", "again", PIPELINES),
    Curve("One frame, all pipelines playing", "µs of CPU", "frame", PIPELINES, 1.1),
    Curve("Resident memory of a pipeline", "KiB", "memory", PIPELINES),
    Curve("Descriptors of a pipeline", "descriptors", "descriptors", PIPELINES),
    Curve("One pad of a plan", "µs", "time", ("plan",), None, True),
    Curve("One block of one size, there and back", "ns", "one size", ("store",), 1.5),
    Curve("One block of a thousand sizes, there and back", "ns", "all sizes", ("store",)),
)
LABELS = {"plan": "pads", "store": "idle blocks"}


def words_of(family, size):
    """The command line of ks-bench."""
    ops = [f"--ops={max(3, 20_000 // size)}"] if family.name == "plan" else []
    return [*family.words, f"--size={size}", *ops]


def order_of(sizes, turn):
    """The two that growth compares last, one after the other, swapped from round to round."""
    between = sizes[1:-1] if turn % WHOLE == 0 else ()
    ends = (sizes[0], sizes[-1])
    return [*between, *(ends if turn % 2 == 0 else reversed(ends))]


def measure(machine, rounds, progress):
    """{(family, size): [values of each round]}"""
    found = {}
    for turn in range(rounds):
        for family in FAMILIES.values():
            for size in order_of(family.sizes, turn):
                progress.say(f"{family.name} {size}  {turn + 1}/{rounds}")
                values = machine.run(words_of(family, size), {}, LIMIT)["values"]
                if values["hangs"]:
                    sys.exit(f"bench: {family.name} with {size} did not end in {LIMIT} s")
                found.setdefault((family.name, size), []).append(values)
    progress.say("")
    return found


def points_of(curve, name, found):
    """[(size, [a figure of each round])]"""
    return [(size, [values[curve.metric] * (1000 / size if curve.each else 1)
                    for values in found[name, size]])
            for size in FAMILIES[name].sizes]


def growth_of(points):
    """The last size by the first: the median of the rounds, since those on a busy machine
    compare with themselves."""
    (_, first), (_, last) = points[0], points[-1]
    return statistics.median(a / b for a, b in zip(last, first))


def verdict(curve, name, growth):
    """The word in the last column."""
    if curve.at_most is None or name == "stock":
        return "shown"
    return "holds" if growth <= curve.at_most else "above (time: reported only)"


def row_of(curve, name, points):
    """One line of a curve as an object."""
    growth = growth_of(points)
    return {"curve": curve.title, "unit": curve.unit, "of": name,
            "points": [{"n": size, "value": statistics.median(values)} for size, values in points],
            "growth": growth, "at_most": None if name == "stock" else curve.at_most,
            "verdict": verdict(curve, name, growth)}


def rows_of(found):
    """All lines of all curves."""
    return [row_of(curve, name, points_of(curve, name, found))
            for curve in CURVES for name in curve.families]


def number(value):
    """A figure for people."""
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def table(rows):
    """Lines of a table, as Markdown."""
    yield "| what | of | unit | at each size | growth | at most | verdict |"
    yield "| --- | --- | --- | --- | ---: | ---: | --- |"
    for row in rows:
        figures = ", ".join(f"{point['n']}: {number(point['value'])}" for point in row["points"])
        bound = "-" if row["at_most"] is None else number(row["at_most"])
        yield (f"| {row['curve']} | {row['of']} | {row['unit']} | {figures} "
               f"| {number(row['growth'])} | {bound} | {row['verdict']} |")


def page(rows, machine, picture, rounds):
    """docs/scale.md."""
    version = ".".join(str(part) for part in machine.version())
    return "\n".join([
        "# What one more costs", "",
        f"Made with GStreamer {version}, {rounds} rounds, by", "",
        "<!-- begun by ./ks check commands: takes long -->", "```sh",
        f"./ks bench --scale --page=docs/scale.md --svg=docs/{picture}", "```", "",
        "`growth` is the last size by the first, run one after the other, and of the rounds' ratios the median: it "
        "need not be that of the figures beside it.", "",
        f"![Curves: cost of one more pipeline, of a frame, of a pad of a plan and of a block, by how many there are]"
        f"({picture})", "", *table(rows), "",
        "* *One more pipeline*: CPU time for twenty more, when so many are there and wait at their first frame. "
        "*Ended and made anew* is for the same twenty, the median of nine times.",
        "* *One frame*: a million small frames, of all pipelines together and as fast as they can: CPU time of "
        "all threads but the one that sets the pipelines playing. `stock` has `identity` where the others have "
        "`ksallocator`, or a negotiator.",
        "* *One block*: asked of the store, and given back, with so many idle ones in it; the median of nine times.",
        ""])


def run(machine, args, progress):
    """Measures, and writes what was asked for; the exit status."""
    rows = rows_of(measure(machine, args.pairs, progress))
    print("\n".join(table(rows)), file=sys.stderr if args.json == "-" else sys.stdout)
    if args.json == "-":
        print(json.dumps(rows, indent=1))
    elif args.json:
        pathlib.Path(args.json).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if args.svg:
        pathlib.Path(args.svg).write_text(scalechart.draw(rows), encoding="utf-8")
    if args.page:
        picture = f"images/{pathlib.Path(args.svg).name}" if args.svg else "images/scale.svg"
        pathlib.Path(args.page).write_text(page(rows, machine, picture, args.pairs), encoding="utf-8")
    return 0
