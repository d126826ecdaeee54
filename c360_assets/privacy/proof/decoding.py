"""Bytes as text: what the proof searches where nothing says which encoding they are in."""

from collections.abc import Iterator
from contextlib import suppress

_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def encoding_by_mark(head: bytes) -> str | None:
    """The encoding of a text that says it by its first bytes: UTF-16 or UTF-32."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def readings_of(data: bytes) -> Iterator[str]:
    """The text of a file: several readings if its encoding is not certain, or if it goes on in another one."""
    if encoding := encoding_by_mark(data):
        yield data.decode(encoding, errors="replace")
        yield _without_nulls(data)  # it may go on in another encoding, as when a program appends to it
        return
    try:
        yield data.decode("utf-8-sig")
        if b"\0" in data:
            yield _without_nulls(data)
    except UnicodeDecodeError:
        yield from as_text(data)
        yield from _without_mark(data)


def as_text(data: bytes) -> Iterator[str]:
    """Any bytes as text: in UTF-8, and if there are null bytes, without them."""
    yield data.decode(errors="replace")
    if b"\0" in data:
        yield _without_nulls(data)


def _without_nulls(data: bytes) -> str:
    """What is left of UTF-16 without a mark, which has a null byte beside each letter."""
    return data.replace(b"\0", b"").decode(errors="replace")


def _without_mark(data: bytes) -> Iterator[str]:
    """The readings of what is as a whole in UTF-16 or UTF-32 and does not say so, with all its letters."""
    if b"\0" not in data:
        return
    for bits, unit in ((16, 2), (32, 4)):
        for order in ("le", "be") if len(data) % unit == 0 else ():
            with suppress(UnicodeDecodeError):
                yield data.decode(f"utf-{bits}-{order}")
