"""The reference data: categories, UI texts, the keyword dictionary and the measures' cuts, read and validated.

What belongs here: reading the files of `data/`, and saying in which line one is wrong and what to
do about it (`files.py` and `measures.py` beside it do so for their form of file). What does
not: using them. A rule that needs a list or a cut takes it from a `Reference`, and is in the
file of its table. How two keywords are compared is in `c360_assets/text/normalise.py`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from c360_assets.reference.audiences import Audience, AudiencesFile
from c360_assets.reference.deadlines import Deadline, deadlines
from c360_assets.reference.files import CsvTable, Row, bytes_of, unique
from c360_assets.reference.landing_forms import landing_options, options_fingerprint
from c360_assets.reference.measures import Measures, MeasuresFile
from c360_assets.reference.monitors import MonitorLimits, monitor_limits
from c360_assets.reference.vocabulary import RFM_GROUPS, RFM_SCORES, UNKNOWN
from c360_assets.text.normalise import keyword_key, normalise_keyword
from resources.landing.layout import LandingOptions

__all__ = [
    "FALLBACK_CATEGORY",
    "Category",
    "Keyword",
    "KeywordCategory",
    "Measures",
    "Reference",
    "load_reference",
]

FALLBACK_CATEGORY = "other"
"""The category of apps that are not in the reference table."""
FILES = (
    "app_categories.csv",
    "audiences.toml",
    "categories.csv",
    "keyword_categories.csv",
    "keywords.csv",
    "measures.toml",
    "rfm_groups.csv",
    "ui_texts.csv",
)

MONITORS = "monitors.toml"
"""Limits of monitors, which are not part of the tables' rules. Without the file, the package's own apply."""
LANDING_FORMS = "landing.toml"
"""It may be absent, and is not part of the tables' rules: it says how landed files are read."""

_CODE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Category:
    """A category of what is watched; `position` is its place in the fixed order, which breaks ties."""

    position: int
    code: str
    label: str


@dataclass(frozen=True)
class KeywordCategory:
    """A category of what is searched."""

    code: str
    label: str
    description: str


@dataclass(frozen=True)
class Keyword:
    """A phrase of the keyword dictionary, the key it is found by, and its category."""

    phrase: str
    key: str
    category: str


@dataclass(frozen=True)
class Fingerprints:
    """Digests of the reference data: of what tables are made with (`rules`), and of how landed files are read."""

    rules: str
    landing: str


@dataclass(frozen=True)
class Reference:
    """All reference data. Two instances are equal if they were read from files with equal names and bytes."""

    fingerprint: str
    """Hex SHA-256 over the names and bytes of the files. It changes whenever any of them does."""
    categories: tuple[Category, ...] = field(compare=False, repr=False)
    app_categories: Mapping[str, str] = field(compare=False, repr=False)
    """App name in upper case → category code."""
    ui_texts: tuple[str, ...] = field(compare=False, repr=False)
    keyword_categories: tuple[KeywordCategory, ...] = field(compare=False, repr=False)
    keywords: tuple[Keyword, ...] = field(compare=False, repr=False)
    measures: Measures = field(compare=False, repr=False)
    audiences: tuple[Audience, ...] = field(compare=False, repr=False)
    rfm_groups: Mapping[tuple[int, int], str] = field(compare=False, repr=False)
    """(recency score, score of frequency and watch time together) → group, for all 25 pairs."""
    monitors: MonitorLimits = field(compare=False, repr=False)
    landing: LandingOptions = field(default_factory=LandingOptions, repr=False)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict, compare=False, repr=False)
    """Folder of a log → when its days are due."""

    @property
    def fingerprints(self) -> Fingerprints:
        """What data versions know of the reference data."""
        return Fingerprints(self.fingerprint, options_fingerprint(self.landing))

    @property
    def category_codes(self) -> tuple[str, ...]:
        """The codes of what is watched, in their fixed order."""
        return tuple(category.code for category in self.categories)

    @property
    def category_labels(self) -> dict[str, str]:
        """Code of what is watched → the label for people."""
        return {category.code: category.label for category in self.categories}


def load_reference(folder: Path) -> Reference:
    """The reference data of a folder. Raises BadReference for the first thing that is wrong in it."""
    contents = {name: bytes_of(folder / name) for name in FILES}
    categories = _categories(CsvTable(folder / "categories.csv", ("position", "code", "label"), contents))
    codes = {category.code for category in categories}
    topics = _keyword_categories(
        CsvTable(folder / "keyword_categories.csv", ("category", "label", "description"), contents)
    )
    return Reference(
        fingerprint=_fingerprint(contents),
        categories=categories,
        app_categories=_app_categories(
            CsvTable(folder / "app_categories.csv", ("app_name", "category"), contents), codes
        ),
        ui_texts=_ui_texts(CsvTable(folder / "ui_texts.csv", ("text",), contents, may_be_empty=True)),
        keyword_categories=topics,
        keywords=_keywords(
            CsvTable(folder / "keywords.csv", ("phrase", "category"), contents),
            {topic.code for topic in topics},
        ),
        measures=MeasuresFile(folder / "measures.toml", contents).read(),
        audiences=AudiencesFile(folder / "audiences.toml", contents).read(),
        rfm_groups=_rfm_groups(
            CsvTable(folder / "rfm_groups.csv", ("recency_score", "frequency_watch_score", "rfm_group"), contents)
        ),
        monitors=_monitors(folder),
        landing=_landing(folder),
        deadlines=deadlines(folder),
    )


