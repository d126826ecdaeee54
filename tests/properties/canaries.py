"""Phone numbers, e-mail addresses and card numbers that nobody has, in every spelling people type; and how to find them.

Each canary has digits or letters of its own, so that a find tells which spelling got through.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

PREFIXES = ("0", "84", "+84", "840", "+840")
SEPARATORS = (" ", "-", ".", "/", "  ", " - ", "_", "(", "\u00a0", "\u2013", "🎉", "\n", "\t", ", ")
SCRIPTS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "wide": "０１２３４５６７８９",
           "circled": "⓪①②③④⑤⑥⑦⑧⑨", "thai": "๐๑๒๓๔๕๖๗๘๙", "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "upper": "⁰¹²³⁴⁵⁶⁷⁸⁹"}  # fmt: skip
HIDDEN = ("\u200b", "\u200d", "\u2060", "\ufeff", "\x00", "\x85", "\u0301", "\ufe0f\u20e3")
AROUND = ("gọi {} nhé", "a{}b", "({})", "{}!!!", "sđt:{}", "\u200b{}\u200b", "🎉{}🎉")


@dataclass(frozen=True)
class Canary:
    """`typed` is what lands; `secret` is what must not be found: digits only, or an address in lower case."""

    typed: str
    secret: str


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("123456789") for _ in range(count))


def _spelled(number: str, digits: str) -> str:
    return number.translate({ord(str(place)): digit for place, digit in enumerate(digits)})


def _spaced(number: str, separator: str, every: int) -> str:
    """A separator between groups of digits, never before the first."""
    start = 1 if number.startswith("+") else 0
    groups = [number[start:][place : place + every] for place in range(0, len(number) - start, every)]
    return number[:start] + separator.join(groups)


def _numbers(make: list[str], random: Random) -> Iterator[Canary]:
    """Each number in one of the spellings, the spellings in turn."""
    spellings = [
        lambda number: number,
        *[
            lambda number, s=separator, n=every: _spaced(number, s, n)
            for separator, every in product(SEPARATORS, (1, 3))
        ],
        *[lambda number, digits=digits: _spelled(number, digits) for digits in SCRIPTS.values()],
        *[lambda number, provenance=provenance: _spaced(number, provenance, 4) for provenance in HIDDEN],
        *[lambda number, text=text: text.format(number) for text in AROUND],
        lambda number: _spelled(_spaced(number, " ", 3), SCRIPTS["arabic"]),
    ]
    for place, spell in enumerate(spellings):
        number = make[place % len(make)].format(_digits(random, 8))
        yield Canary(spell(number), re.sub(r"\D", "", number)[-9:])


def phones() -> list[Canary]:
    """A Vietnamese mobile number in every spelling."""
    forms = [f"{prefix}{first}{{}}" for first, prefix in product("35789", PREFIXES)]
    return list(_numbers(forms, Random(1)))


def cards() -> list[Canary]:
    """A card number in every spelling."""
    return [
        Canary(one.typed, one.secret) for one in _numbers(["4111{}" + "2" * more for more in (1, 2, 4, 7)], Random(2))
    ]


def mails() -> list[Canary]:
    """An e-mail address in every spelling."""
    random = Random(3)
    hosts = ("example.com", "mail.example.co.vn", "x-y.z-t.info", "EXAMPLE.VN", "a1.vn")
    names = ("{}", "{}.x", "x_{}", "x+{}", "x%{}", "x-{}", "{}".upper())
    found = []
    for name, host in product(names, hosts):
        word = "".join(random.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
        address = f"{name.format(word)}@{host}"
        around = AROUND[len(found) % len(AROUND)]
        found.append(Canary(address if len(found) % 2 else around.replace("a{}b", "{}").format(address), word))
    found.append(Canary("hid\u200bdencanary@example.com", "hiddencanary"))
    found.append(Canary("LOUDCANARYBIRD@EXAMPLE.COM", "loudcanarybird"))
    return found


def texts_of(path: Path) -> Iterator[str]:
    """Everything that a file holds, as text: its bytes, and of a parquet file every value and what it says of itself."""
    yield path.read_bytes().decode("latin-1")
    if path.suffix != ".parquet":
        yield path.read_text(encoding="utf-8", errors="replace").encode().decode("unicode_escape", errors="replace")
        return
    with pq.ParquetFile(path) as file:
        yield str(file.metadata.to_dict())
        rows = file.read()
    for column in rows.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield "\n".join(value for value in column.to_pylist() if value is not None)


class Finder:
    """Finds canaries in texts, whatever stands between their digits."""

    def __init__(self, canaries: list[Canary]) -> None:
        self._canaries = canaries

    def find(self, text: str) -> set[str]:
        """What was typed of each canary that stands in the text."""
        plain = "".join(_plain(char) for char in text)
        digits = re.sub(r"[^0-9\n]", "", plain)
        letters = plain.lower()
        return {
            one.typed
            for one in self._canaries
            if one.typed in text or one.secret in (digits if one.secret.isdigit() else letters)
        }


def _plain(char: str) -> str:
    """A digit of any script as 0-9; what is not seen is nothing."""
    if char.isascii():
        return char
    if unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me"):
        return ""
    folded = unicodedata.normalize("NFKD", char)
    value = unicodedata.digit(folded[0], None) if len(folded) == 1 else None
    return char if value is None else str(value)
