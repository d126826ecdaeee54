"""`c360 run`: runs a plan through Dagster, showing progress, and ends with a summary."""

import logging
import warnings
from dataclasses import dataclass, replace
from datetime import date

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from c360_assets.build import build
from c360_assets.commands.run.as_json import as_object
from c360_assets.commands.run.changes import lines_of_changes, profile_version
from c360_assets.commands.run.lineage import send_lineage
from c360_assets.commands.run.notices import send_failure, send_notices
from c360_assets.commands.run.summary import example_customer, show_summary
from c360_assets.contracts.partitions import Partitions
from c360_assets.execution.processes import fail_orphans
from c360_assets.execution.runner import Outcome, Runner
from c360_assets.maintenance.migration import migrate
from c360_assets.maintenance.restore import restored
from c360_assets.planning.lines import cause_lines, counted, label, lines
from c360_assets.planning.overdue import clock, overdue_days, overdue_lines
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import FOLDERS, Planner
from c360_assets.planning.warnings import warning_lines
from c360_assets.privacy.receipts import REPEAT, ReceiptStore, begun_only, lost_erasures
from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from c360_assets.terminal import Terminal, shown
from resources.engine.session import stop_engine
from resources.errors import C360Error, TooManyRecords
from resources.harmless import harmless_json
from resources.home import dagster_home
from resources.lake.provenance import Item, ProvenanceStore
from resources.landing.zone import LandingZone
from resources.settings import Settings

_EXPLAINED = "most_search"
"""The figure that is explained after a profile: it comes from few records, so that they all fit on a screen."""
_MOST_WARNINGS = 20
"""The most lines of warnings; `c360 status` has them all."""


@dataclass(frozen=True)
class RunOptions:
    """How a run reports and ends. `strict`: warnings and overdue days count too. `quiet`: only what needs a person."""

    show_profile: bool = False
    strict: bool = False
    quiet: bool = False
    as_json: bool = False


def run_command(days: DayRange, everything: bool, options: RunOptions) -> int:
    """Makes what has to be made, reports it, and returns the exit status."""
    settings = Settings.from_environment()
    try:
        return _Run(settings, days, options).run(everything)
    except C360Error as error:
        if problem := send_failure(settings, error):
            Terminal(stderr=True).print(shown(problem), highlight=False, soft_wrap=True)
        raise


class _Run:
    """One call of the command. What needs a person goes to a console that `--quiet` leaves on."""

    def __init__(self, settings: Settings, days: DayRange, options: RunOptions) -> None:
        self._settings, self._days, self._options = settings, days, options
        self._console = Terminal(quiet=options.quiet or options.as_json)
        self._attention = Terminal(quiet=options.as_json)
        landing = LandingZone(settings.landing)
        landing.check(FOLDERS)
        self._reference = load_reference(settings.reference)
        check_audiences(self._reference)
        self._provenances = ProvenanceStore(settings.lake)
        partitions = Partitions(settings.first_day)
        self._planner = Planner(landing, self._provenances, self._reference.fingerprints, partitions)
        self._run_of: dict[Item, str] = {}
        self._public_reasons: dict[Item, str] = {}

    def run(self, everything: bool) -> int:
        """Makes what has to be made, reports it, and returns the exit status."""
        console, attention, lake, began = self._console, self._attention, self._settings.lake, clock().timestamp()
        dagster_home()
        _quiet()
        _migrate(console, lake, self._settings.first_day)
        profiles_before = profile_version(lake)
        restored_before = restored(self._provenances, TABLES)
        outcome = self._made(everything)
        if lost := lost_erasures(lake):
            outcome = replace(outcome, problems=[*outcome.problems, str(lost)])
        if unfinished := ReceiptStore(lake).unfinished():
            outcome = replace(outcome, problems=[*outcome.problems, f"{begun_only(unfinished)}. {REPEAT}"])
        overdue = overdue_days(self._planner, self._provenances, self._reference.deadlines)
        _report(console, attention, outcome)
        _tell_restored(console, restored_before, restored(self._provenances, TABLES) if restored_before else set())
        show_summary(console, lake)
        for line in lines_of_changes(lake, profiles_before):
            console.print(f"[yellow]changed[/] {shown(line)}", highlight=False, soft_wrap=True)
        _report_warnings(attention, outcome, console)
        for line in overdue_lines(overdue, self._reference.deadlines):
            attention.print(f"[red]overdue[/] {shown(line)}", highlight=False, soft_wrap=True)
        public = replace(outcome, failed=outcome.failed | self._public_reasons)
        problem = send_notices(self._settings, self._days, public, self._run_of, overdue, self._reference.deadlines)
        if problem:
            attention.print(f"[yellow]messages[/] {shown(problem)}", highlight=False, soft_wrap=True)
        if problem := send_lineage(self._settings, began):
            attention.print(f"[yellow]lineage[/] {shown(problem)}", highlight=False, soft_wrap=True)
        status = 0 if outcome.ok and not (self._options.strict and (outcome.warnings or overdue)) else 1
        if self._options.as_json:
            print(harmless_json(as_object(outcome, overdue, status), indent=2))
        elif self._options.show_profile:
            _show_profile(lake)
        return status

    def _made(self, everything: bool) -> Outcome:
        """Carries out the plan."""
        with dg.DagsterInstance.get() as instance, _Progress(self._console) as progress:
            fail_orphans(instance)
            defs = build(self._settings, on_commit=progress.committed)
            runner = Runner(defs.resolve_implicit_global_asset_job_def(), instance, self._planner)
            self._run_of, self._public_reasons = runner.run_of, runner.public_reasons
            try:
                return runner.run_all(self._days, everything, progress.announce, progress.report)
            finally:
                stop_engine()


