"""Where personal values are kept, and how an erasure removes them: every column of text and every store is listed here.

The contracts say which columns are personal (`ColumnSpec.personal`). A test fails on a column of text that is
neither personal nor listed as impersonal, and on a file in a lake or in Dagster's home that belongs to no store.
"""

from dataclasses import dataclass
from fnmatch import fnmatch

_TOMBSTONE = "The record becomes a tombstone, of which only the name of its file is kept"
_LEFT_OUT = "The links are read again without those of the erased"
_MADE_AGAIN = "Made again from what is left"

ERASED_BY = {
    "raw_content": _TOMBSTONE,
    "raw_search": _TOMBSTONE,
    "identity_map": _LEFT_OUT,
    "quarantine_identity": _LEFT_OUT,
    **dict.fromkeys(
        (
            "quarantine_content",
            "quarantine_search",
            "clean_content",
            "clean_search",
            "device_months",
            "watch_metrics",
            "taste",
            "activeness_segments",
            "rfm",
            "search_metrics",
            "search_trends",
            "keyword_demand",
            "customer360",
            "audience_members",
        ),
        _MADE_AGAIN,
    ),
}
"""By table with personal columns: how an erasure removes their values."""

IMPERSONAL = frozenset(
    (
        *("source_file", "reason", "audience"),
        *("doc_index", "doc_type", "doc_id", "doc_score", "total_duration", "app_name", "category"),
        *("event_id", "datetime", "proxy_isp", "platform", "network_type", "action", "user_plans_map"),
        *("search_id", "outcome", "network", "isp", "plans"),
        *("most_watch", "taste", "lift_category", "user_type", "activeness", "clinginess", "lifecycle", "watch_trend"),
        *("rfm", "rfm_group"),
        *("search_category", "previous_category", "trending_type", "previous", "demand_trend"),
    )
)
"""Columns of text that identify nobody. In a tombstone they are null all the same, except for its file."""


@dataclass(frozen=True)
class Store:
    """Files of one kind, by patterns of their paths below the lake or Dagster's home, and how an erasure treats them."""

    name: str
    patterns: tuple[str, ...]
    erased: str
    has_counts: bool = True
    """Whether numbers in its JSON are counts, sizes and times: then they are not ids."""

    def holds(self, path: str) -> bool:
        """Whether a file belongs to it."""
        return any(fnmatch(path, pattern) for pattern in self.patterns)


LAKE = (
    Store("rows", ("*/*.parquet",), "Files of earlier versions are removed, whatever the retention"),
    Store(
        "log",
        ("*/_delta_log/*",),
        "Holds no statistics of personal columns; earlier commits and checkpoints are removed",
    ),
    Store(
        "provenance",
        ("*/_c360/*.json",),
        "Files, days, digests, and warnings with names of apps and fields, ids in them redacted; no personal value",
    ),
    Store("notices", ("_c360/notices.json",), "Which messages were sent: tables, days and digests; no personal value"),
    Store("receipts", ("erasures/_receipts/*.json",), "Digests by the erasure key, and counts"),
)
"""The stores of a lake. The list of erasures is a table there: digests by the erasure key."""

DAGSTER = (
    Store(
        "runs and events",
        ("history/*", "schedules/*", "*.db", "*.db-wal", "*.db-shm", "*.db-journal"),
        "No personal value",
    ),
    Store("configuration", ("dagster.yaml", ".telemetry/*", ".nux/*"), "No personal value"),
    Store("logs", ("storage/*", "logs/*"), "Messages never quote a landed value", has_counts=False),
)
"""The stores of Dagster's home. The proof looks into all of them."""


def writes_counts(path: str) -> bool:
    """Whether numbers in the JSON of a file, by its path below the lake or Dagster's home, are never ids."""
    return any(store.has_counts and store.holds(path) for store in (*LAKE, *DAGSTER))
