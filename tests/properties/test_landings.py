"""Whatever lands: the engine's tables are the model's."""

import pytest
from hypothesis import given

from tests.strategies import Landed, dirty_landing, landings
from tests.support.budget import budget
from tests.support.homes import new_home
from tests.support.modelled import assert_equal_to_model

pytestmark = pytest.mark.engine


def assert_gives_the_tables_of_the_model(landed: Landed) -> None:
    """Makes a lake from what landed, and compares all of it."""
    with new_home() as home:
        landed.write(home.landing)
        outcome = home.run_directly()
        assert not outcome.failed
        assert not outcome.blocked
        assert_equal_to_model(home)
        ledgers = [*home.rows("ledger_content"), *home.rows("ledger_search")]
        assert all(row["balanced"] for row in ledgers)


@pytest.mark.slow  # in every run test_model_equals_engine.py has them, with more rows
def test_a_landing_with_all_kinds_of_rows_gives_the_tables_of_the_model() -> None:
    assert_gives_the_tables_of_the_model(dirty_landing(5, days=2, rows=20))


@given(landings(max_days=2, max_rows=8))
@budget(3, long=100)
def test_any_landing_gives_the_tables_of_the_model(landed: Landed) -> None:
    assert_gives_the_tables_of_the_model(landed)
