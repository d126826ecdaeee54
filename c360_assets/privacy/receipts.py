"""Receipts of erasures: what was found, removed, made again and scanned. They hold digests and counts, never an id."""

import hmac
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from pydantic import TypeAdapter

from c360_assets.planning.lines import counted
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import NAME, Erasure, ErasureList
from resources.erasure.lost_entries import Traces, lost, traces_of
from resources.erasure.receipt_files import receipts_in
from resources.erasure.suppression import Kind
from resources.errors import ErasuresLost, NotAReceipt, Where
from resources.lake.damage import MALFORMED
from resources.locations import file_system, is_file
from resources.whole_file import write_whole

SCHEMA = 1


@dataclass
class Receipt:
    """One erasure. Times are UTC. `finished_at` is None until its proof has found nothing.

    `subjects` are the keyed digests of the erased ids, with their kinds; `tombstoned` says that their records were turned
    into tombstones wherever they were. `found` and `remade` count by table, `removed`
    files and bytes by table; `purged` says when each table was, and `marks` are all such times. `landed_files` still hold
    the customer, unless they were removed elsewhere. `landing` is what was to become of landed files. Of each file that was
    `rewritten`: how many records went, the HMAC by the erasure key of the SHA-256 that it had before, and the SHA-256
    after; of each that was not, why. `landed_found` are the landed files in which the proof found an erased id, with how
    often. `not_searched` has sentences on what Dagster keeps that is not in files, which the proof does not look at.
    `limit` is a sentence on what the proof can't show for these ids.
    """

    receipt_id: str
    begun_at: str
    subjects: list[dict[str, str]]
    found: dict[str, dict[str, int]] = field(default_factory=dict)
    landed_files: list[str] = field(default_factory=list)
    landing: str = "list"
    rewritten: dict[str, dict[str, str | int]] = field(default_factory=dict)
    not_rewritten: dict[str, str] = field(default_factory=dict)
    landed_found: dict[str, int] = field(default_factory=dict)
    remade: dict[str, int] = field(default_factory=dict)
    removed: dict[str, dict[str, int]] = field(default_factory=dict)
    purged: dict[str, str] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    tombstoned: bool = False
    scanned: dict[str, int] = field(default_factory=dict)
    not_searched: list[str] = field(default_factory=list)
    limit: str | None = None
    finished_at: str | None = None

    def signed(self, erasures: ErasureList) -> dict[str, Any]:
        """What its file holds: all fields, and their HMAC by the erasure key."""
        fields = {"schema": SCHEMA, **asdict(self)}
        return {**fields, "signature": erasures.signature(_canonical(fields))}


REPEAT = "Run the same `c360 erase` command again."
"""What ends an erasure that was stopped."""


def begun_only(unfinished: int) -> str:
    """That erasures were begun and not finished. It names nobody."""
    return f"{counted(unfinished, 'erasure')} {'was' if unfinished == 1 else 'were'} begun and not finished"


def traces_in(lake: str) -> Traces:
    """What lists of erasures have left behind in a lake."""
    return traces_of(lake, [name for name, table in TABLES.items() if table.lands])


def lost_erasures(lake: str) -> ErasuresLost | None:
    """What has been lost of erasures, as an error; None if nothing is known to be. Needs no key."""
    traces = traces_in(lake)  # before the list, which may grow meanwhile
    return lost(traces, ErasureList(lake, key=None).entries())


_FIELDS = TypeAdapter(Receipt)
"""Checks the types of what a file says that it holds."""


class ReceiptStore:
    """The receipts of a lake, below its table of erasures. Delta ignores names that begin with an underscore."""

    def __init__(self, lake: str) -> None:
        self._lake, (self._fs, root) = lake, file_system(lake)
        self._folder = f"{root}/{NAME}/_receipts"

    def write(self, receipt: Receipt, erasures: ErasureList) -> None:
        """Writes a receipt, or a newer state of it, whole or not at all: what was begun is known by it."""
        self._fs.makedirs(self._folder, exist_ok=True)
        text = json.dumps(receipt.signed(erasures), indent=2, sort_keys=True)
        write_whole(self._fs, f"{self._folder}/{receipt.receipt_id}.json", text.encode())

    def finished(self) -> dict[str, dict[str, int]]:
        """For each finished erasure, by its receipt, how many ids of each kind. Needs no key, and trusts the files.

        What can't be read is left out: a file of another user, for instance, or one that is damaged.
        """
        return {
            receipt.receipt_id: dict(Counter(f"{kind}s" for kind, _ in receipt.ids))
            for receipt in receipts_in(self._lake)
            if receipt.is_finished
        }

    def unfinished(self) -> int:
        """How many erasures were begun and not finished: stopped, or not proven. Like `finished`, it needs no key."""
        return sum(not receipt.is_finished for receipt in receipts_in(self._lake))

    def all(self, erasures: ErasureList) -> list[Receipt]:
        """Every receipt of the lake, the oldest first. Raises NotAReceipt for a file that is not a receipt."""
        return sorted(
            (self._read(name, erasures) for name in self._files(".json")), key=lambda receipt: receipt.begun_at
        )

    def _read(self, path: str, erasures: ErasureList) -> Receipt:
        """A receipt of the lake. Nobody named this file, so the error says where it is, and what to do with it."""
        name = path.rpartition("/")[2]
        try:
            return read_receipt(self._fs.cat_file(path), erasures, name)
        except NotAReceipt as refused:
            remedy = "Put it back as it was, or move it away if `c360 erase` did not write it."
            raise NotAReceipt(refused.what, remedy, Where(file=f"{NAME}/_receipts/{name} in the lake")) from None

    def begun(self, erasures: ErasureList) -> list[Erasure]:
        """What all erasures have put on the list, or were about to. Raises NotAReceipt for a file that is not a receipt."""
        return [
            Erasure(
                one["digest"], cast(Kind, one["kind"]), receipt.receipt_id, datetime.fromisoformat(receipt.begun_at)
            )
            for receipt in self.all(erasures)
            for one in receipt.subjects
        ]

    def clean_up(self) -> None:
        """Removes the halves of receipts that a killed erasure has left. No other erasure may be in progress."""
        for name in self._files(".new"):
            self._fs.rm_file(name)

    def _files(self, end: str) -> list[str]:
        """The files whose names end so. A folder or a pipe is not a receipt, whatever its name; nor is a link to one."""
        if not self._fs.exists(self._folder):
            return []
        there = self._fs.ls(self._folder, detail=True)
        return sorted(one["name"] for one in there if is_file(one) and one["name"].endswith(end))


def read_receipt(text: str | bytes, erasures: ErasureList, name: str) -> Receipt:
    """A receipt, as its file holds it. Raises NotAReceipt unless this key has signed exactly this."""
    where = Where(file=name)
    try:
        fields = json.loads(text)
        signature = fields.pop("signature")
        expected = erasures.signature(_canonical(fields))
        schema = fields.pop("schema")
        receipt = Receipt(**fields)
        _FIELDS.validate_python(fields)
        fits = hmac.compare_digest(ascii(signature), ascii(expected))  # it takes no other characters
    except MALFORMED:
        raise NotAReceipt("it is not a receipt of an erasure", "Name a file that `c360 erase` wrote.", where) from None
    if schema != SCHEMA or not fits:
        raise NotAReceipt("its signature does not fit", "It was changed, or signed with another key.", where)
    return receipt


def _canonical(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
