"""A small landing with something in every table, and ways to spoil what was made from it."""

import json
import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from deltalake.transaction import AddAction

from c360_assets.tables import TABLES
from resources.lake.provenance import Provenance, ProvenanceStore
from tests.support.homes import Home

FIRST, LAST = date(2022, 4, 1), date(2022, 4, 3)
APRIL = FIRST
DAYS = [FIRST + timedelta(days=count) for count in range(3)]
WATCHED = [
    ("HNH579912", "0C96E62FC55C", 254, "KPLUS"),
    ("HNH579912", "0C96E62FC55C", 4000, "CHANNEL"),
    ("QAD014541", "0C96E62FC55D", 86400, "CHANNEL"),
    ("HND000001", None, 60, "VOD"),
    ("0", None, 60, "VOD"),
    *(
        ("HNDA00002", "0C96E62FC55E", seconds, app)
        for seconds, app in ((100, "CHANNEL"), (200, "VOD"), (300, "RELAX"), (400, "CHILD"), (500, "SPORT"))
    ),
    *(
        ("HNDA00003", "0C96E62FC55F", seconds, app)
        for seconds, app in ((500, "CHANNEL"), (400, "VOD"), (300, "RELAX"), (200, "CHILD"), (101, "SPORT"))
    ),
]
# So that no column holds one value only: of these the last days are left out.
DAYS_WATCHED = {"HNDA00002": 1, "HNDA00003": 2}
SEARCHED = [("0123456", "bóng đá", "enter"), ("7654321", "phim hàn quốc", "enter"), ("7654321", "0912345678", "quit")]
SEARCHED += [(f"100000{place}", "anime", "enter") for place in range(5)]  # as many as keyword_demand asks for
LINKS = "contract,user_id,source\nHNH579912,0123456,app\nQAD014541,7654321,app\nHNH579912,55,app\nQAD014541,55,app\n"


def record(contract: str, mac: str | None, seconds: int, app: str, **more: Any) -> str:
    """A line of the content log."""
    source = {"Contract": contract, "Mac": mac, "TotalDuration": seconds, "AppName": app, **more}
    return json.dumps({"_index": "history", "_type": "kplus", "_id": "AX", "_score": 0, "_source": source})


def search(day: date, user: str, keyword: str, category: str) -> str:
    """A line of the search log."""
    told = {"eventID": f"{user}{keyword}", "datetime": f"{day} 20:15:36", "user_id": user, "keyword": keyword}
    rest = {"proxy_isp": "fpt", "platform": "smarttv", "networkType": "wifi", "action": "search", "userPlansMap": []}
    return json.dumps({**told, "category": category, **rest}, ensure_ascii=False)


def land(landing: Path, folder: str, day: date, lines: Iterable[str]) -> None:
    """Lands one day as NDJSON."""
    path = landing / folder / f"{day:%Y%m%d}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def land_all(landing: Path, days: Iterable[date] = DAYS) -> None:
    """Lands some days of both logs, and links."""
    for day in days:
        rows = [row for row in WATCHED if (day - FIRST).days < DAYS_WATCHED.get(row[0], len(DAYS))]
        land(landing, "log_content", day, [*(record(*row) for row in rows), "{broken"])
        land(landing, "log_search", day, [*(search(day, *row) for row in SEARCHED), "{broken"])
    (landing / "identity").mkdir(parents=True, exist_ok=True)
    (landing / "identity" / "links.csv").write_text(LINKS)


def partition_of(table: str) -> date | None:
    """A partition of the table that the small landing gives."""
    return None if TABLES[table].unit is None else FIRST


def rewrite(
    home: Home, table: str, rows: list[dict[str, Any]], mode: Literal["overwrite", "append"] = "overwrite"
) -> None:
    """Puts other rows into a table, past all that guards it."""
    uri = str(home.lake / table)
    schema = pa.schema(DeltaTable(uri).schema().to_arrow())
    write_deltalake(uri, pa.Table.from_pylist(rows, schema=schema), mode=mode)


