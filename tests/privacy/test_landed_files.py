"""What becomes of landed files: listed, or rewritten; and what is refused before anything is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from c360_assets.build import build
from c360_assets.privacy import landed_files
from c360_assets.privacy.erase import Erased, Eraser
from c360_assets.privacy.landed_files import LandedFiles
from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.privacy.resumed import subject_to_erase
from resources.erasure.erasure_list import ErasureList
from resources.errors import ErasureRefused, UnknownCustomer
from resources.lake.sql import LakeQuery
from resources.landing.layout import LandingOptions
from resources.landing.rewriting.rewrite import ENDING, NewFile, put_in_place
from tests.support import small_landing as small
from tests.support.direct import DirectRunner
from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.reading import frames

KEY = b"an erasure key of a test"
CONTRACT, USER = "HNH579912", "0123456"
HOLD_THEM = [
    *("identity/links.csv", "log_content/20220401.json", "log_content/20220402.json", "log_content/20220501.json"),
    *("log_search/20220401.json", "log_search/20220501.json"),
]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two months and the lake made from them. Not to be changed."""
    with shared(tmp_path_factory, "two-months", small.land_two_months) as home:
        yield home


@pytest.fixture
def erasing(made: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A lake to erase in, with the key. Tables are made without Dagster's steps."""
    made.erasure_key = KEY
    monkeypatch.setenv("DAGSTER_HOME", str(made.root / "dagster"))
    monkeypatch.setattr(
        "c360_assets.privacy.erase.Runner", lambda _, __, planner, ___: DirectRunner(made.definitions(), planner)
    )
    return made


def erase(home: Home, landing: str) -> Erased:
    """Erases the customer by name, as the command does: whatever the lake still knows of it."""
    query, erasures = LakeQuery(str(home.lake)), ErasureList(str(home.lake), KEY)
    subject = subject_to_erase(query, CONTRACT, erasures, ReceiptStore(str(home.lake)))
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    return Eraser(home.settings, home.instance, job, lambda text: None).erase(subject.ids, landing)


def naming(landing: Path) -> list[str]:
    """The landed files in which an id of the customer stands."""
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
    assert receipt.found["raw_content"]["records"] == 3
    assert [path for path in erasing.landing.rglob("*") if ENDING in path.name] == []


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
        "log_content/20220402.json": "without the erased records, the day would count as not landed"
    }
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
    lake = str(made_once.lake)
    with pytest.raises(UnknownCustomer):
        subject_to_erase(LakeQuery(lake), "ZZZ999999", ErasureList(lake, KEY), ReceiptStore(lake))
