"""What `c360 erase` says at its end agrees with its exit status."""

import io
from datetime import date

import pytest
from rich.console import Console

from c360_assets.commands.erase import _report
from c360_assets.execution.runner import Outcome
from c360_assets.privacy.erase import Erased
from c360_assets.privacy.landed_files import REWRITE
from c360_assets.privacy.proof.byte_scan import Scan
from c360_assets.privacy.receipts import Receipt

pytestmark = pytest.mark.unit


def reported(
    not_rewritten: dict[str, str], scan: Scan | None = None, limit: str | None = None, outcome: Outcome | None = None
) -> tuple[int, str]:
    receipt = Receipt("one", "", [], landing=REWRITE, not_rewritten=not_rewritten, limit=limit)
    text = io.StringIO()
    status = _report(Console(file=text, width=200), Erased(receipt, scan or Scan(), outcome or Outcome()))
    return status, text.getvalue()


def test_all_is_erased_and_proven() -> None:
    status, text = reported({})
    assert status == 0
    assert "Erased and proven." in text
    assert "0 still hold an erased id" in text


def test_a_landed_file_that_stays_is_not_called_proven() -> None:
    status, text = reported({"log_content/notes.txt": "it does not belong to any day's data"})
    assert status == 1
    assert "Erased and proven." not in text
    assert "1 still holds an erased id" in text


def test_a_hit_in_a_table_has_its_column_and_a_remedy() -> None:
    file = "raw_content/log_date=2022-04-01/a.parquet"
    status, text = reported({}, Scan(hits={file: 2}, columns={file: {"action"}}))
    assert status == 1
    assert f"found {file} (table raw_content, column action): 2 times" in text
    assert "correct or remove it in the landing zone" in text


def test_what_the_proof_can_not_say_is_told() -> None:
    assert "2 ids are not single words" in reported({}, limit="2 ids are not single words of 4 to 64")[1]


def test_what_keeps_it_from_being_proven_is_named() -> None:
    not_read = "log_content/notes.txt is not named by a day: name it YYYYMMDD, with its ending, or move it away"
    item = ("clean_content", date(2022, 4, 1))
    outcome = Outcome(blocked={item: "raw_content 2022-04-01 failed"}, unrecognized_files=[not_read])
    status, text = reported({}, outcome=outcome)
    assert status == 1
    assert f"not read {not_read}" in text
    assert "left as it was clean_content 2022-04-01: raw_content 2022-04-01 failed" in text
    assert "Not proven. Put right what is named above, then run the same command again." in text
