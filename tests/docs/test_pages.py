"""The pages read well and lead somewhere: every link and picture exists, lines wrap, no page is too long."""

import re
from functools import cache
from pathlib import Path

import pytest

from c360_assets.docs import DOCS, NAVIGATION, anchor
from resources.settings import PROJECT

pytestmark = pytest.mark.unit

WRITTEN = sorted(DOCS.rglob("*.md"))
AT_THE_TOP = [PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
LONGEST_LINE, MOST_WORDS, README_LINES = 100, 1200, 126
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(PROJECT))


@cache
def prose_of(page: Path) -> list[str]:
    """The lines of a page that are neither code nor table, nor results of a measurement as the benchmark wrote them."""
    lines, in_code = [], False
    text = re.sub(r"<!-- from .*?<!-- end -->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and not line.startswith(("|", "    ")):
            lines.append(line)
    return lines


@cache
def anchors_of(page: Path) -> set[str]:
    return {anchor(line.lstrip("#").strip().replace("`", "")) for line in prose_of(page) if line.startswith("#")}


@pytest.mark.parametrize("page", [*WRITTEN, *AT_THE_TOP], ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://")):
            continue
        path, _, section = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (section and section not in anchors_of(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_a_page_is_read_in_one_go(page: Path) -> None:
    assert len(" ".join(prose_of(page)).split()) <= MOST_WORDS


@pytest.mark.parametrize("page", [*WRITTEN, *AT_THE_TOP[:2]], ids=name_of)
def test_lines_are_wrapped(page: Path) -> None:
    """But those that can't be broken: a link, a picture."""
    long = [line for line in prose_of(page) if len(line) > LONGEST_LINE and " " in line.strip()[: LONGEST_LINE - 1]]
    assert [line for line in long if not line.startswith("![")] == []


def test_readme_fits_on_few_screens() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_every_page_is_in_the_navigation() -> None:
    listed = re.findall(r"^\s*- (?:.*: )?(\S+\.md)$", NAVIGATION.read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(str(page.relative_to(DOCS)) for page in WRITTEN)
