"""What landed files may look like: the defaults of the contract, and what a reference folder's `landing.toml` changes."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Envelopes, separators, escape, and more names of fields by source and field."""

    envelopes: tuple[str, ...] = ("_source", "_airbyte_data", "log", "message")
    separators: tuple[str, ...] = (",", ";", "\t", "|")
    escape: str = ""
    names: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def read_options(reference: Path) -> Options:
    """The options of a reference folder; the defaults where it has no `landing.toml`."""
    path = reference / "landing.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    plain = Options()
    return Options(
        envelopes=tuple(entries.get("envelopes", plain.envelopes)),
        separators=tuple(entries.get("csv_separators", plain.separators)),
        escape=entries.get("csv_escape", plain.escape),
        names=entries.get("names", {}),
    )
