"""Who watches and who searches: contracts with devices and tastes, users with interests.

A population depends only on the seed and on its size. What its members do on a day is in `content/rows.py` and
`search/rows.py`; which account a user belongs to is in `identity.py`.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from c360_sample.chance import (
    Hashes,
    Whole,
    below,
    chance,
    characters,
    hashes,
    key_of,
    lognormal_table,
    part,
    pick,
    quantile,
    scattered,
)

Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

# (letters, share of contracts): nine characters in all.
_SHAPES = ((3, 0.50), (4, 0.47), (5, 0.03))
# (length, share of users). An eighth of them begin with a zero.
_USER_LENGTHS = ((6, 0.04), (7, 0.46), (8, 0.50))
_LEADING_ZERO = 0.13
# (months of a cycle, months of it a customer is away, share of customers): some come back soon, some late.
_ABSENCES = ((6, 1, 0.10), (9, 2, 0.08), (12, 6, 0.05), (12, 9, 0.03))
# (share of contracts, least and most of 65,536: the chance to watch on a day).
_HABITS = ((0.12, 1_500, 20_000), (0.18, 22_000, 43_000), (0.70, 46_000, 65_536))
_DEVICES_OF_MANY = (3,) * 600 + (4,) * 220 + (5,) * 90 + (6,) * 40 + (8,) * 25 + (12,) * 14 + (20,) * 8 + (45, 87, 60)
MOST_DEVICES = 87


@dataclass(frozen=True)
class Population:
    """`contracts` customers and `users` searchers, drawn from `seed`."""

    seed: int
    contracts: int
    users: int

    @classmethod
    def for_rows(cls, seed: int, rows: int) -> "Population":
        """As many as it takes for `rows` content rows and `rows // 20` searches per day."""
        return cls(seed, contracts=max(rows * 128 // 100, 2), users=max(rows // 20 * 13, 1))

    def _draw(self, what: str, size: int) -> Hashes:
        return hashes(key_of(what, self.seed), np.arange(size))

    # --- contracts -----------------------------------------------------------------------------------------

    @cached_property
    def contract_codes(self) -> Bytes:
        """Nine characters per contract."""
        return codes_of(self.seed, self._draw("shape", self.contracts))

    @cached_property
    def activity(self) -> Whole:
        """The chance of 65,536 that a contract watches on a day."""
        drawn = self._draw("habit", self.contracts)
        least_most = np.array([habit[1:] for habit in _HABITS])
        habit = pick(drawn << np.uint64(32), [chance(habit[0]) for habit in _HABITS])
        least, most = least_most[habit, 0], least_most[habit, 1]
        activity: Whole = least + ((most - least) * part(drawn, 3) >> 16)
        return activity

    @cached_property
    def level_seconds(self) -> Whole:
        """What a device of the contract is watched for on an ordinary day."""
        return quantile(self._draw("level", self.contracts), lognormal_table(6_400, 1.2))

    @cached_property
    def leaves_on(self) -> Flags:
        """Contracts whose set-top box often stays on all day; hardly any of them use another app besides."""
        drawn = self._draw("on", self.contracts)
        share = np.where(self.fondness == 0, chance(0.068), chance(0.012))
        return part(drawn, 0) < share

    @cached_property
    def fondness(self) -> Whole:
        """0: live television only. 1 to 3: the other apps now and then, regularly, mostly."""
        return pick(self._draw("fondness", self.contracts), (70, 18, 9, 3))

    @cached_property
    def side_apps(self) -> Whole:
        """The two other apps that a contract likes, as places in `SIDE_APPS`."""
        drawn = self._draw("side", self.contracts)
        weights = (600, 200, 160, 30, 10, 4)
        return np.stack([pick(drawn, weights), pick(drawn << np.uint64(32), weights)], axis=1)

    def away(self, month: date) -> Flags:
        """Contracts that do not watch in this month: customers leave, return, and join."""
        drawn = self._draw("absence", self.contracts)
        kind = pick(drawn, [chance(absence[2]) for absence in _ABSENCES] + [chance(0.74)])
        number = month.year * 12 + month.month
        gone = np.zeros(self.contracts, dtype=bool)
        for place, (cycle, absent, _) in enumerate(_ABSENCES):
            gone |= (kind == place) & ((part(drawn, 0) + number) % cycle < absent)
        return gone

    # --- devices -------------------------------------------------------------------------------------------

    @cached_property
    def devices_of(self) -> Whole:
        """Devices a contract has: one for most, 87 for the first where there are customers enough."""
        drawn = self._draw("devices", self.contracts)
        count = np.where(part(drawn, 0) < chance(0.90), 1, 2)
        many = part(drawn, 1) < chance(0.01)
        tail = np.array(_DEVICES_OF_MANY)
        count[many] = tail[below(drawn, len(tail))[many]]
        count[0] = min(MOST_DEVICES, 2 + self.contracts // 1000)
        return count

    @cached_property
    def first_device(self) -> Whole:
        """Where a contract's devices begin."""
        return np.concatenate([[0], np.cumsum(self.devices_of)[:-1]]).astype(np.int64)

    @cached_property
    def owner(self) -> npt.NDArray[np.int32]:
        """The contract of each device."""
        return np.repeat(np.arange(self.contracts, dtype=np.int32), self.devices_of)

    @cached_property
    def is_first(self) -> Flags:
        """Devices that are their contract's first."""
        first = np.zeros(len(self.owner), dtype=bool)
        first[self.first_device] = True
        return first

    @cached_property
    def macs(self) -> Bytes:
        """Twelve hex digits per device."""
        drawn = [self._draw(what, len(self.owner)) for what in ("mac-left", "mac-right")]
        return np.ascontiguousarray(characters(drawn, b"0123456789ABCDEF")[:, :12])

    # --- users ---------------------------------------------------------------------------------------------

    @cached_property
    def user_ids(self) -> list[str]:
        """6 to 8 digits per user; some begin with a zero, so these are texts."""
        drawn = self._draw("user", self.users)
        length = pick(drawn, [chance(share) for _, share in _USER_LENGTHS])
        zero = part(drawn, 0) < chance(_LEADING_ZERO)
        ids = np.empty(self.users, dtype=object)
        for place, (digits, _) in enumerate(_USER_LENGTHS):
            for padded in (False, True):
                members = np.flatnonzero((length == place) & (zero == padded))
                # With a zero in front: any number of one digit less; otherwise no zero in front.
                size, least = (10 ** (digits - 1), 0) if padded else (9 * 10 ** (digits - 1), 10 ** (digits - 1))
                number = scattered(key_of("id", self.seed, digits, padded), np.arange(len(members)), size) + least
                ids[members] = [f"{value:0{digits}d}" for value in number.tolist()]
        return list(ids)

    @cached_property
    def keenness(self) -> Whole:
        """How often a user searches, relative to others: a few do much of it."""
        return quantile(self._draw("keen", self.users), lognormal_table(2_000, 0.85)) + 1


def codes_of(seed: int, drawn: Hashes) -> Bytes:
    """Contract codes of the real shapes, no two alike."""
    shape = pick(drawn, [chance(share) for _, share in _SHAPES])
    codes = np.empty((len(drawn), 9), dtype=np.uint8)
    for place, (letters, _) in enumerate(_SHAPES):
        members = np.flatnonzero(shape == place)
        digits = 9 - letters
        number = scattered(key_of("code", seed, letters), np.arange(len(members)), 26**letters * 10**digits)
        for column in range(8, letters - 1, -1):
            codes[members, column] = number % 10 + ord("0")
            number //= 10
        for column in range(letters - 1, -1, -1):
            codes[members, column] = number % 26 + ord("A")
            number //= 26
    return codes
