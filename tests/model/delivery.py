"""The records of a delivery: what its files are, whether they can be read, and a row for each record."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import csv_text, json_records, parquet_rows
from .fields import Columns, Source, known_fields, names_of, row_of
from .opened import RefusedError, opened
from .options import Options
from .text import is_blank, trim
from .unparsed import Unparsed

Row = dict[str, Any]


class Reader:
    """Reads files of one source."""

    def __init__(self, source: Source, options: Options) -> None:
        self.source, self.options = source, options
        self.names = names_of(source, options)

    def delivery(self, folder: Path, files: list[Path], one_form: bool = True) -> list[Row]:
        """The rows of all the files; `RefusedError` if they can't be read."""
        forms, rows, known = set(), [], False
        for path in files:
            content = opened(path.read_bytes(), path.name)
            form = self.form(content)
            forms |= {form} if form else set()
            for record in self.records(content, form):
                # A CSV row has no envelope, whatever its columns are called.
                options = replace(self.options, envelopes=()) if form == "csv" else self.options
                known = known or self._is_known(record, options) or self._has_columns(content)
                rows.append({"source_file": path.relative_to(folder).as_posix(), **self._row(record, options)})
        if one_form and len(forms) > 1:
            raise RefusedError("parts of different formats")
        if rows and not known:
            raise RefusedError("no record has a needed field")
        return rows

    def _has_columns(self, content: bytes | str) -> bool:
        """Whether a parquet file has the needed columns by its schema."""
        return isinstance(content, bytes) and parquet_rows.has_columns(
            content, self.names, self.source.needed, self.options
        )

    def form(self, content: bytes | str) -> str | None:
        """json, csv or parquet; None for a file that holds no record and no header."""
        if isinstance(content, bytes):
            return "parquet"
        if is_blank(content):
            return None
        if trim(content)[0] in "{[":
            return "json"
        if self._separator(content):
            return "csv"
        if any(json_records.objects_of(line) for line in json_records.lines(content)):
            return "json"
        raise RefusedError("is in no known form")

    def _separator(self, text: str) -> str | None:
        return csv_text.separator_of(text, self.names, self.source.needed, self.options.separators, self.options.escape)

    def records(self, content: bytes | str, form: str | None) -> Iterator[dict[str, Any] | Unparsed]:
        """Each record, an object or what did not parse."""
        if isinstance(content, bytes):
            yield from parquet_rows.rows(content, self.names, self.source.needed, self.options)
        elif form == "csv":
            text = csv_text.without_separator_line(content)
            header = csv_text.header_of(text, self._separator(content) or "", self.options.escape) or []
            if any(header.count(str(self.names.of(field, header))) > 1 for field in self.source.needed):
                raise RefusedError("has a needed column twice")
            for row in csv_text.rows(content, self._separator(content) or "", self.options.escape):
                yield row if isinstance(row, Unparsed) else Columns(row)
        elif form == "json":
            yield from json_records.records(content)

    def _is_known(self, record: dict[str, Any] | Unparsed, options: Options) -> bool:
        """Whether the record has one of the needed fields, whatever its value."""
        if isinstance(record, Unparsed):
            return False
        known = known_fields(self.source, self.names, record, options)
        return any(name in self.source.needed for name in known)

    def _row(self, record: dict[str, Any] | Unparsed, options: Options) -> Row:
        if isinstance(record, Unparsed):
            return {**dict.fromkeys(self.source.columns), "unparsed": record.text, "other_fields": None}
        row = row_of(self.source, self.names, record, options)
        others = row.pop("other_fields")
        return {**row, "unparsed": None, "other_fields": others}
