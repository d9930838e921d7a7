#!/usr/bin/env python3
"""Every KS name of our headers is in docs/ks.md, and that page names nothing that is not.

usage: ksnames.py TOP

A KS name is a constant or macro GST_NAME of gst/ks/gstksabi*.h, or a structure
or field of the table in gst/ks/gstksabitable.c. The page names it as `NAME`; in
a table with a column "value" it has the value of the header.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re
import sys

from docs import Page

PAGE = "docs/ks.md"
# what the headers define for their own use
OWN = re.compile(r"^(STATIC_|KS_ABI_|KS_API|KS_TYPE_ABI)")
DEFINE = re.compile(r"^#define GST_(\w+)(\([^)]*\))?(?:[ \t]+(\S+))?", re.M)
INLINE = re.compile(r"^GST_(\w+) \(", re.M)
STRUCTURE = re.compile(r'^  \{"(\w+)(?:/\w+)?", \w+, FIELDS', re.M)
FIELD = re.compile(r'^  [A-Z]+ \("([A-Za-z]+)', re.M)
TICKED = re.compile(r"`([^`]+)`")
VALUE = re.compile(r"^(0x[0-9a-fA-F]+|\d+)U?$")
OURS = re.compile(r"\b(gst_ks_\w+|GST_KS_\w+|GstKs[A-Z]\w*)")


def read(folder, pattern):
    """The texts of all files, one after the other."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))


def ks_names(top):
    """{name: value or None} of all that the headers take from KS."""
    folder = top / "gst/ks"
    text = read(folder, "gstksabi*.h")
    names = {}
    for name, arguments, value in DEFINE.findall(text):
        if not OWN.match(name):
            match = VALUE.match(value)
            names[name] = int(match.group(1), 0) if match and not arguments else None
    names |= {name: None for name in INLINE.findall(text)}
    table = read(folder, "gstksabitable.c")
    return names | {name: None for name in STRUCTURE.findall(table) + FIELD.findall(table)}


def ticked(page):
    """All that the page has in back ticks, outside of blocks."""
    return {name for _, line in page.prose() for name in TICKED.findall(line)}


def told_names(page):
    """The names among it, also as STRUCTURE.Field."""
    return {part for name in ticked(page) for part in re.findall(r"\w+", name)}


def told_values(page):
    """(line number, name, value) of all rows with a name and a number."""
    for number, line in page.prose():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        names = TICKED.findall(cells[0]) if cells else []
        if len(cells) > 1 and len(names) == 1 and VALUE.match(cells[1]):
            yield number, names[0], int(cells[1], 0)


def test_names(top):
    """What is wrong with the page."""
    page = Page(top, top / PAGE)
    names, told = ks_names(top), told_names(page)
    wrong = [f"{PAGE} does not have {name}" for name in sorted(names.keys() - told)]
    for number, name, value in told_values(page):
        if name not in names:
            wrong.append(f"{PAGE}:{number}: {name} is not in our headers")
        elif names[name] is not None and names[name] != value:
            wrong.append(f"{PAGE}:{number}: {name} is {names[name]:#x}")
    print(f"{len(names)} names of KS")
    return wrong


def test_ours(top):
    """Functions, types and constants of ours that are nowhere."""
    page = Page(top, top / PAGE)
    headers = read(top / "gst/ks", "*.h") + read(top / "gst/kscheck", "*.h")
    known = set(re.findall(r"\w+", headers))
    told = {name for text in ticked(page) for name in OURS.findall(text)}
    print(f"{len(told)} names of ours")
    return [f"{PAGE}: there is no {name}" for name in sorted(told - known)]


def main():
    """Exit status 1 if anything is wrong."""
    top = pathlib.Path(sys.argv[1]).resolve()
    wrong = test_names(top) + test_ours(top)
    print("\n".join(wrong) or "all so")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
