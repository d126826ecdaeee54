"""Texts for a terminal without what would command it: landed values and names of files may hold any character."""

import json
import re
from typing import Any

_COMMANDS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""Control characters, marks that turn the direction of writing, ends of lines, and halves of pairs."""
_HARMFUL, _NOT_ON_A_LINE = re.compile(f"[{_COMMANDS}]"), re.compile(rf"[\t\n{_COMMANDS}]")


def harmless(text: str) -> str:
    """The text with such characters written as escapes. Tabs and line feeds stay."""
    return _HARMFUL.sub(_escaped, text)


def one_line(text: str) -> str:
    """The same on one line: tabs and line feeds are written as escapes, too."""
    return _NOT_ON_A_LINE.sub(_escaped, text)


def harmless_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON in which such characters are JSON's own escapes, so that it still says the same. Dates are texts."""
    text = json.dumps(value, default=str, ensure_ascii=False, indent=indent)
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
