"""Text as the data contract sees it: white space, blanks, letters and digits."""

import unicodedata

# Unicode's White_Space property. `str.strip()` would also take U+001C to U+001F, which do not have it.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def trim(text: str) -> str:
    """The text without white space at its ends."""
    return text.strip(WHITE_SPACE)


def is_blank(text: str | None) -> bool:
    """True for null and for text that is white space only."""
    return text is None or trim(text) == ""


def trimmed_or_none(text: str | None) -> str | None:
    """The trimmed text; null where nothing is left."""
    return None if text is None or is_blank(text) else trim(text)


NULL_MARKERS = ("\\N", "NULL", "null", "None", "<null>", "nan", "NaN", "NA", "undefined")
KEYWORD_NULL_MARKERS = ("\\N", "NULL", "null", "<null>", "undefined")


def as_null(text: str | None) -> str | None:
    """The text as landed; null where it is one of the texts that mean null."""
    return None if text is None or trim(text) in NULL_MARKERS else text


def fold_white_space(text: str) -> str:
    """Each run of white space as one space."""
    folded = ""
    for char in text:
        if char not in WHITE_SPACE:
            folded += char
        elif not folded.endswith(" "):
            folded += " "
    return folded


def is_letter_or_digit(char: str) -> bool:
    """True for Unicode's letters (L) and numbers (N)."""
    return unicodedata.category(char)[0] in "LN"
