"""A notice: one cause, the partitions that it is about, and what to do. It never holds a landed value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import xxhash

from c360_assets.planning.lines import label, named, when
from c360_assets.tables import TABLES
from resources.lake.provenance import Item

Kind = Literal["failed", "not_planned", "check_failed", "warning", "overdue", "held", "not_read", "erased"]
TITLES: Mapping[Kind, str] = {
    "failed": "Failed",
    "not_planned": "Nothing can be planned",
    "check_failed": "Check failed",
    "warning": "Warning",
    "overdue": "Overdue",
    "held": "Left as it was",
    "not_read": "Not read",
    "erased": "Erased",
}
REMEDIES: Mapping[Kind, str] = {
    "failed": "Remove the cause; the next run makes these partitions, and what is made from them.",
    "not_planned": "Remove the cause; until then, no run can be planned, and only failed runs are sent beside this.",
    "check_failed": "Look at the check's examples in Dagster and at the landed files; the next run makes it again.",
    "warning": "Look at the figures of the check in Dagster. Nothing was stopped.",
    "overdue": "Ask whoever delivers the log. If nothing will land, add the day to `without` in deliveries.toml.",
    "held": "Nothing, if it is being made by another run. Otherwise see `c360 status`.",
    "not_read": "Give each the name that it should have, or move it out of the folder. `c360 status` lists all.",
    "erased": "Nothing: the receipt is in the lake, in erasures/_receipts.",
}
_QUOTED = re.compile(r"""(?<!\w)'.*'(?!\w)|".*"|‘.*’|“.*”""", re.DOTALL)
_DAY = r"(?<![0-9A-Za-z])(?:19|20)[0-9]{2}(?:-?[01][0-9](?:-?[0-3][0-9])?)?(?![0-9A-Za-z])"
_MAY_BE_A_VALUE = (
    r"\S+@\S+"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
    r"|(?:[0-9A-Fa-f]{0,4}:){3,}[0-9A-Fa-f]{0,4}"
    r"|\+?\(?[0-9](?:[ .()/-]{0,2}[0-9]){8,}"
    r"|[0-9A-Za-z]*[0-9]{4}[0-9A-Za-z]*"
    r"|\b[0-9A-Fa-f]{12}\b"
)
"""Addresses of people, machines and devices, phone numbers however they are grouped, and ids."""
_LONGEST = 600
_MOST_DETAILS = 5


@dataclass(frozen=True)
class Notice:
    """One message. `items` are the partitions that it is about; each is sent once with this cause.

    `details` says more of single partitions; without a `cause` they are it. `run_id` is a Dagster run to look at.
    """

    kind: Kind
    cause: str
    items: tuple[Item, ...] = ()
    check: str | None = None
    details: Mapping[Item, str] = field(default_factory=dict)
    run_id: str | None = None
    subject: str = ""
    """What it is about if that is not a table, such as the folder of a log."""
    identity: str = ""
    """What makes it another notice if the cause does not say all of it."""

    def key(self, item: Item | None) -> str:
        """The key that it is remembered by once sent, for one of its items (None if it has none)."""
        parts = (
            self.kind,
            self.subject,
            self.check or "",
            *map(str, item or ()),
            self.details.get(item, self.cause) if item else "",
        )
        text = "\0".join(parts if item else (*parts, self.identity or self.cause))
        return xxhash.xxh3_64(text.encode(errors="surrogatepass")).hexdigest()  # names of files need not be UTF-8

    def by_key(self) -> dict[str, Item | None]:
        """Its items by key; one key without an item if it has none."""
        return {self.key(item): item for item in self.items} or {self.key(None): None}

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if not self.subject:
            return named(self.items)
        days = [day for _, day in self.items if day]
        return f"{self.subject} {when(self.items[0][0], days)}" if days else self.subject

    def _details(self) -> Iterator[str]:
        """Each detail with the partitions that it is about; only the first few if there are many."""
        texts = list(by_text(self.details).items())
        for text, items in texts[:_MOST_DETAILS]:
            days = [day for _, day in items if day]
            yield f"{when(items[0][0], days)}: {text}" if days else text
        if len(texts) > _MOST_DETAILS:
            yield f"{len(texts) - _MOST_DETAILS} more: see c360 status"

    def payload(self, ui: str | None) -> dict[str, Any]:
        """The message as JSON: `text` for people, as Slack shows it, and the rest for programs."""
        about, cause = self.about, safe(self.cause or "; ".join(self._details()), self.run_id)
        url = f"{ui.rstrip('/')}/runs/{self.run_id}" if ui and self.run_id else None
        heading = f"{TITLES[self.kind]}: {about} {self.check or ''}".strip().removesuffix(":")
        lines = [f"Customer360 – {heading}", cause, REMEDIES[self.kind], url]
        return {
            "text": _escaped("\n".join(line for line in lines if line)),
            "kind": self.kind,
            "about": about,
            "partitions": [{"table": table, "partition": str(day) if day else None} for table, day in self.items],
            "check": self.check,
            "cause": cause,
            "remedy": REMEDIES[self.kind],
            "run_id": self.run_id,
            "url": url,
        }


def by_text(items: Mapping[Item, str]) -> dict[str, tuple[Item, ...]]:
    """The items that have each text, both in order."""
    found: dict[str, list[Item]] = {}
    for item in in_order(items):
        found.setdefault(items[item], []).append(item)
    return {text: tuple(alike) for text, alike in found.items()}


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in the order of the data."""
    order = list(TABLES)
    return tuple(sorted(items, key=lambda item: (order.index(item[0]), label(item))))


def safe(text: str, run_id: str | None = None) -> str:
    """A cause without anything that may be a landed value: what is quoted, long numbers, addresses.

    Our own messages hold none, and the texts of other errors are not sent. This is for what is overlooked. Days are
    none of that, nor is the id of a run that Dagster made.
    """
    kept = f"{re.escape(run_id)}|{_DAY}" if run_id else _DAY
    found = re.compile(f"(?P<kept>{kept})|{_MAY_BE_A_VALUE}")
    masked = found.sub(lambda one: one["kept"] or "…", _QUOTED.sub("'…'", text))
    return masked if len(masked) <= _LONGEST else f"{masked[:_LONGEST]}…"


def _escaped(text: str) -> str:
    """Text in which Slack finds no link or mention that we did not write."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
