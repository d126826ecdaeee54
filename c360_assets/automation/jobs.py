"""Jobs for the launchpad: a day, a month, and everything that changed. They run only when somebody starts them."""

from typing import Any

import dagster as dg

from c360_assets.automation.launchpad import days_of
from c360_assets.contracts.partitions import Partitions, Unit
from c360_assets.execution.processes import fail_orphans
from c360_assets.execution.runner import STARTED_BY, Runner
from c360_assets.maintenance.migration import migrate
from c360_assets.planning.lines import cause_lines, counted
from c360_assets.planning.planner import FOLDERS, Planner
from c360_assets.planning.warnings import warning_lines
from c360_assets.reference.resource import ReferenceData
from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake
from resources.landing.zone import LandingZone


def _job(unit: Unit, description: str) -> Any:
    """The job that makes all tables of a day, or of a month."""
    tables = (name for name, table in TABLES.items() if table.unit == unit)
    return dg.define_asset_job(f"one_{unit}", dg.AssetSelection.assets(*tables), description=description)


one_day = _job(
    "day",
    "All daily tables of one day of both logs: raw, quarantine, clean, ledger. Makes them whether the day changed or not. "
    "Its month is not made: start one_month, or everything_changed.",
)

one_month = _job(
    "month",
    "All monthly tables of one month, from the days that the lake holds, up to customer360. Makes them whether the month "
    "changed or not. Months after it that look back at it are not made: start everything_changed.",
)


class RunChangedConfig(dg.Config):
    """What to make; by default, everything that changed. Days are written as 2022-04-01."""

    first_day: str = ""
    last_day: str = ""
    everything: bool = False


@dg.op(description="Plans what has to be made, and runs the plan in order, as one Dagster run per span")
def make_what_changed(
    context: dg.OpExecutionContext,
    config: RunChangedConfig,
    landing: dg.ResourceParam[LandingZone],
    provenances: dg.ResourceParam[ProvenanceStore],
    reference: ReferenceData,
    partitions: dg.ResourceParam[Partitions],
    lake: dg.ResourceParam[Lake],
) -> None:
    """Does what `c360 run` does. Its runs carry this run's id in `c360/started_by`.

    Raises dg.Failure, which names each partition that failed or waits with its cause.
    """
    landing.check(FOLDERS)
    tables, first_day = [*TABLES.values()], partitions.first_day
    migrate(lake.root, tables, first_day, lambda text: context.log.info(f"Migrates {text}."))
    days = days_of(config.first_day, config.last_day)
    fail_orphans(context.instance)
    runner = Runner(
        context.repository_def.get_implicit_global_asset_job_def(),
        context.instance,
        Planner(landing, provenances, reference.load().fingerprints, partitions),
        {STARTED_BY: context.run_id},
    )
    outcome = runner.run_all(
        days,
        config.everything,
        announce=lambda total: context.log.info(f"{total} partitions to make."),
        report=lambda text: context.log.info(f"Run: {text}"),
    )
    made = counted(outcome.planned - len(outcome.failed), "partition")
    context.log.info(f"Made {made} in {counted(outcome.runs, 'run')}.")
    for line in warning_lines(outcome.warnings):
        context.log.warning(line)
    if not outcome.ok:
        failed, waiting = cause_lines(outcome.failed, outcome.blocked, outcome.waits_for)
        causes = [*failed, *waiting, *outcome.unrecognized_files, *outcome.problems]
        raise dg.Failure("\n".join(causes), allow_retries=False)


@dg.job(
    description="What `c360 run` does: makes all that changed, days and then the months that depend on them, and nothing else. "
    "With everything: true, all again. Each span is a run of its own, which names this one in its tag c360/started_by.",
)
def everything_changed() -> None:
    """One op, which runs the plan."""
    make_what_changed()


JOBS = (one_day, one_month, everything_changed)
