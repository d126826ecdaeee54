"""Finds what has to be made: the partitions whose version in the lake is not the one that the landed files ask for.

It compares provenance with fingerprints. Nothing is run here, and nothing is read but listings, provenance, and landed
files whose state is new. How a plan is run is in `c360_assets/execution/runner.py`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from c360_assets.contracts.erased_meanwhile import NOT_COMPARED
from c360_assets.contracts.partitions import Partitions, add_months, month_of
from c360_assets.contracts.raw_reads import EARLIER
from c360_assets.contracts.table import TableSpec
from c360_assets.landing import identity, raw_content, raw_search
from c360_assets.planning import not_planned
from c360_assets.planning.data_versions import DataVersions
from c360_assets.planning.lines import label
from c360_assets.planning.plan import DayRange, Plan
from c360_assets.planning.reach import REACH, days_used, earlier_days, raw_of
from c360_assets.planning.staleness import StaleCause, stale_cause
from c360_assets.planning.warnings import warnings_of
from c360_assets.reference.model import Fingerprints
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import UNCOMPARED, ErasureList, with_erasures
from resources.erasure.overtaken import OvertakenDays
from resources.errors import InputNotReady, LandingError
from resources.lake.contents import Alteration, LakeContents
from resources.lake.provenance import Item, Provenance, ProvenanceStore, version_digest
from resources.landing.zone import Delivery, LandingZone

SOURCES = {raw.TABLE.name: raw.LAYOUT.folder for raw in (raw_content, raw_search)}
"""Raw table → the folder its days land in."""
IDENTITY = identity.LAYOUT.folder
FOLDERS = (*SOURCES.values(), IDENTITY)


@dataclass
class _Known:
    """Provenance as it is, and as it will be once the plan is run; what it does not fit; and the list of erasures."""

    actual: Mapping[str, Mapping[date | None, Provenance]]
    overtaken: OvertakenDays
    altered: dict[Item, Alteration] = field(default_factory=dict)
    planned: dict[Item, Provenance] = field(default_factory=dict)

    def provenance(self, table: str, partition: date | None) -> Provenance | None:
        """The provenance that an item will have."""
        return self.planned.get((table, partition)) or self.actual[table].get(partition)

    @property
    def erasures(self) -> str:
        """The fingerprint of the list of erasures."""
        return self.overtaken.fingerprint

    def is_overtaken(self, item: Item) -> bool:
        """Whether an item may hold somebody who was erased before it was committed."""
        (name, partition), table = item, TABLES[item[0]]
        provenance = self.actual[name].get(partition)
        if not table.lands or provenance is None:
            return False
        return self.overtaken.has(name, table.partition_column, partition, provenance)


class Planner:
    """Plans over one landing zone and one lake, for the partitions that there are.

    `reference` are the digests of the reference data.
    """

    def __init__(
        self, landing: LandingZone, provenances: ProvenanceStore, reference: Fingerprints, partitions: Partitions
    ) -> None:
        self._landing, self._provenances, self._reference = landing, provenances, reference
        self._partitions, self._contents = partitions, LakeContents(provenances.lake)

    def require_landing(self) -> None:
        """Raises LandingError without a landing zone: what is not mounted would count as not landed."""
        self._landing.check(FOLDERS)

    def deliveries(self) -> dict[str, dict[date, Delivery]]:
        """What landed, by raw table and day; only days that have a partition."""
        found = {raw: self._landing.days(folder).deliveries for raw, folder in SOURCES.items()}
        return {
            raw: {day: delivery for day, delivery in by_day.items() if not self._partitions.missing_reason(day)}
            for raw, by_day in found.items()
        }

    def exists(self, day: date) -> bool:
        """Whether a day or month is one of the partitions: anyone may have put provenance of others into the lake."""
        return not self._partitions.missing_reason(day)

    def unrecognized_files(self) -> list[str]:
        """What is there but not read: names that are not a day's, days without a partition, in landing zone or lake."""
        return [
            *not_planned.unrecognized_files(self._landing, SOURCES.values(), self._partitions),
            *not_planned.unknown_dates(self._provenances, self._partitions),
        ]

    def passed_over(self) -> list[str]:
        """What is in the landing zone and is not data: hidden names, checksums, markers, unfinished transfers."""
        return [*not_planned.passed_over(self._landing, SOURCES.values()), *self._landing.folder(IDENTITY).passed_over]

    def plan(
        self,
        days: DayRange,
        everything: bool = False,
        failed: Mapping[Item, str] | None = None,
        done: Collection[Item] = (),
        tried: Mapping[Item, str] | None = None,
    ) -> Plan:
        """What to make for the landed days in a range and all that depends on them.

        With `everything`, also what has not changed, unless it is `done` already. Items in `failed` are left out, and so
        is everything made from them. Items in `tried` are left out as long as they would get the version that they
        failed with.
        """
        known, deliveries = self._gathered(TABLES)
        altered = {item: one.what for item, one in known.altered.items()}
        plan = Plan(failed=set(failed or ()), altered=altered, warnings=warnings_of(known.actual))
        versions = DataVersions(TABLES, self._reference, known.provenance)
        for table in TABLES.values():
            for partition in self._candidates(table, known, deliveries, days):
                item = (table.name, partition)
                again = everything and item not in done
                self._judge(plan, known, versions, item, deliveries, again, tried or {})
        return plan

    def lost_days(self) -> dict[Item, Alteration]:
        """The days of raw tables that do not hold what was committed and that nothing landed for any more, with the cause."""
        known, deliveries = self._gathered(SOURCES)
        return {item: one for item, one in known.altered.items() if item[1] not in deliveries[item[0]]}

    def remember_touched(self, plan: Plan) -> None:
        """Records the new states of landed files that were only touched, so that no later plan reads them again.

        Not where the provenance has changed since it was planned. A lake that can't be written costs that reading, and
        nothing else.
        """
        for item, (before, after) in plan.touched.items():
            with suppress(OSError):
                if self._provenances.get(*item) == before:
                    self._provenances.write(*item, after)

    def _gathered(self, compared: Iterable[str]) -> tuple[_Known, dict[str, dict[date, Delivery]]]:
        """What the lake records, what landed, and what in these tables does not fit."""
        overtaken = OvertakenDays(self._provenances.lake, ErasureList(self._provenances.lake, key=None).entries())
        known = _Known({name: self._provenances.read(name) for name in TABLES}, overtaken)
        deliveries = self.deliveries()
        for name in compared:
            known.altered |= self._altered(name, known, deliveries)
        return known, deliveries

    def _altered(
        self, name: str, known: _Known, deliveries: Mapping[str, Mapping[date, Delivery]]
    ) -> dict[Item, Alteration]:
        """The partitions of a table that do not hold what was committed, or what nothing records, each with what happened."""
        held, column = known.actual[name], TABLES[name].partition_column
        recorded = {partition: (one.commit, one.content) for partition, one in held.items()}
        made_next = partial(_is_made_next, deliveries.get(name))
        earlier = filter(self.exists, earlier_days(name, self._provenances, known.actual))
        found: dict[Item, Alteration] = {(name, day): Alteration(EARLIER, is_earlier=True) for day in earlier}
        used = {day for day in days_used(name, known.actual) if self.exists(day)}
        differing = self._contents.differences(name, column, recorded, is_made_next=made_next, used=used)
        for partition, what in differing.items():
            now = self._provenances.get(name, partition)  # another run may have made it since provenance was read
            if (now and (now.commit, now.content)) == recorded.get(partition):
                found[name, partition] = what
        return found

    def _candidates(
        self, table: TableSpec, known: _Known, deliveries: Mapping[str, Mapping[date, Delivery]], days: DayRange
    ) -> Sequence[date | None]:
        """The partitions that a range of days may touch, in order."""
        if table.unit is None:
            return [None]
        if table.unit == "day":
            raw = raw_of(table)
            return sorted(day for day in self._held_days(raw, known) | set(deliveries[raw]) if days.has(day))
        in_lake = {day for raw in SOURCES for day in self._held_days(raw, known)}
        landed = in_lake.union(*deliveries.values())
        held = {one for one in known.actual[table.name] if one and self.exists(one)}
        first = month_of(days.first) if days.first else date.min
        last = add_months(month_of(days.last), REACH) if days.last and days.last.year < date.max.year else date.max
        touched = {month for month in held if month >= first} | {month_of(day) for day in landed if days.has(day)}
        # Later months look back: a month whose days are already in the lake is made even if it is before the range.
        touched |= {month_of(day) for day in in_lake} - held
        return sorted(month for month in touched if month <= last)

    def _held_days(self, raw: str, known: _Known) -> set[date]:
        """The days that a raw table holds. An altered one may have no provenance."""
        found = {*known.actual[raw], *(day for name, day in known.altered if name == raw)}
        return {day for day in found if day and self.exists(day)}

    def _judge(
        self,
        plan: Plan,
        known: _Known,
        versions: DataVersions,
        item: Item,
        deliveries: Mapping[str, Mapping[date, Delivery]],
        again: bool,
        tried: Mapping[Item, str],
    ) -> None:
        """Sorts one item into the plan. Everything that it is made from was judged before."""
        name, partition = item
        table = TABLES[name]
        provenance = known.actual[name].get(partition)
        source = _waits_for(plan, item, known)
        if source:
            _wait(plan, item, source)
            return
        if item in plan.failed:
            return
        delivery = self._delivery(table, partition, deliveries)
        if table.lands and delivery is None:
            if known.is_overtaken(item):
                plan.blocked[item] = NOT_COMPARED
            return
        cause: StaleCause | None
        try:
            landed, states = self._fingerprint(delivery, provenance, known.erasures) if delivery else (None, None)
            plan.landed |= {item: (delivery, landed)} if delivery and landed else {}
            version = versions.data_version(name, partition, landed)
            cause = stale_cause(table, provenance, version, versions.rules_version(name))
            cause = cause or ("altered" if item in plan.altered else None)
            cause = cause or ("erased" if known.is_overtaken(item) else None)
            if provenance and states is not None and not cause and states != provenance.files:
                plan.touched[item] = (provenance, replace(provenance, files=states))
        except InputNotReady as missing:
            plan.blocked[item] = str(missing)
            return
        except LandingError as error:
            plan.unreadable[item] = str(error)
            version, cause = version_digest(str(error), delivery.state if delivery else ""), "unreadable"
        _decide(plan, known, item, version, cause or ("again" if again else None), tried)

    def _delivery(
        self, table: TableSpec, partition: date | None, deliveries: Mapping[str, Mapping[date, Delivery]]
    ) -> Delivery | None:
        """What landed for an item; None if nothing did, or if it is not made from landed files."""
        if not table.lands:
            return None
        if partition is None:
            return self._landing.folder(IDENTITY)
        return deliveries[table.name].get(partition)

    def _fingerprint(
        self, delivery: Delivery, provenance: Provenance | None, erasures: str
    ) -> tuple[str, Mapping[str, str]]:
        """The fingerprint of what landed, and the digest of each file in its state.

        Raises LandingError where it can't be read.
        """
        if delivery.error:
            raise delivery.error
        landed, states = self._landing.fingerprint(delivery, provenance.files if provenance else None)
        return with_erasures(landed, delivery.day, erasures), states


