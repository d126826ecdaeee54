"""The reference data: categories in their order, apps, UI texts, keyword dictionary."""

import csv
from dataclasses import dataclass
from pathlib import Path

from .audiences import read_audiences
from .keyword_text import keyword_key, normalised
from .text import trim


@dataclass(frozen=True)
class Reference:
    """Reference data, ready to look things up in."""

    categories: list[str]  # codes in the fixed order
    apps: dict[str, str]  # app name (upper case) -> category code
    ui_texts: frozenset[str]  # normalised, lower case
    dictionary: dict[str, str]  # keyword_key of a phrase -> category
    audiences: dict[str, str]  # name -> condition


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_reference(folder: Path) -> Reference:
    """The reference data of a folder."""
    categories = sorted(_read(folder / "categories.csv"), key=lambda row: int(row["position"]))
    phrases = sorted(_read(folder / "keywords.csv"), key=lambda row: row["phrase"])
    dictionary: dict[str, str] = {}
    for row in phrases:
        # choice: of two phrases with one key the one with the smaller text counts.
        dictionary.setdefault(keyword_key(normalised(row["phrase"])), row["category"])
    return Reference(
        categories=[row["code"] for row in categories],
        apps={trim(row["app_name"]).upper(): row["category"] for row in _read(folder / "app_categories.csv")},
        ui_texts=frozenset(normalised(row["text"]).lower() for row in _read(folder / "ui_texts.csv")),
        dictionary=dictionary,
        audiences=read_audiences(folder / "audiences.toml"),
    )
