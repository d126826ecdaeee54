"""A folder or file that can't be listed or looked at is named as not searched, so that nothing counts as proven."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.spec import AbstractFileSystem

from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.subjects import suppression_of
from tests.support.deep import too_long_folder

pytestmark = pytest.mark.unit

CONTRACT = "HNH579912"
BOTH = pytest.mark.parametrize("every_word", [False, True], ids=["own", "landed"])


def scanned(folder: Path, every_word: bool, known: tuple[str, ...] = ()) -> Scan:
    scan = Scan()
    ByteScanner(suppression_of([("contract", CONTRACT)]), every_word).scan(str(folder), scan, known)
    return scan


def refusing(call: Callable[..., object], refused: Path) -> Callable[..., object]:
    """A call that the system refuses for one path."""

    def of(path: object, *args: object, **kwargs: object) -> object:
        if os.fspath(path) == str(refused):  # type: ignore[call-overload]
            raise PermissionError(13, "Permission denied")
        return call(path, *args, **kwargs)

    return of


@BOTH
def test_a_path_longer_than_the_system_takes_is_not_searched(every_word: bool, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(CONTRACT)
    with too_long_folder(tmp_path, CONTRACT.encode()) as name:
        scan = scanned(tmp_path, every_word)
    assert ([*scan.hits], scan.unsearched) == (["notes.txt"], [name])
    assert "can't be listed" in scan.reasons[name]


@BOTH
def test_a_folder_that_can_not_be_listed_is_not_searched(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "others" / "archive").mkdir(parents=True)
    (tmp_path / "others" / "archive" / "old.csv").write_text(CONTRACT)
    (tmp_path / "read.csv").write_text("nobody")
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, tmp_path / "others" / "archive"))
    assert scanned(tmp_path, every_word).unsearched == ["others/archive"]
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, tmp_path))
    assert scanned(tmp_path, every_word).unsearched == [str(tmp_path)]


@BOTH
def test_a_file_that_can_not_be_looked_at_is_not_searched(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a folder that may be listed, but not entered."""
    (tmp_path / "old.csv").write_text(CONTRACT)
    info = refusing(lambda entry: entry, tmp_path / "old.csv")
    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.info", lambda _, entry: info(entry))
    assert scanned(tmp_path, every_word).unsearched == ["old.csv"]
    assert scanned(tmp_path, every_word, known=("old.csv",)).is_clean


@BOTH
def test_a_link_to_what_can_not_be_looked_at_is_not_searched(every_word: bool, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("d" * 300)
    (tmp_path / "circle.csv").symlink_to("circle.csv")
    (tmp_path / "lost.csv").symlink_to("nothing")
    assert sorted(scanned(tmp_path, every_word).unsearched) == ["circle.csv", "link.csv"]


def test_what_is_not_there_needs_no_search(tmp_path: Path) -> None:
    assert scanned(tmp_path / "none", every_word=True).is_clean


@BOTH
def test_a_folder_of_another_store_that_can_not_be_listed_is_not_searched(
    every_word: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryFileSystem()
    for name in ("a/others/deep/old.csv", "a/read/deep/new.csv"):
        store.pipe(f"/unlisted/{name}", CONTRACT.encode())
    listed = MemoryFileSystem.ls

    def refused(self: MemoryFileSystem, path: str, *args: object, **kwargs: object) -> object:
        if path.endswith("/others"):
            raise PermissionError(13, "Permission denied")
        return listed(self, path, *args, **kwargs)

    monkeypatch.setattr(MemoryFileSystem, "ls", refused)
    monkeypatch.setattr(MemoryFileSystem, "find", AbstractFileSystem.find)  # as of stores over SFTP
    scan = Scan()
    ByteScanner(suppression_of([("contract", CONTRACT)]), every_word).scan("memory://unlisted", scan)
    assert ([*scan.hits], scan.unsearched) == (["a/read/deep/new.csv"], ["a/others"])
    monkeypatch.undo()
    store.rm("/unlisted", recursive=True)
