"""How much dirt a day holds: in proportion to its rows, and each kind often enough to be met.

Which kinds there are is in `content/dirt.py` and `search/dirt.py`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from c360_sample.chance import key_of, one_hash, scattered


@dataclass(frozen=True)
class Kind:
    """A kind of dirt: its name, how many of a million rows have it, and what it makes of a row."""

    name: str
    per_million: int
    make: Callable[..., Any]


@dataclass(frozen=True)
class Spot:
    """A row that gets dirt of a kind; `draw` is its own random number."""

    row: int
    kind: Kind
    draw: int


def planned(
    kinds: Sequence[Kind],
    purpose: str,
    seed: int,
    day: date,
    rows: int,
    period: int,
    avoid: Collection[int] = (),
) -> list[Spot]:
    """Where the dirt of a day goes; no row twice, and none of the rows to avoid.

    Each kind occurs in its proportion, but at least once in `period` days, so that small samples have it too.
    At most half of the rows are dirty.
    """
    key = key_of(purpose, seed, str(day))
    wanted: list[Kind] = []
    for place, kind in enumerate(kinds):
        # The fraction of a row left over is a chance; so many small days come to the right number.
        count = (rows * kind.per_million + one_hash(key, place) % 1_000_000) // 1_000_000
        if not count and (day.toordinal() + place) % period == 0:
            count = 1
        wanted += [kind] * count
    enough = min(len(wanted) + len(avoid), rows)
    places = (place for place in scattered(key, np.arange(enough), rows).tolist() if place not in avoid)
    return [
        Spot(place, kind, one_hash(key ^ 1, place)) for place, kind in zip(places, wanted[: rows // 2], strict=False)
    ]


def period_for(rows: int, every_day: int) -> int:
    """Days within which each kind occurs at least once, for a log with this many rows per day."""
    if rows >= every_day:
        return 1
    return 7 if rows >= every_day // 10 else 28


def one_of(options: Sequence[Any], draw: int) -> Any:
    """The option that a random number selects."""
    return options[draw % len(options)]
