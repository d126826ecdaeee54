"""Which account made which searches: the links between users and contracts, with what is wrong among them."""

import csv
import io
from typing import TextIO

import numpy as np

from c360_sample.chance import Whole, below, chance, hashes, key_of, one_hash, part, pick
from c360_sample.population import Population, codes_of

COLUMNS = ("contract", "user_id", "source")
LINKED = 0.90
"""The share of users whose account is known. The rest have no link."""
_OUTSIDE = 50
"""One contract in so many is a customer who searches, but never watches."""
_SOURCES = (("app-login", 70), ("billing", 20), ("call-centre", 6), ("", 4))
# Per million links. Each kind occurs at least once.
_DIRT = (
    ("user of two contracts", 12_000),
    ("equal link of another source", 12_000),
    ("equal link again", 3_000),
    ("contract in lower case", 4_000),
    ("contract with edge spaces", 2_000),
    ("contract malformed", 2_000),
    ("contract blank", 1_000),
    ("contract 0", 500),
    ("user blank", 1_500),
    ("user with edge spaces", 1_500),
    ("a field too few", 500),
    ("a field too many", 300),
)
_MALFORMED = ("PAYTV", "NONFPT037", "AB1234567", "203.0.113.9")


def write_identity(stream: TextIO, population: Population) -> int:
    """Writes the links as CSV and returns how many records there are. Users come in no order."""
    user, contract = _links(population)
    codes = [code.decode() for code in _codes(population).view("S9").ravel()[contract].tolist()]
    ids = population.user_ids
    drawn = hashes(key_of("link", population.seed), user)
    source = pick(drawn << np.uint64(32), [weight for _, weight in _SOURCES])
    stream.write(",".join(COLUMNS) + "\n")
    rows = [
        f"{code},{ids[who]},{_SOURCES[how][0]}"
        for code, who, how in zip(codes, user.tolist(), source.tolist(), strict=True)
    ]
    extra = 0
    for place, kind, draw in _spots(population.seed, len(rows)):
        lines = _spoiled(kind, draw, rows[place].split(","), codes[draw % len(codes)])
        extra += len(lines) - 1
        rows[place] = "\n".join(lines)
    stream.writelines(row + "\n" for row in rows)
    return len(rows) + extra


def _links(population: Population) -> tuple[Whole, Whole]:
    """(user, contract) of each linked user. Drawn freely, so that some contracts have several users."""
    users = np.arange(population.users)
    drawn = hashes(key_of("account", population.seed), users)
    linked = part(drawn, 0) < chance(LINKED)
    contract = below(drawn, _contracts(population))
    # Every eighth user shares the account of the one before.
    shares = (users > 0) & (part(drawn, 1) < chance(0.12))
    contract = np.where(shares, np.roll(contract, 1), contract)
    return users[linked], contract[linked]


def _contracts(population: Population) -> int:
    return population.contracts + population.contracts // _OUTSIDE + 1


def _codes(population: Population) -> np.ndarray:
    """Codes of the watching contracts and, behind them, of those that never watch."""
    return codes_of(population.seed, hashes(key_of("shape", population.seed), np.arange(_contracts(population))))


def _spots(seed: int, links: int) -> list[tuple[int, str, int]]:
    """(link, kind of dirt, draw); no link twice, and at most half of them."""
    kinds = [name for name, share in _DIRT for _ in range(max(links * share // 1_000_000, 1))][: links // 2]
    places = np.linspace(0, max(links - 1, 0), len(kinds), dtype=np.int64).tolist()
    return [(spot, kind, one_hash(key_of("spot", seed), spot)) for spot, kind in zip(places, kinds, strict=True)]


def _spoiled(kind: str, draw: int, link: list[str], other_contract: str) -> list[str]:
    """The records that replace one good link."""
    contract, user, source = link
    options = {
        "user of two contracts": [link, [other_contract, user, source]],
        "equal link of another source": [link, [contract, user, "survey"]],
        "equal link again": [link, link],
        "contract in lower case": [[contract.lower(), user, source]],
        "contract with edge spaces": [[f" {contract} ", user, source]],
        "contract malformed": [[_MALFORMED[draw % len(_MALFORMED)], user, source]],
        "contract blank": [["  " if draw % 2 else "", user, source]],
        "contract 0": [["0", user, source]],
        "user blank": [[contract, "  " if draw % 2 else "", source]],
        "user with edge spaces": [[contract, f" {user} ", source]],
        "a field too few": [[contract, user]],
        "a field too many": [[contract, user, source, "x"]],
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(options[kind])
    return text.getvalue().splitlines()
