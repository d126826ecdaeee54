"""The rules as the plain model states them."""

from datetime import date
from pathlib import Path

from tests.model import (
    Lake,
    build,
    clean_content,
    clean_search,
    ledgers,
    search_metrics,
    search_trends,
    segments,
    taste,
    thresholds,
    watch_metrics,
)
from tests.model.reference import read_reference
from tests.rules.rows import Row, in_order


class ModelRules:
    """Rows in, rows out, by the model; rows come in the order of their key."""

    def __init__(self, reference: Path) -> None:
        self._folder = reference
        self._known = read_reference(reference)

    def clean_content(self, raw: list[Row]) -> list[Row]:
        """A day's clean rows."""
        return in_order("clean_content", clean_content.clean(raw, self._known.apps))

    def quarantine_content(self, raw: list[Row]) -> list[Row]:
        """A day's refused rows."""
        return in_order("quarantine_content", clean_content.quarantine(raw))

    def ledger_content(self, day: date, raw: list[Row]) -> list[Row]:
        """A day's one row."""
        clean, refused = self.clean_content(raw), self.quarantine_content(raw)
        return [ledgers.content_ledger(day, raw, clean, refused, clean_content.copies(raw))]

    def clean_search(self, raw: list[Row]) -> list[Row]:
        """A day's clean rows."""
        return in_order("clean_search", clean_search.clean(raw, self._known.ui_texts))

    def quarantine_search(self, raw: list[Row]) -> list[Row]:
        """A day's refused rows."""
        return in_order("quarantine_search", clean_search.quarantine(raw, self._known.ui_texts))

    def watch_metrics(self, month: date, clean: list[Row], landed_days: list[date]) -> list[Row]:
        """A month's contracts."""
        found = watch_metrics.watch_metrics(month, clean, landed_days, self._known.categories)
        return in_order("watch_metrics", found)

    def taste(self, month: date, clean: list[Row]) -> list[Row]:
        """A month's contracts."""
        return in_order("taste", taste.taste(month, clean, self._known.categories))

    def segment_thresholds(self, month: date, metrics: list[Row]) -> list[Row]:
        """A month's one row, from its watch_metrics."""
        return thresholds.segment_thresholds(month, metrics, [row["last_watched"] for row in metrics])

    def activeness_segments(self, month: date, metrics: dict[date, list[Row]], landed: set[date]) -> list[Row]:
        """A month's contracts, from the watch_metrics of several months; `landed` are the months with landed content."""
        return in_order("activeness_segments", segments.activeness_segments(month, metrics, landed))

    def search_metrics(self, month: date, clean: list[Row]) -> list[Row]:
        """A month's users."""
        return in_order("search_metrics", search_metrics.search_metrics(month, clean, self._known.dictionary))

    def search_trends(self, month: date, now: list[Row], then: list[Row], landed: bool, comparable: bool) -> list[Row]:
        """The users of a month and the one before; `landed` and `comparable` say which of them has landed searches."""
        return in_order("search_trends", search_trends.search_trends(month, now, then, landed, comparable))

    def lake(self, landing: Path) -> Lake:
        """All tables of a landing zone."""
        return {table: in_order(table, rows) for table, rows in build(landing, self._folder).items()}