def change(home: Home, table: str, **values: Any) -> dict[str, Any]:
    """Changes values in one row of the table's first partition, one of which all is known; gives it as it was."""
    column = str(TABLES[table].partition_column)

    def place(row: dict[str, Any]) -> tuple[str, int, str]:
        return str(row.get(column)), list(row.values()).count(None), str(row)

    rows = sorted(home.rows(table), key=place)
    was = dict(rows[0])
    rows[0].update(values)
    rewrite(home, table, rows)
    return was


def add_file(home: Home, table: str, rows: list[dict[str, Any]], partition: date | None, told: bool) -> None:
    """Adds a file of rows that no writer would take, with (`told`) or without figures of its nulls in the log."""
    uri = home.lake / table
    contract = TABLES[table]
    fields = pa.schema(DeltaTable(str(uri)).schema().to_arrow())
    schema = pa.schema(
        [field.with_nullable(True) for field in fields if field.name != contract.partition_column],
    )
    folder = f"{contract.partition_column}={partition}/" if partition else ""
    path = f"{folder}added-{time.time_ns()}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), uri / path)
    stats: dict[str, Any] = {"numRecords": len(rows)}
    if told:
        stats["nullCount"] = {name: sum(row.get(name) is None for row in rows) for name in schema.names}
    table_now = DeltaTable(str(uri))
    table_now.create_write_transaction(
        [
            AddAction(
                path,
                (uri / path).stat().st_size,
                {str(contract.partition_column): str(partition)} if partition else {},
                int(time.time() * 1000),
                True,
                json.dumps(stats),
            )
        ],
        mode="append",
        schema=table_now.schema(),
        partition_by=[str(contract.partition_column)] if partition else [],
    )


def marks_of(home: Home, table: str) -> Mapping[date | None, Provenance]:
    """The marks of a table."""
    return ProvenanceStore(str(home.lake)).read(table)


def range_tags(first: date | None, last: date | None) -> dict[str, str]:
    """The tags by which Dagster knows the partitions of a run; the UI starts one of a single partition otherwise."""
    if first is None or last is None:
        return {}
    if first == last:
        return {"dagster/partition": first.isoformat()}
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


Results = dict[str, dg.AssetCheckEvaluation]


def results_of(run: dg.ExecuteInProcessResult) -> Results:
    """What the checks of a run found, by `table:check`."""
    return {f"{e.asset_key.path[-1]}:{e.check_name}": e for e in run.get_asset_check_evaluations()}


def materialize(
    home: Home,
    tables: Iterable[str],
    first: date | None = FIRST,
    last: date | None = LAST,
    ops: Mapping[str, Any] | None = None,
) -> dg.ExecuteInProcessResult:
    """One run that makes tables, given by name only, as `c360 run` starts it."""
    return (
        home.definitions()
        .resolve_implicit_global_asset_job_def()
        .execute_in_process(
            instance=home.instance,
            asset_selection=[dg.AssetKey(table) for table in tables],
            tags=range_tags(first, last),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}, "ops": dict(ops or {})},
            raise_on_error=False,
        )
    )


def check(
    home: Home,
    table: str,
    names: Iterable[str] | None = None,
    first: date | None = FIRST,
    last: date | None = LAST,
) -> Results:
    """One run of a table's checks alone (all, if not named), over partitions that are made already."""
    job = home.definitions().resolve_implicit_global_asset_job_def()
    asked = set(names) if names else None
    keys = {
        key
        for key in job.asset_layer.asset_graph.asset_check_keys
        if key.asset_key.path[-1] == table and (asked is None or key.name in asked)
    }
    unit = TABLES[table].unit
    run = job.get_subset(asset_check_selection=keys).execute_in_process(
        instance=home.instance,
        tags=range_tags(first, last) if unit else {},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    return {key.partition(":")[2]: result for key, result in results_of(run).items()}
