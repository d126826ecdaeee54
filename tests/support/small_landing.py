"""A landing zone of a few rows in five months, written plainly, and ways to change it."""

import gzip
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

CONTENT_DAYS = tuple(date(2022, *day) for day in ((4, 1), (4, 2), (5, 1), (6, 1), (7, 1), (8, 1)))
SEARCH_DAYS = tuple(date(2022, month, 1) for month in range(4, 9))
MONTHS = tuple(date(2022, month, 1) for month in range(4, 9))
APRIL, MAY, JUNE, JULY, AUGUST = MONTHS

Watched = tuple[str, str | None, int, str]
WATCHED: tuple[Watched, ...] = (
    ("HNH579912", "0C96E62FC55C", 254, "KPLUS"),
    ("SGDA12345", "0C96E62FC55D", 86400, "CHANNEL"),
    ("SGDA12345", "0C96E62FC55D", 3600, "VOD"),
    ("DNABC1234", None, 60, "CHILD"),
    ("0", None, 60, "VOD"),
)
SEARCHED = (("0123456", "bóng đá"), ("7654321", "phim hàn quốc"), ("7654321", "gọi 0912345678"))
LINKS = "contract,user_id,source\nHNH579912,0123456,app\n"


def content_path(landing: Path, day: date) -> Path:
    """Where a day of the content log lands."""
    return landing / "log_content" / f"{day:%Y%m%d}.json"


def search_path(landing: Path, day: date) -> Path:
    """Where a day of the search log lands."""
    return landing / "log_search" / f"{day:%Y%m%d}.json"


def land_content(landing: Path, day: date, rows: Iterable[Watched] = WATCHED) -> Path:
    """One day of the content log as NDJSON."""
    names = ("Contract", "Mac", "TotalDuration", "AppName")
    return _write(content_path(landing, day), [{"_source": dict(zip(names, row, strict=True))} for row in rows])


def land_cut_off(landing: Path, day: date) -> Path:
    """One day of the content log as a compressed file that ends too early; a whole one of the day goes."""
    path = land_content(landing, day)
    whole = gzip.compress(path.read_bytes() * 50)
    path.unlink()
    cut = path.with_suffix(".json.gz")
    cut.write_bytes(whole[: len(whole) // 2])
    return cut


def land_search(landing: Path, day: date, rows: Iterable[tuple[str, str]] = SEARCHED) -> Path:
    """One day of the search log as NDJSON."""
    fixed = {"category": "enter", "networkType": "wifi", "platform": "smarttv", "userPlansMap": ["KPLUS:fpt"]}
    lines = [{"user_id": user, "keyword": text, "datetime": f"{day} 20:15:36", **fixed} for user, text in rows]
    return _write(search_path(landing, day), [{"eventID": f"e{place}", **line} for place, line in enumerate(lines)])


def land_links(landing: Path, text: str = LINKS) -> Path:
    """Which contract made a user's searches."""
    path = landing / "identity" / "links.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def land_all(
    landing: Path, content: Sequence[date] = CONTENT_DAYS, search: Sequence[date] = SEARCH_DAYS, links: str = LINKS
) -> Path:
    """The whole landing zone; returns it."""
    for day in content:
        land_content(landing, day)
    for day in search:
        land_search(landing, day)
    land_links(landing, links)
    return landing


TWO_MONTHS = ((APRIL, date(2022, 4, 2), MAY), (APRIL, MAY))
"""The days of the content log and of the search log of a landing that many tests share."""


def land_two_months(landing: Path) -> Path:
    """A few days of two months; returns the landing zone."""
    return land_all(landing, *TWO_MONTHS)


def land_one_month(landing: Path) -> Path:
    """Two days of a month; returns the landing zone."""
    return land_all(landing, CONTENT_DAYS[:2], SEARCH_DAYS[:1])


def touch(path: Path) -> None:
    """Gives a file another time and inode, and the same bytes."""
    copy = path.with_name(f".{path.name}.copy")
    shutil.copyfile(path, copy)
    copy.replace(path)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def _write(path: Path, records: Iterable[dict]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), encoding="utf-8")
    return path
