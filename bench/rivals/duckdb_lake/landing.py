"""Landed files as rows that keep all of a record, every value as text: the table `landed`, replaced for each day."""

import io
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.rivals.duckdb_month.sql import csv_source, quoted, register
from bench.rivals.landed import CONTENT, LandedDay, Log, Record, csv_header, csv_rows, lines_at, opened, rows_of_json

_LINES = (
    "read_csv({files}, columns={{line: 'VARCHAR'}}, delim='\x01', quote='', escape='', header=false, auto_detect=false, "
    "ignore_errors=true, store_rejects=true, rejects_limit=0, filename=true)"
)
_TEXT = r"[ !#-\[\]-~]*"
_REGULAR = (
    rf'^\{{"_index":"{_TEXT}","_type":"{_TEXT}","_id":"{_TEXT}","_score":(?:0|-?[1-9][0-9]*),"_source":\{{"Contract":"{_TEXT}",'
    rf'"Mac":"{_TEXT}","TotalDuration":(?:0|[1-9][0-9]*),"AppName":"{_TEXT}"\}}\}}$'
)
"""Matches the regular lines, which can be split at their quotes."""


def land(con: duckdb.DuckDBPyConnection, log: Log, day: LandedDay, root: Path, judged: str = "NULL AS judged") -> None:
    """Creates `landed`, the rows of a day. `judged` adds columns that are computed from those of the log."""
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    if day.form == "json" and log is not CONTENT:
        con.execute(f"CREATE OR REPLACE TEMP TABLE landed AS SELECT *, {judged} FROM ({_no_rows(log)})")
        for file in day.files:
            with opened(file) as stream:
                _insert(con, log, file, root, rows_of_json(stream, log), judged)
        return
    source = {"json": _json_content, "csv": _csv, "parquet": _parquet}[day.form](log, day, root)
    con.execute(f"CREATE OR REPLACE TEMP TABLE landed AS SELECT *, {judged} FROM ({source})")
    if day.form == "json":
        odd = con.execute("SELECT filename, odd FROM landed WHERE odd IS NOT NULL").fetchall()
        con.execute(
            "DELETE FROM landed WHERE odd IS NOT NULL; ALTER TABLE landed DROP odd; ALTER TABLE landed DROP filename"
        )
        for file in {file for file, _ in odd}:
            _insert(con, log, file, root, rows_of_json((line for of, line in odd if of == file), log), judged)
    for file in day.files if day.form != "parquet" else ():
        _insert(con, log, file, root, _rejected(con, log, file, day.form), judged)


def _insert(
    con: duckdb.DuckDBPyConnection, log: Log, file: str, root: Path, rows: Iterable[Record], judged: str
) -> None:
    """Adds rows of a file that plain Python has read."""
    register(con, "odd_rows", log.columns, rows)
    name = quoted(Path(file).relative_to(root / log.folder))
    con.execute(f"""
        INSERT INTO landed BY NAME
        SELECT *, {judged} FROM (SELECT {name} AS source_file, *, NULL::BOOLEAN AS erased FROM odd_rows)
    """)


def _rejected(con: duckdb.DuckDBPyConnection, log: Log, file: str, form: str) -> list[Record]:
    """Rows for the lines that DuckDB's reader rejected: ragged lines, and lines that are not valid UTF-8."""
    found = con.execute(
        "SELECT line_byte_position, bool_or(error_type = 'INVALID ENCODING'), any_value(csv_line) FROM reject_errors "
        "JOIN reject_scans USING (scan_id, file_id) WHERE file_path = ? GROUP BY line_byte_position",
        [file],
    ).fetchall()
    wrong = lines_at(file, sorted(place for place, is_wrong, _ in found if is_wrong))
    if form == "csv":
        text = "".join(f"{line}\n" for _, is_wrong, line in found if not is_wrong)
        return csv_rows([*wrong, *io.StringIO(text, newline="")], csv_header(file), log)
    blank = (None,) * len(log.fields)
    return [(*blank, line.rstrip("\r\n"), None) for line in wrong] + rows_of_json(
        (line for _, is_wrong, line in found if not is_wrong), log
    )


def _no_rows(log: Log) -> str:
    columns = ", ".join(f"NULL::VARCHAR AS {column}" for column in ("source_file", *log.columns))
    return f"SELECT {columns}, NULL::BOOLEAN AS erased WHERE false"


def _file(log: Log, day: LandedDay, root: Path) -> str:
    """SQL: the path of a row's file, below its log's folder."""
    if len(day.files) == 1:
        return f"{quoted(Path(day.files[0]).relative_to(root / log.folder))} AS source_file"
    return f"substr(filename, {len(str(root / log.folder)) + 2}) AS source_file"


def _json_content(log: Log, day: LandedDay, root: Path) -> str:
    """SQL: regular lines as rows; of any other line, only its text in `odd`."""
    lines = _LINES.format(files=list(day.files))
    places = {"doc_index": 4, "doc_type": 8, "doc_id": 12, "contract": 20, "mac": 24, "app_name": 30}
    texts = ", ".join(f"p[{place}] AS {name}" for name, place in places.items())
    numbers = "p[15][2:-2] AS doc_score, p[27][2:-2] AS total_duration"
    return f"""
        SELECT {_file(log, day, root)}, {texts}, {numbers}, NULL::VARCHAR AS unparsed, NULL::VARCHAR AS other_fields,
            NULL::BOOLEAN AS erased, CASE WHEN NOT regular THEN line END AS odd, filename
        FROM (
            SELECT *, regexp_matches(line, {quoted(_REGULAR)}) AS regular, string_split(line, '"') AS p
            FROM {lines} WHERE line IS NOT NULL
        )
    """


def _csv(log: Log, day: LandedDay, root: Path) -> str:
    """SQL: the records of CSV files that have as many fields as the header."""
    return " UNION ALL ".join(
        f"SELECT {_file(log, replace(day, files=(file,)), root)}, {_kept(log, csv_header(file), ())} FROM {csv_source(file)}"
        for file in day.files
    )


def _parquet(log: Log, day: LandedDay, root: Path) -> str:
    """SQL: the rows of parquet files, read by one reader."""
    schema = pq.read_schema(day.files[0])
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    return (
        f"SELECT {_file(log, day, root)}, {_kept(log, schema.names, nested)} "
        f"FROM read_parquet({list(day.files)}, filename=true, union_by_name=true)"
    )


def _kept(log: Log, names: Iterable[str], nested: Iterable[str]) -> str:
    """SQL: the columns of a log from those of a file, nested values as JSON."""
    text_of = {name: f'to_json("{name}")::VARCHAR' if name in nested else f'"{name}"::VARCHAR' for name in names}
    fields = [f"{text_of.get(field, 'NULL::VARCHAR')} AS {column}" for column, field in log.fields.items()]
    left = sorted({*text_of} - {*log.fields.values()})
    others = [f"{quoted(json.dumps(name, ensure_ascii=False) + ':')} || to_json({text_of[name]})" for name in left]
    members = f"nullif(concat('{{', concat_ws(',', {', '.join(others)}), '}}'), '{{}}')" if others else "NULL::VARCHAR"
    return f"{', '.join(fields)}, NULL::VARCHAR AS unparsed, {members} AS other_fields, NULL::BOOLEAN AS erased"
