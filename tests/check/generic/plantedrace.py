#!/usr/bin/env python3
"""Succeeds only when ThreadSanitizer reports the planted races, and nothing else.

usage: plantedrace.py PROGRAM

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import subprocess
import sys

REPORT = "WARNING: ThreadSanitizer: data race"


def reports(*command):
    """Whether a run was reported, and its whole output."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    return REPORT in done.stderr, done.stdout + done.stderr


def main():
    """Exit status 1 for a race that was missed or one that is not there."""
    for how in ("half", "bare"):
        raced, text = reports(sys.argv[1], how)
        if not raced or "count_bare" not in text:
            print(f"the planted race ({how}) was not reported:", text)
            return 1
    clean_raced, text = reports(sys.argv[1], "clean")
    if clean_raced:
        print("a race was reported where both threads lock:", text)
        return 1
    print("the planted races were reported; the locked run was not")
    return 0


if __name__ == "__main__":
    sys.exit(main())
