"""Boots a machine of the table and collects what its programs left.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time

import qmp

# One host thread for all of a guest's processors: with one each, QEMU 7.2 now and
# then runs a stale instruction after the kernel patched itself ("Oops: int3").
PROCESSORS = "-accel tcg,thread=single -cpu max -smp 2,sockets=2"
# no watchdogs: on a busy host the guest's processors stand still now and then
KERNEL = "quiet oops=panic panic=-1 nowatchdog rcupdate.rcu_cpu_stall_suppress=1"
BOOT_SECONDS = 180
GRACE_SECONDS = 60              # beyond a program's own time
POLL_SECONDS = 0.05
FAULT = re.compile(r"\bBUG:|kernel BUG at|\bOops\b|Kernel panic|general protection fault")
WARNED = re.compile(r"WARNING: .*")
SKIP = re.compile(r"SKIP: (.*)")
TAIL = 40


class Result:
    """What became of a program."""

    def __init__(self, machine, program):
        self.name = f"{machine.name}/{program.name}"
        self.program = program
        self.word = "FAIL"
        self.why = ""
        self.stdout = self.stderr = ""
        self.seconds = 0.0

    def fail(self, why):
        """Returns itself."""
        self.word, self.why = "FAIL", why
        return self

    def judge(self, status):
        """By the exit status, and by the reasons of what was skipped."""
        reasons = SKIP.findall(self.stdout + self.stderr)
        unforeseen = [reason for reason in reasons
                      if not any(re.search(pattern, reason) for pattern in self.program.skips)]
        if status in (124, 137):
            self.fail(f"not done after {self.program.seconds} s")
        elif status not in (0, 77):
            self.fail(f"exit status {status}")
        elif status == 77 and not reasons:
            self.fail("exit status 77 without a reason (SKIP: ...)")
        elif unforeseen:
            self.fail("this machine has what it needs, yet it skipped: " + " / ".join(sorted(set(unforeseen))))
        else:
            self.word = "SKIP" if status == 77 else "OK"
            self.why = " / ".join(sorted(set(reasons)))
        return self

    def row(self):
        """As in Meson's log."""
        return {"name": self.name, "result": self.word, "duration": self.seconds,
                "stdout": self.stdout, "stderr": self.stderr + (f"\n{self.why}\n" if self.word == "FAIL" else "")}


def qemu(machine, kernel, initrd, work, monitor):
    """The command line."""
    words = f"ks.work={work} ks.run={work}/run.sh console=ttyS0 {KERNEL} {machine.kernel}"
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-vga", "none",
            "-M", machine.chipset, *PROCESSORS.split(), *machine.memory.split(),
            "-kernel", str(kernel.image), "-initrd", str(initrd), "-append", words,
            "-serial", f"file:{work}/console", "-qmp", f"unix:{monitor},server=on,wait=off",
            "-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
            "-fsdev", f"local,id=work,path={work},security_model=none",
            "-device", "virtio-9p-pci,fsdev=work,mount_tag=work",
            *shlex.split(machine.devices.replace("{work}", str(work)))]


class Boot:
    """One machine, from its work folder to its results."""

    def __init__(self, machine, programs, kernel, work):
        self.machine = machine
        self.programs = programs        # (Program, shell command) pairs
        self.kernel = kernel
        self.work = work
        self.trouble = ""

    def prepare(self, run_script):
        """The work folder as run.sh wants it."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        shutil.copy(run_script, self.work / "run.sh")
        (self.work / "kernel").write_text(f"{self.kernel.folder}\n", encoding="utf-8")
        (self.work / "modules").write_text("".join(f"{m}\n" for m in self.machine.modules), encoding="utf-8")
        (self.work / "setup").write_text(self.machine.setup + "\n", encoding="utf-8")
        for number, (program, command) in enumerate(self.programs):
            folder = self.folder(number)
            folder.mkdir(parents=True)
            (folder / "name").write_text(program.name + "\n", encoding="utf-8")
            (folder / "seconds").write_text(f"{program.seconds}\n", encoding="utf-8")
            (folder / "command").write_text(command + "\n", encoding="utf-8")

    def folder(self, number):
        """Where a program's files are."""
        return self.work / "programs" / f"{number:03}"

    def text(self, name):
        """A file of the work folder, '' where there is none."""
        path = self.work / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def run(self, initrd):
        """QEMU, until it ends or its time is over."""
        # a socket's path may be short only
        with tempfile.TemporaryDirectory(prefix="ks-guest-") as folder:
            command = qemu(self.machine, self.kernel, initrd, self.work, os.path.join(folder, "qmp"))
            host = qmp.Host(self.work, os.path.join(folder, "qmp"), self.machine.verbs)
            with open(self.work / "qemu.log", "wb") as log:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                self.watch(process, host)
            finally:
                process.kill()
                process.wait()

    def done(self):
        """How many programs have left their status."""
        return sum(1 for number in range(len(self.programs)) if (self.folder(number) / "status").exists())

    def patience(self, done):
        """Seconds that the guest may take for what comes next."""
        following = [program.seconds for program, _ in self.programs[done:done + 1]]
        return sum(following, BOOT_SECONDS if done == 0 else GRACE_SECONDS)

    def watch(self, process, host):
        """Serves what programs ask for; a guest that gets no further has hung."""
        done, since = 0, time.monotonic()
        while process.poll() is None and time.monotonic() < since + self.patience(done):
            host.serve()
            time.sleep(POLL_SECONDS)
            if self.done() > done:
                done, since = self.done(), time.monotonic()
        if process.poll() is None:
            self.trouble = f"hung: nothing for {self.patience(done)} s"
        elif process.returncode:
            words = self.text("qemu.log").strip().split("\n", 1)[0]
            self.trouble = f"QEMU's exit status is {process.returncode}: {words}"

    def seconds(self, number):
        """How long a program took, by the guest's clock."""
        times = self.text(self.folder(number) / "times").split()
        return round(float(times[1]) - float(times[0]), 1) if len(times) == 2 else 0.0

    def fault(self):
        """What is wrong with the machine as a whole, or ''."""
        found = FAULT.search(self.text("console"))
        if found:
            return f"the kernel broke: {found.group(0)}"
        return self.text("trouble").strip() or self.trouble

    def warnings(self):
        """What the kernel found odd and lived with."""
        return WARNED.findall(self.text("dmesg"))

    def console(self):
        """The end of what the kernel said."""
        return "\n".join(self.text("console").replace("\r", "").split("\n")[-TAIL:])

    def results(self):
        """A Result for each program."""
        fault, found = self.fault(), []
        for number, (program, _) in enumerate(self.programs):
            result = Result(self.machine, program)
            status = self.text(self.folder(number) / "status").strip()
            result.stdout = self.text(self.folder(number) / "stdout")
            result.stderr = self.text(self.folder(number) / "stderr")
            result.seconds = self.seconds(number)
            if status:
                result.judge(int(status))
            else:
                result.fail(f"{fault or 'it left no status'}; the console's end:\n{self.console()}")
            found.append(result)
        if fault and all(result.word != "FAIL" for result in found):
            found[-1].fail(f"{fault}; the console's end:\n{self.console()}")
        return found
