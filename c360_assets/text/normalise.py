"""What counts as white space, as the same keyword and as the same key: pure functions from str to str.

Both engines lack Unicode normalisation and disagree on white space. So text is normalised here, once, and the engines
call these functions batch by batch (`c360_assets/text/columns.py`). Masking of personal numbers is in
`c360_assets/text/masking.py`.
"""

import re
import unicodedata
from collections.abc import Callable

# Unicode's property White_Space, written out: str.strip() and the engines' `\s` each use a different set.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_WHITE_RUN = re.compile(f"[{WHITE_SPACE}]+")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")
_COMBINING = re.compile("[\u0300-\u036f]")


class PerCharacter(dict[str, str]):
    """A function of one character that remembers its results: `table[char]`.

    A dictionary rather than functools.cache, because it can be sent to the executors of a cluster.
    """

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, char: str) -> str:
        """The result for a character that was not seen before."""
        value = self[char] = self._of(char)
        return value


def trim(text: str) -> str:
    """The text without white space at its ends."""
    return text.strip(WHITE_SPACE)


def _ascii_digit(char: str) -> str:
    """0–9 for a decimal digit of any script, or a character that represents one (², ①, ４); otherwise the character."""
    compatible = unicodedata.normalize("NFKD", char)  # a decimal digit gives one of the same value
    value = unicodedata.decimal(compatible, None) if len(compatible) == 1 else None
    return char if value is None else str(value)


def _printable(char: str) -> str:
    """What one character of a keyword becomes: an ASCII digit, a space, nothing, or itself."""
    if char in "\t\n":
        return " "
    if char in _INVISIBLE or unicodedata.category(char) == "Cc":
        return ""
    return _ascii_digit(char)


_PRINTABLE = PerCharacter(_printable)


def normalise_keyword(text: str) -> str:
    """The keyword in one consistent form; empty if nothing visible is left.

    NFC; digits of any script as 0–9; zero-width and control characters removed, except that tab and newline become a
    space; white space folded to one space and trimmed; NFC again, since combining characters may have come together.
    """
    if text.isascii() and text.isprintable():
        return " ".join(part for part in text.split(" ") if part)
    text = unicodedata.normalize("NFC", text)
    text = "".join([_PRINTABLE[char] for char in text])
    return unicodedata.normalize("NFC", _WHITE_RUN.sub(" ", text).strip(" "))


def _word_char(char: str) -> str:
    """The character if it is a letter or a number (Unicode categories L and N), otherwise a space."""
    return char if unicodedata.category(char)[0] in "LN" else " "


_WORD_CHAR = PerCharacter(_word_char)


def keyword_key(keyword: str) -> str:
    """What keywords are compared and counted by: without accents, case and punctuation.

    If nothing is left, as of an emoji, the keyword in lower case is the key.
    """
    text = unicodedata.normalize("NFKD", keyword)
    text = unicodedata.normalize("NFC", _COMBINING.sub("", text)).lower().replace("đ", "d")
    words = "".join([_WORD_CHAR[char] for char in text]).split()
    return " ".join(words) or keyword.lower()
