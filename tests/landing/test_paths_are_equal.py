"""The fast path never gives another raw table than the tolerant one, and blocks lose and double no line.

Where the fast path gives None it says nothing: that is always right, if slow.
"""

import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resources.landing.layout import FileSplit, Layout
from resources.landing.readers import lines as whole_lines
from resources.landing.readers.json import lines as json_lines
from resources.landing.readers.json.array import is_array
from resources.landing.readers.json.lines import array_batches, json_batches
from resources.landing.readers.json.regular import fast_json
from resources.landing.readers.json.tolerant import rows_of_lines, tolerant_elements, tolerant_json
from tests.landing.reading import CONTENT, SEARCH, read_bytes, read_lines, row_of
from tests.support.budget import examples

pytestmark = pytest.mark.unit

LAYOUTS = pytest.mark.parametrize("layout", [CONTENT, SEARCH], ids=["content", "search"])


def assert_equal(layout: Layout, block: bytes) -> bool:
    """Compares the paths. Returns whether the fast one took the block.

    The block is also read as a file is, where its lines are sorted by their form, and as one that begins like it.
    """
    lines = whole_lines.with_line_feeds(block)
    tolerant = tolerant_json(layout, "a.json", lines)
    fast = fast_json(layout, "a.json", lines)
    assert fast is None or fast.equals(tolerant)
    first = block[: block.find(b"\n") + 1]
    for before in (b"", first * 3):
        text = whole_lines.with_line_feeds((before + block).removeprefix(b"\xef\xbb\xbf"))
        expected = tolerant_json(layout, "a.json", text).to_pylist()
        assert in_any_order(read_as_file(layout, before + block)) == in_any_order(expected)
    return fast is not None


def in_any_order(rows):
    """Rows of a table have no order, and odd lines are read after regular ones."""
    return sorted(rows, key=repr)


def read_as_file(layout: Layout, data: bytes) -> list[dict]:
    split = FileSplit("a.json", "a.json", "json", len(data))
    return [row for batch in json_batches(layout, split, io.BytesIO(data)) for row in batch.to_pylist()]


# --- known tricky blocks ---------------------------------------------------------------------------------

