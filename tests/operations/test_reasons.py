"""Why a partition failed, in one line."""

import pytest

from resources.failures import reason_of
from resources.lake.tables import ContractError

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
        (RuntimeError("x LandingError: 20220401.json: is cut off. Land it again.\nat line 7"),
         "20220401.json: is cut off. Land it again."),
        (ContractError("clicks: the rows do not fit."), "clicks: the rows do not fit."),
        (OSError("no space left on device\nand more"), "OSError: no space left on device"),
        (KeyError(), "KeyError: "),
    ],
    ids=["error before its stack", "error behind its stack", "landing", "contract", "any other", "without words"],
)  # fmt: skip
def test_the_reason_is_the_line_that_says_what_happened(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
