"""`c360 status`: what landed, what was made of it, and whether the ledgers balance. Starts no engine."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from rich.console import Console, JustifyMethod
from rich.table import Table as Grid

from c360_assets.contracts.partitions import Partitions, last_day, month_of
from c360_assets.maintenance.migration import migrations
from c360_assets.planning.batches import Item
from c360_assets.planning.plan import FOLDERS, SOURCES, DayRange, Plan, Planner, lines
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
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


def status_command() -> int:
    """Prints the status. Returns 0 if everything that landed is made and balances, otherwise 1."""
    console = Console()
    settings = Settings.from_environment()
    landing = LandingZone(settings.landing)
    landing.check(FOLDERS)
    for migration in migrations(settings.lake, TABLES.values()):
        console.print(f"[yellow]to migrate[/] {migration}", highlight=False, soft_wrap=True)
    provenances = ProvenanceStore(settings.lake)
    reference = load_reference(settings.reference)
    planner = Planner(landing, provenances, reference.fingerprints, Partitions(settings.first_day))
    plan = planner.plan(DayRange())
    deliveries = planner.deliveries()
    clean = True
    for raw, log in SOURCES.items():
        months = _months(
            settings.lake, log.removeprefix("log_"), set(deliveries[raw]), provenances.read(raw), plan, raw
        )
        clean &= _show(console, log, months)
    return 0 if _report_plan(console, plan, planner.unrecognized_files()) and clean else 1


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
    return dict(sorted(months.items()))


def _show(console: Console, log: str, months: dict[date, MonthStatus]) -> bool:
    """Prints the months of a log. Returns whether all of them balance."""
    grid = Grid(title=log, title_justify="left")
    for name in ("month", "landed", "made", "changed", "missing", "rows", "quarantined", "balance"):
        side: JustifyMethod = "left" if name in ("month", "missing", "balance") else "right"
        grid.add_column(name, justify=side, overflow="fold", no_wrap=name != "missing")
    newest = max((day for month in months.values() for day in month.landed | month.made), default=date.min)
    for month, state in months.items():
        share = f"{state.quarantined_rows / state.landed_rows:.1%}" if state.landed_rows else "–"
        balance = "[green]yes[/]" if not state.unbalanced else f"[red]no: {_days(sorted(state.unbalanced))}[/]"
        grid.add_row(
            f"{month:%Y-%m}",
            str(len(state.landed)),
            str(len(state.made)),
            str(len(state.changed)),
            _days(state.missing(month, newest)),
            f"{state.landed_rows:,}",
            share,
            balance if state.made else "–",
        )
    console.print(grid)
    return all(not state.unbalanced for state in months.values())


def _report_plan(console: Console, plan: Plan, unrecognized_files: list[str]) -> bool:
    """Prints what is still to be made, and why. Returns whether there is nothing to make."""
    todo: dict[str, list[Item]] = defaultdict(list)
    for item in plan.stale:
        todo[item[0]].append(item)
    for table, items in todo.items():
        days = [item[1] for item in items if item[1] is not None]
        console.print(f"[yellow]to make[/] {table} {_days(days)}".rstrip(), highlight=False, soft_wrap=True)
    for title, found in (
        ("can't be read", lines(plan.unreadable)),
        ("waits", lines(plan.blocked)),
        ("changed by another hand", lines(plan.altered)),
        ("passed over", unrecognized_files),
    ):
        for line in found:
            console.print(f"[red]{title}[/] {line}", highlight=False, soft_wrap=True)
    if not (plan.stale or plan.blocked or plan.altered or unrecognized_files):
        console.print("[green]All that landed is made.[/]")
        return True
    return False


def _days(days: list[date]) -> str:
    """Days in short form: consecutive days as first..last."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    texts = [f"{span[0]}" if len(span) == 1 else f"{span[0]}..{span[-1]}" for span in spans]
    return ", ".join(texts[:4]) + (f" and {len(texts) - 4} more spans" if len(texts) > 4 else "")
