"""The same records in any form give the same rows, and no value that landed is dropped."""

import json
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.landing.by_model import LAYOUTS, by_reader
from tests.strategies import Landed
from tests.strategies.chooser import Drawn
from tests.strategies.delivery import names_of, written
from tests.strategies.style import Style, draw_style
from tests.support.budget import examples

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)
FOLDERS = {"content": "log_content/20220401", "search": "log_search/20220401"}
# Without backslashes: a CSV file whose quoted fields end with one is refused unless csv_escape says what it means.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufeff\x85\\"),
    min_size=1,
    max_size=8,
) | st.sampled_from(["a,b", 'say "x"', "1;2", "x|y", "[1]", '{"a":1}', "null", "0012", "1e5", "'", " x "])


@st.composite
def records(draw: st.DrawFn, names: tuple[str, ...]) -> list[dict[str, str | None]]:
    """Records of these fields, all texts or null; the first has one of the fields at least."""
    found = draw(st.lists(st.fixed_dictionaries({name: TEXTS | st.none() for name in names}), max_size=4))
    return [dict.fromkeys(names, draw(TEXTS)), *found]


@st.composite
def files(draw: st.DrawFn, log: str, landed: list[dict[str, str | None]]) -> bytes:
    """The records in any form and style."""
    form = draw(st.sampled_from(["json", "csv", "parquet"]))
    style: Style = draw_style(Drawn(draw), form)
    return written(log, form, landed, style)


def read(log: str, data: bytes) -> Counter:
    """The rows of a day that consists of this file."""
    with tempfile.TemporaryDirectory() as folder:
        rows = by_reader(Landed({f"{FOLDERS[log]}/part-0": data}).write(Path(folder)), log)[DAY]
    assert isinstance(rows, Counter), rows
    return rows


@examples(100)
@given(data=st.data(), log=st.sampled_from(list(FOLDERS)))
def test_records_are_the_same_in_any_form(data: st.DataObject, log: str) -> None:
    fields = [(column, name) for column, name in LAYOUTS[log].fields if not name.startswith("_")]
    names = tuple(name for name in names_of(log) if not name.startswith("_"))
    landed = data.draw(records(names))
    rows = read(log, data.draw(files(log, landed)))
    expected = Counter(tuple(record.get(name) for _, name in fields) for record in landed)
    found: Counter = Counter()
    for row, count in rows.items():
        values = dict(row)
        assert values["unparsed"] is None
        found[tuple(values[column] for column, _ in fields)] += count
    assert found == expected


NAMES = st.text(st.sampled_from("abcABC_- 1é"), min_size=1, max_size=4).filter(lambda name: name.strip())


@examples(100)
@given(data=st.data(), log=st.sampled_from(list(FOLDERS)))
def test_no_value_that_landed_is_dropped(data: st.DataObject, log: str) -> None:
    """Known columns and `other_fields` give back every value of every record, under any names."""
    needed = LAYOUTS[log].needed
    names = [*needed, *data.draw(st.lists(NAMES, max_size=4, unique=True))]
    landed = [{name: data.draw(TEXTS) for name in names} for _ in range(data.draw(st.integers(1, 3)))]
    lines = "\n".join(json.dumps(record) for record in landed)
    expected = Counter(value for record in landed for value in record.values())
    found: Counter = Counter()
    for row, count in read(log, lines.encode()).items():
        values = dict(row)
        others = json.loads(values.pop("other_fields") or "{}")
        del values["source_file"]
        assert values["unparsed"] is None
        for value in [*values.values(), *others.values()]:
            if value is not None:
                found[value] += count
    assert found == expected
