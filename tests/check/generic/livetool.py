#!/usr/bin/env python3
"""Runs gst-ks-1.0 launch --live on a terminal, and where there is none.

usage: livetool.py PROGRAM TOP

The terminal is a real one, by Python's pty; a small model of its screen reads what
comes: only what moves the cursor up, wipes and colours is known to it, and anything
else is a fault. What the program prints meanwhile has to stand above the view, each
line in one piece.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import fcntl
import os
import pathlib
import pty
import re
import signal
import struct
import sys
import tempfile
import termios

from launchtool import SMALL, Tool

LIVE = f"videotestsrc is-live=true num-buffers=25 ! {SMALL},framerate=40/1"
ENDLESS = f"videotestsrc is-live=true ! {SMALL},framerate=30/1"
CSI = re.compile(r"\033\[([\d;]*)([A-Za-z])")
HEAD = "segment from"


class Screen:
    """Rows of a terminal that breaks rows again when it becomes narrower, as most do."""

    def __init__(self, width):
        self.width, self.rows, self.row, self.column = width, [""], 0, 0
        self.escapes, self.bad, self.widest = [], [], 0

    def resize(self, width):
        """The rows above the cursor are broken again, and the cursor goes with its own."""
        rows = []
        for number, row in enumerate(self.rows):
            if number == self.row:
                self.row = len(rows)
            rows += [row[at:at + width] for at in range(0, len(row), width)] or [""]
        self.width, self.rows = width, rows

    def put(self, character):
        """At the cursor."""
        if self.column == self.width:
            self.column = 0
            self.down()
        row = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = row[:self.column] + character + row[self.column + 1:]
        self.column += 1
        self.widest = max(self.widest, self.column)

    def down(self):
        """One row."""
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append("")

    def obey(self, count, what):
        """A sequence."""
        self.escapes.append(what)
        if what == "A":
            if int(count or 1) > self.row:
                self.bad.append(f"{count} up from row {self.row}")
            self.row = max(0, self.row - int(count or 1))
        elif what in "JK" and count in ("", "0"):
            self.rows[self.row] = self.rows[self.row][:self.column]
            if what == "J":
                del self.rows[self.row + 1:]
        elif what != "m":
            self.bad.append(f"CSI {count}{what}")

    def feed(self, text):
        """What the program wrote, whole sequences."""
        at = 0
        while at < len(text):
            match = CSI.match(text, at)
            if match:
                self.obey(*match.groups())
                at = match.end()
                continue
            if text[at] == "\r":
                self.column = 0
            elif text[at] == "\n":
                self.down()
            elif text[at] < " " or text[at] == "\x7f" or "\x80" <= text[at] < "\xa0":
                self.bad.append(f"control character {text[at]!r}")
            else:
                self.put(text[at])
            at += 1

    def counts(self, words):
        """How many rows have WORDS."""
        return sum(words in row for row in self.rows)


def set_width(fd, width):
    """Of a terminal."""
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 500, width, 0, 0))


class Run:
    """The program on a terminal of its own."""

    def __init__(self, tool, arguments, width=100, **env):
        self.screen, self.text, self.rest = Screen(width), "", b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            set_width(0, width)
            environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
            os.execve(tool.program, [tool.program, "launch", "--live", *arguments],
                      {**environment, "TERM": "xterm", **env})
        self.before = termios.tcgetattr(self.fd)

    def read(self):
        """Feeds the screen; FALSE at the end."""
        try:
            self.rest += os.read(self.fd, 65536)
        except OSError:
            return False  # Linux says so when nobody has the other side any more
        # no sequence and no character in two pieces
        whole = re.match(rb"(?s)(.*?)(?:\033(?:\[[\d;]*)?|[\xc0-\xff][\x80-\xbf]*)?$", self.rest).group(1)
        if not whole and self.rest.endswith(b"\n"):
            whole = self.rest
        self.rest = self.rest[len(whole):]
        piece = whole.decode("utf-8", "replace")
        self.text += piece
        self.screen.feed(piece)
        return True

    def until(self, condition):
        """Reads until CONDITION of the screen, which has to come."""
        while not condition(self.screen):
            if not self.read():
                raise EOFError(f"it ended: {self.screen.rows}")

    def finish(self):
        """Reads to the end; the exit status."""
        while self.read():
            pass
        self.after = termios.tcgetattr(self.fd)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def check_view(tool, name, run, status=0, rows=1):
    """One view, in one piece, and nothing of the terminal is changed."""
    got, screen = run.finish(), run.screen
    tool.expect(name, got == status, got, screen.rows)
    tool.expect(name, not screen.bad, screen.bad)
    tool.expect(name, screen.counts(HEAD) == 1, screen.rows)
    tool.expect(name, run.before == run.after, "terminal", run.before, run.after)
    tool.expect(name, screen.column == 0 and screen.row == len(screen.rows) - 1, screen.column, screen.row)
    at = next((i for i, row in enumerate(screen.rows) if row.startswith(HEAD)), 0)
    view = screen.rows[at - 1:at + rows + 2]
    tool.expect(name, re.match(r"\d:\d\d:\d\d\.\d  \w+", view[0]), view)
    tool.expect(name, all(re.search(r":src\b.* system", row) for row in view[2:2 + rows]), view)
    return view


def check_terminal(tool):
    """Redrawn in place; what is printed meanwhile is above it."""
    run = Run(tool, ["-m", f"{LIVE} ! tee name=t ! queue ! fakesink t. ! queue ! fakesink"])
    view = check_view(tool, "terminal", run)
    screen = run.screen
    tool.expect("terminal", screen.escapes.count("A") >= 2, screen.escapes)
    tool.expect("terminal", re.search(r"videotestsrc0:src +system +6144 B +\d+ +\d+ +0 +0 +\d+\.\d% +\d+ +25$", view[2]),
                view)
    tool.expect("terminal", re.match(r"system memory: \d+ blocks, \d+ of them idle, ", view[3]), view)
    begins = [i for i, row in enumerate(screen.rows) if row.startswith("message ")]
    tool.expect("terminal", screen.counts("message ") == len(begins) > 10, screen.rows)
    tool.expect("terminal", run.text.count("(eos)") == 1 and screen.counts("(eos)") == 1, screen.rows)
    tool.expect("terminal", "m" in screen.escapes, screen.escapes)
    tool.expect("terminal", any(row.startswith("Execution ended") for row in screen.rows), screen.rows)


def check_no_colour(tool):
    """NO_COLOR is heeded, an empty one is none."""
    run = Run(tool, [f"{LIVE} ! fakesink"], NO_COLOR="1")
    check_view(tool, "NO_COLOR", run)
    tool.expect("NO_COLOR", "m" not in run.screen.escapes, run.screen.escapes)


def check_log(tool):
    """The debug log and GLib's warnings come from any thread, and do not tear the view."""
    run = Run(tool, [f"{LIVE} ! identity name=i ! fakesink"], width=300, GST_DEBUG="GST_EVENT:6,GST_STATES:5",
              GST_DEBUG_NO_COLOR="1")
    check_view(tool, "log", run)
    lines = [row for row in run.screen.rows if re.search(r"GST_(EVENT|STATES) ", row)]
    tool.expect("log", len(lines) > 50 and all(re.match(r"\d:\d\d:\d\d\.\d{9} ", row) for row in lines
                                               if " gst" in row), lines[:5])


