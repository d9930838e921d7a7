"""The machines of the test guest: devices, kernel modules, and the programs that run there.

A row of MACHINES is one boot of QEMU. A program is a test of Meson's by its
name (`meson test --list`), or a shell command. It looks for its device itself
and exits with 77 and `SKIP: reason` without; but what a machine has must be
there, so that a skip is a failure unless the row's `skips` foresees its reason.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Program:
    """One program of a machine."""
    name: str                   # of Meson's test, or any where command is given
    command: str = ""           # for sh, instead of Meson's test
    env: dict = dataclasses.field(default_factory=dict)
    seconds: int = 120          # then it is ended, and has failed
    skips: tuple = ()           # regular expressions: reasons that are no failure here


@dataclasses.dataclass(frozen=True)
class Machine:
    """One boot."""
    name: str
    about: str
    programs: tuple
    devices: str = ""           # for QEMU; {work} is the work folder
    kernel: str = ""            # more for the kernel's command line
    modules: tuple = ()         # for modprobe, in this order, with their parameters
    setup: str = ""             # for sh -e, before the programs
    memory: str = "-m 2048"
    chipset: str = "q35"
    verbs: dict = dataclasses.field(default_factory=dict)  # see qmp.py


# Cards. Each line says what is seen in the guest.
CONTROLLER_MEMORY = "-device nvme,id=nvme,serial=ks,cmb_size_mb=64,legacy-cmb=off"   # p2pmem, 64 MiB
VIDEO_RAM = "-device bochs-display,id=fb,vgamem=32M"            # resource0 is video RAM, resource2 registers
SHARED_RAM = ("-object memory-backend-file,id=m0,mem-path={work}/shared-ram,size=64M,share=on"
              " -device ivshmem-plain,id=shared,memdev=m0")     # resource2; the host sees it as well
DMA_ENGINE = "-device intel-iommu,intremap=on,caching-mode=on -device edu,id=edu"
TWO_NODES = ("-object memory-backend-ram,id=n0,size=1G -object memory-backend-ram,id=n1,size=1G"
             " -numa node,memdev=n0,cpus=0 -numa node,memdev=n1,cpus=1")

MACHINES = (
    Machine(
        "numa", "two NUMA nodes, huge pages",
        devices=TWO_NODES,
        programs=(
            Program("libs/system"),
            Program("libs/conformance", env={"CK_FORK": "no"}),
        ),
    ),
)
