"""Whatever landed: every figure of a profile follows from the landed records that its explanation lists."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figures import explain, explain_all
from c360_assets.explain.records import CAPPED, COUNTED, DUPLICATE, FATES, QUARANTINED, LandedRecord, raw_rows
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.errors import TooManyRecords
from resources.lake.sql import LakeQuery
from tests.model import clean_content, clean_search
from tests.model.device_day import capped
from tests.model.months import month_of
from tests.model.reference import read_reference
from tests.support.homes import REFERENCE, Home

pytestmark = pytest.mark.engine

Row = dict[str, Any]
KNOWN = read_reference(REFERENCE)
CONTENT, SEARCH = ("contract", "mac", "total_duration", "app_name"), ("datetime", "user_id", "category", "platform")


@pytest.fixture(scope="module")
def explained(made: Home) -> list[Evidence]:
    """The evidence of every profile."""
    query, reference = LakeQuery(str(made.lake)), load_reference(REFERENCE)
    return [Evidence(query, reference, row) for row in made.rows("customer360")]


def test_every_figure_of_every_profile_follows_from_the_listed_records(explained: list[Evidence]) -> None:
    figures = [(evidence, figure) for evidence in explained for figure in explain_all(evidence)]
    assert {figure.name for _, figure in figures} == {column.name for column in TABLES["customer360"].all_columns}
    wrong = [
        (evidence.profile["customer_id"], evidence.month, figure.name, figure.explained.rule)
        for evidence, figure in figures
        if not figure.adds_up
    ]
    assert wrong == []


def test_seconds_add_up_by_the_plain_model_from_the_listed_values_alone(explained: list[Evidence]) -> None:
    for evidence in explained:
        if evidence.watching:
            total, by_category = seconds_of(evidence.watching.records)
            expected = {code: evidence.profile[f"seconds_{code}"] for code in evidence.reference.category_codes}
            assert by_category == {code: value for code, value in expected.items() if value}
            assert total == evidence.profile["seconds_total"]


def test_searches_add_up_by_the_plain_model_from_the_listed_values_alone(explained: list[Evidence]) -> None:
    for evidence in explained:
        if evidence.searching and evidence.profile["search_month"]:
            counted = [record for record in evidence.searching.records if record.is_counted]
            outcomes = Counter(clean_search.outcome_of(record.landed["category"]) for record in counted)
            found = (len(counted), outcomes["enter"], outcomes["quit"], len({record.day for record in counted}))
            assert found == tuple(evidence.profile[name] for name in ("searches", "entered", "quit", "search_days"))


def test_each_landed_record_of_a_customer_is_listed_once_with_its_fate(made: Home, explained: list[Evidence]) -> None:
    content, search = judged_content(made), judged_search(made)
    for evidence in explained:
        months = {evidence.month, evidence.profile["watch_month"]}
        contract, users = evidence.profile["contract"], linked(made, evidence.profile)
        records = evidence.records
        ours = [one for one in content if contract and one[0] == contract and month_of(one[1]["log_date"]) in months]
        assert listed(records.get("content", ()), CONTENT) == landed(ours, CONTENT)
        ours = [one for one in search if one[0] in users and month_of(one[1]["log_date"]) == evidence.month]
        assert listed(records.get("search", ()), SEARCH) == landed(ours, SEARCH)


def test_every_fate_is_met_in_a_dirty_lake(made: Home, explained: list[Evidence]) -> None:
    fates = {record.fate for evidence in explained for found in evidence.records.values() for record in found}
    assert fates == ({COUNTED, CAPPED} if made.root.name.startswith("two-months") else set(FATES))


def test_a_profile_that_the_records_do_not_give_is_noticed(explained: list[Evidence]) -> None:
    told = next(evidence for evidence in explained if evidence.watching)
    altered = told.profile | {"seconds_total": told.profile["seconds_total"] + 1}
    evidence = Evidence(LakeQuery(""), told.reference, altered)
    evidence.__dict__["watching"] = told.watching
    assert not explain(evidence, "seconds_total").adds_up
    assert explain(evidence, "active_days").adds_up


def test_a_customer_with_too_many_records_to_list_is_not_explained(
    made: Home, explained: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_records = [one for one in explained if any(one.records.values())]
    assert with_records
    monkeypatch.setattr("c360_assets.explain.records.MOST_RECORDS", 0)
    for one in with_records:
        with pytest.raises(TooManyRecords, match="more than 0 records in"):
            _ = Evidence(LakeQuery(str(made.lake)), one.reference, one.profile).records


def test_a_contract_with_too_many_users_is_not_explained(
    made: Home, explained: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = next(one for one in explained if one.profile["contract"] and one.users)
    monkeypatch.setattr("c360_assets.explain.evidence.MOST_USERS", 0)
    evidence = Evidence(LakeQuery(str(made.lake)), linked.reference, linked.profile)
    for look in (lambda: evidence.users, lambda: evidence.records, lambda: explain_all(evidence)):
        with pytest.raises(TooManyRecords, match="linked to more than 0 users"):
            look()


def test_only_records_of_the_customer_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search for an id also finds longer ones."""
    day, users = date(2022, 4, 1), ["1", *["12"] * 5]
    write_deltalake(str(tmp_path / "raw_search"), pa.table({"log_date": [day] * 6, "user_id": users}))
    monkeypatch.setattr("c360_assets.explain.records.MOST_RECORDS", 1)
    given = (LakeQuery(str(tmp_path)), "raw_search", ["user_id"], [{"log_date": day}], "strpos(user_id, '1') > 0")
    assert raw_rows(*given, lambda row: row["user_id"] == "1") == [{"log_date": day, "user_id": "1"}]
    with pytest.raises(TooManyRecords):
        raw_rows(*given, lambda row: row["user_id"] == "12")