def check_width(tool):
    """No row is wider than the terminal, whatever becomes of that."""
    run = Run(tool, [f"{ENDLESS} ! fakesink name=with-a-long-name"], width=90)
    for width in (31, 20, 120):
        run.until(lambda screen: screen.counts(HEAD))
        run.screen.resize(width)
        set_width(run.fd, width)
        # what was under way when it changed may be of the old width
        before = run.screen.escapes.count("A")
        run.until(lambda screen, n=before: screen.escapes.count("A") > n)
        run.screen.widest = 0
        run.until(lambda screen, n=before: screen.escapes.count("A") > n + 1)
        tool.expect(f"{width} columns", run.screen.widest < width, run.screen.widest, run.screen.rows)
        tool.expect(f"{width} columns", run.screen.counts(HEAD) == 1, run.screen.rows)
    os.write(run.fd, b"\x03")
    check_view(tool, "resized", run)


def check_interrupt(tool):
    """Ctrl-C lets the end through; twice does not wait. The terminal is as it was."""
    run = Run(tool, [f"{ENDLESS} ! fakesink"])
    run.until(lambda screen: screen.counts(HEAD))
    os.write(run.fd, b"\x03")
    check_view(tool, "Ctrl-C", run)
    tool.expect("Ctrl-C", run.screen.counts("interrupted: waiting for the end") == 1, run.screen.rows)
    run = Run(tool, [f"{ENDLESS} ! valve drop=true ! fakesink async=false"])
    run.until(lambda screen: screen.escapes.count("A"))
    os.write(run.fd, b"\x03")
    run.until(lambda screen: screen.counts("once more does not wait"))
    os.write(run.fd, b"\x03")
    got = run.finish()
    tool.expect("Ctrl-C twice", got == 1 and not run.screen.bad and run.before == run.after, got, run.screen.rows)


