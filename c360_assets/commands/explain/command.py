"""`c360 explain`: why a profile says what it says, down to landed records. Starts no engine."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from c360_assets.commands.explain.text import show_figure, show_story
from c360_assets.commands.profile import find
from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Figure
from c360_assets.explain.figures import RULES, explain, explain_all
from c360_assets.explain.records import FATES, LandedRecord
from c360_assets.reference.model import load_reference
from c360_assets.terminal import Terminal
from resources.erasure.older_copies import require_not_put_back
from resources.errors import UnknownCustomer
from resources.harmless import harmless_json
from resources.lake.sql import LakeQuery
from resources.settings import Settings


def explain_command(customer: str, month: date | None, figure: str | None, as_json: bool) -> int:
    """Explains one figure of a profile, or all of them briefly. Returns 0 if the landed records give each.

    Raises UnknownCustomer if there is no such profile, TooManyRecords if it has too many landed records to list.
    """
    if figure is not None and figure not in RULES:
        raise click.UsageError(f"{figure}: no such figure. There are {', '.join(RULES)}.")
    settings = Settings.from_environment(lake_alone=True)
    require_not_put_back(settings.lake)
    profiles = find(settings.lake, customer, month)
    if not profiles:
        raise UnknownCustomer(
            f"customer360 in {settings.lake} has no such customer{f' in {month:%Y-%m}' if month else ''}",
            "Give a contract, a user id or a customer id, or run `c360 run` first.",
        )
    evidence = Evidence(LakeQuery(settings.lake), load_reference(settings.reference), profiles[0])
    found = [explain(evidence, figure)] if figure else explain_all(evidence)
    if as_json:
        click.echo(harmless_json(_as_object(evidence, found, figure)))
    elif figure:
        show_figure(Terminal(), evidence, found[0])
    else:
        show_story(Terminal(), evidence, found)
    return 0 if all(one.adds_up for one in found) else 1


def _as_object(evidence: Evidence, found: list[Figure], figure: str | None) -> dict[str, Any]:
    """A figure with all its rows and records; or each figure with its rule, and all records of the profile once."""
    head = {"customer_id": evidence.profile["customer_id"], "month": evidence.month}
    if figure:
        explained = found[0].explained
        return {**head, **_rule(found[0]), "rows": explained.rows, "records": _records(explained.records)}
    records = evidence.records
    return {
        **head,
        "figures": [_rule(one) for one in found],
        "fates": {log: dict(Counter(dict.fromkeys(FATES, 0)) + Counter(one.fate for one in listed))
                  for log, listed in records.items()},
        "records": {log: _records(listed) for log, listed in records.items()},
    }  # fmt: skip


def _rule(figure: Figure) -> dict[str, Any]:
    computed = {} if figure.adds_up else {"computed": figure.explained.value}
    return {
        "figure": figure.name, "value": figure.value, "adds_up": figure.adds_up, **computed,
        "rule": figure.explained.rule,
    }  # fmt: skip


def _records(records: Iterable[LandedRecord]) -> list[dict[str, Any]]:
    hidden = ("row", "category")
    return [{name: value for name, value in asdict(one).items() if name not in hidden} for one in records]
