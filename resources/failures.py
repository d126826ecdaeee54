"""Failures in words: what went wrong, where and what to do, in one line, without the engine's page of stack."""

from collections.abc import Mapping

from resources.lake.tables import CONFLICTS as CONFLICTS

_DISK_IS_FULL = ("No space left on device", "DiskFull")
_REMEDIES = (
    (
        _DISK_IS_FULL,
        "no space is left on the disk. Free some where the lake lies (C360_LAKE), and run again: what was made stays.",
    ),
    (
        CONFLICTS,
        "other writers changed the table at the same time, again and again. Let them end, and run again.",
    ),
)
_BECAUSE = "↳"
"""Stands before each deeper cause in errors of the object stores that Delta tables lie in."""


def known_failure(text: str) -> str | None:
    """Cause and remedy of a failure that users can do something about; None for any other."""
    return next((words for signs, words in _REMEDIES if any(sign in text for sign in signs)), None)


def cause_line(text: str) -> str:
    """The line of an error's text that says what happened: the deepest cause where it names some, else the first."""
    lines = text.strip().splitlines() or [""]
    deepest = next((line for line in reversed(lines) if _BECAUSE in line), None)
    return lines[0] if deepest is None else deepest.split(_BECAUSE)[-1].removeprefix("\x1b[0m").strip()


def group_by_cause(failed: Mapping[str, str]) -> str:
    """Which partitions failed and why, partitions with the same cause together: a cause is told once."""
    keys_of: dict[str, list[str]] = {}
    for key, reason in failed.items():
        keys_of.setdefault(reason, []).append(key)
    return "; ".join(f"{_named(keys)}: {reason}" for reason, keys in keys_of.items())


def _named(keys: list[str]) -> str:
    if len(keys) <= 3:
        return ", ".join(keys)
    return f"{keys[0]} to {keys[-1]} ({len(keys)})"
