#!/usr/bin/env python3
"""Checks that everything public is documented, as gi-docgen sees it.

usage: reference.py CONFIG GIR

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import shutil
import subprocess
import sys


def main():
    """Exit status 1 if something has no words, 77 without gi-docgen."""
    config, gir = sys.argv[1:]
    if not shutil.which("gi-docgen"):
        print("SKIP: gi-docgen is not installed")
        return 77
    result = subprocess.run(
        ["gi-docgen", "check", "--config", config, gir],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(result.stdout)
    bad = result.returncode != 0 or "WARNING" in result.stdout
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
