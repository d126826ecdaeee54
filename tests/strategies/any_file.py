"""Files of any bytes that come near the forms that land: regular ones, odd ones, and ones with a fault."""

import bz2
import gzip
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

KNOWN = {
    "content": ("Contract", "Mac", "TotalDuration", "AppName"),
    "search": ("datetime", "user_id", "keyword", "category", "eventID", "userPlansMap", "networkType"),
    "identity": ("contract", "user_id", "source"),
}
OTHER_SPELLINGS = ("contract", "MAC", "total_duration", "App Name", "USER-ID", "Keyword", "event_id", "userplansmap")
NOT_KNOWN = (
    "_id",
    "_score",
    "_ID",
    "x",
    "bé",
    "",
    "_",
    "X",
    "hits",
    "$oid",
    "_source",
    "log",
    "message",
    "_airbyte_data",
)

_texts = st.sampled_from(
    [
        "a",
        "HNH579912",
        "",
        " ",
        "é😀",
        '"',
        "\\",
        "a\nb",
        "{}",
        '{"Contract":"in"}',
        "[1]",
        "\\N",
        "null",
        "254",
        "\x1e",
    ]
)
_numbers = st.sampled_from([0, -7, 254, 1.5, 1e100, 10**30])
_scalars = st.none() | st.booleans() | _texts | _numbers


def names_of(log: str) -> st.SearchStrategy[str]:
    """Names of a record's fields, mostly known."""
    return st.sampled_from([*KNOWN[log] * 3, *OTHER_SPELLINGS, *NOT_KNOWN])


# --- JSON ------------------------------------------------------------------------------------------------


def _values(log: str) -> st.SearchStrategy[Any]:
    wrapped = st.builds(
        lambda name, value: {name: value}, st.sampled_from(["$numberLong", "$oid", "$date", "$numberInt"]), _scalars
    )
    return st.recursive(
        _scalars | wrapped,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names_of(log), inner, max_size=2),
        max_leaves=4,
    )


def objects(log: str) -> st.SearchStrategy[dict[str, Any]]:
    """Any objects, some in an envelope, some as text in one, some with hits."""
    flat = st.dictionaries(names_of(log), _values(log), max_size=4)
    envelope = st.sampled_from(["_source", "_airbyte_data", "log", "message", "_Source"])
    wrapped = st.builds(lambda beside, name, inner: {**beside, name: inner}, flat, envelope, flat)
    as_text = st.builds(lambda beside, name, inner: {**beside, name: json.dumps(inner)}, flat, envelope, flat)
    answers = st.builds(
        lambda beside, hits: {**beside, "hits": {"hits": hits}}, flat, st.lists(flat | wrapped | _scalars, max_size=3)
    )
    return flat | wrapped | as_text | answers


_BETWEEN = (
    b"\n",
    b"\n",
    b"\n",
    b"",
    b" ",
    b"\r\n",
    b"\r",
    b"\n\x1e",
    b"\x1e",
    b",\n",
    b"\n\n",
    b"\t",
    b"\xc2\xa0",
    b" x",
)
_JUNK = (
    b"[1]", b"null", b"{", b"}", b'{"Contract":01}', b"\xff", b'{"Contract":"\xff"}', b"NaN", b"not json", b"\x1e",
    b'{"Contract":"\\ud800"}', b"{'a':1}", b'{"Contract":"a"}x', b'{"a":1,"a":2,"Contract":null}', b"\xef\xbb\xbf{}",
    b'{"Contract":-0,"x":[-0, 1.0,  2E5]}', b'{"user_id":"7","keyword":"\\u00e9\\/"}', b'"[]"', b"\xe2\x80\xa8",
)  # fmt: skip


