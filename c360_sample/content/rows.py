"""What is watched on a day: one row per device and app, before any dirt.

Dirt is added by `content/dirt.py`; how rows become files is in `content/files.py`.
"""

from dataclasses import dataclass
from datetime import date

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
    quantile,
    scattered,
)
from c360_sample.population import Population

DAY_SECONDS = 86_400
SIDE_APPS = ("VOD", "KPLUS", "CHILD", "RELAX", "FIMS", "SPORT")
APPS = ("CHANNEL", *SIDE_APPS)
# Length of a stay in each app, of 256 parts of a stay in CHANNEL.
_STAY = np.array((256, 79, 104, 92, 52, 49, 26))
# By fondness (see Population): chance to use another app on a device-day, and then to use nothing but it.
_USES = np.array([chance(share) for share in (0.0, 0.17, 0.55, 0.95)])
_NOTHING_ELSE = np.array([chance(share) for share in (0.0, 0.2, 0.3, 0.75)])
_ID_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class ContentRows:
    """The rows of a day, column by column."""

    contract: npt.NDArray[np.uint8]
    mac: npt.NDArray[np.uint8]
    seconds: Whole
    app: npt.NDArray[np.int8]
    """Place in `APPS`."""
    doc_id: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.seconds)


def content_rows(population: Population, day: date, rows: int) -> ContentRows:
    """Exactly `rows` rows: the day's keenest customers, until there are enough."""
    device, app = _who_uses_what(population, day, rows)
    order = scattered(key_of("order", population.seed, str(day)), np.arange(len(device)), len(device))
    device, app = device[order][:rows], app[order][:rows]
    owner = population.owner[device]
    return ContentRows(
        contract=population.contract_codes[owner],
        mac=population.macs[device],
        seconds=_seconds(population, day, device, owner, app),
        app=app,
        doc_id=_doc_ids(population.seed, day, rows),
    )


def _who_uses_what(population: Population, day: date, rows: int) -> tuple[Whole, npt.NDArray[np.int8]]:
    """(device, app) of the day, `rows` of them or a few more."""
    key = key_of("device-day", population.seed, str(day))
    drawn = hashes(key, np.arange(len(population.owner)))
    owner = population.owner
    is_on = population.is_first | (part(drawn, 0) < chance(0.6))
    fondness = population.fondness[owner]
    other = is_on & (part(drawn, 1) < _USES[fondness])
    channel = is_on & ~(other & (part(drawn, 2) < _NOTHING_ELSE[fondness]))
    sides = population.side_apps
    second = other & (part(drawn, 3) < chance(0.15)) & (sides[:, 0] != sides[:, 1])[owner]
    rows_of_device = channel.astype(np.int64) + other + second
    chosen = _keenest(population, day, np.add.reduceat(rows_of_device, population.first_device), rows)
    takes_part = chosen[owner]
    devices, apps = [], []
    for used, app in (
        (channel, np.zeros(population.contracts, dtype=np.int8)),
        (other, (sides[:, 0] + 1).astype(np.int8)),
        (second, (sides[:, 1] + 1).astype(np.int8)),
    ):
        device = np.flatnonzero(used & takes_part)
        devices.append(device)
        apps.append(app[owner[device]])
    return np.concatenate(devices), np.concatenate(apps)


def _keenest(population: Population, day: date, rows_of: Whole, rows: int) -> npt.NDArray[np.bool_]:
    """The contracts that watch: those with the lowest draw for their activity, until the rows suffice."""
    drawn = hashes(key_of("contract-day", population.seed, str(day)), np.arange(population.contracts))
    score = (drawn >> np.uint64(32) << np.uint64(16)).astype(np.int64) // population.activity
    # Whoever is away comes last, so that a day gets its rows even if nearly everyone is.
    score[population.away(day.replace(day=1))] += 1 << 60
    order = np.argsort(score, kind="stable")
    enough = int(np.searchsorted(np.cumsum(rows_of[order]), rows)) + 1
    chosen = np.zeros(population.contracts, dtype=bool)
    chosen[order[:enough]] = True
    return chosen


def _seconds(
    population: Population, day: date, device: Whole, owner: npt.NDArray[np.int32], app: npt.NDArray[np.int8]
) -> Whole:
    """Seconds of each row: the contract's level, the day's mood, and the app's usual stay."""
    drawn = hashes(key_of("seconds", population.seed, str(day)), device * len(APPS) + app)
    mood = quantile(drawn, lognormal_table(1024, 1.15))
    seconds = population.level_seconds[owner] * mood * _STAY[app] >> 18
    # Longer than most of a day is rare: such rows are spread over its second half, or over an earlier part of it
    # for those who use other apps besides, since few devices exceed a day in all.
    spread_from = np.where(population.fondness[owner] > 0, 16_000, 36_000)
    longest = np.where(population.fondness[owner] > 0, 58_000, 80_000)
    seconds = np.where(seconds < longest, seconds, spread_from + below(drawn << np.uint64(20), 50_400))
    small = part(drawn << np.uint64(4), 0)
    left_on = (app == 0) & np.where(population.leaves_on[owner], small < chance(0.47), small < chance(0.003))
    seconds = np.where(left_on, DAY_SECONDS, np.maximum(seconds, 1))
    return np.where(small >= 65_536 - chance(0.003), 0, seconds)


def _doc_ids(seed: int, day: date, rows: int) -> npt.NDArray[np.uint8]:
    """Twenty characters per row, as document stores make ids; the day is in the third and fourth."""
    drawn: list[Hashes] = [hashes(key_of("doc", seed, str(day), side), np.arange(rows)) for side in ("left", "right")]
    ids = np.empty((rows, 20), dtype=np.uint8)
    number = day.toordinal()
    ids[:, :4] = np.frombuffer(
        b"AX" + bytes((_ID_LETTERS[number // 64 % 64], _ID_LETTERS[number % 64])), dtype=np.uint8
    )
    ids[:, 4:] = characters(drawn, _ID_LETTERS)
    return ids
