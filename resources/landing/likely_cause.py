"""Why a text has no readable records: what its beginning looks like, without any value from it."""

import json
import re
from collections.abc import Iterator

from resources.landing.layout import Layout
from resources.landing.readers.json.record import records_of
from resources.landing.readers.json.value import parse_object, parse_objects
from resources.landing.readers.lines import BOM, WHITE_SPACE

Cause = tuple[str, str]
"""What is wrong with a text, as a clause, and what to do about it."""
_MUCH = 10
"""If one byte in so many is not text, the file is not text in another encoding."""
_NAME = re.compile("[A-Za-z_$@][A-Za-z_.-]{0,39}")
"""Names that are shown: one with a digit may be a value used as a name."""
_MOST_NAMES = 8


def cause_by_bytes(head: bytes) -> Cause | None:
    """What the first bytes of a text look like; None for what looks like data."""
    text = head.removeprefix(BOM).decode(errors="replace").strip(WHITE_SPACE)
    lower = text[:200].lower()
    if head and not head.strip(b"\0"):
        return "it begins with nothing but zero bytes, as an unfinished transfer does", "Land it again, whole."
    if len(head) < head.count(b"\0") * 3 < len(head) * 2:
        return "it looks like UTF-16 without a byte order mark", "Save it as UTF-8."
    if lower.startswith(("<!doctype html", "<html")):
        return "it looks like an HTML page, such as an error page in place of the data", "Land the data itself."
    if lower.startswith("<"):
        return "it looks like HTML or XML, such as an error page in place of the data", "Land the data itself."
    unfit = text.count("\ufffd") + sum(char < " " and char not in "\t\r\n\x0c\x1e" for char in text)
    if unfit * _MUCH > len(text):
        return "it looks encrypted, or is in a form that is not read", "Land it as JSON lines, CSV or parquet."
    return None


def cause_by_json(layout: Layout, head: bytes) -> Cause:
    """What the first lines of a text that should be JSON look like."""
    text = head.removeprefix(BOM).decode(errors="backslashreplace").strip(WHITE_SPACE)
    if text.startswith("["):
        return "its JSON array is cut off, or is not valid", "Land it again, whole."
    if _is_followed_by_comma(text):
        return "its JSON objects are parted by commas", "Leave out the commas, or put brackets around all objects."
    if re.match(r"\{\s*'", text):
        return "its objects are in Python's notation", "Write JSON: texts in double quotes."
    if records := [record for record in _records(text) if type(record) is dict]:
        return cause_by_names(layout, records)
    if text.startswith("{"):
        return (
            "its JSON objects span several lines, or are cut off",
            "Write each on a line of its own, or all as one array.",
        )
    return "it is in a form that is not read", "Land it as JSON lines, CSV or parquet."


def _is_followed_by_comma(text: str) -> bool:
    """Whether a comma follows the object that a text begins with."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return text[end:].lstrip(WHITE_SPACE).startswith(",")


def _records(text: str) -> Iterator[object]:
    """The records on the lines of a text; its last line may be cut off."""
    for line in re.split(r"[\r\n]", text):
        for value in parse_objects(line) or ():
            yield from records_of(value)


def cause_by_names(layout: Layout, records: list[dict[str, object]]) -> Cause:
    """That the fields have other names, and which."""
    found: dict[str, None] = {}
    for record in records:
        found.update(dict.fromkeys(record))
        for name in layout.options.envelopes:
            value = record.get(name)
            inner = parse_object(value) if isinstance(value, str) else value
            found.update(dict.fromkeys(inner if isinstance(inner, dict) else ()))
    if not found:
        return "its objects hold no fields", "Land it again."
    shown = [name for name in found if _NAME.fullmatch(name)][:_MOST_NAMES]
    names = f", such as {', '.join(shown)}" if shown else ""
    return f"its fields go by other names{names}", "Add the names to landing.toml, or rename the fields."
