"""What monitors need to know of a delivery: what it has lost since the one before, and how many of its files are CSV.

Where files of a day or links are lost, a clean-up is most likely under way. What is compared with is kept in provenance
for as long as a partition is made from the same files: making it again, or a run that is stopped, does not take the
warning away.
"""

from collections import Counter
from collections.abc import Mapping

from resources.lake.provenance import Provenance

FILES_GONE, LINKS_KEPT, QUOTES_CLOSED = "no_file_gone", "links_kept", "no_runaway_quotes"
"""The monitors that warn of it, and the names under which provenance keeps what they compare with."""
CSV_FILES = "csv_files"


def files_gone(before: Provenance | None, files: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """How many files a day was made from, and how many of these are left; empty if none is gone, or if any was added.

    `files` are the digests of the landed files by their states. A partition that is made again from the same files keeps
    what was found before.
    """
    contents = Counter(files.values())
    if before is None or contents - Counter(before.files.values()):
        return {}
    earlier = before.measured.get(FILES_GONE, {})
    most = max(float(len(before.files)), earlier.get("before", 0.0))
    return {FILES_GONE: {"before": most, "now": float(len(files))}} if most > len(files) else {}


def links_before(before: Provenance | None, files: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """How many rows a table had before these files landed; empty if it was never made. `files` as in `files_gone`."""
    if before is None:
        return {}
    is_the_same = Counter(files.values()) == Counter(before.files.values())
    earlier = before.measured.get(LINKS_KEPT, {}).get("before") if is_the_same else None
    return {LINKS_KEPT: {"before": float(before.rows) if earlier is None else earlier}}


def csv_files(count: int) -> dict[str, dict[str, float]]:
    """How many files are CSV; empty if none is."""
    return {QUOTES_CLOSED: {CSV_FILES: float(count)}} if count else {}
