"""What lies in the landing zone: which days, and which files each day has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

ENDINGS = ("json", "jsonl", "ndjson", "csv", "tsv", "txt", "parquet")
COMPRESSIONS = (".gz", ".zst", ".bz2")
COMPANIONS = (
    ".crc", ".md5", ".sha1", ".sha256", ".done", ".ok", ".success",
    ".part", ".partial", ".filepart", ".tmp", ".crdownload", "_$folder$",
)  # fmt: skip
NO_DATA = ("manifest.json", "thumbs.db", "desktop.ini")
TABLES = ("_delta_log", "_spark_metadata", ".hoodie")


@dataclass
class Delivery:
    """The files of one day, sorted, and why they can't be read if they can't."""

    files: list[Path] = field(default_factory=list)
    problem: str | None = None


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is not data."""
    # choice: endings and whole names are compared without case.
    lower = name.lower()
    return name.startswith(("_", ".")) or lower.endswith(COMPANIONS) or lower in NO_DATA


def _date_of(text: str) -> date | None:
    if not re.fullmatch("[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_of_file(name: str) -> date | None:
    """The day of a file with this name; None if it is not the name of a day."""
    if is_passed_over(name):
        return None
    stem, _, rest = name.partition(".")
    ending = rest.lower()
    for compression in COMPRESSIONS:
        ending = ending.removesuffix(compression)
    return _date_of(stem) if ending.rpartition(".")[2] in ENDINGS else None


def day_of_folder(name: str) -> date | None:
    """The day of a folder with this name; None if it is not the name of a day."""
    if is_passed_over(name):
        return None
    key, equals, value = name.rpartition("=")
    if equals:
        return _date_of(value) if key and "-" in value else None
    # choice: a folder may have a file's ending, as some programs write it.
    return _date_of(name) or day_of_file(name)


def parts(folder: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, but for those that are passed over."""
    for path in sorted(folder.iterdir()):
        if not is_passed_over(path.name):
            if path.is_dir():
                yield from parts(path)
            else:
                yield path


def _is_table(folder: Path) -> bool:
    """Whether the folder, or one somewhere below it, is a table of its own."""
    inside = list(folder.rglob("*"))
    metadata = any(path.parent.name == "metadata" and path.name.endswith(".metadata.json") for path in inside)
    return metadata or any(path.name in TABLES for path in inside)


def days(source: Path) -> dict[date, Delivery]:
    """The delivery of each day something lies here for."""
    found: dict[date, Delivery] = {}
    for entry in sorted(source.iterdir()) if source.is_dir() else []:
        day = day_of_folder(entry.name) if entry.is_dir() else day_of_file(entry.name)
        if day is None:
            continue
        if entry.is_dir() and not any(entry.iterdir()):
            continue  # an empty folder is nothing (an object store does not even know it)
        delivery = _delivery(entry)
        if day in found:
            delivery.problem = "delivered twice"
        found[day] = delivery
    return found


def _delivery(entry: Path) -> Delivery:
    files = list(parts(entry)) if entry.is_dir() else [entry]
    if entry.is_dir() and _is_table(entry):
        return Delivery(files, "a table of its own")
    return Delivery(files, None if all(path.is_file() for path in files) else "a link that leads nowhere")
