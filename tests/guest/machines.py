"""The machines of the test guest: devices, kernel modules, and the programs that run there.

A row of MACHINES is one boot of QEMU. A program is a test of Meson's by its
name (`meson test --list`), or a shell command. It looks for its device itself
and exits with 77 and `SKIP: reason` without; but what a machine has must be
there, so that a skip is a failure unless the row's `skips` foresees its reason.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import dataclasses
import json
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Program:
    """One program of a machine."""
    name: str                   # of Meson's test, or any where command is given
    command: str = ""           # for sh, instead of Meson's test
    env: dict = dataclasses.field(default_factory=dict)
    seconds: int = 240          # then it is ended, and has failed
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
    has: tuple = ()             # paths that must be there then: the machine's own test, `devices`
    memory: str = "-m 2048"
    chipset: str = "q35"
    verbs: dict = dataclasses.field(default_factory=dict)  # see qmp.py


def documented(machine):
    """What the pages say of the devices of a machine, typed as they have it: one command after the other."""
    blocks = json.loads(subprocess.run(
        [sys.executable, str(TOP / "tests" / "check" / "generic" / "docs.py"), "--blocks",
         f"./ks guest {machine}/pages", str(TOP)], check=True, stdout=subprocess.PIPE, text=True).stdout)
    shim = "PATH=$KS_BUILD/gst/tools:$PATH; cd \"$(mktemp -d)\"; printf '#!/bin/sh\\nshift\\nexec \"$@\"\\n' >ks; chmod +x ks; set -ex"
    return Program("pages", command="\n".join([shim, *(block["script"] for block in blocks)]))


def pluggable(number, device):
    """A device in a slot of its own, from which it can be pulled out (device_del)."""
    return f"-device pcie-root-port,id=slot{number},chassis={number} -device {device},bus=slot{number}"


# Cards, and what is seen of them in the guest.
CONTROLLER_MEMORY = pluggable(1, "nvme,id=nvme,serial=ks,cmb_size_mb=64,legacy-cmb=off")   # p2pmem, 64 MiB
VIDEO_RAM = pluggable(2, "bochs-display,id=fb,vgamem=32M")      # resource0 is video RAM, resource2 registers
SHARED_RAM = ("-object memory-backend-file,id=m0,mem-path={work}/shared-ram,size=64M,share=on "
              + pluggable(3, "ivshmem-plain,id=shared,memdev=m0"))      # resource2, the host sees it as well
DMA_ENGINE = "-device intel-iommu,intremap=on,caching-mode=on -device edu,id=edu"
TWO_NODES = ("-object memory-backend-ram,id=n0,size=1G -object memory-backend-ram,id=n1,size=1G"
             " -numa node,memdev=n0,cpus=0 -numa node,memdev=n1,cpus=1")

# 128 MiB at 1 GiB are persistent memory, and its namespace /dev/dax0.0.
DAX_KERNEL = "memmap=128M!1G"
DAX_MODULES = ("nd_e820", "nd_pmem", "dax_pmem", "device_dax")
DAX_SETUP = "ndctl create-namespace -f -e namespace0.0 -m devdax -a 2M"

# /dev/video0 captures, /dev/video1 plays; no errors are simulated, all pictures are the same.
VIVID = ("vivid n_devs=1 node_types=0x101 num_inputs=1 input_types=0x0 num_outputs=1 output_types=0x1"
         " no_error_inj=1")
VIVID_SETUP = "v4l2-ctl -d /dev/video0 -c colorspace=2,osd_text_mode=2"

# A sink that cannot import copies in silence: the tracer says who, and why.
SILENT_COPIES = """
GST_TRACERS="ks(report=copies)" gst-launch-1.0 v4l2src device=/dev/video0 num-buffers=4 io-mode=dmabuf-import \\
  ! video/x-raw,format=BGRx,width=640,height=480 ! ksallocator memory=dmaheap require=error \\
  ! kmssink name=screen force-modesetting=true driver-name=virtio_gpu sync=false >silent-copies.log 2>&1
