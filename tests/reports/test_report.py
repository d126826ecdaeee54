"""`c360 report`: its figures are those of the tables, it names nobody, and the same lake gives the same bytes."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from c360_assets.reference.model import load_reference
from c360_assets.reference.vocabulary import USER_TYPES
from resources.settings import REFERENCE
from tests.reports.reading import Page
from tests.support import small_landing as small
from tests.support.commands import Done
from tests.support.homes import Home
from tests.support.sampled import FIRST, SECOND

pytestmark = pytest.mark.engine

C360 = Callable[..., Done]
RESOURCES = {"src", "srcset", "poster", "data", "action", "background"}


def of_month(home: Home, table: str, month: date) -> list[dict]:
    column = "log_date" if table.startswith(("ledger", "quarantine")) else "month"
    return [row for row in home.rows(table) if row[column].replace(day=1) == month]


def test_rows_and_reasons_are_those_of_the_ledgers_and_of_quarantine(made_once: Home, report: Path) -> None:
    page = Page(report)
    for log in ("content", "search"):
        ledger = of_month(made_once, f"ledger_{log}", SECOND)
        for name, column in (("landed", "landed_rows"), ("accepted", "accepted_rows"), ("duplicates", "duplicate_rows"),
                             ("refused (in quarantine)", "quarantined_rows"), ("erased", "erased_rows")):  # fmt: skip
            assert page.number(f"{log}.{name}.count") == sum(row[column] for row in ledger)
        reasons = Counter(row["reason"] for row in of_month(made_once, f"quarantine_{log}", SECOND))
        assert reasons
        assert {name: page.number(f"{log}.refused.{name}.rows") for name in reasons} == reasons


def test_customers_and_segments_are_those_of_customer360(made_once: Home, report: Path) -> None:
    page = Page(report)
    now, before = (of_month(made_once, "customer360", month) for month in (SECOND, FIRST))
    watched = [row for row in now if row["watch_month"] == SECOND]
    assert page.number("totals.customers") == len(now)
    assert page.number("totals.watched") == len(watched) > 0
    assert page.number("totals.searched") == sum(row["search_month"] == SECOND for row in now)
    assert page.number("totals.matched") == sum(row["matched"] for row in now)
    lifecycle, was = (Counter(row["lifecycle"] for row in rows if row["lifecycle"]) for rows in (now, before))
    for name in ("returning", "resurrected", "new", "dormant", "unknown"):
        assert page.number(f"lifecycle.{name}.customers") == lifecycle[name]
        assert page.number(f"lifecycle.{name}.month before") == was[name]
    for column in ("user_type", "activeness", "clinginess", "watch_trend", "rfm_group"):
        counts = Counter(row[column] for row in watched)
        assert {name: page.number(f"{column}.{name}.customers") for name in counts} == counts


def test_moves_between_segments_count_every_customer_of_either_month(made_once: Home, report: Path) -> None:
    kinds = {
        month: {row["customer_id"]: row["user_type"] for row in of_month(made_once, "customer360", month)
                if row["watch_month"] == month}
        for month in (FIRST, SECOND)
    }  # fmt: skip
    names = {kind: kind for kind in USER_TYPES} | {None: "did not watch"}
    expected = Counter(
        f"{names[kinds[FIRST].get(one)]} before, {names[kinds[SECOND].get(one)]} now"
        for one in kinds[FIRST].keys() | kinds[SECOND].keys()
    )
    found = re.findall(r"<title>([a-z ]+ before, [a-z ]+ now): ([\d,]+)</title>", report.read_text())
    assert {name: int(count.replace(",", "")) for name, count in found if count != "0"} == expected


def test_behaviour_is_that_of_its_tables(made_once: Home, report: Path) -> None:
    page, text = Page(report), report.read_text()
    cohorts = of_month(made_once, "retention", SECOND)
    assert cohorts
    for row in cohorts:
        name = f"retention.{row['cohort_month']:%Y-%m}"
        assert page.number(f"{name}.customers") == row["contracts"]
        assert page.number(f"{name}.watched in the month") == row["watching"]
    scores = Counter(
        (row["recency_score"], (row["frequency_score"] + row["watch_score"] + 1) // 2)
        for row in of_month(made_once, "rfm", SECOND)
    )
    found = re.findall(r"<title>recency (\d), frequency and watch time (\d): ([\d,]+), \w+</title>", text)
    assert {(int(r), int(o)): int(n.replace(",", "")) for r, o, n in found} == scores
    demand = of_month(made_once, "keyword_demand", SECOND)
    assert {row["demand_trend"] for row in demand} >= {"rising", "falling", "new"}
    for row in demand:
        name = f"{row['demand_trend']}.{row['keyword']}"
        assert page.number(f"{name}.users") == row["users"]
        assert page.number(f"{name}.searches") == row["searches"]
        assert page.figures[f"{name}.quit share"] == f"{row['quit_share']:.1%}"
    members = of_month(made_once, "audience_members", SECOND)
    for audience in load_reference(REFERENCE).audiences:
        mine = [row for row in members if row["audience"] == audience.name]
        assert page.number(f"audiences.{audience.name}.members") == len(mine)
        assert page.number(f"audiences.{audience.name}.entered in the month") == sum(
            bool(row["entered"]) for row in mine
        )


def test_the_page_names_nobody_and_loads_nothing(made_once: Home, report: Path) -> None:
    page = Page(report)
    text = " ".join(page.texts) + " ".join(str(value) for _, found in page.elements for value in found.values())
    words = {*re.findall(r"\w+", text), *re.findall(r"[\w:]+", text)}
    people = {row[name] for row in made_once.rows("customer360") for name in ("customer_id", "contract", "user_id")}
    devices = {row["mac"] for row in made_once.rows("clean_content")}
    assert len(people) > 500
    assert not words & (people | devices)
    shared = {row["keyword"] for row in made_once.rows("keyword_demand")}
    alone = {row["keyword"] for row in made_once.rows("clean_search")} - shared
    assert not {cell.strip() for cell in page.texts} & alone, "no keyword of one or few people"
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "object", "embed", "base", "form"}
    assert not [found for _, found in page.elements if found.keys() & RESOURCES]
    links = [found.get("href") or "" for _, found in page.elements if "href" in found]
    assert {link[:1] for link in links} == {"#", "d"}, "only within the page, and an empty icon"
    assert "url(" not in report.read_text()


def test_the_same_lake_gives_the_same_bytes_to_its_owner_only(made_once: Home, report: Path, c360: C360) -> None:
    again = report.with_name("again.html")
    assert c360("report", "--month", f"{SECOND:%Y-%m}", "--out", str(again), root=made_once.root).status == 0
    assert again.read_bytes() == report.read_bytes()
    assert again.stat().st_mode & 0o077 == 0
    assert {path.name for path in report.parent.iterdir()} == {report.name, again.name}, "nothing is left beside them"


def test_a_month_without_a_month_before_has_nothing_to_compare_with(
    made_once: Home, tmp_path: Path, c360: C360
) -> None:
    file = tmp_path / "first.html"
    assert c360("report", "--month", f"{FIRST:%Y-%m}", "--out", str(file), root=made_once.root).status == 0
    page = Page(file)
    assert "The month before has no customers to compare with." in page.texts
    assert not [name for name in page.figures if name.startswith("lifecycle") and name.endswith("month before")]


def test_what_can_not_be_made_a_page_is_one_sentence(made_once: Home, tmp_path: Path, c360: C360) -> None:
    told = c360("report", "--month", "2023-01", "--out", str(tmp_path / "x.html"), root=made_once.root)
    assert told.status == 2
    assert told.err.startswith("c360: The lake holds no customers of 2023-01.")
    (tmp_path / "file").write_text("")
    told = c360("report", "--out", str(tmp_path / "file" / "x.html"), root=made_once.root)
    assert told.status == 1
    assert "can't be written" in told.err
    assert told.err.count("\n") == 1


def test_what_is_not_in_the_figures_is_said(made: Home, tmp_path: Path, c360: C360) -> None:
    landed = made.landing / "log_content"
    (landed / "20220520.json").write_text("<html>not a log</html>\n")
    for form in ("json", "csv"):
        (landed / f"20220521.{form}").write_text("")
    told = c360("report", "--out", str(tmp_path / "report.html"), root=made.root)
    assert told.status == 0
    assert "out of date: land again what `c360 status` says can't be read, then run `c360 run`" in told.err
    page = Page(tmp_path / "report.html")
    assert "Every delivery of the month could be read." not in page.texts
    assert [text for text in page.texts if text.startswith("Out of date: ")]
    assert [text for text in page.texts if text.startswith("raw_content 2022-05-21: ")], "two deliveries for a day"
    assert [
        text for text in page.texts if text.startswith("Landed, and not in these figures yet: content log: 2022-05-20")
    ]


def test_a_late_day_of_an_earlier_month_makes_the_month_out_of_date(made: Home, tmp_path: Path, c360: C360) -> None:
    small.land_content(made.landing, date(2022, 4, 20))
    told = c360("report", "--month", "2022-05", "--out", str(tmp_path / "report.html"), root=made.root)
    assert told.status == 0
    assert "out of date: run `c360 run`" in told.err
