"""What the tests of the landing zone share: files by their names, and what is found of them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from resources.landing.zone import Delivery, LandingZone

LOG = "log_content"
DAY = date(2022, 4, 1)
LINE = b'{"Contract":"HNH579912","Mac":"0C96E62FC55C","TotalDuration":254,"AppName":"KPLUS"}\n'


def land(root: Path, files: Mapping[str, bytes], folder: str = LOG) -> LandingZone:
    """Writes files below a log's folder."""
    for name, data in files.items():
        path = root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return LandingZone(str(root))


def names(delivery: Delivery | None) -> list[str]:
    """The names of a delivery's files, which can be read."""
    assert delivery
    assert delivery.problem is None
    return [file.name for file in delivery.files]


def problem(delivery: Delivery | None) -> str:
    """Why a delivery can't be read."""
    assert delivery
    assert delivery.problem
    return delivery.problem
