"""Puts the tables of results into the pages of docs that show them; the words around them are yours to put right."""

import re
from pathlib import Path

from bench.errors import NoResult
from bench.files import PAGES

_PLACE = re.compile(r"(<!-- from bench/results/(\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def publish(results: Path) -> None:
    """Writes each page with its tables as their files hold them.

    Raises NoResult where a table of a page is not among the results.
    """
    for page in PAGES:
        page.write_text(published(page.read_text(encoding="utf-8"), results), encoding="utf-8")


def published(page: str, results: Path) -> str:
    """The page with each table as its file now holds it."""

    def table(place: re.Match[str]) -> str:
        try:
            text = (results / place[2]).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise NoResult(f"{results / place[2]} is missing: `make bench SIZE=full` writes it.") from None
        return f"{place[1]}\n{text}\n\n{place[3]}"

    return _PLACE.sub(table, page)
