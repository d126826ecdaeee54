"""Which contracts of a cohort still watch."""

from datetime import date
from typing import Any

from .months import months_before

Row = dict[str, Any]


def retention(month: date, metrics: dict[date, list[Row]], landed: set[date]) -> list[Row]:
    """One row per cohort; `landed` are the months with landed content."""
    if month not in landed:
        return []
    window = [months_before(month, back) for back in range(12, -1, -1)]
    watched = {of: {row["contract"]: row["seconds_total"] for row in metrics.get(of, [])} for of in window}
    cohorts: dict[date, set[str]] = {of: set() for of in window}
    for contract in set().union(*watched.values()):
        cohorts[next(of for of in window if contract in watched[of])].add(contract)
    rows = []
    for since, of in enumerate(reversed(window)):
        still = [contract for contract in cohorts[of] if contract in watched[month]]
        if cohorts[of]:
            rows.append(
                {
                    "month": month,
                    "cohort_month": of,
                    "is_open": since == 12,
                    "months_since": since,
                    "contracts": len(cohorts[of]),
                    "watching": len(still),
                    "retained": len(still) / len(cohorts[of]),
                    "seconds": sum(watched[month][contract] for contract in still),
                    "has_gap": any(months_before(month, back) not in landed for back in range(since + 1)),
                }
            )
    return rows
