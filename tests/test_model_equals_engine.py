"""The engine's tables equal the plain model's, row for row and column for column."""

import pytest

from tests.strategies.dirty import dirty_landing, dirty_months
from tests.support.budget import IS_LONG
from tests.support.homes import ENGINE, Home
from tests.support.lakes import dirty_lake
from tests.support.modelled import assert_equal_to_model

DAYS = 10 if ENGINE == "sail" or IS_LONG else 4
"""Of each log of a large landing. From four on no month is missing; each partition takes Spark a second."""


@pytest.mark.engine
def test_the_lake_that_tests_share_has_the_tables_of_the_model(tmp_path_factory: pytest.TempPathFactory) -> None:
    with dirty_lake(tmp_path_factory) as home:
        assert_equal_to_model(home)


@pytest.mark.engine
@pytest.mark.parametrize(
    ("seed", "days", "rows"),
    [
        *(pytest.param(seed, DAYS, 300, id=f"{seed}-large", marks=pytest.mark.slow) for seed in (1, 2, 3)),
        pytest.param(5, 4, 60, id="5-small"),  # on Spark, `make test-spark` has a smaller one on a cluster
    ],
)
def test_a_dirty_landing_gives_the_tables_of_the_model(home: Home, seed: int, days: int, rows: int) -> None:
    dirty_landing(seed, days, rows).write(home.landing)
    assert not home.run_directly().failed
    assert_equal_to_model(home)
    assert home.run().planned == 0


@pytest.mark.engine
@pytest.mark.both_engines
@pytest.mark.slow  # six hundred partitions
def test_fourteen_months_give_the_tables_of_the_model(home: Home) -> None:
    """Retention, trends, lifecycles and carried profiles over more than a year, with months in which nothing landed."""
    dirty_months(5).write(home.landing)
    assert not home.run_directly().failed
    assert_equal_to_model(home)
    for table, column in (("retention", "months_since"), ("customer360", "lifecycle")):
        assert len({row[column] for row in home.rows(table)}) > 3, table