def _monitors(folder: Path) -> MonitorLimits:
    path = folder / MONITORS
    if not path.exists():
        path = Path(__file__).with_name("data") / MONITORS
    return monitor_limits(path, {path.name: bytes_of(path)})


def _landing(folder: Path) -> LandingOptions:
    path = folder / LANDING_FORMS
    return landing_options(path, {path.name: bytes_of(path)} if path.exists() else {})


def _fingerprint(contents: Mapping[str, bytes]) -> str:
    """One digest over names and bytes. Lengths keep two adjacent files from looking like one."""
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _expect_code(row: Row, column: str) -> None:
    if not _CODE.fullmatch(row[column]):
        row.refuse(f"{column} {row[column]!r} is not a valid code", "Use lower-case letters, digits and underscores")


def _expect_one_of(row: Row, column: str, known: Iterable[str], where: str) -> None:
    if row[column] not in known:
        row.refuse(
            f"{column} {row[column]!r} is unknown",
            f"Use one of {', '.join(sorted(known))}, or add it to {where}",
        )


def _categories(table: CsvTable) -> tuple[Category, ...]:
    """The categories in order; positions are 1, 2, 3 … without a gap."""
    found: list[tuple[int, Row]] = []
    for row, _ in unique(table, "code"):
        _expect_code(row, "code")
        if not re.fullmatch("[0-9]{1,9}", row["position"]):
            row.refuse(f"position {row['position']!r} is not a whole number", "Number the categories 1, 2, 3 …")
        found.append((int(row["position"]), row))
    found.sort(key=lambda pair: pair[0])
    for expected, (position, row) in enumerate(found, start=1):
        if position != expected:
            row.refuse(f"position {position} where {expected} should follow", "Number the categories 1, 2, 3 …")
    if FALLBACK_CATEGORY not in {row["code"] for _, row in found}:
        found[-1][1].refuse(f"no category {FALLBACK_CATEGORY}", "Add it: app names without a category are put there")
    return tuple(Category(position, row["code"], row["label"]) for position, row in found)


def _app_categories(table: CsvTable, codes: set[str]) -> dict[str, str]:
    apps: dict[str, str] = {}
    for row, name in unique(table, "app_name", str.upper):
        if row["app_name"] != name:
            row.refuse(f"app_name {row['app_name']!r} is not in upper case", f"Write {name}")
        _expect_one_of(row, "category", codes, "categories.csv")
        apps[name] = row["category"]
    return apps


def _rfm_groups(table: CsvTable) -> dict[tuple[int, int], str]:
    """The group of each pair of scores: all 25, each once."""
    scores = [str(score) for score in RFM_SCORES]
    groups: dict[tuple[int, int], str] = {}
    last: Row | None = None
    for row in table:
        pair = row["recency_score"], row["frequency_watch_score"]
        if not set(pair) <= set(scores):
            row.refuse("a score is not a whole number from 1 to 5", "Correct it")
        key = int(pair[0]), int(pair[1])
        if key in groups:
            row.refuse(f"the scores {key[0]} and {key[1]} occur twice", "Remove one of the lines")
        if row["rfm_group"] not in RFM_GROUPS:
            row.refuse("it is not a group", f"Use one of {', '.join(RFM_GROUPS)}")
        groups[key], last = row["rfm_group"], row
    missing = len(scores) ** 2 - len(groups)
    if missing and last:
        last.refuse(f"{missing} pairs of scores have no group", "Add a line for each of the 25 pairs")
    return groups


def _ui_texts(table: CsvTable) -> tuple[str, ...]:
    """The texts as they are compared: normalised like a keyword, and compared regardless of case."""
    rows = unique(table, "text", lambda text: normalise_keyword(text).lower())
    return tuple(normalise_keyword(row["text"]) for row, _ in rows)


def _keyword_categories(table: CsvTable) -> tuple[KeywordCategory, ...]:
    topics: list[KeywordCategory] = []
    for row, code in unique(table, "category"):
        _expect_code(row, "category")
        if code == UNKNOWN:
            row.refuse(f"category {UNKNOWN} is reserved for searches that fit no other", "Use another code")
        topics.append(KeywordCategory(code, row["label"], row["description"]))
    return tuple(topics)


def _keywords(table: CsvTable, topics: set[str]) -> tuple[Keyword, ...]:
    keywords: list[Keyword] = []
    for row, key in unique(table, "phrase", lambda phrase: keyword_key(normalise_keyword(phrase))):
        if not any(char.isalnum() for char in key):
            row.refuse(f"phrase {row['phrase']!r} holds no letter or digit", "It would never be found: remove it")
        _expect_one_of(row, "category", topics, "keyword_categories.csv")
        keywords.append(Keyword(row["phrase"], key, row["category"]))
    return tuple(keywords)
