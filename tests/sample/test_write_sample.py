"""What is written: the forms, the counts, the same bytes each time, and nothing of anybody else's lost."""

import hashlib
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from c360_sample import SampleError, write_sample
from c360_sample.content.dirt import DirtyDay, record_of
from c360_sample.content.files import csv_line, json_line, write_csv, write_json
from c360_sample.content.rows import content_rows
from c360_sample.population import Population
from tests.sample.reading import content_records, csv_records_of, data_files, form_of, records_in

pytestmark = pytest.mark.unit

FIRST = date(2022, 4, 1)


def digests(root: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, with a digest of its bytes."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
def test_the_same_bytes_each_time(tmp_path, format):
    for name in ("one", "two"):
        write_sample(tmp_path / name, FIRST, 2, 2_000, 7, format, search_format=format)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_other_days(tmp_path):
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), FIRST, 1, 200, seed)
    one, two = digests(tmp_path / "1"), digests(tmp_path / "2")
    assert one["log_content/20220401.json"] != two["log_content/20220401.json"]
    assert one["identity/identity.csv"] != two["identity/identity.csv"]


def test_a_day_does_not_depend_on_the_days_before_it(tmp_path):
    write_sample(tmp_path / "three", FIRST, 3, 2_000, 7)
    write_sample(tmp_path / "one", date(2022, 4, 3), 1, 2_000, 7)
    alone = digests(tmp_path / "one")
    assert alone.items() <= digests(tmp_path / "three").items()
    assert "log_content/20220403.json" in alone


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@pytest.mark.parametrize("rows", [1, 19, 250, 3_000])
def test_a_day_has_exactly_its_rows(tmp_path, format, rows):
    summary = write_sample(tmp_path, FIRST, 2, rows, 3, format, search_format=format)
    for day in ("20220401", "20220402"):
        assert sum(map(records_in, data_files(tmp_path, "log_content", day))) == rows
        assert sum(map(records_in, data_files(tmp_path, "log_search", day))) == rows // 20
    assert (summary.content_rows, summary.searches) == (rows * 2, rows // 20 * 2)
    assert summary.links == len(csv_records_of(tmp_path / "identity" / "identity.csv"))


def test_searches_lie_in_parts_with_what_is_no_data_beside_them(tmp_path):
    write_sample(tmp_path, FIRST, 1, 200_000, 3)
    names = sorted(path.name for path in (tmp_path / "log_search" / "20220401").iterdir())
    parts = [name for name in names if name.startswith("part-")]
    assert len(parts) == 5
    assert all(name.endswith(".snappy.parquet") for name in parts)
    assert {"_SUCCESS", "._SUCCESS.crc", f".{parts[0]}.crc"} <= set(names)
    schema = pq.read_schema(tmp_path / "log_search" / "20220401" / parts[0])
    types = {field.name: str(field.type) for field in schema}
    assert types.pop("userPlansMap").startswith("list<")
    assert len(types) == 9
    assert set(types.values()) == {"string"}


def test_progress_is_told_a_day_and_the_summary_counts_files(tmp_path):
    told: list[str] = []
    summary = write_sample(tmp_path, FIRST, 2, 400, 3, progress=told.append)
    assert len(told) == 2
    assert "2022-04-02: 400 content rows, 20 searches (2 of 2 days)" in told[1]
    assert (summary.first_day, summary.last_day) == (FIRST, date(2022, 4, 2))
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "SAMPLE.md"]
    assert summary.files == len(written)
    assert summary.size_bytes == sum(path.stat().st_size for path in written)


def test_a_day_in_another_form_takes_the_place_of_the_first(tmp_path):
    write_sample(tmp_path, FIRST, 2, 200, 3, "json")
    write_sample(tmp_path, FIRST, 1, 200, 3, "csv", search_format="json")
    assert sorted(path.name for path in (tmp_path / "log_content").iterdir()) == ["20220401.csv", "20220402.json"]
    assert sorted(path.name for path in (tmp_path / "log_search").iterdir()) == ["20220401.json", "20220402"]


def test_landing_data_of_another_origin_is_refused(tmp_path):
    real = tmp_path / "log_content" / "20220401.json"
    real.parent.mkdir()
    real.write_text("{}\n")
    with pytest.raises(SampleError, match=r"holds a log_content that is not a sample\. Choose another folder"):
        write_sample(tmp_path, FIRST, 1, 200, 3)
    assert real.read_text() == "{}\n"


@pytest.mark.parametrize(
    ("days", "rows", "format", "message"),
    [(0, 9, "json", "1 or more"), (1, 0, "json", "1 or more"), (1, 9, "xml", "'xml' is not a format")],
    ids=["no days", "no rows", "unknown format"],
)
def test_what_makes_no_sense_is_refused(tmp_path, days, rows, format, message):
    with pytest.raises(SampleError, match=message):
        write_sample(tmp_path / "out", FIRST, days, rows, 1, format)
    assert not (tmp_path / "out").exists()


def test_many_rows_at_once_are_written_as_one_by_one(tmp_path):
    rows = content_rows(Population.for_rows(5, 500), FIRST, 500)
    columns = ("Mac", "Region", "Contract", "TotalDuration", "AppName")
    clean = DirtyDay({}, {})
    one_by_one = DirtyDay({row: record_of(rows, row) for row in range(0, 500, 3)}, {})
    for name, dirt in (("bulk", clean), ("single", one_by_one)):
        with (tmp_path / f"{name}.json").open("wb") as stream:
            write_json(stream, rows, dirt, 0, 500)
        with (tmp_path / f"{name}.csv").open("wb") as stream:
            write_csv(stream, rows, dirt, 0, 500, columns, bom=False)
    assert (tmp_path / "bulk.json").read_bytes() == (tmp_path / "single.json").read_bytes()
    assert (tmp_path / "bulk.csv").read_bytes() == (tmp_path / "single.csv").read_bytes()
    assert json_line(record_of(rows, 1)) in (tmp_path / "bulk.json").read_bytes()
    assert csv_line(record_of(rows, 1), columns) in (tmp_path / "bulk.csv").read_bytes()


def test_forms_tell_the_same_watching(tmp_path):
    """Equal rows lie in every form; only what is broken in a form's own way differs."""
    of_form = {}
    for format in ("json", "csv", "parquet"):
        write_sample(tmp_path / format, FIRST, 1, 5_000, 7, format)
        (path,) = data_files(tmp_path / format, "log_content")
        assert form_of(path) == format
        of_form[format] = {str(record["Contract"]) for record in content_records(path) if record.get("Contract")}
    assert len(of_form["json"] ^ of_form["parquet"]) < 100
    assert len(of_form["csv"] ^ of_form["parquet"]) < 100
