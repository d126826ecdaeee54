"""Whether a parquet file is several files one after the other, as `cat` joins them.

Only the last footer is read, and the places in it count from where its own file began: so they would lead to rows of the
first file, or to no rows, and the others would be lost without a word.
"""

from collections.abc import Iterator
from typing import IO, Any

from resources.errors import LandingError, Where
from resources.landing.layout import FileSplit
from resources.landing.readers.parquet.thrift import struct_of

_MAGIC = b"PAR1"
_SEAM = _MAGIC * 2
"""The end of a file, and the beginning of the next."""
_TAIL = 8
"""The length of the footer, and the magic."""
_BLOCK_BYTES = 1 << 20


def refuse_joined(split: FileSplit, stream: IO[bytes], metadata: Any) -> None:
    """Raises LandingError if there is another parquet file in front of the one that the footer describes.

    That file would be as large at most as what lies between the last page and the footer: in a sound file, these are
    indexes and filters, so that little is looked at.
    """
    between = stream.seek(0, 2) - _TAIL - metadata.serialized_size - _end_of_pages(metadata)
    if any(_ends_a_file(stream, seam + len(_MAGIC)) for seam in _seams(stream, between)):
        raise LandingError(
            "is several parquet files joined into one, of which only the last footer would count",
            "Land each as a file of its own in the day's folder, or write their rows into one file.",
            Where(file=split.name),
        )


def _end_of_pages(metadata: Any) -> int:
    """Where the last page of a file ends, by its footer."""
    end = len(_MAGIC)
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for chunk in map(group.column, range(group.num_columns)):
            start = min(chunk.data_page_offset, chunk.dictionary_page_offset or chunk.data_page_offset)
            end = max(end, start + chunk.total_compressed_size)
    return end


def _seams(stream: IO[bytes], longest: int) -> Iterator[int]:
    """The places that look as if one file ended and another began, where the first has at most `longest` bytes."""
    place, end, overlap = len(_MAGIC), longest + len(_MAGIC), len(_SEAM) - 1
    while place + overlap < end:
        stream.seek(place)
        block = stream.read(min(_BLOCK_BYTES + overlap, end - place))
        found = block.find(_SEAM)
        while found >= 0:
            yield place + found
            found = block.find(_SEAM, found + 1)
        if len(block) <= overlap:
            return
        place += len(block) - overlap


def _ends_a_file(stream: IO[bytes], end: int) -> bool:
    """Whether there is a footer in front of a place."""
    if end < len(_MAGIC) + _TAIL:
        return False
    stream.seek(end - _TAIL)
    size = int.from_bytes(stream.read(4), "little")
    if not 0 < size <= end - _TAIL - len(_MAGIC):
        return False
    stream.seek(end - _TAIL - size)
    try:
        return struct_of(stream.read(size))[1] == size
    except ValueError:
        return False
