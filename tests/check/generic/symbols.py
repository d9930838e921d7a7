#!/usr/bin/env python3
"""Checks that a library exports nothing but names with our prefix.

usage: symbols.py LIBRARY PREFIX...

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import shutil
import subprocess
import sys

# what linkers and sanitizers add by themselves
FOREIGN = ("_init", "_fini", "_edata", "_end", "__bss_start", "__asan", "__odr_asan", "__ubsan",
           "__tsan", "__sancov")


def main():
    """Exit status 1 if a name is not ours, 77 without nm."""
    library, *prefixes = sys.argv[1:]
    if not shutil.which("nm"):
        print("SKIP: nm (binutils) is not installed")
        return 77
    names = subprocess.run(["nm", "-D", "--defined-only", "--format=just-symbols", library],
                           capture_output=True, text=True, check=True).stdout.split()
    ours = [name for name in names if name.startswith(tuple(prefixes))]
    bad = [name for name in names if name not in ours and not name.startswith(FOREIGN)]
    for name in bad:
        print(f"{library}: exports {name}")
    print(f"{len(ours)} of our names, {len(bad)} others")
    return 1 if bad or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
