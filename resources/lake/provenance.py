"""What each partition in the lake was made from: small files beside a table's Delta log.

A provenance file is in the table's own folder (`_c360/<partition>.json`; Delta ignores names with an underscore), so it
comes and goes with the table. It is written after the commit that it describes. A partition without one, or with an
older one, is made again, which is always safe. What is removed before a commit is put aside in `_c360/before`.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import xxhash
from fsspec.implementations.local import LocalFileSystem

from resources.errors import LocationError, UnknownSchema, Where
from resources.locations import file_system, is_file
from resources.whole_file import write_whole

FOLDER = "_c360"
_BEFORE = "before"
"""The folder in it for provenance that was put aside."""
SCHEMA = 2
"""The schema number of a provenance file. Files without a number have the first, which knows no commit."""
_LARGEST = 16 << 20
"""Bytes of a provenance file at most: a day has its files' digests in it, and nothing else that grows."""
_LONGEST_WARNING = 2000
"""Characters of a warning: it is a sentence, whatever the names in it."""
Item = tuple[str, date | None]
"""The name of a table, and a partition of it; None where it has none."""


@dataclass(frozen=True)
class Provenance:
    """`data_version` changes with anything the partition is made from: landed bytes, upstream partitions, rules.

    `is_checked` is false from the commit until the table's blocking checks have examined the partition; an unchecked
    partition is made again. `failed_check` names the check that it did not pass; nothing may then be made from it.
    `files` has digests of landed files, so that an untouched file need not be read to recognize it. `rules` is the part
    of the data version that is not data: it distinguishes a change of rules from a change of what was read.
    `commit` is the version of the table that its commit made, and `content` a digest of the data files that it added: the
    partition is believed to be as recorded only while it holds these. `erased` is the fingerprint of the erasures that
    landed records were compared with. `warnings` has what monitors warn of, by monitor, and `measured` the shares of a day
    that they keep to compare later days with. `made_from` has, for a table whose partitions can be extended, the contents
    of the inputs that are inside, by day. `read_id` names the reading of a raw day from what landed, and `replaced` those
    before it; `raw_reads` has those that a partition was made from, by raw table (`c360_assets/contracts/raw_reads.py`).
    """

    data_version: str
    rows: int = 0
    failed_check: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""
    is_checked: bool = False
    commit: int | None = None
    content: str = ""
    erased: str = ""
    warnings: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    made_from: Mapping[str, str] = field(default_factory=dict)
    read_id: str = ""
    replaced: Sequence[str] = ()
    raw_reads: Mapping[str, str] = field(default_factory=dict)

    def committed(self, rows: int, commit: int, content: str) -> "Provenance":
        """The same, for a partition that was committed with this number of rows."""
        return replace(self, rows=rows, commit=commit, content=content)

    def to_json(self) -> str:
        """What its file holds."""
        fields = asdict(self)
        fields["warnings"] = {name: text[:_LONGEST_WARNING] for name, text in self.warnings.items()}
        return json.dumps({"schema": SCHEMA, "version": fields.pop("data_version"), **fields}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes, path: str) -> "Provenance | None":
        """What a file says; None if it holds no provenance, which is as good as no file.

        Raises UnknownSchema if a later release wrote it.
        """
        try:
            fields = json.loads(text)
            schema = fields.pop("schema", 1)
            if type(schema) is int and schema > SCHEMA:
                raise UnknownSchema(
                    f"has the schema {schema}, and this release knows {SCHEMA}: a later release made this lake",
                    "Use that release or a newer one.",
                    Where(file=path),
                )
            replaced = tuple(fields.pop("replaced", ()))
            found = cls(fields.pop("version"), **fields, replaced=replaced)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return None
        return found if found._is_valid() else None

    def _is_valid(self) -> bool:
        """Whether each field has its type: a file in the lake may be anyone's."""
        return (
            type(self.data_version) is str
            and type(self.rows) is int
            and type(self.failed_check) in (str, type(None))
            and isinstance(self.files, Mapping)
            and all(type(name) is str and type(digest) is str for name, digest in self.files.items())
            and type(self.rules) is str
            and type(self.is_checked) is bool
            and type(self.commit) in (int, type(None))
            and type(self.content) is str
            and type(self.erased) is str
            and isinstance(self.warnings, Mapping)
            and all(type(text) is str for text in self.warnings.values())
            and isinstance(self.measured, Mapping)
            and all(map(_are_shares, self.measured.values()))
            and isinstance(self.made_from, Mapping)
            and all(type(content) is str for content in self.made_from.values())
            and type(self.read_id) is str
            and isinstance(self.replaced, tuple)
            and all(type(one) is str for one in self.replaced)
            and isinstance(self.raw_reads, Mapping)
            and all(type(one) is str for one in self.raw_reads.values())
        )


