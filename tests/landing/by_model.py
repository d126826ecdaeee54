"""A landing zone's days as the plain model and as the reader see them, side by side."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from c360_assets.landing import identity, raw_content, raw_search
from resources.errors import LandingError
from resources.landing.inspection import inspected
from resources.landing.layout import Layout
from resources.landing.source import read_split
from resources.landing.zone import Delivery, LandingZone
from tests.model import raw
from tests.model.delivery import Reader
from tests.model.landed import days, parts
from tests.model.opened import RefusedError
from tests.model.options import Options

LAYOUTS = {"content": raw_content.LAYOUT, "search": raw_search.LAYOUT, "identity": identity.LAYOUT}
SOURCES = {"content": raw.CONTENT, "search": raw.SEARCH, "identity": raw.IDENTITY}

Rows = Counter[tuple[tuple[str, str | None], ...]]
"""How often each row is there: an engine gives rows in any order."""
Found = dict[date | None, Rows | str]
"""The rows of each day, otherwise `refused`."""


def _counted(rows: list[dict[str, Any]]) -> Rows:
    return Counter(tuple(sorted(row.items())) for row in rows)


def by_model(root: Path, log: str, options: Options | None = None) -> Found:
    """What the model makes of a source."""
    source = SOURCES[log]
    reader, folder = Reader(source, options or Options()), root / source.folder
    found: Found = {}
    if log == "identity":
        deliveries = {None: (list(parts(folder)) if folder.exists() else [], None)}
    else:
        deliveries = {day: (delivery.files, delivery.problem) for day, delivery in days(folder).items()}
    for day, (files, problem) in deliveries.items():
        try:
            found[day] = "refused" if problem else _counted(reader.delivery(folder, files, one_form=day is not None))
        except RefusedError:
            found[day] = "refused"
    return found


def by_reader(root: Path, log: str, layout: Layout | None = None) -> Found:
    """What the reader makes of a source; every delivery is found, inspected and read as in a run."""
    layout = layout or LAYOUTS[log]
    zone = LandingZone(str(root))
    if log == "identity":
        return {None: _read(layout, zone.folder(layout.folder))}
    return {day: _read(layout, delivery) for day, delivery in zone.days(layout.folder).deliveries.items()}


def _read(layout: Layout, delivery: Delivery) -> Rows | str:
    try:
        splits = inspected(layout, delivery)
        return _counted([row for split in splits for batch in read_split(layout, split) for row in batch.to_pylist()])
    except LandingError:
        return "refused"
