from datetime import date

import pytest

DAY = date(2022, 4, 1)


def landed(contract="HNH579912", mac="0C96E62FC55C", seconds="100", app="VOD", **more):
    return {
        "log_date": DAY, "source_file": "20220401.json", "doc_index": None, "doc_type": None, "doc_id": None,
        "doc_score": None, "contract": contract, "mac": mac, "total_duration": seconds, "app_name": app,
        "unparsed": None, "other_fields": None, "erased": None, **more,
    }  # fmt: skip


def reasons(rules, *rows):
    return [row["reason"] for row in rules.quarantine_content(list(rows))]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"unparsed": "{"}, "unparseable"),
        ({"contract": "NULL", "mac": " nan", "seconds": "\\N", "app": None}, "missing_field"),
        ({"contract": "None"}, "missing_contract"),
        ({"seconds": " NaN "}, "missing_duration"),
        ({"contract": "Null"}, "malformed_contract"),
        ({"contract": None, "mac": None, "seconds": None, "app": None}, "missing_field"),
        ({"contract": "", "mac": None, "seconds": None, "app": None}, "missing_contract"),
        ({"contract": None, "seconds": None}, "missing_contract"),
        ({"contract": "\u00a0 0\t", "seconds": "-1"}, "missing_contract"),
        ({"contract": "PAYTV", "seconds": None}, "malformed_contract"),
        ({"seconds": "\u3000"}, "missing_duration"),
        ({"seconds": "-5"}, "duration_out_of_range"),
        ({"seconds": "00.0"}, "no_watch_time"),
    ],
)
def test_the_first_reason_that_fits(rules, fields, reason):
    assert reasons(rules, landed(**fields)) == ([] if reason is None else [reason])


@pytest.mark.parametrize(
    ("text", "contract"),
    [
        ("HNH579912", "HNH579912"),
        ("\u2003qadx14541\x85", "QADX14541"),
        ("ABCDE1234", "ABCDE1234"),
        ("ſad014541", "SAD014541"),
        ("AB1234567", None),
        ("ABCDEF123", None),
        ("HNH57991", None),
        ("HNH5799122", None),
        ("113.182.209.48", None),
        ("NONFPT037", None),
        ("HNĐ579912", None),
        ("HNH57991\u0662", None),
        ("HNH579912\x1c", None),
        ("HNH579912\u200b", None),
        ("00", None),
        (None, None),
    ],
)
def test_contract(rules, text, contract):
    found = [row["contract"] for row in rules.clean_content([landed(contract=text)])]
    assert found == ([] if contract is None else [contract])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("254", 254),
        (" 254.00\n", 254),
        ("007", 7),
        ("0", 0),
        ("000.0", 0),
        ("86400", 86400),
        ("086400.0", 86400),
        ("86401", None),
        ("1e3", None),
        ("+254", None),
        ("-0", None),
        ("-0.0", None),
        ("254.", None),
        ("254.5", None),
        (".0", None),
        ("٢٥٤", None),
        ("2 5", None),
        ("true", None),
        ("9" * 5000, None),
        ("0" * 5000, 0),
    ],
)
def test_duration(rules, text, seconds):
    row = landed(seconds=text)
    if seconds:
        assert [clean["seconds"] for clean in rules.clean_content([row])] == [seconds]
    else:
        assert reasons(rules, row) == ["duration_out_of_range" if seconds is None else "no_watch_time"]


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("0c:96:e6:2f:c5:5c", "0C96E62FC55C"),
        ("0C96.E62F-C55C\u00a0", "0C96E62FC55C"),
        ("0C96E62FC55C\n", "0C96E62FC55C"),
        ("0C96E62FC55", None),
        ("0C96E62FC55CA", None),
        ("0C96E62FC55G", None),
        ("0C_96E62FC55C", None),
        ("", None),
        (None, None),
    ],
)
def test_mac(rules, text, mac):
    assert [row["mac"] for row in rules.clean_content([landed(mac=text)])] == [mac]


def test_app_and_category(rules):
    rows = rules.clean_content([landed(app=app) for app in (" vod\u00a0", None, " ", "NewApp")])
    assert {(row["app_name"], row["category"], row["seconds"]) for row in rows} == {
        ("VOD", "movies", 100),
        ("UNKNOWN", "other", 200),
        ("NEWAPP", "other", 100),
    }


