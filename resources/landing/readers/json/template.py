"""Lines of JSON that fit the template of their neighbours, split at their quotes by PyArrow's CSV reader."""

import re
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from resources.landing.layout import Layout
from resources.landing.readers.json.record import RecordReader, record_reader, records_of
from resources.landing.readers.json.value import Number, parse_object
from resources.landing.readers.lines import BOM, joined, lines_at, lines_of, without_blank_lines

_IN_TEXT, _IN_NUMBER = "\U0010fffd", "\U0010fffc"
"""Stand around the number of a part in the template's own record. A line that holds one of them can't be a template."""
_MARK = re.compile(f"{_IN_TEXT}([0-9]+){_IN_TEXT}|{_IN_NUMBER}([0-9]+){_IN_NUMBER}")
_NUMBER_TOKEN = re.compile("[-0-9][-+.0-9eE]*")
# Any JSON number but -0, which is kept as 0.
_NUMBER = "(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)(?:[.][0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+))"
_LINES_TO_LEARN_FROM = 10
_MOST_PARTS = 4096
"""Lines with more parts have no template: each part would be a column."""
_SHORT_LINE = 32
"""If lines are shorter than this on average, many of them may be blank."""

Pieces = tuple[str | int, ...] | None
"""What a value is put together from: texts, and parts of the line by their number; None for no value."""


class LineTemplate:
    """What the lines of a JSON file have in common, split at their quotes.

    A log's lines are written by one program, with the same fields in the same order. They differ only in their texts and
    numbers; everything else is `fixed`. In a line without a backslash, quotes occur only at the ends of names and texts,
    so every second part between quotes is one of those. The template's own record, with marks in place of its texts and
    numbers, is read like any other; so the marks tell what becomes of each part.
    """

    def __init__(self, layout: Layout, line: str, reader: RecordReader) -> None:
        self.fixed = line.split('"')
        self.texts: set[int] = set()
        self.numbers: dict[int, tuple[str, str]] = {}  # what comes before the number, and after it
        self.columns: tuple[Pieces, ...] = ()
        self.may_hold_envelope: list[int] = []
        self.is_simple = (
            len(self.fixed) <= _MOST_PARTS
            and not any(char in line for char in ("\\", _IN_TEXT, _IN_NUMBER))
            and self._learn(layout, reader)
        )

    @classmethod
    def of(cls, layout: Layout, block: bytes, reader: RecordReader | None = None) -> "LineTemplate | None":
        """The template of the first simple line among the first lines of a block; None if there is none."""
        for raw in block.split(b"\n", _LINES_TO_LEARN_FROM)[:_LINES_TO_LEARN_FROM]:
            try:
                line = raw.decode()
            except UnicodeDecodeError:
                continue
            if parse_object(line) and (template := cls(layout, line, reader or record_reader(layout))).is_simple:
                return template
        return None

    def _learn(self, layout: Layout, reader: RecordReader) -> bool:
        """Finds what each part of a line is, if the line is a JSON object. False for one that stands for several records."""
        marked = list(self.fixed)
        for part, text in enumerate(self.fixed):
            if part % 2:
                if not self.fixed[part + 1].lstrip().startswith(":"):
                    self.texts.add(part)
                    marked[part] = f"{_IN_TEXT}{part}{_IN_TEXT}"
                continue
            numbers = list(_NUMBER_TOKEN.finditer(text))
            if len(numbers) == 1 and numbers[0].group() != "-0":
                before, behind = text[: numbers[0].start()], text[numbers[0].end() :]
                self.numbers[part] = before, behind
                marked[part] = f'{before}"{_IN_NUMBER}{part}{_IN_NUMBER}"{behind}'
        record = parse_object('"'.join(marked)) or {}
        if records_of(record) != [record]:
            return False
        record = _with_numbers(record)
        self.columns = tuple(_pieces(text) for text in reader.row(record))
        self.may_hold_envelope = _texts_before(record, reader.envelope(record)[0], layout.options.envelopes)
        return True

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
        checks = [
            pc.invert(pc.match_substring_regex(parts.column(place), r"^ *\{")) for place in self.may_hold_envelope
        ]
        for place, expected in enumerate(self.fixed):
            if place in self.texts:
                continue
            part = parts.column(place)
            same = pc.equal(part, expected)
            if place in self.numbers and not pc.all(same).as_py():
                before, behind = map(re.escape, self.numbers[place])
                same = pc.match_substring_regex(part, f"^{before}{_NUMBER}{behind}$")
            checks.append(same)
        return reduce(pc.and_, checks).to_numpy(zero_copy_only=False)

    def values(self, parts: pa.RecordBatch, pieces: Pieces) -> pa.Array:
        """A column of the records on the lines that fit."""
        if pieces is None or (len(pieces) == 1 and isinstance(pieces[0], str)):
            return pa.repeat(pa.scalar(pieces and pieces[0], pa.string()), len(parts))
        arrays = [piece if isinstance(piece, str) else self._value(parts, piece) for piece in pieces]
        return arrays[0] if len(arrays) == 1 else pc.binary_join_element_wise(*arrays, "")

    def _value(self, parts: pa.RecordBatch, place: int) -> pa.Array:
        if place in self.texts:
            return parts.column(place)
        before, behind = self.numbers[place]
        return pc.utf8_slice_codeunits(parts.column(place), len(before), -len(behind))


