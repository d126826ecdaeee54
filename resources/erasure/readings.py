"""What a text says once its escapes are undone: an erased id may be written in many ways, within one another.

Undone are the escapes of JSON and of programs (backslashes), of URLs (`%48`) and of HTML (`&#72;`), quoted-printable with
its soft line ends (`=48`), full-width forms, and the null bytes that UTF-16 has beside each letter, where a text in UTF-8
goes on in it. Terminal sequences, as they colour a word, are blanked. A text in which none of the marks stands has one
reading, and costs next to nothing.
"""

import html
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence

_DEEPEST = 4
"""Of texts within texts, each of which escapes the one in it."""
_MOST_UNDONE = 48
"""So that a text full of all marks still takes time in proportion to its length. All pairs of steps are within this."""
_LONG, _DEEPEST_IN_LONG, _MOST_UNDONE_IN_LONG = 1 << 16, 2, 20
"""The same for a text of more characters than this that can't be cut: each layer takes memory, too."""
_MARKS = ("\\", "%", "&", "=", "\x1b", "\x9b", "\0")
_HEX = "[0-9A-Fa-f]"

_ESCAPE = re.compile(rf"\\(?:u({_HEX}{{4}})|x({_HEX}{{2}})|(033)|(.)|\Z)", re.DOTALL)
_SHORT_ESCAPE, _LONG_ESCAPE = re.compile(r"\\.", re.DOTALL), re.compile(r"\\[ux0]")
_SHORT = {"\\": "\\", "/": "/", '"': '"', "n": "\n", "r": "\r", "e": "\x1b"}
_PERCENT = re.compile(rf"%u({_HEX}{{4}})|(?:%{_HEX}{{2}})+")
_PERCENT_WORD = re.compile(f"%[3-9A-Fa-f]{_HEX}")
_ENTITY = re.compile(rf"&(?:#0{{0,20}}([0-9]{{1,7}});?|#[xX]0{{0,20}}({_HEX}{{1,6}});?|[A-Za-z][0-9A-Za-z]{{1,31}};)")
_SOFT_LINE_END = re.compile(r"[=\uff1d][ \t\0]*(?:\r\0*\n?|\n)\0*")
_QUOTED = re.compile(rf"(?:={_HEX}{{2}})+")
_MAY_BE_QUOTED = re.compile(rf"=(?:{_HEX}{{2}}|\?|[ \t]*[\r\n])")
_BETWEEN_WORDS = ('","', "\n", " ")
_NEXT_BETWEEN = re.compile("|".join(_BETWEEN_WORDS))
_IS_QUOTED = re.compile(rf"=3[Dd]|(?:={_HEX}{{2}}){{2}}|=\?[^?\s]{{1,40}}\?[Qq]\?")
_QUOTED_LETTER = re.compile(r"=(?:[46][1-9A-Fa-f]|[57][0-9Aa])")
_TERMINAL = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]+[0-~]|\x1b[0-Z\\-~]")
_WIDE_FORMS = (
    "\u00b2\u00b3\u00b9\u2070-\u209c\u2100-\u214f\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f100-\U0001f16f"
)
_WIDE = re.compile(f"[{_WIDE_FORMS}]+")
_BYTE_THAT_HIDES = "(?:00|2[356]|3[0-9Dd]|[46][1-9A-Fa-f]|[57][0-9AaCc]|[Cc]2|[Ee][2Ff]|[Ff]0)"
HIDING = (
    rf"\x00|\\(?:u(?:00(?:00|[2-7Bb])|2[014]|[Ff][Ff]|[Dd]83)|x(?:00|[2-7]))|%(?:{_BYTE_THAT_HIDES}|u)|&(?:#|[A-Za-z][0-9A-Za-z]+;)"
    rf"|=(?:{_BYTE_THAT_HIDES}|(?:[ \t]|%20|%09)*(?:[\r\n]|\\+[nrux]|%0))|[{_WIDE_FORMS}]"
)
"""A regular expression, for Python and for SQL: in a text without a match, a word of any reading stands letter by letter, if
its letters and digits are ASCII."""
HIDING_VALUES = rf"[\x00\\%&=\uff1d{_WIDE_FORMS}]"
"""The same for ids that are not single words of ASCII."""


def pieces(text: str) -> Sequence[str]:
    """A text, or a long one in pieces that end between words and between escapes, as far as it has such places."""
    if len(text) <= _LONG:
        return (text,)
    found, start = [], 0
    while len(text) - start > _LONG:
        ends = (text.rfind(between, start + 1, start + _LONG) for between in _BETWEEN_WORDS)
        end = next((end for end in ends if end > 0), 0)
        if not end:
            far = _NEXT_BETWEEN.search(text, start + _LONG - 2)
            end = far.start() if far else len(text)
        found.append(text[start:end])
        start = end
    return [*found, text[start:]]


