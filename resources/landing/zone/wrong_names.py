"""What is wrong with a name in a log's folder that is not a day's, and which name it should have."""

import re
from collections.abc import Iterator

from resources.errors import LandingError
from resources.landing.zone.listing import Entry, Listing
from resources.landing.zone.names import COMPRESSIONS, ENDINGS, calendar_day, date_text

_DATE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([-_.]?)([0-9]{2})\2([0-9]{2})(?![0-9])")
_KNOWN_ENDING = re.compile(rf"\.(?:{'|'.join(ENDINGS)})(?:\.(?:{'|'.join(COMPRESSIONS)}))?$", re.IGNORECASE)
_ARCHIVES = (".zip", ".xz", ".7z", ".rar", ".tar", ".tgz", ".lz4", ".sz", ".z", ".tar.gz", ".tar.bz2", ".tar.zst")
_PART = re.compile(r"(?:[A-Za-z_]+=)?([0-9]{1,2}|[0-9]{4}|[0-9]{4}-?[0-9]{2})")


def complaint(name: str, is_folder: bool) -> str:
    """What is wrong with a name that is not a day's, and what to do."""
    text = date_text(name, is_folder)
    if text:
        digits = text.replace("-", "")
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]} is not a valid date: name it after the date of its rows"
    found = _DATE.search(name)
    digits = "".join(found.group(1, 3, 4)) if found else ""
    if not digits or not calendar_day(digits):
        return f"is not named by a day: name it YYYYMMDD{'' if is_folder else ', with its ending'}, or move it away"
    if is_folder:
        return f"is not a day's name: name it {digits}"
    if name.lower().endswith(_ARCHIVES):
        return f"is in a form that is not read: unpack it, and name it {digits} with its ending, such as {digits}.json"
    ending = _KNOWN_ENDING.search(name)
    if ending:
        return f"is not a day's name: name it {digits}{ending.group().lower()}"
    return f"has no known ending: name it {digits} with one of .{', .'.join(ENDINGS)}"


def part_of_date(name: str) -> str | None:
    """The digits of a folder's name that is only a part of a date, such as 2022 or month=4; None for any other name."""
    match = _PART.fullmatch(name)
    return match.group(1).replace("-", "").zfill(2) if match else None


def scattered(listing: Listing, entry: Entry, digits: str) -> Iterator[tuple[str, str]]:
    """The days in folders of years and months, each with the name that it should have."""
    try:
        inner = listing.entries(entry.path)
    except LandingError:
        return
    for one in inner:
        part = part_of_date(one.name) if one.is_folder else None
        if not part or one.is_link:
            continue
        whole = digits + part
        if len(whole) == 8 and calendar_day(whole):
            yield f"{entry.name}/{one.name}", whole
        elif len(whole) < 8:
            yield from ((f"{entry.name}/{name}", wanted) for name, wanted in scattered(listing, one, whole))
