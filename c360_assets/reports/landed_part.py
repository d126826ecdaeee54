"""The parts of a month's page about the data itself: what landed, what was refused, the ledgers, warnings."""

from c360_assets.planning.lines import counted
from c360_assets.reports import html, svg, words
from c360_assets.reports.html import Part
from c360_assets.reports.landed import LogFigures, spans
from c360_assets.reports.month_figures import MonthFigures

_ACCEPTED, _OTHERS = "accepted", "duplicate, refused or erased"


def landed(figures: MonthFigures) -> Part:
    """Days, rows and seconds of both logs, and why rows were refused."""
    body = _deliveries(figures) + "".join(_log(log) for log in figures.logs)
    note = "Nothing is lost: what landed is accepted, is a duplicate, was refused with a reason, or was erased."
    return Part("landed", "What landed, and what was refused", note, body)


def _deliveries(figures: MonthFigures) -> str:
    """Deliveries that could not be read, and days that landed and are not in the tables yet."""
    upkeep = figures.upkeep
    if not upkeep.refused and not upkeep.waiting:
        return html.line("Every delivery of the month could be read.")
    lines = [html.line(text, "bad") for text in upkeep.refused]
    refused = html.heading("Deliveries that can't be read") + "".join(lines) if lines else ""
    waiting = [html.line(f"Landed, and not in these figures yet: {text}.", "bad") for text in upkeep.waiting]
    return refused + "".join(waiting)


def _log(log: LogFigures) -> str:
    title = html.heading(f"{log.name.capitalize()} log")
    if not log.days:
        return title + html.line("No day of the month landed.")
    missing = f" Missing: {spans(log.missing)}." if log.missing else ""
    balance = (
        html.line(f"The ledger does not balance: {spans(log.unbalanced)}.", "bad")
        if log.unbalanced
        else html.line("The ledger balances on every day.", "good")
    )
    piles = {f"{day:%d}": {_ACCEPTED: good, _OTHERS: other} for day, (good, other) in log.rows_by_day.items()}
    total = log.rows["landed_rows"]
    rows = [(words.ROWS[name], count, count / total if total else None) for name, count in log.rows.items()]
    tables = [html.table(("rows", "count", "share"), rows, log.name)]
    if log.seconds:
        hours = [(words.SECONDS[name], round(count / 3600)) for name, count in log.seconds.items()]
        tables.append(html.table(("watch time", "hours"), hours, f"{log.name}.time"))
    if log.reasons:
        refused = [(name, count, words.REASONS.get(name, "")) for name, count in log.reasons.items()]
        tables.append(
            html.heading("Why rows were refused")
            + html.table(("reason", "rows", "meaning"), refused, f"{log.name}.refused")
        )
    chart = svg.stacks(f"Rows of the {log.name} log by day of the month", piles, (_ACCEPTED, _OTHERS), show_total=False)
    return title + html.line(f"{counted(len(log.days), 'day')} landed.{missing}") + balance + chart + "".join(tables)


def warnings(figures: MonthFigures) -> Part:
    """What checks warn of in the month."""
    found = figures.upkeep.warnings
    body = (
        html.table(("warning",), [(text,) for text in found])
        if found
        else html.line("No check warns of anything in the month.", "good")
    )
    note = "Checks compare each day with the days before it, and with limits of the reference data. A warning blocks nothing."
    return Part("warnings", "Data quality", note, body)
