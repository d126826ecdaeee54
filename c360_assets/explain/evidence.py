"""Everything in the lake that one profile is made from, read when a rule asks for it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from c360_assets.contracts.months import add_months, last_day, month_of
from c360_assets.explain.records import LandedRecord, at_most, quoted
from c360_assets.explain.searching import Searching
from c360_assets.explain.watching import Watching
from c360_assets.reference.model import Reference
from resources.errors import TooManyRecords
from resources.lake.sql import LakeQuery, Row

MOST_USERS = 200
"""The most users of a contract that are looked at. Each takes three queries."""


@dataclass(frozen=True)
class UserMonth:
    """One of a customer's users: searches in the month and in the month before, which decide who represents it."""

    user_id: str
    searches: int
    searches_before: int


class Evidence:
    """One profile, and what it is made from."""

    def __init__(self, query: LakeQuery, reference: Reference, profile: Row) -> None:
        self.reference, self.profile = reference, profile
        self.month: date = profile["month"]
        self._query = query

    @cached_property
    def watching(self) -> Watching | None:
        """The watch side, of the month that the profile takes it from."""
        return self.watching_in(self.profile["watch_month"]) if self.profile["watch_month"] else None

    @cached_property
    def watching_before(self) -> Watching | None:
        """The month before the watch side's."""
        return self.watching_in(add_months(self.watching.month, -1)) if self.watching else None

    @cached_property
    def searching(self) -> Searching | None:
        """The search side: the month of the user who represents the customer."""
        return self._searching_in(self.month)

    @cached_property
    def searching_before(self) -> Searching | None:
        """The same user's month before."""
        return self._searching_in(add_months(self.month, -1))

    def watching_in(self, month: date) -> Watching:
        """What the contract watched in a month."""
        return Watching(self._query, self.reference, self.profile["contract"], month)

    def _searching_in(self, month: date) -> Searching | None:
        user = self.profile["user_id"]
        return Searching(self._query, self.reference, user, month) if user is not None else None

    @property
    def records(self) -> dict[str, list[LandedRecord]]:
        """Every landed record of the customer in the month, and in that of its watch side; by log.

        A contract's searches are those of all its users. Raises TooManyRecords where all of them together are too many.
        """
        found: dict[str, list[LandedRecord]] = {}
        if self.profile["contract"] is not None:
            now = [] if self.watching and self.watching.month == self.month else [self.watching_in(self.month)]
            found["content"] = [record for one in (self.watching, *now) if one for record in one.records]
        if self._user_ids:
            users = (Searching(self._query, self.reference, user, self.month) for user in self._user_ids)
            found["search"] = at_most("raw_search", (record for user in users for record in user.records))
        return found

    @cached_property
    def months_watched_before(self) -> list[date]:
        """The earlier months that segments look back at in which the contract watched."""
        if not self.watching:
            return []
        here = self.watching.month
        return self._watched_between(add_months(here, -self.reference.measures.resurrect_months), add_months(here, -1))

    @cached_property
    def months_watched(self) -> list[date]:
        """The months, up to the profile's, from which a watch side may be taken."""
        return self._watched_between(add_months(self.month, -self.reference.measures.carried_months), self.month)

    def _watched_between(self, first: date, last: date) -> list[date]:
        """The months from first to last in which the contract watched."""
        rows = self._query.rows(
            ["watch_metrics"],
            f"select month from watch_metrics where contract = {quoted(self.profile['contract'] or '')} and "
            f"month between date '{first}' and date '{last}' order by month",
        )
        return [row["month"] for row in rows]

    @cached_property
    def thresholds(self) -> Row:
        """The cuts of the month of the watch side."""
        assert self.watching
        [row] = self._query.rows(
            ["segment_thresholds"], f"select * from segment_thresholds where month = date '{self.watching.month}'"
        )
        return row

    @cached_property
    def everyone(self) -> Row:
        """All contracts' seconds by category in the month of the watch side, and their total."""
        assert self.watching
        sums = ", ".join(f"sum(seconds_{code}) as {code}" for code in self.reference.category_codes)
        [row] = self._query.rows(
            ["watch_metrics"],
            f"select {sums}, sum(seconds_total) as total from watch_metrics where month = date '{self.watching.month}'",
        )
        return row

    def landed_days(self, log: str, month: date) -> list[date]:
        """The days of a month with landed rows in a log."""
        return [day for day in self._landed[log] if month_of(day) == month]

    @cached_property
    def _landed(self) -> dict[str, list[date]]:
        return {
            log: [
                row["log_date"]
                for row in self._query.rows(
                    [f"ledger_{log}"],
                    f"select log_date from ledger_{log} where landed_rows > 0 and "
                    f"log_date <= date '{last_day(self.month)}' order by log_date",
                )
            ]
            for log in ("content", "search")
        }

    @cached_property
    def users(self) -> list[UserMonth]:
        """The customer's users in search_trends of the month; the one who represents the customer comes first."""
        if not self._user_ids:
            return []
        chosen = ", ".join(quoted(name) for name in self._user_ids)
        before = add_months(self.month, -1)
        known = self._query.rows(
            ["search_trends"],
            f"select user_id from search_trends where month = date '{self.month}' and user_id in ({chosen})",
        )
        metrics = self._query.rows(
            ["search_metrics"],
            "select user_id, month, searches from search_metrics "
            f"where month between date '{before}' and date '{self.month}' and user_id in ({chosen})",
        )
        searches = {(row["user_id"], row["month"]): row["searches"] for row in metrics}
        found = [
            UserMonth(user, searches.get((user, self.month), 0), searches.get((user, before), 0))
            for user in (row["user_id"] for row in known)
        ]
        return sorted(found, key=lambda user: (-user.searches, -user.searches_before, user.user_id))

    @cached_property
    def _user_ids(self) -> list[str]:
        """The users that are linked to the contract; of a customer without one, its user.

        Raises TooManyRecords where they are too many to look at each of them: that is not a household.
        """
        if self.profile["contract"] is None:
            return [self.profile["user_id"]]
        rows = self._query.rows(
            ["identity_map"],
            f"select user_id from identity_map where contract = {quoted(self.profile['contract'])} "
            f"order by user_id limit {MOST_USERS + 1}",
        )
        if len(rows) > MOST_USERS:
            raise TooManyRecords(
                f"the contract is linked to more than {MOST_USERS} users, and an explanation looks at each",
                "Look at them with `c360 sql`.",
            )
        return [row["user_id"] for row in rows]
