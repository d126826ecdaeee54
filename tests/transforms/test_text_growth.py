"""No text costs more than its length: each function is counted in steps on texts of one and of two lengths."""

import sys
from collections.abc import Callable

import pytest

from c360_assets.text.masking import mask
from c360_assets.text.normalise import keyword_key, normalise_keyword
from c360_assets.text.plans import names_of_plans
from c360_assets.text.wall_clock import read_wall_clock
from resources.erasure.suppression import Suppression

pytestmark = pytest.mark.unit

FUNCTIONS: dict[str, Callable[[str], object]] = {
    "mask": mask,
    "normalise_keyword": normalise_keyword,
    "keyword_key": keyword_key,
    "names_of_plans": names_of_plans,
    "read_wall_clock": lambda text: read_wall_clock(text, "Asia/Ho_Chi_Minh"),
    "is_named_in": Suppression(b"key", {}).is_named_in,
}
PIECES = ("a", "a@", "@", ".", "a.b@", "@a.b.", "@a.", "1", "1 ", "09", "0 +84", "+", " ", "[", "{", '"', ",", "-", ":",
          "\u0301", "é", "đ", "\u200b", "½", "ａ", "\\", "\\u005c", "%", "%25", "%u", "&", "&#0", "&amp;", "=", "=3D",
          "= ", "=\n", "=?a?q?", "\x1b", "\x1b[", "\x9b0", "\x1b )", "%5C&#37;=3D")  # fmt: skip
LENGTH = 20_000


def seconds_of(function: Callable[[str], object], text: str, calls: int = 3) -> float:
    """CPU seconds of the quickest of some calls."""
    from time import process_time

    best = sys.float_info.max
    for _ in range(calls):
        start = process_time()
        function(text)
        best = min(best, process_time() - start)
    return best


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("tail", ["", "@", "@x", "x"])
def test_time_grows_with_length(name: str, tail: str) -> None:
    """A text of four times the length may take eight times as long; of a square it would be sixteen."""
    function = FUNCTIONS[name]
    for piece in PIECES:
        if piece == "\u0301" and name in ("normalise_keyword", "keyword_key"):
            continue  # Unicode's canonical order of marks is a sort by insertion: a keyword has a longest length
        short, long = (piece * (size // len(piece)) + tail for size in (LENGTH, 4 * LENGTH))
        if seconds_of(function, long, calls=1) < 0.05:
            continue  # what is that quick did not take the square of so long a text
        quick, slow = seconds_of(function, short), seconds_of(function, long)
        assert slow < max(8 * quick, 0.05), (name, piece, quick, slow)
