"""A record that is not an object or a row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unparsed:
    """A record that did not parse, as it landed."""

    text: str
