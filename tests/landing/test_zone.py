"""Which files make a day, what is passed over, what is refused, and what a fingerprint tells."""

import gzip
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360_assets.landing.raw_content import LAYOUT
from resources.errors import LandingError, LocationError
from resources.landing import zone as landing_zone
from resources.landing.inspection import inspected
from resources.landing.source import read_split
from resources.landing.zone import Delivery, LandingZone, form_of

pytestmark = pytest.mark.unit

LOG = "log_content"
DAY = date(2022, 4, 1)
LINE = b'{"Contract":"HNH579912","Mac":"0C96E62FC55C","TotalDuration":254,"AppName":"KPLUS"}\n'
TEXT_FORMS = {"json": "json", "jsonl": "json", "ndjson": "json", "csv": "csv"}
FORMS = {
    **TEXT_FORMS,
    **{f"{name}.gz": form for name, form in TEXT_FORMS.items()},
    "parquet": "parquet",
    "snappy.parquet": "parquet",
}
FOLDERS = ("log_content", "log_search", "identity")


def land(root: Path, files: Mapping[str, bytes]) -> LandingZone:
    for name, data in files.items():
        path = root / LOG / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return LandingZone(str(root))


def names(delivery: Delivery | None) -> list[str]:
    assert delivery
    return [file.name for file in delivery.files]


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("of_parts", [False, True], ids=["file", "folder"])
def test_every_form_is_a_day(tmp_path, ending, of_parts):
    parts = [f"20220401/part-{part}.{ending}" for part in range(2)] if of_parts else [f"20220401.{ending}"]
    zone = land(tmp_path, dict.fromkeys(parts, b"x"))
    found = zone.days(LOG)
    assert list(found.deliveries) == [DAY]
    assert not found.unrecognized_files
    splits = found.deliveries[DAY].splits()
    assert [(split.name, split.form, split.size) for split in splits] == [(name, FORMS[ending], 1) for name in parts]
    assert zone.day(LOG, DAY) == found.deliveries[DAY]


@given(ending=st.sampled_from(sorted(FORMS)), data=st.data())
def test_the_case_of_a_name_does_not_matter(ending, data):
    upper = [data.draw(st.booleans()) for _ in ending]
    name = "".join(char.upper() if up else char for char, up in zip(ending, upper, strict=True))
    assert form_of(f"20220401.{name}") == FORMS[ending]


@pytest.mark.parametrize("name", ["20220401.parquet.gz", "20220401.txt", "20220401.json.zip", "20220401", "x.gz"])
def test_a_name_of_another_form_tells_none(name):
    assert form_of(name) is None


def test_hidden_files_are_passed_over(tmp_path):
    beside = ["_SUCCESS", "_committed_1", "._SUCCESS.crc", ".part-0.json.crc", "part-0.json.crc", ".x.json", "_x.csv"]
    zone = land(
        tmp_path,
        {
            "20220401/part-0.json": LINE,
            **{f"20220401/{name}": b"other" for name in beside},
            **dict.fromkeys(["_SUCCESS", ".20220402.json", "_20220402.json", "20220403.json.crc"], LINE),
        },
    )
    found = zone.days(LOG)
    assert {day: names(one) for day, one in found.deliveries.items()} == {DAY: ["20220401/part-0.json"]}
    assert found.deliveries[DAY].problem is None
    assert found.unrecognized_files == ()


def test_a_folder_with_a_mark_only_is_a_day_without_records(tmp_path):
    zone = land(tmp_path, {"20220401/_SUCCESS": b"", "20220402/._SUCCESS.crc": b""})
    (tmp_path / LOG / "20220403").mkdir()
    found = zone.days(LOG)
    assert list(found.deliveries) == [DAY]
    assert found.deliveries[DAY].splits() == []
    assert zone.day(LOG, date(2022, 4, 2)) is None
    assert zone.day(LOG, date(2022, 4, 3)) is None


REFUSED = {
    "two forms": ({"20220401.csv": b"", "20220401.json": LINE}, "20220401.csv and 20220401.json"),
    "packed and plain": ({"20220401.json": LINE, "20220401.json.gz": b""}, "20220401.json and 20220401.json.gz"),
    "file and folder": ({"20220401/a.json": LINE, "20220401.json": LINE}, "20220401 and 20220401.json"),
    "mixed folder": ({"20220401/a.csv": b"", "20220401/b.json": LINE}, r"a.csv \(csv\) and 20220401/b.json \(json\)"),
    "unknown form": ({"20220401.txt": LINE}, "20220401.txt: 2022-04-01 is in no known form"),
    "no form": ({"20220401": LINE}, "20220401: 2022-04-01 is in no known form"),
    "unknown part": ({"20220401/a.json": LINE, "20220401/b.txt": LINE}, "20220401/b.txt: 2022-04-01"),
}


