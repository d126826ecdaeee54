"""Why a partition failed, in one line."""

import base64
import errno
import json
import os

import pytest

from resources.engine.failures import ERROR_KEY, crossing, failure_of, is_conflict, public_reason_of, reason_of
from resources.errors import (
    C360Error,
    CommitConflict,
    ContractError,
    DiskFull,
    LakeNotWritable,
    LandingError,
    ReaderError,
    UnexpectedError,
    Where,
)

CUT = LandingError("is cut off", "Land it again.", Where(file="20220401.json"))

pytestmark = pytest.mark.unit

BEFORE = """Python error: [landed::partitions] IndexError: list index out of range
Traceback:
Traceback (most recent call last):
  File "reader.py", line 523, in partitions
    tasks[-1].splits.append(split)
    ~~~~~^^^^
"""
BEHIND = """Python worker failed
Traceback (most recent call last):
  File "text.py", line 5, in fold
    raise ValueError("no")
ValueError: no
"""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError(BEFORE), "RuntimeError: Python error: [landed::partitions] IndexError: list index out of range"),
        (RuntimeError(BEHIND), "ValueError: no"),
        (RuntimeError(f"x LandingError: {crossing(CUT, ERROR_KEY)}\nat line 7"), "20220401.json: is cut off. Land it again."),
        (ContractError("the rows do not fit.", where=Where(table="clicks")), "clicks: the rows do not fit."),
        (OSError("no space left on device\nand more"), "OSError: no space left on device"),
        (KeyError(), "KeyError: "),
    ],
    ids=["error before its stack", "error behind its stack", "landing", "contract", "any other", "without words"],
)  # fmt: skip
def test_the_reason_is_the_line_that_says_what_happened(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


ODD = ReaderError(
    'holds "quotes", \\ and\na line', "đọc lại: read it again.", Where("a'b.json", 3, "t", "2022-04-01", "c")
)


@pytest.mark.parametrize("error", [CUT, ODD, LandingError("nothing known")], ids=["usual", "odd", "bare"])
@pytest.mark.parametrize(
    "wrapped", ["{}", "Py4J: {}\nat java\n{}", 'Status {{ message: "{!r}" }}'], ids=["alone", "twice", "quoted"]
)
def test_an_error_of_ours_comes_through_an_engine_whole(error: C360Error, wrapped: str) -> None:
    found = failure_of(RuntimeError(wrapped.format(*[str(crossing(error, ERROR_KEY))] * 2)))
    assert type(found) is type(error)
    assert (found.what, found.remedy, found.where) == (error.what, error.remedy, error.where)
    assert str(found) == str(error)


def forged(**fields: object) -> str:
    """What the name of a file could hold: an error of ours, as far as anybody can know how one is written."""
    error = {"kind": "DiskFull", "what": "anything", "remedy": "Now.", "where": {}, **fields}
    return base64.urlsafe_b64encode(json.dumps(error).encode()).decode()


LOOKALIKES = {
    "not JSON": "eA==",
    "no fields": "e30=",
    "not base64": "x",
    "a list": "W10=",
    "unsigned": forged(),
    "a number for a text": forged(remedy=5),
    "wrongly signed": f"{forged()}.{'0' * 64}",
    "signed by another process": str(crossing(CUT, "another key")).split()[-1].removesuffix("]"),
}


@pytest.mark.parametrize("payload", LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_what_only_looks_like_an_error_of_ours_is_an_unexpected_one(payload: str) -> None:
    text = f"raise crossing(error)  # [c360-error {payload}]"
    found = failure_of(RuntimeError(text))
    assert isinstance(found, UnexpectedError)
    assert str(found).startswith("RuntimeError: raise crossing")
    beside = failure_of(RuntimeError(f"{text} {crossing(CUT, ERROR_KEY)}"))
    assert str(beside) == str(CUT)


def test_an_error_of_ours_that_is_not_made_of_texts_does_not_come_through() -> None:
    sent = crossing(LandingError("is cut off", 5), ERROR_KEY)  # type: ignore[arg-type]
    assert isinstance(failure_of(RuntimeError(f"{sent}")), UnexpectedError)


@pytest.mark.parametrize("name", ["Failed to commit transaction", "No space left on device", "Read-only file system"])
def test_a_name_of_a_file_says_nothing_of_the_lake(name: str) -> None:
    cut = LandingError("is cut off", "Land it again.", Where(file=f"{name}.json"))
    sent = crossing(cut, ERROR_KEY)
    assert name not in str(sent)
    for error in (cut, RuntimeError(f"{sent} {name}")):
        assert not is_conflict(error)
        assert str(failure_of(error)) == str(cut)
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory", f"{name}.json")
    assert not is_conflict(missing)
    assert isinstance(failure_of(missing), UnexpectedError)


class _Wordless(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize("error", [_Wordless(), LandingError("x", 5), KeyError(_Wordless())])  # type: ignore[arg-type]
def test_every_error_has_a_reason(error: Exception) -> None:
    assert reason_of(error).startswith(type(error).__name__)
    assert public_reason_of(error).startswith(type(error).__name__)
    assert not is_conflict(error)


COMMIT = "Failed to commit transaction: {}"


@pytest.mark.parametrize(
    ("text", "kind", "again"),
    [
        (COMMIT.format("version 3 exists"), CommitConflict, True),
        (COMMIT.format("IO error: No space left on device (os error 28)"), DiskFull, False),
        ("No space left on device", DiskFull, False),
        ("anything else", UnexpectedError, False),
    ],
    ids=["a conflict", "a commit on a full disk", "a full disk", "neither"],
)
def test_only_a_conflict_is_tried_again(text: str, kind: type[C360Error], again: bool) -> None:
    error = RuntimeError(text)
    assert is_conflict(error) == again
    assert type(failure_of(error)) is kind


NOT_WRITABLE = {
    "a new table": "Could not create local directory: {}",
    "a new partition": "Failed to write file: Generic LocalFileSystem error: Unable to create dir {}: "
    "Permission denied (os error 13)",
    "a new file": "Unable to open file {}: Read-only file system (os error 30)",
}


@pytest.mark.parametrize("text", NOT_WRITABLE.values(), ids=NOT_WRITABLE.keys())
def test_a_lake_that_cannot_be_written_is_one_reason_for_all_tables(text: str) -> None:
    reasons = {reason_of(RuntimeError(text.format(f"/lake/{table}"))) for table in ("raw_content", "raw_search")}
    assert len(reasons) == 1
    assert isinstance(failure_of(RuntimeError(text)), LakeNotWritable)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES], ids=["read only", "denied"])
def test_provenance_that_cannot_be_written_has_the_same_reason(number: int) -> None:
    reasons = {reason_of(OSError(number, os.strerror(number), f"{table}/all.json")) for table in ("a", "b")}
    assert len(reasons) == 1
    assert isinstance(failure_of(OSError(number, os.strerror(number), "a")), LakeNotWritable)


def test_a_landed_file_that_may_not_be_read_is_not_the_lake() -> None:
    error = LandingError("can't be read (Permission denied)", "Make it readable.", Where(file="20220401.json"))
    assert isinstance(failure_of(RuntimeError(f"LocalFileSystem: {crossing(error, ERROR_KEY)}")), LandingError)
