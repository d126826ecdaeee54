"""What monitors warn of: in what the lake holds, and in lines for people."""

from collections.abc import Mapping
from datetime import date

from c360_assets.planning.lines import when
from resources.lake.provenance import Item, Provenance

Warnings = Mapping[Item, Mapping[str, str]]
"""Item → monitor → what it warns of."""


def warnings_of(held: Mapping[str, Mapping[date | None, Provenance]]) -> dict[Item, Mapping[str, str]]:
    """What monitors warn of, by item, given the provenance of the partitions of tables."""
    return {
        (table, partition): one.warnings
        for table, partitions in held.items()
        for partition, one in partitions.items()
        if one.warnings
    }


def warning_lines(warnings: Warnings) -> list[str]:
    """One line per table, monitor and text, with the partitions that it is about."""
    partitions: dict[tuple[str, str, str], list[date]] = {}
    for (table, partition), found in warnings.items():
        for check, text in found.items():
            days = partitions.setdefault((table, check, text), [])
            if partition is not None:
                days.append(partition)
    return [
        f"{f'{table} {when(table, days)}'.rstrip()} {check}: {text}"
        for (table, check, text), days in sorted(partitions.items(), key=lambda pair: (pair[0][:2], pair[1]))
    ]
