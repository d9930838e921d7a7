#!/usr/bin/env python3
"""Compares our structures and constants of KS with the headers of mingw-w64.

usage: mingw.py ABITABLE

ABITABLE is the program that prints ours. A C probe made of its lines puts what
the headers say into an object file; that is read, nothing of it is run. What
the headers lack must be in MISSING. Without the compiler the test is skipped.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

COMPILER = "x86_64-w64-mingw32-gcc"

# Two worlds that do not mix: what drivers include, and what programs include.
HEADERS = {
    "driver": ["ddk/wdm.h", "windef.h", "ntstatus.h", "ks.h", "initguid.h", "ddk/wdmguid.h"],
    "program": ["windows.h", "ks.h", "ksmedia.h", "ksproxy.h"],
}
# names that only drivers know
DRIVER = re.compile(r"(STATUS_|FILE_|GUID_(BUS|61883)|KSEVENTF_|(Non)?PagedPool$"
                    r"|KSPROPERTY_STREAMALLOCATOR)")

# Newer kits have these; mingw-w64 10 does not. A later one may: then they are
# compared.
NEWER = "newer than the headers"
OTHER = "in a header that mingw-w64 does not have"
PLUS = "only for C++"
OURS = "KS has it only as a string"
MISSING = {
    "KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY_CUSTOM_ALLOCATION": NEWER,
    "KSALLOCATOR_FLAG_ENABLE_CACHED_MDL": NEWER,
    "KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED": NEWER,
    "KS_CAPTURE_ALLOC_SECURE_BUFFER": NEWER,
    "KSSTREAM_HEADER_OPTIONSF_FRAMEINFO": NEWER,
    "KSSTREAM_HEADER_OPTIONSF_PERSIST_SAMPLE": NEWER,
    "KSSTREAM_HEADER_OPTIONSF_SAMPLE_PERSISTED": NEWER,
    "KSSTREAM_HEADER_OPTIONSF_TRACK_COMPLETION_NUMBERS": NEWER,
    "KSSTREAM_HEADER_OPTIONSF_SECUREBUFFERTRANSFER": NEWER,
    "KSPROPSETID_PinMDLCacheClearProp": NEWER,
    "GUID_BUS_TYPE_ACPI": NEWER,
    "GUID_BUS_TYPE_SW_DEVICE": NEWER,
    "GUID_BUS_TYPE_SCM": NEWER,
    "GUID_61883_CLASS": OTHER,
    "KsPeekOperation_PeekOnly": PLUS,
    "KsPeekOperation_AddRef": PLUS,
    "KSNAME_AllocatorEx": OURS,
}
# bytes without a name: the fields around them show where they are
NAMELESS = {"(padding)"}

UNDECLARED = re.compile(r"['‘](?:STATIC_)?(\w+)['’] undeclared")


class Row:
    """One thing to compare: what we say, and the C that says it there."""

    def __init__(self, words):
        self.kind, *rest = words
        self.name = ".".join(rest[:2]) if self.kind == "field" else rest[0]
        self.rest = rest
        self.symbol = ""

    def world(self):
        """Which headers have it."""
        return "driver" if DRIVER.match(self.name) else "program"

    def source(self, symbol):
        """Definition of SYMBOL."""
        self.symbol = symbol
        owner, number = self.rest[0], f"const unsigned long long {symbol}"
        if self.kind == "struct":
            return f"{number} = sizeof ({owner});"
        if self.kind == "field":
            path = self.rest[1]
            return (f"{number}[] = {{ offsetof ({owner}, {path}),"
                    f" sizeof ((({owner} *) 0)->{path}) }};")
        if self.kind == "number":
            return f"{number} = (unsigned long) {owner};"
        if self.kind == "string":
            return f"const wchar_t {symbol}[] = {owner};"
        if owner.startswith("GUID_BUS") or owner.startswith("GUID_61883"):
            self.symbol = owner
            return f"const GUID *const {symbol} = &{owner};"
        return f"const GUID {symbol} = {{ STATIC_{owner} }};"

    def bytes(self):
        """What the probe has to have at the symbol if we are right."""
        if self.kind == "guid":
            return bytes.fromhex(self.rest[1])
        if self.kind == "string":
            return self.rest[1].encode("utf-16-le")
        numbers = [int(word) for word in self.rest[2 if self.kind == "field" else 1:]]
        return struct.pack(f"<{len(numbers)}Q", *numbers)


def compile_probe(world, rows, output):
    """What gcc says about a probe for ROWS; output None: only looks at it."""
    lines = ["#include <stddef.h>"] + [f"#include <{name}>" for name in HEADERS[world]]
    lines += [row.source(f"probe_{number}") for number, row in enumerate(rows)]
    mode = ["-c", "-o", output] if output else ["-fsyntax-only"]
    result = subprocess.run([COMPILER, "-x", "c", "-w", "-O0", *mode, "-"], text=True,
                            input="\n".join(lines) + "\n", capture_output=True,
                            env={**os.environ, "LC_ALL": "C"}, check=False)
    return result.returncode, result.stderr


def symbols(path):
    """{name: bytes from there to the section's end} of a COFF object."""
    data = pathlib.Path(path).read_bytes()
    _, n_sections, _, table, n_symbols = struct.unpack_from("<HHIII", data)
    sections = []
    for number in range(n_sections):
        size, start = struct.unpack_from("<II", data, 20 + 40 * number + 16)
        sections.append(data[start:start + size])
    strings = table + 18 * n_symbols
    found = {}
    number = 0
    while number < n_symbols:
        at = table + 18 * number
        name, value, section, _, _, more = struct.unpack_from("<8sIhHBB", data, at)
        if name[:4] == b"\0\0\0\0":
            begin = strings + struct.unpack("<I", name[4:])[0]
            name = data[begin:data.index(b"\0", begin)]
        if section > 0:
            found[name.rstrip(b"\0").decode()] = sections[section - 1][value:]
        number += 1 + more
    return found


def compare(world, rows, folder):
    """Complaints about one world, and how many rows were compared."""
    _, said = compile_probe(world, rows, None)
    absent = set(UNDECLARED.findall(said))
    found = [f"{name}: the headers lack it; is it in MISSING?"
             for name in sorted(absent - set(MISSING))]
    rows = [row for row in rows if row.name not in absent]
    path = str(folder / f"{world}.o")
    status, said = compile_probe(world, rows, path)
    if status != 0:
        return found + [f"the probe for a {world} does not compile:\n{said}"], 0
    there = symbols(path)
    for row in rows:
        wanted = row.bytes()
        got = there[row.symbol][:len(wanted)]
        if got != wanted:
            found.append(f"{row.kind} {row.name}: {wanted.hex()} here,"
                         f" {got.hex()} in the headers")
    return found, len(rows)


def main():
    """Exit status 1 if anything differs, 77 without the compiler."""
    if not shutil.which(COMPILER):
        print(f"SKIP: {COMPILER} is not installed (Debian: gcc-mingw-w64-x86-64-win32)")
        return 77
    printed = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    rows = [Row(line.split("\t")) for line in printed.splitlines()]
    rows = list({(row.kind, row.name): row for row in rows
                 if row.kind != "field" or row.rest[1] not in NAMELESS}.values())
    found, compared = [], 0
    with tempfile.TemporaryDirectory(prefix="ks-mingw-") as folder:
        for world in HEADERS:
            some = [row for row in rows if row.world() == world]
            complaints, n_rows = compare(world, some, pathlib.Path(folder))
            found += complaints
            compared += n_rows
    print("\n".join(found) or "no difference")
    print(f"{compared} of {len(rows)} compared")
    return 1 if found or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
