"""Conditions of audiences mean the same to the engine as to SQLite, nulls included."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from c360_assets.profile import audience_members
from c360_assets.reference.audiences import Audience
from c360_assets.reference.conditions import check_condition
from resources.errors import Where
from tests.model.audiences import members

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

COLUMNS = {
    "searches": "number", "share_kids": "number", "lifecycle": "text", "matched": "boolean", "month": "date",
    "last_watched": "date",
}  # fmt: skip
VALUES = {
    "number": ("0", "2", "3", "0.2", "0.5"),
    "text": ("'new'", "'đã xem'", "''"),
    "boolean": ("TRUE", "FALSE"),
    "date": ("month", "last_watched"),
}
MONTH = date(2022, 5, 1)


def condition(choose: random.Random, depth: int = 3) -> str:
    """Any condition over the columns."""
    if depth and choose.random() < 0.6:
        one, other = condition(choose, depth - 1), condition(choose, depth - 1)
        return choose.choice((f"({one} AND {other})", f"({one} OR {other})", f"NOT ({one})"))
    column = choose.choice([*COLUMNS])
    kind = COLUMNS[column]
    one, other = choose.choice(VALUES[kind]), choose.choice(VALUES[kind])
    if kind == "number":
        one = choose.choice(
            (one, f"{one} * searches * 9999999999 * 9999999999", f"{one} * searches - 1", f"share_kids + {one}")
        )
    forms = [f"{column} {sign} {one}" for sign in ("=", "<>", "<", ">=")]
    forms += [f"{column} IS NULL", f"{column} IS NOT NULL", f"{column} NOT BETWEEN {one} AND {other}"]
    if kind != "date":
        forms.append(f"{column} IN ({choose.choice(VALUES[kind])}, {other})")
    return choose.choice(forms)


def customers() -> list[dict[str, object]]:
    """Every pair of a few values of each column, nulls among them."""
    choose = random.Random(1)
    values = {
        "searches": (0, 2, 3, None), "share_kids": (0.0, 0.2, 0.5, 0.1 + 0.1, None),
        "lifecycle": ("new", "đã xem", "", None), "matched": (True, False),
        "last_watched": (MONTH, date(2022, 4, 30), date(2022, 5, 9), None),
    }  # fmt: skip
    return [
        {
            "month": MONTH,
            "customer_id": f"contract:{number}",
            "contract": f"{number}",
            "user_id": None,
            **{name: choose.choice(of) for name, of in values.items()},
        }
        for number in range(60)
    ]


def test_members_are_those_of_the_plain_model(session, reference, tmp_path: Path) -> None:
    choose = random.Random(7)
    conditions = {f"a{number}": condition(choose) for number in range(80)}
    for text in conditions.values():
        check_condition(text, COLUMNS)
    audiences = tuple(Audience(name, "any", text, Where()) for name, text in conditions.items())
    rows = customers()
    schema = (
        "month date, customer_id string, contract string, user_id string, searches bigint, share_kids double, "
        "lifecycle string, matched boolean, last_watched date"
    )
    frame = session.createDataFrame([tuple(row.values()) for row in rows], schema)
    found = audience_members.members(frame, replace(reference, audiences=audiences)).collect()
    expected = members(rows, conditions)
    assert {name: {row.customer_id for row in found if row.audience == name} for name in conditions} == expected
    assert sum(map(bool, expected.values())) > 20, "most conditions are met by someone"
