"""Each form of the sample is read whole: as many rows as were made, each day as another form would give them."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from c360_sample import write_sample
from c360_sample.forms import FORMS
from tests.landing.by_model import by_model, by_reader

pytestmark = pytest.mark.unit

FIRST, ROWS = date(2022, 4, 1), 200


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day in each form."""
    out = tmp_path_factory.mktemp("forms")
    summary = write_sample(out, FIRST, len(FORMS), ROWS, seed=5, all_forms=True)
    assert summary.files == 2 * len(FORMS) + 1
    return out


@pytest.mark.parametrize(("log", "rows"), [("content", ROWS), ("search", ROWS // 20)])
def test_every_form_is_read_whole(landing: Path, log: str, rows: int) -> None:
    found = by_reader(landing, log)
    for number, form in enumerate(FORMS):
        day = found[FIRST + timedelta(days=number)]
        assert isinstance(day, Counter), form.name
        assert day.total() == rows, form.name
        assert [row for row in day if dict(row)["unparsed"] is not None] == [], form.name
    assert found == by_model(landing, log)


def test_a_day_is_replaced_whatever_its_form_was(tmp_path: Path) -> None:
    for days in (len(FORMS), 1):
        write_sample(tmp_path, FIRST, days, 20, seed=5, all_forms=True)
    before = sorted(path.name for path in (tmp_path / "log_content").iterdir())
    write_sample(tmp_path, FIRST, len(FORMS), 20, seed=5)
    after = sorted(path.name for path in (tmp_path / "log_content").iterdir())
    assert len(before) == len(after) == len(FORMS)
    assert all(name.endswith(".json") and "=" not in name for name in after)
