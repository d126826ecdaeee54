"""A landing zone in memory."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

LOGS = {"content": "log_content", "search": "log_search"}


@dataclass(frozen=True)
class Landed:
    """Files of a landing zone: path below its root -> bytes."""

    files: dict[str, bytes] = field(default_factory=dict)

    def write(self, root: Path) -> Path:
        """Lay the files under `root` (what lies there stays); returns `root`."""
        root.mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return root

    def days(self, log: str) -> list[date]:
        """The days something lies here for; `log` is `content` or `search`."""
        return sorted({day for name in self.files if (day := _day(name, LOGS[log]))})

    def of_day(self, log: str, day: date) -> "Landed":
        """What landed for a day of a log, and nothing else."""
        return Landed({name: data for name, data in self.files.items() if _day(name, LOGS[log]) == day})

    def months(self) -> list[date]:
        """The months touched by a day of either log."""
        return sorted({day.replace(day=1) for log in LOGS for day in self.days(log)})

    def only(self, log: str, days: Iterable[date]) -> "Landed":
        """Of one log only these days; everything else as it is."""
        kept = set(days)
        return Landed(
            {name: data for name, data in self.files.items() if (day := _day(name, LOGS[log])) is None or day in kept}
        )

    def __repr__(self) -> str:
        """The files one under the other, texts as texts."""
        return "Landed(\n" + "".join(f"  {name}: {data!r}\n" for name, data in self.files.items()) + ")"


def day_named(name: str) -> date | None:
    """The day that the name of a file or folder in a log's folder has; None if it has none."""
    text = name.rpartition("=")[2].split(".")[0]
    for form in ("%Y%m%d", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()
    return None


def _day(name: str, folder: str) -> date | None:
    parts = name.split("/")
    return day_named(parts[1]) if parts[0] == folder and len(parts) > 1 else None
