"""Whatever lands: the engine's tables are the model's."""

import pytest
from hypothesis import example, given

from tests.strategies import Landed, dirty_landing, landings
from tests.support.budget import budget
from tests.support.homes import new_home
from tests.test_model_equals_engine import assert_equal_to_model

pytestmark = pytest.mark.engine


@example(dirty_landing(5, days=2, rows=20))  # whatever the budget, one with all kinds of rows
@given(landings(max_days=2, max_rows=8))
@budget(4, long=100)
def test_any_landing_gives_the_tables_of_the_model(landed: Landed) -> None:
    with new_home() as home:
        landed.write(home.landing)
        outcome = home.run_directly()
        assert not outcome.failed
        assert not outcome.blocked
        assert_equal_to_model(home)
        ledgers = [*home.rows("ledger_content"), *home.rows("ledger_search")]
        assert all(row["balanced"] for row in ledgers)
