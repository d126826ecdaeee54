"""Content, a day at a time: landed records to raw, quarantine, clean and ledger."""

from pathlib import Path

import duckdb

from bench.rivals.duckdb_lake.landing import land
from bench.rivals.duckdb_month.content import CAPPED, group_records
from bench.rivals.duckdb_month.sql import CATEGORY, MARKERS, WHITE, app_of, contract_of, mac_of, seconds_of
from bench.rivals.landed import CONTENT, LandedDay
from bench.rivals.reference import CODES, CUTS


def _not_null(column: str) -> str:
    """SQL: the trimmed text, which may be blank; null if it is a null marker."""
    return f"CASE WHEN trim({column}, {WHITE}) NOT IN ({MARKERS}) THEN trim({column}, {WHITE}) END"


RECORD = (
    "doc_index", "doc_type", "doc_id", "doc_score", "landed_contract", "landed_mac", "total_duration", "app_name",
    f"CASE WHEN {_not_null('doc_id')} IS NULL THEN other_fields END",
)  # fmt: skip
"""The columns by which two records of a day are the same. Their other fields count only if they have no id."""
_ALL = ", ".join(_not_null(column) for column in ("contract", "mac", "total_duration", "app_name"))
REASON = f"""CASE WHEN unparsed IS NOT NULL THEN 'unparseable'
    WHEN coalesce({_ALL}) IS NULL THEN 'missing_field'
    WHEN coalesce({_not_null("contract")}, '') IN ('', '0') THEN 'missing_contract'
    WHEN clean_contract IS NULL THEN 'malformed_contract'
    WHEN coalesce({_not_null("total_duration")}, '') = '' THEN 'missing_duration'
    WHEN coalesce(seconds, {CUTS.day_seconds} + 1) > {CUTS.day_seconds} THEN 'duration_out_of_range'
    ELSE 'no_watch_time' END"""
"""SQL: the first rule that a refused record breaks. Computed for every record, it would take a third of the day's time."""
JUDGED = (
    f"{contract_of('contract')} AS clean_contract, {mac_of('mac')} AS clean_mac, {app_of('app_name')} AS app, "
    f"{seconds_of('total_duration')} AS seconds"
)
_ACCEPTED = f"clean_contract IS NOT NULL AND seconds BETWEEN 1 AND {CUTS.day_seconds}"
_RAW = "* EXCLUDE (clean_contract, clean_mac, app, seconds)"


def content_day(con: duckdb.DuckDBPyConnection, day: LandedDay, root: Path) -> dict[str, str]:
    """The tables of a day, each as a query."""
    land(con, CONTENT, day, root, JUDGED)
    con.execute(f"""
        CREATE OR REPLACE TEMP VIEW day AS
        SELECT * EXCLUDE (contract, mac, clean_contract, clean_mac), contract AS landed_contract, mac AS landed_mac,
            clean_contract AS contract, clean_mac AS mac
        FROM landed WHERE {_ACCEPTED}
    """)
    group_records(con, ", ".join(RECORD))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE clean_day AS
        SELECT contract, mac, app AS app_name, {list(CODES)}[1 + CASE {CATEGORY} ELSE 5 END] AS category,
            seconds::BIGINT AS seconds, (summed_seconds - seconds)::BIGINT AS capped_seconds, records::BIGINT AS source_rows
        FROM ({CAPPED});
        CREATE OR REPLACE TEMP TABLE quarantined AS
        SELECT {REASON} AS reason, {_RAW} FROM landed WHERE NOT coalesce({_ACCEPTED}, false);
        CREATE OR REPLACE TEMP TABLE ledger AS {_LEDGER}
    """)
    return {
        "raw_content": f"SELECT {_RAW} FROM landed",
        "quarantine_content": "FROM quarantined",
        "clean_content": "FROM clean_day",
        "ledger_content": "FROM ledger",
    }


_LEDGER = """
    WITH raw AS (SELECT count(*) AS landed_rows, count(erased) AS erased_rows FROM landed),
    copies AS (
        SELECT coalesce(sum(g.records - s.records), 0)::BIGINT AS duplicate_rows,
            coalesce(sum(g.seconds - s.seconds), 0)::BIGINT AS duplicate_seconds
        FROM several s JOIN grouped g
        ON s.contract = g.contract AND s.app = g.app AND s.mac IS NOT DISTINCT FROM g.mac
    ), judged AS (SELECT coalesce(sum(seconds), 0)::BIGINT AS landed_seconds FROM grouped),
    refused AS (SELECT count(*) AS quarantined_rows FROM quarantined),
    kept AS (
        SELECT coalesce(sum(source_rows), 0)::BIGINT AS accepted_rows, coalesce(sum(seconds), 0)::BIGINT AS clean_seconds,
            coalesce(sum(capped_seconds), 0)::BIGINT AS capped_seconds
        FROM clean_day
    )
    SELECT landed_rows, accepted_rows, duplicate_rows, quarantined_rows, erased_rows, landed_seconds, clean_seconds,
        duplicate_seconds, capped_seconds,
        landed_rows = accepted_rows + duplicate_rows + quarantined_rows + erased_rows
            AND landed_seconds = clean_seconds + capped_seconds + duplicate_seconds AS balanced
    FROM raw, copies, judged, refused, kept
"""
