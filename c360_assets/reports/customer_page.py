"""The page of one customer, built from its figures. It holds this customer's values, and nobody else's."""

from collections.abc import Mapping
from datetime import date, datetime

from c360_assets.explain.figures import STORY
from c360_assets.reference.categories import CATEGORIES
from c360_assets.reference.vocabulary import (
    DORMANT,
    FALLING,
    HIGH,
    LOW,
    MEDIUM,
    MIDDLE,
    NEW,
    RESURRECTED,
    RETURNING,
    RISING,
    STEADY,
    UNKNOWN,
)
from c360_assets.reports import html, svg, words
from c360_assets.reports.customer_figures import CustomerFigures
from c360_assets.reports.html import Part
from resources.lake.sql import Row

_SEGMENTS = ("user_type", "activeness", "clinginess", "lifecycle", "watch_trend")
_COLOURS = {
    LOW: 1, FALLING: 1, MIDDLE: 0, MEDIUM: 0, STEADY: 0, RETURNING: 0, HIGH: 2, RISING: 2, RESURRECTED: 2, NEW: 3,
    DORMANT: 5, UNKNOWN: 4,
}  # fmt: skip
"""Which of the page's colours a word has."""


def customer_page(figures: CustomerFigures) -> str:
    """The whole page."""
    now = figures.now
    audiences = ", ".join(figures.audiences)
    lead = (
        f"One customer at the end of {now['month']:%Y-%m}. This page holds personal data: hand it on only to those who may "
        "see them."
    )
    head = html.line(f"In the audiences {audiences}." if audiences else "In no audience.")
    parts = [_watching(figures), _searching(figures), _segments(figures), _why(figures)]
    return html.page(now["customer_id"], lead, head, parts)


def _watching(figures: CustomerFigures) -> Part:
    """Hours by category, and active days, month by month."""
    months = {month: row if row and _is_of(row, "watch_month") else None for month, row in _by_month(figures).items()}
    hours = {
        f"{month:%y-%m}": {name: row[f"seconds_{name}"] // 60 for name in CATEGORIES} if row else {}
        for month, row in months.items()
    }
    days = {f"{month:%Y-%m}": row["active_days"] if row else 0 for month, row in months.items()}
    rows = [
        (f"{month:%Y-%m}", *(row[f"seconds_{name}"] for name in CATEGORIES), row["active_days"], row["observed_days"])
        for month, row in months.items()
        if row
    ]
    body = (
        html.heading("Minutes watched, by category")
        + svg.stacks("Minutes watched by category, month by month", hours, CATEGORIES)
        + html.heading("Days with watch time")
        + svg.columns("Days with watch time by month", days)
        + html.heading("Seconds")
        + html.table(("month", *CATEGORIES, "active days", "of observed"), rows, "watching")
    )
    return Part("watching", "Watching", "A month without a column is one in which the customer did not watch.", body)


def _searching(figures: CustomerFigures) -> Part:
    """Searches month by month."""
    searches = {
        f"{month:%Y-%m}": row["searches"] if row and _is_of(row, "search_month") else 0
        for month, row in _by_month(figures).items()
    }
    note = "Searches of the account that stands for the customer: of several, the one that searched most in the month."
    return Part("searching", "Searching", note, svg.columns("Searches by month", searches))


def _segments(figures: CustomerFigures) -> Part:
    """Each segment over the months."""
    months = _by_month(figures)
    # A carried profile keeps the segments of its watch month; only its lifecycle is the month's own.
    rows = {
        name: [
            row[name] if row and (name == "lifecycle" or _is_of(row, "watch_month")) else None
            for row in months.values()
        ]
        for name in _SEGMENTS
    }
    body = svg.ribbon("Segments month by month", [f"{month:%y-%m}" for month in months], rows, _COLOURS)
    notes = [(name, words.NOTES[name]) for name in _SEGMENTS if name in words.NOTES]
    return Part("segments", "Segments over time", "", body + html.definitions([*notes, *words.LIFECYCLE.items()]))


def _why(figures: CustomerFigures) -> Part:
    """The main figures of the month, each with its rule and the numbers it was made from."""
    found = {figure.name: figure for figure in figures.explained}
    body = ""
    for side, names in STORY.items():
        rows = [(name, _text(found[name].value), found[name].explained.rule) for name in names]
        body += html.heading(side.capitalize()) + html.table(("figure", "value", "why"), rows)
    wrong = [figure.name for figure in figures.explained if not figure.adds_up]
    state = (
        html.line(f"These figures do not add up from the landed records: {', '.join(wrong)}.", "bad")
        if wrong
        else html.line(
            f"All {len(figures.explained)} figures were computed again from the landed records, and agree.", "good"
        )
    )
    title = f"{figures.now['month']:%Y-%m}, and why"
    return Part("why", title, "Every figure with the rule that made it.", state + body)


def _by_month(figures: CustomerFigures) -> Mapping[date, Row | None]:
    known = {row["month"]: row for row in figures.profiles}
    return {month: known.get(month) for month in figures.months}


def _is_of(row: Row, side: str) -> bool:
    """Whether a side of a profile is of its own month, and not carried on from an earlier one."""
    return bool(row[side] == row["month"])


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return html.text_of(value)
