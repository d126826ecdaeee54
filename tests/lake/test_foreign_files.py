"""Files that anyone may have put into the lake: each is provenance or none, an error of ours, never a stack trace."""

import json
import os
import shutil
from datetime import date
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from fsspec.implementations.local import LocalFileSystem

from c360_assets.contracts.partitions import Partitions
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import Planner
from c360_assets.reference.model import load_reference
from resources.erasure.receipt_files import receipts_in
from resources.errors import ContractError
from resources.lake.contents import CommitLog, LakeContents
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.landing.zone import LandingZone
from resources.settings import REFERENCE
from tests.fuzzing.corpus import mutated

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)
WHOLE_TEXT = Provenance("v", 1).to_json()
WHOLE = json.loads(WHOLE_TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "1",
        '"v"',
        "null",
        "{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        *(json.dumps({**WHOLE, name: value}) for name, value in [
            *[("version", 1), ("version", None), ("rows", "1"), ("rows", True), ("rows", 1.5), ("files", [])],
            *[("files", {"a": 1}), ("warnings", "w"), ("measured", {"a": {"b": "c"}}), ("is_checked", "yes")],
            *[("commit", "3"), ("content", None), ("erased", 1), ("rules", []), ("failed_check", 0), ("other", 1)],
        ]),
    ],
)  # fmt: skip
def test_a_file_that_is_not_provenance_is_as_good_as_none(tmp_path, text):
    assert Provenance.from_json(text, "a") is None
    place = tmp_path / "raw_content" / "_c360" / f"{DAY}.json"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    store = ProvenanceStore(str(tmp_path))
    assert store.read("raw_content") == {}
    assert store.get("raw_content", DAY) is None


@pytest.mark.parametrize("kind", ["large", "sparse", "pipe", "folder"])
def test_what_can_not_be_provenance_is_not_read(tmp_path, kind):
    store = ProvenanceStore(str(tmp_path))
    store.write("raw_content", DAY, Provenance("v", 1))
    place = tmp_path / "raw_content" / "_c360" / "2022-04-02.json"
    if kind == "large":
        place.write_text(WHOLE_TEXT + " " * (17 << 20))
    elif kind == "sparse":
        with place.open("wb") as file:
            file.truncate(1 << 40)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    assert [*store.read("raw_content")] == [DAY]
    assert store.get("raw_content", date(2022, 4, 2)) is None


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "nothing"])
def test_a_link_is_followed_only_to_a_file(tmp_path, kind, monkeypatch):
    """Reading a pipe would wait, and reading a device fill the memory."""
    store = ProvenanceStore(str(tmp_path))
    store.write("raw_content", DAY, Provenance("v", 1))
    folder = tmp_path / "raw_content" / "_c360"
    (folder / f"{DAY}.json").rename(tmp_path / "kept.json")
    (folder / f"{DAY}.json").symlink_to(tmp_path / "kept.json")
    os.mkfifo(tmp_path / "pipe")
    places = {"pipe": tmp_path / "pipe", "device": "/dev/zero", "folder": tmp_path, "nothing": tmp_path / "none"}
    (folder / "2022-04-02.json").symlink_to(places[kind])
    opened, given = [], LocalFileSystem._open

    def noted(self, path, *args, **kwargs):
        opened.append(Path(path).name)
        assert Path(path).is_file()
        return given(self, path, *args, **kwargs)

    monkeypatch.setattr(LocalFileSystem, "_open", noted)
    assert store.read("raw_content") == {DAY: Provenance("v", 1)}
    assert store.get("raw_content", DAY) == Provenance("v", 1)
    assert store.get("raw_content", date(2022, 4, 2)) is None
    assert {*opened} == {f"{DAY}.json"}


