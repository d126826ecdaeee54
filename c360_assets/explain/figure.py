"""What an explanation of one figure is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.records import LandedRecord
from resources.lake.sql import Row


@dataclass(frozen=True)
class Explained:
    """A figure computed again: its value, the rule in words with its numbers, and what it was computed from.

    `rows` are rows of tables by month, `records` landed records; both are the customer's own.
    """

    value: Any
    rule: str
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    records: Sequence[LandedRecord] = ()


Rule = Callable[[Evidence], Explained]


@dataclass(frozen=True)
class Figure:
    """A figure of a profile, with its explanation."""

    name: str
    value: Any
    explained: Explained

    @property
    def adds_up(self) -> bool:
        """Whether the records give the very value that the profile has."""
        return bool(self.explained.value == self.value)
