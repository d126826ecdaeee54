"""What Dagster's webserver tells of a lake: asked as the UI asks it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from c360_assets.automation.profile_changes import profiles_compared
from c360_assets.checks import ALL_CHECKS
from c360_assets.tables import TABLES
from tests.dagster_ui.conftest import LANDED_DAY, MADE_DAYS
from tests.dagster_ui.server import Server, entries, environment, running
from tests.support.homes import Home

pytestmark = pytest.mark.system

SELECTOR = {"repositoryName": "__repository__", "repositoryLocationName": "customer360"}


@pytest.fixture(scope="module")
def server(made: Home) -> Iterator[Server]:
    with running(environment(made), made.root / "webserver.log", "dagster-webserver") as server:
        yield server


def node(server: Server, table: str, fields: str) -> dict[str, Any]:
    """Fields of one asset."""
    query = "query($path: [String!]!) { assetNodeOrError(assetKey: {path: $path}) { ... on AssetNode { %s } } }"
    found: dict[str, Any] = server.ask(query % fields, path=[table])["assetNodeOrError"]
    return found


def test_the_graph_is_that_of_the_contracts(server: Server) -> None:
    nodes = server.ask("{ assetNodes { assetKey { path } groupName dependencyKeys { path } description kinds } }")
    by_name = {node["assetKey"]["path"][-1]: node for node in nodes["assetNodes"]}
    for name, table in TABLES.items():
        upstream = {tuple(key["path"]) for key in by_name[name]["dependencyKeys"] if len(key["path"]) == 1}
        assert upstream == {(read.table.name,) for read in table.inputs}, name
        assert (by_name[name]["groupName"], by_name[name]["description"]) == (table.group, table.doc)
        assert "delta" in by_name[name]["kinds"]


def test_the_days_that_were_made_are_shown_as_made_and_no_other(server: Server, made: Home) -> None:
    fields = (
        "partitionStats { numMaterialized numFailed } "
        "assetPartitionStatuses { ... on TimePartitionStatuses { ranges { status startKey endKey } } }"
    )
    content = node(server, "ledger_content", fields)
    days = sorted(row["log_date"] for row in made.rows("ledger_content"))
    assert days[: len(MADE_DAYS)] == [*MADE_DAYS]
    assert content["partitionStats"] == {"numMaterialized": len(days), "numFailed": 0}
    first, last = (day.isoformat() for day in (days[0], days[-1]))
    assert content["assetPartitionStatuses"]["ranges"] == [
        {"status": "MATERIALIZED", "startKey": first, "endKey": last}
    ]
    assert node(server, "customer360", fields)["partitionStats"]["numMaterialized"] >= 1


def test_every_check_is_shown_with_its_result(server: Server) -> None:
    fields = (
        "assetChecksOrError { ... on AssetChecks { checks { name blocking "
        "executionForLatestMaterialization { status evaluation { success severity } } } } }"
    )
    shown: dict[tuple[str, str], dict[str, Any]] = {}
    for table in TABLES:
        for check in node(server, table, fields)["assetChecksOrError"]["checks"]:
            shown[table, check["name"]] = check
    expected = {
        (key.asset_key.path[-1], key.name) for check in [*ALL_CHECKS, profiles_compared] for key in check.check_keys
    }
    assert set(shown) == expected
    blocking = [check["executionForLatestMaterialization"] for check in shown.values() if check["blocking"]]
    assert blocking
    assert {result["status"] for result in blocking if result} == {"SUCCEEDED"}
    assert shown["ledger_content", "in_range"]["executionForLatestMaterialization"]["evaluation"]["success"]


METADATA = """metadataEntries { label
    ... on TableSchemaMetadataEntry { schema { columns { name type description constraints { nullable } } } }
    ... on TableColumnLineageMetadataEntry { lineage { columnName columnDeps { assetKey { path } columnName } } }
    ... on CodeReferencesMetadataEntry { codeReferences { ... on LocalFileCodeReference { filePath lineNumber } } }
    ... on TextMetadataEntry { text }
    ... on IntMetadataEntry { intValue }
    ... on FloatMetadataEntry { floatValue }
    ... on MarkdownMetadataEntry { mdStr }
    ... on TableMetadataEntry { table { records schema { columns { name } } } }
}"""


def lineage_of(shown: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """What each column is made of, as `table.column`."""
    return {
        line["columnName"]: {f"{dep['assetKey']['path'][-1]}.{dep['columnName']}" for dep in line["columnDeps"]}
        for line in shown["dagster/column_lineage"]["lineage"]
    }


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_shows_its_columns_their_origin_its_place_and_its_source(server: Server, made: Home, table) -> None:
    shown = entries(node(server, table.name, METADATA)["metadataEntries"])
    columns = shown["dagster/column_schema"]["schema"]["columns"]
    assert [(c["name"], c["type"], c["constraints"]["nullable"]) for c in columns] == [
        (c.name, c.type, c.nullable) for c in table.all_columns
    ]
    assert all(c["description"].startswith(of.doc) for c, of in zip(columns, table.all_columns, strict=True))
    assert lineage_of(shown) == {column.name: set(column.of) for column in table.columns if column.of}
    assert shown["dagster/table_name"]["text"] == table.name
    assert shown["dagster/storage_kind"]["text"] == "delta"
    assert shown["dagster/uri"]["text"] == str(made.lake / table.name)
    [place] = shown["dagster/code_references"]["codeReferences"]
    lines = open(place["filePath"], encoding="utf-8").read().splitlines()  # noqa: PTH123, SIM115
    assert any(f"def {table.name}(" in line for line in lines[place["lineNumber"] - 1 : place["lineNumber"] + 2])


def materialised(server: Server, table: str, partition: str) -> dict[str, Any]:
    """The metadata of a partition's latest materialisation."""
    query = f'assetMaterializations(limit: 1, partitions: ["{partition}"]) {{ {METADATA} }}'
    [latest] = node(server, table, query)["assetMaterializations"]
    return dict(entries(latest["metadataEntries"]))


