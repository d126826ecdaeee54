"""Why a partition is made again and why a run is started, in the words that Dagster's UI shows."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from c360_assets.contracts.table import TableSpec
from resources.lake.provenance import Provenance
from resources.lake.writer import INPUTS_MOVED

StaleCause = Literal[
    "new",
    "changed",
    "unreadable",
    "rules",
    "check",
    "unchecked",
    "unmade",
    "inputs",
    "moved",
    "altered",
    "erased",
    "again",
]

_WORDS: dict[StaleCause, str] = {
    "again": "everything again",
    "altered": "changed outside Customer360",
    "erased": "may hold somebody who was erased",
    "rules": "rules or reference data changed",
    "check": "a check failed",
    "unchecked": "made but not checked",
}
# Only if there is nothing better to say: tables behind a landed day are unmade because the day is new.
_BEHIND: dict[StaleCause, str] = {
    "inputs": "what it is made from changed",
    "moved": "what it is made from changed while it was made",
    "unmade": "not made yet",
}


def stale_cause(table: TableSpec, provenance: Provenance | None, version: str, rules: str) -> StaleCause | None:
    """Why a partition has to be made, by its provenance and the version it would get; None if it need not be."""
    if provenance is None:
        return "new" if table.lands else "unmade"
    if provenance.data_version == version:
        if not provenance.is_checked:  # the run that made it was stopped before its checks
            return "unchecked"
        return "check" if provenance.failed_check else None
    if provenance.data_version == INPUTS_MOVED:
        return "moved"
    if provenance.rules and provenance.rules != rules:
        return "rules"
    return "changed" if table.lands else "inputs"


def describe(causes: Iterable[StaleCause]) -> str:
    """The causes of a run's partitions in one line, such as `landed: 2 new, 1 changed`."""
    counts = Counter(causes)
    landed = [f"{counts[cause]} {cause}" for cause in ("new", "changed", "unreadable") if counts[cause]]
    parts = [f"landed: {', '.join(landed)}"] if landed else []
    parts += [words for cause, words in _WORDS.items() if counts[cause]]
    return "; ".join(parts or [words for cause, words in _BEHIND.items() if counts[cause]])
