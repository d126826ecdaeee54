"""Items and what is said of them, in lines for people: as few as there are causes."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from c360_assets.tables import TABLES
from resources.lake.provenance import Item

_MOST_SPANS = 4


def label(item: Item) -> str:
    """An item in words."""
    return f"{item[0]} {item[1]}" if item[1] else item[0]


def lines(items: Mapping[Item, str]) -> list[str]:
    """Items with their reasons, one line each."""
    return [f"{label(item)}: {reason}" for item, reason in sorted(items.items(), key=lambda pair: label(pair[0]))]


def reason_lines(items: Mapping[Item, str]) -> list[str]:
    """Items with their reasons, one line per reason."""
    return [f"{named(alike)}: {reason}" for reason, alike in _by_reason(items).items()]


def cause_lines(
    failed: Mapping[Item, str], blocked: Mapping[Item, str], waits_for: Mapping[Item, Item]
) -> tuple[list[str], list[str]]:
    """One line per cause of a failure, with what waits because of it; and those of what waits for anything else."""
    causes = {item: failed[waits_for[item]] for item in blocked if waits_for.get(item) in failed}
    waiting = _by_reason(causes)
    found = []
    for cause, items in _by_reason(failed).items():
        line = f"{named(items)}: {cause}"
        if cause in waiting:
            line = f"{line.removesuffix('.')}. Left as it was: {named(waiting[cause])}."
        found.append(line)
    return found, reason_lines({item: why for item, why in blocked.items() if item not in causes})


def _by_reason(items: Mapping[Item, str]) -> dict[str, list[Item]]:
    """Reason → the items that have it."""
    found: dict[str, list[Item]] = {}
    for item, reason in sorted(items.items(), key=lambda pair: label(pair[0])):
        found.setdefault(reason, []).append(item)
    return found


def named(items: Iterable[Item]) -> str:
    """Items in short form, in data order: tables with the same partitions are listed together."""
    partitions: dict[str, set[date]] = {}
    for table, partition in items:
        partitions.setdefault(table, set()).update([partition] if partition else [])
    tables: dict[str, list[str]] = {}
    for table in sorted(partitions, key=list(TABLES).index):
        tables.setdefault(when(table, partitions[table]), []).append(table)
    return "; ".join(f"{', '.join(names)} {span}".rstrip() for span, names in tables.items())


def when(table: str, partitions: Iterable[date]) -> str:
    """Partitions of a table in short form; empty for a table without partitions."""
    if TABLES[table].unit == "month":
        return ", ".join(f"{month:%Y-%m}" for month in sorted(partitions))
    return spans_of(partitions)


def spans_of(days: Iterable[date]) -> str:
    """Days in short form: consecutive days as first..last."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    texts = [f"{span[0]}" if len(span) == 1 else f"{span[0]}..{span[-1]}" for span in spans]
    more = f" and {counted(len(texts) - _MOST_SPANS, 'more span')}" if len(texts) > _MOST_SPANS else ""
    return ", ".join(texts[:_MOST_SPANS]) + more


def counted(number: int, what: str) -> str:
    """A number of things: 1 day, 2 days."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
