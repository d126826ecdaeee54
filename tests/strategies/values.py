"""Values a landed record can hold, and how each form writes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A byte that is not UTF-8, inside a text; written with `surrogateescape`.
BAD_BYTE = "\udcff"
CUT_BYTES = "\udce1\udc80"


@dataclass(frozen=True)
class Literal:
    """A JSON number in one spelling of many."""

    text: str


@dataclass(frozen=True)
class Odd:
    """A line that is not a usual record; each form has its own list of them."""

    index: int


Record = Mapping[str, Any] | Odd


def dumps(value: Any, ascii_only: bool = False, space: str = "") -> str:
    """A value as JSON."""
    if isinstance(value, Literal):
        return value.text
    if isinstance(value, Mapping):
        pairs = (f"{dumps(key, ascii_only)}:{space}{dumps(part, ascii_only, space)}" for key, part in value.items())
        return "{" + f",{space}".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(dumps(part, ascii_only, space) for part in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)


def as_text(value: Any) -> str | None:
    """A value where only texts can be written."""
    return value if value is None or isinstance(value, str) else dumps(value)