def _with_numbers(value: Any) -> Any:
    """The template's record, in which numbers are numbers again."""
    if isinstance(value, dict):
        return {name: _with_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_numbers(inner) for inner in value]
    return Number(value) if isinstance(value, str) and value.startswith(_IN_NUMBER) else value


def _pieces(text: str | None) -> Pieces:
    """A value of the template's record, taken apart at its marks."""
    if text is None:
        return None
    found: list[str | int] = []
    place = 0
    for mark in _MARK.finditer(text):
        found += [text[place : mark.start()], int(mark[1] or mark[2])]
        place = mark.end()
    found.append(text[place:])
    return tuple(piece for piece in found if piece != "") or ("",)


def _texts_before(record: dict[str, Any], envelope: str | None, envelopes: tuple[str, ...]) -> list[int]:
    """The parts that are an envelope in lines where their text holds an object: those that come before the template's."""
    before = envelopes[: envelopes.index(envelope)] if envelope else envelopes
    pieces = [_pieces(record[name]) for name in before if type(record.get(name)) is str]
    return [piece for found in pieces if found for piece in found if isinstance(piece, int)]


def _unfit_for_text(block: bytes, breaks: int) -> Any:
    """Positions of backslashes and control characters, which plain text between quotes does not contain.

    `breaks` is the number of bytes in the block that are line breaks.
    """
    codes = np.frombuffer(block, np.uint8)
    found = [np.flatnonzero(codes == ord("\\"))] if b"\\" in block else []
    if np.count_nonzero(codes < ord(" ")) > breaks:
        found.append(np.flatnonzero((codes < ord(" ")) & (codes != ord("\n"))))
    return np.concatenate([np.zeros(0, np.int64), *found])


def sorted_out(layout: Layout, name: str, block: bytes, template: LineTemplate) -> tuple[pa.RecordBatch | None, bytes]:
    """The records of the lines that fit the template, and all other lines. The block is valid UTF-8, without returns.

    Such a line is one JSON object with the template's fields: each part is the same, or a text without escapes and
    control characters, or a number. The CSV reader skips a byte order mark: a block that begins with one is read in
    another way.
    """
    lines = lines_of(block)
    if len(block) < _SHORT_LINE * len(lines):
        block = without_blank_lines(block)
        lines = lines_of(block)
    if block.startswith(BOM):
        return None, block
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
    breaks = len(lines) - (not block.endswith(b"\n"))
    usual[lines_at(lines, _unfit_for_text(block, breaks))] = False
    columns = [template.values(parts, pieces) for pieces in template.columns]
    others = b""
    if not usual.all():
        others = joined(lines.filter(pa.array(~usual)))
        mask = pa.array(usual[cut])
        columns = [column.filter(mask) for column in columns]
    names = pa.repeat(pa.scalar(name, pa.string()), len(columns[0]))
    return pa.RecordBatch.from_arrays([names, *columns], schema=layout.schema), others
