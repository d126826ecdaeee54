"""Names of fields that are too long or too many: refused in every form, and never kept for each record."""

import io
import json
import tracemalloc
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resources.errors import LandingError
from resources.landing.layout import FileSplit
from resources.landing.readers.json.record import RecordReader
from resources.landing.readers.parquet.sizes import sized_batches
from tests.landing.reading import CONTENT, read_bytes, read_lines
from tests.landing.test_limits import FIELDS, limited, refused

pytestmark = pytest.mark.unit

VALUES = {"Mac": "A", "TotalDuration": "1", "AppName": "VOD"}
LONG = {"Contract" + "_" * 1_100_000: "ABC100001", **VALUES}
SEVERAL = {f"{name}{'_' * 300_000}": "1" for name in FIELDS}


def as_parquet(columns: dict[str, pa.Array]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _lines(record: dict[str, str]) -> bytes:
    return (json.dumps(record) + "\n").encode() * 3


FORMS: dict[str, tuple[str, Callable[[dict[str, str]], bytes]]] = {
    "lines": ("a.json", _lines),
    "lines of escapes": ("a.json", lambda record: _lines({**record, "AppName": "\n"})),
    "lines of numbers": ("a.json", lambda record: _lines(record).replace(b'"1"', b"[1]")),
    "an envelope": ("a.json", lambda record: json.dumps({"_source": record}).encode()),
    "a text in an envelope": ("a.json", lambda record: json.dumps({"log": json.dumps(record)}).encode()),
    "an array": ("a.json", lambda record: json.dumps([record] * 2).encode()),
    "Parquet": ("a.parquet", lambda record: as_parquet({name: pa.array([text]) for name, text in record.items()})),
    "JSON in Parquet": ("a.parquet", lambda record: as_parquet({"_source": pa.array([json.dumps(record)])})),
}


@pytest.mark.parametrize("record", [LONG, SEVERAL], ids=["one", "several"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_long_names_of_known_fields_are_refused(tmp_path, form, record):
    name, written = form
    assert "with names of more than 1 MiB" in refused(tmp_path, name, written(record), CONTENT)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("start", [0, 5])
def test_the_line_of_a_record_with_long_names_is_told(tmp_path, ending, start):
    path = tmp_path / "a.json"
    long = json.dumps(LONG).encode()
    path.write_bytes(ending.join([b'{"Contract":"A"}'] * 2 + [b"no JSON" + long, long] + [b'{"Contract":"A"}'] * 3))
    with pytest.raises(LandingError, match=r"a\.json:4: has a record of fields with names of more than 1 MiB"):
        read_lines(path, CONTENT, start, path.stat().st_size)


def test_a_name_of_a_usual_spelling_may_be_long(tmp_path):
    record = {"Contract" + "_" * 1000: "ABC100001", **VALUES}
    assert [row["contract"] for row in read_bytes(tmp_path, "a.json", _lines(record))] == ["ABC100001"] * 3


@pytest.mark.parametrize("count", [1, 3000], ids=["long", "many"])
def test_sets_of_long_names_are_not_remembered(count):
    reader = RecordReader(CONTENT)
    tracemalloc.start()
    try:
        for number in range(60):
            names = [f"{place}{'x' * (600_000 // count)}{number}" for place in range(count)]
            reader.row({"Contract": "A", **dict.fromkeys(names)})
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 16 << 20


def test_json_in_parquet_has_only_so_many_unknown_fields(tmp_path):
    def data(count: int) -> bytes:
        texts = [json.dumps({"Contract": "ABC100001", f"n{place}": 1}) for place in range(count)]
        return as_parquet({"_source": pa.array(texts)})

    message = refused(tmp_path, "a.parquet", data(300), limited(unknown_fields=200))
    assert "a.parquet: has more than 200 different unknown fields" in message
    assert len(read_bytes(tmp_path, "a.parquet", data(190), limited(unknown_fields=200))) == 190


def test_a_header_of_many_equal_names_is_refused(tmp_path):
    data = ",".join([*FIELDS, *["a"] * 300]) + "\n" + ",".join("x" * 304)
    message = refused(tmp_path, "a.csv", data.encode(), limited(unknown_fields=200))
    assert "a.csv: has more than 200 unknown columns" in message
    assert len(read_bytes(tmp_path, "a.csv", data.encode(), limited(unknown_fields=300))) == 1


def test_names_of_nested_fields_count_in_the_size_of_a_batch():
    items = pa.array([[{"x" * 100_000: 1}] * 10] * 100)
    data = as_parquet({**{name: pa.array(["x"] * 100) for name in FIELDS}, "note": items})
    assert (
        max(
            len(batch)
            for batch in sized_batches(
                CONTENT, FileSplit("a.parquet", "a.parquet", "parquet", len(data)), io.BytesIO(data)
            )
        )
        < 100
    )
