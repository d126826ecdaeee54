"""Which files make a day, what is passed over, and what is refused."""

import gzip
from collections.abc import Iterator
from datetime import date

import fsspec
import pytest

from c360_assets.landing.raw_content import LAYOUT
from resources.errors import LandingError, LocationError
from resources.landing.inspection import inspected
from resources.landing.source import read_split
from resources.landing.zone import LandingZone, folder_walk
from tests.landing.landed import DAY, LINE, LOG, land, names, problem

pytestmark = pytest.mark.unit

FOLDERS = ("log_content", "log_search", "identity")
OTHER = date(2022, 4, 2)


DAYS = {
    "file": ["20220401.json"],
    "iso file": ["2022-04-01.csv.gz"],
    "folder": ["20220401/part-0.json", "20220401/part-1.json"],
    "iso folder": ["2022-04-01/part-0.parquet"],
    "hive": ["log_date=2022-04-01/part-0.json"],
    "hours": ["20220401/hour=07/part-0.json", "20220401/hour=08/a/part-0.json"],
    "written by Spark": ["20220401.parquet/part-0.snappy.parquet"],
    "no ending": ["20220401/07/firehose-1"],
}


@pytest.mark.parametrize("files", DAYS.values(), ids=DAYS.keys())
def test_a_day_has_all_files_below_its_name(tmp_path, files):
    zone = land(tmp_path, dict.fromkeys(files, LINE))
    found = zone.days(LOG)
    assert list(found.deliveries) == [DAY]
    assert not zone.names(LOG).unrecognized
    assert not found.passed_over
    assert names(found.deliveries[DAY]) == files
    assert zone.day(LOG, DAY) == found.deliveries[DAY]


def test_what_is_no_data_is_passed_over_and_listed(tmp_path):
    beside = [
        *("_SUCCESS", "_committed_1", "._SUCCESS.crc", ".x.json", "_x.csv", "part-0.json.sha256", "x.json.filepart"),
        *("manifest.json", "Thumbs.db", "desktop.ini", "_temporary/0/part.json", "sub_$folder$", "hour=01/x.tmp"),
    ]
    in_log = ["_SUCCESS", ".20220402.json", "20220403.json.crc", "20220402.done", "20220401_$folder$", "x.tmp/a.json"]
    zone = land(
        tmp_path,
        {
            "20220401/part-0.json": LINE,
            **{f"20220401/{name}": b"other" for name in beside},
            **dict.fromkeys(in_log, LINE),
        },
    )
    found = zone.days(LOG)
    assert {day: names(one) for day, one in found.deliveries.items()} == {DAY: ["20220401/part-0.json"]}
    assert not zone.names(LOG).unrecognized
    shown = [*(f"20220401/{name}" for name in beside), *in_log]
    cut = {"20220401/_temporary/0/part.json": "20220401/_temporary", "x.tmp/a.json": "x.tmp"}
    assert sorted(found.passed_over) == sorted(f"{LOG}/{cut.get(name, name)}" for name in shown)


def test_a_folder_with_a_success_marker_only_is_a_day_without_records(tmp_path):
    zone = land(tmp_path, {"20220401/_SUCCESS": b"", "20220402/._SUCCESS.crc": b"", "20220404/_temporary/x.json": LINE})
    (tmp_path / LOG / "20220403").mkdir()
    found = zone.days(LOG)
    assert list(found.deliveries) == [DAY]
    assert names(found.deliveries[DAY]) == []
    assert all(zone.day(LOG, date(2022, 4, day)) is None for day in (2, 3, 4))
    assert f"{LOG}/20220404/_temporary" in found.passed_over


