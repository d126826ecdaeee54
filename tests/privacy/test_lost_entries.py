"""A list of erasures that has lost entries is noticed, and nothing that landed is read: its customers would come back."""

import json
import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from c360_assets.build import build
from c360_assets.privacy.erase import Eraser
from c360_assets.privacy.preconditions import _require_whole_list
from c360_assets.privacy.receipts import Receipt, ReceiptStore, lost_erasures, traces_in
from c360_assets.privacy.resumed import subjects_to_erase
from resources.erasure.erasure_list import Erasure, ErasureList, fingerprint_of
from resources.erasure.lost_entries import REMEDY, doubtful, whole_list
from resources.errors import ContractError, ErasuresLost
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.settings import REFERENCE, Settings
from tests.privacy.conftest import KEY
from tests.support import small_landing as small
from tests.support.homes import Home

DAY = date(2022, 4, 1)
BEGUN = datetime(2022, 5, 1, tzinfo=UTC)
PEOPLE = ("A", "B", "C", "D")


def erasures_of(lake: Path) -> ErasureList:
    return ErasureList(str(lake), KEY)


def entries_of(lake: Path, people: Sequence[str], minutes: int = 1) -> list[Erasure]:
    erasures = erasures_of(lake)
    return [
        Erasure(erasures.digest("user", one), "user", f"receipt {n}", BEGUN + n * timedelta(minutes=minutes))
        for n, one in enumerate(people)
    ]


def write_receipt(lake: Path, entry: Erasure, finished_at: str | None) -> None:
    subject = {"kind": entry.kind, "digest": entry.digest}
    receipt = Receipt(entry.receipt_id, entry.erased_at.isoformat(), [subject], finished_at=finished_at)
    ReceiptStore(str(lake)).write(receipt, erasures_of(lake))


def name_list(lake: Path, entries: Sequence[Erasure], table: str = "raw_content", day: date | None = DAY) -> None:
    """Records that a partition was compared with a list of these entries."""
    ProvenanceStore(str(lake)).write(table, day, Provenance("v", erased=fingerprint_of(entries)))


@pytest.mark.unit
def test_ids_of_finished_receipts_have_to_be_on_the_list(tmp_path: Path) -> None:
    first, second, third = entries_of(tmp_path, "ABC")
    erasures_of(tmp_path).put_back([first])
    write_receipt(tmp_path, first, "2022-05-02")
    write_receipt(tmp_path, second, None)  # stopped before it was on the list
    assert lost_erasures(str(tmp_path)) is None
    write_receipt(tmp_path, third, "2022-05-02")
    lost = lost_erasures(str(tmp_path))
    assert lost is not None
    assert lost.what == "the list of erasures has lost entries: 1 id of finished erasures is not on it"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("now", "named", "is_lost"),
    [
        ("", "", False),
        ("", "A", True),
        ("AB", "", False),
        ("AB", "A", False),
        ("AB", "AB", False),
        ("A", "AB", True),
        ("AC", "AB", True),
        ("ABCD", "AC", False),  # two that were begun at once
        ("ABCD", "ABD", False),
    ],
)
@pytest.mark.parametrize(("table", "day"), [("raw_search", DAY), ("identity_map", None)])
def test_a_partition_names_what_the_list_was(
    tmp_path: Path, table: str, day: date | None, now: str, named: str, is_lost: bool
) -> None:
    people = dict(zip(PEOPLE, entries_of(tmp_path, PEOPLE), strict=True))
    erasures_of(tmp_path).put_back([people[one] for one in now])
    name_list(tmp_path, [people[one] for one in named], table, day)
    name_list(tmp_path, [], "raw_content", date(2022, 4, 2))
    found = doubtful(traces_in(str(tmp_path)), erasures_of(tmp_path).entries())
    assert found == ([(table, day)] if is_lost else [])
    if is_lost:
        assert f": {table}{' 2022-04-01' if day else ''} was compared with" in str(lost_erasures(str(tmp_path)))


@pytest.mark.unit
def test_a_list_whose_data_files_are_gone_is_damaged(tmp_path: Path) -> None:
    erasures = erasures_of(tmp_path)
    erasures.put_back(entries_of(tmp_path, "A"))
    for file in (tmp_path / "erasures").glob("*.parquet"):
        file.unlink()
    with pytest.raises(ContractError, match="erasures: the table's log or its data files are damaged"):
        erasures.entries()


@pytest.mark.unit
def test_damaged_traces_are_none(tmp_path: Path) -> None:
    ProvenanceStore(str(tmp_path)).write("raw_content", DAY, Provenance("v", erased="nothing of ours"))
    folder = tmp_path / "erasures" / "_receipts"
    (folder / "folder.json").mkdir(parents=True)
    for name, text in (("a", "["), ("b", "[1]"), ("c", '{"finished_at": 1, "subjects": [{}]}'), ("d", "\xff")):
        (folder / f"{name}.json").write_text(text, encoding="latin-1")
    assert lost_erasures(str(tmp_path)) is None


@pytest.mark.unit
@pytest.mark.parametrize("purged", [None, [], {"taste": None}, {"taste": {"at": "1"}}, {"taste": "now"}])
def test_a_damaged_note_of_a_purge_does_not_hide_the_ids(tmp_path: Path, purged: object) -> None:
    (entry,) = entries_of(tmp_path, "A")
    write_receipt(tmp_path, entry, "2022-05-02")
    (file,) = (tmp_path / "erasures" / "_receipts").iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), "purged": purged}))
    assert "1 id of finished erasures is not on it" in str(lost_erasures(str(tmp_path)))


