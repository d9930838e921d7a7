#!/usr/bin/env python3
"""Counts the cases of all parts of ./ks check and prints the closing line.

usage: tally.py RESULTS PART...

For each part RESULTS holds PART.json (Meson's test log, one object a line)
and PART.rc (exit status of the part). A gst-check program counts as many
times as it has cases; any other program counts once.

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


class Tally:
    """Cases so far, and one line for each that failed or was skipped."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skips = []
        self.fails = []
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
        bad = test["result"] not in ("OK", "EXPECTEDFAIL")
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
        log = results / f"{part}.json"
        lines = log.read_text().splitlines() if log.exists() else []
        before = self.failed
        for line in lines:
            self.add(part, json.loads(line))
        status = results / f"{part}.rc"
        ok = status.exists() and status.read_text().strip() == "0"
        if not ok and self.failed == before:
            self.failed += 1
            self.fails.append(f"{part}: ended early or did not build")


def main():
    """Prints failures, skips with their reasons, and the closing line."""
    results = pathlib.Path(sys.argv[1])
    tally = Tally()
    for part in sys.argv[2:]:
        tally.add_part(results, part)
    for line in tally.fails:
        print("FAIL", line)
    for line in tally.skips:
        print("SKIP", line)
    if tally.notes:
        print(f"{tally.notes} commands of the documentation are never run here, as they install or"
              " take long")
    print(f"{tally.passed} passed, {tally.failed} failed, {len(tally.skips)} skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
