"""A folder is written whole or not at all, and is its owner's only."""

import os
import stat
from pathlib import Path

import pytest

from c360_assets.exports.folder import whole_folder
from resources.errors import ExportRefused

pytestmark = pytest.mark.unit

OURS = ("rows.csv", "manifest.json")


class Killed(BaseException):
    """The process ends here."""


def write(parent: Path, text: str) -> None:
    with whole_folder(parent, "export", OURS) as folder:
        for name in OURS:
            (folder / name).write_text(text)


def held(parent: Path) -> dict[str, str]:
    """Every file below a folder."""
    return {str(path.relative_to(parent)): path.read_text() for path in parent.rglob("*") if path.is_file()}


def whole(text: str) -> dict[str, str]:
    return {f"export/{name}": text for name in OURS}


def test_the_newest_export_takes_the_place_of_the_last(tmp_path: Path) -> None:
    for text in ("first", "second"):
        write(tmp_path / "deep" / "out", text)
        assert held(tmp_path / "deep" / "out") == whole(text)


@pytest.mark.parametrize("before", [{}, whole("first")], ids=["nothing before", "an export before"])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_an_error_leaves_what_was_there(tmp_path: Path, before: dict[str, str], error: type[BaseException]) -> None:
    if before:
        write(tmp_path, "first")

    def broken_off() -> None:
        with whole_folder(tmp_path, "export", OURS) as folder:
            (folder / OURS[0]).write_text("half")
            raise error

    with pytest.raises(ExportRefused if error is OSError else error):
        broken_off()
    assert held(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == (1 if before else 0)


@pytest.mark.parametrize("rename", [0, 1, 2])
def test_a_kill_at_any_rename_leaves_one_whole_export_to_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rename: int
) -> None:
    write(tmp_path, "first")
    move, calls = Path.rename, []

    def killed(path: Path, target: Path) -> Path:
        if len(calls) == rename:
            raise Killed
        calls.append(path)
        return move(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        patched.setattr("c360_assets.exports.folder.shutil.rmtree", lambda *_, **__: None)
        try:
            write(tmp_path, "second")
        except Killed:
            pass
        else:
            assert rename == 2
    with pytest.raises(ValueError, match="no more"), whole_folder(tmp_path, "export", OURS):
        raise ValueError("no more")
    assert held(tmp_path) == whole("second" if rename == 2 else "first")


def test_what_is_not_of_an_export_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "mine.txt").write_text("kept")
    with pytest.raises(ExportRefused, match="holds other files"):
        write(tmp_path, "second")
    assert held(tmp_path) == {"export/mine.txt": "kept"}


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportRefused, match=r"can't be written \(Not a directory\)\. Choose another folder"):
        write(tmp_path / "file" / "out", "first")


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        write(tmp_path, "first")
    finally:
        os.umask(umask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {"export": 0o700, **dict.fromkeys(OURS, 0o600)}
