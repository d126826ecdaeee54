"""Charts as SVG inside a page. Their colours are the page's, so they are readable in light, in dark and on paper.

The figures are given; nothing is counted here. Whatever a chart draws, it also says in text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDE = 780
_GAP = 10


@dataclass(frozen=True)
class Bar:
    """A bar: its name, its length, and the text beside it. `kind` is a class of the page's style."""

    name: str
    value: float
    text: str
    kind: str = "bar"


@dataclass(frozen=True)
class Cell:
    """A cell of a grid: what is written in it, how dark it is (0 to 1), and its tooltip."""

    text: str
    depth: float
    note: str = ""
    small: str = ""


def bars(title: str, rows: Sequence[Bar], label: int = 150) -> str:
    """One bar each, in the order given."""
    most = max((row.value for row in rows), default=0) or 1
    room = WIDE - label - 190
    parts = []
    for place, row in enumerate(rows):
        y = 24 * place
        long = max(room * row.value / most, 1) if row.value else 0
        parts.append(_text(label - _GAP, y + 15, row.name, anchor="end"))
        parts.append(_rect(label, y + 2, long, 18, row.kind, f"{row.name}: {row.text}"))
        parts.append(_text(label + long + 6, y + 15, row.text, "faint"))
    return _chart(title, WIDE, 24 * len(rows) + 4, parts)


def stacks(title: str, columns: Mapping[str, Mapping[str, int]], kinds: Sequence[str], show_total: bool = True) -> str:
    """Stacked columns, the first kind at the bottom, with a legend above."""
    base, tall = 214, 150
    most = max((sum(pile.values()) for pile in columns.values()), default=0) or 1
    step = WIDE / max(len(columns), 1)
    wide = min(step - 6, 46)
    parts = _legend(kinds)
    for place, (name, pile) in enumerate(columns.items()):
        x, y = (place + 0.5) * step, float(base)
        for number, kind in enumerate(kinds):
            count = pile.get(kind, 0)
            high = tall * count / most
            y -= high
            parts.append(_rect(x - wide / 2, y, wide, high, f"c{number}", f"{name}, {kind}: {count:,}"))
        if show_total:
            parts.append(_text(x, y - 5, short(sum(pile.values())), "faint", "middle"))
        parts.append(_text(x, base + 16, name, "faint", "middle"))
    parts.append(_line(0, base, WIDE, base))
    return _chart(title, WIDE, base + 24, parts)


def columns(title: str, values: Mapping[str, float | None], width: int = 372, whole: bool = True) -> str:
    """A small chart of a figure over months: one column each, with the first and last month and the highest value named."""
    base, tall = 92, 62
    known = [value for value in values.values() if value is not None]
    most = max(known, default=0) or 1
    step = width / max(len(values), 1)
    parts = [_line(0, base, width, base)]
    for place, (name, value) in enumerate(values.items()):
        if value is None:
            continue
        high = max(tall * value / most, 1) if value else 0
        last = place == len(values) - 1
        said = f"{value:,}" if whole else f"{value:,.1f}"
        x = place * step
        parts.append(_rect(x + 1, base - high, max(step - 2, 1), high, "bar" if last else "past", f"{name}: {said}"))
        if last or step > 40:
            at = width if last and step <= 40 else x + step / 2
            parts.append(_text(at, base - high - 5, said, "", "end" if last and step <= 40 else "middle"))
    names = list(values)
    if names:
        parts.append(_text(0, base + 16, names[0], "faint"))
    if len(names) > 1:
        parts.append(_text(width, base + 16, names[-1], "faint", "end"))
    return _chart(title, width, base + 22, parts)


def grid(
    title: str, rows: Sequence[str], names: Sequence[str], cells: Mapping[tuple[str, str], Cell], high: int
) -> str:
    """A cell for each given pair (row, column); darker means more."""
    label, top = 150, 22
    wide = (WIDE - label) / max(len(names), 1)
    parts = [_text(label + (x + 0.5) * wide, 14, name, "faint", "middle") for x, name in enumerate(names)]
    for y, row in enumerate(rows):
        at = top + y * (high + 3)
        parts.append(_text(label - _GAP, at + high / 2 + 5, row, anchor="end"))
        for x, name in enumerate(names):
            cell = cells.get((row, name))
            if cell is None:
                continue
            middle = label + (x + 0.5) * wide - 1
            parts.append(_rect(label + x * wide, at, wide - 3, high, "heat", cell.note, 0.07 + 0.55 * cell.depth))
            lift = 4 if cell.small else 0
            parts.append(_text(middle, at + high / 2 + 5 - lift, cell.text, "", "middle"))
            if cell.small:
                parts.append(_text(middle, at + high / 2 + 14, cell.small, "tiny", "middle"))
    return _chart(title, WIDE, top + len(rows) * (high + 3), parts)


def ribbon(
    title: str, months: Sequence[str], rows: Mapping[str, Sequence[str | None]], order: Mapping[str, int]
) -> str:
    """Words over months: a row for each property, a field for each month. Equal words have equal colours."""
    label, high = 90, 26
    wide = (WIDE - label) / max(len(months), 1)
    parts = []
    for y, (name, words) in enumerate(rows.items()):
        top = y * (high + 4)
        parts.append(_text(label - _GAP, top + 18, name, anchor="end"))
        for x, word in enumerate(words):
            if word is None:
                continue
            left = label + x * wide
            kind = f"c{order.get(word, 5)}"
            parts.append(_rect(left, top, wide - 2, high, kind, f"{months[x]}, {name}: {word}", 0.35))
            most = int(wide / 5.6)
            shown = word if len(word) <= most else f"{word[: most - 1]}…"
            parts.append(_text(left + wide / 2 - 1, top + 17, shown, "tiny", "middle"))
    below = len(rows) * (high + 4) + 12
    parts += [_text(label + (x + 0.5) * wide, below, month, "faint tiny", "middle") for x, month in enumerate(months)]
    return _chart(title, WIDE, below + 6, parts)


def short(number: float) -> str:
    """A number that fits over a column."""
    for size, unit in ((1_000_000, " M"), (10_000, " k")):
        if number >= size:
            return f"{number / (1_000_000 if unit == ' M' else 1_000):,.1f}{unit}"
    return f"{number:,.0f}"


def _legend(kinds: Sequence[str]) -> list[str]:
    parts, x = [], 0.0
    for number, kind in enumerate(kinds):
        parts.append(_rect(x, 4, 12, 12, f"c{number}"))
        parts.append(_text(x + 17, 14, kind, "faint"))
        x += 17 + 7.2 * len(kind) + 18
    return parts


def _chart(title: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">{"".join(parts)}</svg>'
    )


def _rect(x: float, y: float, width: float, height: float, kind: str, note: str = "", depth: float = 1.0) -> str:
    opacity = f' fill-opacity="{depth:.2f}"' if depth < 1 else ""
    shape = f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"{opacity}'
    return f"{shape}><title>{escape(note)}</title></rect>" if note else f"{shape}/>"


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path class="axis" d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}"{at}>{escape(text)}</text>'
