"""Looks for erased ids in every file of a folder: the proof of an erasure.

Parquet is decoded, and every text in it is searched, names and metadata included. Text files are searched in UTF-8 and
UTF-16, and JSON at every level. SQLite's tables are read. Compressed files and archives are unpacked; of damaged ones,
whatever can still be unpacked is searched, and so are their bytes as text; but they count as not searched, as does what
is known to be of a form that is not decoded. The pages of SQLite are searched for ids that contain a letter, and all
other files of the lake and of Dagster's home as text in any encoding; in the landing zone, what is not text counts
as not searched. The names of files and folders are searched as well.
"""

import io
import stat
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from c360_assets.privacy.proof.forms import (
    NOT_TEXT,
    TOO_MUCH,
    UNLISTED,
    UNREADABLE,
    TooMuch,
    is_packed_unseen,
    undecoded_form,
)
from c360_assets.privacy.proof.id_finder import IdFinder
from c360_assets.privacy.proof.parquet_texts import opened, schema_texts, texts_of
from c360_assets.privacy.proof.sqlite_texts import HEAD, PAGES, sqlite_texts
from c360_assets.privacy.proof.text_check import TextCheck, is_text
from c360_assets.privacy.proof.unpacking import Unpacker, count_in_text, is_packed
from c360_assets.privacy.registry import writes_counts
from resources.erasure.suppression import Suppression
from resources.landing.limits import LandingLimits
from resources.landing.opening import seekable
from resources.landing.rewriting.dictionaries import unnamed_texts
from resources.landing.sniffing import HEAD_BYTES
from resources.locations import file_system, files_below, open_file

KEYWORDS = frozenset({"keyword", "keyword_key", "most_search", "most_search_key"})
"""Columns of what people typed. A keyword that looks like an id is not that customer's, and never erases."""
_PARQUET = b"PAR1"
_OWN_UNPACKED_BYTES = 256 << 20
"""The most that comes out of a compressed file of the lake or of Dagster's home, where it is read as a whole."""
_LONG, _LONG_JSON = 1 << 20, 16 << 20
"""Characters of a value that is searched in blocks."""
_LONG_FILE = 64 << 20
"""Bytes of a file that is not text and is searched in blocks."""
_CHECKSUMS = b"crc\0\0\0\2\0"
"""How a file of checksums begins: there is one, of 4 bytes, for each 512 bytes of another file."""