cat silent-copies.log
grep -q 'screen copied [0-9]* frames instead of taking them: No such device (19)' silent-copies.log
"""

# The edu device (1234:11e8) is VFIO's.
DMA_SETUP = """
card=$(basename "$(dirname "$(grep -l 0x11e8 /sys/bus/pci/devices/*/device)")")
echo vfio-pci >"/sys/bus/pci/devices/$card/driver_override"
echo "$card" >/sys/bus/pci/drivers_probe
test -e "/sys/bus/pci/drivers/vfio-pci/$card"
"""

MACHINES = (
    Machine(
        "cards", "a card with its own allocator, video RAM, shared RAM, device-dax; no display driver",
        devices=f"{CONTROLLER_MEMORY} {VIDEO_RAM} {SHARED_RAM}",
        kernel=DAX_KERNEL, modules=("nvme", *DAX_MODULES), setup=DAX_SETUP,
        has=("/sys/bus/pci/devices/*/p2pmem/allocate", "/sys/bus/pci/devices/*/resource0_wc",
             "/sys/bus/pci/devices/*/resource2_wc", "/dev/dax0.0", "/dev/udmabuf", "/dev/dma_heap/system"),
        programs=(
            Program("ext/bar", env={"CK_FORK": "no"}),
            Program("ext/p2pmem", env={"CK_FORK": "no"}),
            Program("ext/dax", env={"CK_FORK": "no"}),
            # the example filter, whose card is the first BAR that there is
            Program("pipelines/kscard", env={"KS_CARD_KIND": "bar", "CK_FORK": "no"}),
            documented("cards"),
            # the last one: it pulls a card out
            Program("guest/rig"),
        ),
    ),
    Machine(
        "pulled", "cards that are pulled out while they are in use; none of them is left",
        devices=f"{CONTROLLER_MEMORY} {VIDEO_RAM} {SHARED_RAM}", modules=("nvme",),
        has=("/sys/bus/pci/devices/*/p2pmem/allocate",),
        programs=(
            Program("ext/unplug"),
        ),
    ),
    Machine(
        "displays", "cards with DRM drivers, a video capture and output card, dma-bufs, a card with RAM",
        devices="-device bochs-display,id=fb -device virtio-gpu-pci,id=virtio -device qxl,id=qxl "
        + CONTROLLER_MEMORY,
        modules=("nvme", "bochs", "virtio-gpu", "qxl", "vgem", VIVID), setup=VIVID_SETUP,
        has=("/sys/bus/pci/drivers/bochs-drm/0000:*", "/sys/bus/pci/drivers/qxl/0000:*",
             "/dev/dri/card3", "/dev/video1", "/dev/udmabuf", "/dev/dma_heap/system"),
        programs=(
            Program("ext/dmaheap", env={"CK_FORK": "no"}),
            Program("ext/udmabuf", env={"CK_FORK": "no"}),
            Program("ext/dumb", env={"CK_FORK": "no", "KS_TEST_CARDS": "bochs-drm virtio_gpu qxl vgem"}),
            Program("guest/consumers"),
            Program("silent-copies", command=SILENT_COPIES),
            documented("displays"),
        ),
    ),
    Machine(
        "dma", "a DMA engine behind an IOMMU",
        devices=DMA_ENGINE, chipset="q35,kernel-irqchip=split", kernel="intel_iommu=on",
        modules=("vfio-pci", "vfio_iommu_type1"), setup=DMA_SETUP,
        has=("/dev/vfio/[0-9]*",),
        programs=(
            Program("guest/edu"),
        ),
    ),
    Machine(
        "numa", "two NUMA nodes, huge pages",
        devices=TWO_NODES, has=("/sys/devices/system/node/node1",),
        programs=(
            Program("libs/system"),
            # a process for each of hundreds of cases takes a minute
            Program("libs/conformance", env={"CK_FORK": "no"}),
        ),
    ),
)
