#!/usr/bin/env python3
"""Compares what gst-device-monitor-1.0 lists with what gst-ks-1.0 inspect says.

usage: devicetool.py PROGRAM

What is here is a device, with what inspect says of it, and nothing else is. The
line that the monitor writes below each device runs, its dots filled in with a
source that needs memory which it can map; but for names of devices with spaces and
the like, which the monitor quotes for GStreamer's parser and not for a shell.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import re
import subprocess
import sys

SECONDS = 100
LINE = re.compile(r"^\tgst-launch-1\.0 \.\.\. ! (ksallocator .*)$", re.M)
FIELDS = ("kind", "device", "framing", "note", "can")


def output(*command):
    """What COMMAND prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8", timeout=SECONDS).stdout


def devices_listed(text):
    """(properties as text, launch line) of each device of TEXT."""
    for part in text.split("Device found:")[1:]:
        line = LINE.search(part)
        found = dict(re.findall(r"^\t\t([\w-]+) = (.*)$", part, re.M))
        found["can"] = re.findall(r"\(string\)([a-z]+)", found["can"])
        yield {field: found.get(field) for field in FIELDS}, line and line.group(1)


def devices_here(program):
    """The same as inspect has it."""
    for kind in json.loads(output(program, "inspect", "--json"))["kinds"]:
        for device in kind["devices"]:
            if device["here"]:
                yield {field: {**device, "kind": kind["kind"]}[field] for field in FIELDS}


def main():
    """Exit status 1 if anything is wrong."""
    listed = list(devices_listed(output("gst-device-monitor-1.0", "Memory")))
    here = list(devices_here(sys.argv[1]))
    bad = []
    if [properties for properties, _ in listed] != here:
        bad.append(f"listed: {listed}\nhere: {here}")
    for properties, line in listed:
        if line and ("map" not in properties["can"] or "\\" in line):
            continue
        done = line and subprocess.run(f"gst-launch-1.0 -q videotestsrc num-buffers=2 ! {line} ! fakesink", shell=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                                       check=False, timeout=SECONDS)
        if not done or done.returncode:
            bad.append(f"{properties}: {line}: {done and done.stdout}")
    print("\n".join(bad) or f"all {len(listed)} devices as expected")
    return 1 if bad or not listed else 0


if __name__ == "__main__":
    sys.exit(main())
