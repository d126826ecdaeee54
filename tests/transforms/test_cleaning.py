"""The cleaning transforms alone, each fed with the model's rows."""

import hashlib
from datetime import date

import pytest

from c360_assets.cleaning import (
    clean_content,
    clean_search,
    ledger_content,
    ledger_search,
    quarantine_content,
    quarantine_search,
)
from tests.model import clean_content as content_model
from tests.model import clean_search as search_model
from tests.model import ledgers
from tests.model.reference import read_reference
from tests.model.search_ids import wrong_search_ids
from tests.support.homes import REFERENCE
from tests.transforms.frames import wrong_in

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

DAY = date(2022, 4, 1)


def _one_day(rows):
    """The content of all days as if it were of one."""
    return [{**row, "log_date": DAY} for row in rows]


def test_clean_content(lake, frame, reference) -> None:
    raw = _one_day(lake["raw_content"])
    expected = content_model.clean(raw, read_reference(REFERENCE).apps)
    assert wrong_in("clean_content", clean_content.clean_content(frame("raw_content", raw), reference), expected) == []


def test_a_line_break_behind_a_device(lake, frame, reference) -> None:
    """It is white space to both engines: Java's `$` would match before it."""
    raw = [{**row, "mac": row["mac"] and row["mac"] + "\n"} for row in _one_day(lake["raw_content"])]
    found = clean_content.clean_content(frame("raw_content", raw), reference).select("mac").distinct().toArrow()
    assert {len(mac) for mac in found.column("mac").to_pylist() if mac} == {12}


def test_quarantine_content(lake, frame, reference) -> None:
    found = quarantine_content.quarantine_content(frame("raw_content", lake["raw_content"]), reference)
    assert wrong_in("quarantine_content", found, lake["quarantine_content"]) == []


def _content_books(raw, refused, clean):
    return [ledgers.content_ledger(DAY, raw, clean, refused, content_model.copies(raw))]


def test_ledger_content(lake, frame, reference) -> None:
    raw, refused = _one_day(lake["raw_content"]), lake["quarantine_content"]
    clean = content_model.clean(raw, read_reference(REFERENCE).apps)
    for ledger in (
        (raw, refused, clean),
        (raw, refused[1:], clean),
        (raw, refused, [{**clean[0], "seconds": clean[0]["seconds"] + 1}, *clean[1:]]),
        ([], [], []),
    ):
        tables = zip(("raw_content", "quarantine_content", "clean_content"), ledger, strict=True)
        found = ledger_content.ledger_content(*(frame(name, rows) for name, rows in tables), reference)
        assert wrong_in("ledger_content", found, _content_books(*ledger)) == []


def test_clean_search(lake, frame, reference) -> None:
    found = clean_search.clean_search(frame("raw_search", lake["raw_search"]), reference)
    assert wrong_in("clean_search", found, lake["clean_search"]) == []


def test_no_two_searches_of_a_day_have_one_id(lake, frame, reference) -> None:
    days = {row["log_date"] for row in lake["raw_search"]}
    for day in (min(days), date(2022, 9, 2), date(2022, 10, 2)):
        raw = [row for row in lake["raw_search"] if row["log_date"] == day]
        found = clean_search.clean_search(frame("raw_search", raw), reference).select("search_id")
        assert wrong_search_ids([{"log_date": day, **row} for row in found.toArrow().to_pylist()]) == []


def test_a_search_keeps_its_id_from_version_to_version(lake, frame, reference) -> None:
    """Each landed field but eventID, its length before it; `-` for null."""
    landed = {"user_id": "1", "keyword": "đá", "category": "enter", "proxy_isp": ""}
    raw = {**dict.fromkeys(lake["raw_search"][0]), "log_date": DAY, "source_file": "f", **landed}
    found = clean_search.clean_search(frame("raw_search", [raw]), reference).select("search_id").toArrow().to_pylist()
    assert found == [{"search_id": hashlib.sha256("-1:12:đá5:enter0:----".encode()).hexdigest()}]


def test_quarantine_search(lake, frame, reference) -> None:
    found = quarantine_search.quarantine_search(frame("raw_search", lake["raw_search"]), reference)
    assert wrong_in("quarantine_search", found, lake["quarantine_search"]) == []


def test_ledger_search(lake, frame, reference) -> None:
    ui_texts = read_reference(REFERENCE).ui_texts
    day = max(lake["ledger_search"], key=lambda row: row["landed_rows"])["log_date"]
    raw, refused, clean = (
        [{**row, "search_id": "x"} if "search_id" in row else row for row in lake[name] if row["log_date"] == day]
        for name in ("raw_search", "quarantine_search", "clean_search")
    )
    copies = sum(len(same) - 1 for same in search_model.events(raw, ui_texts))
    for ledger in ((raw, refused, clean, copies), (raw, refused[1:], clean, copies), ([], [], [], 0)):
        tables = zip(("raw_search", "quarantine_search", "clean_search"), ledger[:3], strict=True)
        found = ledger_search.ledger_search(*(frame(name, rows) for name, rows in tables), reference)
        expected = ledgers.search_ledger(day, ledger[0], ledger[2], ledger[1], ledger[3])
        assert wrong_in("ledger_search", found, [expected]) == []
