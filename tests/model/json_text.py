"""JSON read strictly (RFC 8259), and JSON values as the text the raw tables keep."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn


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


def _is_text(value: Any) -> bool:
    """False where a lone surrogate hides in a string."""
    if isinstance(value, str):
        return not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_is_text(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(_is_text(part) for part in value)
    return True


def parse(text: str) -> Any:
    """The one JSON value of the text; ValueError where it is anything else."""
    # choice: of a key given twice in an object the last value counts.
    # choice: a lone surrogate escape is no text, so such a line does not parse.
    value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_refuse)
    if not _is_text(value):
        raise ValueError("a lone surrogate is no text")
    return value


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
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (bool, int, float, Number, list, dict)):
        return compact(value)
    return str(value)
