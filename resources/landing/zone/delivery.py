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

    `error` says why it can't be read; then the day fails and the lake keeps what it held.
    """

    day: date | None
    files: tuple[LandedFile, ...] = ()
    error: LandingError | None = None
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
    """Everything in one log's folder. What is `passed_over` is not data."""

    deliveries: Mapping[date, Delivery] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class LandedNames:
    """The names in one log's folder by day; `unrecognized` ones name no day, each with what is wrong with it."""

    by_day: Mapping[date, tuple[str, ...]] = field(default_factory=dict)
    unrecognized: Mapping[str, str] = field(default_factory=dict)


def digest(parts: Iterable[str]) -> str:
    """A digest of texts in their order."""
    return xxhash.xxh3_128("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
