"""What the commands are called, how they are explained, and what they say to words they don't understand."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from c360_assets.cli import cli, main
from c360_assets.reference.model import load_reference
from resources.settings import PROJECT
from tests.support import small_landing as landing

pytestmark = pytest.mark.unit

COMMANDS = {
    "run": ["--from", "--to", "--all", "--show-profile", "--strict", "--quiet", "--json", "Exit status"],
    "status": ["Exit status"],
    "profile": ["CUSTOMER", "--month", "--json", "--html"],
    "export": ["AUDIENCE", "--month", "--out", "--format", "csv|parquet|json", "--columns", "Exit status"],
    "report": ["--month", "--out", "Exit status"],
    "sql": ["-c", "--format", "table|csv|json", "Exit status"],
    "sample": ["--out", "--from", "--days", "--rows", "--months", "--seed", "--format", "json|csv|parquet", "--forms"],
    "upkeep": ["TABLE", "--retention", "--short", "--alone", "--dry-run", "--json", "Exit status"],
    "history": ["TABLE", "--limit", "--json"],
    "restore": ["TABLE", "--version", "--yes"],
    "erase": [
        "CUSTOMER",
        "--from-file",
        "--dry-run",
        "--yes",
        "--landing",
        "list|rewrite",
        "--accept-lost",
        "--verify",
        "Exit status",
    ],
    "explain": ["CUSTOMER", "--month", "--figure", "--json", "Exit status"],
    "diff": ["TABLE", "--from", "--to", "--month", "--json"],
    "contract": ["TABLE", "--format", "--json"],
    "doctor": ["--json", "Exit status"],
    "home": [],
    "reference": ["C360_REFERENCE"],
}
VARIABLES = [
    "C360_LANDING",
    "C360_LAKE",
    "C360_REFERENCE",
    "C360_ENGINE",
    "C360_FIRST_DAY",
    "C360_WEBHOOK",
    "DAGSTER_HOME",
]


def test_all_commands_are_here():
    assert set(cli.commands) == set(COMMANDS)


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_teaches(c360, flag):
    told = c360(flag)
    assert (told.status, told.err) == (0, "")
    assert not [word for word in [*COMMANDS, *VARIABLES] if word not in told.out]


def test_help_keeps_its_lines(c360):
    told = c360("--help").out
    assert "\\b" not in told
    assert re.search(r"^ +c360 status {2,}what landed", told, re.MULTILINE)
    assert re.search(r"^ +C360_LAKE {2,}Delta tables", told, re.MULTILINE)


def test_no_command_is_cut_short_in_the_list(c360):
    _, commands = c360("--help").out.split("Commands:")
    assert "..." not in commands


@pytest.mark.parametrize(("command", "words"), COMMANDS.items(), ids=COMMANDS)
def test_every_command_has_help(c360, command, words):
    told = c360(command, "--help")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"Usage: c360 {command}")
    assert not [word for word in words if word not in told.out]


def test_every_option_is_explained():
    options = [
        (name, option.name)
        for name, command in cli.commands.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help and option.name not in ("form", "month")
    ]
    assert options == []


def test_the_version_is_told(c360):
    assert re.search(r"\d+\.\d+", c360("--version").out)


_IMPORTED = """
import json, resource, sys
sys.argv = ["c360", "--help"]
from c360_assets.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([used.ru_utime + used.ru_stime, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_help_answers_at_once():
    done = subprocess.run([sys.executable, "-c", _IMPORTED], cwd=PROJECT, capture_output=True, text=True, check=True)
    seconds, modules = json.loads(done.stdout.splitlines()[-1])
    assert seconds < 1
    assert not {"pyspark", "dagster", "pyarrow", "pandas", "numpy", "rich", "resources"} & set(modules)


def test_a_sample_does_not_overwrite_other_data(c360, tmp_path):
    theirs = tmp_path / "landing" / "log_content" / "20220401.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}")
    told = c360("sample", "--out", str(tmp_path / "landing"), "--days", "1", "--rows", "1")
    assert told.status == 1
    assert "Choose another folder" in told.err
    assert theirs.read_text() == "{}"


def test_dagsters_home_is_made_with_the_settings_of_the_project(c360, tmp_path):
    told = c360("home")
    assert (told.status, told.out) == (0, f"{tmp_path / 'dagster'}\n")
    made = tmp_path / "dagster" / "dagster.yaml"
    assert "telemetry:\n  enabled: false\n" in made.read_text()
    made.write_text("")
    c360("home")
    assert "telemetry:\n  enabled: false\n" in made.read_text(), "an empty one is what a full disk leaves"
    assert "DAGSTER_DISABLE_TELEMETRY" in os.environ, "a home of before may have it on"
    made.write_text("telemetry: {enabled: false}\n")
    c360("home")
    assert made.read_text() == "telemetry: {enabled: false}\n"


def test_the_reference_data_can_be_copied_and_changed(c360, tmp_path, monkeypatch):
    folder = c360("reference").out.removesuffix("\n")
    assert load_reference(Path(folder))
    copy = shutil.copytree(folder, tmp_path / "reference")
    monkeypatch.setenv("C360_REFERENCE", str(copy))
    assert c360("reference").out == f"{copy}\n"


def test_status_tells_no_share_of_nothing(c360, tmp_path):
    landing.land_all(tmp_path / "landing", landing.CONTENT_DAYS[:1], ())
    told = c360("status")
    assert told.status == 1
    assert re.search(r"2022-04 .* 0 │ +– │ –", told.out)
    assert re.search(r"^to make identity_map$", told.out, re.MULTILINE)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands(shell):
    done = subprocess.run(
        [sys.executable, "-m", "c360_assets.cli"],
        env={**os.environ, "PYTHONPATH": str(PROJECT), "_C360_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "_C360_COMPLETE" in done.stdout


def test_an_error_that_nobody_foresaw_is_one_sentence_without_its_text(c360, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("HNH579912")

    monkeypatch.setattr("c360_assets.cli.maintenance.home.callback", broken)
    done = c360("home")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("c360: an unexpected ValueError in test_words.py, line ")
    assert "HNH579912" not in done.err
    assert len(done.err.splitlines()) == 1
    monkeypatch.setenv("C360_TRACEBACK", "1")
    with pytest.raises(ValueError, match="HNH579912"):
        main()