def check_stopped(tool):
    """Who was stopped goes on below what the shell has written meanwhile."""
    run = Run(tool, [f"{ENDLESS} ! fakesink"])
    run.until(lambda screen: screen.counts(HEAD))
    os.kill(run.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, run.pid, os.WSTOPPED | os.WNOWAIT)
    with open(f"/proc/{run.pid}/fd/1", "w", encoding="utf-8") as terminal:
        terminal.write("[1]+  Stopped\n$ fg\n")
    os.kill(run.pid, signal.SIGCONT)
    run.until(lambda screen: screen.counts(HEAD) == 2)
    os.write(run.fd, b"\x03")
    got = run.finish()
    rows = run.screen.rows
    tool.expect("stopped", got == 0 and not run.screen.bad, got, run.screen.bad)
    tool.expect("stopped", "[1]+  Stopped" in rows and "$ fg" in rows and run.screen.counts(HEAD) == 2, rows)


def check_starved(tool):
    """Who waits at a cap is seen."""
    run = Run(tool, [f"{ENDLESS} ! ksallocator frames=..2 ! queue min-threshold-buffers=9 ! fakesink async=false"])
    run.until(lambda screen: any(re.search(r"2 of 2 +0 +\d+ +1 ", row) for row in screen.rows))
    tool.expect("starved", "\033[1;31mvideotestsrc0:src" in run.text, run.text[-600:])
    for _ in range(2):
        os.write(run.fd, b"\x03")
        run.until(lambda screen: screen.counts("once more does not wait"))
    run.finish()
    tool.expect("starved", not run.screen.bad and run.before == run.after, run.screen.bad)


def check_pipe(tool, folder):
    """Where nothing can be drawn over there are lines, each of its own."""
    line = f'{LIVE} ! identity name="\x1b[2J" ! fakesink'
    path = folder / "lines"
    with open(path, "w", encoding="utf-8") as lines:
        got = tool.run("launch", ["--live", line], stdout=lines)
    text = path.read_text(encoding="utf-8")
    told = [row for row in text.split("\n") if row.startswith("live ")]
    tool.expect("pipe", got[0] == 0 and not got[2] and "\033" not in text, *got, text)
    tool.expect("pipe", told and all(re.match(r"live \d:\d\d:\d\d\.\d  videotestsrc0:src: system, size 6144 B, out \d+, "
                                              r"free \d+, waits 0, waiting 0, reuse [\d.%-]+, fresh \d+, frames \d+$",
                                              row) for row in told), text)
    tool.expect("pipe", told[-1].endswith("frames 25"), told)
    run = Run(tool, [f"{LIVE} ! fakesink"], TERM="dumb")
    got = run.finish()
    tool.expect("dumb", got == 0 and not run.screen.escapes and run.screen.counts("live 0:00:0"), got, run.screen.rows)


def check_bad(tool):
    """What --live does not go with."""
    for options, pattern in ((["--stock"], "--stock makes no plan.*--live"), (["-q"], "-q is to show nothing"),
                             (["--compare"], "does not go with .*--live")):
        got = tool.run("launch", ["--live", *options, LIVE])
        tool.expect(options[0], got[0] == 2 and not got[1] and re.search(pattern, got[2]), *got)
    run = Run(tool, ["filesrc location=/not/there ! fakesink"], width=200)
    got = run.finish()
    tool.expect("fails", got == 1 and not run.screen.bad and run.screen.counts('No such file "/not/there"') == 1,
                got, run.screen.rows)


def main():
    """Exit status 1 if anything is wrong."""
    tool = Tool(sys.argv[1], pathlib.Path(sys.argv[2]))
    os.environ.update(LC_ALL="C.UTF-8", GST_DEBUG="0")
    for check in (check_terminal, check_no_colour, check_log, check_width, check_interrupt, check_stopped,
                  check_starved, check_bad):
        check(tool)
    with tempfile.TemporaryDirectory(prefix="ks-live-") as folder:
        check_pipe(tool, pathlib.Path(folder))
    print("\n".join(tool.bad) or "all as expected")
    return 1 if tool.bad else 0


if __name__ == "__main__":
    sys.exit(main())
