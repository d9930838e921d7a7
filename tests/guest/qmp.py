"""QEMU's monitor, and what the host does when a program in the guest asks for it.

A program asks by the file `ask` in its work folder (tests/guest/guestask.h): one
line, a verb and its arguments. The answer comes as the file `answer`: `ok`,
perhaps with more after a blank, or `error` with the reason.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import socket

SECONDS = 30


class Monitor:
    """A connection to QEMU's QMP socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(str(path))
        self.rest = b""
        self.line()
        self.call("qmp_capabilities")

    def line(self):
        """The next message; TimeoutError when none comes, and the connection is as it was."""
        while b"\n" not in self.rest:
            data = self.socket.recv(65536)
            if not data:
                raise OSError("QEMU has closed its monitor")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def read(self):
        """The next message that is no event."""
        message = self.line()
        while "event" in message:
            message = self.line()
        return message

    def call(self, command, **arguments):
        """What QEMU returns; an error with its words when it refuses."""
        words = json.dumps({"execute": command, "arguments": arguments})
        self.socket.sendall(words.encode() + b"\n")
        answer = self.read()
        if "error" in answer:
            raise RuntimeError(f"{command}: {answer['error']['desc']}")
        return answer["return"]


def screendump(host, device, name):
    """The screen of a display as a PPM file in the work folder."""
    host.monitor.call("screendump", device=device, filename=str(host.work / name))
    return ""


def device_del(host, device):
    """A card is pulled out; the guest sees its folder in /sys go a moment later."""
    host.monitor.call("device_del", id=device)
    return ""


def shared_read(host, offset, size):
    """Bytes of the file behind ivshmem as the host sees them, in hex."""
    with open(host.work / "shared-ram", "rb") as file:
        file.seek(int(offset))
        return file.read(int(size)).hex()


def shared_write(host, offset, data):
    """Writes bytes (hex) into the file behind ivshmem."""
    with open(host.work / "shared-ram", "r+b") as file:
        file.seek(int(offset))
        file.write(bytes.fromhex(data))
    return ""


VERBS = {"screendump": screendump, "device_del": device_del,
         "shared_read": shared_read, "shared_write": shared_write}


class Host:
    """Answers what the programs of one machine ask; VERBS and the machine's own."""

    def __init__(self, work, socket_path, verbs):
        self.work = work
        self.path = socket_path
        self.verbs = {**VERBS, **verbs}
        self._monitor = None

    @property
    def monitor(self):
        """Connected when first needed."""
        if self._monitor is None:
            self._monitor = Monitor(self.path)
        return self._monitor

    def answer(self, line):
        """What to say to one line."""
        verb, *arguments = line.split() or [""]
        if verb not in self.verbs:
            return f"error no such verb: {verb}; there are: {' '.join(sorted(self.verbs))}"
        try:
            return f"ok {self.verbs[verb](self, *arguments)}".rstrip()
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            return f"error {error}"

    def serve(self):
        """Answers the line that is there, if one is."""
        ask = self.work / "ask"
        if not ask.exists():
            return
        line = ask.read_text(encoding="utf-8")
        ask.unlink()
        partial = self.work / "answer.new"
        partial.write_text(self.answer(line) + "\n", encoding="utf-8")
        partial.rename(self.work / "answer")
