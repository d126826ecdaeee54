"""Looks for erased ids in every file of a folder: the proof of an erasure.

Parquet is decoded, and every text in it is searched, names and metadata included. Text files are searched in UTF-8 and
UTF-16, and JSON at every level. SQLite's tables are read. Compressed files and archives are unpacked; of damaged ones,
whatever can still be unpacked is searched. In all other files, the plain bytes are searched for ids that contain a letter.
The names of files and folders are searched as well.
"""

import io
import sqlite3
import stat
import zlib
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from c360_assets.privacy.proof.id_finder import IdFinder
from c360_assets.privacy.proof.parquet_texts import schema_texts, texts_of
from c360_assets.privacy.proof.sqlite_texts import HEAD, sqlite_texts
from c360_assets.privacy.proof.unpacking import is_packed, text_blocks, unpacked
from c360_assets.privacy.registry import writes_counts
from resources.erasure.suppression import Suppression
from resources.landing.opening import seekable
from resources.locations import file_system

KEYWORDS = frozenset({"keyword", "keyword_key", "most_search", "most_search_key"})
"""Columns of what people typed. A keyword that looks like an id is not that customer's, and never erases."""
_PARQUET = b"PAR1"
_UNDECODABLE = (pa.ArrowException, sqlite3.Error, OSError, EOFError, ValueError, zlib.error)


@dataclass
class Scan:
    """What was looked at, and the files in which an id was found, with how often. `keywords` counts typed ones.

    `columns` are those of parquet files in which an id was found. A folder whose name holds an id counts as a file.
    `unsearched` are files that can't be read or decoded: an id may be in them. `reasons` say of landed files why
    they were not rewritten.
    """

    files: int = 0
    bytes: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    keywords: int = 0
    unsearched: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether everything could be searched, and nothing was found."""
        return not self.hits and not self.unsearched


class ByteScanner:
    """Scans files for the ids of a list of erasures.

    With `every_word`, words and numbers of any length count: for files that were written elsewhere, in any form.
    """

    def __init__(self, suppression: Suppression, every_word: bool = False) -> None:
        self._every_word = every_word
        self._find = IdFinder(suppression, every_word)

    def scan(self, root: str, scan: Scan, known: Container[str] = ()) -> None:
        """Looks at all files below a folder, a path or an object store's URI, but for those that are `known` already."""
        store, path = file_system(root)
        if not store.exists(path):
            return
        for name, info in sorted(store.find(path, withdirs=True, detail=True).items()):
            below = name.removeprefix(path).strip("/")
            if below and below not in known:
                self._scan_one(store, name, info, below, scan)

    def _scan_one(self, store: Any, name: str, info: Mapping[str, Any], below: str, scan: Scan) -> None:
        """Scans a file, or only the name of a folder. In the landing zone, names are not searched."""
        found = 0 if self._every_word else self._find.in_name(below.rpartition("/")[2])
        if _holds_bytes(name, info):
            look = self._in_foreign if self._every_word else self._in_own
            try:
                found += look(store, name, below, scan)
            except FileNotFoundError:  # another process removed it
                return
            scan.files += 1
            scan.bytes += int(info["size"] or 0)
        if found:
            scan.hits[below] = found

    def _in_own(self, store: Any, name: str, below: str, scan: Scan) -> int:
        """In a file of the lake or of Dagster's home. One that can't be read or decoded is `unsearched`."""
        data = b""
        try:
            data = store.cat_file(name)
            return self._in_file(data, below, scan, _log_of(store, name) if data[:16] == HEAD else b"")
        except FileNotFoundError:
            raise
        except _UNDECODABLE:
            scan.unsearched.append(below)
            return self._find.in_any_bytes(data)

    def _in_foreign(self, store: Any, name: str, below: str, scan: Scan) -> int:
        """In a file that was written elsewhere, however large. One that can't be read or decoded is `unsearched`."""
        try:
            with store.open(name, "rb") as stream:
                return sum(self._in_stream(inner, below, scan) for inner in unpacked(stream))
        except FileNotFoundError:
            raise
        except _UNDECODABLE:
            scan.unsearched.append(below)
        try:
            with store.open(name, "rb") as stream:
                return sum(map(self._find.in_any_bytes, text_blocks(io.BufferedReader(stream))))
        except OSError:
            return 0

    def _in_stream(self, stream: io.BufferedReader, below: str, scan: Scan) -> int:
        head = stream.peek(16)
        if head[:4] == _PARQUET:
            with seekable(stream) as file:
                return self._in_parquet(file, below, scan)
        if head[:16] == HEAD:
            return sum(map(self._find.in_json, sqlite_texts(stream)))
        return sum(map(self._find.in_any_bytes, text_blocks(stream)))

    def _in_file(self, data: bytes, below: str, scan: Scan, log: bytes = b"") -> int:
        if is_packed(data):
            return sum(self._in_file(one.read(), below, scan) for one in unpacked(io.BytesIO(data)))
        if data[:4] == _PARQUET:
            return self._in_parquet(io.BytesIO(data), below, scan)
        if data[:16] == HEAD:
            rows = sum(map(self._find.in_json, sqlite_texts(io.BytesIO(data), log)))
            return max(rows, self._find.in_binary(data))  # deleted rows stay in its pages
        return self._find.in_file(data, with_numbers=not writes_counts(below))

    def _in_parquet(self, file: IO[bytes], below: str, scan: Scan) -> int:
        parquet = pq.ParquetFile(file)
        found = sum(map(self._find.in_value, schema_texts(parquet)))
        for batch in parquet.iter_batches():
            for name, values in zip(batch.schema.names, batch.columns, strict=True):
                hits = sum(map(self._find.in_value, texts_of(values, self._every_word)))
                if name in KEYWORDS:
                    scan.keywords += hits
                elif hits:
                    found += hits
                    scan.columns.setdefault(below, set()).add(name)
        return found


def _holds_bytes(name: str, info: Mapping[str, Any]) -> bool:
    """Whether there is anything to read: a pipe, a socket and a device hold nothing, and reading them may never end.

    A linked folder is not entered. It can't be read as a file, so it counts as not searched.
    """
    if info["type"] in ("file", "directory"):
        return bool(info["type"] == "file")
    try:
        mode = Path(name).stat().st_mode
    except OSError:  # a link to nothing
        return False
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _log_of(store: Any, name: str) -> bytes:
    """The write-ahead log beside an SQLite database: rows that are not in the database yet."""
    try:
        log: bytes = store.cat_file(f"{name}-wal")
    except FileNotFoundError:
        return b""
    return log
