"""Why a text has no records that can be read: what its first bytes look like, without a word of what it says."""

from resources.landing.readers.lines import WHITE_SPACE

_MUCH = 10
"""Of so many bytes, one is no text: then it is not text in an odd encoding."""


def cause_by_bytes(head: bytes) -> tuple[str, str] | None:
    """What the first bytes of a text look like, and what to do about it; None for what looks like data."""
    text = head.decode(errors="replace").strip(WHITE_SPACE)
    lower = text[:200].lower()
    if head.count(b"\0") * 3 > len(head):
        return "text in UTF-16 without a byte order mark", "Save it as UTF-8."
    if lower.startswith(("<!doctype html", "<html")):
        return "an HTML page, such as an error page in place of the data", "Land the data itself."
    if lower.startswith("<"):
        return "HTML or XML, such as an error page in place of the data", "Land the data itself."
    unfit = text.count("\ufffd") + sum(char < " " and char not in "\t\r\n\x0c\x1e" for char in text)
    if unfit * _MUCH > len(text):
        return "no text: encrypted, cut out of a larger file, or in a form that is not read", (
            "Land it as JSON lines, CSV or parquet."
        )
    return None
