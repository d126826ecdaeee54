"""A text in UTF-16 with an odd number of bytes is cut off, or something else was appended to it."""

import gzip

import pytest

from resources.errors import LandingError
from tests.landing.reading import read_bytes

pytestmark = pytest.mark.unit

RECORD = '{"Contract":"ABC100001","Mac":"A","TotalDuration":1,"AppName":"S3CRET"}\n'
TEXTS = {
    "lines": RECORD * 40_000,
    "one line": RECORD,
    "array": f"[{RECORD}, {RECORD}]",
    "csv": "Contract,Mac,TotalDuration,AppName\n" + "ABC100001,A,1,S3CRET\n" * 3,
}
TOLD = r"^a\.[a-z.]+: its text is cut off: UTF-16 has two bytes .*\. Land it again, whole\.$"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_half_a_character_at_the_end_refuses_the_file(tmp_path, text, encoding):
    wide = ("\ufeff" + text).encode(encoding)
    assert read_bytes(tmp_path, "a.txt", wide)
    for data in (wide[:-1], wide + b"\n"):
        for name, form in (("a.txt", data), ("a.txt.gz", gzip.compress(data, 1))):
            with pytest.raises(LandingError, match=TOLD):
                read_bytes(tmp_path, name, form)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_a_mark_alone_is_an_empty_file_and_a_byte_behind_it_is_not(tmp_path, mark):
    assert read_bytes(tmp_path, "a.txt", mark) == []
    with pytest.raises(LandingError, match=TOLD):
        read_bytes(tmp_path, "a.txt", mark + b"\n")