REFUSED = {
    "two forms": (["20220401.csv", "20220401.json"], "as 20220401.csv and 20220401.json"),
    "packed and plain": (["20220401.json", "20220401.json.gz"], "as 20220401.json and 20220401.json.gz"),
    "file and folder": (["20220401/a.json", "20220401.json"], "as 20220401 and 20220401.json"),
    "two spellings": (["20220401.json", "2022-04-01.json"], "as 2022-04-01.json and 20220401.json"),
    "hive and plain": (["dt=2022-04-01/a.json", "20220401/a.json"], "as 20220401 and dt=2022-04-01"),
    "two keys": (["date=2022-04-01/a.json", "dt=2022-04-01/a.json"], "as date=2022-04-01 and dt=2022-04-01"),
    "Delta": (["20220401/a.parquet", "20220401/_delta_log/0.json"], "20220401: belongs to a Delta table"),
    "Delta within": (["20220401/x/a.parquet", "20220401/x/_delta_log/0.json"], "x: belongs to a Delta table"),
    "Delta passed over": (
        ["20220401/a.parquet", "20220401/_old/x/_delta_log/0.json"],
        "_old/x: belongs to a Delta table",
    ),
    "streaming": (["20220401/a.parquet", "20220401/_spark_metadata/0"], "a table of Spark's streaming"),
    "Hudi": (["20220401/a.parquet", "20220401/.hoodie/hoodie.properties"], "a Hudi table"),
    "Iceberg": (["20220401/data/a.parquet", "20220401/metadata/v1.metadata.json"], "metadata: belongs to an Iceberg"),
}


@pytest.mark.parametrize(("files", "what"), REFUSED.values(), ids=REFUSED.keys())
def test_a_day_that_is_not_clear_is_refused(tmp_path, files, what):
    zone = land(tmp_path, {**dict.fromkeys(files, LINE), "20220402.json": LINE})
    found = zone.days(LOG).deliveries
    refused = found[DAY]
    assert what in problem(refused)
    assert refused.error.where.partition == str(DAY)
    assert refused.error.remedy
    assert zone.day(LOG, DAY).problem == refused.problem
    assert names(found[OTHER]) == ["20220402.json"]


@pytest.mark.parametrize("marker", ["_delta_log/0.json", "_spark_metadata/0", ".hoodie/hoodie.properties"])
def test_a_log_that_is_a_table_is_refused(tmp_path, marker):
    zone = land(tmp_path, {"dt=2022-04-01/a.parquet": LINE, "dt=2022-04-02/a.parquet": LINE, marker: b"{}"})
    found = zone.days(LOG).deliveries
    assert len(found) == 2
    assert all(f"{LOG}: belongs to a" in problem(delivery) for delivery in found.values())
    assert zone.day(LOG, DAY).problem == found[DAY].problem


def test_metadata_of_another_kind_is_data(tmp_path):
    zone = land(tmp_path, {"20220401/metadata/part-0.json": LINE, "20220401/x.metadata.json": LINE})
    assert len(names(zone.day(LOG, DAY))) == 2


def test_names_that_are_not_a_days_are_named_with_what_is_wrong(tmp_path):
    wrong = {
        "20220231.json": "2022-02-31 is not a valid date",
        "20220402x.json": "name it 20220402.json",
        "log_content_20220405.json": "name it 20220405.json",
        "notes.txt": "name it YYYYMMDD",
        "dt=20220406": "name it 20220406",
    }
    zone = land(tmp_path, {**{f"{name}/x" if "." not in name else name: LINE for name in wrong}, "20220401.json": LINE})
    assert list(zone.days(LOG).deliveries) == [DAY]
    found = zone.names(LOG)
    assert found.by_day == {DAY: (f"{LOG}/20220401.json",)}
    assert set(found.unrecognized) == {f"{LOG}/{name}" for name in wrong}
    assert all(what in found.unrecognized[f"{LOG}/{name}"] for name, what in wrong.items())


@pytest.mark.parametrize("month", ["2022/04", "year=2022/month=04", "2022/4", "2022-04", "202204"])
def test_days_in_folders_of_months_are_named_with_the_name_they_should_have(tmp_path, month):
    zone = land(tmp_path, {f"{month}/{day}/part-0.json": LINE for day in ("03", "4")})
    assert not zone.days(LOG).deliveries
    [(name, what)] = zone.names(LOG).unrecognized.items()
    assert name == f"{LOG}/{month}/03"
    assert "20220403" in what
    assert "1 more" in what


