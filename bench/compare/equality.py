"""Whether two sets of tables are equal, row for row: a rival's folder beside the project's lake.

Of every rival the final tables; of one that keeps every record, all tables with all their columns, day by day. Doubles may
differ by 1e-12 of their size, everything else by nothing. Whether a file says that its times are UTC is not compared: the
contract has local times, as logged.
"""

from collections.abc import Iterator
from datetime import date
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
KEPT = {name: table.key for name, table in TABLES.items() if table.unit != "month"}
"""The other tables, of days and of links, and their keys within a day. Where there is no key, all columns are."""
TOLERANCE = 1e-12
EXAMPLES = 3


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """A table of a folder: a Delta table, a parquet file, or a folder of them by partition."""
    return scan_table(folder, name).collect()


def scan_table(folder: Path, name: str) -> pl.LazyFrame:
    """As `read_table`, but read only when needed. Raises NotEqual if there is no such table."""
    file = folder / f"{name}.parquet"
    if file.exists():
        return pl.scan_parquet(file)
    if (folder / name / "_delta_log").exists():
        return pl.scan_delta(str(folder / name))
    if not any((folder / name).rglob("*.parquet")):
        raise NotEqual(f"{name}: there is no such table in {folder}")
    return pl.scan_parquet(folder / name / "**" / "*.parquet", hive_partitioning=True, try_parse_hive_dates=True)


def require_equal(lake: Path, out: Path, keeps_records: bool = False) -> dict[str, int]:
    """The rows of each table, where all of `out` equal those of `lake`.

    The tables of days and links are compared where `out` is said to have them. Raises NotEqual for the first table that
    differs.
    """
    rows = {
        name: _require_equal(name, read_table(lake, name), read_table(out, name), [*key]) for name, key in KEYS.items()
    }
    for name, key in KEPT.items() if keeps_records else ():
        rows[name] = sum(_require_equal(name, *sides, [*key]) for sides in _by_day(lake, out, name))
    return rows


def _by_day(lake: Path, out: Path, name: str) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Both sides of a table, one day at a time: a month of records does not fit in memory."""
    sides = [scan_table(folder, name) for folder in (lake, out)]
    if TABLES[name].unit is None:
        yield sides[0].collect(), sides[1].collect()
        return
    days: list[list[date]] = [side.select("log_date").unique().collect()["log_date"].sort().to_list() for side in sides]
    if days[0] != days[1]:
        raise NotEqual(f"{name}: days {sorted({*days[0]} ^ {*days[1]})} are in one only")
    for day in days[0]:
        expected, actual = (side.filter(pl.col("log_date") == day).collect() for side in sides)
        yield expected, actual


def _require_equal(name: str, expected: pl.DataFrame, actual: pl.DataFrame, key: list[str]) -> int:
    if set(expected.columns) != set(actual.columns):
        raise NotEqual(f"{name}: columns {sorted(set(expected.columns) ^ set(actual.columns))} are in one only")
    key = key or sorted(expected.columns)
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
    expected, actual = (
        side.dt.replace_time_zone(None) if side.dtype == pl.Datetime else side for side in (expected, actual)
    )
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
