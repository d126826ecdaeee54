"""The measures' numbers and lists, `measures.toml`: every entry present, of its type, and nothing else.

How the file is found and when it is read is in `c360_assets/reference/model.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from c360_assets.reference.toml_file import TomlFile
from c360_assets.reference.vocabulary import LEVELS, NETWORKS, UNKNOWN, USER_TYPES
from c360_assets.text.normalise import trim

LONGEST_KEYWORD = 10_000
"""The highest limit for keywords: normalising a text takes a time that grows with its square in the worst case."""
_LONGEST_TERM = 10_000
"""Cuts are compared in whole numbers of 64 bits: 10^6 devices x 31 days x 86,400 s x 31 observed days x this is below 2^63."""
_LONGEST_CONTRACT = 64
"""The pattern of contracts is made from this; it takes time linear in a text's length."""
MONTHS_BACK = 3
"""How many months back segments and profiles read."""
COHORT_MONTHS = 12
"""How many months back cohorts begin."""


@dataclass(frozen=True)
class Measures:
    """The numbers and lists of `measures.toml`, which says what each is for."""

    day_seconds: int
    contract_length: int
    contract_letters_min: int
    contract_letters_max: int
    null_markers: tuple[str, ...]
    keyword_null_markers: tuple[str, ...]
    keyword_max_length: int
    time_zone: str
    clock_tolerance_days: int
    fence_factor: float
    activeness_low_max: Fraction
    activeness_medium_max: Fraction
    clinginess: Mapping[tuple[str, str], str]
    """(user type, activeness) → clinginess, for all nine pairs."""
    resurrect_months: int
    carried_months: int
    falling_max: Fraction
    rising_min: Fraction
    demand_min_users: int
    networks: Mapping[str, tuple[str, ...]]
    """network → the names that landed data has for it, in lower case."""
    known_outcomes: tuple[str, ...]

    @property
    def contract_pattern(self) -> str:
        """A regular expression for a whole contract, plain enough for every engine."""
        shapes = (
            f"[A-Z]{{{letters}}}[0-9]{{{self.contract_length - letters}}}"
            for letters in range(self.contract_letters_min, self.contract_letters_max + 1)
        )
        return f"^(?:{'|'.join(shapes)})$"


class MeasuresFile(TomlFile):
    """Takes the entries from `measures.toml` one by one. An entry that is left over is a mistake."""

    kind = "a measure"

    def read(self) -> Measures:
        """All measures, each present and valid."""
        letters_min = self._whole("cleaning", "contract_letters_min", 0)
        letters_max = self._whole("cleaning", "contract_letters_max", letters_min)
        low_max = self._cut("activeness", "low_max", Fraction(0))
        falling_max = self._cut("watch_trend", "falling_max", Fraction(0))
        measures = Measures(
            day_seconds=self._whole("cleaning", "day_seconds", 1),
            contract_length=self._whole("cleaning", "contract_length", letters_max, _LONGEST_CONTRACT),
            contract_letters_min=letters_min,
            contract_letters_max=letters_max,
            null_markers=self._markers("cleaning", "null_markers"),
            keyword_null_markers=self._markers("search", "keyword_null_markers"),
            keyword_max_length=self._whole("search", "keyword_max_length", 1, LONGEST_KEYWORD),
            time_zone=self._time_zone("search", "time_zone"),
            clock_tolerance_days=self._whole("search", "clock_tolerance_days", 0),
            fence_factor=self._number("outliers", "fence_factor"),
            activeness_low_max=low_max,
            activeness_medium_max=self._cut("activeness", "medium_max", low_max),
            clinginess={
                (user_type, level): self._level(f"clinginess.{user_type}", level)
                for user_type in USER_TYPES
                for level in LEVELS
            },
            resurrect_months=self._whole("lifecycle", "resurrect_months", 1, MONTHS_BACK),
            carried_months=self._whole("profile", "carried_months", 0, MONTHS_BACK),
            falling_max=falling_max,
            rising_min=self._cut("watch_trend", "rising_min", falling_max, most=None),
            demand_min_users=self._whole("keyword_demand", "min_users", 1),
            networks=self._networks(),
            known_outcomes=self._words("outcomes", "known", reserved=(UNKNOWN,)),
        )
        self._expect_nothing_else()
        return measures

    def _cut(self, table: str, entry: str, above: Fraction, most: int | None = 1) -> Fraction:
        cut = self._fraction(table, entry)
        if max(cut.numerator, cut.denominator) > _LONGEST_TERM:
            wrong = f"{self._take(table, entry)} has a term of more than {_LONGEST_TERM:,}"
            self._refuse(table, entry, wrong, "Round it")
        if not above < cut or (most is not None and cut > most):
            up_to = "" if most is None else f" and up to {most}"
            self._refuse(table, entry, f"{self._take(table, entry)} does not lie above {above}{up_to}", "Correct it")
        return cut

    def _level(self, table: str, entry: str) -> str:
        value = self._take(table, entry)
        if value not in LEVELS:
            self._refuse(table, entry, f"{value!r} is not a level", f"Use one of {', '.join(LEVELS)}")
        return str(value)

    def _words(self, table: str, entry: str, reserved: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self._take(table, entry)
        remedy = 'Write it as a list of texts in lower case, such as ["wifi"]'
        if not isinstance(value, list) or not value:
            self._refuse(table, entry, f"{value!r} is not a list with entries", remedy)
        for word in value:
            if not isinstance(word, str) or word != word.strip().lower() or not word:
                self._refuse(table, entry, f"{word!r} is not text in lower case", remedy)
            if word in reserved or value.count(word) > 1:
                wrong = "already has a meaning" if word in reserved else "occurs twice"
                self._refuse(table, entry, f"{word!r} {wrong}", "Remove it")
        return tuple(value)

    def _markers(self, table: str, entry: str) -> tuple[str, ...]:
        value = self._take(table, entry)
        remedy = 'Write it as a list of texts, such as ["NULL"]'
        if not isinstance(value, list):
            self._refuse(table, entry, f"{value!r} is not a list", remedy)
        for text in value:
            if not isinstance(text, str) or text != trim(text) or not text:
                self._refuse(table, entry, f"{text!r} is not a text without white space at its ends", remedy)
            if value.count(text) > 1:
                self._refuse(table, entry, f"{text!r} occurs twice", "Remove it")
        return tuple(value)

    def _time_zone(self, table: str, entry: str) -> str:
        value = self._take(table, entry)
        try:
            ZoneInfo(value)
        except (TypeError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
            self._refuse(table, entry, f"{value!r} is not a time zone", 'Use a name such as "Asia/Ho_Chi_Minh"')
        except KeyError:
            self._refuse(table, entry, f"{value!r} is not a known time zone", 'Use a name such as "Asia/Ho_Chi_Minh"')
        return str(value)

    def _networks(self) -> dict[str, tuple[str, ...]]:
        networks: dict[str, tuple[str, ...]] = {}
        for network in NETWORKS:
            taken = tuple(word for words in networks.values() for word in words)
            networks[network] = self._words("networks", network, reserved=taken)
        return networks
