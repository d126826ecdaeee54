"""What landed files may look like, `landing.toml`: names of fields, envelopes, separators and escape of CSV, limits.

Every entry may be absent, and so may the file: then the default holds, which is the committed file's.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from c360_assets.reference.toml_file import TomlFile
from resources.landing.field_names import folded_name
from resources.landing.layout import LandingOptions
from resources.landing.limits import GIB, MIB, LandingLimits

FIELDS: Mapping[str, tuple[str, ...]] = {
    "log_content": ("Contract", "Mac", "TotalDuration", "AppName"),
    "log_search": (
        *("eventID", "datetime", "user_id", "keyword", "category", "proxy_isp", "platform", "networkType", "action"),
        "userPlansMap",
    ),
    "identity": ("contract", "user_id", "source"),
}
"""The fields that may have more names, by source."""
_LIMITS: Mapping[str, tuple[str, int, int]] = {
    "line_mib": ("line_bytes", MIB, 1024),
    "field_mib": ("field_bytes", MIB, 1024),
    "unknown_fields": ("unknown_fields", 1, 100_000),
    "unpacked_gib": ("unpacked_bytes", GIB, 65_536),
}
"""Entries of [limits]: the limit that each sets, in which unit, and the largest number."""
_NEVER_A_SEPARATOR = set('"\r\n\\')


def landing_options(path: Path, contents: Mapping[str, bytes]) -> LandingOptions:
    """The options in `landing.toml`; the defaults if there is no such file. Raises BadReference."""
    return LandingFile(path, contents).read() if path.name in contents else LandingOptions()


def options_fingerprint(options: LandingOptions) -> str:
    """A digest that changes whenever landed files may be read in another way."""
    entries = asdict(options)
    del entries["limits"]  # they refuse a file, and change no row
    return sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()


class LandingFile(TomlFile):
    """Takes the entries from `landing.toml`."""

    kind = "known here"

    def read(self) -> LandingOptions:
        """All options, each valid."""
        default = LandingOptions()
        options = LandingOptions(
            envelopes=self._texts("", "envelopes", default.envelopes),
            names=tuple(
                (f"{source}.{field}", found)
                for source, fields in FIELDS.items()
                for field, found in self._names_of(source, fields).items()
                if found
            ),
            csv_separators=self._separators(default.csv_separators),
            csv_escape=self._escape(),
            limits=self._limits(default.limits),
        )
        self._expect_nothing_else()
        return options

    def _texts(self, table: str, entry: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._taken_or(table, entry, list(default))
        if not isinstance(value, list):
            self._refuse(table, entry, f"{value!r} is not a list", 'Write it as a list of texts, such as ["a"]')
        for text in value:
            if not isinstance(text, str) or not text:
                self._refuse(table, entry, f"{text!r} is not text", 'Write it as a list of texts, such as ["a"]')
            if value.count(text) > 1:
                self._refuse(table, entry, f"{text!r} occurs twice", "Remove one of them")
        return tuple(value)

    def _names_of(self, source: str, fields: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Further names by field. A name stands for one field only."""
        table = f"names.{source}"
        taken = {folded_name(field): field for field in fields}
        found: dict[str, tuple[str, ...]] = {}
        for field in fields:
            found[field] = self._texts(table, field, ())
            for name in found[field]:
                other = taken.setdefault(folded_name(name), field)
                if other != field or not folded_name(name):
                    wrong = f"{name!r} already stands for {other}" if other != field else f"{name!r} is not a name"
                    self._refuse(table, field, wrong, "Remove it; names are compared without case, _, - and spaces")
        return found

    def _separators(self, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._texts("", "csv_separators", default)
        for text in value:
            if len(text) != 1 or text in _NEVER_A_SEPARATOR:
                self._refuse("", "csv_separators", f"{text!r} can't separate fields", "Use one character, such as ;")
        if not value:
            self._refuse("", "csv_separators", "it is empty", "Write at least one separator")
        return value

    def _escape(self) -> str | None:
        value: Any = self._taken_or("", "csv_escape", "")
        if value not in ("", "\\"):
            self._refuse(
                "", "csv_escape", f"{value!r} can't escape quotes", 'Write "\\\\" for a backslash, or "" for none'
            )
        return value or None

    def _limits(self, default: LandingLimits) -> LandingLimits:
        found: dict[str, int] = {}
        for entry, (limit, unit, most) in _LIMITS.items():
            value: Any = self._taken_or("limits", entry, getattr(default, limit) // unit)
            if type(value) is not int or not 1 <= value <= most:
                self._refuse("limits", entry, f"{value!r} is not a whole number from 1 to {most:,}", "Correct it")
            found[limit] = value * unit
        return LandingLimits(**found)
