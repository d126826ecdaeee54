"""Where things are: the environment variables that point the project at its data, read in one place.

`Settings.from_environment()` is called once, by the definitions that Dagster loads and by each command; from there
they are passed down. What Dagster and the stores call their own (`DAGSTER_HOME`, `AWS_…`) is read where it is used.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from resources.errors import BadSetting

PROJECT = Path(__file__).resolve().parents[1]
"""The folder of the packages: the checkout, or site-packages where a wheel is installed."""
REFERENCE = PROJECT / "c360_assets" / "reference" / "data"
"""The reference data that comes with the packages."""

# Sail (0.7) writes to the percent-encoded name, and delta-rs (1.6) reads from the decoded one: two folders, half a lake
# in each. Other characters were tried, and go. Refused on Spark too: each engine continues what the other made.
_MISNAMED = re.compile(r"""[^!-~]|[*\[\\`"<>#?{}%]""")

_FIRST_YEAR = 1900
"""No log is older. Dagster has no partitions before year 1, and months look back."""
_SHORTEST_KEY = 16
"""Bytes of an erasure key at least: whoever has the list could try all ids with a shorter one."""


@dataclass(frozen=True)
class EngineOptions:
    """What the engine's session is started with.

    `config` goes to it untouched. The rest is Apache Spark's: the memory of its driver, and its log level; without one
    it keeps quiet.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    memory: str = "4g"
    log_level: str | None = None

    @classmethod
    def from_environment(cls) -> "EngineOptions":
        """The options as the environment gives them, defaults for the rest."""
        return cls(
            config=_spark_config(),
            memory=os.environ.get("C360_SPARK_MEMORY") or cls.memory,
            log_level=os.environ.get("C360_SPARK_LOG") or None,
        )


@dataclass(frozen=True)
class Settings:
    """The doors of the project. Paths may be any local path or fsspec URI, except `reference` (local)."""

    landing: str
    lake: str
    reference: Path
    engine: str
    first_day: date
    engine_options: EngineOptions = field(default_factory=EngineOptions)
    erasure_key: bytes | None = field(default=None, repr=False)
    webhook: str | None = field(default=None, repr=False)
    ui: str | None = None

    @classmethod
    def from_environment(cls, lake_alone: bool = False) -> "Settings":
        """The settings as the environment gives them, defaults for the rest.

        With `lake_alone`, `C360_LAKE` may be set without `C360_LANDING`: for commands that read no landed files. Otherwise
        that raises BadSetting, because the sample, the default landing zone, would get into that lake or be compared with it.
        """
        if not lake_alone and os.environ.get("C360_LAKE") and not os.environ.get("C360_LANDING"):
            raise BadSetting("C360_LAKE is set, and C360_LANDING is not", "set both: by default the sample is read.")
        engine = os.environ.get("C360_ENGINE", "sail")
        if engine not in ("sail", "spark"):
            raise BadSetting(f"C360_ENGINE is {engine!r}", "use sail (the default) or spark.")
        return cls(
            landing=_location("C360_LANDING", "data/landing"),
            lake=_lake(),
            reference=Path(_location("C360_REFERENCE", str(REFERENCE))),
            engine=engine,
            first_day=_first_day(),
            engine_options=EngineOptions.from_environment(),
            erasure_key=_erasure_key(),
            webhook=_address("C360_WEBHOOK"),
            ui=_address("C360_UI"),
        )


def _erasure_key() -> bytes | None:
    """`C360_ERASURE_KEY`, or what the file `C360_ERASURE_KEY_FILE` holds; without white space at its ends."""
    text, path = os.environ.get("C360_ERASURE_KEY"), os.environ.get("C360_ERASURE_KEY_FILE")
    if text and path:
        raise BadSetting("C360_ERASURE_KEY and C360_ERASURE_KEY_FILE are both set", "set one of them.")
    if path:
        try:
            text = Path(path).read_text()
        except (OSError, UnicodeDecodeError):
            raise BadSetting("C360_ERASURE_KEY_FILE can't be read as text", "name a file that you can read.") from None
    key = (text or "").strip().encode()
    if (text or path) and len(key) < _SHORTEST_KEY:
        raise BadSetting("The erasure key is too short", f"use {_SHORTEST_KEY} characters or more, at random.")
    return key or None


def _address(variable: str) -> str | None:
    """A web address; None if it is not set. An invalid one is not quoted, since it may be secret."""
    text = os.environ.get(variable, "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not text.isascii() or any(char <= " " for char in text):
        raise BadSetting(f"{variable} is not an address", "use one that begins with https:// or http://.")
    return text


def _first_day() -> date:
    """The first day that partitions exist for, `C360_FIRST_DAY` (first day of a month)."""
    text = os.environ.get("C360_FIRST_DAY", "2022-04-01")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadSetting(f"C360_FIRST_DAY is {text!r}", "use a day such as 2022-04-01.") from None
    if day.year < _FIRST_YEAR:
        raise BadSetting(f"C360_FIRST_DAY is {text!r}", f"use a day of {_FIRST_YEAR} or later.")
    return day.replace(day=1)


def _spark_config() -> dict[str, Any]:
    """`C360_SPARK_CONFIG`: a JSON object of Spark's settings, or nothing."""
    text = os.environ.get("C360_SPARK_CONFIG")
    if not text:
        return {}
    remedy = 'Use {"spark.master": "…"}.'
    try:
        config = json.loads(text)
    except ValueError as error:
        raise BadSetting(f"C360_SPARK_CONFIG is not a JSON object ({error})", remedy) from None
    if not isinstance(config, dict):
        raise BadSetting("C360_SPARK_CONFIG is not a JSON object", remedy)
    return config


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
    """Where the tables are. Raises BadSetting for a name that the engines and Delta's readers take for different ones."""
    lake = _location("C360_LAKE", "data/lake")
    misnamed = _MISNAMED.search(lake)
    if misnamed:
        link = "" if "://" in lake else "; a symbolic link to that folder will do"
        raise BadSetting(
            f"The lake can't be at {lake!r} (C360_LAKE, or its default below the project): its path can't hold "
            f"{misnamed[0]!r}, since some writers and readers take it for another folder's",
            f"Use letters of ASCII, digits, - and _{link}.",
        )
    return lake
