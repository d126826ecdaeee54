"""E-mail addresses, card and phone numbers out of a keyword."""

import re
from collections.abc import Callable

from .text import is_letter_or_digit

EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
DIGITS = frozenset("0123456789")
CARD_DIGITS = 13
PHONE_STARTS = ("0", "84", "840")
PHONE_FIRST = frozenset("35789")


def digits_from(text: str, start: int) -> list[int]:
    """Where the digits of the run stand that begins with the digit at `start`."""
    # choice: a run ends at a letter (L) and at a number other than 0-9 (N), such as ½ or Ⅷ.
    places = []
    for position in range(start, len(text)):
        if text[position] in DIGITS:
            places.append(position)
        elif is_letter_or_digit(text[position]):
            break
    return places


def card_end(text: str, start: int) -> int | None:
    """Where the card number that begins at `start` ends."""
    if text[start] not in DIGITS:
        return None
    places = digits_from(text, start)
    return places[-1] + 1 if len(places) >= CARD_DIGITS else None


def phone_end(text: str, start: int) -> int | None:
    """Where the Vietnamese phone number that begins at `start` ends."""
    if start > 0 and text[start - 1] in DIGITS:
        return None
    plus = text[start] == "+"
    first = start + 1 if plus else start
    if first >= len(text) or text[first] not in DIGITS:
        return None
    places = digits_from(text, first)
    digits = "".join(text[place] for place in places)
    for prefix in PHONE_STARTS[1:] if plus else PHONE_STARTS:
        size = len(prefix) + 9
        if len(digits) < size or not digits.startswith(prefix) or digits[len(prefix)] not in PHONE_FIRST:
            continue
        end = places[size - 1] + 1
        if end == len(text) or text[end] not in DIGITS:
            return end
    return None


def _replace(text: str, end_of: Callable[[str, int], int | None], name: str) -> str:
    """Every number that `end_of` finds, leftmost first, as `name`."""
    replaced = ""
    position = 0
    while position < len(text):
        end = end_of(text, position)
        replaced += text[position] if end is None else name
        position = position + 1 if end is None else end
    return replaced


def masked(keyword: str) -> str:
    """The keyword with nothing left that reaches a person: e-mails first, then cards, then phones."""
    keyword = EMAIL.sub("<email>", keyword)
    keyword = _replace(keyword, card_end, "<card>")
    return _replace(keyword, phone_end, "<phone>")
