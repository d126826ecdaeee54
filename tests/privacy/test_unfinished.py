"""An erasure that was stopped does not look finished: every command that looks at the lake says so, and names nobody."""

import json
from collections.abc import Callable

import pytest

from c360_assets.build import build
from c360_assets.execution.runner import Outcome, Runner
from c360_assets.privacy.erase import Erased, Eraser
from c360_assets.privacy.receipts import Receipt, ReceiptStore
from c360_assets.privacy.resumed import subjects_to_erase
from c360_assets.privacy.subjects import Ids, subject_of
from resources.erasure.erasure_list import ErasureList
from resources.lake.sql import LakeQuery
from tests.privacy.conftest import KEY
from tests.support import small_landing as small
from tests.support.direct import DirectRunner
from tests.support.homes import Home

CONTRACT, USER = "HNH579912", "0123456"
TOLD = "1 erasure was begun and not finished. Run the same `c360 erase` command again."


@pytest.fixture
def stopped(made: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A lake whose erasure was stopped when the list was written, and nothing else; a run has come after it."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    made.erasure_key = KEY
    monkeypatch.setenv("DAGSTER_HOME", str(made.root / "dagster"))
    monkeypatch.setenv("C360_ERASURE_KEY", KEY.decode())
    ids = subject_of(LakeQuery(str(made.lake)), CONTRACT).ids
    job = build(made.settings).resolve_implicit_global_asset_job_def()
    with monkeypatch.context() as patched:
        patched.setattr("c360_assets.privacy.erase.write_tombstones", stop)
        with pytest.raises(KeyboardInterrupt):
            Eraser(made.settings, made.instance, job, lambda text: None).erase(ids)
    assert made.run_directly().ok
    return made


@pytest.fixture
def erase(stopped: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[[Ids], Erased]:
    """Erases further ids there. Tables are made without Dagster's steps."""
    monkeypatch.setattr(
        "c360_assets.privacy.erase.Runner", lambda _, __, planner, ___: DirectRunner(stopped.definitions(), planner)
    )
    job = build(stopped.settings).resolve_implicit_global_asset_job_def()
    return Eraser(stopped.settings, stopped.instance, job, lambda text: None).erase


@pytest.mark.engine
def test_status_says_so(stopped: Home, c360) -> None:
    done = c360("status", root=stopped.root)
    assert done.status == 1
    assert f"erasure {TOLD}" in done.out
    assert "All that landed is made" not in done.out
    assert CONTRACT not in done.out
    assert USER not in done.out
    found = json.loads(c360("status", "--json", root=stopped.root).out)
    assert (found["ok"], found["erasures"]["unfinished"]) == (False, 1)


@pytest.mark.engine
def test_a_finished_one_is_none(stopped: Home, c360) -> None:
    erasures, store = ErasureList(str(stopped.lake), KEY), ReceiptStore(str(stopped.lake))
    (receipt,) = store.all(erasures)
    receipt.finished_at = "2022-05-01T00:00:00+00:00"
    store.write(receipt, erasures)
    done = c360("status", root=stopped.root)
    assert (done.status, "not finished" in done.out) == (0, False)


@pytest.mark.engine
def test_it_is_the_same_erasure_if_another_link_has_landed_since(stopped: Home) -> None:
    small.land_links(stopped.landing, f"{small.LINKS}{CONTRACT},7654321,app\n")
    (subject,) = subjects_to_erase(stopped.settings, [CONTRACT])
    job = build(stopped.settings).resolve_implicit_global_asset_job_def()
    receipt = Eraser(stopped.settings, stopped.instance, job, lambda text: None)._receipt(subject.ids, [], "list")
    (begun,) = ReceiptStore(str(stopped.lake)).all(ErasureList(str(stopped.lake), KEY))
    assert (receipt.receipt_id, len(begun.subjects), len(receipt.subjects)) == (begun.receipt_id, 2, 3)


@pytest.mark.slow  # an erasure of its own
@pytest.mark.engine
@pytest.mark.parametrize("landing", ["list", "rewrite"])
def test_one_erasure_of_several_customers_finishes_those_of_each_unless_landed_files_were_to_be_rewritten(
    stopped: Home, erase: Callable[[Ids], Erased], landing: str
) -> None:
    erasures, store = ErasureList(str(stopped.lake), KEY), ReceiptStore(str(stopped.lake))
    digest = erasures.digest("contract", "SGDA12345")
    erasures.add([("contract", "SGDA12345")], "another")
    begun = Receipt("another", "2099-01-01", [{"kind": "contract", "digest": digest}], landing=landing)
    store.write(begun, erasures)
    subjects = subjects_to_erase(stopped.settings, [CONTRACT, "SGDA12345"])
    ids = [pair for subject in subjects for pair in subject.ids]
    assert erase(ids).is_proven
    assert store.unfinished() == (1 if landing == "rewrite" else 0)
    (now,) = [one for one in store.all(erasures) if one.receipt_id == "another"]
    assert bool(now.scanned) is (landing == "list")


@pytest.mark.slow  # an erasure of its own
@pytest.mark.engine
def test_an_erasure_of_somebody_else_also_takes_out_whom_a_stopped_one_has_only_listed(
    stopped: Home, erase: Callable[[Ids], Erased]
) -> None:
    """The customer is on the list, so whatever is found of them keeps any later erasure from being proven."""
    assert [row for row in stopped.rows("raw_content") if row["contract"] == CONTRACT]
    (other,) = subjects_to_erase(stopped.settings, ["DNABC1234"])
    assert erase(other.ids).is_proven
    assert ReceiptStore(str(stopped.lake)).unfinished() == 0
    held = {row["contract"] for row in stopped.rows("raw_content")}
    assert not held & {CONTRACT, "DNABC1234"}


@pytest.mark.slow  # an erasure of its own
@pytest.mark.engine
def test_so_it_does_if_it_takes_up_only_a_part_of_the_stopped_one(
    stopped: Home, erase: Callable[[Ids], Erased]
) -> None:
    assert erase([("user", USER)]).is_proven
    assert ReceiptStore(str(stopped.lake)).unfinished() == 0
    assert not [row for row in stopped.rows("raw_content") if row["contract"] == CONTRACT]


@pytest.mark.engine
def test_doctor_says_so(stopped: Home, c360) -> None:
    found = {one["name"]: one for one in json.loads(c360("doctor", "--json", root=stopped.root).out)}["erasures"]
    assert (found["state"], f"{found['found']}. {found['remedy']}") == ("failed", TOLD)


@pytest.mark.unit
@pytest.mark.parametrize("finished_at", [None, "2022-05-01T00:00:00+00:00"])
def test_a_run_says_so(c360, tmp_path, monkeypatch, finished_at: str | None) -> None:
    small.land_content(tmp_path / "landing", small.APRIL)
    lake = str(tmp_path / "lake")
    erasures = ErasureList(lake, KEY)
    erasures.add([("user", USER)], "0123456789ab")
    receipt = Receipt(
        "0123456789ab", "2022-05-01T00:00:00+00:00", [{"kind": "user", "digest": erasures.digest("user", USER)}]
    )
    receipt.finished_at = finished_at
    ReceiptStore(lake).write(receipt, erasures)
    monkeypatch.setattr(Runner, "run_all", lambda *_: Outcome())
    done = c360("run", "--quiet")
    assert (done.status, done.out) == ((0, "") if finished_at else (1, f"problem {TOLD}\n"))
    found = json.loads(c360("run", "--json").out)
    assert (found["ok"], found["problems"]) == ((True, []) if finished_at else (False, [TOLD]))
