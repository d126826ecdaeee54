"""A month's thresholds, from which its segments are made."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

Row = dict[str, Any]

LOW_MAX = Fraction(1, 3)
MEDIUM_MAX = Fraction(2, 3)
FENCE = Fraction(3, 2)


def quantile(values: list[int], part: Fraction) -> Fraction:
    """The exact quantile, linear between the two values it falls between."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = place.numerator // place.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True)
class Cuts:
    """The exact figures of a month."""

    q1: Fraction
    median: Fraction
    q3: Fraction

    @property
    def upper_fence(self) -> Fraction:
        """Tukey's: what lies above is an outlier."""
        return self.q3 + FENCE * (self.q3 - self.q1)


def cuts(metrics: list[Row]) -> Cuts:
    """The cuts of the contracts of one month."""
    totals = [row["seconds_total"] for row in metrics]
    return Cuts(*(quantile(totals, Fraction(quarter, 4)) for quarter in (1, 2, 3)))


def _fifths(prefix: str, values: list[int]) -> Row:
    return {f"{prefix}_p{percent}": float(quantile(values, Fraction(percent, 100))) for percent in (20, 40, 60, 80)}


def segment_thresholds(month: date, metrics: list[Row], landed_days: list[date]) -> list[Row]:
    """The month's one row."""
    if not metrics:
        return []  # choice: no contract, no quartile, no row
    found = cuts(metrics)
    return [
        {
            "month": month,
            "contracts": len(metrics),
            "q1": float(found.q1),
            "median": float(found.median),
            "q3": float(found.q3),
            "iqr": float(found.q3 - found.q1),
            "upper_fence": float(found.upper_fence),
            "activeness_low_max": float(LOW_MAX),
            "activeness_medium_max": float(MEDIUM_MAX),
            "outliers": sum(row["seconds_total"] > found.upper_fence for row in metrics),
            **_fifths("recency", [(max(landed_days) - row["last_watched"]).days for row in metrics]),
            **_fifths("active_days", [row["active_days"] for row in metrics]),
            **_fifths("seconds", [row["seconds_total"] for row in metrics]),
        }
    ]
