#!/usr/bin/env python3
"""Runs the libFuzzer programs of a folder, one on each processor at a time.

usage: fuzz.py [--json FILE] [--seed N] FOLDER SECONDS

SECONDS is how long all of it takes; programs that do not find a processor of
their own share it. A program fuzzNAME starts from the seeds in tests/fuzz/NAME, if any; what it
learns stays in the build folder. A crash leaves its input there. With a seed
it tries the same again, as far as it gets.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent


def targets(folder):
    """The programs: executable files named fuzz*."""
    return sorted(path for path in folder.glob("fuzz*")
                  if path.is_file() and os.access(path, os.X_OK))


def run(program, seconds, seed):
    """One program; (exit status, output)."""
    learnt = program.parent / f"corpus-{program.name}"
    learnt.mkdir(exist_ok=True)
    seeds = TOP / "tests" / "fuzz" / program.name.removeprefix("fuzz")
    command = [program, f"-max_total_time={seconds}", "-timeout=10", "-print_final_stats=1",
               f"-artifact_prefix={program.parent}/{program.name}-", learnt]
    if seed is not None:
        command.insert(1, f"-seed={seed}")
    if seeds.is_dir():
        command.append(seeds)
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                              timeout=seconds * 2 + 60, check=False)
    except subprocess.TimeoutExpired:
        return 1, "did not end"
    return done.returncode, done.stdout + done.stderr


def main():
    """Exit status 1 when a target failed or there is none."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--seed", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("seconds", type=int)
    args = parser.parse_args()
    programs = targets(args.folder)
    if not programs:
        print(f"no fuzz* in {args.folder}")
        return 1
    bad, rows = 0, []
    workers = min(len(programs), len(os.sched_getaffinity(0)))
    each = max(1, args.seconds * workers // len(programs))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(lambda program: run(program, each, args.seed), programs))
    for program, (status, output) in zip(programs, results):
        bad += status != 0
        print(output if status else "", f"{program.name}: exit {status}", *[
            line for line in output.splitlines() if "number_of_executed_units" in line])
        rows.append({"name": program.name, "result": "FAIL" if status else "OK"})
    if args.json:
        args.json.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
