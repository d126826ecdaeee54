"""An erased customer is gone from every byte, stays gone, and everybody else is as before."""

import errno
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dagster import DagsterRunStatus
from dagster._core.test_utils import create_run_for_test
from deltalake import DeltaTable
from fsspec.implementations.local import LocalFileSystem

from c360_assets.build import build
from c360_assets.contracts.raw_reads import EARLIER
from c360_assets.execution.runner import Outcome
from c360_assets.maintenance.restore import differences
from c360_assets.planning.plan import DayRange
from c360_assets.privacy.erase import Erased, Eraser, prove
from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.proof.findings import remedies, tables_found
from c360_assets.privacy.receipts import Receipt, ReceiptStore, read_receipt
from c360_assets.privacy.subjects import HeldDay, held_days, subject_of
from c360_assets.privacy.tombstone_writer import write_tombstones
from resources.erasure.erasure_list import ErasureList
from resources.errors import ErasureKeyRefused, ErasureRefused, NotAReceipt, NotRestorable, UnknownCustomer
from resources.lake.provenance import ProvenanceStore
from resources.lake.sql import LakeQuery
from tests.privacy.conftest import KEY
from tests.support import small_landing as small
from tests.support.direct import DirectRunner
from tests.support.homes import Home
from tests.support.lakes import copy_of

pytestmark = pytest.mark.engine

CONTRACT, USER = "HNH579912", "0123456"


@pytest.fixture(scope="module")
def erased_once(made_once: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Erased]]:
    """A copy in which a customer is erased, and how that went. Not to be changed."""
    with copy_of(made_once, tmp_path_factory.mktemp("erased")) as home:
        yield home, erase(home, f"  {CONTRACT.lower()} ")


@pytest.fixture
def after_erasure(erased_once: tuple[Home, Erased], tmp_path: Path) -> Iterator[Home]:
    """A copy of that, to change."""
    with copy_of(erased_once[0], tmp_path / "after") as home:
        yield home