def test_a_day_folder_that_cannot_be_listed_fails_alone(tmp_path, monkeypatch):
    zone = land(tmp_path, {"20220401/hour=01/a.json": LINE, "20220402/a.json": LINE})
    plain = zone._store.ls

    def refusing(path, **options):
        if path.endswith("20220401/hour=01"):
            raise PermissionError(13, "Permission denied")
        return plain(path, **options)

    monkeypatch.setattr(zone._store, "ls", refusing)
    found = zone.days(LOG).deliveries
    assert names(found[OTHER]) == ["20220402/a.json"]
    assert "20220401/hour=01: can't be listed (Permission denied)" in problem(found[DAY])


def test_each_folder_is_listed_once(tmp_path, monkeypatch):
    files = [f"202204{day:02}/hour={hour}/{part}.json" for day in (1, 2) for hour in (1, 2) for part in range(3)]
    zone = land(tmp_path, dict.fromkeys(files, LINE))
    listed: list[str] = []
    plain = zone._store.ls
    monkeypatch.setattr(zone._store, "ls", lambda path, **options: listed.append(path) or plain(path, **options))
    assert len(zone.days(LOG).deliveries) == 2
    assert len(listed) == len(set(listed)) == 1 + 2 + 4


ODD_NAMES = [
    *("part 0", "part#1", "part-%20", "part[1]", "part?x", "part*", "part::2", "phần-3", "part{4}", "a'b\"c", "!x"),
    *("part\\5", "file:x", "s3:::x", "2022-04-01T00:00:00", "~", "$HOME", "a&b", "a+b", "line\nend", "🎬"),
]


def test_any_name_can_be_read(tmp_path):
    zone = land(tmp_path, {f"20220401/{name}.json": LINE for name in ODD_NAMES})
    delivery = zone.day(LOG, DAY)
    rows = [
        row for split in inspected(LAYOUT, delivery) for batch in read_split(LAYOUT, split) for row in batch.to_pylist()
    ]
    assert {row["source_file"]: row["contract"] for row in rows} == {
        f"20220401/{name}.json": "HNH579912" for name in ODD_NAMES
    }
    assert len(zone.fingerprint(delivery)[1]) == len(ODD_NAMES)


def test_a_name_that_is_not_text_refuses_its_day(tmp_path):
    zone = land(tmp_path, {"20220401/a.json": LINE, "20220402.json": LINE})
    (tmp_path / LOG / "20220401" / "b\udcff.json").write_bytes(LINE)
    found = zone.days(LOG).deliveries
    assert r"20220401/b\udcff.json: has a name that is not in UTF-8" in problem(found[DAY])
    assert names(found[OTHER]) == ["20220402.json"]


def test_links_are_all_files_of_their_folder(tmp_path):
    zone = land(tmp_path, {"b.csv": b"b", "a.parquet": b"a", "_x.csv": b"", ".y.csv": b"", "c.csv.crc": b""})
    delivery = zone.folder(LOG)
    assert names(delivery) == ["a.parquet", "b.csv"]
    assert sorted(delivery.passed_over) == [f"{LOG}/{name}" for name in (".y.csv", "_x.csv", "c.csv.crc")]
    assert zone.folder("absent").files == ()


def test_links_may_be_in_folders(tmp_path):
    files = {"a.csv": b"a", "links.parquet/part-0": b"0", "links.parquet/_SUCCESS": b"", "crm/2022/b.json": b"{}"}
    zone = land(tmp_path, files, "identity")
    (tmp_path / "identity" / "empty").mkdir()
    assert names(zone.folder("identity")) == ["a.csv", "crm/2022/b.json", "links.parquet/part-0"]
    assert zone.folder("identity").passed_over == ("identity/links.parquet/_SUCCESS",)


