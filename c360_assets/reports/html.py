"""Parts of a page: its frame with the style, sections, tables and cards. All text is escaped here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --card: #f6f7f9; --ink: #1f2933; --faint: #5b6876; --line: #d4dae1;
  --bar: #2f6db0; --past: #a9c3df; --bad: #b3361b; --good: #1c7a47; --c0: #2f6db0; --c1: #d98a1c; --c2: #3b9268;
  --c3: #9a5fb0; --c4: #8d99a6; --c5: #c04f5e; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1d232a; --ink: #e4e9ee; --faint: #9eabb8;
  --line: #38424d; --bar: #6ea8e5; --past: #36557a; --bad: #ff8a6e; --good: #69cf99; --c0: #6ea8e5; --c1: #e9ab4f;
  --c2: #62bb8e; --c3: #c391d6; --c4: #75818d; --c5: #e57a88; } }
@media print { :root { color-scheme: light; --ground: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb;
  --bar: #2f6db0; --past: #a9c3df; --bad: #b3361b; --good: #1c7a47; --c0: #2f6db0; --c1: #d98a1c; --c2: #3b9268;
  --c3: #9a5fb0; --c4: #8d99a6; --c5: #c04f5e; }
  nav { display: none; } h2, h3 { break-after: avoid; } svg, tr, .card { break-inside: avoid; } body { font-size: 11px; } }
body { margin: 0 auto; max-width: 780px; padding: 24px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 4px; padding-top: 12px;
  border-top: 1px solid var(--line); } h3 { font-size: 15px; margin: 22px 0 6px; }
p { margin: 6px 0; } .note, nav { color: var(--faint); font-size: 13px; }
nav a { color: inherit; display: inline-block; margin-right: 12px; }
.bad { color: var(--bad); } .good { color: var(--good); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 16px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.card b { display: block; font-size: 22px; } .card span { color: var(--faint); font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 6px 24px; }
.pair > div { min-width: 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13px; margin: 8px 0; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 500; } .n { text-align: right; font-variant-numeric: tabular-nums; }
svg.chart { display: block; max-width: 100%; height: auto; margin: 8px 0; overflow: visible; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .faint { fill: var(--faint); }
svg text.tiny { font-size: 10px; } svg .axis { stroke: var(--line); } svg .bar, svg .heat { fill: var(--bar); }
svg .past { fill: var(--past); } svg .c0 { fill: var(--c0); } svg .c1 { fill: var(--c1); } svg .c2 { fill: var(--c2); }
svg .c3 { fill: var(--c3); } svg .c4 { fill: var(--c4); } svg .c5 { fill: var(--c5); }
dl { font-size: 13px; } dt { font-weight: 600; margin-top: 6px; } dd { margin: 0 0 0 16px; color: var(--faint); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing is loaded, from anywhere, and no script runs."""


@dataclass(frozen=True)
class Part:
    """A section of a page."""

    key: str
    title: str
    note: str
    body: str


def page(title: str, lead: str, head: str, parts: Sequence[Part]) -> str:
    """A whole page: title, one sentence, what comes first, and sections with links to them."""
    links = "".join(f'<a href="#{part.key}">{escape(part.title)}</a>' for part in parts)
    body = "".join(
        f'<section id="{part.key}"><h2>{escape(part.title)}</h2>{note(part.note)}{part.body}</section>'
        for part in parts
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><header><h1>{escape(title)}</h1>"
        f"{note(lead)}</header><nav>{links}</nav>{head}{body}</body></html>\n"
    )


def note(text: str) -> str:
    """A sentence that explains."""
    return f'<p class="note">{escape(text)}</p>' if text else ""


def line(text: str, kind: str = "") -> str:
    """A sentence about the data."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def heading(text: str) -> str:
    """A heading within a section."""
    return f"<h3>{escape(text)}</h3>"


def cards(entries: Iterable[tuple[str, str, str]]) -> str:
    """Figures to see at once: (name of the figure, its value, what it is)."""
    made = (
        f'<div class="card"><b data-figure="{escape(key)}">{escape(value)}</b><span>{escape(text)}</span></div>'
        for key, value, text in entries
    )
    return f'<div class="cards">{"".join(made)}</div>'


def table(names: Sequence[str], rows: Iterable[Sequence[object]], key: str = "") -> str:
    """A table. Numbers are right-aligned; with a `key`, each cell carries its row and column, to be looked up by."""
    lines = list(rows)
    numeric = {
        place for row in lines for place, value in enumerate(row) if _is_number(value) or str(value)[:1] in ("+", "−")
    }
    head = "".join(f"<th{_side(place in numeric)}>{escape(name)}</th>" for place, name in enumerate(names))
    body = "".join(
        f"<tr>{''.join(_cell(value, place in numeric, key, row[0], names[place]) for place, value in enumerate(row))}</tr>"
        for row in lines
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def definitions(entries: Iterable[tuple[str, str]]) -> str:
    """Words and what they mean."""
    return f"<dl>{''.join(f'<dt>{escape(word)}</dt><dd>{escape(text)}</dd>' for word, text in entries)}</dl>"


def pair(parts: Iterable[str]) -> str:
    """Parts side by side, where there is room."""
    return f'<div class="pair">{"".join(f"<div>{part}</div>" for part in parts)}</div>'


def text_of(value: object) -> str:
    """A value as people write it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _side(right: bool) -> str:
    return ' class="n"' if right else ""


def _cell(value: object, right: bool, key: str, row: object, name: str) -> str:
    found = f' data-figure="{escape(f"{key}.{row}.{name}")}"' if key and _is_number(value) else ""
    return f"<td{_side(right)}{found}>{escape(text_of(value))}</td>"
