#!/usr/bin/env python3
"""What gst-inspect-1.0 shows of the plugin: element, tracer, all properties.

usage: ksinspect.py TOP PLUGIN-FILE

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re
import shutil
import subprocess
import sys

from docs import Page, rows_of

FEATURES = ("ksallocator: ", "ks (GstTracerFactory)")


def inspect(name):
    """The lines that gst-inspect-1.0 prints for NAME."""
    done = subprocess.run(["gst-inspect-1.0", name], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def test_shown(top, plugin):
    """What is not shown of all that docs/using.md has in its table."""
    features = [line.strip() for line in inspect(plugin)]
    shown = {match.group(1): line for line in inspect("ksallocator")
             if (match := re.match(r"  ([a-z-]+) +: ", line))}
    told = rows_of(Page(top, top / "docs" / "using.md"), "Properties of")
    bad = [f"the element does not show {name}" for name in sorted(told.keys() - shown.keys())]
    bad += [f"the plugin does not show {name}" for name in FEATURES
            if not any(line.startswith(name) for line in features)]
    return bad + ([] if told else ["docs/using.md has no table of properties"])


def main():
    """Exit status 1 when something is not shown."""
    if not shutil.which("gst-inspect-1.0"):
        print("SKIP: gst-inspect-1.0 is not installed")
        return 77
    bad = test_shown(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2])
    print("\n".join(bad) or "all is shown")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
