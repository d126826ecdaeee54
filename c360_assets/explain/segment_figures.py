"""The rules of the segments of a contract: the columns of activeness_segments and rfm, and recency."""

from collections.abc import Mapping, Sequence

from c360_assets.contracts.months import add_months
from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Explained, Rule
from c360_assets.explain.records import LandedRecord
from c360_assets.explain.watch_figures import rows_of, watch_rule, watched
from c360_assets.explain.watching import Watching
from c360_assets.explain.words import cut, fraction, seconds
from c360_assets.reference.vocabulary import (
    DORMANT,
    FALLING,
    HIGH,
    LOW,
    MEDIUM,
    MIDDLE,
    NEW,
    RESURRECTED,
    RETURNING,
    RISING,
    STEADY,
    UNKNOWN,
)
from resources.lake.sql import Row

_PERCENTS = (20, 40, 60, 80)


def _total(watching: Watching) -> int:
    return sum(row.seconds for row in watching.watched)


def _user_type(evidence: Evidence, watching: Watching) -> Explained:
    total, q1, q3 = _total(watching), evidence.thresholds["q1"], evidence.thresholds["q3"]
    found = LOW if total < q1 else HIGH if total > q3 else MIDDLE
    among = f"of the {evidence.thresholds['contracts']:,} contracts in {watching.month:%Y-%m}"
    rule = f"{seconds(total)}; low below q1 = {cut(q1)} s, high above q3 = {cut(q3)} s {among}"
    return watched(watching, found, rule)


def _activeness(evidence: Evidence, watching: Watching) -> Explained:
    measures, cuts = evidence.reference.measures, evidence.thresholds
    active, observed = len(watching.days()), len(evidence.landed_days("content", watching.month))
    ratio = active / observed
    found = LOW if ratio <= cuts["activeness_low_max"] else MEDIUM if ratio <= cuts["activeness_medium_max"] else HIGH
    limits = [
        fraction(stated) if float(stated) == cuts[name] else cut(cuts[name])
        for stated, name in (
            (measures.activeness_low_max, "activeness_low_max"),
            (measures.activeness_medium_max, "activeness_medium_max"),
        )
    ]
    rule = f"active on {active} of {observed} days; low up to {limits[0]}, medium up to {limits[1]}, otherwise high"
    return watched(watching, found, rule)


def _clinginess(evidence: Evidence, watching: Watching) -> Explained:
    user_type, activeness = _user_type(evidence, watching).value, _activeness(evidence, watching).value
    found = evidence.reference.measures.clinginess[user_type, activeness]
    return watched(watching, found, f"user type {user_type} with activeness {activeness} is {found}")


def _outlier(evidence: Evidence, watching: Watching) -> Explained:
    total, fence = _total(watching), evidence.thresholds["upper_fence"]
    rule = f"{seconds(total)} is {'above' if total > fence else 'not above'} the upper fence of {cut(fence)} s"
    return watched(watching, total > fence, rule)


def _lifecycle(evidence: Evidence, watching: Watching) -> Explained:
    if watching.month < evidence.month and evidence.landed_days("content", evidence.month):
        rule = f"watched last in {watching.month:%Y-%m}, although content landed in {evidence.month:%Y-%m}"
        return Explained(DORMANT, rule)
    before, last_seen = add_months(watching.month, -1), max(evidence.months_watched_before, default=None)
    back = evidence.reference.measures.resurrect_months
    if not evidence.landed_days("content", before):
        return Explained(UNKNOWN, f"no content landed in {before:%Y-%m}")
    if last_seen == before:
        return Explained(RETURNING, f"watched in {before:%Y-%m} too")
    if last_seen:
        rule = f"did not watch in {before:%Y-%m}, but in {last_seen:%Y-%m}, within {back} months"
        return Explained(RESURRECTED, rule)
    return Explained(NEW, f"did not watch in the {back} months before {watching.month:%Y-%m}")


def _change(evidence: Evidence, watching: Watching) -> tuple[int, int, int, int] | None:
    """Seconds and observed days of the month and of the month before; None where they can't be compared."""
    before = evidence.watching_before
    observed_before = evidence.landed_days("content", add_months(watching.month, -1))
    if before is None or not observed_before or not before.watched:
        return None
    observed = evidence.landed_days("content", watching.month)
    return _total(watching), len(observed), _total(before), len(observed_before)


