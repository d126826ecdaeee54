"""Which columns a CSV or parquet file must have, and the error for a file that lacks them."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from resources.errors import LandingError, Where
from resources.landing.field_names import field_names
from resources.landing.layout import FileSplit, Layout


def lacking(layout: Layout, names: Sequence[str]) -> list[str]:
    """The needed fields that none of these names stands for."""
    found = field_names(layout).find(names)
    return [field for field in layout.needed if field not in found]


def refuse_missing(split: FileSplit, missing: Sequence[str]) -> NoReturn:
    """Raises LandingError for a file that lacks needed columns."""
    raise missing_columns(split.name, missing)


def missing_columns(file: str, missing: Sequence[str]) -> LandingError:
    """The error for a file that lacks needed columns."""
    columns = ", ".join(missing)
    what = f"column {columns} is missing" if len(missing) == 1 else f"columns {columns} are missing"
    remedy = f"Land the file again with the missing column{'s' if len(missing) > 1 else ''}."
    return LandingError(what, remedy, Where(file=file, column=columns))


def refuse_doubled(layout: Layout, split: FileSplit, names: Sequence[str], found: Mapping[str, str]) -> None:
    """Raises LandingError if the name that a needed field is found by occurs twice."""
    doubled = [field for field in layout.needed if field in found and names.count(found[field]) > 1]
    if doubled:
        columns = ", ".join(doubled)
        where = Where(file=split.name, column=columns)
        what = f"column {columns} occurs twice" if len(doubled) == 1 else f"columns {columns} occur twice"
        raise LandingError(what, "Land the file again with each column once.", where)
