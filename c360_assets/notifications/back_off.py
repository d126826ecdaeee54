"""How a sensor that sends waits for a receiver that is down: a minute, then two, four …, up to an hour."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Self

INTERVAL_SECONDS = 60
"""How often a sensor that sends looks."""
_LONGEST_PAUSE = 3600


@dataclass(frozen=True, kw_only=True)
class BackOff:
    """What one tick passes on to the next: attempts in a row that failed, and when to try again."""

    attempts: int = 0
    not_before: float = 0

    @classmethod
    def of(cls, cursor: str | None) -> Self:
        """Reads a sensor's cursor; one that is empty, or that this release can't read, has no failed attempts."""
        try:
            return cls(**json.loads(cursor or "{}"))
        except (ValueError, TypeError):  # of another release, or edited in the UI
            return cls()

    @property
    def cursor(self) -> str:
        """The same as Dagster stores it."""
        return json.dumps(asdict(self))

    def after_failure(self, now: float) -> Self:
        """The same after the receiver did not answer: each pause is twice the one before."""
        pause = min(INTERVAL_SECONDS * 2**self.attempts, _LONGEST_PAUSE)
        return replace(self, attempts=self.attempts + 1, not_before=now + pause)
