#!/usr/bin/env python3
"""Runs the commands of the documentation that its test leaves to the whole checkout.

usage: commands.py [--list] TOP RESULTS

Blocks below a line `<!-- run by ./ks check commands: reason -->` are scripts,
run at the top of the checkout; what the word `installs` is the reason of sees
its own copy of the system, which is gone afterwards. Of a block that is `begun
by` it each command is started, and has to be at work still after some seconds.
RESULTS gets a line of JSON a block.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

PLACE = "./ks check commands"
LIMIT = 900             # seconds, of a block
BEGIN = 15              # seconds until a long command is taken to work
ENDING = 60             # seconds that it may take to stop
# The folders that an installation writes into, with memory over them.
ASIDE = """
set -e
mount -t tmpfs aside "$1"
for name in usr etc var; do
  mkdir -p "$1/$name" "$1/work/$name"
  mount -t overlay -o "lowerdir=/$name,upperdir=$1/$name,workdir=$1/work/$name" overlay "/$name"
done
"""
SUDO = 'command -v sudo >/dev/null || sudo () { "$@"; }\n'


def ended(process, seconds):
    """Whether PROCESS, which leads its group, ended within SECONDS."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def stop(process):
    """As a person would, and then by force."""
    os.killpg(process.pid, signal.SIGINT)
    if not ended(process, ENDING):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start(top, argv, log):
    """A process in a group of its own."""
    return subprocess.Popen(argv, cwd=top, stdin=subprocess.DEVNULL, stdout=log,
                            stderr=subprocess.STDOUT, start_new_session=True)


def run(top, argv, log):
    """What went wrong, or None."""
    with start(top, argv, log) as process:
        if ended(process, LIMIT):
            return process.returncode and f"exit status {process.returncode}"
        stop(process)
    return f"not done after {LIMIT} s"


def aside(script, folder):
    """The words that run SCRIPT with memory over what it installs into."""
    return ["unshare", "--mount", "--propagation", "private", "bash", "-c", f"{ASIDE}\n{script}", "bash", folder]


def run_aside(top, script, log):
    """The same, with an installation that goes away."""
    with tempfile.TemporaryDirectory(prefix="ks-aside-") as folder:
        return run(top, aside(SUDO + script, folder), log)


def can_be_aside():
    """Why nothing can be installed here for a moment, or None."""
    if os.geteuid() != 0:
        return "only root can install"
    with tempfile.TemporaryDirectory(prefix="ks-aside-") as folder:
        done = subprocess.run(aside("", folder), check=False, capture_output=True, text=True)
    return None if done.returncode == 0 else f"no file system over this one: {done.stderr.strip()}"


def begin(top, script, log):
    """What went wrong with the first of its commands that did not go on, or None."""
    for command in script.split("\n"):
        with start(top, ["bash", "-c", "exec " + command], log) as process:
            if ended(process, BEGIN):
                return f"{command}: ended with {process.returncode} after less than {BEGIN} s"
            stop(process)
    return None


def why_not(top, block):
    """Why a block cannot be run here, or None."""
    if block["reason"] == "installs":
        return can_be_aside()
    if block["reason"].startswith("only root") and os.geteuid() != 0:
        return "only root can make roots"
    if block["reason"].startswith("only root") and not (top / ".git").exists():
        return "roots are made of what is committed, and this is no git repository"
    return None


def try_block(top, block, log):
    """(result, what is to be said) of a block."""
    why = why_not(top, block)
    if why:
        return "SKIP", f"SKIP: {why}"
    if block["begun"]:
        wrong = begin(top, block["script"], log)
    elif block["reason"] != "installs":
        wrong = run(top, ["bash", "-ec", block["script"]], log)
    else:
        wrong = run_aside(top, block["script"], log)
    log.seek(0)
    return ("FAIL", f"{wrong}\n{log.read()[-4000:]}") if wrong else ("OK", "")


def read_blocks(top):
    """Those that are left to us."""
    text = subprocess.run([shutil.which("python3") or sys.executable,
                           str(top / "tests" / "check" / "generic" / "docs.py"), "--blocks", PLACE, str(top)],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(text)


def main():
    """Exit status 1 if a block failed."""
    words = [word for word in sys.argv[1:] if word != "--list"]
    top = pathlib.Path(words[0]).resolve()
    blocks = read_blocks(top)
    if "--list" in sys.argv:
        for block in blocks:
            print(f"{block['name']}:\n{block['script']}\n")
        return 0
    failed = 0
    with open(words[1], "w", encoding="utf-8") as results:
        for block in blocks:
            with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
                result, said = try_block(top, block, log)
            failed += result == "FAIL"
            print(f"{block['name']}: {result} {said}", flush=True)
            results.write(json.dumps({"name": block["name"], "result": result, "stdout": said}) + "\n")
            results.flush()
    return 1 if failed or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
