"""Looks for erased ids in every file of a folder: the proof of an erasure.

Parquet is decoded and each text looked at; JSON is parsed, as deep as texts hold JSON; SQLite's tables are read; and
compressed files are unpacked. Of every file the plain bytes are looked at, too. An id is found as a maximal run of
letters and digits, in any case, as in landed records.
"""

import bz2
import gzip
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Container, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from resources.erasure.suppression import KINDS, Suppression
from resources.locations import file_system

KEYWORDS = frozenset({"keyword", "keyword_key", "most_search", "most_search_key"})
"""Columns of what people typed. A keyword that looks like an id is not that customer's, and never erases."""
_WORD = re.compile(r"[^\W_]{4,64}")
_BYTES_WORD = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Za-z]{4,64}(?![0-9A-Za-z])")
_ZSTANDARD, _UTF_16 = b"\x28\xb5\x2f\xfd", (b"\xff\xfe", b"\xfe\xff")
_CLOCK_OR_FLOAT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+|[0-9]+\.[0-9]+")
"""Times and fractions in what the machine writes: their digits are not ids."""


@dataclass
class Scan:
    """What was looked at, and the files in which an id was found, with how often. `keywords` counts typed ones."""

    files: int = 0
    bytes: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    keywords: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.hits


class ByteScanner:
    """Scans files for the ids of a list of erasures."""

    def __init__(self, suppression: Suppression) -> None:
        self._has_id: Callable[[str], bool] = lru_cache(maxsize=1 << 20)(
            lambda word: any(suppression.has_id(kind, word) for kind in KINDS)
        )

    def scan(self, root: str, scan: Scan, known: Container[str] = ()) -> None:
        """Looks at all files below a folder, a path or an object store's URI, but for those that are `known` already."""
        store, path = file_system(root)
        store.invalidate_cache()
        if not store.exists(path):
            return
        for name, info in sorted(store.find(path, detail=True).items()):
            below = name.removeprefix(path).lstrip("/")
            if below in known:
                continue
            try:
                data = store.cat_file(name)
            except FileNotFoundError:  # another process removed it
                continue
            scan.files += 1
            scan.bytes += int(info["size"] or 0)
            found = self._in_file(name, data, scan)
            if found:
                scan.hits[below] = found

    def _in_file(self, name: str, data: bytes, scan: Scan) -> int:
        if data[:2] == b"\x1f\x8b":
            with suppress(OSError, EOFError):
                return self._in_file(name.removesuffix(".gz"), gzip.decompress(data), scan)
        if data[:3] == b"BZh":
            with suppress(OSError, ValueError):
                return self._in_file(name.removesuffix(".bz2"), bz2.decompress(data), scan)
        if data[:4] == _ZSTANDARD:
            with suppress(pa.ArrowException):
                unpacked = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
                return self._in_file(name.removesuffix(".zst"), unpacked, scan)
        if data[:2] in _UTF_16:
            data = data.decode("utf-16", errors="replace").encode()
        if data[:4] == b"PAR1":
            return self._in_parquet(data, scan)
        if data[:16] == b"SQLite format 3\0":
            return self._in_sqlite(data)
        if name.endswith((".json", ".crc", "_last_checkpoint", ".yaml", ".log", ".txt")):
            return sum(self._in_json(line) for line in data.decode(errors="replace").splitlines())
        return sum(self._has_id(word.decode()) for word in _BYTES_WORD.findall(data) if not word.isdigit())

    def _in_parquet(self, data: bytes, scan: Scan) -> int:
        found = 0
        for batch in pq.ParquetFile(pa.BufferReader(data)).iter_batches():
            for name, values in zip(batch.schema.names, batch.columns, strict=True):
                hits = sum(self._in_text(text) for text in _texts(values))
                if name in KEYWORDS:
                    scan.keywords += hits
                else:
                    found += hits
        return found

    def _in_sqlite(self, data: bytes) -> int:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            copy.write_bytes(data)
            with closing(sqlite3.connect(copy)) as connection:
                return sum(self._in_json(text) for text in _sqlite_texts(connection))

    def _in_json(self, text: str) -> int:
        """Ids in the texts of a JSON value, as deep as it goes; otherwise in the text itself."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return self._in_text(_CLOCK_OR_FLOAT.sub(" ", text))
        return self._in_value(value)

    def _in_value(self, value: Any) -> int:
        found, waiting = 0, [value]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                waiting += [*one, *one.values()]
            elif isinstance(one, list):
                waiting += one
            elif isinstance(one, str):
                found += self._in_json(one) if one[:1] in "{[" and one else self._in_text(_CLOCK_OR_FLOAT.sub(" ", one))
        return found

    def _in_text(self, text: str) -> int:
        return sum(self._has_id(word) for word in _WORD.findall(text))


def _texts(values: pa.Array) -> Iterator[str]:
    """The different texts of a column, however deep they are nested."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_struct(values.type):
        for inner in values.flatten():
            yield from _texts(inner)
    elif pa.types.is_map(values.type):
        yield from _texts(values.keys)
        yield from _texts(values.items)
    elif pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        yield from _texts(values.flatten())
    elif pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        yield from (text for text in values.unique().to_pylist() if text is not None)


def _sqlite_texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Every text in every table of a database."""
    tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        for row in connection.execute(f'select * from "{table}"'):
            for value in row:
                if isinstance(value, bytes):
                    yield value.decode(errors="replace")
                elif isinstance(value, str):
                    yield value
