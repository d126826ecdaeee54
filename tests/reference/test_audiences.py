"""Audiences: a condition that the engines may understand differently, or at all, is refused with its place."""

import shutil
from pathlib import Path

import pytest

from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.conditions import BadCondition, check_condition
from c360_assets.reference.model import load_reference
from resources.errors import BadReference
from resources.settings import REFERENCE

pytestmark = pytest.mark.unit

COLUMNS = {"seconds": "number", "lifecycle": "text", "matched": "boolean", "month": "date", "last_watched": "date"}

GOOD = (
    "seconds > 3", "lifecycle = 'new' AND NOT matched", "matched OR seconds IS NOT NULL", "last_watched < month",
    "seconds * 2 + -1 BETWEEN 0 AND 10.5", "lifecycle NOT IN ('new', 'đã xem')", "(matched)", "TRUE",
    "lifecycle NOT BETWEEN 'a' AND 'm'", "not (seconds <> 1 or matched = false)",
)  # fmt: skip

REFUSED = {
    "a column that is not there": ("minutes > 3", "there is no column minutes"),
    "another case of a column": ("Seconds > 3", "there is no column Seconds"),
    "a subquery": ("seconds IN (SELECT 1)", "SELECT is not expected here"),
    "a subquery as a value": ("seconds > (SELECT 1)", "there is no column SELECT"),
    "EXISTS": ("EXISTS (SELECT 1)", "functions such as EXISTS are not understood"),
    "a function": ("upper(lifecycle) = 'NEW'", "functions such as upper are not understood"),
    "a function without arguments": ("last_watched < current_date()", "functions such as current_date"),
    "LIKE": ("lifecycle LIKE 'n%'", "a text is used where a condition is needed"),
    "CASE": ("CASE WHEN matched THEN 1 END = 1", "there is no column CASE"),
    "a cast": ("seconds::int = 1", "character 8 is not understood"),
    "division": ("seconds / 2 > 1", "character 8 is not understood"),
    "a second statement": ("matched; DROP TABLE x", "character 8 is not understood"),
    "a comment": ("matched -- all", "a boolean is used where a number is needed"),
    "a block comment": ("matched /* all */", "character 8 is not understood"),
    "a quoted name": ('"seconds" > 1', "character 1 is not understood"),
    "an escape in a text": (r"lifecycle = 'a\'b'", "is not understood"),
    "a text that does not end": ("lifecycle = 'new", "is not understood"),
    "an exponent": ("seconds > 1e3", "e3 is not expected here"),
    "kinds that differ": ("seconds = '3'", "a number is compared with a text"),
    "kinds that differ in a list": ("lifecycle IN ('new', 3)", "a text is compared with a number"),
    "a date and a text": ("last_watched < '2022-01-01'", "a date is compared with a text"),
    "arithmetic of texts": ("lifecycle + 1 > 1", "a text is used where a number is needed"),
    "a number as a condition": ("seconds", "a number is used where a condition is needed"),
    "a number beside AND": ("matched AND seconds", "a number is used where a condition is needed"),
    "null as a value": ("seconds = NULL", "NULL is not expected here"),
    "an end too early": ("seconds >", "it ends too early"),
    "a list that does not end": ("seconds IN (1, 2", ") is missing before the end"),
    "words behind it": ("matched seconds", "seconds is not expected here"),
    "a chain without end": (" OR ".join(["matched"] * 1000), "it is too long"),
    "nested without end": ("(" * 60 + "matched" + ")" * 60, "it is nested too deeply"),
    "nothing": (" ", "it ends too early"),
}


@pytest.mark.parametrize("condition", GOOD)
def test_comparisons_of_columns_are_conditions(condition: str) -> None:
    check_condition(condition, COLUMNS)


@pytest.mark.parametrize(("condition", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_anything_else_is_refused(condition: str, why: str) -> None:
    with pytest.raises(BadCondition) as refused:
        check_condition(condition, COLUMNS)
    assert why in str(refused.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(REFERENCE, tmp_path / "reference")


def refused_by(folder: Path, text: str) -> BadReference:
    """The error for an `audiences.toml` of this text."""
    (folder / "audiences.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadReference) as refused:
        check_audiences(load_reference(folder))
    return refused.value


FIRST = '[all]\ndescription = "Everybody"\nwhere = "users >= 0"\n\n'


def test_a_condition_is_refused_with_audience_file_and_line(folder: Path) -> None:
    error = refused_by(folder, FIRST + '[heavy]\ndescription = "Much"\nwhere = "minutes > 100"\n')
    assert "the audience heavy has a condition that can't be used: there is no column minutes" in str(error)
    assert (Path(error.where.file).name, error.where.line) == ("audiences.toml", 7)
    assert error.remedy


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ('[Heavy]\ndescription = "x"\nwhere = "matched"\n', "the name is not in lower-case letters"),
        ('[heavy]\nwhere = "matched"\n', "description of [heavy]: is missing"),
        ('[heavy]\ndescription = "x"\nwhere = 3\n', "is not a text"),
        ('[heavy]\ndescription = "x"\nwhere = "matched"\nlimit = 3\n', "is not an entry of an audience"),
    ],
    ids=["name", "description", "condition", "another entry"],
)
def test_an_entry_is_refused_with_its_file(folder: Path, entry: str, what: str) -> None:
    error = refused_by(folder, FIRST + entry)
    assert what in str(error)
    assert "audiences.toml" in str(error)
