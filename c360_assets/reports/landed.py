"""What landed in a month and what became of it: the ledgers, quarantine, refused deliveries and warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from c360_assets.contracts.months import last_day
from c360_assets.planning.lines import reason_lines, spans_of
from c360_assets.planning.plan import Plan
from c360_assets.planning.warnings import warning_lines
from resources.lake.provenance import Item
from resources.lake.sql import LakeQuery

LOGS = ("content", "search")
_ROWS = ("landed_rows", "accepted_rows", "duplicate_rows", "quarantined_rows", "erased_rows")
_SECONDS = ("landed_seconds", "clean_seconds", "duplicate_seconds", "capped_seconds")


@dataclass(frozen=True)
class LogFigures:
    """One log of a month. `seconds` is empty where the log has none. `reasons` are those of quarantine, by rows."""

    name: str
    days: tuple[date, ...]
    missing: tuple[date, ...]
    unbalanced: tuple[date, ...]
    rows: Mapping[str, int]
    seconds: Mapping[str, int]
    reasons: Mapping[str, int]
    rows_by_day: Mapping[date, tuple[int, int]]
    """Day → rows accepted, and all others."""


@dataclass(frozen=True)
class Upkeep:
    """What the landing zone and the lake say about the month, apart from its tables.

    `refused` are deliveries that can't be read, with the reason, `waiting` days that landed and are not in the tables yet;
    `not_made` counts all partitions of the month that are out of date.
    """

    refused: Sequence[str] = ()
    waiting: Sequence[str] = ()
    not_made: int = 0
    warnings: Sequence[str] = ()


def read_log(lake: LakeQuery, name: str, month: date) -> LogFigures:
    """The figures of a log, from its ledger and its quarantine. Days without a record count as not landed."""
    ledger, refused = f"ledger_{name}", f"quarantine_{name}"
    where = f"where log_date between DATE '{month}' and DATE '{last_day(month)}'"
    found = lake.rows([ledger], f"select * from {ledger} {where} order by log_date")
    days = [row["log_date"] for row in found if row["landed_rows"]]
    counted = lake.rows(
        [refused], f"select reason, count(*) as rows from {refused} {where} group by reason order by rows desc, reason"
    )
    return LogFigures(
        name=name,
        days=tuple(days),
        missing=tuple(_missing(month, days, _newest(lake, ledger))),
        unbalanced=tuple(row["log_date"] for row in found if not row["balanced"]),
        rows={column: sum(row[column] for row in found) for column in _ROWS},
        seconds={column: sum(row[column] for row in found) for column in _SECONDS} if name == "content" else {},
        reasons={row["reason"]: row["rows"] for row in counted},
        rows_by_day={
            row["log_date"]: (row["accepted_rows"], row["landed_rows"] - row["accepted_rows"]) for row in found
        },
    )


def upkeep_of(plan: Plan, month: date) -> Upkeep:
    """What a plan says about a month: deliveries that can't be read, what is out of date, and what checks warn of."""
    end = last_day(month)

    def of_month(item: Item) -> bool:
        return item[1] is not None and month <= item[1] <= end

    waiting = {
        log: [day for table, day in plan.stale if table == f"raw_{log}" and of_month((table, day))] for log in LOGS
    }
    return Upkeep(
        refused=reason_lines({item: why for item, why in plan.unreadable.items() if of_month(item)}),
        waiting=[f"{log} log: {spans_of(day for day in days if day)}" for log, days in waiting.items() if days],
        not_made=sum(of_month(item) for item in {*plan.stale, *plan.blocked, *plan.altered}),
        warnings=warning_lines({item: found for item, found in plan.warnings.items() if of_month(item)}),
    )


def spans(days: Sequence[date]) -> str:
    """Days in short form."""
    return spans_of(days) or "none"


def _newest(lake: LakeQuery, ledger: str) -> date | None:
    """The newest day of a log that landed."""
    [row] = lake.rows([ledger], f"select max(log_date) as newest from {ledger} where landed_rows > 0") or [
        {"newest": None}
    ]
    newest: date | None = row["newest"]
    return newest


def _missing(month: date, days: Sequence[date], newest: date | None) -> list[date]:
    """Days of the month, up to the newest that landed, that did not."""
    if newest is None or newest < month:
        return []
    end = min(last_day(month), newest)
    every = (month + timedelta(days=n) for n in range((end - month).days + 1))
    return [day for day in every if day not in days]
