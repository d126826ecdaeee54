"""Finds erased ids in texts, JSON and bytes: as a maximal run of letters and digits, in any case, or as a whole value."""

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

from c360_assets.planning.lines import counted
from c360_assets.privacy.proof.decoding import as_text, readings_of
from resources.erasure.readings import is_marked, pieces, readings, without_soft_line_ends
from resources.erasure.suppression import KINDS, LONGEST_ID, WORD, Suppression, values_in

_WORD = re.compile(r"[^\W_]{4,64}")
LENGTHS = range(4, 65)
"""Letters and digits of an id that is found as a word: a shorter one is hardly ever that, but a number or part of a date."""
_BYTES_WORD = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Za-z]{4,64}(?![0-9A-Za-z])")
_UTF_16_WORD = re.compile(rb"(?:[0-9A-Za-z]\0){3,63}[0-9A-Za-z]")
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_STAMP = re.compile(
    r"(?<![^\W_])[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?(?![0-9])"
    rf"|(?<![^\W_])(?:part-[0-9]{{5}}-)?{_UUID}(?![0-9A-Fa-f])(?:-c[0-9]{{3}})?"
)
"""Dates, times and UUIDs in what the machine writes: their digits are not ids."""
_STAMP_OR_FRACTION = re.compile(rf"{_STAMP.pattern}|(?<![^\W_])[0-9]+\.(?!0+(?![0-9]))[0-9]+")
"""In texts, fractions are not ids either. A whole number with `.0` may be one."""
_TIME = re.compile(
    r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"\s*(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?\s*"
)
"""A value that is a time, as logs have it in a column: its microseconds may be the digits of an id."""
_LONGEST_REMEMBERED = 64


def limit_of(ids: Iterable[str]) -> str | None:
    """What the proof can't show for these ids, in a sentence; None if it can find all of them."""
    count = sum(not _WORD.fullmatch(text) for text in ids)
    if not count:
        return None
    are = "is not a single word" if count == 1 else "are not single words"
    return (
        f"{counted(count, 'id')} {are} of 4 to 64 letters and digits: "
        f"in running text {'it' if count == 1 else 'they'} can't be found; the proof covers whole values."
    )


class IdFinder:
    """Counts the ids of a list of erasures. With `every_word`, words of any length count."""

    def __init__(self, suppression: Suppression, every_word: bool = False) -> None:
        self._words = WORD if every_word else _WORD
        self._values = values_in if every_word else partial(values_in, words=LENGTHS)
        self._suppression = suppression
        self._is_word: Callable[[str], bool] = lru_cache(maxsize=1 << 20)(self._has_id)

    def in_value(self, text: str) -> int:
        """Ids in a value: the value itself, otherwise its words and the values in it. In a time, there are none."""
        if self._is_id(text):
            return 1
        return 0 if _TIME.fullmatch(text) else self.in_text(text)

    def in_text(self, text: str) -> int:
        """Ids among the words and values of a text: of each line, in the reading that has most."""
        return self._in_either(text, self._in_each_line)

    def in_name(self, name: str) -> int:
        """Ids in the name of a file or a folder."""
        return 1 if self._is_id(name) else self.in_text(_STAMP.sub(" ", name))

    def in_json(self, text: str, with_numbers: bool = False) -> int:
        """Ids in the texts of a JSON value, at every level, and in its numbers; if it is not JSON, in the text itself."""
        value = _parsed(text, with_numbers)
        return self._in_written(text) if value is None else self._in_parsed(value, with_numbers)

    def in_file(self, data: bytes, with_numbers: bool = False) -> int:
        """Ids in a file: in its bytes as text, and in its plain bytes."""
        return max(self.in_binary(data), *(self._in_lines(text, with_numbers) for text in readings_of(data)))

    def in_binary(self, data: bytes) -> int:
        """Ids with a letter in plain bytes. Digits alone would match by chance."""
        words = [*_BYTES_WORD.findall(data), *(word.replace(b"\0", b"") for word in _UTF_16_WORD.findall(data))]
        return sum(self._is_word(word.decode()) for word in words if not word.isdigit())

    def in_any_bytes(self, data: bytes) -> int:
        """Ids in bytes of no known form: in UTF-8, in UTF-16 without a mark, and with escapes undone."""
        return max(map(self.in_text, as_text(data)))

    def _in_lines(self, text: str, with_numbers: bool) -> int:
        value = _parsed(text, with_numbers)
        if value is not None:
            return self._in_parsed(value, with_numbers)
        return self._in_either(text, lambda one: sum(self.in_json(line, with_numbers) for line in one.splitlines()))

    def _in_parsed(self, value: Any, with_numbers: bool) -> int:
        found, waiting = 0, [value]
        while waiting:
            one = waiting.pop()
            if isinstance(one, list | tuple):
                waiting += one
            elif isinstance(one, str):
                found += self.in_json(one, with_numbers) if one[:1] in ("{", "[") else self._in_written(one)
        return found

    def _in_written(self, text: str) -> int:
        """Ids in a text that a machine may have written."""
        if self._is_id(text):
            return 1
        return _most(text, lambda reading: self._count(reading, _STAMP_OR_FRACTION.sub(" ", reading)))

    @staticmethod
    def _in_either(text: str, count: Callable[[str], int]) -> int:
        """Ids in a text, or in it with words that go on in the next line."""
        found, joined = count(text), without_soft_line_ends(text)
        return found if joined is text else max(found, count(joined))

    def _in_each_line(self, text: str) -> int:
        """The lines that have several readings are read one by one: escapes of another line change nothing in them."""
        lines = text.splitlines()
        if len(lines) < 2:
            return _most(text, self._count)
        marked = [line for line in lines if is_marked(line)]
        found = sum(_most(line, self._count) for line in marked)
        return found + self._count("\n".join(line for line in lines if not is_marked(line)))

    def _count(self, reading: str, with_words: str | None = None) -> int:
        """The values of a text that are ids, and the words of it or of the other text."""
        words = self._words.findall(reading if with_words is None else with_words)
        return sum(map(self._is_id, words)) + sum(map(self._is_id, self._values(reading)))

    def _is_id(self, text: str) -> bool:
        return self._is_word(text) if len(text) <= _LONGEST_REMEMBERED else self._has_id(text)

    def _has_id(self, text: str) -> bool:
        if len(text) > LONGEST_ID and len(text := text.strip()) > LONGEST_ID:
            return False
        return any(self._suppression.has_id(kind, text) for kind in KINDS)


def _most(text: str, count: Callable[[str], int]) -> int:
    """A count in the reading of a text that has most; a long text is read in pieces."""
    return sum(max(map(count, readings(piece))) for piece in pieces(text))


def _parsed(text: str, with_numbers: bool) -> Any:
    """A JSON value: objects as lists of pairs, since a name may occur twice.

    None for what is not JSON, and for a number by itself: in a line or in a column of texts, it may be an id.
    """
    number = str if with_numbers else None
    try:
        value = json.loads(text, object_pairs_hook=list, parse_int=number, parse_float=number)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | str) else None
