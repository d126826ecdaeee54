"""What a contract likes: its categories, their shares, and where it stands out."""

from datetime import date
from fractions import Fraction
from typing import Any

from .watch_metrics import ranked_categories, seconds_by_category, watched_rows

Row = dict[str, Any]


def _shares(seconds: dict[str, int]) -> dict[str, Fraction]:
    total = sum(seconds.values())
    return {code: Fraction(part, total) for code, part in seconds.items()}


def taste(month: date, clean: list[Row], categories: list[str]) -> list[Row]:
    """One row a contract that watched in the month."""
    population = _shares(seconds_by_category(clean, categories)) if watched_rows(clean) else {}
    return [
        {"month": month, "contract": contract, **_taste(rows, population, categories)}
        for contract, rows in watched_rows(clean).items()
    ]


def _taste(rows: list[Row], population: dict[str, Fraction], categories: list[str]) -> Row:
    ranked = ranked_categories(rows, categories)
    shares = _shares(seconds_by_category(rows, categories))
    lifts = {code: shares[code] / population[code] for code in ranked}
    highest = min(lifts, key=lambda code: (-lifts[code], categories.index(code)))
    return {
        "taste": ", ".join(ranked),
        "categories": len(ranked),
        **{f"share_{code}": float(shares[code]) for code in categories},
        "lift_category": highest,
        "lift": float(lifts[highest]),
    }
