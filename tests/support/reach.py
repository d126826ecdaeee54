"""Which partitions have to be made again after a change, written out by hand from the data contract."""

from collections.abc import Iterable
from datetime import date

from resources.lake.provenance import Item
from tests.support.small_landing import MONTHS

CONTENT_DAY = ("raw_content", "quarantine_content", "clean_content", "ledger_content")
SEARCH_DAY = ("raw_search", "quarantine_search", "clean_search", "ledger_search")
WATCH_MONTH = (
    "device_months",
    "watch_metrics",
    "taste",
    "segment_thresholds",
    "activeness_segments",
    "rfm",
    "retention",
    "customer360",
    "audience_members",
)
SEARCH_MONTH = ("search_metrics", "search_trends", "keyword_demand", "customer360", "audience_members")
PROFILES = ("customer360", "audience_members")


def items(tables: Iterable[str], *partitions: date | None) -> set[Item]:
    """Every table with every partition."""
    names = tuple(tables)
    return {(table, partition) for table in names for partition in partitions}


def after_content(*days: date) -> set[Item]:
    """What a change of days of the content log reaches.

    Lifecycles look back three months, and so do carried profiles. A carried profile shows its own month's
    lifecycle, which looks back from there: so a profile can show a day of six months before it, and the audiences
    that compare two profiles one of seven. Retention looks back a year.
    """
    made = items(CONTENT_DAY, *days)
    for day in days:
        here = MONTHS.index(day.replace(day=1))
        made |= items(WATCH_MONTH, MONTHS[here])
        made |= items(("activeness_segments",), *MONTHS[here + 1 : here + 4])
        made |= items(("customer360",), *MONTHS[here + 1 : here + 7])
        made |= items(("audience_members",), *MONTHS[here + 1 : here + 8])
        made |= items(("retention",), *MONTHS[here + 1 : here + 13])
    return made


def after_search(*days: date) -> set[Item]:
    """What a change of days of the search log reaches: trends look back one month, and audiences to the profiles of it."""
    made = items(SEARCH_DAY, *days)
    for day in days:
        here = MONTHS.index(day.replace(day=1))
        made |= items(SEARCH_MONTH, MONTHS[here])
        made |= items(("search_trends", "keyword_demand", "customer360"), *MONTHS[here + 1 : here + 2])
        made |= items(("audience_members",), *MONTHS[here + 1 : here + 3])
    return made


def after_identity() -> set[Item]:
    """What a change of the links reaches."""
    return items(("identity_map", "quarantine_identity"), None) | items(PROFILES, *MONTHS)
