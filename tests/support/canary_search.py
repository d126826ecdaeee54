"""Looks for the canaries in every byte of a folder, whatever a file is packed in. It shares nothing with the product's scan."""

import bz2
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from tests.properties.canaries import texts_of
from tests.support.canary_landing import CANARIES, spellings


def found_below(folder: Path) -> set[str]:
    """The canaries that any file below a folder knows, by contract."""
    text = "\n".join(text for path in folder.rglob("*") if path.is_file() for text in every_text(path)).lower()
    words = set(re.findall(r"[0-9a-z]+", text))
    return {
        one.contract
        for one in CANARIES
        if any(
            spelling in (text if spelling.isalnum() and not spelling.isdigit() else words)
            for spelling in spellings(one)
        )
    }


def every_text(path: Path) -> Iterator[str]:
    """What a file holds as text, whatever it is packed in."""
    data = path.read_bytes()
    unpack = {b"\x1f\x8b": gzip.decompress, b"BZ": bz2.decompress, b"\x28\xb5": unpacked_zstandard}
    data = unpack[data[:2]](data) if data[:2] in unpack else data
    yield data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    if data[:4] == b"PAR1":
        yield from texts_of(path) if path.suffix == ".parquet" else ()


def unpacked_zstandard(data: bytes) -> bytes:
    return bytes(pa.CompressedInputStream(pa.BufferReader(data), "zstd").read())
