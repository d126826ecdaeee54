"""Output for people: what is printed commands neither the terminal nor rich, whatever landed values and names hold."""

from typing import Any

from rich.console import Console
from rich.errors import MarkupError
from rich.markup import escape
from rich.text import Text

from resources.harmless import harmless


class Terminal(Console):
    """A console that shows control characters as escapes, and text with broken markup unchanged."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Text as rich prints it, in tables as well."""
        safe = harmless(text)
        try:
            return super().render_str(safe, **options)
        except MarkupError:
            return super().render_str(safe, **{**options, "markup": False})


def shown(value: object) -> str:
    """A value for use in text with markup: its brackets are printed as brackets."""
    return escape(str(value))
