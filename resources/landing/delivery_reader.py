"""From a delivery to a frame: its records, its fingerprint, and whether it changed while it was read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame, SparkSession

from resources.engine.session import Engine
from resources.erasure.erasure_list import ErasureList, with_erasures
from resources.erasure.lost_entries import Traces, whole_list
from resources.erasure.tombstones import with_tombstones
from resources.errors import LandingError, Where
from resources.landing.inspection import inspected
from resources.landing.layout import FileSplit, Layout
from resources.landing.source import LandedSource, options_for
from resources.landing.zone import Delivery, LandingZone


@dataclass(frozen=True)
class DeliveredRows:
    """A delivery as a frame. `fingerprint` identifies its content, `digests` the content of each file in its state.

    `erasures` is the fingerprint of the erasures that its records were compared with. `csv_files` is how many of its files
    were read as CSV.
    """

    frame: DataFrame
    delivery: Delivery
    erasures: str
    fingerprint: str
    digests: Mapping[str, str]
    csv_files: int


class DeliveryReader:
    """Reads what is in a landing zone, on an engine."""

    def __init__(
        self, landing: LandingZone, engine: Engine, erasures: ErasureList, traces: Callable[[], Traces]
    ) -> None:
        """`traces` are those that lists of erasures have left in the lake."""
        self._landing, self._engine, self._erasures, self._traces = landing, engine, erasures, traces
        self._whole: str | None = None
        self._not_older: str | None = None

    def read(self, layout: Layout, day: date | None) -> DeliveredRows | None:
        """What landed for a day, or in a folder without days; None if nothing did.

        Raises LandingError if it can't be read, ErasureKeyRefused if the lake has erasures and the key is not theirs,
        ErasuresLost if their list has lost entries, or if a table was put back from a copy older than an erasure.
        """
        listed = whole_list(self._erasures, self._traces, self._whole)
        self._whole = listed.fingerprint
        delivery = self._find(layout, day)
        if delivery is None:
            return None
        splits = inspected(layout, delivery)
        fingerprint, digests = self._landing.fingerprint(delivery)
        landed = read_landed(self._engine.session, layout, splits)
        frame = with_tombstones(landed, layout.erased_by, listed.suppression)
        identity = with_erasures(fingerprint, day, listed.fingerprint)
        csv = len({split.name for split in splits if split.form == "csv"})
        return DeliveredRows(frame, delivery, listed.fingerprint, identity, digests, csv)

    def erasures_if_none_put_back(self) -> str:
        """The fingerprint of the list of erasures, for what is made from tables alone. Needs no key.

        Raises ErasuresLost where a table was put back from a copy that is older than an erasure.
        """
        fingerprint = self._erasures.fingerprint()
        if fingerprint and fingerprint not in (self._whole, self._not_older):
            if error := self._traces().put_back.error:
                raise error
            self._not_older = fingerprint
        return fingerprint

    def erasures(self) -> str:
        """The fingerprint of the list of erasures as it is now."""
        return self._erasures.fingerprint()

    def require_unchanged(self, layout: Layout, before: Delivery) -> None:
        """Raises LandingError if a delivery changed while it was read."""
        after = self._find(layout, before.day)
        if after is None or after.state != before.state:
            names = ", ".join(file.name for file in before.files)
            where = Where(file=names, partition=before.day.isoformat() if before.day else None)
            raise LandingError("changed while it was read", "Run again once the delivery is complete.", where)

    def _find(self, layout: Layout, day: date | None) -> Delivery | None:
        return self._landing.folder(layout.folder) if day is None else self._landing.day(layout.folder, day)


def read_landed(session: SparkSession, layout: Layout, splits: list[FileSplit]) -> DataFrame:
    """Every record in the splits, as text: the columns of the layout."""
    session.dataSource.register(LandedSource)
    return session.read.format(LandedSource.name()).options(**options_for(layout, splits)).load()
