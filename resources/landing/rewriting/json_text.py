"""Files of JSON lines and JSON arrays without their erased records. Every other byte of JSON lines stays as it is."""

import io
import re
from collections.abc import Iterator
from typing import IO, Any

from resources.landing.layout import FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.readers.json.array import element_blocks
from resources.landing.readers.json.lines import array_batches, json_batches
from resources.landing.readers.json.record import record_reader, records_of
from resources.landing.readers.json.tolerant import batch_of, tolerant_elements, tolerant_json
from resources.landing.readers.json.value import compact, object_bounds, parse_objects, parse_value
from resources.landing.readers.lines import BOM, line_blocks, with_line_feeds
from resources.landing.rewriting.erased import ErasedRecords, erased_places

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINE_END = re.compile(rb"(?:\r\n|\r|\n)\Z")


def kept_lines(layout: Layout, split: FileSplit, stream: IO[bytes], erased: ErasedRecords) -> Iterator[bytes]:
    """The text of a file of JSON lines."""
    one = _OneRecord(layout, split, erased)
    for number, block in enumerate(line_blocks(stream, longest=layout.options.limits.line_bytes)):
        data = block
        if number == 0 and block.startswith(BOM):
            yield BOM
            data = block.removeprefix(BOM)
        lines = _LINE.findall(data)

        def has_erased(start: int, end: int, lines: list[bytes] = lines) -> bool:
            # A line feed comes first, since a byte order mark is skipped only at the start of a file.
            return erased.any(json_batches(layout, split, io.BytesIO(b"\n" + b"".join(lines[start:end]))))

        def is_erased(place: int, lines: list[bytes] = lines) -> bool:
            return erased.any([tolerant_json(layout, split.name, with_line_feeds(lines[place]))])

        for place in erased_places(len(lines), has_erased, is_erased):
            lines[place] = one.line(lines[place])
        yield b"".join(lines)


def kept_elements(layout: Layout, split: FileSplit, stream: IO[bytes], erased: ErasedRecords) -> Iterator[bytes]:
    """The text of a file that is one JSON array, with one element per line."""
    one = _OneRecord(layout, split, erased)
    yield (BOM if _begins_with_mark(split) else b"") + b"["
    between = b""
    for block in element_blocks(split.name, stream, layout.options.limits.line_bytes):
        elements = block.split(b"\n")

        def has_erased(start: int, end: int, elements: list[bytes] = elements) -> bool:
            array = b"[" + b",".join(elements[start:end]) + b"]"
            return erased.any(array_batches(layout, split, io.BytesIO(array)))

        def is_erased(place: int, elements: list[bytes] = elements) -> bool:
            return erased.any([tolerant_elements(layout, split.name, elements[place])])

        for place in erased_places(len(elements), has_erased, is_erased):
            elements[place] = one.element(elements[place])
        if kept := [element for element in elements if element]:
            yield between + b",\n".join(kept)
            between = b",\n"
    yield b"]\n"


def _begins_with_mark(split: FileSplit) -> bool:
    with opened(split) as stream:
        return stream.read(len(BOM)) == BOM


class _OneRecord:
    """Takes erased records out of a line or an element that holds one, and perhaps others."""

    def __init__(self, layout: Layout, split: FileSplit, erased: ErasedRecords) -> None:
        self._layout, self._name, self._erased = layout, split.name, erased
        self._reader = record_reader(layout)

    def line(self, line: bytes) -> bytes:
        """What stays of a line: nothing, or the other objects on it, and the other hits of a search engine's answer."""
        found = _LINE_END.search(line)
        end = found[0] if found else b""
        try:
            text = line.removesuffix(end).decode()
        except UnicodeDecodeError:
            return b""
        objects = parse_objects(text)
        if objects is None:
            return b""
        kept, begin = "", 0
        for value, (start, stop) in zip(objects, object_bounds(text), strict=True):
            stays = self._object(value, text[start:stop])
            kept += f"{text[begin:start]}{stays}" if stays else ""
            begin = stop
        return (kept + text[begin:]).encode() + end if kept else b""

    def element(self, element: bytes) -> bytes:
        """What stays of an element of an array: nothing, or the other hits of a search engine's answer."""
        value = parse_value(element.decode())
        return self._object(value, "").encode() if type(value) is dict else b""

    def _object(self, value: dict[str, Any], text: str) -> str:
        """An object as it stays; `text` if nothing of it is erased, empty if all is."""
        records = records_of(value)
        if len(records) == 1 and records[0] is value:
            return "" if self._is_erased(value) else text
        kept = [record for record in records if not self._is_erased(record)]
        if len(kept) == len(records) and text:
            return text
        if self._names_beside_hits(value):
            return compact({"hits": {"hits": kept}})
        return compact({**value, "hits": {**value["hits"], "hits": kept}})

    def _names_beside_hits(self, answer: dict[str, Any]) -> bool:
        beside = compact({**answer, "hits": {**answer["hits"], "hits": []}})
        return self._erased.is_named_in(beside)

    def _is_erased(self, record: Any) -> bool:
        row = self._reader.row(record) if type(record) is dict else self._reader.unparsed(compact(record))
        return self._erased.any([batch_of(self._layout, self._name, [row])])
