"""From what has happened to notices, one for each cause."""

import re
from collections.abc import Mapping, Sequence

from c360_assets.notifications.notice import Notice, by_text, in_order
from c360_assets.planning.lines import counted, named
from c360_assets.planning.overdue import Overdue
from c360_assets.planning.planner import SOURCES
from c360_assets.planning.warnings import Warnings
from c360_assets.reference.deadlines import Deadline
from resources.lake.provenance import Item

_NAMES = {
    "known_apps": "apps are unknown, and count as other; c360 status names them",
    "known_fields": "fields are new or missing; c360 status names them",
}
"""What is sent of checks whose warnings name what landed."""
_MOST_NAMES = 5
_CHECK = re.compile("check ([a-z0-9_]+) failed")


def failure_notices(
    failed: Mapping[Item, str], waits_for: Mapping[Item, Item] | None = None, runs: Mapping[Item, str] | None = None
) -> list[Notice]:
    """One notice per cause of a failure, with what was left as it was because of it. `runs` has the run of each item."""
    notices = []
    for cause, items in by_text(failed).items():
        waiting = [item for item, source in (waits_for or {}).items() if source in items and item not in failed]
        check = _CHECK.fullmatch(cause)
        left = f" Left as it was: {named(waiting)}." if waiting else ""
        notices.append(
            Notice(
                "check_failed" if check else "failed",
                f"{cause.removesuffix('.')}.{left}",
                items,
                check[1] if check else None,
                dict.fromkeys(items, cause),
                next((runs[item] for item in items if item in (runs or {})), None) if runs else None,
            )
        )
    return notices


def warning_notices(warnings: Warnings) -> list[Notice]:
    """One notice per table and check that warns."""
    found: dict[tuple[str, str], dict[Item, str]] = {}
    for item, of_item in warnings.items():
        for check, text in of_item.items():
            found.setdefault((item[0], check), {})[item] = _NAMES.get(check, text)
    return [Notice("warning", "", in_order(texts), check, texts) for (_, check), texts in found.items()]


def overdue_notices(overdue: Overdue, deadlines: Mapping[str, Deadline]) -> list[Notice]:
    """One notice per log with overdue days."""
    return [
        Notice(
            "overdue",
            f"It was due by {deadlines[SOURCES[raw]].text}.",
            tuple((raw, day) for day in days),
            details={(raw, day): "overdue" for day in days},
            subject=SOURCES[raw],
        )
        for raw, days in overdue.items()
    ]


def held_notices(blocked: Mapping[Item, str], waits_for: Mapping[Item, Item]) -> list[Notice]:
    """One notice per reason for what waits, except for what waits for a failure: its notice says so."""
    waiting = {item: why for item, why in blocked.items() if item not in waits_for}
    return [Notice("held", reason, items) for reason, items in by_text(waiting).items()]


def not_read_notices(unrecognized_files: Sequence[str]) -> list[Notice]:
    """One notice for all that is in the landing zone and can't be read because of its name."""
    if not unrecognized_files:
        return []
    more = len(unrecognized_files) - _MOST_NAMES
    named_files = [*unrecognized_files[:_MOST_NAMES], *([f"{more:,} more"] if more > 0 else [])]
    return [Notice("not_read", "; ".join(named_files), subject="landing zone", identity="\0".join(unrecognized_files))]


def erasure_notices(finished: Mapping[str, Mapping[str, int]]) -> list[Notice]:
    """One notice per finished erasure, given by the id of its receipt with the number of ids of each kind."""
    return [
        Notice(
            "erased",
            ", ".join(counted(count, kind.removesuffix("s")) for kind, count in counts.items()) or "compared again",
            subject=f"receipt {name}",
        )
        for name, counts in finished.items()
    ]
