"""Looks for erased ids in every file of a folder: the proof of an erasure.

Parquet is decoded and each text looked at; JSON is parsed, as deep as texts hold JSON; SQLite's tables are read; and
compressed files are unpacked, damaged ones as far as they go. Of every file the plain bytes are looked at, too. An id is
found as a maximal run of letters and digits, in any case, as in landed records.
"""

import io
import json
import re
import shutil
import sqlite3
import stat
import tempfile
import zlib
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from c360_assets.privacy.unpacking import text_blocks, unpacked
from resources.erasure.suppression import KINDS, Suppression
from resources.landing.opening import seekable
from resources.landing.sniffing import compression_of
from resources.locations import file_system

KEYWORDS = frozenset({"keyword", "keyword_key", "most_search", "most_search_key"})
"""Columns of what people typed. A keyword that looks like an id is not that customer's, and never erases."""
_WORD = re.compile(r"[^\W_]{4,64}")
_BYTES_WORD = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Za-z]{4,64}(?![0-9A-Za-z])")
_PACKED_NAME = re.compile(r"\.(?:gz|bz2|zst)\Z")
_SQLITE = b"SQLite format 3\0"
_CLOCK_OR_FLOAT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+|[0-9]+\.[0-9]+")
"""Times and fractions in what the machine writes: their digits are not ids."""
_UNDECODABLE = (pa.ArrowException, sqlite3.Error, OSError, EOFError, ValueError, zlib.error)
_WHOLE_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)


@dataclass
class Scan:
    """What was looked at, and the files in which an id was found, with how often. `keywords` counts typed ones.

    `unsearched` are files that can't be read or decoded: an id may be in them. `reasons` say of landed files why
    they were not rewritten.
    """

    files: int = 0
    bytes: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    keywords: int = 0
    unsearched: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether everything could be searched, and nothing was found."""
        return not self.hits and not self.unsearched


class ByteScanner:
    """Scans files for the ids of a list of erasures.

    With `every_word`, numbers of any length count, too: for files that were written elsewhere, in whatever form.
    """

    def __init__(self, suppression: Suppression, every_word: bool = False) -> None:
        self._every_word = every_word
        self._has_id: Callable[[str], bool] = lru_cache(maxsize=1 << 20)(
            lambda word: any(suppression.has_id(kind, word) for kind in KINDS)
        )

    def scan(self, root: str, scan: Scan, known: Container[str] = ()) -> None:
        """Looks at all files below a folder, a path or an object store's URI, but for those that are `known` already."""
        store, path = file_system(root)
        if not store.exists(path):
            return
        look = self._in_foreign if self._every_word else self._in_own
        for name, info in sorted(store.find(path, detail=True).items()):
            below = name.removeprefix(path).lstrip("/")
            if below in known or not _holds_bytes(name, info):
                continue
            try:
                found = look(store, name, below, scan)
            except FileNotFoundError:  # another process removed it
                continue
            scan.files += 1
            scan.bytes += int(info["size"] or 0)
            if found:
                scan.hits[below] = found

    def _in_own(self, store: Any, name: str, below: str, scan: Scan) -> int:
        """In a file of the lake or of Dagster's home. One that can't be read or decoded is `unsearched`."""
        data = b""
        try:
            data = store.cat_file(name)
            return self._in_file(name, data, scan)
        except FileNotFoundError:
            raise
        except _UNDECODABLE:
            scan.unsearched.append(below)
            return self._in_any_bytes(data)

    def _in_foreign(self, store: Any, name: str, below: str, scan: Scan) -> int:
        """In a file that was written elsewhere, however large. One that can't be read or decoded is `unsearched`."""
        try:
            with store.open(name, "rb") as stream:
                return sum(self._in_stream(inner, scan) for inner in unpacked(stream))
        except FileNotFoundError:
            raise
        except _UNDECODABLE:
            scan.unsearched.append(below)
        try:
            with store.open(name, "rb") as stream:
                return sum(map(self._in_any_bytes, text_blocks(io.BufferedReader(stream))))
        except OSError:
            return 0

    def _in_stream(self, stream: io.BufferedReader, scan: Scan) -> int:
        head = stream.peek(16)
        if head[:4] == b"PAR1":
            with seekable(stream) as file:
                return self._in_parquet(file, scan)
        if head[:16] == _SQLITE:
            return self._in_sqlite(stream)
        return sum(map(self._in_any_bytes, text_blocks(stream)))

    def _in_file(self, name: str, data: bytes, scan: Scan) -> int:
        if compression_of(data):
            inner = b"".join(stream.read() for stream in unpacked(io.BytesIO(data)))
            return self._in_file(_PACKED_NAME.sub("", name), inner, scan)
        if data[:4] == b"PAR1":
            return self._in_parquet(io.BytesIO(data), scan)
        if data[:16] == _SQLITE:
            return self._in_sqlite(io.BytesIO(data))
        if name.endswith((".json", ".crc", "_last_checkpoint", ".yaml", ".log", ".txt")):
            return sum(self._in_json(line) for line in data.decode(errors="replace").splitlines())
        return sum(self._has_id(word.decode()) for word in _BYTES_WORD.findall(data) if not word.isdigit())

    def _in_parquet(self, file: IO[bytes], scan: Scan) -> int:
        found = 0
        for batch in pq.ParquetFile(file).iter_batches():
            for name, values in zip(batch.schema.names, batch.columns, strict=True):
                hits = sum(self._in_text(text) for text in _texts(values, self._every_word))
                if name in KEYWORDS:
                    scan.keywords += hits
                else:
                    found += hits
        return found

    def _in_sqlite(self, file: IO[bytes]) -> int:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            with copy.open("wb") as target:
                shutil.copyfileobj(file, target)
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
        words = _WHOLE_WORD if self._every_word else _WORD
        return sum(self._has_id(word) for word in words.findall(text))

    def _in_any_bytes(self, data: bytes) -> int:
        """Ids in bytes of no known form: in UTF-8, in UTF-16 without a mark, and with the escapes of JSON undone."""
        texts = [data.decode(errors="replace")]
        if b"\0" in data:
            texts.append(data.replace(b"\0", b"").decode(errors="replace"))
        texts += [_ESCAPED.sub(_unescaped, text) for text in texts if "\\" in text]
        return max(map(self._in_text, texts))


def _holds_bytes(name: str, info: Mapping[str, Any]) -> bool:
    """Whether there is anything to read: a pipe, a socket and a device hold nothing, and reading them may never end.

    A linked folder is not entered. It can't be read as a file, so it counts as not searched.
    """
    if info["type"] == "file":
        return True
    try:
        mode = Path(name).stat().st_mode
    except OSError:  # a link to nothing
        return False
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else " "


def _texts(values: pa.Array, with_numbers: bool = False) -> Iterator[str]:
    """The different texts of a column, however deep they are nested; numbers and bytes as texts where they count."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_struct(values.type):
        for inner in values.flatten():
            yield from _texts(inner, with_numbers)
    elif pa.types.is_map(values.type):
        yield from _texts(values.keys, with_numbers)
        yield from _texts(values.items, with_numbers)
    elif pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        yield from _texts(values.flatten(), with_numbers)
    elif pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        yield from (text for text in values.unique().to_pylist() if text is not None)
    elif with_numbers:
        found = (value for value in values.to_pylist() if value is not None)
        yield from {one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in found}


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
