"""An erased id is found behind any escapes, and behind escapes of escapes; a text that does not say it is not."""

import html
import json
import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from c360_assets.privacy.proof.id_finder import IdFinder
from c360_assets.privacy.subjects import suppression_of
from resources.erasure.readings import HIDING, pieces, readings
from resources.erasure.suppression import count_names

pytestmark = pytest.mark.unit

CONTRACT, USER = "HNH579912", "0123456"
OTHERS = ("HNH579913", "HNH5799120", "XHNH579912", "0123457", "90123456")
"""Other ids, and longer words."""
LIST = suppression_of([("contract", CONTRACT), ("user", USER)])
FINDERS = (IdFinder(LIST), IdFinder(LIST, every_word=True))
ESCAPED: dict[str, Callable[[str], str]] = {
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, every character": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "JSON, the first": lambda text: f"\\u{ord(text[0]):04x}{text[1:]}",
    "a program's": lambda text: text.encode("ascii", "backslashreplace").decode().replace("\x1b", "\\x1b"),
    "a URL's": lambda text: quote(text, safe=""),
    "a URL's, every character": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "a URL's, the first": lambda text: f"%{text[0].encode().hex('%')}{text[1:]}",
    "HTML": html.escape,
    "HTML, every character": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "HTML, the first": lambda text: f"&#x{ord(text[0]):x};{text[1:]}",
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "a soft line end": lambda text: f"{text[0]}=\r\n{text[1:]}",
    "full-width": lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    "colours": lambda text: f"\x1b[01;31m{text}\x1b[m",
    "UTF-16": lambda text: "".join(f"{char}\0" for char in text),
    "a terminal's erased line": lambda text: f"\x1b[K{text}\x1b(B",
}
ALL_MARKS = "\0%41&#65;=41\\u0041\uff21\x1b[m"
BESIDE = st.sampled_from(["", " ", "/", "é ", "\n", ",", "a b ", "x=1&", "100% ", "=", "\\", "\0", ALL_MARKS])
TWICE = st.tuples(*[st.sampled_from(sorted(ESCAPED))] * 2)


@given(st.sampled_from([CONTRACT, CONTRACT.lower(), USER]), BESIDE, BESIDE, TWICE)
@example(CONTRACT, "next=/customer/", "/bills", ("a URL's", "a URL's"))
@example(f"{CONTRACT[:4]}=\n{CONTRACT[4:]}", "", "", ("JSON", "JSON"))
def test_an_id_is_found_behind_escapes_of_escapes(one: str, before: str, after: str, escapes: tuple[str, ...]) -> None:
    text = f"{before}{one}{after if not after[:1].isalnum() else ' '}"
    for name in escapes:
        text = ESCAPED[name](text)
    assert LIST.is_named_in(text)
    assert LIST.cached().is_named_in(text)
    for find in FINDERS:
        assert find.in_text(text)
        assert find.in_json(text, with_numbers=True)
        assert find.in_file(f"first\n{text};\nlast".encode())
        assert find.in_any_bytes(text.encode())
    assert one in text or re.search(HIDING, text)


@pytest.mark.parametrize("outer", ESCAPED)
def test_so_it_is_behind_every_two(outer: str) -> None:
    for one, inner in product((CONTRACT, USER), ESCAPED):
        for before in ("", "a b "):
            text = ESCAPED[outer](ESCAPED[inner](f"{before}{one} "))
            assert LIST.is_named_in(text), (one, inner)
            for find in FINDERS:
                assert find.in_text(text), (one, inner)
                assert find.in_file(f"first\n{text};\nlast".encode()), (one, inner)


@given(st.sampled_from(OTHERS), BESIDE, BESIDE, TWICE)
def test_another_id_is_not_taken_for_it(one: str, before: str, after: str, escapes: tuple[str, ...]) -> None:
    text = f"{before} {one}{after if not after[:1].isalnum() else ' '}"
    for name in escapes:
        text = ESCAPED[name](text)
    assert not LIST.is_named_in(text)


@given(st.text(st.sampled_from('\\u0048x%3Dn&#;=\r\n 1[m\x1bＨHNamp{}"\0'), max_size=40))
def test_a_text_without_a_match_has_its_words_letter_by_letter(text: str) -> None:
    if not re.search(HIDING, text):
        words = {word for one in readings(text) for word in re.findall("[^\\W_]+", one)}
        assert all(word in text for word in words)


@pytest.mark.parametrize(
    "text",
    [f"?id=2{USER}", f"?id=20{USER}", f"?id=3{USER}&x=4", "a=\\n0123", f"&para{USER}", f"½{USER}é", f"\\u00e9{USER}"],
)
def test_what_only_looks_like_an_escape_is_none(text: str) -> None:
    assert not LIST.is_named_in(text)


@pytest.mark.parametrize("time", ["", " 20:15", "T20:15:36", " 20:15:36.123456", " 20:15:36,5"])
@pytest.mark.parametrize("after", ["", " watched", ":00", ". The end"])
def test_digits_behind_a_date_are_a_time_only_if_they_look_like_one(time: str, after: str) -> None:
    for find in FINDERS:
        assert find.in_json(f"2022-04-01{time} {USER}{after}")
        assert find.in_name(f"2022-04-01{time} {USER}{after}")


@pytest.mark.parametrize(("between", "place"), [('","', 0), ("\n", 3000), (" ", 3000)])
def test_a_long_text_is_read_as_closely(between: str, place: int) -> None:
    text, others = ESCAPED["a URL's"](ESCAPED["quoted-printable"](CONTRACT)), [r"%25\\&amp;=3D\n"] * 5000
    long = between.join([*others[:place], text, *others[place:]])
    assert "".join(pieces(long)) == long
    assert len(pieces(long)) > 1
    assert count_names(long, lambda word: LIST.has_id("contract", word)) == 1


@pytest.mark.parametrize("digits", ["2022", "0123"])
def test_the_digits_of_a_time_are_no_id(digits: str) -> None:
    find = IdFinder(suppression_of([("user", digits)]))
    for time in ("20:15", "20:15:36", "20:15:36.012", "20:15:36,0123", "20:15:36.012301230"):
        assert not find.in_json(f"from 2022-04-01 {time} to 2022-04-01T{time}+07:00")


@pytest.mark.parametrize("text", ["", "Ha Noi", "khách hàng, 2022-04-01 20:15", '{"a":"b","c":"1.5"}', "x" * 5000])
def test_a_text_without_marks_has_one_reading(text: str) -> None:
    assert [*readings(text)] == [text]
