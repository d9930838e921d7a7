#!/usr/bin/env python3
"""Runs gst-ks-1.0 decode and encode over good and bad input.

usage: tool.py PROGRAM TOP

What is printed is read back to the same bytes, for every structure, as text
and as JSON. Every truncation and every changed bit of two framings ends with
a result or with one line that has a position and a reason, never with both.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
SIMPLE = (DATA / "simple-framing-ex.bin").read_bytes()
CREATE = (DATA / "create-request.bin").read_bytes()
PROPERTIES = (DATA / "allocator-properties-ex.bin").read_bytes()
ITEM = SIMPLE[24:]
PIPE_END = bytes(range(1, 57))
# structure: bytes of it
STRUCTURES = {
    "KSALLOCATOR_FRAMING": CREATE,
    "KSALLOCATOR_FRAMING/create": CREATE,
    "KSALLOCATOR_FRAMING_EX": SIMPLE,
    "KS_FRAMING_ITEM": ITEM,
    "KS_FRAMING_RANGE": ITEM[56:68],
    "KS_FRAMING_RANGE_WEIGHTED": ITEM[68:],
    "KS_COMPRESSION": SIMPLE[8:20],
    "KSSTREAMALLOCATOR_STATUS": CREATE + bytes.fromhex("03000000 00000000"),
    "KSSTREAMALLOCATOR_STATUS_EX": SIMPLE + bytes.fromhex("02000000 00000000"),
    "KSSTREAM_HEADER": bytes.fromhex("38000000 01000000") + bytes(range(0xd0, 0x100)),
    "PIPE_DIMENSIONS": bytes(range(36)),
    "PIPE_TERMINATION": PIPE_END,
    "ALLOCATOR_PROPERTIES_EX": PROPERTIES,
    "OPTIMAL_WEIGHT_TOTALS": bytes(range(0x70, 0x88)),
}
POSITION = re.compile(r"\b(byte \d+|line \d+)\b")
RANGE = "KS_FRAMING_RANGE\nMinFrameSize = 1\nMaxFrameSize = 2\nStepping = 1\n"
JSON_RANGE = '{"type": "KS_FRAMING_RANGE", "fields": {"MinFrameSize": %s, "MaxFrameSize": 2, "Stepping": 1}%s}'
JSON_POOL = ('{"type": "KSALLOCATOR_FRAMING", "fields": {"RequirementsFlags": [], "PoolType": %s, "Frames": 4, '
             '"FrameSize": 5, "FileAlignment": 0, "Reserved": 0}}')
JSON_EX = ('{"type": "KSALLOCATOR_FRAMING_EX", "fields": {"CountItems": 1, '
           '"FramingItem": [{"MemoryType": %s}]}}')
# name, what encode reads, what its complaint has in it
BAD_TEXT = (
    ("nothing but space", " \n\n", r"line \d+: no structure"),
    ("no such structure", "KSFOO\n", r"line 1, column 1: no structure 'KSFOO'; there are.*KS_COMPRESSION"),
    ("two words", "KS_FRAMING RANGE\n", r"line 1, column 1: expected the name"),
    ("no sign", RANGE.replace("Size = 1", "Size 1"), r"line 2, column 14: expected '='"),
    ("no value", RANGE.replace("Size = 1", "Size ="), r"line 2, column \d+: expected a value"),
    ("no field", RANGE + " = 3\n", r"line 5, column 2: expected the name of a field"),
    ("unknown field", RANGE + "Step = 3\n", r"line 5, column 8: .*no field Step; there are: MinFrameSize"),
    ("twice", RANGE + "Stepping = 3\n", r"line 5, column 12: Stepping .*already, at line 4"),
    ("missing", RANGE.replace("Stepping = 1\n", ""), r"line \d+: .*not complete.*: Stepping$"),
    ("no number", RANGE.replace("= 2", "= two"), r"line 3, column 16: "),
    ("too large", RANGE.replace("= 2", "= 4294967296"), r"line 3, column 16: "),
    ("negative", RANGE.replace("= 2", "= -1"), r"line 3, column 16: "),
    ("fraction", RANGE.replace("= 2", "= 2.5"), r"line 3, column 16: "),
    ("zero byte", RANGE.replace("= 2", "= \0"), r"line 3, column 16: "),
    ("too many items", "KSALLOCATOR_FRAMING_EX\nCountItems = 99999999\n", r"line 2, column 14: "),
    ("fewer items", "KSALLOCATOR_FRAMING_EX\nCountItems = 1\n", r"line \d+: .*FramingItem\[0\].MemoryType"),
    ("cut JSON", JSON_RANGE[:40], r"line 1, column \d+: "),
    ("JSON twice", JSON_RANGE % ("1, \"MinFrameSize\": 2", ""), r"line 1, column \d+: .*MinFrameSize"),
    ("JSON of no type", '{"fields": {}}', r"type: expected"),
    ("JSON of a wrong type", '{"type": "KSFOO", "fields": {}}', r"type: no structure"),
    ("JSON without fields", '{"type": "KS_FRAMING_RANGE"}', r"fields: expected"),
    ("JSON with nothing in it", '{"type": "KS_FRAMING_RANGE", "fields": {}}', r"fields: .*MinFrameSize"),
    ("JSON with more", JSON_RANGE % (1, ', "extra": 1'), r"extra: no such member"),
    ("JSON with a fraction", JSON_RANGE % (1.5, ""), r"fields.MinFrameSize: "),
    ("JSON with a truth", JSON_RANGE % ("true", ""), r"fields.MinFrameSize: "),
    ("JSON too large", JSON_RANGE % (2 ** 32, ""), r"fields.MinFrameSize: "),
    ("JSON far too large", JSON_RANGE % (2 ** 70, ""), r"line 1, column \d+: "),
    ("JSON with no number", JSON_RANGE % ('""', ""), r"fields.MinFrameSize: "),
    ("JSON with an empty list", JSON_RANGE % ("[]", ""), r"fields.MinFrameSize: "),
    ("JSON with a list for a number", JSON_RANGE % ('["4"]', ""), r"fields.MinFrameSize: expected one value"),
    ("JSON with a list for one of several", JSON_POOL % '["PagedPool"]', r"fields.PoolType: expected one value"),
    ("JSON with an empty list for the same", JSON_POOL % "[]", r"fields.PoolType: expected one value"),
    ("JSON with a list for a GUID", JSON_EX % "[]", r"fields.FramingItem\[0\].MemoryType: expected one value"),
    ("JSON with a list for the items' number", JSON_EX.replace('Items": 1', 'Items": ["1"]') % 1,
     r"fields.CountItems: expected one value"),
    ("JSON negative", JSON_RANGE % (-1, ""), r"fields.MinFrameSize: "),
    ("JSON with lists in lists", JSON_RANGE % ("[[1]]", ""), r"fields.MinFrameSize: "),
    ("JSON with two numbers", JSON_POOL % '"1\\n1"', r"fields.PoolType: .*'1 1' is neither"),
    ("JSON of long names, deep", JSON_RANGE % (('{"' + "k" * 100 + '": ') * 900 + "1" + "}" * 900, ""),
     r"fields: a name of more than 200 bytes"),
    ("what a terminal obeys", RANGE.replace("= 2", "= \33[2J"), r"line 3, column 16: .*' \[2J'"),
    ("JSON with objects and more", JSON_RANGE % ("[{}, 1]", ""), r"fields.MinFrameSize\[1\]: "),
)


def items(count):
    """The bytes of a framing of COUNT items."""
    return count.to_bytes(4, "little") + SIMPLE[4:24] + ITEM * count


# name, arguments, standard input, exit status, what the complaint has in it
BAD_RUNS = (
    ("no command", [], b"", 2, "which command"),
    ("unknown command", ["frobnicate"], b"", 2, "frobnicate.*decode, encode, graph, inspect, launch"),
    ("unknown option", ["decode", "--frob"], b"", 2, "--frob"),
    ("unknown type", ["decode", "--type=KSFOO"], b"", 2, "KSFOO.*KS_COMPRESSION"),
    ("unknown direction", ["decode", "--direction=up"], b"", 2, "up"),
    ("a type without direction", ["decode", "--type=ks_compression", "--direction=query"], b"", 2,
     r"--direction=query .*--type=KS_COMPRESSION; .*: KSALLOCATOR_FRAMING .*, KSALLOCATOR_FRAMING/create"),
    ("a type of the other direction", ["decode", "--type=KSALLOCATOR_FRAMING/create", "--direction=query"], b"", 2,
     "KSALLOCATOR_FRAMING/create; types with a direction: "),
    ("a direction and another size", ["decode", "--direction=create"], SIMPLE, 1, "byte 24: "),
    ("hex and raw", ["decode", "--hex", "--raw"], b"", 2, "either"),
    ("two files", ["decode", "a", "b"], b"", 2, "'b'"),
    ("no such file", ["decode", "not/there"], b"", 1, "not/there: cannot be opened: No such file"),
    ("a folder", ["decode", "/"], b"", 1, "cannot be read"),
    ("empty", ["decode"], b"", 1, "standard input: empty"),
    ("empty text", ["encode"], b"", 1, "standard input: empty"),
    ("no digits", ["decode"], b" \n", 1, "line 2, column 1: no digits"),
    ("half a byte", ["decode"], b"000", 1, "line 1, column 4: .*one digit"),
    ("no digit", ["decode", "--hex"], b"00 0g", 1, "line 1, column 5: no hexadecimal"),
    ("no such size", ["decode"], b"\0" * 13, 1, "byte 13: .*no structure.*KS_COMPRESSION"),
    ("two of that size", ["decode"], b"\0" * 12, 1, "byte 12: .*KS_FRAMING_RANGE, KS_COMPRESSION"),
    ("huge", ["decode"], b"\0" * (2 ** 24 + 1), 1, "more than 16777216 bytes"),
    ("huge text", ["encode"], b"\n" * (2 ** 24 + 1), 1, "more than 16777216 bytes"),
    ("too many items", ["decode", "--raw"], items(4097), 1, "byte 0: CountItems 4097 is above the limit of 4096"),
)

# The framing, more arguments, the bytes in digits, what is said of them
FRAMINGS = (
    ("locked, size=64k, frames=..4, align=64", ["--direction=create"], CREATE.hex(), None),
    ("locked, size=64k, frames=..4, align=64", ["--type=ksallocator_framing/create"], CREATE.hex(), None),
    ("locked, prefer=8k, frames=2.., flags=preferences-only", [], SIMPLE.hex(), None),
    ("locked, prefer=8k, frames=2..", ["--type=KSALLOCATOR_FRAMING"],
     "020000000000000002000000002000000000000000000000", None),
    ("locked, prefer=8k, frames=2..", ["--direction=query"], "020000000000000002000000002000000000000000000000", None),
    ("locked, prefer=8k, frames=2..4, flags=preferences-only", ["--type=KSALLOCATOR_FRAMING_EX"], SIMPLE.hex(),
     r"--framing: not all of it can be said: it reads back as 'locked, .*frames=2\.\., "),
    ("locked, size=64k, prefix=16, padding=16, frames=..4, align=64", ["--direction=create"],
     CREATE.hex().replace("00000100", "20000100"), r"--framing: not all of it can be said: .*'locked, "),
)
# the same, the exit status, what the complaint has in it
BAD_FRAMINGS = (
    ("locked, sise=64k", [], 1, r"--framing: column 9: .*sise"),
    ("", [], 1, r"--framing: column 1: "),
    ("locked, size=1..2", ["--direction=create"], 1, r"--framing: .*fixate"),
    ("locked, size=8G", ["--direction=create"], 1, r"--framing: size: 8589934592 "),
    ("locked; system, weight=-1", [], 1, r"--framing: item 2: weight: -1"),
    ("locked", ["--type=KS_COMPRESSION"], 2, r"KS_COMPRESSION is no framing; .*KSALLOCATOR_FRAMING_EX"),
    ("locked", ["--type=KSFOO"], 2, r"KSFOO.*KS_COMPRESSION"),
    ("locked", ["--direction=create", "--type=KSALLOCATOR_FRAMING_EX"], 2, r"--type=KSALLOCATOR_FRAMING_EX; .*direction"),
    ("locked", ["framing.txt"], 2, r"either --framing or FILE.*'framing.txt'"),
)


class Tool:
    """The program, and what it did wrong so far."""

    def __init__(self, program):
        self.program = program
        self.bad = []

    def run(self, arguments, data=b"", **more):
        """(exit status, output, last words)."""
        done = subprocess.run([self.program, *arguments], input=data, timeout=60, check=False,
                              stderr=subprocess.PIPE, **{"stdout": subprocess.PIPE, **more})
        return done.returncode, done.stdout, done.stderr.decode()

    def expect(self, name, true, *what):
        """One more complaint unless it is TRUE."""
        if not true:
            self.bad.append(f"{name}: {' '.join(map(repr, what))}")

    def expect_error(self, name, got, status, pattern):
        """One line that says why, and no output."""
        words = got[2]
        self.expect(name, got[0] == status, "exit status", got[0], words)
        self.expect(name, not got[1], "output all the same", got[1])
        self.expect(name, words.endswith("\n") and words.count("\n") == 1, "not one line", words)
        self.expect(name, words.startswith("gst-ks-1.0") and re.search(pattern, words), "says", words)

    def round_trip(self, name, data, arguments):
        """decode, then encode."""
        status, text, words = self.run(["decode", "--raw", *arguments], data)
        self.expect(name, status == 0 and not words, status, words)
        status, again, words = self.run(["encode"], text)
        self.expect(name, status == 0 and not words, status, words, text)
        self.expect(name, again == data, "came back as", again.hex(), "was", data.hex())
        return text


def check_structures(tool, top):
    """Every structure, as text and JSON; and the schema names all of them."""
    schema = json.loads((top / "docs" / "wire.schema.json").read_text(encoding="utf-8"))
    tool.expect("schema", set(schema["properties"]["type"]["enum"]) == set(STRUCTURES), "types")
    for name, data in STRUCTURES.items():
        for extra in (bytes(len(data)), data) if name != "KSSTREAM_HEADER" else (data,):
            if name in ("KSALLOCATOR_FRAMING_EX", "KSSTREAMALLOCATOR_STATUS_EX") and not any(extra):
                continue
            text = tool.round_trip(name, extra, [f"--type={name}"]).decode()
            tool.expect(name, text.split("\n")[0] == name, "first line", text)
            text = tool.round_trip(name, extra, [f"--type={name}", "--json"])
            if jsonschema:
                jsonschema.validate(json.loads(text), schema)
    tool.round_trip("no items", bytes(24), ["--type=KSALLOCATOR_FRAMING_EX"])
    tool.round_trip("no items, JSON", bytes(24), ["--type=KSALLOCATOR_FRAMING_EX", "--json"])
    tool.round_trip("three items", b"\3" + SIMPLE[1:] + ITEM * 2, [])
    tool.round_trip("three items, JSON", b"\3" + SIMPLE[1:] + ITEM * 2, ["--json"])
    tool.round_trip("as many items as there can be", items(4096), [])
    tool.round_trip("as many items as there can be, JSON", items(4096), ["--json"])
    for name, text in (("text", RANGE), ("JSON", JSON_RANGE % (1, ""))):
        for ending in ("\n", "\r\n"):
            marked = b"\xef\xbb\xbf" + text.replace("\n", ending).encode()
            tool.expect(f"{name} of an editor", tool.run(["encode", "--hex"], marked)[1]
                        == b"01000000 02000000 01000000\n", marked)
    extended = b"\x3b" + STRUCTURES["KSSTREAM_HEADER"][1:] + b"\xab\xcd\xef"
    text = tool.round_trip("extension", extended, ["--type=KSSTREAM_HEADER"]).decode()
    tool.expect("extension", "\nExtension = abcdef\n" in text, text)
    tool.round_trip("extension, JSON", extended, ["--type=KSSTREAM_HEADER", "--json"])
    for wrong in ("abcd", "abcdefab", "abcdeg", "abcde"):
        got = tool.run(["encode"], text.replace("= abcdef", "= " + wrong).encode())
        tool.expect_error(f"extension {wrong}", got, 1, r"line 13, column 13: Extension: expected 3 bytes")
    got = tool.run(["encode"], text.replace("Extension", "#").encode())
    tool.expect_error("no extension", got, 1, r"line \d+: .*not complete.*: Extension$")
    if not jsonschema:
        print("SKIP: JSON is not compared with its schema: python3-jsonschema is not installed")


def check_golden(tool):
    """What the two framings of the documentation mean."""
    status, text, _ = tool.run(["decode"], SIMPLE)
    lines = text.decode().split("\n")
    tool.expect("golden", status == 0 and lines[0] == "KSALLOCATOR_FRAMING_EX", lines[0])
    for line in ("CountItems = 1", "OutputCompression.RatioDenominator = 1",
                 "FramingItem[0].MemoryType = KSMEMORY_TYPE_KERNEL_NONPAGED",
                 "FramingItem[0].Frames = 2",
                 "FramingItem[0].FramingRange.Range.MaxFrameSize = 8192",
                 "# framing: locked, prefer=8k, frames=2.., flags=preferences-only"):
        tool.expect("golden", line in lines, line, "is not in", lines)
    flags = next(line for line in lines if line.startswith("FramingItem[0].Flags = "))
    tool.expect("golden", "SYSTEM_MEMORY" in flags and "PREFERENCES_ONLY" in flags, flags)
    printed = json.loads(tool.run(["decode", "--json"], SIMPLE)[1])
    tool.expect("golden, JSON", printed.get("framing", "").startswith("locked,"), printed)
    tool.expect("golden, JSON", printed["complaints"] == [], printed)
    wrong = bytearray(SIMPLE)
    wrong[66] = wrong[4] = 1
    for arguments in ([], ["--json"]):
        text_of_wrong = tool.run(["decode", *arguments], bytes(wrong))[1].decode()
        tool.expect("complaints", re.search(r"byte 4: PinFlags.*\n.*byte 64: FramingItem\[0\].Flags",
                                            text_of_wrong), text_of_wrong)
    for data in (SIMPLE.hex(), SIMPLE.hex(" ", 4).upper() + "\n"):
        tool.expect("golden in digits", tool.run(["decode"], data.encode())[1] == text)
    digits = tool.run(["encode", "--hex"], text)[1].decode()
    tool.expect("digits", bytes.fromhex(digits) == SIMPLE, digits)
    for arguments in (["--type=KSALLOCATOR_FRAMING", "--direction=create"], ["--type=ksallocator_framing/Create"],
                      ["--type=KSALLOCATOR_FRAMING/create", "--direction=create"], ["--direction=create"]):
        text = tool.run(["decode", *arguments], CREATE)[1]
        tool.expect(f"create by {arguments}", text.startswith(b"KSALLOCATOR_FRAMING/create\n"), text)
    text = tool.run(["decode", "--type=ksallocator_framing", "--direction=query"], CREATE)[1]
    tool.expect("query", text.startswith(b"KSALLOCATOR_FRAMING\n"), text)
    status, text, words = tool.run(["decode", "--direction=create"], CREATE)
    tool.expect("create", text.startswith(b"KSALLOCATOR_FRAMING/create\n"), text, words)
    tool.expect("create", b"\n# framing: locked, size=64k, frames=..4, align=64\n" in text, text)
    tool.expect("create", b"OptionsFlags = " in text and b"Frames = 4\n" in text, text)


def damaged():
    """(name, structure, bytes): every truncation and every changed bit."""
    for structure, data in (("KSALLOCATOR_FRAMING_EX", SIMPLE), ("KSALLOCATOR_FRAMING/create", CREATE)):
        for size in range(1, len(data)):
            yield f"{structure}, {size} bytes", structure, data[:size]
        for bit in range(len(data) * 8):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            yield f"{structure}, bit {bit}", structure, bytes(changed)


def check_damaged(tool):
    """A result that leads back to the bytes, or a position and a reason."""
    def one(row):
        name, structure, data = row
        got = tool.run(["decode", "--raw", f"--type={structure}"], data)
        if got[0]:
            tool.expect_error(name, got, 1, r"byte \d+: ")
            return
        status, again, words = tool.run(["encode"], got[1])
        tool.expect(name, status == 0 and again == data, words, again.hex())

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, damaged()))


def check_bad(tool):
    """What cannot be: one line, no output."""
    for name, text, pattern in BAD_TEXT:
        tool.expect_error(name, tool.run(["encode"], text.encode()), 1, "encode: standard input: " + pattern)
    for name, arguments, data, status, pattern in BAD_RUNS:
        tool.expect_error(name, tool.run(arguments, data), status, pattern)
    text = tool.run(["decode"], SIMPLE)[1].decode().rstrip("\n").split("\n")
    for cut in range(1, len(text)):
        if text[cut].startswith("#"):
            break
        got = tool.run(["encode"], "\n".join(text[:cut]).encode())
        tool.expect_error(f"{cut} lines", got, 1, r"line \d+: .*missing")


def check_framings(tool):
    """Framings of ours become KS's bytes; what is lost is said."""
    for text, arguments, digits, words in FRAMINGS:
        name = f"{text} {arguments}"
        status, data, said = tool.run(["encode", "--framing=" + text, *arguments])
        tool.expect(name, status == 0 and data.hex() == digits, status, data.hex(), said)
        tool.expect(name, re.search(words, said) and said.count("\n") == 1 if words else not said, "says", said)
    for text, arguments, status, pattern in BAD_FRAMINGS:
        got = tool.run(["encode", "--framing=" + text, *arguments])
        tool.expect_error(f"{text} {arguments}", got, status, pattern)
    for argument in ("--type=KSALLOCATOR_FRAMING_EX", "--direction=create"):
        tool.expect_error(argument, tool.run(["encode", argument], RANGE.encode()), 2, "are for --framing")


