"""Puts the tables of results into docs/measurements.md; the words around them are yours to put right."""

import re
from pathlib import Path

from bench.errors import NoResult
from bench.files import PAGE

_PLACE = re.compile(r"(<!-- from bench/results/(\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def publish(results: Path) -> None:
    """Writes the page anew with each table as its file holds it.

    Raises NoResult where a table of the page is not among the results.
    """
    PAGE.write_text(published(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


def published(page: str, results: Path) -> str:
    """The page with each table as its file now holds it."""

    def table(place: re.Match[str]) -> str:
        try:
            text = (results / place[2]).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise NoResult(f"{results / place[2]} is missing: `make bench SIZE=full` writes it.") from None
        return f"{place[1]}\n{text}\n\n{place[3]}"

    return _PLACE.sub(table, page)
