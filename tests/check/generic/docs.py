#!/usr/bin/env python3
"""Checks that what the documentation says is so.

usage: docs.py [--fix] [--only WORD] [--blocks PLACE] TOP

Every command in a ```sh block is run, in an empty folder with a `ks` that runs
its command in the environment of this test; what ends with & runs beside the
rest of its block. A block below a line `<!-- run by PLACE: reason -->` is left
to that test, which asks for it with --blocks, and one below `<!-- not run:
reason -->` is listed instead. Links lead somewhere, files that
are named exist, tables of properties and fields are those of the element,
example programs are shown as they are, pictures are what is drawn. --fix
writes examples and pictures anew; --only runs the checks of that name.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SECONDS = 120
FENCE = re.compile(r"^```(\w*)\s*$")
NOT_RUN = re.compile(r"^<!-- not run: (.+) -->$")
ELSEWHERE = re.compile(r"^<!-- (run|begun) by ([^:]+): (.+) -->$")
EXAMPLE = re.compile(r"^<!-- program: (\S+) -->$")
LINKED = re.compile(r"\]\(\.\./(tests/examples/\S+)\)")
LINK = re.compile(r"(?:\]\(|src=\"|srcset=\")([^)\"\s]+)")
NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:c|h|py|md|sh|svg|toml|build)|(?:[\w.-]+/)+)`")
ROW = re.compile(r"^\| `([\w-]+)` \| ([^|]*) \|")
# Some distributions build GStreamer without Vulkan; it has unixfd since 1.24, and CUDA's elements where there is a GPU.
VULKAN = re.compile(r"\b(?:vulkan[a-z]{4,}|unixfd[a-z]+|cuda[a-z]{4,})\b")
KIND = re.compile(r"\b(?:memory=|framing=\"?)([a-z-]+)")
LATER = "What is not there yet"
ABSENT = ("planner",)


class Page:
    """A page and its blocks."""

    def __init__(self, top, path):
        self.path = path
        self.name = str(path.relative_to(top))
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.blocks = list(self.read_blocks())

    def read_blocks(self):
        """(line number of the fence, language, line before it, lines) of each block."""
        start = None
        for number, line in enumerate(self.lines):
            match = FENCE.match(line)
            if match and start is None:
                start = (number, match.group(1))
            elif match:
                before = self.lines[start[0] - 1] if start[0] else ""
                yield start[0] + 1, start[1], before, self.lines[start[0] + 1:number]
                start = None

    def prose(self):
        """(line number, line) outside of blocks."""
        inside = False
        for number, line in enumerate(self.lines, 1):
            if FENCE.match(line):
                inside = not inside
            elif not inside:
                yield number, line

    def section(self, title):
        """The lines below a heading that has TITLE in it, up to the next one."""
        found, depth = [], 0
        for _, line in self.prose():
            match = re.match(r"^(#+) (.*)", line)
            if match and depth and len(match.group(1)) <= depth:
                depth = 0
            if depth:
                found.append(line)
            if match and title in match.group(2):
                depth = len(match.group(1))
        return found

    def anchors(self):
        """What links into this page may name."""
        for _, line in self.prose():
            match = re.match(r"^#+ (.*)", line)
            if match:
                text = re.sub(r"[^\w\- ]", "", match.group(1).lower())
                yield text.replace(" ", "-")


def commands_of(lines):
    """Command lines; a backslash at the end continues one."""
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]


def blocks_of(pages, place):
    """The blocks that PLACE runs, as objects."""
    for page in pages:
        for number, language, before, lines in page.blocks:
            match = ELSEWHERE.match(before)
            if match and match.group(2) == place and language == "sh":
                yield {"name": f"{page.name} line {number}", "begun": match.group(1) == "begun",
                       "reason": match.group(3), "script": "\n".join(commands_of(lines))}


def places(top):
    """Who runs blocks: each asks for its own."""
    machines = (top / "tests" / "guest" / "machines.py").read_text(encoding="utf-8")
    guests = re.findall(r'documented\("(\w+)"\)', machines)
    return {"./ks check commands", ".ci/run", *(f"./ks guest {name}/pages" for name in guests)}


def check_elsewhere(top, pages):
    """Complaints about blocks that are left to nobody, or to a script that lacks their commands."""
    known = places(top)
    ci = (top / ".ci" / "run").read_text(encoding="utf-8")
    for page in pages:
        for number, _, before, lines in page.blocks:
            match = ELSEWHERE.match(before)
            if match and match.group(2) not in known:
                yield f"{page.name}:{number}: nobody is {match.group(2)}; there are {', '.join(sorted(known))}"
            elif match and match.group(2) == ".ci/run":
                for command in commands_of(lines):
                    if f"exec {command}\n" not in ci:
                        yield f"{page.name}:{number}: .ci/run does not run {command}"


def lacking(command, folder, known):
    """Why COMMAND cannot be run on this machine, or None."""
    if "--gst-plugin-load" in command:
        return None  # it brings its kind along
    if "--svg=" in command and not shutil.which("dot"):
        return "Graphviz is not installed"
    for element in VULKAN.findall(command):
        if element not in known:
            probe = subprocess.run(["gst-inspect-1.0", "--exists", element], check=False, timeout=SECONDS)
            known[element] = probe.returncode
        if known[element]:
            return f"no element {element} in this GStreamer"
    for kind in KIND.findall(command):
        if kind not in known:
            probe = (f"gst-launch-1.0 -q videotestsrc num-buffers=1 ! ksallocator memory={kind}"
                     " require=error ! fakesink")
            result = subprocess.run(["bash", "-c", probe], cwd=folder, capture_output=True,
                                    text=True, timeout=SECONDS, check=False)
            known[kind] = None if result.returncode == 0 else result.stderr.split("\n", 1)[0]
        if known[kind]:
            return f"memory={kind} cannot be had here: {known[kind]}"
    return None


def run_command(command, folder):
    """What went wrong, or None."""
    try:
        result = subprocess.run(["bash", "-c", command], cwd=folder, text=True, check=False,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"not done after {SECONDS} s"
    if result.returncode == 0:
        return None
    return f"exit status {result.returncode}:\n{result.stdout[-2000:]}"


def make_folder(top, folder):
    """The files of the tree, a `ks` that builds nothing, and this Python."""
    for entry in top.iterdir():
        if entry.name != "ks" and not entry.name.startswith((".", "build")):
            (folder / entry.name).symlink_to(entry)
    script = folder / "ks"
    script.write_text('#!/bin/bash\n[ "$1" = run ] || { echo "ks: only run"; exit 1; }\n'
                      'shift\nexec "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    (folder / "bin").mkdir()
    (folder / "bin" / "python3").symlink_to(sys.executable)
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def check_block(script, folder, known):
    """(complaint or None, reason why it cannot be run or None)."""
    why = lacking(script, folder, known)
    return (None, why) if why else (run_command(script, folder), None)


def scripts_of(lines):
    """What is run at a time: a command, or all of them where one runs beside the others."""
    commands = commands_of(lines)
    return ["\n".join(commands)] if any(line.endswith("&") for line in commands) else commands


def check_commands(top, pages):
    """Complaints about commands that fail."""
    known, counts = {}, {"run": 0, "run elsewhere": 0, "skipped": 0, "not run": 0}
    with tempfile.TemporaryDirectory(prefix="ks-docs-") as name:
        folder = pathlib.Path(name)
        make_folder(top, folder)
        for page, (number, language, before, lines) in ((p, b) for p in pages for b in p.blocks):
            reason = NOT_RUN.match(before)
            for script in scripts_of(lines) if language == "sh" else []:
                where = f"{page.name}:{number}: {script}".replace("\n", " ; ")
                if ELSEWHERE.match(before):
                    counts["run elsewhere"] += 1
                    continue
                if reason:
                    counts["not run"] += 1
                    print(f"NOTE: {where}: {reason.group(1)}")
                    continue
                trouble, why = check_block(script, folder, known)
                counts["skipped" if why else "run"] += 1
                if why:
                    print(f"SKIP: {where}: {why}")
                elif trouble:
                    yield f"{where}: {trouble}"
    print("commands: " + ", ".join(f"{n} {word}" for word, n in counts.items()))
    if not counts["run"]:
        yield "no command was run"


def check_links(top, pages):
    """Complaints about links and named files."""
    for page in pages:
        for number, line in page.prose():
            for target in LINK.findall(line):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                place = (page.path.parent / path).resolve() if path else page.path
                if not place.exists():
                    yield f"{page.name}:{number}: {target} leads nowhere"
                elif anchor and anchor not in Page(top, place).anchors():
                    yield f"{page.name}:{number}: {path} has no heading #{anchor}"
            for name in NAMED.findall(line):
                stands_for_others = re.search(r"\b[A-Z]+/|^build", name)
                if not stands_for_others and not (top / name).exists() and not (page.path.parent / name).exists():
                    yield f"{page.name}:{number}: there is no {name}"


def check_absent(_, pages):
    """Complaints about things that are not there yet."""
    for page in pages:
        later = set(page.section(LATER))
        for number, line in enumerate(page.lines, 1):
            for word in ABSENT if line not in later else ():
                if word in line:
                    yield f"{page.name}:{number}: speaks of {word}, which is not there yet"


def type_and_default(spec, element):
    """How the tables write a GParamSpec."""
    kind = {"gchararray": "string", "guint": "uint", "guint64": "uint64",
            "GstStructure": "structure"}.get(spec.value_type.name, "enum")
    if kind == "structure":
        return "structure, read-only"
    value = element.get_property(spec.name)
    if kind == "enum":
        value = value.value_nick
    return f"{kind}, " + ("unset" if value is None else f"`{value}`")


def rows_of(page, title):
    """{first cell: second cell} of the table below a heading."""
    return {match.group(1): match.group(2) for match in map(ROW.match, page.section(title)) if match}


def played(gst):
    """The element at the end of a short line."""
    pipeline = gst.parse_launch("videotestsrc num-buffers=2 ! ksallocator name=ks ! fakesink")
    pipeline.set_state(gst.State.PLAYING)
    pipeline.get_bus().timed_pop_filtered(30 * gst.SECOND, gst.MessageType.EOS)
    element = pipeline.get_by_name("ks")
    found = {name: element.get_property(name) for name in ("stats", "negotiated")}
    pipeline.set_state(gst.State.NULL)
    return found


def check_tables(_, pages):
    """Complaints about the tables of docs/using.md."""
    import gi  # pylint: disable=import-outside-toplevel
    gi.require_version("Gst", "1.0")
    from gi.repository import Gst  # pylint: disable=import-outside-toplevel
    Gst.init(None)
    page = next(page for page in pages if page.path.name == "using.md")
    element = Gst.ElementFactory.make("ksallocator")
    truth = {spec.name: type_and_default(spec, element) for spec in element.list_properties()
             if spec.name not in ("name", "parent")}
    yield from compare("properties", rows_of(page, "Properties of"), truth)
    element = Gst.ElementFactory.make("ksupload")
    truth = {spec.name: type_and_default(spec, element) for spec in element.list_properties()
             if spec.name not in ("name", "parent", "qos")}
    yield from compare("ksupload", rows_of(page, "What the two can be told"), truth)
    for name, structure in played(Gst).items():
        fields = {structure.nth_field_name(i): None for i in range(structure.n_fields())}
        yield from compare(name, rows_of(page, f"The property `{name}`"), fields)


def compare(what, told, truth):
    """Complaints about names and, where TRUTH has them, second cells."""
    for name in sorted(truth.keys() - told.keys()):
        yield f"docs/using.md: {what}: {name} is not in the table"
    for name in sorted(told.keys() - truth.keys()):
        yield f"docs/using.md: {what}: there is no {name}"
    for name in sorted(told.keys() & truth.keys()):
        if truth[name] is not None and told[name] != truth[name]:
            yield f"docs/using.md: {what}: {name} is {truth[name]}, not {told[name]}"


def body_of(path):
    """A program without the comment that it opens with."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".c", ".h"):
        return text.split(" */\n", 1)[1].strip("\n").split("\n")
    return text.split('"""\n', 1)[1].strip("\n").split("\n")


