"""Texts of searches, for the rivals: plain Python over distinct values, with the project's own text functions.

Neither DuckDB nor Polars has all of it (NFKD, digits of all scripts, the eras of a clock), so an expert would
do the same, once per distinct value.
"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import NamedTuple

from bench.rivals.reference import CUTS
from c360_assets.cleaning.reasons import ACCEPTED, KEYWORD_TOO_LONG, MISSING_KEYWORD, NOT_A_SEARCH
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import UNKNOWN
from c360_assets.text.masking import mask
from c360_assets.text.normalise import keyword_key, normalise_keyword, trim
from c360_assets.text.plans import names_of_plans
from c360_assets.text.wall_clock import read_wall_clock

_WORTH_A_PROCESS = 50_000
"""From so many texts on, starting processes for them is worth its time."""


class Keyword(NamedTuple):
    """A landed keyword: why it is not a search, or `accepted`; its clean form, its key, and whether something was masked."""

    landed: str
    reason: str
    clean: str
    key: str
    masked: bool


def keyword_forms(landed: Iterable[str], reference: Reference) -> list[tuple[str, str, str]]:
    """(landed, clean, key) of each distinct keyword that is a search.

    Left out are those that are blank, too long, texts of the UI, or a word for null.
    """
    judged = judged_keywords(landed, reference)
    return [(one.landed, one.clean, one.key) for one in judged if one.reason == ACCEPTED]


def judged_keywords(landed: Iterable[str], reference: Reference) -> list[Keyword]:
    """Each distinct keyword with the first rule that it breaks, and its forms."""
    longest, markers = reference.measures.keyword_max_length, reference.measures.keyword_null_markers
    refused, keywords = [], []
    for text in landed:
        if len(text) > longest or trim(text) in markers:
            refused.append(Keyword(text, KEYWORD_TOO_LONG if len(text) > longest else MISSING_KEYWORD, "", "", False))
        else:
            keywords.append(text)
    ui_texts = frozenset(normalise_keyword(text).casefold() for text in reference.ui_texts)
    if len(keywords) < _WORTH_A_PROCESS:
        return refused + [_judged(forms, ui_texts) for forms in map(_forms, keywords)]
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        return refused + [_judged(forms, ui_texts) for forms in pool.map(_forms, keywords, chunksize=5_000)]


def _forms(keyword: str) -> tuple[str, str, str, str]:
    normalised = normalise_keyword(keyword)
    clean = mask(normalised)
    return keyword, normalised, clean, keyword_key(clean)


def _judged(forms: tuple[str, str, str, str], ui_texts: frozenset[str]) -> Keyword:
    landed, normalised, clean, key = forms
    reason = MISSING_KEYWORD if not normalised else NOT_A_SEARCH if normalised.casefold() in ui_texts else ACCEPTED
    return Keyword(landed, reason, clean, key, clean != normalised)


def clock_times(texts: Iterable[str]) -> list[tuple[str, datetime]]:
    """The moment of each text that can be read as one; for texts in the rarer forms."""
    times = ((text, read_wall_clock(text, CUTS.time_zone)) for text in texts)
    return [(text, moment) for text, moment in times if moment is not None]


def plans_of(texts: Iterable[str]) -> list[tuple[str, str | None]]:
    """(landed, names) of the plans in each text."""
    return [(text, names_of_plans(trim(text))) for text in texts]


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