def erase(home: Home, customer: str) -> Erased:
    """Erases a customer, as the command does; tables are made without Dagster's steps."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAGSTER_HOME", str(home.root / "dagster"))
        patched.setattr(home, "erasure_key", KEY)
        definitions = home.definitions()
        patched.setattr(
            "c360_assets.privacy.erase.Runner", lambda _, __, planner, ___: DirectRunner(definitions, planner)
        )
        subject = subject_of(LakeQuery(str(home.lake)), customer)
        return eraser(home).erase(subject.ids)


def eraser(home: Home) -> Eraser:
    settings = replace(home.settings, erasure_key=KEY)
    job = build(settings).resolve_implicit_global_asset_job_def()
    return Eraser(settings, home.instance, job, lambda text: None)


def rows_by_table(home: Home, *without: str) -> dict[str, list[str]]:
    """The rows of tables in which none of these ids stands, as texts in order."""
    found = {}
    for table in ("clean_content", "clean_search", "watch_metrics", "customer360", "identity_map", "search_metrics"):
        rows = [str(sorted(row.items())) for row in home.rows(table)]
        found[table] = sorted(row for row in rows if not any(f"'{name}'" in row for name in without))
    return found


def test_the_customer_is_gone_and_nobody_else_changed(erased_once: tuple[Home, Erased], made_once: Home) -> None:
    home, erased = erased_once
    assert erased.outcome.failed == {}
    assert erased.scan.hits == {}
    assert erased.is_proven
    before = rows_by_table(made_once, CONTRACT, USER)
    after = rows_by_table(home, CONTRACT, USER)
    assert after["clean_content"] == before["clean_content"]
    assert after["clean_search"] == before["clean_search"]
    for table, rows in rows_by_table(home).items():
        assert not any(CONTRACT in row or USER in row for row in rows), table
    assert sum(row["erased"] is True for row in home.rows("raw_content")) == 2
    assert all(row["erased_rows"] == 1 and row["balanced"] for row in home.rows("ledger_content"))
    assert not home.planner.plan(DayRange()).stale


def test_what_lands_again_stays_erased(after_erasure: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home, tables = after_erasure, rows_by_table(after_erasure)
    monkeypatch.setenv(
        "DAGSTER_HOME", str(home.root / "dagster")
    )  # not that of this checkout, which is searched otherwise
    small.land_content(home.landing, small.APRIL, [*small.WATCHED, (CONTRACT, None, 7, "VOD")])
    home.erasure_key = KEY
    assert home.run_directly().ok
    day = next(row for row in home.rows("ledger_content") if row["log_date"] == small.APRIL)
    assert (day["landed_rows"], day["erased_rows"], day["balanced"]) == (6, 2, True)
    assert rows_by_table(home) == tables
    assert prove(str(home.lake), ErasureList(str(home.lake), KEY)).is_clean


def test_without_the_key_nothing_is_read_from_landing(after_erasure: Home) -> None:
    home = after_erasure
    small.land_content(home.landing, small.APRIL, small.WATCHED[:1])
    outcome = home.run()
    assert "no erasure key is set" in outcome.failed["raw_content", small.APRIL]
    assert ErasureList(str(home.lake), None).fingerprint()
    with pytest.raises(ErasureKeyRefused, match="not the one"):
        ErasureList(str(home.lake), b"quite another key of mine").suppression()


@pytest.mark.slow  # an erasure of its own; one is in every run
def test_a_record_is_erased_by_its_line_and_by_its_other_fields(made: Home) -> None:
    path = small.content_path(made.landing, small.APRIL)
    path.write_text(path.read_text() + f'{{"Contract": "{CONTRACT}", broken\n')
    assert made.run_directly(last=small.APRIL).ok
    erase(made, CONTRACT)
    kept = [row for row in made.rows("raw_content") if row["log_date"] == small.APRIL and row["unparsed"]]
    assert kept == []
    day = next(row for row in made.rows("ledger_content") if row["log_date"] == small.APRIL)
    assert day["erased_rows"] == 2


@pytest.mark.parametrize("is_put_aside", [True, False], ids=["killed run", "older copy"])
def test_a_day_without_provenance_counts_as_the_last_only_if_a_killed_run_has_left_it(
    made: Home, is_put_aside: bool, c360, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no longer landed, and other tables were made from it."""
    made.erasure_key = KEY
    store = ProvenanceStore(str(made.lake))
    small.content_path(made.landing, small.APRIL).unlink()
    store.forget("raw_content", small.APRIL)
    if not is_put_aside:
        shutil.rmtree(made.lake / "raw_content" / "_c360" / "before")
    monkeypatch.setenv("C360_ERASURE_KEY", KEY.decode())
    told = c360("erase", CONTRACT, root=made.root)
    assert (told.status == 0, "has no provenance" in told.err) == (is_put_aside, not is_put_aside), told
    erasures = ErasureList(str(made.lake), KEY)
    erasures.add([("contract", CONTRACT)], "0123456789ab")
    write_tombstones(made.settings, erasures, HeldDay("raw_content", small.APRIL, 1, ()), "0123456789ab")
    assert list(made.planner.plan(DayRange()).altered.values()) == ([] if is_put_aside else [EARLIER])
    assert made.run_directly().ok is is_put_aside
    if not is_put_aside:
        return
    day = next(row for row in made.rows("ledger_content") if row["log_date"] == small.APRIL)
    assert day["erased_rows"] == 1


