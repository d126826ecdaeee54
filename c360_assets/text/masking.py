"""Removes personal numbers and addresses from keywords: people type them into the search field.

Pure functions from str to str. What counts as a number is defined in docs/definitions/cleaning-search.md.
"""

import re
import string
import unicodedata

from c360_assets.text.normalise import PerCharacter

# An address is `[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}`. As one pattern it would be tried from every character
# of a long word; so its two sides are matched from each @, once.
_BEFORE_AT = frozenset(f"{string.ascii_letters}{string.digits}._%+-")
_LABELS = re.compile(r"(?:[A-Za-z0-9-]+\.)+")
_LETTERS = re.compile(r"[A-Za-z]{2,}")

# Numbers are searched for in the shape of a text: digits and `+` as they are, letters and other numeric signs such as ½
# (Unicode's categories L and N) as `a`, everything else as a space. Between two digits there may be anything but a
# letter or a digit: in the shape, `+` or a space.
_GAP = "[ +]*"
_CARD = re.compile(rf"[0-9](?:{_GAP}[0-9]){{12,}}")
_PHONE = re.compile(
    rf"(?:(?<![0-9])\+(?=8))?(?<![0-9])(?:0|8{_GAP}4(?:{_GAP}0)?){_GAP}[35789](?:{_GAP}[0-9]){{8}}(?![0-9])"
)


def _shape_of(char: str) -> str:
    if char in "0123456789+":
        return char
    return "a" if unicodedata.category(char)[0] in "LN" else " "


_SHAPE = PerCharacter(_shape_of)


def _replace(text: str, pattern: re.Pattern[str], token: str) -> str:
    """The text with each match of the pattern in its shape replaced, from left to right."""
    parts: list[str] = []
    done = 0
    for match in pattern.finditer("".join([_SHAPE[char] for char in text])):
        parts += [text[done : match.start()], token]
        done = match.end()
    return "".join([*parts, text[done:]])


def _without_emails(text: str) -> str:
    """The text with each e-mail address replaced, from left to right."""
    parts: list[str] = []
    done = at = 0
    while (at := text.find("@", at)) >= 0:
        start = at
        while start > done and text[start - 1] in _BEFORE_AT:
            start -= 1
        at += 1
        end = _domain_end(text, at) if start < at - 1 else None
        if end is not None:
            parts += [text[done:start], "<email>"]
            done = at = end
    return "".join([*parts, text[done:]])


def _domain_end(text: str, start: int) -> int | None:
    """Where the longest domain that begins at `start` ends: labels, and at last two letters or more."""
    labels = _LABELS.match(text, start)
    if labels is None:
        return None
    dot = labels.end()
    while dot > start:
        letters = _LETTERS.match(text, dot)
        if letters:
            return letters.end()
        dot = text.rfind(".", start, dot - 1) + 1
    return None


def mask(keyword: str) -> str:
    """The keyword without e-mail addresses, card numbers and Vietnamese phone numbers, in this order."""
    if "@" in keyword:
        keyword = _without_emails(keyword)
    if sum(char.isdecimal() for char in keyword) < 10:
        return keyword
    return _replace(_replace(keyword, _CARD, "<card>"), _PHONE, "<phone>")
