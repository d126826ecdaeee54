"""A person at Dagster's UI: sees the graph, makes a day by clicks, looks at a chart and at a check."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.dagster_ui.browser import Browser, browsing, require_chromium
from tests.dagster_ui.conftest import APRIL, LANDED_DAY, MADE_DAYS
from tests.dagster_ui.server import environment, make_home, running
from tests.support.homes import Home

pytestmark = pytest.mark.system

RUN_SECONDS = 240
"""A run waits in the queue, then starts a process and an engine: 20 s on an idle machine."""


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser at the UI with its daemon, as `make dev` starts them."""
    require_chromium()  # before the lake and the server, which take their time
    made: Home = request.getfixturevalue("made_to_change")
    server = running(environment(made), made.root / "dev.log", "dagster", "dev")
    with server as started, browsing(started.url) as browser:
        yield browser


def test_the_graph_shows_the_steps_in_the_order_of_the_data(tmp_path: Path) -> None:
    require_chromium()
    empty = environment(make_home(tmp_path))
    with running(empty, tmp_path / "webserver.log", "dagster-webserver") as started, browsing(started.url) as browser:
        browser.open("/asset-groups")
        steps = ("landing", "cleaning", "behaviour", "profile")
        shown = [browser.find(f'//*[local-name()="foreignObject"]//*[text()="{step}"]') for step in steps]
        places = [step.location["x"] for step in shown]
    assert places == sorted(set(places)), dict(zip(steps, places, strict=True))


def test_a_day_is_made_by_clicks(browser: Browser) -> None:
    day = LANDED_DAY.isoformat()
    browser.open("/locations/customer360/jobs/one_day")
    browser.click("Materialize all…")
    browser.click("Show all partitions")
    days = browser.find('//input[starts-with(@placeholder, "ex:")]')
    days.send_keys(Keys.CONTROL, "a")
    days.send_keys(day, Keys.TAB)
    browser.see("1 partition")
    browser.click("Launch 1 run")
    browser.find('//*[starts-with(normalize-space(.), "Launched run")]')
    browser.open(f"/assets/ledger_content?view=partitions&partition={day}")
    browser.find(f'//*[normalize-space(.)="Materialized ({len(MADE_DAYS) + 1})"]', RUN_SECONDS)
    browser.open(f"/assets/ledger_content?view=partitions&partition={day}")
    browser.see("balanced")


def test_a_chart_is_drawn(browser: Browser) -> None:
    browser.open(f"/assets/segment_thresholds?view=partitions&partition={APRIL}")
    browser.click("[Show Markdown]")
    browser.find('//img[starts-with(@src, "data:image/svg+xml")]')
    [width] = [width for address, width in browser.images() if address.startswith("data:image/svg+xml")]
    assert width > 0


def test_a_check_shows_its_result(browser: Browser) -> None:
    browser.open("/assets/customer360?view=checks&checkDetail=sides_fit")
    browser.see("Passed")
    assert "This is a blocking asset check" in browser.text
