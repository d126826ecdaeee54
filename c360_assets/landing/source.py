"""From a delivery to a frame: what the assets of the landing step share. What files hold is read in resources/."""

from collections.abc import Callable
from datetime import date
from itertools import islice

from pyspark.sql import DataFrame, SparkSession

from c360_assets.metadata.figures import small_table
from resources.engine.session import Engine
from resources.lake.io_manager import Landed
from resources.landing.layout import FileSplit, LandingError, Layout
from resources.landing.source import LandedSource, options_for
from resources.landing.zone import Delivery, LandingZone

_FILES_SHOWN = 50


def read_landed(session: SparkSession, layout: Layout, splits: list[FileSplit]) -> DataFrame:
    """Every record in the splits, as text: the columns of the layout."""
    session.dataSource.register(LandedSource)
    return session.read.format(LandedSource.name()).options(**options_for(layout, splits)).load()


def deliver(engine: Engine, landing: LandingZone, layout: Layout, day: date) -> Landed | None:
    """What landed for a day, with its fingerprint; None where nothing did.

    Raises LandingError where the day can't be read.
    """
    delivery = landing.day(layout.folder, day)
    if delivery is None:
        return None
    return as_landed(engine, landing, layout, delivery, lambda: landing.day(layout.folder, day))


def as_landed(
    engine: Engine, landing: LandingZone, layout: Layout, delivery: Delivery, again: Callable[[], Delivery | None]
) -> Landed:
    """A delivery as a frame, with its fingerprint. `again` looks at what lies there now."""
    splits = delivery.splits()
    version, files = landing.fingerprint(delivery)
    metadata = {
        "landed_files": len(delivery.files),
        "landed_bytes": sum(file.size for file in delivery.files),
        "fingerprint": version,
        "files": small_table(
            {"file": file.name, "bytes": file.size, "digest": digest}
            for file, digest in islice(zip(delivery.files, files.values(), strict=True), _FILES_SHOWN)
        ),
    }
    frame = read_landed(engine.session, layout, splits)
    return Landed(frame, version, files, metadata, lambda: require_unchanged(delivery, again()), keeps_every_row=True)


def require_unchanged(before: Delivery, after: Delivery | None) -> None:
    """Raises LandingError where a delivery changed while it was read."""
    if after is None or after.state != before.state:
        names = ", ".join(file.name for file in before.files)
        raise LandingError(f"{names}: changed while it was read. Run again once the delivery is complete.")
