"""The members of an audience in a month, and how they changed since the month before. Starts no engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from deltalake import QueryBuilder

from c360_assets.contracts.partitions import add_months
from c360_assets.exports.request import KEY, Request
from c360_assets.planning.data_versions import DataVersions
from c360_assets.profile import audience_members, customer360
from c360_assets.reference.model import Fingerprints
from c360_assets.tables import TABLES
from resources.arrow import table_of
from resources.erasure.older_copies import require_not_put_back
from resources.errors import ExportRefused, InputNotReady, Where
from resources.lake.contents import LakeContents, readable_table
from resources.lake.damage import damage_named
from resources.lake.provenance import Provenance, ProvenanceStore

_MEMBERS, _CUSTOMERS = audience_members.TABLE, customer360.TABLE
_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "boolean": pa.bool_(),
}
Source = tuple[str, date]
"""The name of a table, and a month."""
_AGAIN = "Run `c360 run`, then export again."


@dataclass(frozen=True)
class Membership:
    """The rows of an export, each part in the order of its keys.

    `left` are customers as they were in the month before. `previous` counts who was a member then; without a month to
    compare with, nobody was, and all members entered. `sources` are the partitions that the rows were read from.
    """

    compared_with: date | None
    previous: int
    members: pa.Table
    entered: pa.Table
    left: pa.Table
    sources: Mapping[Source, Provenance]

    @property
    def parts(self) -> dict[str, pa.Table]:
        """The tables by name, as they are exported."""
        return {"members": self.members, "entered": self.entered, "left": self.left}


def months_with_customers(provenances: ProvenanceStore) -> list[date]:
    """The months of customer360 that were made with rows, in order; none of the future, which anyone may have put there."""
    made = provenances.read(_CUSTOMERS.name)
    return sorted(month for month, one in made.items() if month is not None and one.rows and month <= date.today())


class MembershipReader:
    """Reads memberships from a lake; what it returns was current from the first look to the last."""

    def __init__(self, lake: str, provenances: ProvenanceStore, reference: Fingerprints, first_day: date) -> None:
        self._lake, self._provenances, self._first_day = lake.rstrip("/"), provenances, first_day
        self._versions = DataVersions(TABLES, reference, provenances.cached()).from_the_days_up(first_day)

    def read(self, request: Request) -> Membership:
        """The membership of a month.

        Raises ErasuresLost where a table is older than an erasure. Raises ExportRefused where the tables are not up to date
        with each other or with the audiences, or changed while they were read, and where the members do not follow from
        those of the month before.
        """
        require_not_put_back(self._lake)
        before = self._month_before(request.month)
        months = [request.month] if before is None else [before, request.month]
        tables = (_CUSTOMERS.name, _MEMBERS.name)
        sources = {(table, month): self._current(table, month) for month in months for table in tables}
        found = self._membership(request, before, sources)
        self._require_unchanged(sources)
        return found

    def _month_before(self, month: date) -> date | None:
        before = add_months(month, -1)
        known = self._provenances.get(_CUSTOMERS.name, before)
        return before if known and known.rows else None

    def _current(self, table: str, month: date) -> Provenance:
        """The provenance of a partition that is what it would be if it were made now."""
        made = self._provenances.get(table, month)
        where = Where(table=table, partition=f"{month}")
        if made is None:
            raise ExportRefused(f"{month:%Y-%m} was never made", self._remedy(month), where)
        if made.failed_check or not made.is_checked:
            state = f"did not pass its check {made.failed_check}" if made.failed_check else "is not checked yet"
            raise ExportRefused(f"{month:%Y-%m} {state}", self._remedy(month), where)
        if self._version_now(table, month) != made.data_version:
            outdated = f"{month:%Y-%m} is out of date: what it is made from has changed"
            raise ExportRefused(outdated, self._remedy(month), where)
        return made

    def _remedy(self, month: date) -> str:
        """What makes a month up to date. Nothing makes those before C360_FIRST_DAY, which were made before it moved."""
        if month >= self._first_day:
            return _AGAIN
        return (
            f"C360_FIRST_DAY is {self._first_day}, and no earlier month is made again: "
            "set it to the lake's first day, or export a later month."
        )

    def _version_now(self, table: str, month: date) -> str | None:
        """The data version that a partition would get now; None if something that it is made from is not made."""
        try:
            return self._versions.data_version(table, month, None)
        except InputNotReady:
            return None

    def _require_unchanged(self, sources: Mapping[Source, Provenance]) -> None:
        """Raises ExportRefused where a partition that was read is not the one that was committed."""
        contents = LakeContents(self._lake)
        for (table, month), made in sources.items():
            where = Where(table=table, partition=f"{month}")
            if self._provenances.get(table, month) != made:
                raise ExportRefused(f"{month:%Y-%m} was made again while it was exported", "Export it again.", where)
            differing = contents.differences(table, _MEMBERS.partition_column, {month: (made.commit, made.content)})
            for reason in differing.values():
                raise ExportRefused(f"{month:%Y-%m} is not what was committed: {reason}", self._remedy(month), where)

    def _membership(self, request: Request, before: date | None, sources: Mapping[Source, Provenance]) -> Membership:
        with damage_named(_MEMBERS.name):
            return self._queried(request, before, sources)

    def _queried(self, request: Request, before: date | None, sources: Mapping[Source, Provenance]) -> Membership:
        query = QueryBuilder()
        for table in (_CUSTOMERS, _MEMBERS):
            query.register(table.name, readable_table(f"{self._lake}/{table.name}"))
        audience = f"m.audience = '{request.audience.name}'"
        now = f"m.month = DATE '{request.month}'"
        then = f"m.month = DATE '{before}'" if before else "false"
        gone = f"m.{KEY} not in (select m.{KEY} from {_MEMBERS.name} m where {audience} and {now})"
        entered = "m.entered" if before else "true"

        def rows(*conditions: str, columns: Sequence[str] = request.columns) -> pa.Table:
            return _rows(query, columns, [audience, *conditions])

        def ids(condition: str) -> list[str]:
            """Who is a member, without a look at customer360."""
            sql = f"select m.{KEY} from {_MEMBERS.name} m where {audience} and {condition}"
            return [str(row[KEY]) for row in table_of(query.execute(sql).read_all()).to_pylist()]

        previous = ids(then)
        found = Membership(before, len(previous), rows(now), rows(now, entered), rows(then, gone), sources)
        _require_balance(previous, ids(now), found, Where(table=_MEMBERS.name, partition=f"{request.month}"))
        return found


def _rows(query: QueryBuilder, columns: Sequence[str], conditions: Sequence[str]) -> pa.Table:
    """Columns of the customers who are members, with the types of the contract, in the order of the key."""
    types = {column.name: _TYPES[column.type] for column in _CUSTOMERS.all_columns}
    schema = pa.schema([(name, types[name]) for name in columns])
    sql = (
        f"select {', '.join(f'c.{name}' for name in columns)} from {_MEMBERS.name} m "
        f"join {_CUSTOMERS.name} c on c.month = m.month and c.{KEY} = m.{KEY} "
        f"where {' and '.join(conditions)} order by c.{KEY}"
    )
    return table_of(query.execute(sql).read_all()).cast(schema)


def _require_balance(previous: Sequence[str], current: Sequence[str], found: Membership, where: Where) -> None:
    """Raises ExportRefused unless the members are those of before, with who entered and without who left."""
    members, entered, left = (part.column(KEY).to_pylist() for part in found.parts.values())
    counts = len(previous) + len(entered) - len(left) == len(members) == len(current)
    if not counts or not (set(previous) | set(entered)) - set(left) == set(members) == set(current):
        raise ExportRefused(
            f"{len(previous):,} members before, {len(entered):,} who entered and {len(left):,} who left do not make "
            f"the {len(current):,} members of the month",
            "Nothing was written. Make both months again with `c360 run --all`.",
            where,
        )
