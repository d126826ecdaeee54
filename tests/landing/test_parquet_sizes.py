"""What the headers of a Parquet file's pages say about its sizes, before a row is read."""

import io
import struct
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.errors import LandingError
from resources.landing.inspection import split_of
from resources.landing.readers.parquet import pages, sizes
from resources.landing.readers.parquet.pages import group_sizes
from resources.landing.readers.parquet.sizes import sized_batches
from resources.landing.readers.parquet.thrift import struct_of
from tests.landing.reading import CONTENT, landed_file, read_bytes

pytestmark = pytest.mark.unit

FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
CODECS = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]


def parquet(column: pa.Array, **options) -> bytes:
    out = io.BytesIO()
    known = {name: pa.array(["x"] * len(column)) for name in FIELDS}
    pq.write_table(pa.table({**known, "note": column}), out, **options)
    return out.getvalue()


TEXTS = st.lists(
    st.text(max_size=3) | st.sampled_from(["", "a" * 5000, "b" * 9000, "é" * 3000]), min_size=1, max_size=30
)


@given(
    texts=TEXTS, codec=st.sampled_from(CODECS), version=st.sampled_from(["1.0", "2.0"]), group=st.sampled_from([7, 100])
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_longest_text_of_a_dictionary_is_known(texts, codec, version, group):
    data = parquet(pa.array(texts), compression=codec, data_page_version=version, row_group_size=group)
    found = group_sizes(io.BytesIO(data))
    assert sum(size.rows for size in found) == len(texts)
    for number, size in enumerate(found):
        lengths = [len(text.encode()) for text in texts[number * group : (number + 1) * group]]
        note = size.columns[-1]
        assert note.values == len(lengths)
        assert note.longest >= max(lengths)
        assert note.longest == max(lengths) or note.longest <= 4096


def test_texts_of_one_length_are_not_walked_through(monkeypatch):
    monkeypatch.setattr("resources.landing.readers.parquet.pages._longest_of", None)
    data = parquet(pa.array([f"{place:012}" for place in range(3000)]))
    assert group_sizes(io.BytesIO(data))[0].columns[-1].longest == 12


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY"])
def test_texts_without_a_dictionary_are_as_dense_as_their_pages(encoding):
    data = parquet(pa.array(["y" * 1000] * 50), use_dictionary=False, column_encoding={"note": encoding})
    note = group_sizes(io.BytesIO(data))[0].columns[-1]
    assert 1000 <= note.densest < 1100
    assert note.longest == 0


def batch_sizes(tmp_path, data: bytes) -> list[int]:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    split = split_of(CONTENT, landed_file(path))
    with path.open("rb") as stream:
        return [len(batch) for batch in sized_batches(CONTENT, split, stream)]


def test_texts_that_begin_as_the_one_before_make_small_batches(tmp_path, monkeypatch):
    data = parquet(
        pa.array(["y" * 10_000] * 500),
        compression="none",
        use_dictionary=False,
        column_encoding=dict.fromkeys([*FIELDS, "note"], "DELTA_BYTE_ARRAY"),
    )
    assert len(data) < 50_000
    monkeypatch.setattr(sizes, "_MOST_BYTES", 100_000)
    found = batch_sizes(tmp_path, data)
    assert sum(found) == 500
    assert max(found) <= 10


NUMBERS = {
    "list": lambda rows, items: pa.array([[7] * items] * rows, pa.list_(pa.int64())),
    "map": lambda rows, items: pa.array([[(7, 7)] * items] * rows, pa.map_(pa.int32(), pa.float64())),
    "deep": lambda rows, items: pa.array([[{"a": [7] * items}]] * rows),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_runs_of_a_number_in_lists_make_small_batches(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(sizes, "BATCH_BYTES", 80_000)
    found = batch_sizes(tmp_path, parquet(NUMBERS[kind](200, 1000)))
    assert sum(found) == 200
    assert max(found) <= 10


@pytest.mark.parametrize("kind", NUMBERS)
def test_lists_of_very_many_numbers_are_refused(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(sizes, "_MOST_VALUES", 99_999)
    data = parquet(NUMBERS[kind](1, 100_000))
    assert len(data) < 10_000
    with pytest.raises(LandingError, match=r"a\.parquet: the lists of row group 1 hold more than 99,999 values"):
        read_bytes(tmp_path, "a.parquet", data)


def test_a_row_with_a_list_that_is_too_long_is_refused_by_its_number(tmp_path, monkeypatch):
    lists = pa.array([[1], [2] * 9_000_000], pa.list_(pa.int64()))
    with pytest.raises(LandingError, match=r"a\.parquet: row 2 is larger than 64 MiB"):
        read_bytes(tmp_path, "a.parquet", parquet(lists))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x15", b"\x1c" * 40, b"\x19\xfc\xff\xff\xff\xff\x7f", b"\x18\xff\x7f", b"\x0e", b"\x1b\x01\xbb" * 99],
)
def test_bytes_that_are_no_header_are_none(data):
    with pytest.raises(ValueError, match="a header"):
        struct_of(data)


def test_a_header_takes_no_more_steps_than_it_has_bytes():
    many = b"\x1b\xc0\x84\x3d\x11"  # a map of a million truth values, which aren't there
    with pytest.raises(ValueError, match="ends early"):
        struct_of(many * 1000)


@given(st.lists(st.binary(max_size=300) | st.text(max_size=20).map(str.encode), max_size=12), st.booleans())
def test_the_longest_text_is_the_same_found_at_once_and_one_by_one(texts, is_cut):
    data = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    if is_cut:
        data = data[:-1]
    at_once = pages._longest_of_short(data, len(texts))
    if at_once is not None:
        assert at_once == pages._longest_of(data, len(texts)) == max(map(len, texts))
    elif texts and not is_cut:
        assert any(len(text) > 255 or 0 in text or not text for text in texts)


def test_rows_that_name_more_than_the_dictionary_has_are_damage():
    cut = pa.DictionaryArray.from_arrays(pa.array([0, 2, None]), pa.array([b"a", b"b"]), safe=False)
    with pytest.raises(ValueError, match="does not have"):
        sizes._row_bytes(cut)
    whole = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array([b"a", b"bcd"]))
    assert list(sizes._row_bytes(whole)) == [1, 3, 0]


OTHER = [None, True, -1, 2**70, b"x", [1], [{}], {}, {1: [1]}]
"""Values of all types that a header may have."""


@given(
    places=st.lists(st.tuples(st.integers(1, 14), st.sampled_from(OTHER)), min_size=1, max_size=3),
    at=st.integers(0, 30),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_header_with_values_of_other_types_is_damaged_or_does_not_matter(places, at):
    """Of the struct that is read at `at`, some fields have other values."""
    seen = iter(range(1000))

    def changed(data: bytes):
        found, length = struct_of(data)
        return ({**found, **dict(places)} if next(seen) == at else found), length

    data = parquet(pa.array(["a", "b" * 5000, "c" * 5000]), row_group_size=2)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pages, "struct_of", changed)
        with suppress(ValueError):
            group_sizes(io.BytesIO(data))