def test_a_partition_shows_its_figures_and_what_is_told_of_its_table(server: Server) -> None:
    day = materialised(server, "ledger_content", MADE_DAYS[0].isoformat())
    assert day["dagster/partition_row_count"]["intValue"] == 1
    assert day["dagster/row_count"]["intValue"] >= 1
    assert day["dagster/size_bytes"]["intValue"] >= day["partition_bytes"]["intValue"] > 0
    assert day["partition_files"]["intValue"] == 1
    assert day["delta_version"]["intValue"] >= 1
    assert day["seconds_taken"]["floatValue"] > 0
    assert (day["landed_rows"]["intValue"], day["quarantined_rows"]["intValue"]) == (5, 1)
    assert day["ledger"]["table"]["records"]
    of_day = {column.name: set(column.of) for column in TABLES["ledger_content"].columns if column.of}
    assert lineage_of(day) == of_day, "catalogs read it from there"
    month = materialised(server, "segment_thresholds", "2022-04-01")
    assert month["distribution"]["mdStr"].startswith("![Contracts by seconds watched in 2022-04](data:image/svg+xml")


def test_a_run_of_one_day_is_accepted(server: Server, made: Home) -> None:
    launch = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
        ... on LaunchRunSuccess { run { runId status } } ... on PythonError { message } } }"""
    tags = [{"key": "dagster/partition", "value": LANDED_DAY.isoformat()}]
    params = {
        "selector": {**SELECTOR, "pipelineName": "__ASSET_JOB", "assetSelection": [{"path": ["raw_content"]}]},
        "runConfigData": {},
        "executionMetadata": {"tags": tags},
    }
    answer = server.ask(launch, params=params)["launchRun"]
    assert answer["__typename"] == "LaunchRunSuccess", answer
    run = made.instance.get_run_by_id(answer["run"]["runId"])
    assert run is not None
    assert run.tags["dagster/partition"] == LANDED_DAY.isoformat()
    made.instance.report_run_canceled(run)


def test_a_backfill_is_recorded_as_asked_for(server: Server, made: Home) -> None:
    launch = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) { __typename
        ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
    days = [day.isoformat() for day in (*MADE_DAYS, LANDED_DAY)]
    selection = [{"path": [table]} for table in ("raw_content", "quarantine_content", "clean_content")]
    answer = server.ask(launch, params={"assetSelection": selection, "partitionNames": days})["launchPartitionBackfill"]
    assert answer["__typename"] == "LaunchBackfillSuccess", answer
    backfill = made.instance.get_backfill(answer["backfillId"])
    assert backfill is not None
    assert backfill.status.value == "REQUESTED"
    assert {key.path[-1] for key in backfill.asset_selection or ()} == {key["path"][0] for key in selection}
    cancel = "mutation($id: String!) { cancelPartitionBackfill(backfillId: $id) { __typename } }"
    canceled = server.ask(cancel, id=backfill.backfill_id)["cancelPartitionBackfill"]
    assert canceled["__typename"] == "CancelBackfillSuccess"