def installed(top):
    """The example sources that an installation has."""
    meson = (top / "tests" / "examples" / "meson.build").read_text(encoding="utf-8")
    calls = re.findall(r"^install_data\((.*?)\)$", meson, re.S | re.M)
    return {"tests/examples/" + name for name in re.findall(r"'([\w.]+\.(?:[ch]|py))'", "\n".join(calls))}


def check_examples(top, pages):
    """Complaints about programs that are not shown as they are, not even linked to, or not to be had."""
    shown = set()
    linked = {name for page in pages for name in LINKED.findall("\n".join(page.lines))}
    for name in sorted(linked - installed(top)):
        yield f"{name}: a page links to it, and it is not installed"
    for page in pages:
        shown.update(LINKED.findall("\n".join(page.lines)))
        for number, _, before, lines in page.blocks:
            match = EXAMPLE.match(before)
            if match:
                shown.add(match.group(1))
                if body_of(top / match.group(1)) != lines:
                    yield f"{page.name}:{number}: not as in {match.group(1)} (docs.py --fix)"
    for path in sorted((top / "tests" / "examples").glob("*.[cp]*")):
        name = str(path.relative_to(top))
        if path.suffix in (".c", ".py") and name not in shown:
            yield f"{name}: no page shows it or links to it"


def check_pictures(top, _):
    """Complaints about pictures that are not what is drawn."""
    folder = top / "docs" / "images"
    result = subprocess.run([sys.executable, str(folder / "draw.py"), "--check", str(folder)],
                            stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode:
        yield result.stdout.strip()


def fix(top, pages):
    """Writes programs and pictures anew."""
    folder = top / "docs" / "images"
    subprocess.run([sys.executable, str(folder / "draw.py"), str(folder)], check=True)
    for page in pages:
        for number, _, before, lines in reversed(page.blocks):
            match = EXAMPLE.match(before)
            if match:
                page.lines[number:number + len(lines)] = body_of(top / match.group(1))
        page.path.write_text("\n".join(page.lines), encoding="utf-8")


CHECKS = {"links": check_links, "absent": check_absent, "examples": check_examples,
          "pictures": check_pictures, "tables": check_tables, "elsewhere": check_elsewhere,
          "commands": check_commands}


def read_pages(top):
    """All that have commands for readers."""
    return [Page(top, path) for path in [top / "README.md", top / "CONTRIBUTING.md",
                                         *sorted((top / "docs").glob("*.md")),
                                         *sorted((top / "tests").glob("*/README.md"))]]


def main():
    """Exit status 1 if anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("--only", choices=CHECKS, action="append")
    parser.add_argument("--blocks", metavar="PLACE")
    parser.add_argument("top", type=pathlib.Path)
    args = parser.parse_args()
    top = args.top.resolve()
    pages = read_pages(top)
    if args.blocks:
        print(json.dumps(list(blocks_of(pages, args.blocks))))
        return 0
    if args.fix:
        fix(top, pages)
        return 0
    if not shutil.which("gst-launch-1.0"):
        print("SKIP: gst-launch-1.0 is not installed")
        return 77
    os.environ["G_DEBUG"] = "fatal-criticals"
    found = []
    for name in args.only or CHECKS:
        found += CHECKS[name](top, pages)
    print("\n".join(found) or f"{len(pages)} pages: all so")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
