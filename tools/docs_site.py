"""MkDocs hooks of the site (`make site`): what GitHub shows by itself, the site is given here, without any network.

- mermaid: the theme would load mermaid's script from elsewhere, and the script is larger than the whole site. The diagrams
  here are plain flowcharts from left to right, so each is drawn as an SVG picture while the site is built.
- Charts of the benchmark lie beside its results, outside docs/: they are added to the site's files.

Only the standard library and MkDocs are needed. Other mermaid than `flowchart LR` with boxes and arrows is an error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_CHARTS = "../bench/results/"
_FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NODE = re.compile(r'(\w+)(?:\[(/?)"(.*?)"/?\])?')

LINE, CHAR, PADDING, ACROSS, DOWN = 16, 7.2, 10, 28, 16
"""Height of a line, width of a character, space within a box, and between boxes beside and below each other."""


def on_files(files: Any, config: Any) -> Any:
    """Adds the benchmark's charts to the files of the site."""
    from mkdocs.structure.files import File

    for chart in sorted((ROOT / "bench" / "results").glob("*.svg")):
        files.append(File.generated(config, f"charts/{chart.name}", abs_src_path=str(chart)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page with its charts where the site has them, and each flowchart as a picture."""
    if page.file.src_uri.startswith("tables/"):
        page.meta["hide"] = ["toc"]  # one section: the table of columns needs the room
    up = "../" * page.file.src_uri.count("/")
    with_charts = markdown.replace(_CHARTS, f"{up}charts/")
    return _FENCE.sub(lambda fence: draw(parse(fence[1])), with_charts)


@dataclass
class Box:
    """A box of a flowchart, and where it is drawn. One without lines is a bend of an arrow that passes other boxes."""

    lines: list[str]
    is_slanted: bool = False
    after: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    rank: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """From its left to its right edge."""
        return max(len(line) for line in self.lines) * CHAR + 2 * PADDING if self.lines else 0

    @property
    def height(self) -> float:
        """From its upper to its lower edge."""
        return len(self.lines) * LINE + PADDING if self.lines else 4


def parse(text: str) -> dict[str, Box]:
    """The boxes of a flowchart by name. Raises ValueError for a line that is not understood."""
    boxes: dict[str, Box] = {}
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith("%%") or line == "flowchart LR":
            continue
        groups = [[_named(part, boxes) for part in group.split(" & ")] for group in line.split(" --> ")]
        for sources, targets in pairwise(groups):
            for source in sources:
                for target in targets:
                    boxes[source].after.append(target)
                    boxes[target].before.append(source)
    return boxes


def _named(part: str, boxes: dict[str, Box]) -> str:
    match = _NODE.fullmatch(part.strip())
    if not match:
        raise ValueError(f"The site can't draw {part!r}: see tools/docs_site.py for the mermaid that it knows.")
    name, slant, label = match.groups()
    box = boxes.setdefault(name, Box([name]))
    if label is not None:
        box.lines, box.is_slanted = label.split("<br/>"), bool(slant)
    return name


def draw(boxes: dict[str, Box]) -> str:
    """A flowchart as an SVG element in one line, in the colours of the page around it."""
    names = list(boxes)
    _rank(boxes)
    paths = _with_bends(boxes)
    _place(boxes)
    width = max(box.x + box.width for box in boxes.values()) + 2
    height = max(box.y + box.height / 2 for box in boxes.values()) + 2
    parts = [_arrow([boxes[name] for name in path]) for path in paths]
    parts += [_drawn(boxes[name]) for name in names]
    label = escape(f"Flowchart of {', '.join(names)}")
    return (
        f'<svg class="flowchart" role="img" aria-label="{label}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="width:100%;max-width:{width * 1.2:.0f}px" xmlns="http://www.w3.org/2000/svg">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>{"".join(parts)}</svg>'
    )


def _rank(boxes: dict[str, Box]) -> None:
    """Columns from left to right: each box as near to what follows it as it can stand; dead ends behind their source."""
    for name in _in_order(boxes):
        boxes[name].rank = max((boxes[source].rank + 1 for source in boxes[name].before), default=0)
    deepest = max(box.rank for box in boxes.values())
    dead_ends = {name for name, box in boxes.items() if not box.after and box.rank < deepest}
    for name in reversed(list(_in_order(boxes))):
        following = [boxes[target].rank for target in boxes[name].after if target not in dead_ends]
        if following:
            boxes[name].rank = min(following) - 1
    for name in dead_ends:
        boxes[name].rank = max((boxes[source].rank + 1 for source in boxes[name].before), default=0)


def _in_order(boxes: dict[str, Box]) -> Iterator[str]:
    """Names, each after all that lead to it. Raises ValueError for a circle of arrows."""
    done: set[str] = set()
    while len(done) < len(boxes):
        ready = [name for name, box in boxes.items() if name not in done and done.issuperset(box.before)]
        if not ready:
            raise ValueError("The site can't draw a circle of arrows.")
        done.update(ready)
        yield from ready


def _with_bends(boxes: dict[str, Box]) -> list[list[str]]:
    """Every arrow as the names that it passes: in each column between its ends a bend of its own is added."""
    paths = []
    for source in list(boxes):
        for target in boxes[source].after:
            bends = [f"{source} {target} {rank}" for rank in range(boxes[source].rank + 1, boxes[target].rank)]
            boxes.update({bend: Box([], rank=int(bend.split()[-1])) for bend in bends})
            paths.append([source, *bends, target])
    for box in boxes.values():
        box.after, box.before = [], []
    for path in paths:
        for left, right in pairwise(path):
            boxes[left].after.append(right)
            boxes[right].before.append(left)
    return paths


def _place(boxes: dict[str, Box]) -> None:
    """Coordinates: columns side by side; in each, boxes as near as may be to the middle of those that they are joined to."""
    columns = [[box for box in boxes.values() if box.rank == rank] for rank in range(1 + _deepest(boxes))]
    left = 0.0
    for column in columns:
        widest = max(box.width for box in column)
        for box in column:
            box.x = left + (widest - box.width) / 2
        left += widest + ACROSS
        _spread(column)
    for sweep in range(24):
        for column in columns if sweep % 2 else columns[::-1]:
            for box in column:
                joined = [boxes[name].y for name in (box.before if sweep % 2 else box.after) or box.before or box.after]
                box.y = sum(joined) / len(joined) if joined else box.y
            column.sort(key=lambda box: box.y)
            _spread(column)
    top = min(box.y - box.height / 2 for box in boxes.values())
    for box in boxes.values():
        box.y -= top - 2


def _deepest(boxes: dict[str, Box]) -> int:
    return max(box.rank for box in boxes.values())


def _spread(column: list[Box]) -> None:
    """Moves the boxes of a column apart where they overlap, half of it up and half down."""
    wished = [box.y for box in column]
    for above, box in pairwise(column):
        box.y = max(box.y, above.y + (above.height + box.height) / 2 + DOWN)
    shift = sum(wish - box.y for wish, box in zip(wished, column, strict=True)) / len(column)
    for box in column:
        box.y += shift


def _arrow(path: list[Box]) -> str:
    """A line through the middles of bends, from the right edge of its first box to the left edge of its last."""
    points = [(path[0].x + path[0].width, path[0].y), *((box.x, box.y) for box in path[1:])]
    curves = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (x1 + x2) / 2
        curves.append(f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
    line = "".join(curves)
    return f'<path d="{line}" fill="none" stroke="currentColor" stroke-opacity=".6" marker-end="url(#tip)"/>'


def _drawn(box: Box) -> str:
    """A box with its text."""
    left, right, top, low = box.x, box.x + box.width, box.y - box.height / 2, box.y + box.height / 2
    slant = 6 if box.is_slanted else 0
    shape = f"{left + slant:.1f},{top:.1f} {right:.1f},{top:.1f} {right - slant:.1f},{low:.1f} {left:.1f},{low:.1f}"
    first = box.y - (len(box.lines) - 1) * LINE / 2 + 4
    texts = "".join(
        f'<text x="{left + box.width / 2:.1f}" y="{first + place * LINE:.1f}" text-anchor="middle" font-size="12" '
        f'fill="currentColor">{escape(line)}</text>'
        for place, line in enumerate(box.lines)
    )
    return f'<polygon points="{shape}" fill="currentColor" fill-opacity=".06" stroke="currentColor"/>{texts}'