def test_dates_that_are_no_partitions_are_ignored_and_named(tmp_path):
    store = ProvenanceStore(str(tmp_path / "lake"))
    (tmp_path / "landing").mkdir()
    for day in (date(1999, 1, 1), date(2099, 12, 1), date(9999, 12, 31), date(1, 1, 1)):
        for table in ("raw_content", "watch_metrics", "clean_search"):
            store.write(table, day.replace(day=1), Provenance("v"))
    planner = Planner(
        LandingZone(str(tmp_path / "landing")),
        store,
        load_reference(REFERENCE).fingerprints,
        Partitions(date(2022, 4, 1)),
    )
    assert {partition for _, partition in planner.plan(DayRange()).stale} <= {None}
    lines = planner.unrecognized_files()
    assert len(lines) == 3
    assert all("0001-01-01 to 9999-12-01 (4)" in line for line in lines)


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Path:
    """A table with four commits and a checkpoint."""
    root = tmp_path_factory.mktemp("lake")
    table = str(root / "raw_content")
    for day in range(1, 5):
        rows = pa.table({"log_date": pa.array([date(2022, 4, day)] * 3), "x": ["a"] * 3})
        write_deltalake(table, rows, partition_by=["log_date"], mode="append")
        if day == 3:
            DeltaTable(table).create_checkpoint()
    return root


def test_a_log_that_is_cut_changed_or_swapped_is_an_error_of_ours(lake, tmp_path):
    copy = tmp_path / "lake"
    shutil.copytree(lake, copy)
    log = copy / "raw_content" / "_delta_log"
    whole = {path: path.read_bytes() for path in sorted(log.iterdir())}
    recorded = {date(2022, 4, day): (day - 1, "another") for day in range(1, 5)}
    refused: list[ContractError] = []
    for seed in range(150):
        random = Random(seed)
        path, other = random.choice(list(whole)), random.choice(list(whole))
        path.write_bytes(mutated(random, whole[path]) if seed % 5 else whole[other])
        try:
            LakeContents(str(copy)).differences("raw_content", "log_date", recorded)
            for version in range(4):
                CommitLog(str(copy / "raw_content"), "log_date").commit(version)
        except ContractError as error:
            refused.append(error)
        path.write_bytes(whole[path])
    assert len(refused) > 20
    assert all("damaged" in error.what and "restore the table's folder" in error.remedy for error in refused)


@pytest.mark.parametrize("name", ["[x].json", "**.json", "a?.json", "20220401.json", "2022-W13-5.json", "2022-04-01"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_names_that_are_not_those_of_partitions_are_left_out(tmp_path: Path, name: str, is_alone: bool) -> None:
    """fsspec takes some of them for patterns."""
    store, folder = ProvenanceStore(str(tmp_path)), tmp_path / "taste" / "_c360"
    folder.mkdir(parents=True)
    (folder / name).write_text(Provenance("theirs").to_json())
    if not is_alone:
        store.write("taste", DAY, Provenance("ours"))
    assert store.read("taste") == ({} if is_alone else {DAY: Provenance("ours")})


@pytest.mark.parametrize("name", ["[x].json", "**.json", "a?.json", "0123456789ab"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_names_that_are_not_those_of_receipts_are_left_out(tmp_path: Path, name: str, is_alone: bool) -> None:
    folder = tmp_path / "erasures" / "_receipts"
    folder.mkdir(parents=True)
    for one in (name,) if is_alone else (name, "ours.json"):
        (folder / one).write_text(json.dumps({"receipt_id": one, "subjects": []}))
    assert [one.receipt_id for one in receipts_in(str(tmp_path))] == ([] if is_alone else ["ours.json"])


def test_provenance_that_is_written_can_be_read(tmp_path: Path) -> None:
    """Whatever a warning or a landed name holds: otherwise its partition would be made again by every run."""
    store = ProvenanceStore(str(tmp_path))
    written = Provenance("1", files={"é\udcff\u2028": "2"}, warnings={"known_apps": "x\udcff" * 20_000_000})
    store.write("raw_content", None, written)
    found = store.get("raw_content", None)
    assert found is not None
    assert found.files == written.files
    assert written.warnings["known_apps"].startswith(found.warnings["known_apps"])
