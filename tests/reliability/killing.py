"""Any command in a process that kills itself, before its n-th change of what is on disk or at a time: nothing is tidied up.

What Python changes is seen by an audit hook: files that are opened to be written, renamed, linked or removed, and
folders. What delta-rs, the engines and SQLite change is seen where Python asks for it: before and after each call, and
before each commit of a transaction. So a command that is given another step has another point, and no test has to know.
"""

import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy
from deltalake import DeltaTable
from deltalake.table import TableAlterer, TableOptimizer
from pyspark.sql.connect.readwriter import DataFrameWriter as ConnectWriter
from pyspark.sql.readwriter import DataFrameWriter

from resources.erasure import erasure_list

_CALLS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (DeltaTable, ("create", "restore", "repair", "vacuum", "create_checkpoint", "cleanup_metadata")),
    (TableAlterer, ("add_columns", "set_table_properties")),
    (TableOptimizer, ("compact", "z_order")),
    (erasure_list, ("write_deltalake",)),
    (ConnectWriter, ("save",)),
    (DataFrameWriter, ("save",)),
)
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def dying_command(place: int, seconds: float, below: Path, tally: Path, *words: str) -> None:
    """`c360` with these words, killed before its change of this number below a folder, or some time after its first change.

    Zero is never. If the command ends, `tally` gets how many changes there were, and the seconds since the first.
    """
    from c360_assets.cli import main

    numbers, begun = itertools.count(1), [time.monotonic()]

    def change() -> None:
        number = next(numbers)
        if number == 1:
            begun[0] = time.monotonic()
            if seconds:
                threading.Timer(seconds, _die).start()
        if number == place:
            _die()

    _count_changes(str(below), change)
    sys.argv = ["c360", *words]
    try:
        main()
    finally:
        tally.write_text(f"{next(numbers) - 1} {time.monotonic() - begun[0]}")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _count_changes(below: str, change: Callable[[], None]) -> None:
    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _WRITING)
        if (opens or event in _CHANGES) and _is_below(arguments[0], below):
            change()

    sys.addaudithook(audit)
    sqlalchemy.event.listen(sqlalchemy.Engine, "commit", lambda _: change())
    for owner, names in _CALLS:
        for name in names:
            call = vars(owner)[name]
            is_of_class = isinstance(call, classmethod)
            counted = _between(call.__func__ if is_of_class else call, change)
            setattr(owner, name, classmethod(counted) if is_of_class else counted)


def _is_below(path: Any, below: str) -> bool:
    """Whether what an event names, a path or an open file, lies below a folder."""
    return isinstance(path, str | bytes | os.PathLike) and f"{below}/" in f"{Path(os.fsdecode(path)).absolute()}"


def _between(call: Callable[..., Any], change: Callable[[], None]) -> Callable[..., Any]:
    """The call, with a change before it and one after."""

    def counted(*arguments: Any, **named: Any) -> Any:
        change()
        done = call(*arguments, **named)
        change()
        return done

    return counted
