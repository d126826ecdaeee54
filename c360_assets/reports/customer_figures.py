"""The figures of one customer's page: the months of its profile, and what it watched and searched in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from c360_assets.contracts.months import add_months
from c360_assets.explain.figure import Figure
from c360_assets.explain.records import quoted
from c360_assets.reference.categories import CATEGORIES
from c360_assets.reports.month_figures import MONTHS_SHOWN
from resources.lake.sql import LakeQuery, Row


@dataclass(frozen=True)
class CustomerFigures:
    """One customer up to a month: `profiles`, oldest first, the last of which is the month's.

    `explained` has the figures of that month with their rules, `audiences` those that the customer is in.
    """

    profiles: Sequence[Row]
    explained: Sequence[Figure]
    audiences: Sequence[str]

    @property
    def now(self) -> Row:
        """The profile of the month."""
        return self.profiles[-1]

    @property
    def months(self) -> list[date]:
        """Every month from the first profile to the last; some may have none."""
        months = [self.profiles[0]["month"]]
        while months[-1] < self.now["month"]:
            months.append(add_months(months[-1], 1))
        return months


def read_customer(lake: LakeQuery, profile: Row, explained: Sequence[Figure]) -> CustomerFigures:
    """The figures of the customer that a profile is of; those of nobody else are read."""
    month, customer = profile["month"], quoted(profile["customer_id"])
    first = add_months(month, 1 - MONTHS_SHOWN)
    seconds = ", ".join(f"seconds_{name}" for name in CATEGORIES)
    profiles = lake.rows(
        ["customer360"],
        "select customer_id, month, watch_month, search_month, active_days, observed_days, searches, user_type, activeness, "
        f"clinginess, lifecycle, watch_trend, rfm_group, seconds_total, {seconds} from customer360 "
        f"where customer_id = {customer} and month between DATE '{first}' and DATE '{month}' order by month",
    )
    audiences = lake.rows(
        ["audience_members"],
        f"select audience from audience_members where customer_id = {customer} and month = DATE '{month}' order by 1",
    )
    return CustomerFigures(profiles, explained, [row["audience"] for row in audiences])
