"""The figures of a month's page, read from the lake. None is about one person: all are counts, sums and shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from c360_assets.contracts.months import add_months
from c360_assets.reference.categories import CATEGORIES
from c360_assets.reports.landed import LOGS, LogFigures, Upkeep, read_log
from resources.lake.sql import LakeQuery, Row

MONTHS_SHOWN = 13
"""The month and the twelve before."""
SEGMENTS = ("user_type", "activeness", "clinginess", "watch_trend", "rfm_group")
_KEYWORDS_SHOWN = 12
Counts = Mapping[str, int]


@dataclass(frozen=True)
class MonthFigures:
    """What the page of a month shows.

    `months` are those with customers, up to the month. `moves` counts customers by their user_type in the month before
    and now; `none` is who has none.
    """

    month: date
    months: Sequence[date]
    logs: Sequence[LogFigures]
    upkeep: Upkeep
    totals: Row
    lifecycle: Mapping[date, Counts]
    segments: Mapping[str, Counts]
    segments_before: Mapping[str, Counts]
    moves: Mapping[tuple[str, str], int]
    seconds: Mapping[date, Counts]
    tastes: Counts
    retention: Mapping[tuple[date, int], Row]
    scores: Mapping[tuple[int, int], Row]
    demand: Mapping[str, Sequence[Row]]
    trends: Counts
    audiences: Mapping[str, Mapping[date, Row]]


def read_month(lake: LakeQuery, month: date, months: Sequence[date], upkeep: Upkeep) -> MonthFigures:
    """The figures of a month. `months` are all that have customers."""
    shown = [one for one in sorted(months) if add_months(month, 1 - MONTHS_SHOWN) <= one <= month]
    segments = {one: {name: _counts(lake, one, name) for name in SEGMENTS} for one in (month, add_months(month, -1))}
    return MonthFigures(
        month=month,
        months=shown,
        logs=[read_log(lake, name, month) for name in LOGS],
        upkeep=upkeep,
        totals=_totals(lake, month),
        lifecycle=_lifecycle(lake, shown),
        segments=segments[month],
        segments_before=segments[add_months(month, -1)],
        moves=_moves(lake, month),
        seconds=_seconds(lake, shown),
        tastes=_tastes(lake, month),
        retention=_retention(lake, shown),
        scores=_scores(lake, month),
        demand=_demand(lake, month),
        trends=_trends(lake, month),
        audiences=_audiences(lake, shown),
    )


def _totals(lake: LakeQuery, month: date) -> Row:
    """Customers of the month and of its sides."""
    [row] = lake.rows(
        ["customer360"],
        "select count(*) as customers, count(contract) as contracts, count(*) filter (where watch_month = month) as watched, "
        "count(*) filter (where search_month = month) as searched, count(*) filter (where matched) as matched, "
        "coalesce(sum(seconds_total) filter (where watch_month = month), 0) as seconds, "
        "coalesce(sum(searches) filter (where search_month = month), 0) as searches, max(as_of) as as_of "
        f"from customer360 where month = DATE '{month}'",
    )
    return row


def _lifecycle(lake: LakeQuery, months: Sequence[date]) -> Mapping[date, Counts]:
    """Customers with a watch side by lifecycle, month by month."""
    found: dict[date, dict[str, int]] = {month: {} for month in months}
    for row in lake.rows(
        ["customer360"],
        "select month, lifecycle, count(*) as customers from customer360 "
        f"where lifecycle is not null and {_among(months)} group by month, lifecycle",
    ):
        found[row["month"]][row["lifecycle"]] = row["customers"]
    return found


def _counts(lake: LakeQuery, month: date, column: str) -> Counts:
    """Contracts that watched in the month, by a segment."""
    rows = lake.rows(
        ["customer360"],
        f"select {column} as name, count(*) as customers from customer360 "
        f"where month = DATE '{month}' and watch_month = month and {column} is not null group by 1",
    )
    return {row["name"]: row["customers"] for row in rows}


def _moves(lake: LakeQuery, month: date) -> dict[tuple[str, str], int]:
    """Customers by user_type of those who watched: in the month before, and now."""
    side = (
        "select customer_id, case when watch_month = month then user_type end as kind from customer360 "
        "where month = DATE '{}'"
    )
    rows = lake.rows(
        ["customer360"],
        "select coalesce(b.kind, 'none') as before, coalesce(n.kind, 'none') as now, count(*) as customers "
        f"from ({side.format(month)}) n full join ({side.format(add_months(month, -1))}) b "
        "on n.customer_id = b.customer_id where n.kind is not null or b.kind is not null group by 1, 2",
    )
    return {(row["before"], row["now"]): row["customers"] for row in rows}


def _seconds(lake: LakeQuery, months: Sequence[date]) -> dict[date, Counts]:
    """Seconds watched by category, month by month."""
    sums = ", ".join(f"sum(seconds_{name}) as {name}" for name in CATEGORIES)
    rows = lake.rows(
        ["watch_metrics"],
        f"select month, {sums} from watch_metrics where {_among(months)} group by month order by month",
    )
    return {row["month"]: {name: row[name] for name in CATEGORIES} for row in rows}


def _tastes(lake: LakeQuery, month: date) -> Counts:
    """Contracts by the category that they like more than others do."""
    rows = lake.rows(
        ["taste"],
        f"select lift_category as name, count(*) as contracts from taste where month = DATE '{month}' group by 1",
    )
    found = {row["name"]: row["contracts"] for row in rows}
    return {name: found.get(name, 0) for name in CATEGORIES}


def _retention(lake: LakeQuery, months: Sequence[date]) -> dict[tuple[date, int], Row]:
    """Each cohort of the year at each of its ages."""
    rows = lake.rows(
        ["retention"],
        "select month, cohort_month, months_since, contracts, watching, retained, is_open, has_gap from retention "
        f"where {_among(months)} and cohort_month >= DATE '{add_months(months[-1], 1 - MONTHS_SHOWN)}' "
        "order by cohort_month, months_since",
    )
    return {(row["cohort_month"], row["months_since"]): row for row in rows}


def _scores(lake: LakeQuery, month: date) -> dict[tuple[int, int], Row]:
    """Contracts by score of recency and of frequency and watch time together, with their group."""
    rows = lake.rows(
        ["rfm"],
        "select recency_score, (frequency_score + watch_score + 1) / 2 as other_score, min(rfm_group) as rfm_group, "
        f"count(*) as contracts from rfm where month = DATE '{month}' group by 1, 2",
    )
    return {(row["recency_score"], int(row["other_score"])): row for row in rows}


def _demand(lake: LakeQuery, month: date) -> dict[str, Sequence[Row]]:
    """Keywords that enough people searched for: most wanted, rising, falling, and most often given up."""
    lists = {
        "wanted": ("true", "place"),
        "rising": ("demand_trend = 'rising'", "previous_place - place desc, place"),
        "falling": ("demand_trend = 'falling'", "place - previous_place desc, place"),
        "new": ("demand_trend = 'new'", "place"),
        "unmet": ("quit > 0", "quit_share desc, quit desc, place"),
    }
    return {
        name: lake.rows(
            ["keyword_demand"],
            "select keyword, category, users, searches, quit, quit_share, place, previous_place from keyword_demand "
            f"where month = DATE '{month}' and {condition} order by {order} limit {_KEYWORDS_SHOWN}",
        )
        for name, (condition, order) in lists.items()
    }


def _trends(lake: LakeQuery, month: date) -> Counts:
    rows = lake.rows(
        ["keyword_demand"],
        f"select demand_trend, count(*) as keywords from keyword_demand where month = DATE '{month}' group by 1",
    )
    return {row["demand_trend"]: row["keywords"] for row in rows}


def _audiences(lake: LakeQuery, months: Sequence[date]) -> dict[str, dict[date, Row]]:
    """Members of each audience, and how many of them entered, month by month."""
    found: dict[str, dict[date, Row]] = {}
    for row in lake.rows(
        ["audience_members"],
        "select audience, month, count(*) as members, count(entered) as compared, count(*) filter (where entered) as entered "
        f"from audience_members where {_among(months)} group by 1, 2 order by 1, 2",
    ):
        found.setdefault(row["audience"], {})[row["month"]] = row
    return found


def _among(months: Sequence[date]) -> str:
    """A condition on months; there is always at least one month."""
    days = ", ".join(f"DATE '{month}'" for month in months)
    return f"month in ({days})"
