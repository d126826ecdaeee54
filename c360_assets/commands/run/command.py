"""`c360 run`: runs a plan through Dagster, showing progress, and ends with a summary."""

import logging
import warnings
from datetime import date

import dagster as dg
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from c360_assets.build import build
from c360_assets.commands.run.changes import lines_of_changes, profile_version
from c360_assets.commands.run.summary import example_customer, show_summary
from c360_assets.contracts.partitions import Partitions
from c360_assets.execution.processes import fail_orphans
from c360_assets.execution.runner import Outcome, Runner
from c360_assets.maintenance.migration import migrate
from c360_assets.maintenance.restore import restored
from c360_assets.planning.batches import Item
from c360_assets.planning.lines import cause_lines, label, lines
from c360_assets.planning.overdue import overdue_days, overdue_lines
from c360_assets.planning.plan import FOLDERS, DayRange, Planner
from c360_assets.planning.warnings import warning_lines
from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.engine.session import stop_engine
from resources.home import dagster_home
from resources.lake.provenance import ProvenanceStore
from resources.landing.zone import LandingZone
from resources.settings import Settings

_EXPLAINED = "most_search"
"""The figure that is explained after a profile: it comes from few records, so that they all fit on a screen."""
_MOST_WARNINGS = 20
"""Lines of warnings at most; `c360 status` has them all."""


def run_command(days: DayRange, everything: bool, show_profile: bool, strict: bool) -> int:
    """Makes what has to be made, reports it, and returns the exit status.

    With `strict` it is 1 with warnings and overdue days, too.
    """
    console = Console()
    settings = Settings.from_environment()
    landing = LandingZone(settings.landing)
    landing.check(FOLDERS)
    reference = load_reference(settings.reference)
    check_audiences(reference)
    dagster_home()
    _quiet()
    _migrate(console, settings.lake)
    profiles_before = profile_version(settings.lake)
    provenances = ProvenanceStore(settings.lake)
    restored_before = restored(provenances, TABLES)
    planner = Planner(landing, provenances, reference.fingerprints, Partitions(settings.first_day))
    with dg.DagsterInstance.get() as instance, _Progress(console) as progress:
        fail_orphans(instance)
        defs = build(settings, on_commit=progress.committed)
        try:
            outcome = Runner(defs.resolve_implicit_global_asset_job_def(), instance, planner).run_all(
                days, everything, progress.announce, progress.report
            )
        finally:
            stop_engine()
    _report(console, outcome)
    _tell_restored(console, restored_before, restored(provenances, TABLES) if restored_before else set())
    show_summary(console, settings.lake)
    for line in lines_of_changes(settings.lake, profiles_before):
        console.print(f"[yellow]changed[/] {line}", highlight=False, soft_wrap=True)
    _report_warnings(console, outcome)
    overdue = overdue_days(planner, provenances, reference.deadlines)
    for line in overdue_lines(overdue, reference.deadlines):
        console.print(f"[red]overdue[/] {line}", highlight=False, soft_wrap=True)
    if show_profile:
        _show_profile(settings.lake)
    return 0 if outcome.ok and not (strict and (outcome.warnings or overdue)) else 1


def _migrate(console: Console, lake: str) -> None:
    """Brings the lake up to date with this release, and says how."""

    def report(text: str) -> None:
        console.print(f"[yellow]migrates[/] {text}", highlight=False, soft_wrap=True)

    migrate(lake, [*TABLES.values()], report)


def _quiet() -> None:
    """Keeps Dagster's own log lines to its event log, since the terminal shows progress."""
    warnings.filterwarnings("ignore", module="dagster")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)


class _Progress:
    """A bar on a terminal; otherwise a line per run."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
        self._task = self._bar.add_task("looking at what landed", total=None)

    def __enter__(self) -> "_Progress":
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def announce(self, total: int) -> None:
        """Takes the number of partitions to be made."""
        self._bar.update(self._task, total=total)

    def committed(self, table: str, partition: date | None, rows: int) -> None:
        """Takes note of a commit."""
        self._bar.update(self._task, advance=1, description=f"{table} {partition or ''}: {rows:,} rows")

    def report(self, text: str) -> None:
        """Takes note of a run that starts."""
        self._bar.console.print(f"[dim]run[/] {text}", highlight=False, soft_wrap=True)


def _report(console: Console, outcome: Outcome) -> None:
    """Prints what was made, and everything that failed with its cause."""
    if outcome.planned:
        console.print(f"Made {outcome.planned - len(outcome.failed):,} partitions in {outcome.runs} runs.")
    elif outcome.ok:
        console.print("Nothing has changed since the last run.")
    for line in lines(outcome.altered):
        console.print(f"[yellow]changed by another hand[/] {line}", highlight=False, soft_wrap=True)
    failed, waiting = cause_lines(outcome.failed, outcome.blocked, outcome.waits_for)
    for title, found in (
        ("failed", failed),
        ("left as it was", waiting),
        ("not read", outcome.unrecognized_files),
        ("problem", outcome.problems),
    ):
        for line in found:
            console.print(f"[bold red]{title}[/] {escape(line)}", highlight=False, soft_wrap=True)


def _report_warnings(console: Console, outcome: Outcome) -> None:
    """Prints what checks warn of in what was made, and that there is more in the rest of the lake."""
    found = warning_lines(outcome.warnings)
    for line in found[:_MOST_WARNINGS]:
        console.print(f"[yellow]warning[/] {escape(line)}", highlight=False, soft_wrap=True)
    more = len(found) - _MOST_WARNINGS
    earlier = len(warning_lines(outcome.earlier_warnings))
    for count, what in ((more, "more"), (earlier, "of what was made earlier")):
        if count > 0:
            console.print(
                f"[yellow]warning[/] {count:,} {what}: c360 status lists them", highlight=False, soft_wrap=True
            )


def _tell_restored(console: Console, before: set[Item], after: set[Item]) -> None:
    """Which partitions that a restore had put back were made again, and which are still as restored."""
    for title, items in (("made again what was restored", before - after), ("still as restored", after)):
        if items:
            names = ", ".join(sorted(label(item) for item in items))
            console.print(f"[yellow]{title}[/] {names}", highlight=False, soft_wrap=True)


def _show_profile(lake: str) -> None:
    """One customer, and how one of the figures is made."""
    from c360_assets.commands.explain.command import explain_command
    from c360_assets.commands.profile import profile_command

    example = example_customer(lake)
    if example:
        customer, month = example
        profile_command(customer, month, as_json=False)
        explain_command(customer, month, _EXPLAINED, as_json=False)
