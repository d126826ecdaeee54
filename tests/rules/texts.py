"""The functions of texts and months, which need no engine: the model's and those of the transforms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from c360_assets.contracts.partitions import add_months
from c360_assets.text import masking as real_masking
from c360_assets.text import normalise as real_text
from c360_assets.text import wall_clock as real_clock
from tests.model import keyword_text, masking, wall_clock
from tests.model.months import months_before

TIME_ZONE = "Asia/Ho_Chi_Minh"
TOLERANCE_DAYS = 1
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Texts:
    """One side's functions."""

    normalised: Callable[[str], str]
    keyword_key: Callable[[str], str]
    masked: Callable[[str], str]
    searched_at: Callable[[str, date], datetime | None]
    """The time that a text tells in the file of a day; None where it can't be trusted."""
    months_before: Callable[[date, int], date]


def _trusted_time(text: str, day: date) -> datetime | None:
    micros = real_clock.trusted_micros(text, day, TOLERANCE_DAYS, TIME_ZONE)
    return None if micros is None else EPOCH + timedelta(microseconds=micros)


MODEL = Texts(
    normalised=keyword_text.normalised,
    keyword_key=keyword_text.keyword_key,
    masked=masking.masked,
    searched_at=lambda text, day: wall_clock.searched_at(text, day)[0],
    months_before=months_before,
)
ENGINE = Texts(
    normalised=real_text.normalise_keyword,
    keyword_key=real_text.keyword_key,
    masked=real_masking.mask,
    searched_at=_trusted_time,
    months_before=lambda month, count: add_months(month, -count),
)
