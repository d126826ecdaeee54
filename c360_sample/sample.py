"""Writes landing data of any size, in the real forms, with the real proportions and dirt.

A day's files depend on the seed, the day and the rows per day, and on nothing else: days can be made one by
one, in any order, on any machine. Files appear whole: they are written under a hidden name and then renamed.
"""

import gzip
import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow.parquet as pq

from c360_sample.content.dirt import CSV_LINE_KINDS, JSON_LINE_KINDS, DirtyDay, dirty_day
from c360_sample.content.files import content_table, csv_columns, write_csv, write_json
from c360_sample.content.rows import ContentRows, content_rows
from c360_sample.forms import FORMS, Form
from c360_sample.identity import write_identity
from c360_sample.population import Population
from c360_sample.search.files import dirty_searches, write_parts, write_search_csv, write_search_json

FORMATS = ("json", "csv", "parquet")
ROWS_A_SEARCH = 20
"""Content rows per search, as in reality."""
MARK = "SAMPLE.md"
"""The file by which a folder of samples differs from one of real data."""
_SOURCES = ("log_content", "log_search", "identity")


class SampleError(ValueError):
    """A sample that can't be written as asked; the message says why and what to do."""


@dataclass(frozen=True)
class SampleSummary:
    """What was written."""

    out: Path
    first_day: date
    last_day: date
    content_rows: int
    searches: int
    links: int
    files: int
    size_bytes: int


def write_sample(
    out: Path,
    first_day: date,
    days: int,
    rows: int,
    seed: int,
    format: str = "json",
    progress: Callable[[str], None] | None = None,
    search_format: str = "parquet",
    all_forms: bool = False,
) -> SampleSummary:
    """`days` days of `rows` content rows and `rows // 20` searches each, and the links between accounts.

    With `all_forms`, each day lands in another of the forms that people have, in turn. A day that is already there is
    written again, whatever its form was. A folder that holds landing data of
    another origin is refused.
    """
    _expect(days >= 1 and rows >= 1, "days and rows must be 1 or more. Correct them.")
    for name in (format, search_format):
        _expect(name in FORMATS, f"{name!r} is not a format. Use one of {', '.join(FORMATS)}.")
    claim(out)
    population = Population.for_rows(seed, rows)
    searches = rows // ROWS_A_SEARCH
    written, links = save_identity(out, population)
    for number in range(days):
        day = first_day + timedelta(days=number)
        if all_forms:
            written += save_in_form(out, population, day, rows, FORMS[number % len(FORMS)])
        else:
            written += save_content(out, population, day, rows, format)
            written += save_searches(out, population, day, searches, search_format)
        if progress:
            progress(f"{day}: {rows:,} content rows, {searches:,} searches ({number + 1} of {days} days)")
    return SampleSummary(
        out=out,
        first_day=first_day,
        last_day=first_day + timedelta(days=days - 1),
        content_rows=rows * days,
        searches=searches * days,
        links=links,
        files=len(written),
        size_bytes=sum(path.stat().st_size for path in written),
    )


def claim(out: Path) -> None:
    """Declares the folder one of samples, unless it holds landing data that no sample put there."""
    if not (out / MARK).exists():
        for source in _SOURCES:
            _expect(
                not (out / source).exists(),
                f"{out} holds a {source} that is not a sample. Choose another folder: samples overwrite days.",
            )
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text(
        "# Sample data\n\n"
        "Everything below this folder is made up by `c360_sample`: no person, contract, device or account in it is\n"
        "real. `c360 sample` overwrites days only in a folder where it finds this file.\n",
        encoding="utf-8",
    )


