"""Monitors of the landed logs: how many rows a day has, which fields its records have, and whether it is text at all."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from pyspark.sql import functions as F

from c360_assets.checks.contract.null_counts import null_counts
from c360_assets.checks.evidence import by_name, listed, shown_name
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope, rows_by_day
from c360_assets.checks.monitors.norms import compare_shares, unusual
from c360_assets.contracts.deliveries_before import FILES_GONE
from c360_assets.landing import raw_content, raw_search
from resources.landing.layout import Layout

LAYOUTS = {module.TABLE.name: module.LAYOUT for module in (raw_content, raw_search)}
_RECORDS_LOOKED_AT = 2000
_MOST_NAMES, _LONGEST_NAME = 5000, 1000
_SMALLEST_FILE = 1000
"""Bytes: files with only a header, or hardly a record, may well be the same on several days."""
_UNREADABLE = r"\\x[0-9a-f]{2}"
"""What a byte that is not UTF-8 becomes."""
_TEXTS = {
    "raw_content": ("app_name", "unparsed", "other_fields"),
    "raw_search": ("keyword", "platform", "proxy_isp", "action", "unparsed", "other_fields"),
}
"""Columns with text of people or systems, in which an encoding shows."""


def row_counts(scope: Scope) -> Finding:
    """Compares the rows of days with those of the landed days before them."""
    limit = scope.reference.monitors.rows[scope.table.name]
    passed = {day: one for day, one in scope.held.items() if "usual_row_count" not in one.warnings}
    before = {day: {"": float(rows)} for day, rows in rows_by_day(passed).items()}
    rows = {day: scope.held[day].rows for day in scope.days}

    def verdict(_: date, count: float, usual: float | None) -> str | None:
        if usual is None:
            is_wrong = not limit.first_min <= count <= limit.first_max
            return f"{count:,.0f} rows, expected {limit.first_min:,} to {limit.first_max:,}" if is_wrong else None
        is_wrong = not limit.least * usual <= count <= limit.times * usual
        return f"{count:,.0f} rows, usually {usual:,.0f}" if is_wrong else None

    figures = {day: {"": float(count)} for day, count in rows.items()}
    return Finding(unusual(scope.reference.monitors, figures, before, verdict), {"rows": by_name(rows)})


def fields(scope: Scope) -> Finding:
    """Names the fields that records have beyond the known ones, and the known ones that no record of a day has."""
    layout = LAYOUTS[scope.table.name]
    days = scope.days_with_rows()
    known = [column for column, field in layout.fields if field not in layout.document]
    columns = [*known, "unparsed", "other_fields", "erased"]
    nulls = null_counts(scope.table, scope.lake, days, columns) if days else {}
    filled = {
        day: {column: scope.held[day].rows - count for column, count in of_day.items()} for day, of_day in nulls.items()
    }
    warnings: dict[date | None, str] = {}
    for day, counts in filled.items():
        if counts["erased"] + counts["unparsed"] >= scope.held[day].rows:  # not a record whose fields are known
            continue
        new = _shown(_other_names(scope, day)) if counts["other_fields"] else []
        missing = [_field(layout, column) for column in known if not counts[column]]
        texts = [f"new {listed(new)}" if new else "", f"missing {listed(missing)}" if missing else ""]
        if any(texts):
            warnings[day] = ", ".join(filter(None, texts))
    return Finding(warnings, {"days": len(days)})


def _field(layout: Layout, column: str) -> str:
    return dict(layout.fields)[column]


def _other_names(scope: Scope, day: date) -> set[str]:
    """The names of additional fields in some records of a day, cut to what can be shown.

    The engine takes them out: what the fields hold may be longer than any answer.
    """
    rows = scope.lake.read(scope.table, day, day).where(F.col("other_fields").isNotNull())
    some = rows.select(F.json_object_keys("other_fields").alias("names")).limit(_RECORDS_LOOKED_AT)
    names = some.select(F.explode("names").alias("name")).select(F.substring("name", 1, _LONGEST_NAME).alias("name"))
    return {row["name"] for row in names.distinct().limit(_MOST_NAMES).collect()}


def _shown(names: Collection[str]) -> list[str]:
    """Names fit for display, each once."""
    return sorted({shown_name(name) for name in names})


def unreadable_text(scope: Scope) -> Finding:
    """The share of landed rows with bytes that are not UTF-8."""
    days = scope.days_with_rows()
    if not days:
        return Finding()
    is_unreadable = [F.coalesce(F.col(column).rlike(_UNREADABLE), F.lit(False)) for column in _TEXTS[scope.table.name]]
    any_is = is_unreadable[0]
    for one in is_unreadable[1:]:
        any_is = any_is | one
    found = scope.lake.read(scope.table, days[0], days[-1]).where(any_is).groupBy("log_date").count().collect()
    counts: Mapping[date, int] = {row["log_date"]: row["count"] for row in found}
    rows = {day: scope.held[day].rows for day in days}
    shares = {day: {"": counts.get(day, 0) / rows[day]} for day in days}
    return compare_shares(scope, "usual_unreadable_text", shares, rows)


def files_of_other_days(scope: Scope) -> Finding:
    """Names days with a file whose bytes another day has, too: its records count on both."""
    days: dict[str, set[date]] = defaultdict(set)
    for day, provenance in scope.held.items():
        for state, digest in provenance.files.items():
            if day is not None and _size(state) >= _SMALLEST_FILE:
                days[digest].add(day)
    warnings: dict[date | None, str] = {}
    for day in scope.days_with_rows():
        others = {other for digest in scope.held[day].files.values() for other in days[digest]} - {day}
        if others:
            warnings[day] = f"a file is the same, byte for byte, as on {listed(map(str, sorted(others)))}"
    return Finding(warnings, {"days": len(scope.days)})


def lost_files(scope: Scope) -> Finding:
    """Names days that lost some of their files and got no others: the lake has only the rows of the files that are left."""
    measured = {
        day: scope.held[day].measured[FILES_GONE] for day in scope.days if FILES_GONE in scope.held[day].measured
    }
    warnings: dict[date | None, str] = {
        day: f"{counts['before'] - counts['now']:,.0f} of {counts['before']:,.0f} files are gone, and none was added. "
        "The rows of those files are no longer in the lake. If nobody meant that, restore the table (c360 restore), and "
        "move the rest of the day away"
        for day, counts in measured.items()
    }
    return Finding(warnings, {"days": len(scope.days)}, measured)


def _size(state: str) -> int:
    """The bytes of a local file, by its recorded state: name, size, two times and a number. 0 for another kind of state."""
    parts = state.rsplit(" ", 4)
    return int(parts[1]) if len(parts) == 5 and parts[1].isdecimal() else 0


MONITORS = [
    Monitor(table, name, doc, look)
    for table in (raw_content.TABLE, raw_search.TABLE)
    for name, doc, look in (
        ("usual_row_count", "A day has about as many rows as the landed days before it", row_counts),
        ("known_fields", "Landed records have the fields that the table knows, and no others", fields),
        ("usual_unreadable_text", "Hardly any row has bytes that are not UTF-8", unreadable_text),
        ("no_file_of_another_day", "No file has the same bytes as one of another day", files_of_other_days),
        (FILES_GONE, "No day has lost landed files without getting others", lost_files),
    )
]
