"""Content, a day at a time: landed records to one row per contract, device and app."""

from collections.abc import Iterable

import duckdb
import pyarrow.parquet as pq

from bench.rivals.duckdb_month.sql import (
    SEVERAL,
    WHITE,
    app_of,
    contract_of,
    csv_source,
    lines_with,
    mac_of,
    of_several,
    quoted,
    register,
    seconds_of,
    wrongly_encoded,
)
from bench.rivals.landed import CONTENT_FIELDS, LandedDay, Record, csv_header, json_records, other_columns
from bench.rivals.reference import CUTS

BETWEEN, NOTHING = "\x1f", "\x1e"
"""What stands between values of other columns, and for one that is null."""


def clean_day(con: duckdb.DuckDBPyConnection, day: LandedDay) -> bool:
    """Adds a day to `clean`, one row per contract, device and app. Returns whether anything landed."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE day AS {records_of(content_source(day))}")
    add_left_over(con, day)
    group_records(con, "day.record")
    con.execute(
        f"INSERT INTO clean BY NAME SELECT contract, mac, app, seconds::INTEGER AS seconds, {1 << day.day.day - 1}::UINTEGER "
        f"AS days FROM ({CAPPED}) WHERE seconds > 0"
    )
    count = con.execute("SELECT count(*) FROM grouped").fetchall()[0][0]
    return bool(count) or has_landed(con, day)


def group_records(con: duckdb.DuckDBPyConnection, record: str) -> None:
    """Groups the records of `day` by contract, device and app.

    `several` has the groups of several records without their copies. Records with the same `record` are copies.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE grouped AS SELECT contract, mac, app, sum(seconds)::BIGINT AS seconds,
            count(*) AS records FROM day GROUP BY contract, mac, app;
        CREATE OR REPLACE TEMP TABLE full_device AS SELECT contract, mac FROM grouped WHERE mac IS NOT NULL
            GROUP BY contract, mac HAVING sum(seconds) > {CUTS.day_seconds};
        CREATE OR REPLACE TEMP TABLE several AS
            WITH of_several AS (
                SELECT DISTINCT day.contract, day.mac, day.app, day.seconds, {record} FROM day
                JOIN (FROM grouped WHERE records > 1) g
                ON day.contract = g.contract AND day.app = g.app AND day.mac IS NOT DISTINCT FROM g.mac
            ) SELECT contract, mac, app, sum(seconds)::BIGINT AS seconds, count(*) AS records
            FROM of_several GROUP BY contract, mac, app
    """)


CAPPED = f"""
    WITH summed AS (
        SELECT contract, mac, app, seconds, records FROM grouped WHERE records = 1 UNION ALL FROM several
    ), of_full AS (
        SELECT summed.*, sum(seconds) OVER device AS total,
            row_number() OVER (PARTITION BY contract, mac ORDER BY seconds DESC, app) AS place
        FROM summed SEMI JOIN full_device USING (contract, mac) WINDOW device AS (PARTITION BY contract, mac)
    ), shared AS (
        SELECT *, CASE WHEN total > {CUTS.day_seconds} THEN (seconds * {CUTS.day_seconds} // total)::BIGINT
            ELSE seconds END AS share FROM of_full
    ), capped AS (
        SELECT contract, mac, app, share + CASE WHEN place = 1 AND total > {CUTS.day_seconds}
            THEN {CUTS.day_seconds} - sum(share) OVER (PARTITION BY contract, mac) ELSE 0 END AS seconds, records,
            shared.seconds AS summed_seconds FROM shared
    )
    SELECT *, seconds AS summed_seconds FROM summed ANTI JOIN full_device USING (contract, mac) UNION ALL FROM capped
"""
"""SQL: the groups without copies, with the seconds of a full device cut to a day; `summed_seconds` are those before."""


def content_source(day: LandedDay) -> str:
    """SQL: the records of a day, as the fields of CONTENT_FIELDS."""
    files = list(day.files)
    names = CONTENT_FIELDS[4:]
    documents = "NULL::VARCHAR AS _index, NULL::VARCHAR AS _type, NULL::VARCHAR AS _id, NULL::VARCHAR AS _score"
    if day.form == "parquet":
        fields = ", ".join(f"{name}::VARCHAR AS {name}" for name in names)
        others = others_of(pq.read_schema(files[0]).names)
        return f"SELECT {documents}, {fields}, {others} FROM read_parquet({files})"
    if day.form == "csv":
        return " UNION ALL ".join(
            f"SELECT {documents}, {', '.join(names)}, {others_of(csv_header(file))} FROM {csv_source(file)}"
            for file in files
        )
    fields = ", ".join(f"CASE WHEN _source IS NULL THEN {name} ELSE _source.{name} END AS {name}" for name in names)
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in CONTENT_FIELDS)
    nested = ", ".join(f"{name} VARCHAR" for name in names)
    return (
        f"SELECT _index, _type, _id, _score, {fields}, NULL AS others FROM read_json({files}, format='newline_delimited', "
        f"ignore_errors=true, columns={{{columns}, _source: 'STRUCT({nested})'}}) WHERE _score IS DISTINCT FROM 'NaN'"
    )


def others_of(names: Iterable[str]) -> str:
    """SQL: the other columns of a file as one text, null where there are none."""
    others = other_columns(names)
    texts = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '{NOTHING}')" for name in others)
    return f"concat_ws('{BETWEEN}', {texts}) AS others" if others else "NULL AS others"


def records_of(source: str) -> str:
    """SQL: the records of a source that break no rule, in one form. Regular values are left as they are."""
    return f"""
        SELECT * FROM (
            SELECT {contract_of("Contract")} AS contract, {mac_of("Mac")} AS mac, {app_of("AppName")} AS app,
                {seconds_of("TotalDuration")} AS seconds, hash({", ".join(CONTENT_FIELDS)}, others) AS record,
                CASE WHEN suffix(TotalDuration, '.0') THEN _id END AS rounded_id
            FROM ({source})
        ) WHERE contract IS NOT NULL AND seconds BETWEEN 1 AND {CUTS.day_seconds}
    """


def add_left_over(con: duckdb.DuckDBPyConnection, day: LandedDay) -> None:
    """Puts right what the fast readers leave over, or read otherwise: the JSON reader gives 1e3 as 1000.0."""
    exponents = r'"TotalDuration"[ \t]*:[ \t]*[0-9.]+[eE]'
    lines = lines_with(con, day, SEVERAL, exponents) if day.form == "json" else []
    records = (record for line in lines for record in json_records(line, CONTENT_FIELDS))
    register(con, "exponents", ["id"], [(record[2],) for record in records if "e" in (record[6] or "").lower()])
    con.execute("DELETE FROM day WHERE rounded_id IN (SELECT id FROM exponents)")
    extra = [(*record, None) for record in of_several(lines, CONTENT_FIELDS)] + wrong_records(con, day)
    if extra:
        register(con, "extra", (*CONTENT_FIELDS, "others"), extra)
        con.execute(f"INSERT INTO day {records_of('SELECT * FROM extra')}")


def wrong_records(con: duckdb.DuckDBPyConnection, day: LandedDay) -> list[Record]:
    """The records in a day's CSV files that hold bytes that are not UTF-8, with their other columns as one text."""
    if day.form != "csv":
        return []
    others = other_columns(csv_header(day.files[0]))
    records = wrongly_encoded(con, day, (*CONTENT_FIELDS, *others))
    texts = (BETWEEN.join(NOTHING if value is None else value for value in record[8:]) for record in records)
    return [(*record[:8], text if others else None) for record, text in zip(records, texts, strict=True)]


def has_landed(con: duckdb.DuckDBPyConnection, day: LandedDay) -> bool:
    """Whether any record of the day landed; asked only of a day without a good one."""
    if day.form == "parquet":
        return bool(con.execute(f"SELECT count(*) FROM read_parquet({list(day.files)})").fetchall()[0][0])
    lines = 0
    for file in day.files:
        rows = con.execute(f"SELECT count(*) FROM read_text({quoted(file)}) WHERE trim(content, {WHITE}) <> ''")
        lines += rows.fetchall()[0][0]
    return lines > 0
