"""Output for people: what is printed commands neither the terminal nor rich, whatever landed values and names hold."""

from typing import Any

from rich.console import Console
from rich.errors import MarkupError
from rich.markup import escape
from rich.text import Text

from resources.harmless import harmless


class Terminal(Console):
    """A console that shows control characters as escapes, and a text with broken markup as it is."""

    def render_str(self, text: str, **options: Any) -> Text:
        """A text as rich prints it, also within a table."""
        safe = harmless(text)
        try:
            return super().render_str(safe, **options)
        except MarkupError:
            return super().render_str(safe, **{**options, "markup": False})


def shown(value: object) -> str:
    """A value within a text with markup: its brackets are brackets."""
    return escape(str(value))
