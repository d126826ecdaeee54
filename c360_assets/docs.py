"""docs/tables/, written from the contracts of the tables: `make docs`, or `python -m c360_assets.docs`.

One page per table, an index with a diagram of all tables, the same diagram in README, and the pages' place in the
navigation of mkdocs.yml. What contracts can't say, the rules of cleaning and the definitions of measures, is written by
hand in docs/definitions/.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from c360_assets.contracts.table import ColumnSpec, Input, Section, TableSpec
from c360_assets.tables import TABLES
from resources.settings import PROJECT

DOCS = PROJECT / "docs"
PAGES = DOCS / "tables"
README = PROJECT / "README.md"
NAVIGATION = PROJECT / "mkdocs.yml"

_WRITTEN = "<!-- Written by `make docs` from the contracts of the tables. Change those, not this page. -->"
_INTRO = f"""\
# Tables

{_WRITTEN}

Every table is a Delta table at `<lake>/<table>` with flat columns. Descriptions of tables and
columns are stored in the tables themselves too. The rules and definitions behind the columns are in
[definitions](../definitions/index.md).

## From file to profile

Files land one day at a time. Each day of a log is read whole into a **raw** table, as text, and
nothing is judged. **Cleaning** sends every raw row to one of two places: the clean table, in one
consistent form, or the quarantine table, with a reason. The day's **ledger** counts both and proves
that no row and no second went missing. From the clean days of a month comes **behaviour**: how
much, how often and what a contract watched, which segment that puts it in, what a user searched for
and how that changed. **customer360** brings both sides together, through the identity map, in one
row per customer and month.
"""
_ARROWS = """\
An arrow leads from a table to one that is made from it. Where a longer path of arrows leads to the
same table, the direct arrow is left out. The page of each table lists everything that it is made
from.
"""
_WINDOWS: Mapping[tuple[int, int], tuple[str, str]] = {
    (0, 0): ("the same month", "the days of the month"),
    (-1, -1): ("the month before", "the days of the month before"),
    (-1, 0): ("the month and the one before", "the days of the month and of the one before"),
}
_PARTITIONS = {
    "day": "`log_date`, one per day",
    "month": "`month`, one per month, by its first day",
    None: "none: the whole table is replaced",
}
_WIDTH = 100
_LONGEST_LINE = 11
"""Characters of a name that fit on one line of a box in the diagram. Longer names are broken at an underscore."""


def render_pages(tables: Iterable[TableSpec]) -> dict[str, str]:
    """The pages of docs/tables/ by file name: the index, and the contract of each table."""
    contracts = list(tables)
    diagram = f"```mermaid\n{flowchart(contracts)}\n```\n"
    index = "\n".join([_INTRO, diagram, _ARROWS, "## All tables\n", _overview(contracts)])
    return {"index.md": index} | {f"{table.name}.md": _page(table, contracts) for table in contracts}


def render_readme(text: str, tables: Iterable[TableSpec]) -> str:
    """README with the diagram of the tables between its markers."""
    diagram = f"```mermaid\n{flowchart(list(tables))}\n```"
    return _between(text, "<!-- tables: written by `make docs` -->", "<!-- end of tables -->", diagram)


def render_navigation(text: str, tables: Iterable[TableSpec]) -> str:
    """mkdocs.yml with the pages of the tables between its markers."""
    pages = "\n".join(f"      - {table.name}: tables/{table.name}.md" for table in tables)
    return _between(text, "      # tables: written by `make docs`", "      # end of tables", pages)


def _between(text: str, begin: str, end: str, content: str) -> str:
    """A text with everything between two markers replaced. Raises ValueError unless it has each of them once."""
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"There must be one {begin!r} and one {end!r}.")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{content}\n{end}{rest.split(end)[1]}"


def anchor(heading: str) -> str:
    """The anchor that a heading is linked by."""
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def window_in_words(reader: TableSpec, read: Input) -> str:
    """Which partitions of an input one partition of a table reads."""
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


def arrows(tables: Iterable[TableSpec]) -> dict[str, list[str]]:
    """What each table and each folder of landed files is made into. Arrows that a longer path implies are left out."""
    contracts = list(tables)
    sources = {t.name: [*([t.lands] if t.lands else []), *(read.table.name for read in t.inputs)] for t in contracts}
    upstream: dict[str, set[str]] = {}
    into: dict[str, list[str]] = {}
    for table in contracts:
        direct = sources[table.name]
        upstream[table.name] = {*direct, *chain.from_iterable(upstream.get(source, ()) for source in direct)}
        implied = set().union(*(upstream.get(source, set()) for source in direct))
        for source in direct:
            if source not in implied:
                into.setdefault(source, []).append(table.name)
    return into


def flowchart(tables: Iterable[TableSpec]) -> str:
    """The tables as a mermaid flowchart from left to right, from landed files to the profile."""
    contracts = list(tables)
    folders = list(dict.fromkeys(table.lands for table in contracts if table.lands))
    into = arrows(contracts)
    lines = [
        '%%{init: {"flowchart": {"nodeSpacing": 14, "rankSpacing": 26, "padding": 8}}}%%',
        "flowchart LR",
    ]
    named: set[str] = set()
    for source in [*folders, *(table.name for table in contracts)]:
        ends = " & ".join(_node(name, folders, named) for name in into.get(source, ()))
        if ends:
            lines.append(f"  {_node(source, folders, named)} --> {ends}")
        elif source not in named:
            lines.append(f"  {_node(source, folders, named)}")
    return "\n".join(lines)


def _node(name: str, folders: Iterable[str], named: set[str]) -> str:
    """A box of the diagram: with its label the first time, then by its name alone."""
    if name in named:
        return name
    named.add(name)
    label = name if len(name) <= _LONGEST_LINE else name.replace("_", "_<br/>", 1)
    return f'{name}[/"{label}"/]' if name in folders else f'{name}["{label}"]'


def _overview(tables: list[TableSpec]) -> str:
    rows = [
        (f"[{t.name}]({t.name}.md)", t.group, t.unit or "–", _names(t.key) or "none", _first(t.doc)) for t in tables
    ]
    return _grid(("table", "step", "partition", "key within a partition", "what it holds"), rows)


def _first(doc: str) -> str:
    """A description up to its first colon or full stop."""
    return doc.split(":")[0].split(". ")[0].removesuffix(".")


def _page(table: TableSpec, tables: list[TableSpec]) -> str:
    personal = "in the columns marked *personal*" if table.is_personal else "none"
    readers = [other.name for other in tables if any(read.table.name == table.name for read in other.inputs)]
    facts = [
        f"- Step: {table.group}. Owner: {table.owner}.",
        f"- Partition: {_PARTITIONS[table.unit]}.",
        f"- Key: {_names(table.key) or 'none'}.",
        f"- Made from: {_inputs(table)}.",
        *([f"- Used by: {', '.join(f'[{name}]({name}.md)' for name in readers)}."] if readers else []),
        f"- Personal data: {personal}.",
        *([f"- Rules: {_link(table.definition)}."] if table.definition else []),
    ]
    columns = _grid(("column", "type", "meaning", "may hold", "made of"), map(_column_row, table.all_columns))
    head = [f"# {table.name}\n", f"{_WRITTEN}\n", f"{_wrapped(table.doc)}\n"]
    return "\n".join([*head, *map(_wrapped, facts), "", columns])


def _link(section: Section) -> str:
    return f"[{section.heading}](../definitions/{section.page}#{anchor(section.heading)})"


def _wrapped(text: str) -> str:
    """A paragraph, or an item of a list, in lines of the width of a page."""
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _inputs(table: TableSpec) -> str:
    inputs = [f"landed files in `{table.lands}/`"] if table.lands else []
    for read in table.inputs:
        must = ", required" if read.required else ""
        inputs.append(f"[{read.table.name}]({read.table.name}.md) ({window_in_words(table, read)}{must})")
    if table.uses_reference:
        inputs.append("reference data")
    return "; ".join(inputs)


def _column_row(column: ColumnSpec) -> tuple[str, ...]:
    return (
        f"`{column.name}`",
        f"{column.type} or null" if column.nullable else column.type,
        f"{column.doc}. *Personal.*" if column.personal else column.doc,
        _bounds(column),
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
    """Writes the pages, removes those of tables that no longer exist, and updates README and the navigation."""
    pages = render_pages(TABLES.values())
    PAGES.mkdir(exist_ok=True)
    for page in PAGES.glob("*.md"):
        if page.name not in pages:
            page.unlink()
    for name, text in pages.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    for path, render in ((README, render_readme), (NAVIGATION, render_navigation)):
        path.write_text(render(path.read_text(encoding="utf-8"), TABLES.values()), encoding="utf-8")
    print(f"Wrote {PAGES.relative_to(PROJECT)}/, and the tables in {README.name} and {NAVIGATION.name}.")


if __name__ == "__main__":
    main()
