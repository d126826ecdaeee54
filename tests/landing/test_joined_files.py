"""Compressed files of several streams, as `cat` and pbzip2 make them: read whole, or refused, and never cut short."""

import bz2
import gzip
import io
import re
from collections.abc import Callable, Iterator
from functools import partial

import pyarrow as pa
import pytest

from resources.errors import LandingError
from resources.landing.opening import decompressed
from tests.landing.reading import read_bytes
from tests.landing.test_limits import limited, peak_of, refused

pytestmark = pytest.mark.unit

Pack = Callable[[bytes], bytes]


def _lines(start: int) -> bytes:
    form = '{"Contract":"ABC1%05d","Mac":"A","TotalDuration":1,"AppName":"VOD"}\n'
    return "".join(form % number for number in range(start, start + 40)).encode()


def _zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


ROWS = [_lines(start) for start in (0, 40, 80)]
PACKS: dict[str, Pack] = {"gz": gzip.compress, "bz2": bz2.compress, "zst": _zstd}
CUT_OFF, DAMAGED = "the compressed file is cut off", "the compressed file is damaged"
each_form = pytest.mark.parametrize("ending", PACKS)
two_or_three = pytest.mark.parametrize("count", [2, 3])


def _joined(ending: str, count: int) -> tuple[bytes, list[int]]:
    """A file of several streams, and where each of them begins."""
    streams = [PACKS[ending](rows) for rows in ROWS[:count]]
    return b"".join(streams), [len(b"".join(streams[:place])) for place in range(count)]


def _places(ending: str, data: bytes, starts: list[int]) -> Iterator[int]:
    """Bytes of later streams that a checksum or a mark covers. PyArrow writes zstandard without a checksum."""
    for start, end in zip(starts[1:], [*starts[2:], len(data)], strict=True):
        yield from (start, start + 1)
        if ending == "gz":
            yield from (start + 2, start + 20, (start + end) // 2, end - 8, end - 4)
        elif ending == "bz2":
            yield from (start + 2, start + 4, start + 9, start + 10, start + 30, (start + end) // 2, end - 12, end - 3)
        else:
            yield from (start + 2, start + 3)


@each_form
@two_or_three
def test_all_streams_are_read(tmp_path, ending, count):
    assert len(read_bytes(tmp_path, f"a.json.{ending}", _joined(ending, count)[0])) == 40 * count


@each_form
@two_or_three
def test_a_later_stream_that_is_damaged_refuses_the_file(tmp_path, ending, count):
    data, starts = _joined(ending, count)
    for place in _places(ending, data, starts):
        spoiled = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        with pytest.raises(LandingError, match=rf"^a\.json\.{ending}: .*({CUT_OFF}|{DAMAGED})\. Land it again"):
            read_bytes(tmp_path, f"a.json.{ending}", spoiled)


@each_form
@two_or_three
def test_a_later_stream_that_is_cut_off_refuses_the_file(tmp_path, ending, count):
    data, starts = _joined(ending, count)
    for start, end in zip(starts[1:], [*starts[2:], len(data)], strict=True):
        for cut in (
            start + 1,
            start + 2,
            start + 3,
            start + 4,
            start + 9,
            start + 20,
            (start + end) // 2,
            end - 4,
            end - 1,
        ):
            with pytest.raises(LandingError, match=rf"^a\.json\.{ending}: .*({CUT_OFF}|{DAMAGED})\. Land it again"):
                read_bytes(tmp_path, f"a.json.{ending}", data[:cut])


@each_form
@two_or_three
@pytest.mark.parametrize(
    "rest", [_lines(500), b"\n", b"B", b"x" * 20_000, b"\0\0x"], ids=["rows", "line", "B", "x", "0x"]
)
def test_what_is_not_compressed_behind_a_stream_refuses_the_file(tmp_path, ending, count, rest):
    with pytest.raises(LandingError, match=f"({CUT_OFF}|{DAMAGED})"):
        read_bytes(tmp_path, f"a.json.{ending}", _joined(ending, count)[0] + rest)


@pytest.mark.parametrize("ending", ["gz", "bz2"])
@pytest.mark.parametrize("zeros", [1, 511, 8192, 100_000])
def test_zeros_behind_a_stream_are_padding(tmp_path, ending, zeros):
    first, second = (PACKS[ending](rows) + bytes(zeros) for rows in ROWS[:2])
    assert len(read_bytes(tmp_path, f"a.json.{ending}", first + second)) == 80


def test_streams_of_any_size_are_read_wherever_they_begin(tmp_path):
    lines = b"".join(ROWS).splitlines(keepends=True)
    many = b"".join(map(bz2.compress, [*lines, b"", *lines * 20, b""]))
    assert len(read_bytes(tmp_path, "a.json.bz2", many)) == 120 * 21


@each_form
def test_the_limit_holds_for_all_streams_together(tmp_path, ending):
    data, whole = _joined(ending, 3)[0], len(b"".join(ROWS))
    assert len(read_bytes(tmp_path, f"a.json.{ending}", data, limited(unpacked_bytes=whole))) == 120
    told = refused(tmp_path, f"a.json.{ending}", data, limited(unpacked_bytes=whole - 1))
    assert re.search(r"what the compressed file holds is larger than", told)


def test_memory_is_bounded_whatever_a_stream_unpacks_to():
    data = bz2.compress(ROWS[0]) + bz2.compress(bytes(100 << 20))
    assert peak_of(lambda: iter(partial(decompressed(io.BytesIO(data), "bz2").read, 1 << 20), b"")) < 16 << 20
