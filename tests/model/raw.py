"""The raw tables: every landed record as a row of texts."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from .json_text import as_text
from .landed import Record, Unparsed, records

Row = dict[str, Any]

CONTENT_DOCUMENT = {"doc_index": "_index", "doc_type": "_type", "doc_id": "_id", "doc_score": "_score"}
CONTENT_FIELDS = {
    "contract": "Contract",
    "mac": "Mac",
    "total_duration": "TotalDuration",
    "app_name": "AppName",
}
SEARCH_FIELDS = {
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
}
CONTENT_COLUMNS = [*CONTENT_DOCUMENT, *CONTENT_FIELDS, "unparsed", "other_fields", "erased"]
SEARCH_COLUMNS = [*SEARCH_FIELDS, "unparsed", "other_fields", "erased"]


def _content(record: dict[str, Any]) -> Row:
    """The document's fields, and the four fields from `_source` or, without one, from the record itself."""
    source = record.get("_source")
    fields = source if isinstance(source, dict) else record
    return {
        **{column: as_text(record.get(name)) for column, name in CONTENT_DOCUMENT.items()},
        **{column: as_text(fields.get(name)) for column, name in CONTENT_FIELDS.items()},
        "unparsed": None,
        "other_fields": None,
        "erased": None,
    }


def _search(record: dict[str, Any]) -> Row:
    fields = {column: as_text(record.get(name)) for column, name in SEARCH_FIELDS.items()}
    return {**fields, "unparsed": None, "other_fields": None, "erased": None}


def raw_rows(source: Path, day: date, files: list[Path], columns: list[str]) -> list[Row]:
    """The rows of one day of a log, in the order of its files."""
    make: Callable[[dict[str, Any]], Row] = _content if columns is CONTENT_COLUMNS else _search

    def row(record: Record) -> Row:
        if isinstance(record, Unparsed):
            return {**dict.fromkeys(columns), "unparsed": record.text}
        return make(record)

    return [
        {"log_date": day, "source_file": path.relative_to(source).as_posix(), **row(record)}
        for path in files
        for record in records(path)
    ]
