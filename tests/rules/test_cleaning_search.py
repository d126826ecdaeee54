from datetime import date, datetime

import pytest

DAY = date(2022, 7, 1)


def landed(**fields):
    return {
        "log_date": DAY,
        "source_file": "x",
        "event_id": "e1",
        "datetime": None,
        "user_id": "07",
        "keyword": "anime",
        "category": "enter",
        "proxy_isp": None,
        "platform": None,
        "network_type": None,
        "action": None,
        "user_plans_map": None,
        "unparsed": None,
        "other_fields": None,
        "erased": None,
        **fields,
    }


def one(rules, **fields):
    (row,) = rules.clean_search([landed(**fields)])
    return row


def searched_at(rules, text, day):
    row = one(rules, log_date=day, datetime=text)
    return row["searched_at"], row["clock_error"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"unparsed": "x", "user_id": None}, "unparseable"),
        ({"user_id": "\u00a0", "keyword": None}, "missing_user"),
        ({"user_id": None}, "missing_user"),
        ({"keyword": None}, "missing_keyword"),
        ({"keyword": "\u200b\x00\n"}, "missing_keyword"),
        ({"keyword": " TÌM  kiê\u0301m\u200b bằng giọng nói"}, "not_a_search"),
        ({"keyword": "tim kiem bang giong noi"}, None),
        ({"user_id": " NaN ", "keyword": "a"}, "missing_user"),
        ({"user_id": "<null>"}, "missing_user"),
        ({"keyword": " undefined\u3000"}, "missing_keyword"),
        ({"keyword": "\\N"}, "missing_keyword"),
        ({"keyword": "null null"}, None),
        ({"keyword": " " * 1001}, "keyword_too_long"),
        ({"keyword": "🎉" * 1000}, None),
        ({"keyword": "🎉" * 1001}, "keyword_too_long"),
        ({"keyword": "x" * 1001, "user_id": None}, "missing_user"),
    ],
)
def test_the_first_reason_that_fits(rules, fields, reason):
    found = [row["reason"] for row in rules.quarantine_search([landed(**fields)])]
    assert found == ([] if reason is None else [reason])


@pytest.mark.parametrize(
    ("landed", "shown"),
    [
        ("bo\u0301ng đa\u0301", "bóng đá"),
        (" bóng\t\n\u3000 đá\u00a0", "bóng đá"),
        ("bóng\r\x85\x7fđá", "bóngđá"),
        ("\ufeffan\u200b\u2060ime", "anime"),
        ("e\u200d\u0301", "é"),
        ("٣۶९１①²𝟗", "3691129"),
        ("⑩ ½ ⒈ Ⅷ", "⑩ ½ ⒈ Ⅷ"),
        ("\x1c\x1f", ""),
    ],
)
def test_normalised_keyword(texts, landed, shown):
    assert texts.normalised(landed) == shown


@pytest.mark.parametrize(
    ("keyword", "key"),
    [
        ("Bóng-ĐÁ!", "bong da"),
        ("À\u036f", "a"),
        ("Trường Giang", "truong giang"),
        ("  a  &  b ", "a b"),
        ("İ™ Ⅷ ½", "itm viii 1 2"),
        ("🎉 ÔI", "oi"),
        ("🎉 !", "🎉 !"),
        ("a\u1ab0b", "a b"),
        ("<phone>", "phone"),
    ],
)
def test_keyword_key(texts, keyword, key):
    assert texts.keyword_key(keyword) == key


@pytest.mark.parametrize(
    ("keyword", "left"),
    [
        ("0912345678", "<phone>"),
        ("gọi +84 912-345.678!", "gọi <phone>!"),
        ("840912345678 và 0387654321", "<phone> và <phone>"),
        ("x0912345678y", "x<phone>y"),
        ("5+84912345678", "5+<phone>"),
        ("++84912345678", "+<phone>"),
        ("+0912345678", "+<phone>"),
        ("1 0912345678", "1 <phone>"),
        ("0 +84912345678", "0 <phone>"),
        ("0912+345678", "<phone>"),
        ("0912345678 9", "<phone> 9"),
        ("0912🎉345\u0301678", "<phone>"),
        ("0112345678", "0112345678"),
        ("091234567", "091234567"),
        ("09123456789", "09123456789"),
        ("10912345678", "10912345678"),
        ("0912a345678", "0912a345678"),
        ("0912½345678", "0912½345678"),
        ("me@x.vn", "<email>"),
        ("viết a.b%c+d_e-f@m-1.example.com.", "viết <email>."),
        ("0912345678@x.vn 0912345678", "<email> <phone>"),
        ("me@x.v", "me@x.v"),
        ("me@x..com", "me@x..com"),
        ("4111 1111-1111/1", "<card>"),
        ("(4111111111111111)", "(<card>)"),
        ("411111111111", "411111111111"),
        ("2019 2020 2021 2022", "<card>"),
        ("12+84912345678", "<card>"),
        ("0912345678 0912345678", "<card>"),
        ("0912345678 a 4111111111111", "<phone> a <card>"),
        ("41111111111a11111", "41111111111a11111"),
        ("me@x.vn4111111111111", "<email><card>"),
    ],
)
def test_masking(texts, keyword, left):
    assert texts.masked(keyword) == left


