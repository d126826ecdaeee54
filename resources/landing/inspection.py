"""What the files of a delivery are, found out before any of them is read, and the splits to read them by."""

import os
from dataclasses import replace
from math import ceil

from resources.errors import LandingError, Where
from resources.landing.known_fields import require_known_fields
from resources.landing.layout import FileSplit, Layout
from resources.landing.opening import LOOK_BYTES, content, long_lines_placed, opened_as_landed
from resources.landing.readers.json.array import is_array
from resources.landing.sniffing import compression_of, head_of, kind_of
from resources.landing.source import SPLIT_BYTES
from resources.landing.text_form import text_form
from resources.landing.zone import Delivery, LandedFile

_FORMATS = {"json": "json", "array": "json", "csv": "csv", "parquet": "parquet"}
_NEVER_EMPTY = (".gz", ".zst", ".bz2", ".parquet")


def inspected(layout: Layout, delivery: Delivery) -> list[FileSplit]:
    """The splits of a delivery's files, each with what its first bytes show. Files without any record have none.

    Raises LandingError if the delivery can't be read, a day's parts differ in form, or a file has no known form.
    """
    if delivery.error:
        raise delivery.error
    files = [split for file in delivery.files if (split := split_of(layout, file))]
    named = {_FORMATS[split.form]: split.name for split in reversed(files)}
    if len(named) > 1 and delivery.day is not None:
        shown = " and ".join(f"{name} ({form})" for form, name in sorted(named.items()))
        where = Where(file=layout.folder, partition=delivery.day.isoformat())
        raise LandingError(f"{delivery.day} mixes forms: {shown}", "Land it in one form.", where)
    require_known_fields(layout, files)
    return [part for split in files for part in _parts(split)]


def split_of(layout: Layout, file: LandedFile) -> FileSplit | None:
    """A file as a split with all that its first bytes show; None for one that holds nothing but white space."""
    split = FileSplit(file.uri, file.name, "", file.size, unpacked=layout.options.limits.unpacked_bytes)
    with opened_as_landed(split, LOOK_BYTES) as stream:
        head = head_of(stream)
        if not head and file.name.lower().endswith(_NEVER_EMPTY):
            raise LandingError("holds 0 bytes", "Land it again, whole.", Where(file=file.name))
        split = replace(split, compression=compression_of(head))
        if split.compression:
            stream.seek(0)
            head = head_of(content(stream, split))
        kind = kind_of(head, file.name, split.compression)
        if kind == "parquet":
            return replace(split, form=kind)
        split = replace(split, encoding=kind)
        with long_lines_placed(split):
            stream.seek(0)
            form = text_form(layout, split.name, content(stream, split))
            stream.seek(0)
            if form == "json" and is_array(layout, split.name, content(stream, split)):
                form = "array"
    return replace(split, form=form) if form else None


def _parts(split: FileSplit) -> list[FileSplit]:
    """A large file of plain JSON lines as several splits, any other as it is."""
    if split.form != "json" or split.compression or split.encoding != "utf-8" or split.size <= SPLIT_BYTES:
        return [split]
    cores = os.cpu_count() or 1
    count = ceil(split.size / SPLIT_BYTES / cores) * cores  # equal work for each of this machine's cores
    starts = [split.size * part // count for part in range(count)]
    ends = [*starts[1:], None]
    # Each becomes a task of its own: splits of this size are not packed together.
    return [replace(split, size=SPLIT_BYTES, start=start, end=end) for start, end in zip(starts, ends, strict=True)]
