"""SQL predicates over one row, for the row rules of tables. Both engines understand them alike.

What a particular table must satisfy is in its own file.
"""

from collections.abc import Iterable

from c360_assets.reference.categories import CATEGORIES

CLOSE = "1e-9"
"""How far apart two figures may be that are equal but for the rounding of doubles."""


def all_of(predicates: Iterable[str]) -> str:
    """All of the predicates at once."""
    return " and ".join(f"({predicate})" for predicate in predicates)


def first_value(columns: Iterable[str]) -> str:
    """The first value of several columns that is not null; null if all are."""
    return f"coalesce({', '.join(columns)})"


def null_together(side: str, columns: Iterable[str]) -> str:
    """Each of the columns is null exactly where `side` is null."""
    return all_of(f"({side} is null) = ({name} is null)" for name in columns)


def in_month(first: str, last: str) -> str:
    """Both days are in the row's month, in this order."""
    return f"{first} <= {last} and trunc({first}, 'month') = month and trunc({last}, 'month') = month"


def figure_of(category: str, prefix: str) -> str:
    """The figure, `<prefix>_<code>`, of the category that a column names."""
    cases = " ".join(f"when '{code}' then {prefix}_{code}" for code in CATEGORIES)
    return f"case {category} {cases} end"
