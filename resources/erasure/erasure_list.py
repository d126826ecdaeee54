"""The list of erasures: the table `erasures` in the lake, with a keyed digest of each erased id."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, QueryBuilder, Schema, write_deltalake
from deltalake.schema import PrimitiveType

from resources.erasure.suppression import KINDS, Kind, Suppression, keyed_digest
from resources.errors import ErasureKeyRefused
from resources.lake.contents import readable_table
from resources.lake.damage import damage_named
from resources.lake.sql import rows_of

NAME = "erasures"
_DOC = "Who was erased: a keyed digest of each contract and user, never the id itself."
_COLUMNS = (
    ("digest", "string", "HMAC-SHA-256 of the id with its kind, by the erasure key, in hex"),
    ("kind", "string", "contract or user"),
    ("receipt_id", "string", "The receipt of the erasure"),
    ("erased_at", "timestamp", "When the erasure was begun (UTC)"),
)
UNCOMPARED = "not compared"
"""In place of a list's fingerprint in provenance: rows that were not compared with any."""
_CHECK = "c360.keyCheck"
"""The table property by which a key is recognized as the one that the list was made with."""


@dataclass(frozen=True)
class Erasure:
    """One erased id."""

    digest: str
    kind: Kind
    receipt_id: str
    erased_at: datetime


@dataclass(frozen=True)
class Listed:
    """The list at one moment: what landed records are compared with, and the fingerprint of the same entries."""

    suppression: Suppression | None
    fingerprint: str


class ErasureList:
    """The list of a lake. `key` is the erasure key (C360_ERASURE_KEY); a lake without erasures needs none."""

    def __init__(self, lake: str, key: bytes | None) -> None:
        self._uri, self._key = f"{lake.rstrip('/')}/{NAME}", key

    def __repr__(self) -> str:
        """Without the key."""
        return f"ErasureList({self._uri!r})"

    def entries(self) -> list[Erasure]:
        """Every erased id, as digests. Needs no key. Raises ContractError where the list is damaged."""
        if not DeltaTable.is_deltatable(self._uri):
            return []
        names = ", ".join(name for name, _, _ in _COLUMNS)
        with damage_named(NAME):
            builder = QueryBuilder().register(NAME, readable_table(self._uri))
            return [Erasure(**row) for row in rows_of(builder, f"select {names} from {NAME}")]

    def require_key(self) -> None:
        """Raises ErasureKeyRefused without a key, or with another than the list was made with."""
        if not self._key:
            raise ErasureKeyRefused(
                "an erasure needs a key",
                "Set C360_ERASURE_KEY (or C360_ERASURE_KEY_FILE), and keep it: see docs/erasure.md.",
            )
        self.suppression()

    def fingerprint(self) -> str:
        """Changes with the list; empty where nobody was erased. Needs no key."""
        return fingerprint_of(self.entries())

    def suppression(self) -> Suppression | None:
        """What landed records are compared with; None where nobody was erased.

        Raises ErasureKeyRefused without the key that the list was made with.
        """
        return self.listed().suppression

    def listed(self) -> Listed:
        """The list as it is now, from one read: a fingerprint read later could be that of a longer list.

        Raises ErasureKeyRefused without the key that the list was made with.
        """
        entries = self.entries()
        if not entries:
            return Listed(None, "")
        digests = {kind: frozenset(one.digest for one in entries if one.kind == kind) for kind in KINDS}
        return Listed(Suppression(self._required_key(), digests), fingerprint_of(entries))

    def digest(self, kind: Kind, text: str) -> str:
        """The digest that an id has on this list. Raises ErasureKeyRefused without a key."""
        return keyed_digest(self._required_key(), kind, text)

    def signature(self, text: bytes) -> str:
        """The text's HMAC by the erasure key, as receipts are signed. Raises ErasureKeyRefused without a key."""
        return hmac.digest(self._required_key(), text, "sha256").hex()

    def add(self, ids: Sequence[tuple[Kind, str]], receipt_id: str, when: datetime | None = None) -> None:
        """Puts ids on the list, in one commit; those on it stay as they are. Raises ErasureKeyRefused without a key."""
        key = self._required_key()
        digests = dict.fromkeys((kind, keyed_digest(key, kind, text)) for kind, text in ids)
        last = max((one.erased_at for one in self.entries()), default=None)
        moment = when or max(datetime.now(UTC), last + timedelta(microseconds=1) if last else datetime.now(UTC))
        self.put_back([Erasure(digest, kind, receipt_id, moment) for kind, digest in digests])

    def put_back(self, entries: Sequence[Erasure]) -> None:
        """Puts entries on the list, in one commit, without those whose ids are on it.

        Raises ErasureKeyRefused without a key.
        """
        known = {(one.kind, one.digest) for one in self.entries()}
        new = [one for one in entries if (one.kind, one.digest) not in known]
        if entries:
            self._ensure(self._required_key())
        if not new:
            return
        types = {"timestamp": pa.timestamp("us", "UTC"), "string": pa.string()}
        schema = pa.schema([pa.field(name, types[kind], nullable=False) for name, kind, _ in _COLUMNS])
        rows = pa.Table.from_pylist([asdict(one) for one in new], schema)
        properties = CommitProperties(custom_metadata={"userMetadata": f"c360 erase {new[-1].receipt_id}"})
        write_deltalake(self._uri, rows, mode="append", commit_properties=properties)

    def _ensure(self, key: bytes) -> None:
        if DeltaTable.is_deltatable(self._uri):
            return
        DeltaTable.create(
            self._uri,
            Schema([Field(n, PrimitiveType(k), nullable=False, metadata={"comment": doc}) for n, k, doc in _COLUMNS]),
            mode="ignore",
            name=NAME,
            description=_DOC,
            configuration={_CHECK: _check(key), "delta.dataSkippingStatsColumns": "erased_at"},
            raise_if_key_not_exists=False,
            commit_properties=CommitProperties(max_commit_retries=0),
        )

    def _required_key(self) -> bytes:
        """The key. Raises ErasureKeyRefused if there is none, or if the list was made with another."""
        if not self._key:
            raise ErasureKeyRefused(
                "this lake has erasures, and no erasure key is set",
                "Set C360_ERASURE_KEY (or C360_ERASURE_KEY_FILE) to the key that they were made with.",
            )
        if DeltaTable.is_deltatable(self._uri):
            made_with = DeltaTable(self._uri).metadata().configuration.get(_CHECK)
            if made_with and not hmac.compare_digest(made_with, _check(self._key)):
                raise ErasureKeyRefused(
                    "the erasure key is not the one that this lake's erasures were made with",
                    "Set C360_ERASURE_KEY (or C360_ERASURE_KEY_FILE) to that key.",
                )
        return self._key


def fingerprint_of(entries: Iterable[Erasure]) -> str:
    """The fingerprint of a list with these entries, in any order; empty without any."""
    digests = sorted(f"{one.kind}:{one.digest}" for one in entries)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:32] if digests else ""


def with_erasures(landed: str, day: date | None, erasures: str) -> str:
    """The fingerprint of what landed, where erased records are left out and not kept as tombstones.

    That is where files belong to no day: what is made of them depends on the list of erasures. Days in the lake get
    their tombstones by the erasure itself, and need not be read again for it.
    """
    if day is not None or not erasures:
        return landed
    return hashlib.sha256(f"{landed}\0{erasures}".encode()).hexdigest()[:32]


def _check(key: bytes) -> str:
    return hmac.digest(key, b"c360 key check", "sha256").hex()[:32]
