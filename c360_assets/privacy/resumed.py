"""Customers whose erasure was begun, or carried out, before: the lake may hold nothing of them any more."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain
from types import MappingProxyType

from c360_assets.privacy.landed_files import LandedFiles
from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.privacy.subjects import RAW, Ids, Links, Subject, held_links, subject_of
from c360_assets.reference.model import load_reference
from resources.erasure.erasure_list import ErasureList
from resources.erasure.suppression import Kind, normalised_id
from resources.errors import UnknownCustomer, Where
from resources.lake.sql import LakeQuery
from resources.settings import Settings

_NOWHERE: Mapping[str, Where] = MappingProxyType({})
_MOST_LINES = 20
_NAMES = ("true", "false", *(name for raw in RAW for field in raw.LAYOUT.fields for name in field))
"""Words that stand in the text of any record: the header of a list of customers may be one."""
Digest = tuple[str, str]
"""The kind and the keyed digest of an id."""


def subjects_to_erase(
    settings: Settings, customers: Iterable[str], places: Mapping[str, Where] = _NOWHERE
) -> list[Subject]:
    """The customers that names mean: see `subject_of`. Those on the list of erasures are known by it.

    Links count that have landed and are in no table yet: once they are rewritten, nobody could tell whose they were.
    Those in a file that can't be read do not; but then the erasure is not proven, and has to be repeated.

    Raises UnknownCustomer if neither the lake nor the list knows a name, with its place if `places` has it: the file and
    line that name it.
    """
    query, receipts = LakeQuery(settings.lake), ReceiptStore(settings.lake)
    erasures = ErasureList(settings.lake, settings.erasure_key)
    reference = load_reference(settings.reference)
    landed = LandedFiles(settings.landing, reference.landing)
    nobody = {normalised_id("user", name) for name in (*reference.measures.null_markers, *_NAMES)}
    links = Links(chain(held_links(query), landed.links()), nobody)
    listed = partial(_listed, query, erasures, receipts)
    found: list[Subject] = []
    unknown: list[tuple[str, UnknownCustomer]] = []
    for customer in customers:
        try:
            found.append(subject_of(query, customer, links, listed, nobody))
        except UnknownCustomer as error:
            unknown.append((customer, error))
    if unknown:
        raise _placed(unknown[0][1], [places[name] for name, _ in unknown if name in places])
    return found


def _placed(error: UnknownCustomer, places: list[Where]) -> UnknownCustomer:
    """The error with the file and line that it is about, and the further lines that it is about, too."""
    if not places:
        return error
    others = [str(place.line) for place in places[1:]]
    if others:
        shown = ", ".join(others[:_MOST_LINES]) + (" and others" if len(others) > _MOST_LINES else "")
        error = UnknownCustomer(f"{error.what}, nor of those in lines {shown}", error.remedy)
    return error.at(file=places[0].file, line=places[0].line)


def _listed(query: LakeQuery, erasures: ErasureList, receipts: ReceiptStore, ids: Ids) -> Subject | None:
    """Those of the ids that are on the list.

    Of an erasure that was begun, the receipt has digests of all ids. Those that raw tables still hold are among the ids.
    """
    known = (*erasures.entries(), *receipts.begun(erasures))  # a list that has lost entries is mended by an erasure
    listed = {(one.kind, one.digest) for one in known}
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
            for row in query.stream([table], f"select distinct {name} as id from {table} where {name} is not null"):
                if (kind, erasures.digest(kind, row["id"])) in wanted:
                    yield kind, row["id"]