@st.composite
def json_texts(draw: st.DrawFn, log: str) -> bytes:
    """Objects, one after another or in an array, with odd things between them."""
    kwargs = {"ensure_ascii": draw(st.booleans()), "indent": draw(st.sampled_from([None, None, None, 1]))}
    records = draw(st.lists(objects(log), max_size=5))
    if draw(st.integers(0, 2)) == 0:
        elements = [*records, *draw(st.lists(_values(log), max_size=2))]
        text = json.dumps(draw(st.permutations(elements)), **kwargs).encode()
        ends = (b"", b"", b"\n", b" \r\n ", b"x", b"[]", b"\n" + _JUNK[4])
        return draw(st.sampled_from((b"", b"", b" \n", b"\x1e"))) + text + draw(st.sampled_from(ends))
    pieces = [json.dumps(record, **{**kwargs, "indent": None}).encode() for record in records]
    if draw(st.integers(0, 2)) == 0:
        pieces += draw(st.lists(st.sampled_from(_JUNK), max_size=3))
    joints = st.sampled_from(_BETWEEN) if draw(st.booleans()) else st.just(draw(st.sampled_from(_BETWEEN)))
    return b"".join(piece + draw(joints) for piece in draw(st.permutations(pieces)))


# --- CSV -------------------------------------------------------------------------------------------------

_FIELDS = (
    b"a", b"a", b"254", b"HNH579912", b"", b"", b'""', b'"a"', b'"a""b"', b'"x\ny"', b'"x\r\ny"', b'"a,b;c|d\te"', b" a ",
    b'a"b', b'"a"b', "é😀".encode(), b"\xff", b'"\xc3"', b"\\N", b"a\\", b'{"Contract":"in"}', b"\xe2\x80\x83",
)  # fmt: skip
_CSV_JUNK = (b"x", b'"never closed', b'"a\\"b"', b'"a\\', b"\xef\xbb\xbf", b",", b"\t", b"sep=;", b"# comment")


@st.composite
def csv_texts(draw: st.DrawFn, log: str) -> bytes:
    """A header, and rows that mostly have as many fields."""
    separator = draw(st.sampled_from((b",", b",", b";", b"\t", b"|")))
    more = draw(st.lists(st.sampled_from([*NOT_KNOWN, "", "", *OTHER_SPELLINGS]), max_size=3))
    more += more[:1] * draw(st.integers(0, 1))  # a name may occur twice
    names = draw(st.permutations([*KNOWN[log][:4], *more]))
    if draw(st.integers(0, 9)) == 0:
        names = names[1:]
    quote, space = draw(st.sampled_from(("", "", '"'))), draw(st.sampled_from(("", "", " ")))
    header = separator.join(f"{quote}{space}{name}{space}{quote}".encode() for name in names)
    width = st.sampled_from([len(names)] * 8 + [len(names) + 1, max(1, len(names) - 1)])
    rows = draw(
        st.lists(
            width.flatmap(lambda size: st.lists(st.sampled_from(_FIELDS), min_size=size, max_size=size)), max_size=5
        )
    )
    lines = [header, *(separator.join(row) for row in rows)]
    if draw(st.integers(0, 3)) == 0:
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from((*_CSV_JUNK, header, b"", b"  "))))
    if draw(st.integers(0, 5)) == 0:
        lines.insert(0, b"sep=" + separator)
    end = draw(st.sampled_from((b"\n", b"\n", b"\r\n", b"\r")))
    return end.join(lines) + draw(st.sampled_from((end, end, b"", end + end)))


# --- parquet ---------------------------------------------------------------------------------------------

_TIME = datetime(2022, 4, 1, 20, 15, 36, 123000)
_COLUMNS: Sequence[tuple[pa.DataType, Sequence[Any]]] = (
    (pa.string(), ["a", "", "é😀", '{"Contract":"in","x":1}', "null"]),
    (pa.large_string(), ["a", "b"]),
    (pa.dictionary(pa.int32(), pa.string()), ["a", "b"]),
    (pa.binary(), [b"a", b"\xff\x00", "é".encode()]),
    (pa.int64(), [0, -7, 254, 2**62]),
    (pa.uint8(), [0, 254]),
    (pa.bool_(), [True, False]),
    (pa.decimal128(12, 2), [Decimal("254.00"), Decimal("-0.50")]),
    (pa.date32(), [date(2022, 4, 1)]),
    (pa.timestamp("us"), [_TIME, _TIME.replace(microsecond=0), _TIME.replace(year=1)]),
    (pa.timestamp("ms"), [_TIME, _TIME.replace(microsecond=0)]),
    (pa.timestamp("ns"), [1654114536123456789, 1654114536000000789, 1654114536000000000]),
    (pa.timestamp("us", "Asia/Ho_Chi_Minh"), [_TIME.replace(tzinfo=UTC)]),
    (pa.timestamp("ms", "UTC"), [_TIME.replace(tzinfo=UTC), _TIME.replace(tzinfo=UTC, microsecond=0)]),
    (pa.list_(pa.string()), [[], ["a", None, '"']]),
    (pa.list_(pa.int32()), [[1, None]]),
    (pa.map_(pa.string(), pa.int64()), [[], [("a", 1), ("b", None)]]),
    (pa.struct({"key": pa.string(), "n": pa.int64()}), [{"key": "a", "n": None}, {"key": None, "n": 7}]),
    (pa.null(), []),
)


