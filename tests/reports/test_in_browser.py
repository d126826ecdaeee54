"""The pages in a browser: in light, in dark and on paper, without an error, and without the network."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from tests.dagster_ui.browser import chromium
from tests.reports.reading import Page

pytestmark = pytest.mark.system

_COLOURS = """
const of = (node, what) => getComputedStyle(node)[what];
return [of(document.body, "backgroundColor"), of(document.body, "color"), of(document.querySelector("svg text"), "fill"),
        of(document.querySelector("svg rect"), "fill")];
"""
_CHARTS = """
return [...document.querySelectorAll("svg.chart")].map(chart => {
  const box = chart.getBoundingClientRect();
  const texts = [...chart.querySelectorAll("text")].map(one => one.getBoundingClientRect());
  return [box.width, box.height, Math.min(...texts.map(one => one.left - box.left)),
          Math.max(...texts.map(one => one.right - box.right))];
});
"""


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    """A browser that notes what its pages say and ask for."""
    with chromium(900, 1200, {"browser": "ALL", "performance": "ALL"}) as driver:
        yield driver


def shown(driver: webdriver.Chrome, file: Path, scheme: str = "light", media: str = "") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    driver.get(file.as_uri())


def asked_for(driver: webdriver.Chrome) -> set[str]:
    """The addresses that the page asked for."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return {one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"}


def brightness(colour: str) -> float:
    """0 for black, 1 for white."""
    numbers = [float(part) for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    return sum(numbers) / 3 / 255


@pytest.mark.parametrize("name", ["report", "profile"])
def test_a_page_is_drawn_in_light_and_dark_and_asks_for_nothing(
    driver: webdriver.Chrome, name: str, request: pytest.FixtureRequest
) -> None:
    file: Path = request.getfixturevalue(name)
    grounds: dict[str, Any] = {}
    for scheme, media in (("light", ""), ("dark", ""), ("dark", "print")):
        driver.get_log("performance")
        shown(driver, file, scheme, media)
        assert [entry for entry in driver.get_log("browser") if entry["level"] != "DEBUG"] == []
        assert asked_for(driver) - {"data:,"} == {file.as_uri()}
        ground, *inks = [brightness(one) for one in driver.execute_script(_COLOURS)]
        assert min(abs(ink - ground) for ink in inks) > 0.25, "readable"
        grounds[scheme + media] = ground
    assert grounds["light"] > 0.9 > 0.2 > grounds["dark"]
    assert grounds["darkprint"] > 0.9, "paper is white"


@pytest.mark.parametrize("name", ["report", "profile"])
def test_charts_have_a_size_and_their_texts_stay_on_the_page(
    driver: webdriver.Chrome, name: str, request: pytest.FixtureRequest
) -> None:
    shown(driver, request.getfixturevalue(name))
    charts = driver.execute_script(_CHARTS)
    assert len(charts) >= 4
    for width, height, left, right in charts:
        assert width > 200
        assert height > 20
        assert left > -8
        assert right < 8
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    driver.set_window_size(420, 900)
    try:
        assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), "on a phone"
    finally:
        driver.set_window_size(900, 1200)


def test_what_is_seen_is_what_the_page_holds(driver: webdriver.Chrome, report: Path) -> None:
    shown(driver, report)
    seen = driver.execute_script(
        "return [...document.querySelectorAll('[data-figure]')].filter(one => one.checkVisibility())"
        ".map(one => [one.dataset.figure, one.innerText])"
    )
    assert dict(seen) == Page(report).figures
    assert len(seen) > 60


def test_it_can_be_printed(driver: webdriver.Chrome, report: Path) -> None:
    shown(driver, report)
    printed = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
