"""docs/tables.md, written from the contracts of the tables: `make docs`, or `python -m c360_assets.docs`.

What contracts can't say, the rules of cleaning and the definitions of measures, is in docs/rules.md, by hand.
"""

from collections.abc import Iterable, Iterator, Mapping

from c360_assets.contracts.table import ColumnSpec, Input, TableSpec
from c360_assets.tables import TABLES
from resources.settings import PROJECT

PAGE = PROJECT / "docs" / "tables.md"

RULES: Mapping[str, str] = {
    "raw_content": "What lands",
    "raw_search": "What lands",
    "identity_map": "Links between users and contracts",
    "quarantine_identity": "Links between users and contracts",
    "quarantine_content": "Cleaning the content log",
    "clean_content": "Cleaning the content log",
    "ledger_content": "The ledgers",
    "quarantine_search": "Cleaning the search log",
    "clean_search": "Cleaning the search log",
    "ledger_search": "The ledgers",
    "watch_metrics": "Watching in a month",
    "taste": "Watching in a month",
    "segment_thresholds": "Segments",
    "activeness_segments": "Segments",
    "search_metrics": "Searching in a month",
    "search_trends": "Searching in a month",
    "customer360": "The profile",
}
"""The section of docs/rules.md for each table."""

_INTRO = """\
# Tables

<!-- Written by `make docs` from the contracts of the tables. Change those, not this page. -->

Every table is a Delta table, `<lake>/<table>`, with flat columns; descriptions stand in the tables themselves too.
The rules and definitions behind the columns are in [rules.md](rules.md).

## The way of the data

Files land a day at a time. Each day of a log is read whole into a **raw** table, as text, nothing judged.
**Cleaning** sends every raw row to one of two places: the clean table, in one consistent form, or the quarantine
table, with a reason; the day's **ledger** counts both and proves that no row and no second went missing. From the
clean days of a month comes **behaviour**: how much, how often and what a contract watched, which segment that makes
it, what a user searched for and how that moved. **customer360** brings both sides together, through the identity map,
in one row a customer and month.
"""
_WINDOWS: Mapping[tuple[int, int], tuple[str, str]] = {
    (0, 0): ("the same month", "the days of the month"),
    (-1, -1): ("the month before", "the days of the month before"),
    (-1, 0): ("the month and the one before", "the days of the month and of the one before"),
}
_PARTITIONS = {
    "day": "`log_date`, a day",
    "month": "`month`, by its first day",
    None: "none: the whole table is replaced",
}


def render_tables(tables: Iterable[TableSpec]) -> str:
    """The page: the way of the data, a list of the tables, and each table's contract."""
    contracts = list(tables)
    parts = [_INTRO, _graph(contracts), _overview(contracts), *map(_section, contracts)]
    return "\n".join(parts)


def anchor(heading: str) -> str:
    """What a heading is linked by."""
    return heading.lower().replace(" ", "-")


def window_in_words(reader: TableSpec, read: Input) -> str:
    """Which partitions of its input one partition of a table reads."""
    if read.table.unit is None:
        return "all of it"
    if reader.unit == "day":
        return "the same day"
    if reader.unit is None:
        return "all of its partitions"
    months, days = _WINDOWS.get((read.start_offset, read.end_offset)) or _long_window(read)
    return days if read.table.unit == "day" else months


def _long_window(read: Input) -> tuple[str, str]:
    if read.end_offset:
        raise ValueError(
            f"No words for the window {read.start_offset} to {read.end_offset} on {read.table.name}: add them here."
        )
    words = f"the month and the {-read.start_offset} before"
    return words, f"the days of {words}"


def _graph(tables: list[TableSpec]) -> str:
    lines = ["```mermaid", "flowchart LR"]
    for folder in dict.fromkeys(table.lands for table in tables if table.lands):
        lines.append(f"  {folder}[/{folder}/]")
    for table in tables:
        sources = [table.lands] if table.lands else [read.table.name for read in table.inputs]
        lines += [f"  {source} --> {table.name}" for source in sources]
    return "\n".join([*lines, "```", ""])


def _overview(tables: list[TableSpec]) -> str:
    rows = [(f"[{t.name}](#{t.name})", t.group, t.unit or "–", _names(t.key) or "none", _first(t.doc)) for t in tables]
    return _grid(("table", "step", "partition", "key in a partition", "what"), rows)


def _first(doc: str) -> str:
    """A description up to its first colon or full stop."""
    return doc.split(":")[0].split(". ")[0].removesuffix(".")


def _section(table: TableSpec) -> str:
    personal = "in the columns marked" if table.is_personal else "none"
    rule = RULES.get(table.name)
    lines = [
        f"## {table.name}\n",
        f"{table.doc}\n",
        f"- Step: {table.group}. Owner: {table.owner}.",
        f"- Partition: {_PARTITIONS[table.unit]}.",
        f"- Key: {_names(table.key) or 'none'}.",
        f"- Made from: {_inputs(table)}.",
        f"- Personal data: {personal}.",
        *([f"- Rules: [{rule}](rules.md#{anchor(rule)})."] if rule else []),
        "",
        _grid(
            ("column", "type", "null", "meaning", "may hold", "personal", "made of"),
            map(_column_row, table.all_columns),
        ),
    ]
    return "\n".join(lines)


def _inputs(table: TableSpec) -> str:
    inputs = [f"landed files in `{table.lands}/`"] if table.lands else []
    for read in table.inputs:
        must = ", which must be there" if read.required else ""
        inputs.append(f"[{read.table.name}](#{read.table.name}) ({window_in_words(table, read)}{must})")
    if table.uses_reference:
        inputs.append("reference data")
    return "; ".join(inputs)


def _column_row(column: ColumnSpec) -> tuple[str, ...]:
    return (
        f"`{column.name}`",
        column.type,
        "yes" if column.nullable else "no",
        column.doc,
        _bounds(column),
        "yes" if column.personal else "",
        _names(column.of),
    )


def _bounds(column: ColumnSpec) -> str:
    if column.values:
        return _names(column.values)
    low, high = column.at_least, column.at_most
    if low is not None and high is not None:
        return f"{low:g} to {high:g}" if high < 1e6 else f"{low:,} to {high:,}"
    if low is not None:
        return f"{low:g} or more"
    return f"{high:g} or less" if high is not None else ""


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    lines: Iterator[str] = (line(cells) for cells in [head, ("---",) * len(head), *rows])
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(render_tables(TABLES.values()), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(PROJECT)}.")


if __name__ == "__main__":
    main()
