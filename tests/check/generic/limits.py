#!/usr/bin/env python3
"""What works under limits and in containers, what is refused, and in which words.

usage: limits.py CONFINE GST-KS PRELOAD [NAME=PROGRAM...]

Each row is a command that CONFINE runs with limits and filters of system calls,
the exit status that it has to have, and what it has to say. Rows of programs
are test programs that have to pass as they are; PRELOAD has the calls of the
program itself fail, the first, the second, and so on (libs/faultcalls.c).

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import subprocess
import sys
import tempfile

# of SMALL in whole pages: 233472 bytes
SECONDS = 100  # a hang, on the slowest machine
SMALL = "videotestsrc num-buffers=4 ! video/x-raw,format=RGB,width=320,height=240 ! "
LARGE = "videotestsrc num-buffers=60 ! video/x-raw,format=AYUV,width=3840,height=2160 ! "
# lets none go before it has 40
KEEP = " ! queue min-threshold-buffers=40 max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! fakesink"
MIB = 1 << 20
FILTER = "filter of system calls (seccomp)"
# what Docker's own profile takes from a process without CAP_SYS_NICE
NUMA = "mbind,get_mempolicy,set_mempolicy"


def line(kind, before=SMALL, after=" ! fakesink"):
    """A line with frames of one kind."""
    return ["launch", f"{before}ksallocator memory={kind}{after}"]


# confinement, command of gst-ks-1.0, exit status, what is said
ROWS = [
    # what does not need it is not disturbed
    ("--memlock=0", line("system"), 0, []),
    ("--memlock=0", line("shared"), 0, []),
    ("--memlock=0", line("huge"), 0, []),
    ("--nofile=16", line("shared frames=..2"), 0, []),
    ("--nofile=16", line("system"), 0, []),
    ("--fsize=65536", line("locked"), 0, []),
    (f"--as={256 * MIB}", line("shared frames=..3"), 0, []),
    ("--deny=madvise", line("system"), 0, []),
    ("--deny=madvise:ENOSYS", line("shared"), 0, []),
    ("--deny=memfd_create", line("locked"), 0, []),
    ("--deny=memfd_create:ENOSYS", line("system"), 0, []),
    ("--deny=mlock", line("huge"), 0, []),
    ("--deny=userfaultfd," + NUMA, line("shared"), 0, []),
    # limits: which, how much, what was asked, the remedy
    ("--memlock=0", line("locked"), 1,
     ["233472 bytes", "the limit is 0 bytes (RLIMIT_MEMLOCK)", "ulimit -l", "LimitMEMLOCK="]),
    ("--memlock=65536", line("locked"), 1,
     ["233472 bytes", "the limit is 65536 bytes (RLIMIT_MEMLOCK)", "CAP_IPC_LOCK"]),
    ("--nofile=16", line("shared", SMALL.replace("=4", "=60"), KEEP), 1,
     ["233472 bytes", "the limit is 16 (RLIMIT_NOFILE)", "ulimit -n"]),
    (f"--as={256 * MIB}", line("system", LARGE, KEEP), 1,
     ["33177600 bytes", f"limited to {256 * MIB} bytes (RLIMIT_AS)", "are used", "ulimit -v"]),
    (f"--as={256 * MIB}", line("shared", LARGE, KEEP), 1,
     ["33177600 bytes", f"limited to {256 * MIB} bytes (RLIMIT_AS)", "LimitAS="]),
    (f"--data={128 * MIB}", line("system", LARGE, KEEP), 1,
     ["33177600 bytes", f"limited to {128 * MIB} bytes (RLIMIT_DATA)", "ulimit -d"]),
    ("--fsize=65536", line("shared"), 1,
     ["233472 bytes", "limited to 65536 bytes (RLIMIT_FSIZE)", "ulimit -f"]),
    # filters: the call is not there
    ("--deny=memfd_create", line("shared"), 1, ["233472 bytes", "not permitted", FILTER]),
    ("--deny=memfd_create:ENOSYS", line("shared"), 1, ["not implemented", FILTER]),
    ("--deny=fallocate", line("shared"), 1, ["cannot fill a shared frame", FILTER]),
    ("--deny=mlock,mlock2", line("locked"), 1, ["233472 bytes", "not permitted", FILTER]),
    ("--deny=mlock,mlock2:ENOSYS", line("locked"), 1, ["not implemented", FILTER]),
    ("--deny=madvise", line("huge"), 1, ["not permitted", FILTER]),
    ("--deny=mbind,set_mempolicy", line("system device=0"), 1, ["node 0", "CAP_SYS_NICE", "device unset"]),
    ("--deny=" + NUMA + ":ENOSYS", line("shared device=0"), 0,
     ["node 0", "device unset", "going on with memory=system"]),
    ("--deny=" + NUMA + ":ENOSYS", line("shared device=0 require=error"), 1,
     ["node 0", "device unset"]),
    # the same for who only asks what is here
    ("--deny=memfd_create,mlock,madvise," + NUMA, ["inspect"], 0,
     ["system: here", "locked: not here", "huge: not here", "shared: not here", FILTER]),
    ("--memlock=0", ["inspect", "locked"], 1, ["locked: not here", "RLIMIT_MEMLOCK"]),
    ("--memlock=0", ["inspect", "shared"], 0, ["shared: here"]),
    (f"--as={256 * MIB}", ["inspect", "system"], 0, ["system: here"]),
]

# what test programs pass under, whatever the machine
PROGRAMS = ["--memlock=0", "--nofile=64", "--deny=memfd_create,madvise,userfaultfd," + NUMA]

# words as they are written here, and no address space for heaps of threads
PLAIN = {"LC_ALL": "C", "MALLOC_ARENA_MAX": "1"}

GRAPH = """{"pads": [{"name": "a:src", "items": [{"memory": "system", "size": 4096}]},
  {"name": "b:sink", "items": [{"memory": "mapped"}]}],
 "edges": [{"a": "a:src", "b": "b:sink", "kind": "must"}]}"""


def run(command, env=None):
    """(exit status, all that was said) of a command; a hang is told as one."""
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                errors="replace", timeout=SECONDS, check=False,
                                env={**os.environ, **PLAIN, **(env or {})})
    except subprocess.TimeoutExpired as late:
        return "hangs", str(late.stdout)
    return result.returncode, result.stdout


def check(name, got, status, texts):
    """What is wrong with one run."""
    code, said = got
    missing = [text for text in texts if text not in said]
    if code == status and not missing:
        return []
    return [f"{name}: exit status {code}, not {status}; misses {missing}\n{said}"]


def test_rows(confine, tool):
    """The table."""
    wrong = []
    for limits, command, status, texts in ROWS:
        got = run([confine, limits, "--", tool, *command])
        wrong += check(f"{limits} {' '.join(command)}", got, status, texts)
    return wrong


def test_programs(confine, programs):
    """Whole test programs."""
    wrong = []
    for name, program in programs:
        for limits in PROGRAMS:
            got = run([confine, limits, "--", program], {"KS_QUICK": "1"})
            wrong += check(f"{limits} {name}", got, 0, ["Failures: 0, Errors: 0"])
    return wrong


def fail_each(preload, command, log, tracers=""):
    """The command once for each of its calls, which fails in it; what is wrong."""
    wrong, n, failed = [], 0, 1
    while failed:
        n += 1
        code, said = run(command, {"LD_PRELOAD": preload, "KS_FAULT": f"{n}+:{n % 3}",
                                   "KS_FAULT_LOG": str(log), "GST_TRACERS": tracers})
        _, failed, what = log.read_text(encoding="ascii").split()
        failed = int(failed)
        if code not in (0, 1, 2) or (code and (not failed or len(said.strip()) < 20)):
            wrong.append(f"{' '.join(command)}: call {n} ({what}): exit status {code}\n{said}")
    print(f"{n - 1} calls: {tracers} {' '.join(command[1:])}")
    return wrong if n > 1 else wrong + [f"{' '.join(command)}: no call of it was seen"]


def test_tool(tool, preload):
    """gst-ks-1.0 itself: an error with a reason, never a signal or a hang."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        log, graph = pathlib.Path(folder, "log"), pathlib.Path(folder, "graph.json")
        graph.write_text(GRAPH, encoding="utf-8")
        for command in (["inspect"], line("shared"), ["plan", str(graph)],
                        ["graph", SMALL + "fakesink"]):
            wrong += fail_each(preload, [tool, *command], log)
        # what other elements allocate becomes ours, where it can be had
        wrong += fail_each(preload, [tool, "launch", SMALL + "fakesink"], log,
                           f"ks(default=shared,report=copies,summary={log}.json)")
    return wrong


def main():
    """Exit status 1 if anything is wrong, 77 where there can be no filters."""
    confine, tool, preload = sys.argv[1:4]
    programs = [text.split("=", 1) for text in sys.argv[4:]]
    # plugins are looked for once, by a process that is not confined
    run([tool, "inspect", "system"])
    code, said = run([confine, "--deny=memfd_create", "--", "true"])
    if code:
        print(f"SKIP: no filter of system calls can be set here: {said}")
        return 77
    wrong = test_rows(confine, tool) + test_programs(confine, programs) + test_tool(tool, preload)
    print("\n".join(wrong) or "all so")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