# F and N stand for a field of text and one of numbers, of either log.
TRICKY = {
    "two on a line, one over two": b'{"F":"a"}{"F":"b"}\n{"F":\n"c"}',
    "two on a line, one empty": b'{"F":"a"} {"F":"b"}\n\n{"F":"c"}',
    "object over lines of braces": b'{"x":[{"F":"a"}\n,{"F":"b"}]}',
    "text over lines": b'{"F":"}\n{"}',
    "escaped line break": b'{"F":"}\\n{"}',
    "NUL in a text": b'{"F":"a\0b"}',
    "NUL between": b'{"F":"a"\0}',
    "NUL behind": b'{"F":"a"}\n\0',
    "NUL that hides a value": b'{"F":"a"}{"F":"b"}\0}\n{"F":"c"}',
    "escaped NUL": b'{"F":"a\\u0000b"}',
    "NaN": b'{"N":NaN}',
    "NaN, not needed": b'{"x":[1,NaN]}',
    "NaN behind a tab": b'{"x":\tNaN}',
    "minus NaN": b'{"x":-NaN}',
    "Infinity": b'{"N":Infinity}',
    "minus Infinity": b'{"x":-Infinity}',
    "Inf": b'{"x":Inf}',
    "nan": b'{"x":nan}',
    "word in a text": b'{"F":", NaN"}',
    "doubled key": b'{"F":"a","F":"b"}',
    "doubled number": b'{"N":1,"N":2}',
    "doubled, escaped": b'{"_id":"a","\\u005fid":"b","user_id":"a","use\\u0072_id":"b"}',
    "doubled, not needed": b'{"x":1,"x":"a"}',
    "doubled envelope": b'{"_source":{"Contract":"a"},"_source":{"Mac":"b"}}',
    "doubled inside": b'{"_source":{"Contract":"a","Contract":"b"}}',
    "escaped key": b'{"\\u005fid":"a","use\\u0072_id":"b"}',
    "escapes": b'{"F":"\\"\\\\\\/\\b\\f\\r\\t\\u00e9\\ud83c\\udf89"}',
    "no such escape": b'{"F":"\\x41"}',
    "first half of a pair": b'{"F":"\\ud800"}',
    "second half of a pair": b'{"F":"\\udc00"}',
    "halves the wrong way": b'{"F":"\\udc00\\ud800"}',
    "half a pair, not needed": b'{"x":"\\udc00","\\ud800":1}',
    "bad bytes": b'{"F":"\xff"}',
    "bytes of half a pair": b'{"F":"\xed\xa0\x80"}',
    "long form of a slash": b'{"F":"\xc0\xaf"}',
    "control in a text": b'{"F":"a\x01b"}',
    "delete in a text": b'{"F":"a\x7fb"}',
    "64 bits": b'{"N":9223372036854775807}\n{"N":-9223372036854775808}',
    "65 bits": b'{"N":9223372036854775808}',
    "many digits": b'{"N":123456789012345678901234567890}',
    "many digits, not needed": b'{"x":123456789012345678901234567890}',
    "fraction": b'{"N":1.50}',
    "whole fraction": b'{"N":1.0}\n{"N":1}',
    "exponent": b'{"N":1e3}',
    "beyond a double": b'{"N":1e400}',
    "minus zero": b'{"N":-0}',
    "minus zero, fraction": b'{"N":-0.0}',
    "leading zero": b'{"N":01}',
    "plus": b'{"N":+1}',
    "number and text": b'{"N":1}\n{"N":"1"}',
    "text of a number": b'{"N":"01"}',
    "text of a date": b'{"N":"2022-07-01"}',
    "text of a time": b'{"N":"2022-07-01 20:15:36"}\n{"N":"2022-07-01T20:15:36Z"}',
    "true": b'{"N":true}',
    "null": b'{"N":null,"F":null}',
    "list": b'{"N":[]}\n{"N":["a"]}',
    "number in a text field": b'{"F":1}',
    "object in a text field": b'{"F":{}}',
    "empty objects": b"{}\n{}\n{}",
    "empty envelope": b'{"_source":{}}',
    "null envelope": b'{"_source":null,"Contract":"a"}',
    "null envelope alone": b'{"_source":null}',
    "text envelope": b'{"_source":"a"}',
    "fields beside the envelope": b'{"_source":{"Contract":"a"},"Contract":"b"}',
    "inside and flat": b'{"_source":{"Contract":"a"}}\n{"Contract":"b"}',
    "CRLF": b'{"F":"a"}\r\n{"F":"b"}\r\n',
    "CR alone": b'{"F":"a"}\r{"F":"b"}\n',
    "CR inside": b'{"F":\r"a"}\n{"F":"b"}',
    "form feed": b'{"F":"a"}\x0c\n{"F":"b"}',
    "no-break space": b'{"F":"a"}\xc2\xa0\n{"F":"b"}',
    "white lines": b'{"F":"a"}\n \n{"F":"b"}\n\n',
    "mark of byte order": b'\xef\xbb\xbf{"F":"a"}',
    "other names": b'{"F":"a","x":"b","y":254,"z":null}\n{"F":"a","x":"c","y":-7,"z":null}',
    "other names that need escapes": b'{"F":"a","x":"\\"b\\\\","y":"\\n"}\n{"F":"a","x":"c","y":"d"}',
    "other names now and then": b'{"F":"a"}\n{"F":"b","x":"c"}\n{"F":"c","y":1,"x":null}',
    "a number with a fraction": b'{"N":1.5,"x":2.50}\n{"N":1e3,"x":-0.0}\n{"N":-0,"x":0}',
    "lists": b'{"F":"a","x":["b",1,[2,{"y":"c"}]]}\n{"F":"b","x":["c",2,[2,{"y":"d"}]]}',
    "objects": b'{"F":"a","x":{"y":"b","z":1}}\n{"F":"b","x":{"y":"c","z":2}}',
    "a known object": b'{"F":{"y":"b"}}\n{"F":{"y":"c"}}',
    "extended": b'{"F":{"$oid":"b"},"x":{"$date":1}}\n{"F":{"$oid":"c"},"x":{"$date":2}}',
    "extended and not": b'{"F":{"$oid":"b"}}\n{"F":"c"}\n{"F":{"$oid":"c","x":1}}',
    "two spellings": b'{"F":"a","_ID":"b","USER_ID":"c"}\n{"F":null,"_ID":"b","USER_ID":"c"}\n{"USER_ID":"c"}',
    "another spelling": b'{"contract":"a","User Id":"b"}\n{"contract":"b","User Id":"c"}',
    "an envelope of text": b'{"F":"a","message":"{}"}\n{"F":"b","message":"x"}\n{"F":"b","message":" {"}',
    "an envelope now and then": b'{"message":"a","log":{"F":"b"}}\n{"message":" {}","log":{"F":"c"}}\n{"F":"d"}',
    "envelopes": b'{"log":{"F":"a"}}\n{"message":{"F":"b"}}\n{"_source":{"F":"c"},"log":{"F":"d"}}',
    "an envelope and fields beside": b'{"log":{"F":"a","x":"b"},"x":"c","y":1,"N":2}\n{"x":"c","N":2}',
    "an envelope's null": b'{"log":{"F":"a","x":null},"x":"c"}\n{"log":{"F":"b","x":null},"x":"d"}',
    "nulls in an envelope": b'{"log":{"F":"a","x":"b"}}\n{"log":{"F":null,"x":null}}\n{"log":{}}\n{"log":null}',
    "an answer": b'{"hits":{"hits":[{"F":"a"},1]}}\n{"hits":{"hits":[{"F":"b"},1]}}',
    "hits that are none": b'{"F":"a","hits":{"x":1}}\n{"F":"a","hits":{"hits":[]}}\n{"F":"a","hits":2}',
    "many on a line": b'{"F":"a"}{"F":"b"}{"F":"c"}\n{"F":"d"}{"F":"e"}',
    "many on a line, one odd": b'{"F":"a"}{"F":"b"}{"F":"c"}\n{"F":"d"}{"F":"}{"}',
    "separators": b'\x1e{"F":"a"}\n\x1e{"F":"b"}\n\x1e[1]\n\x1e',
    "marks of templates": '{"F":"\U0010fffd1\U0010fffd","x":"\U0010fffc1\U0010fffc"}'.encode(),
    "comment": b'{/* */"F":"a"}',
    "comma at the end": b'{"F":"a",}',
    "single quotes": b"{'F':'a'}",
    "of two types": b'{"x":1}\n{"x":"a"}\n{"x":[1]}\n{"x":{"y":null}}',
    "as deep as is read": b'{"x":' + b"[" * 99 + b"]" * 99 + b"}",
    "too deep": b'{"x":' + b"[" * 100 + b"]" * 100 + b"}",
    "too deep by objects": b'{"x":' * 101 + b"1" + b"}" * 101,
    "far too deep": b'{"F":"a"}\n{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "brackets in a text": b'{"F":"' + b"[" * 500 + b'"}',
}


def of_log(block: bytes, layout: Layout) -> bytes:
    text, number = (b"_id", b"_score") if layout is CONTENT else (b"user_id", b"userPlansMap")
    return block.replace(b'"F"', b'"' + text + b'"').replace(b'"N"', b'"' + number + b'"')


@LAYOUTS
@pytest.mark.parametrize("block", TRICKY.values(), ids=TRICKY.keys())
def test_tricky_lines(layout, block):
    block = of_log(block, layout)
    regular = of_log(b'{"F":"a"}\n' * 3, layout)
    for around in (block, regular + block, block + b"\n" + regular, regular + block + b"\n" + regular):
        assert_equal(layout, around)


TAKEN = [
    b'{"_id":"a","_score":0}\n{"_score":-1,"x":"\\"","y":2}',
    b'{"_source":{"Contract":"\xc4\x90","TotalDuration":1}}\n',
]


@pytest.mark.parametrize("block", TAKEN, ids=["flat", "nested"])
def test_regular_lines_go_the_fast_path(block):
    assert assert_equal(CONTENT, block)


# --- any mutation of valid records -----------------------------------------------------------------------

# Texts of every kind of record, among them some that the parsers could take for dates or words.
few_texts = st.sampled_from(
    [
        "a",
        "",
        "{}",
        ' {"Contract":"c"}',
        "HNH579912",
        "Đ",
        "🎉",
        '"',
        "\\",
        "\0",
        "\n",
        "NaN",
        "2022-07-01",
        "}{",
        "[",
        "1",
    ]
)
few_numbers = st.sampled_from([0, 1, -1, 254, 86_400, 2**63 - 1, 2**63, -(2**63), 1.5, -0.0, 1e300])
any_value = st.recursive(
    st.none() | st.booleans() | few_numbers | few_texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abx"), inner, max_size=2),
    max_leaves=3,
)
content_names = ["_index", "_type", "_id", "_score", "Contract", "Mac", "TotalDuration", "AppName", "x", "é"]
usual_values = {"_score": st.none() | st.integers(0, 3), "TotalDuration": st.integers(0, 86_400), "x": any_value}


def records_of(names: list[str]) -> st.SearchStrategy[dict]:
    usual = st.fixed_dictionaries({}, optional={name: usual_values.get(name, few_texts | st.none()) for name in names})
    return st.one_of(usual, usual, usual, st.dictionaries(st.sampled_from(names), any_value, max_size=3))


inner_records = records_of(content_names[4:])
content_records = records_of(content_names[:4]).flatmap(
    lambda outer: st.one_of(inner_records, inner_records, inner_records, any_value).map(
        lambda inner: {**outer, "_source": inner}
    )
)
search_records = records_of([name for _, name in SEARCH.fields])
PIECES = [
    *(bytes([code]) for code in b'{}[]",:\\ \n\r\t\x000-9.eE+/ax\x1f\x7f\x80\xc3\xff'),
    *(b"NaN", b"Infinity", b"null", b"true", b"}\n{", b"}{", b"\\u0000", b"\\ud800", b"\\udc00", b"\xef\xbb\xbf"),
    *(b'"_id":"z",', b'"_source":{},', b'"_source":null,', b'"Contract":"z",', b'"TotalDuration":1.0,', b'"x":1,'),
    *(b"\xc2\xa0", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"{}", b"\n\n", b"\r\n", b'{"x":\n'),
]


@st.composite
def blocks(draw, records):
    """Lines of records, with some bytes put in, taken out or put in the place of others."""
    lines = draw(st.lists(records, min_size=1, max_size=4))
    ascii_only, separators = draw(st.booleans()), draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    block = b"".join(
        json.dumps(line, ensure_ascii=ascii_only, separators=separators).encode() + b"\n" for line in lines
    )
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        place = draw(st.integers(0, len(block)))
        if place < len(block) and draw(st.booleans()):  # next to what gives the block its form
            place = block.find(draw(st.sampled_from([b"{", b"}", b":", b",", b'"', b"\n"])), place)
            place = len(block) if place < 0 else place + draw(st.integers(0, 1))
        block = block[:place] + draw(st.sampled_from([b"", *PIECES])) + block[place + draw(st.integers(0, 2)) :]
    return block


@examples(400)
@given(block=blocks(content_records | records_of(content_names)))
def test_content_is_the_same_on_both_paths(block):
    assert_equal(CONTENT, block)


@examples(200)
@given(block=blocks(search_records))
def test_searches_are_the_same_on_both_paths(block):
    assert_equal(SEARCH, block)


# Names of every kind, so that envelopes, answers and second spellings stand beside each other.
any_name = st.sampled_from(
    ["_id", "Contract", "contract", "MAC", "x", "b\u00e9", "_source", "log", "message", "hits", "$oid"]
)
any_form = st.recursive(
    st.none() | st.booleans() | few_numbers | few_texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(any_name, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def lines_of_one_form(draw) -> bytes:
    """Lines that have the same fields, so that they mostly fit a template; numbers and texts differ."""
    form = draw(st.dictionaries(any_name, any_form, min_size=1, max_size=4))
    lines = [form, *(varied(draw, form) for _ in range(draw(st.integers(1, 4))))]
    joint = draw(st.sampled_from(["\n", "\n", "", "\r\n", "\n\x1e"]))
    return joint.join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def varied(draw, value):
    if isinstance(value, dict):
        return {name: varied(draw, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [varied(draw, inner) for inner in value]
    return draw(few_texts if isinstance(value, str) else few_numbers if type(value) in (int, float) else st.just(value))


@examples(300)
@given(block=lines_of_one_form())
def test_lines_of_one_form_are_the_same_on_both_paths(block):
    assert_equal(CONTENT, block)


@examples(100)
@given(
    records=st.lists(st.dictionaries(any_name, any_form, max_size=4) | any_form, max_size=4),
    indent=st.sampled_from([None, 2]),
)
def test_an_array_is_its_elements_on_lines(records, indent):
    whole = json.dumps(records, ensure_ascii=False, indent=indent).encode()
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in records).encode()
    assert is_array(CONTENT, "a.json", io.BytesIO(whole))
    split = FileSplit("a.json", "a.json", "array", len(whole))
    found = [row for batch in array_batches(CONTENT, split, io.BytesIO(whole)) for row in batch.to_pylist()]
    assert in_any_order(found) == in_any_order(tolerant_elements(CONTENT, "a.json", lines).to_pylist())


@examples(30)
@given(
    lines=st.lists(st.builds(lambda score, text: {"_id": text, "_score": score}, st.integers(), st.text()), min_size=1)
)
def test_usual_records_give_their_values_on_both_paths(lines):
    block = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8", "surrogatepass")
    expected = [row_of(doc_id=line["_id"], doc_score=str(line["_score"])) for line in lines]
    assert_equal(CONTENT, block)
    rows = tolerant_json(CONTENT, "a.json", block).drop_columns(["source_file"]).to_pylist()
    assert rows == expected


# --- blocks and parts ------------------------------------------------------------------------------------

chunks = st.sampled_from(
    [b"\n", b"\r\n", b" ", b"[1]", b"x" * 40, b'{"_id":"a"}\n', b'{"_id":"b"}', b"\xff", b"\xc4\x90", b"\xe2\x80\xa8"]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("blocks")


@examples(75)
@given(
    data=st.lists(chunks, max_size=12).map(b"".join),
    cuts=st.lists(st.integers(0, 200), max_size=5),
    block_bytes=st.integers(1, 60),
    lines=st.integers(1, 3),
    provenance=st.booleans(),
)
@example(data=b"[1]\n[2]\n", cuts=[3, 4, 5], block_bytes=1, lines=1, provenance=False)
@example(data=b"[1]\n[2]", cuts=[1, 2, 3], block_bytes=2, lines=1, provenance=True)
def test_every_line_is_in_one_part_once(folder, data, cuts, block_bytes, lines, provenance):
    data = b"\xef\xbb\xbf" * provenance + data
    path = folder / "a.json"
    path.write_bytes(data)
    whole = read_lines(path)
    starts = sorted({0, *(cut for cut in cuts if cut < len(data))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_lines, "BLOCK_BYTES", block_bytes)
        patch.setattr(json_lines, "_LINES_PER_PART", lines)
        assert in_any_order(read_lines(path)) == in_any_order(whole)
        parts = [
            row
            for start, end in zip(starts, [*starts[1:], None], strict=True)
            for row in read_lines(path, start=start, end=end)
        ]
    assert in_any_order(parts) == in_any_order(whole)


# Values as they stand in a line: those that a line of the usual form may have, and those that it must not.
_VALUES = [
    b'"AX_1-a"', b'"\xc4\x90"', b'"\xff"', b'"a\\u0041"', b'"\\ud800"', b'"a\tb"', b'"}"', b'""',
    b"0", b"-0", b"254", b"-7", b"012", b"1e3", b"12.50", b"123456789012345678", b"1234567890123456789",
    b"9223372036854775808", b"NaN", b"-Infinity", b"null", b"true", b"[1]", b"{}", b"'a'",
]  # fmt: skip
_value = st.sampled_from(_VALUES)
_line = st.builds(
    lambda values, form, end: form % tuple(values) + end,
    values=st.lists(_value | st.sampled_from(_VALUES[:2]), min_size=3, max_size=3),
    form=st.sampled_from(
        [b'{"_id":%s,"_score":%s,"_source":{"Contract":%s}}'] * 4
        + [
            b'{"_id": %s, "_score": %s, "_source": {"Contract": %s}}',
            b'{"_id":%s,"_id":%s,"Contract":%s}',
            b'{"_id":%s,"_score":null,"x":{"_score":1.50,"_source":{}},"_source":{"Contract":%s,"Mac":%s},"y":true}',
            b'{"_id":%s,"_source":{"_score":%s,"TotalDuration":%s,"x":{"Mac":"a"}},"Contract":"b"}',
            b"\xef\xbb\xbf" + b'{"_id":%s,"_score":%s,"_source":{"Contract":%s}}',
            b'{"_id":%s,"_score":%s,"_source":{"Contract":%s},"_source":{"Mac":1}}',
            b'{"_id":%s,"_score":%s,"_source":{"Contract":%s},"_source":"a"}',
            b"[%s,%s]%s",
        ]
    ),
    end=st.sampled_from([b"\n"] * 4 + [b"\r\n", b" \n", b" x\n", b"\n\n"]),
)


@given(first=_line, more=st.lists(_line, max_size=12))
@examples(250)
def test_lines_of_the_usual_form_are_what_the_tolerant_path_says(folder, first, more):
    block = b"".join([first, *more])
    found = read_bytes(folder, "a.json", block)
    text = whole_lines.with_line_feeds(block.removeprefix(b"\xef\xbb\xbf"))
    expected = tolerant_json(CONTENT, "a.json", text).to_pylist()
    for row in expected:
        del row["source_file"]
    assert in_any_order(found) == in_any_order(expected)


@pytest.mark.parametrize(
    "line", [b'{"hits":{"hits":[' + b"1," * 40_000 + b"1]}}", b"{}" * 40_001], ids=["hits", "objects"]
)
def test_a_line_of_many_records_is_read_in_several_batches(line):
    """Its records as Python objects would take two hundred times what the line does."""
    split = FileSplit("", "a.json", "json", len(line) + 1)
    batches = list(json_batches(CONTENT, split, io.BytesIO(line + b"\n")))
    assert [len(batch) for batch in batches] == [16_384, 16_384, 7_233]


def test_one_odd_line_does_not_slow_the_others(folder, monkeypatch):
    slow = []
    monkeypatch.setattr(
        json_lines, "rows_of_lines", lambda reader, block: slow.append(block) or rows_of_lines(reader, block)
    )
    lines = [b'{"_id":"%d"}' % number for number in range(100)]
    lines[55] = b"[1]"
    lines[70] = b'{"_id":"70","_score":"1"}'
    rows = read_bytes(folder, "a.json", b"\n".join(lines))
    found = sorted(str(row["doc_id"]) for row in rows)
    assert found == sorted(["None", *(str(number) for number in range(100) if number != 55)])
    assert slow == [b'[1]\n{"_id":"70","_score":"1"}\n']
