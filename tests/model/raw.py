"""The raw tables: every landed record as a row of texts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from .delivery import Reader
from .fields import Source
from .landed import days
from .opened import RefusedError
from .options import Options

Row = dict[str, Any]

CONTENT = Source(
    "log_content",
    {"contract": "Contract", "mac": "Mac", "total_duration": "TotalDuration", "app_name": "AppName"},
    ("Contract", "Mac", "TotalDuration", "AppName"),
    {"doc_index": "_index", "doc_type": "_type", "doc_id": "_id", "doc_score": "_score"},
)
SEARCH = Source(
    "log_search",
    {
        "event_id": "eventID",
        "datetime": "datetime",
        "user_id": "user_id",
        "keyword": "keyword",
        "category": "category",
        "proxy_isp": "proxy_isp",
        "platform": "platform",
        "network_type": "networkType",
        "action": "action",
        "user_plans_map": "userPlansMap",
    },
    ("datetime", "user_id", "keyword", "category"),
)
IDENTITY = Source(
    "identity", {"contract": "contract", "user_id": "user_id", "source": "source"}, ("contract", "user_id")
)
SOURCES = {source.folder: source for source in (CONTENT, SEARCH, IDENTITY)}
SEARCH_FIELDS = dict(SEARCH.fields)
CONTENT_COLUMNS = [*CONTENT.columns, "unparsed", "other_fields", "erased"]
SEARCH_COLUMNS = [*SEARCH.columns, "unparsed", "other_fields", "erased"]


def raw_days(landing: Path, source: Source, options: Options) -> Iterator[tuple[date, list[Row] | RefusedError]]:
    """Each day that something lies here for: its rows, in the order of its files, or why it is refused."""
    reader, folder = Reader(source, options), landing / source.folder
    for day, delivery in sorted(days(folder).items()):
        try:
            if delivery.problem:
                raise RefusedError(delivery.problem)
            rows = reader.delivery(folder, delivery.files)
        except RefusedError as refusal:
            yield day, refusal
        else:
            yield day, [{"log_date": day, **row, "erased": None} for row in rows]
