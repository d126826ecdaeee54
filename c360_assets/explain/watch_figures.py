"""The rules of what a contract watched: the columns of watch_metrics."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Explained, Rule
from c360_assets.explain.records import CAPPED, DUPLICATE, LandedRecord
from c360_assets.explain.watching import Watching
from c360_assets.explain.words import count, days, listed, seconds
from c360_assets.reference.categories import CATEGORIES
from resources.lake.sql import Row

NO_WATCH_SIDE = "no month that a watch side may be taken from has watch time of this contract"

_GONE = "the profile is older than its days: none that the lake holds now has watch time of this contract"


def watch_rule(rule: Callable[[Evidence, Watching], Explained]) -> Rule:
    """A rule of the watch side, which is null where nothing was watched."""

    def explain(evidence: Evidence) -> Explained:
        if evidence.watching is None:
            return Explained(None, NO_WATCH_SIDE)
        if not evidence.watching.watched:
            return watched(evidence.watching, None, f"{_GONE} in {evidence.watching.month:%Y-%m}")
        return rule(evidence, evidence.watching)

    return explain


def watched(watching: Watching, value: object, rule: str, category: str | None = None) -> Explained:
    """An explanation from the month's records, all or those of a category's apps."""
    records = [one for one in watching.records if category is None or one.category in (None, category)]
    return Explained(value, rule, rows_of(watching, category), records)


def rows_of(watching: Watching, category: str | None = None) -> dict[str, list[Row]]:
    """The rows of tables that come between a month's figures and its records."""
    months = [row for row in watching.device_months if category in (None, row["category"])]
    days = [row.as_row() for row in watching.rows if category in (None, row.category)]
    return {f"device_months of {watching.month:%Y-%m}": months, f"clean_content of {watching.month:%Y-%m}": days}


def _seconds_total(_: Evidence, watching: Watching) -> Explained:
    total = sum(row.seconds for row in watching.watched)
    return watched(watching, total, f"{_sum(watching, watching.records)}{_left_out(watching)}")


def _sum(watching: Watching, records: list[LandedRecord]) -> str:
    counted = [record for record in records if record.is_counted]
    return f"the seconds of {count(len(counted), 'landed record')} on {count(len(watching.days()), 'day')}"


def _left_out(watching: Watching) -> str:
    """What was landed and does not count, in words."""
    capped = sum(row.capped_seconds for row in watching.rows)
    copies = sum(record.fate == DUPLICATE for record in watching.records)
    parts = []
    if any(record.fate == CAPPED for record in watching.records):
        parts.append(f"{seconds(capped)} above a device's day")
    if copies:
        parts.append(f"{copies:,} cop{'y' if copies == 1 else 'ies'} of records")
    return f"; not counted: {', '.join(parts)}" if parts else ""


def _category_seconds(category: str, evidence: Evidence, watching: Watching) -> Explained:
    rows = [row for row in watching.watched if row.category == category]
    apps = sorted({row.app_name for row in rows})
    return watched(
        watching,
        watching.seconds_by_category()[category],
        f"the seconds of the apps of {evidence.reference.category_labels[category]}: {listed(apps)}",
        category,
    )


def _active_days(_: Evidence, watching: Watching) -> Explained:
    found = watching.days()
    return watched(watching, len(found), f"the days with seconds: {days(found)}")


def _observed_days(evidence: Evidence, watching: Watching) -> Explained:
    found = evidence.landed_days("content", watching.month)
    return Explained(len(found), f"the days on which the content log landed: {days(found)}")


def _active_ratio(evidence: Evidence, watching: Watching) -> Explained:
    active, observed = len(watching.days()), len(evidence.landed_days("content", watching.month))
    ratio = active / observed if observed else None
    return watched(watching, ratio, f"{active} active days / {observed} observed days")


def _devices(_: Evidence, watching: Watching) -> Explained:
    known = {row.mac for row in watching.watched if row.mac is not None}
    unknown = sum(row.mac is None for row in watching.watched)
    without = f"; {count(unknown, 'clean row')} without a valid MAC address does not count" if unknown else ""
    return watched(watching, len(known), f"distinct MAC addresses: {listed(sorted(known))}{without}")


def _apps(_: Evidence, watching: Watching) -> Explained:
    names = sorted({row.app_name for row in watching.watched})
    return watched(watching, len(names), f"distinct apps: {listed(names)}")


def _first_watched(_: Evidence, watching: Watching) -> Explained:
    return watched(watching, min(watching.days(), default=None), "the first day with seconds")


def _last_watched(_: Evidence, watching: Watching) -> Explained:
    return watched(watching, max(watching.days(), default=None), "the last day with seconds")


def _most_watch(_: Evidence, watching: Watching) -> Explained:
    order = watching.categories_in_order()
    return watched(watching, order[0] if order else None, f"the category with the most seconds: {in_order(watching)}")


def in_order(watching: Watching) -> str:
    """The categories with their seconds, most watched first, and how ties fell."""
    by_category, order = watching.seconds_by_category(), watching.categories_in_order()
    text = ", ".join(f"{code} {seconds(by_category[code])}" for code in order)
    ties = []
    for one, other in pairwise(order):
        if by_category[one] == by_category[other]:
            ours, theirs = len(watching.days(one)), len(watching.days(other))
            why = f"on {ours} days against {theirs}" if ours > theirs else "by the fixed order"
            ties.append(f"{one} before {other} {why}")
    return f"{text}; ties: {', '.join(ties)}" if ties else text


RULES: dict[str, Rule] = {
    **{f"seconds_{code}": watch_rule(partial(_category_seconds, code)) for code in CATEGORIES},
    "seconds_total": watch_rule(_seconds_total),
    "active_days": watch_rule(_active_days),
    "observed_days": watch_rule(_observed_days),
    "active_ratio": watch_rule(_active_ratio),
    "devices": watch_rule(_devices),
    "apps": watch_rule(_apps),
    "first_watched": watch_rule(_first_watched),
    "last_watched": watch_rule(_last_watched),
    "most_watch": watch_rule(_most_watch),
}
