"""Times that order what happened, whatever the clocks say."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta


def time_after(before: str) -> str:
    """Now in UTC, as a text that can be compared; or just after an earlier one of these if another clock was ahead."""
    now = datetime.now(UTC)
    with suppress(ValueError, TypeError, OverflowError):  # none, or no time that anything can come after
        now = max(now, datetime.fromisoformat(before) + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")
