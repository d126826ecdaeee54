"""Who is to be erased: a contract with the users that are linked to it, or a user; and what in the lake is theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from c360_assets.landing import raw_content, raw_search
from resources.erasure.readings import HIDING
from resources.erasure.suppression import KINDS, Kind, Suppression, keyed_digest, normalised_id
from resources.erasure.tombstones import TEXTS
from resources.errors import UnknownCustomer
from resources.lake.sql import LakeQuery

RAW = (raw_content, raw_search)
_ANY_KEY = b"compared in this process only"


@dataclass(frozen=True)
class Subject:
    """The ids of one customer. `also_linked` are contracts that share a user with it, which its links contradict."""

    ids: tuple[tuple[Kind, str], ...]
    also_linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldDay:
    """What a raw table holds of customers on a day: how many records, in which landed files."""

    table: str
    day: date
    records: int
    files: tuple[str, ...]

    @property
    def landed_files(self) -> list[str]:
        """The files by their names below the landing root."""
        folder = next(raw.LAYOUT.folder for raw in RAW if raw.TABLE.name == self.table)
        return [f"{folder}/{file}" for file in self.files]


def named_ids(customer: str) -> list[tuple[Kind, str]]:
    """What a name may be the id of, in the form in which ids are compared. A customer id says of which kind it is."""
    prefix, _, text = customer.strip().rpartition(":")
    return [(kind, normalised_id(kind, text)) for kind in KINDS if prefix == kind or prefix not in KINDS]


def subject_of(query: LakeQuery, customer: str) -> Subject:
    """The customer that a contract, a user id or a customer id means.

    Raises UnknownCustomer if the lake holds nothing of that name.
    """
    kind, _, text = customer.strip().rpartition(":")
    contract, user = normalised_id("contract", text), normalised_id("user", text)
    links = [(link["contract"], link["user_id"]) for link in held_links(query)]
    subject = Subject((("user", user),))
    if kind != "user" and (any(one == contract for one, _ in links) or _is_held(query, [("contract", contract)])):
        users = sorted({linked for one, linked in links if one == contract})
        others = sorted({one for one, linked in links if linked in users and one != contract})
        subject = Subject((("contract", contract), *(("user", linked) for linked in users)), tuple(others))
    elif kind == "contract" or not (any(linked == user for _, linked in links) or _is_held(query, subject.ids)):
        raise UnknownCustomer(
            "the lake holds no customer of that name", "Give a contract, a user id or a customer id of customer360."
        )
    return subject


def held_days(query: LakeQuery, ids: Sequence[tuple[Kind, str]]) -> list[HeldDay]:
    """The days of the raw tables that hold records of these ids, tombstones aside."""
    suppression = suppression_of(ids).cached()
    found: list[HeldDay] = []
    for raw in RAW:
        days: dict[date, list[str]] = {}
        names = [name for name, _ in raw.LAYOUT.erased_by]
        for row in _candidates(query, raw.TABLE.name, names, ids):
            known = any(suppression.has_id(kind, row[name]) for name, kind in raw.LAYOUT.erased_by)
            if known or any(suppression.is_named_in(row[name]) for name in TEXTS):
                days.setdefault(row["log_date"], []).append(row["source_file"])
        found += [
            HeldDay(raw.TABLE.name, day, len(files), tuple(sorted(set(files)))) for day, files in sorted(days.items())
        ]
    return found


def suppression_of(ids: Iterable[tuple[Kind, str]]) -> Suppression:
    """What recognizes these ids, with a key of its own."""
    digests: dict[Kind, set[str]] = {"contract": set(), "user": set()}
    for kind, text in ids:
        digests[kind].add(keyed_digest(_ANY_KEY, kind, text))
    return Suppression(_ANY_KEY, {kind: frozenset(found) for kind, found in digests.items()})


def _is_held(query: LakeQuery, ids: Sequence[tuple[Kind, str]]) -> bool:
    return bool(held_days(query, ids))


def _candidates(query: LakeQuery, table: str, names: Sequence[str], ids: Sequence[tuple[Kind, str]]) -> list[dict]:  # type: ignore[type-arg]
    """The rows in which an id stands anywhere, in any case, or may stand behind escapes: a few more than are meant."""
    columns = (*names, *TEXTS)
    texts = sorted({text.replace("'", "''") for _, text in ids})
    conditions = [f"strpos(upper(coalesce({column}, '')), '{text}') > 0" for column in columns for text in texts]
    hiding = HIDING.replace("'", "''")
    conditions += [f"coalesce(regexp_like({column}, '{hiding}'), false)" for column in TEXTS]
    return query.rows(
        [table],
        f"select log_date, source_file, {', '.join(columns)} from {table} where {' or '.join(conditions)}",
    )


def held_links(query: LakeQuery) -> list[dict[str, str]]:
    """All links, used or not, in one form."""
    found = [
        row
        for table in ("identity_map", "quarantine_identity")
        for row in query.rows([table], f"select contract, user_id from {table}")
    ]
    return [
        {
            "contract": normalised_id("contract", row["contract"]),
            "user_id": normalised_id("user", row["user_id"]),
        }
        for row in found
        if row["contract"] and row["user_id"]
    ]
