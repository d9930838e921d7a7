"""The cases of ./ks bench and their bounds, as data.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import dataclasses
import pathlib

TRACER = {"GST_TRACERS": "ks(default=system)"}
LINES = ("gdppay", "matroskamux", "y4menc", "rawvideoparse use-sink-caps=true")


@dataclasses.dataclass
class Run:
    """One side of a case: words for ks-bench, or a line for gst-launch-1.0."""
    words: tuple = ()
    line: str = ""
    env: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Row:
    """A figure and its bound: on ours itself (absolute), else on ours to stock."""
    metric: str
    unit: str
    at_most: float | None
    counter: bool = False
    absolute: bool = False


@dataclasses.dataclass
class Case:
    """What is run in pairs."""
    name: str
    ours: Run | None
    stock: Run | None
    rows: list
    most_pairs: int = 99
    limit: int = 120     # seconds until a run counts as hung
    note: str = ""
    skip: str = ""       # why it is not run here


@dataclasses.dataclass
class Here:
    """What depends on the machine and on what was asked for."""
    version: tuple       # of GStreamer: (1, 22)
    kinds: tuple         # ({kind: whether it works}, reasons)
    huge_pages: str      # why there are none; empty: they are on
    quick: bool          # counters only: short loops
    vulkan: str          # why Vulkan elements cannot run; empty: they can

    def newer_pool(self):
        """Whether GStreamer's pool is the one with a mutex."""
        return self.version >= (1, 26)

    def kind_skip(self, kind):
        """Why a kind is not here; empty: it is."""
        works, reasons = self.kinds
        if works.get(kind):
            return ""
        for text in reasons.split("; "):
            if text.startswith(kind + ": "):
                return text
        return f"{kind}: no such kind in this build"


def huge_pages():
    """Why transparent huge pages are not to be had; empty when they are."""
    path = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")
    if not path.exists():
        return f"{path} does not exist: no transparent huge pages in this kernel"
    if "[never]" in path.read_text(encoding="ascii"):
        return f"{path} says never"
    return ""


def words(name, variant, **options):
    """A run of ks-bench."""
    return Run(words=(name, f"--variant={variant}",
                      *(f"--{option}={value}" for option, value in options.items())))


def both(name, **options):
    """The two sides of a case of ks-bench."""
    return words(name, "ours", **options), words(name, "stock", **options)


def faults(bound):
    """The row on page faults of ours to stock."""
    return Row("faults", "minor faults", bound, counter=True)


def process_case(name, frames, caps, element, bounds):
    """An unmodified line, as a process, without and with the tracer."""
    line = (f"videotestsrc pattern=black num-buffers={frames} ! video/x-raw,{caps} ! "
            f"{element} ! fakesink sync=false")
    return Case(name, Run(line=line, env=TRACER), Run(line=line), bounds)


def painting_case(case):
    """What is left of an unmodified line when nobody discards: stock without the element."""
    line = case.stock.line
    start, element, end = line.rsplit(" ! ", 2)
    return Case(case.name.replace("tracer", "floor"), Run(line=f"{start} ! {end}"), Run(line=line),
                [Row("wall", "s", None)],
                note=f"the column ours is stock too, without {element}: the source's own painting")


def process_cases(here):
    """Unmodified lines."""
    big = [Row("wall", "s", 0.20), faults(0.05)]
    # what newer muxers let go of in time stock does not have to make again
    even = [Row("wall", "s", 1.05), faults(1.05)]
    wide = "width=4096,height=2160"
    found = [
        process_case("tracer-bgra-4096x2160-gdppay", 100, f"format=BGRA,{wide}", "gdppay", big),
        process_case("tracer-ayuv-4096x2160-matroskamux", 100, f"format=AYUV,{wide}",
                     "matroskamux", even if here.newer_pool() else big),
        process_case("tracer-i420-8k-y4menc", 60, "format=I420,width=7680,height=4320", "y4menc",
                     [Row("wall", "s", 0.65), faults(0.06)]),
        process_case("tracer-i420-1080p-rawvideoparse", 300,
                     "format=I420,width=1920,height=1080", "rawvideoparse use-sink-caps=true",
                     [Row("cpu", "s user + system", 1.05), faults(0.8)]),
    ]
    return found + [painting_case(case) for case in found[:2]]


def align_cases(here):
    """Aligned frames with reuse against aligned frames without."""
    found = []
    for element in ("y4menc", "gdppay"):
        ours, stock = both("line-align", ops=100, line=element)
        # the y4menc of 1.26 lets malloc() find the same place again, or not
        bound = 1.05 if element == "y4menc" and here.newer_pool() else 0.15
        found.append(Case(f"align-4096-1080p-{element}", ours, stock, [faults(bound)],
                          note="stock is posix_memalign() without reuse"))
    return found


