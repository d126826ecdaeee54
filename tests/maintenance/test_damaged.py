"""Commands over a table whose log or files were cut, emptied, swapped or changed: one sentence, never a stack trace."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import click
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from c360_assets.commands.diff import diff_command
from c360_assets.commands.restore import history_command, restore_command
from c360_assets.commands.sql import sql_command
from c360_assets.commands.upkeep import upkeep_command
from c360_assets.maintenance.migration import migrations
from c360_assets.maintenance.orphan_files import TableFolder
from c360_assets.maintenance.private_logs import old_logs
from c360_assets.tables import TABLES
from resources.errors import C360Error, ContractError, DiskFull, LakeNotWritable
from resources.lake.damage import damage_named
from resources.lake.sql import query
from tests.fuzzing.corpus import CANARY, mutated
from tests.support.budget import IS_LONG

pytestmark = pytest.mark.unit

NAME = "raw_content"
SEEDS = 300 if IS_LONG else 15
COMMANDS: dict[str, Callable[[str], object]] = {
    "history": lambda lake: history_command(NAME, 20),
    "history --json": lambda lake: history_command(NAME, 20, as_json=True),
    "restore": lambda lake: restore_command(NAME, 1, is_meant=False),
    "restore --yes": lambda lake: restore_command(NAME, 1, is_meant=True),
    "upkeep": lambda lake: upkeep_command([NAME], 0, short=False, alone=True, dry_run=False),
    "upkeep --dry-run": lambda lake: upkeep_command([NAME], 168, short=False, alone=False, dry_run=True),
    "diff": lambda lake: diff_command(NAME, None, None, None, as_json=False),
    "sql": lambda lake: sql_command(f"select count(*) from {NAME}", "csv"),
    "status": lambda lake: migrations(lake, [TABLES[NAME]]),
    "queries": lambda lake: query(lake, [NAME], f"select count(*) from {NAME}"),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Path:
    """A table with four commits and a checkpoint."""
    root = tmp_path_factory.mktemp("lake")
    table, contract = str(root / NAME), TABLES[NAME]
    for day in range(1, 5):
        columns = {column.name: pa.array([CANARY] * 3) for column in contract.all_columns if column.name != "erased"}
        rows = {**columns, "erased": pa.nulls(3, pa.bool_()), "log_date": pa.array([date(2022, 4, day)] * 3)}
        write_deltalake(table, pa.table(rows), partition_by=["log_date"], mode="append")
        if day == 3:
            DeltaTable(table).create_checkpoint()
    return root


def damage(random: Random, table: Path) -> None:
    """Cuts, empties, swaps, changes or removes a file of a table, or puts a folder in its place."""
    files = [path for path in sorted(table.rglob("*")) if path.is_file()]
    path, how = random.choice(files), random.randrange(7)
    data = path.read_bytes()
    if how == 0:
        path.write_bytes(data[: random.randrange(len(data) + 1)])
    elif how == 1:
        path.write_bytes(b"")
    elif how == 2:
        path.write_bytes(random.choice(files).read_bytes())
    elif how == 3:
        path.write_bytes(b'{"a":' * 100_000)
    elif how < 6:
        path.unlink()
        if how == 5:
            path.mkdir()
    else:
        path.write_bytes(mutated(random, data))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_table_is_a_sentence(lake, tmp_path, monkeypatch, capfd, command):
    copy = tmp_path / "lake"
    monkeypatch.setenv("C360_LAKE", str(copy))
    refused = []
    for seed in range(SEEDS):
        shutil.copytree(lake, copy)
        damage(Random(seed), copy / NAME)
        try:
            COMMANDS[command](str(copy))
        except (C360Error, click.UsageError) as error:
            refused.append(str(error))
        except BaseException as error:
            raise AssertionError(f"{command}, seed {seed}: {error!r}"[:2000]) from error
        shutil.rmtree(copy)
    out, err = capfd.readouterr()
    if command != "diff":  # it shows keys
        assert CANARY not in f"{refused}{out}{err}"
    assert refused or "damaged" in out


def test_upkeep_leaves_a_damaged_table_and_goes_on(lake, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("C360_LAKE", str(tmp_path / "lake"))
    for name in (NAME, "raw_search"):
        shutil.copytree(lake / NAME, tmp_path / "lake" / name)
    (tmp_path / "lake" / NAME / "_delta_log" / f"{3:020}.json").write_bytes(b"{")
    assert upkeep_command([NAME, "raw_search"], 168, short=False, alone=False, dry_run=False) == 1
    out = capsys.readouterr().out
    assert f"left {NAME}: the table's log is damaged" in out
    assert "left raw_search" not in out


def test_a_disk_that_is_full_or_read_only_is_not_called_damage() -> None:
    """The erasure list and raw tables can't be made again: a full disk must not lead anyone to remove them."""
    for text, kind in (("No space left on device (os error 28)", DiskFull), ("Read-only file system", LakeNotWritable)):
        with pytest.raises(kind), damage_named(NAME):
            raise DeltaError(text)
    with pytest.raises(ContractError, match="Don't remove it"), damage_named(NAME):
        raise DeltaError("Invalid JSON in log record")


def test_a_query_over_a_missing_column_is_not_called_a_damaged_log(lake: Path) -> None:
    with pytest.raises(ContractError, match="a column is missing") as failed:
        query(str(lake), [NAME], f"select nothing_of_that_name from {NAME}")
    assert "log is damaged" not in str(failed.value)


@pytest.mark.parametrize("stats", ["{", "[]", '{"minValues": 3}'], ids=["cut", "a list", "a number"])
def test_statistics_of_another_form_are_a_damaged_log(lake: Path, tmp_path: Path, stats: str) -> None:
    shutil.copytree(lake / NAME, tmp_path / NAME)
    commit = tmp_path / NAME / "_delta_log" / f"{1:020}.json"
    actions = [json.loads(line) for line in commit.read_text().splitlines()]
    for action in actions:
        if "add" in action:
            action["add"]["stats"] = stats
    commit.write_text("\n".join(map(json.dumps, actions)))
    with pytest.raises(ContractError, match="log is damaged"):
        old_logs(TABLES[NAME], TableFolder(str(tmp_path / NAME)), hours=-1)
