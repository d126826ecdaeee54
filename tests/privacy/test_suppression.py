"""An erased id is recognized whatever stands beside it: line breaks, control characters, bytes that are not text."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from c360_assets.privacy.proof.id_finder import IdFinder
from c360_assets.privacy.subjects import suppression_of
from resources.erasure.readings import HIDING_VALUES
from resources.erasure.suppression import Suppression, count_names, keyed_digest
from resources.landing.readers.other_fields import other_fields_text

pytestmark = pytest.mark.unit

KEY = b"an erasure key of a test"
ID, OTHER = "HNH579912", "ABC000001"
LIST = Suppression(
    KEY,
    {
        "contract": frozenset({keyed_digest(KEY, "contract", ID)}),
        "user": frozenset({keyed_digest(KEY, "user", "7000200")}),
    },
)
BESIDE = st.sampled_from(
    ["", " ", "\n", "\r\n", "\t", "\x01", "\b", "\f", '"', "\\", "/", "_", "-", "é ", "\u2028", "x\n", "\\n"]
)


def is_apart(before: str, after: str) -> bool:
    """Whether what stands beside an id is not a letter or digit right next to it."""
    return not before[-1:].isalnum() and not after[:1].isalnum()


@given(BESIDE, BESIDE, st.integers(0, 2))
@example("Moved from\n", " Nguyen", 0)
@example("\\xAB ", "", 0)
def test_an_id_in_another_field_is_found_with_any_escapes(before: str, after: str, depth: int) -> None:
    value = f"{before}{ID}{after}"
    for _ in range(depth):
        value = json.dumps({"inner": value}, ensure_ascii=bool(depth % 2))
    text = other_fields_text({"note": value, "other": OTHER})
    if is_apart(before, after):
        assert LIST.is_named_in(text)
        assert LIST.cached().is_named_in(text)
        assert count_names(text or "", LIST.cached().is_name) == 1


@given(st.binary(max_size=3), st.binary(max_size=3))
@example(b"\xa0", b"")
@example(b"x;\xa0", b";")
def test_an_id_beside_bytes_that_are_not_text_is_found(before: bytes, after: bytes) -> None:
    landed = before + ID.encode() + after
    text = landed.decode(errors="backslashreplace")
    if not before.decode(errors="replace")[-1:].isalnum() and not after.decode(errors="replace")[:1].isalnum():
        assert LIST.is_named_in(text)


@pytest.mark.parametrize("text", [rf"\xa0{ID}", rf"{ID}\xa0\xc3", rf" \xff {ID.lower()}", "\0".join(ID), f"\0{ID}\0"])
def test_an_id_is_known_beside_bytes_that_are_not_text(text: str) -> None:
    assert LIST.has_id("contract", text)
    assert not LIST.has_id("contract", text.replace("5", "4"))


@pytest.mark.parametrize("text", [f"x{ID}", f"{ID}0", r"\xa0ABC000001", r'{"note":"\nABC000001"}', "", None])
def test_other_ids_and_longer_words_are_not_found(text: str | None) -> None:
    assert not LIST.is_named_in(text)


@pytest.mark.parametrize("before", ["", r"\n", r"\\n", r"\t", r"\u0001"])
def test_the_digits_of_a_time_are_not_an_id_behind_an_escape_either(before: str) -> None:
    finder = IdFinder(Suppression(KEY, {"user": frozenset({keyed_digest(KEY, "user", "2022")})}))
    assert finder.in_json(f"{before}2022-04-01 20:15:36") == 0
    assert finder.in_json(f"{before}2022 at 2022-04-01 20:15:36") == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2022-04-01 20:15:36.123456", 0),
        (" 2022-04-01T20:15:36,123456 +07:00", 0),
        ("2022-04-01T20:15:36.123456Z", 0),
        ("2022-04-01 20:15:36.123456 and 123456", 2),
        ("123456", 1),
    ],
)
def test_nor_are_those_of_a_time_in_a_column(text: str, count: int) -> None:
    listed = Suppression(KEY, {"user": frozenset({keyed_digest(KEY, "user", "123456")})})
    for find in (IdFinder(listed), IdFinder(listed, every_word=True)):
        assert find.in_value(text) == count


WHOLE = ("anna@example.com", "550e8400-e29b-41d4-a716-446655440000", "ab-12-cd-99", "google:anna", "{5:6}", "Lê Anna 7")
WHOLE_LIST = suppression_of([("user", one) for one in WHOLE])
PLACES: dict[str, Callable[[str], object]] = {
    "a value": lambda one: {"login": one, "n": 1},
    "a name": lambda one: {"n": {one: 1}},
    "in a list": lambda one: {"account": [1, {"uid": [None, one]}]},
    "in a text of JSON": lambda one: {"body": json.dumps({"a": json.dumps([one])})},
    "between blanks": lambda one: {"login": f"  {one.upper()}\t"},
    "a line of a text": lambda one: {"note": f"first\r\n{one}\nlast"},
    "behind an escape": lambda one: {"login": "".join(f"%{byte:02x}" for byte in one.encode())},
}


@pytest.mark.parametrize("one", WHOLE)
@pytest.mark.parametrize("place", PLACES)
def test_an_id_that_is_not_a_word_is_found_as_a_whole_value(one: str, place: str) -> None:
    text = other_fields_text(PLACES[place](one)) or ""
    known = WHOLE_LIST.cached()
    assert WHOLE_LIST.is_named_in(text)
    assert known.is_named_in(text)
    assert count_names(text, known.is_name) == 1
    for find in (IdFinder(WHOLE_LIST), IdFinder(WHOLE_LIST, every_word=True)):
        assert (find.in_value(text), find.in_json(text), find.in_any_bytes(text.encode())) == (1, 1, 1)
    other = other_fields_text(PLACES[place](f"{one}x")) or ""
    assert not WHOLE_LIST.is_named_in(other)
    assert not IdFinder(WHOLE_LIST).in_value(other)


@pytest.mark.parametrize("text", [f'{{"a":"{ID}","b":" {ID} "}}', '{"a":"7000200.0","b":7000200}', f"{ID}\n7000200.0"])
def test_a_word_that_is_a_value_counts_once(text: str) -> None:
    assert count_names(text, LIST.cached().is_name) == 2
    assert IdFinder(LIST).in_text(text) == 2


def test_records_that_hold_it_are_candidates() -> None:
    for one in ('a"b', "a/b", "a@b"):
        for text in (json.dumps({"x": one}), json.dumps({"x": one}).replace("/", "\\/"), f"a%{ord(one[1]):x}b"):
            assert one in text or re.search(HIDING_VALUES, text)
