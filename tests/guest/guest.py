#!/usr/bin/env python3
"""Runs device tests in a QEMU guest: machines.py says which, README.md how.

usage: guest.py --build FOLDER --cache FOLDER [--json FILE] [--jobs N] [--list]
       [--run COMMAND] [TEST...]

TEST is a machine, a program, or machine/program; without any all are run.
--run runs a shell command on one machine instead of its programs.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import threading
import time

import boot
import kernel as kernels
import machines

HERE = pathlib.Path(__file__).resolve().parent


def meson_tests(build):
    """{name: test} as Meson knows them."""
    done = subprocess.run(["meson", "introspect", "--tests", str(build)], check=True, stdout=subprocess.PIPE)
    return {test["name"]: test for test in json.loads(done.stdout)}


def warm_registry(build, tests):
    """GStreamer's registry with all plugins of the build folder; a scan in the guest takes long."""
    path = "GST_PLUGIN_PATH_1_0"
    envs = [test["env"] for test in tests.values() if path in test["env"]]
    env = {**envs[0], path: max((env[path] for env in envs), key=len)}
    registry = build / "guest.registry"
    subprocess.run(["gst-inspect-1.0", "fakesink"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **env, "GST_REGISTRY_1_0": str(registry), "GST_REGISTRY_UPDATE": "yes"})
    return {"GST_PLUGIN_PATH_1_0": env["GST_PLUGIN_PATH_1_0"], "GST_REGISTRY_1_0": str(registry), "GST_REGISTRY_UPDATE": "no", "CK_DEFAULT_TIMEOUT": "300",
            "KS_BUILD": str(build)}


def shell_command(program, test, env, work):
    """The line that the guest's shell executes."""
    env = {**(test or {}).get("env", {}), **env, **program.env, "KS_GUEST_WORK": str(work)}
    words = [f"{name}={value}" for name, value in env.items()]
    command = ["sh", "-c", program.command] if program.command else test["cmd"]
    return f"cd {shlex.quote(str(HERE.parent.parent))} && exec env {shlex.join(words + command)}"


def programs_of(machine):
    """Those of the table, behind the one that looks for the devices."""
    look = "".join(f"ls -d {path} || exit 1\n" for path in machine.has)
    return (machines.Program("devices", command=look), *machine.programs)


def chosen(wanted):
    """(machine, programs) pairs; an error names what there is not."""
    known = {machine.name for machine in machines.MACHINES}
    for machine in machines.MACHINES:
        names = {program.name: {machine.name, program.name, f"{machine.name}/{program.name}"}
                 for program in programs_of(machine)}
        known.update(*names.values())
        programs = [program for program in programs_of(machine) if not wanted or names[program.name] & set(wanted)]
        if programs:
            yield machine, programs
    unknown = sorted(set(wanted) - known)
    if unknown:
        sys.exit(f"guest: no machine or program {', '.join(unknown)}; --list shows what there is")


def show_list():
    """Machines and programs."""
    for machine in machines.MACHINES:
        print(f"{machine.name}: {machine.about}")
        for program in programs_of(machine):
            print(f"  {program.name}")


class Session:
    """The machines of one call."""

    def __init__(self, args):
        self.args = args
        self.cache = args.cache.resolve()
        self.build = args.build.resolve()
        self.tests = meson_tests(self.build)
        self.env = warm_registry(self.build, self.tests)
        self.lock = threading.Lock()
        self.rows = []

    def commands(self, programs, work):
        """(Program, shell command) pairs; a test that was not built fails like any other."""
        for program in programs:
            if program.command or program.name in self.tests:
                yield program, shell_command(program, self.tests.get(program.name), self.env, work)
            else:
                yield program, f"echo {self.build} has no test {program.name}: is its option enabled?; exit 1"

    def run_machine(self, kernel, initrd, machine, programs):
        """Boots, tells, keeps."""
        start = time.monotonic()
        work = self.cache / "work" / machine.name
        guest = boot.Boot(machine, list(self.commands(programs, work)), kernel, work)
        guest.prepare(HERE / "run.sh")
        guest.run(initrd)
        with self.lock:
            for result in guest.results():
                self.tell(result)
            for warning in guest.warnings():
                print(f"guest: {machine.name}: the kernel has a warning: {warning}")
            print(f"guest: {machine.name}: {time.monotonic() - start:.1f} s", flush=True)

    def tell(self, result):
        """One line, and what it printed if it failed."""
        if result.word == "FAIL" or self.args.run:
            print(result.stdout, result.stderr, sep="\n")
        print(f"{result.word:4} {result.name} {result.seconds} s{': ' if result.why else ''}{result.why}", flush=True)
        self.rows.append(result.row())

    def kernel(self):
        """Kernel and initrd; None: not to be had, which is a row too."""
        try:
            kernel = kernels.get(self.cache)
            return kernel, kernels.initrd(kernel, HERE / "init.sh")
        except kernels.Unavailable as error:
            word, text = "SKIP", f"SKIP: no kernel for the guest: {error}"
        except kernels.Broken as error:
            word, text = "FAIL", f"no kernel for the guest: {error}"
        print(text)
        self.rows.append({"name": "kernel", "result": word, "stdout": text + "\n"})
        return None

    def run(self):
        """Boots machines, some at a time."""
        pairs = list(chosen(self.args.tests))
        kernel = self.kernel()
        if self.args.run:
            program = machines.Program("command", command=self.args.run, seconds=600, skips=("",))
            pairs = [(pairs[0][0], [program])]
        with concurrent.futures.ThreadPoolExecutor(self.args.jobs) as pool:
            for future in [pool.submit(self.run_machine, *kernel, *pair) for pair in pairs if kernel]:
                future.result()

    def failed(self):
        """Whether any did."""
        return any(row["result"] == "FAIL" for row in self.rows)


def main():
    """Exit status 1 if anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--run", metavar="COMMAND")
    parser.add_argument("--jobs", type=int, default=2, help="machines at a time")
    parser.add_argument("tests", nargs="*", metavar="TEST")
    args = parser.parse_args()
    if args.list:
        show_list()
        return 0
    if args.run and len(args.tests) != 1:
        sys.exit("guest: --run wants one machine")
    session = Session(args)
    session.run()
    if args.json:
        args.json.write_text("".join(json.dumps(row) + "\n" for row in session.rows), encoding="utf-8")
    return 1 if session.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
