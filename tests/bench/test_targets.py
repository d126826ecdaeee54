"""The table of aims: from the figures of a full suite, each with whether it was reached."""

import json
from pathlib import Path

import pytest

from bench import targets
from bench.errors import NoResult
from bench.latency import FIRST_DAY, NOTHING_CHANGED
from bench.next_day import AGAIN, EXTENDED, NOTHING, WHOLE

pytestmark = pytest.mark.unit


def runs(wall: float, cpu: float = 1.0, peak: float = 1e9) -> list[dict[str, float]]:
    """Three runs whose median is as given."""
    return [{"wall": wall * share, "cpu": cpu * share, "peak": peak * share} for share in (2.0, 1.0, 0.5)]


def day(contender: str, what: str, wall: float, cpu: float = 1.0) -> dict[str, object]:
    return {"contender": contender, "what": what, "runs": runs(wall, cpu)}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """As a full suite writes them."""
    others = {"duckdb": runs(30), "polars": runs(25), "duckdb-lake": runs(60), "polars-lake": runs(40)}
    of_ours = [day("ours", "first load of 29 days", 50, 90), day("ours", EXTENDED, 6, 9)]
    of_ours += [day("ours", kind, 99) for kind in (WHOLE, NOTHING)] + [day("ours", AGAIN, 5)]
    of_others = [day(name, what, 7) for name in targets.KEEP_ALL for what in ("first load of 29 days", "the next day")]
    sizes = [{"days": days, "peak": peak} for days, peak in ((1, 1e9), (5, 2.0e9), (30, 2.6e9))]
    for name, figures in {
        targets.MONTH: {"runs": {"ours": runs(50, peak=2.4e9), **others}},
        targets.SPARK: {"runs": {"ours": runs(5), "spark": runs(60), "typical": runs(20)}},
        targets.DAY: [*of_ours, *of_others],
        targets.EARLY_DAY: [day("ours", EXTENDED, 5)],
        targets.SMALL: {FIRST_DAY: [9.0, 7.04, 1.0]},
        targets.USUAL: {NOTHING_CHANGED: [2.04, 9.0, 1.0]},
        targets.SIZES: {"sizes": sizes},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(figures))
    return tmp_path


def test_each_aim_has_what_was_measured(results: Path) -> None:
    targets.targets(results)
    rows = [line.strip("| ").split(" | ") for line in (results / "targets.md").read_text().splitlines()[2:]]
    assert [tuple(row[1:]) for row in rows] == [
        ("0.8 ×", "1.2 ×", "**no**"),
        ("2.2 ×", "2.0 ×", "yes"),
        ("10 %", "12 %", "**no**"),
        ("10 %", "10 %", "yes"),
        ("0.7 ×", "0.9 ×", "**no**"),
        ("1.1 ×", "1.2 ×", "**no**"),
        ("12 %", "10 %", "yes"),
        ("2.0 s", "2.0 s", "yes"),
        ("8.0 s", "7.0 s", "yes"),
        ("2.5 GB", "2.4 GB", "yes"),
        ("2.5 GB", "2.6 GB", "**no**"),
        ("10 %", "30 %", "**no**"),
        ("at least 10.0 ×", "12.0 ×", "yes"),
        ("at least 6.0 ×", "4.0 ×", "**no**"),
    ]


def test_a_measurement_that_is_missing_is_named(results: Path) -> None:
    (results / f"{targets.SPARK}.json").unlink()
    with pytest.raises(NoResult, match=targets.SPARK):
        targets.targets(results)
