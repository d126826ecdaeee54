"""The one way into the lake, on real tables: what is refused, what is replaced, what survives other writers."""

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import polars as pl
import pytest
from deltalake import DeltaTable
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.contracts.table import ColumnSpec, TableSpec
from resources.errors import ContractError
from resources.lake import tables
from resources.lake.tables import Lake, check_frame, with_retries
from tests.support.homes import engine

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

ONE, TWO = date(2022, 4, 1), date(2022, 4, 2)
CLICKS = TableSpec(
    "clicks",
    "What was clicked on a day.",
    group="test",
    unit="day",
    key=("who",),
    columns=(
        ColumnSpec("who", "string", "Who clicked"),
        ColumnSpec("clicks", "bigint", "How often", nullable=True),
        ColumnSpec("share", "double", "Of all clicks", nullable=True),
    ),
)
LINKS = TableSpec("links", "Without partitions.", "test", None, ("who",), (ColumnSpec("who", "string", "Who"),))
DDL = "who string, clicks bigint, share double"
ROWS = [("ann", 1, 0.1), ("bob", None, None)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(str(tmp_path / "lake"), engine())


@pytest.fixture(scope="module")
def rows_of(session) -> Callable[..., DataFrame]:
    """Makes frames; of CLICKS, unless another schema is given."""

    def make(rows: list[tuple] = ROWS, ddl: str = DDL) -> DataFrame:
        return session.createDataFrame(rows, ddl)

    return make


def held(lake: Lake, table: TableSpec = CLICKS) -> list[tuple]:
    """The rows of a table, sorted."""
    rows = pl.scan_delta(lake.uri(table.name)).collect()
    return rows.sort(rows.columns).rows()


def versions(lake: Lake) -> int:
    """The version of CLICKS."""
    return DeltaTable(lake.uri(CLICKS.name)).version()


@pytest.mark.parametrize(
    ("rows", "ddl", "reason"),
    [
        ([("ann", 1)], "who string, clicks bigint", "share is missing"),
        ([("ann", 1, 0.1, 2)], f"{DDL}, more int", "more is not in the contract"),
        ([("ann", 1, 0.1)], "who string, clicks int, share double", "clicks is int, not bigint"),
        ([("ann", 1, "0.1")], "who string, clicks bigint, share string", "share is string, not double"),
        ([("ann", 1, 0.1, ONE)], f"{DDL}, log_date date", "log_date is not in the contract"),
    ],
    ids=["a column too few", "a column too many", "another whole type", "text for a number", "its own partition"],
)
def test_a_frame_off_contract_is_refused_and_nothing_is_written(lake, rows_of, rows, ddl, reason) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    before = (held(lake), versions(lake))
    with pytest.raises(ContractError, match=rf"clicks: the rows do not fit the table: {reason}\. Nothing was written"):
        lake.write(CLICKS, ONE, rows_of(rows, ddl), "second")
    assert (held(lake), versions(lake)) == before


def test_all_that_does_not_fit_is_told_at_once(lake, rows_of) -> None:
    with pytest.raises(ContractError, match=r"share is missing; more is not in the contract; clicks is int"):
        lake.write(CLICKS, ONE, rows_of([("ann", 1, 2)], "who string, clicks int, more int"), "first")


def test_frames_of_one_maker_are_looked_at_once_and_never_taken_for_those_of_another(
    lake, rows_of, monkeypatch
) -> None:
    looked_at = []
    monkeypatch.setattr(tables, "check_frame", lambda *of: looked_at.append(of) or check_frame(*of))
    monkeypatch.setattr(tables, "_FITTING", set())
    misfit = rows_of([("ann", 1, 0.1, 2)], f"{DDL}, more int")
    for _ in range(2):
        with pytest.raises(ContractError):
            lake.write(CLICKS, ONE, misfit, "first", made_by="a")
    for maker in ("a", "a", "b", None, None):
        lake.write(CLICKS, ONE, rows_of(), "second", made_by=maker)
    with pytest.raises(ContractError):
        lake.write(CLICKS, ONE, misfit, "third", made_by="c")
    assert len(looked_at) == 7, "twice and once of a, b, twice of nobody, c"


def test_columns_in_another_order_are_put_in_order(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of([(0.1, 1, "ann")], "share double, clicks bigint, who string"), "first")
    assert held(lake) == [(ONE, "ann", 1, 0.1)]


def test_null_where_none_may_be_is_refused(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    before = (held(lake), versions(lake))
    with pytest.raises(Exception, match=r"(?i)null"):
        lake.write(CLICKS, ONE, rows_of([("ann", 1, 0.1), (None, 2, 0.2)]), "second")
    assert (held(lake), versions(lake)) == before


def test_a_partitioned_table_needs_a_partition(lake, rows_of) -> None:
    with pytest.raises(ContractError, match="say which partition"):
        lake.write(CLICKS, None, rows_of(), "first")


def test_an_empty_frame_empties_its_partition_and_no_other(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    lake.write(CLICKS, TWO, rows_of(), "second")
    done = lake.write(CLICKS, ONE, rows_of().where(F.lit(False)), "third")
    assert held(lake) == [(TWO, "ann", 1, 0.1), (TWO, "bob", None, None)]
    assert (done.partition_rows, done.rows) == (0, 2)


def test_a_partition_is_replaced_and_the_others_stay(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    lake.write(CLICKS, TWO, rows_of(), "second")
    done = lake.write(CLICKS, TWO, rows_of([("cat", 3, 0.3)]), "third")
    assert held(lake) == [(ONE, "ann", 1, 0.1), (ONE, "bob", None, None), (TWO, "cat", 3, 0.3)]
    assert (done.partition_rows, done.rows) == (1, 3)


def test_a_table_without_partitions_is_replaced_whole(lake, rows_of) -> None:
    for names in (["ann", "bob"], ["cat"], []):
        lake.write(LINKS, None, rows_of([(name,) for name in names], "who string"), "why")
        assert held(lake, LINKS) == [(name,) for name in names]


def test_the_same_write_twice_changes_no_row(lake, rows_of) -> None:
    first = lake.write(CLICKS, ONE, rows_of(), "first")
    before = held(lake)
    second = lake.write(CLICKS, ONE, rows_of(), "second")
    assert held(lake) == before
    assert (first.rows, first.partition_rows) == (second.rows, second.partition_rows)


def test_a_commit_tells_what_it_was_made_by(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of(), "dagster run 1234")
    assert DeltaTable(lake.uri(CLICKS.name)).history(1)[0]["userMetadata"] == "dagster run 1234"


def test_figures_are_those_of_the_files(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    done = lake.write(CLICKS, TWO, rows_of([("cat", 3, 0.3)]), "second")
    files = [path for path in Path(lake.uri(CLICKS.name)).rglob("*.parquet") if "_delta_log" not in path.parts]
    mine = [path.stat().st_size for path in files if f"log_date={TWO}" in str(path)]
    assert (done.partition_rows, done.partition_files, done.partition_bytes) == (1, len(mine), sum(mine))
    assert (done.rows, done.table_bytes) == (3, sum(path.stat().st_size for path in files))


def test_a_table_never_made_is_empty(lake) -> None:
    assert lake.read(CLICKS).count() == 0
    assert lake.read(CLICKS, ONE, TWO).count() == 0


def test_a_window_reads_its_partitions_only(lake, rows_of) -> None:
    for place in range(4):
        lake.write(CLICKS, ONE + timedelta(days=place), rows_of([(f"p{place}", place, 0.0)]), "why")
    assert sorted(row["who"] for row in lake.read(CLICKS, TWO, TWO + timedelta(days=1)).collect()) == ["p1", "p2"]
    assert [row["who"] for row in lake.read(CLICKS, TWO, TWO).collect()] == ["p1"]
    assert lake.read(CLICKS).count() == 4


def test_writers_at_once_lose_nothing(lake, rows_of) -> None:
    """Two lakes over one folder, as two processes have them, each with partitions of its own."""
    lakes = (lake, Lake(lake.root, engine()))
    days = [ONE + timedelta(days=place) for place in range(6)]
    frames = [rows_of([(f"who {place}", place, place / 7)]) for place in range(6)]

    def write(writer: int) -> None:
        for place in range(writer, 6, 2):
            lakes[writer].write(CLICKS, days[place], frames[place], f"writer {writer}")

    with ThreadPoolExecutor(2) as writers:
        list(writers.map(write, range(2)))
    assert held(lake) == [(days[place], f"who {place}", place, place / 7) for place in range(6)]


def test_of_writers_that_make_a_table_at_the_same_moment_none_fails(tmp_path: Path) -> None:
    writers, rounds = 4, 25
    together = Barrier(writers)

    def make(_: int) -> list[int | str]:
        found: list[int | str] = []
        for number in range(rounds):
            lake = Lake(str(tmp_path / str(number)), engine())
            together.wait(60)
            try:
                found.append(lake.version(CLICKS))
            except Exception as error:  # told at the end, so that the others don't wait for this one
                found.append(repr(error))
        return found

    with ThreadPoolExecutor(writers) as pool:
        assert list(pool.map(make, range(writers))) == [[0] * rounds] * writers


@pytest.fixture
def broken_saves(monkeypatch: pytest.MonkeyPatch, rows_of) -> Callable[[list[str]], list[str]]:
    """Lets the next commits fail with these messages; what is left of the list tells how many did."""

    def break_them(messages: list[str]) -> list[str]:
        writer = type(rows_of().write)
        save = writer.save

        def failing(self, *args, **kwargs):
            if messages:
                raise RuntimeError(messages.pop(0))
            return save(self, *args, **kwargs)

        monkeypatch.setattr(writer, "save", failing)
        return messages

    return break_them


@pytest.mark.parametrize("before", [(), ("cleo",)], ids=["a first commit", "a later one"])
@pytest.mark.parametrize(("table", "partition"), [(CLICKS, ONE), (LINKS, None)], ids=["a partition", "a whole table"])
def test_of_two_that_replace_the_same_rows_at_once_one_is_held(
    lake, session, tmp_path, before, table: TableSpec, partition
) -> None:
    """One has begun to write when another commits: what it began with is gone, and its rows must not come on top."""
    begun, overtaken = tmp_path / "begun", tmp_path / "overtaken"

    def slow(who: str) -> str:
        begun.touch()
        end = time.monotonic() + 60
        while not overtaken.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return who

    def rows(*who: str) -> DataFrame:
        frame = session.createDataFrame([(name,) for name in who], "who string")
        return frame.select("who", *[F.lit(None).cast(c.type).alias(c.name) for c in table.columns if c.name != "who"])

    if before:
        lake.write(table, partition, rows(*before), "before")
    lake.read(table).count()
    with ThreadPoolExecutor(1) as other:
        frame = rows("ann").withColumn("who", F.udf(slow, "string")("who")).select(*[c.name for c in table.columns])
        slower = other.submit(Lake(lake.root, engine()).write, table, partition, frame, "the slower")
        while not begun.exists() and not slower.done():
            time.sleep(0.02)
        lake.write(table, partition, rows("bob"), "the faster")
        overtaken.touch()
        assert slower.result().partition_rows == 1
    assert pl.scan_delta(lake.uri(table.name)).collect()["who"].to_list() == ["ann"]


def test_a_conflict_is_tried_again(lake, rows_of, broken_saves) -> None:
    left = broken_saves(["Failed to commit transaction: 3", "Failed to commit transaction: 4"])
    lake.write(CLICKS, ONE, rows_of(), "why")
    assert left == []
    assert held(lake) == [(ONE, "ann", 1, 0.1), (ONE, "bob", None, None)]


def test_another_error_is_not_tried_again(lake, rows_of, broken_saves) -> None:
    left = broken_saves(["No space left on device", "No space left on device"])
    with pytest.raises(RuntimeError, match="No space"):
        lake.write(CLICKS, ONE, rows_of(), "why")
    assert left == ["No space left on device"]


def test_a_conflict_without_end_is_given_up_after_longer_waits_of_two_seconds_at_most() -> None:
    waits: list[float] = []

    def commit() -> None:
        raise RuntimeError("Failed to commit transaction")

    with pytest.raises(RuntimeError):
        with_retries(commit, waits.append)
    assert len(waits) == 19
    assert all(0.05 * 2 ** min(place, 4) <= wait <= 0.1 * 2 ** min(place, 4) for place, wait in enumerate(waits))


ANOTHER = r"made with another contract \({}\)\. Move its folder away and make it again from the landed files"


@pytest.mark.parametrize(
    ("columns", "unit", "advice"),
    [
        (
            (*CLICKS.columns, ColumnSpec("more", "string", "More", nullable=True)),
            "day",
            r"an earlier release made it, without more\. Run `c360 run`",
        ),
        (CLICKS.columns[:2], "day", ANOTHER.format("share")),
        ((ColumnSpec("who", "bigint", "Who"), *CLICKS.columns[1:]), "day", ANOTHER.format("who")),
        ((*CLICKS.columns[:2], ColumnSpec("share", "double", "Of all clicks")), "day", ANOTHER.format("share")),
        ((ColumnSpec("log_date", "date", "Day"), *CLICKS.columns), None, ANOTHER.format("partition")),
    ],
    ids=["a new column", "a column gone", "another type", "no longer null", "no longer partitioned"],
)
def test_a_table_made_with_another_contract_is_left_alone(lake, rows_of, columns, unit, advice) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    before = (held(lake), versions(lake))
    changed = TableSpec(CLICKS.name, CLICKS.doc, CLICKS.group, unit, CLICKS.key, columns)
    later = Lake(lake.root, engine())
    with pytest.raises(ContractError, match=advice):
        later.write(changed, ONE, rows_of(), "second")
    with pytest.raises(ContractError, match=advice):
        later.read(changed)
    assert (held(lake), versions(lake)) == before


def test_rows_without_a_key_that_are_filtered_out_do_not_fail_the_write(lake, session, tmp_path: Path) -> None:
    """Sail checks NOT NULL below a frame's own filters, if nothing stands between."""
    loose = TableSpec(
        "loose", "Nulls may stand.", "test", "day", (), (ColumnSpec("who", "string", "Who", nullable=True),)
    )
    lake.write(loose, ONE, session.createDataFrame([("ann",), (None,), (" ",)], "who string"), "why")
    landed = lake.read(loose, ONE, ONE)
    kept = landed.where(F.col("who").isNotNull() & (F.trim("who") != "")).select(
        "who", F.lit(1).cast("bigint").alias("clicks"), F.lit(None).cast("double").alias("share")
    )
    lake.write(CLICKS, ONE, kept, "why")
    assert held(lake) == [(ONE, "ann", 1, None)]


DOUBLES = (9.204938554384977, 0.0009522444552911937, 0.009221885624698875, 1 / 3, 1.0422606312651745, 1e-300, -0.1)


@pytest.mark.parametrize("value", DOUBLES)
def test_a_double_is_read_as_it_was_written(lake, rows_of, value: float) -> None:
    """Sail takes a value that is the only one of its file from the table's log, and reads doubles there inexactly."""
    lake.write(CLICKS, ONE, rows_of([("ann", 1, value)]), "why")
    assert [row["share"] for row in lake.read(CLICKS, ONE, ONE).collect()] == [value]


def test_the_log_tells_no_extremes_of_doubles(lake, rows_of) -> None:
    lake.write(CLICKS, ONE, rows_of(), "why")
    logs = sorted(Path(lake.uri(CLICKS.name), "_delta_log").glob("*.json"))
    actions = [json.loads(line) for line in logs[-1].read_text().splitlines()]
    stats = [json.loads(action["add"]["stats"]) for action in actions if "add" in action]
    assert sum(one["numRecords"] for one in stats) == len(ROWS)
    assert not any("share" in one["minValues"] for one in stats)


def test_a_table_that_was_put_back_from_a_copy_is_seen_as_it_is(lake, rows_of, tmp_path) -> None:
    lake.write(CLICKS, ONE, rows_of(), "first")
    earlier, copy = lake.contents(CLICKS), tmp_path / "copy"
    shutil.copytree(lake.uri(CLICKS.name), copy)
    lake.write(CLICKS, TWO, rows_of(), "second")
    assert lake.contents(CLICKS) != earlier
    shutil.rmtree(lake.uri(CLICKS.name))
    copy.rename(lake.uri(CLICKS.name))
    assert lake.contents(CLICKS) == earlier
    assert lake.version(CLICKS) == versions(lake)
    lake.write(CLICKS, TWO, rows_of(), "third")
    assert len(held(lake)) == 2 * len(ROWS)
