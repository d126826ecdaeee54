"""Whether a day lost landed files and got no others: most likely a clean-up that is under way, not a new delivery."""

from collections import Counter
from collections.abc import Mapping

from resources.lake.provenance import Provenance

FILES_GONE = "no_file_gone"
"""The monitor that warns of it, and the name under which provenance keeps it."""


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
