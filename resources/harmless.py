"""Texts for a terminal without what would command it: landed values and names of files may hold any character."""

import re

_COMMANDS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""Control characters, marks that turn the direction of writing, ends of lines, and halves of pairs."""
_HARMFUL, _NOT_ON_A_LINE = re.compile(f"[{_COMMANDS}]"), re.compile(rf"[\t\n{_COMMANDS}]")


def harmless(text: str) -> str:
    """The text with such characters written as escapes. Tabs and line feeds stay."""
    return _HARMFUL.sub(_escaped, text)


def one_line(text: str) -> str:
    """The same on one line: tabs and line feeds are written as escapes, too."""
    return _NOT_ON_A_LINE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
