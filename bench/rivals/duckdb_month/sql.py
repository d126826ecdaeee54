"""What the steps share: fragments of SQL, and the readers of CSV files."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from bench.rivals.landed import LandedDay, Record, csv_header, csv_records, json_records, lines_at
from bench.rivals.reference import CODES, CUTS, REFERENCE
from c360_assets.text.normalise import WHITE_SPACE


def quoted(value: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(value).replace("'", "''") + "'"


WHITE = quoted(WHITE_SPACE)
CONTRACT = quoted(CUTS.contract_pattern)
MARKERS = ", ".join(map(quoted, CUTS.null_markers))
SEVERAL = r"\}[ \t]*\{"
"""A pattern of lines that may hold several JSON objects."""
APPS = ", ".join(map(quoted, REFERENCE.app_categories))
CATEGORY = " ".join(
    f"WHEN app = {quoted(app)} THEN {CODES.index(code)}" for app, code in REFERENCE.app_categories.items()
)


_KINDS = {"moment": pa.timestamp("us"), "masked": pa.bool_()}


def each(template: str, joint: str = ", ") -> str:
    """The template for each category: {c} is its code, {p} its place in the fixed order."""
    return joint.join(template.format(c=code, p=place) for place, code in enumerate(CODES))


def contract_of(column: str) -> str:
    """SQL: a contract in its one form; null where the text is not a contract."""
    clean = f"upper(trim({column}, {WHITE}))"
    return (
        f"CASE WHEN regexp_matches({column}, {CONTRACT}) THEN {column} "
        f"WHEN regexp_matches({clean}, {CONTRACT}) THEN {clean} END"
    )


def mac_of(column: str) -> str:
    """SQL: the address of a device in its one form; null if it is not one."""
    mac = f"upper(regexp_replace({column}, '[:.\\-{WHITE_SPACE}]', '', 'g'))"
    return (
        f"CASE WHEN regexp_full_match({column}, '[0-9A-F]{{12}}') THEN {column} "
        f"WHEN regexp_full_match({mac}, '[0-9A-F]{{12}}') THEN {mac} END"
    )


def app_of(column: str) -> str:
    """SQL: the name of an app in its one form."""
    return f"CASE WHEN {column} IN ({APPS}) THEN {column} ELSE coalesce(upper({known(column)}), 'UNKNOWN') END"


def seconds_of(column: str) -> str:
    """SQL: the seconds of a duration; null if it is not a whole number."""
    whole = f"trim({column}, {WHITE})"
    return (
        f"CASE WHEN regexp_full_match({column}, '[0-9]+') THEN TRY_CAST({column} AS BIGINT) "
        f"WHEN regexp_full_match({whole}, '[0-9]+(\\.0+)?') THEN TRY_CAST(split_part({whole}, '.', 1) AS BIGINT) END"
    )


def filled(column: str) -> str:
    """SQL: the trimmed text; null where nothing is left."""
    return f"CASE WHEN {column} SIMILAR TO '[!-~]([ -~]*[!-~])?' THEN {column} ELSE nullif(trim({column}, {WHITE}), '') END"


def known(column: str) -> str:
    """SQL: the trimmed text; null where nothing is left, or a word for null."""
    return f"CASE WHEN {filled(column)} NOT IN ({MARKERS}) THEN {filled(column)} END"


def user_of(column: str) -> str:
    """SQL: a user id in its one form; null where there is none. Tools that take ids for numbers write `.0` behind them."""
    return f"regexp_replace({known(column)}, '^([0-9]+)\\.0+$', '\\1')"


def register(
    con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Makes rows a table of DuckDB's: texts, but for the columns in `_KINDS`."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    types = [_KINDS.get(name, pa.string()) for name in columns]
    arrays = [pa.array(value, kind) for value, kind in zip(values, types, strict=True)]
    con.register(name, pa.table(arrays, names=list(columns)))


def csv_source(file: str) -> str:
    """SQL: a reader of a CSV file with its own header; lines that are not records go to the list of rejects."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in csv_header(file))
    return (
        f"read_csv({quoted(file)}, columns={{{columns}}}, delim=',', quote='\"', escape='\"', header=true, "
        "auto_detect=false, ignore_errors=true, store_rejects=true, rejects_limit=0)"
    )


def wrongly_encoded(con: duckdb.DuckDBPyConnection, day: LandedDay, fields: tuple[str, ...]) -> list[Record]:
    """The records in a day's CSV files that hold bytes that are not UTF-8, after the day was read."""
    found: list[Record] = []
    for file in day.files if day.form == "csv" else ():
        places = con.execute(
            "SELECT DISTINCT line_byte_position FROM reject_errors JOIN reject_scans USING (scan_id, file_id) "
            "WHERE error_type = 'INVALID ENCODING' AND file_path = ?",
            [file],
        ).fetchall()
        lines = lines_at(file, sorted(place for (place,) in places)) if places else []
        found += csv_records(lines, csv_header(file), fields)
    return found


def lines_with(con: duckdb.DuckDBPyConnection, day: LandedDay, *patterns: str) -> list[str]:
    """The lines of a day's files of JSON that match a pattern. One expression for all would take twice as long."""
    matches = " OR ".join(f"regexp_matches(line, {quoted(pattern)})" for pattern in patterns)
    found = con.execute(
        f"SELECT line FROM read_csv({list(day.files)}, columns={{line: 'VARCHAR'}}, delim='\x01', quote='', escape='', "
        f"header=false, auto_detect=false, ignore_errors=true) WHERE {matches}"
    ).fetchall()
    return [line for (line,) in found]


def of_several(lines: Iterable[str], fields: tuple[str, ...]) -> list[Record]:
    """The records on the lines that hold more than one object, which DuckDB leaves over."""
    several = (json_records(line, fields) for line in lines)
    return [record for records in several if len(records) > 1 for record in records]
