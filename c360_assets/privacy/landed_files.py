"""Landed files that hold erased customers: which they are, and writing them again without.

Which files hold records of the logs, the raw tables know, where they are tombstones; a proof of the landing zone finds
the others. Links have no table as they landed: their files are read.
"""

import os
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from c360_assets.landing import identity
from c360_assets.planning.lines import counted
from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.proof.forms import UNREADABLE
from c360_assets.privacy.receipts import Receipt
from c360_assets.privacy.subjects import RAW, Link, links_of
from resources.erasure.erasure_list import ErasureList
from resources.erasure.suppression import Suppression
from resources.errors import C360Error, ErasureRefused
from resources.lake.sql import LakeQuery
from resources.landing.inspection import inspected
from resources.landing.layout import LandingOptions, Layout
from resources.landing.rewriting.erased import ErasedRecords
from resources.landing.rewriting.rewrite import (
    BESIDE_RECORDS,
    NewFile,
    Rewriter,
    folder_of,
    put_in_place,
    remove_unfinished,
)
from resources.landing.source import read_split
from resources.landing.zone import Delivery, LandingZone
from resources.local_files import sha256_of
from resources.locations import file_system

LIST, REWRITE = "list", "rewrite"
MODES = (LIST, REWRITE)
"""What becomes of landed files that hold an erased customer."""
BEFORE_FIRST_DAY = "its day is before C360_FIRST_DAY, so it is not in the lake"
LANDED_MEANWHILE = "it landed during the erasure"
NOT_DATA = "it does not belong to any day's data"
_NO_REWRITE = "Run it without rewriting, and write the files that it lists again yourself."
Report = Callable[[str], None]


class _Held(NamedTuple):
    """A delivery, and those of its files that hold an erased record."""

    layout: Layout
    delivery: Delivery
    files: frozenset[str]


