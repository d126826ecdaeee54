"""Links between contracts and users: those that are used, and those that are refused."""

from datetime import date
from pathlib import Path

import duckdb

from bench.rivals.duckdb_lake.landing import land
from bench.rivals.duckdb_lake.store import write_rows
from bench.rivals.duckdb_month.sql import MARKERS, WHITE, contract_of, quoted, user_of
from bench.rivals.kept import is_as_landed, keep_state, state_of
from bench.rivals.landed import IDENTITY, LandedDay, data_files, form_of

_JUDGED = f"""
    {contract_of("contract")} AS clean_contract, {user_of("user_id")} AS clean_user,
    CASE WHEN unparsed IS NOT NULL THEN 'unparseable' WHEN clean_contract IS NULL THEN 'malformed_contract'
        WHEN clean_user IS NULL THEN 'missing_user' END AS reason
"""


def keep_links(con: duckdb.DuckDBPyConnection, landing: Path, out: Path) -> bool:
    """Creates `links`, with the one contract of each user. Returns whether any file changed since they were kept."""
    files = [str(path) for path in data_files(landing / IDENTITY.folder)]
    used, refused = (out / table / "rows.parquet" for table in ("identity_map", "quarantine_identity"))
    state = state_of(landing, files)
    changed = not is_as_landed(out, IDENTITY.folder, state)
    if changed:
        _judge(con, landing, files)
        write_rows(con, "identity_map", "FROM used_links", used)
        write_rows(con, "quarantine_identity", "FROM refused_links", refused)
        keep_state(out, IDENTITY.folder, state)
    con.execute(f"""
        CREATE TEMP TABLE links AS SELECT user_id, contract AS linked_contract FROM read_parquet({quoted(used)})
    """)
    return changed


def _judge(con: duckdb.DuckDBPyConnection, landing: Path, files: list[str]) -> None:
    """Creates `used_links` and `refused_links`."""
    con.execute(
        "CREATE TEMP TABLE landed_links (contract VARCHAR, user_id VARCHAR, source VARCHAR, "
        "clean_contract VARCHAR, clean_user VARCHAR, reason VARCHAR)"
    )
    for file in files:
        land(con, IDENTITY, LandedDay(date.min, form_of(Path(file)), (file,)), landing, _JUDGED)
        con.execute("""
            INSERT INTO landed_links
            SELECT contract, user_id, source, clean_contract, clean_user, reason FROM landed
        """)
    con.execute(f"""
        CREATE TEMP TABLE users_of_many AS SELECT clean_user FROM landed_links WHERE reason IS NULL
            GROUP BY clean_user HAVING min(clean_contract) <> max(clean_contract);
        CREATE TEMP TABLE used_links AS {_USED};
        CREATE TEMP TABLE refused_links AS {_REFUSED}
    """)


_USED = f"""
    SELECT min(clean_contract) AS contract, clean_user AS user_id,
        min(source) FILTER (trim(source, {WHITE}) NOT IN ({MARKERS})) AS source
    FROM landed_links ANTI JOIN users_of_many USING (clean_user) WHERE reason IS NULL GROUP BY clean_user
"""
_REFUSED = """
    SELECT coalesce(reason, 'user_of_many_contracts') AS reason, contract, user_id, source
    FROM landed_links l LEFT JOIN users_of_many m USING (clean_user) WHERE reason IS NOT NULL OR m.clean_user IS NOT NULL
"""
