"""Charts: what is drawn is what was given, readable by a browser, small enough for metadata."""

import base64
import re
import xml.etree.ElementTree as ET

import pytest

from c360_assets.metadata.charts import bars, columns, grid, histogram, picture, triangle

pytestmark = pytest.mark.unit

SVG = "{http://www.w3.org/2000/svg}"
MARKS = {"q1": 20.0, "q3": 60.0, "fence": 500.0}
LONG = [f"2022-{month:02d}" for month in range(1, 13)]
CHARTS = {
    "histogram": histogram("Seconds", "s", [987_654] * 28, 123_456.789, {name: 1e6 for name in LONG[:5]}),
    "bars": bars("Shares", dict.fromkeys(LONG, 0.123)),
    "columns": columns("Months", dict.fromkeys(LONG, 0.987)),
    "grid": grid("Pairs", LONG[:3], LONG[3:6], {(row, name): 2_000_000 for row in LONG[:3] for name in LONG[3:6]}),
    "triangle": triangle(
        "Cohorts", {(f"2022-0{month}", age): 0.5 for month in range(1, 6) for age in range(6 - month)}
    ),
}
EMPTY = (
    histogram("None", "s", [], 0, MARKS),
    bars("None", {}),
    columns("None", {}),
    grid("None", ["a"], ["b"], {}),
    triangle("None", {}),
)


def parts(svg: str, kind: str) -> list[dict[str, str]]:
    """The drawn parts of a kind, but the card itself."""
    return [part.attrib for part in ET.fromstring(svg).iter(f"{SVG}{kind}") if "rx" not in part.attrib]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("svg", [*CHARTS.values(), *EMPTY], ids=[*CHARTS, *(f"empty {name}" for name in CHARTS)])
def test_a_chart_is_a_small_well_formed_card_and_nothing_leaves_it(svg: str) -> None:
    root = ET.fromstring(svg)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    card = root[0].attrib
    assert (card["width"], card["height"]) == (root.attrib["width"], root.attrib["height"])
    assert card["fill"].startswith("#")
    for rect in parts(svg, "rect"):
        assert 0 <= float(rect["x"]) <= float(rect["x"]) + float(rect["width"]) <= width
        assert 0 <= float(rect["y"]) <= float(rect["y"]) + float(rect["height"]) <= height
    assert len(str(picture(svg, "title").value)) < 8_000


def test_bars_of_a_histogram_are_as_high_as_their_counts_and_marks_stand_at_their_values() -> None:
    svg = histogram("Seconds", "s", [4, 2, 0, 1], 25, MARKS)
    heights = [float(rect["height"]) for rect in parts(svg, "rect")]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 0.5, 0, 0.25], abs=0.01)
    start, end = 16, 600 - 16
    xs = sorted({float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+L\1 ', svg)})
    assert xs == pytest.approx([start + (end - start) * share for share in (0.2, 0.6, 1)], abs=0.1)
    assert {"q1 20", "q3 60", "fence 500", "highest bar: 4", "100 s and more"} <= set(texts(svg))


def test_bars_and_columns_are_as_long_as_their_shares() -> None:
    shares = {"tv": 0.5, "kids": 0.25, "other": 0.0}
    lengths = [float(rect["width"]) for rect in parts(bars("t", shares), "rect")]
    assert lengths[1] / lengths[0] == pytest.approx(0.5, abs=0.01)
    heights = [float(rect["height"]) for rect in parts(columns("t", shares), "rect")]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 0.5, 0], abs=0.01)
    for svg in (bars("t", shares), columns("t", shares)):
        assert {"tv", "50.0%", "25.0%", "0.0%"} <= set(texts(svg))


def test_a_grid_names_each_pairs_count_and_share_and_is_darkest_where_most_are() -> None:
    svg = grid("t", ["low", "high"], ["a", "b"], {("low", "a"): 30, ("high", "b"): 10})
    assert texts(svg)[1:] == ["a", "b", "low", "30 (75.0%)", "0 (0.0%)", "high", "0 (0.0%)", "10 (25.0%)"]
    depths = [float(rect["fill-opacity"]) for rect in parts(svg, "rect")]
    assert depths[0] > depths[3] > depths[1] == depths[2]


def test_a_triangle_shows_the_share_of_each_cohort_by_age_and_is_darkest_where_most_stayed() -> None:
    svg = triangle("t", {("2022-04", 0): 1.0, ("2022-04", 1): 0.25, ("2022-05", 0): 0.5})
    assert texts(svg)[1:] == ["0", "1", "2022-04", "100%", "25%", "2022-05", "50%"]
    depths = [float(rect["fill-opacity"]) for rect in parts(svg, "rect")]
    assert depths[0] > depths[2] > depths[1]
    lefts = [rect["x"] for rect in parts(svg, "rect")]
    assert lefts[0] == lefts[2] != lefts[1]


def test_a_year_of_cohorts_is_small_enough_for_an_event() -> None:
    shares = {(f"{month:02}", age): 0.5 for month in range(13) for age in range(13 - month)}
    assert len(str(picture(triangle("t", shares), "t").value)) < 25_000


def test_a_text_cannot_break_the_picture() -> None:
    svg = bars('<b>&"', {"<i>": 1.0})
    assert texts(svg)[:2] == ['<b>&"', "<i>"]


def test_a_picture_is_markdown_that_holds_the_chart() -> None:
    svg = CHARTS["bars"]
    text = picture(svg, "Shares").value or ""
    title, data = re.fullmatch(r"!\[(.*)\]\(data:image/svg\+xml;base64,(.*)\)", text).groups()
    assert (title, base64.b64decode(data).decode()) == ("Shares", svg)
