"""Reads the plans of a search event, in whatever form an app logged them."""

import json
from collections.abc import Iterator
from typing import Any

from c360_assets.text.normalise import WHITE_SPACE, trim

_AROUND_A_PIECE = WHITE_SPACE + "[]{}\"'"


def names_of_plans(text: str) -> str | None:
    """The distinct names of the plans in a text, in text order, joined by a comma; None if there are none.

    Plans are the texts of a JSON array, the keys of a JSON object, or in an array of objects the `key` of each, or its
    first text if it has none. Any other text is split at commas. The name of a plan is what comes before its first colon.
    """
    names = {trim(item.partition(":")[0]) for item in _items(text)}
    return ", ".join(sorted(names - {""})) or None


def _items(text: str) -> Iterator[str]:
    try:
        # as floats: Python refuses to read a whole number of thousands of digits
        value = json.loads(text, parse_int=float, parse_constant=_refuse)
        if "\\u" in text:  # half a surrogate pair is not text, here as where landed lines are read
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, list):
        yield from (item for item in map(_item, value) if item is not None)
    elif isinstance(value, dict):
        yield from value
    else:
        yield from (piece.strip(_AROUND_A_PIECE) for piece in text.split(","))


def _item(value: Any) -> str | None:
    """The plan that an item of an array stands for; None if it is neither text nor an object with one."""
    if isinstance(value, dict):
        texts = [one for one in (value.get("key"), *value.values()) if isinstance(one, str)]
        return texts[0] if texts else None
    return value if isinstance(value, str) else None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
