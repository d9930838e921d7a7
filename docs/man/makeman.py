#!/usr/bin/env python3
"""Writes the manual page of gst-ks-1.0: a frame, and what the program says of itself.

usage: makeman.py PROGRAM FRAME DOCDIR > gst-ks-1.0.1

@COMMANDS@, @STATUS@ and @EXAMPLES@ are made of the --help of the program and of
each of its commands, so that the page cannot tell of other options than there are.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import re
import subprocess
import sys
import textwrap

WIDTH = 64
OPTION = re.compile(r"^ {2}((?:-\w, )?--[\w-]+(?:=\S+)?) {2,}(.*)$")


def help_of(program, *command):
    """The lines of a --help."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", "G_DEBUG": ""}
    return subprocess.run([program, *command, "--help"], check=True, stdout=subprocess.PIPE, encoding="utf-8",
                          env=env).stdout.split("\n")


def roff(text):
    """TEXT so that nothing in it is a request or another character."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def paragraphs(lines):
    """Blocks of LINES that stand together."""
    block = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def wrapped(lines):
    """Their words in lines of the source that are not too long."""
    return map(roff, textwrap.wrap(" ".join(lines), WIDTH, break_on_hyphens=False))


def examples(lines):
    """Lines of commands."""
    yield ".PP\nExamples:\n.PP\n.EX"
    yield from (roff(re.sub("^  ", "", line)) for line in lines)
    yield ".EE"


def options(lines):
    """A tagged paragraph for each option."""
    for line in lines:
        match = OPTION.match(line)
        if match:
            yield ".TP"
            yield ".B " + roff(match.group(1)).replace(", ", "\\fR, \\fB")
            yield from wrapped([match.group(2)])


def command_page(program, name):
    """One command: how it is called, what it does, its options, statuses and examples."""
    blocks = list(paragraphs(help_of(program, name)))
    usage, summary = blocks[0][1], " ".join(blocks[1])
    arguments = re.sub(r"^.*?\[OPTION\S*\]\s*", "", usage.strip())
    yield f".SS {name}"
    yield f".B gst\\-ks\\-1.0 {name}"
    yield f".RI [ OPTION ...]\n.I {roff(arguments)}"
    yield ".PP"
    yield roff(summary[0].upper() + summary[1:] + ".")
    rest = [block for block in blocks[2:] if block[0] != "Help Options:"]
    for block in rest:
        if block[0] == "Application Options:":
            yield from options(block[1:])
        elif block[0] == "Examples:":
            yield from examples(block[1:])
        else:
            yield ".PP"
            yield from wrapped(block)


def main():
    """The page on the standard output."""
    program, frame, docdir = sys.argv[1:]
    blocks = list(paragraphs(help_of(program)))
    names = [line.split()[0] for line in blocks[1]]
    version = subprocess.run([program, "--version"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    parts = {
        "VERSION": version.split()[-1],
        "DOCDIR": docdir,
        "COMMANDS": "\n".join(line for name in names for line in command_page(program, name)),
        "STATUS": "\n".join(line for block in blocks if block[0].startswith("Exit status: ")
                            for line in wrapped([block[0].replace("Exit status: ", "", 1), *block[1:]])),
        "EXAMPLES": "\n".join(roff(re.sub("^  ", "", line)) for block in blocks if block[0] == "Examples:"
                              for line in block[1:]),
    }
    page = pathlib.Path(frame).read_text(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(re.sub(r"@(\w+)@", lambda match: parts[match.group(1)], page))


if __name__ == "__main__":
    main()
