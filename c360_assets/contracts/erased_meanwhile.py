"""A customer who is erased while a partition is made does not come back: the commit is undone, and made again at once.

An erasure looks for its customers once they are on the list. So it has seen what was committed before that; whatever comes
later has to look at the list itself. It can't wait for runs elsewhere, and its purge and proof may be over by then.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from c360_assets.contracts.watched_inputs import RecordedInput
from resources.erasure.erasure_list import UNCOMPARED
from resources.errors import ErasuresChanged, InputChanged, InputNotReady, Where

_MOST_TIMES = 5
"""How often a partition is made again at most. Each time, another erasure must have come in between."""
Made = TypeVar("Made")
NOT_COMPARED = (
    "it may hold somebody who was erased: it has not been compared with the list of erasures since it was restored, or "
    "committed. Run `c360 erase --again --yes`"
)
"""Why nothing is made of a raw day that is no longer landed, until an erasure has compared it with the list."""


def require_compared(inputs: Iterable[RecordedInput]) -> None:
    """Raises InputNotReady where an input was compared with no list of erasures."""
    for table, partition, provenance in inputs:
        if provenance.erased == UNCOMPARED:
            raise InputNotReady(f"{table.name} {partition}: {NOT_COMPARED}")


def made_anew(make: Callable[[bool], Made], remove_files_of: Callable[[Iterable[int]], None]) -> Made:
    """The result of `make`, which is called again as long as it raises ErasuresChanged, and with true for the last time.

    `remove_files_of` is given the commits that were taken back, since their files may hold somebody who was erased. One
    that others have committed after stands until the partition is made anew; so it is called each time.
    """
    taken_back: list[int] = []
    while True:
        try:
            return make(len(taken_back) == _MOST_TIMES)
        except ErasuresChanged as changed:
            if changed.commit is None:
                raise
            taken_back.append(changed.commit)
            if len(taken_back) > _MOST_TIMES:
                raise
        finally:
            if taken_back:
                remove_files_of(taken_back)


def are_unchanged(
    table: str, before: str, erasures: Callable[[], str], inputs: Callable[[], bool], is_last: bool
) -> bool:
    """Whether what a partition was made from stands as it was, by `inputs`, which says so or raises InputChanged.

    `before` is the fingerprint of the list that it was made with, and `erasures` gives that of the list as it is. Raises
    ErasuresChanged where they differ. Also where inputs moved in a lake with erasures, unless it is the last time: it may
    be an erasure that makes them again.
    """
    where = Where(table=table)
    changed = ErasuresChanged("somebody was erased while it was made", "Run `c360 run`: it makes it again.", where)
    if erasures() != before:
        raise changed
    if not before or is_last:
        return inputs()
    try:
        if inputs():
            return True
    except InputChanged:
        raise changed from None
    raise changed
