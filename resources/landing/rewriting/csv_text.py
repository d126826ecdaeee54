"""A CSV file without its erased records."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from resources.errors import NotRewritable, Where
from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.readers.csv.header import Header, is_separator_line, parser_of, read_header
from resources.landing.readers.csv.rows import row_batches
from resources.landing.readers.csv.text import Blocks, Record, RecordParser
from resources.landing.readers.lines import BOM, line_blocks
from resources.landing.rewriting.erased import ErasedRecords

_LINE_END = re.compile(r"\r\n?|\n")


def kept_records(layout: Layout, split: FileSplit, erased: ErasedRecords) -> Iterator[bytes]:
    """The text of a CSV file: what comes before the header, the header, and the records that stay.

    A record's own bytes stay as they are, whatever they are: here each byte is a character (Latin-1). A record ends as
    the header does; lines without anything on them are left out.
    """
    header = _header(layout, split)
    with opened(split) as stream:
        landed = line_blocks(stream, longest=layout.options.limits.line_bytes)
        first = next(landed, b"")
        mark = BOM if first.startswith(BOM) else b""
        blocks = Blocks(map(_each_byte_a_character, chain([first.removeprefix(BOM)], landed)))
        parser = parser_of(layout, split, header.separator)
        beginning, end = _beginning(parser, blocks)
        yield mark + beginning
        records = _records(parser, blocks)
        while some := list(islice(records, ROWS_A_BATCH)):
            gone = _erased(header, some, erased)
            yield "".join(f"{one.text}{end}" for place, one in enumerate(some) if place not in gone).encode("latin-1")


def _erased(header: Header, records: Sequence[Record], erased: ErasedRecords) -> set[int]:
    """Which records are erased. Those with as many fields as the header, and all others, are each read in their order."""
    found: set[int] = set()
    read = [Record([_as_read(field) for field in record.fields], _as_read(record.text)) for record in records]
    known = [len(record.fields) == len(header.written) for record in read]
    for is_known in (True, False):
        places = [place for place, one in enumerate(known) if one is is_known]
        places = [
            place for place in places if tuple(read[place].fields) != header.written
        ]  # a repeated header is not a record
        marks = (mark for batch in row_batches(header, [read[place] for place in places]) for mark in erased.of(batch))
        found |= {place for place, mark in zip(places, marks, strict=True) if mark}
    return found


def _as_read(text: str) -> str:
    """A text of which each byte was a character, as the reader has it."""
    return text if text.isascii() else text.encode("latin-1").decode(errors="backslashreplace")


def _beginning(parser: RecordParser, blocks: Blocks) -> tuple[bytes, str]:
    """A file up to the end of its header, and how that ends."""
    line, before = blocks.line() or "", ""
    if is_separator_line(line):
        before, line = line, blocks.line() or ""
    found = _LINE_END.search(line)
    end = found[0] if found else "\n"
    return f"{before}{parser.first_record(line, blocks).text}{end}".encode("latin-1"), end


def _header(layout: Layout, split: FileSplit) -> Header:
    with opened(split) as stream:
        blocks = line_blocks(stream, longest=layout.options.limits.line_bytes)
        header = read_header(layout, split, Blocks(chain([next(blocks, b"").removeprefix(BOM)], blocks)))
    if header is None or not header.separator.isascii():
        raise NotRewritable("its separator is not an ASCII character", where=Where(file=split.name))
    return header


def _each_byte_a_character(block: bytes) -> bytes:
    return block if block.isascii() else block.decode("latin-1").encode()


def _records(parser: RecordParser, blocks: Blocks) -> Iterator[Record]:
    """The records after the header."""
    rest = ""
    for block in blocks:
        rest = yield from parser.records(rest + block.decode())
    if rest:
        yield parser.first_record(rest, blocks)
