"""Whether two sets of final tables are equal, row for row: a rival's folder beside the project's lake.

Doubles may differ by 1e-12 of their size, everything else by nothing.
"""

from pathlib import Path

import polars as pl

from bench.errors import NotEqual
from c360_assets.tables import TABLES

KEYS = {
    name: tuple(dict.fromkeys((str(table.partition_column), *table.key)))
    for name, table in TABLES.items()
    if table.unit == "month"
}
"""The final tables, which are those of a month, and their keys in the lake."""
TOLERANCE = 1e-12
EXAMPLES = 3


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """A table of a folder: a Delta table, or a parquet file."""
    file = folder / f"{name}.parquet"
    return pl.read_parquet(file) if file.exists() else pl.read_delta(str(folder / name))


def require_equal(lake: Path, out: Path) -> dict[str, int]:
    """The rows of each table, where all of `out` equal those of `lake`.

    Raises NotEqual for the first table that differs.
    """
    return {name: _require_equal(name, read_table(lake, name), read_table(out, name)) for name in KEYS}


def _require_equal(name: str, expected: pl.DataFrame, actual: pl.DataFrame) -> int:
    key = list(KEYS[name])
    if set(expected.columns) != set(actual.columns):
        raise NotEqual(f"{name}: columns {sorted(set(expected.columns) ^ set(actual.columns))} are in one only")
    if expected.height != actual.height:
        raise NotEqual(
            f"{name}: {expected.height:,} rows expected, {actual.height:,} found{_unmatched(expected, actual, key)}"
        )
    expected, actual = expected.sort(key), actual.select(expected.columns).sort(key)
    for column in expected.columns:
        differs = _differs(name, expected[column], actual[column])
        if differs.any():
            sides = pl.DataFrame(
                {**{part: expected[part] for part in key}, "expected": expected[column], "found": actual[column]}
            )
            rows = sides.filter(differs).head(EXAMPLES).rows(named=True)
            raise NotEqual(f"{name}.{column}: {differs.sum():,} of {expected.height:,} rows differ: {rows}")
    return expected.height


def _differs(name: str, expected: pl.Series, actual: pl.Series) -> pl.Series:
    """Row by row, whether two columns differ; a null equals only a null."""
    if _kind(expected.dtype) != _kind(actual.dtype):
        raise NotEqual(f"{name}.{expected.name}: {expected.dtype} expected, {actual.dtype} found")
    if expected.dtype.is_float():
        near = (expected - actual).abs() <= TOLERANCE * pl.DataFrame(
            {"a": expected.abs(), "b": actual.abs()}
        ).max_horizontal()
        return ~(near | (expected.is_null() & actual.is_null())).fill_null(False)
    return expected.ne_missing(actual.cast(expected.dtype))


def _kind(dtype: pl.DataType) -> str:
    """A type without its width."""
    for kind in ("integer", "float"):
        if getattr(dtype, f"is_{kind}")():
            return kind
    return "text" if dtype in (pl.String, pl.Categorical, pl.Enum) else str(dtype)


def _unmatched(expected: pl.DataFrame, actual: pl.DataFrame, key: list[str]) -> str:
    missing = expected.join(actual, on=key, how="anti", nulls_equal=True).select(key).head(EXAMPLES).rows()
    extra = actual.join(expected, on=key, how="anti", nulls_equal=True).select(key).head(EXAMPLES).rows()
    return f"; missing {missing}, unexpected {extra}"
