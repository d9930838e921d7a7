"""The guest's kernel, from Debian's archive, and its initrd; both cached by version.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import gzip
import lzma
import pathlib
import re
import shutil
import subprocess

SUITE = "forky"
# the first with PCI_P2PDMA, udmabuf, heaps and all the drivers as Debian builds it
OLDEST = (7, 0)
KERNEL = re.compile(r"^linux-binary-(\d+\.[\d.]+\+deb\d+)-amd64$")
PACKAGES = ("linux-binary-{}-amd64", "linux-modules-{}-amd64", "linux-base-{}-amd64")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NO_NETWORK = re.compile(r"Could not (resolve|connect)|Temporary failure|Unable to connect|Connection (failed|timed out"
                        r"|refused)|Network is unreachable|No route to host|Cannot initiate the connection|"
                        r"403 +Forbidden|50\d +\w+")
# what is needed before the host's modules can be reached
BOOT_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
APT_SECONDS = 240


class Unavailable(Exception):
    """The kernel cannot be had here, through no fault of the tests."""


class Broken(Exception):
    """It should be there, and cannot be made of what is."""


class Kernel:
    """An unpacked kernel: its version, and paths."""

    def __init__(self, folder):
        self.folder = folder
        self.version = next((folder / "lib/modules").iterdir()).name
        self.modules = folder / "lib/modules" / self.version
        self.image = self.modules / "vmlinuz"


def run(*args, seconds=60, folder=None):
    """The output of a command; an error that shows it when it fails."""
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=seconds, cwd=folder)
    if done.returncode:
        raise Broken(f"{args[0]} failed: {' '.join(args)}\n{done.stdout[-2000:]}")
    return done.stdout


def archive():
    """Where apt gets Debian itself from here."""
    for _ in range(2):
        rows = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)", "Created-By: Packages")
        for row in rows.splitlines():
            address, _, label = row.partition(" ")
            if label == "Debian Debian":
                return address
        try:
            run("apt-get", "-q", "update", seconds=APT_SECONDS)
        except Broken as error:
            raise Unavailable(f"no package lists: {str(error).splitlines()[-1]}") from error
    raise Unavailable("none of apt's sources is Debian's archive")


def apt(folder, *args):
    """apt with lists of its own, in folder/debs. What the network lacks is Unavailable, all else an error."""
    options = {"Dir::Etc::SourceList": folder / "sources.list", "Dir::Etc::SourceParts": "/dev/null",
               "Dir::State::Lists": folder / "lists", "Dir::State::status": "/dev/null", "Dir::Cache": folder / "cache",
               "Acquire::Languages": "none", "APT::Update::Error-Mode": "any", "APT::Sandbox::User": "root",
               "Acquire::Retries": "2"}
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    try:
        return run(args[0], *words, *args[1:], seconds=APT_SECONDS, folder=folder / "debs")
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{args[0]} {args[1]}: no answer in {APT_SECONDS} s") from error
    except Broken as error:
        if NO_NETWORK.search(str(error)):
            raise Unavailable(NO_NETWORK.search(str(error)).group(0)) from error
        raise


def numbers(version):
    """What versions are compared by."""
    return [int(number) for number in re.findall(r"\d+", version)]


def newest(names):
    """The version part of the newest kernel among package names."""
    found = [(numbers(match.group(1)), match.group(1)) for match in map(KERNEL.match, names) if match]
    if not found or max(found)[0] < list(OLDEST):
        raise Broken(f"{SUITE} has no package linux-binary-N-amd64 of {OLDEST[0]}.{OLDEST[1]} or later: "
                           f"{[version for _, version in found]}")
    return max(found)[1]


def download(cache):
    """Fills cache/kernel-VERSION."""
    scratch = cache / "apt"
    shutil.rmtree(scratch, ignore_errors=True)
    for part in ("lists/partial", "cache/archives/partial", "debs"):
        (scratch / part).mkdir(parents=True)
    signed = f"[signed-by={KEYRING}] " if pathlib.Path(KEYRING).exists() else ""
    (scratch / "sources.list").write_text(f"deb {signed}{archive()} {SUITE} main\n", encoding="utf-8")
    apt(scratch, "apt-get", "-q", "update")
    version = newest(apt(scratch, "apt-cache", "pkgnames", "linux-binary-").split())
    apt(scratch, "apt-get", "-q", "download", *(name.format(version) for name in PACKAGES))
    unpack(sorted((scratch / "debs").glob("*.deb")), cache / f"kernel-{version}")
    shutil.rmtree(scratch)


def unpack(packages, folder):
    """All of the packages, with the index of modules; whole or not at all."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "usr").mkdir(parents=True)
    (partial / "lib").symlink_to("usr/lib")
    for package in packages:
        run("dpkg-deb", "-x", str(package), str(partial))
    run("depmod", "-b", str(partial), next((partial / "lib/modules").iterdir()).name)
    partial.rename(folder)


def get(cache):
    """The newest cached Kernel, else a downloaded one."""
    def cached():
        return sorted((path for path in cache.glob("kernel-*") if not path.name.endswith(".partial")),
                      key=lambda path: numbers(path.name))

    if not cached():
        download(cache)
    return Kernel(cached()[-1])


def archive_entry(name, mode, data, number):
    """One file of a cpio archive (newc)."""
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    entry = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    entry += b"\0" * (-len(entry) % 4) + data
    return entry + b"\0" * (-len(entry) % 4)


def module_files(kernel):
    """Files of the modules that the guest boots with, in their order."""
    found = []
    for name in BOOT_MODULES:
        for line in run("modprobe", "-d", str(kernel.folder), "-S", kernel.version, "--show-depends", name).splitlines():
            path = line.split()[1]
            if line.startswith("insmod ") and path not in found:
                found.append(path)
    return [pathlib.Path(path) for path in found]


def initrd(kernel, init):
    """The initrd of a kernel, made when init is newer."""
    target = kernel.folder / "initrd"
    if target.exists() and target.stat().st_mtime > init.stat().st_mtime:
        return target
    folders = ("bin", "dev", "modules", "proc", "sys", "root")
    rows = [(name, 0o40755, b"") for name in folders]
    rows.append(("bin/busybox", 0o100755, pathlib.Path("/bin/busybox").read_bytes()))
    rows.append(("init", 0o100755, init.read_bytes()))
    names = []
    for path in module_files(kernel):
        names.append(path.name.removesuffix(".xz"))
        data = path.read_bytes()
        rows.append((f"modules/{names[-1]}", 0o100644, lzma.decompress(data) if path.suffix == ".xz" else data))
    rows.append(("modules/order", 0o100644, "".join(f"{name}\n" for name in names).encode()))
    rows.append(("TRAILER!!!", 0, b""))
    data = b"".join(archive_entry(name, mode, data, number) for number, (name, mode, data) in enumerate(rows, 1))
    target.write_bytes(gzip.compress(data, 1))
    return target
