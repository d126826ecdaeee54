"""Small charts for Dagster's UI: SVG, as pictures that Markdown metadata can hold.

Each is a card with its own background, so that it is readable in light and in dark mode. The figures are given; nothing
is counted here.
"""

import base64
from collections.abc import Mapping, Sequence
from html import escape

import dagster as dg

_WIDTH = 600
_CARD, _INK, _FAINT, _BAR, _LINE = "#fcfcfa", "#26303a", "#6b7785", "#4a7fb5", "#b5482f"
_LEFT, _TOP = 16, 44


def picture(svg: str, title: str) -> dg.MarkdownMetadataValue:
    """A chart as metadata: Markdown with the picture inside it."""
    data = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{data})")


def histogram(title: str, unit: str, counts: Sequence[int], width: float, lines: Mapping[str, float]) -> str:
    """How often a quantity has a value: bars of equal `width`, from 0. The last bar also counts what lies beyond.

    `lines` are values of the quantity to draw as lines, by name.
    """
    height, base = 240, 190
    step = (_WIDTH - 2 * _LEFT) / max(len(counts), 1)
    most = max(counts, default=0) or 1
    parts = []
    for place, count in enumerate(counts):
        tall = (base - _TOP - 30) * count / most
        parts.append(_rect(_LEFT + place * step, base - tall, step - 1, tall, _BAR))
    end = width * len(counts)
    for place, (name, value) in enumerate(sorted(lines.items(), key=lambda line: line[1])):
        x = _LEFT + (_WIDTH - 2 * _LEFT) * min(value / end if end else 0, 1)
        y = _TOP + 12 * (place % 3)
        parts.append(_line(x, y + 4, x, base, _LINE))
        beyond = x > _WIDTH * 0.8
        parts.append(_text(x - 4 if beyond else x + 4, y + 8, f"{name} {value:,.0f}", _LINE, "end" if beyond else ""))
    parts.append(_line(_LEFT, base, _WIDTH - _LEFT, base, _FAINT))
    parts.append(_text(_LEFT, base + 18, "0", _FAINT))
    parts.append(_text(_WIDTH - _LEFT, base + 18, f"{end:,.0f} {unit} and more", _FAINT, "end"))
    parts.append(_text(_LEFT, base + 36, f"highest bar: {max(counts, default=0):,}", _FAINT))
    return _card(title, height, parts)


def bars(title: str, shares: Mapping[str, float], texts: Mapping[str, str] | None = None, label: int = 110) -> str:
    """Shares of a whole (0 to 1), one bar each, in the order given.

    Beside each bar is its share in percent, or its text in `texts`. `label` is the width of the names in pixels.
    """
    room = _WIDTH - 2 * _LEFT - label - (70 if texts is None else 130)
    parts = []
    for place, (name, share) in enumerate(shares.items()):
        y = _TOP + 24 * place
        beside = _percent(share) if texts is None else texts[name]
        parts.append(_text(_LEFT, y + 13, name))
        parts.append(_rect(_LEFT + label, y, max(room * share, 1), 17, _BAR))
        parts.append(_text(_LEFT + label + room * share + 6, y + 13, beside, _FAINT))
    return _card(title, _TOP + 24 * len(shares) + 10, parts)


def columns(title: str, shares: Mapping[str, float]) -> str:
    """Shares (0 to 1) side by side, in the order given: how a quantity changes over time."""
    base, tall = 180, 120
    step = (_WIDTH - 2 * _LEFT) / max(len(shares), 1)
    wide = min(step - 8, 60)
    parts = [_line(_LEFT, base, _WIDTH - _LEFT, base, _FAINT)]
    for place, (name, share) in enumerate(shares.items()):
        middle = _LEFT + (place + 0.5) * step
        parts.append(_rect(middle - wide / 2, base - tall * share, wide, tall * share, _BAR))
        parts.append(_text(middle, base - tall * share - 5, _percent(share), _INK, "middle"))
        parts.append(_text(middle, base + 17, name, _FAINT, "middle"))
    return _card(title, base + 30, parts)


def grid(title: str, rows: Sequence[str], names: Sequence[str], counts: Mapping[tuple[str, str], int]) -> str:
    """Counts by two properties: a cell for each pair (row, column), the darker the more it counts."""
    label, high = 110, 40
    wide = (_WIDTH - 2 * _LEFT - label) / len(names)
    total, most = sum(counts.values()) or 1, max(counts.values(), default=0) or 1
    parts = [_text(_LEFT + label + (x + 0.5) * wide, _TOP + 8, name, _FAINT, "middle") for x, name in enumerate(names)]
    for y, row in enumerate(rows):
        top = _TOP + 18 + y * (high + 4)
        parts.append(_text(_LEFT, top + 25, row))
        for x, name in enumerate(names):
            count = counts.get((row, name), 0)
            depth = 0.08 + 0.52 * count / most
            left = _LEFT + label + x * wide
            parts.append(_rect(left, top, wide - 4, high, _BAR, depth))
            parts.append(_text(left + wide / 2, top + 25, f"{count:,} ({_percent(count / total)})", _INK, "middle"))
    return _card(title, _TOP + 18 + len(rows) * (high + 4) + 10, parts)


def triangle(title: str, shares: Mapping[tuple[str, int], float]) -> str:
    """Shares (0 to 1) of cohorts by their age: a row for each cohort, the darker a cell the higher its share."""
    names = sorted({name for name, _ in shares})
    ages = range(max((age for _, age in shares), default=0) + 1)
    label, high = 70, 22
    wide = (_WIDTH - 2 * _LEFT - label) / len(ages)
    parts = [_text(_LEFT + label + (age + 0.5) * wide, _TOP + 8, str(age), _FAINT, "middle") for age in ages]
    for y, name in enumerate(names):
        top = _TOP + 16 + y * (high + 2)
        parts.append(_text(_LEFT, top + 15, name))
        for age in ages:
            share = shares.get((name, age))
            if share is not None:
                left = _LEFT + label + age * wide
                parts.append(_rect(left, top, wide - 2, high, _BAR, 0.06 + 0.6 * share))
                parts.append(_text(left + wide / 2, top + 15, f"{share:.0%}", _INK, "middle"))
    return _card(title, _TOP + 16 + len(names) * (high + 2) + 10, parts)


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _card(title: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12"><rect width="{_WIDTH}" height="{height}" rx="6" fill="{_CARD}" '
        f'stroke="{_FAINT}" stroke-opacity=".4"/><text x="{_LEFT}" y="24" font-size="14" font-weight="bold" '
        f'fill="{_INK}">{escape(title)}</text>{"".join(parts)}</svg>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, depth: float = 1.0) -> str:
    opacity = f' fill-opacity="{depth:.2f}"' if depth < 1 else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{opacity}/>'


def _line(x: float, y: float, to_x: float, to_y: float, ink: str) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="{ink}"/>'


def _text(x: float, y: float, text: str, ink: str = _INK, anchor: str = "") -> str:
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}"{at}>{escape(text)}</text>'
