"""Numbers that look random but are hashes of what they are for: the same on every machine, in any order.

There is no state and no floating point in here, so a day does not depend on which days were made before it,
nor on how a processor or a NumPy version rounds.
"""

import hashlib
import math
import statistics
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]

_GOLDEN = 0x9E3779B97F4A7C15
_STEPS = 1 << 10
"""Steps of a quantile table; between two steps values are interpolated."""


def key_of(*parts: int | str) -> int:
    """A 64-bit key for what is to be drawn, such as ("seconds", seed, day)."""
    text = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def hashes(key: int, index: npt.NDArray[np.integer]) -> Hashes:
    """64 well-mixed bits for each index (SplitMix64)."""
    mixed = index.astype(np.uint64) * np.uint64(_GOLDEN)
    mixed += np.uint64(key)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def one_hash(key: int, index: int = 0) -> int:
    """The hash of a single index."""
    return int(hashes(key, np.array([index]))[0])


def part(drawn: Hashes, number: int) -> Whole:
    """One of the four 16-bit numbers in each hash: four small draws for the price of one."""
    return ((drawn >> np.uint64(16 * number)) & np.uint64(0xFFFF)).astype(np.int64)


def chance(share: float) -> int:
    """A share, as the limit that a `part` must be below."""
    return round(share * 65536)


def below(drawn: Hashes, limit: int) -> Whole:
    """A whole number from 0 to limit − 1 from each hash."""
    return ((drawn >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)


def pick(drawn: Hashes, weights: Sequence[int]) -> Whole:
    """The place of a weight, drawn in proportion to the weights."""
    ends = np.cumsum(np.array(weights, dtype=np.int64))
    return np.searchsorted(ends, below(drawn, int(ends[-1])), side="right").astype(np.int64)


def lognormal_table(median: float, sigma: float) -> Whole:
    """The quantiles of a log-normal distribution, rounded, from the 0.05th to the 99.95th percentile."""
    normal = statistics.NormalDist()
    shares = (min(max(step / _STEPS, 0.0005), 0.9995) for step in range(_STEPS + 1))
    return np.array([round(median * math.exp(sigma * normal.inv_cdf(share))) for share in shares])


def quantile(drawn: Hashes, table: Whole) -> Whole:
    """A value of a quantile table for each hash, interpolated in whole numbers."""
    place = (drawn >> np.uint64(44)).astype(np.int64)
    step, between = place >> 10, place & 1023
    lower = table[step]
    value: Whole = lower + ((table[step + 1] - lower) * between >> 10)
    return value


def scattered(key: int, index: Whole, size: int) -> Whole:
    """Each index 0 … size − 1 sent to another one, no two to the same. Needs index × size < 2**63."""
    if size < 2:
        return index.copy()
    factor = size * 5 // 8 + (key >> 8) % max(size // 8, 1) | 1
    while math.gcd(factor, size) != 1:
        factor += 2
    return (index * (factor % size) + key % size) % size


def hex_text(*parts: int | str) -> str:
    """32 hex digits for what they name."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def characters(drawn: Sequence[Hashes], alphabet: bytes) -> npt.NDArray[np.uint8]:
    """Eight characters from each hash, side by side; the alphabet's length is a power of two."""
    letters = np.frombuffer(alphabet, dtype=np.uint8)
    stacked = np.stack(list(drawn), axis=1).astype("<u8").view(np.uint8)
    chosen: npt.NDArray[np.uint8] = letters[stacked & np.uint8(len(letters) - 1)]
    return chosen