def steady_cases(here):
    """Fresh blocks per frame after the first quarter of a run."""
    found = []
    for kind in ("huge", "locked", "shared", "system"):
        for element in LINES:
            ours = words("line-steady", "ours", ops=200, kind=kind, line=element)
            stock = words("line-steady", "stock", ops=200, line=element)
            # the newer mux has a thread of its own: how many are in motion at most may show late
            late = element == "matroskamux" and here.newer_pool()
            row = Row("fresh", "blocks a frame", 0.02 if late else 0, counter=True, absolute=True)
            found.append(Case(f"steady-{kind}-{element.split()[0]}", ours, stock, [row],
                              most_pairs=1, skip=here.kind_skip(kind)))
    return found


def churn_case(here, threads, old, new):
    """Acquire and unref on one pool against stock's."""
    ours, stock = both("pool-churn", threads=threads, ops=1_000_000)
    rows = [Row("time", "ns an operation", new if here.newer_pool() else old)]
    return Case(f"pool-{threads}-threads", ours, stock, rows, limit=30)


def floor_case(threads):
    """A subclass that does nothing against stock's pool: no subclass is faster."""
    _, stock = both("pool-churn", threads=threads, ops=1_000_000)
    floor = words("pool-churn", "ours", threads=threads, ops=1_000_000, kind="floor")
    return Case(f"floor-pool-{threads}-threads", floor, stock,
                [Row("time", "ns an operation", None)], limit=30,
                note="the column ours is a subclass of GstBufferPool that does nothing")


def missing_churn_case(threads, bound):
    """The row that needs a newer GStreamer."""
    return Case(f"pool-{threads}-threads-1.26", None, None, [Row("time", "ns an operation", bound)],
                skip="needs GStreamer 1.26")


def pool_cases(here):
    """Acquire and release."""
    found = [churn_case(here, 1, 0.80, 0.45), churn_case(here, 2, 0.90, 0.55)]
    four, stock = both("pool-churn", threads=4, ops=1_000_000)
    two = words("pool-churn", "ours", threads=2, ops=1_000_000)
    hangs = Row("hangs", "runs ended by the watchdog", 0, counter=True, absolute=True)
    if here.newer_pool():
        found += [churn_case(here, 4, None, 0.40), floor_case(4)]
    else:
        quick, _ = both("pool-churn", threads=4, ops=200_000)
        found.append(Case("pool-4-threads", quick, stock, [hangs], most_pairs=1, limit=10))
        found += [missing_churn_case(threads, bound)
                  for threads, bound in ((1, 0.45), (2, 0.55), (4, 0.40))]
    found += [floor_case(1), floor_case(2)]
    found.append(Case("pool-4-threads-to-own-2", four, two, [Row("time", "ns an operation", 1.6)],
                      limit=30, note="the column stock is ours with two threads"))
    ours, stock = both("pool-ping-pong", ops=100_000)
    found.append(Case("pool-ping-pong-cap-4", ours, stock, [Row("time", "ns a frame", 0.9)],
                      limit=60))
    return found


def alloc_cases():
    """Allocator alone, four frames in flight."""
    table = (("1080p-nv12", 3_110_400, 2000, 1.1), ("4k-bgra", 33_177_600, 100, 0.5),
             ("8k-rgba", 132_710_400, 30, 0.12))
    found = []
    for name, size, ops, bound in table:
        ours, stock = both("alloc", size=size, ops=ops)
        found.append(Case(f"alloc-{name}", ours, stock, [
            Row("time", "ns an allocation", bound),
            Row("faults", "minor faults an allocation", 1, counter=True, absolute=True)]))
    return found


def huge_case(here):
    """First touch of huge pages against our own ordinary memory."""
    size = 132_000_000
    return Case("first-touch-132mb-huge", words("first-touch", "ours", kind="huge", size=size, ops=5),
                words("first-touch", "ours", kind="system", size=size, ops=5),
                [Row("time", "ns", 0.25)], skip=here.huge_pages or here.kind_skip("huge"),
                note="the column stock is our kind system")


