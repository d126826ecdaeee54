"""Lines of NDJSON that fit the template of their neighbours, split at their quotes by PyArrow's CSV reader."""

import re
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from resources.landing.layout import Layout
from resources.landing.readers.json_value import DECODER, as_text, parse_line
from resources.landing.readers.lines import BOM, joined, lines_at, lines_of

_TOKEN = re.compile(r"[{}\[\]:,]|[^{}\[\]:,\s]+")
_WHOLE = "(?:0|-?[1-9][0-9]*)"
_LINES_TO_LEARN_FROM = 10


class LineTemplate:
    """What the lines of an NDJSON file have in common, split at their quotes.

    A log's lines are written by one program, with the same fields in the same order. They differ only in their texts and
    whole numbers; everything else is `fixed`. In a line without a backslash, quotes occur only at the ends of names and
    texts, so every second part between quotes is one of those.
    """

    def __init__(self, line: str) -> None:
        self.fixed = line.split('"')
        self.texts: set[int] = set()
        self.numbers: dict[int, tuple[str, str]] = {}  # what comes before the number, and after it
        self._values: dict[
            tuple[str, ...], int | str | None
        ] = {}  # by path: the part that holds the value, or the value
        self._objects: set[tuple[str, ...]] = set()
        self.is_simple = "\\" not in line and self._walk()

    @classmethod
    def of(cls, block: bytes) -> "LineTemplate | None":
        """The template of the first simple line among the first lines of a block; None if there is none."""
        for raw in block.split(b"\n", _LINES_TO_LEARN_FROM)[:_LINES_TO_LEARN_FROM]:
            try:
                line = raw.removesuffix(b"\r").decode()
            except UnicodeDecodeError:
                continue
            if parse_line(line) and (template := cls(line)).is_simple:
                return template
        return None

    def _walk(self) -> bool:
        """Finds the values of a line that is a JSON object. False if it has lists, or a field twice."""
        path: list[str] = []
        key, awaits_value, found = "", False, 0
        for part, text in enumerate(self.fixed):
            if part % 2:
                if awaits_value:
                    self.texts.add(part)
                    self._values[(*path, key)] = part
                    found += 1
                key, awaits_value = text, False
                continue
            for token in _TOKEN.findall(text):
                if token == "[":
                    return False
                if token in ":,":
                    awaits_value = token == ":"
                elif token == "}":
                    path = path[:-1]
                elif token != "{":
                    self._values[(*path, key)] = self._unquoted(part, token)
                    found += 1
                elif awaits_value:
                    path.append(key)
                    self._objects.add(tuple(path))
                    found += 1
                    awaits_value = False
        return found == len(self._values.keys() | self._objects)

    def _unquoted(self, part: int, token: str) -> int | str | None:
        """The part that a whole number is in. Any other number, and a literal, belongs to the template."""
        if not re.fullmatch(_WHOLE, token):
            return as_text(DECODER.decode(token))
        before, _, behind = self.fixed[part].partition(token)
        self.numbers[part] = before, behind
        return part

    def places(self, layout: Layout) -> list[int | str | None] | None:
        """For each field, the part that holds it, or the value that it has in every line. None if a field is an object."""
        envelope = {(name,) for name in [layout.envelope] if name} & self._objects
        inner = next(iter(envelope), ())
        paths = [(*inner, field) if field in layout.nested else (field,) for _, field in layout.fields]
        return None if self._objects.intersection(paths) else [self._values.get(path) for path in paths]

    def cut(self, block: bytes) -> tuple[pa.RecordBatch, Any]:
        """The parts of each line that has as many as the template, and the positions of all other lines.

        Raises ArrowInvalid if lines can't be separated.
        """
        odd: list[int] = []

        def leave_out(row: Any) -> str:
            odd.append(row.number - 1)
            return "skip"

        names = [str(part) for part in range(len(self.fixed))]
        table = pyarrow.csv.read_csv(
            pa.BufferReader(block),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            pyarrow.csv.ParseOptions(
                delimiter='"',
                quote_char=False,
                double_quote=False,
                ignore_empty_lines=False,
                invalid_row_handler=leave_out,
            ),
            pyarrow.csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string())),
        )
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema), np.array(odd, np.int64)

    def fits(self, parts: pa.RecordBatch) -> Any:
        """Which lines fit the template, provided that their texts are plain."""
        checks = []
        for place, expected in enumerate(self.fixed):
            if place in self.texts:
                continue
            part = parts.column(place)
            same = pc.equal(part, expected)
            if place in self.numbers and not pc.all(same).as_py():
                before, behind = map(re.escape, self.numbers[place])
                same = pc.match_substring_regex(part, f"^{before}{_WHOLE}{behind}$")
            checks.append(same)
        return reduce(pc.and_, checks).to_numpy(zero_copy_only=False)

    def values(self, parts: pa.RecordBatch, place: int | str | None) -> pa.Array:
        """The values of a field, as text."""
        if not isinstance(place, int):
            return pa.repeat(pa.scalar(place, pa.string()), len(parts))
        if place in self.texts:
            return parts.column(place)
        before, behind = self.numbers[place]
        return pc.utf8_slice_codeunits(parts.column(place), len(before), -len(behind))


def _unfit_for_text(block: bytes, breaks: int) -> Any:
    """Positions of backslashes and control characters, which plain text between quotes does not contain.

    `breaks` is the number of bytes in the block that are line breaks.
    """
    codes = np.frombuffer(block, np.uint8)
    found = [np.flatnonzero(codes == ord("\\"))] if b"\\" in block else []
    if np.count_nonzero(codes < ord(" ")) > breaks:
        found.append(np.flatnonzero((codes < ord(" ")) & (codes != ord("\n")) & (codes != ord("\r"))))
    return np.concatenate([np.zeros(0, np.int64), *found])


def sorted_out(layout: Layout, name: str, block: bytes, template: LineTemplate) -> tuple[pa.RecordBatch | None, bytes]:
    """The records of the lines that fit the template, and all other lines. The block is valid UTF-8.

    Such a line is one JSON object with the template's fields: each part is the same, or a text without escapes and
    control characters, or a whole number. The CSV reader takes a carriage return for the end of a line, and then finds
    more lines than there are; it also skips a byte order mark. Blocks with these are read in another way.
    """
    places = template.places(layout)
    returns = block.count(b"\r") if b"\r" in block else 0
    if places is None or block.startswith(BOM):
        return None, block
    lines = lines_of(block)
    try:
        parts, odd = template.cut(block)
    except (pa.ArrowInvalid, OverflowError):  # the latter: a line of 2 GiB
        return None, block
    if len(parts) + len(odd) != len(lines):
        return None, block
    usual = np.ones(len(lines), bool)
    usual[odd] = False
    cut = np.flatnonzero(usual)
    usual[cut] = template.fits(parts)
    breaks = len(lines) - (not block.endswith(b"\n")) + returns
    usual[lines_at(lines, _unfit_for_text(block, breaks))] = False
    texts = [template.values(parts, place) for place in places]
    others = b""
    if not usual.all():
        others = joined(lines.filter(pa.array(~usual)))
        mask = pa.array(usual[cut])
        texts = [text.filter(mask) for text in texts]
    count = len(texts[0])
    nothing = pa.nulls(count, pa.string())
    arrays = [pa.repeat(pa.scalar(name, pa.string()), count), *texts, nothing, nothing]
    return pa.RecordBatch.from_arrays(arrays, schema=layout.schema), others
