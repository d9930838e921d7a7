#!/usr/bin/env python3
"""Checks what a library exports: names with our prefix, and no others than are listed.

usage: symbols.py [--list=FILE] [--fix] LIBRARY PREFIX...

FILE has the names, one a line. What is in it stays where it is: programs are
linked with it. --fix writes it anew.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import pathlib
import shlex
import shutil
import subprocess
import sys

# what linkers and sanitizers add by themselves
FOREIGN = ("_init", "_fini", "_edata", "_end", "__bss_start", "__asan", "__odr_asan", "__ubsan",
           "__tsan", "__sancov")


def exported(library):
    """The names of a library."""
    return subprocess.run(["nm", "-D", "--defined-only", "--format=just-symbols", library],
                          capture_output=True, text=True, check=True).stdout.split()


def compare(path, names):
    """The number of names that are missing or new; each is said, and what to do."""
    listed = path.read_text(encoding="utf-8").split()
    gone = sorted(set(listed) - set(names))
    new = sorted(set(names) - set(listed))
    for name in gone:
        print(f"{path.name}: {name} is listed and no longer exported: programs that call it would not start")
    for name in new:
        print(f"{path.name}: {name} is exported and not listed")
    if gone or new:
        print(f"if that is meant: python3 {sys.argv[0]} --fix {shlex.join(sys.argv[1:])}")
    return len(gone) + len(new)


def main():
    """Exit status 1 if a name is not ours or not listed, 77 without nm."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", type=pathlib.Path)
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("library")
    parser.add_argument("prefix", nargs="+")
    args = parser.parse_args()
    if not shutil.which("nm"):
        print("SKIP: nm (binutils) is not installed")
        return 77
    names = [name for name in exported(args.library) if not name.startswith(FOREIGN)]
    ours = sorted(name for name in names if name.startswith(tuple(args.prefix)))
    bad = sorted(set(names) - set(ours))
    for name in bad:
        print(f"{args.library}: exports {name}")
    if args.list and args.fix:
        args.list.write_text("".join(f"{name}\n" for name in ours), encoding="utf-8")
    elif args.list:
        bad += [""] * compare(args.list, ours)
    print(f"{len(ours)} of our names, {len(bad)} wrong")
    return 1 if bad or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
