"""Carries an erasure out: list, tombstones, everything made from them, purge, proof, receipt.

Each step may be repeated, and the receipt is written before the first: an erasure that was stopped anywhere is ended by
the same command. Readers see each table before its change or after it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import dagster as dg
from deltalake import CommitProperties, DeltaTable

from c360_assets.contracts.partitions import Partitions
from c360_assets.execution.processes import fail_orphans, is_of_process
from c360_assets.execution.runner import STARTED_BY, Outcome, Runner
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import Planner
from c360_assets.privacy.days_to_compare import days_to_compare
from c360_assets.privacy.landed_files import LIST, REWRITE, LandedFiles
from c360_assets.privacy.preconditions import require_ready
from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.proof.dagster_places import dagster_places
from c360_assets.privacy.proof.id_finder import limit_of
from c360_assets.privacy.purge import purge
from c360_assets.privacy.receipts import Receipt, ReceiptStore, traces_in
from c360_assets.privacy.subjects import HeldDay, held_days, suppression_of
from c360_assets.privacy.tombstone_writer import write_tombstones
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.engine.failures import full_disks_named
from resources.erasure.erasure_list import ErasureList
from resources.erasure.lost_entries import Traces
from resources.erasure.purge_marks import time_of_purge
from resources.erasure.suppression import Kind
from resources.errors import ErasureRefused
from resources.home import dagster_home
from resources.lake.lock import only_maintenance
from resources.lake.provenance import Item, ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.landing.zone import LandingZone
from resources.settings import Settings

_AT_WORK = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]
_IN_PROGRESS = (
    "Wait until they end, and run the same command again. If the process of one is gone, end it in Dagster's UI."
)
Report = Callable[[str], None]


@dataclass(frozen=True)
class Erased:
    """What came of an erasure: its receipt, what the proof looked at, and how the tables were made again.

    `landing` is what the proof looked at in the landing zone, if its files were rewritten.
    """

    receipt: Receipt
    scan: Scan
    outcome: Outcome
    landing: Scan = field(default_factory=Scan)

    @property
    def is_proven(self) -> bool:
        """Whether all was made again, and no id was found afterwards."""
        return self.scan.is_clean and self.outcome.ok

    @property
    def left(self) -> list[str]:
        """Landed files that were to be rewritten, and still hold an erased customer."""
        return sorted({*self.receipt.not_rewritten, *self.landing.hits})


class Eraser:
    """Erases customers from a lake and from the Dagster instance beside it."""

    def __init__(
        self,
        settings: Settings,
        instance: dg.DagsterInstance,
        job: dg.JobDefinition,
        report: Report,
        started_by: str | None = None,
    ) -> None:
        """`job` makes every table. `started_by` is the Dagster run that erases, where it is one: it is at work itself."""
        self._settings, self._instance, self._job, self._report = settings, instance, job, report
        self._started_by = started_by
        self._erasures = ErasureList(settings.lake, settings.erasure_key)
        self._receipts = ReceiptStore(settings.lake)
        self._provenances = ProvenanceStore(settings.lake)
        self._reference = load_reference(settings.reference)
        self._landed = LandedFiles(settings.landing, self._reference.landing, settings.first_day)

    def erase(self, ids: Sequence[tuple[Kind, str]], landing: str = LIST, accepts_lost: bool = False) -> Erased:
        """Erases these ids, and all that the lake holds of them. `landing` is what becomes of landed files.

        With `accepts_lost`, the list of erasures may have lost entries, and is taken as whole from now on.

        Raises ErasureKeyRefused without the right key; LandingError without a landing zone; LakeInUse while another
        erasure, upkeep or a restore is in progress; ErasureRefused while a run is at work, where everybody's links are
        gone, and where landed files are to be rewritten that can't be; ErasuresLost where the list has lost entries;
        DiskFull and LakeNotWritable. A run may also begin meanwhile: then nothing is purged.
        """
        with full_disks_named(), only_maintenance(self._settings.lake, creates=True):
            return self._erase(ids, landing, accepts_lost)

    def _erase(self, ids: Sequence[tuple[Kind, str]], landing: str, accepts_lost: bool) -> Erased:
        self._require_rest()
        traces = traces_in(self._settings.lake)
        require_ready(self._settings, traces, ids, accepts_lost)
        self._receipts.clean_up()
        if landing == REWRITE:
            self._landed.require_writable()
        self._erasures.put_back(self._receipts.begun(self._erasures))  # the list may lack them, or have lost them
        self._accept_lost_files(traces.put_back.tables)
        held = held_days(LakeQuery(self._settings.lake), ids)
        only_listed = self._only_listed(ids)
        receipt = self._receipt(ids, held, landing)
        self._store(receipt)
        self._erasures.add(ids, receipt.receipt_id)
        held = self._held_now(ids, held, receipt)
        for day in [*held, *self._compared(held, traces, everything=bool(only_listed) or accepts_lost)]:
            self._report(f"tombstones: {day.table} {day.day}, {day.records:,} records")
            write_tombstones(self._settings, self._erasures, day, receipt.receipt_id)
        receipt.tombstoned = True
        for other in only_listed:
            self._store(replace(other, tombstoned=True))
        self._purge(receipt, traces.put_back.tables)  # until then nothing is made from them
        outcome, left = self._make_again(receipt)
        self._purge(receipt, TABLES)
        scan = prove(self._settings.lake, self._erasures)
        receipt.scanned = {"files": scan.files, "bytes": scan.bytes, "typed_as_keyword": scan.keywords}
        receipt.not_searched = scan.elsewhere
        receipt.landed_found = dict(sorted(left.hits.items()))
        receipt.not_rewritten = left.reasons | receipt.not_rewritten
        if scan.is_clean and outcome.ok:
            receipt.finished_at = _now()
            self._finish_others(receipt)
        self._store(receipt)
        return Erased(receipt, scan, outcome, left)

    def _store(self, receipt: Receipt) -> None:
        self._receipts.write(receipt, self._erasures)

    def _finish_others(self, proven: Receipt) -> None:
        """Finishes the receipts of erasures that were stopped, if this proof has looked for all of their ids, too.

        Not those that were to rewrite landed files, unless this erasure has rewritten them.
        """
        listed = {(one.kind, one.digest) for one in self._erasures.entries()}
        for other in self._receipts.all(self._erasures):
            named = {(one["kind"], one["digest"]) for one in other.subjects}
            is_rewritten = other.landing != REWRITE or proven.landing == REWRITE
            if not other.finished_at and other.receipt_id != proven.receipt_id and named <= listed and is_rewritten:
                other.finished_at = proven.finished_at
                other.scanned, other.not_searched = proven.scanned, proven.not_searched
                self._store(other)

    def _require_rest(self) -> None:
        """Raises ErasureRefused while a run of this instance is at work: its files would be taken from it.

        A run that has not ended is, on any host and in any container, unless its process is surely gone.
        """
        fail_orphans(self._instance)
        runs = self._instance.get_runs(dg.RunsFilter(statuses=[*_AT_WORK, dg.DagsterRunStatus.NOT_STARTED]))
        if any(run.run_id != self._started_by and (run.status in _AT_WORK or is_of_process(run)) for run in runs):
            raise ErasureRefused("Dagster runs are in progress", _IN_PROGRESS)

    def _receipt(self, ids: Sequence[tuple[Kind, str]], held: Iterable[HeldDay], landing: str) -> Receipt:
        """The receipt of the same erasure that was begun before, otherwise a new one; with what is held now."""
        subjects = [{"kind": kind, "digest": self._erasures.digest(kind, text)} for kind, text in ids]
        receipt = self._begun(subjects) or Receipt(uuid4().hex[:12], _now(), subjects)
        receipt.limit = limit_of(text for _, text in ids) or receipt.limit
        self._landed.clean_up(receipt)
        _count(held, receipt)
        links = self._landed.with_links(suppression_of(ids))
        receipt.landed_files = sorted({*receipt.landed_files, *links})
        receipt.landing, receipt.not_rewritten, receipt.tombstoned = landing, {}, False
        return receipt

    def _held_now(self, ids: Sequence[tuple[Kind, str]], before: Sequence[HeldDay], receipt: Receipt) -> list[HeldDay]:
        """The days that hold these ids now that they are on the list: a run elsewhere may have committed some meanwhile.

        What a run commits from now on, it takes back itself (`c360_assets/contracts/table_asset.py`).
        """
        held, known = held_days(LakeQuery(self._settings.lake), ids), {(day.table, day.day) for day in before}
        _count([day for day in held if (day.table, day.day) not in known], receipt)
        self._store(receipt)
        return held

    def _accept_lost_files(self, tables: Iterable[str]) -> None:
        """Takes data files that are gone out of tables that were put back: these could not be read otherwise.

        What landed is made again; a run names the other days.
        """
        for table in tables:
            properties = CommitProperties(custom_metadata={"userMetadata": f"c360 erase: {table} was put back"})
            DeltaTable(f"{self._settings.lake}/{table}").repair(commit_properties=properties)

    def _compared(self, held: Iterable[HeldDay], traces: Traces, everything: bool) -> list[HeldDay]:
        """The other days that are compared with the list. Links are read again instead, whatever list they name."""
        query, known = LakeQuery(self._settings.lake), {(one.table, one.day) for one in held}
        found = days_to_compare(self._settings.lake, self._erasures.entries(), traces, everything)
        for table in (table for table, day in found if day is None):
            if provenance := self._provenances.get(table, None):
                self._provenances.write(table, None, replace(provenance, erased=self._erasures.fingerprint()))
        days = [(table, day) for table, day in found if day and query.exists(table)]
        return [HeldDay(table, day, 0, ()) for table, day in days if (table, day) not in known]

    def _only_listed(self, ids: Sequence[tuple[Kind, str]]) -> list[Receipt]:
        """The receipts of erasures that were stopped when others than these ids were on the list, and not looked for."""
        mine = {(kind, self._erasures.digest(kind, text)) for kind, text in ids}
        others = {(one.kind, one.digest) for one in self._erasures.entries()} - mine
        begun = [one for one in self._receipts.all(self._erasures) if not (one.tombstoned or one.finished_at)]
        return [one for one in begun if others & {(subject["kind"], subject["digest"]) for subject in one.subjects}]

    def _begun(self, subjects: list[dict[str, str]]) -> Receipt | None:
        """The receipt of an erasure of these ids that was not ended, with all of them.

        It may name more, all of which are on the list; or fewer, if links have landed since.
        """
        listed = {(one.kind, one.digest) for one in self._erasures.entries()}
        mine = {(one["kind"], one["digest"]) for one in subjects}
        for receipt in self._receipts.all(self._erasures):
            named = {(one["kind"], one["digest"]) for one in receipt.subjects}
            if not receipt.finished_at and mine & named and named - mine <= listed:
                receipt.subjects += [one for one in subjects if (one["kind"], one["digest"]) not in named]
                return receipt
        return None

    def _make_again(self, receipt: Receipt) -> tuple[Outcome, Scan]:
        """Makes everything that depends on what is erased, and all else that has changed. Proves the landing zone.

        Landed files are rewritten before, so that their days are made once; then those that landed meanwhile; and then
        those in which only the proof finds a record, since the lake holds no tombstone of it.
        """
        if receipt.landing != REWRITE:
            return self._run(receipt), Scan()
        self._rewrite(receipt)
        outcome = self._run(receipt)
        if self._rewrite(receipt):
            outcome = self._run(receipt)
        left = self._landed.prove(self._erasures)
        if self._rewrite(receipt, self._landed.to_rewrite(left)):
            outcome = self._run(receipt)
            left = self._landed.prove(self._erasures)
        return outcome, left

    def _rewrite(self, receipt: Receipt, found: frozenset[str] = frozenset()) -> int:
        store = partial(self._store, receipt)
        return self._landed.rewrite(self._settings.lake, receipt, self._erasures, store, self._report, found)

    def _run(self, receipt: Receipt) -> Outcome:
        settings = self._settings
        partitions = Partitions(settings.first_day)
        planner = Planner(LandingZone(settings.landing), self._provenances, self._reference.fingerprints, partitions)
        tags = {STARTED_BY: self._started_by} if self._started_by else {}
        runner = Runner(self._job, self._instance, planner, tags)
        outcome = runner.run_all(DayRange(), False, lambda total: None, self._report)
        receipt.remade = {**receipt.remade, **_by_table(outcome.made)}
        return outcome

    def _purge(self, receipt: Receipt, tables: Iterable[str]) -> None:
        """Removes earlier versions, logs and leftovers of tables, and notes that it did; also of tables that are not there.

        Raises ErasureRefused where a run has begun meanwhile: what it has written and not yet committed would be removed too.
        """
        query, at = LakeQuery(self._settings.lake), time_of_purge(self._settings.lake)
        receipt.marks.append(at)
        self._store(receipt)
        for table in tables:
            if not query.exists(table):
                receipt.purged[table] = at  # by which a copy is known that is put back later
                self._store(receipt)
                continue
            self._require_rest()
            self._report(f"purge: {table}")
            purged = purge(self._settings.lake, table, f"c360 erase {receipt.receipt_id}", at)
            counts = receipt.removed.setdefault(table, {"files": 0, "bytes": 0})
            counts["files"] += purged.files
            counts["bytes"] += purged.bytes
            receipt.purged[table] = at
            self._store(receipt)


def prove(lake: str, erasures: ErasureList) -> Scan:
    """Looks for every erased id in every file of the lake, of Dagster's home, and of other folders that Dagster writes to."""
    suppression = erasures.suppression()
    scan, home = Scan(), dagster_home()
    if suppression is not None:
        scanner, places = ByteScanner(suppression), dagster_places(home)
        for root in (lake, str(home)):
            scanner.scan(root, scan)
        for folder in places.outside(lake, str(home)):
            scanner.scan(folder, scan, in_full=True)
        scan.elsewhere = places.elsewhere
    return scan


def _count(held: Iterable[HeldDay], receipt: Receipt) -> None:
    """Adds days to what a receipt says was found."""
    for day in held:
        counts = receipt.found.setdefault(day.table, {"partitions": 0, "records": 0})
        counts["partitions"] += 1
        counts["records"] += day.records
        receipt.landed_files = sorted({*receipt.landed_files, *day.landed_files})


def _by_table(items: Iterable[Item]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table, _ in items:
        counts[table] = counts.get(table, 0) + 1
    return counts


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
