"""What a name in the landing zone says: a day, something to pass over, or the marker of a table."""

import re
from datetime import date

ENDINGS = ("json", "jsonl", "ndjson", "csv", "tsv", "txt", "parquet")
"""Endings of a day's file. Each may be followed by one of `COMPRESSIONS`."""
COMPRESSIONS = ("gz", "zst", "bz2")

_PLAIN, _ISO = "[0-9]{8}", "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ENDING = rf"\.(?:.+\.)?(?:{'|'.join(ENDINGS)})(?:\.(?:{'|'.join(COMPRESSIONS)}))?"
_FILE = re.compile(f"({_PLAIN}|{_ISO}){_ENDING}", re.IGNORECASE | re.DOTALL)
_FOLDER = re.compile(f"({_PLAIN}|{_ISO})(?:{_ENDING})?|[^=]+=({_ISO})", re.IGNORECASE | re.DOTALL)

_PASSED_OVER = (
    *(".crc", ".md5", ".sha1", ".sha256", ".done", ".ok", ".success", "_$folder$"),
    *(".part", ".partial", ".filepart", ".tmp", ".crdownload"),
)
_COMPANIONS = ("manifest.json", "thumbs.db", "desktop.ini")
_TABLES = {"_delta_log": "a Delta table", "_spark_metadata": "a table of Spark's streaming", ".hoodie": "a Hudi table"}


def date_text(name: str, is_folder: bool) -> str | None:
    """The part of a day's name that is its date, whether or not there is such a day; None for any other name."""
    match = (_FOLDER if is_folder else _FILE).fullmatch(name)
    return next(filter(None, match.groups())) if match else None


def day_of(name: str, is_folder: bool) -> date | None:
    """The day of a file or folder of this name; None if the name is not a day's."""
    text = date_text(name, is_folder)
    return calendar_day(text) if text else None


def calendar_day(text: str) -> date | None:
    """The day that a date such as 20220401 or 2022-04-01 stands for; None if the calendar has no such day."""
    digits = text.replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def is_passed_over(name: str) -> bool:
    """Whether it is not data: hidden, a checksum, a marker, an unfinished transfer, or what a file manager leaves."""
    lower = name.lower()
    return name.startswith(("_", ".")) or lower.endswith(_PASSED_OVER) or lower in _COMPANIONS


def table_kind(folder: str, name: str) -> str | None:
    """What kind of table a name in a folder marks; None for any other name."""
    if folder == "metadata" and name.endswith((".metadata.json", ".metadata.json.gz")):
        return "an Iceberg table"
    return _TABLES.get(name)


def printable(name: str) -> str:
    """A name as a message shows it: on one line, and in UTF-8."""
    if name.isprintable():
        return name
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in name)
