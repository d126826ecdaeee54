"""A keyword in one form to show (normalised) and in one form to compare (its key)."""

import unicodedata

from .text import fold_white_space, is_letter_or_digit

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"


def _as_ascii_digit(char: str) -> str:
    """0-9 for a decimal digit of any script and for what stands for one (①, ², ９); else the character."""
    for candidate in (char, unicodedata.normalize("NFKD", char)):
        if len(candidate) == 1 and unicodedata.decimal(candidate, None) is not None:
            return str(unicodedata.decimal(candidate))
    return char


def _without_invisible(char: str) -> str:
    if char in "\t\n":
        return " "
    return "" if char in ZERO_WIDTH or unicodedata.category(char) == "Cc" else char


def normalised(text: str) -> str:
    """The keyword as it is shown: NFC, ASCII digits, nothing invisible, single spaces."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(map(_as_ascii_digit, text))
    text = "".join(map(_without_invisible, text))
    text = fold_white_space(text).strip(" ")
    return unicodedata.normalize("NFC", text)


def keyword_key(keyword: str) -> str:
    """What is compared and counted: no marks, lower case, words of letters and digits."""
    text = unicodedata.normalize("NFKD", keyword)
    text = "".join(char for char in text if not "\u0300" <= char <= "\u036f")
    text = unicodedata.normalize("NFC", text).lower().replace("đ", "d")
    words = "".join(char if is_letter_or_digit(char) else " " for char in text)
    return fold_white_space(words).strip(" ") or keyword.lower()
