"""What is usual: the median of the last days before a day that passed, or the absolute limits of a log's first days."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median

from c360_assets.checks.evidence import by_name
from c360_assets.checks.monitors.monitor import Finding, Scope, Shares
from c360_assets.reference.monitors import MonitorLimits, ShareLimit

Verdict = Callable[[date, float, float | None], str | None]
"""Says what is wrong with a day's figure, given what is usual, which is None on a log's first days."""


def compare_shares(scope: Scope, check: str, shares: Mapping[date, Shares], rows: Mapping[date, int]) -> Finding:
    """Compares shares of the days of a run with those of the days before them that passed.

    A share goes by a name, such as a reason, or by an empty one. `rows` are those that it is a share of.
    """
    limit = scope.reference.monitors.shares[check]
    looked_at = {day: of_day for day, of_day in shares.items() if rows[day] >= limit.rows_min}
    before = {
        day: provenance.measured[check]
        for day, provenance in scope.held.items()
        if day is not None and check in provenance.measured and check not in provenance.warnings
    }

    def verdict(day: date, share: float, usual: float | None) -> str | None:
        is_few = round(share * rows[day]) < limit.records_min
        return None if is_few else too_large(share, usual, limit)

    warnings = unusual(scope.reference.monitors, looked_at, before, verdict)
    shown = {
        day: {name or "share": round(share, 6) for name, share in of_day.items()} for day, of_day in shares.items()
    }
    return Finding(warnings, {"shares": by_name(shown)}, looked_at)


def too_large(share: float, usual: float | None, limit: ShareLimit) -> str | None:
    """What is wrong with a share; None if nothing is."""
    if usual is None:
        return f"{share:.2%}, above {limit.first_max:.2%}" if share > limit.first_max else None
    return f"{share:.2%}, usually {usual:.2%}" if share > limit.least and share > limit.times * usual else None


def unusual(
    limits: MonitorLimits, figures: Mapping[date, Shares], before: Mapping[date, Shares], verdict: Verdict
) -> dict[date | None, str]:
    """The days with a figure that is wrong, each with what is wrong.

    They are judged in order. Later days are not compared with a day that is found wrong.
    """
    passed = {day: of_day for day, of_day in before.items() if day not in figures}
    warnings: dict[date | None, str] = {}
    for day in sorted(figures):
        norm = _norm(limits, passed, day)
        texts = []
        for name, figure in sorted(figures[day].items()):
            usual = None if norm is None else median(of_day.get(name, 0.0) for of_day in norm)
            if text := verdict(day, figure, usual):
                texts.append(f"{name} {text}".strip())
        if texts:
            warnings[day] = "; ".join(texts)
        else:
            passed[day] = figures[day]
    return warnings


def _norm(limits: MonitorLimits, passed: Mapping[date, Shares], day: date) -> Sequence[Shares] | None:
    """The figures of the last days that passed; None on a log's first days."""
    earliest = limits.since or date.min
    days = sorted(other for other in passed if earliest <= other < day)[-limits.days :]
    return [passed[other] for other in days] if len(days) >= limits.first_days else None
