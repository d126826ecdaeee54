"""Where things are: the environment variables that point the project at its data, read in one place.

`Settings.from_environment()` is called by the definitions and by the command line; the first day is read when the
partitions are defined.
"""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder of the packages: the checkout, or site-packages where a wheel is installed."""
REFERENCE = PROJECT / "c360_assets" / "reference" / "data"
"""The reference data that comes with the packages."""

# Sail (0.7) writes to the percent-encoded name, and delta-rs (1.6) reads from the decoded one: two folders, half a lake
# in each. Other characters were tried, and go. Refused on Spark too: each engine continues what the other made.
_MISNAMED = re.compile(r"""[^!-~]|[*\[\\`"<>#?{}%]""")


class BadSetting(ValueError):
    """A setting that can't be used; the message names the variable and what it takes."""


@dataclass(frozen=True)
class Settings:
    """The doors of the project. Paths may be any local path or fsspec URI, except `reference` (local)."""

    landing: str
    lake: str
    reference: Path
    engine: str
    first_day: date

    @classmethod
    def from_environment(cls) -> "Settings":
        """The settings as the environment gives them, defaults for the rest."""
        engine = os.environ.get("C360_ENGINE", "sail")
        if engine not in ("sail", "spark"):
            raise BadSetting(f"C360_ENGINE is {engine!r}: use sail (the default) or spark.")
        return cls(
            landing=_location("C360_LANDING", "data/landing"),
            lake=_lake(),
            reference=Path(_location("C360_REFERENCE", str(REFERENCE))),
            engine=engine,
            first_day=first_day(),
        )


def first_day() -> date:
    """The first day that partitions exist for, `C360_FIRST_DAY` (first day of a month)."""
    text = os.environ.get("C360_FIRST_DAY", "2022-04-01")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadSetting(f"C360_FIRST_DAY is {text!r}: use a day such as 2022-04-01.") from None
    return day.replace(day=1)


def default_root() -> Path:
    """What defaults are below: the checkout, so that commands work from any folder; without one, the current folder."""
    return PROJECT if (PROJECT / "workspace.yaml").exists() else Path.cwd()


def _location(variable: str, default: str) -> str:
    """A path or URI of the environment.

    A default counts from `default_root()`; a relative path that you set, from where you are.
    """
    value = os.environ.get(variable)
    if not value:
        return str(default_root() / default)
    return value.rstrip("/") if "://" in value else str(Path(value).absolute())


def _lake() -> str:
    """Where the tables lie. Raises BadSetting for a name that the engines and Delta's readers take for different ones."""
    lake = _location("C360_LAKE", "data/lake")
    misnamed = _MISNAMED.search(lake)
    if misnamed:
        link = "" if "://" in lake else "; a symbolic link to that folder will do"
        raise BadSetting(
            f"The lake is to lie at {lake!r} (C360_LAKE, or its default below the project): its path can't hold "
            f"{misnamed[0]!r}, since some writers and readers take it for another folder's. Use letters of ASCII, digits, - "
            f"and _{link}."
        )
    return lake
