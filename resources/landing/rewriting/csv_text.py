"""A CSV file without its erased records."""

import io
import re
from collections.abc import Iterator
from itertools import chain, islice

from resources.errors import NotRewritable, Where
from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.readers.csv.header import is_separator_line, parser_of, read_header
from resources.landing.readers.csv.records import csv_batches
from resources.landing.readers.csv.text import Blocks, Record, RecordParser
from resources.landing.readers.lines import BOM, line_blocks
from resources.landing.rewriting.erased import ErasedRecords, erased_places

_LINE_END = re.compile(r"\r\n?|\n")


def kept_records(layout: Layout, split: FileSplit, erased: ErasedRecords) -> Iterator[bytes]:
    """The text of a CSV file: what comes before the header, the header, and the records that stay.

    A record's own bytes stay as they are, whatever they are: here each byte is a character (Latin-1). A record ends as
    the header does; lines without anything on them are left out.
    """
    separator = _separator(layout, split)
    with opened(split) as stream:
        landed = line_blocks(stream, longest=layout.options.limits.line_bytes)
        first = next(landed, b"")
        mark = BOM if first.startswith(BOM) else b""
        blocks = Blocks(map(_each_byte_a_character, chain([first.removeprefix(BOM)], landed)))
        parser = parser_of(layout, split, separator)
        header, end = _beginning(parser, blocks)
        header = mark + header
        yield header
        records = _records(parser, blocks)
        while some := list(islice(records, ROWS_A_BATCH)):
            texts = [f"{record.text}{end}".encode("latin-1") for record in some]

            def has_erased(start: int, stop: int, texts: list[bytes] = texts) -> bool:
                return erased.any(csv_batches(layout, split, io.BytesIO(header + b"".join(texts[start:stop]))))

            for place in erased_places(len(texts), has_erased):
                texts[place] = b""
            yield b"".join(texts)


def _beginning(parser: RecordParser, blocks: Blocks) -> tuple[bytes, str]:
    """A file up to the end of its header, and how that ends."""
    line, before = blocks.line() or "", ""
    if is_separator_line(line):
        before, line = line, blocks.line() or ""
    found = _LINE_END.search(line)
    end = found[0] if found else "\n"
    return f"{before}{parser.first_record(line, blocks).text}{end}".encode("latin-1"), end


def _separator(layout: Layout, split: FileSplit) -> str:
    with opened(split) as stream:
        blocks = line_blocks(stream, longest=layout.options.limits.line_bytes)
        header = read_header(layout, split, Blocks(chain([next(blocks, b"").removeprefix(BOM)], blocks)))
    if header is None or not header.separator.isascii():
        raise NotRewritable("its separator is not an ASCII character", where=Where(file=split.name))
    return header.separator


def _each_byte_a_character(block: bytes) -> bytes:
    return block if block.isascii() else block.decode("latin-1").encode()


def _records(parser: RecordParser, blocks: Blocks) -> Iterator[Record]:
    """The records behind the header."""
    rest = ""
    for block in blocks:
        rest = yield from parser.records(rest + block.decode())
    if rest:
        yield parser.first_record(rest, blocks)
