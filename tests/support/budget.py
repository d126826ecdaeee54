"""How much the tests try: little by default, much with C360_LONG=1."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase

IS_LONG = os.environ.get("C360_LONG") == "1"
ON_BOTH_IF_LONG = [pytest.mark.both_engines] if IS_LONG else []
"""Marks of what `make test-spark` has no time for, and `make test-all` runs on Apache Spark, too."""
KEPT = DirectoryBasedExampleDatabase(".hypothesis/examples")
"""Examples that failed are tried first the next time; short runs try the same examples each time."""


def budget(examples: int, long: int) -> settings:
    """Settings for a property whose every example runs the engine: two at most on Spark, which takes half a minute for each.

    A short run reports the example that failed as it is: a simpler one takes many runs to find.
    """
    few = min(2, examples) if os.environ.get("C360_ENGINE") == "spark" else examples
    return settings(
        max_examples=long if IS_LONG else few,
        deadline=None,
        derandomize=not IS_LONG,
        database=KEPT if IS_LONG else None,
        phases=tuple(Phase) if IS_LONG else (Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def examples(count: int) -> settings:
    """Settings for a property that needs no engine: the same examples each time; in a long run others, and ten times as many."""
    return settings(max_examples=10 * count if IS_LONG else count, deadline=None, derandomize=not IS_LONG)
