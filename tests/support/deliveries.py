"""Deliveries of a landing, put into a landing zone one by one."""

import shutil
from datetime import date
from pathlib import Path

from tests.strategies import Landed
from tests.strategies.landed import LOGS, day_named


def files_of(landed: Landed, log: str, day: date | None) -> Landed:
    """What landed for a day of a log; for `identity`, which has no days, all of it."""
    if day is not None:
        return landed.of_day(log, day)
    return Landed({name: data for name, data in landed.files.items() if name.startswith("identity/")})


def deliver(landing: Path, landed: Landed, log: str, day: date | None) -> None:
    """Puts a delivery where another of its day may lie."""
    source = landing / ("identity" if day is None else LOGS[log])
    for old in source.iterdir() if source.is_dir() else []:
        if day is None or day_named(old.name) == day:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    files_of(landed, log, day).write(landing)
