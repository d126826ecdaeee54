"""The rules of the profile itself: who the customer is, and of which months and sides the profile is."""

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Explained, Rule
from c360_assets.explain.watch_figures import NO_WATCH_SIDE


def _customer_id(evidence: Evidence) -> Explained:
    contract, user = evidence.profile["contract"], evidence.profile["user_id"]
    if contract is not None:
        return Explained(f"contract:{contract}", "built from the contract")
    return Explained(f"user:{user}", "built from the user, who is linked to no contract")


def _contract(evidence: Evidence) -> Explained:
    contract = evidence.profile["contract"]
    if contract is None:
        return Explained(None, "identity_map links the user to no contract")
    if evidence.months_watched:
        return Explained(contract, "it watched")
    return Explained(contract, "identity_map links a user who searched to it")


def _as_of(evidence: Evidence) -> Explained:
    days = {log: evidence.landed_days(log, evidence.month) for log in ("content", "search")}
    last = {log: max(found) for log, found in days.items() if found}
    words = ", ".join(f"{log} {day}" for log, day in last.items())
    return Explained(max(last.values(), default=None), f"the last day of {evidence.month:%Y-%m} that landed: {words}")


def _watch_month(evidence: Evidence) -> Explained:
    months = evidence.months_watched
    if not months:
        return Explained(None, NO_WATCH_SIDE)
    back = evidence.reference.measures.carried_months
    watched = ", ".join(f"{month:%Y-%m}" for month in months)
    return Explained(
        months[-1], f"the newest month with watch time among this month and the {back} before it; watched in {watched}"
    )


def _matched(evidence: Evidence) -> Explained:
    sides = [name for name, known in (("watching", evidence.months_watched), ("searching", evidence.users)) if known]
    return Explained(len(sides) == 2, f"known sides of the profile: {' and '.join(sides)}")


RULES: dict[str, Rule] = {
    "customer_id": _customer_id,
    "contract": _contract,
    "as_of": _as_of,
    "matched": _matched,
    "watch_month": _watch_month,
}
