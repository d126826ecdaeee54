"""The lake answers each question of docs/sql.md, always with the same rows."""

import csv
import io
import re

import polars as pl
import pytest

from resources.settings import PROJECT
from tests.support.homes import Home
from tests.support.sampled import SECOND

pytestmark = pytest.mark.engine

PAGE = (PROJECT / "docs" / "sql.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^### (.*?)\n+```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture
def answer(c360, made_once: Home):
    """The rows that `c360 sql` answers a question with."""

    def ask(question: str) -> list[dict[str, str]]:
        done = c360("sql", "--format", "csv", "-c", QUESTIONS[question], root=made_once.root)
        assert (done.status, done.err) == (0, "")
        return [*csv.DictReader(io.StringIO(done.out))]

    return ask


def newest(home: Home, table: str) -> pl.DataFrame:
    return pl.DataFrame(home.rows(table), infer_schema_length=None).filter(pl.col("month") == SECOND)


def test_there_are_twenty() -> None:
    assert len(QUESTIONS) == 20 == PAGE.count("```sql")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_an_answer_which_is_always_the_same(answer, question: str) -> None:
    rows = answer(question)
    assert rows
    assert answer(question) == rows


def test_the_answers_are_those_of_the_tables(answer, made_once: Home) -> None:
    """A few, counted by another reader."""
    customers = newest(made_once, "customer360")
    [_, now] = answer("How many customers are there, and how many both watch and search?")
    assert (int(now["customers"]), int(now["matched"])) == (customers.height, customers["matched"].sum())
    slipping = customers.filter((pl.col("watch_trend") == "falling") & (pl.col("user_type") != "low"))
    shown = [row["customer_id"] for row in answer("Who is slipping away?")]
    assert shown == slipping.sort("watch_change", "customer_id")["customer_id"].to_list()[:50]
    segments = answer("How many customers are in each segment?")
    assert sum(int(row["contracts"]) for row in segments) == newest(made_once, "activeness_segments").height
    moves = answer("How did customers move between segments since the month before?")
    before, after = (
        {row["contract"] for row in made_once.rows("activeness_segments") if (row["month"] == SECOND) is is_now}
        for is_now in (False, True)
    )
    assert sum(int(row["contracts"]) for row in moves) == len(before & after)
