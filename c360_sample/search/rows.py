"""What is searched on a day, before any dirt: sessions of one to three searches, by users or by nobody known.

Dirt is added by `search/dirt.py`; how searches become files is in `search/files.py`.
"""

import unicodedata
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from c360_sample.chance import Hashes, Whole, below, chance, characters, hashes, key_of, part, pick, scattered
from c360_sample.population import Population
from c360_sample.search.phrases import TOPICS

COLUMNS = (
    "eventID",
    "datetime",
    "user_id",
    "keyword",
    "category",
    "proxy_isp",
    "platform",
    "networkType",
    "action",
    "userPlansMap",
)
ANONYMOUS = 0.249
QUIT = 0.14
_PREFIX = 3
"""The slot of a search that is only the beginning of the session's keyword."""
# (share of sessions in a thousand, the keyword of each of its searches). Where two keywords come equally
# often, the user's top keyword of the day is a tie: 19.5 % of them.
_SESSIONS = (
    (624, (0,)),
    (70, (0, 0)),
    (16, (0, 0, 0)),
    (108, (0, 1)),
    (32, (0, 1, 2)),
    (50, (_PREFIX, 0)),
    (100, (0, 0, 1)),
)
_SEARCHES_A_SESSION = 1.5
_SHIFTS = chance(0.35)
"""How many users turn to another topic in a month."""
_STRAYS = chance(0.12)
"""How many sessions are about something else than the user's topic."""
_FAVOURITE = chance(0.5)

_ISPS = (("vnpt", 36), ("viettel", 34), ("fpt", 24), ("cmc", 2), ("VNPT ", 1), (None, 3))
_PLATFORMS = (
    ("android", 34),
    ("ios", 17),
    ("smarttv-sony-android", 12),
    ("smarttv-samsung", 10),
    ("box-2019", 12),
    ("web", 8),
    ("Android", 2),
    ("iOS", 2),
    (" ios", 1),
    ("", 1),
    (None, 1),
)
_NETWORKS = (
    ("wifi", 720),
    ("WIFI", 70),
    ("ethernet", 90),
    ("WWAN", 30),
    ("3g", 30),
    ("4g", 40),
    ("mobile", 5),
    ("###", 3),
    ("cab", 2),
    (None, 10),
)
_ACTIONS = (("search", 970), ("voice", 20), ("Search ", 5), (None, 5))
_PLANS: tuple[tuple[list[str] | None, int], ...] = (
    ([], 420),
    (["Basic:tv"], 200),
    (["Family:tv"], 120),
    (["Family:tv", "Kids:app"], 60),
    (["Sport:app", "Basic:tv"], 50),
    (["Movies:app"], 60),
    (["Movies:web", "Movies:app"], 40),
    (["Kids:app", "Basic:tv", "Sport:app"], 20),
    (["Basic"], 15),
    ([":tv"], 5),
    (None, 10),
)


def search_table(population: Population, day: date, rows: int) -> pa.Table:
    """Exactly `rows` searches, all columns text but the list of plans."""
    seed, text = population.seed, str(day)
    session, slot = _sessions(population, day, rows)
    order = scattered(key_of("search-order", seed, text), np.arange(rows), rows)
    session, slot = session[order], slot[order]
    user = _users(population, day, int(session.max(initial=-1)) + 1)
    drawn = hashes(key_of("search", seed, text), order)
    by_session = hashes(key_of("session", seed, text), session)

    def column(options: tuple[tuple[object, int], ...], bits: Hashes, kind: pa.DataType) -> pa.Array:
        values = pa.array([value for value, _ in options], kind)
        return values.take(pa.array(pick(bits, [weight for _, weight in options])))

    ids = pa.array([*population.user_ids, None], pa.string())
    return pa.table(
        [
            _event_ids(seed, text, order),
            _moments(day, by_session, slot, drawn),
            ids.take(pa.array(user[session])),
            _keywords(population, day, session, slot, user, drawn),
            pa.array(["enter", "quit"]).take(pa.array(_ended(slot, drawn))),
            column(_ISPS, by_session << np.uint64(8), pa.string()),
            column(_PLATFORMS, by_session << np.uint64(16), pa.string()),
            column(_NETWORKS, by_session << np.uint64(24), pa.string()),
            column(_ACTIONS, drawn << np.uint64(16), pa.string()),
            column(_PLANS, by_session << np.uint64(4), pa.list_(pa.string())),
        ],
        names=list(COLUMNS),
    )


def _sessions(population: Population, day: date, rows: int) -> tuple[Whole, Whole]:
    """The session of each search, and which of its keywords it is about."""
    count = int(rows / _SEARCHES_A_SESSION * 1.1) + 20
    drawn = hashes(key_of("session-kind", population.seed, str(day)), np.arange(count))
    kind = pick(drawn, [share for share, _ in _SESSIONS])
    lengths = np.array([len(slots) for _, slots in _SESSIONS])[kind]
    width = max(len(slots) for _, slots in _SESSIONS)
    slots = np.array([list(slots) + [0] * (width - len(slots)) for _, slots in _SESSIONS])
    session = np.repeat(np.arange(count), lengths)
    begins = np.cumsum(lengths) - lengths
    slot = slots[kind[session], np.arange(len(session)) - begins[session]]
    return session[:rows], slot[:rows]


