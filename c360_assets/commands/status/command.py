"""`c360 status`: what landed, what was built from it, and whether the ledgers balance. Starts no engine."""

from datetime import date
from typing import Any

from c360_assets.commands.status.data import LogStatus, Status, read_status
from c360_assets.commands.status.text import show
from c360_assets.planning.planner import SOURCES
from c360_assets.planning.warnings import Warnings
from c360_assets.terminal import Terminal
from resources.harmless import harmless_json
from resources.lake.provenance import Item
from resources.settings import Settings


def status_command(as_json: bool = False, strict: bool = False) -> int:
    """Prints the status. Returns 0 if everything that landed is made and balances, otherwise 1.

    With `strict`, warnings and overdue days make it return 1 too.
    """
    status = read_status(Settings.from_environment())
    if as_json:
        print(harmless_json(as_object(status), indent=2))
    else:
        show(Terminal(), status)
    return 0 if status.ok and not (strict and status.warns) else 1


def as_object(status: Status) -> dict[str, Any]:
    """The status as `--json` prints it."""
    plan = status.plan
    return {
        "ok": status.ok,
        "logs": {log.name: [_month(log, month) for month in log.months] for log in status.logs},
        "to_migrate": status.migrations,
        "to_make": [partition_object(item) for item in plan.stale],
        "unreadable": reason_objects(plan.unreadable),
        "waiting": reason_objects(plan.blocked),
        "altered": reason_objects(plan.altered),
        "warnings": warning_objects(plan.warnings),
        "overdue": [
            {"log": SOURCES[raw], "day": day.isoformat()} for raw, days in status.overdue.items() for day in days
        ],
        "not_read": status.unrecognized_files,
        "passed_over": status.passed_over,
        "erasures": status.erasures,
        "lost_erasures": status.lost_erasures,
    }


def _month(log: LogStatus, month: date) -> dict[str, Any]:
    state = log.months[month]
    return {
        "month": f"{month:%Y-%m}",
        "landed": _texts(state.landed),
        "made": _texts(state.made),
        "changed": _texts(state.changed),
        "missing": _texts(state.missing(month, log.newest)),
        "unbalanced": _texts(state.unbalanced),
        "landed_rows": state.landed_rows,
        "quarantined_rows": state.quarantined_rows,
    }


def _texts(days: set[date] | list[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def partition_object(item: Item) -> dict[str, str | None]:
    """A partition as JSON has it."""
    return {"table": item[0], "partition": item[1].isoformat() if item[1] else None}


def warning_objects(warnings: Warnings) -> list[dict[str, str | None]]:
    """What monitors warn about, as JSON has it."""
    return [
        {**partition_object(item), "check": check, "warning": text}
        for item, found in sorted(warnings.items(), key=lambda pair: str(pair[0]))
        for check, text in found.items()
    ]


def reason_objects(items: dict[Item, str]) -> list[dict[str, str | None]]:
    """Partitions with a reason, as JSON has them."""
    return [
        {**partition_object(item), "reason": why} for item, why in sorted(items.items(), key=lambda pair: str(pair[0]))
    ]
