"""Every table, for everything landed, made the plain way."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from . import clean_content, clean_search, ledgers
from .audiences import audience_members
from .customer360 import Known, customer360
from .device_months import device_months
from .identity import identity
from .keyword_demand import keyword_demand
from .months import landed_months, month_of, months_before
from .opened import RefusedError
from .options import read_options
from .raw import CONTENT, SEARCH, raw_days
from .reference import Reference, read_reference
from .retention import retention
from .rfm import rfm
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
    """The lake that the landed files and the reference data give. A refused delivery leaves nothing (see `refused`)."""
    lake: Lake = {table: [] for table in COLUMNS}
    known, options = read_reference(reference), read_options(reference)
    for source, add in ((CONTENT, _content_day), (SEARCH, _search_day)):
        for day, rows in raw_days(landing, source, options):
            if not isinstance(rows, RefusedError):
                add(lake, rows, day, known)
    with suppress(RefusedError):
        lake["identity_map"], lake["quarantine_identity"] = identity(landing / "identity", options)
    # A month is in the lake when anything lies in the landing zone for one of its days.
    landed = {month_of(row["log_date"]) for row in lake["ledger_content"] + lake["ledger_search"]}
    _watch_months(lake, sorted(landed), known)
    _search_months(lake, sorted(landed), known)
    _profiles(lake, sorted(landed))
    by_month = {month: _of_month(lake["customer360"], month) for month in landed}
    for month in sorted(landed):
        lake["audience_members"] += audience_members(month, by_month, known.audiences)
    return lake


def refused(landing: Path, reference: Path) -> set[tuple[str, date | None]]:
    """The deliveries that can't be read: the source's folder and the day; no day for the links."""
    options = read_options(reference)
    found: set[tuple[str, date | None]] = {
        (source.folder, day)
        for source in (CONTENT, SEARCH)
        for day, rows in raw_days(landing, source, options)
        if isinstance(rows, RefusedError)
    }
    try:
        identity(landing / "identity", options)
    except RefusedError:
        found.add(("identity", None))
    return found


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
        lake["device_months"] += device_months(month, clean)
        days = content_days.get(month, [])
        lake["segment_thresholds"] += segment_thresholds(month, metrics, days)
        lake["rfm"] += rfm(month, metrics, days)
    metrics_by_month = {month: _of_month(lake["watch_metrics"], month) for month in months}
    for month in months:
        lake["activeness_segments"] += activeness_segments(month, metrics_by_month, set(content_days))
        lake["retention"] += retention(month, metrics_by_month, set(content_days))


def _search_months(lake: Lake, months: list[date], known: Reference) -> None:
    search_days = landed_months(lake["ledger_search"])
    for month in months:
        before = months_before(month, 1)
        clean = _of_month(lake["clean_search"], month, "log_date")
        lake["search_metrics"] += search_metrics(month, clean, known.dictionary)
        now, then = (_of_month(lake["search_metrics"], which) for which in (month, before))
        lake["search_trends"] += search_trends(month, now, then, month in search_days, before in search_days)
        previous = _of_month(lake["clean_search"], before, "log_date")
        lake["keyword_demand"] += keyword_demand(month, clean, previous, before in search_days, known.dictionary)


def _profiles(lake: Lake, months: list[date]) -> None:
    def by_month(table: str, name: str) -> dict[date, dict[str, Row]]:
        return {month: {row[name]: row for row in _of_month(lake[table], month)} for month in months}

    metrics, tastes, segments, groups = (
        by_month(table, "contract") for table in ("watch_metrics", "taste", "activeness_segments", "rfm")
    )
    watched = {
        month: {
            contract: {**row, **tastes[month][contract], **segments[month][contract], **groups[month][contract]}
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
