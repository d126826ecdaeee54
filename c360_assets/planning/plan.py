"""What has to be made, and why: the result of planning. How it is found is in `planner.py` beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from c360_assets.planning.batches import Batch, batches_of
from c360_assets.planning.staleness import StaleCause, describe
from c360_assets.tables import TABLES
from resources.lake.provenance import Item, Provenance
from resources.landing.zone import Delivery


@dataclass(frozen=True)
class DayRange:
    """Days from first to last, both included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    def has(self, day: date) -> bool:
        """Whether a day is in the range."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass
class Plan:
    """`stale` items are to be made; `unreadable` landed but can't be read; `blocked` wait for something that failed.

    `waits_for` has, for those that do, the item that failed or can't be read. `altered` were changed outside Customer360, and
    are stale if they can be made again. `failed` are left: they failed before, and nothing has changed. `versions` has what
    each item gets or has, `causes` why it is stale, `warnings` what monitors warn of, `landed` its delivery and fingerprint.
    `touched` has the items whose landed files have another state than their provenance says, and the same bytes: what their
    provenance is, and what it would be with the new states.
    """

    stale: list[Item] = field(default_factory=list)
    unreadable: dict[Item, str] = field(default_factory=dict)
    blocked: dict[Item, str] = field(default_factory=dict)
    waits_for: dict[Item, Item] = field(default_factory=dict)
    altered: dict[Item, str] = field(default_factory=dict)
    failed: set[Item] = field(default_factory=set)
    versions: dict[Item, str] = field(default_factory=dict)
    causes: dict[Item, StaleCause] = field(default_factory=dict)
    warnings: dict[Item, Mapping[str, str]] = field(default_factory=dict)
    landed: dict[Item, tuple[Delivery, str]] = field(default_factory=dict)
    touched: dict[Item, tuple[Provenance, Provenance]] = field(default_factory=dict)

    def batches(self) -> list[Batch]:
        """The stale items as runs, in order: what has no partitions, days, months; unreadable days by themselves."""
        readable = [item for item in self.stale if item not in self.unreadable]
        unreadable = [item for item in self.stale if item in self.unreadable]
        groups = [
            batches_of([item for item in readable if TABLES[item[0]].unit is None]),
            batches_of(unreadable),
            batches_of([item for item in readable if TABLES[item[0]].unit == "day"]),
            batches_of([item for item in readable if TABLES[item[0]].unit == "month"]),
        ]
        return [batch for group in groups for batch in group]

    def lost(self) -> dict[Item, str]:
        """Altered items that can't be made again, because nothing landed for them any more."""
        stale = {*self.stale, *self.blocked, *self.failed}
        return {item: why for item, why in self.altered.items() if item not in stale}

    def describe(self, batch: Batch) -> str:
        """Why a batch is made, in one line."""
        return describe(self.causes[item] for item in batch.items)