@pytest.mark.parametrize("is_landed", [True, False], ids=["landed", "not landed"])
def test_a_day_that_others_have_changed_stays_changed(made: Home, is_landed: bool) -> None:
    """Burying a customer commits the day, and must not make what others did to it legitimate."""
    made.erasure_key, item = KEY, ("raw_content", small.APRIL)
    DeltaTable(str(made.lake / "raw_content")).delete("log_date = '2022-04-01' and contract = 'SGDA12345'")
    if not is_landed:
        small.content_path(made.landing, small.APRIL).unlink()
    erasures = ErasureList(str(made.lake), KEY)
    erasures.add([("contract", CONTRACT)], "0123456789ab")
    write_tombstones(made.settings, erasures, HeldDay("raw_content", small.APRIL, 1, ()), "0123456789ab")
    rows = [row for row in made.rows("raw_content") if row["log_date"] == small.APRIL]
    assert [row["erased"] for row in rows].count(True) == 1
    assert item in made.planner.plan(DayRange()).altered
    if is_landed:
        assert made.run_directly().ok
        day = next(row for row in made.rows("ledger_content") if row["log_date"] == small.APRIL)
        assert (day["landed_rows"], day["erased_rows"]) == (5, 1)


def test_earlier_versions_are_gone_and_can_not_be_restored(erased_once: tuple[Home, Erased]) -> None:
    table = erased_once[0].lake / "raw_content"
    assert len(DeltaTable(str(table)).history()) == 1
    with pytest.raises(NotRestorable):
        differences(str(table), "log_date", 1)


@pytest.mark.slow  # two erasures; one that is not stopped is in every run
def test_a_stopped_erasure_is_ended_by_the_same_command(made: Home, monkeypatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Eraser, "_purge", stop)
        with pytest.raises(KeyboardInterrupt):
            erase(made, CONTRACT)
    erased = eraser(made).erase(subject_ids(made_ids=(CONTRACT, USER)))
    assert erased.is_proven
    (receipt,) = ReceiptStore(str(made.lake)).all(ErasureList(str(made.lake), KEY))
    assert receipt.found["raw_content"] == {"partitions": 2, "records": 2}


@pytest.mark.slow  # two erasures; that one waits for runs is in every run
def test_a_run_that_begins_meanwhile_loses_no_file(made: Home, monkeypatch) -> None:
    """What it has written and not yet committed looks like what a killed writer left."""
    table, begun, make = made.lake / "raw_content", [], Eraser._make_again

    def make_and_begin(self: Eraser, receipt: Receipt) -> Outcome:
        outcome = make(self, receipt)
        begun.append(create_run_for_test(made.instance, status=DagsterRunStatus.STARTED))
        (table / "uncommitted.parquet").write_bytes(b"of the run")
        return outcome

    with monkeypatch.context() as patched:
        patched.setattr(Eraser, "_make_again", make_and_begin)
        with pytest.raises(ErasureRefused, match="runs are in progress"):
            erase(made, CONTRACT)
    assert (table / "uncommitted.parquet").exists()
    assert len(DeltaTable(str(table)).history()) > 1
    made.instance.report_run_failed(begun[0])
    assert eraser(made).erase(subject_ids(made_ids=(CONTRACT, USER))).is_proven


