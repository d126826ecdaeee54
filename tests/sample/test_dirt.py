"""Every kind of dirt is in the files that are written: looked for by hand, not by what the generator says.

Days of 2,000 content rows (100 searches) hold each kind; smaller days hold each within four weeks.
"""

import json
import re
import unicodedata
from collections import Counter
from datetime import date

import pytest

from c360_sample import write_sample
from tests.sample.reading import (
    content_of,
    content_records,
    csv_header_of,
    csv_records_of,
    data_files,
    lines_of,
    objects_of,
    search_records,
)

pytestmark = pytest.mark.unit

CASES = [("one day", 2_000, 1), ("a month of small days", 250, 28)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case[0])
def landing(request, tmp_path_factory):
    """A folder a format, content and searches in the same one."""
    _, rows, days = request.param
    root = tmp_path_factory.mktemp("dirt")
    for format in ("json", "csv", "parquet"):
        # In parquet, durations are text on this day and every other day; else they are numbers.
        write_sample(root / format, date(2022, 6, 1), days, rows, 5, format, search_format=format)
    return root


def matching(pattern):
    """Texts that match a pattern wholly."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


CONTRACT = {
    "0": lambda value: value == "0",
    "0 with spaces": matching(r"\s+0\s+"),
    "an IP address": matching(r"\d+\.\d+\.\d+\.\d+"),
    "empty or null": lambda value: value in ("", None),
    "blank": matching(r"\s+"),
    "PAYTV": lambda value: value == "PAYTV",
    "NONFPT037": lambda value: value == "NONFPT037",
    "lower case": matching("[a-z]{3,5}[0-9]{4,6}"),
    "edge spaces": matching(r"\s[A-Z]+\d+|[A-Z]+\d+\s"),
    "too long": matching("[A-Z]{3,5}[0-9]{5,7}(?<=.{10})"),
    "letter from elsewhere": matching("Đ.{8}"),
}
MAC = {
    "null": lambda value: value in ("", None),
    "colons": matching("([0-9A-F]{2}:){5}[0-9A-F]{2}"),
    "hyphens": matching("([0-9A-F]{2}-){5}[0-9A-F]{2}"),
    "dots": matching(r"([0-9a-f]{4}\.){2}[0-9a-f]{4}"),
    "spaces": matching(" [0-9A-F]{6} [0-9A-F]{6} "),
    "lower case": matching("(?=.*[a-f])[0-9a-f]{12}"),
    "too short": matching("[0-9A-F]{11}"),
    "no hex": matching("[0-9A-F]{5}[GHXZ][0-9A-F]{6}"),
}
DURATION = {
    "null": lambda value: value is None,
    "zero": lambda value: str(value) == "0",
    "a whole day": lambda value: str(value) == "86400",
    "negative": matching("-[0-9]+"),
    "over a day": lambda value: str(value).isdecimal() and 86_400 < int(str(value)) < 100_000,
    "a word": matching("[A-Za-z4]+"),
    "fraction": matching(r"[0-9]+\.5"),
    "exponent": matching("1e3"),
    "sign": matching(r"\+[0-9]+"),
    "text with spaces": matching(" [0-9]+ "),
    "zero fraction": matching(r"[0-9]+\.0"),
}
APP = {
    "edge spaces": matching(r" [A-Z]+ ?|[A-Z]+ "),
    "another case": lambda value: value in ("KPlus", "Channel", "vod"),
    "new": lambda value: value in ("KARAOKE", "EDUTV", "Game Box"),
    "known from code": lambda value: value in ("DSHD", "FIMS_RES", "BHD_RES", "VOD_RES", "BHD", "DANET"),
    "blank or null": lambda value: value in ("", " ", None),
    "beyond ASCII": lambda value: value == "Giải Trí",
    "quotes": lambda value: value == 'VOD "4K", HDR',
}
FIELDS = {"Contract": CONTRACT, "Mac": MAC, "TotalDuration": DURATION, "AppName": APP}


def missing(expected, values):
    """The kinds that no value shows."""
    return [name for name, shows in expected.items() if not any(map(shows, values))]


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@pytest.mark.parametrize("field", FIELDS)
def test_content_fields(landing, format, field):
    records = [record for path in data_files(landing / format, "log_content") for record in content_records(path)]
    values = [record.get(field) for record in records]
    if field == "TotalDuration":
        values = [value if value is None else str(value) for value in values]
    absent = missing(FIELDS[field], values)
    if format == "csv" and field == "TotalDuration":
        assert absent in ([], ["null"])  # an empty field is what null and blank become
    else:
        assert absent == []


@pytest.mark.parametrize("field", FIELDS)
def test_content_fields_of_tiny_days(tmp_path, field):
    write_sample(tmp_path, date(2022, 6, 1), 28, 60, 5)
    records = [record for path in data_files(tmp_path, "log_content") for record in content_records(path)]
    values = [record.get(field) for record in records]
    texts = [value if value is None or field != "TotalDuration" else str(value) for value in values]
    assert missing(FIELDS[field], texts) == []


def test_durations_of_every_json_type(landing):
    values = [
        record.get("_source", record).get("TotalDuration", "left out")
        for path in data_files(landing / "json", "log_content")
        for record in objects_of(path)
    ]
    assert {type(value) for value in values} == {int, str, type(None)}
    assert "left out" in values
    assert any(isinstance(value, str) and not value.strip() for value in values)


def test_devices_over_the_day_exist(tmp_path):
    write_sample(tmp_path, date(2022, 6, 2), 1, 20_000, 5)
    (path,) = data_files(tmp_path, "log_content")
    totals = Counter()
    for record in content_records(path):
        if isinstance(record.get("TotalDuration"), int) and 0 <= record["TotalDuration"] <= 86_400:
            totals[record.get("Contract"), record.get("Mac")] += record["TotalDuration"]
    assert sum(total > 86_400 for (contract, mac), total in totals.items() if mac and len(str(contract)) == 9) > 3


JSON_LINES = {
    "truncated": lambda line: line.startswith(b'{"') and not line.rstrip().endswith(b"}"),
    "NaN": lambda line: b":NaN" in line,
    "two values": lambda line: re.search(rb"\} ?\{\"", line) is not None,
    "a list": lambda line: line == b"[1]",
    "an empty object": lambda line: line == b"{}",
    "no UTF-8": lambda line: b"\xff" in line,
}
CONTENT_LINES = {
    **JSON_LINES,
    "single quotes": lambda line: line.startswith(b"{'"),
    "null": lambda line: line == b"null",
    "no JSON": lambda line: not line.startswith((b"{", b"[", b"n")),
    "no _source": lambda line: line.startswith(b'{"Contract"'),
    "all fields null": lambda line: line.count(b":null") == 4,
    "a field left out": lambda line: line.startswith(b'{"_index"') and b'"_source":{"Mac"' in line,
}


@pytest.mark.parametrize(
    ("source", "expected"), [("log_content", CONTENT_LINES), ("log_search", JSON_LINES)], ids=["content", "search"]
)
def test_lines_that_are_not_as_they_should_be(landing, source, expected):
    files = data_files(landing / "json", source)
    assert missing(expected, [line for path in files for line in lines_of(path)]) == []
    assert any(not line.strip() for path in files for line in content_of(path).split(b"\n")[:-1])


@pytest.mark.parametrize("source", ["log_content", "log_search"])
def test_csv_rows_that_are_not_as_they_should_be(landing, source):
    seen = Counter()
    for path in data_files(landing / "csv", source):
        width, content = len(csv_header_of(path)), content_of(path)
        seen["no UTF-8"] += b"\xff" in content.removeprefix(b"\xef\xbb\xbf") or b"\n\xe1" in content
        seen["blank lines"] += b"\n\n" in content
        for row in csv_records_of(path):
            seen["short"] += len(row) < width
            seen["long"] += len(row) > width
            seen["line break"] += any("\n" in cell for cell in row)
    assert {name for name, count in seen.items() if count} == {"no UTF-8", "blank lines", "short", "long", "line break"}


@pytest.mark.parametrize("source", ["log_content", "log_search"])
def test_csv_files_differ_in_their_columns_and_marks(tmp_path, source):
    write_sample(tmp_path, date(2022, 6, 1), 15, 400, 5, "csv", search_format="csv")
    files = data_files(tmp_path, source)
    headers = {tuple(csv_header_of(path)) for path in files}
    assert len(headers) >= 3
    assert len({len(header) for header in headers}) == 2
    assert {content_of(path).startswith(b"\xef\xbb\xbf") for path in files} == {True, False}


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
def test_records_come_twice(landing, format):
    """Whole copies, and rows of one device and app that are not copies."""
    copies = others = 0
    for path in data_files(landing / format, "log_content"):
        records = list(objects_of(path)) if format == "json" else list(content_records(path))
        whole = Counter(json.dumps(record, sort_keys=True) for record in records if record)
        copies += sum(count > 1 for count in whole.values())
        kept = [json.loads(text) for text in whole]
        fields = [record.get("_source", record) for record in kept]
        same = Counter((row.get("Contract"), row.get("Mac"), row.get("AppName")) for row in fields)
        others += sum(count > 1 for (contract, mac, app), count in same.items() if contract and mac and app)
    assert copies > 0
    assert others > 0


def shown(test):
    """Holds for texts only."""
    return lambda value: isinstance(value, str) and bool(test(value))


KEYWORD = {
    "null": lambda value: value is None,
    "blank": shown(lambda text: not text.strip("\u200b \t\u3000")),
    "upper case": shown(lambda text: text.isupper() and len(text) > 3),
    "lower case": shown(lambda text: text.islower()),
    "edge spaces": shown(lambda text: text != text.strip() and text.strip()),
    "two spaces": shown(lambda text: "  " in text.strip()),
    "not composed": shown(lambda text: unicodedata.normalize("NFC", text) != text),
    "zero width": shown(lambda text: re.search("[\u200b-\u200d\u2060\ufeff]", text)),
    "newline": shown(lambda text: "\n" in text),
    "tab": shown(lambda text: "\t" in text.strip(" ")),
    "control": shown(lambda text: re.search("[\x07\x1b\x85]", text)),
    "emoji": shown(lambda text: re.search("[😂❤🔥👨]", text)),
    "other scripts": shown(lambda text: re.search("[가-힣一-鿿ぁ-ヿ฀-๿А-яء-يऀ-ॿ]", text)),
    "user interface": shown(lambda text: text in ("Tìm kiếm bằng giọng nói", "SearchFragmentV2", "prime provider")),
    "phone": shown(lambda text: re.fullmatch("0[35789][0-9]{8}", text)),
    "phone with separators": shown(lambda text: re.fullmatch(r"0[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{3}", text)),
    "phone from abroad": shown(lambda text: re.fullmatch(r"(\+?84|\+840)[35789][0-9]{8}", text)),
    "phone among words": shown(lambda text: re.search(" lh 0[0-9]{9}", text)),
    "phone in other digits": shown(lambda text: re.search("[０٠][０-９٠-٩]{9}", text)),
    "e-mail": shown(lambda text: "@" in text and text.endswith("example.com")),
    "card": shown(lambda text: len(re.sub("[^0-9]", "", text)) >= 13),
    "superscript": shown(lambda text: re.search("[⁰¹²³⁴-⁹]", text)),
}
MOMENT = {
    "usual": matching(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"),
    "no fraction": matching("2022-06-.. [0-9:]{8}"),
    "one digit": matching(r"2022-06-.. [0-9:]{8}\.\d"),
    "two digits": matching(r"2022-06-.. [0-9:]{8}\.\d\d"),
    "four digits": matching(r"2022-06-.. [0-9:]{8}\.\d{4}"),
    "SA or CH": matching(r".*\d (SA|CH)"),
    "AM or PM": matching(r".*\d (AM|PM)"),
    "am or pm": matching(r".*\d (am|pm)"),
    "Buddhist": matching("2565-.*"),
    "Reiwa": matching("0004-.*"),
    "Arabic": matching("[٠-٩].*"),
    "Persian": matching("[۰-۹].*"),
    "1970": matching("1970-.*"),
    "2018": matching("2018-.*"),
    "another month": matching("2022-0[4578]-.*"),
    "not to be read": lambda value: value in ("Invalid date", "0000-00-00 00:00:00", "2022-"),
    "null or blank": lambda value: not (value or "").strip(),
}
SEARCH_FIELDS = {
    "keyword": KEYWORD,
    "datetime": MOMENT,
    "user_id": {
        "null": lambda value: value is None,
        "leading zero": matching("0[0-9]+"),
        "edge spaces": matching(r"\s[0-9]+|[0-9]+\s"),
        "blank": matching(r"\s*"),
    },
    "category": {
        "enter": lambda value: value == "enter",
        "quit": lambda value: value == "quit",
        "spelled otherwise": lambda value: value in (" ENTER ", " QUIT "),
        "another": lambda value: value == "voice",
        "null": lambda value: value is None,
    },
    "eventID": {"null": lambda value: value is None, "a UUID": matching("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")},
}


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@pytest.mark.parametrize("field", SEARCH_FIELDS)
def test_search_fields(landing, format, field):
    records = [record for path in data_files(landing / format, "log_search") for record in search_records(path)]
    values = [record.get(field) for record in records]
    expected = dict(SEARCH_FIELDS[field])
    if format == "csv" and field == "user_id":
        expected.pop("blank")  # an empty field is null there, and spaces alone are rare
    assert missing(expected, values) == []


def test_searches_come_twice_and_nearly_twice(landing):
    whole = but_for_event = 0
    for path in data_files(landing / "json", "log_search"):
        texts = [json.dumps(record, sort_keys=True) for record in objects_of(path)]
        without = [json.dumps({**json.loads(text), "eventID": None}, sort_keys=True) for text in set(texts)]
        whole += len(texts) - len(set(texts))
        but_for_event += len(without) - len(set(without))
    assert whole > 0
    assert but_for_event > 0


def test_search_columns_of_many_spellings(tmp_path):
    write_sample(tmp_path, date(2022, 6, 2), 1, 100_000, 5)
    records = [record for path in data_files(tmp_path, "log_search") for record in search_records(path)]
    assert {record["networkType"] for record in records} >= {
        "wifi", "WIFI", "WWAN", "3g", "4g", "ethernet", "mobile", "###", "cab", None,
    }  # fmt: skip
    assert {record["platform"] for record in records} >= {"android", "Android", " ios", "", None}
    assert {record["proxy_isp"] for record in records} >= {"vnpt", "VNPT ", None}
    plans = [record["userPlansMap"] for record in records]
    assert [] in plans
    assert None in plans
    assert any(plan and ":" not in plan[0] for plan in plans)
    assert any(plan and len(plan) > 1 for plan in plans)


def test_links_that_are_not_as_they_should_be(landing):
    rows = csv_records_of(landing / "json" / "identity" / "identity.csv")
    good = [row for row in rows if len(row) == 3]
    assert {len(row) for row in rows} == {2, 3, 4}
    contracts_of, sources_of, times = {}, {}, Counter(map(tuple, good))
    for contract, user, source in good:
        contracts_of.setdefault(user.strip(), set()).add(contract.strip().upper())
        sources_of.setdefault((contract, user), set()).add(source)
    assert any(user and len(contracts) > 1 for user, contracts in contracts_of.items())
    assert any(len(sources) > 1 for sources in sources_of.values())
    assert max(times.values()) > 1
    kinds = {
        "lower case": lambda row: row[0].islower(),
        "edge spaces": lambda row: row[0] != row[0].strip() and row[0].strip(),
        "malformed": lambda row: row[0] in ("PAYTV", "NONFPT037", "AB1234567", "203.0.113.9"),
        "blank contract": lambda row: not row[0].strip(),
        "contract 0": lambda row: row[0] == "0",
        "blank user": lambda row: not row[1].strip(),
        "user with spaces": lambda row: row[1] != row[1].strip() and row[1].strip(),
        "no source": lambda row: not row[2],
    }
    assert missing(kinds, good) == []
