"""A headless Chromium that clicks through Dagster's UI as a person does."""

import base64
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = ("headless=new", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-dev-shm-usage")
WAIT_SECONDS = 60


def require_chromium() -> tuple[str, str]:
    """Where chromium and its driver are. Without them a test is skipped; on CI it fails."""
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if found[0] and found[1]:
        return found[0], found[1]
    why = "needs chromium and chromedriver (Debian: apt-get install chromium chromium-driver)"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


class Browser:
    """What a person sees of a page, and what they can do on it. Each waits until the page has come so far."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self._driver, self._url = driver, url

    def open(self, path: str) -> None:
        """Opens a page of the server."""
        self._driver.get(f"{self._url}{path}")

    def find(self, xpath: str, seconds: float = WAIT_SECONDS) -> WebElement:
        """The first visible element, once there is one."""
        wait = WebDriverWait(self._driver, seconds, ignored_exceptions=(Exception,))
        try:
            element: WebElement = wait.until(lambda _: self._visible(xpath))
        except Exception as error:
            raise AssertionError(f"not seen: {xpath}. The page says: {self.text[:2000]}") from error
        return element

    def see(self, text: str) -> WebElement:
        """The element that has exactly this text."""
        return self.find(f'//*[normalize-space(text())="{text}"]')

    def click(self, text: str) -> None:
        """Clicks on what has this text."""
        self.see(text).click()

    def images(self) -> list[tuple[str, int]]:
        """The start of each picture's address, and how wide the picture is; 0 where it could not be drawn."""
        script = "return [...document.images].map(one => [one.src.slice(0, 30), one.complete ? one.naturalWidth : 0])"
        return [(address, width) for address, width in self._driver.execute_script(script)]

    def picture(self, path: Path, xpath: str, margin: int = 16) -> None:
        """Writes the part of the page that holds all elements of an xpath as a PNG."""
        boxes = [one.rect for one in self._driver.find_elements(By.XPATH, xpath) if one.is_displayed()]
        left, top = (min(box[side] for box in boxes) - margin for side in ("x", "y"))
        right = max(box["x"] + box["width"] for box in boxes) + margin
        bottom = max(box["y"] + box["height"] for box in boxes) + margin
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top, "scale": 1}
        shot = self._driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(shot["data"]))

    @property
    def text(self) -> str:
        """All text of the page."""
        return self._driver.find_element(By.TAG_NAME, "body").text

    def _visible(self, xpath: str) -> WebElement | None:
        shown = [one for one in self._driver.find_elements(By.XPATH, xpath) if one.is_displayed()]
        return shown[0] if shown else None


@contextmanager
def browsing(url: str, width: int = 1500, height: int = 1200) -> Iterator[Browser]:
    """A browser at a server, from its start to its end."""
    with chromium(width, height) as driver:
        yield Browser(driver, url)


@contextmanager
def chromium(width: int, height: int, logs: Mapping[str, str] | None = None) -> Iterator[webdriver.Chrome]:
    """Chromium without a window, from its start to its end. `logs` are those that it keeps, with their levels."""
    binary, driver_path = require_chromium()
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    if logs:
        options.set_capability("goog:loggingPrefs", dict(logs))
    for flag in (*FLAGS, f"window-size={width},{height}"):
        options.add_argument(f"--{flag}")
    # Dates in another language break Dagster's pages.
    service = webdriver.ChromeService(driver_path, env={**os.environ, "LANG": "en_US.UTF-8", "LANGUAGE": "en_US"})
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()