def test_copies_are_counted_and_the_rest_is_summed(rules):
    rows = [
        landed(),
        landed(source_file="another.json"),
        landed(),
        landed(doc_id="1"),
        landed(contract="hnh579912"),
        landed(mac=None),
        landed(seconds="0"),
    ]
    found = rules.clean_content(rows)
    assert [(row["mac"], row["seconds"], row["source_rows"]) for row in found] == [
        ("0C96E62FC55C", 300, 3),
        (None, 100, 1),
    ]
    (ledger,) = rules.ledger_content(DAY, rows)
    assert ledger == {
        "log_date": DAY,
        "landed_rows": 7,
        "accepted_rows": 4,
        "duplicate_rows": 2,
        "quarantined_rows": 1,
        "erased_rows": 0,
        "landed_seconds": 600,
        "clean_seconds": 400,
        "duplicate_seconds": 200,
        "capped_seconds": 0,
        "balanced": True,
    }


def test_quarantined_rows_stay_as_landed(rules):
    rows = [landed(), landed(contract=" paytv")]
    assert rules.quarantine_content(rows) == [{**rows[1], "reason": "malformed_contract"}]


@pytest.mark.parametrize(
    ("apps", "shared"),
    [
        ({"A": 50000, "B": 36400}, {"A": 50000, "B": 36400}),
        ({"A": 86400, "B": 86400}, {"A": 43200, "B": 43200}),
        ({"B": 86400, "A": 1}, {"B": 86400, "A": 0}),
        # 28801 and 28800 of 86401: all lose a second to the floor, two come back to the first.
        ({"A": 28801, "B": 28800, "C": 28800}, {"A": 28802, "B": 28799, "C": 28799}),
        # 33334 * 86400 / 100002 = 28800 exactly
        ({"A": 33334, "B": 33334, "C": 33334}, {"A": 28800, "B": 28800, "C": 28800}),
        # 50000 * 86400 / 150001 = 28799.8; 50001 gives 28800.3; one second is missing
        ({"C": 50000, "A": 50000, "B": 50001}, {"C": 28799, "A": 28799, "B": 28802}),
        ({"B": 43201, "A": 43201}, {"B": 43200, "A": 43200}),
        # 40000 * 86400 / 120001 = 28799.76 twice, 40001 gives 28800.48
        ({"B": 40000, "A": 40000, "Z": 40001}, {"B": 28799, "A": 28799, "Z": 28802}),
        # equal apps, one second missing: it goes to the first by name
        (dict.fromkeys("DCBAEFG", 20000), {**dict.fromkeys("DCBEFG", 12342), "A": 12348}),
    ],
)
def test_a_device_has_a_day_at_most(rules, apps, shared):
    rows = rules.clean_content([landed(app=app, seconds=str(seconds)) for app, seconds in apps.items()])
    assert {row["app_name"]: row["seconds"] for row in rows} == shared
    assert sum(shared.values()) <= 86400


def test_only_known_devices_are_capped_and_each_for_itself(rules):
    over = [landed(seconds="86400"), landed(seconds="86400", app="CHANNEL")]
    unknown = [{**row, "mac": None} for row in over]
    other = [landed(mac="FFFFFFFFFFFF", seconds="86400")]
    rows = rules.clean_content([*over, *unknown, *other])
    assert [(row["mac"], row["seconds"], row["capped_seconds"]) for row in rows] == [
        ("0C96E62FC55C", 43200, 43200),
        ("0C96E62FC55C", 43200, 43200),
        ("FFFFFFFFFFFF", 86400, 0),
        (None, 86400, 0),
        (None, 86400, 0),
    ]


def test_what_comes_back_to_an_app_can_pass_what_was_taken(rules):
    apps = (("A", "28801"), ("B", "28800"), ("C", "28800"))
    rows = rules.clean_content([landed(app=app, seconds=seconds) for app, seconds in apps])
    assert [row["capped_seconds"] for row in rows] == [-1, 1, 1]


def test_other_fields_part_records_only_where_they_have_no_document_id(rules):
    def seconds(**fields):
        rows = [landed(other_fields=text, **fields) for text in ('{"a":"1"}', '{"a":"2"}', None, None)]
        return [row["seconds"] for row in rules.clean_content(rows)]

    assert seconds(doc_id=None) == [300]
    assert seconds(doc_id="d") == [100]
    assert seconds(doc_id=" NULL") == [300]


def test_an_erased_record_counts_in_the_ledger_only(rules):
    erased = dict.fromkeys(landed()) | {"log_date": DAY, "source_file": "x", "erased": True}
    assert rules.clean_content([landed(), erased]) == rules.clean_content([landed()])
    assert rules.quarantine_content([erased]) == []
    (ledger,) = rules.ledger_content(DAY, [landed(), erased, erased])
    assert (ledger["landed_rows"], ledger["accepted_rows"], ledger["erased_rows"]) == (3, 1, 2)
    assert ledger["balanced"] is True
