"""What a lake has to hold: the plain model over the same landed files, in a hundredth of the time of another load."""

from c360_assets.tables import TABLES
from tests.model.compare import differences
from tests.model.lake import build
from tests.model.search_ids import wrong_search_ids
from tests.model.tables import KEYS
from tests.support.homes import REFERENCE, Home


def assert_equal_to_model(home: Home) -> None:
    """Compares every table of a home's lake with the model over the same files, row for row."""
    expected = build(home.landing, REFERENCE)
    found = {table: differences(expected[table], home.rows(table), KEYS[table]) for table in TABLES}
    assert not {table: lines for table, lines in found.items() if lines}
    assert not wrong_search_ids(home.rows("clean_search"))