def _are_shares(shares: Any) -> bool:
    return isinstance(shares, Mapping) and all(type(share) in (int, float) for share in shares.values())


def version_digest(*parts: str) -> str:
    """One version made of the versions of everything that something depends on."""
    return xxhash.xxh3_128("\0".join(parts).encode()).hexdigest()


class ProvenanceStore:
    """The provenance of the tables below a lake's root."""

    def __init__(self, lake: str) -> None:
        self.lake = lake
        self._fs, self._path = file_system(lake)

    def read(self, table: str) -> dict[date | None, Provenance]:
        """The provenance of all partitions of a table. A file that can't be read is as good as none.

        Raises LocationError if the lake is not readable, UnknownSchema if a later release wrote a file.
        """
        folder = f"{self._path}/{table}/{FOLDER}"
        try:
            there = self._fs.ls(folder, detail=True, refresh=True)
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise LocationError(
                f"{folder} can't be read ({error.strerror})", "make the lake readable for you."
            ) from None
        except NotADirectoryError:
            raise LocationError(f"{folder} is below a file", "C360_LAKE has to name a folder.") from None
        names: dict[str, date | None] = {}
        for info in there:  # fsspec takes names for patterns: what is not ours may be one that it refuses
            with suppress(ValueError):
                names |= {info["name"]: _partition(info["name"])} if _is_small(info) else {}
        texts = self._fs.cat(list(names), on_error="omit") if names else {}
        found = {names[name]: Provenance.from_json(text, name) for name, text in texts.items()}
        return {partition: one for partition, one in found.items() if one is not None}

    def get(self, table: str, partition: date | None) -> Provenance | None:
        """The provenance of one partition; a file that can't be read is as good as none."""
        return self._at(f"{self._path}/{table}/{FOLDER}/{_name(partition)}")

    def before(self, table: str, partition: date | None) -> Provenance | None:
        """The provenance that was forgotten last, for what has to outlive a process that was stopped."""
        return self._at(f"{self._path}/{table}/{FOLDER}/{_BEFORE}/{_name(partition)}")

    def _at(self, path: str) -> Provenance | None:
        try:
            return Provenance.from_json(self._fs.cat_file(path), path) if _is_small(self._fs.info(path)) else None
        except (FileNotFoundError, PermissionError):
            return None

    def cached(self) -> Callable[[str, date | None], Provenance | None]:
        """A look-up that reads each table's provenance once, when first asked."""
        read = cache(self.read)
        return lambda table, partition: read(table).get(partition)

    def write(self, table: str, partition: date | None, provenance: Provenance) -> None:
        """Records a partition's provenance. A reader sees either the old file or the new one, never a part."""
        folder = f"{self._path}/{table}/{FOLDER}"
        self._fs.makedirs(folder, exist_ok=True)
        # A name may hold bytes that are not UTF-8: they are kept as they are.
        write_whole(self._fs, f"{folder}/{_name(partition)}", provenance.to_json().encode(errors="surrogatepass"))

    def forget(self, table: str, partition: date | None) -> None:
        """Puts a partition's provenance aside, so that the partition is made again: see `before`."""
        folder, name = f"{self._path}/{table}/{FOLDER}", _name(partition)
        self._fs.makedirs(f"{folder}/{_BEFORE}", exist_ok=True)
        # On a disk in one step: fsspec would look, move or copy, and remove, and another process may come in between.
        move = os.replace if isinstance(self._fs, LocalFileSystem) else self._fs.mv
        with suppress(FileNotFoundError):  # never made, or another process put it aside
            move(f"{folder}/{name}", f"{folder}/{_BEFORE}/{name}")

    def remove_put_aside(self, table: str) -> None:
        """Removes what was put aside of partitions that have provenance again: it names files of earlier deliveries."""
        folder = f"{self._path}/{table}/{FOLDER}"
        with suppress(FileNotFoundError):
            for info in self._fs.ls(f"{folder}/{_BEFORE}", detail=True, refresh=True):
                if self._fs.exists(f"{folder}/{info['name'].rpartition('/')[2]}"):
                    with suppress(FileNotFoundError):
                        self._fs.rm_file(info["name"])


def _is_small(info: Mapping[str, Any]) -> bool:
    """Whether something is a file that provenance may be in: a pipe would be waited for, a large file take its size."""
    return is_file(info) and info["size"] <= _LARGEST


def _name(partition: date | None) -> str:
    return f"{partition.isoformat() if partition else 'all'}.json"


def _partition(path: str) -> date | None:
    """The partition that a file is of. Raises ValueError for a name that is not that of a partition."""
    name = path.rpartition("/")[2]
    partition = None if name == _name(None) else date.fromisoformat(name.removesuffix(".json"))
    if name != _name(partition):
        raise ValueError("it has another form")
    return partition
