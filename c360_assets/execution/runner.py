"""Runs a plan through Dagster, batch by batch, until nothing that can be made is left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import dagster as dg

from c360_assets.contracts.dagster_private import keep_connections
from c360_assets.execution.failures import failures, materialised, was_interrupted
from c360_assets.execution.processes import process_tags
from c360_assets.planning.batches import Batch, run_tags
from c360_assets.planning.lines import lines
from c360_assets.planning.observations import observations
from c360_assets.planning.plan import DayRange, Plan
from c360_assets.planning.planner import Planner
from resources.lake.provenance import Item

Report = Callable[[str], None]
STARTED_BY = "c360/started_by"
"""The tag that names the Dagster run that started a run."""
NO_RETRY = {"dagster/max_retries": "0"}
"""Runs in this process are none of the daemon's business: it can't start them again."""


@dataclass
class Outcome:
    """What `run_all` did: how many partitions were planned, which failed and why, and which are blocked.

    `waits_for` has, for those that are blocked by a failure, the item that failed. `made` were made. `altered` were
    found changed outside Customer360; those that could be were made again. `unrecognized_files` should have been read, but
    their names are not a day's. `warnings` has what monitors warn of in what was made, or have newly found in other
    partitions, `earlier_warnings` the rest.
    """

    planned: int = 0
    runs: int = 0
    failed: dict[Item, str] = field(default_factory=dict)
    blocked: dict[Item, str] = field(default_factory=dict)
    waits_for: dict[Item, Item] = field(default_factory=dict)
    made: set[Item] = field(default_factory=set)
    altered: dict[Item, str] = field(default_factory=dict)
    unrecognized_files: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: dict[Item, Mapping[str, str]] = field(default_factory=dict)
    earlier_warnings: dict[Item, Mapping[str, str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every run and every blocking check passed."""
        return not (self.failed or self.blocked or self.unrecognized_files or self.problems)


class Runner:
    """Runs batches of a plan in this process, as runs of a Dagster instance.

    `job` is the job over all assets; `tags` are added to those of each run.
    """

    def __init__(
        self,
        job: dg.JobDefinition,
        instance: dg.DagsterInstance,
        planner: Planner,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self._instance, self._planner, self._tags = instance, planner, {**process_tags(), **NO_RETRY, **(tags or {})}
        self._job = job
        self.run_of: dict[Item, str] = {}
        """The Dagster run in which an item failed."""
        self.public_reasons: dict[Item, str] = {}
        """Why an item failed, without texts that may quote what landed."""

    def run_all(self, days: DayRange, everything: bool, announce: Callable[[int], None], report: Report) -> Outcome:
        """Makes everything that has to be made. What fails is left out, and everything else is made.

        `announce` is called with the number of partitions to be made, once the plan is known and whenever it grows.
        """
        outcome = Outcome(unrecognized_files=self._planner.unrecognized_files())
        handled: set[Item] = set()
        # Made in a run with one that failed, so that their checks did not run: made once more.
        unchecked: set[Item] = set()
        warned: Mapping[Item, Mapping[str, str]] | None = None
        while True:
            plan = self._planner.plan(days, everything, outcome.failed, handled)
            warned = plan.warnings if warned is None else warned
            # What this run made may be made again by another run beside it. The next plan sees what is in the lake then.
            plan.altered = {item: why for item, why in plan.altered.items() if item not in handled}
            outcome.altered = {**plan.altered, **outcome.altered}
            left = {item for item in handled - unchecked if plan.causes.get(item) == "unchecked"}
            plan.stale = [item for item in plan.stale if item not in handled or item in left]
            unchecked |= left
            if not plan.stale:
                break
            outcome.planned += len(set(plan.stale) - left)
            announce(outcome.planned)
            for batch in plan.batches():
                outcome.runs += 1
                done, failed = self.run_batch(plan, batch, report)
                outcome.failed |= failed
                handled |= done | set(failed)
                if set(failed) - set(plan.unreadable):
                    break  # the rest was planned on what has failed by now: plan again
            if not handled & set(plan.stale):
                outcome.problems.append("No run made anything; see the runs in Dagster.")
                break
        self._planner.remember_touched(plan)
        outcome.planned = len(handled)
        outcome.made = handled - set(outcome.failed)
        new = {item for item, found in plan.warnings.items() if item in handled or found != warned.get(item)}
        outcome.warnings = {item: found for item, found in plan.warnings.items() if item in new}
        outcome.earlier_warnings = {item: found for item, found in plan.warnings.items() if item not in new}
        remedy = (
            "Land it again, or restore a version from before, or the newest to accept what it holds (c360 history)."
        )
        lost = {item: f"changed outside Customer360 ({why}). {remedy}" for item, why in plan.lost().items()}
        outcome.problems += lines(lost)
        outcome.waits_for = plan.waits_for
        outcome.blocked = {item: why for item, why in plan.blocked.items() if item not in outcome.failed}
        return outcome

    def run_batch(self, plan: Plan, batch: Batch, report: Report) -> tuple[set[Item], dict[Item, str]]:
        """One Dagster run: the items that it reached, and those that failed in it."""
        report(f"{', '.join(batch.tables)} {batch.span}".strip())
        with keep_connections():
            for observation in observations(plan, batch):
                self._instance.report_runless_asset_event(observation)
            result = self._job.execute_in_process(
                instance=self._instance,
                asset_selection=[dg.AssetKey(table) for table in batch.tables],
                tags={**run_tags(batch, plan.describe(batch), plan.versions), **self._tags},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                raise_on_error=False,
            )
        if was_interrupted(result.all_events):
            raise KeyboardInterrupt
        failed = failures(result.all_events, batch)
        if not result.success and not failed:
            failed = {batch.items[0]: f"run {result.run_id} failed; see it in Dagster"}
        self.run_of |= dict.fromkeys(failed, result.run_id)
        self.public_reasons |= {**failed, **failures(result.all_events, batch, public=True)}
        return materialised(result.all_events), failed
