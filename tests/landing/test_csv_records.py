"""Which records a CSV file holds, and where their fields go."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from resources.errors import LandingError
from resources.landing.layout import Layout
from resources.landing.readers import lines
from resources.landing.readers.csv import rows as csv_rows
from tests.landing.reading import CONTENT, IDENTITY, SEARCH, read_bytes, row_of

pytestmark = pytest.mark.unit

HEADER = "AppName,Contract,Mac,TotalDuration"
SEPARATORS = pytest.mark.parametrize("separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
ROW = row_of(app_name="VOD", contract="ABC100001", mac="0A1B", total_duration="61")


def in_any_order(rows):
    """Rows of a table have no order, and odd lines are read before regular ones."""
    return sorted(rows, key=repr)


def csv_rows_of(folder: Path, body: str, header: str = HEADER, layout: Layout = CONTENT) -> list:
    """Rows of a CSV as tuples in the header's order; a ragged one as its text."""
    rows = read_bytes(folder, "a.csv", f"{header}\n{body}".encode(), layout)
    names = ("app_name", "contract", "mac", "total_duration")
    return [row["unparsed"] or tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ('a,"b\nc\r\nd",,"e ""f"" ,"\r\n', [("a", "b\nc\r\nd", None, 'e "f" ,')]),
        ('a,"","",""\n', [("a", None, None, None)]),
        ("a, b ,c,d", [("a", " b ", "c", "d")]),
        ('a,5" tv,c,d\n', [("a", '5" tv', "c", "d")]),
        ('a,"b"x,c,d\n', [("a", "bx", "c", "d")]),
        (",,,\n", [(None,) * 4]),
        ("a,b,c\nd,e,f,g\n", ["a,b,c", ("d", "e", "f", "g")]),
        ('a,b,c,d,"e\n\n f",\r\ng,h,i,j\r\n', ['a,b,c,d,"e\n\n f",', ("g", "h", "i", "j")]),
        ('""\n', ['""']),
        ("a,b,c,d\x85\n\x1c\n", [("a", "b", "c", "d\x85"), "\x1c"]),
        ("a\x00,b,c,d\n", [("a\x00", "b", "c", "d")]),
        ('a,b,c,"d\n', [("a", "b", "c", "d\n")]),
        ("a,b,c,d\re,f,g,h\r\ni,j,k,l\r", [("a", "b", "c", "d"), ("e", "f", "g", "h"), ("i", "j", "k", "l")]),
        ('a,b,"c\rd",e\r"f",g,h,i', [("a", "b", "c\rd", "e"), ("f", "g", "h", "i")]),
        ("\ufeffa,b,c,d\n", [("\ufeffa", "b", "c", "d")]),
        ('a,b,"1,200",d\n', [("a", "b", "1,200", "d")]),
        ('a,C:\\b\\,"c\\d",\\"e\n', [("a", "C:\\b\\", "c\\d", '\\"e')]),
    ],
    ids=[
        "quoted breaks", "quoted empties", "spaces stay", "quote inside", "behind the quote", "all empty", "too few",
        "too many, over lines", "one empty field", "control characters", "NUL", "never closed", "line ends",
        "quoted carriage return", "a mark within", "quoted separator", "backslashes",
    ],
)  # fmt: skip
def test_csv_records(tmp_path, body, rows):
    assert in_any_order(csv_rows_of(tmp_path, body)) == in_any_order(rows)


def test_a_long_quoted_field_is_read_in_a_fresh_process(tmp_path):
    csv.field_size_limit(131_072)  # as a new process has it
    field = "AAA,BBB\n" * 30_000
    assert csv_rows_of(tmp_path, f'a,"{field}",c,d\n') == [("a", field, "c", "d")]
    csv.field_size_limit(131_072)
    assert len(csv_rows_of(tmp_path, f'"never closed,{field}')) == 1


def test_a_long_csv_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "ROWS_A_BATCH", 7)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 64)
    body = "".join(f'a,{number},"c\n{number}",d\n' if number % 5 else f"{number}\n" for number in range(30))
    found = csv_rows_of(tmp_path, body)
    numbers = [row if isinstance(row, str) else row[1] for row in found]
    assert sorted(numbers, key=int) == [str(number) for number in range(30)]


# --- separators and headers ------------------------------------------------------------------------------


@SEPARATORS
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("before", ["", "\ufeff", "sep={}{}", "\ufeffSEP={}{}", '"sep={}"{}', "{1} {1}"])
def test_the_header_tells_the_separator(tmp_path, separator, end, before):
    row = separator.join(["VOD", f'"ABC{separator}1"', "", "61"])
    text = before.format(separator, end) + HEADER.replace(",", separator) + end + row + end
    expected = row_of(app_name="VOD", contract=f"ABC{separator}1", total_duration="61")
    assert read_bytes(tmp_path, "a.csv", text.encode()) == [expected]


