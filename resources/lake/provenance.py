"""What each partition in the lake was made from: small files beside a table's Delta log.

A mark lies in the table's own folder (`_c360/<partition>.json`; Delta passes over names with an underscore), so it
comes and goes with the table. It is written after the commit it tells of: a partition without a mark, or with
an older one, is made again, which is always safe.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from uuid import uuid4

import xxhash
from fsspec.implementations.local import LocalFileSystem

from resources.locations import LocationError, file_system

FOLDER = "_c360"


@dataclass(frozen=True)
class Provenance:
    """`version` changes with anything the partition is made from: landed bytes, upstream partitions, rules.

    `is_checked` is false from the commit until the table's blocking checks have looked at the partition; it is then made
    again. `failed_check` names the one that it did not pass: then nothing may be made from it.
    `files` remembers digests of landed files, so that an untouched file need not be read to know it. `rules` is the part
    of the version that comes from no data: it tells a change of rules from a change of what was read.
    """

    version: str
    rows: int = 0
    failed_check: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""
    is_checked: bool = False


def data_version(*parts: str) -> str:
    """A version made of the versions of all it depends on."""
    return xxhash.xxh3_128("\0".join(parts).encode()).hexdigest()


class ProvenanceStore:
    """The marks of the tables below a lake's root."""

    def __init__(self, lake: str) -> None:
        self._fs, self._path = file_system(lake)

    def read(self, table: str) -> dict[date | None, Provenance]:
        """All marks of a table, by partition. One that can't be read is as good as none.

        Raises LocationError where the lake may not be looked into.
        """
        folder = f"{self._path}/{table}/{FOLDER}"
        try:
            names = [name for name in self._fs.ls(folder, detail=False, refresh=True) if name.endswith(".json")]
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise LocationError(f"{folder} can't be read ({error.strerror}): make the lake readable for you.") from None
        provenances: dict[date | None, Provenance] = {}
        for name, text in self._fs.cat(names, on_error="omit").items() if names else ():
            try:
                provenances[_partition(name)] = Provenance(**json.loads(text))
            except (ValueError, TypeError):
                continue
        return provenances

    def get(self, table: str, partition: date | None) -> Provenance | None:
        """The mark of one partition; one that can't be read is as good as none."""
        try:
            return Provenance(**json.loads(self._fs.cat_file(f"{self._path}/{table}/{FOLDER}/{_name(partition)}")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def cached(self) -> Callable[[str, date | None], Provenance | None]:
        """A look-up of marks that reads each table's once, when first asked."""
        read = cache(self.read)
        return lambda table, partition: read(table).get(partition)

    def write(self, table: str, partition: date | None, provenance: Provenance) -> None:
        """Sets a partition's mark; a reader sees the old one or the new one, whole."""
        folder = f"{self._path}/{table}/{FOLDER}"
        self._fs.makedirs(folder, exist_ok=True)
        target = f"{folder}/{_name(partition)}"
        data = json.dumps(asdict(provenance)).encode()
        if isinstance(self._fs, LocalFileSystem):
            new = f"{target}.{uuid4().hex}.new"  # a name of its own: another process may set the same mark
            try:
                self._fs.pipe_file(new, data)
                self._fs.mv(new, target)
            except OSError:
                with suppress(OSError):
                    self._fs.rm_file(new)
                raise
        else:  # object stores replace an object whole
            self._fs.pipe_file(target, data)

    def forget(self, table: str, partition: date | None) -> None:
        """Takes a partition's mark away, so that it is made again."""
        target = f"{self._path}/{table}/{FOLDER}/{_name(partition)}"
        with suppress(FileNotFoundError):  # never made, or another process took it away
            self._fs.rm_file(target)


def _name(partition: date | None) -> str:
    return f"{partition.isoformat() if partition else 'all'}.json"


def _partition(path: str) -> date | None:
    stem = path.rpartition("/")[2].removesuffix(".json")
    return None if stem == "all" else date.fromisoformat(stem)
