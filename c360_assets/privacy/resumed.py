"""Customers whose erasure was begun, or carried out, before: the lake may hold nothing of them any more."""

from collections.abc import Iterable

from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.privacy.subjects import RAW, Subject, held_links, held_subject, meanings, unknown_customer
from resources.erasure.erasure_list import ErasureList
from resources.erasure.suppression import Kind
from resources.lake.sql import LakeQuery

Digest = tuple[str, str]
"""The kind and the keyed digest of an id."""


def subject_to_erase(query: LakeQuery, customer: str, erasures: ErasureList, receipts: ReceiptStore) -> Subject:
    """The customer that a name means: see `subject_of`. One that is on the list of erasures is known by it.

    Raises UnknownCustomer if neither the lake nor the list knows the name.
    """
    links = held_links(query)
    for ids in meanings(customer):
        if found := held_subject(query, links, ids) or _listed(query, ids, erasures, receipts):
            return found
    raise unknown_customer()


def _listed(
    query: LakeQuery, ids: Iterable[tuple[Kind, str]], erasures: ErasureList, receipts: ReceiptStore
) -> Subject | None:
    """Those of the ids that are on the list.

    Of an erasure that was begun, the receipt has digests of all ids. Those that raw tables still hold are among the ids.
    """
    listed = {(one.kind, one.digest) for one in erasures.entries()}
    mine = [pair for pair in ids if (pair[0], erasures.digest(*pair)) in listed]
    if not mine:
        return None
    digests = {(kind, erasures.digest(kind, text)) for kind, text in mine}
    wanted: set[Digest] = set()
    for receipt in receipts.all(erasures):
        subjects = {(one["kind"], one["digest"]) for one in receipt.subjects}
        if not receipt.finished_at and subjects & digests:
            wanted |= subjects
    return Subject((*mine, *_held(query, erasures, wanted - digests)))


def _held(query: LakeQuery, erasures: ErasureList, wanted: set[Digest]) -> Iterable[tuple[Kind, str]]:
    """The ids of these digests that raw tables hold."""
    if not wanted:
        return
    for raw in RAW:
        for name, kind in raw.LAYOUT.erased_by:
            table = raw.TABLE.name
            for row in query.rows([table], f"select distinct {name} as id from {table} where {name} is not null"):
                if (kind, erasures.digest(kind, row["id"])) in wanted:
                    yield kind, row["id"]