def save_content(out: Path, population: Population, day: date, rows: int, form: str, parts: int = 0) -> list[Path]:
    """A day of the content log; its files.

    `form` is the ending of the file: json, jsonl, ndjson, csv or parquet, with `.gz` behind text if wanted. With
    `parts`, the day is a folder with this many files of that form.
    """
    drawn = content_rows(population, day, rows)
    line_kinds = {"csv": CSV_LINE_KINDS, "parquet": ()}.get(form.removesuffix(".gz"), JSON_LINE_KINDS)
    dirt = dirty_day(drawn, population.seed, day, line_kinds)
    folder = out / "log_content"
    if not parts:
        with _replacing(folder, day, f".{form}") as target:
            _save_part(target, drawn, dirt, day, form, 0, rows)
        return _files_of(folder, day)
    with _replacing(folder, day, "") as target:
        target.mkdir()
        for part in range(parts):
            name = f"part-{part:05d}.{form}"
            _save_part(target / name, drawn, dirt, day, form, rows * part // parts, rows * (part + 1) // parts)
        (target / "_SUCCESS").write_bytes(b"")
    return _files_of(folder, day)


def save_searches(out: Path, population: Population, day: date, rows: int, form: str) -> list[Path]:
    """A day of the search log: a folder of parquet parts, or one file of the form; its files."""
    searches = dirty_searches(population, day, rows)
    folder = out / "log_search"
    with _replacing(folder, day, "" if form == "parquet" else f".{form}") as target:
        if form == "parquet":
            write_parts(target, searches.table, population.seed, day)
        else:
            write = write_search_csv if form.startswith("csv") else write_search_json
            with _opened(target, form) as stream:
                write(stream, searches, population.seed, day)
    return _files_of(folder, day)


def save_in_form(out: Path, population: Population, day: date, rows: int, form: Form) -> list[Path]:
    """A day of both logs in one of the forms that people have; its files. No line of it is damaged."""
    drawn = content_rows(population, day, rows)
    dirt = dirty_day(drawn, population.seed, day, ())
    content, search = io.BytesIO(), io.BytesIO()
    searches = dirty_searches(population, day, rows // ROWS_A_SEARCH)
    if form.base == "csv":
        write_csv(content, drawn, dirt, 0, rows, csv_columns(day), bom=False)
        write_search_csv(search, searches, population.seed, day, line_kinds=())
    else:
        write_json(content, drawn, dirt, 0, rows)
        write_search_json(search, searches, population.seed, day, line_kinds=())
    name = form.file.format(day=f"{day:%Y%m%d}", iso=day.isoformat())
    written = []
    for folder, stream in ((out / "log_content", content), (out / "log_search", search)):
        written.append(_save_named(folder, day, name, form.repack(stream.getvalue())))
    return written


def _save_named(folder: Path, day: date, name: str, data: bytes) -> Path:
    """Writes a day's only file, whose name may begin with a folder, in place of whatever the folder held for the day."""
    first, _, rest = name.partition("/")
    with _replacing(folder, day, "", first) as target:
        path = target / rest if rest else target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / name


def save_identity(out: Path, population: Population) -> tuple[list[Path], int]:
    """The links between users and contracts: its file, and how many records it has."""
    path = out / "identity" / "identity.csv"
    path.parent.mkdir(exist_ok=True)
    hidden = path.with_name(f".{path.name}")
    with hidden.open("w", encoding="utf-8", newline="") as stream:
        links = write_identity(stream, population)
    hidden.replace(path)
    return [path], links


def _save_part(path: Path, rows: ContentRows, dirt: DirtyDay, day: date, form: str, first: int, last: int) -> None:
    if form == "parquet":
        # Some exporters write durations as numbers, some as text.
        table = content_table(rows, dirt, as_numbers=day.toordinal() % 2 == 0)
        pq.write_table(table.slice(first, last - first), path, compression="snappy")
        return
    with _opened(path, form) as stream:
        if form.startswith("csv"):
            write_csv(stream, rows, dirt, first, last, csv_columns(day), bom=day.toordinal() % 3 == 0)
        else:
            write_json(stream, rows, dirt, first, last)


@contextmanager
def _opened(path: Path, form: str) -> Iterator[BinaryIO]:
    """A file to write to; packed files carry neither name nor time, so that equal rows give equal bytes."""
    with path.open("wb", buffering=1 << 20) as raw:
        if not form.endswith(".gz"):
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield cast(BinaryIO, packed)


@contextmanager
def _replacing(folder: Path, day: date, ending: str, name: str | None = None) -> Iterator[Path]:
    """A hidden place to write a day to; then it takes the place of whatever the folder held for that day."""
    folder.mkdir(parents=True, exist_ok=True)
    hidden = folder / f".{day:%Y%m%d}{ending}.partial"
    _remove(hidden)
    yield hidden
    for spelled in (f"{day:%Y%m%d}", day.isoformat()):
        for old in (folder / spelled, *folder.glob(f"{spelled}.*"), *folder.glob(f"*={spelled}")):
            _remove(old)
    hidden.rename(folder / (name or f"{day:%Y%m%d}{ending}"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _files_of(folder: Path, day: date) -> list[Path]:
    whole = folder / f"{day:%Y%m%d}"
    return sorted(whole.iterdir()) if whole.is_dir() else sorted(folder.glob(f"{day:%Y%m%d}.*"))


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SampleError(otherwise)
