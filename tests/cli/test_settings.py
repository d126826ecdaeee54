"""What the environment says is taken together, and half of it is refused."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from resources.errors import BadSetting
from resources.settings import Settings
from tests.support.commands import command, environment

pytestmark = pytest.mark.unit


def test_the_sample_does_not_get_into_a_lake_that_was_named_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("C360_LAKE", str(tmp_path))
    monkeypatch.delenv("C360_LANDING", raising=False)
    assert Settings.from_environment(lake_alone=True).lake == str(tmp_path), "who reads the lake needs no landing zone"
    with pytest.raises(BadSetting, match="C360_LAKE is set, and C360_LANDING is not: set both"):
        Settings.from_environment()
    monkeypatch.setenv("C360_LANDING", str(tmp_path / "landing"))
    assert Settings.from_environment().landing == str(tmp_path / "landing")


@pytest.mark.parametrize("words", ["run", "status", "report", "doctor", "erase HNH579912 --yes"])
def test_commands_that_read_landed_files_refuse_a_lake_alone(tmp_path: Path, words: str) -> None:
    out, err = _told(tmp_path, *words.split())
    assert "C360_LAKE is set, and C360_LANDING is not: set both" in err, (out, err)
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("words", ["profile HNH579912", "upkeep --dry-run", "contract", "history taste"])
def test_commands_that_read_the_lake_take_it_alone(tmp_path: Path, words: str) -> None:
    out, err = _told(tmp_path, *words.split())
    assert "C360_LANDING" not in out + err


def test_a_home_that_cannot_be_written_is_named(c360, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a full disk, SQLite refuses to write."""
    database = tmp_path / "runs.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("create table runs (id)")

    def broken(*_: object) -> None:
        with create_engine(f"sqlite:///file:{database}?mode=ro&uri=true").connect() as connection:
            connection.execute(text("insert into runs values (1)"))

    monkeypatch.setattr("c360_assets.cli.maintenance.home.callback", broken)
    done = c360("home")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"c360: Dagster's home {tmp_path / 'dagster'} can't be used (attempt to write a readonly database). Free some "
        "space there or make it writable for you (DAGSTER_HOME), and run again: what was made stays.\n"
    )


def _told(root: Path, *words: str) -> tuple[str, str]:
    """What the command says, with everything in a folder and no landing zone named."""
    env = {**os.environ, **environment(root), "C360_ERASURE_KEY": "0123456789abcdef0123456789abcdef"}
    del env["C360_LANDING"]
    running = command(*words, env=env, folder=root)
    out, err = running.communicate()
    return out, err
