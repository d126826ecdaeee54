"""JSON read strictly (RFC 8259), and JSON values as the text the raw tables keep."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

WHITE = " \t\n\r"
RECORD_SEPARATOR = "\x1e"


@dataclass(frozen=True)
class Number:
    """A JSON number as it was written."""

    literal: str

    @property
    def text(self) -> str:
        """The text raw keeps: the literal, but the integer `-0` is `0`."""
        # choice: numbers keep their spelling (12.50 stays 12.50); only the integer -0 loses its sign.
        return "0" if self.literal == "-0" else self.literal


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


# choice: of a key given twice in an object the last value counts.
_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_refuse)


def _require_text(value: Any) -> Any:
    """The value; ValueError where a lone surrogate hides in it."""
    # choice: a lone surrogate escape is not text, so such a value does not parse.
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("a lone surrogate is not text")
    if isinstance(value, dict):
        for pair in value.items():
            _require_text(list(pair))
    if isinstance(value, list):
        for part in value:
            _require_text(part)
    return value


def parse(text: str) -> Any:
    """The one JSON value of the text; ValueError where it is anything else."""
    return _require_text(_DECODER.decode(text))


def objects(text: str) -> list[dict[str, Any]]:
    """The objects of the text, with nothing but white space between them; ValueError where it is anything else.

    Before each of them record separators may stand.
    """
    found: list[dict[str, Any]] = []
    place = 0
    while True:
        begin = place
        while text[place : place + 1] and text[place] in WHITE + RECORD_SEPARATOR:
            place += 1
        if place == len(text):
            # choice: a record separator with no object behind it does not parse.
            if not found or RECORD_SEPARATOR in text[begin:]:
                raise ValueError("no object")
            return found
        value, place = _DECODER.raw_decode(text, place)
        if not isinstance(value, dict):
            raise ValueError("no object")
        found.append(_require_text(value))


def compact(value: Any) -> str:
    """A value as JSON without spaces, non-ASCII as it stands."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(key)}:{compact(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, Number):
        return value.text
    return json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str | None:
    """A landed value as text; null stays null."""
    return value if value is None or isinstance(value, str) else compact(value)
