"""Which notices were sent: a small file in the lake, which `c360 run` and Dagster's daemon share."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from c360_assets.notifications.notice import TITLES, Kind, Notice
from c360_assets.tables import TABLES
from resources.lake.damage import MALFORMED
from resources.lake.provenance import Item
from resources.locations import file_system
from resources.whole_file import write_whole

FILE = "_c360/notices.json"
KEPT = timedelta(days=400)
"""How long to remember what has no end of its own, such as a failed run."""


@dataclass(frozen=True)
class Sent:
    """A notice for one partition that was sent, or counts as sent."""

    kind: Kind
    table: str | None
    partition: str | None
    at: str

    @classmethod
    def of(cls, fields: dict[str, Any]) -> "Sent":
        """An entry of the file. Raises one of the errors in MALFORMED if it is not what this class writes."""
        sent = cls(**fields)
        datetime.fromisoformat(sent.at)
        if sent.partition is not None:
            date.fromisoformat(sent.partition)
        if sent.kind not in TITLES or sent.table not in (None, *TABLES):
            raise ValueError(sent)
        return sent

    @property
    def item(self) -> Item | None:
        """The partition."""
        return (self.table, date.fromisoformat(self.partition) if self.partition else None) if self.table else None


class SentNotices:
    """What was sent, by key. Two processes that check at the same moment may both send a notice; none is lost."""

    def __init__(self, lake: str) -> None:
        self._fs, root = file_system(lake)
        self._path, self._name = f"{root}/{FILE}", f"{lake}/{FILE}"

    @property
    def is_new(self) -> bool:
        """Whether this lake has never been checked for notices."""
        return not self._fs.exists(self._path)

    def read(self) -> dict[str, Sent]:
        """What was sent. A damaged entry, or a damaged file, counts as not there: its notices are sent once more."""
        known = {}
        for key, fields in self._entries().items():
            with suppress(*MALFORMED):
                known[key] = Sent.of(fields)
        return known

    def _entries(self) -> dict[str, Any]:
        """What the file holds; nothing if something else is in its place, such as a folder or a pipe."""
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError, *MALFORMED):
            if self._fs.info(self._path)["type"] == "file":
                entries = json.loads(self._fs.cat_file(self._path))
                return entries if isinstance(entries, dict) else {}
        return {}

    def add(self, notice: Notice) -> str | None:
        """Records that a notice was sent. Returns what went wrong, if anything did."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = {
            key: Sent(notice.kind, item[0] if item else None, str(item[1]) if item and item[1] else None, now)
            for key, item in notice.by_key().items()
        }
        return self._write({**self.read(), **new})

    def forget(self, keys: Collection[str]) -> str | None:
        """Forgets notices whose cause is gone: if it comes back, it is sent again. Also what is very old.

        Returns what went wrong, if anything did.
        """
        known = self.read()
        oldest = (datetime.now(UTC) - KEPT).isoformat()
        kept = {key: one for key, one in known.items() if key not in keys and one.at > oldest}
        return self._write(kept) if kept != known or self.is_new else None

    def _write(self, known: Mapping[str, Sent]) -> str | None:
        """A reader sees either the old file or the new one, never a part."""
        data = json.dumps({key: asdict(one) for key, one in sorted(known.items())}, indent=1).encode()
        try:
            self._fs.makedirs(self._path.rpartition("/")[0], exist_ok=True)
            write_whole(self._fs, self._path, data)
        except OSError as error:
            return f"{self._name} can't be written ({type(error).__name__})"
        return None