def test_a_separator_may_be_any_character(tmp_path):
    layout = replace(CONTENT, options=replace(CONTENT.options, csv_separators=("§", "\x01")))
    for separator in ("§", "\x01"):
        text = f'{HEADER}\nVOD,ABC100001,0A1B,"61"\nVOD,ABC100001,0A1B,61\n'.replace(",", separator)
        assert read_bytes(tmp_path, "a.csv", text.encode(), layout) == [ROW, ROW]


def test_a_row_of_separators_that_are_white_space_is_no_record(tmp_path):
    body = "VOD\tABC100001\t0A1B\t61\n\t\t\t\n \t\u2003\t\t \nVOD\t\t\t\n"
    found = read_bytes(tmp_path, "a.tsv", HEADER.replace(",", "\t").encode() + b"\n" + body.encode())
    assert in_any_order(found) == in_any_order([ROW, row_of(app_name="VOD")])


def test_a_needed_name_that_goes_on_behind_the_first_line_is_none(tmp_path):
    header = 'Contract,Mac,TotalDuration,"AppName\nof the app"'
    with pytest.raises(LandingError, match=r"^a\.csv: column AppName is missing"):
        read_bytes(tmp_path, "a.csv", f"{header}\nABC100001,0A1B,61,VOD\n".encode())


def test_columns_are_in_any_order_and_compared_without_case(tmp_path):
    header = "total_duration, MAC\t,App Name,contract"
    assert csv_rows_of(tmp_path, "1,2,3,4\n", header) == [("3", "4", "2", "1")]


@pytest.mark.parametrize(
    "again",
    [HEADER, '"AppName",Contract,Mac,"TotalDuration"', f"{HEADER}\n\n{HEADER}"],
    ids=["same", "quoted", "twice"],
)
def test_a_row_that_equals_the_header_is_no_record(tmp_path, again):
    body = f"VOD,ABC100001,0A1B,61\n{again}\nAppName,Contract,Mac,61\n"
    found = read_bytes(tmp_path, "a.csv", f"{HEADER}\n{body}".encode())
    like_it = row_of(app_name="AppName", contract="Contract", mac="Mac", total_duration="61")
    assert in_any_order(found) == in_any_order([ROW, like_it])


def test_a_header_may_span_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 3)
    found = read_bytes(tmp_path, "a.csv", f'{HEADER},"number\nof it"\nVOD,ABC100001,0A1B,61,7\n'.encode())
    assert found == [{**ROW, "other_fields": '{"number\\nof it":"7"}'}]


def test_links_need_only_two_columns(tmp_path):
    rows = read_bytes(tmp_path, "a.csv", b"USER_ID;contract;SOURCE\n07;a;crm\n1500003.0;b;\n", IDENTITY)
    assert rows == [
        row_of(IDENTITY, contract="a", user_id="07", source="crm"),
        row_of(IDENTITY, contract="b", user_id="1500003.0"),
    ]


# --- columns that are not fields ---------------------------------------------------------------------------


@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
@pytest.mark.parametrize(
    ("columns", "values", "others"),
    [
        ("region,Đai", "north,", '{"region":"north"}'),
        ("b,a", "1,2", '{"a":"2","b":"1"}'),
        ("b,a", ",", None),
        ("a", 'x "y" \\', '{"a":"x \\"y\\" \\\\"}'),
        (",,", ",,", None),
        (",", ",7", '{"":"7"}'),
        ("a,a,a", "1,2,", '{"a":"2"}'),
        ("contract,CONTRACT", "1,2", '{"CONTRACT":"2","contract":"1"}'),
        ("source,source", "1,2", '{"source":"2"}'),
        ("_id,_ID", "1,2", '{"_ID":"2"}'),
        ("_source,log", '{},{"a":1}', '{"_source":"{}","log":"{\\"a\\":1}"}'),
    ],
    ids=[
        "an empty one", "sorted", "all empty", "escapes", "no names, no values", "a value without a name", "doubled",
        "second spellings", "a field of another log", "by letter", "no envelopes",
    ],
)  # fmt: skip
def test_other_columns_are_kept(tmp_path, quoted, columns, values, others):
    texts = ["VOD", "ABC100001", "0A1B", "61", *values.split(",", columns.count(","))]
    row = ",".join('"{}"'.format(text.replace('"', '""')) for text in texts) if quoted else ",".join(texts)
    if quoted and "\\" in values:
        row = row.replace('\\"', '\\ "')
        others = others and others.replace('\\\\"', '\\\\ "')
    (found,) = read_bytes(tmp_path, "a.csv", f"{HEADER},{columns}\n{row}\n".encode())
    assert found == {**ROW, "doc_id": "1" if columns.startswith("_id") else None, "other_fields": others}


