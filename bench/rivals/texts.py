"""Texts of searches, for the rivals: plain Python over distinct values, with the project's own text functions.

Neither DuckDB nor Polars has all of it (NFKD, digits of all scripts, the eras of a clock), so an expert would
do the same, once per distinct value.
"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from bench.rivals.reference import CUTS
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import UNKNOWN
from c360_assets.text.masking import mask
from c360_assets.text.normalise import keyword_key, normalise_keyword, trim
from c360_assets.text.wall_clock import read_wall_clock

_WORTH_A_PROCESS = 50_000
"""From so many texts on, starting processes for them is worth its time."""


def keyword_forms(landed: Iterable[str], reference: Reference) -> list[tuple[str, str, str]]:
    """(landed, clean, key) of each distinct keyword that is a search.

    Left out are those that are blank, too long, texts of the UI, or a word for null.
    """
    longest, markers = reference.measures.keyword_max_length, reference.measures.keyword_null_markers
    keywords = [text for text in landed if len(text) <= longest and trim(text) not in markers]
    left_out = frozenset(normalise_keyword(text).casefold() for text in reference.ui_texts)
    if len(keywords) < _WORTH_A_PROCESS:
        return _kept(map(_forms, keywords), left_out)
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        return _kept(pool.map(_forms, keywords, chunksize=5_000), left_out)


def _forms(keyword: str) -> tuple[str, str, str, str]:
    normalised = normalise_keyword(keyword)
    clean = mask(normalised)
    return keyword, clean, keyword_key(clean), normalised.casefold()


def _kept(forms: Iterable[tuple[str, str, str, str]], left_out: frozenset[str]) -> list[tuple[str, str, str]]:
    return [(landed, clean, key) for landed, clean, key, folded in forms if folded and folded not in left_out]


def clock_times(texts: Iterable[str]) -> list[tuple[str, datetime]]:
    """The moment of each text that can be read as one; for texts in the rarer forms."""
    times = ((text, read_wall_clock(text, CUTS.time_zone)) for text in texts)
    return [(text, moment) for text, moment in times if moment is not None]


def categories_of(keys: Iterable[str], reference: Reference) -> list[tuple[str, str]]:
    """(key, category) by the keyword dictionary: the longest phrase that is in the key as whole words."""
    category_of = {word.key: word.category for word in reference.keywords}
    longest = max(phrase.count(" ") + 1 for phrase in category_of)
    return [(key, _category(key, category_of, longest)) for key in keys]


def _category(key: str, category_of: dict[str, str], longest: int) -> str:
    if key in category_of:
        return category_of[key]
    words = key.split(" ")
    found = {
        phrase
        for first in range(len(words))
        for end in range(first + 1, min(first + longest, len(words)) + 1)
        if (phrase := " ".join(words[first:end])) in category_of
    }
    return category_of[min(found, key=lambda phrase: (-len(phrase), phrase))] if found else UNKNOWN
