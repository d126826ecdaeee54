"""What becomes of landed files: listed, or rewritten; and what is refused before anything is changed."""

import gzip
import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from c360_assets.build import build
from c360_assets.privacy import landed_files
from c360_assets.privacy.erase import Erased, Eraser
from c360_assets.privacy.landed_files import BEFORE_FIRST_DAY, LANDED_MEANWHILE, NOT_DATA, LandedFiles
from c360_assets.privacy.proof.forms import UNREADABLE
from c360_assets.privacy.receipts import Receipt, ReceiptStore
from c360_assets.privacy.resumed import subjects_to_erase
from c360_assets.privacy.subjects import suppression_of
from resources.erasure.erasure_list import ErasureList
from resources.errors import ErasureRefused, UnknownCustomer
from resources.landing.layout import LandingOptions
from resources.landing.rewriting.rewrite import BESIDE_RECORDS, ENDING, NewFile, put_in_place
from tests.privacy.conftest import KEY
from tests.support.homes import Home
from tests.support.reading import frames

CONTRACT, USER = "HNH579912", "0123456"
HOLD_THEM = [
    *("identity/links.csv", "log_content/20220401.json", "log_content/20220402.json"),
    "log_search/20220401.json",
]


def erase(home: Home, landing: str) -> Erased:
    """Erases the customer by name, as the command does: whatever the lake still knows of it."""
    (subject,) = subjects_to_erase(replace(home.settings, erasure_key=KEY), [CONTRACT])
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    return Eraser(home.settings, home.instance, job, lambda text: None).erase(subject.ids, landing)


def naming(landing: Path) -> list[str]:
    """The landed files that contain an id of the customer."""
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    return [str(path.relative_to(landing)) for path in files if {CONTRACT, USER} & {*words(path.read_text())}]


def words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


@pytest.mark.engine
def test_landed_files_are_listed_and_may_be_rewritten_later(erasing: Home) -> None:
    assert naming(erasing.landing) == HOLD_THEM
    listed = erase(erasing, "list")
    assert listed.is_proven
    assert (listed.receipt.landed_files, listed.receipt.rewritten) == (HOLD_THEM, {})
    assert naming(erasing.landing) == HOLD_THEM
    before = frames(erasing.lake)
    later = erase(erasing, "rewrite")
    assert (later.is_proven, later.left) == (True, [])
    assert (later.receipt.landed_files, sorted(later.receipt.rewritten)) == ([], HOLD_THEM)
    assert naming(erasing.landing) == []
    tombstones = ("raw_content", "raw_search", "ledger_content", "ledger_search")
    assert [table for table, rows in frames(erasing.lake).items() if not rows.equals(before[table])] == [*tombstones]
    assert [row for table in tombstones[:2] for row in erasing.rows(table) if row["erased"]] == []
    assert erasing.run_directly().planned == 0


