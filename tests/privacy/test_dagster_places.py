"""The proof looks at what Dagster keeps outside its home, and names what is not in files."""

from pathlib import Path

import pytest

from c360_assets.commands.erase import verify_command
from c360_assets.privacy.erase import prove
from c360_assets.privacy.proof.dagster_places import DagsterPlaces, dagster_places
from c360_assets.privacy.receipts import Receipt, ReceiptStore, read_receipt
from resources.erasure.erasure_list import ErasureList
from tests.privacy.conftest import KEY

pytestmark = pytest.mark.unit

CONTRACT = "HNH579912"
ARTIFACTS = """
local_artifact_storage:
  module: dagster._core.storage.root
  class: LocalArtifactStorage
  config: {{base_dir: {base}}}
"""
LOGS = """
compute_logs:
  module: dagster._core.storage.local_compute_log_manager
  class: LocalComputeLogManager
  config: {{base_dir: {{env: LOGS_OF_A_TEST}}}}
"""
SQLITE = "storage: {{sqlite: {{base_dir: {base}}}}}"
LEGACY = """
event_log_storage:
  module: dagster._core.storage.event_log
  class: SqliteEventLogStorage
  config: {{base_dir: {base}}}
"""
POSTGRES = """
storage:
  postgres:
    postgres_db: {{hostname: db.example.com, db_name: d, username: u, password: {{env: PASSWORD_OF_A_TEST}}}}
"""
IN_A_STORE = """
compute_logs:
  module: dagster_aws.s3.compute_log_manager
  class: S3ComputeLogManager
  config: {{bucket: logs-of-all, local_dir: {base}}}
"""
SILENT = """
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOGS_OF_A_TEST", str(tmp_path / "elsewhere"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def erasures(tmp_path: Path) -> ErasureList:
    found = ErasureList(str(tmp_path / "lake"), KEY)
    found.add([("contract", CONTRACT)], "a-receipt")
    return found


def places(home: Path, settings: str) -> DagsterPlaces:
    (home / "dagster.yaml").write_text(settings.format(base=home.parent / "elsewhere"))
    return dagster_places(home)


def test_by_default_all_is_in_dagsters_home(home: Path) -> None:
    found = places(home, "")
    assert (found.outside(str(home)), found.elsewhere) == ([], [])


@pytest.mark.parametrize(
    ("settings", "inner"),
    [
        (ARTIFACTS, ["storage", "schedules"]),
        (LOGS, [""]),
        (SQLITE, ["history", "schedules"]),
        (LEGACY, [""]),
        (IN_A_STORE, [""]),
    ],
)
def test_folders_outside_the_home_are_found(settings: str, inner: list[str], home: Path) -> None:
    found = places(home, settings)
    assert found.outside(str(home)) == [str(home.parent / "elsewhere" / name) for name in inner]
    assert found.outside(str(home), str(home.parent)) == []


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        (POSTGRES, "runs, events and schedules (DagsterPostgresStorage)"),
        (IN_A_STORE, "output of steps (S3ComputeLogManager)"),
    ],
)
def test_what_is_not_in_files_is_named(settings: str, what: str, home: Path) -> None:
    (sentence,) = places(home, settings).elsewhere
    assert what in sentence
    assert "db.example.com" not in sentence
    assert places(home, SILENT).elsewhere == []


@pytest.mark.parametrize(("settings", "file"), [(ARTIFACTS, "storage/r/x.err"), (SQLITE, "history/x"), (LOGS, "a/x")])
def test_what_dagster_keeps_outside_its_home_is_searched(
    settings: str, file: str, home: Path, erasures: ErasureList
) -> None:
    path = home.parent / "elsewhere" / file
    path.parent.mkdir(parents=True)
    path.write_text(f"watched by {CONTRACT}\n")
    places(home, settings)
    assert prove(str(home.parent / "lake"), erasures).hits == {str(path): 1}


def test_the_command_and_the_receipt_say_what_was_not_searched(
    home: Path, erasures: ErasureList, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = places(home, POSTGRES).elsewhere
    scan = prove(str(home.parent / "lake"), erasures)
    assert (scan.is_clean, scan.elsewhere) == (True, elsewhere)
    receipt = Receipt("a-receipt", "2026-11-29T00:00:00+00:00", [], not_searched=scan.elsewhere)
    ReceiptStore(str(home.parent / "lake")).write(receipt, erasures)
    (file,) = (home.parent / "lake").glob("erasures/_receipts/*.json")
    assert read_receipt(file.read_bytes(), erasures, "").not_searched == elsewhere
    monkeypatch.setenv("C360_LAKE", str(home.parent / "lake"))
    monkeypatch.setenv("C360_ERASURE_KEY_FILE", str(home / "key"))
    (home / "key").write_bytes(KEY)
    assert verify_command(file) == 0
    assert elsewhere[0] in " ".join(capsys.readouterr().out.split())
