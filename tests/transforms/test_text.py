"""The functions of texts alone, against the model's, without an engine."""

from datetime import date

import pyarrow as pa
import pytest
from pyspark.sql import functions as F

from c360_assets.text.columns import _text_function, folded, without_white_space
from c360_assets.text.masking import mask
from c360_assets.text.normalise import keyword_key, normalise_keyword, trim
from c360_assets.text.wall_clock import read_wall_clock, trusted_micros
from resources.engine.arrow_function import arrow_function
from tests.model import keyword_text, masking, text, wall_clock
from tests.strategies import keywords
from tests.strategies.chooser import Seeded
from tests.strategies.clocks import clock_text
from tests.transforms.frames import frame_with

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

DAY = date(2022, 7, 1)
TEXTS = [
    str(keyword)
    for keyword in (
        *keywords.PLAIN,
        *keywords.ODD,
        *keywords.NONE,
        *keywords.UI,
        *keywords.PERSONAL,
        "\u0345",
        "X đá X",
    )
    if keyword is not None
]
TEXTS += [f"0{digit}12345678" for digit in range(10)]


@pytest.mark.parametrize(
    ("function", "of_model"),
    [(trim, text.trim), (normalise_keyword, keyword_text.normalised)],
    ids=["trim", "normalise_keyword"],
)
def test_of_a_landed_text(function, of_model) -> None:
    assert [function(landed) for landed in TEXTS] == [of_model(landed) for landed in TEXTS]


@pytest.mark.parametrize(
    ("function", "of_model"),
    [(mask, masking.masked), (keyword_key, keyword_text.keyword_key)],
    ids=["mask", "keyword_key"],
)
def test_of_a_normalised_keyword(function, of_model) -> None:
    normalised = [keyword_text.normalised(landed) for landed in TEXTS]
    assert [function(keyword) for keyword in normalised] == [of_model(keyword) for keyword in normalised]


def test_folded_texts_are_distinct_in_order_and_without_case() -> None:
    assert folded(["Straße", "b\u200bc", "STRASSE", "A"]) == ["a", "bc", "strasse"]


def _micros(landed: str | None) -> int | None:
    time, _ = wall_clock.searched_at(landed, DAY)
    return None if time is None else round((time - wall_clock.datetime(1970, 1, 1)).total_seconds() * 1_000_000)


def test_trusted_micros() -> None:
    chance = Seeded(1)
    landed = [clock_text(chance, DAY) for _ in range(1500)]
    found = [trusted_micros(each, DAY, 1, "Asia/Ho_Chi_Minh") for each in landed]
    assert found == [_micros(each) for each in landed]
    assert {type(each) for each in found} == {int, type(None)}


def test_the_years_of_other_calendars() -> None:
    landed = [f"{year:04}-07-01 10:00:00" for year in (1, 99, 100, 2399, 2400, 9999)]
    assert [read_wall_clock(each, "Asia/Ho_Chi_Minh") for each in landed] == [
        wall_clock.read_wall_clock(each) for each in landed
    ]


def test_a_function_of_a_text_as_a_column_function(session) -> None:
    landed = frame_with(session, {"text": "s?"}, [{"text": text} for text in ("a", None, "b", "a", "")])
    found = landed.select(_text_function(lambda text: text * 2 or None)(F.col("text")).alias("text"))
    assert found.dtypes == [("text", "string")]
    assert found.toArrow().column("text").to_pylist() == ["aa", None, "bb", "aa", None]
    nothing = landed.select(_text_function(lambda text: None)(F.col("text")).alias("text"))
    assert nothing.toArrow().column("text").to_pylist() == [None] * 5


def test_without_white_space(session) -> None:
    landed = frame_with(session, {"text": "s?"}, [{"text": " aX\u00a0b-\tc "}])
    found = landed.select(
        without_white_space(F.col("text")).alias("all"), without_white_space(F.col("text"), "a\\-").alias("less")
    )
    assert found.toArrow().to_pylist() == [{"all": "aXb-c", "less": "Xbc"}]


def test_a_function_of_arrays_says_so_in_its_hints(session) -> None:
    """Apache Spark tells by them what kind of function it is."""

    def over(one, other):
        return pa.array(one)

    arrow_function(over, "string")
    assert over.__annotations__ == {"one": pa.Array, "other": pa.Array, "return": pa.Array}
