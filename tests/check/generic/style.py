#!/usr/bin/env python3
"""Checks what the style rules say and a program can see.

usage: style.py [--report] [--fix] TOP

Every file opens with what it is and its SPDX lines; .c files are as GNU indent
leaves them; functions have at most 80 lines and files 600; nothing is
switched by the preprocessor inside a function. --fix formats the .c files in
place; --report prints what is wrong and succeeds.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import concurrent.futures
import functools
import pathlib
import re
import shutil
import subprocess
import sys

INDENT = """indent --ignore-profile --braces-on-if-line
 --case-brace-indentation0 --case-indentation2 --braces-after-struct-decl-line
 --line-length80 --no-tabs --cuddle-else --dont-line-up-parentheses
 --continuation-indentation4 --honour-newlines --tab-size8 --indent-level2
 --leave-preprocessor-space""".split()
FUNCTION_LINES = 80
FILE_LINES = 600
HEADER_LINES = 24
FOLDERS = ("gst", "ext", "tests", "scripts")
KINDS = (".c", ".h", ".py", ".sh")
CONDITIONAL = re.compile(r"#\s*(if|ifdef|ifndef|elif)\b")


def indented(text):
    """TEXT as GNU indent leaves it after two runs."""
    for _ in range(2):
        text = subprocess.run(INDENT, input=text, capture_output=True,
                              text=True, check=True).stdout
    return text


def indents_as_we():
    """Whether it is 2.2.12: later ones write a pointer's star otherwise."""
    version = subprocess.run(["indent", "--version"], capture_output=True, text=True, check=False)
    return "2.2.12" in version.stdout + version.stderr


def functions(lines):
    """(first, last) line numbers of the bodies: braces in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{" and number > 1 and lines[number - 2].rstrip().endswith(")"):
            start = number
        elif line.startswith("}") and start:
            yield start, number
            start = None


def check_lengths(lines):
    """Sizes of the file and of its functions."""
    if len(lines) > FILE_LINES:
        yield 1, f"file of {len(lines)} lines, {FILE_LINES} are the limit"
    for first, last in functions(lines):
        if last - first + 1 > FUNCTION_LINES:
            yield first, f"function of {last - first + 1} lines, {FUNCTION_LINES} are the limit"
        for number in range(first, last):
            if CONDITIONAL.match(lines[number]):
                yield number + 1, "preprocessor condition inside a function: choose files in Meson"


def check_header(lines):
    """What every file opens with."""
    head = "\n".join(lines[:HEADER_LINES])
    if "SPDX-License-Identifier: LGPL-2.1-or-later" not in head:
        yield 1, "no SPDX-License-Identifier: LGPL-2.1-or-later at the top"
    if "SPDX-FileCopyrightText:" not in head:
        yield 1, "no SPDX-FileCopyrightText at the top"


def check_text(path, lines):
    """Rules for all kinds of files."""
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "space at the end of the line"
        if "\t" in line:
            yield number, "tab"
        if re.match(r"#\s*if\s+0\b", line):
            yield number, "#if 0"
    if path.suffix == ".h" and path.parts[-3:-1] == ("gst", "ks"):
        if "#pragma once" not in lines:
            yield 1, "a header without #pragma once"


def check_format(text):
    """Against GNU indent: the first line that it would change."""
    old, new = text.splitlines(), indented(text).splitlines()
    for number, (mine, theirs) in enumerate(zip(old, new), 1):
        if mine != theirs:
            yield number, f"GNU indent writes: {theirs.strip()!r} (style.py --fix)"
            return
    if len(old) != len(new):
        yield min(len(old), len(new)), "GNU indent adds or drops lines here (style.py --fix)"


def check(path, formats):
    """All complaints about one file; FORMATS: those of GNU indent too."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")[:-1]
    found = []
    if not text.endswith("\n"):
        found.append((len(lines), "no newline at the end"))
    found += check_header(lines)
    found += check_text(path, lines)
    if path.suffix in (".c", ".h", ".py"):
        found += check_lengths(lines)
    if path.suffix == ".c" and formats:
        found += check_format(text)
    return found


def sources(top):
    """The files that the rules are about."""
    for folder in FOLDERS:
        for path in sorted((top / folder).rglob("*")):
            if path.suffix in KINDS and path.is_file():
                yield path
    yield top / "ks"


def fix(path):
    """Formats one file in place."""
    text = path.read_text(encoding="utf-8")
    new = indented(text)
    if new != text:
        path.write_text(new, encoding="utf-8")
        print("formatted", path)


def main():
    """Exit status 1 if anything is wrong, 77 without GNU indent."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("top", type=pathlib.Path)
    args = parser.parse_args()
    if not shutil.which("indent"):
        print("SKIP: GNU indent is not installed")
        return 77
    formats = indents_as_we()
    if not formats:
        print("SKIP: formats of .c files: they are of GNU indent 2.2.12, and this is another")
    files = list(sources(args.top.resolve()))
    if args.fix:
        for path in files:
            if path.suffix == ".c":
                fix(path)
        return 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(functools.partial(check, formats=formats), files))
    bad = 0
    for path, found in zip(files, results):
        for number, complaint in found:
            print(f"{path}:{number}: {complaint}")
            bad += 1
    print(f"{len(files)} files, {bad} complaints")
    return 1 if bad and not args.report else 0


if __name__ == "__main__":
    sys.exit(main())