@pytest.mark.slow  # an erasure of its own; one with rewriting is in every run
@pytest.mark.engine
def test_a_rewriting_that_was_killed_is_ended_by_the_same_command(
    erasing: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def killed_at_the_second(new: NewFile) -> str | None:
        calls.append(new)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return put_in_place(new)

    with monkeypatch.context() as patched:
        patched.setattr(landed_files, "put_in_place", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            erase(erasing, "rewrite")
    assert len(naming(erasing.landing)) == len(HOLD_THEM) - 1
    with monkeypatch.context() as patched:
        patched.setattr(Eraser, "_purge", None)
        with pytest.raises(TypeError):
            erase(erasing, "rewrite")
    erased = erase(erasing, "rewrite")
    assert (erased.is_proven, erased.left, naming(erasing.landing)) == (True, [], [])
    (receipt,) = ReceiptStore(str(erasing.lake)).all(ErasureList(str(erasing.lake), KEY))
    assert sorted(receipt.rewritten) == HOLD_THEM
    assert receipt.found["raw_content"]["records"] == 2
    assert [path for path in erasing.landing.rglob("*") if ENDING in path.name] == []


@pytest.mark.slow  # an erasure of its own; the reasons are tested one by one in tests/landing/test_rewriting.py
@pytest.mark.engine
def test_a_landed_file_that_can_not_be_rewritten_is_named(erasing: Home) -> None:
    day = erasing.landing / "log_content" / "20220402.json"
    line = day.read_text().splitlines(keepends=True)[0]
    day.write_text(line)
    beside = erasing.landing / "log_content" / "_notes.txt"
    beside.write_text(f"ask {CONTRACT}\n")
    erased = erase(erasing, "rewrite")
    assert erased.is_proven
    assert erased.left == ["log_content/20220402.json", "log_content/_notes.txt"]
    assert erased.receipt.landed_files == ["log_content/20220402.json"]
    assert erased.receipt.not_rewritten == {
        "log_content/20220402.json": "without the erased records, the day would count as not landed",
        "log_content/_notes.txt": NOT_DATA,
    }
    assert erased.receipt.landed_found == {"log_content/20220402.json": 1, "log_content/_notes.txt": 1}
    assert day.read_text() == line


@pytest.mark.unit
@pytest.mark.parametrize("landing", ["memory://landing", "."])
def test_a_landing_zone_that_can_not_be_written_is_refused(landing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ErasureRefused, match="landing zone"):
        LandedFiles(landing, LandingOptions()).require_writable()


@pytest.mark.engine
def test_nothing_is_begun_where_landed_files_can_not_be_rewritten(
    erasing: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ErasureRefused, match="list"):
        erase(erasing, "rewrite")
    assert not (erasing.lake / "erasures").exists()


@pytest.mark.engine
def test_a_name_that_neither_lake_nor_list_knows_is_unknown(made_once: Home) -> None:
    with pytest.raises(UnknownCustomer):
        subjects_to_erase(replace(made_once.settings, erasure_key=KEY), ["ZZZ999999"])


def land(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.mark.unit
def test_the_proof_gives_the_true_reason_for_each_landed_file(tmp_path: Path) -> None:
    line, csv = b'{"Contract":"HNH579912"}\n', b"Contract,Mac,TotalDuration,AppName\nHNH579912,,1,x\n"
    hidden = b'{"Contract":"SGDA12345"}\n{"hits":{"hits":[{"Contract":"SGDA12345"}]},"aggregations":["HNH579912"]}\n'
    mixed = "the delivery can't be read: 2022-04-02 mixes forms: 20220402/b.csv (csv) and 20220402/a.json (json)"
    twice = "the delivery can't be read: was delivered more than once, as 2022-04-03.csv and 20220403.json"
    wanted = {
        "identity/links.csv": (b"contract,user_id\nHNH579912,1\n", LANDED_MEANWHILE),
        "log_content/20200101.json": (line, BEFORE_FIRST_DAY),
        "log_content/20220401.json": (hidden, BESIDE_RECORDS),
        "log_content/20220402/a.json": (line, mixed),
        "log_content/20220402/b.csv": (csv, mixed),
        "log_content/20220403.json": (line, twice),
        "log_content/2022-04-03.csv": (csv, twice),
        "log_content/notes.txt": (line, NOT_DATA),
        "log_search/old.parquet": (b"PAR1 no more", UNREADABLE),
    }
    land(tmp_path / "landing", {name: data for name, (data, _) in wanted.items()})
    erasures = ErasureList(str(tmp_path / "lake"), KEY)
    erasures.add([("contract", CONTRACT)], "a receipt")
    zone = LandedFiles(str(tmp_path / "landing"), LandingOptions(), date(2022, 4, 1))
    scan = zone.prove(erasures)
    assert scan.reasons == {name: why for name, (_, why) in wanted.items()}
    assert sorted({*scan.hits, *scan.unsearched}) == sorted(wanted)


@pytest.mark.unit
def test_a_file_of_links_that_can_not_be_read_hides_no_other(tmp_path: Path) -> None:
    links = b"contract,user_id\nHNH579912,1\n"
    land(tmp_path, {"identity/a.csv": links, "identity/b.csv": b"\0\0\0", "identity/c.csv": links})
    found = LandedFiles(str(tmp_path), LandingOptions()).with_links(suppression_of([("contract", CONTRACT)]))
    assert found == ["identity/a.csv", "identity/c.csv"]


@pytest.mark.unit
def test_a_file_of_links_that_can_not_be_read_keeps_no_other_from_being_rewritten(tmp_path: Path) -> None:
    links = b"contract,user_id\nHNH579912,1\nABC123456,2\n"
    cut_off = gzip.compress(links)[:-9]
    land(tmp_path / "landing", {"identity/a.csv": links, "identity/b.csv.gz": cut_off, "identity/c.csv": links})
    erasures = ErasureList(str(tmp_path / "lake"), KEY)
    erasures.add([("contract", CONTRACT)], "a receipt")
    zone, receipt = LandedFiles(str(tmp_path / "landing"), LandingOptions()), Receipt("one", "", [])
    assert zone.rewrite(str(tmp_path / "lake"), receipt, erasures, lambda: None, lambda text: None) == 2
    assert [*receipt.rewritten] == ["identity/a.csv", "identity/c.csv"]
    assert (tmp_path / "landing/identity/a.csv").read_bytes() == links.replace(b"HNH579912,1\n", b"")
    scan = zone.prove(erasures)
    assert {*scan.hits, *scan.unsearched} == {"identity/b.csv.gz"}
    assert scan.reasons["identity/b.csv.gz"].startswith("the delivery can't be read: ")


@pytest.mark.unit
def test_a_receipt_names_only_files_that_were_rewritten(tmp_path: Path) -> None:
    land(tmp_path, {"log_content/a.json": b"new", "log_content/b.json": b"old", f"log_content/.b.json{ENDING}": b"new"})
    figures = {"records": 1, "before": "", "after": hashlib.sha256(b"new").hexdigest()}
    names = ["log_content/a.json", "log_content/b.json"]
    receipt = Receipt("one", "", [], rewritten={name: {**figures} for name in names})
    LandedFiles(tmp_path.as_uri(), LandingOptions()).clean_up(receipt)
    assert ([*receipt.rewritten], receipt.landed_files) == (names[:1], names[1:])
    assert sorted(path.name for path in (tmp_path / "log_content").iterdir()) == ["a.json", "b.json"]
