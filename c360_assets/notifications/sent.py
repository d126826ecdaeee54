"""Which notices were sent: a small file in the lake, which `c360 run` and Dagster's daemon share."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from c360_assets.notifications.notice import Kind, Notice
from c360_assets.planning.batches import Item
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

    @property
    def item(self) -> Item | None:
        """The partition."""
        return (self.table, date.fromisoformat(self.partition) if self.partition else None) if self.table else None


class SentNotices:
    """What was sent, by key. Two processes that check at the same moment may both send a notice; none is lost."""

    def __init__(self, lake: str) -> None:
        self._fs, root = file_system(lake)
        self._path = f"{root}/{FILE}"

    @property
    def is_new(self) -> bool:
        """Whether this lake has never been checked for notices."""
        return not self._fs.exists(self._path)

    def read(self) -> dict[str, Sent]:
        """What was sent. A file that can't be read counts as none: everything is sent once more."""
        with suppress(FileNotFoundError, ValueError, TypeError, AttributeError):
            return {key: Sent(**one) for key, one in json.loads(self._fs.cat_file(self._path)).items()}
        return {}

    def add(self, notice: Notice) -> None:
        """Records that a notice was sent."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = {
            key: Sent(notice.kind, item[0] if item else None, str(item[1]) if item and item[1] else None, now)
            for key, item in notice.by_key().items()
        }
        self._write({**self.read(), **new})

    def forget(self, keys: Collection[str]) -> None:
        """Forgets notices whose cause is gone: if it comes back, it is sent again. Also what is very old."""
        known = self.read()
        oldest = (datetime.now(UTC) - KEPT).isoformat()
        kept = {key: one for key, one in known.items() if key not in keys and one.at > oldest}
        if kept != known or self.is_new:
            self._write(kept)

    def _write(self, known: Mapping[str, Sent]) -> None:
        """A reader sees either the old file or the new one, never a part."""
        self._fs.makedirs(self._path.rpartition("/")[0], exist_ok=True)
        data = json.dumps({key: asdict(one) for key, one in sorted(known.items())}, indent=1).encode()
        write_whole(self._fs, self._path, data)