def test_no_value_of_another_customer_is_listed(made: Home, explained: list[Evidence]) -> None:
    for evidence in explained:
        contract, users = evidence.profile["contract"], linked(made, evidence.profile)
        for records in evidence.records.values():
            for record in records:
                assert clean_content.contract_of(record.landed.get("contract")) in (None, contract)
                assert clean_search.user_of(record.landed.get("user_id")) in (None, *users)


def seconds_of(records: Iterable[LandedRecord]) -> tuple[int, dict[str, int]]:
    """The seconds that the model gives for listed values: all, and by category where there are any."""
    landed: dict[tuple, int] = defaultdict(int)
    for record in records:
        if record.is_counted:
            mac, app = clean_content.mac_of(record.landed["mac"]), clean_content.app_of(record.landed["app_name"])
            landed[record.day, mac, app] += clean_content.seconds_of(record.landed["total_duration"] or "") or 0
    found: Counter[str] = Counter()
    for (_, _, app), seconds in capped(landed).items():
        found[KNOWN.apps.get(app, "other")] += seconds
    return found.total(), {code: seconds for code, seconds in found.items() if seconds}


def judged_content(home: Home) -> list[tuple[str | None, Row, str]]:
    """Each raw row that names its contract, with that and the fate that the model gives it."""
    rows = home.rows("raw_content")
    copies = {id(row) for day in by_day(rows) for row in clean_content.copies(day)}
    clean = {key_of(row): row for day in by_day(rows) for row in clean_content.clean(day, KNOWN.apps)}
    found = []
    for row in rows:
        fate = COUNTED
        if clean_content.refusal(row):
            fate = QUARANTINED
        elif id(row) in copies:
            fate = DUPLICATE
        elif clean[clean_key(row)]["capped_seconds"]:
            fate = CAPPED
        found.append((clean_content.contract_of(row["contract"]), row, fate))
    return found


def judged_search(home: Home) -> list[tuple[str | None, Row, str]]:
    """Each raw row that names its user, with that and the fate that the model gives it."""
    rows = home.rows("raw_search")
    events = [event for day in by_day(rows) for event in clean_search.events(day, KNOWN.ui_texts)]
    fates = {id(row): DUPLICATE if place else COUNTED for event in events for place, row in enumerate(event)}
    return [(clean_search.user_of(row["user_id"]), row, fates.get(id(row), QUARANTINED)) for row in rows]


def by_day(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows of each day."""
    days: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        days[row["log_date"]].append(row)
    yield from days.values()


def key_of(row: Row) -> tuple:
    """The key of a clean row."""
    return row["log_date"], row["contract"], row["mac"], row["app_name"]


def clean_key(raw: Row) -> tuple:
    """The key of the clean row that holds an accepted raw row."""
    mac, app = clean_content.mac_of(raw["mac"]), clean_content.app_of(raw["app_name"])
    return raw["log_date"], clean_content.contract_of(raw["contract"]), mac, app


def linked(home: Home, profile: Row) -> set[str]:
    """The users of a customer."""
    if profile["contract"] is None:
        return {profile["user_id"]}
    return {link["user_id"] for link in home.rows("identity_map") if link["contract"] == profile["contract"]}


def listed(records: Iterable[LandedRecord], fields: tuple[str, ...]) -> tuple[Counter, Counter]:
    """Listed records with values by file, and by fate: which of several equal ones is the copy does not matter."""
    known = [
        (one.day, one.source_file, one.fate, *(one.landed[name] for name in fields)) for one in records if one.landed
    ]
    return Counter((day, file, *values) for day, file, _, *values in known), Counter(
        (day, fate, *values) for day, _, fate, *values in known
    )


def landed(judged: Iterable[tuple[str | None, Row, str]], fields: tuple[str, ...]) -> tuple[Counter, Counter]:
    """The same of raw rows."""
    known = [(row["log_date"], row["source_file"], fate, *(row[name] for name in fields)) for _, row, fate in judged]
    return Counter((day, file, *values) for day, file, _, *values in known), Counter(
        (day, fate, *values) for day, _, fate, *values in known
    )
