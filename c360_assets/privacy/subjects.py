"""Who is to be erased: a contract with the users that are linked to it, or a user; and what in the lake is theirs."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from c360_assets.landing import raw_content, raw_search
from c360_assets.privacy.proof.id_finder import LENGTHS
from resources.erasure.readings import HIDING, HIDING_VALUES
from resources.erasure.suppression import KINDS, WORD, Kind, Suppression, id_forms, keyed_digest, normalised_id
from resources.erasure.tombstones import TEXTS
from resources.errors import UnknownCustomer
from resources.lake.sql import LakeQuery, Row

RAW = (raw_content, raw_search)
_ANY_KEY = b"compared in this process only"
_IDS_AT_ONCE = 5000
_LONGEST_PATTERN = 20_000
"""Characters: the query engine compiles a pattern for each batch of rows, and a longer one takes longer than all rows do."""
Link = tuple[str, str]
"""A contract and a user."""
Ids = Sequence[tuple[Kind, str]]


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


def meanings(customer: str) -> list[list[tuple[Kind, str]]]:
    """What a name may be the id of, in the form in which ids are compared; the later only where the first is nobody's.

    A customer id says of which kind it is (`contract:`, `user:`). Otherwise colons belong to the id, which may also begin
    like a customer id.
    """
    prefix, _, rest = customer.strip().partition(":")
    whole = [(kind, normalised_id(kind, customer)) for kind in KINDS]
    of_kind = [(kind, normalised_id(kind, rest)) for kind in KINDS if kind == prefix and rest.strip()]
    return [of_kind, whole] if of_kind else [whole]


class Links:
    """Links of contracts and users, to be looked up from both sides."""

    def __init__(self, links: Iterable[Link], nobody: Collection[str] = ()) -> None:
        """`nobody` are texts, as ids are compared, that are nobody's id: those that mean null."""
        self.users: dict[str, set[str]] = {}
        self.contracts: dict[str, set[str]] = {}
        for contract, user in links:
            if all(text and text not in nobody for text in (contract, user)):
                self.users.setdefault(contract, set()).add(user)
                self.contracts.setdefault(user, set()).add(contract)

    def has(self, kind: Kind, text: str) -> bool:
        """Whether an id of this kind is linked."""
        return text in (self.users if kind == "contract" else self.contracts)


def subject_of(
    query: LakeQuery,
    customer: str,
    links: Links | None = None,
    otherwise: Callable[[Ids], Subject | None] = lambda ids: None,
    nobody: Collection[str] = (),
) -> Subject:
    """The customer that a contract, a user id or a customer id means.

    `links` are all that are known, otherwise those of the lake. `otherwise` finds whom the lake knows nothing of. `nobody`
    are texts, as ids are compared, that are nobody's id: those that mean null. Raises UnknownCustomer if nobody has that
    name.
    """
    known = Links(held_links(query), nobody) if links is None else links
    for meant in meanings(customer):
        ids = [pair for pair in meant if pair[1] and pair[1] not in nobody]
        if found := _held_subject(query, known, ids) or otherwise(ids):
            return found
    raise UnknownCustomer(
        "the lake holds no customer of that name", "Give a contract, a user id or a customer id of customer360."
    )


def _held_subject(query: LakeQuery, links: Links, ids: Ids) -> Subject | None:
    """The customer of the first of these ids that is linked or has records; otherwise of the first that a record names."""
    for texts in ((), TEXTS):
        for kind, text in ids:
            if links.has(kind, text) or held_days(query, [(kind, text)], texts):
                return _with_linked(links, kind, text)
    return None


def _with_linked(links: Links, kind: Kind, text: str) -> Subject:
    """A user, or a contract with its users."""
    if kind == "user":
        return Subject((("user", text),))
    users = sorted(links.users.get(text, ()))
    others = {contract for user in users for contract in links.contracts[user]} - {text}
    return Subject((("contract", text), *(("user", user) for user in users)), tuple(sorted(others)))


