#!/usr/bin/env python3
"""Draws the pictures of the documentation as SVG.

usage: draw.py [--check] FOLDER

Writes idea.svg, life.svg, ks.svg and layout.svg into FOLDER. --check writes nothing and fails when
a file there is not what would be drawn. Colours follow the reader's light or
dark setting; without one the picture brings its own light ground.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import pathlib
import sys
from xml.sax.saxutils import escape

STYLE = """
    .ground { fill: #fbfbf8; }
    text { font: 15px sans-serif; fill: #22262b; }
    .head { font-weight: bold; }
    .note { font-size: 13px; fill: #4b525b; }
    .step { font-weight: bold; fill: #fbfbf8; font-size: 13px; }
    .box { fill: #eef1f4; stroke: #5b6672; stroke-width: 1.5; }
    .ours { fill: #dcebff; stroke: #2a66b8; }
    .block { fill: #2a66b8; stroke: none; }
    .dot { fill: #5b6672; }
    .line { fill: none; stroke: #5b6672; stroke-width: 1.5; }
    .ask { stroke-dasharray: 5 4; }
    .way { stroke: #2a66b8; stroke-width: 3; }
    .tip { fill: #5b6672; }
    .waytip { fill: #2a66b8; }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #16191d; }
      text { fill: #e6e9ec; }
      .note { fill: #b3bac2; }
      .step { fill: #16191d; }
      .box { fill: #262b31; stroke: #98a2ad; }
      .ours { fill: #16304f; stroke: #6ea8f5; }
      .block, .waytip { fill: #6ea8f5; }
      .dot, .tip { fill: #98a2ad; }
      .line { stroke: #98a2ad; }
      .way { stroke: #6ea8f5; }
    }
  """

TIPS = """
    <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"
      orient="auto"><path class="tip" d="M0 0 L10 5 L0 10 z"/></marker>
    <marker id="waytip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="4.5" markerHeight="4.5"
      orient="auto"><path class="waytip" d="M0 0 L10 5 L0 10 z"/></marker>
  """


class Picture:
    """SVG elements in the order in which they are drawn."""

    def __init__(self, width, height, title, words):
        self.out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img">',
            f"  <!-- drawn by docs/images/draw.py -->\n  <title>{escape(title)}</title>",
            f"  <desc>{escape(words)}</desc>",
            f"  <style>{STYLE}</style>\n  <defs>{TIPS}</defs>",
            f'  <rect class="ground" width="{width}" height="{height}" rx="10"/>',
        ]

    def text(self, at, lines, style="", anchor="start"):
        """LINES below each other, the first one's base line at AT."""
        x, y = at
        for number, line in enumerate(lines):
            self.out.append(f'  <text x="{x}" y="{y + 19 * number}" class="{style}"'
                            f' text-anchor="{anchor}">{escape(line)}</text>')

    def box(self, place, head, lines=(), style=""):
        """A box (x, y, width, height) with a headline and notes."""
        x, y, width, height = place
        self.out.append(f'  <rect class="box {style}" x="{x}" y="{y}" width="{width}"'
                        f' height="{height}" rx="8"/>')
        middle = x + width / 2
        self.text((middle, y + 27), [head], "head", "middle")
        self.text((middle, y + 48), lines, "note", "middle")

    def line(self, path, style=""):
        """A line with a tip along an SVG path."""
        tip = "waytip" if "way" in style else "tip"
        self.out.append(f'  <path class="line {style}" d="{path}" marker-end="url(#{tip})"/>')

    def step(self, at, number):
        """A number in a dot."""
        x, y = at
        self.out.append(f'  <circle class="dot" cx="{x}" cy="{y}" r="11"/>')
        self.text((x, y + 4.5), [str(number)], "step", "middle")

    def blocks(self, at, count):
        """A row of COUNT blocks of memory."""
        x, y = at
        for number in range(count):
            self.out.append(f'  <rect class="block" x="{x + 26 * number}" y="{y}"'
                            ' width="20" height="20" rx="3"/>')

    def bytes(self, at, width, height, style):
        """Some bytes that lie together."""
        x, y = at
        self.out.append(f'  <rect class="box {style}" x="{x}" y="{y}" width="{width}" height="{height}"/>')

    def rows(self, at, planes, stride):
        """Rows of PLANES, (count, width, style) each, one below the other; up to STRIDE lies what is no picture."""
        x, y = at
        for count, width, style in planes:
            for _ in range(count):
                self.bytes((x, y), width, 15 if style == "block" else 16, style)
                if stride > width:
                    self.bytes((x + width, y), stride - width, 16, "")
                y += 16
        return y

    def end(self):
        """The whole file."""
        return "\n".join([*self.out, "</svg>"]) + "\n"


def idea():
    """What the element does to a link."""
    p = Picture(900, 440, "One link with ksallocator",
                "Upstream asks where frames come from. ksallocator asks downstream, joins the"
                " answer with your wish and offers a pool. Frames pass it untouched. When the last"
                " user lets go of the memory, its block is back in the store and serves again.")
    p.box((30, 110, 200, 80), "upstream", ["fills frames"])
    p.box((350, 110, 200, 80), "ksallocator", ["your wish: memory=,", "align=, frames=, layout= ..."],
          "ours")
    p.box((670, 110, 200, 80), "downstream", ["reads them, keeps some"])
    p.box((30, 330, 840, 84), "store", ["blocks of one kind that nobody uses now"], "ours")
    p.blocks((70, 362), 5)
    p.blocks((710, 362), 5)

    p.line("M130 110 C130 40 420 40 420 106", "ask")
    p.step((150, 62), 1)
    p.text((168, 42), ["where do frames come from?"], "note")
    p.line("M480 110 C480 40 770 40 770 106", "ask")
    p.step((500, 62), 2)
    p.text((520, 42), ["what do you need of them?"], "note")
    p.line("M350 172 L234 172", "ask")
    p.step((292, 204), 3)
    p.text((292, 232), ["a pool: kind, size,", "alignment, how many"], "note", "middle")

    p.line("M230 135 L344 135", "way")
    p.line("M550 135 L664 135", "way")
    p.step((607, 160), 5)
    p.text((607, 190), ["frames pass", "untouched"], "note", "middle")

    p.line("M100 330 L100 198", "way")
    p.step((126, 262), 4)
    p.text((146, 285), ["a block, warm and mapped; at the cap", "whoever came first is served first"],
           "note")
    p.line("M800 190 L800 322", "way")
    p.step((774, 262), 6)
    p.text((752, 285), ["the last user of the memory lets go,", "whether or not the buffer lived"],
           "note", "end")
    return p.end()


def life():
    """The life of a frame in the library."""
    p = Picture(860, 520, "The life of a frame",
                "A block is made once. The store gives it to a pool; the gate counts it out; it is"
                " filled, pushed and held. An intact buffer goes back to the pool's shelf; of any"
                " other buffer the memory comes back to the store. Idle blocks leave by age.")
    p.box((30, 40, 200, 84), "kind", ["makes and takes back", "blocks"])
    p.box((350, 40, 230, 84), "store", ["idle blocks by size;", "warm ones first, old ones go"], "ours")
    p.blocks((596, 72), 2)
    p.box((350, 218, 230, 84), "pool", ["shelf: whole buffers,", "ready while it is active"], "ours")
    p.blocks((596, 250), 2)
    p.box((350, 400, 230, 84), "gate", ["counts what is out, up to the", "cap; first come, first served"],
          "ours")
    p.box((30, 400, 200, 84), "out", ["filled, pushed, held:", "upstream, downstream"])

    p.line("M230 66 L344 66", "way")
    p.text((287, 54), ["a new block"], "note", "middle")
    p.line("M350 104 L236 104", "ask")
    p.text((290, 142), ["too old, too many,", "trimmed"], "note", "middle")
    p.line("M430 124 L430 212", "way")
    p.text((445, 160), ["dressed as a GstMemory: the old object for", "the same layout, else a new one"],
           "note")
    p.line("M430 302 L430 394", "way")
    p.text((445, 353), ["a GstBuffer"], "note")
    p.line("M350 442 L238 442", "way")
    p.line("M130 400 L130 260 L344 260")
    p.text((150, 330), ["the buffer comes", "back intact"], "note")
    p.line("M60 400 L60 170 L390 170 L390 130")
    p.text((76, 196), ["only the memory comes back:", "the buffer is gone, changed or shared"], "note")
    p.text((600, 422), ["its place is free once it is on the", "shelf or in the store, not when",
                        "the buffer dies"], "note")
    return p.end()


def kernel_streaming():
    """Who makes and who uses an allocator: KS above, here below."""
    p = Picture(900, 560, "An allocator in KS and here",
                "In KS a graph manager reads the framing of each pin, creates the allocator on the"
                " last sink pin and gives it to the first source pin. Here the first element asks"
                " downstream with the ALLOCATION query, whoever answers makes the pool, and the"
                " first element takes its frames from it. In both the frame goes through the"
                " transform that works in place, and comes back to the allocator.")
    for top, head, ours in ((110, "KS", ""), (390, "here", "ours")):
        p.text((30, top - 82 if ours == "" else top - 72), [head], "head")
        p.box((30, top, 200, 80), "source", ["takes frames, fills them"])
        p.box((350, top, 200, 80), "transform", ["works in place,", "allocates nothing"])
        p.box((670, top, 200, 80), "sink", ["makes the allocator" if ours == "" else
                                            "or a ksallocator before it:", "of the fixed framing"
                                            if ours == "" else "answers with a pool"], ours)
        p.line(f"M230 {top + 40} L344 {top + 40}", "way")
        p.line(f"M550 {top + 40} L664 {top + 40}", "way")
        p.line(f"M770 {top + 80} C770 {top + 132} 130 {top + 132} 130 {top + 104}"
               f" L130 {top + 86}", "way")
        p.text((450, top + 142), ["frames come back; at the cap the source waits for them"], "note",
               "middle")
    p.box((300, 14, 300, 56), "graph manager", ["reads framing, decides, creates, assigns"])
    p.line("M600 42 C720 42 770 60 770 104", "ask")
    p.text((876, 34), ["create, with the sink's handle"], "note", "end")
    p.line("M300 42 C180 42 130 60 130 104", "ask")
    p.text((206, 34), ["assign"], "note", "end")
    p.line("M130 390 C130 330 420 330 444 384", "ask")
    p.line("M456 384 C480 330 770 330 770 384", "ask")
    p.text((290, 326), ["ALLOCATION: where do frames come from?"], "note", "middle")
    p.text((640, 326), ["asked on: what do you need of them?"], "note", "middle")
    return p.end()


def layout():
    """How rows and planes lie in a frame, and the frame in its block."""
    p = Picture(900, 560, "How rows lie in a frame",
                "Rows of default length have a few bytes of padding, packed rows have none and rows of a"
                " stride more of them. A plane begins where the rows before it end. The block has the"
                " prefix, the frame and the padding; its start is aligned.")
    luma, chroma = "block", "ours"
    for x, head, lines, width, stride in (
            (30, "default", ["GStreamer's own: rows are rounded up,", "mostly to 4 bytes, and so is an odd",
                             "height. Programs often forget that."], 222, 240),
            (330, "layout=packed", ["rows are as long as their pixels, planes", "follow at once: width x height"
                                    " bytes", "and nothing else"], 222, 222),
            (630, "stride=256../512", ["the shortest row in the range that is", "long enough: 1 or 3 or 5 ..."
                                       " times 256", "bytes, in each plane"], 180, 240)):
        p.text((x, 40), [head], "head")
        p.text((x, 64), lines, "note")
        planes = [(5, width, luma), (3, width, chroma)]
        if head == "default":
            planes = [(5, width, luma), (1, 0, luma), (3, width, chroma)]
        p.rows((x, 120), planes, stride)
    p.line("M630 280 L866 280")
    p.line("M866 280 L632 280")
    p.text((750, 300), ["stride"], "note", "middle")
    p.text((440, 276), ["luma above, chroma below"], "note", "middle")

    p.text((30, 350), ["the block of a frame: align=4096, prefix=, stride=0../256, padding="], "head")
    top = 372
    p.bytes((30, top), 100, 60, "")
    p.bytes((130, top), 400, 60, luma)
    p.bytes((530, top), 220, 60, chroma)
    p.bytes((750, top), 120, 60, "")
    p.text((80, top + 35), ["prefix"], "note", "middle")
    p.text((330, top + 35), ["rows of plane 0"], "step", "middle")
    p.text((640, top + 35), ["rows of plane 1"], "note", "middle")
    p.text((810, top + 35), ["padding"], "note", "middle")
    for x, lines in ((30, ["the block begins at a", "multiple of align"]),
                     (530, ["plane 1 is aligned as its rows are: here to 256 bytes,",
                            "as prefix and align are multiples of 256"])):
        p.line(f"M{x} {top + 86} L{x} {top + 64}")
        p.text((x, top + 107), lines, "note")
    p.line(f"M214 {top + 80} L130 {top + 80} L130 {top + 64}")
    p.text((220, top + 85), ["the frame begins prefix bytes later"], "note")
    p.text((30, 530), ["What is blue is picture, dark one plane and light the other. What is grey belongs to the frame or"
                       " its block, and is nobody's picture."], "note")
    return p.end()


PICTURES = {"layout.svg": layout, "idea.svg": idea, "life.svg": life, "ks.svg": kernel_streaming}


def main():
    """Exit status 1 if --check finds a difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    stale = []
    for name, draw in PICTURES.items():
        path, text = args.folder / name, draw()
        if not args.check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"{args.folder / name}: not what draw.py draws; run tests/check/generic/docs.py --fix .")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
