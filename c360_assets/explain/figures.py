"""Every figure of customer360 and its rule, and the main ones."""

from datetime import date

from c360_assets.explain import customer_figures, search_figures, segment_figures, taste_figures, watch_figures
from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Explained, Figure, Rule

RULES: dict[str, Rule] = {
    **customer_figures.RULES,
    **watch_figures.RULES,
    **taste_figures.RULES,
    **segment_figures.RULES,
    **search_figures.RULES,
    "month": lambda evidence: Explained(date(evidence.month.year, evidence.month.month, 1), "the month asked for"),
}
"""Name of a column of customer360 → its rule."""
STORY = {
    "customer": ("users", "as_of", "watch_month", "matched"),
    "watching": ("seconds_total", "active_days", "devices", "apps", "most_watch", "taste", "lift_category", "lift"),
    "segments": ("user_type", "activeness", "clinginess", "lifecycle", "watch_trend", "rfm", "rfm_group"),
    "searching": ("searches", "entered", "most_search", "search_category", "trending_type", "previous"),
}
"""The main figures of a profile, by side: what an explanation shows first, on the terminal and on a customer's page."""


def explain(evidence: Evidence, name: str) -> Figure:
    """One figure of a profile, computed again from what was landed."""
    return Figure(name, evidence.profile[name], RULES[name](evidence))


def explain_all(evidence: Evidence) -> list[Figure]:
    """All figures of a profile, in the order of its columns."""
    return [explain(evidence, name) for name in evidence.profile if name in RULES]
