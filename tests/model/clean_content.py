"""One day of the content log: what is quarantined, what is a copy, what is clean."""

import re
from collections import Counter, defaultdict
from typing import Any

from .device_day import capped
from .raw import CONTENT_COLUMNS
from .text import WHITE_SPACE, as_null, is_blank, trim

Row = dict[str, Any]

DAY_SECONDS = 86_400


def contract_of(text: str | None) -> str | None:
    """The contract in its one form; None where the text is none."""
    contract = trim(text or "").upper()
    well_formed = len(contract) == 9 and re.fullmatch("[A-Z]{3,5}[0-9]+", contract)
    return contract if well_formed else None


def seconds_of(text: str) -> int | None:
    """Whole seconds of at most a day; None where the text tells none."""
    found = re.fullmatch(r"0*([0-9]+?)(\.0+)?", trim(text))
    if not found or len(found[1]) > 5 or int(found[1]) > DAY_SECONDS:
        return None
    return int(found[1])


def mac_of(text: str | None) -> str | None:
    """The mac as 12 hex digits; None where it is not known."""
    mac = "".join(char for char in text or "" if char not in ":-." + WHITE_SPACE).upper()
    return mac if re.fullmatch("[0-9A-F]{12}", mac) else None


def app_of(text: str | None) -> str:
    """The app's name in its one form."""
    return trim(as_null(text) or "").upper() or "UNKNOWN"


def refusal(row: Row) -> str | None:
    """Why the row is quarantined: the first reason that fits."""
    if row["unparsed"] is not None:
        return "unparseable"
    if all(as_null(row[name]) is None for name in ("contract", "mac", "total_duration", "app_name")):
        return "missing_field"
    if is_blank(as_null(row["contract"])) or trim(row["contract"]) == "0":
        return "missing_contract"
    if contract_of(row["contract"]) is None:
        return "malformed_contract"
    if is_blank(as_null(row["total_duration"])):
        return "missing_duration"
    if seconds_of(row["total_duration"]) is None:
        return "duration_out_of_range"
    return "no_watch_time" if seconds_of(row["total_duration"]) == 0 else None


def quarantine(raw: list[Row]) -> list[Row]:
    """The refused rows as they landed, with the reason."""
    return [
        {"log_date": row["log_date"], "reason": refusal(row), **_landed(row)}
        for row in raw
        if not row["erased"] and refusal(row)
    ]


def _landed(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "log_date"}


def is_accepted(row: Row) -> bool:
    """Whether a row is used."""
    return not row["erased"] and refusal(row) is None


def _record(row: Row) -> tuple:
    """What two rows must share to be the same record."""
    record = {name: row[name] for name in CONTENT_COLUMNS}
    if as_null(row["doc_id"]) is not None:
        del record["other_fields"]
    return tuple(sorted(record.items(), key=lambda pair: pair[0]))


def copies(raw: list[Row]) -> list[Row]:
    """The accepted rows that equal an earlier one of the day in all but the file."""
    seen: Counter[tuple] = Counter()
    found = []
    for row in raw:
        if is_accepted(row):
            record = _record(row)
            if seen[record]:
                found.append(row)
            seen[record] += 1
    return found


def clean(raw: list[Row], apps: dict[str, str]) -> list[Row]:
    """One row a contract, mac and app: summed, then no device over the day's seconds."""
    kept = {_record(row): row for row in raw if is_accepted(row)}.values()
    seconds: dict[tuple, int] = defaultdict(int)
    source_rows: dict[tuple, int] = defaultdict(int)
    for row in kept:
        key = (row["log_date"], contract_of(row["contract"]), mac_of(row["mac"]), app_of(row["app_name"]))
        seconds[key] += seconds_of(row["total_duration"])
        source_rows[key] += 1
    within = capped(seconds)
    return [
        {
            "log_date": day,
            "contract": contract,
            "mac": mac,
            "app_name": app,
            "category": apps.get(app, "other"),
            "seconds": within[day, contract, mac, app],
            "capped_seconds": landed - within[day, contract, mac, app],
            "source_rows": source_rows[day, contract, mac, app],
        }
        for (day, contract, mac, app), landed in seconds.items()
    ]