def _migrate(console: Console, lake: str, first_day: date) -> None:
    """Brings the lake up to date with this release, and says how."""

    def report(text: str) -> None:
        console.print(f"[yellow]migrates[/] {shown(text)}", highlight=False, soft_wrap=True)

    migrate(lake, [*TABLES.values()], first_day, report)


def _quiet() -> None:
    """Keeps Dagster's own log lines to its event log, since the terminal shows progress."""
    warnings.filterwarnings("ignore", module="dagster")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)


class _Progress:
    """A bar on a terminal, with the time that is left; otherwise one line per run."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn())
        times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        self._bar = Progress(*columns, *times, console=console, transient=True)
        self._task = self._bar.add_task("looking at what landed", total=None)

    def __enter__(self) -> "_Progress":
        if self._console.is_terminal and not self._console.quiet:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def announce(self, total: int) -> None:
        """Takes the number of partitions to be made."""
        self._bar.update(self._task, total=total)

    def committed(self, table: str, partition: date | None, rows: int) -> None:
        """Notes a commit."""
        self._bar.update(self._task, advance=1, description=f"{table} {partition or ''}: {rows:,} rows")

    def report(self, text: str) -> None:
        """Notes a run that starts."""
        self._bar.console.print(f"[dim]run[/] {shown(text)}", highlight=False, soft_wrap=True)


def _report(console: Console, attention: Console, outcome: Outcome) -> None:
    """Prints what was made, and everything that failed with its cause."""
    if outcome.planned:
        made = counted(outcome.planned - len(outcome.failed), "partition")
        console.print(f"Made {made} in {counted(outcome.runs, 'run')}.")
    elif outcome.ok:
        console.print("Nothing has changed since the last run.")
    for line in lines(outcome.altered):
        attention.print(f"[yellow]changed outside Customer360[/] {shown(line)}", highlight=False, soft_wrap=True)
    failed, waiting = cause_lines(outcome.failed, outcome.blocked, outcome.waits_for)
    for title, found in (
        ("failed", failed),
        ("left as it was", waiting),
        ("not read", outcome.unrecognized_files),
        ("problem", outcome.problems),
    ):
        for line in found:
            attention.print(f"[bold red]{title}[/] {shown(line)}", highlight=False, soft_wrap=True)


def _report_warnings(attention: Console, outcome: Outcome, console: Console) -> None:
    """Prints what checks warn about in what was made; and if `console` is not quiet, that the rest has warnings too."""
    found = warning_lines(outcome.warnings)
    for line in found[:_MOST_WARNINGS]:
        attention.print(f"[yellow]warning[/] {shown(line)}", highlight=False, soft_wrap=True)
    more = len(found) - _MOST_WARNINGS
    earlier = len(warning_lines(outcome.earlier_warnings))
    for shown_on, count, what in ((attention, more, "more"), (console, earlier, "of what was made earlier")):
        if count > 0:
            shown_on.print(
                f"[yellow]warning[/] {count:,} {what}: c360 status lists them", highlight=False, soft_wrap=True
            )


def _tell_restored(console: Console, before: set[Item], after: set[Item]) -> None:
    """Which restored partitions were made again, and which are still as restored."""
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
        try:
            explain_command(customer, month, _EXPLAINED, as_json=False)
        except TooManyRecords as error:
            Terminal().print(f"[yellow]not explained[/] {shown(str(error))}", highlight=False, soft_wrap=True)
