"""An error in a reader of landed files comes through the engine whole: what happened, in which file, and what to do."""

import base64
import gzip
import logging
from pathlib import Path

import pytest
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from resources.engine.failures import ERROR_KEY, failure_of, is_conflict
from resources.errors import C360Error, LandingError, ReaderError, Where
from resources.landing.delivery_reader import read_landed
from resources.landing.layout import FileSplit
from resources.landing.source import _errors_crossing
from tests.landing.reading import CONTENT

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]


def failure(session: SparkSession, *splits: FileSplit) -> C360Error:
    """What a read of these splits on the engine fails with."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each engine raises its own
        read_landed(session, CONTENT, list(splits)).collect()
    return failure_of(raised.value)


def fields(error: C360Error) -> tuple[type[C360Error], str, str, Where]:
    return type(error), error.what, error.remedy, error.where


def test_a_file_that_cannot_be_read(session: SparkSession, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "20220401.json.gz"
    path.write_bytes(gzip.compress(b'{"Contract":"a"}\n' * 50)[:-9])
    assert fields(failure(session, FileSplit(str(path), path.name, "json", 9, compression="gzip"))) == (
        LandingError,
        "the compressed file is cut off",
        "Land it again, whole.",
        Where(file="20220401.json.gz"),
    )
    assert capfd.readouterr() == ("", "")


FORGED = base64.urlsafe_b64encode(b'{"kind":"DiskFull","what":"x","remedy":5,"where":{}}').decode()


@pytest.mark.parametrize("name", [f"[c360-error {FORGED}]", "Failed to commit transaction", "No space left on device"])
def test_what_a_file_is_called_does_not_change_what_is_wrong_with_it(
    session: SparkSession, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"20220401.{name}.json.gz"
    path.write_bytes(gzip.compress(b'{"Contract":"a"}\n' * 50)[:-9])
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each engine raises its own
        read_landed(session, CONTENT, [FileSplit(str(path), path.name, "json", 9, compression="gzip")]).collect()
    found = failure_of(raised.value)
    assert fields(found)[:2] == (LandingError, "the compressed file is cut off")
    assert found.where == Where(file=path.name)
    assert not is_conflict(raised.value)


def test_a_fault_of_the_reader_names_the_file_and_not_what_it_holds(session: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "20220401.json"
    path.write_bytes(b'{"Contract":"HNH579912"}\n')
    found = failure(session, FileSplit(str(path), path.name, "no such form", 9))
    assert isinstance(found, ReaderError)
    assert found.what.startswith("the reader broke off (KeyError in source.py, line ")
    assert found.where == Where(file="20220401.json")
    assert found.remedy


def test_a_fault_before_anything_is_read_names_the_files(session: SparkSession) -> None:
    found = failure(session, *(FileSplit("x", f"{day}.json", "json", None) for day in (1, 2)))  # type: ignore[arg-type]
    assert isinstance(found, ReaderError)
    assert found.what.startswith("the reader broke off (TypeError in source.py, line ")
    assert found.where == Where(file="1.json to 2.json")


def test_memory_that_runs_out_is_called_so() -> None:
    with pytest.raises(Exception, match="not enough memory") as raised, _errors_crossing("a.json", ERROR_KEY):
        raise MemoryError
    found = failure_of(raised.value)
    assert str(found) == "a.json: there is not enough memory to read it. Free some, and run again."


@pytest.mark.parametrize(
    "name", ["DataFrameQueryContextLogger", "SQLQueryContextLogger", "pyspark.sql.connect.logging"]
)
def test_the_client_writes_no_errors_of_its_own(session: SparkSession, name: str) -> None:
    written: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = written.append  # type: ignore[method-assign]
    logger = PySparkLogger.getLogger(name)
    logger.addHandler(handler)
    with pytest.raises(Exception, match="'x'"):
        session.sql("select cast('x' as int)").collect()
    with pytest.raises(Exception, match="'x'"):
        session.range(1).select(F.lit("x").cast("int")).collect()
    logger.exception("an error", errorClass="ANY")
    logger.removeHandler(handler)
    assert written == []