@dataclass
class Scan:
    """What was looked at, and the files in which an id was found, with how often. `keywords` counts typed ones.

    `columns` are those of parquet files in which an id was found. A folder whose name holds an id counts as a file.
    `unsearched` are files that can't be read or decoded: an id may be in them. `reasons` say why, as far as it is known,
    and of landed files why they were not rewritten. `elsewhere` has sentences on what is not in files, and was not searched.
    """

    files: int = 0
    bytes: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    keywords: int = 0
    unsearched: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every file could be searched, and nothing was found."""
        return not self.hits and not self.unsearched

    def leave(self, file: str, why: str) -> None:
        """Counts a file as not searched."""
        self.unsearched.append(file)
        if why != UNREADABLE:
            self.reasons[file] = why


class ByteScanner:
    """Scans files for the ids of a list of erasures.

    With `every_word`, words and numbers of any length count: for files that were written elsewhere, in any form. Of
    such a file, at most `unpacked_bytes` are unpacked.
    """

    def __init__(
        self,
        suppression: Suppression,
        every_word: bool = False,
        unpacked_bytes: int = LandingLimits().unpacked_bytes,
    ) -> None:
        self._every_word, self._unpacked_bytes = every_word, unpacked_bytes
        self._find = IdFinder(suppression, every_word)

    def scan(self, root: str, scan: Scan, known: Container[str] = (), in_full: bool = False) -> None:
        """Looks at all files below a folder, a path or an object store's URI, but for those that are `known` already.

        They are named by their path below the folder, or `in_full`.
        """
        store, path = file_system(root)

        def below(name: str) -> str:
            return name if in_full else name.removeprefix(path).strip("/") or root

        def unlisted(name: str, _: OSError) -> None:
            if below(name) not in known and below(name) not in scan.reasons:
                scan.leave(below(name), UNLISTED)

        for name, info in files_below(store, path, unlisted, with_folders=True).items():
            if name.strip("/") != path.strip("/") and below(name) not in known:
                self._scan_one(store, name, info, below(name), scan)

    def _scan_one(self, store: Any, name: str, info: Mapping[str, Any], below: str, scan: Scan) -> None:
        """Scans a file, or only the name of a folder. In the landing zone, names are not searched."""
        names = [] if self._every_word else [below.rpartition("/")[2], str(info.get("destination", ""))]
        found = sum(map(self._find.in_name, names))
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
        try:
            data = store.cat_file(name)
            log = _log_of(store, name) if data[:16] == HEAD else b""
        except FileNotFoundError:
            raise
        except (OSError, ValueError):
            scan.leave(below, UNREADABLE)
            return 0
        unpacker = Unpacker(_OWN_UNPACKED_BYTES)
        found = self._in_file(data, below, scan, unpacker, log)
        if not unpacker.problems:
            return found
        if not (is_packed(data) and is_text(data)):  # a text may begin like a compressed file
            scan.leave(below, unpacker.problems[0])
        return max(found, self._find.in_file(data, with_numbers=True), self._find.in_any_bytes(data))

    def _in_foreign(self, store: Any, name: str, below: str, scan: Scan) -> int:
        """In a file that was written elsewhere, however large. One that can't be read or decoded is `unsearched`."""
        unpacker, found = Unpacker(self._unpacked_bytes), 0
        try:
            with open_file(store, name) as stream:
                for inner in unpacker.unpacked(stream):
                    found += self._in_stream(inner, below, scan, unpacker)
        except FileNotFoundError:
            raise
        except (OSError, ValueError):
            unpacker.problems.append(UNREADABLE)
        if not unpacker.problems:
            return found
        is_only_text, in_bytes = self._in_raw(store, name)
        if not is_only_text and not (unpacker.problems == [NOT_TEXT] and _holds_checksums(store, name)):
            scan.leave(below, unpacker.problems[0])
        return max(found, in_bytes)

    def _in_raw(self, store: Any, name: str) -> tuple[bool, int]:
        """Whether a file is a text that only begins like a compressed one, and how many ids are in its bytes."""
        check = TextCheck()
        try:
            with open_file(store, name) as stream:
                buffered = io.BufferedReader(cast(Any, stream))
                seems_packed = is_packed(buffered.peek(HEAD_BYTES)[:HEAD_BYTES])
                found = count_in_text(buffered, self._find.in_any_bytes, check)
        except OSError:
            return False, 0
        return seems_packed and check.is_text, found

    def _in_stream(self, stream: io.BufferedReader, below: str, scan: Scan, unpacker: Unpacker) -> int:
        head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        try:
            if head[:4] == _PARQUET:
                with seekable(stream) as file:
                    return self._in_parquet(file, below, scan, unpacker)
            if head[:16] == HEAD:
                texts = sqlite_texts(stream, with_numbers=True, problems=unpacker.problems)
                return sum(self._in_column(text, with_numbers=True) for text in texts)
        except FileNotFoundError:
            raise
        except Exception as error:  # whatever damaged data makes a library raise
            unpacker.problems.append(TOO_MUCH if isinstance(error, TooMuch) else UNREADABLE)
            return 0
        form, check = undecoded_form(head), TextCheck()
        found = count_in_text(stream, self._find.in_any_bytes, check)
        if form or not check.is_text:
            unpacker.problems.append(form or NOT_TEXT)
        return found

    def _in_file(self, data: bytes, below: str, scan: Scan, unpacker: Unpacker, log: bytes = b"") -> int:
        if is_packed(data):
            streams = unpacker.unpacked(io.BytesIO(data))
            return sum(self._in_file(one.read(), below, scan, unpacker) for one in streams)
        try:
            if data[:4] == _PARQUET:
                return self._in_parquet(io.BytesIO(data), below, scan, unpacker)
            if data[:16] == HEAD:
                rows = sum(map(self._in_column, sqlite_texts(io.BytesIO(data), log)))
                return max(rows, self._find.in_binary(data))  # deleted rows stay in its pages
            if data.startswith(PAGES):
                return self._find.in_binary(data)
        except Exception as error:  # whatever damaged data makes a library raise
            unpacker.problems.append(TOO_MUCH if isinstance(error, TooMuch) else UNREADABLE)
            return self._find.in_any_bytes(data)
        if form := undecoded_form(data[:HEAD_BYTES]):
            unpacker.problems.append(form)
        elif len(data) > _LONG_FILE and not is_text(data):  # each reading of it takes as much memory, and more
            return max(self._find.in_binary(data), self._in_blocks_of(data))
        elif is_packed_unseen(data, below) and not is_text(data):
            unpacker.problems.append(NOT_TEXT)
        return self._find.in_file(data, with_numbers=not writes_counts(below))

    def _in_parquet(self, file: IO[bytes], below: str, scan: Scan, unpacker: Unpacker) -> int:
        problems = unpacker.problems if self._every_word else None
        parquet, batches = opened(file)
        found = sum(map(self._find.in_value, schema_texts(parquet)))
        searched: dict[int, pa.Array] = {}
        for batch in batches:
            if self._every_word:
                unpacker.take(batch.nbytes)
            for place, (name, values) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
                if pa.types.is_dictionary(values.type):
                    if place in searched and values.dictionary.equals(searched[place]):
                        continue  # each batch of a row group has the same texts
                    searched[place] = values.dictionary
                hits = sum(map(self._in_value, texts_of(values, self._every_word, problems)))
                if name in KEYWORDS:
                    scan.keywords += hits
                elif hits:
                    found += hits
                    scan.columns.setdefault(below, set()).add(name)
        if self._every_word and not found:  # others may have made it, and left texts in dictionaries
            found = sum(map(self._in_value, unnamed_texts(file)))
        return found

    def _in_value(self, text: str) -> int:
        """In a value. A long one can't be an id as a whole, and all its readings at once would take much memory."""
        return self._in_blocks(text) if len(text) > _LONG else self._find.in_value(text)

    def _in_column(self, text: str, with_numbers: bool = False) -> int:
        """In a value of SQLite, which may be JSON. That of a long one would take much memory."""
        return self._in_blocks(text) if len(text) > _LONG_JSON else self._find.in_json(text, with_numbers)

    def _in_blocks(self, text: str) -> int:
        return self._in_blocks_of(text.encode(errors="replace"))

    def _in_blocks_of(self, data: bytes) -> int:
        return count_in_text(io.BufferedReader(cast(Any, io.BytesIO(data))), self._find.in_any_bytes)


def _holds_bytes(name: str, info: Mapping[str, Any]) -> bool:
    """Whether there is anything to read: a pipe, a socket and a device hold nothing, and reading them may never end.

    A linked folder is not entered. It can't be read as a file, so it counts as not searched, as does a link to what can't
    be looked at.
    """
    if info["type"] in ("file", "directory"):
        return bool(info["type"] == "file")
    try:
        mode = Path(name).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):  # a link to nothing
        return False
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _log_of(store: Any, name: str) -> bytes:
    """The write-ahead log beside an SQLite database: rows that are not in the database yet."""
    try:
        log: bytes = store.cat_file(f"{name}-wal")
    except FileNotFoundError:
        return b""
    return log


def _holds_checksums(store: Any, name: str) -> bool:
    """Whether a file holds nothing but the checksums of another one, as Hadoop writes them beside it."""
    file = name.rpartition("/")[2]
    if not (file.startswith(".") and file.endswith(".crc")):
        return False
    try:
        return bool(store.cat_file(name, 0, 8) == _CHECKSUMS and store.size(name) % 4 == 0)
    except OSError:
        return False