def test_a_field_that_occurs_twice_and_is_not_needed_is_its_first(tmp_path):
    header, row = "datetime,user_id,keyword,category,platform,platform", "t,7,k,enter,tv,web"
    (found,) = read_bytes(tmp_path, "a.csv", f"{header}\n{row}\n".encode(), SEARCH)
    assert (found["platform"], found["other_fields"]) == ("tv", '{"platform":"web"}')


def test_a_column_without_a_name_counts_as_a_field(tmp_path):
    body = "VOD,ABC100001,0A1B,61,,\nVOD,ABC100001,0A1B,61\n"
    assert in_any_order(csv_rows_of(tmp_path, body, f"{HEADER},,")) == in_any_order(
        [("VOD", "ABC100001", "0A1B", "61"), "VOD,ABC100001,0A1B,61"]
    )


# --- escapes ---------------------------------------------------------------------------------------------

ESCAPING = replace(CONTENT, options=replace(CONTENT.options, csv_escape="\\"))
# As Apache Spark writes them: a text, and the field that holds it.
WRITTEN = [
    ('a"b', r'"a\"b"'),
    ("a\\b", "a\\b"),
    ('a\\"b', r'"a\\\"b"'),
    ("end\\", "end\\"),
    ("end\\,x", r'"end\\,x"'),
    ('q",\\', r'"q\",\\"'),
    ('two\nlines"x', '"two\nlines\\"x"'),
    ('"', r'"\""'),
    ('a""b', r'"a\"\"b"'),
    ("tab\\t", r'"tab\t"'),
    ('doubled"', '"doubled"""'),
]


@pytest.mark.parametrize("block_bytes", [7, 8 << 20])
def test_escaped_quotes_are_read_where_an_escape_is_set(tmp_path, monkeypatch, block_bytes):
    monkeypatch.setattr(lines, "BLOCK_BYTES", block_bytes)
    body = "".join(f"{number},{field},c,d\n" for number, (_, field) in enumerate(WRITTEN))
    rows = csv_rows_of(tmp_path, body, layout=ESCAPING)
    assert in_any_order(rows) == in_any_order((str(number), text, "c", "d") for number, (text, _) in enumerate(WRITTEN))


@pytest.mark.parametrize(
    "field", [field for _, field in WRITTEN if '\\"' in field] + [r'"C:\films\"', r'"a\""b"'], ids=str
)
def test_escaped_quotes_are_refused_where_no_escape_is_set(tmp_path, field):
    body = f"VOD,ABC100001,0A1B,61\nb,{field},c,d\n"
    with pytest.raises(LandingError, match=r'^a\.csv: a quoted field holds \\", .* csv_escape') as refused:
        csv_rows_of(tmp_path, body)
    assert "films" not in str(refused.value)


# --- headers that are refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "missing", "secret"),
    [
        ("AppName;Contract;secret;Mac", "TotalDuration", "secret"),
        ("secret,Contract", "Mac, TotalDuration, AppName", "secret"),
        ("# secret 2022-04-07\nContract,Mac,TotalDuration,AppName", "header", "secret"),
        ("VOD,ABC100001,0A1B,61", "header", "ABC100001"),
        ("VOD;ABC100001;0A1B;61", "header", "ABC100001"),
    ],
    ids=["one", "several", "a comment before it", "none", "none, semicolons"],
)
def test_a_header_that_lacks_columns_is_refused(tmp_path, header, missing, secret):
    with pytest.raises(LandingError, match=rf"^a\.csv: .*{missing}") as refused:
        csv_rows_of(tmp_path, "VOD,ABC100002,0A1B,62\n", header)
    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "doubled"),
    [
        (f"{HEADER},Mac", "Mac"),
        (f"{HEADER}, Mac\t,Contract", "Contract, Mac"),
        ("appname,mac,mac,contract,totalduration", "Mac"),
    ],
    ids=["one", "two", "of another spelling"],
)
def test_a_needed_column_that_occurs_twice_is_refused(tmp_path, header, doubled):
    with pytest.raises(LandingError, match=rf"^a\.csv: columns? {doubled} occurs? twice") as refused:
        csv_rows_of(tmp_path, "VOD,ABC100001,0A1B,61,,\n", header)
    assert refused.value.where.column == doubled
