#!/usr/bin/env python3
"""Runs gst-ks-1.0 inspect over kinds that are here and kinds that are not.

usage: inspecttool.py PROGRAM TOP PLUGIN

JSON is as docs/inspect.schema.json has it and says what the lines say. The
kind of PLUGIN is here or not by a variable: its own reason is told word for
word, and it is loaded only when it is asked for.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    jsonschema = None

SECONDS = 120
SYSTEM = ["system", "locked", "huge", "shared"]
REASON = "memory kind 'sample' is not here: the sample card does not answer; unset SAMPLE_IS_BROKEN"
BROKEN = {"SAMPLE_IS_BROKEN": "1"}
# name, arguments, exit status, what the complaint has in it
BAD = (
    ("two kinds", ["system", "huge"], 2, "not also 'huge'"),
    ("a device of nothing", ["--device=0"], 2, "--device=0 is a device of which KIND"),
    ("no such option", ["--frob"], 2, "--frob"),
)
# name, arguments, what the reason has in it
ABSENT = (
    ("unknown kind", ["nope"], "no kind of memory is called 'nope'; there are: system, locked"),
    ("unknown device", ["sample", "--device=left"], "no device 'left'"),
    ("no node", ["system", "--device=x"], "device 'x'"),
)


class Tool:
    """The program, the schema, and what went wrong so far."""

    def __init__(self, program, top):
        self.program = os.path.abspath(program)
        self.schema = json.loads((top / "docs" / "inspect.schema.json").read_text(encoding="utf-8"))
        self.bad = []

    def run(self, *arguments, env=None, **more):
        """(exit status, output, last words)."""
        done = subprocess.run([self.program, "inspect", *arguments], timeout=SECONDS, check=False, encoding="utf-8",
                              env={**os.environ, **(env or {})}, **{"stdin": subprocess.DEVNULL,
                                                                    "stdout": subprocess.PIPE,
                                                                    "stderr": subprocess.PIPE, **more})
        return done.returncode, done.stdout, done.stderr

    def expect(self, name, true, *what):
        """One more complaint unless it is TRUE."""
        if not true:
            self.bad.append(f"{name}: {' '.join(map(repr, what))}")

    def kinds(self, name, *arguments, status=0, env=None):
        """{kind: what is said of it} of the JSON that is printed."""
        got = self.run("--json", *arguments, env=env)
        try:
            value = json.loads(got[1])
        except ValueError as error:
            self.expect(name, False, *got, str(error))
            return {}
        self.expect(name, got[0] == status and got[2] == "", *got)
        if jsonschema:
            for error in jsonschema.Draft202012Validator(self.schema).iter_errors(value):
                self.expect(name, False, "schema:", error.message, list(error.absolute_path))
        return {kind["kind"]: kind for kind in value["kinds"]}


def check_all(tool):
    """All kinds are listed, in lines and in JSON, whether they are here or not."""
    kinds = tool.kinds("all", env=BROKEN)
    status, text, words = tool.run(env=BROKEN)
    tool.expect("all", list(kinds)[:4] == SYSTEM and "sample" in kinds, list(kinds))
    tool.expect("all", status == 0 and words == "", status, words)
    for kind, said in kinds.items():
        tool.expect(kind, f"{kind}: {'here' if said['here'] else 'not here'}" in text, text)
        for device in said["devices"]:
            tool.expect(kind, (device["reason"] or device["framing"]) in text, device, text)
            tool.expect(kind, (device["reason"] is None) == device["here"], device)


def check_here(tool):
    """What a kind says of itself."""
    said = tool.kinds("sample", "sample").get("sample", {"devices": [{}]})
    device = said["devices"][0]
    tool.expect("sample", said["here"] and not said["system"] and len(said["devices"]) == 1, said)
    tool.expect("sample", device["framing"] == "sample, size=1..256M, align=64, flags=can-allocate", device)
    tool.expect("sample", device["can"] == ["bytes", "map"] and device["device"] is None, device)
    shared = tool.kinds("shared", "shared").get("shared", {"devices": [{"can": []}], "traits": []})
    tool.expect("shared", "descriptor" in shared["devices"][0]["can"] and "fd" in shared["traits"], shared)


def check_absent(tool):
    """The reason is the kind's own."""
    said = tool.kinds("broken", "sample", status=1, env=BROKEN).get("sample", {"devices": [{}]})
    tool.expect("broken", said["devices"][0].get("reason") == REASON, said)
    status, text, words = tool.run("sample", env=BROKEN)
    tool.expect("broken", status == 1 and text == f"sample: not here\n  any device: not here\n    {REASON}\n"
                and words == "", status, text, words)
    for name, arguments, reason in ABSENT:
        kind = tool.kinds(name, *arguments, status=1)[arguments[0]]
        tool.expect(name, not kind["here"] and reason in kind["devices"][0]["reason"], kind)


def check_bad(tool):
    """Wrong usage, and output that cannot be written."""
    for name, arguments, status, words in BAD:
        got = tool.run(*arguments)
        tool.expect(name, got[0] == status and got[1] == "" and words in got[2], *got)
    with open("/dev/full", "w", encoding="utf-8") as full:
        got = tool.run("system", stdout=full)
    tool.expect("> /dev/full", got[0] == 1 and "cannot be written: No space" in got[2], *got)


def check_lazy(tool, plugin):
    """Only what is asked for is loaded."""
    env = {"GST_DEBUG": "GST_PLUGIN_LOADING:4", "GST_DEBUG_NO_COLOR": "1"}
    loaded = f"{plugin.name}\" loaded"
    for kind, expected in (("system", False), ("nope", False), ("sample", True)):
        words = tool.run(kind, env=env)[2]
        tool.expect(f"lazy {kind}", (loaded in words) == expected, words)


def main():
    """Exit status 1 if anything is wrong."""
    tool = Tool(sys.argv[1], pathlib.Path(sys.argv[2]))
    plugin = pathlib.Path(sys.argv[3])
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    path = os.environ.get("GST_PLUGIN_PATH_1_0", "")
    os.environ["GST_PLUGIN_PATH_1_0"] = f"{plugin.parent}{os.pathsep}{path}"
    if not jsonschema:
        print("SKIP: JSON is not compared with its schema: python3-jsonschema is not installed")
    for check in (check_all, check_here, check_absent, check_bad):
        check(tool)
    check_lazy(tool, plugin)
    print("\n".join(tool.bad) or "all as expected")
    return 1 if tool.bad else 0


if __name__ == "__main__":
    sys.exit(main())
