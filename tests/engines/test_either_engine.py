"""What must hold on either engine, small enough for Apache Spark: `make test-spark` runs it there, `make test` on Sail."""

from tests.strategies.dirty import dirty_landing
from tests.support.homes import Home
from tests.test_model_equals_engine import assert_equal_to_model


def test_a_small_dirty_landing_gives_the_tables_of_the_model(home: Home) -> None:
    dirty_landing(5, days=4, rows=60).write(home.landing)
    outcome = home.run()
    assert not outcome.failed
    assert_equal_to_model(home)
    assert home.run().planned == 0
