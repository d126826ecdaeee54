"""Makes the page of a month from a lake and its landing zone, for the command and for Dagster. Starts no engine."""

from datetime import date

from c360_assets.contracts.months import last_day
from c360_assets.contracts.partitions import Partitions
from c360_assets.exports.members import months_with_customers
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import FOLDERS, Planner
from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.model import Reference
from c360_assets.reports.landed import upkeep_of
from c360_assets.reports.month_figures import MonthFigures, read_month
from resources.errors import ExportNotUnderstood, ExportRefused
from resources.lake.provenance import ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.landing.zone import LandingZone


def month_figures(
    lake: LakeQuery,
    landing: LandingZone,
    provenances: ProvenanceStore,
    reference: Reference,
    partitions: Partitions,
    month: date | None,
) -> MonthFigures:
    """The figures of a month, of the newest with customers if none is given.

    Raises ExportRefused where the lake holds no customers, ExportNotUnderstood for a month without any.
    """
    check_audiences(reference)
    months = months_with_customers(provenances)
    chosen = _chosen(months, month)
    landing.check(FOLDERS)
    # Earlier days too: a month looks back at those before it.
    plan = Planner(landing, provenances, reference.fingerprints, partitions).plan(DayRange(last=last_day(chosen)))
    return read_month(lake, chosen, months, upkeep_of(plan, chosen))


def _chosen(months: list[date], month: date | None) -> date:
    if not months:
        raise ExportRefused("The lake holds no customers yet", "Run `c360 run` first.")
    if month is not None and month not in months:
        raise ExportNotUnderstood(
            f"The lake holds no customers of {month:%Y-%m}",
            f"It has them from {months[0]:%Y-%m} to {months[-1]:%Y-%m}.",
        )
    return month or months[-1]
