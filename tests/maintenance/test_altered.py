"""What is done to a lake outside Customer360 is seen, named, and made again; nothing is made from it."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from c360_assets.cleaning import clean_content
from c360_assets.contracts.raw_reads import EARLIER
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.landing import raw_content
from c360_assets.maintenance import restore as restore_module
from c360_assets.maintenance.restore import restore
from c360_assets.maintenance.upkeep import upkeep
from c360_assets.planning.data_versions import DataVersions
from c360_assets.planning.plan import DayRange
from c360_assets.privacy.purge import purge
from c360_assets.tables import TABLES
from resources.errors import InputChanged, NotRestorable
from resources.lake.contents import NOTHING_LEFT
from resources.lake.provenance import ProvenanceStore
from resources.lake.writer import INPUTS_MOVED
from tests.model.compare import differences
from tests.model.lake import build
from tests.model.tables import KEYS
from tests.support import small_landing as small
from tests.support.homes import REFERENCE, Home
from tests.support.reading import differing, frame

pytestmark = pytest.mark.engine

APRIL, ITEM = small.APRIL, ("clean_content", small.APRIL)


def delete_rows(table: Path) -> None:
    DeltaTable(str(table)).delete("log_date = '2022-04-01' and seconds > 100")


def append_rows(table: Path) -> None:
    rows = pl.read_delta(str(table)).filter(pl.col("log_date") == APRIL).head(1)
    rows.write_delta(str(table), mode="append")


def restore_an_earlier_version(table: Path) -> None:
    delta = DeltaTable(str(table))
    delta.restore(0)


def remove_a_data_file(table: Path) -> None:
    data_file(table).unlink()


def cut_a_data_file(table: Path) -> None:
    path = data_file(table)
    path.write_bytes(path.read_bytes()[:-20])


def data_file(table: Path) -> Path:
    return next((table / "log_date=2022-04-01").glob("*.parquet"))


def lose_the_newest_commits(table: Path) -> None:
    logs = sorted((table / "_delta_log").glob("*.json"))
    for path in logs[1:]:
        path.unlink()
    for path in (table / "_delta_log").glob("*.crc"):
        path.unlink()


def assert_made_as_landed(home: Home) -> None:
    """All tables but raw_content, which may hold a restored day, are those of the plain model."""
    expected = build(home.landing, REFERENCE)
    for name in TABLES:
        if name != "raw_content":
            assert not differences(expected[name], home.rows(name), KEYS[name]), name


WAYS: dict[Callable[[Path], None], str] = {
    delete_rows: r"commit \d+, DELETE",
    append_rows: r"commit \d+, WRITE",
    restore_an_earlier_version: r"commit \d+, RESTORE",
    remove_a_data_file: "its data file .* is gone or damaged",
    cut_a_data_file: "its data file .* is gone or damaged",
    lose_the_newest_commits: "its commit is no longer in the table's log",
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_change_by_another_hand_is_named_and_made_again(made: Home, made_once: Home, way: Callable) -> None:
    way(made.lake / "clean_content")
    plan = made.planner.plan(DayRange())
    assert re.fullmatch(WAYS[way], plan.altered[ITEM])
    assert plan.causes[ITEM] == "altered"
    outcome = made.run_directly()
    assert outcome.ok
    assert ITEM in outcome.altered
    assert {table for table, _ in made.commits} == {"clean_content"}
    assert differing(made.lake, made_once.lake) == []
    assert made.run_directly().planned == 0


@pytest.mark.parametrize("way", [remove_a_data_file, cut_a_data_file])
def test_a_raw_day_that_is_lost_for_good_is_accepted_as_empty(made: Home, c360, way: Callable) -> None:
    """Nothing is left to restore it from, so its month would wait forever."""
    for day in (APRIL, date(2022, 4, 2)):
        small.content_path(made.landing, day).unlink()
    file, before = data_file(made.lake / "raw_content"), Counter(row["log_date"] for row in made.rows("raw_content"))
    way(made.lake / "raw_content")
    assert not made.run_directly().ok
    newest = DeltaTable(str(made.lake / "raw_content")).version()
    words = ("restore", "raw_content", "--version", str(newest), "--yes")
    done = c360(*words, root=made.root)
    if way is cut_a_data_file:
        assert (done.status, "is damaged. Move it away, and run the same command again" in done.err) == (2, True)
        assert not made.run_directly().ok
        file.unlink()
        done = c360(*words, root=made.root)
    assert done.status == 0, done
    assert made.run_directly().ok
    raw = Counter(row["log_date"] for row in made.rows("raw_content"))
    assert raw[APRIL] < before[APRIL]
    assert {row["log_date"]: row["landed_rows"] for row in made.rows("ledger_content") if row["landed_rows"]} == raw
    assert made.run_directly().planned == 0


def test_a_restore_that_was_stopped_after_it_took_lost_files_out_is_ended_by_the_same(
    made: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.content_path(made.landing, APRIL).unlink()
    remove_a_data_file(made.lake / "raw_content")
    newest = DeltaTable(str(made.lake / "raw_content")).version()
    words = (str(made.lake), "raw_content", "log_date", newest)
    calls, record = [], restore_module._record

    def stopped_at_the_second(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        record(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("c360_assets.maintenance.restore._record", stopped_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            restore(*words)
    assert DeltaTable(str(made.lake / "raw_content")).version() == newest + 1
    assert [one.partition for one in restore(*words)] == [APRIL]
    assert DeltaTable(str(made.lake / "raw_content")).version() == newest + 1
    assert made.run_directly().ok
    assert restore(*words) == []


def test_a_raw_table_that_is_lost_for_good_is_created_empty(made: Home, c360) -> None:
    shutil.rmtree(made.landing / "log_search")
    (made.landing / "log_search").mkdir()
    shutil.rmtree(made.lake / "raw_search")
    assert not made.run_directly().ok
    told = c360("restore", "raw_search", "--version", "0", root=made.root)
    assert (told.status, "restore it with --version 0 and --yes" in told.err) == (2, True)
    assert not (made.lake / "raw_search" / "_delta_log").exists()
    assert c360("restore", "raw_search", "--version", "0", "--yes", root=made.root).status == 0
    made._built = None
    assert made.run_directly().ok
    assert made.rows("clean_search") == []
    assert made.run_directly().planned == 0


@pytest.mark.parametrize("log_date", [APRIL, date(2022, 4, 2)], ids=["of another day", "of the same"])
def test_a_restore_that_another_writer_overtakes_accepts_nothing(
    made: Home, monkeypatch: pytest.MonkeyPatch, log_date: date
) -> None:
    remove_a_data_file(made.lake / "raw_content")
    uri = str(made.lake / "raw_content")
    repair = DeltaTable.repair

    def overtaken(table: DeltaTable, dry_run: bool = False, **more: object) -> object:
        if not dry_run:
            pl.scan_delta(uri).filter(pl.col("log_date") == date(2022, 4, 2)).head(1).collect().with_columns(
                log_date=pl.lit(log_date)
            ).write_delta(uri, mode="append")
        return repair(table, dry_run, **more)

    monkeypatch.setattr(DeltaTable, "repair", overtaken)
    with pytest.raises(NotRestorable, match="another writer changed the table meanwhile"):
        restore(str(made.lake), "raw_content", "log_date", DeltaTable(uri).version())


def test_a_raw_day_that_is_no_longer_landed_is_reported_and_kept(made: Home) -> None:
    small.content_path(made.landing, APRIL).unlink()
    DeltaTable(str(made.lake / "raw_content")).delete("log_date = '2022-04-01' and contract = '0'")
    outcome = made.run_directly()
    assert not outcome.ok
    (told,) = outcome.problems
    assert re.match(r"raw_content 2022-04-01: changed outside Customer360 \(commit \d+, DELETE\)\. Land it again", told)
    assert made.commits == []


def test_a_raw_day_without_provenance_that_is_no_longer_landed_is_reported_until_it_is_kept(made: Home) -> None:
    """As a run leaves it that was killed between commit and record, or a copy of the lake without its provenance."""
    day, before = date(2022, 4, 3), frame(made.lake, "customer360")
    small.land_content(made.landing, day)
    assert made.run_directly().ok
    both = frame(made.lake, "customer360")
    assert not both.equals(before)
    small.content_path(made.landing, day).unlink()
    for table in TABLES:
        if TABLES[table].unit == "day":
            ProvenanceStore(str(made.lake)).forget(table, day)
    small.land_content(made.landing, date(2022, 4, 4))
    for everything in (False, True):
        outcome = made.run_directly(everything=everything)
        (told,) = outcome.problems
        assert re.match(
            rf"raw_content {day}: changed outside Customer360 \(commit \d+ has no provenance\)\. Land", told
        )
        assert outcome.blocked["clean_content", day] == f"raw_content {day} was changed outside Customer360"
        assert outcome.waits_for["customer360", APRIL] == ("raw_content", day)
    assert frame(made.lake, "customer360").equals(both)
    newest = DeltaTable(str(made.lake / "raw_content")).version()
    (kept,) = restore(str(made.lake), "raw_content", "log_date", newest)
    assert (kept.partition, kept.rows_now) == (day, kept.rows_then)
    assert DeltaTable(str(made.lake / "raw_content")).version() == newest
    assert made.run_directly().ok
    small.land_content(made.landing, day)
    assert_made_as_landed(made)


def test_a_day_that_an_older_copy_of_its_raw_table_lacks_is_reported_until_that_is_accepted(made: Home) -> None:
    """Its clean rows and its ledger tell of it, and it is no longer landed."""
    day, raw = date(2022, 4, 3), made.lake / "raw_content"
    shutil.copytree(raw, made.root / "copy")
    small.land_content(made.landing, day)
    assert made.run_directly().ok
    both = frame(made.lake, "customer360")
    small.content_path(made.landing, day).unlink()
    shutil.rmtree(raw)
    shutil.copytree(made.root / "copy", raw)
    small.land_content(made.landing, date(2022, 4, 4))
    for everything in (False, True):
        outcome = made.run_directly(everything=everything)
        (told,) = outcome.problems
        assert told.startswith(f"raw_content {day}: changed outside Customer360 ({NOTHING_LEFT}). Land it again")
        assert outcome.waits_for["customer360", APRIL] == ("raw_content", day)
    assert frame(made.lake, "customer360").equals(both)
    (kept,) = restore(str(made.lake), "raw_content", "log_date", DeltaTable(str(raw)).version())
    assert (kept.partition, kept.rows_now, kept.rows_then) == (day, 0, 0)
    assert made.run_directly().ok
    expected = build(made.landing, REFERENCE)
    for name in TABLES:
        if not name.startswith(("raw_", "ledger_")):
            assert not differences(expected[name], made.rows(name), KEYS[name]), name
    assert [row["landed_rows"] for row in made.rows("ledger_content") if row["log_date"] == day] == [0]


@pytest.fixture
def earlier(made: Home) -> Home:
    """A lake whose raw table is a copy from before a day was delivered again. That day is no longer landed."""
    raw = made.lake / "raw_content"
    shutil.copytree(raw, made.root / "copy")
    small.land_content(made.landing, APRIL, small.WATCHED[:2])
    assert made.run_directly().ok
    small.content_path(made.landing, APRIL).unlink()
    assert made.run_directly().ok
    shutil.rmtree(raw)
    (made.root / "copy").rename(raw)
    return made


def test_an_earlier_delivery_of_an_older_copy_is_reported_until_it_is_accepted(earlier: Home) -> None:
    last = frame(earlier.lake, "customer360")
    small.land_content(earlier.landing, date(2022, 4, 4))
    for everything in (False, True):
        outcome = earlier.run_directly(everything=everything)
        (told,) = outcome.problems
        assert told.startswith(f"raw_content {APRIL}: changed outside Customer360 ({EARLIER}). Land it again")
        assert outcome.blocked["clean_content", APRIL] == f"raw_content {APRIL} was changed outside Customer360"
        assert outcome.waits_for["customer360", APRIL] == ("raw_content", APRIL)
    assert frame(earlier.lake, "customer360").equals(last)
    newest = DeltaTable(str(earlier.lake / "raw_content")).version()
    (kept,) = restore(str(earlier.lake), "raw_content", "log_date", newest)
    assert (kept.partition, kept.rows_now) == (APRIL, kept.rows_then)
    assert restore(str(earlier.lake), "raw_content", "log_date", newest) == []
    assert earlier.run_directly().ok
    small.land_content(earlier.landing, APRIL)
    assert_made_as_landed(earlier)


def test_it_is_made_again_if_the_later_delivery_lands_again(earlier: Home) -> None:
    last = frame(earlier.lake, "customer360")
    assert not earlier.run_directly().ok
    small.land_content(earlier.landing, APRIL, small.WATCHED[:2])
    assert earlier.run_directly().ok
    assert frame(earlier.lake, "customer360").equals(last)
    small.content_path(earlier.landing, APRIL).unlink()
    assert earlier.run_directly().planned == 0


def test_an_older_copy_with_the_same_delivery_is_as_good(made: Home) -> None:
    raw = made.lake / "raw_content"
    shutil.copytree(raw, made.root / "copy")
    assert made.run_directly(everything=True).ok
    small.content_path(made.landing, APRIL).unlink()
    shutil.rmtree(raw)
    (made.root / "copy").rename(raw)
    assert made.planner.plan(DayRange()).altered == {}
    assert made.run_directly().ok


def test_what_landed_comes_after_all_that_was_made_whatever_a_run_beside_has_recorded(made: Home) -> None:
    """Another run may record a reading of before when others were made from a later one already."""
    store = ProvenanceStore(str(made.lake))
    before = store.get("raw_content", APRIL)
    assert before is not None
    small.land_content(made.landing, APRIL, small.WATCHED[:3])
    assert made.run_directly().ok
    store.write("raw_content", APRIL, before)
    small.land_content(made.landing, APRIL, small.WATCHED[:2])
    assert made.run_directly().ok
    day = next(row for row in made.rows("ledger_content") if row["log_date"] == APRIL)
    assert day["landed_rows"] == 2
    assert made.planner.plan(DayRange()).altered == {}


def test_a_day_of_which_any_number_of_deliveries_came_is_the_last(made: Home) -> None:
    store = ProvenanceStore(str(made.lake))
    resources = SimpleNamespace(**(made.definitions().resources or {}))
    for count in (1, 2, 3):  # nothing is made from these
        small.land_content(made.landing, APRIL, small.WATCHED[:count])
        PartitionMaker(raw_content.raw_content, resources).make(APRIL, "")
    small.content_path(made.landing, APRIL).unlink()
    held = store.get("raw_content", APRIL)
    assert held is not None
    assert (len(held.replaced), len({held.read_id, *held.replaced})) == (3, 4)
    assert made.planner.plan(DayRange()).altered == {}
    assert made.run_directly().ok


def test_nothing_is_made_of_it_while_the_later_delivery_can_not_be_read(earlier: Home) -> None:
    last = frame(earlier.lake, "customer360")
    small.land_cut_off(earlier.landing, APRIL)
    outcome = earlier.run_directly(everything=True)
    assert ("raw_content", APRIL) in outcome.failed
    assert ("clean_content", APRIL) in outcome.blocked
    assert frame(earlier.lake, "customer360").equals(last)


def test_nor_is_it_by_a_single_step(earlier: Home) -> None:
    before = earlier.rows("clean_content")
    maker = PartitionMaker(clean_content.clean_content, SimpleNamespace(**(earlier.definitions().resources or {})))
    for _ in ("with a trace of its own", "without"):
        with pytest.raises(InputChanged, match=EARLIER):
            maker.make(APRIL, "")
        ProvenanceStore(str(earlier.lake)).forget(*ITEM)
    assert earlier.rows("clean_content") == before


def test_an_erasure_waits_for_it(earlier: Home, c360, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_ERASURE_KEY", "an erasure key of a test")
    done = c360("erase", "HNH579912", root=earlier.root)
    assert (done.status, EARLIER in done.err) == (1, True), done


def test_a_raw_table_that_is_gone_with_days_that_are_no_longer_landed_is_reported(made: Home) -> None:
    small.content_path(made.landing, APRIL).unlink()
    shutil.rmtree(made.lake / "raw_content")
    outcome = made.run_directly()
    assert f"raw_content {APRIL}: changed outside Customer360 ({NOTHING_LEFT})" in outcome.problems[0]


def test_a_feature_that_the_engine_cannot_write_is_named_until_it_is_switched_off(made: Home) -> None:
    small.land_content(made.landing, APRIL, small.WATCHED[:2])
    for name, value in (("clean_content", "true"), ("clean_content", "false")):
        feed = {"delta.enableChangeDataFeed": value}
        DeltaTable(str(made.lake / name)).alter.set_table_properties(feed, raise_if_not_exists=False)
        outcome = made.run_directly()
        if value == "true":
            told = outcome.failed["clean_content", APRIL]
            assert "can't write a feature of Delta that others switched on" in told
            assert "delta.enableChangeDataFeed to false" in told
    assert outcome.ok


def test_a_compaction_by_another_hand_is_still_known_after_a_purge(made: Home) -> None:
    """An erasure removes the log that tells of it, and the landed files may be gone."""
    small.content_path(made.landing, APRIL).unlink()
    DeltaTable(str(made.lake / "raw_content")).optimize.z_order(["contract"])
    purge(str(made.lake), "raw_content", "c360 erase", "2022-05-01")
    assert made.planner.plan(DayRange()).altered == {}
    assert made.run_directly().ok


def test_a_compaction_after_a_purge_changes_nothing(made: Home) -> None:
    """The log that an erasure leaves does not tell of the commits that made the partitions."""
    small.land_content(made.landing, APRIL + timedelta(days=1), small.WATCHED[:2])
    assert made.run_directly().ok
    small.content_path(made.landing, APRIL).unlink()
    purge(str(made.lake), "raw_content", "c360 erase", "2022-05-01")
    DeltaTable(str(made.lake / "raw_content")).optimize.z_order(["contract"])
    assert made.planner.plan(DayRange()).altered == {}
    assert made.run_directly().ok


def test_an_altered_day_that_is_no_longer_landed_is_kept_by_a_restore_to_the_newest_version(made: Home) -> None:
    small.content_path(made.landing, APRIL).unlink()
    DeltaTable(str(made.lake / "raw_content")).delete("log_date = '2022-04-01' and contract = '0'")
    assert not made.run_directly().ok
    newest = DeltaTable(str(made.lake / "raw_content")).version()
    assert [one.partition for one in restore(str(made.lake), "raw_content", "log_date", newest)] == [APRIL]
    assert made.run_directly().ok


def test_nothing_is_made_from_a_table_that_another_hand_changed(made: Home) -> None:
    small.content_path(made.landing, APRIL).unlink()
    before = frame(made.lake, "clean_content")
    DeltaTable(str(made.lake / "raw_content")).delete("log_date = '2022-04-01' and contract = '0'")
    ProvenanceStore(str(made.lake)).forget(*ITEM)
    outcome = made.run_directly()
    assert "somebody else changed it" in outcome.failed[ITEM]
    assert frame(made.lake, "clean_content").equals(before)


def test_an_input_that_another_run_has_made_again_and_not_recorded_is_taken_and_made_again(made: Home) -> None:
    """Two runs that make one partition may record it in another order than they commit."""
    provenances = ProvenanceStore(str(made.lake))
    earlier, before = provenances.get("raw_content", APRIL), frame(made.lake, "clean_content")
    assert made.run_directly(APRIL, APRIL, everything=True).ok
    assert earlier is not None
    provenances.write("raw_content", APRIL, earlier)  # what the first of the two records, at last
    provenances.forget(*ITEM)
    job = made.definitions().resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        instance=made.instance, asset_selection=[dg.AssetKey("clean_content")], partition_key="2022-04-01"
    )
    assert result.success
    kept = provenances.get(*ITEM)
    assert kept is not None
    assert kept.data_version == INPUTS_MOVED
    assert made.run_directly().ok
    assert made.planner.plan(DayRange()).stale == []
    assert frame(made.lake, "clean_content").equals(before)


def test_nothing_is_made_from_a_table_that_vanished(
    made: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = frame(made.lake, "clean_content")
    inputs_of = DataVersions.inputs

    def inputs(versions: DataVersions, table: str, partition: date | None) -> list:
        found = inputs_of(versions, table, partition)
        shutil.move(made.lake / "raw_content", tmp_path / "away")  # the data version is known, nothing is read yet
        return found

    monkeypatch.setattr(DataVersions, "inputs", inputs)
    job = made.definitions().resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        instance=made.instance,
        asset_selection=[dg.AssetKey("clean_content")],
        partition_key="2022-04-01",
        raise_on_error=False,
    )
    assert not result.success
    assert not (made.lake / "raw_content").exists()
    assert frame(made.lake, "clean_content").equals(before)
    assert ProvenanceStore(str(made.lake)).get(*ITEM) is not None


def test_upkeep_moves_rows_and_changes_none(made: Home) -> None:
    for _ in range(2):
        upkeep(str(made.lake), "clean_content", "log_date")
        assert made.planner.plan(DayRange()).altered == {}
        assert made.planner.plan(DayRange()).stale == []


def test_a_compaction_by_another_hand_changes_nothing(made: Home) -> None:
    table = made.lake / "raw_search"
    DeltaTable(str(table)).optimize.compact()
    assert made.planner.plan(DayRange()).altered == {}


def test_tables_are_made_from_one_that_another_hand_compacted(made: Home, made_once: Home) -> None:
    moved = DeltaTable(str(made.lake / "clean_content")).optimize.z_order(["contract"])
    assert moved["numFilesRemoved"]
    DeltaTable(str(made.lake / "ledger_content")).delete()
    outcome = made.run_directly()
    assert outcome.ok
    assert {table for table, _ in made.commits} == {"ledger_content"}
    assert differing(made.lake, made_once.lake) == []


def test_every_commit_names_its_partition_and_data_version(made_once: Home) -> None:
    for name, table in TABLES.items():
        commits = {one["version"]: one for one in DeltaTable(str(made_once.lake / name)).history()}
        for partition, provenance in ProvenanceStore(str(made_once.lake)).read(name).items():
            message = commits[provenance.commit].get("userMetadata", "")
            assert provenance.rows == 0 or message.endswith(
                f": {partition or 'all'}, data version {provenance.data_version}"
            ), table.name


def put_rows(lake: Path, table: str, column: str, day: date, to: date, **values: object) -> None:
    """Another program appends rows of a day, changed, to a partition that this project has never made."""
    rows = frame(lake, table).filter(pl.col(column) == day).head(1)
    rows = rows.with_columns(pl.lit(to).alias(column), *(pl.lit(value).alias(name) for name, value in values.items()))
    schema = DeltaTable(str(lake / table)).schema().to_arrow()
    write_deltalake(str(lake / table), pa.table(rows.to_arrow()).cast(pa.schema(schema)), mode="append")


def test_rows_of_others_in_a_day_that_never_landed_are_named_and_counted_nowhere(made: Home) -> None:
    never = date(2022, 4, 29)
    put_rows(made.lake, "clean_content", "log_date", APRIL, never, seconds=86_399)
    small.land_content(made.landing, date(2022, 4, 2))
    for everything in (False, True):
        outcome = made.run_directly(everything=everything)
        (told,) = outcome.problems
        assert told.startswith(f"clean_content {never}: changed outside Customer360 (rows of others, by commit ")
        expected = build(made.landing, REFERENCE)
        months = [name for name, table in TABLES.items() if table.unit == "month"]
        assert not [line for name in months for line in differences(expected[name], made.rows(name), KEYS[name])]


def test_rows_of_others_in_a_month_are_carried_on_by_none(made: Home) -> None:
    put_rows(made.lake, "watch_metrics", "month", APRIL, date(2021, 12, 1), contract="XXX999999")
    assert list(made.planner.plan(DayRange()).altered) == [("watch_metrics", date(2021, 12, 1))]
