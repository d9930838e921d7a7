#!/usr/bin/env python3
"""Checks the manual pages: what they name is there, all that is there is named, and examples run.

usage: mantool.py TOP PROGRAM PAGE...

Neither man nor mandoc has a complaint. The page of the program names each of its
commands and options, the one of the elements their properties and the tracer's
parameters. The lines of the pages that are commands are run.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SECONDS = 60
ELEMENTS = ("ksallocator", "ksupload", "ksdownload")
OF_ALL_ELEMENTS = {"name", "parent", "qos"}


def run(*command, **more):
    """What COMMAND prints."""
    return subprocess.run(command, check=True, encoding="utf-8", timeout=SECONDS,
                          **{"stdout": subprocess.PIPE, **more}).stdout


def lint(page):
    """What man and mandoc complain of."""
    for command in (["man", "--warnings", "-l", str(page)], ["mandoc", "-T", "lint", str(page)]):
        if not shutil.which(command[0]):
            yield f"{command[0]} is not installed: see scripts/packages.sh"
            continue
        done = subprocess.run(command, check=False, encoding="utf-8", timeout=SECONDS, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "80"})
        said = done.stderr + (done.stdout if command[0] == "mandoc" else "")
        if done.returncode or said:
            yield f"{' '.join(command)}: {said}"


def plain(page):
    """The page as text, without anything that is drawn twice, each word in one piece."""
    return run("mandoc", "-T", "utf8", "-O", "width=1000", str(page)).replace("\b", "\0").translate(
        {0x2010: "-", 0x2011: "-"})


def struck(text):
    """TEXT without what a terminal strikes over: a letter, a backspace, the letter again."""
    return re.sub(r".\0", "", text)


def not_named(words, text):
    """Those of WORDS that are no words of TEXT."""
    return [word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]


def words_of_program(program):
    """Commands, options and exit statuses that --help tells of."""
    commands = re.findall(r"^ {2}([a-z]+) {2,}\S", run(program, "--help").split("Exit status")[0], re.M)
    yield from commands
    for command in commands:
        text = run(program, command, "--help")
        yield from re.findall(r"(?<![\w-])(--?[a-z][\w-]*)", text.split("Options:", 2)[-1])
        yield from re.findall(r"(?<![\w-])(--?[a-z][\w-]*)", text.split("Options:", 2)[1])


def words_of_elements():
    """Names of elements, their properties, and what the tracer takes."""
    yield from ELEMENTS
    for element in ELEMENTS:
        names = re.findall(r"^ {2}([a-z-]+) +: ", run("gst-inspect-1.0", element), re.M)
        yield from set(names) - OF_ALL_ELEMENTS
    complaint = subprocess.run(["gst-inspect-1.0", "--version"], check=True, encoding="utf-8", stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, env={**os.environ, "G_DEBUG": "", "GST_TRACERS": "ks(x=y)"})
    yield from re.findall(r"\b(report|default|threshold|negotiate|guard|summary|map)=", complaint.stderr)
    yield from re.findall(r"report=(\w+)", complaint.stderr)


def examples_of(page):
    """Commands of a page's examples, as a shell takes them."""
    text = "\n".join(re.findall(r"^\.EX\n(.*?)\n\.EE$", page.read_text(encoding="utf-8"), re.M | re.S))
    text = text.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")
    text = re.sub(r"\\\n\s*", "", text)
    text = re.sub(r"\|\n\s*", "| ", text)
    # behind two spaces stands what it is for
    return [re.split(r"\s{2,}", line)[0] for line in text.split("\n") if line]


def make_inputs(top, folder):
    """What the examples read."""
    data = top / "tests" / "check" / "data"
    shutil.copy(data / "simple-framing-ex.bin", folder / "framing.bin")
    shutil.copy(data / "simple-framing-ex.txt", folder / "framing.txt")
    shutil.copy(data / "simple-framing-ex.json", folder / "framing.json")
    shutil.copy(top / "docs" / "plan.json", folder / "graph.json")
    (folder / "ratio.bin").write_bytes(bytes.fromhex("030000000200000000000000"))


def check_examples(top, program, page, folder):
    """Complaints about examples that do not run."""
    make_inputs(top, folder)
    path = f"{pathlib.Path(program).resolve().parent}{os.pathsep}{os.environ['PATH']}"
    examples = examples_of(page)
    if len(examples) < 4:
        yield f"{page.name}: has {len(examples)} examples"
    for line in examples:
        if "--svg" in line and not shutil.which("dot"):
            yield f"{line}: Graphviz is not installed: see scripts/packages.sh"
            continue
        done = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=folder, check=False, encoding="utf-8",
                              timeout=SECONDS, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, errors="replace",
                              env={**os.environ, "PATH": path, "G_DEBUG": ""})
        if done.returncode == 1 and "--device" in line and "not here" in done.stdout:
            print(f"SKIP: {line}: {done.stdout}")
        elif done.returncode:
            yield f"{page.name}: {line}: exit status {done.returncode}: {done.stdout[-1000:]}"


def main():
    """Exit status 1 if anything is wrong."""
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    top, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    bad = []
    for page in map(pathlib.Path, sys.argv[3:]):
        bad += lint(page)
        words = words_of_program(program) if page.suffix == ".1" else words_of_elements()
        bad += [f"{page.name} does not name {word}" for word in not_named(words, struck(plain(page)))]
        with tempfile.TemporaryDirectory(prefix="ks-man-") as folder:
            bad += check_examples(top, program, page, pathlib.Path(folder))
    print("\n".join(bad) or "all as expected")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