def transfer_cases(here):
    """Frames into each host kind and out of it, by the elements and by memcpy alone."""
    table = (("1080p-i420", "video/x-raw,format=I420,width=1920,height=1080", 3_110_400, 300),
             ("1366-rgb", "video/x-raw,format=RGB,width=1366,height=768", 3_148_800, 300),
             ("1080p-bytes", "application/x-octets", 3_110_400, 300),
             ("4k-bgra", "video/x-raw,format=BGRA,width=3840,height=2160", 33_177_600, 30))
    found = []
    for kind in ("huge", "locked", "shared", "system"):
        for name, caps, size, ops in table:
            ours, stock = both("transfer", kind=kind, size=size, ops=ops,
                               line=caps + ",framerate=30/1" if "video" in caps else caps)
            passes = "nothing is copied: ordinary memory passes" if kind == "system" else ""
            found.append(Case(f"transfer-{kind}-{name}", ours, stock,
                              [Row("cpu", "us a frame", 1.08)], skip=here.kind_skip(kind),
                              note=passes))
    return found


def vulkan_cases(here):
    """To a card and back, by our elements and by those of libgstvulkan."""
    found = []
    for name, size, frames in (("1080p", "width=1920,height=1080", 60),
                               ("4k", "width=3840,height=2160", 15)):
        start = (f"videotestsrc pattern=black num-buffers={frames} ! "
                 f"video/x-raw,format=RGBA,{size} ! ")
        end = " ! video/x-raw,format=BGRA ! fakesink"
        ours = f"{start}ksupload ! vulkancolorconvert ! ksdownload{end}"
        stock = f"{start}vulkanupload ! vulkancolorconvert ! vulkandownload{end}"
        found.append(Case(f"vulkan-{name}", Run(line=ours), Run(line=stock),
                          [Row("wall", "s", 1.0)], skip=here.vulkan))
    return found


def object_cases(here):
    """Descriptors, pools and pictures that outstay."""
    fds, stock_fds = both("pool-fds", ops=100)
    pools, stock_pools = both("caps-pools", ops=1000)
    found = [
        Case("idle-pools-100", fds, stock_fds, [
            Row("descriptors", "opened by us", 0, counter=True, absolute=True)], most_pairs=1,
            note="ours is what it has beyond the base class, whose own are the column stock"),
        Case("renegotiations-1000", pools, stock_pools, [
            Row("live pools", "pools", 2, counter=True, absolute=True),
            Row("pools left", "pools after the end", 0, counter=True, absolute=True)],
            most_pairs=1),
    ]
    for element in ("queue", "gdppay"):
        ours, stock = both("caps-stale", ops=30, line=element)
        found.append(Case(f"cached-by-memory-{element}", ours, stock, [
            Row("stale", "pictures", 0, counter=True, absolute=True),
            Row("hits", "imports saved", None, counter=True, absolute=True)], most_pairs=1))
    ops = 50_000 if here.quick else 1_000_000
    found.append(Case("stress-8-threads", words("pool-stress", "ours", threads=8, ops=ops), None, [
        Row("hangs", "runs ended by the watchdog", 0, counter=True, absolute=True),
        Row("leaks", "frames and pools", 0, counter=True, absolute=True),
        Row("count off", "frames", 0, counter=True, absolute=True)],
        most_pairs=1, limit=600, note=f"{ops} operations a thread"))
    return found


def plan_run(graph, pads, ops):
    """Solving a graph that is only described."""
    return words("plan", "ours", kind=graph, size=pads, ops=ops)


def plan_cases():
    """How long plans take, and how that grows with the graph."""
    table = (("plan-chain-200", "chain", 200, 200, 1), ("plan-chain-200-10-rings", "rings", 200, 100, 5),
             ("plan-chain-200-copies", "copies", 200, 100, None))
    found = [Case(name, plan_run(graph, pads, ops), None,
                  [Row("time", "ms a graph", bound, absolute=True)])
             for name, graph, pads, ops, bound in table]
    found += [Case(f"plan-{graph}-10000-to-1000", plan_run(graph, 10_000, 5), plan_run(graph, 1000, 20),
                   [Row("time", "ms a graph", 15)], note="the column stock is ours with 1000 pads")
              for graph in ("chain", "copies")]
    return found


def start_cases():
    """What a negotiator adds to the start of a pipeline of 50 elements."""
    ours, stock = both("start", size=50, ops=21)
    return [Case("start-50-elements", ours, stock, [
        Row("time", "us until preroll", 1.25), Row("time an element", "us", None)],
        note="100 us an element more are allowed too")]


def all_cases(here):
    """Every case, in the order of the table."""
    return [*process_cases(here), *align_cases(here), *steady_cases(here), *pool_cases(here),
            *alloc_cases(), huge_case(here), *transfer_cases(here), *vulkan_cases(here), *object_cases(here), *plan_cases(),
            *start_cases()]