def test_a_table_in_identity_is_refused(tmp_path):
    zone = land(tmp_path, {"links/_delta_log/0.json": b"{}", "links/part-0.parquet": b""}, "identity")
    assert "identity/links: belongs to a Delta table" in problem(zone.folder("identity"))


@pytest.mark.parametrize("made", [False, True], ids=["no root", "empty root"])
def test_no_landing_is_told(tmp_path, made):
    root = tmp_path / "landing"
    if made:
        root.mkdir()
    with pytest.raises(LandingError) as raised:
        LandingZone(str(root)).check(FOLDERS)
    told = str(raised.value)
    assert str(root) in told
    assert "C360_LANDING" in told
    assert all(folder in told for folder in FOLDERS)
    assert "\n" not in told
    assert ("No landing folder" in told) is not made


def test_one_source_is_a_landing(tmp_path):
    (tmp_path / "log_search").mkdir()
    (tmp_path / "log_search" / "_SUCCESS").touch()
    zone = LandingZone(str(tmp_path))
    with pytest.raises(LandingError, match="There is nothing in log_content, log_search, identity below"):
        zone.check(FOLDERS)
    (tmp_path / "log_search" / "20220601.json").touch()
    zone.check(FOLDERS)
    assert zone.days(LOG).deliveries == {}


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """An object store in memory, emptied afterwards."""
    store = fsspec.filesystem("memory")
    assert not store.exists("/store")
    yield store
    if store.exists("/store"):
        store.rm("/store", recursive=True)


def test_a_uri_is_a_landing(memory):
    memory.pipe("/store/landing/log_content/20220401.json", LINE)
    memory.pipe("/store/landing/log_content/20220402/part-0.json.gz", gzip.compress(LINE * 2))
    memory.pipe("/store/landing/log_content/20220402/_SUCCESS", b"")
    zone = LandingZone("memory://store/landing/")
    zone.check(FOLDERS)
    found = zone.days(LOG)
    assert not zone.names(LOG).unrecognized
    rows = {
        (day, row["source_file"]): row["contract"]
        for day, delivery in found.deliveries.items()
        for split in inspected(LAYOUT, delivery)
        for batch in read_split(LAYOUT, split)
        for row in batch.to_pylist()
    }
    assert rows == {
        (DAY, "20220401.json"): "HNH579912",
        (date(2022, 4, 2), "20220402/part-0.json.gz"): "HNH579912",
    }
    before, known = zone.fingerprint(zone.day(LOG, DAY))
    memory.pipe("/store/landing/log_content/20220401.json", LINE)
    assert zone.fingerprint(zone.day(LOG, DAY), known)[0] == before
    memory.pipe("/store/landing/log_content/20220401.json", LINE.replace(b"254", b"255"))
    assert zone.fingerprint(zone.day(LOG, DAY), known)[0] != before


def test_a_missing_uri_is_told(memory):
    with pytest.raises(LandingError, match="No landing folder at memory://store/absent"):
        LandingZone("memory://store/absent").check(FOLDERS)


@pytest.mark.parametrize("root", ["nosuch://bucket/landing", "gs://bucket/landing"], ids=["unknown", "not installed"])
def test_a_store_that_cannot_be_opened_is_one_sentence(root):
    with pytest.raises(LocationError, match=f"^{root} can't be opened: .*Install"):
        LandingZone(root)


def test_a_day_whose_names_cannot_be_kept_is_refused(tmp_path, monkeypatch):
    for number in range(9):
        part = tmp_path / LOG / "20220601" / ("é" * 100) / f"{number}.json"
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    assert LandingZone(str(tmp_path)).days(LOG).deliveries[date(2022, 6, 1)].error is None
    monkeypatch.setattr(folder_walk, "_MOST_NAME_BYTES", 5000)
    error = LandingZone(str(tmp_path)).days(LOG).deliveries[date(2022, 6, 1)].error
    assert error is not None
    assert "files, whose names are too long together" in str(error)
