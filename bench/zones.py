"""The landing zones that are measured, and the folders of one measured lake."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import CONTENDERS, Contender

SEED = 7
SOURCES = ("log_content", "log_search", "identity")


def landed(scratch: Path, form: str, days: int, rows: int) -> Path:
    """The landing zone of a size and form; made where it is not there yet."""
    landing = scratch / f"landing-{form}-{days}x{rows}"
    complete = landing.with_suffix(".complete")
    if not complete.exists():
        print(f"writing {days} days of {rows:,} rows as {form}", flush=True)
        shutil.rmtree(landing, ignore_errors=True)
        command = [str(Path(sys.executable).with_name("c360")), "sample", "--out", str(landing), "--days", str(days)]
        more = ["--rows", str(rows), "--seed", str(SEED), "--format", form]
        subprocess.run([*command, *more], check=True, stdout=subprocess.DEVNULL)
        complete.touch()
    return landing


@dataclass(frozen=True)
class Folders:
    """The folders of a contender's lake, this project's by default: what lands, the tables, and Dagster's records."""

    landing: Path
    lake: Path
    home: Path
    contender: Contender = CONTENDERS["ours"]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the contender's commands over it."""
        return self.contender.environment(self.landing, self.lake, self.home)

    @property
    def run(self) -> list[str]:
        """The command that makes the lake."""
        return self.contender.command(self.landing, self.lake)

    def land(self, whole: Path, days: int) -> None:
        """Lands the first days of a landing zone, those that are not there yet, and all links."""
        for source in SOURCES:
            (self.landing / source).mkdir(parents=True, exist_ok=True)
            entries = sorted(path for path in (whole / source).iterdir() if not path.name.startswith((".", "_")))
            for entry in entries[: None if source == "identity" else days]:
                target = self.landing / source / entry.name
                if target.exists():
                    continue
                if entry.is_dir():
                    shutil.copytree(entry, target, copy_function=os.link)
                else:
                    os.link(entry, target)


@contextmanager
def new_folders(scratch: Path, contender: Contender = CONTENDERS["ours"]) -> Iterator[Folders]:
    """Folders that are empty at first, and gone afterwards."""
    root = scratch / f"one-lake-{contender.name}"
    shutil.rmtree(root, ignore_errors=True)
    folders = Folders(root / "landing", root / "lake", root / "dagster", contender)
    folders.home.mkdir(parents=True)
    try:
        yield folders
    finally:
        shutil.rmtree(root)
