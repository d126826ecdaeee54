"""Two tables side by side: the same rows, in whatever order?"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]

TOLERANCE = 1e-12
SHOWN = 5


def differences(
    expected: list[Row],
    actual: list[Row],
    key: Sequence[str] = (),
    skip: Iterable[str] = frozenset({"search_id"}),
    shown: int = SHOWN,
) -> list[str]:
    """What differs, readable, at most `shown` rows; `[]` where both hold the same rows.

    Rows are a multiset. With a key, rows of the same key are laid side by side; doubles may differ by 1e-12
    of their size. Columns in `skip` are not looked at; a key of skipped columns only does not count.
    """
    skipped = set(skip)
    key = [name for name in key if name not in skipped]
    wanted, found = _groups(expected, key, skipped), _groups(actual, key, skipped)
    told = []
    for value in sorted(wanted.keys() | found.keys()):
        told += _group_differences(wanted.get(value, []), found.get(value, []), key)
    if len(told) > shown:
        told[shown:] = [f"... and {len(told) - shown} more"]
    if told and len(expected) != len(actual):
        told.insert(0, f"{len(expected)} rows expected, {len(actual)} found")
    return told


def _plain(value: Any) -> Any:
    """A time as naive UTC; everything else as it is."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _order(value: Any) -> tuple:
    """Values of every type and null, in one order."""
    return (value is not None, type(value).__name__, "" if value is None else value)


def _groups(rows: list[Row], key: Sequence[str], skipped: set[str]) -> dict[tuple, list[Row]]:
    """The rows by key (all in one group without one), each without skipped columns."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        plain = {name: _plain(value) for name, value in row.items() if name not in skipped}
        groups.setdefault(tuple(_order(plain.get(name)) for name in key), []).append(plain)
    return groups


def _row_order(row: Row) -> list[tuple]:
    return [(name, *_order(row[name])) for name in sorted(row)]


def _group_differences(wanted: list[Row], found: list[Row], key: Sequence[str]) -> list[str]:
    """Equal rows taken away, what is left over on both sides."""
    missing, extra = _left_over(wanted, found), []
    for row in _left_over(found, wanted):
        place = next((place for place, other in enumerate(missing) if _equal(other, row)), None)
        if place is None:
            extra.append(row)
        else:
            del missing[place]
    if key and len(missing) == len(extra) == 1:
        return [_changed(missing[0], extra[0], key)]
    return [f"missing: {_show(row)}" for row in missing] + [f"unexpected: {_show(row)}" for row in extra]


def _left_over(rows: list[Row], others: list[Row]) -> list[Row]:
    """The rows, sorted, that have no exact equal among the others."""
    equals = Counter(tuple(_row_order(row)) for row in others)
    left = []
    for row in sorted(rows, key=_row_order):
        exact = tuple(_row_order(row))
        if equals[exact]:
            equals[exact] -= 1
        else:
            left.append(row)
    return left


def _equal(one: Row, other: Row) -> bool:
    return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)


def _same(one: Any, other: Any) -> bool:
    """Equal in value and type, doubles but for rounding."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or math.isclose(one, other, rel_tol=TOLERANCE)
    return one == other


def _changed(wanted: Row, found: Row, key: Sequence[str]) -> str:
    """The columns of one key that differ."""
    columns = [
        f"{name}: expected {_value(wanted, name)}, found {_value(found, name)}"
        for name in dict.fromkeys([*wanted, *found])
        if name not in wanted or name not in found or not _same(wanted[name], found[name])
    ]
    return f"{_show({name: wanted.get(name) for name in key})}: {'; '.join(columns)}"


def _value(row: Row, name: str) -> str:
    return _text(row[name]) if name in row else "no such column"


def _show(row: Row) -> str:
    return ", ".join(f"{name}={_text(value)}" for name, value in row.items())


def _text(value: Any) -> str:
    """A date or time as people write it; everything else as Python does."""
    return str(value) if isinstance(value, date) else repr(value)
