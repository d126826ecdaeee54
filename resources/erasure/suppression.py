"""Recognizes the ids of erased customers by keyed digests: the list never holds an id itself."""

import hmac
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from resources.erasure.readings import pieces, readings

Kind = Literal["contract", "user"]
KINDS: tuple[Kind, ...] = ("contract", "user")

WORD = re.compile(r"[^\W_]+")
"""A maximal run of letters and digits."""
LONGEST_ID = 1000
"""Characters of a value that may be an id as a whole."""
_REMEMBERED = 1 << 16
"""How many answers are remembered, for ids and for names each."""
_ESCAPED_BYTES = re.compile(r"(?:\\x[0-9a-f]{2})+")
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
# White_Space of Unicode: the same list as in resources/landing/readers/lines.py, as a test makes sure.
_WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_BESIDE_VALUES = f"{_WHITE_SPACE}\ufeff\ufffd"
"""Also the mark of an encoding, as it is between texts that were joined, and what stands for bytes that are not text."""


def normalised_id(kind: Kind, text: str) -> str:
    """An id in the one form in which ids are compared: trimmed, in upper case, a user's without `.0` behind digits."""
    trimmed = text.strip(_WHITE_SPACE)
    whole = _WHOLE_FLOAT.fullmatch(trimmed) if kind == "user" else None
    return (whole[1] if whole else trimmed).upper()


def id_forms(kind: Kind, text: str) -> list[str]:
    """The forms in which an id is compared: as it is, without null bytes, and without bytes beside it that are not text."""
    forms, plain = [text], text.replace("\0", "")
    forms += [plain] if plain != text else []
    forms += [_ESCAPED_BYTES.sub(" ", plain)] if "\\x" in text else []
    return [normalised_id(kind, form) for form in forms]


def values_in(reading: str, words: range = range(1, sys.maxsize)) -> list[str]:
    """What stands between quotation marks or ends of lines, but for single words of these lengths and whole numbers.

    That is each name and value of JSON, at every level, once its escapes are undone; and a text or a line as a whole.
    """
    found = []
    for line in reading.splitlines():
        for value in line.split('"'):
            if value and value[0] not in ":," and not (value.isalnum() and len(value) in words):
                stripped = value.strip(_BESIDE_VALUES)
                whole = _WHOLE_FLOAT.fullmatch(stripped)
                single = whole[1] if whole else stripped
                if len(stripped) <= LONGEST_ID and not (single.isalnum() and len(single) in words):
                    found.append(stripped)
    return found


def names_in(text: str) -> set[str]:
    """What may be an id in a text, with its escapes and with these undone: maximal runs of letters and digits, and values."""
    return {
        name
        for piece in pieces(text)
        for reading in readings(piece)
        for name in (*WORD.findall(reading), *values_in(reading))
    }


def count_names(text: str, is_counted: Callable[[str], bool]) -> int:
    """How many of a text's words and values count, in the reading in which most do."""
    return sum(
        max(sum(map(is_counted, (*WORD.findall(reading), *values_in(reading)))) for reading in readings(piece))
        for piece in pieces(text)
    )


def keyed_digest(key: bytes, kind: Kind, text: str) -> str:
    """HMAC-SHA-256 of an id with its kind, in hex."""
    return hmac.digest(key, f"{kind}:{normalised_id(kind, text)}".encode(errors="backslashreplace"), "sha256").hex()


@dataclass(frozen=True)
class Suppression:
    """The keyed digests of all erased ids, by kind, and the key to compare with."""

    key: bytes = field(repr=False)
    digests: Mapping[Kind, frozenset[str]]

    def has_id(self, kind: Kind, text: str | None) -> bool:
        """Whether an id is erased, also beside bytes that are not text."""
        if text is None:
            return False
        known = self.digests.get(kind, frozenset())
        return any(keyed_digest(self.key, kind, form) in known for form in id_forms(kind, text))

    def is_named_in(self, text: str | None) -> bool:
        """Whether a text holds an erased id, of either kind, as a maximal run of letters and digits or as a whole value."""
        return text is not None and any(map(self._is_name, names_in(text)))

    def _is_name(self, text: str) -> bool:
        return any(self.has_id(kind, text) for kind in KINDS)

    def erased_records(self, kinds: Sequence[Kind], columns: Sequence[Sequence[str | None]]) -> list[bool]:
        """Which records are of an erased customer: by their ids, one column for each kind, and by names in all other columns."""
        known, count = self.cached(), len(kinds)
        return [
            any(known.has_id(kind, text) for kind, text in zip(kinds, row[:count], strict=True))
            or any(known.is_named_in(text) for text in row[count:])
            for row in zip(*columns, strict=True)
        ]

    def cached(self) -> "CachedSuppression":
        """The same, which remembers what it was asked last."""
        return CachedSuppression(self)


class CachedSuppression:
    """Remembers the last answers, since ids and names repeat."""

    def __init__(self, suppression: Suppression) -> None:
        self.has_id = lru_cache(_REMEMBERED)(suppression.has_id)
        self.is_name = lru_cache(_REMEMBERED)(suppression._is_name)

    def is_named_in(self, text: str | None) -> bool:
        """See `Suppression.is_named_in`."""
        return text is not None and any(map(self.is_name, names_in(text)))
