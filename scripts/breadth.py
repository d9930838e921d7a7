#!/usr/bin/env python3
"""Makes a page of what ./ks check --root found in each root.

usage: breadth.py RESULTS PAGE

RESULTS has a folder for each root, named RELEASE-ARCHITECTURE, with what
tally.py reads of each part, and PART.about: lines of name=value, which are the
commit, the command and versions of packages.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import pathlib
import re

import tally

HEAD = """# Where the tests have been run

Made by `./ks check --root=... --table=docs/breadth.md`, which makes a bare root of a Debian release by debootstrap,
does there what the README says, and writes this page of what came of it. `passed / failed / skipped` are cases,
those of the closing line of `./ks check`. A root of another processor than the machine's has the tests
compiled for it and run by QEMU, without those that start programs of their own. A column with several commits has
some parts of each: a part that was not run again is of the first. What failed in an earlier run stays named here.
"""
# row of the table: packages that have the version, whichever is there
VERSIONS = {
    "GStreamer": ("libgstreamer1.0-0t64", "libgstreamer1.0-0"),
    "GLib": ("libglib2.0-0t64", "libglib2.0-0"),
    "gcc": ("gcc", "gcc-s390x-linux-gnu", "gcc-aarch64-linux-gnu", "gcc-riscv64-linux-gnu"),
    "clang": ("clang",),
    "Meson": ("meson",),
}
PARTS = {
    "normal": "all tests, with gcc",
    "bench": "counters of the bench",
    "guest": "device memory in QEMU",
    "asan": "address and undefined behaviour",
    "tsan": "threads",
    "valgrind": "valgrind",
    "leaks": "GStreamer's leaks tracer",
    "fuzz": "libFuzzer",
    "package": "archive and packages",
    "commands": "what the pages say to type",
    "soak": "growth",
    "clang": "quick tests, with clang",
    "ndebug": "quick tests, without assertions",
    "static": "static plugins",
    "foreign": "tests of values, the wire and plans",
    "demo": "`./ks demo`",
}


class Root:
    """A column: the parts that were run in one root."""

    def __init__(self, folder, name=None):
        self.name = (name or folder.name).replace("-", " ")
        self.about = {}
        self.parts = {}
        self.commits = []
        self.commit_of = {}  # part: commit
        for status in sorted(folder.glob("*.rc")):
            self.add(folder, status.stem)
        self.before = [Root(run, self.name) for run in sorted(folder.glob("before/*"))]

    def add(self, folder, part):
        """One part."""
        found = tally.Tally()
        found.add_part(folder, part)
        self.parts[part] = found
        about = folder / f"{part}.about"
        rows = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
        facts = dict(row.split("=", 1) for row in rows)
        self.about.update(facts)
        self.commit_of[part] = facts.get("commit", "?")[:7]
        if facts.get("commit") and facts["commit"] not in self.commits:
            self.commits.append(facts["commit"])

    def version(self, packages):
        """Upstream's part of the version of the first that is there."""
        for package in packages:
            if package in self.about:
                return re.sub(r"^\d+:|[-+~].*$", "", self.about[package])
        return "-"

    def cell(self, part):
        """Figures of a part; a part that is one command has none."""
        found = self.parts.get(part)
        if found is None:
            return "-"
        if part == "demo":
            return "fails" if found.failed else "runs"
        return f"{found.passed} / {found.failed} / {len(found.skips)}"


def table(roots):
    """Lines of the table."""
    yield f"| | {' | '.join(root.name for root in roots)} |"
    yield "| --- |" + " --- |" * len(roots)
    for title, packages in VERSIONS.items():
        yield f"| {title} | {' | '.join(root.version(packages) for root in roots)} |"
    for part, what in PARTS.items():
        if any(part in root.parts for root in roots):
            yield f"| `{part}`: {what} | {' | '.join(root.cell(part) for root in roots)} |"
    yield f"| commit | {' | '.join(', '.join(root.commits) for root in roots)} |"


def grouped(roots, lines_of, dated):
    """One line for each that is the same in several roots and parts, with where it is so, and if DATED at which commit."""
    found = {}
    for root in roots:
        for part, result in root.parts.items():
            for line in lines_of(result):
                test, _, reason = line.removeprefix(f"{part}: ").partition(": ")
                text = f"`{tally.short_name(test)}`: {reason.replace('|', '/')}"
                place = f"{part} at {root.commit_of[part]}" if dated else part
                places = found.setdefault(text, {}).setdefault(root.name, [])
                if place not in places:
                    places.append(place)
    for text, places in sorted(found.items()):
        where = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in places.items())
        yield f"* {text} ({where})"


def page(roots):
    """The whole page."""
    lines = [HEAD, *table(roots), ""]
    before = [run for root in roots for run in root.before]
    chapters = (("What failed", roots, lambda result: result.fails, True),
                ("What failed in an earlier run", before, lambda result: result.fails, True),
                ("What passed at the second try only", roots, lambda result: result.unsteady, False),
                ("What was skipped, and why", roots, lambda result: result.skips, False))
    for title, some_roots, lines_of, dated in chapters:
        some = list(grouped(some_roots, lines_of, dated))
        lines += [f"## {title}\n", *some, ""] if some else []
    return "\n".join(lines)


def main():
    """Writes the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path)
    args = parser.parse_args()
    roots = [Root(folder) for folder in sorted(args.results.iterdir()) if list(folder.glob("*.rc"))]
    args.page.write_text(page(roots), encoding="utf-8")


if __name__ == "__main__":
    main()
