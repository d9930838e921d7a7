#!/usr/bin/env python3
"""Checks that everything public is documented, and that the reference can be made.

usage: reference.py CONFIG CONTENT GIR

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile


def gidocgen(*words):
    """Whether gi-docgen is content; what it says is printed."""
    result = subprocess.run(["gi-docgen", *words], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    print(result.stdout)
    return result.returncode == 0 and "WARNING" not in result.stdout


def main():
    """Exit status 1 if something has no words, 77 without gi-docgen."""
    config, content, gir = sys.argv[1:]
    if not shutil.which("gi-docgen"):
        print("SKIP: gi-docgen is not installed")
        return 77
    if not gidocgen("check", "--config", config, gir):
        return 1
    with tempfile.TemporaryDirectory(prefix="ks-reference-") as folder:
        made = gidocgen("generate", "--quiet", "--no-namespace-dir", "--config", config,
                        "--content-dir", content, "--output-dir", folder, gir)
        return 0 if made and (pathlib.Path(folder) / "overview.html").exists() else 1


if __name__ == "__main__":
    sys.exit(main())
