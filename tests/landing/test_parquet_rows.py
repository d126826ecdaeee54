"""Which columns of a parquet file are fields, and what their values are as text."""

import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resources.errors import LandingError
from resources.landing.inspection import inspected
from resources.landing.layout import Layout
from resources.landing.readers.parquet.lists import as_list, kind_without_views, without_views
from resources.landing.zone import Delivery
from tests.landing.reading import CONTENT, IDENTITY, SEARCH, landed_file, read_bytes, row_of

pytestmark = pytest.mark.unit

VALUES = {"Contract": ["ABC100001"], "Mac": ["0A1B"], "TotalDuration": [61], "AppName": ["VOD"]}
RECORD = {name: values[0] for name, values in VALUES.items()}
ROW = row_of(contract="ABC100001", mac="0A1B", total_duration="61", app_name="VOD")


def parquet(table: pa.Table, **options) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


NESTED_VIEWS = pa.large_list_view(pa.struct([("a", pa.list_(pa.list_view(pa.string())))]))


def rows(folder, columns: dict, layout: Layout = CONTENT) -> list:
    return read_bytes(folder, "a.parquet", parquet(pa.table(columns)), layout)


def other_fields_of(folder, value: pa.Array) -> str | None:
    (row,) = rows(folder, {**VALUES, "x": value})
    return row["other_fields"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (pa.array([1_500], pa.int64()).cast(pa.timestamp("ms")), "1970-01-01 00:00:01.500000"),
        (pa.array([-1], pa.int64()).cast(pa.timestamp("ns")), "1969-12-31 23:59:59.999999"),
        (pa.array([0], pa.int64()).cast(pa.timestamp("us", "Asia/Ho_Chi_Minh")), "1970-01-01 00:00:00+00:00"),
        (pa.array([7_500], pa.int64()).cast(pa.timestamp("ms", "Asia/Ho_Chi_Minh")), "1970-01-01 00:00:07.500000+00:00"),
        (pa.array([dt.date(2022, 7, 1)]), "2022-07-01"),
        (pa.array([61_001], pa.int32()).cast(pa.time32("ms")), "00:01:01.001000"),
        (pa.array([254_000_000], pa.int64()).cast(pa.duration("us")), "254"),
        (pa.array([-1_500], pa.int64()).cast(pa.duration("ms")), "-1.5"),
        (pa.array([Decimal("0E-8")], pa.decimal128(12, 8)), "0.00000000"),
        (pa.array([7.0]), "7"),
        (pa.array([b"ab"], pa.binary(2)), "ab"),
        (pa.array(["x"], pa.string_view()), "x"),
        (pa.array([[("k", "v"), ("n", None)]], pa.map_(pa.string(), pa.string())), '{"k":"v","n":null}'),
        (pa.array([[1, None]], pa.large_list(pa.int32())), "[1,null]"),
        (pa.array([[1.5, float("nan")]], pa.list_(pa.float64(), 2)), '[1.5,"nan"]'),
        (pa.array([[1, None, 2]], pa.list_view(pa.int32())), "[1,null,2]"),
        (pa.array([[None, {"a": [["x"], None, ["y"]]}]], NESTED_VIEWS), '[null,{"a":[["x"],null,["y"]]}]'),
        (pa.array([{"a": [dt.datetime(2022, 7, 1)], "b": Decimal("1.50")}]), '{"a":["2022-07-01 00:00:00"],"b":1.50}'),
    ],
    ids=[
        "thousandths", "before 1970", "zoned", "zoned thousandths", "date", "time of day", "duration",
        "negative duration", "small decimal", "float", "bytes of one length", "view", "map", "large list",
        "list of one length", "view of a list", "nested views", "struct",
    ],
)  # fmt: skip
def test_values_of_every_type_are_text(tmp_path, value, text):
    assert json.loads(other_fields_of(tmp_path, value)) == {"x": text}


def test_times_of_other_calendars_are_read_from_the_oldest_type(tmp_path):
    times = {"datetime": [dt.datetime(2565, 7, 1, 20, 15)], "user_id": ["7"], "keyword": ["k"], "category": ["enter"]}
    data = parquet(pa.table(times), use_deprecated_int96_timestamps=True)
    assert read_bytes(tmp_path, "a.parquet", data, SEARCH)[0]["datetime"] == "2565-07-01 20:15:00"


def test_whole_floats_of_an_id_are_whole_numbers(tmp_path):
    found = rows(tmp_path, {"contract": ["a", "b", "c"], "USER_ID": [1500003.0, 1e15, 12.5]}, IDENTITY)
    assert [row["user_id"] for row in found] == ["1500003", "1000000000000000", "12.5"]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
def test_pages_of_any_compression_are_read(tmp_path, codec):
    data = parquet(pa.table(VALUES), compression=codec)
    assert read_bytes(tmp_path, "a.parquet", data) == [ROW]