_TEXT_KINDS = (pa.string(), pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string()))


@st.composite
def _column(draw: st.DrawFn, rows: int) -> pa.Array:
    kind, values = draw(st.sampled_from(_COLUMNS))
    some = st.none() | st.sampled_from(values) if values else st.none()
    return pa.array(draw(st.lists(some, min_size=rows, max_size=rows)), kind)


@st.composite
def parquet_files(draw: st.DrawFn, log: str) -> bytes:
    """Columns of any type, some in an envelope."""
    rows = draw(st.integers(0, 4))
    more = draw(st.lists(st.sampled_from([*NOT_KNOWN[:8], *OTHER_SPELLINGS, *KNOWN[log]]), max_size=3, unique=True))
    names = list(dict.fromkeys([*KNOWN[log][: draw(st.sampled_from((4, 4, 4, 4, 3)))], *more]))
    columns = {name: draw(_column(rows)) for name in draw(st.permutations(names))}
    kind = draw(st.sampled_from(("flat", "flat", "struct", "text")))
    if kind == "struct":
        inside = {name: column for name, column in columns.items() if not name.startswith("_")}
        nulls = pa.array(
            draw(st.lists(st.sampled_from((False, False, True)), min_size=rows, max_size=rows)), pa.bool_()
        )
        fields = [pa.field(name, column.type) for name, column in inside.items()]
        struct = pa.StructArray.from_arrays(list(inside.values()), fields=fields, mask=nulls)
        columns = {**{name: column for name, column in columns.items() if name not in inside}, "_source": struct}
    if kind == "text":
        texts = draw(st.lists(st.none() | objects(log).map(json.dumps) | _texts, min_size=rows, max_size=rows))
        source = pa.array(texts, pa.string()).cast(draw(st.sampled_from(_TEXT_KINDS)))
        columns = {"_source": source, "_id": pa.array(["1"] * rows, pa.string())}
    pairs = list(columns.items())
    if kind == "flat" and pairs and draw(st.integers(0, 4)) == 0:
        pairs.append((draw(st.sampled_from(pairs))[0], draw(_column(rows))))  # a name may occur twice
    table = pa.Table.from_arrays([column for _, column in pairs], [name for name, _ in pairs])
    out = io.BytesIO()
    compression = draw(st.sampled_from(("snappy", "zstd", "none")))
    pq.write_table(table, out, compression=compression, row_group_size=max(1, rows // 2))
    return out.getvalue()


# --- bytes -----------------------------------------------------------------------------------------------


@st.composite
def packed(draw: st.DrawFn, texts: st.SearchStrategy[bytes]) -> bytes:
    """Texts with a fault here and there, in any encoding, compressed or not, now and then cut off."""
    data = draw(texts)
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.sampled_from((b"", b"\xff", b"\n", b'"', b"{", b"x"))) + data[place + 1 :]
    encoding = draw(st.sampled_from((None, None, None, None, "utf-8-sig", "utf-16-le", "utf-16-be")))
    if encoding == "utf-8-sig":
        data = b"\xef\xbb\xbf" + data
    elif encoding:
        mark = b"\xff\xfe" if encoding == "utf-16-le" else b"\xfe\xff"
        data = mark + data.decode("utf-8", "replace").encode(encoding)
    pack = draw(st.sampled_from((None, None, None, None, gzip.compress, bz2.compress, _zstandard)))
    packed_data = pack(data) if pack else data
    cut = draw(st.integers(0, 19)) == 0 and pack is not None
    return packed_data[: len(packed_data) // 2] if cut else packed_data


def _zstandard(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def any_file(log: str) -> st.SearchStrategy[bytes]:
    """A file of any form, regular or not."""
    return packed(json_texts(log)) | packed(csv_texts(log)) | parquet_files(log)
