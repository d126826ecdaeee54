"""What is sent of real runs: events as the specification has them, with lineage from the contracts and no personal value."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from c360_assets.lineage.sender import Sender, key_of
from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from tests.lineage.spec import problems
from tests.support import small_landing as small
from tests.support.homes import Home, new_home
from tests.support.webhooks import Receiver

pytestmark = pytest.mark.engine

DAYS, CUT = (date(2022, 4, 1), date(2022, 4, 2)), date(2022, 4, 3)
PERSONAL = ("HNH579912", "SGDA12345", "0C96E62FC55", "0123456", "7654321", "bóng đá", "phim hàn quốc", "0912345678")
Event = dict[str, Any]


@pytest.fixture(scope="module")
def ran() -> Iterator[Home]:
    """Two days and their month, made; and then a day that is cut off."""
    with new_home() as home:
        for day in DAYS:
            small.land_content(home.landing, day)
            small.land_search(home.landing, day)
        small.land_links(home.landing)
        assert home.run().ok
        small.land_cut_off(home.landing, CUT)
        assert home.run().failed
        yield home


@pytest.fixture
def events(ran: Home, collector: Receiver) -> list[Event]:
    """What a collector gets of these runs."""
    ran.instance.daemon_cursor_storage.set_cursor_values({key_of(str(ran.lake)): '{"first": 0, "newest": 0}'})
    done = Sender(ran.instance, ran.settings, since=0).send()
    assert (done.problem, done.runs_left, done.sent) == (None, 0, len(collector.messages))
    return collector.take()


def ended(events: list[Event], state: str = "COMPLETE") -> dict[str, Event]:
    """The last event of each table with this state."""
    return {event["job"]["name"]: event for event in events if event["eventType"] == state}


def output(event: Event) -> Event:
    (only,) = event["outputs"]
    return only


def test_events_are_as_specified_and_hold_no_personal_value(ran: Home, events: list[Event]) -> None:
    assert [found for event in events for found in problems(event)] == []
    sent = json.dumps(events, ensure_ascii=False)
    landed = "".join(file.read_text() for file in ran.landing.rglob("*.json"))
    assert [value for value in PERSONAL if value not in landed] == []
    assert [value for value in PERSONAL if value in sent] == []


def test_the_specification_finds_what_is_wrong(events: list[Event]) -> None:
    event = ended(events)["rfm"]
    event["run"]["runId"] = "none"
    del output(event)["facets"]["columnLineage"]["fields"]
    assert len(problems(event)) == 2


def test_each_table_of_each_run_starts_and_ends_once(ran: Home, events: list[Event]) -> None:
    assert set(ended(events)) == set(TABLES)
    steps: dict[str, list[str]] = {}
    for event in events:
        steps.setdefault(event["run"]["runId"], []).append(event["eventType"])
    assert set(map(tuple, steps.values())) == {("START", "COMPLETE"), ("START", "FAIL")}
    parents = {event["run"]["facets"]["parent"]["run"]["runId"] for event in events}
    assert parents == {run.run_id for run in ran.instance.get_runs()}


def test_inputs_and_columns_are_those_of_the_contracts(ran: Home, events: list[Event]) -> None:
    for name, event in ended(events).items():
        table, made = TABLES[name], output(event)
        inputs = {str(ran.lake / read.table.name) for read in table.inputs}
        inputs |= {str(ran.landing / table.lands)} if table.lands else set()
        assert {(one["namespace"], one["name"]) for one in event["inputs"]} == {("file", path) for path in inputs}
        assert (made["namespace"], made["name"]) == ("file", str(ran.lake / name))
        columns = [(column.name, column.type) for column in table.all_columns]
        assert [(one["name"], one["type"]) for one in made["facets"]["schema"]["fields"]] == columns
        lineage = made["facets"].get("columnLineage", {"fields": {}})["fields"]
        found = {
            column: {(one["namespace"], one["name"], one["field"]) for one in of["inputFields"]}
            for column, of in lineage.items()
        }
        sources = {column.name: [one.split(".") for one in column.of] for column in table.columns if column.of}
        assert found == {
            column: {("file", str(ran.lake / source), field) for source, field in of} for column, of in sources.items()
        }
    assert "columnLineage" in output(ended(events)["customer360"])["facets"]


def test_rows_versions_and_partitions_are_those_of_the_lake(ran: Home, events: list[Event]) -> None:
    provenances = ProvenanceStore(str(ran.lake))
    month = ended(events)["rfm"]
    commit = provenances.read("rfm")[date(2022, 4, 1)].commit
    assert output(month)["facets"]["version"]["datasetVersion"] == str(commit)
    assert month["run"]["facets"]["nominalTime"]["nominalStartTime"] == "2022-04-01T00:00:00Z"
    assert month["run"]["facets"]["nominalTime"]["nominalEndTime"] == "2022-05-01T00:00:00Z"
    days = ended(events)["raw_content"]
    assert days["run"]["facets"]["nominalTime"]["nominalEndTime"] == "2022-04-03T00:00:00Z"
    subset = output(days)["outputFacets"]["subset"]["outputCondition"]["partitions"]
    assert subset == [{"dimensions": {"log_date": str(day)}, "identifier": str(day)} for day in DAYS]
    for name, event in ended(events).items():
        written = output(event)["outputFacets"]["outputStatistics"]
        assert written["rowCount"] == len(ran.rows(name)), name
        assert (written["size"] > 0, written["fileCount"] > 0) == (written["rowCount"] > 0,) * 2, name
    assert "nominalTime" not in ended(events)["identity_map"]["run"]["facets"]
    assert "subset" not in output(ended(events)["identity_map"])["outputFacets"]


def test_a_day_that_is_cut_off_fails_with_our_own_text(events: list[Event]) -> None:
    failed = ended(events, "FAIL")["raw_content"]
    message = failed["run"]["facets"]["errorMessage"]["message"]
    assert message.startswith("2022-04-03: 20220403.json.gz: the compressed file is cut off")
    assert failed["outputs"] == []
