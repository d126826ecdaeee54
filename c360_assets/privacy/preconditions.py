"""What has to hold before an erasure changes anything: the landing zone and everybody's links are there, and every day is read.

Tables are made again from what landed. Where that is gone, others would lose what nobody asked to erase. Days before
C360_FIRST_DAY are not made again: the customer would stay in them.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from c360_assets.contracts.partitions import Partitions, month_of
from c360_assets.contracts.raw_reads import is_earlier
from c360_assets.maintenance.first_held import first_held
from c360_assets.planning.lines import counted
from c360_assets.planning.planner import FOLDERS, IDENTITY, Planner
from c360_assets.planning.reach import reads_used
from c360_assets.privacy.landed_files import LandedFiles
from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.privacy.subjects import held_links, suppression_of
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import Erasure, ErasureList
from resources.erasure.lost_entries import Traces, doubtful, lost
from resources.erasure.suppression import Kind
from resources.errors import ErasureRefused
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.landing.zone import LandingZone
from resources.settings import Settings


def require_ready(
    settings: Settings, traces: Traces, ids: Sequence[tuple[Kind, str]], accepts_lost: bool = False
) -> None:
    """Looks at what an erasure of these ids depends on. Changes nothing.

    `traces` are those of the lake, read before its list, which may grow meanwhile. The last check may advise a restore, so
    what keeps a restore from being made comes before it: lost entries, and tables that were put back.

    Raises LandingError where there is no landing zone, or nothing in it; ErasureRefused where the links of others are gone,
    where the lake holds days before the first that is read, and where a day has to be restored first; ErasuresLost where
    the list of erasures would lack entries afterwards, unless that is accepted (`accepts_lost`). Without ids, somebody has
    to be on the list.
    """
    LandingZone(settings.landing).check(FOLDERS)
    if not ids and not ErasureList(settings.lake, settings.erasure_key).entries():
        raise ErasureRefused("nobody is on the list of erasures", "Name a customer to erase.")
    if not accepts_lost:
        _require_whole_list(settings, traces, ids)
    _require_every_day(settings)
    _require_links(settings, ids)
    _require_no_lost_day(settings, traces)


def _require_whole_list(settings: Settings, traces: Traces, ids: Sequence[tuple[Kind, str]]) -> None:
    """Raises ErasuresLost where the list has lost entries that neither receipts nor these ids give back, or receipts are lost.

    An erasure compares everything with the list, and nothing tells afterwards that it once had others.
    """
    erasures, now = ErasureList(settings.lake, settings.erasure_key), datetime.now(UTC)
    asked = [Erasure(erasures.digest(kind, text), kind, "", now) for kind, text in ids]
    known: dict[tuple[str, str], Erasure] = {}
    for one in (*erasures.entries(), *ReceiptStore(settings.lake).begun(erasures), *asked):
        known.setdefault((one.kind, one.digest), one)
    is_whole = not (traces.put_back.unknown or doubtful(traces, [*known.values()]))
    if not is_whole and (found := lost(traces, erasures.entries())):
        raise found


def _require_every_day(settings: Settings) -> None:
    """Raises ErasureRefused where the lake holds days or months before C360_FIRST_DAY.

    Whoever is in them: a run reports such days as not read, which keeps any erasure from being proven.
    """
    held = first_held(settings.lake)
    if held and held < settings.first_day:
        raise ErasureRefused(
            f"the lake holds days from {held} on, and those before C360_FIRST_DAY ({settings.first_day}) are not made again",
            f"Set C360_FIRST_DAY to {month_of(held)}, the first month of the lake, and begin the erasure again.",
        )


def _require_no_lost_day(settings: Settings, traces: Traces) -> None:
    """Raises ErasureRefused where a raw day was changed by others and can't be made again from what landed.

    An erasure removes all earlier versions, and with them the only one that the day could be restored from. Days of
    tables that were put back from an older copy are left out, since nothing can be restored before they are erased in; so
    are those that a killed run has left without provenance.
    """
    provenances = ProvenanceStore(settings.lake)
    reference = load_reference(settings.reference).fingerprints
    planner = Planner(LandingZone(settings.landing), provenances, reference, Partitions(settings.first_day))
    for (table, day), alteration in planner.lost_days().items():
        if table in traces.put_back.tables or (alteration.is_unfinished and _was_killed(provenances, table, day)):
            continue
        raise ErasureRefused(
            f"{table} {day} was changed outside Customer360 ({alteration}), and an erasure removes all earlier versions",
            "Land it again, restore a version from before (c360 history), or restore the newest one to keep what it holds.",
        )


def _was_killed(provenances: ProvenanceStore, table: str, day: date | None) -> bool:
    """Whether a raw day without provenance may be what a run was making: what was put aside has all that others used."""
    used = reads_used(table, {name: provenances.read(name) for name in TABLES})
    before = provenances.before(table, day) or Provenance("")
    return day is None or not is_earlier(before, used.get(day, ()))


def _require_links(settings: Settings, ids: Sequence[tuple[Kind, str]]) -> None:
    """Raises ErasureRefused where no link is landed and the lake holds some that neither are erased nor are to be.

    Once the lake is made from a landing zone without links, it holds none.
    """
    landed = LandedFiles(settings.landing, load_reference(settings.reference).landing, settings.first_day)
    if landed.has_links():
        return
    asked, listed = suppression_of(ids), ErasureList(settings.lake, settings.erasure_key).suppression()
    erased = [one.cached() for one in (asked, listed) if one is not None]
    others = sum(
        not any(one.has_id("contract", contract) or one.has_id("user", user) for one in erased)
        for contract, user in held_links(LakeQuery(settings.lake))
    )
    if others:
        raise ErasureRefused(
            f"there are no links in {settings.landing.rstrip('/')}/{IDENTITY}, and the lake holds "
            f"{counted(others, 'link')} of other customers, which an erasure would drop",
            "Put the identity files back, or run `c360 run` first to accept that there are none.",
        )
