"""Every table, for everything landed, made the plain way."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from . import clean_content, clean_search, ledgers
from .customer360 import Known, customer360
from .identity import identity
from .landed import days
from .months import landed_months, month_of, months_before
from .raw import CONTENT_COLUMNS, SEARCH_COLUMNS, raw_rows
from .reference import Reference, read_reference
from .search_metrics import search_metrics
from .search_trends import search_trends
from .segments import activeness_segments
from .tables import COLUMNS
from .taste import taste
from .thresholds import segment_thresholds
from .watch_metrics import watch_metrics

Row = dict[str, Any]
Lake = dict[str, list[Row]]


def build(landing: Path, reference: Path) -> Lake:
    """The lake that the landed files and the reference data give."""
    lake: Lake = {table: [] for table in COLUMNS}
    known = read_reference(reference)
    for day, files in sorted(days(landing / "log_content").items()):
        _content_day(lake, raw_rows(landing / "log_content", day, files, CONTENT_COLUMNS), day, known)
    for day, files in sorted(days(landing / "log_search").items()):
        _search_day(lake, raw_rows(landing / "log_search", day, files, SEARCH_COLUMNS), day, known)
    lake["identity_map"], lake["quarantine_identity"] = identity(landing / "identity")
    # A month is in the lake when anything lies in the landing zone for one of its days.
    landed = {month_of(row["log_date"]) for row in lake["ledger_content"] + lake["ledger_search"]}
    _watch_months(lake, sorted(landed), known)
    _search_months(lake, sorted(landed), known)
    _profiles(lake, sorted(landed))
    return lake


def _content_day(lake: Lake, raw: list[Row], day: date, known: Reference) -> None:
    clean = clean_content.clean(raw, known.apps)
    refused = clean_content.quarantine(raw)
    lake["raw_content"] += raw
    lake["clean_content"] += clean
    lake["quarantine_content"] += refused
    lake["ledger_content"].append(ledgers.content_ledger(day, raw, clean, refused, clean_content.copies(raw)))


def _search_day(lake: Lake, raw: list[Row], day: date, known: Reference) -> None:
    clean = clean_search.clean(raw, known.ui_texts)
    refused = clean_search.quarantine(raw, known.ui_texts)
    copies = sum(len(same) - 1 for same in clean_search.events(raw, known.ui_texts))
    lake["raw_search"] += raw
    lake["clean_search"] += clean
    lake["quarantine_search"] += refused
    lake["ledger_search"].append(ledgers.search_ledger(day, raw, clean, refused, copies))


def _watch_months(lake: Lake, months: list[date], known: Reference) -> None:
    content_days = landed_months(lake["ledger_content"])
    for month in months:
        clean = _of_month(lake["clean_content"], month, "log_date")
        metrics = watch_metrics(month, clean, content_days.get(month, []), known.categories)
        lake["watch_metrics"] += metrics
        lake["taste"] += taste(month, clean, known.categories)
        lake["segment_thresholds"] += segment_thresholds(month, metrics)
    metrics_by_month = {month: _of_month(lake["watch_metrics"], month) for month in months}
    for month in months:
        lake["activeness_segments"] += activeness_segments(month, metrics_by_month, set(content_days))


def _search_months(lake: Lake, months: list[date], known: Reference) -> None:
    search_days = landed_months(lake["ledger_search"])
    for month in months:
        before = months_before(month, 1)
        clean = _of_month(lake["clean_search"], month, "log_date")
        lake["search_metrics"] += search_metrics(month, clean, known.dictionary)
        now, then = (_of_month(lake["search_metrics"], which) for which in (month, before))
        lake["search_trends"] += search_trends(month, now, then, month in search_days, before in search_days)


def _profiles(lake: Lake, months: list[date]) -> None:
    def by_month(table: str, name: str) -> dict[date, dict[str, Row]]:
        return {month: {row[name]: row for row in _of_month(lake[table], month)} for month in months}

    metrics, tastes, segments = (
        by_month(table, "contract") for table in ("watch_metrics", "taste", "activeness_segments")
    )
    watched = {
        month: {
            contract: {**row, **tastes[month][contract], **segments[month][contract]}
            for contract, row in metrics[month].items()
        }
        for month in months
    }
    known = Known(
        watched=watched,
        searched=by_month("search_metrics", "user_id"),
        trends=by_month("search_trends", "user_id"),
        contract_of={row["user_id"]: row["contract"] for row in lake["identity_map"]},
        content_days=landed_months(lake["ledger_content"]),
        search_days=landed_months(lake["ledger_search"]),
    )
    for month in months:
        lake["customer360"] += customer360(month, known)


def _of_month(rows: list[Row], month: date, column: str = "month") -> list[Row]:
    of: Callable[[Row], date] = lambda row: month_of(row[column])  # noqa: E731
    return [row for row in rows if of(row) == month]
