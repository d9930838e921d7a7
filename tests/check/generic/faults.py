#!/usr/bin/env python3
"""Every public function is tried with calls of the system that fail, or cannot fail by them.

usage: faults.py TOP LIBRARY

A function of layers 3 and 4 has a row in a table of tests/check/*/fault*.c, which
calls it, or stands in tests/check/data/faults.toml with the reason why it needs
none. Layers 0 to 2 make none of the calls, and LIBRARY makes no call that
libs/faultcalls.c neither has fail nor is known here as one that cannot.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

from layers import layer_of

DATA = "tests/check/data/faults.toml"
HOOKS = "tests/check/libs/faultcalls.c"
COMMENTS = re.compile(r"/\*.*?\*/", re.S)
TEXTS = re.compile(r'"(?:\\.|[^"\\\n])*"')
ROW = re.compile(r'[({]\s*"(gst_ks_\w+)"')
HOOK = re.compile(r'(?:FAIL_WITH|fault) \("(\w+)"')
# of libraries that answer for themselves
OTHERS = re.compile(r"^_?(g|gst|json|numa|asan|tsan|ubsan|sanitizer)_|^_+(asan|tsan|ubsan|cxa|gmon|ITM)|^GST_")
# cannot fail, or what it cannot do does not matter; g_try_realloc: of a GstByteWriter, small as what g_malloc() gives;
# abort: of g_error() in newer GLib; prctl: the name of a thread, which is then not told; sigaction and after: for
# SIGSEGV, legal arguments, and raise() of it
HARMLESS = set("""__errno_location __stack_chk_fail __tls_get_addr abort clock_gettime close dlclose dlopen dlsym free
 g_try_realloc getrlimit memchr memcpy memmove memset munmap prctl qsort raise read sched_yield sigaction sigemptyset
 signal strchr strcmp strcspn strlen strncmp strnlen strrchr strspn strstr sysconf write""".split())
WATCHED_OF_GLIB = re.compile(r"^g_(thread_(try_)?new|file_get|file_set|open|mkdir|unix|spawn|try_)")


def public_functions(top):
    """{function: layer} of all headers that are installed."""
    text = (top / "gst/ks/meson.build").read_text(encoding="utf-8")
    headers = re.findall(r"'(\w+)\.h'", re.search(r"ks_headers = files\((.*?)\)", text, re.S).group(1))
    found = {}
    for header in headers:
        text = COMMENTS.sub("", (top / f"gst/ks/{header}.h").read_text(encoding="utf-8"))
        text = re.sub(r"^#.*$", "", text, flags=re.M)
        for name in re.findall(r"\b(gst_ks_\w+) \(", text):
            found[name] = layer_of(header)
    return found


def rows(top):
    """(functions with a row that calls them, what is wrong)."""
    found, wrong = set(), []
    for path in sorted((top / "tests/check").glob("*/fault*.c")):
        text = COMMENTS.sub("", path.read_text(encoding="utf-8"))
        named = set(ROW.findall(text))
        code = TEXTS.sub("", text)
        wrong += [f"{path}: has a row of {name} and never calls it" for name in sorted(named)
                  if not calls_it(code, name)]
        found |= named
    return found, wrong


def calls_it(code, name):
    """Whether code does; what a class is given stands for a function of GStreamer's."""
    return re.search(rf"\b{name}\s*\(", code) or (name == "gst_ks_recycler_alloc" and "gst_allocator_alloc (" in code)


def test_functions(top):
    """What is in neither list, in both, or in one for nothing."""
    functions = {name for name, layer in public_functions(top).items() if layer and layer >= 3}
    tried, wrong = rows(top)
    groups = tomllib.loads((top / DATA).read_text(encoding="utf-8"))
    excused = [name for group in groups.values() for name in group["functions"]]
    wrong += [f"{name}: has no row in tests/check/*/fault*.c and no reason in {DATA}"
              for name in sorted(functions - tried - set(excused))]
    wrong += [f"{DATA}: {name} is no public function" for name in sorted(set(excused) - functions)]
    wrong += [f"{DATA}: {name} has a row" for name in sorted(set(excused) & tried)]
    wrong += [f"{DATA}: {name} stands there twice" for name in sorted(excused) if excused.count(name) > 1]
    wrong += [f"{DATA}: {name} has no reason" for name, group in groups.items() if not group.get("why")]
    print(f"{len(functions & tried)} functions are tried, {len(excused)} need not be")
    return wrong


def hooked(top):
    """The calls that can be had to fail."""
    return set(HOOK.findall((top / HOOKS).read_text(encoding="utf-8")))


def test_low_layers(top):
    """Who neither allocates nor asks makes none of the calls."""
    wrong = []
    for path in sorted((top / "gst/ks").glob("*.c")):
        if layer_of(path.stem) not in (0, 1, 2):
            continue
        code = TEXTS.sub("", COMMENTS.sub("", path.read_text(encoding="utf-8")))
        wrong += [f"{path}: calls {name}()" for name in sorted(hooked(top))
                  if re.search(rf"(?<![\w>.]){name} \(", code)]
    return wrong


def test_calls(top, library):
    """No call that nobody has fail."""
    names = subprocess.run(["nm", "-D", "--undefined-only", "--format=just-symbols", library],
                           capture_output=True, text=True, check=True).stdout.split()
    known = hooked(top) | HARMLESS
    wrong = []
    for name in sorted({re.sub(r"@.*|64$", "", name.split("@")[0]) for name in names}):
        if (WATCHED_OF_GLIB.match(name) or not OTHERS.match(name)) and name not in known:
            wrong.append(f"{library} calls {name}(): have it fail in {HOOKS}, or say here that it cannot")
    print(f"{len(names)} functions of others")
    return wrong


def main():
    """Exit status 1 if anything is wrong, 77 without nm."""
    top, library = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    if not shutil.which("nm"):
        print("SKIP: nm (binutils) is not installed")
        return 77
    wrong = test_functions(top) + test_low_layers(top) + test_calls(top, library)
    print("\n".join(wrong) or "all so")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
