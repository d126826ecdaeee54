"""The tables of a landing zone by the landing reader and the transforms: no Dagster, no Delta, and only what is looked at.

Each table is made from what the model makes of the tables that it reads, so an example judges the transform of the
table that it looks at, and does not wait for all those before it. The whole chain is compared with the model in
`tests/test_model_equals_engine.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from c360_assets.contracts.partitions import month_of
from c360_assets.contracts.table import Input, TableSpec
from c360_assets.landing import identity, raw_content, raw_search
from c360_assets.reference.model import Reference
from c360_assets.tables import ASSETS, TABLES
from resources.erasure.tombstones import with_tombstones
from resources.landing.delivery_reader import read_landed
from resources.landing.inspection import inspected
from resources.landing.layout import FileSplit, Layout
from resources.landing.zone import LandingZone
from tests.model import Lake
from tests.rules.rows import Row, in_order, plain
from tests.transforms.frames import frame_of

RAW = {"raw_content": raw_content.LAYOUT, "raw_search": raw_search.LAYOUT}
TRANSFORMS = {asset.table.name: asset for asset in ASSETS}


class EngineLake(Mapping[str, list[Row]]):
    """Rows by table, in the order of their key. A table is made when it is first asked for."""

    def __init__(self, session: SparkSession, reference: Reference, landing: Path, of_model: Lake) -> None:
        self._session = session
        self._reference = reference
        self._of_model = of_model
        self._zone = LandingZone(str(landing))
        self._landed = {table: self._zone.days(layout.folder).deliveries for table, layout in RAW.items()}
        self._made: dict[str, list[Row]] = {}

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self._made:
            rows = self._frame(TABLES[table]).toArrow().to_pylist()
            self._made[table] = in_order(table, map(plain, rows))
        return self._made[table]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def _frame(self, table: TableSpec) -> DataFrame:
        """All partitions of a table in one frame, so that the engine is asked once."""
        if table.unit is None:
            delivery = self._zone.folder(identity.LAYOUT.folder)
            links = self._landed_frame(identity.LAYOUT, inspected(identity.LAYOUT, delivery))
            return TRANSFORMS[table.name].of_partition({"landed": links}, None, self._reference)
        column = str(table.partition_column)
        parts = [
            self._part(table, partition).select(F.lit(partition).alias(column), *table.names)
            for partition in self._partitions(table)
        ]
        return reduce(DataFrame.unionByName, parts) if parts else frame_of(self._session, table.name, [])

    def _partitions(self, table: TableSpec) -> list[date]:
        """The days that landed in the table's log, or the months in which a day landed in either log."""
        if table.unit == "month":
            return sorted({month_of(day) for days in self._landed.values() for day in days})
        log = next(raw for raw in RAW if raw.endswith(table.name.rpartition("_")[2]))
        return list(self._landed[log])

    def _part(self, table: TableSpec, partition: date) -> DataFrame:
        if table.name in RAW:
            layout = RAW[table.name]
            splits = inspected(layout, self._landed[table.name][partition])
            landed = self._landed_frame(layout, splits)
            return TRANSFORMS[table.name].of_partition({"landed": landed}, partition, self._reference)
        inputs = {
            read.table.name: frame_of(self._session, read.table.name, self._read(table, partition, read))
            for read in table.inputs
        }
        return TRANSFORMS[table.name].of_partition(inputs, partition, self._reference)

    def _landed_frame(self, layout: Layout, splits: list[FileSplit]) -> DataFrame:
        return with_tombstones(read_landed(self._session, layout, splits), layout.erased_by, None)

    def _read(self, table: TableSpec, partition: date, read: Input) -> list[Row]:
        """The rows of an input in the partitions that a partition of the table reads."""
        rows, column, window = (
            self._of_model[read.table.name],
            read.table.partition_column,
            read.window(table, partition),
        )
        return [row for row in rows if window[0] <= row[column] <= window[1]] if window else rows
