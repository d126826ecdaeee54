"""The next day of a month that is loaded: what users wait for every morning.

The month so far is loaded once, by each contender. Then its last day lands in copies of these lakes, in pairs. This project
adds it twice: once as users have it, where device_months is extended by the day, and once where it is made from all days,
as if the days inside were not known. Then the tables of the others are compared with those of this project. In further
copies this project is run where a day in the middle lands again with one record more, and where nothing has changed.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench.compare.equality import require_equal
from bench.contenders import CONTENDERS, Contender
from bench.files import write, write_table
from bench.inside.steps import as_markdown, parts
from bench.measure import Measure, measure
from bench.zones import Folders, landed, new_folders

EXTENDED, WHOLE = "the next day, device_months extended by it", "the next day, device_months made from all days"
AGAIN, NOTHING = "a day in the middle lands again, with a record more", "nothing has changed"
OURS = (EXTENDED, WHOLE, AGAIN, NOTHING)
"""What this project is measured at, in each pair."""


def next_day(contenders: Sequence[Contender], days: int, rows: int, pairs: int, scratch: Path, results: Path) -> None:
    """Writes the table. The first contender is this project."""
    whole, log = landed(scratch, "json", days, rows), scratch / "next-day.log"
    with ExitStack() as stack:
        lakes = [stack.enter_context(new_folders(scratch, contender)) for contender in contenders]
        for lake in lakes:  # before any is loaded: one more link to a file makes it look touched
            lake.land(whole, days - 1)
        loads = [measure(lake.run, lake.environment, log) for lake in lakes]
        kinds = [*((lakes[0], kind) for kind in OURS), *((lake, "the next day") for lake in lakes[1:])]
        found: list[list[Measure]] = [[] for _ in kinds]
        for pair in range(pairs):
            for place, (lake, kind) in [*enumerate(kinds)][:: 1 if pair % 2 == 0 else -1]:
                with _copy(lake) as folders:
                    began = time.time()
                    found[place].append(_one(folders, whole, days, kind, log))
                    if pair == 0:
                        if place == 0 and contenders[0] is CONTENDERS["ours"]:
                            _write_parts(folders, began, found[0][0], results / f"next-day-steps-{days}x{rows}.md")
                        _compare(folders, kind, scratch / "reference")
                print(f"pair {pair + 1} of {pairs}: {lake.contender.title}, {kind}, done", flush=True)
        shutil.rmtree(scratch / "reference")
    table = [(lake, f"first load of {days - 1} days", [load]) for lake, load in zip(lakes, loads, strict=True)]
    table += [(lake, kind, of) for (lake, kind), of in zip(kinds, found, strict=True)]
    load_of = dict(zip((lake.contender for lake in lakes), loads, strict=True))
    lines = [
        f"{days} days of {rows:,} content rows a day; medians of {pairs} pairs. × is beside this project's next day.",
        "",
        "| | what | wall s | × | CPU s | × | of its first load's CPU | memory MB |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(_line(lake.contender, what, of, found[0], load_of[lake.contender]) for lake, what, of in table),
    ]
    write(results / f"next-day-{days}x{rows}.json", json.dumps([*map(_figures, table)], indent=2) + "\n")
    write_table(results / f"next-day-{days}x{rows}.md", "\n".join(lines) + "\n")


def _write_parts(folders: Folders, began: float, done: Measure, file: Path) -> None:
    """Where the time of a next day goes, from Dagster's records of it."""
    title = f"The next day, of {done.wall:.1f} s and {done.cpu:.1f} CPU s:"
    write_table(file, "\n".join(as_markdown(title, [*parts(folders.home, began, done.wall)], done.wall)) + "\n")


def _figures(row: tuple[Folders, str, Sequence[Measure]]) -> dict[str, object]:
    lake, what, of = row
    runs = [{"wall": m.wall, "cpu": m.cpu, "peak": m.peak} for m in of]
    return {"contender": lake.contender.name, "what": what, "runs": runs}


def _line(contender: Contender, what: str, of: Sequence[Measure], base: Sequence[Measure], load: Measure) -> str:
    (wall, cpu, peak), (base_wall, base_cpu, _) = _medians(of), _medians(base)
    return (
        f"| {contender.title} | {what} | {wall:.1f} | {wall / base_wall:.2f} | {cpu:.1f} | {cpu / base_cpu:.2f} | "
        f"{cpu / load.cpu:.1%} | {peak / 1e6:,.0f} |"
    )


def _medians(measures: Sequence[Measure]) -> tuple[float, float, float]:
    return median(m.wall for m in measures), median(m.cpu for m in measures), median(m.peak for m in measures)


def _one(folders: Folders, whole: Path, days: int, kind: str, log: Path) -> Measure:
    """One kind of run, in a copy of what is loaded."""
    if kind == WHOLE:
        for path in (folders.lake / "device_months" / "_c360").glob("*.json"):
            text = json.dumps({**json.loads(path.read_text()), "made_from": {}})
            path.unlink()  # it is a link to the file of the loaded lake
            path.write_text(text)
    with _landed(folders, whole, days, kind):
        return measure(folders.run, folders.environment, log)


@contextmanager
def _landed(folders: Folders, whole: Path, days: int, kind: str) -> Iterator[None]:
    """What lands for a kind of run, and is taken away afterwards. All else stays untouched: nothing is read for it."""
    if kind == AGAIN:
        with _again(folders.landing / "log_content", (days - 1) // 2):
            yield
        return
    before = {*folders.landing.glob("*/*")}
    if kind != NOTHING:
        folders.land(whole, days)
    try:
        yield
    finally:
        for entry in {*folders.landing.glob("*/*")} - before:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


@contextmanager
def _again(content: Path, day: int) -> Iterator[None]:
    """Lands a day's content log again, with its first record once more at its end."""
    entry = sorted(content.iterdir())[day]
    file = sorted(path for path in entry.rglob("*") if path.is_file())[0] if entry.is_dir() else entry
    aside = content.parent.with_name(file.name)
    lines = file.read_bytes().splitlines(keepends=True)
    file.rename(aside)
    file.write_bytes(b"".join([*lines, lines[0]]))
    try:
        yield
    finally:
        aside.replace(file)


def _compare(folders: Folders, kind: str, reference: Path) -> None:
    """Keeps this project's lake as the reference, and compares every other with it. Raises NotEqual."""
    if kind == EXTENDED:
        shutil.rmtree(reference, ignore_errors=True)
        folders.lake.rename(reference)
        folders.lake.mkdir()
    elif kind not in OURS:
        require_equal(reference, folders.lake, folders.contender.keeps_records)


@contextmanager
def _copy(loaded: Folders) -> Iterator[Folders]:
    """A copy that is gone afterwards, of a lake and of Dagster's home, over the same landed files.

    This project's lake is copied by links, since no file of it is ever changed. Scripts write files anew.
    """
    root = loaded.lake.parent / "copy"
    folders = Folders(loaded.landing, root / "lake", root / "dagster", loaded.contender)
    shutil.copytree(loaded.lake, folders.lake, copy_function=shutil.copy2 if loaded.contender.keeps_records else _link)
    shutil.copytree(loaded.home, folders.home)
    try:
        yield folders
    finally:
        shutil.rmtree(root)


def _link(source: str, target: str) -> str:
    os.link(source, target)
    return target
