"""Pages and charts made of figures by hand: what is given is what is said, whatever the texts, and nothing breaks without."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest

from c360_assets.planning.plan import Plan
from c360_assets.reference.audiences import Audience
from c360_assets.reports import html, svg
from c360_assets.reports.landed import LogFigures, Upkeep, upkeep_of
from c360_assets.reports.month_figures import SEGMENTS, MonthFigures
from c360_assets.reports.month_page import month_page
from resources.errors import Where

pytestmark = pytest.mark.unit

MAY, APRIL = date(2022, 5, 1), date(2022, 4, 1)
HOSTILE = "</td></svg><script>alert(1)</script>\"'&"
ROWS = ("landed_rows", "accepted_rows", "duplicate_rows", "quarantined_rows", "erased_rows")
NOTHING = MonthFigures(
    month=MAY,
    months=[MAY],
    logs=[
        LogFigures(name, (), (), (), dict.fromkeys(ROWS, 0), {}, {}, {}) for name in ("content", "search")
    ],
    upkeep=Upkeep(),
    totals={"customers": 1, "contracts": 0, "watched": 0, "searched": 1, "matched": 0, "seconds": 0, "searches": 1,
            "as_of": MAY},
    lifecycle={MAY: {}},
    segments={name: {} for name in SEGMENTS},
    segments_before={name: {} for name in SEGMENTS},
    moves={},
    seconds={},
    tastes={},
    retention={},
    scores={},
    demand={name: [] for name in ("wanted", "rising", "falling", "new", "unmet")},
    trends={},
    audiences={},
)  # fmt: skip
KEYWORD = {
    "keyword": HOSTILE, "category": "unknown", "users": 5, "searches": 8, "quit": 2, "quit_share": 0.25, "place": 1,
    "previous_place": None,
}  # fmt: skip
CHARTS = {
    "bars": svg.bars("t", [svg.Bar("one", 4, "four"), svg.Bar(HOSTILE, 1, "one"), svg.Bar("none", 0, "0")]),
    "stacks": svg.stacks("t", {f"22-{n:02}": {"a": n, "b": 12 - n} for n in range(1, 13)}, ("a", "b")),
    "columns": svg.columns("t", {"2022-04": 3, "2022-05": None, "2022-06": 6}),
    "grid": svg.grid("t", ["r"], ["a", "b"], {("r", "a"): svg.Cell("5", 1, HOSTILE, "small")}, 30),
    "ribbon": svg.ribbon("t", ["22-04", "22-05"], {"kind": ["high", None]}, {"high": 2}),
    "no bars": svg.bars("t", []),
    "no stacks": svg.stacks("t", {}, ("a",)),
    "no columns": svg.columns("t", {}),
    "no grid": svg.grid("t", [], [], {}, 30),
    "zero": svg.stacks("t", {"22-04": {"a": 0}}, ("a",)),
}


def rects(chart: str, kind: str) -> list[dict[str, float]]:
    found = (one.attrib for one in ET.fromstring(chart).iter("rect") if one.attrib["class"] == kind)
    return [{name: float(one[name]) for name in ("x", "y", "width", "height")} for one in found]


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())
def test_a_chart_is_well_formed_and_stays_within_its_box(chart: str) -> None:
    root = ET.fromstring(chart)
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "t"
    for rect in root.iter("rect"):
        x, y, wide, high = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert min(x, y, wide, high) >= 0
        assert x + wide <= width + 0.1
        assert y + high <= height + 0.1


def test_sizes_are_in_proportion_to_the_figures() -> None:
    long, short = rects(CHARTS["bars"], "bar")[:2]
    assert long["width"] == pytest.approx(short["width"] * 4, rel=0.01)
    low, high = rects(CHARTS["stacks"], "c0")[1], rects(CHARTS["stacks"], "c0")[-1]  # the first is the legend
    assert high["height"] == pytest.approx(low["height"] * 12, rel=0.02)
    [before], [last] = (rects(CHARTS["columns"], kind) for kind in ("past", "bar"))
    assert last["height"] == pytest.approx(before["height"] * 2, rel=0.02)


def test_a_month_without_anything_is_a_page_all_the_same() -> None:
    page = month_page(NOTHING, [])
    for words in (
        "No day of the month landed.",
        "No keyword was searched for by enough people.",
        "Every ledger balances",
    ):
        assert words in page
    assert "nan" not in page.lower().replace("dominan", "")


def test_texts_of_the_data_are_texts_on_the_page() -> None:
    figures = replace(
        NOTHING,
        demand={**NOTHING.demand, "wanted": [KEYWORD], "new": [KEYWORD]},
        upkeep=Upkeep(refused=[HOSTILE], waiting=[HOSTILE], not_made=2, warnings=[HOSTILE]),
        audiences={HOSTILE: {MAY: {"members": 3, "compared": 0, "entered": 0}}},
    )
    page = month_page(figures, [Audience("a", HOSTILE, "true", Where())])
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 7
    assert "Out of date: 2 partitions of the month." in page
    assert "1 warning of checks: see Data quality." in page


def test_what_does_not_balance_is_said_first() -> None:
    broken = replace(NOTHING.logs[0], days=(MAY,), unbalanced=(MAY,))
    page = month_page(replace(NOTHING, logs=[broken, NOTHING.logs[1]]), [])
    assert page.index("A ledger does not balance") < page.index("<section")
    assert "The ledger does not balance: 2022-05-01." in page
    assert "Every ledger balances" not in page


def test_only_what_is_of_the_month_is_out_of_date() -> None:
    plan = Plan(
        stale=[("raw_content", MAY), ("taste", MAY), ("taste", APRIL), ("identity_map", None), ("raw_search", APRIL)],
        unreadable={("raw_content", date(2022, 5, 31)): "is broken", ("raw_content", date(2022, 6, 1)): "is broken"},
        warnings={("clean_content", MAY): {"known_apps": "one"}, ("clean_content", APRIL): {"known_apps": "two"}},
    )
    found = upkeep_of(plan, MAY)
    assert (found.not_made, [*found.waiting]) == (2, ["content log: 2022-05-01"])
    assert [*found.refused] == ["raw_content 2022-05-31: is broken"]
    assert [*found.warnings] == ["clean_content 2022-05-01 known_apps: one"]


def test_numbers_stand_to_the_right_and_are_named() -> None:
    table = html.table(("name", "count", "share", "is"), [("a", 1234, 0.5, True), ("b", None, None, False)], "key")
    assert re.findall(r'data-figure="([^"]+)">([^<]+)<', table) == [("key.a.count", "1,234"), ("key.a.share", "50.0%")]
    assert re.findall(r'class="n"[^>]*>([^<]+)<', table) == ["count", "share", "1,234", "50.0%", "–", "–"]
    assert table.count("yes") == table.count(">no<") == 1


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (9_999, "9,999"), (12_345, "12.3 k"), (1_234_567, "1.2 M")], ids=lambda one: str(one)
)
def test_long_numbers_are_short_over_a_column(number: int, text: str) -> None:
    assert svg.short(number) == text
