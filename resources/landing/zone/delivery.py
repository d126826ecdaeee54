"""What landed: the files of a day, and everything in a log's folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import xxhash

from resources.errors import LandingError


@dataclass(frozen=True)
class LandedFile:
    """One data file. `state` changes whenever the file may have changed: size and times, or the store's ETag."""

    name: str
    uri: str
    size: int
    state: str
    has_checksum: bool


@dataclass(frozen=True)
class Delivery:
    """What is in the landing zone for one day (`day` is None for files that belong to no day).

    `names` are those in the log's folder that it landed by. `error` says why it can't be read; then the day fails and
    the lake keeps what it held.
    """

    day: date | None
    files: tuple[LandedFile, ...] = ()
    error: LandingError | None = None
    names: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def problem(self) -> str | None:
        """Why it can't be read, in words."""
        return str(self.error) if self.error else None

    @property
    def state(self) -> str:
        """Changes whenever any of the files may have changed."""
        return digest(f"{file.name}\n{file.state}" for file in self.files)


@dataclass(frozen=True)
class Landed:
    """Everything in one log's folder.

    `unrecognized_files` are names that are not a day's, each with what is wrong with it. What is `passed_over` is no data.
    """

    deliveries: Mapping[date, Delivery] = field(default_factory=dict)
    unrecognized_files: Mapping[str, str] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()


def digest(parts: Iterable[str]) -> str:
    """A digest of texts in their order."""
    return xxhash.xxh3_128("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
