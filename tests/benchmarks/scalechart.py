"""Draws the curves of ./ks bench --scale: small charts beside each other.

SPDX-FileCopyrightText: 2026 The ksallocator authors
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import math
from xml.sax.saxutils import escape

COLUMNS, WIDTH, HEIGHT = 2, 430, 250
LEFT, RIGHT, ABOVE, BELOW = 62, 96, 52, 40
STYLE = """
    .ground { fill: #fbfbf8; }
    text { font: 13px sans-serif; fill: #22262b; }
    .head { font-size: 15px; font-weight: bold; }
    .note { font-size: 12px; fill: #4b525b; }
    .grid { stroke: #d5dade; }
    .curve { fill: none; stroke-width: 2.5; }
    .a { stroke: #2a66b8; } .da { fill: #2a66b8; }
    .b { stroke: #b3541e; } .db { fill: #b3541e; }
    .c { stroke: #7a828c; stroke-dasharray: 5 4; } .dc { fill: #7a828c; }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #16191d; }
      text { fill: #e6e9ec; }
      .note { fill: #b3bac2; }
      .grid { stroke: #3a414a; }
      .a { stroke: #6ea8f5; } .da { fill: #6ea8f5; }
      .b { stroke: #f0996a; } .db { fill: #f0996a; }
      .c { stroke: #98a2ad; } .dc { fill: #98a2ad; }
    }
  """


def nice_top(value):
    """The next of 1, 2, 5, 10, ... above."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def number(value):
    """A label of an axis."""
    return f"{value:g}" if value < 10_000 else f"{value / 1000:g}k"


class Chart:
    """One chart: how many to the right, logarithmic; cost upwards, from 0."""

    def __init__(self, rows, place):
        self.rows, self.place = rows, place
        self.sizes = [point["n"] for point in rows[0]["points"]]
        self.top = nice_top(max(point["value"] for row in rows for point in row["points"]))
        self.out = []

    def at(self, size, value):
        """Where a point lies."""
        left, above = self.place
        span = math.log10(self.sizes[-1] / self.sizes[0])
        right = math.log10(size / self.sizes[0]) / span * (WIDTH - LEFT - RIGHT)
        up = value / self.top * (HEIGHT - ABOVE - BELOW)
        return round(left + LEFT + right, 1), round(above + HEIGHT - BELOW - up, 1)

    def text(self, x, y, words, style="", anchor="start"):
        """Words at a place."""
        self.out.append(f'  <text x="{x}" y="{y}" class="{style}" text-anchor="{anchor}">'
                        f'{escape(words)}</text>')

    def axes(self):
        """Title, grid and labels."""
        left, above = self.place
        self.text(left + 16, above + 24, self.rows[0]["curve"], "head")
        self.text(left + 16, above + 42, self.rows[0]["unit"], "note")
        for part in range(5):
            value = self.top * part / 4
            x, y = self.at(self.sizes[0], value)
            end, _ = self.at(self.sizes[-1], value)
            self.out.append(f'  <line class="grid" x1="{x}" y1="{y}" x2="{end}" y2="{y}"/>')
            if part % 2 == 0:
                self.text(x - 8, y + 4, number(value), "note", "end")
        for size in self.sizes:
            x, y = self.at(size, 0)
            self.text(x, y + 18, number(size), "note", "middle")

    def curves(self):
        """A line each, its name at its end where it is not on another's."""
        labels = []
        for row, style in zip(self.rows, "abc"):
            points = [self.at(point["n"], point["value"]) for point in row["points"]]
            way = " ".join(f"{x},{y}" for x, y in points)
            self.out.append(f'  <polyline class="curve {style}" points="{way}"/>')
            self.out += [f'  <circle class="d{style}" cx="{x}" cy="{y}" r="3.5"/>' for x, y in points]
            labels.append([points[-1][1], row["of"], points[-1][0]])
        low = -math.inf
        for label in sorted(labels):
            low = max(label[0], low + 15)
            self.text(label[2] + 9, low + 4, label[1], "note")

    def draw(self):
        """The elements."""
        self.axes()
        self.curves()
        return self.out


def draw(rows):
    """The picture, of what scale.py has as rows."""
    titles = list(dict.fromkeys(row["curve"] for row in rows))
    groups = [[row for row in rows if row["curve"] == title] for title in titles]
    height = HEIGHT * math.ceil(len(groups) / COLUMNS)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * COLUMNS} {height}" '
           f'width="{WIDTH * COLUMNS}" height="{height}" role="img">',
           "  <!-- drawn by tests/benchmarks/scalechart.py -->",
           "  <title>What one more costs, by how many there are</title>",
           f"  <style>{STYLE}</style>",
           f'  <rect class="ground" width="{WIDTH * COLUMNS}" height="{height}" rx="10"/>']
    for index, group in enumerate(groups):
        out += Chart(group, (index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT)).draw()
    return "\n".join([*out, "</svg>"]) + "\n"
