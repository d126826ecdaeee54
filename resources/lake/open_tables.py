"""Tables that stay open between looks, since opening one costs more than most looks at it."""

from functools import cached_property

from deltalake import DeltaTable
from fsspec.spec import AbstractFileSystem

from resources.locations import file_system


class OpenTables:
    """The tables of a lake that were opened, by name."""

    def __init__(self, lake: str) -> None:
        self._lake = lake
        self._tables: dict[str, DeltaTable] = {}

    def get(self, table: str) -> DeltaTable | None:
        """A table that is open, at the version that was seen last; None if it has to be opened.

        That is also so if its log has lost this version: it was cleaned, put back from a copy, or removed. One file is
        looked for, since a log may have hundreds to list.
        """
        known = self._tables.get(table)
        return known if known is not None and self._has_commit(table, known.version()) else None

    def newest(self, table: str) -> DeltaTable | None:
        """The same, at its newest version. The log is read only if it has a newer commit: to look for one is far cheaper."""
        known = self.get(table)
        if known is not None and self._has_commit(table, known.version() + 1):
            known.update_incremental()
        return known

    def keep(self, table: str, opened: DeltaTable) -> DeltaTable:
        """Keeps a table open."""
        self._tables[table] = opened
        return opened

    def _has_commit(self, table: str, version: int) -> bool:
        store, folder = self._place
        return bool(store.exists(f"{folder}/{table}/_delta_log/{version:020}.json"))

    @cached_property
    def _place(self) -> tuple[AbstractFileSystem, str]:
        return file_system(self._lake)
