"""The steps of a run as Dagster recorded them: seconds, and memory while they ran."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import dagster as dg

from c360_assets.tables import TABLES

CHECKS = "checks"


@contextmanager
def records(home: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's records in a folder. The instance is found through the environment, which is put back afterwards."""
    before = os.environ.get("DAGSTER_HOME")
    os.environ["DAGSTER_HOME"] = str(home)
    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        os.environ.pop("DAGSTER_HOME")
        if before is not None:
            os.environ["DAGSTER_HOME"] = before


def parts(home: Path, began: float, wall: float) -> Iterator[tuple[str, float]]:
    """The parts of what ran since `began`, in order, in seconds; together they are all of it.

    The seconds of a table are those of its materializations (frame to commit); the rest of its step is Dagster's.
    """
    making: dict[str, dict[str | None, float]] = defaultdict(dict)
    checks = steps = runs = 0.0
    first = began + wall
    with records(home) as instance:
        for run in instance.get_runs():
            stats = instance.get_run_stats(run.run_id)
            if stats.start_time is None or stats.end_time is None or stats.start_time < began:
                continue
            first = min(first, stats.start_time)
            runs += stats.end_time - stats.start_time
            for name, (step_began, step_ended) in _steps(instance, run.run_id):
                steps += step_ended - step_began
                checks += step_ended - step_began if name == CHECKS else 0
            for table, partition, seconds in _materializations(instance, run.run_id):
                making[table][partition] = seconds  # a range reports some partitions twice
    yield "start: imports, listing, plan", first - began
    made_in = {table: sum(of.values()) for table, of in making.items()}
    yield from made_in.items()
    yield CHECKS, checks
    yield "Dagster within steps", steps - checks - sum(made_in.values())
    yield "Dagster between steps", runs - steps
    yield "between runs, and the summary at the end", wall - (first - began) - runs


def as_markdown(title: str, found: Sequence[tuple[str, float]], wall: float) -> list[str]:
    """The parts as the lines of a table, each with its share."""
    rows = (f"| {name} | {seconds:.1f} | {seconds / wall:.0%} |" for name, seconds in found)
    return [title, "", "| part | seconds | share |", "|---|--:|--:|", *rows]


def memory(home: Path, course: Sequence[tuple[float, int]]) -> dict[str, tuple[int, int]]:
    """For each step, and for all checks together: the bytes held when it first began, and at most while it ran."""
    found: dict[str, tuple[float, int, int]] = {}
    with records(home) as instance:
        for run in instance.get_runs():
            for name, (began, ended) in _steps(instance, run.run_id):
                held = [size for at, size in course if at < began][-1:]
                during = [size for at, size in course if began <= at <= ended]
                if held:  # not of a step that never started
                    before = found.get(name, (began, held[0], 0))
                    # Most checks are over before the next look: `during` is empty then.
                    found[name] = (*min(before[:2], (began, held[0])), max(before[2], *held, *during))
    return {name: (held, most) for name, (_, held, most) in found.items()}


def _steps(instance: dg.DagsterInstance, run_id: str) -> Iterator[tuple[str, tuple[float, float]]]:
    """Each step's table, or CHECKS, with the times at which it began and ended."""
    for step in instance.get_run_step_stats(run_id):
        yield step.step_key if step.step_key in TABLES else CHECKS, (step.start_time or 0, step.end_time or 0)


def _materializations(instance: dg.DagsterInstance, run_id: str) -> Iterator[tuple[str, str | None, float]]:
    """Each materialization's table, partition and seconds."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        made = entry.get_dagster_event().step_materialization_data.materialization
        yield made.asset_key.path[-1], made.partition, cast(float, made.metadata["seconds_taken"].value)