def check_output(tool, folder):
    """Output that cannot be written is an error, and a broken pipe none to hang in."""
    path = folder / "golden.bin"
    path.write_bytes(SIMPLE)
    (folder / "golden.txt").write_bytes(tool.run(["decode", str(path)])[1])
    for command, name in (("decode", path), ("encode", folder / "golden.txt")):
        with open("/dev/full", "wb") as full:
            got = tool.run([command, str(name)], stdout=full)
        tool.expect_error(f"{command} > /dev/full", got, 1, "standard output cannot be written: No space")
        got = tool.run([command, str(name)], stdout=None, preexec_fn=lambda: os.close(1))
        tool.expect_error(f"{command} >&-", got, 1, "standard output cannot be written: Bad file")
    tool.expect("input", path.read_bytes() == SIMPLE, "was changed")


def check_help(tool):
    """Help goes to standard output and succeeds."""
    for arguments, words in ((["--help"], "decode"), (["-h"], "encode"), (["--version"], "gst-ks-1.0 "),
                             (["decode", "--help"], "--type"), (["encode", "--help"], "Examples")):
        status, text, complaint = tool.run(arguments)
        tool.expect(f"{arguments}", status == 0 and not complaint, status, complaint)
        tool.expect(f"{arguments}", words in text.decode(), text)


def main():
    """Exit status 1 if anything is wrong."""
    tool = Tool(sys.argv[1])
    top = pathlib.Path(sys.argv[2])
    os.environ["LC_ALL"] = "C.UTF-8"
    check_help(tool)
    check_structures(tool, top)
    check_golden(tool)
    check_bad(tool)
    check_framings(tool)
    with tempfile.TemporaryDirectory(prefix="ks-tool-") as folder:
        check_output(tool, pathlib.Path(folder))
    check_damaged(tool)
    print("\n".join(tool.bad) or "all as expected")
    return 1 if tool.bad else 0


if __name__ == "__main__":
    sys.exit(main())
