#!/usr/bin/env python3
"""Each of the 128 features of KS's allocators has a test that shows it.

usage: ksrows.py [--list] TOP [PROGRAM=PATH...]

Reads tests/check/data/ks-rows.toml. A test that a row names must be a case that
its source defines and adds, in a program that Meson knows; where built programs
are given, they must say that they have it. --list prints the rows.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tomllib

ROWS = 128
DATA = "tests/check/data/ks-rows.toml"
CHECKS = "tests/check"
NAME = re.compile(r"^([a-z]+/\w+): (\w+)$")
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
DEFINED = re.compile(r"\bGST_START_TEST\s*\(\s*(\w+)\s*\)")
ADDED = re.compile(r"\btcase_add_(?:loop_)?test\s*\(\s*\w+\s*,\s*(\w+)")
SECONDS = 60


class Rows:
    """The rows, and what is wrong with them."""

    def __init__(self, top, programs):
        self.top = top
        self.programs = programs
        self.wrong = []
        self.cases = {}
        meson = (top / CHECKS / "meson.build").read_text(encoding="utf-8")
        lists = re.findall(r"^\s*ks_tests \+?= \[(.*?)\]", meson, re.S | re.M)
        self.known = set(re.findall(r"'([\w/]+)'", "\n".join(lists)))
        generic = (top / CHECKS / "generic/meson.build").read_text(encoding="utf-8")
        self.known |= set(re.findall(r"\btest\('(generic/[\w-]+)'", generic))
        self.rows = self.read()
        for number in sorted(self.rows):
            self.check(number, self.rows[number])

    def read(self):
        """{number: row}; a number that is there twice is an error of TOML itself."""
        try:
            data = tomllib.loads((self.top / DATA).read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            self.wrong.append(f"{DATA}: {error}")
            return {}
        names = {str(number) for number in range(1, ROWS + 1)}
        self.wrong += [f"row {name} is missing" for name in sorted(names - data.keys(), key=int)]
        self.wrong += [f"{name} is no row" for name in sorted(data.keys() - names)]
        return {int(name): data[name] for name in names & data.keys()}

    def check(self, number, row):
        """One row: what it says, and its tests."""
        other = row.keys() - {"ks", "here", "tests"}
        if not row.get("tests"):
            self.wrong.append(f"row {number}: needs tests")
        if other or not row.get("ks") or not row.get("here"):
            self.wrong.append(f"row {number}: has {', '.join(sorted(row))}; needs ks and here")
        for name in row.get("tests", []):
            trouble = self.check_test(name)
            if trouble:
                self.wrong.append(f"row {number}: {name}: {trouble}")

    def check_test(self, name):
        """What keeps NAME from being a test, or None."""
        match = NAME.match(name)
        if not match:
            return "is not written as program: case"
        program, case = match.groups()
        if program not in self.known:
            return "Meson has no such test"
        if program not in self.cases:
            self.cases[program] = self.cases_of(program)
        defined, added, built = self.cases[program]
        if case not in defined:
            return "its source defines no such case"
        if case not in added:
            return "its source never adds that case"
        return "the program that was built does not have it" if case not in built else None

    def cases_of(self, program):
        """(defined, added, built) cases; a Python test's are its functions."""
        if program.startswith("generic/"):
            text = (self.top / CHECKS / f"{program}.py").read_text(encoding="utf-8")
            found = set(re.findall(r"^ *def (\w+)", text, re.M))
            return found, found, found
        text = (self.top / CHECKS / f"{program}.c").read_text(encoding="utf-8")
        text = NO_CODE.sub(" ", text)
        added = set(ADDED.findall(text))
        return set(DEFINED.findall(text)), added, self.built_cases(program, added)

    def built_cases(self, program, otherwise):
        """What the program itself lists; OTHERWISE when it was not given."""
        if program not in self.programs:
            return otherwise
        result = subprocess.run([self.programs[program], "--list-tests"], capture_output=True,
                                text=True, timeout=SECONDS, check=False)
        return set(re.findall(r"^Test: (\w+)$", result.stdout, re.M))


def print_table(rows):
    """All rows for a person."""
    for number in sorted(rows.rows):
        row = rows.rows[number]
        print(f"{number:3}  {row.get('ks', '?')}: {row.get('here', '?')}".replace("`", ""))
        for name in row.get("tests", []):
            print(f"     {name}")
    print()


def print_totals(rows):
    """The closing lines."""
    names = {name for row in rows.rows.values() for name in row.get("tests", [])}
    proven = [row for row in rows.rows.values() if row.get("tests")]
    print(f"{len(proven):3} proven by a test ({len(names)} different ones)")
    print(f"{len(rows.rows):3} of {ROWS}")


def main():
    """Exit status 1 if anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("top", type=pathlib.Path)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM=PATH")
    args = parser.parse_args()
    rows = Rows(args.top.resolve(), dict(text.split("=", 1) for text in args.programs))
    if args.list:
        print_table(rows)
    print_totals(rows)
    print("\n".join(rows.wrong) or "every test that is named exists")
    return 1 if rows.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
