"""Every column of text is known to be personal or not, and every table with personal values says how they are erased."""

import pytest

from c360_assets.privacy.registry import ERASED_BY, IMPERSONAL
from c360_assets.tables import TABLES

pytestmark = pytest.mark.unit

TEXTS = {
    (table.name, column.name): column
    for table in TABLES.values()
    for column in table.columns
    if "string" in column.type
}


def test_every_column_of_text_is_personal_or_known_not_to_be() -> None:
    undecided = [place for place, column in TEXTS.items() if not column.personal and column.name not in IMPERSONAL]
    assert undecided == []


def test_no_column_is_both() -> None:
    assert {column.name for column in TEXTS.values() if column.personal} & IMPERSONAL == set()


def test_every_table_with_personal_values_says_how_they_are_erased() -> None:
    assert {name for name, table in TABLES.items() if any(column.personal for column in table.columns)} == set(
        ERASED_BY
    )
