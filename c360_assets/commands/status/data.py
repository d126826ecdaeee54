"""What landed, what was built from it, and whether the ledgers balance, found out without an engine."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from c360_assets.contracts.partitions import Partitions, between, last_day, month_of
from c360_assets.maintenance.migration import migrations
from c360_assets.planning.overdue import overdue_days, overdue_lines
from c360_assets.planning.plan import DayRange, Plan
from c360_assets.planning.planner import FOLDERS, SOURCES, Planner
from c360_assets.privacy.receipts import ReceiptStore, lost_erasures
from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import ErasureList
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.sql import query
from resources.landing.zone import LandingZone
from resources.settings import Settings


@dataclass
class MonthStatus:
    """One log in one month: days as sets, rows from the ledger."""

    landed: set[date] = field(default_factory=set)
    made: set[date] = field(default_factory=set)
    changed: set[date] = field(default_factory=set)
    unbalanced: set[date] = field(default_factory=set)
    landed_rows: int = 0
    quarantined_rows: int = 0

    def missing(self, month: date, newest: date) -> list[date]:
        """Days of the month, up to the newest day of the log, that neither landed nor are held."""
        end = min(last_day(month), newest)
        every = (month + timedelta(days=n) for n in range((end - month).days + 1))
        return [day for day in every if day not in self.landed | self.made]


@dataclass(frozen=True)
class LogStatus:
    """A log, month by month."""

    name: str
    months: dict[date, MonthStatus]

    @property
    def newest(self) -> date:
        """The newest day that landed or is held."""
        return max((day for month in self.months.values() for day in month.landed | month.made), default=date.min)

    @property
    def balances(self) -> bool:
        """Whether every day balances."""
        return all(not state.unbalanced for state in self.months.values())


@dataclass(frozen=True)
class Status:
    """All that `c360 status` knows. `unrecognized_files` should have been read; `passed_over` is not data.

    `erasures` counts the erased contracts and users, the receipts, and the erasures that are not finished.
    `overdue` has the overdue days by raw table. `lost_erasures` says what has been lost of erasures, and what to do.
    """

    logs: list[LogStatus]
    plan: Plan
    migrations: list[str]
    unrecognized_files: list[str]
    passed_over: list[str]
    erasures: dict[str, int]
    overdue: dict[str, list[date]] = field(default_factory=dict)
    overdue_lines: list[str] = field(default_factory=list)
    lost_erasures: str | None = None

    @property
    def warns(self) -> bool:
        """Whether a check warns, or a delivery is overdue."""
        return bool(self.plan.warnings or self.overdue)

    @property
    def is_made(self) -> bool:
        """Whether nothing is left to make, no erasure to finish, and the list of erasures whole."""
        plan = self.plan
        erasing = self.erasures["unfinished"] or self.lost_erasures
        return not (plan.stale or plan.blocked or plan.altered or self.unrecognized_files or erasing)

    @property
    def ok(self) -> bool:
        """Whether all that landed is made and balances."""
        return self.is_made and all(log.balances for log in self.logs)


def read_status(settings: Settings) -> Status:
    """Compares the landing zone with the lake."""
    landing = LandingZone(settings.landing)
    landing.check(FOLDERS)
    to_migrate = [str(migration) for migration in migrations(settings.lake, TABLES.values())]
    provenances = ProvenanceStore(settings.lake)
    reference = load_reference(settings.reference)
    check_audiences(reference)
    planner = Planner(landing, provenances, reference.fingerprints, Partitions(settings.first_day))
    plan = planner.plan(DayRange())
    deliveries = planner.deliveries()
    logs = [
        LogStatus(
            name, _months(settings.lake, name, set(deliveries[raw]), _existing(planner, provenances, raw), plan, raw)
        )
        for raw, name in ((raw, folder.removeprefix("log_")) for raw, folder in SOURCES.items())
    ]
    overdue = overdue_days(planner, provenances, reference.deadlines)
    return Status(
        logs,
        plan,
        to_migrate,
        planner.unrecognized_files(),
        planner.passed_over(),
        _erasures(settings),
        overdue,
        overdue_lines(overdue, reference.deadlines),
        str(lost) if (lost := lost_erasures(settings.lake)) else None,
    )


def _erasures(settings: Settings) -> dict[str, int]:
    """How many contracts and users were erased, by how many erasures, and how many of these are not finished.

    Needs no key.
    """
    entries = ErasureList(settings.lake, settings.erasure_key).entries()
    return {
        "contracts": sum(one.kind == "contract" for one in entries),
        "users": sum(one.kind == "user" for one in entries),
        "receipts": len({one.receipt_id for one in entries}),
        "unfinished": ReceiptStore(settings.lake).unfinished(),
    }


def _existing(planner: Planner, provenances: ProvenanceStore, raw: str) -> dict[date | None, Provenance]:
    """The provenance of a log's days; anyone may have put files for other dates there."""
    return {day: one for day, one in provenances.read(raw).items() if day is None or planner.exists(day)}


def _months(
    lake: str, log: str, landed: set[date], provenances: dict[date | None, Provenance], plan: Plan, raw: str
) -> dict[date, MonthStatus]:
    months: dict[date, MonthStatus] = defaultdict(MonthStatus)
    for day in landed:
        months[month_of(day)].landed.add(day)
    for made in provenances:
        if made is not None:
            months[month_of(made)].made.add(made)
    for table, partition in plan.stale:
        if table == raw and partition in provenances and partition is not None:
            months[month_of(partition)].changed.add(partition)
    for row in query(lake, [f"ledger_{log}"], f"select * from ledger_{log}"):
        month = months[month_of(row["log_date"])]
        month.landed_rows += row["landed_rows"]
        month.quarantined_rows += row["quarantined_rows"]
        if not row["balanced"]:
            month.unbalanced.add(row["log_date"])
    if not months:
        return {}
    # A month in which nothing landed is missing as a whole.
    return {one: months[one] for one in between(min(months), max(months), "month")}
