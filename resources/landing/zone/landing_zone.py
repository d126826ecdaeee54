"""The landing zone: what landed in the folders below its root, day by day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from fsspec.spec import AbstractFileSystem

from resources.errors import LandingError
from resources.landing.zone.delivery import Delivery, Landed, LandedNames
from resources.landing.zone.fingerprint import fingerprint_of
from resources.landing.zone.folder_walk import FolderWalk, Found, table_error
from resources.landing.zone.listing import Entry, Listing
from resources.landing.zone.names import day_of, is_passed_over, printable
from resources.landing.zone.wrong_names import complaint, part_of_date, scattered
from resources.locations import file_system


class _Names(NamedTuple):
    """The entries of a log's folder. `error` refuses all of its days."""

    by_day: dict[date, list[Entry]]
    others: list[Entry]
    passed_over: list[str]
    error: LandingError | None


class LandingZone:
    """A landing zone below a root, which is a folder or an fsspec URI."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")
        self._store: AbstractFileSystem
        self._store, self._path = file_system(self.root)
        self._listing = Listing(self._store)

    def check(self, folders: Iterable[str]) -> None:
        """Raises LandingError if there is no landing root, or nothing in the named folders below it."""
        names = list(folders)
        if not self._store.isdir(self._path):
            raise LandingError(
                f"No landing folder at {self.root}", f"Set C360_LANDING to the folder that holds {', '.join(names)}."
            )
        if not any(not is_passed_over(entry.name) for name in names for entry in self._entries(name)):
            raise LandingError(
                f"There is nothing in {', '.join(names)} below {self.root}", "Land files there, or set C360_LANDING."
            )

    def days(self, folder: str) -> Landed:
        """What landed in a log's folder, day by day."""
        names = self._names(folder)
        passed_over = list(names.passed_over)
        deliveries: dict[date, Delivery] = {}
        for day, entries in names.by_day.items():
            found = self._found(folder, entries, names.error)
            passed_over += [f"{folder}/{name}" for name in found.passed_over]
            if found.is_delivery:
                deliveries[day] = _delivery(day, found)
        return Landed(deliveries, tuple(map(printable, passed_over)))

    def names(self, folder: str) -> LandedNames:
        """The names in a log's folder: those of each day, and those that name no day. Looks into no day's folder."""
        names = self._names(folder)
        unrecognized = {printable(f"{folder}/{name}"): what for name, what in map(self._unrecognized, names.others)}
        by_day = {
            day: tuple(printable(f"{folder}/{entry.name}") for entry in entries)
            for day, entries in names.by_day.items()
        }
        return LandedNames(by_day, unrecognized)

    def day(self, folder: str, day: date) -> Delivery | None:
        """What landed for one day; None if nothing did."""
        names = self._names(folder)
        entries = names.by_day.get(day)
        if not entries:
            return None
        found = self._found(folder, entries, names.error)
        return _delivery(day, found) if found.is_delivery else None

    def folder(self, folder: str) -> Delivery:
        """All files of a folder that has no days, such as identity/, and of the folders in it."""
        walk = FolderWalk(self._store, self._listing, folder)
        entries = self._entries(folder)
        all_found = Found(error=table_error(folder, "", entries))
        for entry in entries:
            if is_passed_over(entry.name):
                all_found.passed_over.append(entry.name)
            else:
                walk.take(all_found, entry)
        names = tuple(f"{folder}/{name}" for name in all_found.passed_over)
        return Delivery(None, tuple(all_found.files), all_found.error, passed_over=tuple(map(printable, names)))

    def fingerprint(self, delivery: Delivery, known: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
        """A digest of names and contents, and the digest of each file in its state: see `fingerprint_of`."""
        return fingerprint_of(delivery, known)

    def _entries(self, folder: str) -> list[Entry]:
        return self._listing.entries(f"{self._path}/{folder}")

    def _names(self, folder: str) -> _Names:
        """The names in a log's folder, sorted by what they say."""
        entries = self._entries(folder)
        names = _Names({}, [], [], table_error(folder, "", entries))
        for entry in entries:
            if is_passed_over(entry.name):
                names.passed_over.append(f"{folder}/{entry.name}")
            elif day := day_of(entry.name, entry.is_folder):
                names.by_day.setdefault(day, []).append(entry)
            else:
                names.others.append(entry)
        by_day = dict(sorted(names.by_day.items()))
        return names._replace(by_day=by_day)

    def _found(self, folder: str, entries: list[Entry], error: LandingError | None) -> Found:
        """What a day landed as. A second delivery of the day is refused, as is all of a folder that is a table."""
        found = Found(error=error)
        if len(entries) > 1:
            names = " and ".join(printable(entry.name) for entry in entries)
            found.refuse(LandingError(f"was delivered more than once, as {names}", "Keep one of them."))
        if not found.error:
            walk = FolderWalk(self._store, self._listing, folder)
            for entry in entries:
                walk.take(found, entry)
        return found

    def _unrecognized(self, entry: Entry) -> tuple[str, str]:
        """A name that is not a day's, and what is wrong with it. If days are in folders of years, the first is named."""
        if entry.error:
            return entry.name, f"{entry.error.what}. {entry.error.remedy}"
        days: list[tuple[str, str]] = []
        if entry.is_folder and (digits := part_of_date(entry.name)):
            days = list(scattered(self._listing, entry, digits))
        if not days:
            return entry.name, complaint(entry.name, entry.is_folder)
        name, wanted = days[0]
        others = f", and {len(days) - 1} more folders likewise" if len(days) > 1 else ""
        return name, f"is not a day's name: move it to {wanted}{others}"


def _delivery(day: date, found: Found) -> Delivery:
    error = found.error.at(partition=day.isoformat()) if found.error else None
    return Delivery(day, tuple(found.files), error, tuple(found.passed_over))
