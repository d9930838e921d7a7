#!/usr/bin/env python3
"""Checks that includes go downward only.

usage: layers.py TOP

Each layer may include itself and those named here; what plans (2) and what
allocates (3) meet in layer 4. Backends in ext/ see 0, 1 and 3.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import fnmatch
import pathlib
import re
import sys

# file name pattern in gst/ks without suffix: layer. A new file gets a row.
LAYER = {
    "gstkssize": 0,
    "gstkswide": 0,
    "gstkserror": 0,
    "gstksslot": 0,
    "gstksprelude": 0,
    "gstksclock": 0,
    "gstkslock": 0,
    "gstksrange*": 1,
    "gstksratio": 1,
    "gstksframing*": 1,
    "gstkskind": 1,
    "gstksbus": 1,
    "gstkstext*": 1,
    "gstksabi*": 1,
    "gstkswire*": 1,
    "gstksjson*": 1,
    "gstksgraph*": 2,
    "gstkssolver*": 2,
    "gstksplan*": 2,
    "gstksaccount*": 3,
    "gstkskeepers*": 3,
    "gstksstore*": 3,
    "gstksblock*": 3,
    "gstksfd*": 3,
    "gstksdmabuf": 3,
    "gstksimport": 3,
    "gstksrecycler": 3,
    "gstksframe*": 3,
    "gstksguard?*": 3,
    "gstkshuge*": 3,
    "gstksidle*": 3,
    "gstksjanitor*": 3,
    "gstkslimit": 3,
    "gstksmap*": 3,
    "gstksmemorymap": 4,
    "gstksmemory*": 3,
    "gstksnuma*": 3,
    "gstksregistry*": 3,
    "gstksallocator*": 3,
    "gstkssystem*": 3,
    "gstksexternal*": 3,
    "gstksbackend*": 3,
    "gstksgate*": 4,
    "gstksfreeframe*": 4,
    "gstksfunctiontable*": 4,
    "gstkslayout*": 4,
    "gstkspool*": 4,
    "gstkstrail": 4,
    "gstksplace": 4,
    "gstksfeature": 4,
    "gstksholder": 4,
    "gstksheld": 4,
    "gstkswatch*": 4,
    "gstksprefault*": 4,
    "gstksvalidate*": 4,
    "gstksdefault*": 4,
    "gstksquery*": 4,
    "gstkspin*": 4,
    "gstkscarrier*": 4,
    "gstkspadattach": 4,
    "gstksappsrc*": 4,
    "gstksbinding*": 4,
    "gstksnegotiator*": 4,
    "gstksask*": 4,
    "gstksneed": 4,
    "gstkslinkplan": 4,
    "gstksturn": 4,
}
ALLOWED = {
    0: {0},
    1: {0, 1},
    2: {0, 1, 2},
    3: {0, 1, 3},
    4: {0, 1, 2, 3, 4},
}
EXT = {0, 1, 3}
# headers above the layers, for those outside the library
UMBRELLA = {"gstks"}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<](?:gst/ks/)?(gstks\w*)\.h[">]')


def layer_of(stem):
    """Layer of a file of gst/ks by its name, or None."""
    for pattern, layer in LAYER.items():
        if fnmatch.fnmatchcase(stem, pattern):
            return layer
    return None


def included(path):
    """(line number, name without .h) of our own headers that PATH includes."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def check_includes(path, allowed):
    """Complaints about one file's includes; headers beside a backend's own files are its own."""
    for number, stem in included(path):
        if path.with_name(f"{stem}.h").exists() and layer_of(stem) is None:
            continue  # a backend's own
        if stem in UMBRELLA:
            yield f"{path}:{number}: {stem}.h is for users of the library: include what is needed"
        elif layer_of(stem) is None:
            yield f"{path}:{number}: {stem}.h is in no layer: add it to the table in layers.py"
        elif layer_of(stem) not in allowed:
            yield (f"{path}:{number}: {stem}.h is of layer {layer_of(stem)},"
                   f" only {sorted(allowed)} may be included here")


def check_library(folder):
    """Complaints about gst/ks."""
    for path in sorted(folder.glob("*.[ch]")):
        if path.stem in UMBRELLA:
            continue
        layer = layer_of(path.stem)
        if layer is None:
            yield f"{path}:1: in no layer: add it to the table in layers.py"
        else:
            yield from check_includes(path, ALLOWED[layer])


def main():
    """Exit status 1 if anything is wrong."""
    top = pathlib.Path(sys.argv[1]).resolve()
    found = list(check_library(top / "gst" / "ks"))
    for path in sorted((top / "ext").rglob("*.[ch]")):
        found += check_includes(path, EXT)
    print("\n".join(found) or "every include goes downward")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