ENVELOPES = {
    "struct": pa.array([RECORD]),
    "map": pa.array([[(name, str(value)) for name, value in RECORD.items()]], pa.map_(pa.string(), pa.string())),
    "text": pa.array([json.dumps(RECORD, indent=1)]),
    "bytes": pa.array([json.dumps(RECORD).encode()]),
}


@pytest.mark.parametrize("kind", ENVELOPES)
def test_fields_are_in_the_first_envelope_that_is_there(tmp_path, kind):
    columns = {"_id": ["1"], "log": ENVELOPES[kind], "_source": pa.nulls(1, ENVELOPES[kind].type), "x": [2]}
    assert rows(tmp_path, columns) == [{**ROW, "doc_id": "1", "other_fields": '{"x":"2"}'}]


@pytest.mark.parametrize("kind", ENVELOPES)
def test_a_row_without_its_envelope_has_its_fields_beside_it(tmp_path, kind):
    assert rows(tmp_path, {"_source": pa.nulls(1, ENVELOPES[kind].type), **VALUES}) == [ROW]


def test_what_is_beside_an_envelope_is_kept(tmp_path):
    inner = {**RECORD, "x": "inside", "y": None, "_id": "2"}
    columns = {"_source": [inner], "x": ["beside"], "y": ["beside"], "Contract": ["ABC100002"]}
    others = '{"Contract":"ABC100002","_id":"2","x":"inside","y":"beside"}'
    assert rows(tmp_path, columns) == [{**ROW, "other_fields": others}]


@pytest.mark.parametrize(
    ("names", "doubled"), [(["TotalDuration"], "TotalDuration"), (["Mac", "Contract"], "Contract, Mac")]
)
def test_a_needed_column_that_occurs_twice_is_refused(tmp_path, names, doubled):
    table = pa.table([*VALUES.values(), *(["x"] for _ in names)], names=[*VALUES, *names])
    with pytest.raises(LandingError, match=rf"^a\.parquet: columns? {doubled} occurs? twice") as refused:
        read_bytes(tmp_path, "a.parquet", parquet(table))
    assert refused.value.where.column == doubled


def test_another_column_that_occurs_twice_is_read(tmp_path):
    table = pa.table([*VALUES.values(), ["1"], pa.nulls(1)], names=[*VALUES, "x", "x"])
    assert read_bytes(tmp_path, "a.parquet", parquet(table)) == [{**ROW, "other_fields": '{"x":"1"}'}]


@pytest.mark.parametrize("text", ["service started", '["a"]', '{"level":"info"}', "{"])
def test_texts_that_hold_no_record_are_refused(tmp_path, text):
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet(pa.table({"message": [text]})))
    with pytest.raises(LandingError, match=r"^a\.parquet: holds no record with any of Contract") as refused:
        inspected(CONTENT, Delivery(None, (landed_file(path),)))
    assert text not in str(refused.value)


@pytest.mark.parametrize("view", [pa.list_view(pa.int32()), pa.large_list_view(pa.int32())])
@pytest.mark.parametrize("lists", [[], [None], [[1], None, [], [2, None, 3]], [None, [1], None, [2]], [[]] * 3])
def test_views_are_lists_with_the_same_items(view, lists):
    values = pa.array(lists, view)
    for start in range(len(lists) + 1):
        assert as_list(values[start:]).to_pylist() == lists[start:]
        assert as_list(values[:start]).to_pylist() == lists[:start]
    turned = pa.ListViewArray.from_arrays([2, 0, 1], [1, 2, 0], pa.array([7, 8, 9]))
    assert as_list(turned).to_pylist() == [[9], [7, 8], []]


VIEW = pa.list_view(pa.string())
NESTED = {
    "struct": (pa.struct([("a", VIEW), ("b", pa.int8())]), [{"a": ["x"], "b": 1}, None, {"a": None, "b": 2}]),
    "list": (pa.list_(VIEW), [[["a"]], None, [None, []], [["b"], ["c"]]]),
    "list of one length": (pa.list_(VIEW, 2), [[["a"], None], None, [["b"], []]]),
    "large list": (pa.large_list(pa.struct([("z", VIEW)])), [[{"z": ["q"]}], None]),
    "map": (pa.map_(pa.string(), VIEW), [[("k", ["a"])], None, [("l", None), ("m", ["b", "c"])]]),
    "view of maps": (pa.large_list_view(pa.map_(pa.string(), VIEW)), [[[("k", ["a"])]], None, []]),
    "none": (pa.list_(pa.int8(), 1), [[1], None]),
}


@pytest.mark.parametrize("name", NESTED)
def test_views_are_undone_at_any_depth(name):
    kind, lists = NESTED[name]
    values = pa.array(lists, kind)
    for some in (values, values[1:], values[:1]):
        plain = without_views(some)
        plain.validate(full=True)
        assert plain.to_pylist() == some.to_pylist()
        assert plain.type == kind_without_views(kind)
    assert "view" not in str(plain.type)
