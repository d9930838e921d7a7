#!/usr/bin/env python3
"""Counts the cases of all parts of ./ks check and prints the closing line.

usage: tally.py RESULTS PART...
       tally.py --failed FILE     only the names of the tests that failed

For each part RESULTS holds PART.json (Meson's test log, one object a line)
and PART.rc (exit status of the part), and PART.again.json where failed tests
were run a second time. A gst-check program counts as many times as it has
cases; any other program counts once. A test that passed the second time counts
as passed, and is named.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import re
import sys

CHECKS = re.compile(r"\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)")
SKIP = re.compile(r"SKIP: (.*)")
NOTE = re.compile(r"^NOTE: (.*)", re.M)


def read_log(path):
    """Meson's test log: its tests in order; none without a file."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def is_bad(test):
    """Whether Meson counts it as failed."""
    return test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP")


def short_name(name):
    """The name to give to Meson: without the suites, which older ones put behind
    the project and newer ones before it."""
    return re.split(" / | - ", name)[-1].split(":")[-1]


class Tally:
    """Cases so far, and one line for each that failed or was skipped."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skips = []
        self.fails = []
        self.unsteady = []
        self.notes = 0

    def add(self, part, test):
        """One line of Meson's log."""
        text = test.get("stdout", "") + test.get("stderr", "")
        name = f"{part}: {test['name']}"
        reasons = sorted(set(SKIP.findall(text)))
        self.notes += len(NOTE.findall(text))
        if test["result"] == "SKIP":
            self.skips.append(f"{name}: {' / '.join(reasons) or 'no reason given'}")
            return
        bad = is_bad(test)
        checks, failures = self.cases(text)
        if bad:
            self.fails.append(f"{name}: {test['result']}")
            failures = max(failures, 1)
        self.skips += [f"{name}: {reason}" for reason in reasons]
        self.failed += failures
        self.passed += max(checks - failures - len(reasons), 0)

    @staticmethod
    def cases(text):
        """(cases, failed cases) of one program's output."""
        found = [tuple(map(int, row)) for row in CHECKS.findall(text)]
        if not found:
            return 1, 0
        return sum(row[0] for row in found), sum(row[1] + row[2] for row in found)

    def add_part(self, results, part):
        """All of one part; a part without a log is one failure."""
        before = self.failed
        again = {test["name"]: test for test in read_log(results / f"{part}.again.json")}
        for test in read_log(results / f"{part}.json"):
            if is_bad(test) and test["name"] in again and is_bad(again[test["name"]]):
                test = again[test["name"]]
            elif is_bad(test) and test["name"] in again:
                self.unsteady.append(f"{part}: {test['name']}: {test['result']} at first, then"
                                     f" {again[test['name']]['result']}")
                test = again[test["name"]]
            self.add(part, test)
        status = results / f"{part}.rc"
        ok = status.exists() and status.read_text().strip() == "0"
        if not ok and self.failed == before:
            self.failed += 1
            self.fails.append(f"{part}: ended early or did not build")


def main():
    """Prints failures, skips with their reasons, and the closing line."""
    if sys.argv[1] == "--failed":
        for test in read_log(pathlib.Path(sys.argv[2])):
            if is_bad(test):
                print(short_name(test["name"]))
        return 0
    results = pathlib.Path(sys.argv[1])
    tally = Tally()
    for part in sys.argv[2:]:
        tally.add_part(results, part)
    for line in tally.fails:
        print("FAIL", line)
    for line in tally.unsteady:
        print("UNSTEADY", line)
    for line in tally.skips:
        print("SKIP", line)
    if tally.notes:
        print(f"{tally.notes} commands of the documentation are never run here, as they install or"
              " take long")
    print(f"{tally.passed} passed, {tally.failed} failed, {len(tally.skips)} skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