def _users(population: Population, day: date, sessions: int) -> Whole:
    """The user of each session; the place after the last user means nobody."""
    drawn = hashes(key_of("user-day", population.seed, str(day)), np.arange(population.users))
    score = (drawn >> np.uint64(32) << np.uint64(20)).astype(np.int64) // population.keenness
    keen = np.argsort(score, kind="stable")
    nobody = part(hashes(key_of("nobody", population.seed, str(day)), np.arange(sessions)), 0) < chance(ANONYMOUS)
    place = np.cumsum(~nobody) - 1
    nobody |= place >= population.users
    return np.where(nobody, population.users, keen[np.minimum(place, population.users - 1)])


def _ended(slot: Whole, drawn: Hashes) -> Whole:
    """0 enter, 1 quit: what was only begun is mostly quit."""
    share = np.where(slot == _PREFIX, chance(0.6), chance(QUIT - 0.6 * 0.04))
    return (part(drawn, 1) < share).astype(np.int64)


def _keywords(population: Population, day: date, session: Whole, slot: Whole, user: Whole, drawn: Hashes) -> pa.Array:
    """The keyword of each search, spelled one way or another."""
    seed, month = population.seed, f"{day:%Y-%m}"
    book = _phrase_book()
    of_session = hashes(key_of("about", seed, str(day)), np.arange(len(user)))
    base = hashes(key_of("interest", seed), user)
    now = hashes(key_of("interest", seed, month), user)
    weights = [weight for _, weight, _ in TOPICS]
    shifted = (part(now, 0) < _SHIFTS) & (user < population.users)
    interest = np.where(shifted, pick(now, weights), pick(base, weights))
    strays = (part(of_session, 0) < _STRAYS) | (user == population.users)
    topic = np.where(strays, pick(of_session, weights), interest)
    is_favourite = ~strays & (part(of_session, 1) < _FAVOURITE)
    rank = np.where(is_favourite, book.rank(topic, now), book.rank(topic, of_session << np.uint64(40)))
    # A session's further keywords are others of its topic, never its first again.
    size = book.sizes[topic]
    further = 1 + part(of_session, 2) % (size - 2)
    ranks = np.stack([rank, (rank + further) % size, (rank + further + 1) % size, rank], axis=1)
    phrase = book.begins[topic[session]] + ranks[session, slot]
    spelling = pick(drawn << np.uint64(8), book.spelling_weights)
    return book.texts.take(pa.array(np.where(slot == _PREFIX, phrase + book.prefixes_at, phrase * 4 + spelling)))


class _PhraseBook:
    """Every phrase in its spellings, and by topic how popular each is."""

    spelling_weights = (46, 20, 14, 20)

    def __init__(self) -> None:
        phrases = [phrase for _, _, of_topic in TOPICS for phrase in of_topic]
        spelled = [spelling for phrase in phrases for spelling in _spellings(phrase)]
        self.prefixes_at = len(spelled)
        self.texts = pa.array(spelled + [_prefix(phrase) for phrase in phrases])
        self.sizes = np.array([len(of_topic) for _, _, of_topic in TOPICS])
        self.begins = np.cumsum(self.sizes) - self.sizes
        self._ranks = np.array([_zipf(len(of_topic)) for _, _, of_topic in TOPICS])

    def rank(self, topic: Whole, drawn: Hashes) -> Whole:
        """The place of a phrase in its topic; the first are drawn most."""
        return self._ranks[topic, below(drawn, self._ranks.shape[1])]


@cache
def _phrase_book() -> _PhraseBook:
    return _PhraseBook()


def _zipf(size: int) -> npt.NDArray[np.int64]:
    """1,024 places 0 … size − 1, the place n in proportion to 1/(n + 1)."""
    weights = [720_720 // (place + 1) for place in range(size)]
    ends = np.cumsum(weights)
    return np.searchsorted(ends, np.arange(1024) * int(ends[-1]) // 1024, side="right")


def _spellings(phrase: str) -> tuple[str, str, str, str]:
    bare = "".join(char for char in unicodedata.normalize("NFD", phrase) if not unicodedata.combining(char))
    return phrase.lower(), phrase, bare.replace("đ", "d").replace("Đ", "D").lower(), phrase.upper()


def _prefix(phrase: str) -> str:
    """What is logged while somebody is still typing: `LUU L`."""
    bare = _spellings(phrase)[2].upper()
    return bare[: max(2, len(bare) * 3 // 5)]


def _event_ids(seed: int, day: str, index: Whole) -> pa.Array:
    """A UUID per search."""
    drawn = [hashes(key_of("event", seed, day, place), index) for place in range(4)]
    digits = characters(drawn, b"0123456789abcdef")
    pieces = [digits[:, :8], digits[:, 8:12], digits[:, 12:16], digits[:, 16:20], digits[:, 20:32]]
    texts = [pa.array(np.ascontiguousarray(piece).view(f"S{piece.shape[1]}").ravel()) for piece in pieces]
    return pc.cast(pc.binary_join_element_wise(*texts, b"-"), pa.string())


def _moments(day: date, by_session: Hashes, slot: Whole, drawn: Hashes) -> pa.Array:
    """The wall clock of each search, with three digits of a second's fraction: most in the evening."""
    evening = part(by_session, 1) < chance(0.55)
    second = np.where(evening, 61_200 + below(by_session, 21_600), below(by_session, 86_000))
    milli = np.minimum(second + slot % _PREFIX * 17, 86_399) * 1000 + part(drawn, 2) % 1000
    start = int(np.datetime64(day, "ms").astype(np.int64))
    texts = np.datetime_as_string((milli + start).astype("datetime64[ms]"), unit="ms")
    return pc.replace_substring(pa.array(texts.tolist(), pa.string()), "T", " ")
