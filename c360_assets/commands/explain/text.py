"""An explanation on the terminal: a figure in full, or a profile on one screen."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table as Grid

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Figure
from c360_assets.explain.figures import STORY
from c360_assets.explain.records import FATES, LandedRecord
from resources.lake.sql import Row

_MOST_SHOWN = 40
_MOST_FOLDED = 1.25
"""A table that is wider than so many terminals can no longer be read by its columns."""
_UNBOUNDED = 1 << 20
_LEFT_OUT = ("contract", "month", "day_bits", "user_id")
"""Columns that say nothing here: the heading has the customer and the month."""


def show_story(console: Console, evidence: Evidence, found: Sequence[Figure]) -> None:
    """Prints the main figures with their rules, what became of the landed records, and whether all adds up."""
    _heading(console, evidence)
    by_name = {figure.name: figure for figure in found}
    for title, names in STORY.items():
        grid = Grid(title=title, title_justify="left", show_header=False, box=None)
        grid.add_column("figure", min_width=15, no_wrap=True)
        grid.add_column("value", min_width=10)
        grid.add_column("rule")
        for name in names:
            figure = by_name[name]
            grid.add_row(name, _text(figure.value), escape(figure.explained.rule))
        console.print(grid)
    for log, records in evidence.records.items():
        console.print(f"{log} log: {_fates(records)}", highlight=False, soft_wrap=True)
    wrong = [figure.name for figure in found if not figure.adds_up]
    if wrong:
        console.print(f"[red]does not add up[/] {', '.join(wrong)}", highlight=False, soft_wrap=True)
    else:
        console.print(f"These records reproduce all {len(found)} figures; --figure NAME shows how.", highlight=False)


def show_figure(console: Console, evidence: Evidence, figure: Figure) -> None:
    """Prints a figure, its rule, the rows it comes from, the landed records, and what was not counted."""
    explained = figure.explained
    _heading(console, evidence)
    console.print(f"[bold]{figure.name}[/] {_text(figure.value)}", highlight=False)
    console.print(f"  {escape(explained.rule)}", highlight=False, soft_wrap=True)
    for title, rows in explained.rows.items():
        _show_rows(console, title, rows)
    _show_records(console, "landed records", "fate", [one for one in explained.records if one.is_counted])
    _show_records(console, "not counted", "why", [one for one in explained.records if not one.is_counted])
    if figure.adds_up:
        end = (
            "The landed records give this value."
            if explained.records
            else "No landed record of the customer decides it."
        )
        console.print(end, highlight=False)
    else:
        console.print(f"[red]does not add up[/] the records give {_text(explained.value)}", highlight=False)


def _heading(console: Console, evidence: Evidence) -> None:
    console.print(f"[bold]{escape(evidence.profile['customer_id'])}[/] in {evidence.month:%Y-%m}", highlight=False)


def _fates(records: Sequence[LandedRecord]) -> str:
    counts = Counter(record.fate for record in records)
    reasons = Counter(record.reason for record in records if record.reason)
    parts = [f"{counts[fate]:,} {fate}" for fate in FATES]
    why = f" ({', '.join(f'{reason} {number:,}' for reason, number in sorted(reasons.items()))})" if reasons else ""
    return f"{len(records):,} landed records: {', '.join(parts)}{why}"


def _show_rows(console: Console, title: str, rows: Sequence[Row]) -> None:
    names = [name for name in rows[0] if name not in _LEFT_OUT] if rows else []
    _show(console, title, names, [[row[name] for name in names] for row in rows])


def _show_records(console: Console, title: str, last: str, records: Sequence[LandedRecord]) -> None:
    fields = list(dict.fromkeys(name for record in records for name in record.landed))
    lines = [
        [record.day, record.source_file, record.record_id, *(record.landed.get(name) for name in fields), _fate(record)]
        for record in records
    ]
    _show(console, title, ["day", "file", "id", *fields, last], lines)


def _fate(record: LandedRecord) -> str:
    return record.reason or record.fate


def _show(console: Console, title: str, names: Sequence[str], lines: Sequence[Sequence[Any]]) -> None:
    """Prints lines as a table; where that would be much wider than the terminal, below each other."""
    if not lines:
        return
    heading = f"{title}: {len(lines):,}"
    texts = [[_text(value) for value in line] for line in lines[:_MOST_SHOWN]]
    headings = [name.replace("_", " ") for name in names]
    grid = _table(heading, headings, texts)
    wide = Measurement.get(console, console.options.update(max_width=_UNBOUNDED), grid).maximum
    is_too_wide = wide > _MOST_FOLDED * console.width
    console.print(_list(heading, headings, texts) if is_too_wide else grid)
    if len(lines) > _MOST_SHOWN:
        console.print(f"  and {len(lines) - _MOST_SHOWN:,} more: --json has them all", highlight=False)


def _table(title: str, headings: Sequence[str], lines: Sequence[Sequence[str]]) -> Grid:
    grid = Grid(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, collapse_padding=True)
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for line in lines:
        grid.add_row(*line)
    return grid


def _list(title: str, headings: Sequence[str], lines: Sequence[Sequence[str]]) -> Grid:
    grid = Grid(title=title, title_justify="left", show_header=False, box=None)
    grid.add_column("name", style="dim", no_wrap=True)
    grid.add_column("value", overflow="fold")
    for line in lines:
        for heading, text in zip(headings, line, strict=True):
            grid.add_row(heading, text)
        grid.add_row()
    return grid


def _text(value: Any) -> str:
    if value is None:
        return "[dim]–[/]"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return escape(str(value))
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
