"""Output for people: what is printed commands neither the terminal nor rich, whatever landed values and names hold."""

import os
from typing import Any

from rich.console import Console
from rich.errors import MarkupError
from rich.markup import escape
from rich.text import Text

from resources.harmless import harmless, one_line

_WIDTH_OF_FILES = 160
"""Files and pipes have no width of their own. In the 80 columns that rich assumes, wide tables can't be read."""


class Terminal(Console):
    """A console that shows control characters as escapes, and text with broken markup unchanged.

    Output that does not go to a terminal is wide, unless COLUMNS is set.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not self.is_terminal and "COLUMNS" not in os.environ:
            self.width = _WIDTH_OF_FILES

    def render_str(self, text: str, **options: Any) -> Text:
        """Text as rich prints it, in tables as well."""
        safe = harmless(text)
        try:
            return super().render_str(safe, **options)
        except MarkupError:
            return super().render_str(safe, **{**options, "markup": False})


def shown(value: object) -> str:
    """A value for use in a line with markup: its brackets are printed as brackets, and it stays on the line."""
    return escape(one_line(str(value)))
