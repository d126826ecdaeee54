"""JSON, strictly (RFC 8259): the objects on a line or the value of an element, and values as they were written."""

import json
import re
from typing import Any

DEEPEST = 100
"""How deep a JSON value may be nested. RFC 8259 lets a reader choose, and parsers crash on thousands of levels."""
MOST_RECORDS = 1_000_000
"""Records on a line: more of them, which are then of a few bytes each, take gigabytes. Such a line is kept as text."""
_MANY_BYTES, _MOST_VALUES = 1 << 20, 4 << 20
"""Longer texts are parsed only if they have no more values than this: each takes many times its bytes of memory."""
_BEFORE_OBJECT = re.compile("[ \t\r\n\x1e]*")
"""JSON's white space and the record separator of RFC 7464."""
_EXTENDED = frozenset({"$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$date"})


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


def _whole(text: str) -> Number:
    return Number("0" if text == "-0" else text)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


class _Decoder(json.JSONDecoder):
    """Strict JSON, numbers as they were written."""

    def __init__(self) -> None:
        super().__init__(parse_int=_whole, parse_float=Number, parse_constant=_no_constant)

    def __reduce__(self) -> tuple[type["_Decoder"], tuple[()]]:
        """How it is sent to executors: as a call that makes a new one there."""
        return _Decoder, ()


_DECODER = _Decoder()


def compact(value: Any) -> str:
    """JSON text without white space; numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(compact, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(key)}:{compact(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str | None:
    """The value of a field as text; null stays null. A value in extended JSON, such as `{"$oid": "…"}`, is what it holds."""
    if type(value) is dict and len(value) == 1:
        ((name, inner),) = value.items()
        value = inner if name in _EXTENDED else value
    if value is None or type(value) is str:
        return value
    return compact(value)


def parse_value(text: str) -> Any:
    """The one JSON value of a text. Raises ValueError if it is anything else."""
    _require_few(text)
    try:
        value = _DECODER.decode(text)
        _require_sound(value, text, DEEPEST)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def parse_object(text: str) -> dict[str, Any] | None:
    """The object that a text holds; None if it holds anything else or anything more."""
    try:
        value = parse_value(text)
    except ValueError:
        return None
    return value if type(value) is dict else None


def parse_objects(line: str) -> list[dict[str, Any]] | None:
    """The objects on a line, with nothing but white space between them; None if it holds anything else, or too many.

    Record separators before an object are not part of it.
    """
    found: list[dict[str, Any]] = []
    place = _next_object(line, 0)
    try:
        _require_few(line)
        while place < len(line):
            value, place = _DECODER.raw_decode(line, place)
            if type(value) is not dict:
                return None
            found.append(value)
            if len(found) > MOST_RECORDS:
                return None
            place = _next_object(line, place)
        _require_sound(found, line, DEEPEST + 1)
    except (ValueError, RecursionError):
        return None
    return found if found and line.rstrip(" \t\r\n").endswith("}") else None


def object_bounds(line: str) -> list[tuple[int, int]]:
    """Where the objects on a line begin and end, if it holds nothing else: see `parse_objects`."""
    bounds: list[tuple[int, int]] = []
    place = _next_object(line, 0)
    while place < len(line):
        _, end = _DECODER.raw_decode(line, place)
        bounds.append((place, end))
        place = _next_object(line, end)
    return bounds


def _next_object(line: str, place: int) -> int:
    """Where the next object begins."""
    return _BEFORE_OBJECT.match(line, place).end()  # type: ignore[union-attr]  # it matches nothing too


def _require_few(text: str) -> None:
    """Raises ValueError if a long text may hold more values than memory allows.

    Records have a value per seven bytes or so: a text of them is never refused, only one of values of a byte or two.
    """
    most = max(_MOST_VALUES, len(text) // 4)
    if len(text) > _MANY_BYTES and text.count(",") + text.count("{") + text.count("[") > most:
        raise ValueError("too many values")


def _require_sound(value: Any, text: str, levels: int) -> None:
    """Raises ValueError if a value is nested too deeply, or holds half a surrogate pair, which can't be stored."""
    if text.count("[") + text.count("{") > DEEPEST and _is_deeper(value, levels):
        raise ValueError("nested too deeply")
    if "\\u" in text:
        compact(value).encode()


def _is_deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return False
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return True
