"""What a proof found, for people: where an erased id still is, and what helps."""

from c360_assets.maintenance.history import LOG
from c360_assets.planning.lines import counted
from c360_assets.privacy.proof.byte_scan import Scan
from c360_assets.tables import TABLES

_AGAIN = "run the same command again"


def place_of(file: str, scan: Scan) -> str:
    """Where a hit is: the table with its columns, as far as they are known, and the file."""
    table = _table_of(file)
    return f"{file} ({_named(table, sorted(_columns_of(file, scan)))})" if table else file


def tables_found(scan: Scan) -> list[str]:
    """The tables with hits, and their columns. File names are left out: one may be the id that was found."""
    found: dict[str, set[str]] = {}
    for file in scan.hits:
        if table := _table_of(file):
            found.setdefault(table, set()).update(_columns_of(file, scan))
    return [_named(table, sorted(columns)) for table, columns in sorted(found.items())]


def remedies(scan: Scan, is_made: bool = True, again: str = _AGAIN) -> list[str]:
    """What to do where a proof has failed, in sentences. `again` says how to repeat it.

    Unless all tables are made (`is_made`), what is found in them may be what was not made again.
    """
    if not is_made:
        return [f"{again[0].upper()}{again[1:]}."]
    found = []
    if any(_table_of(file) for file in scan.hits):
        found.append(
            "Unless a run wrote it meanwhile, what is found in a table is in a landed record or the name of a landed file "
            f"that is not the customer's: correct or remove it in the landing zone, then {again}."
        )
    if any(not _table_of(file) for file in scan.hits):
        found.append(
            "Take the id out of the other files, or remove them (in SQLite, delete the rows and run VACUUM), "
            f"then {again}."
        )
    if scan.unsearched:
        count = counted(len(scan.unsearched), "file")
        found.append(f"Make readable what was not searched ({count}), or remove it, then {again}.")
    return found or [f"{again[0].upper()}{again[1:]}."]


def _named(table: str, columns: list[str]) -> str:
    if not columns:
        return f"table {table}"
    return f"table {table}, {'column' if len(columns) == 1 else 'columns'} {', '.join(columns)}"


def _columns_of(file: str, scan: Scan) -> set[str]:
    """The columns of a table with hits; none for a checkpoint in its log, whose columns are Delta's."""
    return set() if f"/{LOG}/" in file else scan.columns.get(file, set())


def _table_of(file: str) -> str | None:
    table = file.partition("/")[0]
    return table if table in TABLES else None
