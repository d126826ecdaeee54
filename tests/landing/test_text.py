"""Which bytes are text: the same for the reader's fast test as for Python."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resources.landing.readers.lines import is_utf8

pytestmark = pytest.mark.unit

_PIECES = st.sampled_from(
    [
        b"a",
        b"\xc3\xa9",
        b"\xe2\x82\xac",
        b"\xf0\x9f\x98\x80",
        b"\0",
        b"\x80",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
    ]
)


@given(st.lists(_PIECES | st.binary(max_size=4), max_size=40).map(b"".join))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"plain " * 20 + b"\xc3")
def test_text_is_what_python_decodes(block: bytes) -> None:
    try:
        block.decode()
    except UnicodeDecodeError:
        assert not is_utf8(block)
    else:
        assert is_utf8(block)
