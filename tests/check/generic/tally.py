#!/usr/bin/env python3
"""Checks what ./ks check prints at its end, on logs of made-up parts.

usage: tally.py TOP

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import subprocess
import sys
import tempfile

CHECKS = "100%: Checks: 4, Failures: 0, Errors: 0\n"
BROKEN = "75%: Checks: 4, Failures: 1, Errors: 0\n"


def log(*rows):
    """Meson's log of (name, result, output)."""
    return "".join(json.dumps({"name": f"p:s / {name}", "result": result, "stdout": text}) + "\n"
                   for name, result, text in rows)


# name: (first log, second log or None, exit status of the part, closing line, a line that is said)
ROWS = {
    "all good": (log(("a", "OK", CHECKS), ("b", "OK", "")), None, 0,
                 "5 passed, 0 failed, 0 skipped", None),
    "a failure": (log(("a", "FAIL", BROKEN)), None, 1, "3 passed, 1 failed, 0 skipped",
                  "FAIL x: p:s / a: FAIL"),
    "again in vain": (log(("a", "FAIL", BROKEN)), log(("a", "FAIL", BROKEN)), 1,
                      "3 passed, 1 failed, 0 skipped", "FAIL x: p:s / a: FAIL"),
    "unsteady": (log(("a", "FAIL", BROKEN), ("b", "OK", "")), log(("a", "OK", CHECKS)), 0,
                 "5 passed, 0 failed, 0 skipped",
                 "UNSTEADY x: p:s / a: FAIL at first, then OK"),
    "skipped": (log(("a", "SKIP", "SKIP: no card\n")), None, 0, "0 passed, 0 failed, 1 skipped",
                "SKIP x: p:s / a: no card"),
    "no log": ("", None, 1, "0 passed, 1 failed, 0 skipped",
               "FAIL x: ended early or did not build"),
}


def run(top, row):
    """(exit status, lines) of the tally over one part x."""
    first, second, status = row[:3]
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder)
        (results / "x.json").write_text(first)
        (results / "x.rc").write_text(f"{status}\n")
        if second is not None:
            (results / "x.again.json").write_text(second)
        done = subprocess.run([sys.executable, f"{top}/scripts/tally.py", folder, "x"],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


def main():
    """One line for each row that is wrong."""
    wrong = 0
    for name, row in ROWS.items():
        status, lines = run(sys.argv[1], row)
        good = lines and lines[-1] == row[3] and status == row[2]
        if not good or (row[4] and row[4] not in lines):
            print(f"{name}: exit status {status}, said: {lines}")
            wrong += 1
    print(f"{100 - 100 * wrong // len(ROWS)}%: Checks: {len(ROWS)}, Failures: {wrong}, Errors: 0")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
