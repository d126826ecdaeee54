"""`c360 profile --html`: one customer's months and figures with their rules, and nobody else's values."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from c360_assets.commands import profile
from c360_assets.explain.figures import STORY
from c360_assets.reference.categories import CATEGORIES
from tests.reports.reading import Page
from tests.support.commands import Done
from tests.support.homes import Home
from tests.support.sampled import SECOND

pytestmark = pytest.mark.engine


def test_pages_of_two_customers_never_have_the_same_name() -> None:
    ids = ["user:a,bu", 'user:a"bu', "user:a-bu", "contract:a-bu", f"user:{'x' * 300}", f"user:{'x' * 301}"]
    names = [profile._name(one) for one in ids]
    assert len(set(names)) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9-]{1,200}", name) for name in names)
    assert profile._name("contract:HNH579912") == "contract-HNH579912"


def test_its_months_are_those_of_customer360(made_once: Home, profile: Path, customer: dict[str, Any]) -> None:
    page = Page(profile)
    mine = [row for row in made_once.rows("customer360") if row["customer_id"] == customer["customer_id"]]
    assert mine
    text = profile.read_text()
    for row in mine:
        if row["watch_month"] != row["month"]:
            continue
        month = f"{row['month']:%Y-%m}"
        assert [page.number(f"watching.{month}.{name}") for name in CATEGORIES] == [
            row[f"seconds_{name}"] for name in CATEGORIES
        ]
        assert page.number(f"watching.{month}.active days") == row["active_days"]
        assert f"<title>{row['month']:%y-%m}, user_type: {row['user_type']}</title>" in text
    assert f"<title>{SECOND:%Y-%m}: {customer['searches']:,}</title>" in text


def test_each_main_figure_has_its_rule_and_adds_up(profile: Path, customer: dict[str, Any]) -> None:
    text = profile.read_text()
    for name in (name for names in STORY.values() for name in names):
        [(value, rule)] = re.findall(rf"<td[^>]*>{name}</td><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td></tr>", text)
        assert len(html.unescape(rule)) > 5
        if isinstance(customer[name], str):
            assert html.unescape(value) == customer[name]
    assert "figures were computed again from the landed records, and agree." in text


def test_it_holds_nobody_elses_values(made_once: Home, profile: Path, customer: dict[str, Any]) -> None:
    said = " ".join(Page(profile).texts)
    words = {*re.findall(r"\w+", said), *re.findall(r"[\w:]+", said)}
    ids = ("customer_id", "contract", "user_id")
    others = {row[name] for row in made_once.rows("customer360") for name in ids} - {customer[name] for name in ids}
    assert str(customer["contract"]) in words
    assert not words & others


def test_without_a_file_it_is_named_after_customer_and_month(
    made_once: Home,
    customer: dict[str, Any],
    c360: Callable[..., Done],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = c360("profile", str(customer["contract"]), "--html", root=made_once.root)
    [file] = tmp_path.glob("*.html")
    assert (done.status, done.out) == (0, f"{file.name}\n")
    assert file.name == f"profile-contract-{customer['contract']}-{SECOND:%Y-%m}.html"
    assert file.stat().st_mode & 0o077 == 0


def test_who_only_searched_has_a_page_too(made_once: Home, c360: Callable[..., Done], tmp_path: Path) -> None:
    user = min(row["customer_id"] for row in made_once.rows("customer360") if row["contract"] is None)
    done = c360("profile", user, "--html", str(tmp_path / "user.html"), root=made_once.root)
    assert done.status == 0
    assert user in Page(tmp_path / "user.html").texts