class LandedFiles:
    """The files of a landing zone, as far as they hold erased customers."""

    def __init__(self, landing: str, options: LandingOptions, first_day: date = date.min) -> None:
        """`first_day` is the first that the lake reads."""
        self._first_day = first_day
        self._root, self._zone = landing.rstrip("/"), LandingZone(landing)
        self._logs = {raw.TABLE.name: replace(raw.LAYOUT, options=options) for raw in RAW}
        self._links = replace(identity.LAYOUT, options=options)

    def require_writable(self) -> None:
        """Raises ErasureRefused where files of this landing zone can't be written again."""
        path = file_system(self._root)[1]
        if not self._is_folder():
            raise ErasureRefused("the landing zone is in an object store, whose files are not rewritten", _NO_REWRITE)
        layouts = (*self._logs.values(), self._links)
        folders = [path, *(f"{path}/{layout.folder}" for layout in layouts)]
        closed = [one for one in folders if Path(one).is_dir() and not os.access(one, os.W_OK | os.X_OK)]
        if closed:
            raise ErasureRefused(f"the landing zone can't be written ({closed[0]})", f"Make it writable. {_NO_REWRITE}")

    def with_links(self, suppression: Suppression) -> list[str]:
        """The files of identity/ that hold links of erased customers, by their names below the landing root.

        A file that can't be read is not among them: its links are in no table.
        """
        erased = ErasedRecords(self._links, suppression)
        found: dict[str, None] = {}
        for delivery in self._link_files():
            with suppress(C360Error):
                splits = inspected(self._links, delivery)
                if any(erased.any(read_split(self._links, split)) for split in splits):
                    found[delivery.files[0].name] = None
        return [f"{self._links.folder}/{name}" for name in found]

    def links(self) -> list[Link]:
        """All landed links, in one form, but for those in files that can't be read."""
        names, found = [name for name, _ in self._links.erased_by], set[tuple[str | None, str | None]]()
        for delivery in self._link_files():
            with suppress(C360Error):
                for split in inspected(self._links, delivery):
                    for batch in read_split(self._links, split):
                        contracts, users = (batch.column(name).to_pylist() for name in names)
                        found.update(zip(contracts, users, strict=True))
        return links_of(found)

    def has_links(self) -> bool:
        """Whether there is a record in identity/. What can't be read counts as one: the lake then keeps what it held."""
        if self._zone.folder(self._links.folder).error:
            return True
        for delivery in self._link_files():
            try:
                splits = inspected(self._links, delivery)
                if any(batch.num_rows for split in splits for batch in read_split(self._links, split)):
                    return True
            except C360Error:
                return True
        return False

    def clean_up(self, receipt: Receipt) -> None:
        """Takes up after an erasure that was not ended: removes unfinished files, and has the receipt say what was done.

        A file counts as rewritten only if its checksum is that of the rewritten one. One that was removed or renamed since
        then is no longer listed: its name may be what the proof has found.
        """
        if not self._is_folder():
            return
        with suppress(OSError):
            remove_unfinished(self._root)
        receipt.landed_files = [name for name in receipt.landed_files if (folder_of(self._root) / name).exists()]
        for name, figures in [*receipt.rewritten.items()]:
            if _checksum(folder_of(self._root) / name) != figures["after"]:
                del receipt.rewritten[name]
                receipt.landed_files = sorted({*receipt.landed_files, name})

    def _is_folder(self) -> bool:
        """Whether the landing zone is a folder, not an object store."""
        protocol = file_system(self._root)[0].protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def rewrite(
        self,
        lake: str,
        receipt: Receipt,
        erasures: ErasureList,
        store: Callable[[], None],
        report: Report,
        found: Container[str] = (),
    ) -> int:
        """Writes every file again that holds an erased customer; returns how many were. `found` are what a proof found.

        The receipt says which, and why others were not: those are not tried again. `store` writes the receipt, before a
        file takes its place: so a killed erasure does not lose its checksum.
        """
        suppression = erasures.suppression()
        if suppression is None:
            return 0
        remove_unfinished(self._root)
        rewriter, count = Rewriter(self._root, suppression), 0
        for held in self._held(LakeQuery(lake), suppression, receipt.not_rewritten, found):
            folder = held.layout.folder
            prepared = rewriter.prepare(held.layout, held.delivery, held.files)
            receipt.not_rewritten |= {f"{folder}/{name}": why for name, why in sorted(prepared.refused.items())}
            for new in prepared.files:
                receipt.rewritten[f"{folder}/{new.landed.name}"] = _figures(new, erasures)
            store()
            for new in prepared.files:
                name = f"{folder}/{new.landed.name}"
                if why := put_in_place(new):
                    del receipt.rewritten[name]
                    receipt.not_rewritten[name] = why
                else:
                    report(f"rewritten: {name}, without {counted(new.erased, 'record')}")
                    count += 1
        receipt.landed_files = sorted(
            {*receipt.landed_files, *receipt.not_rewritten} - (receipt.rewritten.keys() - receipt.not_rewritten.keys())
        )
        return count

    def prove(self, erasures: ErasureList) -> Scan:
        """Looks for erased customers in every file of the landing zone: in the records of what is read, otherwise in bytes."""
        scan, suppression = Scan(), erasures.suppression()
        if suppression is None:
            return scan
        read: set[str] = set()
        refused: dict[str, str] = {}
        for layout, delivery in self._deliveries():
            try:
                read |= self._prove_records(layout, delivery, ErasedRecords(layout, suppression), scan)
            except C360Error as error:
                names: Iterable[str] = (f"{layout.folder}/{file.name}" for file in delivery.files)
                if delivery.day:
                    names = self._zone.names(layout.folder).by_day.get(delivery.day, ())
                refused |= dict.fromkeys(names, f"the delivery can't be read: {error.what}")
        most = self._links.options.limits.unpacked_bytes
        ByteScanner(suppression, every_word=True, unpacked_bytes=most).scan(self._root, scan, read)
        unsearched = set(scan.unsearched)
        for file in (*scan.hits, *scan.unsearched):
            places = (file, *map(str, PurePosixPath(file).parents))  # a delivery may be a folder, or be in one
            if why := next((refused[place] for place in places if place in refused), None):
                scan.reasons[file] = why
            scan.reasons.setdefault(file, UNREADABLE if file in unsearched else NOT_DATA)
        return scan

    @staticmethod
    def to_rewrite(scan: Scan) -> frozenset[str]:
        """The files in whose records a proof found erased customers, and which the lake reads: to be written again."""
        return frozenset(name for name in scan.hits if scan.reasons.get(name) == LANDED_MEANWHILE)

    def _prove_records(self, layout: Layout, delivery: Delivery, erased: ErasedRecords, scan: Scan) -> set[str]:
        """Looks at the records of a delivery. Returns its files' names. Raises LandingError if one can't be read."""
        hits: dict[str, int] = {}
        reasons: dict[str, str] = {}
        is_before = delivery.day is not None and delivery.day < self._first_day
        for split in inspected(layout, delivery):
            name = f"{layout.folder}/{split.name}"
            found = sum(sum(erased.of(batch)) for batch in read_split(layout, split))
            # These look at the whole file.
            found += 0 if split.start else erased.unnamed(split)
            beside = 0 if split.start else erased.beside_records(split)
            hits[name] = hits.get(name, 0) + found + beside
            if is_before:
                reasons[name] = BEFORE_FIRST_DAY
            elif found or beside:
                reasons[name] = BESIDE_RECORDS if beside else reasons.get(name, LANDED_MEANWHILE)
        scan.files += len(delivery.files)
        scan.bytes += sum(file.size for file in delivery.files)
        scan.hits |= {name: found for name, found in hits.items() if found}
        scan.reasons |= {name: why for name, why in reasons.items() if hits[name]}
        return {f"{layout.folder}/{file.name}" for file in delivery.files}

    def _deliveries(self) -> Iterator[tuple[Layout, Delivery]]:
        for layout in self._logs.values():
            for delivery in self._zone.days(layout.folder).deliveries.values():
                yield layout, delivery
        yield from ((self._links, delivery) for delivery in self._link_files())

    def _link_files(self) -> Iterator[Delivery]:
        """Each file of identity/ by itself: one that can't be read hides no other, and keeps none from being rewritten."""
        for file in self._zone.folder(self._links.folder).files:
            yield Delivery(None, (file,))

    def _held(
        self, query: LakeQuery, suppression: Suppression, tried: Container[str], found: Container[str]
    ) -> Iterator[_Held]:
        """The deliveries that are to be written again."""
        for table, layout in self._logs.items():
            rows = query.rows([table], f"select distinct log_date, source_file from {table} where erased")
            names = {(row["log_date"], row["source_file"]) for row in rows}
            for day, delivery in sorted(self._zone.days(layout.folder).deliveries.items()):
                files = frozenset(
                    file.name
                    for file in delivery.files
                    if (name := f"{layout.folder}/{file.name}") not in tried
                    and (name in found or (day, file.name) in names)
                )
                if files:
                    yield _Held(layout, delivery, files)
        held = {name for name in self.with_links(suppression) if name not in tried}
        for delivery in self._link_files():
            name = delivery.files[0].name
            if f"{self._links.folder}/{name}" in held:
                yield _Held(self._links, delivery, frozenset({name}))


def _checksum(path: Path) -> str | None:
    """The SHA-256 of a file; None where it can't be read."""
    try:
        return sha256_of(path)
    except OSError:
        return None


def _figures(new: NewFile, erasures: ErasureList) -> dict[str, str | int]:
    """What a receipt says of a rewritten file.

    The old checksum is keyed: with the new file at hand, a plain one would let the record be found that went.
    """
    return {"records": new.erased, "before": erasures.signature(new.before.encode()), "after": new.after}
