"""The pictures in docs/images, taken of Dagster's UI over the lake that `make run` made of the sample."""

import os
import tempfile
import time
from pathlib import Path

from resources.home import dagster_home
from resources.settings import PROJECT
from tests.dagster_ui.browser import Browser, browsing
from tests.dagster_ui.server import running

IMAGES = PROJECT / "docs" / "images"
NODES = '//*[local-name()="foreignObject"]'
SETTLED_SECONDS = 4


def graph(browser: Browser) -> None:
    """From the landing zone to those who read the profile, left to right."""
    browser.open("/assets/customer_lookup?view=lineage&lineageScope=upstream&lineageDepth=8")
    browser.find(f'{NODES}//*[text()="customer_lookup"]')
    time.sleep(SETTLED_SECONDS)  # nodes slide to their places
    browser.picture(IMAGES / "asset_graph.png", NODES)


def chart(browser: Browser) -> None:
    """The metadata of a month's thresholds, with the chart opened."""
    browser.open("/assets/segment_thresholds?view=partitions&partition=2022-04-01")
    browser.click("[Show Markdown]")
    browser.find('//img[starts-with(@src, "data:image/svg+xml")]')
    time.sleep(1)  # the dialog grows to its size
    browser.picture(IMAGES / "chart.png", "//body", margin=0)


def checks(browser: Browser) -> None:
    """The checks of the profile, one of them opened."""
    browser.open("/assets/customer360?view=checks&checkDetail=sides_fit")
    browser.see("Passed")
    time.sleep(SETTLED_SECONDS)  # plots draw themselves
    browser.picture(IMAGES / "checks.png", "//body", margin=0)


def take() -> None:
    """Takes all pictures."""
    dagster_home()
    with tempfile.TemporaryDirectory() as scratch:
        server = running(os.environ, Path(scratch) / "webserver.log", "dagster-webserver")
        with server as started, browsing(started.url, 1600, 1500) as tall:
            graph(tall)
            with browsing(started.url, 1280, 940) as wide:
                chart(wide)
                checks(wide)


if __name__ == "__main__":
    take()