@pytest.mark.parametrize(("files", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_day_that_is_not_clear_is_refused(tmp_path, files, told):
    zone = land(tmp_path, {**files, "20220402.json": LINE})
    found = zone.days(LOG).deliveries
    with pytest.raises(LandingError, match=told) as raised:
        found[DAY].splits()
    assert LOG in str(raised.value)
    assert str(DAY) in str(raised.value)
    assert len(found[date(2022, 4, 2)].splits()) == 1


def test_what_is_no_day_is_a_stranger(tmp_path):
    unrecognized_files = ["20220231.json", "2022-04-02.json", "20220402x.json", "202204020.csv", "notes.txt"]
    zone = land(tmp_path, {**dict.fromkeys(unrecognized_files, LINE), "20220401.json": LINE})
    found = zone.days(LOG)
    assert list(found.deliveries) == [DAY]
    assert found.unrecognized_files == tuple(sorted(f"{LOG}/{name}" for name in unrecognized_files))


def test_a_day_folder_that_cannot_be_listed_fails_alone(tmp_path, monkeypatch):
    zone = land(tmp_path, {"20220401/a.json": LINE, "20220402/a.json": LINE})
    plain = zone._fs.ls

    def refusing(path, **options):
        if path.endswith("20220401"):
            raise PermissionError(13, "Permission denied")
        return plain(path, **options)

    monkeypatch.setattr(zone._fs, "ls", refusing)
    found = zone.days(LOG).deliveries
    assert len(found[date(2022, 4, 2)].splits()) == 1
    with pytest.raises(LandingError, match=r"2022-04-01.*Permission denied"):
        found[DAY].splits()


def test_links_are_all_files_of_their_folder(tmp_path):
    zone = land(tmp_path, {"b.csv": b"b", "a.parquet": b"a", "_x.csv": b"", ".y.csv": b"", "c.csv.crc": b""})
    delivery = zone.folder(LOG, ("csv", "parquet"))
    assert names(delivery) == ["a.parquet", "b.csv"]
    assert delivery.problem is None
    assert zone.folder("absent", ("csv", "parquet")).files == ()


def test_links_of_another_form_are_refused(tmp_path):
    zone = land(tmp_path, {"a.csv": b"", "b.json": LINE})
    with pytest.raises(LandingError, match=r"b\.json: not one of the forms csv, parquet"):
        zone.folder(LOG, ("csv", "parquet")).splits()


@pytest.fixture
def inputs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose bytes are read for a digest, from a process that knows none."""
    found: list[str] = []
    plain = LandingZone._read_digest

    def counted(self, file):
        found.append(file.name)
        return plain(self, file)

    monkeypatch.setattr(landing_zone, "_DIGESTS", {})
    monkeypatch.setattr(LandingZone, "_read_digest", counted)
    return found


def fingerprint(zone: LandingZone, known: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
    delivery = zone.day(LOG, DAY)
    assert delivery
    return zone.fingerprint(delivery, known)


def touch(path: Path) -> None:
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))


def test_a_touched_file_is_read_again_and_is_the_same(tmp_path, inputs):
    zone = land(tmp_path, {"20220401.json": LINE})
    before, known = fingerprint(zone)
    touch(tmp_path / LOG / "20220401.json")
    after, other = fingerprint(zone, known)
    assert before == after
    assert known.keys() != other.keys()
    assert inputs == ["20220401.json"] * 2


def test_a_known_state_is_not_read_again(tmp_path, inputs, monkeypatch):
    zone = land(tmp_path, {"20220401/a.json": LINE, "20220401/b.json": b"{}"})
    before, known = fingerprint(zone)
    assert inputs == ["20220401/a.json", "20220401/b.json"]
    assert fingerprint(zone) == (before, known)  # by the process
    monkeypatch.setattr(landing_zone, "_DIGESTS", {})
    assert fingerprint(zone, known) == (before, known)  # by what was known
    assert len(inputs) == 2
    monkeypatch.setattr(landing_zone, "_DIGESTS", {})
    assert fingerprint(zone) == (before, known)
    assert len(inputs) == 4


CHANGES = {
    "other bytes": lambda folder: (folder / "a.json").write_bytes(LINE.replace(b"254", b"255")),
    "more bytes": lambda folder: (folder / "a.json").write_bytes(LINE * 2),
    "renamed": lambda folder: (folder / "a.json").rename(folder / "c.json"),
    "swapped": lambda folder: swap(folder / "a.json", folder / "b.json"),
    "one more": lambda folder: (folder / "c.json").write_bytes(b""),
    "one less": lambda folder: (folder / "b.json").unlink(),
}


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_another_delivery_has_another_fingerprint(tmp_path, change):
    zone = land(tmp_path, {"20220401/a.json": LINE, "20220401/b.json": b"{}"})
    (before, known), state = fingerprint(zone), zone.day(LOG, DAY).state
    change(tmp_path / LOG / "20220401")
    assert fingerprint(zone, known)[0] != before
    assert zone.day(LOG, DAY).state != state


def test_a_file_replaced_in_size_and_time_is_read_again(tmp_path):
    zone = land(tmp_path, {"20220401.json": LINE})
    path = tmp_path / LOG / "20220401.json"
    stat = path.stat()
    before, known = fingerprint(zone)
    path.write_bytes(LINE.replace(b"254", b"255"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fingerprint(zone, known)[0] != before


def test_where_files_lie_does_not_count(tmp_path):
    zones = [land(tmp_path / place, {"20220401.json": LINE}) for place in ("here", "there")]
    assert len({fingerprint(zone)[0] for zone in zones}) == 1


def test_a_file_that_cannot_be_read_has_no_fingerprint(tmp_path):
    zone = land(tmp_path, {"20220401.json": LINE})
    delivery = zone.day(LOG, DAY)
    (tmp_path / LOG / "20220401.json").unlink()
    with pytest.raises(LandingError, match=r"20220401\.json: can't be read \(No such file"):
        zone.fingerprint(delivery)


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
    with pytest.raises(LandingError, match="Nothing lies in log_content, log_search, identity below"):
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
    assert not found.unrecognized_files
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
    before, known = fingerprint(zone)
    memory.pipe("/store/landing/log_content/20220401.json", LINE)
    assert fingerprint(zone, known)[0] == before
    memory.pipe("/store/landing/log_content/20220401.json", LINE.replace(b"254", b"255"))
    assert fingerprint(zone, known)[0] != before


def test_a_missing_uri_is_told(memory):
    with pytest.raises(LandingError, match="No landing folder at memory://store/absent"):
        LandingZone("memory://store/absent").check(FOLDERS)


def test_a_large_plain_file_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(landing_zone, "SPLIT_BYTES", 100)
    monkeypatch.setattr(landing_zone.os, "cpu_count", lambda: 2)
    zone = land(
        tmp_path,
        {"20220401.json": b"x" * 250, "20220402.json.gz": b"x" * 250, "20220403.csv": b"x" * 250},
    )
    spans = {
        day.day: [(split.start, split.end) for split in delivery.splits()]
        for day, delivery in zone.days(LOG).deliveries.items()
    }
    assert spans == {1: [(0, 62), (62, 125), (125, 187), (187, None)], 2: [(0, None)], 3: [(0, None)]}


def test_folders_in_a_days_folder_are_refused(tmp_path):
    inner = tmp_path / LOG / "20220401" / "hour=01"
    inner.mkdir(parents=True)
    (inner / "part-0.json").write_text("{}")
    (tmp_path / LOG / "20220402").mkdir()
    (tmp_path / LOG / "20220402" / "_temporary").mkdir()
    (tmp_path / LOG / "20220402" / "part-0.json").write_text("{}")
    deliveries = LandingZone(str(tmp_path)).days(LOG).deliveries
    assert "holds folders (hour=01)" in deliveries[date(2022, 4, 1)].problem
    assert deliveries[date(2022, 4, 2)].problem is None


@pytest.mark.parametrize("root", ["nosuch://bucket/landing", "gs://bucket/landing"], ids=["unknown", "not installed"])
def test_a_store_that_cannot_be_opened_is_one_sentence(root):
    with pytest.raises(LocationError, match=f"^{root} can't be opened: .*Install"):
        LandingZone(root)


def test_folders_in_identity_are_refused(tmp_path):
    (tmp_path / "identity" / "links.parquet").mkdir(parents=True)
    delivery = LandingZone(str(tmp_path)).folder("identity", ("csv", "parquet"))
    assert delivery.problem == "identity/links.parquet: is a folder. Put its files directly in identity."