def test_a_disk_that_is_full_leaves_the_receipt_as_it_was(tmp_path: Path, monkeypatch) -> None:
    """Without it, the same command would not know what was begun."""
    erasures, store = ErasureList(str(tmp_path), KEY), ReceiptStore(str(tmp_path))
    receipt = Receipt("0123456789ab", "2022-05-01T00:00:00+00:00", [{"kind": "user", "digest": "0"}])
    store.write(receipt, erasures)

    def no_space(self: LocalFileSystem, path: str, value: bytes, **_: object) -> None:
        Path(path).write_bytes(value[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LocalFileSystem, "pipe_file", no_space)
    with pytest.raises(OSError, match="No space"):
        store.write(replace(receipt, landing="rewrite"), erasures)
    assert store.all(erasures) == [receipt]


@pytest.mark.parametrize("signature", ["é", "\ud800", 5, None, []], ids=repr)
def test_a_signature_of_any_form_is_refused_in_a_sentence(tmp_path: Path, signature: object) -> None:
    erasures = ErasureList(str(tmp_path), KEY)
    text = json.dumps(
        Receipt("0123456789ab", "2022-05-01T00:00:00+00:00", []).signed(erasures) | {"signature": signature}
    )
    with pytest.raises(NotAReceipt, match="signature"):
        read_receipt(text, erasures, "a.json")


def subject_ids(made_ids: tuple[str, str]) -> list:
    return [("contract", made_ids[0]), ("user", made_ids[1])]


def test_a_receipt_is_signed(erased_once: tuple[Home, Erased]) -> None:
    home, erased = erased_once
    receipt = erased.receipt
    path = home.lake / "erasures" / "_receipts" / f"{receipt.receipt_id}.json"
    erasures = ErasureList(str(home.lake), KEY)
    assert read_receipt(path.read_bytes(), erasures, path.name) == receipt
    assert CONTRACT not in path.read_text()
    changed = json.loads(path.read_text()) | {"finished_at": "2001-01-01T00:00:00+00:00"}
    with pytest.raises(NotAReceipt, match="signature"):
        read_receipt(json.dumps(changed), erasures, path.name)


def test_an_unknown_customer_changes_nothing(made_once: Home) -> None:
    with pytest.raises(UnknownCustomer):
        subject_of(LakeQuery(str(made_once.lake)), "ZZZ999999")
    assert held_days(LakeQuery(str(made_once.lake)), [("contract", "ZZZ999999")]) == []


def test_the_scan_finds_what_is_left(made: Home, tmp_path: Path) -> None:
    erasures = ErasureList(str(tmp_path / "lake"), KEY)
    erasures.add([("contract", CONTRACT)], "a receipt")
    scanner = ByteScanner(erasures.suppression())
    scan = Scan()
    scanner.scan(str(made.lake), scan)
    tables = {name.partition("/")[0] for name in scan.hits}
    assert {"raw_content", "clean_content", "watch_metrics", "customer360", "identity_map"} <= tables
    shutil.rmtree(made.lake / "clean_content")


@pytest.mark.slow  # two erasures of its own
def test_a_record_that_names_the_erased_elsewhere_is_named_and_can_be_corrected(made: Home) -> None:
    path = small.search_path(made.landing, small.APRIL)
    landed = path.read_text()
    path.write_text(landed.replace('"category": "enter"', f'"category": "enter", "action": "{CONTRACT}"'))
    assert made.run_directly().ok
    erased = erase(made, CONTRACT)
    assert not erased.is_proven
    assert "table raw_search, column action" in tables_found(erased.scan)
    assert "in the landing zone" in remedies(erased.scan)[0]
    path.write_text(landed)
    assert eraser(made).erase(subject_ids(made_ids=(CONTRACT, USER))).is_proven


@pytest.mark.slow  # an erasure of its own
def test_a_receipt_says_what_its_proof_can_not_say(made: Home) -> None:
    small.land_links(made.landing, f"contract,user_id,source\n{CONTRACT},0123456,app\n{CONTRACT},ab-12-cd,app\n")
    assert made.run_directly().ok
    erased = erase(made, CONTRACT)
    assert erased.is_proven
    assert (erased.receipt.limit or "").startswith("1 id is not a single word")


@pytest.mark.slow  # two erasures of its own
def test_a_landed_file_whose_name_is_the_id_can_be_renamed(made: Home) -> None:
    path = small.content_path(made.landing, small.APRIL)
    named = path.with_suffix("") / f"of-{CONTRACT}.json"
    named.parent.mkdir()
    path.rename(named)
    assert made.run_directly().ok
    erased = erase(made, CONTRACT)
    assert "table raw_content, column source_file" in tables_found(erased.scan)
    named.rename(named.with_name("of-somebody.json"))
    again = eraser(made).erase(subject_ids(made_ids=(CONTRACT, USER)))
    assert again.scan.hits == {}
    assert again.is_proven
