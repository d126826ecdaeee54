"""One line of NDJSON, strictly (RFC 8259): the object on it, its values as they were written."""

import json
from typing import Any

DEEPEST = 100
"""How deep a JSON value may be nested. RFC 8259 lets a reader choose, and parsers crash on thousands of levels."""


class _Number(str):
    """A JSON number as it was written."""


def _whole(text: str) -> _Number:
    return _Number("0" if text == "-0" else text)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


class _Decoder(json.JSONDecoder):
    """Strict JSON, numbers as they were written."""

    def __init__(self) -> None:
        super().__init__(parse_int=_whole, parse_float=_Number, parse_constant=_no_constant)

    def __reduce__(self) -> tuple[type["_Decoder"], tuple[()]]:
        """How it is sent to executors: as a call that makes a new one there."""
        return _Decoder, ()


DECODER = _Decoder()


def _compact(value: Any) -> str:
    """JSON text without spaces; numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(_compact, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_compact(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str | None:
    """A landed JSON value as text; null stays null."""
    if value is None or type(value) is str:
        return value
    return _compact(value)


def parse_line(line: str) -> dict[str, Any] | None:
    """The object on the line; None if the line is not a JSON object (RFC 8259)."""
    try:
        record = DECODER.decode(line)
        if line.count("[") + line.count("{") > DEEPEST and _is_too_deep(record):
            return None
        if "\\u" in line:  # half a surrogate pair is not text: it can't be stored
            _compact(record).encode()
    except (ValueError, RecursionError):
        return None
    return record if type(record) is dict else None


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return False
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return True
