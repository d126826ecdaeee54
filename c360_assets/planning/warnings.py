"""What monitors warn of, in lines for people."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from c360_assets.planning.batches import Item
from c360_assets.tables import TABLES

Warnings = Mapping[Item, Mapping[str, str]]
"""Item → monitor → what it warns of."""


def warning_lines(warnings: Warnings) -> list[str]:
    """One line per table, monitor and text, with the partitions that it is about."""
    partitions: dict[tuple[str, str, str], list[date]] = {}
    for (table, partition), found in warnings.items():
        for check, text in found.items():
            days = partitions.setdefault((table, check, text), [])
            if partition is not None:
                days.append(partition)
    return [
        f"{table} {_when(table, days)}{check}: {text}"
        for (table, check, text), days in sorted(partitions.items(), key=lambda pair: (pair[0][:2], pair[1]))
    ]


def _when(table: str, partitions: list[date]) -> str:
    if not partitions:
        return ""
    if TABLES[table].unit == "month":
        return f"{', '.join(f'{month:%Y-%m}' for month in sorted(partitions))} "
    return f"{spans_of(partitions)} "


def spans_of(days: Iterable[date]) -> str:
    """Days in short form: consecutive days as first..last."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    texts = [f"{span[0]}" if len(span) == 1 else f"{span[0]}..{span[-1]}" for span in spans]
    return ", ".join(texts[:4]) + (f" and {len(texts) - 4} more spans" if len(texts) > 4 else "")
