"""The committed sample is what the generator makes, small, and holds every form and every kind of dirt."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from c360_sample import write_committed_sample
from c360_sample.__main__ import main
from tests.sample import test_dirt
from tests.sample.reading import (
    content_of,
    content_records,
    data_files,
    form_of,
    lines_of,
    search_records,
)

pytestmark = pytest.mark.unit

COMMITTED = Path(__file__).resolve().parents[2] / "data" / "landing"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "landing"
    write_committed_sample(out)
    return out


def files_below(root):
    return {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}


def test_what_is_committed_is_what_is_made(made):
    """Byte for byte; but packed and parquet files are compared by what they hold, since another version of
    zlib or PyArrow may pack the same in another way."""
    committed, fresh = files_below(COMMITTED), files_below(made)
    assert sorted(committed) == sorted(fresh)
    for name, path in committed.items():
        if path.suffix == ".parquet":
            assert pq.read_table(path).equals(pq.read_table(fresh[name])), name
        else:
            assert content_of(path) == content_of(fresh[name]), name


def test_it_is_small():
    assert sum(path.stat().st_size for path in files_below(COMMITTED).values()) <= 3 * 1024 * 1024


def test_the_command_writes_it_and_asks_for_a_folder(made, tmp_path, capsys):
    assert main([str(tmp_path / "out")]) == 0
    again = files_below(tmp_path / "out")
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files_below(made).items()
    }
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def days_of(source):
    names = {path.name.split(".")[0] for path in (COMMITTED / source).iterdir()}
    return sorted(date(int(name[:4]), int(name[4:6]), int(name[6:])) for name in names)


def test_days():
    content, searches = days_of("log_content"), days_of("log_search")
    assert (content[0], content[-1], len(content)) == (date(2022, 4, 1), date(2022, 6, 30), 90)
    assert date(2022, 4, 12) not in content
    assert Counter(day.month for day in searches) == {5: 14, 6: 14, 7: 14}
    assert max(day.day for day in searches) == 14


def test_every_form_is_there():
    endings = Counter(path.name.split(".", 1)[1] for path in (COMMITTED / "log_content").iterdir() if path.is_file())
    assert {"json", "json.gz", "jsonl.gz", "csv", "csv.gz", "parquet"} == set(endings)
    parts = {path.name.split(".", 1)[1] for path in (COMMITTED / "log_content").glob("*/part-*")}
    assert parts == {"ndjson", "csv.gz"}
    searches = Counter(form_of(path) for path in data_files(COMMITTED, "log_search"))
    assert set(searches) == {"parquet", "json", "csv"}
    folders = [path for path in (COMMITTED / "log_search").iterdir() if path.is_dir()]
    assert len(folders) > 20
    assert all((folder / "_SUCCESS").exists() for folder in folders)


def test_about_four_hundred_customers():
    contracts = {
        record.get("Contract") for path in data_files(COMMITTED, "log_content") for record in content_records(path)
    }
    regular = {contract for contract in contracts if len(str(contract)) == 9 and str(contract).isupper()}
    assert 350 <= len(regular) <= 450


@pytest.mark.parametrize("field", test_dirt.FIELDS)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_content_dirt(form, field):
    files = [path for path in data_files(COMMITTED, "log_content") if form_of(path) == form]
    values = [record.get(field) for path in files for record in content_records(path)]
    texts = [value if value is None or field != "TotalDuration" else str(value) for value in values]
    assert test_dirt.missing(test_dirt.FIELDS[field], texts) == []


@pytest.mark.parametrize("field", test_dirt.SEARCH_FIELDS)
def test_search_dirt(field):
    values = [record.get(field) for path in data_files(COMMITTED, "log_search") for record in search_records(path)]
    expected = {
        # Searches are of three months here; the patterns of the other tests are those of June.
        name: shows
        for name, shows in test_dirt.SEARCH_FIELDS[field].items()
        if name != "another month"
    }
    assert test_dirt.missing(expected, values) == []


def test_line_dirt():
    content = [path for path in data_files(COMMITTED, "log_content") if form_of(path) == "json"]
    lines = [line for path in content for line in lines_of(path)]
    assert test_dirt.missing(test_dirt.CONTENT_LINES, lines) == []
    searches = [path for path in data_files(COMMITTED, "log_search") if form_of(path) == "json"]
    lines = [line for path in searches for line in lines_of(path)]
    assert test_dirt.missing(test_dirt.JSON_LINES, lines) == []


def test_nothing_looks_like_a_real_number():
    """Phone numbers and cards are visibly made up."""
    for path in data_files(COMMITTED, "log_search"):
        for record in search_records(path):
            digits = "".join(char for char in record.get("keyword") or "" if "0" <= char <= "9")
            assert len(digits) < 9 or "00000" in digits or digits in ("4111111111111111", "5555555555554444")
