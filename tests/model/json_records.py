"""The records of a JSON text: an array's elements, otherwise line by line; an answer stands for its hits."""

import re
from collections.abc import Iterator
from typing import Any

from . import json_text
from .opened import escaped, is_utf8
from .text import is_blank, trim
from .unparsed import Unparsed


def lines(text: str) -> list[str]:
    """The lines of the text, without their ends."""
    return re.split("\r\n|\r|\n", text)


def records(text: str) -> Iterator[dict[str, Any] | Unparsed]:
    """Each record, an object or what did not parse."""
    elements = _array(text)
    if elements is not None:
        for element in elements:
            yield from _records_of(element)
        return
    for line in lines(text):
        if not is_blank(line):
            yield from _line(line)


def _array(text: str) -> list[Any] | None:
    """The elements, if the whole text is one array."""
    if not trim(text).startswith("[") or not is_utf8(text):
        return None
    try:
        return json_text.parse(text)
    except ValueError:
        return None


def _line(line: str) -> Iterator[dict[str, Any] | Unparsed]:
    found = objects_of(line)
    if not found:
        # choice: a value that is not an object is kept whole, as a line that does not parse.
        yield Unparsed(escaped(line))
    for one in found:
        yield from _records_of(one)


def objects_of(line: str) -> list[dict[str, Any]]:
    """The objects of a line; none if it holds anything else."""
    try:
        return json_text.objects(line) if is_utf8(line) else []
    except ValueError:
        return []


def _records_of(value: Any) -> Iterator[dict[str, Any] | Unparsed]:
    if not isinstance(value, dict):
        yield Unparsed(json_text.compact(value))
        return
    answer = value.get("hits")
    hits = answer.get("hits") if isinstance(answer, dict) else None
    if not isinstance(hits, list):
        yield value
        return
    # choice: what an answer has beside its hits is not part of a record; hits have no hits of their own.
    for hit in hits:
        yield hit if isinstance(hit, dict) else Unparsed(json_text.compact(hit))
