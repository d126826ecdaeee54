"""The diagrams of the site: drawn while it is built, so that nothing has to be loaded from elsewhere."""

from itertools import combinations
from xml.etree import ElementTree

import pytest

from c360_assets.docs import arrows, flowchart
from c360_assets.tables import TABLES
from tools.docs_site import draw, on_page_markdown, parse

pytestmark = pytest.mark.unit

SVG = "{http://www.w3.org/2000/svg}"


class _Page:
    """A page of the site, as MkDocs gives it."""

    def __init__(self, src_uri: str) -> None:
        self.file, self.meta = self, {}
        self.src_uri = src_uri


def test_the_diagram_of_the_tables_has_each_box_and_each_arrow():
    boxes = parse(flowchart(TABLES.values()))
    picture = ElementTree.fromstring(draw(boxes))
    into = arrows(TABLES.values())
    named = {*TABLES, *into}
    assert len(picture.findall(f"{SVG}polygon")) == len(named)
    assert len(picture.findall(f"{SVG}path")) == sum(len(targets) for targets in into.values())
    assert "".join(text.text or "" for text in picture.iter(f"{SVG}text")) == "".join(
        name for name in boxes if name in named
    )


def test_no_box_hides_another_and_arrows_lead_to_the_right():
    boxes = parse(flowchart(TABLES.values()))
    names = list(boxes)
    draw(boxes)
    for one, other in combinations(names, 2):
        a, b = boxes[one], boxes[other]
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert beside or abs(a.y - b.y) >= (a.height + b.height) / 2, (one, other)
    for source, targets in arrows(TABLES.values()).items():
        assert all(boxes[source].x + boxes[source].width < boxes[target].x for target in targets)


@pytest.mark.parametrize("line", ["subgraph a", "a -.-> b", "a{b}", "a --> b --x c"])
def test_mermaid_that_the_site_cannot_draw_is_an_error(line):
    with pytest.raises(ValueError, match=r"tools/docs_site\.py"):
        parse(f"flowchart LR\n  {line}\n")


def test_a_circle_of_arrows_is_an_error():
    with pytest.raises(ValueError, match="circle"):
        draw(parse('flowchart LR\n  a["a"] --> b["b"]\n  b --> a\n'))


def test_pages_get_pictures_for_diagrams_and_charts():
    text = 'before\n\n```mermaid\nflowchart LR\n  a["a"] --> b["b"]\n```\n\n![c](../bench/results/x.svg)\n'
    shown = on_page_markdown(text, _Page("performance.md"))
    assert shown.startswith("before\n\n<svg ")
    assert "```" not in shown
    assert "![c](charts/x.svg)" in shown
    assert "![c](../charts/x.svg)" in on_page_markdown(text, _Page("tables/index.md"))
