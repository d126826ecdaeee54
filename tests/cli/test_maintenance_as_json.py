"""What `upkeep --json` and `history --json` say of a table is what was done to it, and what it holds."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytestmark = pytest.mark.unit

TABLE = "identity_map"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake with one table, of two commits and two files."""
    for user in ("0123456", "7654321"):
        row = pl.DataFrame({"contract": ["HNH579912"], "user_id": [user], "source": ["app"]})
        row.write_delta(tmp_path / "lake" / TABLE, mode="append")
    return tmp_path / "lake"


def test_history_has_each_version_newest_first(c360: Any, lake: Path) -> None:
    told = c360("history", TABLE, "--json")
    assert (told.status, told.err) == (0, "")
    found = json.loads(told.out)
    assert found["table"] == TABLE
    newest, first = found["versions"]
    assert [one["version"] for one in (newest, first)] == [1, 0]
    for one in (newest, first):
        assert abs(datetime.fromisoformat(one["time"]) - datetime.now(UTC)).days == 0
        assert {name: one[name] for name in ("operation", "partitions", "restorable", "files_gone")} == {
            "operation": "WRITE",
            "partitions": [],
            "restorable": True,
            "files_gone": 0,
        }
    assert [one["version"] for one in json.loads(c360("history", TABLE, "--limit", "1", "--json").out)["versions"]] == [
        1
    ]


def test_history_names_versions_whose_files_are_gone(c360: Any, lake: Path) -> None:
    for file in (lake / TABLE).glob("*.parquet"):
        file.unlink()
    newest, first = json.loads(c360("history", TABLE, "--json").out)["versions"]
    assert [(one["restorable"], one["files_gone"]) for one in (newest, first)] == [(False, 2), (False, 1)]


def test_upkeep_says_what_it_would_do_and_what_it_did(c360: Any, lake: Path) -> None:
    would = json.loads(c360("upkeep", TABLE, "--dry-run", "--json").out)
    files = sorted((lake / TABLE).glob("*.parquet"))
    size = sum(file.stat().st_size for file in files)
    [planned] = would["tables"]
    assert would["dry_run"] is True
    assert (planned["table"], planned["files_before"], planned["files_after"]) == (TABLE, 2, 1)
    assert (planned["bytes_before"], planned["problem"]) == (size, None)
    assert sorted((lake / TABLE).glob("*.parquet")) == files

    told = c360("upkeep", TABLE, "--json")
    found = json.loads(told.out)
    [done] = found["tables"]
    assert (told.status, found["dry_run"], done["files_before"], done["files_after"]) == (0, False, 2, 1)
    assert 0 < done["bytes_after"] < size
    assert done["removed_files"] == done["freed_bytes"] == 0, "what is out of use is kept for a week"
    [again] = json.loads(c360("upkeep", TABLE, "--json").out)["tables"]
    assert (again["files_before"], again["bytes_before"]) == (1, done["bytes_after"])


def test_upkeep_of_a_lake_without_tables_is_an_empty_list(c360: Any) -> None:
    assert json.loads(c360("upkeep", "--json").out)["tables"] == []