def held_days(query: LakeQuery, ids: Ids, texts: Sequence[str] = TEXTS) -> list[HeldDay]:
    """The days of the raw tables that hold records of these ids, tombstones aside.

    That is by their ids, and by what is named in the columns `texts`.
    """
    if not ids:
        return []
    suppression = suppression_of(ids).cached()
    found: list[HeldDay] = []
    for raw in RAW:
        days: dict[date, Counter[str]] = {}
        names = [name for name, _ in raw.LAYOUT.erased_by]
        for row in _candidates(query, raw.TABLE.name, names, texts, ids):
            known = any(suppression.has_id(kind, row[name]) for name, kind in raw.LAYOUT.erased_by)
            if known or any(suppression.is_named_in(row[name]) for name in texts):
                days.setdefault(row["log_date"], Counter())[row["source_file"]] += 1
        found += [
            HeldDay(raw.TABLE.name, day, files.total(), tuple(sorted(files))) for day, files in sorted(days.items())
        ]
    return found


def alike_users(query: LakeQuery, ids: Ids) -> int:
    """How many more users there are than these, with ids that differ from theirs only in capitals.

    They are erased together, since ids are compared in upper case.
    """
    users = sorted({text for kind, text in ids if kind == "user"})
    beyond = 0
    for start in range(0, len(users), _IDS_AT_ONCE):
        listed = ", ".join("'" + text.replace("'", "''") + "'" for text in users[start : start + _IDS_AT_ONCE])
        condition = f"upper(user_id) in ({listed})"
        rows = query.rows(["clean_search"], f"select distinct user_id from clean_search where {condition}")
        spelled = [row["user_id"] for row in rows]
        beyond += len(spelled) - len({text.upper() for text in spelled})
    return beyond


def named_by_short_ids(query: LakeQuery, ids: Ids) -> int:
    """How many records hold an id of fewer than four letters and digits only as a word in another field or a line.

    They are erased, too. Such a word may as well be a number, a version or part of a date.
    """
    short = {pair for pair in ids if len(pair[1]) < LENGTHS.start and pair[1].isalnum()}
    if not short:
        return 0
    owners, short_names = suppression_of(ids).cached(), suppression_of(short).cached()
    long_names = suppression_of(pair for pair in ids if pair not in short).cached()
    found = 0
    for raw in RAW:
        names = [name for name, _ in raw.LAYOUT.erased_by]
        for row in _candidates(query, raw.TABLE.name, names, TEXTS, sorted(short)):
            owned = any(owners.has_id(kind, row[name]) for name, kind in raw.LAYOUT.erased_by)
            named, too = (any(one.is_named_in(row[name]) for name in TEXTS) for one in (short_names, long_names))
            found += named and not (owned or too)
    return found


def suppression_of(ids: Iterable[tuple[Kind, str]]) -> Suppression:
    """What recognizes these ids, with a key of its own."""
    digests: dict[Kind, set[str]] = {"contract": set(), "user": set()}
    for kind, text in ids:
        digests[kind].add(keyed_digest(_ANY_KEY, kind, text))
    return Suppression(_ANY_KEY, {kind: frozenset(found) for kind, found in digests.items()})


def _candidates(query: LakeQuery, table: str, names: Sequence[str], texts: Sequence[str], ids: Ids) -> Iterator[Row]:
    """The rows in which an id stands anywhere, in any case, or may stand behind escapes: more than are meant.

    That may be nearly all rows if each has an address with parameters, and it is all rows if there are very many ids.
    """
    columns = (*names, *texts)
    pattern = "|".join(sorted({re.escape(text).replace("'", "''") for _, text in ids}))
    conditions = [f"coalesce(regexp_like(upper({column}), '{pattern}'), false)" for column in columns]
    is_plain = all(WORD.fullmatch(text) and text.isascii() for _, text in ids)
    hiding = HIDING if is_plain else HIDING_VALUES
    conditions += [f"coalesce(regexp_like({column}, '{hiding}'), false)" for column in texts]
    conditions += [f"coalesce(regexp_like({column}, '\\x00|\\\\x'), false)" for column in names]  # as `id_forms` has it
    where = f"where {' or '.join(conditions)}" if len(pattern) <= _LONGEST_PATTERN else ""
    return query.stream([table], f"select log_date, source_file, {', '.join(columns)} from {table} {where}")


def held_links(query: LakeQuery) -> list[Link]:
    """All links that the lake holds, used or not, in one form."""
    return links_of(
        (row["contract"], row["user_id"])
        for table in ("identity_map", "quarantine_identity")
        for row in query.rows([table], f"select contract, user_id from {table}")
    )


def links_of(pairs: Iterable[tuple[str | None, str | None]]) -> list[Link]:
    """Pairs of a contract and a user in the form in which ids are compared, without those that lack one."""
    return [
        link
        for contract, user in pairs
        if contract and user
        for link in product(id_forms("contract", contract), id_forms("user", user))
    ]
