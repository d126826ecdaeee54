"""What is in the landing zone or in the lake and belongs to no partition: it is named, and never read."""

from collections.abc import Iterable, Iterator

from c360_assets.contracts.partitions import Partitions
from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from resources.landing.zone import LandingZone


def unrecognized_files(landing: LandingZone, folders: Iterable[str], partitions: Partitions) -> Iterator[str]:
    """A sentence for each name that is not a day's, and for each file of a day that has no partition."""
    for folder in folders:
        names = landing.names(folder)
        yield from (f"{name} {what}" for name, what in names.unrecognized.items())
        for day, of_day in names.by_day.items():
            if reason := partitions.missing_reason(day):
                yield from (f"{name}: {day} {reason}" for name in of_day)


def unknown_dates(provenances: ProvenanceStore, partitions: Partitions) -> Iterator[str]:
    """A sentence for each table of which the lake has provenance for dates that are not partitions."""
    for table in TABLES:
        dates = [one for one in provenances.read(table) if one and partitions.missing_reason(one)]
        if dates:
            first, last = min(dates), max(dates)
            shown = f"{first}" if first == last else f"{first} to {last} ({len(dates)})"
            yield (
                f"{table} in the lake holds {shown}, before C360_FIRST_DAY or in the future. "
                "It is not made again; months that look back at it still do"
            )


def passed_over(landing: LandingZone, folders: Iterable[str]) -> Iterator[str]:
    """What is in the logs' folders and is not data."""
    for folder in folders:
        yield from landing.days(folder).passed_over
