"""The page of a month, built from its figures."""

from collections.abc import Mapping, Sequence

from c360_assets.contracts.months import add_months
from c360_assets.planning.lines import counted
from c360_assets.reference.audiences import Audience
from c360_assets.reference.vocabulary import (
    DORMANT,
    HIGH,
    LEVELS,
    LOW,
    MIDDLE,
    NEW,
    RESURRECTED,
    RETURNING,
    RFM_GROUPS,
    UNKNOWN,
    USER_TYPES,
    WATCH_TRENDS,
)
from c360_assets.reports import html, landed_part, svg, words
from c360_assets.reports.behaviour_parts import audiences_part, demand_part, retention_part, rfm_part, taste_part
from c360_assets.reports.html import Part, text_of
from c360_assets.reports.month_figures import Counts, MonthFigures

LIFECYCLE_ORDER = (RETURNING, RESURRECTED, NEW, DORMANT, UNKNOWN)
NOBODY = "none"
_SEGMENT_ORDER: Mapping[str, Sequence[str]] = {
    "user_type": USER_TYPES,
    "activeness": LEVELS,
    "clinginess": LEVELS,
    "watch_trend": WATCH_TRENDS,
    "rfm_group": RFM_GROUPS,
}
_MOVE_NAMES = {LOW: "low", MIDDLE: "middle", HIGH: "high", NOBODY: "did not watch"}


def month_page(figures: MonthFigures, audiences: Sequence[Audience]) -> str:
    """The whole page."""
    month = f"{figures.month:%Y-%m}"
    parts = [
        landed_part.landed(figures),
        _customers(figures),
        _segments(figures),
        taste_part(figures),
        retention_part(figures),
        rfm_part(figures),
        demand_part(figures),
        audiences_part(figures, audiences),
        landed_part.warnings(figures),
        Part("words", "What the words mean", "", html.definitions(words.DEFINITIONS)),
    ]
    lead = (
        f"Customers at the end of {month}, as far as logs have landed ({figures.totals['as_of']}). "
        "Counts, sums and shares only: no customer is named."
    )
    return html.page(f"Customers in {month}", lead, _head(figures), parts)


def _head(figures: MonthFigures) -> str:
    """The headline figures, and whether they can be relied on."""
    totals, late = figures.totals, figures.upkeep.not_made
    unbalanced = [day for log in figures.logs for day in log.unbalanced]
    made = html.cards(
        [
            ("totals.customers", text_of(totals["customers"]), "customers known"),
            ("totals.watched", text_of(totals["watched"]), "watched in the month"),
            ("totals.searched", text_of(totals["searched"]), "searched in the month"),
            ("totals.matched", text_of(totals["matched"]), "known on both sides"),
            ("totals.hours", f"{totals['seconds'] / 3600:,.0f}", "hours watched"),
            ("totals.searches", text_of(totals["searches"]), "searches by them"),
        ]
    )
    states = [
        html.line("A ledger does not balance: don't rely on these figures yet.", "bad")
        if unbalanced
        else html.line("Every ledger balances: each landed row is accounted for.", "good"),
        html.line(
            f"Out of date: {counted(late, 'partition')} of the month. Run `c360 run`, then make this page again.", "bad"
        )
        if late
        else "",
        html.line(f"{counted(len(figures.upkeep.warnings), 'warning')} of checks: see Data quality.", "bad")
        if figures.upkeep.warnings
        else "",
    ]
    return made + "".join(states)


def _customers(figures: MonthFigures) -> Part:
    """Customers by lifecycle over the months, and how the month differs from the one before."""
    piles = {f"{month:%y-%m}": pile for month, pile in figures.lifecycle.items()}
    now = figures.lifecycle.get(figures.month, {})
    before = figures.lifecycle.get(add_months(figures.month, -1))
    rows = [(name, now.get(name, 0), *_change(name, now, before)) for name in LIFECYCLE_ORDER]
    body = (
        svg.stacks("Customers with a watch side by lifecycle, month by month", piles, LIFECYCLE_ORDER)
        + html.table(("lifecycle", "customers", "month before", "change"), rows, "lifecycle")
        + html.definitions((name, words.LIFECYCLE[name]) for name in LIFECYCLE_ORDER)
    )
    return Part("customers", "Customers", "Who watches, who came, who came back and who stayed away.", body)


def _change(name: str, now: Counts, before: Counts | None) -> tuple[int | None, str | None]:
    if before is None:
        return None, None
    change = now.get(name, 0) - before.get(name, 0)
    return before.get(name, 0), f"{change:+,}".replace("-", "−")


def _segments(figures: MonthFigures) -> Part:
    """Segments now and in the month before, and who moved from which to which."""
    total, total_before = (
        sum(one.get("user_type", {}).values()) for one in (figures.segments, figures.segments_before)
    )
    blocks = []
    for name, order in _SEGMENT_ORDER.items():
        now, before = figures.segments[name], figures.segments_before[name]
        rows = [
            (kind, now.get(kind, 0), _share(now, kind, total), before.get(kind, 0) if total_before else None,
             _share(before, kind, total_before))
            for kind in order
        ]  # fmt: skip
        names = (name, "customers", "share", "before", "share before")
        blocks.append(html.heading(words.TITLES[name]) + html.note(words.NOTES[name]) + html.table(names, rows, name))
    moves = html.heading("How customers moved since the month before") + _moves(figures)
    return Part("segments", "Segments", "Of the customers who watched in the month.", html.pair(blocks) + moves)


def _moves(figures: MonthFigures) -> str:
    if not any(before != NOBODY for before, _ in figures.moves):
        return html.line("The month before has no customers to compare with.")
    order = (*USER_TYPES, NOBODY)
    most = max(figures.moves.values(), default=1)
    cells = {
        (f"{_MOVE_NAMES[before]} before", _MOVE_NAMES[now]): svg.Cell(
            text_of(count), count / most, f"{_MOVE_NAMES[before]} before, {_MOVE_NAMES[now]} now: {count:,}"
        )
        for before in order
        for now in order
        if (count := figures.moves.get((before, now), 0)) or (before, now) != (NOBODY, NOBODY)
    }
    title = "Customers by how much they watched: in the month before (down) and now (across)"
    names = [f"{_MOVE_NAMES[before]} before" for before in order]
    return html.note(title) + svg.grid(title, names, [_MOVE_NAMES[now] for now in order], cells, 34)


def _share(counts: Counts, name: str, total: int) -> float | None:
    return counts.get(name, 0) / total if total else None