@pytest.mark.unit
def test_a_list_that_is_known_is_not_compared_again(tmp_path: Path) -> None:
    first, second = entries_of(tmp_path, "AB")
    erasures = erasures_of(tmp_path)
    erasures.put_back([first])
    name_list(tmp_path, [second])
    with pytest.raises(ErasuresLost) as lost:
        whole_list(erasures, lambda: traces_in(str(tmp_path)), None)
    assert REMEDY in str(lost.value)
    assert whole_list(
        erasures, lambda: pytest.fail("it is compared"), fingerprint_of([first])
    ).fingerprint == fingerprint_of([first])


@pytest.mark.unit
def test_entries_are_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    """A list is known by that order, whatever the clocks of the machines."""
    erasures = erasures_of(tmp_path)
    erasures.add([("user", "A")], "one", datetime(2999, 1, 1, tzinfo=UTC))
    before = erasures.fingerprint()
    erasures.add([("user", "B")], "two")
    erasures.add([("user", "B")], "three")
    name_list(tmp_path, [])
    ProvenanceStore(str(tmp_path)).write("raw_content", DAY, Provenance("v", erased=before))
    assert lost_erasures(str(tmp_path)) is None
    assert sorted(one.receipt_id for one in erasures.entries()) == ["one", "two"]


@pytest.fixture
def lost(erasing: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A lake whose list of erasures is lost, and with it an id that a receipt has; a day names a list of others."""
    monkeypatch.setenv("C360_ERASURE_KEY", KEY.decode())
    lake, erasures = erasing.lake, erasures_of(erasing.lake)
    (entry,) = entries_of(lake, ["0123456"])
    erasures.put_back([entry])
    write_receipt(lake, entry, "2022-05-02")
    assert erasing.run_directly().ok
    store, day = ProvenanceStore(str(lake)), small.CONTENT_DAYS[0]
    before = store.get("raw_content", day)
    assert before
    store.write("raw_content", day, replace(before, erased=fingerprint_of(entries_of(lake, "B"))))
    for name in ("_delta_log", *(path.name for path in (lake / "erasures").glob("*.parquet"))):
        path = lake / "erasures" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return erasing


@pytest.mark.engine
def test_nothing_is_read_until_the_list_is_whole(lost: Home, c360) -> None:
    outcome = lost.run_directly()
    assert "1 id of finished erasures is not on it" in outcome.failed["identity_map", None]
    assert lost.rows("identity_map") == []
    done = c360("status", root=lost.root)
    assert (done.status, "erasures the list of erasures has lost entries" in done.out) == (1, True)
    assert json.loads(c360("status", "--json", root=lost.root).out)["lost_erasures"]
    found = {one["name"]: one for one in json.loads(c360("doctor", "--json", root=lost.root).out)}["erasures"]
    assert (found["state"], found["remedy"]) == ("failed", REMEDY)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("named", "on_list", "in_receipts", "asked", "is_lost"),  # in receipts, b was begun and not finished
    [
        ("AB", "A", "", "B", False),
        ("AB", "A", "B", "C", False),
        ("AB", "A", "b", "C", False),
        ("AB", "A", "", "C", True),
        ("ABC", "A", "", "B", True),
        ("AB", "", "", "AB", False),
        ("", "A", "", "C", False),
    ],
)
def test_an_erasure_begins_only_if_the_list_is_whole_with_its_ids(
    tmp_path: Path, named: str, on_list: str, in_receipts: str, asked: str, is_lost: bool
) -> None:
    people = dict(zip(PEOPLE, entries_of(tmp_path, PEOPLE), strict=True))
    erasures_of(tmp_path).put_back([people[one] for one in on_list])
    for one in in_receipts:
        write_receipt(tmp_path, people[one.upper()], "2022-05-02" if one.isupper() else None)
    name_list(tmp_path, [people[one] for one in named])
    settings = Settings(str(tmp_path / "landing"), str(tmp_path), REFERENCE, "sail", DAY, erasure_key=KEY)
    with pytest.raises(ErasuresLost) if is_lost else nullcontext():
        _require_whole_list(settings, traces_in(settings.lake), [("user", one) for one in asked])


@pytest.mark.slow  # an erasure of its own
@pytest.mark.engine
def test_another_erasure_makes_it_whole(lost: Home, c360) -> None:
    """The ids of finished ones are in their receipts, and no day names a list of others afterwards."""
    (subject,) = subjects_to_erase(lost.settings, ["user:0123456"])
    job = build(lost.settings).resolve_implicit_global_asset_job_def()
    eraser = Eraser(lost.settings, lost.instance, job, lambda text: None)
    with pytest.raises(ErasuresLost):  # a day names a list with others, who would come back unnoticed
        eraser.erase(subject.ids)
    erased = eraser.erase(subject.ids, accepts_lost=True)
    assert (erased.outcome.problems, erased.outcome.failed, erased.scan.hits, erased.is_proven) == ([], {}, {}, True)
    assert lost_erasures(str(lost.lake)) is None
    assert c360("status", root=lost.root).status == 0
