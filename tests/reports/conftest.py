"""The lake of two sampled months, and its pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.commands import Done
from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.sampled import NAME, SECOND, land_sampled_months


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two sampled months and the lake made from them. Not to be changed."""
    with shared(tmp_path_factory, NAME, land_sampled_months) as home:
        yield home


@pytest.fixture
def report(made_once: Home, c360: Callable[..., Done], tmp_path: Path) -> Path:
    """The page of the second month."""
    file = tmp_path / "pages" / "report.html"
    done = c360("report", "--month", f"{SECOND:%Y-%m}", "--out", str(file), root=made_once.root)
    assert (done.status, done.err) == (0, "")
    return file


@pytest.fixture
def customer(made_once: Home) -> dict[str, object]:
    """A customer of the second month who both watched and searched in it."""
    return min(
        (row for row in made_once.rows("customer360")
         if row["matched"] and row["month"] == row["watch_month"] == row["search_month"] == SECOND),
        key=lambda row: str(row["customer_id"]),
    )  # fmt: skip


@pytest.fixture
def profile(made_once: Home, c360: Callable[..., Done], tmp_path: Path, customer: dict[str, object]) -> Path:
    """That customer's page."""
    file = tmp_path / "pages" / "profile.html"
    done = c360("profile", str(customer["customer_id"]), "--html", str(file), root=made_once.root)
    assert (done.status, done.out, done.err) == (0, f"{file}\n", "")
    return file
