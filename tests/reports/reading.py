"""What a page says, read with the standard library."""

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """The figures of a page by name, its text, and every element with its attributes."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.figures: dict[str, str] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._name: str | None = None
        self.feed(file.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._name = dict(attrs).get("data-figure")

    def handle_endtag(self, tag: str) -> None:
        self._name = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._name:
            assert self._name not in self.figures, "each figure has a name of its own"
            self.figures[self._name] = data

    def number(self, name: str) -> int:
        """A figure that is a whole number; 0 where the page has no such row."""
        return int(self.figures.get(name, "0").replace(",", ""))
