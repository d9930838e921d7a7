#!/usr/bin/env python3
"""Checks the page that scripts/breadth.py makes, on results of made-up roots.

usage: breadth.py TOP

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ABOUT = "commit={}\ncommand=./ks check\nlibgstreamer1.0-0{}={}\ngcc=4:12.2.0-3\n"


def log(*rows):
    """Meson's log of (name, result, output)."""
    return "".join(json.dumps({"name": f"ksallocator:{name}" if name else "libs+x - ksallocator:libs/a", "result": result, "stdout": text}) + "\n"
                   for name, result, text in rows)


SKIPPED = ("libs / libs/a", "SKIP", "SKIP: no card | here\n")
PASSED = ("libs / libs/b", "OK", "100%: Checks: 4, Failures: 0, Errors: 0\n")
NEWER = ("", "SKIP", "SKIP: no card | here\n")    # as Meson 1.12 names it
FAILED = ("libs / libs/b", "FAIL", "75%: Checks: 4, Failures: 1, Errors: 0\n")
# root: {file: text}
ROOTS = {
    "old-amd64": {"normal.rc": "0\n", "normal.json": log(SKIPPED, PASSED), "demo.rc": "0\n",
                  "normal.about": ABOUT.format("a1", "", "1.22.0-2+deb12u1")},
    "new-i386": {"normal.rc": "1\n", "normal.json": log(SKIPPED, FAILED), "tsan.rc": "0\n",
                 "tsan.json": log(FAILED), "tsan.again.json": log(PASSED),
                 "clang.rc": "0\n", "clang.json": log(NEWER),
                 "normal.about": ABOUT.format("a1", "t64", "1:1.28.3-1"), "tsan.about": ABOUT.format("b2", "t64", "1.28.3-1")},
    "new-i386/before/1": {"clang.rc": "1\n", "clang.json": log(FAILED),
                          "clang.about": ABOUT.format("a0", "t64", "1.28.3-1")},
    "empty": {"ks-build.log": ""},
}
LINES = """| | new i386 | old amd64 |
| GStreamer | 1.28.3 | 1.22.0 |
| gcc | 12.2.0 | 12.2.0 |
| clang | - | - |
| `normal`: all tests, with gcc | 3 / 1 / 1 | 4 / 0 / 1 |
| `tsan`: threads | 4 / 0 / 0 | - |
| `demo`: `./ks demo` | - | runs |
| commit | a1, b2 | a1 |
* `libs/b`: FAIL (new i386: normal at a1)
* `libs/b`: FAIL (new i386: clang at a0)
* `libs/b`: FAIL at first, then OK (new i386: tsan)
* `libs/a`: no card / here (new i386: clang, normal; old amd64: normal)""".splitlines()


def main():
    """Exit status 1, and what is missing, if a line is not there."""
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results"
        for root, files in ROOTS.items():
            (results / root).mkdir(parents=True)
            for name, text in files.items():
                (results / root / name).write_text(text, encoding="utf-8")
        page = pathlib.Path(folder) / "page.md"
        subprocess.run([sys.executable, f"{sys.argv[1]}/scripts/breadth.py", results, page], check=True)
        lines = page.read_text(encoding="utf-8").splitlines()
    missing = [line for line in LINES if line not in lines]
    for line in missing:
        print(f"no line: {line}")
    if missing:
        print("\n".join(lines))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
