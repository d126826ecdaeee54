"""The pictures of the pages in docs/images, taken of the lake of the environment, made of `c360 sample --months 14`.

`.venv/bin/python -m tests.reports.screenshots CUSTOMER` takes them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from resources.settings import PROJECT
from tests.dagster_ui.browser import browsing

IMAGES = PROJECT / "docs" / "images"
PICTURES = {
    "report_customers.png": ("report.html", ("customers",)),
    "report_behaviour.png": ("report.html", ("retention", "rfm")),
    "profile_page.png": ("profile.html", ("watching", "segments")),
}
"""File → page, and the first and last section that it shows."""


def take(customer: str) -> None:
    """Takes all pictures; the customer's is one of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        for words in (("report", "--out"), ("profile", customer, "--html")):
            command = [sys.executable, "-m", "c360_assets.cli", *words, f"{folder}/{words[0]}.html"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with browsing(Path(folder).as_uri(), 860, 1200) as browser:
            for name, (page, sections) in PICTURES.items():
                browser.open(f"/{page}")
                ends = " or ".join(f'@id="{one}"' for one in sections)
                browser.picture(IMAGES / name, f"//section[{ends}]", margin=12)


if __name__ == "__main__":
    take(sys.argv[1])