def test_the_number_is_gone_from_the_key_too(rules):
    row = one(rules, keyword="gọi ٠٩١٢ ٣٤٥ ٦٧٨")
    assert (row["keyword"], row["keyword_key"], row["masked"]) == ("gọi <phone>", "goi phone", True)
    assert one(rules, keyword="<phone>")["masked"] is False


READABLE = [
    ("2022-07-01 20:15:36.123", (2022, 7, 1, 20, 15, 36, 123000)),
    ("2022-07-01 20:15:36.1234", (2022, 7, 1, 20, 15, 36, 123400)),
    ("2022-07-01 20:15:36.", (2022, 7, 1, 20, 15, 36)),
    ("\u00a02022-07-01\t 8:15:36 ", (2022, 7, 1, 8, 15, 36)),
    ("2022-07-01 8:15:36 CH", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-01 08:15:36.5sa", (2022, 7, 1, 8, 15, 36, 500000)),
    ("2022-07-01 12:00:00 SA", (2022, 7, 1)),
    ("2022-07-01 1:00:00 am", (2022, 7, 1, 1)),
    ("2022-07-01 12:00:00 pm", (2022, 7, 1, 12)),
    ("2565-07-01 20:15:36", (2022, 7, 1, 20, 15, 36)),
    ("0004-07-01 20:15:36", (2022, 7, 1, 20, 15, 36)),
    ("٢٠٢٢-٠٧-٠١ ٢٠:١٥:٣٦", (2022, 7, 1, 20, 15, 36)),
    ("۲۵۶۵-۰۷-۰۱ ۸:۱۵:۳۶.۵ PM", (2022, 7, 1, 20, 15, 36, 500000)),
    ("2022-07-01T20:15:36", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-01 20:15:36.12345", (2022, 7, 1, 20, 15, 36, 123450)),
    ("2022-07-01T20:15:36.123456789", (2022, 7, 1, 20, 15, 36, 123456)),
    ("2022-07-01T13:15:36Z", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-01 13:15:36.5Z", (2022, 7, 1, 20, 15, 36, 500000)),
    ("2022-07-01T20:15:36+07:00", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-01 10:15:36-0300", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-01T18:45:36+0530", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-01T20:15:36+07", (2022, 7, 1, 20, 15, 36)),
    ("2022-07-02T16:59:59Z", (2022, 7, 2, 23, 59, 59)),
    ("2565-07-01T13:15:36Z", (2022, 7, 1, 20, 15, 36)),
    ("2022-06-30 00:00:00", (2022, 6, 30)),
    ("2022-07-02 23:59:59", (2022, 7, 2, 23, 59, 59)),
]
CLOCK_ERRORS = [
    "2022-06-29 23:59:59",
    "2022-07-03 00:00:00",
    "1970-01-01 00:00:00",
    "2023-07-01 20:15:36",
    "not a date",
    "2022-07-01",
    "2022-07-01 24:00:00",
    "2022-07-01 13:00:00 CH",
    "2022-07-01 0:00:00 AM",
    "2022-07-01 20:15:36.1234567891",
    "2022-07-01 20:15:36,123",
    "2022-07-01 20:15",
    "2022-07-01T20:15:36 +07:00",
    "2022-07-01 8:15:36 PM+07:00",
    "2022-07-01T20:15:36+24:00",
    "2022-07-01T20:15:36+07:60",
    "2022-07-01T20:15:36+7",
    "2022-07-02T17:00:00Z",
    "0001-01-01T00:00:00+07:00",
    "2022-07-01 20:60:00",
    "2022-07-01 8:15:36 XX",
    "2022-7-1 20:15:36",
    "2022-06-31 20:15:36",
    "2022-07-01 20:15:²6",
    "2022-07-01 8:15:36 ſa",
]


@pytest.mark.parametrize(("text", "time"), READABLE)
def test_times_that_can_be_read(texts, text, time):
    assert texts.searched_at(text, DAY) == datetime(*time)


@pytest.mark.parametrize("text", CLOCK_ERRORS)
def test_times_that_cannot_be_trusted(texts, text):
    assert texts.searched_at(text, DAY) is None


def test_clock_errors(rules):
    readable = [text for text, _ in READABLE]
    rows = rules.clean_search([landed(datetime=text, event_id=text) for text in (*readable, *CLOCK_ERRORS)])
    assert {row["event_id"]: (row["searched_at"], row["clock_error"]) for row in rows} == {
        **{text: (datetime(*time), False) for text, time in READABLE},
        **dict.fromkeys(CLOCK_ERRORS, (None, True)),
    }


@pytest.mark.parametrize(
    ("text", "day", "read"),
    [("2400-01-01 00:00:00", date(1857, 1, 1), True), ("0100-01-01 00:00:00", date(100, 1, 1), True)],
)
def test_where_the_eras_begin(rules, text, day, read):
    assert searched_at(rules, text, day) == (datetime(day.year, 1, 1), not read)


def test_a_calendar_day_counts_in_the_converted_year(rules):
    assert searched_at(rules, "2563-02-29 01:00:00", date(2020, 2, 28)) == (datetime(2020, 2, 29, 1), False)
    assert searched_at(rules, "0004-02-29 01:00:00", date(2022, 3, 1)) == (None, True)


@pytest.mark.parametrize("text", [None, "", " \u3000"])
def test_no_time_is_no_clock_error(rules, text):
    assert searched_at(rules, text, DAY) == (None, False)


@pytest.mark.parametrize(
    ("fields", "column", "value"),
    [
        ({"category": " ENTER\u00a0"}, "outcome", "enter"),
        ({"category": "Quit"}, "outcome", "quit"),
        ({"category": None}, "outcome", "unknown"),
        ({"network_type": "WWAN"}, "network", "cellular"),
        ({"network_type": "WiFi"}, "network", "wifi"),
        ({"network_type": "###"}, "network", None),
        ({"platform": " Android "}, "platform", "android"),
        ({"proxy_isp": " FPT "}, "isp", "FPT"),
        ({"action": " "}, "action", None),
        ({"user_id": " 007 "}, "user_id", "007"),
        ({"user_plans_map": '["b:1"," a :2","b:3",":x",7,null]'}, "plans", "a, b"),
        ({"user_plans_map": "[]"}, "plans", None),
        ({"user_plans_map": "a:b"}, "plans", "a"),
        ({"user_plans_map": '{"b":1,"a:x":null}'}, "plans", "a, b"),
        ({"user_plans_map": '[{"key":"b:1","value":"x"},{"key":7,"value":"a"},{"n":1}]'}, "plans", "a, b"),
        ({"user_plans_map": "['b:1', 'a']"}, "plans", "a, b"),
        ({"user_plans_map": "{b=1, a}"}, "plans", "a, b=1"),
        ({"user_plans_map": "[NaN]"}, "plans", "NaN"),
        ({"user_plans_map": '"b":1'}, "plans", 'b"'),
        ({"user_plans_map": "7"}, "plans", "7"),
        ({"user_plans_map": "{}"}, "plans", None),
        ({"user_plans_map": f'[{"1" * 5000},"a:b"]'}, "plans", "a"),
        ({"user_plans_map": " null"}, "plans", None),
        ({"user_plans_map": '["\\ud800","a"]'}, "plans", "\\ud800, a"),
        ({"user_id": "1500003.0"}, "user_id", "1500003"),
        ({"user_id": " 007.000 "}, "user_id", "007"),
        ({"user_id": "7.5"}, "user_id", "7.5"),
        ({"user_id": "a.0"}, "user_id", "a.0"),
        ({"event_id": "NULL"}, "event_id", None),
        ({"platform": "nan"}, "platform", None),
        ({"proxy_isp": "\\N"}, "isp", None),
        ({"action": " undefined "}, "action", None),
        ({"datetime": "None"}, "clock_error", False),
        ({"keyword": "NA"}, "keyword", "NA"),
        ({"keyword": "Null"}, "keyword", "Null"),
    ],
)
def test_columns(rules, fields, column, value):
    assert one(rules, **fields)[column] == value


def test_quarantined_rows_stay_as_landed(rules):
    rows = [landed(), landed(user_id=" ")]
    assert rules.quarantine_search(rows) == [{**rows[1], "reason": "missing_user"}]


def test_rows_equal_but_for_the_event_are_one_with_the_smallest_event(rules):
    rows = [landed(event_id=event) for event in (None, "e2", "e10", "e2")]
    (row,) = rules.clean_search([*rows, {**rows[0], "source_file": "y"}])
    assert (row["event_id"], row["source_rows"]) == ("e10", 1)
    assert len(rules.clean_search([*rows, landed(action="")])) == 2, "null and empty differ"
    assert one(rules, event_id=None)["event_id"] is None


def test_an_erased_record_is_in_no_table(rules):
    erased = dict.fromkeys(landed()) | {"log_date": DAY, "source_file": "x", "erased": True}
    assert rules.clean_search([landed(), erased]) == rules.clean_search([landed()])
    assert rules.quarantine_search([erased]) == []