def _is_made_next(landed: Mapping[date, Delivery] | None, partition: date | None) -> bool:
    """Whether a partition without provenance gets one by the next run. `landed` are the days of a raw table."""
    return landed is None or partition in landed


def _decide(
    plan: Plan, known: _Known, item: Item, version: str, cause: StaleCause | None, tried: Mapping[Item, str]
) -> None:
    """Records the version that an item gets or has; the item is stale if there is a cause and it has not failed with it."""
    plan.versions[item] = version
    if tried.get(item) == version:
        plan.failed.add(item)
    elif cause:
        plan.stale.append(item)
        plan.causes[item] = cause
        if item not in plan.unreadable:
            erased = known.erasures if TABLES[item[0]].lands else ""
            known.planned[item] = Provenance(version, erased=erased)


def _waits_for(plan: Plan, item: Item, known: _Known) -> Item | None:
    """The input that an item has to wait for: one that failed, or waits itself.

    A landed day that can't be read does not stop its month: the lake keeps what it held, and the day is reported.
    """
    name, partition = item
    table = TABLES[name]
    for read in table.inputs:
        for needed in read.partitions(table, partition):
            source = (read.table.name, needed)
            provenance = known.provenance(*source)
            alteration = known.altered.get(source)
            if alteration and (provenance is None or (alteration.is_earlier and source not in known.planned)):
                return source
            if source in plan.unreadable and provenance and provenance.erased == UNCOMPARED:
                return source
            if source in plan.unreadable or (source in plan.failed and read.table.lands):
                if read.required and known.provenance(*source) is None:
                    return source
                continue
            if source in plan.failed:
                return source
            if source in plan.blocked and (table.unit == read.table.unit or not _waits_for_landing(plan, source)):
                return source
    return None


def _wait(plan: Plan, item: Item, source: Item) -> None:
    """Blocks an item on one of its inputs, or on what that input itself waits for."""
    if source not in plan.blocked:
        plan.waits_for[item] = source
        altered = "was changed outside Customer360" if source in plan.altered else "failed"
        happened = "can't be read" if source in plan.unreadable else altered
        plan.blocked[item] = f"{label(source)} {happened}"
        return
    plan.blocked[item] = plan.blocked[source]
    if source in plan.waits_for:
        plan.waits_for[item] = plan.waits_for[source]


def _waits_for_landing(plan: Plan, item: Item) -> bool:
    """Whether a day's table waits only because its landed files can't be read."""
    table = TABLES[item[0]]
    raw = raw_of(table)
    return (raw, item[1]) in plan.unreadable or (raw, item[1]) in plan.failed
