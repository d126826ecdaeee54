"""What an erasure would touch, before it is begun: counts and places, and no id."""

from collections.abc import Sequence

from c360_assets.planning.lines import counted
from c360_assets.privacy.landed_files import REWRITE, LandedFiles
from c360_assets.privacy.proof.id_finder import LENGTHS
from c360_assets.privacy.subjects import (
    Subject,
    alike_users,
    held_days,
    named_by_short_ids,
    suppression_of,
)
from c360_assets.tables import TABLES
from resources.lake.sql import LakeQuery

_MOST_SHOWN = 20
_SHORT = f"an id of fewer than {LENGTHS.start} characters as a word in another field: they may be those of others"


def preview(query: LakeQuery, subjects: Sequence[Subject], landed: LandedFiles, landing: str) -> list[str]:
    """What the lake holds of these customers, where, and what an erasure would do. One line each.

    `landing` is what would become of landed files. Raises ErasureRefused where they can't be rewritten.
    """
    if landing == REWRITE:
        landed.require_writable()
    ids = [pair for subject in subjects for pair in subject.ids]
    kinds = [kind for kind, _ in ids]
    days = held_days(query, ids)
    files = sorted({*(file for held in days for file in held.landed_files), *landed.with_links(suppression_of(ids))})
    made = [name for name in TABLES if query.exists(name)]
    alike, by_word = alike_users(query, ids), named_by_short_ids(query, ids)
    return [
        f"{counted(kinds.count('contract'), 'contract')} and {counted(kinds.count('user'), 'user')}",
        *([f"  and {counted(alike, 'user')} whose ids differ from theirs only in capitals"] if alike else []),
        *([f"  {counted(by_word, 'record')} only because of {_SHORT}"] if by_word else []),
        *_first([f"  {held.table} {held.day}: {held.records:,} records" for held in days], "days"),
        f"Landed files that hold them, which {'are rewritten' if landing == REWRITE else 'stay'}: {len(files):,}",
        *_first([f"  {file}" for file in files], "files"),
        f"What depends on these days is made again, and the earlier versions of {len(made)} tables are removed.",
    ]


def _first(lines: list[str], what: str) -> list[str]:
    more = len(lines) - _MOST_SHOWN
    return [*lines[:_MOST_SHOWN], f"  and {more:,} more {what}"] if more > 0 else lines