def readings(text: str) -> Iterator[str]:
    r"""A text, and what it says with its escapes undone: of `\nHNH579912` in JSON, the word is not `nHNH579912`.

    Landed texts are kept with escapes: line breaks in `other_fields`, and bytes that are not UTF-8 (`\xa0`) in any column.
    """
    if not is_marked(text):
        yield text
        return
    yield from _with_blanks(text)
    is_long = len(text) > _LONG
    deepest, most = (_DEEPEST_IN_LONG, _MOST_UNDONE_IN_LONG) if is_long else (_DEEPEST, _MOST_UNDONE)
    layers: list[list[str]] = [[text], *([] for _ in range(_DEEPEST))]
    seen, inner = {hash(text)}, text
    for depth in range(1, _DEEPEST + 1):  # backslashes first: they are the ones that go deep
        if "\\" not in inner:
            break
        inner = _unescaped(inner)
        seen.add(hash(inner))
        layers[depth].append(inner)
        yield from _with_blanks(inner)
    for depth in range(deepest):
        for outer in layers[depth]:
            for mark, undone in _STEPS:
                if mark not in outer or len(seen) >= most:
                    continue
                inner = undone(outer)
                if inner is not outer and hash(inner) not in seen:
                    seen.add(hash(inner))
                    layers[depth + 1].append(inner)
                    yield from _with_blanks(inner)
        layers[depth].clear()


def is_marked(text: str) -> bool:
    """Whether a text may have more than one reading."""
    return any(mark in text for mark in _MARKS) or (not text.isascii() and _WIDE.search(text) is not None)


def without_soft_line_ends(text: str) -> str:
    """A text in which words go on in the next line, as in quoted-printable; the same text if none does."""
    return _SOFT_LINE_END.sub("", text) if "=" in text or "\uff1d" in text else text


def _with_blanks(text: str) -> Iterator[str]:
    r"""A text, and the same text with possible escapes blanked: a landed `\xAB` may be a backslash and a word."""
    yield text
    for mark, matters, pattern in _BLANKED:
        if mark in text and matters.search(text):
            yield pattern.sub(" ", text)


def _unescaped(text: str) -> str:
    """Without one layer of backslashes. Bytes that are not text become blanks, and so do other short escapes."""
    return _ESCAPE.sub(_one_unescaped, text)


def _one_unescaped(found: re.Match[str]) -> str:
    code, byte, octal, short = found.groups()
    if code:
        return chr(int(code, 16))
    if byte:
        return chr(int(byte, 16)) if byte < "8" else " "
    return "\x1b" if octal else _SHORT.get(short, " ")


def _of_percents(text: str) -> str:
    return _PERCENT.sub(lambda found: chr(int(found[1], 16)) if found[1] else _of_bytes(found[0], "%"), text)


def _of_entities(text: str) -> str:
    return _ENTITY.sub(_one_entity, text)


def _one_entity(found: re.Match[str]) -> str:
    """A named character, or one by its number: also those that a page must not have, such as what begins a colour."""
    decimal, hexadecimal = found.groups()
    if not (decimal or hexadecimal):
        return html.unescape(found[0])
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if number <= sys.maxunicode else " "


def _of_quoted_printable(text: str) -> str:
    """Quoted-printable as text. In `?id=20123456` there is none: only what encoders write is taken for it, and letters."""
    if not _MAY_BE_QUOTED.search(text):
        return text
    joined = without_soft_line_ends(text)
    pattern = _QUOTED if joined is not text or _IS_QUOTED.search(text) else _QUOTED_LETTER
    return pattern.sub(lambda found: _of_bytes(found[0], "="), joined)


def _of_bytes(digits: str, mark: str) -> str:
    return bytes.fromhex(digits.replace(mark, "")).decode(errors="replace")


def _narrow(text: str) -> str:
    """Full-width and other forms of letters and digits as plain ones. Combining marks are left: to order them takes long."""
    if text.isascii():
        return text
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("\\", _unescaped),
    ("%", _of_percents),
    ("&", _of_entities),
    ("=", _of_quoted_printable),
    ("\0", lambda text: text.replace("\0", "")),
    ("", _narrow),
)
"""Each with the mark without which it changes nothing."""
_BLANKED = (
    ("\\", _LONG_ESCAPE, _SHORT_ESCAPE),
    ("%", _PERCENT_WORD, re.compile(f"%{_HEX}{{2}}")),
    ("\x1b", _TERMINAL, _TERMINAL),
    ("\x9b", _TERMINAL, _TERMINAL),
)
"""Each with its mark, what it takes for words to differ from those of the text undone, and what is blanked."""
