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


_TRACEBACK = "Traceback (most recent call last):"


def reason_of(error: BaseException) -> str:
    """The cause of an error in one line, without the engine's page of stack.

    Errors raised inside the engine come back as text with the original's class name in it.
    """
    text = str(error)
    for sign in ("LandingError: ", "ContractError: "):
        if sign in text:
            return text.split(sign, 1)[1].splitlines()[0].strip().strip("'\")")
    if known := known_failure(text):
        return known
    if _TRACEBACK in text:  # of a Python function inside the engine: the error's own line is not indented
        lines = text.split(_TRACEBACK, 1)[1].splitlines()
        told = next((line.strip() for line in reversed(lines) if line[:1].strip()), None)
        if told:
            return told
    first = cause_line(text)
    if type(error).__module__.startswith("resources."):
        return first
    return f"{type(error).__name__}: {first}"
