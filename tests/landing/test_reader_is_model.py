"""Whatever lands: the reader gives the rows that the plain model gives, and refuses what it refuses."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.landing.by_model import by_model, by_reader
from tests.strategies import Landed
from tests.strategies.any_file import csv_texts, json_texts, packed, parquet_files
from tests.strategies.landings import landings
from tests.support.budget import examples

pytestmark = pytest.mark.unit

FOLDERS = {"content": "log_content/20220401", "search": "log_search/20220401", "identity": "identity"}


def assert_read_as_by_model(landed: Landed, *logs: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = landed.write(Path(folder))
        for log in logs:
            assert by_reader(root, log) == by_model(root, log)


def of(log: str, *files: bytes) -> Landed:
    """The files as the parts of a day."""
    return Landed({f"{FOLDERS[log]}/part-{place}": data for place, data in enumerate(files)})


@examples(150)
@given(data=st.data(), log=st.sampled_from(list(FOLDERS)))
def test_json_is_read_as_by_the_model(data, log):
    assert_read_as_by_model(of(log, data.draw(packed(json_texts(log)))), log)


@examples(150)
@given(data=st.data(), log=st.sampled_from(list(FOLDERS)))
def test_csv_is_read_as_by_the_model(data, log):
    assert_read_as_by_model(of(log, data.draw(packed(csv_texts(log)))), log)


@examples(100)
@given(data=st.data(), log=st.sampled_from(list(FOLDERS)))
def test_parquet_is_read_as_by_the_model(data, log):
    assert_read_as_by_model(of(log, data.draw(parquet_files(log))), log)


@examples(30)
@given(landed=landings(max_days=2, max_rows=6))
def test_landings_are_read_as_by_the_model(landed):
    assert_read_as_by_model(landed, "content", "search", "identity")
