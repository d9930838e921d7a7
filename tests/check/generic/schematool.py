#!/usr/bin/env python3
"""Compares what the tracer and the bench write for programs with their schemas.

usage: schematool.py TOP [BUILD]

Other JSON is compared where its program is tested (tool.py, plantool.py,
inspecttool.py, launchtool.py, maptool.py). All schemas are sound, a page names
each, and a value that lacks a member, or has one more, is refused. BUILD: the
bench is in it.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

SECONDS = 120
FEW = "videotestsrc num-buffers=12 ! video/x-raw,format=I420,width=640,height=480"
# name, parameters of the tracer beside summary=, line, elements it needs
TRACED = (
    ("nothing asked", "", f"{FEW} ! fakesink", ""),
    ("default", "default=system", f"{FEW} ! queue ! fakesink", ""),
    ("fallback", "default=moonstone", f"{FEW} ! fakesink", ""),
    ("discards", "default=system,report=copies+discards", f"{FEW} ! gdppay ! fakesink", "gdppay"),
    ("plan", "negotiate=true", f"{FEW} ! tee name=t ! queue ! videobalance hue=0.3 ! fakesink t. ! queue ! fakesink",
     "videobalance"),
    ("no plan", "negotiate=true", f"{FEW} ! ksallocator frames=..2 require=error ! queue min-threshold-buffers=3 "
     "! fakesink", ""),
    ("no frames", "negotiate=true", "fakesrc num-buffers=0 ! fakesink", ""),
    ("odd names", "", f"{FEW} ! identity name='a\"b\\\\c' ! fakesink", ""),
)


class Schemas:
    """All schemas by name of file, and what went wrong so far."""

    def __init__(self, top):
        self.top = top
        self.all = {path.name: json.loads(path.read_text(encoding="utf-8"))
                    for path in sorted((top / "docs").glob("*.schema.json"))}
        self.bad = []

    def expect(self, name, true, *what):
        """One more complaint unless it is TRUE."""
        if not true:
            self.bad.append(f"{name}: {' '.join(map(repr, what))}")

    def errors(self, value, file):
        """What is wrong with VALUE by the schema in FILE."""
        resolver = jsonschema.RefResolver(file, self.all[file], store=self.all)
        return list(jsonschema.Draft202012Validator(self.all[file], resolver=resolver).iter_errors(value))

    def valid(self, name, value, file):
        """VALUE is as the schema in FILE has it, and would not be with a member less or more."""
        for error in self.errors(value, file):
            self.expect(name, False, error.message[:500], list(error.absolute_path))
        thing = value[0] if isinstance(value, list) else value
        for member in list(thing):
            had = thing.pop(member)
            self.expect(name, self.errors(value, file), f"{file} has a value without {member}")
            thing[member] = had
        thing["moonstone"] = 1
        self.expect(name, self.errors(value, file), f"{file} has a value with moonstone")
        del thing["moonstone"]


def have(elements):
    """All ELEMENTS are installed."""
    return all(subprocess.run(["gst-inspect-1.0", "--exists", element], check=False).returncode == 0
               for element in elements.split())


def check_schemas(schemas):
    """Each is one, and is named where people read, and installed."""
    pages = "".join(path.read_text(encoding="utf-8") for path in
                    [*(schemas.top / "docs").glob("*.md"), schemas.top / "tests" / "benchmarks" / "README.md"])
    meson = (schemas.top / "docs" / "meson.build").read_text(encoding="utf-8")
    for name, schema in schemas.all.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas.expect(name, name in pages, "is named on no page")
        schemas.expect(name, name in meson, "is not installed")


def check_tracer(schemas, folder):
    """Summaries of lines that end well and badly."""
    for name, parameters, line, needs in TRACED:
        if not have(needs):
            print(f"SKIP: {name}: {needs} is not installed")
            continue
        path = folder / "summary.json"
        env = {**os.environ, "GST_TRACERS": f"ks({parameters}{',' if parameters else ''}summary={path})"}
        env.pop("G_DEBUG", None)
        path.unlink(missing_ok=True)
        done = subprocess.run(f"gst-launch-1.0 -q {line}", shell=True, timeout=SECONDS, check=False, env=env,
                              capture_output=True, encoding="utf-8")
        schemas.expect(name, path.exists(), done)
        if path.exists():
            schemas.valid(name, json.loads(path.read_text(encoding="utf-8")), "summary.schema.json")


def check_bench(schemas, build):
    """Rows that are measured, and before 1.26 rows that are not for this GStreamer."""
    command = [sys.executable, str(schemas.top / "tests" / "benchmarks" / "bench.py"), f"--build={build}", "--json",
               "--pairs=1", "--case=idle-pools-*", "--case=pool-*-1.26"]
    done = subprocess.run(command, timeout=SECONDS, check=False, capture_output=True, encoding="utf-8")
    table = json.loads(done.stdout)
    schemas.expect("bench", done.returncode == 0 and len(table) > 0, done)
    schemas.valid("bench", table, "bench.schema.json")
    done = subprocess.run([*command[:3], "--json=/nowhere/rows.json"], timeout=SECONDS, check=False,
                          capture_output=True, encoding="utf-8")
    schemas.expect("bench into no folder", done.returncode == 2 and "no folder /nowhere" in done.stderr, done)


def main():
    """Exit status 1 if anything is wrong."""
    if not jsonschema:
        print("SKIP: python3-jsonschema is not installed")
        return 77
    schemas = Schemas(pathlib.Path(sys.argv[1]))
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    check_schemas(schemas)
    with tempfile.TemporaryDirectory(prefix="ks-schema-") as folder:
        check_tracer(schemas, pathlib.Path(folder))
    if len(sys.argv) > 2:
        check_bench(schemas, sys.argv[2])
    else:
        print("SKIP: what the bench writes: it is not built (-Dbenchmarks=enabled)")
    print("\n".join(schemas.bad) or "all as expected")
    return 1 if schemas.bad else 0


if __name__ == "__main__":
    sys.exit(main())