def _watch_change(evidence: Evidence, watching: Watching) -> Explained:
    found = _change(evidence, watching)
    if found is None:
        return Explained(None, _no_change(evidence, watching))
    now, observed, before, observed_before = found
    change = (now * observed_before) / (before * observed)
    return _with_month_before(evidence, watching, change, _compared(found, watching))


def _watch_trend(evidence: Evidence, watching: Watching) -> Explained:
    found = _change(evidence, watching)
    if found is None:
        return Explained(UNKNOWN, _no_change(evidence, watching))
    now, observed, before, observed_before = found
    falling, rising = evidence.reference.measures.falling_max, evidence.reference.measures.rising_min
    ours, theirs = now * observed_before, before * observed
    trend = STEADY
    if ours * falling.denominator <= theirs * falling.numerator:
        trend = FALLING
    elif ours * rising.denominator >= theirs * rising.numerator:
        trend = RISING
    limits = f"falling at {fraction(falling)} or less, rising at {fraction(rising)} or more"
    return _with_month_before(evidence, watching, trend, f"{_compared(found, watching)}; {limits}")


def _compared(found: tuple[int, int, int, int], watching: Watching) -> str:
    now, observed, before, observed_before = found
    earlier = add_months(watching.month, -1)
    return f"{now:,} s / {observed} days against {before:,} s / {observed_before} days in {earlier:%Y-%m}"


def _no_change(evidence: Evidence, watching: Watching) -> str:
    before = add_months(watching.month, -1)
    landed = evidence.landed_days("content", before)
    return f"the contract did not watch in {before:%Y-%m}" if landed else f"no content landed in {before:%Y-%m}"


def _with_month_before(evidence: Evidence, watching: Watching, value: object, rule: str) -> Explained:
    """From the records of both months."""
    rows: dict[str, Sequence[Row]] = {}
    records: list[LandedRecord] = []
    for month in (watching, evidence.watching_before):
        if month is not None:
            rows |= rows_of(month)
            records += month.records
    return Explained(value, rule, rows, sorted(records, key=lambda record: record.day))


def _scores(evidence: Evidence, watching: Watching) -> tuple[Mapping[str, int], str]:
    """The three scores, and how they come about, in words."""
    last_landed = max(evidence.landed_days("content", watching.month))
    recency = (last_landed - max(watching.days())).days
    values = {"recency": recency, "active_days": len(watching.days()), "seconds": _total(watching)}
    names = {"recency": "recency", "active_days": "frequency", "seconds": "watch"}
    units = {
        "recency": "day since last watched" if recency == 1 else "days since last watched",
        "active_days": "active day" if values["active_days"] == 1 else "active days",
        "seconds": "s",
    }
    scores, words = {}, []
    for column, value in values.items():
        cuts = [evidence.thresholds[f"{column}_p{percent}"] for percent in _PERCENTS]
        below = sum(round(one * 5) < value * 5 for one in cuts)
        scores[names[column]] = 5 - below if column == "recency" else 1 + below
        text = ", ".join(cut(one) for one in cuts)
        words.append(f"{names[column]} {scores[names[column]]} ({value:,} {units[column]}; cuts {text})")
    return scores, "; ".join(words)


def _rfm(evidence: Evidence, watching: Watching) -> Explained:
    scores, words = _scores(evidence, watching)
    return watched(watching, "".join(str(score) for score in scores.values()), words)


def _rfm_group(evidence: Evidence, watching: Watching) -> Explained:
    scores, _ = _scores(evidence, watching)
    both = (scores["frequency"] + scores["watch"] + 1) // 2
    group = evidence.reference.rfm_groups[scores["recency"], both]
    mean = f"mean of frequency and watch {both} (rounded up)"
    rule = f"recency {scores['recency']}, {mean}, looked up in rfm_groups.csv"
    return watched(watching, group, rule)


def _recency_days(evidence: Evidence, watching: Watching) -> Explained:
    as_of, last = evidence.profile["as_of"], max(watching.days())
    return watched(watching, (as_of - last).days, f"from {last}, the last day with seconds, to {as_of}")


RULES: dict[str, Rule] = {
    "user_type": watch_rule(_user_type),
    "activeness": watch_rule(_activeness),
    "clinginess": watch_rule(_clinginess),
    "outlier": watch_rule(_outlier),
    "lifecycle": watch_rule(_lifecycle),
    "watch_change": watch_rule(_watch_change),
    "watch_trend": watch_rule(_watch_trend),
    "rfm": watch_rule(_rfm),
    "rfm_group": watch_rule(_rfm_group),
    "recency_days": watch_rule(_recency_days),
}
