"""The rules of what a contract likes to watch: the columns of taste."""

from functools import partial

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Explained, Rule
from c360_assets.explain.watch_figures import in_order, watch_rule, watched
from c360_assets.explain.watching import Watching
from c360_assets.explain.words import listed, seconds
from c360_assets.reference.categories import CATEGORIES


def _taste(_: Evidence, watching: Watching) -> Explained:
    rule = f"the categories watched, most seconds first: {in_order(watching)}"
    return watched(watching, ", ".join(watching.categories_in_order()), rule)


def _categories(_: Evidence, watching: Watching) -> Explained:
    order = watching.categories_in_order()
    return watched(watching, len(order), f"the categories watched: {listed(order)}")


def _share(category: str, _: Evidence, watching: Watching) -> Explained:
    part, total = watching.seconds_by_category()[category], sum(row.seconds for row in watching.watched)
    share = part / total if total else None
    return watched(watching, share, f"{seconds(part)} in {category} / {seconds(total)} in all", category)


_OLDER = (
    "the profiles are older than the days: when they were made, nobody had watched a category that this contract has"
)


def _lift_category(evidence: Evidence, watching: Watching) -> Explained:
    if _is_new(evidence, watching):
        return watched(watching, None, _OLDER)
    order = _by_lift(evidence, watching)
    lifts = ", ".join(f"{code} {_lift_of(code, evidence, watching):.2f}" for code in order)
    rule = f"of the categories watched, the one with the highest lift (ties: the fixed order): {lifts}"
    return watched(watching, order[0] if order else None, rule)


def _lift(evidence: Evidence, watching: Watching) -> Explained:
    if _is_new(evidence, watching):
        return watched(watching, None, _OLDER)
    order = _by_lift(evidence, watching)
    if not order:
        return watched(watching, None, "nothing was watched")
    code, everyone = order[0], evidence.everyone
    part, total = watching.seconds_by_category()[code], sum(row.seconds for row in watching.watched)
    rule = (
        f"the share of {code}, {part:,} / {total:,} s, divided by the share that all contracts of "
        f"{watching.month:%Y-%m} give it, {everyone[code]:,} / {everyone['total']:,} s"
    )
    return watched(watching, _lift_of(code, evidence, watching), rule)


def _is_new(evidence: Evidence, watching: Watching) -> bool:
    """Whether the contract's days have a category that nobody had watched when the profiles of the month were made."""
    return any(value and not evidence.everyone[code] for code, value in watching.seconds_by_category().items())


def _lift_of(code: str, evidence: Evidence, watching: Watching) -> float:
    total = sum(row.seconds for row in watching.watched)
    share = watching.seconds_by_category()[code] / total
    return float(share / (evidence.everyone[code] / evidence.everyone["total"]))


def _by_lift(evidence: Evidence, watching: Watching) -> list[str]:
    """The categories watched, highest lift first. One division of whole numbers orders them, as it does in taste."""
    watched_seconds = {code: value for code, value in watching.seconds_by_category().items() if value}
    return sorted(watched_seconds, key=lambda code: -(watched_seconds[code] / evidence.everyone[code]))


RULES: dict[str, Rule] = {
    "taste": watch_rule(_taste),
    "categories": watch_rule(_categories),
    **{f"share_{code}": watch_rule(partial(_share, code)) for code in CATEGORIES},
    "lift_category": watch_rule(_lift_category),
    "lift": watch_rule(_lift),
}
