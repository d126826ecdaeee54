"""The names of the fields in landed files: from the header of CSV and parquet, from the first lines of NDJSON.

What a field holds is read in `resources/landing/readers/`. The only question here is whether a log still has the fields
that its raw table knows, and no others.
"""

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from resources.landing.layout import Layout
from resources.landing.zone import LandedFile

_LONGEST_LINE = 1 << 20


def fields_of(file: LandedFile, layout: Layout, lines: int) -> set[str]:
    """The names of a file's fields; those in the layout's envelope as `envelope.name`."""
    with fsspec.open(file.uri, "rb", compression="infer") as stream:
        return _READERS[_form_by(file.name)](stream, layout, lines)


def compare(found: set[str], layout: Layout) -> dict[str, list[str]]:
    """The fields that are `new` or `missing`, as far as the format of the files can show it.

    Flat files need not have the fields that are outside the envelope.
    """
    fields = {name for _, name in layout.fields}
    nested = {f"{layout.envelope}.{name}" for name in layout.nested}
    known = fields | nested | ({layout.envelope} if layout.envelope else set())
    flat = set(layout.nested) or fields
    expected = nested | (fields - set(layout.nested)) if layout.envelope in found else flat
    differing = {"new": sorted(found - known), "missing": sorted(expected - found)}
    return {kind: names for kind, names in differing.items() if names}


def _form_by(name: str) -> str:
    lower = name.lower()
    return next((form for form in ("csv", "parquet") if f".{form}" in lower), "json")


def _of_parquet(stream: IO[bytes], layout: Layout, lines: int) -> set[str]:
    names: set[str] = set()
    for column in pq.read_schema(stream):
        inner = list(column.type) if pa.types.is_struct(column.type) else []
        names |= _with_envelope(column.name, [field.name for field in inner], layout)
    return names


def _of_csv(stream: IO[bytes], layout: Layout, lines: int) -> set[str]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="backslashreplace", newline="")
    header = next((fields for fields in csv.reader(text) if any(name.strip() for name in fields)), [])
    return {name.strip() for name in header}


def _of_json(stream: IO[bytes], layout: Layout, lines: int) -> set[str]:
    names: set[str] = set()
    for record in itertools.islice(_objects(stream), lines):
        for name, value in record.items():
            names |= _with_envelope(name, list(value) if isinstance(value, dict) else [], layout)
    return names


def _objects(stream: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """The lines that are JSON objects. An overlong line is read in parts, none of which is one."""
    while line := stream.readline(_LONGEST_LINE):
        try:
            record = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            yield record


def _with_envelope(name: str, inner: list[str], layout: Layout) -> set[str]:
    return {name, *(f"{name}.{field}" for field in inner)} if name == layout.envelope else {name}


_READERS: dict[str, Callable[[IO[bytes], Layout, int], set[str]]] = {
    "json": _of_json,
    "csv": _of_csv,
    "parquet": _of_parquet,
}
